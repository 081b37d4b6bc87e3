//! Values that break one keyword, and samples that keep a whole schema. Which candidate really breaks its clause alone
//! is decided by the compiled schema, never here.

use serde_json::{Map, Value, json};

/// Candidates that break `keyword` of `schema` (the lowered node's own keywords), the most natural first.
pub fn breaking(keyword: &str, schema: &Map<String, Value>, current: Option<&Value>) -> Vec<Value> {
    let text = current.and_then(Value::as_str).unwrap_or_default();
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let length = |name: &str| {
        schema
            .get(name)
            .and_then(Value::as_u64)
            .and_then(|n| usize::try_from(n).ok())
    };
    match keyword {
        "type" => vec![
            json!(12_345),
            json!("a text"),
            json!({}),
            json!([]),
            json!(true),
            json!(0.5),
            Value::Null,
        ],
        "enum" | "const" => vec![json!("UNDOCUMENTED"), json!("x"), json!(-987), json!(false)],
        "minLength" => length("minLength")
            .into_iter()
            .filter(|n| *n > 0)
            .map(|n| json!("a".repeat(n - 1)))
            .collect(),
        "maxLength" => length("maxLength").map(too_long(text)).unwrap_or_default(),
        "pattern" => [
            "io.confluent-inc.Sink",
            "not matching",
            " ",
            "-",
            "!",
            "",
            "a b",
            "\n",
            "1",
        ]
        .map(|bad| json!(bad))
        .to_vec(),
        "format" => vec![
            json!("not a uri"),
            json!("yesterday"),
            json!("2006-01-02 15:04:05Z"),
            json!("/relative"),
            json!("x"),
            json!(2_147_483_648i64),
            json!(9_223_372_036_854_775_808u64),
        ],
        "minimum" => bound("minimum")
            .into_iter()
            .flat_map(|least| [number(least - 1.0), number(least - 0.5)])
            .collect(),
        "maximum" => bound("maximum")
            .into_iter()
            .flat_map(|most| [number(most + 1.0), number(most + 0.5)])
            .collect(),
        "exclusiveMinimum" => bound("exclusiveMinimum").map(number).into_iter().collect(),
        "exclusiveMaximum" => bound("exclusiveMaximum").map(number).into_iter().collect(),
        "multipleOf" => bound("multipleOf")
            .into_iter()
            .flat_map(|step| [number(step + step / 2.0), number(step + 1.0)])
            .collect(),
        "minItems" => match (length("minItems"), current) {
            (Some(least), Some(Value::Array(items))) if least > 0 => vec![Value::Array(
                items.iter().take(least - 1).cloned().collect(),
            )],
            (Some(_), _) => vec![json!([])],
            _ => Vec::new(),
        },
        "maxItems" => length("maxItems")
            .map(|most| too_many(most, current))
            .unwrap_or_default(),
        "uniqueItems" => match current {
            Some(Value::Array(items)) if !items.is_empty() => {
                let mut twice = items.clone();
                twice.extend(items.last().cloned());
                vec![Value::Array(twice)]
            }
            _ => vec![json!(["twice", "twice"]), json!([1, 1])],
        },
        "additionalProperties" | "unevaluatedProperties" => {
            let mut map = current
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default();
            map.insert("x_conform_extra".to_owned(), json!("undocumented"));
            vec![Value::Object(map)]
        }
        "minProperties" => vec![json!({})],
        "maxProperties" => {
            let mut map = current
                .and_then(Value::as_object)
                .cloned()
                .unwrap_or_default();
            for n in 0..=length("maxProperties").unwrap_or_default() {
                map.insert(format!("x{n}"), json!(n));
            }
            vec![Value::Object(map)]
        }
        "oneOf" | "anyOf" | "not" | "if" | "contains" | "propertyNames" | "patternProperties"
        | "prefixItems" | "dependentRequired" => {
            vec![
                json!({}),
                json!("x"),
                json!(-987),
                json!([]),
                json!({"x_conform ": 1}),
                json!(true),
            ]
        }
        _ => Vec::new(),
    }
}

/// Texts of one character too many, each likely to keep some pattern or format.
fn too_long(text: &str) -> impl FnOnce(usize) -> Vec<Value> {
    let text = text.to_owned();
    move |most| {
        let fill = |head: &str| {
            let missing = (most + 1).saturating_sub(head.chars().count());
            json!(format!("{head}{}", "a".repeat(missing)))
        };
        vec![
            fill(&text),
            fill("a"),
            fill("1.0.0-a"),
            fill("https://example.com/"),
            fill(""),
        ]
    }
}

/// One entry too many; entries that are objects differ in a text where they have one.
fn too_many(most: usize, current: Option<&Value>) -> Vec<Value> {
    let entry = current
        .and_then(Value::as_array)
        .and_then(|items| items.first())
        .cloned()
        .unwrap_or_else(|| json!("x"));
    let same = Value::Array(vec![entry.clone(); most + 1]);
    let different = (0..=most)
        .map(|n| {
            let mut entry = entry.clone();
            if let Some(Value::String(text)) = entry
                .as_object_mut()
                .and_then(|map| map.values_mut().find(|value| value.is_string()))
            {
                text.push_str(&format!("X{n}"));
            } else if let Value::String(text) = &mut entry {
                text.push_str(&format!("X{n}"));
            }
            entry
        })
        .collect();
    vec![Value::Array(different), same]
}

fn number(float: f64) -> Value {
    if float.fract() == 0.0 && float.abs() < 9e15 {
        json!(float as i64)
    } else {
        json!(float)
    }
}

/// A value that keeps a lowered schema, with all its properties; `root` holds the `$defs`.
pub fn sample(schema: &Value, root: &Value) -> Value {
    build(schema, root, 0)
}

fn build(schema: &Value, root: &Value, depth: usize) -> Value {
    let flat = flatten(schema, root, 0);
    if let Some(value) = flat.get("const") {
        return value.clone();
    }
    if let Some(Value::Array(options)) = flat.get("enum") {
        return options
            .iter()
            .find(|option| !option.is_null())
            .cloned()
            .unwrap_or(Value::Null);
    }
    let kind = match flat.get("type") {
        Some(Value::Array(kinds)) => kinds
            .iter()
            .filter_map(Value::as_str)
            .find(|kind| *kind != "null")
            .unwrap_or("null"),
        Some(kind) => kind.as_str().unwrap_or("object"),
        None if flat.contains_key("items") => "array",
        None if flat.contains_key("properties") => "object",
        None => "string",
    };
    match kind {
        "object" => {
            let mut map = Map::new();
            let required: Vec<&str> = flat
                .get("required")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            for (name, property) in flat
                .get("properties")
                .and_then(Value::as_object)
                .into_iter()
                .flatten()
            {
                if depth < 12 || required.contains(&name.as_str()) {
                    map.insert(name.clone(), build(property, root, depth + 1));
                }
            }
            Value::Object(map)
        }
        "array" => {
            let least = flat
                .get("minItems")
                .and_then(Value::as_u64)
                .unwrap_or(1)
                .max(1);
            match flat.get("items") {
                Some(items) if depth < 12 => {
                    (0..least).map(|_| build(items, root, depth + 1)).collect()
                }
                _ => json!([]),
            }
        }
        "integer" | "number" => flat.get("minimum").cloned().unwrap_or_else(|| json!(1)),
        "boolean" => json!(true),
        "null" => Value::Null,
        _ => text(&flat),
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
    let candidates = [sample, "io.Sample", "a", "1", "x-1", ""];
    let pattern = schema
        .get("pattern")
        .and_then(Value::as_str)
        .and_then(|pattern| regex::Regex::new(pattern).ok());
    let fits = |text: &&str| {
        pattern
            .as_ref()
            .is_none_or(|pattern| pattern.is_match(text))
    };
    json!(candidates.into_iter().find(fits).unwrap_or(sample))
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
}
