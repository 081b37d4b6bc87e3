//! What other cases need of the answers to one: whether they are compared with them.

use serde_json::Value;

use crate::battery::{Accept, Does, Expects};
use crate::contract::Kind;

use super::Runner;

/// So many entries of a list are kept for what is compared with it.
const KEPT: usize = 100;

/// An answer that others are compared with, without what is beyond the first entries of its lists.
pub(super) fn shortened(body: &Value) -> Value {
    match body {
        Value::Array(items) => items.iter().take(KEPT).map(shortened).collect(),
        Value::Object(map) => {
            let members = map.iter();
            members
                .map(|(name, value)| (name.clone(), shortened(value)))
                .collect()
        }
        plain => plain.clone(),
    }
}

impl Runner<'_> {
    /// Whether the answer to a made-up id is compared with that to this case.
    pub(super) fn is_compared(&self, case: usize) -> bool {
        let mut others = self.plan.cases.iter();
        others.any(|other| {
            let broken = other.step().breaks_success;
            let is_state = |clause| self.plan.clauses.get(clause).kind() == Kind::State;
            other.control == Some(case) && broken.is_some_and(is_state)
        })
    }

    /// Whether another case reads the same page again.
    pub(super) fn is_read_again(&self, case: usize) -> bool {
        let mut others = self.plan.cases.iter();
        others.any(|other| other.does == Does::Repeat && other.control == Some(case))
    }

    /// Whether this case shows what an operation answers that does what it is asked, where others expect a refusal.
    pub(super) fn is_usual(&self, case: usize) -> bool {
        let mut others = self.plan.cases.iter();
        others.any(|other| {
            let mut steps = other.steps.iter();
            let is_refused = |accepts: &[Accept]| accepts.iter().any(|accept| accept.empty);
            other.control == Some(case)
                && other.derived.is_some()
                && steps.any(|one| one.expects == Expects::Refusal || is_refused(&one.accepts))
        })
    }
}
