//! `$dynamicRef` (JSON Schema 2020-12, section 8.2.3.2): it leads to the outermost schema resource on the way that has a
//! dynamic anchor of that name. So a schema on whose way there is one means something else for each way that leads to it,
//! and for each such way it is made once, with plain references.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use crate::contract::document::Document;
use crate::contract::yaml::{Mark, Node, NodeValue};

use super::Flaw;
use super::resources::Index;
use super::rewrite::{Edit, say};
use super::walk::{Holds, below, parts, text};

/// The most schemas that are made, and the most nodes of all of them.
const MOST_MADE: usize = 2_000;
const MOST_NODES: usize = 400_000;

/// Where each dynamic anchor leads on one way.
type Way = BTreeMap<String, String>;

/// Makes what the `$dynamicRef`s of a document mean, so that only `$ref`s are left.
pub(super) fn specialise(document: &mut Document) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    let mut fresh = document.clone();
    let (index, _) = Index::of(document);
    let mut maker = Maker {
        document,
        index: &index,
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
        let way = maker.entering(&Way::new(), own);
        maker.make(&file.root, &mut fresh.root, (own, &way), Holds::Fields);
    }
    while let Some((name, at, way)) = maker.wanted.pop_front() {
        let Some((node, _)) = document.at(&at) else {
            continue;
        };
        let own = index.around(&at).pop().unwrap_or_default();
        let mut made = node.clone();
        maker.nodes += size(node);
        maker.make(node, &mut made, (own, &way), Holds::Fields);
        fresh.make_of(name, made, at);
    }
    drop(index);
    *document = fresh;
    flaws
}

struct Maker<'d> {
    document: &'d Document,
    index: &'d Index,
    /// The places from which some `$dynamicRef` is reached.
    depending: HashSet<String>,
    known: HashMap<(String, Way), String>,
    wanted: VecDeque<(String, String, Way)>,
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
            let Some((node, _)) = self.document.at(&at).filter(|_| seen.insert(at.clone())) else {
                continue;
            };
            let mut found = Vec::new();
            self.references(node, Holds::Fields, &mut found);
            for (is_dynamic, target) in found {
                if is_dynamic {
                    direct.push(at.clone());
                }
                let name = self.index.dynamic_at(&target).filter(|_| is_dynamic);
                let all = self.index.all.iter();
                let others = all.filter_map(|one| Some(one.anchors.get(name?)?.pointer.clone()));
                for target in others.chain([target.clone()]) {
                    referring
                        .entry(target.clone())
                        .or_default()
                        .push(at.clone());
                    places.push(target);
                }
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
    fn references(&self, node: &Node, holds: Holds, found: &mut Vec<(bool, String)>) {
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

    /// The way with one more resource on it: what an earlier one has, stays.
    fn entering(&self, way: &Way, resource: usize) -> Way {
        let mut way = way.clone();
        for (name, anchor) in &self.index.all[resource].anchors {
            if anchor.is_dynamic {
                way.entry(name.clone())
                    .or_insert_with(|| anchor.pointer.clone());
            }
        }
        way
    }

    /// Writes all references at and below a node as they are meant on a way; `to` is a copy of `from`.
    fn make(&mut self, from: &'d Node, to: &mut Node, (own, way): (usize, &Way), holds: Holds) {
        let entered = self.index.beginning_at(from).filter(|one| *one != own);
        let longer = entered.map(|own| (own, self.entering(way, own)));
        let (own, way) = longer.as_ref().map_or((own, way), |(own, way)| (*own, way));
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
    fn meant(&mut self, key: &str, said: &str, mark: Mark, way: &Way) -> Option<Edit> {
        let mut at = self.document.meant(said, mark).ok()?;
        if key == "$dynamicRef" {
            let name = self.index.dynamic_at(&at);
            let outermost = name.and_then(|name| way.get(name));
            at = outermost.cloned().unwrap_or(at);
        }
        let around = self.index.around(&at);
        let way = around.iter().fold(way.clone(), |way, one| {
            // Only the innermost is entered: the others stand around it and not on the way.
            match Some(one) == around.last() {
                true => self.entering(&way, *one),
                false => way,
            }
        });
        let plain = around
            .iter()
            .fold(Way::new(), |way, one| self.entering(&way, *one));
        let is_plain = !self.depending.contains(&at) || way == plain;
        if is_plain {
            let says = || Edit::Says(self.document.reference(mark.file, &at));
            return (key == "$dynamicRef").then(says);
        }
        let key = (at.clone(), way.clone());
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
}

fn size(node: &Node) -> usize {
    1 + match &node.value {
        NodeValue::Sequence(items) => items.iter().map(size).sum(),
        NodeValue::Mapping(map) => map.values().map(|entry| size(&entry.node)).sum(),
        _ => 0,
    }
}
