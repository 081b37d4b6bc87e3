//! A file's content with its places, and what is wrong with it.

use crate::contract::pointer;
use crate::contract::yaml::{Mark, Node, NodeValue};

/// What is wrong with a case, rule or binding file, with its place and what was meant.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {message}", place(source_name, *line, *column))]
pub struct BatteryError {
    /// The file.
    pub source_name: String,
    /// The line, from 1; 0 where the file could not be read.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
    /// What is wrong and what to do, as a lower-case fragment.
    pub message: String,
}

fn place(source_name: &str, line: u64, column: u64) -> String {
    if line == 0 {
        return source_name.to_owned();
    }
    format!("{source_name}:{line}:{column}")
}

/// A file's content with its places.
#[derive(Debug, Clone)]
pub struct Loaded<T> {
    /// The content.
    pub file: T,
    /// The file's name.
    pub source_name: String,
    /// Whether it is built into the program.
    pub embedded: bool,
    root: Node,
}

impl<T> Loaded<T> {
    /// What was read of a file.
    pub(super) fn new(source: &str, root: Node, embedded: bool, file: T) -> Loaded<T> {
        Loaded {
            file,
            source_name: source.to_owned(),
            embedded,
            root,
        }
    }

    /// What nobody wrote; `source` is what is named instead of a file.
    pub(super) fn unwritten(source: &str, file: T) -> Loaded<T> {
        let root = Node {
            value: NodeValue::Null,
            mark: Mark::default(),
        };
        Loaded::new(source, root, false, file)
    }

    /// The place of the value at an RFC 6901 pointer into the file; of its beginning where there is none.
    pub fn mark(&self, at: &str) -> Mark {
        let mut node = &self.root;
        let mut mark = node.mark;
        for token in pointer::tokens(at) {
            if let Some(entry) = node.entry(&token) {
                mark = entry.key;
                node = &entry.node;
            } else if let Some(item) = token
                .parse::<usize>()
                .ok()
                .and_then(|n| node.as_sequence()?.get(n))
            {
                mark = item.mark;
                node = item;
            } else {
                break;
            }
        }
        mark
    }

    /// An error at the value at that pointer.
    pub fn error(&self, at: &str, message: impl Into<String>) -> BatteryError {
        let mark = self.mark(at);
        BatteryError {
            source_name: self.source_name.clone(),
            line: mark.line,
            column: mark.column,
            message: message.into(),
        }
    }
}
