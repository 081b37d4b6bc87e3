//! Refusals that stand in the body of a success: what they mean for a case that expects one.

use serde_json::Value;

use crate::battery::{Expects, Plan};
use crate::contract::{Kind, StatusKey};
use crate::exchange::Answer;

use super::asked::Asked;
use super::emptiness;
use super::envelope::{InBody, Usual};
use super::response::Body;
use super::signs;

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
    // Where the document lists the status of a refusal, a success is none, unless the document has it say so.
    let listed = listed(plan, asked);
    if listed.is_some_and(|(_, kind)| kind != Kind::Security)
        && !is_planned(plan, asked, answer, value)
    {
        return None;
    }
    let is_page = step.collection.is_some() && emptiness::items(step, body).unwrap_or(0) > 0;
    match usual.refusal(value).filter(|_| !is_page) {
        Some(InBody::Surely(sign)) => Some(match listed {
            None => Refused::Right(format!("refused in the body ({sign})")),
            Some((listed, _)) => Refused::Open(format!(
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

/// Whether a body says that it refuses by members that the document gives to the answers of that status.
fn is_planned(plan: &Plan, asked: Asked<'_>, answer: &Answer, body: &Value) -> bool {
    let operation = &plan.contract.operations[asked.step.operation];
    let documented = operation.response(answer.status);
    let content = documented.into_iter().flat_map(|one| &one.content);
    let roots = content.filter_map(|media| media.body.as_ref()?.shape.nodes.first());
    let names: Vec<&String> = roots.flat_map(|root| root.properties.keys()).collect();
    let Some(body) = body.as_object() else {
        return false;
    };
    let told = body.iter();
    let told = told.filter(|(name, _)| names.contains(name) && signs::is_verdict_of(name));
    let told = told.map(|(name, value)| (name.clone(), value.clone()));
    signs::find(&Value::Null, &told.collect()).is_some_and(|sign| sign.is_plain)
}

/// Why an answer of success to a valid request of a case that nobody wrote shows nothing: it refuses in its body.
pub fn valid(asked: Asked<'_>, answer: &Answer, body: &Body) -> Option<String> {
    let is_valid = asked.case.derived.is_some() && asked.step.expects == Expects::Success;
    let value = body
        .value()
        .filter(|_| is_valid && answer.status / 100 == 2)?;
    let sign = Usual::of_value(value).is_denial()?;
    Some(format!(
        "a valid request was refused in the body ({sign}): a wrong key, a wrong value and a break look the same"
    ))
}

/// The status that the document lists for such a refusal, and of what kind it is; for what is not there, that nothing is
/// shown is all that counts.
fn listed(plan: &Plan, asked: Asked<'_>) -> Option<(StatusKey, Kind)> {
    let clause = asked.step.breaks_success?;
    let kind = plan.clauses.get(clause).kind();
    let due: &[u16] = match kind {
        Kind::State => return None,
        Kind::Security => &[401, 403],
        _ => &[400, 422],
    };
    let operation = &plan.contract.operations[asked.step.operation];
    let mut keys = operation.responses.iter().map(|response| response.key);
    let found = keys.find(|key| match key {
        StatusKey::Exact(status) => due.contains(status),
        key => *key == StatusKey::Range(4),
    });
    found.map(|key| (key, kind))
}
