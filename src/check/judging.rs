//! One answer at work: what the checks of its parts share.

use std::collections::HashSet;
use std::hash::BuildHasher;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::battery::Plan;
use crate::contract::ClauseIx;
use crate::ledger::Sightings;

use super::finding::{Found, Spot};
use super::planted::Planted;

/// The plan, where the answer stands, and what was seen so far.
pub(super) struct Judging<'a> {
    pub(super) plan: &'a Plan,
    pub(super) spot: Spot,
    pub(super) seen: &'a mut Sightings,
    pub(super) over: &'a AtomicBool,
    /// What was sent that was to be refused, and was not.
    pub(super) planted: &'a Planted,
    /// Whether its headers are known.
    pub(super) headers: bool,
}

impl Judging<'_> {
    /// Reports a break in this answer.
    pub(super) fn report(&mut self, clause: ClauseIx, found: Found) {
        found.at(self.spot).report(self.plan, clause, self.seen);
    }

    /// Whether the run is over, so that judging a large answer to its end is of no use.
    pub(super) fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }
}

/// The values of a body that break its schema: what a rule would say of them merely follows from that. Of each only the
/// hash of its pointer is kept.
#[derive(Debug, Default)]
pub struct Wrong(HashSet<u64, foldhash::fast::FixedState>);

impl Wrong {
    /// Adds a value.
    pub fn insert(&mut self, pointer: &str) {
        let hash = self.0.hasher().hash_one(pointer);
        self.0.insert(hash);
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a value is one.
    pub fn contains(&self, pointer: &str) -> bool {
        self.0.contains(&self.0.hasher().hash_one(pointer))
    }
}
