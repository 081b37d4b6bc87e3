//! The plain members of all answers, by their names.

use std::collections::BTreeMap;

use crate::contract::names::folded;
use crate::contract::{Body, Contract};

use super::entries;
use super::reading::Answer;

/// The most places that are kept of one field.
const MOST_PLACES: usize = 8;

/// By the folded name of a member, the operations whose answers have it, each with its place.
pub type Fields = BTreeMap<String, Vec<(usize, String)>>;

/// Those of the answers of operations.
pub fn fields(contract: &Contract, operations: &[usize]) -> Fields {
    let mut fields = Fields::new();
    for &ix in operations {
        for body in contract.operations[ix].success_bodies() {
            note(&mut fields, contract, ix, body);
        }
    }
    fields
}

/// Notes the plain members of an answer by their names, and those that name an object by the name of that.
fn note(fields: &mut Fields, contract: &Contract, ix: usize, body: &Body) {
    let answer = Answer::new(contract, body);
    let nodes = body.shape.nodes.iter().enumerate();
    for (node, place) in nodes.filter(|(_, node)| node.place.steps().len() <= 4) {
        let members = answer.members(node);
        let mut named = Vec::new();
        if let Some(key) = place.place.last_key().map(folded)
            && let Some(member) = entries::named(answer, node)
        {
            let with_id = members.iter().find(|one| one.folded == "id");
            named.extend(with_id.map(|one| (format!("{key}id"), one.place.pointer())));
            named.push((key, member.place.pointer()));
        }
        let plain = members
            .into_iter()
            .map(|one| (one.folded, one.place.pointer()));
        for (name, at) in plain.chain(named) {
            let places = fields.entry(name).or_default();
            if places.len() < MOST_PLACES && !places.contains(&(ix, at.clone())) {
                places.push((ix, at));
            }
        }
    }
}
