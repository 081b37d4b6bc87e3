//! The document as it was written: text, tree, and references resolved inside it. Never sends, never prints.

use sha2::{Digest, Sha256};

use super::pointer;
use super::yaml::{self, Mark, Node};

/// Why a document cannot be used as a contract: always with the file, the line and what to do.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{source_name}:{line}:{column}: {message}")]
pub struct SpecError {
    /// The file, or the name of the embedded document.
    pub source_name: String,
    /// The line, from 1.
    pub line: u64,
    /// The column, from 1.
    pub column: u64,
    /// What is wrong and what to do, as a lower-case fragment.
    pub message: String,
}

/// A YAML or JSON document with places and local references.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file, or the name of the embedded document.
    pub source_name: String,
    /// The text as read.
    pub text: String,
    /// The tree.
    pub root: Node,
    /// SHA-256 of the text, in hexadecimal.
    pub sha256: String,
}

/// A node together with the pointer under which it really stands (after references).
#[derive(Debug, Clone)]
pub struct Located<'d> {
    /// The node.
    pub node: &'d Node,
    /// RFC 6901 pointer of the node itself.
    pub pointer: String,
    /// The references that were followed to get here, each a pointer.
    pub through: Vec<String>,
}

const MAX_REFERENCES: usize = 64;

impl Document {
    /// Parses the text; `source_name` is used in messages.
    pub fn parse(source_name: &str, text: String) -> Result<Document, SpecError> {
        let root = yaml::parse(&text).map_err(|error| SpecError {
            source_name: source_name.to_owned(),
            line: error.mark.line,
            column: error.mark.column,
            message: format!("the document is neither YAML nor JSON: {}", error.message),
        })?;
        let sha256 = hex(&Sha256::digest(text.as_bytes()));
        Ok(Document {
            source_name: source_name.to_owned(),
            text,
            root,
            sha256,
        })
    }

    /// An error at that place.
    pub fn error(&self, mark: Mark, message: impl Into<String>) -> SpecError {
        SpecError {
            source_name: self.source_name.clone(),
            line: mark.line,
            column: mark.column,
            message: message.into(),
        }
    }

    /// The node at a pointer, with the place of its key where it has one (else of the node).
    pub fn at(&self, pointer: &str) -> Option<(&Node, Mark)> {
        let mut node = &self.root;
        let mut mark = node.mark;
        for token in pointer::tokens(pointer) {
            if let Some(entry) = node.entry(&token) {
                mark = entry.key;
                node = &entry.node;
            } else {
                let index: usize = token.parse().ok()?;
                node = node.as_sequence()?.get(index)?;
                mark = node.mark;
            }
        }
        Some((node, mark))
    }

    /// Follows `$ref` from a node to the node that is meant.
    ///
    /// # Errors
    /// A reference to another file, to nowhere, or in a circle, with its place.
    pub fn resolve<'d>(&'d self, node: &'d Node, pointer: &str) -> Result<Located<'d>, SpecError> {
        let mut here = Located {
            node,
            pointer: pointer.to_owned(),
            through: Vec::new(),
        };
        while let Some(entry) = here.node.entry("$ref") {
            let Some(target) = entry.node.as_str() else {
                return Err(self.error(entry.node.mark, "`$ref` must be a string"));
            };
            if !target.starts_with('#') {
                return Err(self.error(
                    entry.node.mark,
                    format!("`$ref: {target}` leads out of this document; only local references (`#/…`) are resolved, so bundle the document first"),
                ));
            }
            let wanted = pointer::tokens(target)
                .iter()
                .fold(String::new(), |base, token| pointer::join(&base, token));
            if here.through.contains(&wanted) || here.through.len() >= MAX_REFERENCES {
                return Err(self.error(
                    entry.node.mark,
                    format!("`$ref: {target}` only leads back to itself"),
                ));
            }
            let Some((next, _)) = self.at(&wanted) else {
                return Err(self.error(
                    entry.node.mark,
                    format!("`$ref: {target}` leads nowhere in this document"),
                ));
            };
            here.node = next;
            here.pointer.clone_from(&wanted);
            here.through.push(wanted);
        }
        Ok(here)
    }
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_resolve_and_circles_end() {
        let text = "a: {$ref: '#/b'}\nb: {$ref: '#/c'}\nc: 1\nx: {$ref: '#/y'}\ny: {$ref: '#/x'}\nz: {$ref: other.yaml}\n";
        let document = Document::parse("t.yaml", text.to_owned()).unwrap();
        let (a, _) = document.at("/a").unwrap();
        let found = document.resolve(a, "/a").unwrap();
        assert_eq!(found.pointer, "/c");
        assert_eq!(found.through, ["/b", "/c"]);
        let (x, _) = document.at("/x").unwrap();
        assert!(
            document
                .resolve(x, "/x")
                .unwrap_err()
                .to_string()
                .contains("t.yaml:4")
        );
        let (z, _) = document.at("/z").unwrap();
        assert!(
            document
                .resolve(z, "/z")
                .unwrap_err()
                .message
                .contains("bundle")
        );
    }
}
