//! References that name a schema, and those below a schema with an `$id`, written anew as pointers.

use std::collections::{HashMap, HashSet};

use crate::contract::document::Document;
use crate::contract::yaml::{Entry, Mapping, Mark, Node, NodeValue};

use super::Flaw;
use super::resources::{Fragment, Index, address};
use super::walk::{Holds, parts, text};

/// What becomes of a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edit {
    /// It says this instead, as a `$ref`.
    Says(String),
    /// It says this instead, and is still a `$dynamicRef`.
    SaysInTurn(String),
    /// It is taken away: nobody can tell what it means.
    Gone,
}

const REFERENCES: [&str; 2] = ["$ref", "$dynamicRef"];

/// The edits by the address of the reference's text.
pub(super) type Edits = HashMap<usize, Edit>;

/// The edits that a document needs.
pub(super) fn edits(document: &Document, index: &Index) -> (Edits, Vec<Flaw>) {
    let mut reader = Reader {
        document,
        index,
        edits: Edits::new(),
        flaws: Vec::new(),
        astray: HashSet::new(),
    };
    for (own, file) in document.files.iter().enumerate() {
        reader.read(&file.root, own, Holds::Fields);
    }
    (reader.edits, reader.flaws)
}

/// Makes the edits at and below a node.
pub(super) fn apply(node: &mut Node, edits: &Edits) {
    match &mut node.value {
        NodeValue::Sequence(items) => items.iter_mut().for_each(|item| apply(item, edits)),
        NodeValue::Mapping(map) => {
            let of = |node: &Node| edits.get(&address(node)).cloned();
            // Before anything is moved.
            let own = REFERENCES.map(|key| (key, map.get(key).and_then(|entry| of(&entry.node))));
            let others = map.iter_mut();
            for (_, entry) in others.filter(|(key, _)| !REFERENCES.contains(&key.as_str())) {
                match of(&entry.node) {
                    // A value of a discriminator's mapping.
                    Some(Edit::Says(text)) => entry.node.value = NodeValue::String(text),
                    _ => apply(&mut entry.node, edits),
                }
            }
            for (key, edit) in own {
                match edit {
                    None => {}
                    Some(Edit::Gone) => drop(map.shift_remove(key)),
                    Some(Edit::Says(text)) => say(map, key, &text),
                    Some(Edit::SaysInTurn(text)) => map[key].node.value = NodeValue::String(text),
                }
            }
        }
        _ => {}
    }
}

/// Lets a reference say something else, as a `$ref`. Beside another one it is a part of an `allOf`.
pub(super) fn say(map: &mut Mapping, key: &str, text: &str) {
    let Some(place) = map.get_index_of(key) else {
        return;
    };
    if key == "$ref" {
        map[place].node.value = NodeValue::String(text.to_owned());
        return;
    }
    let Some((_, mut entry)) = map.shift_remove_index(place) else {
        return;
    };
    entry.node.value = NodeValue::String(text.to_owned());
    if !map.contains_key("$ref") {
        map.shift_insert(place, "$ref".to_owned(), entry);
        return;
    }
    let mark = entry.key;
    let mut reference = Mapping::default();
    reference.insert("$ref".to_owned(), entry);
    let part = Node {
        value: NodeValue::Mapping(Box::new(reference)),
        mark,
    };
    let all_of = map.entry("allOf".to_owned()).or_insert_with(|| Entry {
        key: mark,
        node: Node {
            value: NodeValue::Sequence(Vec::new()),
            mark,
        },
    });
    if let NodeValue::Sequence(parts) = &mut all_of.node.value {
        parts.push(part);
    }
}

struct Reader<'d> {
    document: &'d Document,
    index: &'d Index,
    edits: Edits,
    flaws: Vec<Flaw>,
    /// The resources with references that lead nowhere in them.
    astray: HashSet<usize>,
}

impl<'d> Reader<'d> {
    fn read(&mut self, node: &'d Node, own: usize, holds: Holds) {
        let own = self.index.beginning_at(node).unwrap_or(own);
        for key in REFERENCES {
            if let Some((entry, said)) = text(node, holds, key) {
                let edit = self.reference(key, said, own, entry.node.mark);
                self.edits
                    .extend(edit.map(|edit| (address(&entry.node), edit)));
            }
        }
        let names = node.get("discriminator").and_then(|one| one.get("mapping"));
        for (_, name, _) in names
            .into_iter()
            .flat_map(|names| parts(names, Holds::Names))
        {
            let said = name.as_str().filter(|_| holds == Holds::Fields);
            let meant = said.and_then(|said| self.leads(said, own, name.mark));
            if let Some((_, Edit::Says(text))) = meant {
                self.edits.insert(address(name), Edit::Says(text));
            }
        }
        for (_, part, holds) in parts(node, holds) {
            self.read(part, own, holds);
        }
    }

    /// What becomes of a reference; `None` where it stays as it is.
    fn reference(&mut self, key: &str, said: &str, own: usize, mark: Mark) -> Option<Edit> {
        let as_ref = || (key == "$dynamicRef").then(|| Edit::Says(said.to_owned()));
        let Some((at, edit)) = self.leads(said, own, mark) else {
            return as_ref();
        };
        let is_dynamic = key == "$dynamicRef" && self.index.dynamic_at(&at).is_some();
        match edit {
            Edit::Says(text) if is_dynamic => Some(Edit::SaysInTurn(text)),
            Edit::Says(text) if key == "$ref" && text == said => None,
            other => Some(other),
        }
    }

    /// The pointer that a reference leads to, and the text that says so; `None` where nobody here knows it.
    fn leads(&mut self, said: &str, own: usize, mark: Mark) -> Option<(String, Edit)> {
        let (uri, fragment) = said.split_once('#').unwrap_or((said, ""));
        if said.is_empty() {
            return None;
        }
        let resource = self.index.named(own, uri).or_else(|| {
            // Files are found by their paths, whatever they call themselves; each is the resource of its number.
            let file = self.document.file_of(uri, mark).ok()?;
            Some(file as usize)
        })?;
        let found = self.index.fragment(self.document, resource, fragment);
        let at = match found {
            Fragment::Leads(at) => at,
            Fragment::Twice(first, second) => {
                self.flaws.push(Flaw {
                    mark,
                    wrong: format!(
                        "`{said}` leads to two places: the anchor `{fragment}` stands in line {} and in line {}; \
                         give the schemas around them an `$id` each, or one of the anchors another name",
                        first.line, second.line
                    ),
                    lost: "the schema there is taken to allow any value".to_owned(),
                });
                return Some((String::new(), Edit::Gone));
            }
            Fragment::Lost(resource) => {
                let file = resource.file as usize;
                let elsewhere = self.index.fragment(self.document, file, fragment);
                let Fragment::Leads(at) = elsewhere else {
                    return None;
                };
                let wrong = format!(
                    "`{said}` leads nowhere in the schema whose `$id` is around it: a reference there begins at that schema"
                );
                let lost =
                    "it is read from the root of the file, and so are others there".to_owned();
                if self.astray.insert(own) {
                    self.flaws.push(Flaw { mark, wrong, lost });
                }
                at
            }
        };
        // What means that already stays as it is written.
        let text = match self.document.meant(said, mark) {
            Ok(known) if known == at => said.to_owned(),
            _ => self.document.reference(mark.file, &at),
        };
        Some((at, Edit::Says(text)))
    }
}
