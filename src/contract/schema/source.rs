//! One schema as it speaks of a place.

use crate::contract::yaml::Node;

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
