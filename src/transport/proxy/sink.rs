//! What passed on its way to whoever judges it. It is handed over without waiting; what cannot be kept is counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::mpsc::UnboundedSender;

use crate::exchange::traffic::{Seen, Sent, Unanswered};

/// So many bytes of what passes, or waits to be judged, are kept; what comes on top is not judged.
const WAITING: usize = 128 * 1024 * 1024;

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

/// How much room is left for what is kept.
#[derive(Debug, Clone)]
pub(super) struct Room(Arc<AtomicUsize>);

impl Room {
    pub(super) fn of(bytes: usize) -> Room {
        Room(Arc::new(AtomicUsize::new(bytes)))
    }

    /// Whether there is room for that much; then it is taken.
    pub(super) fn take(&self, bytes: usize) -> bool {
        let less = |left: usize| left.checked_sub(bytes);
        let taken = self
            .0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
        taken.is_ok()
    }

    pub(super) fn give_back(&self, bytes: usize) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

/// What waits to be judged.
#[derive(Debug, Clone)]
pub struct Sink {
    to: UnboundedSender<Passed>,
    pub(super) room: Room,
}

impl Sink {
    /// One that hands over to `to`.
    pub fn new(to: UnboundedSender<Passed>) -> Sink {
        Sink {
            to,
            room: Room::of(WAITING),
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
        self.room.give_back(bodies(passed) + heads(passed));
    }

    /// Hands over what passed. The room for its bodies was taken when they were copied.
    pub(super) fn hand_over(&self, passed: Passed) {
        let passed = match self.room.take(heads(&passed)) {
            true => passed,
            false => {
                self.room.give_back(bodies(&passed));
                Passed::Lost(Unanswered::Dropped)
            }
        };
        // Nobody judges any more once the program ends.
        drop(self.to.send(passed));
    }
}

fn bodies(passed: &Passed) -> usize {
    let Passed::Seen(seen) = passed else { return 0 };
    let answered = seen.answer.as_ref().map_or(0, |answer| answer.body.len());
    let sent = match &seen.body {
        Sent::Body(payload) => payload.bytes.len(),
        Sent::Nothing | Sent::Unknown => 0,
    };
    answered + sent
}

fn heads(passed: &Passed) -> usize {
    let Passed::Seen(seen) = passed else { return 0 };
    let answered = seen.answer.iter().flat_map(|answer| &answer.headers);
    let headers = seen.headers.iter().chain(answered);
    let headers: usize = headers.map(|(name, value)| name.len() + value.len()).sum();
    size_of::<Seen>() + seen.url.len() + headers
}
