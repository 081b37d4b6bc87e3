//! Keywords that are lowered by themselves: names, types, listed values and bounds.

use std::collections::HashSet;

use serde_json::{Map, Value, json};

use crate::contract::yaml::{Mapping, Node};

use super::nodes::types_of;

/// Those in which values stand that have no place of their own.
pub(super) const AROUND: [&str; 12] = [
    "additionalProperties",
    "unevaluatedProperties",
    "unevaluatedItems",
    "propertyNames",
    "contains",
    "not",
    "prefixItems",
    "items",
    "patternProperties",
    "dependentSchemas",
    "dependentRequired",
    "if",
];

/// The names that are demanded in this direction, each once.
pub(super) fn required(list: &Node, left_out: &HashSet<String>) -> Value {
    let mut seen = HashSet::new();
    let names = list.as_sequence().unwrap_or_default().iter();
    let names = names.filter_map(Node::as_str);
    let names = names.filter(|name| !left_out.contains(*name) && seen.insert(*name));
    names.map(Value::from).collect()
}

/// The types of a schema that names any that there are.
pub(super) fn lowered_types(node: &Node) -> Option<Value> {
    match &types_of(node)[..] {
        [] => None,
        [one] => Some(json!(one)),
        several => Some(json!(several)),
    }
}

/// The values of an `enum`. Where all are texts, a number or boolean in the list was only written without quotes.
pub(super) fn options(node: &Node, list: &Node) -> Value {
    let is_text = types_of(node) == ["string"];
    let read = |option: &Node| match option.to_json() {
        one @ (Value::Number(_) | Value::Bool(_)) if is_text => json!(one.to_string()),
        one => one,
    };
    list.as_sequence()
        .unwrap_or_default()
        .iter()
        .map(read)
        .collect()
}

/// The bounds of a number: in 3.0 `exclusiveMinimum: true` makes `minimum` exclusive.
pub(super) fn bounds(key: &str, value: &Node, siblings: &Mapping, out: &mut Map<String, Value>) {
    let is_true =
        |name: &str| siblings.get(name).and_then(|entry| entry.node.as_bool()) == Some(true);
    let (name, exclusive) = match key {
        "minimum" => ("minimum", "exclusiveMinimum"),
        "maximum" => ("maximum", "exclusiveMaximum"),
        "exclusiveMinimum" | "exclusiveMaximum" => {
            if value.as_bool().is_none() {
                out.insert(key.to_owned(), value.to_json());
            }
            return;
        }
        _ => return,
    };
    let name = if is_true(exclusive) { exclusive } else { name };
    out.insert(name.to_owned(), value.to_json());
}
