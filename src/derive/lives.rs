//! Where the answers of an operation show the members of a thing, and its id in a list.

use crate::contract::{Contract, PlaceStep, pointer};

use super::naming::{Name, noun};
use super::parts::last_fixed;
use super::reading::Answer;
use super::resource::Resource;
use super::words::words;

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

    /// Whether a place that an id was concluded to stand at is documented, or may be there.
    pub fn documents(&self, at: &str) -> bool {
        let tokens = pointer::tokens(at);
        let has = |answer: &Answer<'_>| {
            let mut nodes = answer.shape.nodes.iter();
            nodes.any(|node| pointer::tokens(&node.place.pointer()) == tokens)
        };
        self.answers.iter().any(has) || self.answers.is_empty() && self.is_open
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

    /// Whether a member is only ever sent.
    pub fn is_write_only(&self, name: &str) -> bool {
        let nodes = self.answers.iter().flat_map(|answer| &answer.shape.nodes);
        let mut names = nodes.flat_map(|node| &node.write_only);
        names.any(|(known, _)| known == name)
    }

    /// Where a list has the ids of its entries, with `*` for each.
    pub fn listed(&self, resource: &Resource) -> Option<String> {
        let name = Name::of(&resource.parameter, last_fixed(&resource.item));
        self.answers.iter().find_map(|answer| {
            let (place, entry) = answer.items(&self.noun)?;
            match answer.is_object(entry) {
                true => Some(name.member(&answer.members(entry))?.place.pointer()),
                false => Some(place.pointer() + "/*"),
            }
        })
    }
}

/// Whether what is shown says of itself that it was deleted, so that it may still be there afterwards.
pub fn is_archived(contract: &Contract, read: usize) -> bool {
    const WORDS: [&str; 10] = [
        "deleted",
        "archived",
        "removed",
        "trashed",
        "active",
        "inactive",
        "disabled",
        "enabled",
        "deactivated",
        "terminated",
    ];
    let says = |text: &str| {
        words(text)
            .iter()
            .any(|word| WORDS.contains(&word.as_str()))
    };
    let places = Places::of(contract, read);
    places.answers.iter().any(|answer| {
        let nodes = answer.shape.nodes.iter().enumerate();
        let mut near = nodes.filter(|(_, node)| node.place.steps().len() <= 2);
        near.any(|(n, node)| {
            let listed = answer
                .schema(n)
                .and_then(|schema| schema.get("enum")?.as_sequence());
            let mut options = listed
                .unwrap_or_default()
                .iter()
                .filter_map(crate::contract::yaml::Node::as_str);
            node.place.last_key().is_some_and(says) || options.any(says)
        })
    })
}
