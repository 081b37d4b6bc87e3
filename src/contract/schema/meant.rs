//! Names of types that JSON Schema does not have, as documents write them all the same. They are no clause and refuse
//! nothing; what they mean is how a value is made.

use serde_json::{Map, Value};

use crate::contract::yaml::Node;

use super::sound::known_types;

/// Our name, in the lowered schema of a request, for the type that a name means which JSON Schema does not have.
pub const MEANT_KEYWORD: &str = "x-conform-meant";
/// The type of a name that nobody knows.
pub const UNKNOWN: &str = "unknown";

/// Our name, in the lowered schema of a request, for a format that no value can break and that a made value has all the same.
pub const FORMAT_KEYWORD: &str = "x-conform-format";

/// Notes in a lowered schema what the unknown name of a type means.
pub(super) fn note(node: &Node, out: &mut Map<String, Value>) {
    if let Some((kind, format)) = meant(node) {
        out.insert(MEANT_KEYWORD.into(), kind.into());
        out.extend(format.map(|format| (FORMAT_KEYWORD.to_owned(), format.into())));
    }
}

/// The type of JSON Schema, and the format, that the unknown name of a type means; `None` where there is no such name.
fn meant(node: &Node) -> Option<(&'static str, Option<&'static str>)> {
    let named = node.get("type")?;
    if !known_types(named).is_empty() {
        return None;
    }
    let name = named.as_str()?.to_ascii_lowercase();
    Some(match name.as_str() {
        "int" | "int32" | "int64" | "long" | "short" | "bigint" | "uint" | "integer" => {
            ("integer", None)
        }
        "float" | "double" | "decimal" | "real" | "number" => ("number", None),
        "bool" | "boolean" => ("boolean", None),
        "list" | "array" | "tuple" | "set" => ("array", None),
        "dict" | "map" | "hash" | "json" | "object" => ("object", None),
        "datetime" | "date-time" | "timestamp" => ("string", Some("date-time")),
        "date" => ("string", Some("date")),
        "uuid" | "guid" => ("string", Some("uuid")),
        "email" => ("string", Some("email")),
        "uri" | "url" => ("string", Some("uri")),
        "str" | "string" | "text" | "char" | "file" | "binary" | "bytes" => ("string", None),
        _ => (UNKNOWN, None),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::yaml::parse;

    #[test]
    fn a_name_that_is_no_type_means_one() {
        for (written, wanted) in [
            ("int", Some(("integer", None))),
            ("String", Some(("string", None))),
            ("datetime", Some(("string", Some("date-time")))),
            ("Pet", Some((UNKNOWN, None))),
            ("integer", None),
            ("[string, int]", None),
        ] {
            let node = parse(&format!("type: {written}")).unwrap();
            assert_eq!(meant(&node), wanted, "{written}");
        }
    }
}
