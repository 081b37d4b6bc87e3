//! One place of a lowered schema with all that is said of it: references followed, `allOf` merged, an alternative taken.

use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::contract::subject::{Place, PlaceStep};

/// The most schemas that are merged at one place.
const MOST_PARTS: usize = 200;
/// The most values and names of a list that are looked at: no value is made that has more members.
const MOST_LISTED: usize = 20_000;

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
        own.map(|(key, value)| (key.clone(), listed(key, value)))
            .collect(),
    );
    out
}

/// What stands under a keyword; of a list without end its beginning.
fn listed(key: &str, value: &Value) -> Value {
    match value {
        Value::Array(all) if ["enum", "required"].contains(&key) => {
            Value::Array(all.iter().take(MOST_LISTED).cloned().collect())
        }
        _ => value.clone(),
    }
}

/// Whether a schema says how the entries of a map are called, or how many there are at most.
pub(super) fn names_entries(map: &Map<String, Value>) -> bool {
    let keys = ["propertyNames", "patternProperties", "maxProperties"];
    keys.iter().any(|key| map.contains_key(*key))
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

/// The same of a place in a value: of several alternatives, the first that the value has the shape of.
pub fn at_in(root: &Value, place: &Place, value: &Value) -> Option<Map<String, Value>> {
    let (here, value) = way(root, place, value, &mut Vec::new())?;
    fitting(&here, root, value.as_ref()?)
}

/// A place as a value has it: of a map its first entry, and of alternatives the one that the value is.
pub fn place_in(root: &Value, place: &Place, value: &Value) -> Option<Place> {
    let is_plain = |step: &PlaceStep| matches!(step, PlaceStep::Key(_) | PlaceStep::Each);
    if place.steps().iter().all(is_plain) {
        return Some(place.clone());
    }
    // To follow schemas takes long; what has no such place is left before that.
    let mut here = Some(value);
    for step in place.steps() {
        here = match (step, here?) {
            (PlaceStep::Branch(_), here) => Some(here),
            (PlaceStep::Key(name), here) => here.get(&**name),
            (PlaceStep::Each, here) => here.get(0),
            (PlaceStep::Any, here) => here.as_object()?.values().next_back(),
        };
    }
    let mut steps = Vec::new();
    way(root, place, value, &mut steps)?;
    let place = steps
        .into_iter()
        .fold(Place::default(), |place, step| place.with(step));
    Some(place)
}

/// Goes down to a place of a value: the schema there, and the value, which alone may not be there.
fn way(
    root: &Value,
    place: &Place,
    value: &Value,
    steps: &mut Vec<PlaceStep>,
) -> Option<(Value, Option<Value>)> {
    let (mut here, mut value) = (Cow::Borrowed(root), Some(value));
    for step in place.steps() {
        if matches!(step, PlaceStep::Branch(_)) {
            continue;
        }
        let now = value?;
        let mut map = fitting(&here, root, now)?;
        let (below, entry) = match step {
            PlaceStep::Key(name) => {
                let below = map.get_mut("properties")?.get_mut(&**name)?.take();
                (below, now.get(&**name))
            }
            PlaceStep::Each => (map.remove("items")?, now.get(0)),
            PlaceStep::Any | PlaceStep::Branch(_) => {
                let named = map.get("properties").and_then(Value::as_object);
                let is_named = |name: &String| named.is_some_and(|named| named.contains_key(name));
                let mut entries = now.as_object()?.iter();
                let (name, entry) = entries.find(|(name, _)| !is_named(name))?;
                steps.push(PlaceStep::Key(name.as_str().into()));
                let below = map.remove("additionalProperties")?;
                (below.is_object().then_some(below)?, Some(entry))
            }
        };
        (here, value) = (Cow::Owned(below), entry);
        if !matches!(step, PlaceStep::Any) {
            steps.push(step.clone());
        }
    }
    Some((here.into_owned(), value.cloned()))
}

/// So many alternatives are looked at.
const MOST_PICKS: usize = 16;

/// A schema with that alternative taken whose members a value has; whether it fits altogether is for others to say.
fn fitting(schema: &Value, root: &Value, value: &Value) -> Option<Map<String, Value>> {
    let is_single = !is_union(schema, root, &mut Vec::new());
    let mut picks = (0..MOST_PICKS).map(|pick| flatten(schema, root, pick));
    picks.find(|map| is_single || has_shape(map, root, value))
}

fn has_shape(map: &Map<String, Value>, root: &Value, value: &Value) -> bool {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let is_kind = |one: &Value| {
        let one = one.as_str();
        one == Some(kind) || kind == "integer" && one == Some("number")
    };
    let is_typed = match map.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().any(is_kind),
        Some(one) => is_kind(one),
        None => true,
    };
    let Some(members) = value.as_object().filter(|_| is_typed) else {
        return is_typed;
    };
    let required = map.get("required").and_then(Value::as_array);
    let mut required = required.into_iter().flatten().filter_map(Value::as_str);
    let known = map.get("properties").and_then(Value::as_object);
    let says = |(name, value): (&String, &Value)| {
        let Some(said) = known.and_then(|known| known.get(name)) else {
            return known.is_none() || map.get("additionalProperties") != Some(&json!(false));
        };
        let said = flatten(said, root, 0);
        let listed = said.get("enum").and_then(Value::as_array);
        listed.is_none_or(|all| all.len() == MOST_LISTED || all.contains(value))
            && said.get("const").is_none_or(|one| one == value)
    };
    required.all(|name| members.contains_key(name)) && members.iter().all(says)
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
        let value = json!({"v": 3});
        let in_value = at_in(&root, &of("v"), &value).map(Value::Object);
        assert_eq!(in_value, Some(json!({"type": "integer"})));
        assert_eq!(said(of("w")), None);
    }

    #[test]
    fn of_alternatives_the_one_is_taken_that_a_value_has_the_members_of() {
        let root = json!({"oneOf": [
            {"properties": {"kind": {"const": "a"}, "name": {"type": "string", "maxLength": 3}}, "required": ["kind", "name"]},
            {"properties": {"kind": {"const": "b"}, "name": {"type": "string", "maxLength": 9}}, "required": ["kind", "name"]},
        ]});
        let name = Place::default().key("name");
        for (kind, most) in [("a", Some(3)), ("b", Some(9)), ("c", None)] {
            let value = json!({"kind": kind, "name": "x"});
            let said = at_in(&root, &name, &value);
            let found = said.and_then(|said| said.get("maxLength")?.as_u64());
            assert_eq!(found, most, "{kind}");
        }
    }
}
