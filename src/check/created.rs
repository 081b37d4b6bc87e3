//! What is made is something new: a create whose answer names something that was there before made nothing, or took the
//! place of another.

use crate::battery::{ID_IS_NEW, Plan};
use crate::contract::{Part, Subject};
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::finding::Found;
use super::response::Spot;

/// Judges what a create of that operation made.
pub fn judge(plan: &Plan, operation: usize, is_new: bool, spot: Spot, seen: &mut Sightings) {
    let subject = Subject::of(operation, Part::State(ID_IS_NEW.to_owned()));
    let Some(clause) = plan.clauses.about(&subject) else {
        return;
    };
    seen.exercise(clause);
    if !is_new {
        let (expected, actual) = (
            "an id that nothing else has",
            "the id of what was there before",
        );
        Found::new(expected, actual, Location::Status)
            .on(spot.page, Some(spot.exchange))
            .said(format!("expected {expected}, got {actual}"))
            .report(plan, clause, seen);
    }
}
