//! Which parts of a document may hold a schema, and which only look like one: a property may be called `$id`, and an
//! example may have one.

use crate::contract::yaml::{Entry, Node, NodeValue};

/// What stands in a mapping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Keywords, or the fields of an object of OpenAPI.
    Fields,
    /// Names that somebody chose.
    Names,
}

/// The keys that hold a mapping from names.
const OF_NAMES: [&str; 18] = [
    "properties",
    "patternProperties",
    "$defs",
    "definitions",
    "dependentSchemas",
    "schemas",
    "responses",
    "parameters",
    "requestBodies",
    "headers",
    "links",
    "callbacks",
    "pathItems",
    "paths",
    "webhooks",
    "content",
    "encoding",
    "mediaTypes",
];

/// The keys that hold values of the API, in which nothing is a reference or a name.
const OF_VALUES: [&str; 5] = ["example", "examples", "default", "enum", "const"];

/// What the value of an entry holds; `None` where it is no part of the description.
pub(super) fn below(holder: Holds, key: &str) -> Option<Holds> {
    match holder {
        Holds::Names => Some(Holds::Fields),
        Holds::Fields if OF_VALUES.contains(&key) || key.starts_with("x-") => None,
        Holds::Fields if OF_NAMES.contains(&key) => Some(Holds::Names),
        Holds::Fields => Some(Holds::Fields),
    }
}

/// The parts right below a node that may hold schemas, each with its token.
pub(super) fn parts<'n>(
    node: &'n Node,
    holds: Holds,
) -> Box<dyn Iterator<Item = (String, &'n Node, Holds)> + 'n> {
    match &node.value {
        NodeValue::Mapping(map) => {
            Box::new(map.iter().filter_map(move |(key, entry)| {
                Some((key.clone(), &entry.node, below(holds, key)?))
            }))
        }
        NodeValue::Sequence(items) => Box::new(
            (0..)
                .zip(items)
                .map(|(n, item): (usize, _)| (n.to_string(), item, Holds::Fields)),
        ),
        _ => Box::new(std::iter::empty()),
    }
}

/// The text of a field, with its entry.
pub(super) fn text<'n>(node: &'n Node, holds: Holds, key: &str) -> Option<(&'n Entry, &'n str)> {
    let entry = node.entry(key).filter(|_| holds == Holds::Fields)?;
    Some((entry, entry.node.as_str()?))
}
