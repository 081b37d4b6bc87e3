//! A schema folded into a tree of places: all that `allOf` says of one place stands together, each keyword with its
//! clause. A recursive reference leads back to the node it came from, so the tree is finite.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::contract::clause::{ClauseSet, Level};
use crate::contract::document::{Document, Located, SpecError};
use crate::contract::pointer;
use crate::contract::subject::{Place, PlaceStep, Subject};
use crate::contract::warning::Warnings;
use crate::contract::yaml::Node;

use super::dialect::{Direction, Travels};
use super::nodes::{is_null, list_of, types_of};
use super::shape::{NodeIx, Shape, ShapeNode};

/// One schema that speaks of a place, with the references that led to it.
#[derive(Clone)]
pub(super) struct Source<'d> {
    pub(super) node: &'d Node,
    pub(super) pointer: String,
    pub(super) through: Vec<String>,
}

/// Builds the tree of one body and adds its clauses to the set.
pub struct ShapeBuilder<'d, 's> {
    /// The document.
    pub document: &'d Document,
    /// The set that the clauses go to.
    pub clauses: &'s mut ClauseSet,
    /// The set that the warnings go to.
    pub warnings: &'s mut Warnings,
    /// The name of the operation they belong to.
    pub operation: &'s Arc<str>,
    /// What they are about: a body or a parameter.
    pub subject: Subject,
    /// Which way the value goes.
    pub direction: Direction,
    /// How it travels.
    pub travels: Travels,
    /// The level of the clauses, `required` and `writeOnly` aside.
    pub level: Level,
}

/// The most places of one body. What lies below has no clauses of its own; the whole schema judges it all the same.
const MAX_PLACES: usize = 40_000;

impl<'d> ShapeBuilder<'d, '_> {
    /// Folds the schema at `node`. What of it cannot be read is told, and allows anything.
    pub fn build(&mut self, node: &'d Node, pointer: &str) -> Shape {
        let mut shape = Shape::default();
        let mut open = HashMap::new();
        self.place(
            &mut shape,
            &mut open,
            Place::default(),
            vec![Source {
                node,
                pointer: pointer.to_owned(),
                through: Vec::new(),
            }],
        );
        shape
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
        shape: &mut Shape,
        open: &mut HashMap<String, NodeIx>,
        place: Place,
        sources: Vec<Source<'d>>,
    ) -> Option<NodeIx> {
        if shape.nodes.len() >= MAX_PLACES {
            let mark = sources.first().map(|source| source.node.mark);
            let message = format!("the schemas unfold into more than {MAX_PLACES} places here");
            let wrong = self.document.error(mark.unwrap_or_default(), message);
            self.warn(
                wrong,
                &format!("what stands at `{place}` and below has no clauses of its own"),
            );
            return None;
        }
        let ix = shape.nodes.len();
        shape.nodes.push(ShapeNode {
            place: place.clone(),
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
                && source.pointer == *target
                && !open.contains_key(target)
            {
                open.insert(target.clone(), ix);
                opened.push(target.clone());
            }
        }
        if let Some(first) = flat.first() {
            shape.nodes[ix].pointer.clone_from(&first.pointer);
        }
        let mut types = flat.iter().map(|source| types_of(source.node));
        let types = types.find(|types| !types.is_empty()).unwrap_or_default();
        for source in &flat {
            self.keywords(&mut shape.nodes[ix], source, &types);
        }
        if self.travels != Travels::Json {
            // Which of several alternatives a text means cannot be told.
            alternatives.clear();
        }
        for (keyword, source, selector) in alternatives {
            self.alternatives(shape, open, ix, keyword, &source, selector);
        }
        self.children(shape, open, ix, &flat);
        for target in opened {
            open.remove(&target);
        }
        Some(ix)
    }

    /// Follows references and opens `allOf` (and a `oneOf` or `anyOf` with one branch that says something).
    fn flatten(
        &mut self,
        source: Source<'d>,
        flat: &mut Vec<Source<'d>>,
        alternatives: &mut Vec<(&'static str, Source<'d>, Option<&'d Node>)>,
    ) {
        let Some(located) = self.resolve(source.node, &source.pointer) else {
            return;
        };
        let mut through = source.through.clone();
        if source.node.get("$ref").is_some()
            && source.node.as_mapping().is_some_and(|map| map.len() > 1)
        {
            // OpenAPI 3.1 allows siblings of `$ref`; in 3.0 they are ignored, and hold nothing but prose in practice.
            flat.push(Source {
                node: source.node,
                pointer: source.pointer.clone(),
                through: through.clone(),
            });
        }
        for target in &located.through {
            if through.contains(target) {
                return;
            }
            through.push(target.clone());
        }
        let here = Source {
            node: located.node,
            pointer: located.pointer.clone(),
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
        for (n, branch) in list_of(here.node, "allOf") {
            let pointer = pointer::join(&pointer::join(&here.pointer, "allOf"), &n.to_string());
            self.flatten(
                Source {
                    node: branch,
                    pointer,
                    through: here.through.clone(),
                },
                flat,
                alternatives,
            );
        }
        for keyword in ["oneOf", "anyOf"] {
            let speaking: Vec<(usize, &'d Node)> = list_of(here.node, keyword)
                .filter(|(_, branch)| !is_null(branch))
                .collect();
            if let [(n, only)] = speaking[..] {
                let pointer = pointer::join(&pointer::join(&here.pointer, keyword), &n.to_string());
                self.flatten(
                    Source {
                        node: only,
                        pointer,
                        through: here.through.clone(),
                    },
                    flat,
                    alternatives,
                );
            } else if !speaking.is_empty() {
                alternatives.push((keyword, here.clone(), here.node.get("discriminator")));
            }
        }
    }

    fn children(
        &mut self,
        shape: &mut Shape,
        open: &mut HashMap<String, NodeIx>,
        ix: NodeIx,
        flat: &[Source<'d>],
    ) {
        let mut properties: IndexMap<&str, Vec<Source<'d>>> = IndexMap::new();
        let mut items = Vec::new();
        let mut additional = Vec::new();
        for source in flat {
            let child = |key: &str, node: &'d Node| Source {
                node,
                pointer: pointer::join(&source.pointer, key),
                through: source.through.clone(),
            };
            for (name, entry) in source
                .node
                .get("properties")
                .and_then(Node::as_mapping)
                .into_iter()
                .flatten()
            {
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
        let place = shape.nodes[ix].place.clone();
        for (name, sources) in properties {
            if let Some(node) = self.child(shape, open, place.key(name), sources) {
                shape.nodes[ix].properties.insert(name.to_owned(), node);
            }
        }
        if !items.is_empty() {
            shape.nodes[ix].items = self.child(shape, open, place.with(PlaceStep::Each), items);
        }
        if !additional.is_empty() {
            let place = place.with(PlaceStep::Any);
            shape.nodes[ix].additional = self.child(shape, open, place, additional);
        }
    }

    /// A place below, or the open place that a recursive reference leads back to; `None` where there are too many.
    fn child(
        &mut self,
        shape: &mut Shape,
        open: &mut HashMap<String, NodeIx>,
        place: Place,
        sources: Vec<Source<'d>>,
    ) -> Option<NodeIx> {
        for source in &sources {
            // `anyOf: [{$ref: …}, {type: null}]` leads back as well as the bare reference does.
            let speaking = ["allOf", "oneOf", "anyOf"].into_iter().find_map(|keyword| {
                let mut branches =
                    list_of(source.node, keyword).filter(|(_, branch)| !is_null(branch));
                branches.next().filter(|_| branches.next().is_none())
            });
            let only = speaking.map(|(_, branch)| branch);
            for node in [Some(source.node), only].into_iter().flatten() {
                let Some(located) = self.resolve(node, &source.pointer) else {
                    continue;
                };
                if let Some(&back) = located.through.iter().find_map(|target| open.get(target)) {
                    return Some(back);
                }
            }
        }
        self.place(shape, open, place, sources)
    }
}
