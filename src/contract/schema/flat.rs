//! One place of a lowered schema with all that is said of it: references followed, `allOf` merged, an alternative taken.

use serde_json::{Map, Value, json};

use crate::contract::subject::{Place, PlaceStep};

/// The most schemas that are merged at one place.
const MOST_PARTS: usize = 200;

/// A schema with references followed and `allOf` merged, one level; of several alternatives the one at `pick`.
pub(super) fn flatten(schema: &Value, root: &Value, pick: usize) -> Map<String, Value> {
    flat(schema, root, pick, &mut Vec::new())
}

/// `seen` are the schemas that were merged already: what is said twice says the same twice.
fn flat<'s>(
    schema: &'s Value,
    root: &'s Value,
    pick: usize,
    seen: &mut Vec<&'s Value>,
) -> Map<String, Value> {
    let mut out = Map::new();
    let Some(map) = schema.as_object().filter(|_| is_new(schema, seen)) else {
        return out;
    };
    for part in parts(map, root) {
        merge(&mut out, flat(part, root, pick, seen));
    }
    for key in ["oneOf", "anyOf"] {
        let speaking: Vec<&Value> = alternatives(map, key).collect();
        let last = speaking.len().saturating_sub(1);
        if let Some(part) = speaking.get(pick.min(last)) {
            merge(&mut out, flat(part, root, pick, seen));
        }
    }
    let own = map
        .iter()
        .filter(|(key, _)| !["$ref", "allOf", "oneOf", "anyOf", "$defs"].contains(&key.as_str()));
    merge(
        &mut out,
        own.map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    );
    out
}

/// Whether a schema was not looked at yet; from now on it was.
fn is_new<'s>(schema: &'s Value, seen: &mut Vec<&'s Value>) -> bool {
    let is_known =
        seen.len() >= MOST_PARTS || seen.iter().any(|known| std::ptr::eq(*known, schema));
    seen.extend((!is_known).then_some(schema));
    !is_known
}

/// What a schema refers to and what it is composed of.
fn parts<'s>(map: &'s Map<String, Value>, root: &'s Value) -> impl Iterator<Item = &'s Value> {
    let target = map.get("$ref").and_then(Value::as_str);
    let target = target.and_then(|target| root.pointer(target.trim_start_matches('#')));
    let all = map.get("allOf").and_then(Value::as_array);
    target.into_iter().chain(all.into_iter().flatten())
}

/// The branches of a `oneOf` or `anyOf` that allow more than `null`.
fn alternatives<'s>(map: &'s Map<String, Value>, key: &str) -> impl Iterator<Item = &'s Value> {
    let branches = map.get(key).and_then(Value::as_array).into_iter().flatten();
    branches.filter(|branch| branch.get("type").and_then(Value::as_str) != Some("null"))
}

/// Whether a value may be described in more than one way: by several alternatives, or depending on what it is.
fn is_union<'s>(schema: &'s Value, root: &'s Value, seen: &mut Vec<&'s Value>) -> bool {
    let Some(map) = schema.as_object().filter(|_| is_new(schema, seen)) else {
        return false;
    };
    let depends = ["if", "not", "dependentSchemas", "patternProperties"];
    depends.iter().any(|key| map.contains_key(*key))
        || ["oneOf", "anyOf"].into_iter().any(|key| {
            let speaking: Vec<&Value> = alternatives(map, key).collect();
            speaking.len() > 1 || speaking.iter().any(|one| is_union(one, root, seen))
        })
        || parts(map, root).any(|part| is_union(part, root, seen))
}

/// What a lowered schema says of a place; `None` where that depends on alternatives, or it says nothing.
pub fn at(root: &Value, place: &Place) -> Option<Map<String, Value>> {
    let mut here = root.clone();
    for step in place.steps() {
        if is_union(&here, root, &mut Vec::new()) {
            return None;
        }
        let mut map = flatten(&here, root, 0);
        here = match step {
            PlaceStep::Key(name) => map.get_mut("properties")?.get_mut(&**name)?.take(),
            PlaceStep::Each => map.remove("items")?,
            PlaceStep::Any | PlaceStep::Branch(_) => return None,
        };
    }
    (!is_union(&here, root, &mut Vec::new())).then(|| flatten(&here, root, 0))
}

fn merge(into: &mut Map<String, Value>, from: Map<String, Value>) {
    for (key, value) in from {
        match (key.as_str(), into.get_mut(&key), value) {
            ("properties", Some(Value::Object(known)), Value::Object(more)) => {
                for (name, property) in more {
                    match known.remove(&name) {
                        Some(first) => known.insert(name, json!({"allOf": [first, property]})),
                        None => known.insert(name, property),
                    };
                }
            }
            ("required", Some(Value::Array(known)), Value::Array(more)) => known.extend(more),
            ("items", Some(known), more) => *known = json!({"allOf": [known.clone(), more]}),
            (_, _, value) => drop(into.insert(key, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_read_through_references_and_not_through_alternatives() {
        let root = json!({
            "allOf": [{"$ref": "#/$defs/a"}, {"properties": {"n": {"minimum": 3}}}],
            "properties": {"u": {"anyOf": [{"type": "null"}, {"type": "string", "maxLength": 4}]},
                "v": {"oneOf": [{"type": "string"}, {"type": "integer"}]}},
            "$defs": {"a": {"properties": {"n": {"type": "integer"}, "l": {"items": {"type": "string"}}}}}
        });
        let said = |place: Place| at(&root, &place).map(Value::Object);
        let of = |name: &str| Place::default().key(name);
        assert_eq!(
            said(of("n")),
            Some(json!({"type": "integer", "minimum": 3}))
        );
        assert_eq!(
            said(of("l").with(PlaceStep::Each)),
            Some(json!({"type": "string"}))
        );
        assert_eq!(
            said(of("u")),
            Some(json!({"type": "string", "maxLength": 4}))
        );
        assert_eq!(said(of("v")), None);
        assert_eq!(said(of("w")), None);
    }
}
