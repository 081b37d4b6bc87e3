//! Whether a look is about what the run made: the answer shows a text of the run, or another read showed that such a member is
//! what the path asks for.

use std::collections::HashSet;

use crate::battery::{Case, Step};
use crate::contract::Operation;
use crate::exchange::Exchange;

use super::Runner;
use super::marks;

impl Runner<'_> {
    /// Whether an answer shows a mark of this run.
    pub(super) fn is_own(&self, exchange: &Exchange) -> bool {
        exchange.answer().is_some_and(|answer| {
            let text = String::from_utf8_lossy(&answer.body);
            !marks::found(&self.options.mark, &text).is_empty()
        })
    }

    /// Whether a member of what a create answered is what the path of a read asks for, by what that read showed of something
    /// else: the document says the same of both answers.
    pub(super) fn is_known_id(&self, case: &Case, step: &Step, member: Option<&str>) -> bool {
        let operations = &self.plan.contract.operations;
        let (create, read) = (case.steps[0].operation, step.operation);
        let is_shown = |member: &str| {
            let account = self.account.map(|account| account.chosen.known());
            account.is_some_and(|known| known.ids.contains(&(read, member.to_owned())))
        };
        member.is_some_and(is_shown) && are_alike(&operations[create], &operations[read])
    }
}

/// Whether the answers of two operations have members of the same names.
fn are_alike(one: &Operation, other: &Operation) -> bool {
    let members = |operation: &Operation| {
        let body = operation.success_bodies().next();
        let root = body.and_then(|body| body.shape.nodes.first().cloned());
        let names = root.map(|root| root.properties.keys().cloned().collect::<Vec<_>>());
        names
            .unwrap_or_default()
            .into_iter()
            .collect::<HashSet<_>>()
    };
    let (one, other) = (members(one), members(other));
    !one.is_empty() && one == other
}
