//! An OpenAPI schema, as a request or a response uses it, lowered to JSON Schema 2020-12.
//! OpenAPI 3.0 is not JSON Schema: `nullable`, boolean `exclusiveMinimum`, and `readOnly` and `writeOnly` by direction
//! are rewritten here (OpenAPI 3.0.3, "Schema Object"); 3.1 passes through. References become `$defs`, so that cycles
//! stay cycles.

use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use serde_json::{Map, Value, json};

use crate::contract::document::Document;
use crate::contract::pointer;
use crate::contract::yaml::Node;

use super::dialect::{Dialect, Direction, nullable};
use super::formats;
use super::keywords::{bounds, lowered_types, options, required};
use super::meant::{self, FORMAT_KEYWORD};
use super::nodes::{has_type, is_marked, list_of, value_of};
use super::pattern::checkable;
use super::sound::flaw;

/// Our name, in the lowered schema of a request, for the value that the document itself gives.
pub const VALUE_KEYWORD: &str = "x-conform-value";
/// Marks a place of which the document says what is meant where it is left out.
pub const DEFAULT_KEYWORD: &str = "x-conform-default";
/// Marks a property that does not go this way.
pub const LEFT_OUT_KEYWORD: &str = "x-conform-left-out";

/// Keywords that mean the same in OpenAPI 3.0 and JSON Schema and hold no schema.
const SAME: [&str; 9] = [
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "multipleOf",
    "const",
];
/// Keywords of 3.1 that hold no schema either.
const SINCE_3_1: [&str; 3] = ["dependentRequired", "minContains", "maxContains"];
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

/// Lowers the schema at `node` (whose own pointer is `pointer`). What cannot be read of it, allows anything; loading the
/// document has told so.
pub fn lower(
    document: &Document,
    node: &Node,
    pointer: &str,
    dialect: Dialect,
    direction: Direction,
) -> Value {
    let mut lowering = Lowering {
        document,
        dialect,
        direction,
        names: HashMap::new(),
        pending: Vec::new(),
    };
    let root = lowering.schema(node, pointer, &HashSet::new());
    let mut defs = Map::new();
    while let Some((target, name)) = lowering.pending.pop() {
        let lowered = match document.at(&target) {
            Some((node, _)) => lowering.schema(node, &target, &HashSet::new()),
            None => Value::Bool(true),
        };
        defs.insert(name, lowered);
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
    Value::Object(out)
}

/// So many references in a row are followed for a value.
const MOST_REFERENCES: usize = 16;

struct Lowering<'d> {
    document: &'d Document,
    dialect: Dialect,
    direction: Direction,
    /// Pointer of a referenced schema → its name in `$defs`.
    names: HashMap<String, String>,
    pending: Vec<(String, String)>,
}

impl Lowering<'_> {
    /// The value that is given beside a reference, or beside one on the way that it leads.
    fn value_beside(&self, node: &Node) -> Option<Value> {
        let led = |node: &&Node| {
            let at = node.get("$ref")?.as_str()?.strip_prefix('#')?;
            Some(self.document.at(at)?.0)
        };
        let mut way = std::iter::successors(Some(node), led).take(MOST_REFERENCES);
        way.find_map(value_of)
    }

    /// One schema; `left_out` are the names that a schema around it does not demand in this direction.
    fn schema(&mut self, node: &Node, pointer: &str, left_out: &HashSet<String>) -> Value {
        let Some(map) = node.as_mapping() else {
            return Value::Bool(node.as_bool().unwrap_or(true));
        };
        let mut out = Map::new();
        if map.contains_key("$ref") {
            let Ok(target) = self.document.resolve(node, pointer) else {
                // What it refers to is not there, and what was written beside it as an example of it is.
                let value = self.value_beside(node);
                let value = value.filter(|_| self.direction == Direction::Request);
                return value.map_or(Value::Bool(true), |value| json!({VALUE_KEYWORD: value}));
            };
            // What is a reference and nothing else need not be looked at each time.
            let is_bare = |node: &Node| node.as_mapping().is_some_and(|map| map.len() == 1);
            let mut through = target.through.into_iter();
            let first = through.find(|(node, _)| node.get("$ref").is_none() || !is_bare(node));
            let first = first.map(|(_, pointer)| pointer).unwrap_or_default();
            out.insert(
                "$ref".into(),
                json!(format!("#/$defs/{}", self.name_of(first))),
            );
            if self.dialect == Dialect::V30 {
                // What stands beside a reference is ignored in 3.0; but whoever writes `nullable` or `default` there means it.
                self.note_default(node, &mut out);
                return match is_marked(node, "nullable") {
                    true => nullable(out),
                    false => Value::Object(out),
                };
            }
        }
        let mut left_out = left_out.clone();
        self.gather_left_out(node, pointer, &mut left_out, &mut HashSet::new());
        for (key, entry) in map {
            if flaw(key, &entry.node).is_some() && key != "type" {
                continue;
            }
            let here = pointer::join(pointer, key);
            match key.as_str() {
                "required" => drop(out.insert(key.clone(), required(&entry.node, &left_out))),
                "format" => self.format(node, &mut out),
                "type" => out.extend(lowered_types(node).map(|types| (key.clone(), types))),
                "enum" => drop(out.insert(key.clone(), options(node, &entry.node))),
                "pattern" => {
                    let pattern = entry.node.as_str().and_then(|text| checkable(text).ok());
                    out.extend(pattern.map(|text| (key.clone(), json!(text))));
                }
                _ => {}
            }
            if out.contains_key(key) {
                continue;
            }
            if let Some(lowered) = self.below(key, &entry.node, &here, &left_out) {
                out.insert(key.clone(), lowered);
            } else if SAME.contains(&key.as_str())
                || (self.dialect == Dialect::V31 && SINCE_3_1.contains(&key.as_str()))
            {
                out.insert(key.clone(), entry.node.to_json());
            } else {
                bounds(key, &entry.node, map, &mut out);
            }
        }
        if self.direction == Direction::Request {
            let is_left_out = is_marked(node, self.direction.left_out());
            let value = value_of(node);
            out.extend(value.map(|value| (VALUE_KEYWORD.to_owned(), value)));
            out.extend(is_left_out.then(|| (LEFT_OUT_KEYWORD.to_owned(), json!(true))));
            self.note_default(node, &mut out);
            meant::note(node, &mut out);
        }
        // Before `nullable` there was `x-nullable`; whoever writes it in 3.1, which has another way, means it all the same.
        let is_old = self.dialect == Dialect::V30 && is_marked(node, "x-nullable");
        if is_old || is_marked(node, "nullable") {
            return nullable(out);
        }
        Value::Object(out)
    }

    /// Marks a schema of a request that says what is meant where its value is left out.
    fn note_default(&self, node: &Node, out: &mut Map<String, Value>) {
        let has_default = self.direction == Direction::Request && node.get("default").is_some();
        out.extend(has_default.then(|| (DEFAULT_KEYWORD.to_owned(), json!(true))));
    }

    /// The schemas that stand below a keyword; `None` where it holds none.
    fn below(
        &mut self,
        key: &str,
        node: &Node,
        here: &str,
        left_out: &HashSet<String>,
    ) -> Option<Value> {
        let none = HashSet::new();
        if SCHEMA_LISTS.contains(&key) && node.as_sequence().is_some() {
            let left_out = [left_out, &none][usize::from(key == "prefixItems")];
            let mut lowered: Vec<Value> = Vec::new();
            let mut known: HashMap<u64, Vec<usize>> = HashMap::new();
            let hasher = RandomState::default();
            for (n, branch) in node.as_sequence().unwrap_or_default().iter().enumerate() {
                let place = pointer::join(here, &n.to_string());
                let schema = self.schema(branch, &place, left_out);
                // What is said twice says the same twice; the numbers of the others stay.
                let alike = known.entry(hasher.hash_one(&schema)).or_default();
                let is_said = key == "allOf" && alike.iter().any(|known| lowered[*known] == schema);
                alike.extend((!is_said).then_some(n));
                lowered.push(if is_said { Value::Bool(true) } else { schema });
            }
            return Some(Value::Array(lowered));
        }
        if SCHEMA_MAPS.contains(&key) && node.as_mapping().is_some() {
            let mut lowered = Map::new();
            for (name, child) in node.as_mapping().into_iter().flatten() {
                let place = pointer::join(here, name);
                let schema = self.schema(&child.node, &place, &none);
                match (key == "patternProperties").then(|| checkable(name)) {
                    None => lowered.insert(name.clone(), schema),
                    Some(Ok(pattern)) => lowered.insert(pattern, schema),
                    // Whatever it may be about counts as described.
                    Some(Err(_)) => lowered.insert(String::new(), Value::Bool(true)),
                };
            }
            return Some(Value::Object(lowered));
        }
        let is_schema = SCHEMAS.contains(&key);
        is_schema.then(|| self.schema(node, here, &none))
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
        } else if self.direction == Direction::Request {
            out.insert(FORMAT_KEYWORD.into(), json!(name));
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

    /// The names of properties that do not go this way, over this schema and what it is composed of.
    fn gather_left_out(
        &self,
        node: &Node,
        pointer: &str,
        names: &mut HashSet<String>,
        seen: &mut HashSet<usize>,
    ) {
        let Ok(here) = self.document.resolve(node, pointer) else {
            return;
        };
        let address = std::ptr::from_ref(here.node) as usize;
        if !seen.insert(address) {
            return;
        }
        let beside = here.through.iter().map(|(node, _)| *node);
        let all = std::iter::once(node).chain(beside);
        let properties = all.filter_map(|one| one.get("properties")?.as_mapping());
        for (name, entry) in properties.flatten() {
            let mark = self.direction.left_out();
            let found = self.document.resolve(&entry.node, &here.pointer).ok();
            if is_marked(&entry.node, mark) || found.is_some_and(|one| is_marked(one.node, mark)) {
                names.insert(name.clone());
            }
        }
        for (_, branch) in list_of(here.node, "allOf") {
            self.gather_left_out(branch, &here.pointer, names, seen);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lowered(text: &str, dialect: Dialect) -> Value {
        let document = Document::parse("t.yaml", text.to_owned()).unwrap();
        let (node, _) = document.at("/s").unwrap();
        let mut value = lower(&document, node, "/s", dialect, Direction::Response);
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
    fn read_only_is_not_demanded_of_a_request() {
        let text = "s: {required: [p, q], properties: {p: {readOnly: true}, q: {type: string, example: a}}}";
        let document = Document::parse("t.yaml", text.to_owned()).unwrap();
        let (node, _) = document.at("/s").unwrap();
        let value = lower(&document, node, "/s", Dialect::V30, Direction::Request);
        assert_eq!(value["required"], json!(["q"]));
        assert_eq!(value["properties"]["q"][VALUE_KEYWORD], json!("a"));
    }

    #[test]
    fn what_a_reference_to_nowhere_means_is_told_by_the_value_beside_it() {
        for text in [
            "s: {$ref: 'https://h.example/o.json', example: {a: 1}}",
            "s: {$ref: '#/t'}\nt: {$ref: 'https://h.example/o.json', examples: [{a: 1}]}",
        ] {
            let document = Document::parse("t.yaml", text.to_owned()).unwrap();
            let (node, _) = document.at("/s").unwrap();
            let of = |direction| lower(&document, node, "/s", Dialect::V31, direction);
            let request = of(Direction::Request);
            assert_eq!(request[VALUE_KEYWORD], json!({"a": 1}), "{text}");
            assert_eq!(of(Direction::Response).get(VALUE_KEYWORD), None, "{text}");
        }
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
