//! What a lowered schema costs: how many schemas a validator looks at for one value. References make a short document
//! unfold without bounds, since nothing remembers what was looked at before.

use std::collections::HashMap;

use serde_json::Value;

/// The most schemas for one value.
const MOST: u64 = 20_000;
/// The longest way of references and compositions that is followed.
const DEEPEST: usize = 500;

/// Holds that no value takes too many schemas.
///
/// # Errors
/// That one does, and what to do.
pub(super) fn is_bearable(root: &Value) -> Result<(), String> {
    let mut scale = Scale {
        root,
        known: HashMap::new(),
        worst: 0,
    };
    scale.weigh(root, 0);
    if scale.worst <= MOST {
        return Ok(());
    }
    Err(format!(
        "`allOf`, `oneOf`, `anyOf` and `$ref` unfold to more than {MOST} schemas for one value, the most that is looked at; \
         name each schema once"
    ))
}

struct Scale<'s> {
    root: &'s Value,
    /// By the reference; 0 while it is being weighed.
    known: HashMap<&'s str, u64>,
    worst: u64,
}

impl<'s> Scale<'s> {
    /// The schemas that are looked at for the value that this one is about.
    fn weigh(&mut self, schema: &'s Value, depth: usize) -> u64 {
        let Some(map) = schema.as_object() else {
            return 1;
        };
        if depth > DEEPEST {
            self.worst = u64::MAX;
            return u64::MAX;
        }
        let mut sum = 1_u64;
        for (key, value) in map {
            let here: u64 = match key.as_str() {
                "$ref" => value.as_str().map_or(1, |name| self.target(name, depth)),
                "allOf" | "anyOf" | "oneOf" => self.all(value, depth),
                "dependentSchemas" => self.each(value, depth),
                "not" | "if" | "then" | "else" => self.weigh(value, depth + 1),
                // What is about the values within is weighed by itself.
                "properties" | "patternProperties" => {
                    self.each(value, depth);
                    0
                }
                "prefixItems" => {
                    self.all(value, depth);
                    0
                }
                "items"
                | "additionalProperties"
                | "contains"
                | "propertyNames"
                | "unevaluatedItems"
                | "unevaluatedProperties" => {
                    self.weigh(value, depth + 1);
                    0
                }
                _ => 0,
            };
            sum = sum.saturating_add(here);
        }
        self.worst = self.worst.max(sum);
        sum
    }

    fn all(&mut self, list: &'s Value, depth: usize) -> u64 {
        let schemas = list.as_array().into_iter().flatten();
        schemas.fold(0, |sum: u64, one| {
            sum.saturating_add(self.weigh(one, depth + 1))
        })
    }

    fn each(&mut self, map: &'s Value, depth: usize) -> u64 {
        let schemas = map.as_object().into_iter().flatten();
        schemas.fold(0, |sum: u64, (_, one)| {
            sum.saturating_add(self.weigh(one, depth + 1))
        })
    }

    fn target(&mut self, name: &'s str, depth: usize) -> u64 {
        if let Some(known) = self.known.get(name) {
            return *known;
        }
        self.known.insert(name, 0);
        let target = self.root.pointer(name.trim_start_matches('#'));
        let weight = target.map_or(1, |target| self.weigh(target, depth + 1));
        self.known.insert(name, weight);
        weight
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, json};

    use super::*;

    /// So many schemas, each twice composed of the next.
    fn doubling(levels: usize, compose: impl Fn(Value) -> Value) -> Value {
        let mut defs = Map::new();
        for n in 0..levels {
            let next = json!({"$ref": format!("#/$defs/d{}", n + 1)});
            defs.insert(format!("d{n}"), compose(next));
        }
        defs.insert(format!("d{levels}"), json!({"type": "string"}));
        json!({"$ref": "#/$defs/d0", "$defs": defs})
    }

    #[test]
    fn what_unfolds_at_one_value_is_bounded_in_every_keyword() {
        for key in ["allOf", "oneOf", "anyOf"] {
            let twice = |next: Value| json!({key: [next.clone(), {"allOf": [next]}]});
            assert_eq!(is_bearable(&doubling(8, twice)), Ok(()), "{key}");
            assert!(is_bearable(&doubling(28, twice)).is_err(), "{key}");
        }
        let other = |next: Value| json!({"if": next.clone(), "not": next});
        assert!(is_bearable(&doubling(28, other)).is_err());
    }

    #[test]
    fn what_is_about_other_values_is_not_added_up() {
        let within = |next: Value| json!({"properties": {"a": next.clone(), "b": next.clone()}, "items": next});
        assert_eq!(is_bearable(&doubling(100, within)), Ok(()));
        let circle =
            json!({"properties": {"a": {"$ref": "#"}}, "anyOf": [{"$ref": "#"}, {"type": "null"}]});
        assert_eq!(is_bearable(&circle), Ok(()));
    }
}
