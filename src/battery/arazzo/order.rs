//! Outputs that cannot be there when a step speaks of them: those of a step that is taken later, and those that the workflow
//! does not have that the step takes.

use serde_json::Value;

use crate::contract::yaml::Node;

use super::super::loaded::BatteryError;
use super::expression::{Base, Expression, Template};
use super::flow::{Action, FlowStep, Next, Target};
use super::names::Names;

/// Where a step sends or passes on values.
const GIVES: [&str; 3] = ["parameters", "requestBody", "outputs"];

/// Refuses outputs that cannot be there.
pub(super) fn check(names: &Names<'_>, steps: &[FlowStep]) -> Result<(), BatteryError> {
    for (n, (node, step)) in names.steps()?.iter().zip(steps).enumerate() {
        let before = before(steps, n);
        let mut spoken = Vec::new();
        for given in GIVES.iter().filter_map(|key| node.get(key)) {
            speak(given, &mut spoken);
        }
        for (at, expression) in &spoken {
            if let Base::Step(id) = &expression.base
                && !before[names.step_called(id, at)?]
            {
                let own = &step.id;
                let message = match id == own {
                    true => {
                        format!("the step `{own}` speaks of its own outputs, which come after it")
                    }
                    false => {
                        format!("the step `{id}` is taken after `{own}`: it has no outputs yet")
                    }
                };
                return Err(names.document().error(at, message));
            }
        }
        called_outputs(names, node, spoken)?;
    }
    Ok(())
}

/// Refuses outputs that the workflow does not have that a step takes.
fn called_outputs<'n>(
    names: &Names<'_>,
    node: &'n Node,
    mut spoken: Vec<(&'n Node, Expression)>,
) -> Result<(), BatteryError> {
    let Some(at) = node.get("workflowId") else {
        return Ok(());
    };
    let called = names.library.workflow(names.workflow.0, at)?;
    let called = names.library.node(called);
    let nodes = names.document().list(node, "successCriteria")?.iter();
    for (node, criterion) in nodes.zip(names.criteria(node, "successCriteria")?) {
        let at = node.get("condition").unwrap_or(node);
        let all = criterion.expressions().into_iter();
        spoken.extend(all.map(|one| (at, one.clone())));
    }
    let id = called.get("workflowId").and_then(Node::as_str);
    let whose = format!("workflow `{}`", id.unwrap_or_default());
    for (at, expression) in spoken.iter().filter(|(_, one)| one.base == Base::Outputs) {
        names.output(called, &whose, at, &expression.path)?;
    }
    Ok(())
}

/// The expressions in the texts below a node.
fn speak<'n>(node: &'n Node, out: &mut Vec<(&'n Node, Expression)>) {
    if let Some(text) = node.as_str()
        && let Ok(template) = Template::parse(&Value::from(text), "")
    {
        let all = template.expressions().into_iter().cloned();
        out.extend(all.map(|one| (node, one)));
    }
    for item in node.as_sequence().unwrap_or_default() {
        speak(item, out);
    }
    for (_, entry) in node.as_mapping().into_iter().flatten() {
        speak(&entry.node, out);
    }
}

/// The steps that may have been taken before one.
fn before(steps: &[FlowStep], of: usize) -> Vec<bool> {
    let mut before = vec![false; steps.len()];
    let mut next = vec![of];
    while let Some(step) = next.pop() {
        for (n, other) in steps.iter().enumerate() {
            if !before[n] && leads(other, n, step, &steps[step]) {
                before[n] = true;
                next.push(n);
            }
        }
    }
    before
}

/// Whether a step, which is the `n`th, may lead to another.
fn leads(step: &FlowStep, n: usize, to: usize, other: &FlowStep) -> bool {
    let goes = |action: &Action| match action.does {
        Next::Goto(Target::Step(target)) => target == to,
        // It is taken once more itself, and another one before that.
        Next::Retry { first, .. } => n == to || first == Some(Target::Step(to)),
        Next::Goto(Target::Workflow(_)) | Next::End => false,
    };
    let is_first = |action: &Action| match action.does {
        Next::Retry { first, .. } => first == Some(Target::Step(n)),
        _ => false,
    };
    n + 1 == to
        || step.on_success.iter().chain(&step.on_failure).any(goes)
        || other.on_failure.iter().any(is_first)
}
