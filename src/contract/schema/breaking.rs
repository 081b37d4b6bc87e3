//! Values that break one keyword. Which candidate really breaks its clause alone is decided by the compiled schema,
//! never here.

use serde_json::{Map, Value, json};

use super::numbers::number;
use super::room;

/// The longest text or list that is sent to break a keyword of a request.
pub const LONGEST_SENT: usize = 4_096;
/// The longest that is made to break one of an answer. Some documents allow 2,147,483,647 characters.
pub const LONGEST_MADE: usize = 100_000;

/// Why no value is made that is beyond a bound of a text, a list or an object: it would be longer than `longest`.
pub fn too_far(keyword: &str, bound: &Value, longest: usize) -> Option<String> {
    let bound = bound.as_u64()?;
    let what = match keyword {
        "maxLength" => format!("a text of more than {bound} characters"),
        "minLength" => format!("a text of almost {bound} characters"),
        "maxItems" => format!("a list of more than {bound} entries"),
        "minItems" => format!("a list of almost {bound} entries"),
        "maxProperties" => format!("an object of more than {bound} members"),
        _ => return None,
    };
    let length = match keyword.starts_with("min") {
        true => bound.saturating_sub(1),
        false => bound.saturating_add(1),
    };
    let is_far = usize::try_from(length).map_or(true, |length| length > longest);
    is_far.then(|| format!("{what} is not made"))
}

/// Candidates that break `keyword` of `schema` (the lowered node's own keywords), the most natural first; no text and no
/// list that is longer than `longest`.
pub fn breaking(
    keyword: &str,
    schema: &Map<String, Value>,
    current: Option<&Value>,
    longest: usize,
) -> Vec<Value> {
    let bound = schema.get(keyword);
    if bound.is_some_and(|bound| too_far(keyword, bound, longest).is_some()) {
        return Vec::new();
    }
    let text = current.and_then(Value::as_str).unwrap_or_default();
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    let length = |name: &str| length(schema, name);
    // What is out of a bound is a multiple all the same.
    let step = bound("multipleOf").unwrap_or(1.0);
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
            "com.example-inc.Name",
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
        // In 3.0 `exclusiveMinimum: true` makes the bound itself the first that is out.
        "minimum" => (bound("minimum")
            .into_iter()
            .flat_map(|least| [least - 1.0, least - 0.5, least - step]))
        .chain(bound("exclusiveMinimum"))
        .map(number)
        .collect(),
        "maximum" => (bound("maximum")
            .into_iter()
            .flat_map(|most| [most + 1.0, most + 0.5, most + step]))
        .chain(bound("exclusiveMaximum"))
        .map(number)
        .collect(),
        "exclusiveMinimum" => bound("exclusiveMinimum").map(number).into_iter().collect(),
        "exclusiveMaximum" => bound("exclusiveMaximum").map(number).into_iter().collect(),
        "multipleOf" => bound("multipleOf")
            .into_iter()
            .flat_map(|step| [number(step + step / 2.0), number(step + 1.0)])
            .collect(),
        _ => breaking_whole(keyword, schema, current),
    }
}

/// Candidates that break a keyword of an array or an object, or of anything.
fn breaking_whole(
    keyword: &str,
    schema: &Map<String, Value>,
    current: Option<&Value>,
) -> Vec<Value> {
    let length = |name: &str| length(schema, name);
    match keyword {
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
        "items" | "unevaluatedItems" => {
            let mut items = current
                .and_then(Value::as_array)
                .cloned()
                .unwrap_or_default();
            items.resize(items.len() + 9, json!("x_conform_extra"));
            vec![Value::Array(items)]
        }
        "dependentRequired" => lonely(schema, current),
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
        "oneOf" | "anyOf" | "not" | "absent" | "if" | "contains" | "propertyNames"
        | "patternProperties" | "prefixItems" => {
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

/// The same objects without a member that another one of theirs demands, and with one that demands what is not there.
fn lonely(schema: &Map<String, Value>, current: Option<&Value>) -> Vec<Value> {
    let demands = schema.get("dependentRequired").and_then(Value::as_object);
    let map = current.and_then(Value::as_object);
    let Some((demands, map)) = demands.zip(map) else {
        return Vec::new();
    };
    let pairs = demands.iter().flat_map(|(name, needs)| {
        let needs = needs.as_array().into_iter().flatten();
        needs.filter_map(move |need| Some((name, need.as_str()?)))
    });
    let without = |(name, need): (&String, &str)| {
        let mut less = map.clone();
        less.shift_remove(need);
        (map.contains_key(name) && map.contains_key(need)).then_some(Value::Object(less))
    };
    pairs.filter_map(without).collect()
}

fn length(schema: &Map<String, Value>, name: &str) -> Option<usize> {
    usize::try_from(schema.get(name)?.as_u64()?).ok()
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
    if !room::holds(&entry, most.saturating_add(1)) {
        return Vec::new();
    }
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
