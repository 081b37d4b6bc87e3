//! Whether what is read by its id is as the list shows it. A list may show less, earlier or shorter; so only a plain member
//! counts of which both answers are documented alike, and which nothing lets move or be written otherwise.

use serde_json::Value;

use crate::battery::{AS_LISTED, Plan};
use crate::contract::member_names::shifts;
use crate::contract::names::words;
use crate::contract::yaml::Node;
use crate::contract::{ClauseIx, Contract, Part, Subject, describe_value, kind_of, pointer};
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::alike::{Eye, is_alike};
use super::finding::{Found, Spot};

/// Words of members that say where a thing stands in a list, who looks at it, or how it is reached.
const APART: &str = "position rank score index order distance relevance highlight snippet summary excerpt preview url uri link href \
self path etag hash checksum digest token signature cursor version revision views seen read visited accessed count counts total age \
status state online available stock level";

/// The clause that a read shows what the list does.
pub fn clause(plan: &Plan, operation: usize) -> Option<ClauseIx> {
    let subject = Subject::of(operation, Part::State(AS_LISTED.to_owned()));
    plan.clauses.about(&subject)
}

/// Two answers that show one thing: where it stands in them, and by which operations.
#[derive(Debug, Clone, Copy)]
pub struct Both<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The operation that lists, and the way to the members of an item.
    pub list: (usize, &'a [String]),
    /// The operation that reads, and the place of the thing in its answer.
    pub read: (usize, &'a str),
}

impl Both<'_> {
    /// The members that differ, in the order of the item.
    pub fn differing<'v>(
        &self,
        item: &'v Value,
        shown: &'v Value,
    ) -> Vec<(&'v str, &'v Value, &'v Value)> {
        let members = item.as_object().into_iter().flatten();
        let both =
            members.filter_map(|(name, value)| Some((name.as_str(), value, shown.get(name)?)));
        let differing = both.filter(|(name, value, other)| {
            is_comparable(name, value, other) && !is_other_form(value, other) && self.is_one(name)
        });
        differing.collect()
    }

    /// Whether there are members that could differ.
    pub fn has_common(&self, item: &Value, shown: &Value) -> bool {
        let mut members = item.as_object().into_iter().flatten();
        members.any(|(name, value)| {
            shown
                .get(name)
                .is_some_and(|other| is_comparable(name, value, other))
                && self.is_one(name)
        })
    }

    /// Whether both answers document a member alike.
    fn is_one(&self, name: &str) -> bool {
        let (list, way) = self.list;
        let (read, within) = self.read;
        let above = way
            .iter()
            .fold(String::new(), |at, token| pointer::join(&at, token));
        let places = [
            (list, pointer::join(&above, name)),
            (read, pointer::join(within, name)),
        ];
        let [one, other] = places.map(|(operation, at)| self.schema(operation, &at));
        let said = |schema: &Node| {
            let text = |key| {
                schema
                    .get(key)
                    .and_then(Node::as_str)
                    .unwrap_or_default()
                    .to_owned()
            };
            (
                kind_of(schema).to_owned(),
                text("format"),
                text("description"),
            )
        };
        one.zip(other)
            .is_some_and(|((at, one), (there, other))| at == there || said(one) == said(other))
    }

    /// What the document says of a place in the answers of an operation, and where.
    fn schema(&self, operation: usize, at: &str) -> Option<(&str, &Node)> {
        let bodies = self.contract.operations[operation].success_bodies();
        let mut nodes = bodies.flat_map(|body| &body.shape.nodes);
        let node = nodes.find(|node| node.place.pointer() == at)?;
        let (found, _) = self.contract.document.at(&node.pointer)?;
        let found = self.contract.document.resolve(found, &node.pointer).ok()?;
        Some((&node.pointer, found.node))
    }
}

/// Whether two values of a member of that name are plain, and nothing by its name lets them differ.
pub fn is_comparable(name: &str, value: &Value, other: &Value) -> bool {
    let is_plain = |value: &Value| match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Number(_) => true,
        _ => false,
    };
    let is_apart = words(name)
        .iter()
        .any(|word| APART.split(' ').any(|known| known == word));
    is_plain(value) && is_plain(other) && !shifts(name) && !is_apart
}

/// Whether one is the other in another form: shorter, as a link, or written otherwise.
fn is_other_form(one: &Value, other: &Value) -> bool {
    if is_alike(one, Some(other), Eye::Mild) || is_alike(other, Some(one), Eye::Mild) {
        return true;
    }
    let (Some(one), Some(other)) = (one.as_str(), other.as_str()) else {
        return false;
    };
    let plain = |text: &str| {
        let letters = text.chars().filter(|letter| letter.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect::<String>()
    };
    let (one, other) = (plain(one), plain(other));
    one.contains(&other) || other.contains(&one)
}

/// Records that a read shows another value than the list.
pub fn accuse(
    plan: &Plan,
    clause: ClauseIx,
    (name, listed, shown): (&str, &Value, &Value),
    within: &str,
    exchange: u64,
    seen: &mut Sightings,
) {
    seen.exercise(clause);
    let place = pointer::join(within, name);
    let (expected, actual) = (describe_value(listed), describe_value(shown));
    let sentence = format!("expected {expected} at {place}, as the list shows it, got {actual}");
    let spot = Spot { exchange, page: 0 };
    let found = Found::new(expected, actual, Location::body(&place)).at(spot);
    found.said(sentence).report(plan, clause, seen);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_shorter_or_written_otherwise_is_the_same() {
        for (name, one, other, differs) in [
            ("title", json!("Emma"), json!("Dune"), true),
            ("price", json!(3.5), json!(4.5), true),
            ("price", json!(3.5), json!("3.50"), false),
            (
                "text",
                json!("It was a dark…"),
                json!("It was a dark and stormy night"),
                false,
            ),
            ("name", json!("ann"), json!("Ann"), false),
            (
                "at",
                json!("2024-05-01T10:00:00Z"),
                json!("2024-05-01T12:00:00+02:00"),
                false,
            ),
            (
                "updated_at",
                json!("2024-05-01T10:00:00Z"),
                json!("2024-05-01T10:00:01Z"),
                false,
            ),
            ("url", json!("/a"), json!("https://h/b"), false),
            ("rank", json!(1), json!(2), false),
        ] {
            let found = is_comparable(name, &one, &other) && !is_other_form(&one, &other);
            assert_eq!(found, differs, "{name}: {one} {other}");
        }
    }
}
