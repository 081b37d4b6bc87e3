//! What a run tells those who listen while it goes on.

use crate::ledger::Verdict;

/// One thing that happened. A listener that fails does not stop the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The run begins.
    Started {
        /// How many cases there are.
        cases: usize,
    },
    /// A case begins.
    CaseStarted {
        /// Its id.
        id: String,
    },
    /// A page of a walk was fetched.
    Page {
        /// The case.
        id: String,
        /// Pages so far.
        pages: u64,
        /// Items so far.
        items: u64,
    },
    /// A case ended.
    CaseEnded {
        /// Its id.
        id: String,
        /// Its title.
        title: String,
        /// Its verdict.
        verdict: Verdict,
        /// The first cause; empty for a plain pass.
        reason: String,
        /// How long it took, in milliseconds.
        duration_ms: u64,
    },
}

/// Somebody who listens.
pub trait Listener: Send + Sync {
    /// Hears of one thing.
    fn hear(&self, event: &Event);
}

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silence;

impl Listener for Silence {
    fn hear(&self, _: &Event) {}
}
