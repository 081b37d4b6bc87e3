//! The clauses of criteria: one for each assertion of a step, of the operation that the step asks.

use std::collections::HashSet;

use crate::contract::yaml::Node;
use crate::contract::{Clause, ClauseIx, ClauseSet, Contract, Level, Part, Subject};

use super::super::load::Battery;
use super::super::loaded::BatteryError;
use super::super::model::Over;
use super::super::rule::{Rule, Test};
use super::document::Named;
use super::library::Library;
use super::names::Names;

/// The deepest chain of workflows that call one another.
pub(super) const DEEPEST: usize = 32;

/// What a criterion of a step is about: the number from 1, or none for a step that only has to succeed.
pub(super) fn subject(operation: usize, workflow: &str, step: &str, n: Option<usize>) -> Subject {
    let last = n.map_or_else(|| "success".to_owned(), |n| n.to_string());
    Subject::of(operation, Part::Rule(format!("{workflow}/{step}/{last}")))
}

/// The operation that a step asks, or the first one of the workflow that it takes.
pub(super) fn first_operation(
    library: Library<'_>,
    from: usize,
    step: &Node,
    depth: usize,
) -> Result<usize, BatteryError> {
    if let Some(found) = library.operation(from, step)? {
        return Ok(found);
    }
    let document = &library.documents[from];
    let called = step.get("workflowId").unwrap_or(step);
    let (owner, workflow) = library.workflow(from, called)?;
    let steps = library.documents[owner].list(library.node((owner, workflow)), "steps")?;
    match steps.first() {
        Some(first) if depth < DEEPEST => first_operation(library, owner, first, depth + 1),
        Some(_) => Err(document.error(called, "the workflows call each other in a circle")),
        None => Err(document.error(called, "the workflow has no steps")),
    }
}

/// Adds the clauses of all criteria, each with a rule that says where it stands.
pub(in super::super) fn add(
    contract: &Contract,
    clauses: &mut ClauseSet,
    battery: &Battery,
    rules: &mut Vec<Rule>,
) -> Result<(), BatteryError> {
    let documents = &battery.flows[..];
    let library = Library {
        contract,
        documents,
    };
    for (n, document) in documents.iter().enumerate() {
        library.refuse_absent(document)?;
        let mut ids = HashSet::new();
        for (workflow, node) in document.workflows().iter().enumerate() {
            let id = document.text(node, "workflowId")?;
            if !ids.insert(id) {
                let at = node.get("workflowId").unwrap_or(node);
                return Err(document.error(at, format!("there is a workflow `{id}` already")));
            }
            of_workflow(library, (n, workflow), id, clauses, rules)?;
        }
    }
    Ok(())
}

fn of_workflow(
    library: Library<'_>,
    workflow: Named,
    id: &str,
    clauses: &mut ClauseSet,
    rules: &mut Vec<Rule>,
) -> Result<(), BatteryError> {
    let names = Names { library, workflow };
    let document = names.document();
    let steps = names.steps()?;
    if steps.is_empty() {
        return Err(document.error(names.node(), format!("the workflow `{id}` has no steps")));
    }
    let mut ids = HashSet::new();
    for node in steps {
        let step = document.text(node, "stepId")?;
        let at = node.get("stepId").unwrap_or(node);
        if !ids.insert(step) {
            return Err(document.error(at, format!("the workflow has a step `{step}` already")));
        }
        let operation = first_operation(library, workflow.0, node, 0)?;
        let criteria = names.criteria(node, "successCriteria")?;
        let nodes = document.list(node, "successCriteria")?;
        let all = criteria.iter().zip(nodes).zip(1..);
        let mut all: Vec<(Option<usize>, String, &Node)> = all
            .map(|((one, node), n)| (Some(n), format!("meets its criterion `{}`", one.text), node))
            .collect();
        if all.is_empty() {
            all.push((None, "is answered with a success".to_owned(), node));
        }
        for (n, says, node) in all {
            let made = Made {
                subject: subject(operation, id, step, n),
                text: format!("step `{step}` of the workflow `{id}` {says}"),
                line: node.mark.line,
            };
            made.add(library.contract, clauses, rules, &document.source_name);
        }
    }
    Ok(())
}

/// A clause being made.
struct Made {
    subject: Subject,
    text: String,
    line: u64,
}

impl Made {
    fn add(
        self,
        contract: &Contract,
        clauses: &mut ClauseSet,
        rules: &mut Vec<Rule>,
        source: &str,
    ) {
        let operation = &contract.operations[self.subject.operation];
        let (ix, name) = (self.subject.operation, self.subject.name().to_owned());
        let clause = Clause::new(
            &operation.id,
            self.subject,
            Level::Must,
            self.text.clone(),
            operation.pointer.clone(),
            operation.mark,
        );
        let clause: ClauseIx = clauses.add(clause);
        if rules.iter().any(|known| known.clause == clause) {
            return;
        }
        rules.push(Rule {
            id: name,
            clause,
            operation: ix,
            over: Over::Answer,
            statuses: Vec::new(),
            each: None,
            bind: Vec::new(),
            test: Test::ByCase,
            follows: Vec::new(),
            args: Vec::new(),
            breaking: None,
            means: format!(
                "A success criterion of an Arazzo workflow. {}.",
                capital(&self.text)
            ),
            remedy: "Answer as the workflow expects, or change the criterion where it is wrong."
                .to_owned(),
            hurts: "Who follows the workflow does not get to its end.".to_owned(),
            unexercised: "no answer came to this step".to_owned(),
            source: source.to_owned(),
            line: self.line,
        });
    }
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + chars.as_str()
}
