//! What of a value is kept to compare others with, and whether there is anything in it.

use serde_json::Value;

/// How much of it is kept.
const DEPTH: usize = 4;
const ITEMS: usize = 20;
const MEMBERS: usize = 200;
const LETTERS: usize = 200;

/// Whether it is a list or an object.
pub(super) fn is_holder(value: &Value) -> bool {
    value.is_object() || value.is_array()
}

/// Whether it has nothing in it.
pub(super) fn is_bare(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.values().all(is_bare),
    }
}

/// The beginning of a value: what of it tells it from another one.
pub(super) fn pruned(value: &Value) -> Value {
    cut(value, DEPTH)
}

fn cut(value: &Value, depth: usize) -> Value {
    match value {
        Value::String(text) => Value::from(text.chars().take(LETTERS).collect::<String>()),
        value if is_holder(value) && depth == 0 => Value::from(!is_bare(value)),
        Value::Array(items) => {
            let items = items.iter().take(ITEMS);
            items.map(|item| cut(item, depth - 1)).collect()
        }
        Value::Object(map) => {
            let members = map.iter().take(MEMBERS);
            let members = members.map(|(name, value)| (name.clone(), cut(value, depth - 1)));
            Value::Object(members.collect())
        }
        value => value.clone(),
    }
}
