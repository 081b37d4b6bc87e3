//! Texts that keep what a lowered schema says of a string: its format, its length, its pattern.

use serde_json::{Map, Value};

use super::bulk::bulk;
use super::flat::flatten;
use super::meant::FORMAT_KEYWORD;
use super::pattern::matching;

/// A text of each format that one can be made of (OpenAPI Format Registry); `None` for what only remarks.
fn of_format(format: &str) -> Option<&'static str> {
    Some(match format {
        "uri" | "url" | "iri" | "uri-reference" | "iri-reference" => "https://example.com/x",
        "date-time" => "2006-01-02T15:04:05Z",
        "date" => "2006-01-02",
        "time" => "15:04:05Z",
        "duration" => "P1D",
        "uuid" | "guid" => "9bb441c4-edef-46ac-8a41-c49e44a3fd9a",
        "ipv4" | "ip" => "192.0.2.1",
        "ipv6" => "2001:db8::1",
        "email" | "idn-email" => "someone@example.com",
        "hostname" | "idn-hostname" => "example.com",
        "byte" => "dGV4dA==",
        "json-pointer" => "/x",
        "regex" => ".*",
        "int32" | "int64" | "integer" | "number" | "decimal" => "1",
        _ => return None,
    })
}

/// The format that a lowered schema names, whether or not it is asserted.
pub(super) fn format_of(schema: &Map<String, Value>) -> Option<&str> {
    let named = schema.get("format").or_else(|| schema.get(FORMAT_KEYWORD));
    named.and_then(Value::as_str)
}

/// A pattern of more bytes is not read to make a text.
const MOST_READ: u64 = 100_000;

/// A text that keeps format, length and pattern, as far as one is found.
pub(super) fn text(schema: &Map<String, Value>) -> String {
    let format = format_of(schema).and_then(of_format);
    let sample = format.unwrap_or("text");
    let length = |name: &str| schema.get(name).and_then(Value::as_u64);
    let (least, most) = (length("minLength"), length("maxLength"));
    let pattern = schema.get("pattern").and_then(Value::as_str);
    // A large one takes longer to read than to write a text for, and that one matches as it is made.
    let is_large = pattern.is_some_and(|pattern| bulk(pattern) > MOST_READ);
    let expression = pattern.filter(|_| !is_large);
    let expression = expression.and_then(|pattern| regex::Regex::new(pattern).ok());
    let wanted = usize::try_from(least.unwrap_or(1).clamp(1, 10_000)).unwrap_or(1);
    let cut = format.is_none().then(|| "text".repeat(wanted / 4 + 1));
    let cut = cut.map(|text| text.chars().take(wanted.max(4)).collect::<String>());
    let known = [
        "https://example.com/x",
        "io.Sample",
        "a",
        "1",
        "x-1",
        "2006-01-02",
        "2006-01-02T15:04:05Z",
        "9bb441c4-edef-46ac-8a41-c49e44a3fd9a",
        "1.0.0",
        "",
    ];
    let known = known.map(str::to_owned);
    let filled = ["a", "1", "A"].map(|letter| letter.repeat(wanted));
    let made = || pattern.into_iter().flat_map(matching);
    let sure = made().take(if is_large { usize::MAX } else { 0 });
    let first = sure.chain([sample.to_owned()]).chain(cut);
    let mut all = first.chain(known).chain(filled).chain(made());
    let fitting = all.find(|text| {
        let count = text.chars().count() as u64;
        (least.unwrap_or(0)..=most.unwrap_or(u64::MAX)).contains(&count)
            && expression.as_ref().is_none_or(|one| one.is_match(text))
    });
    fitting.unwrap_or_else(|| sample.to_owned())
}

/// Longer texts that match the pattern of a schema, if it has one.
pub fn beyond(schema: &Value) -> Vec<Value> {
    let flat = flatten(schema, schema, 0);
    let pattern = flat.get("pattern").and_then(Value::as_str);
    let made = pattern.into_iter().flat_map(matching);
    let mut all: Vec<Value> = made.take(24).map(Value::String).collect();
    all.reverse();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_text_keeps_its_schema() {
        let table = [
            (json!({}), "text"),
            (json!({"minLength": 6}), "textte"),
            (json!({"maxLength": 2}), "a"),
            (
                json!({"format": "uuid"}),
                "9bb441c4-edef-46ac-8a41-c49e44a3fd9a",
            ),
            (json!({(FORMAT_KEYWORD): "email"}), "someone@example.com"),
            (json!({(FORMAT_KEYWORD): "made-up"}), "text"),
            (json!({"pattern": "^[A-Z]{3}$"}), "AAA"),
            (json!({"pattern": "^[a-z0-9-]+$", "minLength": 5}), "textt"),
            (json!({"pattern": r"^\d{4}-\d{2}-\d{2}$"}), "2006-01-02"),
            (json!({"pattern": r"^[\p{L}]{1,255}x$"}), "ax"),
            (
                json!({"pattern": r"^[\p{L}]{1,255}x$", "minLength": 3}),
                "aax",
            ),
        ];
        for (schema, wanted) in table {
            assert_eq!(text(schema.as_object().unwrap()), wanted, "{schema}");
        }
    }
}
