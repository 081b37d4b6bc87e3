//! A schema folded into places: all that `allOf` says of one place stands together, each keyword with its clause. A
//! recursive reference leads back to the node it came from, so the places are finite. What a reference leads to is
//! folded once for all who refer to it, as long as it does not lead back out.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use crate::contract::document::{Document, Located, SpecError};
use crate::contract::pointer;
use crate::contract::subject::{Place, PlaceStep};
use crate::contract::warning::Warnings;
use crate::contract::yaml::Node;

use super::circles::{Circles, address};
use super::dialect::{Direction, Travels};
use super::draft::Draft;
use super::nodes::{is_null, list_of, only_branch, types_of};
use super::shape::{NodeIx, ShapeNode};
use super::template::{Step, Template};

/// One schema that speaks of a place, with the references that led to it.
#[derive(Clone)]
pub(super) struct Source<'d> {
    pub(super) node: &'d Node,
    pub(super) pointer: String,
    pub(super) through: Vec<usize>,
}

/// All templates of a document.
#[derive(Debug, Default)]
pub struct Folds {
    templates: HashMap<(usize, Direction, Travels), Arc<Template>, RandomState>,
    pub(super) circles: Option<Circles>,
    /// How many places are begun and not done, over all templates.
    begun: usize,
}

/// Folds schemas that go one way.
pub struct Folder<'d, 's> {
    /// The document.
    pub document: &'d Document,
    /// The templates made so far.
    pub folds: &'s mut Folds,
    /// The set that the warnings go to.
    pub warnings: &'s mut Warnings,
    /// Which way the value goes.
    pub direction: Direction,
    /// How it travels.
    pub travels: Travels,
}

/// The most places of one body. What lies below has no clauses of its own; the whole schema judges it all the same.
const MOST_PLACES: usize = 40_000;
/// The most steps from the root of a body to a place.
const DEEPEST: usize = 128;

impl<'d> Folder<'d, '_> {
    /// The template of the schema at `node`, and what stands first there, where that is another schema. What of it cannot
    /// be read is told, and allows anything.
    pub fn template(&mut self, node: &'d Node, pointer: &str) -> (Arc<Template>, Option<String>) {
        let source = Source {
            node,
            pointer: pointer.to_owned(),
            through: Vec::new(),
        };
        match self.shared(&source) {
            Some((meant, first)) => (self.folded(meant), first),
            None => (self.folded(source), None),
        }
    }

    fn folded(&mut self, source: Source<'d>) -> Arc<Template> {
        let key = (address(source.node), self.direction, self.travels);
        if let Some(known) = self.folds.templates.get(&key) {
            return Arc::clone(known);
        }
        let mut draft = Draft::default();
        self.place(&mut draft, Place::default(), vec![source]);
        draft.template.places += draft.template.nodes.len();
        draft.template.nodes.shrink_to_fit();
        draft.template.said.shrink_to_fit();
        let template = Arc::new(draft.template);
        self.folds.templates.insert(key, Arc::clone(&template));
        template
    }

    /// Tells of a part of a schema that cannot be used.
    pub(super) fn warn(&mut self, wrong: SpecError, lost: &str) {
        self.warnings.add(wrong, lost);
    }

    /// Follows the references of a schema; what they cannot reach is told, and `None`.
    pub(super) fn resolve(&mut self, node: &'d Node, pointer: &str) -> Option<Located<'d>> {
        let found = self.document.resolve(node, pointer);
        found
            .map_err(|wrong| self.warn(wrong, "the schema there is taken to allow any value"))
            .ok()
    }

    /// A place with all that its sources say; `None` where there are too many places.
    pub(super) fn place(
        &mut self,
        draft: &mut Draft,
        place: Place,
        sources: Vec<Source<'d>>,
    ) -> Option<NodeIx> {
        let depth = place.steps().len();
        if let [source] = &sources[..]
            && depth > 0
            && draft.twins == 0
            && let Some((meant, first)) = self.shared(source)
        {
            let template = self.folded(meant);
            let places = draft.template.places + draft.template.nodes.len() + template.places;
            if places > MOST_PLACES || depth + template.deepest > DEEPEST {
                return self.too_many(&place, source);
            }
            return Some(draft.mount(template, place, first));
        }
        let is_full = draft.template.places + draft.template.nodes.len() >= MOST_PLACES;
        if is_full || depth > DEEPEST || self.folds.begun > DEEPEST {
            return self.too_many(&place, sources.first()?);
        }
        self.folds.begun += 1;
        let ix = draft.template.nodes.len();
        draft.template.deepest = draft.template.deepest.max(depth);
        draft.template.order.push(Step::Node(ix));
        draft.template.nodes.push(ShapeNode {
            place,
            ..ShapeNode::default()
        });
        let mut flat = Vec::new();
        let mut alternatives = Vec::new();
        for source in sources {
            self.flatten(source, &mut flat, &mut alternatives);
        }
        let mut opened = Vec::new();
        for source in &flat {
            if let Some(target) = source.through.last()
                && address(source.node) == *target
                && !draft.open.contains_key(target)
            {
                draft.open.insert(*target, ix);
                opened.push(*target);
            }
        }
        if let Some(first) = flat.first() {
            draft.template.nodes[ix].pointer.clone_from(&first.pointer);
        }
        let mut types = flat.iter().map(|source| types_of(source.node));
        let types = types.find(|types| !types.is_empty()).unwrap_or_default();
        for source in &flat {
            self.keywords(draft, ix, source, &types);
        }
        if self.travels != Travels::Json {
            // Which of several alternatives a text means cannot be told.
            alternatives.clear();
        }
        self.alternatives(draft, ix, alternatives);
        self.children(draft, ix, &flat);
        for target in opened {
            draft.open.remove(&target);
        }
        self.folds.begun -= 1;
        Some(ix)
    }

    fn too_many(&mut self, place: &Place, source: &Source<'d>) -> Option<NodeIx> {
        let message = format!(
            "the schemas of one body unfold to more than {MOST_PLACES} places here, or more than {DEEPEST} deep"
        );
        let wrong = self.document.error(source.node.mark, message);
        let lost = format!("what stands at `{place}` and below has no clauses of its own");
        self.warn(wrong, &lost);
        None
    }

    /// Follows references and opens `allOf` (and a `oneOf` or `anyOf` with one branch that says something).
    fn flatten(
        &mut self,
        source: Source<'d>,
        flat: &mut Vec<Source<'d>>,
        alternatives: &mut Vec<(&'static str, Source<'d>)>,
    ) {
        let Some(located) = self.resolve(source.node, &source.pointer) else {
            return;
        };
        if source.node.get("$ref").is_some()
            && source.node.as_mapping().is_some_and(|map| map.len() > 1)
        {
            // OpenAPI 3.1 allows siblings of `$ref`; in 3.0 they are ignored, and hold nothing but prose in practice.
            flat.push(source.clone());
        }
        let mut through = source.through;
        for (target, _) in &located.through {
            if through.contains(&address(target)) {
                return;
            }
            through.push(address(target));
        }
        let here = Source {
            node: located.node,
            pointer: located.pointer,
            through,
        };
        if here.node.as_mapping().is_none() {
            if here.node.as_bool().is_none() {
                let message = format!(
                    "a schema must be a mapping, and this is {}",
                    here.node.kind()
                );
                let wrong = self.document.error(here.node.mark, message);
                self.warn(wrong, "it is taken to allow any value");
            }
            return;
        }
        // What stands twice says the same twice.
        if flat.iter().any(|known| std::ptr::eq(known.node, here.node)) {
            return;
        }
        flat.push(here.clone());
        let branch_of = |keyword: &str, n: usize, node: &'d Node| Source {
            node,
            pointer: pointer::join(&pointer::join(&here.pointer, keyword), &n.to_string()),
            through: here.through.clone(),
        };
        for (n, branch) in list_of(here.node, "allOf") {
            self.flatten(branch_of("allOf", n, branch), flat, alternatives);
        }
        for keyword in ["oneOf", "anyOf"] {
            let mut speaking = list_of(here.node, keyword).filter(|(_, branch)| !is_null(branch));
            match (speaking.next(), speaking.next()) {
                (Some((n, only)), None) => {
                    self.flatten(branch_of(keyword, n, only), flat, alternatives);
                }
                (Some(_), Some(_)) => alternatives.push((keyword, here.clone())),
                _ => {}
            }
        }
    }

    fn children(&mut self, draft: &mut Draft, ix: NodeIx, flat: &[Source<'d>]) {
        let mut properties: IndexMap<&str, Vec<Source<'d>>, RandomState> = IndexMap::default();
        let mut items = Vec::new();
        let mut additional = Vec::new();
        for source in flat {
            let child = |key: &str, node: &'d Node| Source {
                node,
                pointer: pointer::join(&source.pointer, key),
                through: source.through.clone(),
            };
            let named = source.node.get("properties").and_then(Node::as_mapping);
            for (name, entry) in named.into_iter().flatten() {
                if self.direction == Direction::Request
                    && self.is_left_out(&entry.node, &source.pointer)
                {
                    continue;
                }
                let mut property = child("properties", &entry.node);
                property.pointer = pointer::join(&property.pointer, name);
                properties.entry(name).or_default().push(property);
            }
            if let Some(node) = source.node.get("items") {
                items.push(child("items", node));
            }
            if let Some(node) = source
                .node
                .get("additionalProperties")
                .filter(|node| node.as_mapping().is_some_and(|map| !map.is_empty()))
            {
                additional.push(child("additionalProperties", node));
            }
        }
        let place = draft.template.nodes[ix].place.clone();
        for (name, sources) in properties {
            if let Some(node) = self.child(draft, place.key(name), sources) {
                let known = &mut draft.template.nodes[ix].properties;
                known.insert(name.to_owned(), node);
            }
        }
        if !items.is_empty() {
            let node = self.child(draft, place.with(PlaceStep::Each), items);
            draft.template.nodes[ix].items = node;
        }
        if !additional.is_empty() {
            let node = self.child(draft, place.with(PlaceStep::Any), additional);
            draft.template.nodes[ix].additional = node;
        }
    }

    /// A place below, or the open place that a recursive reference leads back to; `None` where there are too many.
    fn child(
        &mut self,
        draft: &mut Draft,
        place: Place,
        sources: Vec<Source<'d>>,
    ) -> Option<NodeIx> {
        for source in &sources {
            // `anyOf: [{$ref: …}, {type: null}]` leads back as well as the bare reference does.
            let only = only_branch(source.node).map(|(_, branch)| branch);
            for node in [Some(source.node), only].into_iter().flatten() {
                let Some(located) = self.resolve(node, &source.pointer) else {
                    continue;
                };
                let mut through = located.through.iter();
                let back = through.find_map(|(target, _)| draft.open.get(&address(target)));
                if let Some(&back) = back {
                    return Some(back);
                }
            }
        }
        self.place(draft, place, sources)
    }
}
