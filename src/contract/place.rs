//! The prose of the contract, named as people read places in clause ids (`200/body/data[]/spec/version`, `401/status`,
//! `security`), so that a rule finds the sentence it restates in any writing of the same contract.

use super::yaml::Mark;
use super::{Contract, Operation, Response, pointer};

impl Contract {
    /// The pointer and place of the prose that `place` names: its `description` where it has one, else the node itself.
    pub fn prose(&self, operation: usize, place: &str) -> Option<(String, Mark)> {
        let operation = &self.operations[operation];
        let pointer = self.named(operation, place)?;
        let described = pointer::join(&pointer, "description");
        for candidate in [described, pointer] {
            if let Some((_, mark)) = self.document.at(&candidate) {
                return Some((candidate, mark));
            }
        }
        None
    }

    fn named(&self, operation: &Operation, place: &str) -> Option<String> {
        match place {
            "" => return Some(operation.pointer.clone()),
            "security" => {
                let own = pointer::join(&operation.pointer, "security");
                let is_there = self.document.at(&own).is_some();
                return Some(if is_there {
                    own
                } else {
                    "/security".to_owned()
                });
            }
            _ => {}
        }
        let parameter = operation
            .parameters
            .iter()
            .find(|one| format!("{}/{}", one.location.word(), one.name) == place)
            .map(|one| one.pointer.clone());
        let in_response = |response| self.named_in(response, place);
        parameter.or_else(|| operation.responses.iter().find_map(in_response))
    }

    fn named_in(&self, response: &Response, place: &str) -> Option<String> {
        let rest = place.strip_prefix(&format!("{}/", response.key))?;
        if rest == "status" {
            return Some(response.pointer.clone());
        }
        let headers = pointer::join(&response.pointer, "headers");
        let header = response
            .headers
            .iter()
            .find(|header| rest == format!("header/{}", header.name));
        if let Some(header) = header {
            let pointer = pointer::join(&headers, &header.name);
            let (node, _) = self.document.at(&pointer)?;
            return Some(self.document.resolve(node, &pointer).ok()?.pointer);
        }
        let bodies = response
            .content
            .iter()
            .filter_map(|media| media.body.as_ref());
        let named = |place: &str| {
            if place.is_empty() {
                "body".to_owned()
            } else {
                format!("body/{place}")
            }
        };
        bodies
            .flat_map(|body| &body.shape.nodes)
            .find(|node| rest == named(&node.place.to_string()))
            .map(|node| self.document.written(node.pointer.clone()))
    }
}
