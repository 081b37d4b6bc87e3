//! Values that keep a whole schema: a full sample, or the smallest. Whether one really does is decided by the compiled
//! schema, never here.

use serde_json::{Map, Value, json};

use super::lower::VALUE_KEYWORD;

/// How much of a schema a value shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Extent {
    /// All properties, and one entry at least.
    Whole,
    /// What is required and no more, where the document gives no value.
    Least,
    /// What is required and no more.
    Bare,
}

/// A value that keeps a lowered schema, with all its properties; `root` holds the `$defs`.
pub fn sample(schema: &Value, root: &Value) -> Value {
    build(schema, root, 0, Extent::Whole)
}

/// The smallest values that keep the lowered schema of a request: with the document's own values in it, and without.
pub fn smallest(schema: &Value) -> [Value; 2] {
    [Extent::Least, Extent::Bare].map(|extent| build(schema, schema, 0, extent))
}

fn build(schema: &Value, root: &Value, depth: usize, extent: Extent) -> Value {
    let flat = flatten(schema, root, 0);
    if extent == Extent::Least
        && let Some(value) = flat.get(VALUE_KEYWORD)
    {
        return value.clone();
    }
    if let Some(value) = flat.get("const") {
        return value.clone();
    }
    if let Some(Value::Array(options)) = flat.get("enum") {
        let option = options.iter().find(|option| !option.is_null());
        return option.cloned().unwrap_or(Value::Null);
    }
    match kind_of(&flat) {
        "object" => object(&flat, root, depth, extent),
        "array" => {
            let least = flat.get("minItems").and_then(Value::as_u64);
            let least = match extent {
                Extent::Whole => least.unwrap_or(1).max(1),
                // A parameter without an entry could not be sent.
                Extent::Least | Extent::Bare if depth == 0 => least.unwrap_or(1).max(1),
                Extent::Least | Extent::Bare => least.unwrap_or(0),
            };
            match flat.get("items") {
                Some(items) if depth < MOST_DEPTH => (0..least.min(MOST_ENTRIES))
                    .map(|_| build(items, root, depth + 1, extent))
                    .collect(),
                _ => json!([]),
            }
        }
        "integer" => in_bounds(&flat, 1.0),
        "number" => in_bounds(&flat, 0.5),
        "boolean" => json!(true),
        "null" => Value::Null,
        _ => text(&flat),
    }
}

const MOST_DEPTH: usize = 12;
const MOST_ENTRIES: u64 = 1_000;

fn kind_of(flat: &Map<String, Value>) -> &str {
    match flat.get("type") {
        Some(Value::Array(kinds)) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str);
            kinds.find(|kind| *kind != "null").unwrap_or("null")
        }
        Some(kind) => kind.as_str().unwrap_or("object"),
        None if flat.contains_key("items") => "array",
        None if flat.contains_key("properties") => "object",
        None => "string",
    }
}

fn object(flat: &Map<String, Value>, root: &Value, depth: usize, extent: Extent) -> Value {
    let required = flat.get("required").and_then(Value::as_array);
    let required: Vec<&str> = required
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut map = Map::new();
    let properties = flat.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let is_required = required.contains(&name.as_str());
        let is_wanted = match extent {
            Extent::Whole => is_required || depth < MOST_DEPTH,
            Extent::Least | Extent::Bare => is_required,
        };
        // A schema that demands itself within itself has no value at all.
        if is_wanted && depth < 2 * MOST_DEPTH {
            map.insert(name.clone(), build(property, root, depth + 1, extent));
        }
    }
    Value::Object(map)
}

/// The number nearest to 1 that keeps the bounds; `nudge` leads off an exclusive one.
fn in_bounds(schema: &Map<String, Value>, nudge: f64) -> Value {
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    if let Some(least) = schema.get("minimum")
        && !schema.contains_key("multipleOf")
    {
        return least.clone();
    }
    let mut value = bound("minimum").unwrap_or(1.0);
    if let Some(above) = bound("exclusiveMinimum").filter(|above| *above >= value) {
        value = above + nudge;
    }
    if let Some(most) = bound("maximum") {
        value = value.min(most);
    }
    if let Some(below) = bound("exclusiveMaximum").filter(|below| *below <= value) {
        value = below - nudge;
    }
    if let Some(step) = bound("multipleOf").filter(|step| *step > 0.0) {
        value = (value / step).ceil() * step;
    }
    number(value)
}

/// A number, whole where it is.
pub(super) fn number(float: f64) -> Value {
    if float.fract() == 0.0 && float.abs() < 9e15 {
        json!(float as i64)
    } else {
        json!(float)
    }
}

fn text(schema: &Map<String, Value>) -> Value {
    let sample = match schema.get("format").and_then(Value::as_str) {
        Some("uri" | "uri-reference") => "https://example.com/x",
        Some("date-time") => "2006-01-02T15:04:05Z",
        Some("date") => "2006-01-02",
        Some("uuid") => "9bb441c4-edef-46ac-8a41-c49e44a3fd9a",
        Some("ipv4") => "192.0.2.1",
        Some("ipv6") => "2001:db8::1",
        _ if schema.contains_key("pattern") => "https://example.com/x",
        _ => "text",
    };
    let length = |name: &str| schema.get(name).and_then(Value::as_u64);
    let (least, most) = (length("minLength"), length("maxLength"));
    let pattern = schema.get("pattern").and_then(Value::as_str);
    let pattern = pattern.and_then(|pattern| regex::Regex::new(pattern).ok());
    let candidates = [sample, "io.Sample", "a", "1", "x-1", ""].map(str::to_owned);
    let least_length = usize::try_from(least.unwrap_or(1).clamp(1, 10_000)).unwrap_or(1);
    let filled = ["a", "1", "A"].map(|letter| letter.repeat(least_length));
    let fits = |text: &&String| {
        let count = text.chars().count() as u64;
        least.is_none_or(|least| count >= least)
            && most.is_none_or(|most| count <= most)
            && pattern
                .as_ref()
                .is_none_or(|pattern| pattern.is_match(text))
    };
    let mut all = candidates.iter().chain(&filled);
    json!(all.find(fits).map_or(sample, |text| text))
}

/// A schema with references followed and `allOf` merged, one level; of alternatives the first.
fn flatten(schema: &Value, root: &Value, depth: usize) -> Map<String, Value> {
    let mut out = Map::new();
    let Some(map) = schema.as_object().filter(|_| depth < 32) else {
        return out;
    };
    let mut parts: Vec<&Value> = Vec::new();
    if let Some(target) = map.get("$ref").and_then(Value::as_str) {
        parts.extend(root.pointer(target.trim_start_matches('#')));
    }
    parts.extend(
        map.get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten(),
    );
    for key in ["oneOf", "anyOf"] {
        let speaking = map.get(key).and_then(Value::as_array).into_iter().flatten();
        parts.extend(
            speaking
                .filter(|branch| branch.get("type").and_then(Value::as_str) != Some("null"))
                .take(1),
        );
    }
    for part in parts {
        merge(&mut out, flatten(part, root, depth + 1));
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
    fn a_sample_keeps_its_schema() {
        let schema = json!({
            "allOf": [{"$ref": "#/$defs/a"}, {"properties": {"list": {"items": {"properties": {"n": {"type": "integer", "minimum": 3}}}}}}],
            "$defs": {"a": {"type": "object", "required": ["list"], "properties": {"list": {"type": "array", "minItems": 2, "items": {"type": "object"}}, "u": {"type": ["string", "null"], "format": "uri"}}}}
        });
        let value = sample(&schema, &schema);
        assert_eq!(
            value,
            json!({"list": [{"n": 3}, {"n": 3}], "u": "https://example.com/x"})
        );
    }

    #[test]
    fn the_smallest_value_has_what_is_required_and_the_documents_own_values() {
        let schema = json!({
            "type": "object",
            "required": ["name", "size", "tags"],
            "properties": {
                "name": {"type": "string", "x-conform-value": "Ada", "minLength": 2, "maxLength": 3},
                "size": {"type": "integer", "exclusiveMinimum": 4, "multipleOf": 5},
                "tags": {"type": "array", "items": {"type": "string"}},
                "note": {"type": "string"}
            }
        });
        let [own, bare] = smallest(&schema);
        assert_eq!(own, json!({"name": "Ada", "size": 5, "tags": []}));
        assert_eq!(bare["name"], json!("x-1"));
    }
}
