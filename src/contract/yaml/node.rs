//! The tree: nodes and keys with their places. No crate keeps positions beside untyped values, so it is ours.

use indexmap::IndexMap;
use serde_json::{Number, Value};

/// The deepest nesting that is read.
pub(super) const DEEPEST: usize = 255;

/// The most values of a file: of the smallest ones nearly a gigabyte. A document of 80 MiB that somebody wrote has fewer.
const MOST_VALUES: usize = 6_000_000;

/// How many more values are read of a file.
pub(super) struct Room(usize);

impl Default for Room {
    fn default() -> Room {
        Room(MOST_VALUES)
    }
}

impl Room {
    /// Takes one of them.
    ///
    /// # Errors
    /// None is left.
    pub(super) fn take(&mut self, mark: Mark) -> Result<(), YamlError> {
        self.0 = self.0.checked_sub(1).ok_or_else(|| {
            let message = format!(
                "more than {MOST_VALUES} values, the most that are read of a file; leave out what is not to be tested"
            );
            YamlError::last(mark, message)
        })?;
        Ok(())
    }
}

/// The most bytes of a description that are read for what it says.
const MOST_PROSE: usize = 50_000;

/// A place in a text, line and column counted from 1; 0 where unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
    /// The file, by its number among the files of the document; the first is the document itself.
    pub file: u32,
}

/// One node of the tree with the place where it begins.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Node {
    /// What stands there.
    pub value: NodeValue,
    /// Where it begins.
    pub mark: Mark,
}

/// The seven kinds of JSON value; a mapping keeps its order.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum NodeValue {
    /// `null`, or nothing.
    #[default]
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
    Mapping(Box<Mapping>),
}

/// What stands in a mapping by its keys, in the order of the text.
pub type Mapping = IndexMap<String, Entry, foldhash::fast::RandomState>;

/// A mapping's value, with the place of its key.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where the key begins.
    pub key: Mark,
    /// The value.
    pub node: Node,
}

/// Why a text is neither YAML nor JSON.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct YamlError {
    /// What is wrong and what to do.
    pub message: String,
    /// Where, as far as the parser says.
    pub mark: Mark,
    /// Whether another reading of the text could not do better.
    pub(super) is_final: bool,
}

impl YamlError {
    /// A complaint about the syntax.
    pub(super) fn new(mark: Mark, message: impl Into<String>) -> YamlError {
        YamlError {
            message: message.into(),
            mark,
            is_final: false,
        }
    }

    /// A complaint about what the text says, in whichever syntax.
    pub(super) fn last(mark: Mark, message: impl Into<String>) -> YamlError {
        YamlError {
            is_final: true,
            ..YamlError::new(mark, message)
        }
    }
}

impl Node {
    /// Where it begins.
    pub fn mark(&self) -> Mark {
        self.mark
    }

    /// The entry of that key, where this is a mapping that has it.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.as_mapping()?.get(key)
    }

    /// The value of that key, where this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// What is said in words under that key; of a text that is longer than anybody reads, its beginning.
    pub fn prose(&self, key: &str) -> Option<&str> {
        let text = self.get(key)?.as_str()?;
        let ends = (0..=text.len().min(MOST_PROSE)).rev();
        let end = ends.into_iter().find(|at| text.is_char_boundary(*at))?;
        Some(&text[..end])
    }

    /// The entry of that key, or the item of that number, with the place of its key where it has one.
    pub fn child(&self, token: &str) -> Option<(&Node, Mark)> {
        if let Some(entry) = self.entry(token) {
            return Some((&entry.node, entry.key));
        }
        let index: usize = token.parse().ok()?;
        let item = self.as_sequence()?.get(index)?;
        Some((item, item.mark))
    }

    /// The mapping, if it is one.
    pub fn as_mapping(&self) -> Option<&Mapping> {
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
            NodeValue::Sequence(_) => "a list",
            NodeValue::Mapping(_) => "a mapping",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_that_is_too_many_is_named_with_its_place() {
        let mut room = Room(1);
        let mark = Mark {
            line: 7,
            ..Mark::default()
        };
        assert!(room.take(mark).is_ok());
        let error = room.take(mark).unwrap_err();
        assert!(error.is_final && error.mark.line == 7);
        assert!(error.message.contains("values, the most"), "{error:?}");
    }
}
