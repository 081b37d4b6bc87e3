//! Why a list need not have what was made: what it is asked with selects some things, or it shows some only where nobody
//! asks for others.

use serde_json::{Map, Value};

use crate::battery::{Plan, Step};
use crate::contract::names::{folded, folds_to, words};
use crate::contract::{In, Operation};

use super::alike::{Eye, is_alike, is_nothing, names_the_same};
use super::doubt::{Past, is_state, objects};
use super::response::Body;

/// Words of parameters that ask for a page.
const OF_PAGES: [&str; 9] = [
    "page", "pages", "limit", "offset", "cursor", "token", "marker", "size", "count",
];
/// Parameters that ask for a page, for another look of the same things, or for a version of the API.
const OF_LOOKS: [&str; 31] = [
    "top",
    "skip",
    "take",
    "rows",
    "max",
    "maxresults",
    "first",
    "last",
    "startindex",
    "startat",
    "sort",
    "sortby",
    "sortorder",
    "sortdir",
    "sortdirection",
    "order",
    "orderby",
    "direction",
    "dir",
    "format",
    "fields",
    "lang",
    "language",
    "locale",
    "view",
    "expand",
    "embed",
    "pretty",
    "timezone",
    "apiversion",
    "v",
];

/// Why the list that a step looks through need not have what was made, where it need not; `target` is what was asked.
pub fn why(plan: &Plan, step: &Step, (target, body): (&str, &Body), past: &Past) -> Option<String> {
    step.lists.as_ref().filter(|(listing, _)| listing.has)?;
    let operation = &plan.contract.operations[step.operation];
    let made = Made::of(past);
    let asked = pairs(target);
    let selects = |name: &str| is_selecting(operation, step, name);
    let mut narrow = asked.iter().filter(|(name, _)| selects(name));
    if let Some((name, _)) = narrow.find(|(name, value)| !made.is_of(name, value)) {
        return Some(format!(
            "the list was asked for with `{name}`, and nothing shows that what was made belongs to that"
        ));
    }
    let mut entries = Vec::new();
    objects(body.value()?, 3, &mut entries);
    let queries = operation.parameters.iter();
    let mut open = queries.filter(|one| {
        let is_asked = asked.iter().any(|(name, _)| *name == one.name);
        one.location == In::Query && !is_asked && selects(&one.name)
    });
    open.find_map(|one| made.why_apart(&one.name, &entries))
}

/// What is known of what was made.
struct Made<'a> {
    /// What was sent and shown of it, what is surest first.
    things: Vec<&'a Value>,
    /// What the request that made it was asked with.
    asked: Vec<(String, String)>,
}

impl<'a> Made<'a> {
    fn of(past: &'a Past) -> Made<'a> {
        let told = past.shown.values().chain(&past.made);
        Made {
            things: told.chain(&past.sent).collect(),
            asked: pairs(&past.made_by),
        }
    }

    /// The values that it has by a name, in itself and in the objects in it.
    fn values(&self, name: &str) -> impl Iterator<Item = &'a Value> {
        let things = self.things.iter().filter_map(|thing| thing.as_object());
        let inner = |map: &'a Map<String, Value>| map.values().filter_map(Value::as_object);
        let maps = things.flat_map(move |map| std::iter::once(map).chain(inner(map)));
        let name = name.to_owned();
        maps.filter_map(move |map| member(map, &name))
    }

    /// Whether it has the value that a list was asked for, or was made with the same one.
    fn is_of(&self, name: &str, value: &str) -> bool {
        let wanted = Value::from(value);
        let is_it = |known: &Value| match known {
            Value::Array(all) => all.iter().any(|one| names_the_same(one, &wanted)),
            single => names_the_same(single, &wanted),
        };
        let mut asked = self.asked.iter();
        self.values(name).any(is_it) || asked.any(|(known, one)| known == name && one == value)
    }

    /// Why a list that can be asked for those with another value may be one of others: all that it shows have the same there,
    /// and what was made has not.
    fn why_apart(&self, name: &str, entries: &[&Map<String, Value>]) -> Option<String> {
        let made = self.values(name).next()?;
        let nothing = Value::Null;
        let mut shown = entries
            .iter()
            .map(|entry| member(entry, name).unwrap_or(&nothing));
        let first = shown.next()?;
        let same = |one: &Value, other: &Value| is_alike(one, Some(other), Eye::Mild);
        // What each has for itself, such as a name, is always another one.
        let is_shared =
            entries.len() > 1 || is_nothing(first) || first.is_boolean() || is_state(name);
        let is_apart = !same(made, first) && is_shared && shown.all(|other| same(first, other));
        is_apart.then(|| {
            format!("all that the list shows have the same `{name}`, which it can be asked for, and what was made has another one, so the list may be of others only")
        })
    }
}

/// The member of that name, as names are compared; of a name such as `filter[status]` the last part counts.
fn member<'v>(map: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    let last = name.trim_end_matches(']').rsplit('[').next();
    let name = folded(last.unwrap_or_default());
    let mut all = map.iter();
    let found = all.find(|(known, _)| folds_to(known, &name));
    found.map(|(_, value)| value)
}

/// Whether a query parameter may select some of all things, by its name.
fn is_selecting(operation: &Operation, step: &Step, name: &str) -> bool {
    let parameter = operation.parameter(In::Query, name);
    let size = step.collection.as_ref().and_then(|one| one.size.as_deref());
    let words = words(name);
    let mut of_pages = words.iter().filter(|word| OF_PAGES.contains(&&***word));
    !parameter.is_some_and(|one| operation.carries_credentials(one))
        && size != Some(name)
        && of_pages.next().is_none()
        && !OF_LOOKS.contains(&&*folded(name))
}

/// The names and values of a query.
fn pairs(target: &str) -> Vec<(String, String)> {
    let (_, query) = target.split_once('?').unwrap_or_default();
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    pairs.into_owned().collect()
}
