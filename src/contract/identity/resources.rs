//! The schema resources of a document: each file is one, and each schema with an `$id` of its own; and the places that
//! anchors name in each.

use std::collections::HashMap;

use fluent_uri::{Uri, UriRef};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::contract::document::Document;
use crate::contract::pointer;
use crate::contract::yaml::{Mark, Node};

use super::Flaw;
use super::walk::{Holds, parts, text};

/// What a path need not have percent-encoded.
const OF_PATHS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_');

/// A place that an anchor names.
#[derive(Debug, Clone)]
pub(super) struct Anchor {
    pub(super) pointer: String,
    pub(super) is_dynamic: bool,
    /// Where it stands, and where another of its name in the same resource does.
    marks: (Mark, Option<Mark>),
}

/// A file, or a schema with an `$id`.
#[derive(Debug)]
pub(super) struct Resource {
    /// The pointer of its root.
    pub(super) root: String,
    pub(super) file: u32,
    base: Option<Uri<String>>,
    pub(super) anchors: HashMap<String, Anchor>,
}

/// All resources of a document; those of its files come first, in their order.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) all: Vec<Resource>,
    /// By what `$id` calls them.
    by_uri: HashMap<String, usize>,
    /// By the address of their root.
    roots: HashMap<usize, usize>,
    /// The dynamic anchors by the places that they name.
    dynamic: HashMap<String, String>,
}

/// What a fragment leads to.
pub(super) enum Fragment<'i> {
    /// That place.
    Leads(String),
    /// One of several places of that name.
    Twice(Mark, Mark),
    /// Nowhere here.
    Lost(&'i Resource),
}

impl Index {
    /// Of all files of a document.
    pub(super) fn of(document: &Document) -> (Index, Vec<Flaw>) {
        let (mut index, mut flaws) = (Index::default(), Vec::new());
        for (number, file) in (0..).zip(&document.files) {
            let path = utf8_percent_encode(&file.path, OF_PATHS);
            index.all.push(Resource {
                root: document.root_pointer(number),
                file: number,
                base: Uri::parse(format!("file:///{path}")).ok(),
                anchors: HashMap::new(),
            });
        }
        for (number, file) in document.files.iter().enumerate() {
            let at = index.all[number].root.clone();
            index.roots.insert(address(&file.root), number);
            if let Some((entry, uri)) = text(&file.root, Holds::Fields, "$self") {
                index.identify(number, uri, entry.node.mark, &mut flaws);
            }
            index.gather(&file.root, at, number, Holds::Fields, &mut flaws);
        }
        (index, flaws)
    }

    fn gather(
        &mut self,
        node: &Node,
        at: String,
        mut own: usize,
        holds: Holds,
        flaws: &mut Vec<Flaw>,
    ) {
        if let Some((entry, uri)) = text(node, holds, "$id") {
            own = self.embedded(node, &at, own, (uri, entry.node.mark), flaws);
        }
        for (key, is_dynamic) in [("$anchor", false), ("$dynamicAnchor", true)] {
            if let Some((entry, name)) = text(node, holds, key) {
                self.anchor(own, name, &at, (is_dynamic, entry.node.mark));
            }
        }
        for (token, part, holds) in parts(node, holds) {
            let at = pointer::join(&at, &token);
            self.gather(part, at, own, holds, flaws);
        }
    }

    /// The resource that a schema with an `$id` begins; the one around where that is none.
    fn embedded(
        &mut self,
        node: &Node,
        at: &str,
        around: usize,
        (uri, mark): (&str, Mark),
        flaws: &mut Vec<Flaw>,
    ) -> usize {
        if let Some(name) = uri.strip_prefix('#') {
            // Before there was `$anchor`.
            self.anchor(around, name, at, (false, mark));
            return around;
        }
        let is_file = self.all[around].root == at;
        let file = self.all[around].file;
        let own = match is_file {
            true => around,
            false => self.all.len(),
        };
        if !is_file {
            self.all.push(Resource {
                root: at.to_owned(),
                file,
                base: self.all[around].base.clone(),
                anchors: HashMap::new(),
            });
        }
        if self.identify(own, uri, mark, flaws) {
            self.roots.insert(address(node), own);
            return own;
        }
        if !is_file {
            self.all.pop();
        }
        around
    }

    /// Gives a resource its URI; whether it is one, and nobody else's.
    fn identify(&mut self, own: usize, uri: &str, mark: Mark, flaws: &mut Vec<Flaw>) -> bool {
        let bare = uri.split('#').next().unwrap_or_default();
        let found = resolved(self.all[own].base.as_ref(), bare);
        let (wrong, lost) = match found {
            None => (
                format!("`{uri}` is not the URI of a schema"),
                "references to it lead nowhere",
            ),
            Some(base) if self.by_uri.contains_key(base.as_str()) => (
                format!("another schema is called `{base}` already"),
                "references to it lead to the first",
            ),
            Some(base) => {
                self.by_uri.insert(base.as_str().to_owned(), own);
                self.all[own].base = Some(base);
                return true;
            }
        };
        flaws.push(Flaw {
            mark,
            wrong,
            lost: lost.to_owned(),
        });
        false
    }

    fn anchor(&mut self, own: usize, name: &str, at: &str, (is_dynamic, mark): (bool, Mark)) {
        let anchors = &mut self.all[own].anchors;
        if let Some(known) = anchors.get_mut(name) {
            if known.pointer == at {
                known.is_dynamic |= is_dynamic;
            } else {
                known.marks.1.get_or_insert(mark);
            }
        } else {
            let anchor = Anchor {
                pointer: at.to_owned(),
                is_dynamic,
                marks: (mark, None),
            };
            anchors.insert(name.to_owned(), anchor);
        }
        if is_dynamic {
            self.dynamic.insert(at.to_owned(), name.to_owned());
        }
    }

    /// The resource whose root a node is.
    pub(super) fn beginning_at(&self, node: &Node) -> Option<usize> {
        self.roots.get(&address(node)).copied()
    }

    /// The resources around a place, from the file on.
    pub(super) fn around(&self, at: &str) -> Vec<usize> {
        let is_around = |one: &&(usize, &Resource)| {
            let rest = at.strip_prefix(one.1.root.as_str());
            let is_other_file = one.1.root.is_empty() && !at.is_empty() && !at.starts_with('/');
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) && !is_other_file
        };
        let all = self.all.iter().enumerate();
        let mut found: Vec<(usize, &Resource)> = all.filter(|one| is_around(&one)).collect();
        found.sort_by_key(|(_, one)| one.root.len());
        found.into_iter().map(|(n, _)| n).collect()
    }

    /// The name of the dynamic anchor at a place.
    pub(super) fn dynamic_at(&self, at: &str) -> Option<&str> {
        self.dynamic.get(at).map(String::as_str)
    }

    /// The resource that a URI reference, without its fragment, means within another.
    pub(super) fn named(&self, from: usize, uri: &str) -> Option<usize> {
        match uri {
            "" => Some(from),
            _ => {
                let uri = resolved(self.all[from].base.as_ref(), uri)?;
                self.by_uri.get(uri.as_str()).copied()
            }
        }
    }

    /// What a fragment means within a resource.
    pub(super) fn fragment(&self, document: &Document, own: usize, fragment: &str) -> Fragment<'_> {
        let resource = &self.all[own];
        if fragment.is_empty() || fragment.starts_with('/') {
            let tokens = pointer::tokens(&format!("#{fragment}"));
            let at = tokens
                .iter()
                .fold(resource.root.clone(), |at, token| pointer::join(&at, token));
            return match document.at(&at) {
                Some(_) => Fragment::Leads(at),
                None => Fragment::Lost(resource),
            };
        }
        let name = percent_decode_str(fragment).decode_utf8_lossy();
        match resource.anchors.get(&*name) {
            Some(Anchor {
                marks: (first, Some(second)),
                ..
            }) => Fragment::Twice(*first, *second),
            Some(anchor) => Fragment::Leads(anchor.pointer.clone()),
            None => Fragment::Lost(resource),
        }
    }
}

/// A URI reference against a base, without a fragment.
fn resolved(base: Option<&Uri<String>>, uri: &str) -> Option<Uri<String>> {
    let reference = UriRef::parse(uri).ok()?;
    let found = reference.resolve_against(base?).ok()?;
    Some(found.normalize())
}

/// Where a node lives; the trees are not changed while there is an index of them.
pub(super) fn address(node: &Node) -> usize {
    std::ptr::from_ref(node) as usize
}
