//! The operations at the path of one of something, looked through once for all that make it: where thousands of paths have
//! one shape, each of them would look at all others.

use crate::contract::Contract;
use crate::contract::names::words;

use super::acts;
use super::parts::{named_at, shape};

/// The operations whose paths lead to one of something, taken together once for all that make it.
pub struct OfItem {
    /// All of them.
    pub all: Vec<usize>,
    /// The POSTs that change it.
    pub updates: Vec<usize>,
}

impl OfItem {
    /// Those of the operations with a path of one shape.
    pub fn new(contract: &Contract, shaped: &[usize]) -> OfItem {
        let operation = |ix: &usize| &contract.operations[*ix];
        let names_one = |ix: &usize| new_value(&operation(ix).path).is_none();
        let all: Vec<usize> = shaped.iter().copied().filter(names_one).collect();
        let is_update = |ix: &usize| acts::is_update(contract, operation(ix));
        let updates = all.iter().copied().filter(is_update).collect();
        OfItem { all, updates }
    }
}

/// The parameter at the end of a path that is no name of something, but what it is to be: `/wallet/{new_name}`.
pub fn new_value(path: &str) -> Option<&str> {
    let last = shape(path).len().checked_sub(1)?;
    let name = named_at(path, last)?;
    let words = words(name);
    (words.len() > 1 && words[0] == "new").then_some(name)
}
