//! What the document says is taken only once.

use crate::battery::model::{BodyChange, Change, Expects, OrderedMap, SamePlace, Whose};
use crate::battery::{OF_CASE, ONCE};
use crate::contract::names::{folded, words};
use crate::contract::yaml::Node;
use crate::contract::{In, Level, StatusKey, pointer};
use crate::derive::body;
use crate::derive::once;
use crate::derive::subject::{Made, statuses};

use super::about::About;
use super::kept::create_step;
use super::life::Life;
use super::told::same;

const SAME_KEY: &str = "The same request twice with the same key. A client that got no answer sends it again, and the document says that nothing more is made by that.";
/// Words of a key that need not be looked at.
const OF_NO_KEY: [&str; 8] = [
    "ignored",
    "unused",
    "reserved",
    "deprecated",
    "unsupported",
    "logged",
    "logging",
    "tracing",
];

const TAKEN: &str = "The same once more, with a name that the document says is taken by then.";

/// Words of a state in which something new need not be.
const STATES: [&str; 14] = [
    "accepted",
    "active",
    "activated",
    "approved",
    "archived",
    "completed",
    "confirmed",
    "deleted",
    "enabled",
    "live",
    "paid",
    "published",
    "registered",
    "verified",
];

/// Whether a sentence names a member, be it in several words: `e-mail address` and `email`, `user name` and `userName`.
fn names(said: &[String], member: &str) -> bool {
    let (own, whole) = (words(member), folded(member));
    let says = |word: &String| said.contains(word);
    let mut runs = (2..=3).flat_map(|size| said.windows(size));
    own.iter().all(says) || says(&whole) || runs.any(|run| run.concat() == whole)
}

/// Whether the document says of a member itself that no two have the same.
fn is_unique(life: &Life<'_>, at: &str) -> bool {
    let create = life.operation(life.resource.create);
    let document = &life.subject.contract.document;
    let shape = body::media(create).and_then(|media| media.body.as_ref());
    let mut nodes = shape.into_iter().flat_map(|body| &body.shape.nodes);
    let node = nodes.find(|node| node.place.pointer() == at);
    let written = node.and_then(|node| document.at(&node.pointer));
    let text = written.and_then(|(node, _)| node.get("description").and_then(Node::as_str));
    let said = words(text.unwrap_or_default());
    let says = |word: &str| said.iter().any(|known| known == word);
    says("unique") && !says("not") && !says("per") && !says("within")
}

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
    let is_told = ONCE.iter().any(|word| says(word));
    // Where it is of those in one state, a new one may be in another.
    if STATES.iter().any(|state| says(state)) {
        return None;
    }
    let is_named = |at: &String| {
        let member = pointer::tokens(at).pop().unwrap_or_default();
        is_told && names(&said, &member) || is_unique(life, at)
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

/// The same with the same key, where the document has a header for one.
pub fn once(life: &Life<'_>) -> Option<Made> {
    let operation = life.operation(life.resource.create);
    let says = |name: &str, list: &[&str]| words(name).iter().any(|word| list.contains(&&**word));
    let mut headers = operation.parameters.iter();
    let key = headers.find(|one| {
        one.location == In::Header && says(&one.name, &["idempotency", "idempotent"])
    })?;
    let said = life.subject.contract.said_of(key);
    let is_doubtful = |word: &String| OF_NO_KEY.contains(&&**word);
    let (way, capture) = life.about()?;
    if said.iter().any(is_doubtful) || way != About::Captured {
        return None;
    }
    let (_, at) = capture.first()?;
    let form = Change::Marked(format!("{OF_CASE}{}", once::allowed(key)?));
    let mut first = create_step(life, way, None)?;
    first.request.headers.0.insert(key.name.clone(), form);
    let mut again = first.clone();
    again.step = "create-again".to_owned();
    again.capture = OrderedMap::default();
    let place = SamePlace {
        there: at.clone(),
        here: at.clone(),
    };
    again.same = Some(same("create", Whose::Answered, vec![place]));
    again.breaks.same = Some(life.clause(life.resource.create, ONCE));
    let title = "The same request with the same key makes one thing only";
    Some(life.case("state", "once", title, SAME_KEY, vec![first, again]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_names_a_member_in_several_words() {
        for (said, member, is_named) in [
            ("The name is taken", "name", true),
            ("This e-mail address is in use already", "email", true),
            ("The user name is taken", "username", true),
            ("The username is taken", "user_name", true),
            ("That name exists", "userName", false),
            ("The nickname is taken", "name", false),
        ] {
            assert_eq!(names(&words(said), member), is_named, "{said}: {member}");
        }
    }
}
