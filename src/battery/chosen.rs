//! Which operations a plan is about, where a selection names some: those, and what their cases ask besides. The clauses of
//! all others are counted and not made, for a document may have some hundred thousand of them.

use crate::contract::{Clause, ClauseIx};

use super::plan::Plan;

impl Plan {
    /// Whether the plan is about an operation.
    pub fn is_chosen(&self, operation: usize) -> bool {
        let chosen = self.chosen.as_ref();
        chosen.is_none_or(|chosen| chosen.contains(&operation))
    }

    /// The clauses of the operations that it is about, in order, each made for this look at it alone.
    pub fn listed(&self) -> impl Iterator<Item = (ClauseIx, Clause)> + '_ {
        self.clauses.each_of(|operation| self.is_chosen(operation))
    }

    /// The indices of these.
    pub fn listed_indices(&self) -> impl Iterator<Item = ClauseIx> + '_ {
        let is_chosen = |operation| self.is_chosen(operation);
        self.clauses.indices_of(is_chosen)
    }

    /// Of an operation that it is not about, how many clauses that leaves out.
    pub fn not_chosen(&self, operation: usize) -> Option<u64> {
        let is_left_out = !self.is_chosen(operation);
        is_left_out.then(|| self.clauses.count_of(operation))
    }
}
