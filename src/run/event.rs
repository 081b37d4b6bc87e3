//! What a run tells those who listen while it goes on.

use crate::ledger::Verdict;

/// One thing that happened. A listener that fails does not stop the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The run begins.
    Started {
        /// The operation of each case, by its name, in the order of the plan.
        operations: Vec<String>,
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
        /// Its operation, by its name.
        operation: String,
        /// Its verdict.
        verdict: Verdict,
        /// The first cause; empty for a plain pass, and where the run as a whole says it.
        reason: String,
        /// How many requests it took.
        sent: u64,
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
