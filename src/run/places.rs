//! Where what was made is: its path, by what an answer or a list shows of it.

use serde_json::{Map, Value};

use crate::battery::named;
use crate::check::offer::last_segment;
use crate::contract::LinkValue;
use crate::derive::resource::{Resource, same};
use crate::exchange::{Answer, Request, escaped};

/// The path of what a create made, by its answer.
pub(super) fn place_of(resource: &Resource, request: &Request, answer: &Answer) -> Option<String> {
    let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let location = || answer.header("Location").next().map(last_segment);
    let mut ids = resource.ids.iter().filter_map(|place| match place {
        LinkValue::Body(at) => text_of(body.as_ref()?.pointer(at)?),
        LinkValue::Header(name) => answer.header(name).next().map(last_segment),
        LinkValue::Sent(_) | LinkValue::Keys(_) => None,
    });
    let id = ids
        .find(|id| !id.is_empty())
        .or_else(location)
        .or_else(|| undocumented_id(body.as_ref()?, resource))
        .filter(|id| !id.is_empty())?;
    Some(item_path(resource, &request.target, &id))
}

/// The id in an answer that the document does not describe: of what is shown, or of the one thing in it.
fn undocumented_id(body: &Value, resource: &Resource) -> Option<String> {
    let map = body.as_object()?;
    let things: Vec<&Map<String, Value>> = map.values().filter_map(Value::as_object).collect();
    let own = ids_of(map, resource).next();
    own.or_else(|| match things.as_slice() {
        [only] => ids_of(only, resource).next(),
        _ => None,
    })
}

/// What a thing may go by, the likeliest first.
pub(super) fn ids_of<'v>(
    map: &'v Map<String, Value>,
    resource: &Resource,
) -> impl Iterator<Item = String> + use<'v> {
    let members = resource.id_members().into_iter();
    let named = move |name: String| map.iter().find(|(known, _)| same(known, &name));
    members.filter_map(move |name| text_of(named(name)?.1).filter(|id| !id.is_empty()))
}

/// The ids of the things in a list: of the root, or of a list in it or in a thing in it.
pub(super) fn listed(body: &Value, resource: &Resource) -> Vec<String> {
    let id = |item: &Value| match item {
        Value::Object(map) => ids_of(map, resource).next(),
        other => text_of(other),
    };
    match body {
        Value::Array(items) => items.iter().filter_map(id).collect(),
        Value::Object(map) => {
            let inner = map.values().flat_map(|value| match value {
                Value::Object(map) => map.values().collect(),
                other => vec![other],
            });
            let lists = inner.filter_map(Value::as_array).flatten();
            lists.filter_map(id).collect()
        }
        _ => Vec::new(),
    }
}

/// The path of the one with that id, where the path of the create says the rest.
pub(super) fn item_path(resource: &Resource, created_at: &str, id: &str) -> String {
    let sent: Vec<&str> = path_of(created_at).split('/').collect();
    let template: Vec<&str> = resource.item.trim_end_matches('/').split('/').collect();
    let last = template.len() - 1;
    let part = named(&resource.item, &resource.parameter, id);
    let id = part.as_deref().unwrap_or(id);
    let parts = template
        .iter()
        .enumerate()
        .map(|(n, part)| match part.starts_with('{') {
            true if n == last => escaped(id),
            true => sent.get(n).copied().unwrap_or(part).to_owned(),
            false => (*part).to_owned(),
        });
    parts.collect::<Vec<_>>().join("/")
}

/// An id as a text.
fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A target without its query.
pub(super) fn path_of(target: &str) -> &str {
    target
        .split('?')
        .next()
        .unwrap_or_default()
        .trim_end_matches('/')
}
