//! Where the answers of an operation show the members of a thing, and its id in a list.

use crate::contract::{Contract, PlaceStep, pointer};

use super::body;
use super::naming::{Name, noun};
use super::parts::last_fixed;
use super::prose::reads_otherwise;
use super::reading::Answer;
use super::resource::Resource;

/// The documented answers of an operation.
pub struct Places<'c> {
    answers: Vec<Answer<'c>>,
    noun: String,
    /// Whether an answer of JSON is documented of which nothing is said.
    is_open: bool,
}

impl<'c> Places<'c> {
    pub fn of(contract: &'c Contract, operation: usize) -> Places<'c> {
        let operation = &contract.operations[operation];
        let mut content = operation.successes().flat_map(|response| &response.content);
        Places {
            answers: operation
                .success_bodies()
                .map(|body| Answer::new(contract, body))
                .collect(),
            noun: noun(&operation.path),
            is_open: content.any(|media| media.is_json() && media.body.is_none()),
        }
    }

    /// The one body that an operation is sent with.
    pub fn of_request(contract: &'c Contract, operation: usize) -> Places<'c> {
        let operation = &contract.operations[operation];
        let body = body::media(operation).and_then(|media| media.body.as_ref());
        Places {
            answers: body
                .map(|body| Answer::new(contract, body))
                .into_iter()
                .collect(),
            noun: noun(&operation.path),
            is_open: false,
        }
    }

    /// Whether a place that an id was concluded to stand at is documented, or may be there.
    pub fn documents(&self, at: &str) -> bool {
        let tokens = pointer::tokens(at);
        let has = |answer: &Answer<'_>| {
            let mut nodes = answer.shape.nodes.iter();
            nodes.any(|node| pointer::tokens(&node.place.pointer()) == tokens)
        };
        self.answers.iter().any(has) || self.answers.is_empty() && self.is_open
    }

    /// Whether a place is documented, or may be there because nothing is said of what holds it.
    pub fn shows(&self, at: &str) -> bool {
        let tokens = pointer::tokens(at);
        let mut answers = self.answers.iter();
        self.is_open || answers.any(|answer| answer.reaches(0, &tokens))
    }

    /// The pointer of a member of the thing that is shown: of the answer, or of the one object in it.
    pub fn of_member(&self, name: &str) -> Option<String> {
        self.answers.iter().find_map(|answer| {
            let nodes = answer.shape.nodes.iter();
            let holders = nodes.filter(|node| {
                let steps = node.place.steps();
                let is_near = steps.iter().all(|step| matches!(step, PlaceStep::Key(_)));
                steps.len() <= 1 && is_near && node.properties.contains_key(name)
            });
            let places: Vec<String> = holders.map(|node| node.place.pointer()).collect();
            let root = places.iter().find(|place| place.is_empty());
            let only = (places.len() == 1).then(|| &places[0]);
            Some(pointer::join(root.or(only)?, name))
        })
    }

    /// Whether a member is only ever sent, or does not read as it was sent.
    pub fn is_kept_back(&self, name: &str) -> bool {
        self.answers.iter().any(|answer| {
            let mut nodes = answer.shape.nodes.iter();
            nodes.any(|node| {
                let below = node.properties.get(name);
                let said = below.map(|below| answer.remark(*below, "description"));
                node.write_only.iter().any(|(known, _)| known == name)
                    || reads_otherwise(name, &said.unwrap_or_default())
            })
        })
    }

    /// Where a list has the ids of its entries, with `*` for each.
    pub fn listed(&self, resource: &Resource) -> Option<String> {
        let name = Name::of(&resource.parameter, last_fixed(&resource.item));
        self.answers.iter().find_map(|answer| {
            let (place, entry) = answer.items(&self.noun)?;
            match answer.is_object(entry) {
                true => {
                    let place = name.member(&answer.members(entry))?.place;
                    // An entry that is the whole again is one of a tree, and may stand anywhere in it.
                    place
                        .steps()
                        .contains(&PlaceStep::Each)
                        .then(|| place.pointer())
                }
                false => Some(place.pointer() + "/*"),
            }
        })
    }
}
