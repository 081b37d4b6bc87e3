//! A list that is asked for with some members of its items only: whether it shows others. What the schema of an item
//! requires, and what tells things apart or links them, may be there.

use crate::battery::{Case, Plan, Sorting};
use crate::contract::{names, pointer};
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::finding::{Found, Spot};
use super::looked::Look;

/// Members that are shown whatever is asked for, folded.
const ALWAYS: [&str; 16] = [
    "id", "uuid", "key", "type", "kind", "object", "self", "href", "link", "links", "url", "uri",
    "etag", "version", "rev", "metadata",
];

/// Whether a member may be there whatever is asked for.
fn is_free(plan: &Plan, case: &Case, picked: &Sorting, name: &str) -> bool {
    let folded = names::folded(name);
    let mut asked = picked.members.iter();
    asked.any(|member| *member == name)
        || ALWAYS.contains(&&*folded)
        || name.starts_with(['_', '@', '$'])
        || is_required(plan, case, name)
}

/// Whether the schema of an item requires a member.
fn is_required(plan: &Plan, case: &Case, name: &str) -> bool {
    let mut own = plan.clauses.of_operation(case.step().operation);
    own.any(|(_, clause)| {
        clause.subject.keyword == "required" && clause.subject.place.last_key() == Some(name)
    })
}

/// Whether the list shows without it what should not be there with it.
pub fn is_shown(plan: &Plan, case: &Case, picked: &Sorting, all: &Look) -> bool {
    strange(plan, case, picked, all).is_some()
}

/// A member that nobody asked for: the place of its item, and its name.
pub fn strange(plan: &Plan, case: &Case, picked: &Sorting, look: &Look) -> Option<(usize, String)> {
    look.beside.iter().enumerate().find_map(|(item, members)| {
        let mut names = members.keys();
        let name = names.find(|name| !is_free(plan, case, picked, name))?;
        Some((item, name.clone()))
    })
}

/// Records that another member is shown; `spot` is where it was answered.
pub fn accuse(
    plan: &Plan,
    case: &Case,
    picked: &Sorting,
    (item, name): (usize, String),
    spot: Spot,
    seen: &mut Sightings,
) {
    let tokens = picked.list.iter();
    let list = tokens.fold(String::new(), |base, token| pointer::join(&base, token));
    let place = pointer::join(&format!("{list}/{item}"), &name);
    let expected = format!("items with {} only", picked.members.join(" and "));
    let got = format!("`{name}` as well");
    let promised = plan.clauses.get(picked.clause).level;
    let level = case.step().breaks_level;
    let level = level.map_or(promised, |most| most.min(promised));
    let sentence = format!("expected {expected}, got {got}");
    let found = Found::new(expected, got, Location::body(place));
    let found = found.at(spot).said(sentence);
    found.weighing(level).report(plan, picked.clause, seen);
}
