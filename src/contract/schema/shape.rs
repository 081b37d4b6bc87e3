//! A response schema folded into a tree of places: all that `allOf` says of one place stands together, each keyword
//! with its clause. A recursive reference leads back to the node it came from, so the tree is finite.

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::contract::clause::{Clause, ClauseIx, ClauseSet, Level};
use crate::contract::document::{Document, SpecError};
use crate::contract::pointer;
use crate::contract::subject::{Place, PlaceStep, Subject};
use crate::contract::yaml::{Mark, Node};

use super::phrase::{applies, named, phrase};

/// The index of a place in its tree; the root is 0.
pub type NodeIx = usize;

/// The kind of value a keyword speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Applies {
    /// Any value.
    Any,
    /// Numbers.
    Number,
    /// Strings.
    String,
    /// Arrays.
    Array,
    /// Objects.
    Object,
}

/// A keyword at a place, with its clause.
#[derive(Debug, Clone)]
pub struct KeywordClause {
    /// The keyword.
    pub keyword: &'static str,
    /// Which values it speaks of.
    pub applies: Applies,
    /// Its clause.
    pub clause: ClauseIx,
}

/// One branch of a `oneOf` or `anyOf` that has several.
#[derive(Debug, Clone)]
pub struct Branch {
    /// What the discriminator says of it: the property and the values that choose this branch.
    pub selector: Option<(String, Vec<String>)>,
    /// Its index in the list, as the compiled schema counts.
    pub index: usize,
    /// `oneOf` or `anyOf`.
    pub keyword: &'static str,
    /// The place as this branch describes it.
    pub node: NodeIx,
    /// The JSON types it allows, where it says so.
    pub types: Vec<String>,
    /// Properties whose value it fixes: name and the JSON values allowed.
    pub fixed: Vec<(String, Vec<serde_json::Value>)>,
}

/// One place of the body.
#[derive(Debug, Clone, Default)]
pub struct ShapeNode {
    /// Such as `data[]/spec/version`; empty for the body itself.
    pub place: Place,
    /// Where the first schema of this place stands in the document.
    pub pointer: String,
    /// All that is said of the value itself.
    pub keywords: Vec<KeywordClause>,
    /// Each required name with its clause.
    pub required: Vec<(String, ClauseIx)>,
    /// Each property that only a request should carry, with its clause.
    pub write_only: Vec<(String, ClauseIx)>,
    /// The places below, by property.
    pub properties: HashMap<String, NodeIx, foldhash::fast::RandomState>,
    /// The place of an array's items.
    pub items: Option<NodeIx>,
    /// The place of properties that are not named.
    pub additional: Option<NodeIx>,
    /// Alternatives.
    pub branches: Vec<Branch>,
    /// The clause of `type`, where that is `integer` and nothing wider.
    pub integer: Option<ClauseIx>,
}

/// The tree.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    /// All places; the first is the body itself.
    pub nodes: Vec<ShapeNode>,
}

/// One schema that speaks of a place, with the references that led to it.
#[derive(Clone)]
struct Source<'d> {
    node: &'d Node,
    pointer: String,
    through: Vec<String>,
}

/// Builds the tree of one body and adds its clauses to the set.
pub struct ShapeBuilder<'d, 's> {
    /// The document.
    pub document: &'d Document,
    /// The set that the clauses go to.
    pub clauses: &'s mut ClauseSet,
    /// The name of the operation they belong to.
    pub operation: &'s Arc<str>,
    /// The body they are about.
    pub body: Subject,
}

/// A contract whose schemas unfold into more places than this is told so instead of eating all memory.
const MAX_PLACES: usize = 40_000;

impl<'d> ShapeBuilder<'d, '_> {
    /// Folds the schema at `node`.
    ///
    /// # Errors
    /// A reference that leads nowhere, or more places than can be listed.
    pub fn build(&mut self, node: &'d Node, pointer: &str) -> Result<Shape, SpecError> {
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
        )?;
        Ok(shape)
    }

    fn place(
        &mut self,
        shape: &mut Shape,
        open: &mut HashMap<String, NodeIx>,
        place: Place,
        sources: Vec<Source<'d>>,
    ) -> Result<NodeIx, SpecError> {
        if shape.nodes.len() >= MAX_PLACES {
            let mark = sources
                .first()
                .map(|source| source.node.mark)
                .unwrap_or_default();
            return Err(self.document.error(
                mark,
                format!("the schemas unfold into more than {MAX_PLACES} places"),
            ));
        }
        let ix = shape.nodes.len();
        shape.nodes.push(ShapeNode {
            place: place.clone(),
            ..ShapeNode::default()
        });
        let mut flat = Vec::new();
        let mut alternatives = Vec::new();
        for source in sources {
            self.flatten(source, &mut flat, &mut alternatives)?;
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
        for source in &flat {
            self.keywords(&mut shape.nodes[ix], source);
        }
        for (keyword, source, selector) in alternatives {
            self.alternatives(shape, open, ix, keyword, &source, selector)?;
        }
        self.children(shape, open, ix, &flat)?;
        for target in opened {
            open.remove(&target);
        }
        Ok(ix)
    }

    /// Follows references and opens `allOf` (and a `oneOf` or `anyOf` with one branch that says something).
    fn flatten(
        &self,
        source: Source<'d>,
        flat: &mut Vec<Source<'d>>,
        alternatives: &mut Vec<(&'static str, Source<'d>, Option<&'d Node>)>,
    ) -> Result<(), SpecError> {
        let located = self.document.resolve(source.node, &source.pointer)?;
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
                return Ok(());
            }
            through.push(target.clone());
        }
        let here = Source {
            node: located.node,
            pointer: located.pointer.clone(),
            through,
        };
        if here.node.as_mapping().is_none() {
            return Ok(());
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
            )?;
        }
        for keyword in ["oneOf", "anyOf"] {
            let speaking: Vec<(usize, &'d Node)> = list_of(here.node, keyword)
                .filter(|(_, branch)| branch.get("type").and_then(Node::as_str) != Some("null"))
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
                )?;
            } else if !speaking.is_empty() {
                alternatives.push((keyword, here.clone(), here.node.get("discriminator")));
            }
        }
        Ok(())
    }

    fn keywords(&mut self, target: &mut ShapeNode, source: &Source<'d>) {
        let Some(map) = source.node.as_mapping() else {
            return;
        };
        for (key, entry) in map {
            let here = pointer::join(&source.pointer, key);
            if key == "required" {
                for (n, name) in entry
                    .node
                    .as_sequence()
                    .unwrap_or_default()
                    .iter()
                    .enumerate()
                {
                    let Some(name_text) = name.as_str() else {
                        continue;
                    };
                    if self.is_write_only(source, name_text)
                        || target.required.iter().any(|(known, _)| known == name_text)
                    {
                        continue;
                    }
                    let clause = self.required_clause(
                        target,
                        name_text,
                        &pointer::join(&here, &n.to_string()),
                        name.mark,
                    );
                    target.required.push((name_text.to_owned(), clause));
                }
                continue;
            }
            let Some((keyword, applies)) = applies(key, &entry.node, source.node) else {
                continue;
            };
            if target.keywords.iter().any(|known| known.keyword == keyword) {
                continue;
            }
            let text = format!(
                "{} {}",
                named(&target.place),
                phrase(key, &entry.node, source.node)
            );
            let clause = self.add(
                &target.place,
                keyword,
                text,
                (&here, entry.key),
                Level::Must,
            );
            if key == "type" && entry.node.as_str() == Some("integer") {
                target.integer = Some(clause);
            }
            target.keywords.push(KeywordClause {
                keyword,
                applies,
                clause,
            });
        }
        for (name, entry) in source
            .node
            .get("properties")
            .and_then(Node::as_mapping)
            .into_iter()
            .flatten()
        {
            let Some(flag) = entry
                .node
                .entry("writeOnly")
                .filter(|flag| flag.node.as_bool() == Some(true))
            else {
                continue;
            };
            let place = target.place.key(name);
            let text =
                format!("`{place}` is for requests only and should not be sent in a response");
            let at = pointer::join(
                &pointer::join(&pointer::join(&source.pointer, "properties"), name),
                "writeOnly",
            );
            let clause = self.add(&place, "writeOnly", text, (&at, flag.key), Level::Should);
            target.write_only.push((name.clone(), clause));
        }
    }

    fn is_write_only(&self, source: &Source<'d>, name: &str) -> bool {
        source
            .node
            .get("properties")
            .and_then(|all| all.get(name))
            .is_some_and(|property| {
                self.document
                    .resolve(property, &source.pointer)
                    .is_ok_and(|found| {
                        found.node.get("writeOnly").and_then(Node::as_bool) == Some(true)
                    })
            })
    }

    fn required_clause(
        &mut self,
        target: &ShapeNode,
        name: &str,
        pointer: &str,
        mark: Mark,
    ) -> ClauseIx {
        let text = format!("{} has `{name}`", named(&target.place));
        self.add(
            &target.place.key(name),
            "required",
            text,
            (pointer, mark),
            Level::Must,
        )
    }

    fn add(
        &mut self,
        place: &Place,
        keyword: &'static str,
        text: String,
        (pointer, mark): (&str, Mark),
        level: Level,
    ) -> ClauseIx {
        let subject = self.body.clone().at(place.clone()).keyword(keyword);
        let clause = Clause::new(
            self.operation,
            subject,
            level,
            text,
            pointer.to_owned(),
            mark,
        );
        self.clauses.add(clause)
    }

    fn children(
        &mut self,
        shape: &mut Shape,
        open: &mut HashMap<String, NodeIx>,
        ix: NodeIx,
        flat: &[Source<'d>],
    ) -> Result<(), SpecError> {
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
            let node = self.child(shape, open, place.key(name), sources)?;
            shape.nodes[ix].properties.insert(name.to_owned(), node);
        }
        if !items.is_empty() {
            let node = self.child(shape, open, place.with(PlaceStep::Each), items)?;
            shape.nodes[ix].items = Some(node);
        }
        if !additional.is_empty() {
            let node = self.child(shape, open, place.with(PlaceStep::Any), additional)?;
            shape.nodes[ix].additional = Some(node);
        }
        Ok(())
    }

    /// A place below, or the open place that a recursive reference leads back to.
    fn child(
        &mut self,
        shape: &mut Shape,
        open: &mut HashMap<String, NodeIx>,
        place: Place,
        sources: Vec<Source<'d>>,
    ) -> Result<NodeIx, SpecError> {
        for source in &sources {
            // `anyOf: [{$ref: …}, {type: null}]` leads back as well as the bare reference does.
            let speaking = ["allOf", "oneOf", "anyOf"].into_iter().find_map(|keyword| {
                let mut branches =
                    list_of(source.node, keyword).filter(|(_, branch)| !is_null(branch));
                branches.next().filter(|_| branches.next().is_none())
            });
            let only = speaking.map(|(_, branch)| branch);
            for node in [Some(source.node), only].into_iter().flatten() {
                let located = self.document.resolve(node, &source.pointer)?;
                if let Some(&back) = located.through.iter().find_map(|target| open.get(target)) {
                    return Ok(back);
                }
            }
        }
        self.place(shape, open, place, sources)
    }

    fn alternatives(
        &mut self,
        shape: &mut Shape,
        open: &mut HashMap<String, NodeIx>,
        ix: NodeIx,
        keyword: &'static str,
        source: &Source<'d>,
        discriminator: Option<&'d Node>,
    ) -> Result<(), SpecError> {
        let place = shape.nodes[ix].place.clone();
        for (n, branch) in list_of(source.node, keyword) {
            if branch.get("type").and_then(Node::as_str) == Some("null") {
                continue;
            }
            let located = self.document.resolve(branch, &source.pointer)?;
            if located
                .through
                .iter()
                .any(|target| open.contains_key(target))
            {
                continue;
            }
            let reference = branch.get("$ref").and_then(Node::as_str);
            let last = reference.and_then(|reference| pointer::tokens(reference).pop());
            let title = located
                .node
                .get("title")
                .and_then(Node::as_str)
                .map(str::to_owned);
            let name = last.clone().or(title).unwrap_or_else(|| n.to_string());
            let pointer = pointer::join(&pointer::join(&source.pointer, keyword), &n.to_string());
            let place = place.with(PlaceStep::Branch(name.into()));
            let node = self.place(
                shape,
                open,
                place,
                vec![Source {
                    node: branch,
                    pointer,
                    through: source.through.clone(),
                }],
            )?;
            let selector = discriminator.and_then(|discriminator| {
                let property = discriminator.get("propertyName")?.as_str()?.to_owned();
                let mut values: Vec<String> = last.into_iter().collect();
                for (value, entry) in discriminator
                    .get("mapping")
                    .and_then(Node::as_mapping)
                    .into_iter()
                    .flatten()
                {
                    if entry.node.as_str().is_some_and(|target| {
                        Some(target) == reference
                            || reference.is_some_and(|r| r.ends_with(&format!("/{target}")))
                    }) {
                        values.push(value.clone());
                    }
                }
                Some((property, values))
            });
            let types = types_of(located.node);
            let fixed = fixed_properties(self.document, located.node, &located.pointer);
            shape.nodes[ix].branches.push(Branch {
                selector,
                index: n,
                keyword,
                node,
                types,
                fixed,
            });
        }
        Ok(())
    }
}

pub(super) fn list_of<'d>(
    node: &'d Node,
    keyword: &str,
) -> impl Iterator<Item = (usize, &'d Node)> + use<'d> {
    node.get(keyword)
        .and_then(Node::as_sequence)
        .unwrap_or_default()
        .iter()
        .enumerate()
}

/// Whether a branch allows `null` and nothing else.
fn is_null(branch: &Node) -> bool {
    branch.get("type").and_then(Node::as_str) == Some("null")
}

fn types_of(node: &Node) -> Vec<String> {
    match node.get("type") {
        Some(kind) => match kind.as_str() {
            Some(one) => vec![one.to_owned()],
            None => kind
                .as_sequence()
                .unwrap_or_default()
                .iter()
                .filter_map(Node::as_str)
                .map(str::to_owned)
                .collect(),
        },
        None if node.get("properties").is_some() => vec!["object".to_owned()],
        None => Vec::new(),
    }
}

fn fixed_properties(
    document: &Document,
    node: &Node,
    pointer: &str,
) -> Vec<(String, Vec<serde_json::Value>)> {
    let mut fixed = Vec::new();
    for (name, entry) in node
        .get("properties")
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
    {
        let Ok(found) = document.resolve(&entry.node, pointer) else {
            continue;
        };
        if let Some(value) = found.node.get("const") {
            fixed.push((name.clone(), vec![value.to_json()]));
        } else if let Some(options) = found.node.get("enum").and_then(Node::as_sequence) {
            fixed.push((name.clone(), options.iter().map(Node::to_json).collect()));
        }
    }
    fixed
}
