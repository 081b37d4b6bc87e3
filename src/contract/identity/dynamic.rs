//! `$dynamicRef` (JSON Schema 2020-12, section 8.2.3.2): it leads to the outermost schema resource on the way that has a
//! dynamic anchor of that name. So a schema on whose way there is one means something else for each way that leads to it,
//! and for each such way it is made once, with plain references.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::contract::document::Document;
use crate::contract::yaml::{Mark, Node, NodeValue};

use super::Flaw;
use super::resources::Index;
use super::rewrite::{Edit, say};
use super::walk::{Holds, below, parts, text};
use super::ways::{WayIx, Ways};

/// The most schemas that are made, and the most nodes of all of them.
const MOST_MADE: usize = 2_000;
const MOST_NODES: usize = 400_000;

/// Makes what the `$dynamicRef`s of a document mean, so that only `$ref`s are left.
pub(super) fn specialise(document: &mut Document) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let mut fresh = document.clone();
    let (index, _) = Index::of(document);
    let mut maker = Maker {
        document,
        index: &index,
        ways: Ways::of(&index),
        around: HashMap::new(),
        depending: HashSet::new(),
        known: HashMap::new(),
        wanted: VecDeque::new(),
        nodes: 0,
        flaws: &mut flaws,
    };
    if !maker.find_depending() {
        return flaws;
    }
    for (own, (file, fresh)) in document.files.iter().zip(&mut fresh.files).enumerate() {
        let way = maker.ways.entering(Ways::EMPTY, own);
        maker.make(&file.root, &mut fresh.root, (own, way), Holds::Fields);
    }
    while let Some((name, at, way)) = maker.wanted.pop_front() {
        let Some((node, _)) = document.at(&at) else {
            continue;
        };
        let own = index.around(&at).pop().unwrap_or_default();
        let mut made = node.clone();
        maker.nodes += size(node);
        maker.make(node, &mut made, (own, way), Holds::Fields);
        fresh.make_of(name, made, at);
    }
    drop(index);
    *document = fresh;
    flaws
}

struct Maker<'d> {
    document: &'d Document,
    index: &'d Index,
    ways: Ways<'d>,
    /// Of a place that references lead to the innermost resource around it, and the way of who comes from nowhere else.
    around: HashMap<String, (Option<usize>, WayIx)>,
    /// The places from which some `$dynamicRef` is reached.
    depending: HashSet<String>,
    known: HashMap<(String, WayIx), String>,
    wanted: VecDeque<(String, String, WayIx)>,
    nodes: usize,
    flaws: &'d mut Vec<Flaw>,
}

impl<'d> Maker<'d> {
    /// Finds all places that references lead to and that depend on the way; whether there is any `$dynamicRef` at all.
    fn find_depending(&mut self) -> bool {
        let mut referring: HashMap<String, Vec<String>> = HashMap::new();
        let mut seen = HashSet::new();
        let mut places: Vec<String> = (0..)
            .zip(&self.document.files)
            .map(|(n, _)| self.document.root_pointer(n))
            .collect();
        let mut direct = Vec::new();
        while let Some(at) = places.pop() {
            if !seen.insert(at.clone()) {
                continue;
            }
            let Some((node, _)) = self.document.at(&at) else {
                continue;
            };
            let mut found = HashSet::new();
            self.references(node, Holds::Fields, &mut found);
            if found.iter().any(|(is_dynamic, _)| *is_dynamic) {
                direct.push(at.clone());
            }
            let names = found.iter().filter(|(is_dynamic, _)| *is_dynamic);
            let names = names.filter_map(|(_, target)| self.index.dynamic_at(target));
            let names: HashSet<&str> = names.collect();
            let others = names.iter().flat_map(|name| self.ways.called(name));
            let targets: HashSet<&str> = found
                .iter()
                .map(|(_, target)| target.as_str())
                .chain(others)
                .collect();
            for target in targets {
                let places_of = referring.entry(target.to_owned()).or_default();
                places_of.push(at.clone());
                places.push(target.to_owned());
            }
        }
        let has_some = !direct.is_empty();
        while let Some(at) = direct.pop() {
            if self.depending.insert(at.clone()) {
                direct.extend(referring.get(&at).into_iter().flatten().cloned());
            }
        }
        has_some
    }

    /// The places that references at and below a node lead to, and whether it is dynamic.
    fn references(&self, node: &Node, holds: Holds, found: &mut HashSet<(bool, String)>) {
        for key in ["$ref", "$dynamicRef"] {
            if let Some((entry, said)) = text(node, holds, key) {
                let meant = self.document.meant(said, entry.node.mark).ok();
                found.extend(meant.map(|at| (key == "$dynamicRef", at)));
            }
        }
        for (_, part, holds) in parts(node, holds) {
            self.references(part, holds, found);
        }
    }

    /// Writes all references at and below a node as they are meant on a way; `to` is a copy of `from`.
    fn make(&mut self, from: &'d Node, to: &mut Node, (own, way): (usize, WayIx), holds: Holds) {
        let entered = self.index.beginning_at(from).filter(|one| *one != own);
        let longer = entered.map(|own| (own, self.ways.entering(way, own)));
        let (own, way) = longer.unwrap_or((own, way));
        match (&from.value, &mut to.value) {
            (NodeValue::Sequence(from), NodeValue::Sequence(to)) => {
                for (from, to) in from.iter().zip(to) {
                    self.make(from, to, (own, way), Holds::Fields);
                }
            }
            (NodeValue::Mapping(_), NodeValue::Mapping(map)) => {
                let entries = from.as_mapping().into_iter().flatten();
                for ((key, from), to) in entries.zip(map.values_mut()) {
                    if let Some(holds) = below(holds, key) {
                        self.make(&from.node, &mut to.node, (own, way), holds);
                    }
                }
                for key in ["$ref", "$dynamicRef"] {
                    let Some((entry, said)) = text(from, holds, key) else {
                        continue;
                    };
                    match self.meant(key, said, entry.node.mark, way) {
                        None => {}
                        Some(Edit::Says(said)) => say(map, key, &said),
                        Some(_) => drop(map.shift_remove(key)),
                    }
                }
            }
            _ => {}
        }
    }

    /// What a reference says on a way; `None` where that is what it says already.
    fn meant(&mut self, key: &str, said: &str, mark: Mark, way: WayIx) -> Option<Edit> {
        let mut at = self.document.meant(said, mark).ok()?;
        if key == "$dynamicRef" {
            let name = self.index.dynamic_at(&at);
            let outermost = name.and_then(|name| self.ways.leads(way, name));
            at = outermost.map_or(at, str::to_owned);
        }
        // Only the innermost resource is entered: the others stand around it and not on the way.
        let (innermost, plain) = self.around(&at);
        let way = innermost.map_or(way, |own| self.ways.entering(way, own));
        let is_plain = !self.depending.contains(&at) || way == plain;
        if is_plain {
            let says = || Edit::Says(self.document.reference(mark.file, &at));
            return (key == "$dynamicRef").then(says);
        }
        let key = (at.clone(), way);
        if let Some(name) = self.known.get(&key) {
            return Some(Edit::Says(self.document.reference(mark.file, name)));
        }
        let count = self.known.len();
        if count >= MOST_MADE || self.nodes >= MOST_NODES {
            self.flaws.push(Flaw {
                mark,
                wrong: format!("the `$dynamicRef`s of this document lead to more than {MOST_MADE} different schemas"),
                lost: "the schema there is taken to allow any value".to_owned(),
            });
            return Some(Edit::Gone);
        }
        let last = at.rsplit('/').next().unwrap_or_default();
        let name = format!("/x-conform-dynamic/{count}/{last}");
        let text = self.document.reference(mark.file, &name);
        self.known.insert(key, name.clone());
        self.wanted.push_back((name, at, way));
        Some(Edit::Says(text))
    }

    /// The innermost resource around a place, and the way of who comes from nowhere else.
    fn around(&mut self, at: &str) -> (Option<usize>, WayIx) {
        if let Some(known) = self.around.get(at) {
            return *known;
        }
        let all = self.index.around(at);
        let ways = &mut self.ways;
        let plain = all
            .iter()
            .fold(Ways::EMPTY, |way, own| ways.entering(way, *own));
        let found = (all.last().copied(), plain);
        self.around.insert(at.to_owned(), found);
        found
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        NodeValue::Sequence(items) => items.iter().map(size).sum(),
        NodeValue::Mapping(map) => map.values().map(|entry| size(&entry.node)).sum(),
        _ => 0,
    }
}
