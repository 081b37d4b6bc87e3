//! Whether an answer shows anything at all.

use serde_json::{Map, Value};

use crate::battery::{Expects, Plan, Sequence, Step};
use crate::contract::{Kind, Media};
use crate::exchange::{Answer, Location};
use crate::ledger::Sightings;

use super::finding::{Found, Spot};
use super::page;
use super::response::Body;
use super::walk_findings::{clause_of, is_malformed};

/// The number of items in an answer: those of the page of a collection, else of the one list there is.
pub fn items(step: &Step, body: &Body) -> Option<usize> {
    let value = body.value()?;
    match &step.collection {
        Some(collection) => page::read(collection, value).items.map(<[_]>::len),
        None => the_list(value).map(Vec::len),
    }
}

/// Whether the success that answers what should be refused is not held against its schema: what is wrong with the value
/// that comes back was wrong with the one that was sent, and where nothing is there nothing need be shown, unless the document
/// has no such success. What was asked for something unknown, rightly, has no such excuse.
pub fn echoes(plan: &Plan, step: &Step, answer: &Answer, body: &Body) -> bool {
    let is_state = |clause| plan.clauses.get(clause).kind() == Kind::State;
    let is_unknown = step.breaks_success.is_some_and(is_state);
    let shows =
        || is_empty(step, answer, body) == Some(false) || is_bound(plan, step, answer.status);
    let is_success = (200..300).contains(&answer.status);
    step.expects == Expects::Refusal && is_success && !(is_unknown && shows())
}

/// Whether a read that finds nothing is no success with nothing in it, as the document has it: there is a refusal for that,
/// and no schema of the success allows nothing.
fn is_bound(plan: &Plan, step: &Step, status: u16) -> bool {
    let operation = &plan.contract.operations[step.operation];
    let is_refused = [404, 410].into_iter().any(|status| {
        let documented = operation.response(status);
        documented.is_some_and(|one| one.key.hundreds() != Some(2))
    });
    let nothings = [
        Value::Null,
        Value::Array(Vec::new()),
        Value::Object(Map::new()),
    ];
    let refuses = |media: &Media| {
        let schema = media.body.as_ref().and_then(|body| body.schema.get());
        schema.is_some_and(|schema| !nothings.iter().any(|nothing| schema.is_valid(nothing)))
    };
    let success = operation
        .response(status)
        .filter(|one| !one.content.is_empty());
    let is_read = matches!(&*operation.method, "GET" | "HEAD") && step.collection.is_none();
    is_read && is_refused && success.is_some_and(|one| one.content.iter().all(refuses))
}

/// The number of entries of the longest list that is the body or a member of it; `None` where there is no list.
pub fn longest(body: &Body) -> Option<usize> {
    match body.value()? {
        Value::Array(items) => Some(items.len()),
        Value::Object(map) => map.values().filter_map(Value::as_array).map(Vec::len).max(),
        _ => None,
    }
}

/// The body itself where it is a list, else the only list that is a member of it.
fn the_list(value: &Value) -> Option<&Vec<Value>> {
    match value {
        Value::Array(items) => Some(items),
        Value::Object(map) => {
            let mut lists = map.values().filter_map(Value::as_array);
            lists.next().filter(|_| lists.next().is_none())
        }
        _ => None,
    }
}

/// Whether a success shows nothing: no body, nothing in it, or a page without items. `None` where it cannot be told.
pub fn is_empty(step: &Step, answer: &Answer, body: &Body) -> Option<bool> {
    if let (Some(_), Body::Json(..)) = (&step.collection, body)
        && let Some(items) = items(step, body)
    {
        // An empty page with another one behind it, or with a total, is not yet an empty collection.
        return match items == 0 && goes_on(step, answer, body) {
            true => None,
            false => Some(items == 0),
        };
    }
    match body {
        Body::Empty => (step.collection.is_none() || answer.status == 204).then_some(true),
        Body::Json(value, _) => match value {
            Value::Null => Some(true),
            Value::Array(items) => Some(items.is_empty()),
            Value::Object(map) if map.is_empty() => Some(true),
            // Of a collection the page is what counts, and it has none that can be read.
            _ => step.collection.is_none().then_some(false),
        },
        Body::Incomplete | Body::Unread(_) => None,
        Body::NotJson(_) => step.collection.is_none().then_some(false),
    }
}

/// Where a page without items says that there are more.
pub fn onward(step: &Step, answer: &Answer, body: &Body, from: &str) -> Option<String> {
    let collection = step.collection.as_ref().filter(|one| !one.guessed)?;
    let page = page::read_answer(collection, answer, body.value()?);
    let is_bare = answer.status / 100 == 2 && page.items.is_some_and(<[_]>::is_empty);
    page::next_target(collection, &page, from).filter(|_| is_bare)
}

/// Whether a page has no items and leads nowhere, and has a total all the same: a walk over that one page does not find
/// what it counts. `seen` has what is wrong with the page itself.
pub fn is_miscounted(
    plan: &Plan,
    step: &Step,
    (answer, body): (&Answer, &Body),
    spot: Spot,
    seen: &mut Sightings,
) -> bool {
    let collection = step.collection.as_ref().filter(|one| !one.guessed);
    let Some((collection, value)) = collection.zip(body.value()) else {
        return false;
    };
    let page = page::read_answer(collection, answer, value);
    let is_bare = page.items.is_some_and(<[_]>::is_empty) && page.next.is_none();
    let place = collection.total.as_deref().unwrap_or_default();
    let is_wrong = [place, collection.next.place()]
        .iter()
        .any(|place| is_malformed(plan, place, seen));
    let total = page
        .total
        .filter(|total| *total > 0 && is_bare && !is_wrong);
    let clause = clause_of(plan, step.operation, Sequence::TotalMatchesWalk);
    let Some((total, clause)) = total.zip(clause) else {
        return false;
    };
    seen.exercise(clause);
    let expected = "0, since the page has no items and no next";
    let location = match &collection.total_header {
        Some(name) if collection.total.is_none() => Location::header(name),
        _ => Location::body(place),
    };
    Found::new(expected, total.to_string(), location)
        .at(spot)
        .report(plan, clause, seen);
    true
}

/// Whether a page says that there is more than it shows.
fn goes_on(step: &Step, answer: &Answer, body: &Body) -> bool {
    let page = step.collection.as_ref().zip(body.value());
    page.is_some_and(|(collection, value)| {
        let page = page::read_answer(collection, answer, value);
        let says_so = page.next.is_some() || page.more == Some(true);
        says_so || page.total.is_some_and(|total| total > 0)
    })
}
