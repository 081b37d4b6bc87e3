//! The tree of places that a schema is folded into: each keyword at each place with its clause, and the branch that a
//! value plainly means.

use std::collections::HashMap;

use serde_json::Value;

use crate::contract::clause::ClauseIx;
use crate::contract::subject::Place;

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
    /// Properties that it requires.
    pub required: Vec<String>,
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
    /// The clauses of properties that must not be there.
    pub absent: Vec<ClauseIx>,
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

impl ShapeNode {
    /// The clause of a keyword.
    pub(super) fn clause_of(&self, keyword: &str) -> Option<ClauseIx> {
        let mut all = self.keywords.iter();
        all.find(|known| known.keyword == keyword)
            .map(|known| known.clause)
    }

    /// The branch that a value plainly means.
    pub(super) fn chosen(&self, value: &Value) -> Option<&Branch> {
        chosen(&self.branches.iter().collect::<Vec<_>>(), value)
    }

    /// The clause of its union, where it has one, or of what it says first.
    pub(super) fn union_or_first(&self) -> Option<ClauseIx> {
        let union = self.clause_of("oneOf").or_else(|| self.clause_of("anyOf"));
        union.or_else(|| Some(self.keywords.first()?.clause))
    }

    /// Gives every clause its number.
    pub(super) fn renumber(&mut self, number: impl Fn(ClauseIx) -> ClauseIx) {
        let named = self.required.iter_mut().chain(&mut self.write_only);
        let named = named.map(|(_, clause)| clause);
        let keywords = self.keywords.iter_mut().map(|known| &mut known.clause);
        let others = self.integer.iter_mut().chain(&mut self.absent);
        for clause in named.chain(keywords).chain(others) {
            *clause = number(*clause);
        }
    }

    /// Gives every place below its number.
    pub(super) fn relink(&mut self, number: impl Fn(NodeIx) -> NodeIx) {
        let branches = self.branches.iter_mut().map(|branch| &mut branch.node);
        let below = self.properties.values_mut().chain(&mut self.items);
        for node in below.chain(&mut self.additional).chain(branches) {
            *node = number(*node);
        }
    }
}

/// The tree.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    /// All places; the first is the body itself.
    pub nodes: Vec<ShapeNode>,
}

/// The branch that a value plainly means: by discriminator, else the only one whose types and fixed values fit, and of
/// several the only one whose required properties it has.
pub fn chosen<'b>(branches: &[&'b Branch], value: &Value) -> Option<&'b Branch> {
    for branch in branches {
        if let Some((property, values)) = &branch.selector
            && value
                .get(property)
                .and_then(Value::as_str)
                .is_some_and(|name| values.iter().any(|known| known == name))
        {
            return Some(branch);
        }
    }
    let fitting = branches.iter().filter(|branch| {
        let typed =
            branch.types.is_empty() || branch.types.iter().any(|kind| is_of_type(value, kind));
        typed
            && branch
                .fixed
                .iter()
                .all(|(name, options)| value.get(name).is_some_and(|value| options.contains(value)))
    });
    let fitting: Vec<&&Branch> = fitting.collect();
    if let [branch] = fitting[..] {
        return Some(branch);
    }
    let mut complete = fitting.into_iter().filter(|branch| {
        let mut required = branch.required.iter();
        required.all(|name| value.get(name).is_some())
    });
    match (complete.next(), complete.next()) {
        (Some(branch), None) => Some(branch),
        _ => None,
    }
}

fn is_of_type(value: &Value, kind: &str) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" | "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}
