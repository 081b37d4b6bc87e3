//! Members of a body that name something else without being called its id: `customer`, described as the id of a customer or
//! called as the paths of the document call one.

use crate::contract::names::{folded, singular};
use crate::contract::{Contract, Media, Operation, Place};

use super::naming::noun;
use super::parts::{named_at, shape};

/// By which name what a member names is looked for; none where it names nothing else.
pub fn names_of(
    contract: &Contract,
    (operation, media): (&Operation, &Media),
    (place, at): (&Place, &str),
) -> Vec<String> {
    let Some(name) = place.last_key() else {
        return Vec::new();
    };
    let own = singular(&folded(name));
    // What is made by that very name is called so by whoever makes it.
    if own == noun(&operation.path) || !may_be_id(media, place) {
        return Vec::new();
    }
    let told = contract.told_at(at);
    let called = told.iter().find_map(|said| id_of(said));
    match called {
        Some(noun) => vec![name.to_owned(), noun.to_owned()],
        None if is_in_path(contract, name, &own) => vec![name.to_owned()],
        None => Vec::new(),
    }
}

/// Whether an id may stand there, and the document gives no value of its own.
fn may_be_id(media: &Media, place: &Place) -> bool {
    let Some(said) = media.said_of(place) else {
        return false;
    };
    let given = ["enum", "const", "x-conform-value", "pattern"];
    let is_kind = |kind: &str| said.get("type").is_some_and(|one| *one == *kind);
    let format = said.get("format").or_else(|| said.get("x-conform-format"));
    let is_usual = format.is_none_or(|format| *format == *"uuid");
    let is_text = is_kind("string") && is_usual;
    (is_text || is_kind("integer")) && !given.iter().any(|key| said.contains_key(*key))
}

/// Of what a sentence says that this is the id: "The id of the customer who is billed".
fn id_of(said: &[String]) -> Option<&str> {
    const IDS: [&str; 5] = ["id", "uuid", "guid", "identifier", "reference"];
    const BEFORE: [&str; 6] = ["the", "a", "an", "unique", "this", "existing"];
    let at = said
        .windows(2)
        .position(|pair| IDS.contains(&&*pair[0]) && ["of", "for"].contains(&&*pair[1]))?;
    let is_before = |word: &String| BEFORE.contains(&&**word);
    // What is said after other things may be about those.
    let begins = said[..at].iter().all(is_before);
    let mut after = said[at + 2..].iter().skip_while(|word| is_before(word));
    after.next().map(String::as_str).filter(|_| begins)
}

/// Whether a path leads by a parameter of that very name to one of those: `/customers/{customer}`.
fn is_in_path(contract: &Contract, name: &str, own: &str) -> bool {
    let mut others = contract.operations.iter();
    others.any(|other| {
        let shape = shape(&other.path);
        let Some(last) = shape.len().checked_sub(1) else {
            return false;
        };
        let is_named = named_at(&other.path, last).is_some_and(|one| folded(one) == folded(name));
        let list = last.checked_sub(1).and_then(|above| shape.get(above));
        is_named && list.is_some_and(|list| singular(&folded(list)) == own)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_may_name_another_thing_by_its_description_or_name() {
        for (path, member, said, found) in [
            ("/invoices", "customer", "{type: string}", "customer"),
            ("/invoices", "plan", "{type: string}", ""),
            (
                "/invoices",
                "payer",
                "{type: string, description: The id of the customer who pays.}",
                "payer customer",
            ),
            (
                "/invoices",
                "payer",
                "{type: integer, description: Id of a customer}",
                "payer customer",
            ),
            (
                "/invoices",
                "payer",
                "{type: string, description: Some text with the id of the customer}",
                "",
            ),
            ("/invoices", "customer", "{type: string, example: Ada}", ""),
            ("/invoices", "customer", "{type: string, enum: [a, b]}", ""),
            ("/invoices", "customer", "{type: string, format: date}", ""),
            ("/customers", "customer", "{type: string}", ""),
        ] {
            let text = format!(
                "paths: {{{path}: {{post: {{requestBody: {{content: {{application/json: {{schema: {{type: object, required: [{member}], properties: {{{member}: {said}}}}}}}}}}}, responses: {{}}}}}}, '/customers/{{customer}}': {{get: {{responses: {{}}}}}}, '/plans/{{id}}': {{get: {{responses: {{}}}}}}}}"
            );
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            let posts = |one: &Operation| one.method == "POST";
            let ix = contract.operations.iter().position(posts).unwrap();
            contract.prepare_requests(ix);
            let operation = &contract.operations[ix];
            let media = operation.request_body.as_ref().unwrap().media().unwrap();
            let nodes = &media.body.as_ref().unwrap().shape.nodes;
            let place = Place::default().key(member);
            let node = nodes.iter().find(|node| node.place == place).unwrap();
            let names = names_of(&contract, (operation, media), (&place, &node.pointer));
            assert_eq!(names.join(" "), found, "{path} {member} {said}");
        }
    }
}
