//! YAML (and so JSON) as a raw tree in which every node and every key knows its line and column.
//! No crate keeps positions beside untyped values, so the tree is ours; the parsing is serde-saphyr's.

use std::fmt;

use indexmap::IndexMap;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Number, Value};
use serde_saphyr::{Options, Spanned};

/// A place in a text, both counted from 1; 0 where unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
}

/// One node of the tree with the place where it begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What stands there.
    pub value: NodeValue,
    /// Where it begins.
    pub mark: Mark,
}

/// The seven kinds of JSON value; a mapping keeps its order.
#[derive(Debug, Clone, PartialEq)]
pub enum NodeValue {
    /// `null`, or nothing.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// An integer or a float.
    Number(Number),
    /// A string.
    String(String),
    /// A sequence.
    Sequence(Vec<Node>),
    /// A mapping with string keys.
    Mapping(IndexMap<String, Entry>),
}

/// A mapping's value, with the place of its key.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where the key begins.
    pub key: Mark,
    /// The value.
    pub node: Node,
}

/// Why a text is no YAML; the message names line and column.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct YamlError {
    /// What is wrong, with its place.
    pub message: String,
    /// Where, as far as the parser says.
    pub mark: Mark,
}

/// The options with which everything is read: what YAML 1.1 would guess at stays a string, duplicate keys and
/// unknown tags are errors.
pub fn strict_options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 20_000_000,
            max_nodes: 20_000_000,
            max_total_scalar_bytes: 256 * 1024 * 1024,
        },
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        reject_unsupported_tags: true,
        with_snippet: false,
    }
}

/// Parses one document into its tree.
pub fn parse(text: &str) -> Result<Node, YamlError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_saphyr::from_str_with_options::<Node>(text, strict_options())
        .map_err(|error| error_with_mark(&error))
}

/// Turns serde-saphyr's error into ours.
pub fn error_with_mark(error: &serde_saphyr::Error) -> YamlError {
    let mark = error
        .location()
        .map(|place| Mark {
            line: place.line(),
            column: place.column(),
        })
        .unwrap_or_default();
    YamlError {
        message: error.to_string(),
        mark,
    }
}

impl Node {
    /// The entry of that key, where this is a mapping that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.as_mapping()?.get(key)
    }

    /// The value of that key, where this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// The mapping, if it is one.
    pub fn as_mapping(&self) -> Option<&IndexMap<String, Entry>> {
        match &self.value {
            NodeValue::Mapping(map) => Some(map),
            _ => None,
        }
    }

    /// The sequence, if it is one.
    pub fn as_sequence(&self) -> Option<&[Node]> {
        match &self.value {
            NodeValue::Sequence(items) => Some(items),
            _ => None,
        }
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            NodeValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            NodeValue::Bool(flag) => Some(*flag),
            _ => None,
        }
    }

    /// The same as a plain JSON value, without places.
    pub fn to_json(&self) -> Value {
        match &self.value {
            NodeValue::Null => Value::Null,
            NodeValue::Bool(flag) => Value::Bool(*flag),
            NodeValue::Number(number) => Value::Number(number.clone()),
            NodeValue::String(text) => Value::String(text.clone()),
            NodeValue::Sequence(items) => Value::Array(items.iter().map(Node::to_json).collect()),
            NodeValue::Mapping(map) => Value::Object(
                map.iter()
                    .map(|(key, entry)| (key.clone(), entry.node.to_json()))
                    .collect(),
            ),
        }
    }

    /// The word for this kind of value, for messages.
    pub fn kind(&self) -> &'static str {
        match self.value {
            NodeValue::Null => "null",
            NodeValue::Bool(_) => "a boolean",
            NodeValue::Number(_) => "a number",
            NodeValue::String(_) => "a string",
            NodeValue::Sequence(_) => "a sequence",
            NodeValue::Mapping(_) => "a mapping",
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = Spanned::<Bare>::deserialize(deserializer)?;
        Ok(Node {
            value: spanned.value.0,
            mark: mark_of(&spanned.defined),
        })
    }
}

fn mark_of(place: &serde_saphyr::Location) -> Mark {
    Mark {
        line: place.line(),
        column: place.column(),
    }
}

/// A value whose own place the surrounding `Spanned` holds.
struct Bare(NodeValue);

impl<'de> Deserialize<'de> for Bare {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(BareVisitor)
    }
}

struct BareVisitor;

impl<'de> Visitor<'de> for BareVisitor {
    type Value = Bare;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_unit<E>(self) -> Result<Bare, E> {
        Ok(Bare(NodeValue::Null))
    }

    fn visit_none<E>(self) -> Result<Bare, E> {
        Ok(Bare(NodeValue::Null))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Bare, D::Error> {
        Bare::deserialize(deserializer)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Bare, E> {
        Ok(Bare(NodeValue::Bool(flag)))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Bare, E> {
        Ok(Bare(NodeValue::Number(number.into())))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Bare, E> {
        Ok(Bare(NodeValue::Number(number.into())))
    }

    fn visit_i128<E: de::Error>(self, number: i128) -> Result<Bare, E> {
        self.visit_f64(number as f64)
    }

    fn visit_u128<E: de::Error>(self, number: u128) -> Result<Bare, E> {
        self.visit_f64(number as f64)
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<Bare, E> {
        Number::from_f64(number)
            .map(|number| Bare(NodeValue::Number(number)))
            .ok_or_else(|| E::custom("a number that is not finite has no place in a contract"))
    }

    fn visit_str<E>(self, text: &str) -> Result<Bare, E> {
        Ok(Bare(NodeValue::String(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Bare, E> {
        Ok(Bare(NodeValue::String(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Bare, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element::<Node>()? {
            items.push(item);
        }
        Ok(Bare(NodeValue::Sequence(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Bare, A::Error> {
        let mut map = IndexMap::new();
        while let Some(key) = access.next_key::<Spanned<String>>()? {
            let node = access.next_value::<Node>()?;
            map.insert(
                key.value,
                Entry {
                    key: mark_of(&key.defined),
                    node,
                },
            );
        }
        Ok(Bare(NodeValue::Mapping(map)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_node_and_key_knows_its_place() {
        let root = parse("a: 1\nb:\n  - x\n  - {c: [true]}\n").unwrap();
        let b = root.entry("b").unwrap();
        assert_eq!(b.key, Mark { line: 2, column: 1 });
        let items = b.node.as_sequence().unwrap();
        assert_eq!(items[0].mark, Mark { line: 3, column: 5 });
        assert_eq!(
            items[1].entry("c").unwrap().key,
            Mark { line: 4, column: 6 }
        );
    }

    #[test]
    fn nothing_is_guessed() {
        let root =
            parse("{a: yes, b: 010, c: 1_000, d: '200', 200: x, e: 1.0, f: ~, g: on}").unwrap();
        let json = root.to_json();
        assert_eq!(
            json,
            serde_json::json!({"a": "yes", "b": "010", "c": "1_000", "d": "200", "200": "x", "e": 1.0, "f": null, "g": "on"})
        );
    }

    #[test]
    fn a_duplicate_key_is_an_error_with_its_line() {
        let error = parse("a: 1\nb: 2\na: 3\n").unwrap_err();
        assert_eq!(error.mark.line, 3, "{error}");
        assert!(parse("a: !custom 1\n").is_err());
    }

    #[test]
    fn json_is_yaml() {
        let root = parse("{\n\t\"a\": {\"b\": [1, -2, 1e3, \"\\u00e9\"]}\n}").unwrap();
        assert_eq!(
            root.to_json(),
            serde_json::json!({"a": {"b": [1, -2, 1000.0, "é"]}})
        );
    }
}
