//! How often a validator looks at the values of a body. It remembers nothing: where a schema leads back to itself in several
//! ways that may all be right, each level of a body doubles the looks, so that forty bytes take minutes.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::contract::pointer;

/// The most looks for which a body is held against its schema, and the most for which it is said what is wrong: of each, an
/// error is kept.
pub(super) const MOST: u64 = 5_000_000;
pub(super) const MOST_TOLD: u64 = 40_000;
/// Each value of a body may be looked at so often besides.
const OF_EACH: u64 = 64;
/// The longest way of schemas that is followed.
const DEEPEST: usize = 3_000;

/// Whether a schema leads back to itself.
pub(super) fn is_recursive(root: &Value) -> bool {
    let mut seen = HashMap::from([(std::ptr::from_ref(root), true)]);
    leads_back(root, root, &mut seen)
}

/// Whether some reference below a schema leads to one that is being followed, which `seen` says of each that was met.
fn leads_back(root: &Value, schema: &Value, seen: &mut HashMap<*const Value, bool>) -> bool {
    match schema {
        Value::Object(map) => map.iter().any(|(key, below)| match (key.as_str(), below) {
            // What a definition refers to counts where it is referred to.
            ("$defs", _) => false,
            ("$ref", Value::String(name)) => target(root, name).is_some_and(|target| {
                if let Some(is_open) = seen.get(&std::ptr::from_ref(target)) {
                    return *is_open;
                }
                seen.insert(target, true);
                let found = leads_back(root, target, seen);
                seen.insert(target, false);
                found
            }),
            _ => leads_back(root, below, seen),
        }),
        Value::Array(list) => list.iter().any(|one| leads_back(root, one, seen)),
        _ => false,
    }
}

fn target<'s>(root: &'s Value, name: &str) -> Option<&'s Value> {
    let mut tokens = pointer::tokens(name).into_iter();
    tokens.try_fold(root, |here, token| match here {
        Value::Object(map) => map.get(&token),
        Value::Array(list) => list.get(token.parse::<usize>().ok()?),
        _ => None,
    })
}

/// Whether a value is held against a schema in at most so many looks, beside some for each value in it.
pub(super) fn are_bearable(root: &Value, value: &Value, most: u64) -> bool {
    let left = most.saturating_add(OF_EACH.saturating_mul(values(value)));
    let mut looks = Looks { root, left };
    looks.at(root, value, 0).is_some()
}

fn values(value: &Value) -> u64 {
    match value {
        Value::Array(list) => 1 + list.iter().map(values).sum::<u64>(),
        Value::Object(map) => 1 + map.values().map(values).sum::<u64>(),
        _ => 1,
    }
}

struct Looks<'s> {
    root: &'s Value,
    left: u64,
}

impl Looks<'_> {
    /// Counts down for each schema that is looked at for the value and what is in it; `None` where there are too many.
    fn at(&mut self, schema: &Value, value: &Value, depth: usize) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        if depth > DEEPEST {
            return None;
        }
        let Value::Object(map) = schema else {
            return Some(());
        };
        for (key, below) in map {
            match (key.as_str(), below) {
                ("$ref", Value::String(name)) => {
                    if let Some(target) = target(self.root, name) {
                        self.at(target, value, depth + 1)?;
                    }
                }
                ("allOf" | "anyOf" | "oneOf", Value::Array(all)) => {
                    for one in all {
                        self.at(one, value, depth + 1)?;
                    }
                }
                ("not" | "if" | "then" | "else", one) => self.at(one, value, depth + 1)?,
                ("dependentSchemas", Value::Object(all)) => {
                    for one in all.values() {
                        self.at(one, value, depth + 1)?;
                    }
                }
                _ => self.within(map, (key, below), value, depth + 1)?,
            }
        }
        Some(())
    }

    /// The same for a keyword that is about what is in a value.
    fn within(
        &mut self,
        schema: &Map<String, Value>,
        (key, below): (&str, &Value),
        value: &Value,
        depth: usize,
    ) -> Option<()> {
        match (key, below, value) {
            ("properties", Value::Object(named), Value::Object(members)) => {
                for (name, member) in members {
                    if let Some(one) = named.get(name) {
                        self.at(one, member, depth)?;
                    }
                }
            }
            ("patternProperties", Value::Object(patterns), Value::Object(members)) => {
                for one in patterns.values() {
                    for member in members.values() {
                        self.at(one, member, depth)?;
                    }
                }
            }
            ("additionalProperties" | "unevaluatedProperties", one, Value::Object(members)) => {
                let named = schema.get("properties").and_then(Value::as_object);
                let is_named = |name: &String| named.is_some_and(|named| named.contains_key(name));
                for (_, member) in members.iter().filter(|(name, _)| !is_named(name)) {
                    self.at(one, member, depth)?;
                }
            }
            ("prefixItems", Value::Array(schemas), Value::Array(items)) => {
                for (one, item) in schemas.iter().zip(items) {
                    self.at(one, item, depth)?;
                }
            }
            ("items" | "contains" | "unevaluatedItems", one, Value::Array(items)) => {
                for item in items {
                    self.at(one, item, depth)?;
                }
            }
            _ => {}
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nested(levels: usize, wrap: impl Fn(Value) -> Value) -> Value {
        (0..levels).fold(json!(1), |inner, _| wrap(inner))
    }

    #[test]
    fn what_doubles_with_each_level_is_bounded() {
        let list = json!({"items": {"$ref": "#/$defs/r"}});
        let schema = json!({
            "$ref": "#/$defs/r",
            "$defs": {"r": {"anyOf": [list, {"allOf": [list]}, {"type": "null"}]}},
        });
        assert!(is_recursive(&schema));
        let lists = |levels| nested(levels, |inner| json!([inner]));
        assert!(are_bearable(&schema, &lists(8), MOST_TOLD));
        assert!(!are_bearable(&schema, &lists(18), MOST_TOLD));
        assert!(are_bearable(&schema, &lists(18), MOST));
        assert!(!are_bearable(&schema, &lists(200), MOST));
    }

    #[test]
    fn one_way_back_costs_what_the_body_is_long() {
        let tree = json!({"properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}}, "anyOf": [{"required": ["left"]}, {"type": "number"}]});
        assert!(is_recursive(&tree));
        let deep = nested(400, |inner| json!({"left": inner}));
        assert!(are_bearable(&tree, &deep, MOST_TOLD));
        let wide: Vec<Value> = vec![nested(3, |inner| json!({"left": inner, "right": 1})); 50_000];
        let list = json!({"items": {"$ref": "#/$defs/t"}, "$defs": {"t": {"properties": {"left": {"$ref": "#/$defs/t"}}}}});
        assert!(is_recursive(&list) && are_bearable(&list, &json!(wide), MOST_TOLD));
        for flat in [
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#/$defs/b"}}, "b": {"type": "string"}}}),
            json!({"properties": {"$ref": {"type": "string"}}}),
        ] {
            assert!(!is_recursive(&flat), "{flat}");
        }
        let loops =
            json!({"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}]}}});
        assert!(!are_bearable(&loops, &json!(1), MOST));
    }
}
