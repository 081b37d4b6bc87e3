//! Workflows made into cases: each with the course that it takes, and the steps that send its requests.

use serde_json::Value;

use crate::contract::yaml::Node;
use crate::contract::{ClauseIx, nearest};

use super::super::make_case::CasePlanner;
use super::super::model::Does;
use super::super::planned::{Case, PlanError, Step};
use super::clauses::{DEEPEST, first_operation, subject};
use super::document::Named;
use super::flow::{Call, Criterion, CriterionTest, Fill, Flow, FlowStep, Workflow};
use super::library::Library;
use super::names::Names;
use super::{circle, inputs, order, request};

const WORKFLOW: [&str; 10] = [
    "workflowId",
    "summary",
    "description",
    "inputs",
    "dependsOn",
    "steps",
    "successActions",
    "failureActions",
    "outputs",
    "parameters",
];
const STEP: [&str; 11] = [
    "stepId",
    "description",
    "operationId",
    "operationPath",
    "workflowId",
    "parameters",
    "requestBody",
    "successCriteria",
    "onSuccess",
    "onFailure",
    "outputs",
];

/// A course being made.
struct Making<'a, 'p> {
    planner: &'a CasePlanner<'p>,
    library: Library<'a>,
    flow: Flow,
    /// Which workflow each of the flow's is.
    places: Vec<Named>,
    /// Those that are under way, from the case's own on.
    chain: Vec<Named>,
    steps: Vec<Step>,
}

impl CasePlanner<'_> {
    /// The workflows of the given documents as cases, all of which come after the cases that there are.
    pub(in super::super) fn flows(&self, cases: &mut Vec<Case>) -> Result<(), PlanError> {
        let documents = &self.battery.flows[..];
        let library = Library {
            contract: self.contract,
            documents,
        };
        let turn = cases.last().map_or(0, |case| case.turn + 1);
        for (n, document) in documents.iter().enumerate() {
            for workflow in 0..document.workflows().len() {
                let case = self.flow(library, (n, workflow), turn)?;
                let only = &self.selection.only;
                let is_named = only.is_empty()
                    || only
                        .iter()
                        .any(|glob| glob_match::glob_match(glob, &case.id));
                if !document.is_given || !is_named {
                    continue;
                }
                if cases.iter().any(|known| known.id == case.id)
                    || self.battery.case(&case.id).is_some()
                {
                    let node = library.node((n, workflow));
                    let message = format!(
                        "there is a case `{}` already: give this workflow another id",
                        case.id
                    );
                    return Err(document.error(node, message).into());
                }
                cases.push(case);
            }
        }
        Ok(())
    }

    fn flow(&self, library: Library<'_>, of: Named, turn: usize) -> Result<Case, PlanError> {
        let mut making = Making {
            planner: self,
            library,
            flow: Flow {
                workflows: Vec::new(),
            },
            places: Vec::new(),
            chain: Vec::new(),
            steps: Vec::new(),
        };
        let document = &library.documents[of.0];
        let node = library.node(of);
        making.workflow(of, node)?;
        let Making {
            mut flow,
            steps,
            places,
            ..
        } = making;
        let mut missing = Vec::new();
        for (n, of) in places.iter().enumerate() {
            let mut given = flow.workflows[n]
                .inputs
                .as_object()
                .cloned()
                .unwrap_or_default();
            let lacks = inputs::given(library, *of, self.selection, &mut given)?;
            let is_alone = n == 0 || flow.workflows.iter().any(|one| one.before.contains(&n));
            missing.extend(lacks.into_iter().filter(|_| is_alone));
            flow.workflows[n].inputs = Value::Object(given);
        }
        let own = &flow.workflows[0];
        let needs = missing
            .first()
            .filter(|_| !self.selection.sends_nothing)
            .map(|name| {
                format!("the workflow needs the input `{name}`: give it with --param {name}=VALUE")
            });
        let id = own.id.clone();
        let text = |key: &str| {
            node.get(key)
                .and_then(Node::as_str)
                .map(|text| text.trim().to_owned())
        };
        let title = text("summary").unwrap_or_else(|| format!("The workflow {id}"));
        let skipped = self.left_out(&id, None, &steps).or(needs);
        let criteria = flow
            .workflows
            .iter()
            .flat_map(|one| &one.steps)
            .flat_map(|one| &one.criteria);
        let mut aims: Vec<ClauseIx> = criteria.filter_map(|one| one.clause).collect();
        for step in &steps {
            let operation = &self.contract.operations[step.operation];
            let successes = operation.responses.iter().map(|one| one.key);
            let successes = successes.filter(|key| key.hundreds() == Some(2));
            aims.extend(successes.flat_map(|key| {
                self.clauses
                    .beginning_with(&format!("{}/{key}/", operation.id))
            }));
        }
        aims.sort_unstable();
        aims.dedup();
        Ok(Case {
            means: text("description").unwrap_or_else(|| title.clone()),
            title,
            does: Does::Steps,
            control: None,
            turn,
            core: skipped.is_none(),
            unnamed: false,
            bare: None,
            skipped,
            aims,
            opt_in: false,
            pages: None,
            sorting: None,
            shows: Default::default(),
            derived: None,
            offers: Vec::new(),
            source: document.source_name.clone(),
            line: node.get("workflowId").unwrap_or(node).mark.line,
            flow: Some(flow),
            steps,
            id,
        })
    }
}

impl Making<'_, '_> {
    /// Makes a workflow that is named at a node; its place in the flow.
    fn workflow(&mut self, of: Named, at: &Node) -> Result<usize, PlanError> {
        let names = Names {
            library: self.library,
            workflow: of,
        };
        let id = |of: &Named| {
            self.library
                .node(*of)
                .get("workflowId")
                .and_then(Node::as_str)
                .unwrap_or_default()
        };
        if let Some(begin) = self.chain.iter().position(|known| *known == of) {
            let ids: Vec<&str> = self.chain[begin..].iter().chain([&of]).map(id).collect();
            let message = format!(
                "the workflows call each other in a circle: {}",
                ids.join(" → ")
            );
            let from = self.chain.last().map_or(of.0, |last| last.0);
            return Err(self.library.documents[from].error(at, message).into());
        }
        if let Some(known) = self.places.iter().position(|known| *known == of) {
            return Ok(known);
        }
        let (document, node) = (names.document(), names.node());
        document.keys(node, &WORKFLOW)?;
        if self.chain.len() >= DEEPEST {
            return Err(document
                .error(node, "too many workflows call one another")
                .into());
        }
        let place = self.places.len();
        self.places.push(of);
        self.chain.push(of);
        self.flow.workflows.push(Workflow {
            id: id(&of).to_owned(),
            known: Vec::new(),
            sources: names.sources(),
            components: Vec::new(),
            before: Vec::new(),
            inputs: Value::Object(inputs::defaults(self.library, of)?),
            steps: Vec::new(),
            outputs: names.outputs(node)?,
        });
        let mut before = Vec::new();
        for at in document.list(node, "dependsOn")? {
            before.push(self.called(&names, at)?);
        }
        let mut steps = Vec::new();
        for step in names.steps()? {
            steps.push(self.step(&names, step)?);
        }
        order::check(&names, &steps)?;
        if let Some(circle) = circle::find(&steps) {
            let ids: Vec<&str> = circle.iter().map(|n| &*steps[*n].id).collect();
            let message = format!(
                "the gotos lead in a circle without end: {}",
                ids.join(" → ")
            );
            let step = &names.steps()?[circle[0]];
            let at = step
                .get("onSuccess")
                .or_else(|| step.get("onFailure"))
                .unwrap_or(step);
            return Err(document.error(at, message).into());
        }
        let components = document.root.get("components");
        if let Some(components) = components {
            let all = document.map(components, "parameters")?;
            let values = all.filter_map(|(name, one)| Some((name, one.get("value")?)));
            let mut found = Vec::new();
            for (name, value) in values {
                // One that speaks of what another workflow has is of no use to this one.
                if let Ok(value) = names.template(value) {
                    found.push((name.clone(), value));
                }
            }
            self.flow.workflows[place].components = found;
        }
        self.chain.pop();
        let made = &mut self.flow.workflows[place];
        (made.before, made.steps) = (before, steps);
        let known = self
            .places
            .iter()
            .enumerate()
            .filter(|(_, other)| other.0 == of.0);
        let known = known
            .map(|(n, _)| (self.flow.workflows[n].id.clone(), n))
            .collect();
        self.flow.workflows[place].known = known;
        Ok(place)
    }

    /// Makes the workflow that a node names.
    fn called(&mut self, names: &Names<'_>, at: &Node) -> Result<usize, PlanError> {
        let found = self.library.workflow(names.workflow.0, at)?;
        self.workflow(found, at)
    }

    fn step(&mut self, names: &Names<'_>, node: &Node) -> Result<FlowStep, PlanError> {
        let document = names.document();
        document.keys(node, &STEP)?;
        let id = document.text(node, "stepId")?.to_owned();
        let workflow = names
            .node()
            .get("workflowId")
            .and_then(Node::as_str)
            .unwrap_or_default();
        let call = match self.library.operation(names.workflow.0, node)? {
            Some(operation) => {
                let shown = match self.chain.len() {
                    1 => id.clone(),
                    _ => format!("{workflow}/{id}"),
                };
                let (step, mut asks) = request::make(self.planner, names, node, operation, shown)?;
                asks.step = self.steps.len();
                self.steps.push(step);
                Call::Request(asks)
            }
            None => self.call(names, node)?,
        };
        let operation = first_operation(self.library, names.workflow.0, node, 0)?;
        let mut criteria = names.criteria(node, "successCriteria")?;
        let is_bare = criteria.is_empty();
        if is_bare {
            criteria.push(Criterion {
                text: "a status of success".to_owned(),
                context: None,
                test: CriterionTest::Success,
                clause: None,
            });
        }
        for (criterion, n) in criteria.iter_mut().zip(1..) {
            let about = subject(operation, workflow, &id, Some(n).filter(|_| !is_bare));
            criterion.clause = self.planner.clauses.about(&about);
        }
        let mut trouble = None;
        let mut actions = |keys| {
            let mut workflow = |at: &Node| match self.called(names, at) {
                Ok(place) => Ok(place),
                Err(PlanError::Battery(error)) => Err(error),
                Err(other) => {
                    trouble = Some(other);
                    Ok(0)
                }
            };
            names.actions(node, keys, &mut workflow)
        };
        let on_success = actions(("onSuccess", "successActions", "successActions"))?;
        let on_failure = actions(("onFailure", "failureActions", "failureActions"))?;
        if let Some(trouble) = trouble {
            return Err(trouble);
        }
        Ok(FlowStep {
            id,
            call,
            criteria,
            on_success,
            on_failure,
            outputs: names.outputs(node)?,
        })
    }

    /// A step that takes another workflow: its parameters are the inputs of that one.
    fn call(&mut self, names: &Names<'_>, node: &Node) -> Result<Call, PlanError> {
        let document = names.document();
        if let Some(body) = node.get("requestBody") {
            let message =
                "a step that takes a workflow has no `requestBody`: give inputs as `parameters`";
            return Err(document.error(body, message).into());
        }
        let at = node.get("workflowId").unwrap_or(node);
        let found = self.library.workflow(names.workflow.0, at)?;
        let place = self.workflow(found, at)?;
        let known = inputs::names(self.library, found)?;
        let mut given = Vec::new();
        for one in names.given(node, false)? {
            if !known.is_empty() && !known.contains(&one.name) {
                if !one.is_own {
                    continue;
                }
                let hint = nearest::hint(&one.name, known.iter().map(String::as_str));
                let message = format!("the workflow has no input `{}`{hint}", one.name);
                return Err(document.error(one.node, message).into());
            }
            given.push(Fill {
                name: one.name,
                value: one.value,
                is_body: false,
                may_miss: !one.is_own,
            });
        }
        Ok(Call::Workflow(place, given))
    }
}
