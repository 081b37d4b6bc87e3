//! An OpenAPI schema, as the body of a response, lowered to JSON Schema 2020-12.
//! OpenAPI 3.0 is not JSON Schema: `nullable`, boolean `exclusiveMinimum` and `writeOnly` by direction are rewritten
//! here (OpenAPI 3.0.3, "Schema Object"); 3.1 passes through. References become `$defs`, so that cycles stay cycles.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use crate::contract::document::{Document, SpecError};
use crate::contract::pointer;
use crate::contract::yaml::Node;

use super::formats;

/// Which OpenAPI a document is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// 3.0, or a fragment that does not say.
    V30,
    /// 3.1: JSON Schema 2020-12.
    V31,
}

/// Keywords that mean the same in OpenAPI 3.0 and JSON Schema and hold no schema.
const SAME: [&str; 12] = [
    "type",
    "enum",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "multipleOf",
    "const",
];
/// Annotations of 3.1 that may hold anything; `nullable` and `example` are OpenAPI's.
const ANNOTATIONS: [&str; 12] = [
    "title",
    "description",
    "default",
    "example",
    "examples",
    "externalDocs",
    "xml",
    "deprecated",
    "readOnly",
    "writeOnly",
    "$comment",
    "discriminator",
];
const SCHEMA_LISTS: [&str; 4] = ["allOf", "anyOf", "oneOf", "prefixItems"];
const SCHEMA_MAPS: [&str; 5] = [
    "properties",
    "patternProperties",
    "$defs",
    "dependentSchemas",
    "definitions",
];
const SCHEMAS: [&str; 12] = [
    "items",
    "additionalProperties",
    "not",
    "contains",
    "propertyNames",
    "if",
    "then",
    "else",
    "unevaluatedItems",
    "unevaluatedProperties",
    "additionalItems",
    "contentSchema",
];

/// Lowers the schema at `node` (whose own pointer is `pointer`).
///
/// # Errors
/// A reference that leads nowhere or out of the document, or a schema that is no mapping, with its place.
pub fn lower(
    document: &Document,
    node: &Node,
    pointer: &str,
    dialect: Dialect,
) -> Result<Value, SpecError> {
    let mut lowering = Lowering {
        document,
        dialect,
        names: HashMap::new(),
        pending: Vec::new(),
    };
    let root = lowering.schema(node, pointer, &HashSet::new())?;
    let mut defs = Map::new();
    while let Some((target, name)) = lowering.pending.pop() {
        let (node, _) = document
            .at(&target)
            .ok_or_else(|| document.error(node.mark, "a reference leads nowhere"))?;
        defs.insert(name, lowering.schema(node, &target, &HashSet::new())?);
    }
    let mut out = Map::new();
    out.insert(
        "$schema".into(),
        json!("https://json-schema.org/draft/2020-12/schema"),
    );
    match root {
        Value::Object(map) => out.extend(map),
        other => drop(out.insert("allOf".into(), json!([other]))),
    }
    if !defs.is_empty() {
        out.insert("$defs".into(), Value::Object(defs));
    }
    Ok(Value::Object(out))
}

struct Lowering<'d> {
    document: &'d Document,
    dialect: Dialect,
    /// Pointer of a referenced schema → its name in `$defs`.
    names: HashMap<String, String>,
    pending: Vec<(String, String)>,
}

impl Lowering<'_> {
    fn schema(
        &mut self,
        node: &Node,
        pointer: &str,
        write_only: &HashSet<String>,
    ) -> Result<Value, SpecError> {
        if let Some(flag) = node.as_bool() {
            return Ok(Value::Bool(flag));
        }
        let Some(map) = node.as_mapping() else {
            return Err(self.document.error(
                node.mark,
                format!("a schema must be a mapping, this is {}", node.kind()),
            ));
        };
        let mut out = Map::new();
        if map.contains_key("$ref") {
            let target = self.document.resolve(node, pointer)?;
            let first = target.through.first().cloned().unwrap_or_default();
            out.insert(
                "$ref".into(),
                json!(format!("#/$defs/{}", self.name_of(first))),
            );
            if self.dialect == Dialect::V30 {
                return Ok(Value::Object(out));
            }
        }
        let mut write_only = write_only.clone();
        gather_write_only(self.document, node, pointer, &mut write_only, 0);
        for (key, entry) in map {
            let here = pointer::join(pointer, key);
            let key = key.as_str();
            if SCHEMA_LISTS.contains(&key) {
                if let Some(list) = entry.node.as_sequence() {
                    let inherited = if key == "prefixItems" {
                        HashSet::new()
                    } else {
                        write_only.clone()
                    };
                    let mut lowered = Vec::with_capacity(list.len());
                    for (n, branch) in list.iter().enumerate() {
                        lowered.push(self.schema(
                            branch,
                            &pointer::join(&here, &n.to_string()),
                            &inherited,
                        )?);
                    }
                    out.insert(key.to_owned(), Value::Array(lowered));
                }
            } else if SCHEMA_MAPS.contains(&key) {
                if let Some(children) = entry.node.as_mapping() {
                    let mut lowered = Map::new();
                    for (name, child) in children {
                        let place = pointer::join(&here, name);
                        lowered.insert(
                            name.clone(),
                            self.schema(&child.node, &place, &HashSet::new())?,
                        );
                    }
                    out.insert(key.to_owned(), Value::Object(lowered));
                }
            } else if SCHEMAS.contains(&key) {
                let lowered = self.schema(&entry.node, &here, &HashSet::new())?;
                out.insert(key.to_owned(), lowered);
            } else if key == "required" {
                let names: Vec<Value> = entry
                    .node
                    .as_sequence()
                    .unwrap_or_default()
                    .iter()
                    .filter_map(Node::as_str)
                    .filter(|name| !write_only.contains(*name))
                    .map(|name| json!(name))
                    .collect();
                out.insert(key.to_owned(), Value::Array(names));
            } else if key == "format" {
                self.format(node, &mut out);
            } else if SAME.contains(&key)
                || (self.dialect == Dialect::V31
                    && !ANNOTATIONS.contains(&key)
                    && !key.starts_with("x-")
                    && !key.starts_with('$'))
            {
                out.insert(key.to_owned(), entry.node.to_json());
            } else {
                bounds(key, &entry.node, map, &mut out);
            }
        }
        if self.dialect == Dialect::V30
            && node.get("nullable").and_then(Node::as_bool) == Some(true)
        {
            return Ok(nullable(out));
        }
        Ok(Value::Object(out))
    }

    fn format(&self, node: &Node, out: &mut Map<String, Value>) {
        let Some(name) = node.get("format").and_then(Node::as_str) else {
            return;
        };
        if let Some(bounds) = formats::integer_bounds(name) {
            if has_type(node, "integer") || (has_type(node, "number") && name.starts_with("int")) {
                out.insert(formats::INTEGER_KEYWORD.into(), json!([bounds.0, bounds.1]));
            }
        } else if formats::is_asserted(name) {
            out.insert("format".into(), json!(name));
        }
    }

    fn name_of(&mut self, target: String) -> String {
        if let Some(name) = self.names.get(&target) {
            return name.clone();
        }
        let name = format!("d{}", self.names.len());
        self.names.insert(target.clone(), name.clone());
        self.pending.push((target, name.clone()));
        name
    }
}

/// Whether the schema allows that type.
pub(super) fn has_type(node: &Node, wanted: &str) -> bool {
    match node.get("type") {
        Some(kind) => {
            kind.as_str() == Some(wanted)
                || kind
                    .as_sequence()
                    .is_some_and(|list| list.iter().any(|one| one.as_str() == Some(wanted)))
        }
        None => false,
    }
}

/// The bounds of a number: in 3.0 `exclusiveMinimum: true` makes `minimum` exclusive.
fn bounds(
    key: &str,
    value: &Node,
    siblings: &indexmap::IndexMap<String, crate::contract::yaml::Entry>,
    out: &mut Map<String, Value>,
) {
    let is_true =
        |name: &str| siblings.get(name).and_then(|entry| entry.node.as_bool()) == Some(true);
    let (name, exclusive) = match key {
        "minimum" => ("minimum", "exclusiveMinimum"),
        "maximum" => ("maximum", "exclusiveMaximum"),
        "exclusiveMinimum" | "exclusiveMaximum" => {
            if value.as_bool().is_none() {
                out.insert(key.to_owned(), value.to_json());
            }
            return;
        }
        _ => return,
    };
    let name = if is_true(exclusive) { exclusive } else { name };
    out.insert(name.to_owned(), value.to_json());
}

/// `nullable: true`: `null` is allowed beside all that is said, also where an `enum` or an `allOf` does not list it.
fn nullable(schema: Map<String, Value>) -> Value {
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

/// The names of properties that only requests carry, over this schema and what it is composed of.
fn gather_write_only(
    document: &Document,
    node: &Node,
    pointer: &str,
    names: &mut HashSet<String>,
    depth: usize,
) {
    if depth > 8 {
        return;
    }
    let Ok(here) = document.resolve(node, pointer) else {
        return;
    };
    if let Some(properties) = here.node.get("properties").and_then(Node::as_mapping) {
        for (name, entry) in properties {
            let place = pointer::join(&pointer::join(&here.pointer, "properties"), name);
            let flagged = document.resolve(&entry.node, &place).is_ok_and(|property| {
                property.node.get("writeOnly").and_then(Node::as_bool) == Some(true)
            });
            if flagged {
                names.insert(name.clone());
            }
        }
    }
    if let Some(list) = here.node.get("allOf").and_then(Node::as_sequence) {
        for (n, branch) in list.iter().enumerate() {
            let place = pointer::join(&pointer::join(&here.pointer, "allOf"), &n.to_string());
            gather_write_only(document, branch, &place, names, depth + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowered(text: &str, dialect: Dialect) -> Value {
        let document = Document::parse("t.yaml", text.to_owned()).unwrap();
        let (node, _) = document.at("/s").unwrap();
        let mut value = lower(&document, node, "/s", dialect).unwrap();
        value.as_object_mut().unwrap().shift_remove("$schema");
        value
    }

    #[test]
    fn openapi_3_0_is_rewritten() {
        assert_eq!(
            lowered(
                "s: {type: string, nullable: true, enum: [a], example: x, description: y}",
                Dialect::V30
            ),
            json!({"type": ["string", "null"], "enum": ["a", null]})
        );
        assert_eq!(
            lowered(
                "s: {type: integer, format: int32, minimum: 0, exclusiveMinimum: true, maximum: 5, exclusiveMaximum: false}",
                Dialect::V30
            ),
            json!({"type": "integer", (formats::INTEGER_KEYWORD): [-2147483648i64, 2147483647i64], "exclusiveMinimum": 0, "maximum": 5})
        );
    }

    #[test]
    fn write_only_is_not_demanded_of_a_response() {
        let text = "s: {allOf: [{properties: {p: {writeOnly: true}, q: {}}}, {required: [p, q]}]}";
        assert_eq!(
            lowered(text, Dialect::V30)["allOf"][1]["required"],
            json!(["q"])
        );
    }

    #[test]
    fn cycles_stay_cycles() {
        let text = "s: {$ref: '#/t'}\nt: {type: object, properties: {child: {$ref: '#/t'}}}";
        let value = lowered(text, Dialect::V30);
        assert_eq!(
            value["$defs"]["d0"]["properties"]["child"],
            json!({"$ref": "#/$defs/d0"})
        );
    }

    #[test]
    fn openapi_3_1_passes_through() {
        assert_eq!(
            lowered(
                "s: {type: [string, 'null'], const: a, exclusiveMinimum: 3, if: {const: a}, then: {minLength: 1}}",
                Dialect::V31
            ),
            json!({"type": ["string", "null"], "const": "a", "exclusiveMinimum": 3, "if": {"const": "a"}, "then": {"minLength": 1}})
        );
    }
}
