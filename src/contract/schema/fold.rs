//! A schema folded into places: all that `allOf` says of one place stands together, each keyword with its clause. A
//! recursive reference leads back to the node it came from, so the places are finite. What a reference leads to is
//! folded once for all who refer to it, as long as it does not lead back out.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use crate::contract::document::{Document, Located};
use crate::contract::pointer;
use crate::contract::spec_error::SpecError;
use crate::contract::subject::{Place, PlaceStep};
use crate::contract::warning::Warnings;
use crate::contract::yaml::Node;

use super::circles::{Circles, address};
use super::dialect::{Dialect, Direction, Travels};
use super::draft::Draft;
use super::nodes::{is_never, is_remark, only_branch, types_of};
use super::shape::{NodeIx, ShapeNode};
use super::source::{Source, Together};
use super::template::{Step, Template};

/// All templates of a document.
#[derive(Debug, Default)]
pub struct Folds {
    templates: HashMap<(usize, Direction, Travels), Arc<Template>, RandomState>,
    pub(super) circles: Option<Circles>,
    /// What schemas are that are nothing but references, by their addresses.
    pub(super) bare: HashMap<usize, Arc<[usize]>, RandomState>,
    /// The circles whose schemas unfold to more places than a body may have.
    wide: HashSet<usize, RandomState>,
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
    /// Which OpenAPI the document is written in.
    pub dialect: Dialect,
    /// Which way the value goes.
    pub direction: Direction,
    /// How it travels.
    pub travels: Travels,
}

/// The most places of one body. What lies below has no clauses of its own; the whole schema judges it all the same.
const MOST_PLACES: usize = 40_000;
/// The most places of a circle before each of its schemas has one alone.
const MOST_OF_CIRCLE: usize = 5_000;
/// The most steps from the root of a body to a place.
const DEEPEST: usize = 128;

impl<'d> Folder<'d, '_> {
    /// The template of the schema at `node`, and what stands first there, where that is another schema. What of it cannot
    /// be read is told, and allows anything.
    pub fn template(&mut self, node: &'d Node, pointer: &str) -> (Arc<Template>, Option<String>) {
        let source = Source {
            node,
            pointer: pointer.to_owned(),
            around: Vec::new(),
            met: Vec::new(),
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
        let draft = self.draft(source);
        let mut template = draft.template;
        template.places += template.nodes.len();
        template.nodes.shrink_to_fit();
        template.said.shrink_to_fit();
        let template = Arc::new(template);
        self.folds.templates.insert(key, Arc::clone(&template));
        template
    }

    /// Folds a schema; where its circle unfolds without bounds, so that each schema of the circle has one place.
    fn draft(&mut self, source: Source<'d>) -> Draft<'d> {
        let mut draft = Draft::default();
        let circle = self.circles().of(address(source.node));
        draft.is_wide = circle.is_some_and(|circle| self.folds.wide.contains(&circle));
        draft.circle = circle;
        self.place(&mut draft, Place::default(), vec![source.clone()]);
        while let Some((ix, sources)) = draft.waiting.pop_front() {
            self.fill(&mut draft, ix, sources);
        }
        match circle.filter(|_| draft.is_over && !draft.is_wide) {
            None => draft,
            Some(circle) => {
                self.folds.wide.insert(circle);
                self.draft(source)
            }
        }
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
        draft: &mut Draft<'d>,
        place: Place,
        sources: Vec<Source<'d>>,
    ) -> Option<NodeIx> {
        self.begin(draft, place, sources, false)
    }

    /// The same; one that `waits` may be filled later.
    fn begin(
        &mut self,
        draft: &mut Draft<'d>,
        place: Place,
        sources: Vec<Source<'d>>,
        waits: bool,
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
                return self.too_many(draft, &place, source);
            }
            return Some(draft.mount(template, place, first));
        }
        let count = draft.template.places + draft.template.nodes.len();
        let is_full = count >= MOST_PLACES
            || draft.unfolds() && draft.is_over
            || draft.unfolds() && draft.template.nodes.len() >= MOST_OF_CIRCLE;
        if is_full || depth > DEEPEST || self.folds.begun > DEEPEST {
            return self.too_many(draft, &place, sources.first()?);
        }
        let ix = draft.template.nodes.len();
        draft.template.deepest = draft.template.deepest.max(depth);
        draft.template.nodes.push(ShapeNode {
            place,
            ..ShapeNode::default()
        });
        let kept = self.kept(draft, &sources);
        if let Some(target) = kept {
            draft.kept.entry(target).or_insert(ix);
        }
        if waits && kept.is_some() && draft.twins == 0 {
            draft.waiting.push_back((ix, sources));
        } else {
            self.fill(draft, ix, sources);
        }
        Some(ix)
    }

    fn fill(&mut self, draft: &mut Draft<'d>, ix: NodeIx, sources: Vec<Source<'d>>) {
        self.folds.begun += 1;
        draft.template.order.push(Step::Node(ix));
        let kept = self.kept(draft, &sources);
        let mut together = Together::default();
        let mut alternatives = Vec::new();
        for source in sources {
            self.flatten(source, &mut together, &mut alternatives);
        }
        let flat = together.all;
        let mut opened = Vec::new();
        for source in &flat {
            if let Some(target) = source.met.last()
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
        if let Some(target) = kept {
            draft.done.entry(target).or_insert(ix);
        }
        self.folds.begun -= 1;
    }

    /// The schema of a wide circle that a place stands for, and nothing else.
    fn kept(&mut self, draft: &Draft<'d>, sources: &[Source<'d>]) -> Option<usize> {
        let [source] = sources else { return None };
        let map = source.node.as_mapping().filter(|_| draft.is_wide)?;
        let of_wrapper = ["$ref", "allOf", "oneOf", "anyOf"];
        let is_only = |key: &String| is_remark(key) || of_wrapper.contains(&key.as_str());
        let only = only_branch(source.node).filter(|_| map.keys().all(is_only));
        let bare = self.bare(only.map_or(source.node, |(_, branch)| branch));
        // What stands at the root is no reference any more.
        let own = source.met.last();
        let own = own.filter(|own| **own == address(source.node));
        let target = bare.last().or(own).copied()?;
        (self.circles().of(target) == draft.circle).then_some(target)
    }

    fn too_many(
        &mut self,
        draft: &mut Draft<'d>,
        place: &Place,
        source: &Source<'d>,
    ) -> Option<NodeIx> {
        draft.is_over = true;
        if draft.unfolds() {
            // It is folded once more, in another way.
            return None;
        }
        let message = format!(
            "the schemas of one body unfold to more than {MOST_PLACES} places here, or more than {DEEPEST} deep"
        );
        let wrong = self.document.error(source.node.mark, message);
        let lost = format!("what stands at `{place}` and below has no clauses of its own");
        self.warn(wrong, &lost);
        None
    }

    fn children(&mut self, draft: &mut Draft<'d>, ix: NodeIx, flat: &[Source<'d>]) {
        let mut back: HashMap<&str, NodeIx, RandomState> = HashMap::default();
        let mut properties: IndexMap<&str, Vec<Source<'d>>, RandomState> = IndexMap::default();
        let mut items = Vec::new();
        let mut additional = Vec::new();
        for source in flat {
            let child = |key: &str, node: &'d Node| Source {
                node,
                pointer: pointer::join(&source.pointer, key),
                around: source.around.clone(),
                met: Vec::new(),
            };
            let named = source.node.get("properties").and_then(Node::as_mapping);
            for (name, entry) in named.into_iter().flatten() {
                if self.direction == Direction::Request
                    && self.is_left_out(&entry.node, &source.pointer)
                {
                    continue;
                }
                // In a circle most references lead back, and need no place of their own.
                if draft.unfolds() {
                    let found = draft.known(&self.bare(&entry.node));
                    if let Some(found) = found {
                        back.entry(name).or_insert(found);
                    }
                }
                if back.contains_key(name.as_str()) {
                    properties.insert(name, Vec::new());
                    continue;
                }
                let mut property = child("properties", &entry.node);
                property.pointer = pointer::join(&property.pointer, name);
                properties.entry(name).or_default().push(property);
            }
            // Where no entry may stand, the list itself says so.
            if let Some(node) = source.node.get("items").filter(|node| !is_never(node)) {
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
            let found = match back.get(name) {
                Some(found) => Some(*found),
                None => self.child(draft, place.key(name), sources),
            };
            if let Some(node) = found {
                let nodes = &mut draft.template.nodes;
                let absent = nodes.get(node).and_then(|below| below.clause_of("absent"));
                nodes[ix].absent.extend(absent);
                nodes[ix].properties.insert(name.to_owned(), node);
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
        draft: &mut Draft<'d>,
        place: Place,
        sources: Vec<Source<'d>>,
    ) -> Option<NodeIx> {
        if draft.unfolds() && draft.is_over {
            // It is folded once more, in another way.
            return None;
        }
        for source in &sources {
            // `anyOf: [{$ref: …}, {type: null}]` leads back as well as the bare reference does.
            let only = only_branch(source.node).map(|(_, branch)| branch);
            for node in [Some(source.node), only].into_iter().flatten() {
                let back = draft.known(&self.bare(node));
                if back.is_some() {
                    return back;
                }
            }
        }
        self.begin(draft, place, sources, true)
    }
}
