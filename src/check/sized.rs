//! Whether a page keeps the size that it was asked for. Fewer items are always right, and so are more where the answer says
//! which size it took, or where what is shown beside is what was cut; only the same list as without a size accuses.

use serde_json::Value;

use crate::battery::{Collection, KEPT, PAGE_SIZES, Plan, PlannedRequest, Step, of_query};
use crate::contract::names::folded;
use crate::contract::{ClauseIx, In, Operation};
use crate::exchange::{Answer, Location};
use crate::ledger::Sightings;

use super::finding::{Found, Spot};
use super::page;

/// The clause of an operation's page size, where a case speaks of it.
pub fn clause(plan: &Plan, step: &Step, collection: &Collection) -> Option<ClauseIx> {
    let size = collection.size.as_deref()?;
    plan.clauses.about(&of_query(step.operation, size, KEPT))
}

/// Whether a page is the one without a size, although it is larger than was asked for.
pub fn is_ignored(
    collection: &Collection,
    size: u64,
    (answer, sized): (&Answer, &Value),
    unsized_page: &Value,
) -> bool {
    let keys = |body| {
        let items = page::read(collection, body).items?;
        let keys = items.iter().map(|item| page::key_of(collection, item));
        Some(keys.collect::<Vec<_>>())
    };
    let Some((shown, all)) = keys(sized).zip(keys(unsized_page)) else {
        return false;
    };
    let mut told = answer.headers.iter();
    let is_told = told.any(|(name, value)| {
        let name = folded(name);
        let name = name.strip_prefix('x').unwrap_or(&name);
        PAGE_SIZES.contains(&name) && value.trim() != size.to_string()
    });
    shown.len() as u64 > size
        && shown == all
        && !is_told
        && !says_another(sized, size, 2)
        && lengths(sized, 3) == lengths(unsized_page, 3)
}

/// Whether two pages show the same items, with all that is in them, and no other list of another length.
pub fn are_alike(collection: &Collection, one: &Value, other: &Value) -> bool {
    let items = |body| page::read(collection, body).items;
    items(one).is_some() && items(one) == items(other) && lengths(one, 3) == lengths(other, 3)
}

/// Whether another parameter of the operation says how many items there are as well.
pub fn has_another(operation: &Operation, size: &str) -> bool {
    let mut all = operation.parameters.iter();
    all.any(|one| {
        let is_other = one.location == In::Query && one.name != size;
        is_other && PAGE_SIZES.contains(&&*folded(&one.name))
    })
}

/// Whether a member beside the items says that another size was taken.
fn says_another(body: &Value, size: u64, depth: usize) -> bool {
    let members = body.as_object().into_iter().flatten();
    members.into_iter().any(|(name, value)| match value {
        Value::Number(number) => {
            PAGE_SIZES.contains(&&*folded(name)) && number.as_u64() != Some(size)
        }
        Value::Object(_) if depth > 0 => says_another(value, size, depth - 1),
        _ => false,
    })
}

/// How long the lists of a page are: another one than was taken for the items may be what was cut.
fn lengths(body: &Value, depth: usize) -> Vec<usize> {
    match body {
        Value::Array(items) => vec![items.len()],
        Value::Object(map) if depth > 0 => map
            .values()
            .flat_map(|value| lengths(value, depth - 1))
            .collect(),
        _ => Vec::new(),
    }
}

/// A page that is too large.
#[derive(Debug, Clone, Copy)]
pub struct TooLarge {
    /// How many items it may have.
    pub size: u64,
    /// How many it has.
    pub shown: u64,
    /// Why that is no other size which the server took.
    pub how: How,
}

/// What shows that a page is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// It is the page without a size.
    Ignored,
    /// It has so many more than were asked for whatever is asked for.
    Always(u64),
    /// No size was asked for, and the document says which one that is.
    Default,
}

/// Records that a page did not keep its size.
pub fn accuse(
    plan: &Plan,
    step: &Step,
    collection: &Collection,
    page: TooLarge,
    exchange: u64,
    seen: &mut Sightings,
) {
    let Some(clause) = clause(plan, step, collection) else {
        return;
    };
    seen.exercise(clause);
    let TooLarge { size, shown, how } = page;
    let (expected, actual) = (format!("at most {size}"), format!("{shown} items"));
    let sentence = match how {
        How::Ignored => format!("asked for {size}, got {actual}, the same as without it"),
        How::Always(more) => {
            format!("asked for {size}, got {actual}, and {more} more for another size too")
        }
        How::Default => format!(
            "got {actual} without it, where the document says that it is {size}; asked for {size}, got no more than that"
        ),
    };
    let place = Location::body(collection.items.clone());
    let spot = Spot { exchange, page: 1 };
    let found = Found::new(expected, actual, place).at(spot);
    found.said(sentence).report(plan, clause, seen);
}

/// Records that a size within the bounds of the document was refused.
pub fn accuse_refusal(
    plan: &Plan,
    step: &Step,
    collection: &Collection,
    (request, status): (&PlannedRequest, u16),
    exchange: u64,
    seen: &mut Sightings,
) {
    let name = collection.size.as_deref().unwrap_or_default();
    let clause = plan
        .clauses
        .about(&of_query(step.operation, name, "maximum"));
    let Some((clause, size)) = clause.zip(request.query.get(name)) else {
        return;
    };
    seen.exercise(clause);
    let sentence = format!(
        "{name}={size} is within it, and was refused with {status} twice; the list is shown without it"
    );
    let spot = Spot { exchange, page: 0 };
    let found = Found::new("a page", status.to_string(), Location::Status).at(spot);
    found.said(sentence).report(plan, clause, seen);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::exchange::BodyEnd;

    #[test]
    fn only_the_same_list_as_without_a_size_is_one_that_was_ignored() {
        let collection = Collection {
            items: "/items".to_owned(),
            id: "/id".to_owned(),
            ..Collection::default()
        };
        let all = json!({"items": [{"id": 1}, {"id": 2}, {"id": 3}], "total": 3});
        let with = |name: &str, value: Value| {
            let mut body = all.clone();
            body[name] = value;
            body
        };
        for (what, sized, unsized_page, header, found) in [
            ("the same", all.clone(), all.clone(), None, true),
            (
                "the size said",
                with("limit", json!(1)),
                with("limit", json!(20)),
                None,
                true,
            ),
            (
                "another size",
                with("limit", json!(20)),
                with("limit", json!(20)),
                None,
                false,
            ),
            (
                "further down",
                with("meta", json!({"perPage": 5})),
                all.clone(),
                None,
                false,
            ),
            (
                "in a header",
                all.clone(),
                all.clone(),
                Some(("X-Per-Page", "5")),
                false,
            ),
            (
                "in a header as asked",
                all.clone(),
                all.clone(),
                Some(("X-Per-Page", "1")),
                true,
            ),
            (
                "pinned",
                json!({"items": [{"id": 1}, {"id": 3}], "total": 3}),
                all.clone(),
                None,
                false,
            ),
            (
                "others",
                json!({"items": [{"id": 1}, {"id": 3}, {"id": 4}]}),
                all.clone(),
                None,
                false,
            ),
            (
                "as many",
                json!({"items": [{"id": 1}]}),
                json!({"items": [{"id": 1}]}),
                None,
                false,
            ),
            // The items are others than was guessed.
            (
                "groups",
                with("groups", json!([1])),
                with("groups", json!([1, 2])),
                None,
                false,
            ),
            ("no list", json!({"error": "no"}), all.clone(), None, false),
        ] {
            let headers = header.map(|(name, value)| (name.to_owned(), value.to_owned()));
            let answer = Answer {
                status: 200,
                headers: headers.into_iter().collect(),
                body: Arc::default(),
                end: BodyEnd::Complete,
            };
            let is = is_ignored(&collection, 1, (&answer, &sized), &unsized_page);
            assert_eq!(is, found, "{what}");
        }
    }
}
