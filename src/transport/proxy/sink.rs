//! What passed on its way to whoever judges it. It is handed over without waiting; what cannot be kept is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc::UnboundedSender;

use crate::exchange::traffic::{Seen, Sent, Unanswered};

/// So many bytes of what passed may wait to be judged; what comes on top is not judged.
const WAITING: usize = 64 * 1024 * 1024;

/// Something that passed.
#[derive(Debug)]
pub enum Passed {
    /// An exchange.
    Seen(Box<Seen>),
    /// One that could not be kept, and why.
    Lost(Unanswered),
    /// Nothing, but time went by.
    Beat,
    /// Nothing comes any more.
    End,
}

/// What waits to be judged.
#[derive(Debug, Clone)]
pub struct Sink {
    to: UnboundedSender<Passed>,
    waiting: Arc<AtomicUsize>,
}

impl Sink {
    /// One that hands over to `to`.
    pub fn new(to: UnboundedSender<Passed>) -> Sink {
        Sink {
            to,
            waiting: Arc::default(),
        }
    }

    /// Says that nothing comes any more.
    pub fn close(&self) {
        drop(self.to.send(Passed::End));
    }

    /// Says that time goes by.
    pub fn beat(&self) {
        drop(self.to.send(Passed::Beat));
    }

    /// Says that something was taken.
    pub fn taken(&self, passed: &Passed) {
        self.waiting.fetch_sub(size(passed), Ordering::Relaxed);
    }

    pub(super) fn hand_over(&self, passed: Passed) {
        let more = size(&passed);
        let passed = match self.waiting.fetch_add(more, Ordering::Relaxed) + more > WAITING {
            true => {
                self.waiting.fetch_sub(more, Ordering::Relaxed);
                Passed::Lost(Unanswered::Dropped)
            }
            false => passed,
        };
        // Nobody judges any more once the program ends.
        drop(self.to.send(passed));
    }
}

fn size(passed: &Passed) -> usize {
    let Passed::Seen(seen) = passed else { return 0 };
    let answered = seen.answer.as_ref().map_or(0, |answer| answer.body.len());
    let sent = match &seen.body {
        Sent::Body(payload) => payload.bytes.len(),
        Sent::Nothing | Sent::Unknown => 0,
    };
    answered + sent
}
