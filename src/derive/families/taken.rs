//! What the document says is taken only once.

use crate::battery::model::{BodyChange, Expects};
use crate::contract::names::words;
use crate::contract::{Level, StatusKey};
use crate::derive::body;
use crate::derive::once;
use crate::derive::subject::{Made, statuses};

use super::life::{About, Life};

const TAKEN: &str = "The same once more, with a name that the document says is taken by then.";

/// The same twice, where the document says of a member that marks it that it is taken only once.
pub fn taken(life: &Life<'_>) -> Option<Made> {
    let create = life.resource.create;
    let operation = life.operation(create);
    let contract = life.subject.contract;
    // The same PUT once more is right, and so is the same answer to the same key.
    if life.resource.is_chosen || body::values(operation).iter().any(once::is_in) {
        return None;
    }
    let mut responses = operation.responses.iter();
    let conflict = responses.find(|one| one.key == StatusKey::Exact(409))?;
    let (node, _) = contract.document.at(&conflict.pointer)?;
    let described = contract
        .document
        .resolve(node, &conflict.pointer)
        .ok()?
        .node;
    let said = words(described.get("description")?.as_str()?);
    const ONCE: [&str; 6] = ["already", "exists", "taken", "duplicate", "unique", "used"];
    let says = |word: &str| said.iter().any(|known| known == word);
    if !ONCE.iter().any(|word| says(word)) {
        return None;
    }
    let is_named = |at: &String| {
        let member = crate::contract::pointer::tokens(at)
            .pop()
            .unwrap_or_default();
        words(&member).iter().all(|word| says(word))
    };
    let members = &life.stands.get(create)?.members;
    let values = body::values(operation);
    let tries = values
        .iter()
        .map(|value| body::written(operation, value, members, life.valid_of));
    let mut telling = tries.filter(|one| one.marks.0.keys().any(is_named));
    let body = BodyChange {
        tries: vec![telling.next()?],
        ..BodyChange::default()
    };
    let mut request = life.request(create, About::Valid)?;
    request.body = Some(body);
    let first = life.step("create", create, request.clone());
    let mut again = life.step("create-again", create, request);
    again.expects = Expects::Refusal;
    again.accepts = statuses(&["409"]);
    again.breaks.success = Some(format!("{}/409/status", operation.id));
    again.breaks.level = Some(Level::Should);
    let title = "What the document says is taken once is not taken twice";
    Some(life.case("state", "taken", title, TAKEN, vec![first, again]))
}
