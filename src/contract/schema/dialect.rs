//! Which OpenAPI a document is written in, which way a value goes, and how it travels.

use serde_json::{Map, Value, json};

/// Which OpenAPI a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// 3.0, or a fragment that does not say.
    V30,
    /// 3.1: JSON Schema 2020-12.
    V31,
}

/// Which way a value goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the target: nobody sends what is `readOnly`.
    Request,
    /// From the target: nobody gets what is `writeOnly`.
    Response,
}

impl Direction {
    /// The mark of a property that does not go this way, and so is not demanded.
    pub fn left_out(self) -> &'static str {
        match self {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        }
    }
}

/// How a value travels, which decides what it can break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Travels {
    /// As JSON: with its types.
    Json,
    /// As text in a query, header, cookie or form: only the schema says what type it has.
    Text,
    /// As text that is a segment of a path, so never empty.
    Segment,
}

/// `nullable: true`: `null` is allowed beside all that is said, also where an `enum` or an `allOf` does not list it.
pub(super) fn nullable(schema: Map<String, Value>) -> Value {
    let composed = ["allOf", "anyOf", "oneOf", "not", "$ref"]
        .iter()
        .any(|key| schema.contains_key(*key));
    let mut schema = schema;
    if composed {
        return json!({"anyOf": [{"type": "null"}, Value::Object(schema)]});
    }
    if let Some(kind) = schema.get("type").cloned() {
        schema.insert("type".into(), json!([kind, "null"]));
    }
    if let Some(Value::Array(options)) = schema.get_mut("enum")
        && !options.contains(&Value::Null)
    {
        options.push(Value::Null);
    }
    Value::Object(schema)
}
