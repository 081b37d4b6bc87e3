//! Arazzo documents as trees with places: their keys, their sources, and what names what in them.

use std::path::{Path, PathBuf};

use crate::contract::yaml::{Mapping, Mark, Node};
use crate::contract::{nearest, pointer};

use super::super::loaded::BatteryError;

/// A document.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its name: the path as it was given.
    pub source_name: String,
    /// Whether its workflows are cases; else others only call them.
    pub is_given: bool,
    pub(super) root: Node,
    /// Its sources that are Arazzo documents, by name, with their numbers among all documents.
    pub(super) links: Vec<(String, usize)>,
    /// Its sources that are files and are not there, by name, with why.
    pub(super) absent: Vec<(String, String)>,
}

/// A workflow among all documents: the document, and which of its workflows.
pub(super) type Named = (usize, usize);

impl Document {
    /// A document that was read.
    ///
    /// # Errors
    /// Another version, or a key that no such document has.
    pub fn new(source_name: &str, root: Node, is_given: bool) -> Result<Document, BatteryError> {
        let document = Document {
            source_name: source_name.to_owned(),
            is_given,
            root,
            links: Vec::new(),
            absent: Vec::new(),
        };
        let version = document.root.get("arazzo");
        let text = version.and_then(Node::as_str).unwrap_or_default();
        if !text.starts_with("1.0.") {
            let node = version.unwrap_or(&document.root);
            let message = format!("Arazzo version `{text}` is not known, only 1.0.x");
            return Err(document.error(node, message));
        }
        const KEYS: [&str; 5] = [
            "arazzo",
            "info",
            "sourceDescriptions",
            "workflows",
            "components",
        ];
        document.keys(&document.root, &KEYS)?;
        for node in document.list(&document.root, "sourceDescriptions")? {
            document.keys(node, &["name", "url", "type"])?;
            document.text(node, "name")?;
            document.text(node, "url")?;
            if let Some(kind) = node.get("type")
                && !matches!(kind.as_str(), Some("openapi" | "arazzo"))
            {
                let message = "a source is of type `openapi` or `arazzo`";
                return Err(document.error(kind, message));
            }
        }
        if document.list(&document.root, "workflows")?.is_empty() {
            return Err(document.error(&document.root, "missing field `workflows`"));
        }
        Ok(document)
    }

    /// An error at a node.
    pub fn error(&self, node: &Node, message: impl Into<String>) -> BatteryError {
        self.error_at(node.mark, message)
    }

    pub(super) fn error_at(&self, mark: Mark, message: impl Into<String>) -> BatteryError {
        BatteryError {
            source_name: self.source_name.clone(),
            line: mark.line,
            column: mark.column,
            message: message.into(),
        }
    }

    /// A mapping without unknown keys, but for extensions.
    pub(super) fn keys<'n>(
        &self,
        node: &'n Node,
        known: &[&str],
    ) -> Result<&'n Mapping, BatteryError> {
        let Some(map) = node.as_mapping() else {
            let message = format!("expected a mapping with {}", known.join(", "));
            return Err(self.error(node, message));
        };
        let mut keys = map.iter();
        match keys.find(|(key, _)| !key.starts_with("x-") && !known.contains(&key.as_str())) {
            None => Ok(map),
            Some((key, entry)) => {
                let hint = nearest::hint(key, known.iter().copied());
                Err(self.error_at(entry.key, format!("unknown field `{key}`{hint}")))
            }
        }
    }

    /// The entries of a list; none where it is absent.
    pub(super) fn list<'n>(&self, node: &'n Node, key: &str) -> Result<&'n [Node], BatteryError> {
        match node.get(key) {
            None => Ok(&[]),
            Some(list) => list
                .as_sequence()
                .ok_or_else(|| self.error(list, format!("`{key}` is a list"))),
        }
    }

    /// The entries of a mapping; none where it is absent.
    pub(super) fn map<'n>(
        &self,
        node: &'n Node,
        key: &str,
    ) -> Result<impl Iterator<Item = (&'n String, &'n Node)> + use<'n>, BatteryError> {
        let map = node.get(key);
        if let Some(other) = map.filter(|map| map.as_mapping().is_none()) {
            return Err(self.error(other, format!("`{key}` is a mapping")));
        }
        let entries = map.and_then(Node::as_mapping).into_iter().flatten();
        Ok(entries.map(|(key, entry)| (key, &entry.node)))
    }

    /// A text that must be there.
    pub(super) fn text<'n>(&self, node: &'n Node, key: &str) -> Result<&'n str, BatteryError> {
        let found = node
            .get(key)
            .ok_or_else(|| self.error(node, format!("missing field `{key}`")))?;
        let text = found.as_str().filter(|text| !text.is_empty());
        text.ok_or_else(|| self.error(found, format!("`{key}` is a text")))
    }

    /// A component, where a node refers to one by `reference`; else the node itself. Besides, the value that the reference
    /// gives instead.
    pub(super) fn reused<'n>(
        &'n self,
        node: &'n Node,
        kind: &str,
    ) -> Result<(&'n Node, Option<&'n Node>), BatteryError> {
        let Some(reference) = node.get("reference") else {
            return Ok((node, None));
        };
        self.keys(node, &["reference", "value"])?;
        let text = self.text(node, "reference")?;
        let prefix = format!("$components.{kind}.");
        let Some(name) = text.strip_prefix(&prefix) else {
            let message = format!("`{text}` names no component here: write {prefix}NAME");
            return Err(self.error(reference, message));
        };
        let all = self.root.get("components").and_then(|all| all.get(kind));
        let found = all.and_then(|all| all.get(name)).ok_or_else(|| {
            let known = all.and_then(Node::as_mapping).into_iter().flatten();
            let hint = nearest::hint(name, known.map(|(name, _)| name.as_str()));
            self.error(
                reference,
                format!("there is no component `{prefix}{name}`{hint}"),
            )
        })?;
        Ok((found, node.get("value")))
    }

    /// A schema of inputs, references to components followed.
    pub(super) fn schema<'n>(&'n self, node: &'n Node) -> Result<&'n Node, BatteryError> {
        let mut here = node;
        for _ in 0..16 {
            let Some(reference) = here.get("$ref") else {
                return Ok(here);
            };
            let text = self.text(here, "$ref")?;
            let mut found = text.starts_with('#').then_some(&self.root);
            for token in pointer::tokens(text) {
                found = found.and_then(|node| node.get(&token));
            }
            here = found.ok_or_else(|| {
                let known = self
                    .root
                    .get("components")
                    .and_then(|all| all.get("inputs"));
                let names = known.and_then(Node::as_mapping).into_iter().flatten();
                let name = text.rsplit('/').next().unwrap_or_default();
                let hint = nearest::hint(name, names.map(|(name, _)| name.as_str()));
                self.error(reference, format!("there is nothing at `{text}`{hint}"))
            })?;
        }
        Err(self.error(node, "the references lead in a circle"))
    }

    /// Why a source cannot be used.
    pub fn missing(&self, name: &str, path: &Path, why: &dyn std::error::Error) -> BatteryError {
        let mut all = self.sources().iter();
        let source = all.find(|source| word(source, "name") == name);
        let source = source.unwrap_or(&self.root);
        let path = path.display();
        let message = format!("the source `{name}` cannot be read: {path}: {why}");
        self.error(source.get("url").unwrap_or(source), message)
    }

    /// Notes which of its sources are not there; `look` says why a file is not.
    pub fn look(&mut self, look: &dyn Fn(&Path) -> Option<String>) {
        let files = self.sources().iter();
        let files = files.filter(|one| !is_arazzo(one) && !word(one, "url").contains("://"));
        let absent = files.filter_map(|one| {
            let path = self.beside(word(one, "url"));
            let why = format!("{}: {}", path.display(), look(&path)?);
            Some((word(one, "name").to_owned(), why))
        });
        self.absent = absent.collect();
    }

    /// The file that a relative URL names.
    fn beside(&self, url: &str) -> PathBuf {
        let folder = Path::new(&self.source_name).parent();
        let mut path = PathBuf::new();
        for part in folder.unwrap_or(Path::new("")).join(url).components() {
            match part {
                std::path::Component::CurDir => {}
                std::path::Component::ParentDir if path.file_name().is_some() => {
                    path.pop();
                }
                other => path.push(other),
            }
        }
        path
    }

    pub(super) fn workflows(&self) -> &[Node] {
        self.root
            .get("workflows")
            .and_then(Node::as_sequence)
            .unwrap_or_default()
    }

    pub(super) fn sources(&self) -> &[Node] {
        self.root
            .get("sourceDescriptions")
            .and_then(Node::as_sequence)
            .unwrap_or_default()
    }
}

/// The text of a key, empty where there is none.
pub(super) fn word<'n>(node: &'n Node, key: &str) -> &'n str {
    node.get(key).and_then(Node::as_str).unwrap_or_default()
}

/// Whether a source is an Arazzo document.
pub(super) fn is_arazzo(source: &Node) -> bool {
    match word(source, "type") {
        "" => word(source, "url").contains(".arazzo."),
        kind => kind == "arazzo",
    }
}

/// The first source that is an Arazzo document and was not read: the document it stands in, its name, and its file.
///
/// # Errors
/// One that lies behind a URL: nothing is fetched.
pub fn unread(documents: &[Document]) -> Result<Option<(usize, String, PathBuf)>, BatteryError> {
    for (n, document) in documents.iter().enumerate() {
        for source in document.sources().iter().filter(|one| is_arazzo(one)) {
            let (name, url) = (word(source, "name"), word(source, "url"));
            if document.links.iter().any(|(known, _)| known == name) {
                continue;
            }
            if url.contains("://") {
                let message = format!("`{url}` is not fetched: name a file relative to this one");
                return Err(document.error(source, message));
            }
            return Ok(Some((n, name.to_owned(), document.beside(url))));
        }
    }
    Ok(None)
}

/// The ids of the workflows that are cases.
pub fn ids(documents: &[Document]) -> impl Iterator<Item = String> {
    let given = documents.iter().filter(|document| document.is_given);
    given
        .flat_map(Document::workflows)
        .map(|node| word(node, "workflowId").to_owned())
}

/// Notes what a source leads to.
pub fn link(documents: &mut [Document], from: usize, name: String, to: usize) {
    documents[from].links.push((name, to));
}
