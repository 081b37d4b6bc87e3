//! What steps of lives have in common: what they send, what they are compared with, and what is there for sure.

use serde_json::Value;

use crate::battery::model::{BodyChange, OrderedMap, Same, SamePlace, StepFile, Whose};
use crate::derive::changed::Sent;
use crate::derive::subject::statuses;

/// What says nothing of a request about what was there a moment ago; all refusals but that it is not there.
const UNCLEAR: [&str; 30] = [
    "202", "3XX", "400", "401", "402", "403", "405", "406", "407", "408", "409", "411", "412",
    "413", "414", "415", "416", "417", "421", "422", "423", "424", "425", "426", "428", "429",
    "431", "451", "499", "503",
];

/// The names of all members that changes send.
pub(super) fn names_of(sent: &[Sent]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for name in sent.iter().flat_map(|sent| &sent.members) {
        if !out.contains(name) {
            out.push(name.clone());
        }
    }
    out
}

pub(super) fn places_here(at: &[SamePlace]) -> Vec<SamePlace> {
    let here = at.iter().map(|place| SamePlace {
        there: place.here.clone(),
        here: place.here.clone(),
    });
    here.collect()
}

/// The same step; that what it is about is not there breaks a clause.
pub(super) fn there(mut step: StepFile, clause: String) -> StepFile {
    step.inconclusive = statuses(&UNCLEAR);
    step.breaks.other = Some(clause);
    step
}

pub(super) fn body_like(case: &str, set: Vec<(String, Value)>) -> BodyChange {
    BodyChange {
        like: Some(case.to_owned()),
        set: OrderedMap(set.into_iter().collect()),
        ..BodyChange::default()
    }
}

pub(super) fn same(of: &str, whose: Whose, at: Vec<SamePlace>) -> Same {
    Same {
        of: of.to_owned(),
        whose,
        at,
    }
}
