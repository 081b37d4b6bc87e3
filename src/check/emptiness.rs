//! Whether an answer shows anything at all.

use serde_json::Value;

use crate::battery::Step;
use crate::exchange::Answer;

use super::page;
use super::response::Body;

/// The number of items in an answer: those of the page of a collection, else of the one list there is.
pub fn items(step: &Step, body: &Body) -> Option<usize> {
    let value = body.value()?;
    match &step.collection {
        Some(collection) => page::read(collection, value).items.map(<[_]>::len),
        None => the_list(value).map(Vec::len),
    }
}

/// The number of entries of the longest list that is the body or a member of it; `None` where there is no list.
pub fn longest(body: &Body) -> Option<usize> {
    match body.value()? {
        Value::Array(items) => Some(items.len()),
        Value::Object(map) => map.values().filter_map(Value::as_array).map(Vec::len).max(),
        _ => None,
    }
}

/// The body itself where it is a list, else the only list that is a member of it.
fn the_list(value: &Value) -> Option<&Vec<Value>> {
    match value {
        Value::Array(items) => Some(items),
        Value::Object(map) => {
            let mut lists = map.values().filter_map(Value::as_array);
            lists.next().filter(|_| lists.next().is_none())
        }
        _ => None,
    }
}

/// Whether a success shows nothing: no body, nothing in it, or a page without items. `None` where it cannot be told.
pub fn is_empty(step: &Step, answer: &Answer, body: &Body) -> Option<bool> {
    if let (Some(_), Body::Json(..)) = (&step.collection, body)
        && let Some(items) = items(step, body)
    {
        // An empty page with another one behind it, or with a total, is not yet an empty collection.
        return match items == 0 && goes_on(step, answer, body) {
            true => None,
            false => Some(items == 0),
        };
    }
    match body {
        Body::Empty => (step.collection.is_none() || answer.status == 204).then_some(true),
        Body::Json(value, _) => match value {
            Value::Null => Some(true),
            Value::Array(items) => Some(items.is_empty()),
            Value::Object(map) if map.is_empty() => Some(true),
            // Of a collection the page is what counts, and it has none that can be read.
            _ => step.collection.is_none().then_some(false),
        },
        Body::Incomplete | Body::Unread(_) => None,
        Body::NotJson(_) => step.collection.is_none().then_some(false),
    }
}

/// Whether a page says that there is more than it shows.
fn goes_on(step: &Step, answer: &Answer, body: &Body) -> bool {
    let page = step.collection.as_ref().zip(body.value());
    page.is_some_and(|(collection, value)| {
        let page = page::read_answer(collection, answer, value);
        page.next.is_some() || page.total.is_some_and(|total| total > 0)
    })
}
