//! Places of the contract named as clause ids name them (`200/body/data[]/spec/version`, `401/status`, `security`),
//! so that a rule finds the sentence it restates in any writing of the same contract.

use super::yaml::Mark;
use super::{Contract, Operation, pointer};

impl Contract {
    /// The pointer and place of the prose that `place` names: its `description` where it has one, else the node itself.
    pub fn place(&self, operation: usize, place: &str) -> Option<(String, Mark)> {
        let operation = &self.operations[operation];
        let pointer = self.pointer_of(operation, place)?;
        let described = pointer::join(&pointer, "description");
        for candidate in [described, pointer] {
            if let Some((_, mark)) = self.document.at(&candidate) {
                return Some((candidate, mark));
            }
        }
        None
    }

    fn pointer_of(&self, operation: &Operation, place: &str) -> Option<String> {
        if place.is_empty() {
            return Some(operation.pointer.clone());
        }
        if place == "security" {
            let own = pointer::join(&operation.pointer, "security");
            return Some(if self.document.at(&own).is_some() {
                own
            } else {
                "/security".to_owned()
            });
        }
        let (head, rest) = place.split_once('/')?;
        if let Some(parameter) = operation
            .parameters
            .iter()
            .find(|one| one.location.word() == head && one.name == rest)
        {
            return Some(parameter.pointer.clone());
        }
        let response = operation
            .responses
            .iter()
            .find(|response| response.key == head)?;
        if rest == "status" {
            return Some(response.pointer.clone());
        }
        if let Some(name) = rest.strip_prefix("header/") {
            let pointer = pointer::join(&pointer::join(&response.pointer, "headers"), name);
            let (node, _) = self.document.at(&pointer)?;
            return Some(self.document.resolve(node, &pointer).ok()?.pointer);
        }
        let body = rest.strip_prefix("body")?;
        let body = body.strip_prefix('/').unwrap_or(body);
        let shapes = response
            .content
            .iter()
            .filter_map(|media| media.body.as_ref());
        shapes
            .flat_map(|body| &body.shape.nodes)
            .find(|node| node.place == body)
            .map(|node| node.pointer.clone())
    }
}
