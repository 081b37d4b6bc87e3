//! What a schema keyword promises, in words, and which values can break it.

use serde_json::Value;

use crate::contract::yaml::Node;

use super::dialect::Travels;
use super::formats;
use super::nodes::{has_type, list_of, speaks};
use super::shape::Applies;

/// The keywords that can be a promise of their own.
const KEYWORDS: [&str; 31] = [
    "additionalProperties",
    "anyOf",
    "const",
    "contains",
    "dependentRequired",
    "dependentSchemas",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "items",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "prefixItems",
    "propertyNames",
    "type",
    "unevaluatedItems",
    "unevaluatedProperties",
    "uniqueItems",
];

/// The keyword and which values it can be broken by; `None` where it is no promise of its own.
pub(super) fn applies(key: &str, value: &Node, schema: &Node) -> Option<(&'static str, Applies)> {
    let keyword = KEYWORDS.into_iter().find(|known| *known == key)?;
    Some((keyword, speaks_of(keyword, value, schema)?))
}

/// Which values a keyword can be broken by.
fn speaks_of(key: &str, value: &Node, schema: &Node) -> Option<Applies> {
    Some(match key {
        "type" | "enum" | "const" | "not" | "if" => Applies::Any,
        "oneOf" | "anyOf" => {
            let speaking = list_of(schema, key)
                .filter(|(_, branch)| speaks(branch))
                .count();
            if speaking < 2 {
                return None;
            }
            Applies::Any
        }
        "minimum" | "maximum" | "multipleOf" => Applies::Number,
        "exclusiveMinimum" | "exclusiveMaximum" if value.as_bool().is_none() => Applies::Number,
        "minLength" | "maxLength" | "pattern" => Applies::String,
        "format" => {
            let name = value.as_str()?;
            if formats::integer_bounds(name).is_some() {
                if !has_type(schema, "integer") && !has_type(schema, "number") {
                    return None;
                }
                Applies::Number
            } else if formats::is_asserted(name) {
                Applies::String
            } else {
                return None;
            }
        }
        "minItems" | "maxItems" | "contains" | "prefixItems" | "unevaluatedItems" => Applies::Array,
        "uniqueItems" if value.as_bool() == Some(true) => Applies::Array,
        "items" if value.as_bool() == Some(false) => Applies::Array,
        "minProperties"
        | "maxProperties"
        | "propertyNames"
        | "patternProperties"
        | "dependentRequired"
        | "dependentSchemas"
        | "unevaluatedProperties" => Applies::Object,
        "additionalProperties" if value.as_bool() == Some(false) => Applies::Object,
        _ => return None,
    })
}

/// The longest text or list that a request can be expected to carry outside its body.
const MOST_AS_TEXT: f64 = 4_096.0;

/// Whether some value, travelling so, breaks a keyword of a place with these types; a text is what the schema takes it for.
pub(super) fn can_break(key: &str, value: &Node, types: &[String], travels: Travels) -> bool {
    if travels == Travels::Json {
        return true;
    }
    let mut named = types
        .iter()
        .map(String::as_str)
        .filter(|kind| *kind != "null");
    let is_named = named.clone().next().is_some();
    let mut only = |kinds: &[&str]| named.all(|kind| kinds.contains(&kind));
    let number = value.to_json().as_f64().unwrap_or_default();
    match key {
        "type" => is_named && only(&["integer", "number", "boolean"]),
        "enum" => only(&["string", "integer", "number"]),
        "const" => only(&["string", "integer", "number", "boolean"]),
        "multipleOf" if number == 1.0 => false,
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            is_named && only(&["integer", "number"])
        }
        "minLength" => {
            number > f64::from(u8::from(travels == Travels::Segment)) && only(&["string"])
        }
        "maxLength" => number < MOST_AS_TEXT && only(&["string"]),
        "pattern" => {
            let all = ["", ".*", "^.*", ".*$", "^.*$"];
            value
                .as_str()
                .is_some_and(|pattern| !all.contains(&pattern))
                && only(&["string"])
        }
        "format"
            if value
                .as_str()
                .is_some_and(|name| formats::integer_bounds(name).is_some()) =>
        {
            is_named && only(&["integer", "number"])
        }
        "format" => only(&["string"]),
        // An empty list cannot be told from one empty entry.
        "minItems" => number > 1.0 && is_named && only(&["array"]),
        "maxItems" => number < MOST_AS_TEXT && is_named && only(&["array"]),
        "uniqueItems" => is_named && only(&["array"]),
        _ => false,
    }
}

/// The promise of a keyword in words.
pub(super) fn phrase(key: &str, value: &Node, schema: &Node) -> String {
    let json = value.to_json();
    let exclusive = |name: &str| schema.get(name).and_then(Node::as_bool) == Some(true);
    match key {
        "type" => {
            let nullable = schema.get("nullable").and_then(Node::as_bool) == Some(true);
            let kinds = match &json {
                Value::Array(list) => list
                    .iter()
                    .filter_map(|one| one.as_str())
                    .collect::<Vec<_>>()
                    .join(" or "),
                other => other.as_str().unwrap_or_default().to_owned(),
            };
            format!(
                "is of type {kinds}{}",
                if nullable { " or null" } else { "" }
            )
        }
        "enum" => {
            let options: Vec<String> = value
                .as_sequence()
                .unwrap_or_default()
                .iter()
                .map(|one| one.to_json().to_string())
                .collect();
            format!("is {}", options.join(" or "))
        }
        "const" => format!("is {json}"),
        "minLength" => format!("has at least {json} characters"),
        "maxLength" => format!("has at most {json} characters"),
        "pattern" => format!("matches {}", value.as_str().unwrap_or_default()),
        "format" => match value.as_str().unwrap_or_default() {
            "uri" => "is an absolute URI (RFC 3986)".to_owned(),
            "date-time" => "is a date and time as in RFC 3339".to_owned(),
            "int32" => "fits into 32 bits".to_owned(),
            "int64" => "fits into 64 bits".to_owned(),
            other => format!("has the format {other}"),
        },
        "minimum" if exclusive("exclusiveMinimum") => format!("is greater than {json}"),
        "maximum" if exclusive("exclusiveMaximum") => format!("is less than {json}"),
        "minimum" => format!("is at least {json}"),
        "maximum" => format!("is at most {json}"),
        "exclusiveMinimum" => format!("is greater than {json}"),
        "exclusiveMaximum" => format!("is less than {json}"),
        "multipleOf" => format!("is a multiple of {json}"),
        "minItems" => format!("has at least {json} entries"),
        "maxItems" => format!("has at most {json} entries"),
        "uniqueItems" => "has no entry twice".to_owned(),
        "items" => "has no entries but the documented ones".to_owned(),
        "additionalProperties" => "has no properties but the documented ones".to_owned(),
        "minProperties" => format!("has at least {json} properties"),
        "maxProperties" => format!("has at most {json} properties"),
        "oneOf" => "fits exactly one of its alternatives".to_owned(),
        "anyOf" => "fits at least one of its alternatives".to_owned(),
        other => format!("keeps `{other}`"),
    }
}
