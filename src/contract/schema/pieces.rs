//! A schema judged piece by piece: each entry of a list or map by itself, so that a body of a million wrong entries takes
//! no more memory than one, and judging can stop between any two.

use std::collections::{BTreeMap, HashSet};
use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use crate::contract::pointer;

use super::compiled::Compiled;
use super::shape::{NodeIx, Shape};
use super::violation::Violation;

/// How deep lists are looked for, and how many references are followed; what is behind more stays in one piece.
const DEEPEST: usize = 32;
const MOST_FOLLOWED: usize = 100;
/// Lists in lists that are taken to pieces.
const MOST_LEVELS: usize = 6;
/// A piece with more values than this is judged by its beginning, where it is wrong.
const LARGEST: usize = 20_000;
/// So many entries of a list are its beginning.
const BEGINNING: usize = 200;
/// What cannot be said of a list by its beginning.
const OF_THE_WHOLE: [&str; 4] = ["minItems", "contains", "minContains", "uniqueItems"];

/// A schema without that of its lists' and maps' entries, and theirs.
#[derive(Debug)]
pub struct Pieces {
    own: Compiled,
    cuts: Vec<Cut>,
}

/// A list or map whose entries are pieces of their own.
#[derive(Debug)]
struct Cut {
    /// Where it stands.
    tokens: Vec<String>,
    /// Of a map, the names that are no entries of it; `None` for a list.
    named: Option<HashSet<String>>,
    schema: Value,
    node: NodeIx,
    level: usize,
    entries: OnceLock<Option<Box<Pieces>>>,
}

/// What hears of each violation; whether it wants to hear more.
type Report<'r> = dyn FnMut(Violation) -> bool + 'r;

impl Pieces {
    /// Takes a lowered schema to pieces.
    pub fn of(schema: &Value, shape: &Shape) -> Option<Pieces> {
        Pieces::at(schema, shape, 0, 0)
    }

    /// The same for the schema of the place `node`, so many lists and maps deep.
    fn at(schema: &Value, shape: &Shape, node: NodeIx, level: usize) -> Option<Pieces> {
        let empty = Map::new();
        let defs = schema.get("$defs").and_then(Value::as_object);
        let mut cutter = Cutter {
            defs: defs.unwrap_or(&empty),
            shape,
            node,
            open: Vec::new(),
            left: MOST_FOLLOWED,
            lists: BTreeMap::new(),
            maps: BTreeMap::new(),
        };
        let own = match level {
            MOST_LEVELS => schema.clone(),
            _ => cutter.cut(schema, &mut Vec::new(), 0),
        };
        let defs = defs.unwrap_or(&empty);
        let cut = |(tokens, found): (Vec<String>, Found)| Cut {
            tokens,
            named: found.named,
            schema: json!({"$schema": schema.get("$schema"), "allOf": found.schemas, "$defs": defs}),
            node: found.node,
            level: level + 1,
            entries: OnceLock::new(),
        };
        let cuts = cutter.lists.into_iter().chain(cutter.maps).map(cut);
        Some(Pieces {
            cuts: cuts.collect(),
            own: Compiled::new(own).ok()?,
        })
    }

    /// Reports each violation in a value, of each piece in turn, with its place in the whole. Whether it came to the end.
    pub fn violations(&self, shape: &Shape, value: &Value, report: &mut Report<'_>) -> bool {
        self.below(shape, 0, value, "", report)
    }

    fn below(
        &self,
        shape: &Shape,
        node: NodeIx,
        value: &Value,
        at: &str,
        report: &mut Report<'_>,
    ) -> bool {
        if !self.own.is_valid(value) {
            for violation in self.own_violations(shape, node, value) {
                let pointer = format!("{at}{}", violation.pointer);
                if !report(Violation {
                    pointer,
                    ..violation
                }) {
                    return false;
                }
            }
        }
        self.cuts
            .iter()
            .all(|cut| cut.violations(shape, value, at, report))
    }

    fn own_violations(&self, shape: &Shape, node: NodeIx, value: &Value) -> Vec<Violation> {
        let mut left = LARGEST;
        if self.fits(value, &mut Vec::new(), &mut left) {
            return self.own.violations_at(shape, node, value);
        }
        let mut beginning = value.clone();
        shorten(&mut beginning);
        let mut found = self.own.violations_at(shape, node, &beginning);
        found.retain(|violation| !OF_THE_WHOLE.contains(&violation.keyword.as_str()));
        if found.is_empty() {
            let actual = format!("something else behind the first {BEGINNING} entries");
            found.push(Violation::of_all(None, actual));
        }
        found
    }

    /// Whether a value is small without what stands in other pieces.
    fn fits<'v>(&self, value: &'v Value, way: &mut Vec<&'v str>, left: &mut usize) -> bool {
        *left = left.saturating_sub(1);
        let is_cut = || {
            self.cuts
                .iter()
                .any(|cut| cut.named.is_none() && cut.tokens == *way)
        };
        match value {
            _ if *left == 0 => false,
            Value::Array(items) => {
                is_cut()
                    || items.iter().all(|item| {
                        way.push("*");
                        let fits = self.fits(item, way, left);
                        way.pop();
                        fits
                    })
            }
            Value::Object(map) => map.iter().all(|(name, item)| {
                way.push(name);
                let fits = self.fits(item, way, left);
                way.pop();
                fits
            }),
            _ => true,
        }
    }
}

impl Cut {
    fn violations(&self, shape: &Shape, value: &Value, at: &str, report: &mut Report<'_>) -> bool {
        let reached = self
            .tokens
            .iter()
            .try_fold(value, |here, token| here.as_object()?.get(token));
        let Some(holder) = reached else { return true };
        let made = || Pieces::at(&self.schema, shape, self.node, self.level).map(Box::new);
        let Some(entries) = self.entries.get_or_init(made) else {
            return true;
        };
        let base = self
            .tokens
            .iter()
            .fold(at.to_owned(), |base, token| pointer::join(&base, token));
        match (holder, &self.named) {
            (Value::Array(items), None) => items.iter().enumerate().all(|(n, item)| {
                entries.is_right(item)
                    || entries.below(shape, self.node, item, &format!("{base}/{n}"), report)
            }),
            (Value::Object(map), Some(named)) => map.iter().all(|(name, item)| {
                named.contains(name)
                    || entries.is_right(item)
                    || entries.below(shape, self.node, item, &pointer::join(&base, name), report)
            }),
            _ => true,
        }
    }
}

impl Pieces {
    /// Whether an entry without entries of its own is right; of others it is not asked twice.
    fn is_right(&self, value: &Value) -> bool {
        self.cuts.is_empty() && self.own.is_valid(value)
    }
}

/// The place at these names below one.
fn place(shape: &Shape, from: NodeIx, tokens: &[String]) -> Option<NodeIx> {
    tokens.iter().try_fold(from, |node, token| {
        shape.nodes[node].properties.get(token).copied()
    })
}

/// Cuts the schemas of entries out of a schema.
struct Cutter<'s> {
    defs: &'s Map<String, Value>,
    /// The references that are being followed, and how many more may be.
    open: Vec<String>,
    left: usize,
    shape: &'s Shape,
    node: NodeIx,
    lists: BTreeMap<Vec<String>, Found>,
    maps: BTreeMap<Vec<String>, Found>,
}

/// What was cut out at one place: the schemas of its entries, their place, and the names that are no entries.
struct Found {
    schemas: Vec<Value>,
    node: NodeIx,
    named: Option<HashSet<String>>,
}

impl Cutter<'_> {
    /// The schema without what is cut out; the way to it leads over names of objects alone.
    fn cut(&mut self, schema: &Value, way: &mut Vec<String>, depth: usize) -> Value {
        let Value::Object(map) = schema else {
            return schema.clone();
        };
        // What is unevaluated depends on all that stands around it.
        let has = |name: &str| map.contains_key(name);
        if depth > DEEPEST || has("unevaluatedItems") || has("unevaluatedProperties") {
            return schema.clone();
        }
        let mut out = map.clone();
        let mut all_of: Vec<Value> = Vec::new();
        if let Some(Value::Array(branches)) = map.get("allOf") {
            all_of.extend(
                branches
                    .iter()
                    .map(|branch| self.cut(branch, way, depth + 1)),
            );
        }
        if let Some((name, target)) = self.referenced(map) {
            out.shift_remove("$ref");
            self.left -= 1;
            self.open.push(name);
            all_of.push(self.cut(&target, way, depth + 1));
            self.open.pop();
        }
        if !all_of.is_empty() {
            out.insert("allOf".to_owned(), Value::Array(all_of));
        }
        if let Some(Value::Object(properties)) = map.get("properties") {
            let cut = properties.iter().map(|(name, schema)| {
                way.push(name.clone());
                let cut = self.cut(schema, way, depth + 1);
                way.pop();
                (name.clone(), cut)
            });
            out.insert("properties".to_owned(), Value::Object(cut.collect()));
        }
        // Without a place, nobody could say which clause an entry breaks.
        let holder = place(self.shape, self.node, way).map(|place| &self.shape.nodes[place]);
        let items = map
            .get("items")
            .filter(|items| items.is_object() && !has("prefixItems"));
        if let Some((items, node)) = items.zip(holder.and_then(|holder| holder.items)) {
            let found = self.lists.entry(way.clone());
            let found = found.or_insert_with(|| Found {
                schemas: Vec::new(),
                node,
                named: None,
            });
            found.schemas.push(items.clone());
            out.shift_remove("items");
        }
        let entry = map.get("additionalProperties").filter(|entry| {
            entry.is_object() && !has("patternProperties") && !self.maps.contains_key(way)
        });
        if let Some((entry, node)) = entry.zip(holder.and_then(|holder| holder.additional)) {
            let properties = map.get("properties").and_then(Value::as_object);
            let named = properties
                .into_iter()
                .flat_map(Map::keys)
                .cloned()
                .collect();
            let found = Found {
                schemas: vec![entry.clone()],
                node,
                named: Some(named),
            };
            self.maps.insert(way.clone(), found);
            out.insert("additionalProperties".to_owned(), Value::Bool(true));
        }
        Value::Object(out)
    }

    /// What a reference leads to, where it may be followed.
    fn referenced(&self, map: &Map<String, Value>) -> Option<(String, Value)> {
        let name = map.get("$ref")?.as_str()?.strip_prefix("#/$defs/")?;
        let may = self.left > 0 && !self.open.iter().any(|open| open == name);
        let target = self.defs.get(name).filter(|_| may)?;
        Some((name.to_owned(), target.clone()))
    }
}

/// Leaves the beginning of each list.
fn shorten(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.truncate(BEGINNING);
            items.iter_mut().for_each(shorten);
        }
        Value::Object(map) => map.values_mut().for_each(shorten),
        _ => {}
    }
}
