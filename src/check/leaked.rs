//! Items in an answer that refuses them: whoever reads the body of a refusal reads what it was to keep.

use serde_json::{Deserializer, Value};

use crate::battery::{Collection, Expects, Plan, Step};
use crate::contract::{ClauseIx, Place, pointer};
use crate::exchange::Answer;

use super::asked::Asked;
use super::page;
use super::response::Body;

/// The largest body that is looked through though it is not one JSON document.
const LARGEST: usize = 1 << 20;
/// How many documents are read of it: a handler that goes on after it answered writes two.
const DOCUMENTS: usize = 4;

/// The clause that an answer breaks which is no success and shows items all the same, and how many.
pub fn found(
    plan: &Plan,
    asked: Asked<'_>,
    answer: &Answer,
    body: &Body,
) -> Option<(ClauseIx, usize)> {
    let step = asked.step;
    let is_guarded =
        step.expects == Expects::Refusal || step.accepts.iter().any(|accept| accept.empty);
    let collection = step.collection.as_ref();
    let collection = collection.filter(|_| is_guarded && answer.status >= 300)?;
    let clause = step.breaks_success?;
    let several;
    let bodies = match body {
        Body::Json(value, _) => std::slice::from_ref(value),
        Body::NotJson(_) if answer.body.len() <= LARGEST => {
            let documents = Deserializer::from_slice(&answer.body).into_iter::<Value>();
            several = documents
                .map_while(Result::ok)
                .take(DOCUMENTS)
                .collect::<Vec<Value>>();
            &several
        }
        _ => return None,
    };
    let may_be_other = collection.guessed || is_documented(plan, step, answer.status, collection);
    let is_item = |item: &&Value| match may_be_other {
        // What an error lists may have ids as well; what the valid request showed is what it is.
        true => {
            let key = page::key_of(collection, item);
            asked.shown.is_some_and(|shown| shown.contains(key))
        }
        false => page::identity(collection, item).is_some(),
    };
    let pages = bodies.iter().map(|body| page::read(collection, body));
    let items = pages.filter_map(|page| page.items).flatten();
    let count = items.filter(is_item).count();
    (count > 0).then_some((clause, count))
}

/// Whether the answer's own response has something of its own where a page has its items.
fn is_documented(plan: &Plan, step: &Step, status: u16, collection: &Collection) -> bool {
    let operation = &plan.contract.operations[step.operation];
    let Some(response) = operation.response(status) else {
        return false;
    };
    let place = Place::of_pointer(&pointer::tokens(&collection.items));
    let bodies = response
        .content
        .iter()
        .filter_map(|media| media.body.as_ref());
    let mut nodes = bodies.flat_map(|body| &body.shape.nodes);
    nodes.any(|node| node.place == place)
}
