//! Values that must never come twice in a run, such as the id of a request.

use crate::battery::{Plan, Source};
use crate::contract::ClauseIx;
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::finding::Found;

/// Records that a value came again; `first` is the case that had it first.
pub fn repeated(
    plan: &Plan,
    clause: ClauseIx,
    value: &str,
    first: &str,
    exchange: u64,
    seen: &mut Sightings,
) {
    let bound = plan.rule(clause).and_then(|rule| rule.bind.first());
    let location = match bound.map(|(_, source)| source) {
        Some(Source::Header(name)) => Location::header(name),
        _ => Location::Exchange,
    };
    let expected = "a value that no other answer has";
    let actual = format!("{:?}", super::shown(value));
    let sentence = format!("expected {expected}, got {actual} as in an answer to the case {first}");
    seen.exercise(clause);
    Found::new(expected, actual, location)
        .on(0, Some(exchange))
        .said(sentence)
        .report(plan, clause, seen);
}
