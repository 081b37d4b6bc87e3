//! The course of a case that an Arazzo document describes, ready to be taken.

use std::time::Duration;

use serde_json::Value;
use serde_json_path::JsonPath;

use crate::contract::ClauseIx;

use super::condition::Condition;
use super::expression::{Expression, Template};

/// The workflows of a case: the first is its own, the others are those that it calls.
#[derive(Debug, Clone)]
pub struct Flow {
    /// Each with the steps it takes.
    pub workflows: Vec<Workflow>,
}

/// A workflow.
#[derive(Debug, Clone)]
pub struct Workflow {
    /// Its `workflowId`.
    pub id: String,
    /// The names by which expressions call the others that it may speak of, and their places in the flow.
    pub known: Vec<(String, usize)>,
    /// The URLs of its document's sources.
    pub sources: Vec<(String, String)>,
    /// The values of its document's reusable parameters.
    pub components: Vec<(String, Template)>,
    /// The workflows that it depends on.
    pub before: Vec<usize>,
    /// The inputs that it has where nobody gives others.
    pub inputs: Value,
    /// Its steps.
    pub steps: Vec<FlowStep>,
    /// What it gives to whoever called it.
    pub outputs: Vec<(String, Template)>,
}

/// A step of a workflow.
#[derive(Debug, Clone)]
pub struct FlowStep {
    /// Its `stepId`.
    pub id: String,
    /// What it does.
    pub call: Call,
    /// What must be true of the answer; never none.
    pub criteria: Vec<Criterion>,
    /// What follows a success.
    pub on_success: Vec<Action>,
    /// What follows a failure.
    pub on_failure: Vec<Action>,
    /// What others use of it.
    pub outputs: Vec<(String, Template)>,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum Call {
    /// Sends a request.
    Request(Asks),
    /// Takes another workflow, with these inputs.
    Workflow(usize, Vec<Fill>),
}

/// A request that a step sends.
#[derive(Debug, Clone)]
pub struct Asks {
    /// The step of the case, as index into the case's.
    pub step: usize,
    /// The values that its request waits for.
    pub fills: Vec<Fill>,
    /// Whether what its path names is what earlier steps were answered: then it is there.
    pub is_sure: bool,
}

/// A value that a request, or a workflow that is called, waits for.
#[derive(Debug, Clone)]
pub struct Fill {
    /// The name that it waits for.
    pub name: String,
    /// The value.
    pub value: Template,
    /// Whether a text that is JSON is sent as the value it means.
    pub is_body: bool,
    /// Whether it is left out where it speaks of a step that was not taken: what a workflow gives to all its steps.
    pub may_miss: bool,
}

/// What must be true.
#[derive(Debug, Clone)]
pub struct Criterion {
    /// As it was written.
    pub text: String,
    /// What it looks at; an expression of its own has a simple condition.
    pub context: Option<Expression>,
    /// How it is looked at.
    pub test: CriterionTest,
    /// The clause that is broken where it is not true; none where it only decides what follows.
    pub clause: Option<ClauseIx>,
}

/// How a criterion is looked at.
#[derive(Debug, Clone)]
pub enum CriterionTest {
    /// The status is one of success: a step that says nothing else.
    Success,
    /// A condition over literals and expressions.
    Simple(Condition),
    /// A pattern, anywhere in the context.
    Regex(regex::Regex),
    /// A query that finds something in the context.
    JsonPath(JsonPath),
}

impl Criterion {
    /// The expressions in it.
    pub fn expressions(&self) -> Vec<&Expression> {
        let mut all: Vec<&Expression> = self.context.iter().collect();
        if let CriterionTest::Simple(condition) = &self.test {
            all.extend(condition.expressions());
        }
        all
    }
}

/// What follows a step.
#[derive(Debug, Clone)]
pub struct Action {
    /// Its name.
    pub name: String,
    /// What is done.
    pub does: Next,
    /// All of these must be true; always done where there is none.
    pub criteria: Vec<Criterion>,
}

/// What an action does.
#[derive(Debug, Clone)]
pub enum Next {
    /// The workflow ends.
    End,
    /// Another step or workflow is taken, and this one not again.
    Goto(Target),
    /// The step is tried again.
    Retry {
        /// After so long.
        after: Duration,
        /// So many times.
        limit: u64,
        /// What is taken first.
        first: Option<Target>,
    },
}

/// Where an action leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A step of the same workflow.
    Step(usize),
    /// A workflow of the flow.
    Workflow(usize),
}
