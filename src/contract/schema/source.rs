//! One schema as it speaks of a place.

use std::collections::HashSet;

use foldhash::fast::RandomState;

use crate::contract::yaml::Node;

use super::circles::address;

/// One schema that speaks of a place, with the references that led to it.
#[derive(Clone)]
pub(super) struct Source<'d> {
    pub(super) node: &'d Node,
    pub(super) pointer: String,
    /// What the references lead to that are around, from the root of the body on.
    pub(super) around: Vec<usize>,
    /// Those of them that speak of this very place.
    pub(super) met: Vec<usize>,
}

/// The schemas that speak of a place together. There may be hundreds of thousands in one `allOf`.
#[derive(Default)]
pub(super) struct Together<'d> {
    /// In the order in which they were met.
    pub(super) all: Vec<Source<'d>>,
    known: HashSet<usize, RandomState>,
}

impl<'d> Together<'d> {
    pub(super) fn add(&mut self, source: Source<'d>) {
        self.known.insert(address(source.node));
        self.all.push(source);
    }

    /// Whether a schema is one of them.
    pub(super) fn has(&self, node: &Node) -> bool {
        self.known.contains(&address(node))
    }
}
