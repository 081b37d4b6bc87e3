//! What the expressions of a workflow may speak of: its steps with their outputs, its inputs, other workflows, sources.

use crate::contract::nearest;
use crate::contract::yaml::Node;

use super::super::loaded::BatteryError;
use super::document::{Document, Named};
use super::expression::{Base, Expression, Side};
use super::inputs;
use super::library::Library;

/// A workflow, seen from within.
#[derive(Clone, Copy)]
pub(super) struct Names<'a> {
    pub(super) library: Library<'a>,
    pub(super) workflow: Named,
}

impl<'a> Names<'a> {
    pub(super) fn document(&self) -> &'a Document {
        &self.library.documents[self.workflow.0]
    }

    pub(super) fn node(&self) -> &'a Node {
        self.library.node(self.workflow)
    }

    pub(super) fn steps(&self) -> Result<&'a [Node], BatteryError> {
        self.document().list(self.node(), "steps")
    }

    /// The URLs of the sources, by name.
    pub(super) fn sources(&self) -> Vec<(String, String)> {
        let text = |node: &Node, key: &str| {
            let text = node.get(key).and_then(Node::as_str);
            text.unwrap_or_default().to_owned()
        };
        let all = self.document().sources().iter();
        all.map(|node| (text(node, "name"), text(node, "url")))
            .collect()
    }

    /// The number of the step that a node names.
    pub(super) fn step(&self, at: &Node) -> Result<usize, BatteryError> {
        self.step_called(at.as_str().unwrap_or_default(), at)
    }

    pub(super) fn step_called(&self, id: &str, at: &Node) -> Result<usize, BatteryError> {
        let steps = self.steps()?;
        let ids = || steps.iter().filter_map(|step| step.get("stepId")?.as_str());
        ids().position(|known| known == id).ok_or_else(|| {
            let hint = nearest::hint(id, ids());
            self.document()
                .error(at, format!("the workflow has no step `{id}`{hint}"))
        })
    }

    /// Refuses an expression that names what there is not.
    pub(super) fn check(&self, at: &Node, expression: &Expression) -> Result<(), BatteryError> {
        match &expression.base {
            Base::Step(id) => self.output_of(id, at, &expression.path),
            Base::Inputs => self.input(self.workflow, at, &expression.path),
            Base::Workflow(id, side) => {
                let all = self.document().workflows();
                let ids = || all.iter().filter_map(|one| one.get("workflowId")?.as_str());
                let Some(found) = ids().position(|known| known == id) else {
                    let hint = nearest::hint(id, ids());
                    let message = format!("there is no workflow `{id}`{hint}");
                    return Err(self.document().error(at, message));
                };
                let other = (self.workflow.0, found);
                match side {
                    Side::Inputs => self.input(other, at, &expression.path),
                    Side::Outputs => self.output(
                        &all[found],
                        &format!("workflow `{id}`"),
                        at,
                        &expression.path,
                    ),
                }
            }
            Base::SourceUrl(name) => self.library.in_use(self.document(), at, name),
            Base::Component(name) => {
                let all = self.document().root.get("components");
                let all = all.and_then(|all| all.get("parameters"));
                if all.is_some_and(|all| all.get(name).is_some()) {
                    return Ok(());
                }
                let known = all.and_then(Node::as_mapping).into_iter().flatten();
                let hint = nearest::hint(name, known.map(|(name, _)| name.as_str()));
                let message = format!("there is no component `parameters.{name}`{hint}");
                Err(self.document().error(at, message))
            }
            Base::Url
            | Base::Method
            | Base::StatusCode
            | Base::Request(_)
            | Base::Response(_)
            | Base::Outputs => Ok(()),
        }
    }

    fn output_of(&self, id: &str, at: &Node, path: &str) -> Result<(), BatteryError> {
        let step = &self.steps()?[self.step_called(id, at)?];
        if let Some(called) = step.get("workflowId") {
            let (owner, found) = self.library.workflow(self.workflow.0, called)?;
            let called = &self.library.documents[owner].workflows()[found];
            // Where it has outputs of its own, those of the workflow are there as well.
            if has_output(called, path) || step.get("outputs").is_none() {
                return self.output(called, &format!("workflow of the step `{id}`"), at, path);
            }
        }
        self.output(step, &format!("step `{id}`"), at, path)
    }

    /// Refuses an output that its owner does not have.
    pub(super) fn output(
        &self,
        owner: &Node,
        whose: &str,
        at: &Node,
        path: &str,
    ) -> Result<(), BatteryError> {
        if path.is_empty() || has_output(owner, path) {
            return Ok(());
        }
        let known = owner
            .get("outputs")
            .and_then(Node::as_mapping)
            .into_iter()
            .flatten();
        let hint = nearest::hint(path, known.map(|(name, _)| name.as_str()));
        let message = format!("the {whose} has no output `{path}`{hint}");
        Err(self.document().error(at, message))
    }

    /// Where a workflow says which inputs it has, it has no others.
    pub(super) fn input(&self, of: Named, at: &Node, path: &str) -> Result<(), BatteryError> {
        let names = inputs::names(self.library, of)?;
        if path.is_empty() || names.is_empty() || names.iter().any(|name| begins(path, name)) {
            return Ok(());
        }
        let hint = nearest::hint(path, names.iter().map(String::as_str));
        let message = format!("the workflow has no input `{path}`{hint}");
        Err(self.document().error(at, message))
    }
}

fn has_output(owner: &Node, path: &str) -> bool {
    let outputs = owner.get("outputs").and_then(Node::as_mapping);
    outputs
        .into_iter()
        .flatten()
        .any(|(name, _)| begins(path, name))
}

/// Whether a path begins with a name: `items[0].id` with `items`.
fn begins(path: &str, name: &str) -> bool {
    let rest = path.strip_prefix(name);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
