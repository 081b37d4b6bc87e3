//! One answer at work: what the checks of its parts share.

use crate::battery::Plan;
use crate::contract::ClauseIx;
use crate::ledger::Sightings;

use super::finding::{Found, Spot};

/// The plan, where the answer stands, and what was seen so far.
pub(super) struct Judging<'a> {
    pub(super) plan: &'a Plan,
    pub(super) spot: Spot,
    pub(super) seen: &'a mut Sightings,
}

impl Judging<'_> {
    /// Reports a break in this answer.
    pub(super) fn report(&mut self, clause: ClauseIx, found: Found) {
        found.at(self.spot).report(self.plan, clause, self.seen);
    }
}
