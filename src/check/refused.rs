//! Refusals that stand in the body of a success: what they mean for a case that expects one.

use crate::battery::{Expects, Plan};
use crate::contract::{Kind, StatusKey};
use crate::exchange::Answer;

use super::asked::Asked;
use super::emptiness;
use super::envelope::{InBody, Usual};
use super::response::Body;

/// What an answer means that was refused in its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// What was to be refused is.
    Right(String),
    /// It shows nothing: why.
    Open(String),
}

/// Whether an answer of success refuses in its body, where a case that nobody wrote asks for a refusal. A person who
/// writes a status means it.
pub fn judge(plan: &Plan, asked: Asked<'_>, answer: &Answer, body: &Body) -> Option<Refused> {
    let (step, status) = (asked.step, answer.status);
    let is_guarded =
        step.expects == Expects::Refusal || step.accepts.iter().any(|accept| accept.empty);
    let is_derived = plan.is_traffic || asked.case.derived.is_some();
    if !is_guarded || !is_derived || status / 100 != 2 {
        return None;
    }
    let value = body.value()?;
    let own = || Usual::of_value(value).is_refusal();
    let Some(usual) = asked.usual else {
        // Of traffic nobody knows what the valid request would have been answered.
        let sign = own().filter(|_| plan.is_traffic)?;
        return Some(Refused::Open(format!(
            "it was answered {status} and refused in the body ({sign}), and no answer to a valid request shows what else \
             there would be"
        )));
    };
    let is_page = step.collection.is_some() && emptiness::items(step, body).unwrap_or(0) > 0;
    match usual.refusal(value).filter(|_| !is_page) {
        Some(InBody::Surely(sign)) => Some(match listed(plan, asked) {
            None => Refused::Right(format!("refused in the body ({sign})")),
            Some(listed) => Refused::Open(format!(
                "it was answered {status} and refused in the body ({sign}), while the document lists {listed} for that"
            )),
        }),
        Some(InBody::Perhaps(sign)) => Some(Refused::Open(format!(
            "it was answered {status}, and may be refused in the body ({sign})"
        ))),
        None => {
            let (control, _) = usual.is_refusal().zip(own())?;
            Some(Refused::Open(format!(
                "its control was refused in the body as well ({control}), so that proves nothing"
            )))
        }
    }
}

/// The status that the document lists for such a refusal; for what is not there, that nothing is shown is all that counts.
fn listed(plan: &Plan, asked: Asked<'_>) -> Option<StatusKey> {
    let clause = asked.step.breaks_success?;
    let due: &[u16] = match plan.clauses.get(clause).kind() {
        Kind::State => return None,
        Kind::Security => &[401, 403],
        _ => &[400, 422],
    };
    let operation = &plan.contract.operations[asked.step.operation];
    let mut keys = operation.responses.iter().map(|response| response.key);
    keys.find(|key| match key {
        StatusKey::Exact(status) => due.contains(status),
        key => *key == StatusKey::Range(4),
    })
}
