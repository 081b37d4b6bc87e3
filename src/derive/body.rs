//! The bodies of requests that write: what is required, the document's example, and more; with values that other cases
//! were answered, and texts that nobody else has.

use serde_json::{Map, Value};

use crate::battery::model::{Answers, BodyTry};
use crate::battery::{Trial, is_of_time};
use crate::contract::member_names::is_apart;
use crate::contract::names::words;
use crate::contract::{Contract, Media, Operation, Place, PlaceStep, pointer};

use super::origin::Origin;
use super::{forms, keys, references, switches, within};

/// The most bodies that a request is tried with.
pub const MOST: usize = 3;
/// Why the request of an operation cannot have a body that it needs.
pub fn unmade(operation: &Operation) -> Option<String> {
    let body = operation
        .request_body
        .as_ref()
        .filter(|body| body.required)?;
    let media = body.media();
    if media.is_some_and(is_written) {
        let made = media.is_some_and(|media| media.body.is_none() || !media.bodies().is_empty());
        return (!made).then(|| "no body could be made that fits its schema".to_owned());
    }
    let range = media.map_or("no media type", |media| media.range.as_str());
    Some(format!("it needs a body of {range}, which is not derived"))
}

/// Whether bodies of a media type are made.
fn is_written(media: &Media) -> bool {
    media.is_json() || media.is_form() || media.range.contains('*')
}

/// The media type in which an operation gets a body, if it does.
pub fn media(operation: &Operation) -> Option<&Media> {
    let media = operation.request_body.as_ref()?.media()?;
    is_written(media).then_some(media)
}

/// The values of the bodies that are tried, without what only an answer has or the server chooses.
pub fn values(operation: &Operation) -> Vec<Value> {
    let Some(media) = media(operation) else {
        return Vec::new();
    };
    let mut out: Vec<Value> = Vec::new();
    for body in media.bodies() {
        let body = without_ids(operation, media, body);
        if !out.contains(&body) {
            out.push(body);
        }
    }
    let known = out
        .first()
        .and_then(|body| with_mark(operation, media, body));
    if let Some(known) = known {
        out.retain(|body| *body != known);
        out.insert(0, known);
    }
    let is_bare = |body: &Value| body.as_object().is_some_and(Map::is_empty);
    // A change of nothing shows nothing.
    if operation.method != "POST" && out.iter().any(|body| !is_bare(body)) {
        out.retain(|body| !is_bare(body));
    }
    if media.body.is_none() && out.is_empty() {
        out.push(Value::Object(Map::new()));
    }
    out
}

/// The body of a create with a text of which the run is known, where nothing that it must have can be such a one.
fn with_mark(operation: &Operation, media: &Media, body: &Value) -> Option<Value> {
    const TEXTS: [&str; 8] = [
        "description",
        "note",
        "notes",
        "name",
        "title",
        "label",
        "comment",
        "reference",
    ];
    let has_some = body.as_object().is_some_and(|map| !map.is_empty());
    let makes = operation.method == "POST" && !operation.path.ends_with('}');
    let is_known = |body: &Value| {
        let marks = written(operation, body, &[], &|_| String::new()).marks;
        let names = |at: &String| {
            let last = words(at).pop().unwrap_or_default();
            is_apart(at) && !forms::is_naming(&last)
        };
        marks
            .0
            .iter()
            .any(|(at, form)| !is_of_time(form) && !names(at))
    };
    if !makes || !has_some || is_known(body) {
        return None;
    }
    let all = without_ids(operation, media, media.fullest()?);
    TEXTS.iter().find_map(|name| {
        let value = all.get(name).filter(|value| value.is_string())?;
        let more = Trial::with(body, &pointer::join("", name), value.clone());
        (media.allows(&more) && is_known(&more)).then_some(more)
    })
}

/// A body without members that no request describes, and without the id of a thing that is to be made, as far as it need
/// not be there; what would act is switched off.
pub(super) fn without_ids(operation: &Operation, media: &Media, body: &Value) -> Value {
    let root = media
        .body
        .as_ref()
        .and_then(|body| body.shape.nodes.first());
    let mut out = body.clone();
    let names: Vec<String> = body
        .as_object()
        .into_iter()
        .flat_map(|map| map.keys().cloned())
        .collect();
    for name in names {
        let is_described = root.is_none_or(|root| {
            root.properties.is_empty() || root.properties.contains_key(name.as_str())
        });
        let is_chosen = operation.method == "POST" && ["id", "uuid"].contains(&name.as_str());
        // What is called otherwise afterwards is not what other requests are about.
        let renames =
            operation.method != "POST" && words(&name).first().is_some_and(|word| word == "new");
        if is_described && !is_chosen && !renames {
            continue;
        }
        let mut less = out.clone();
        if let Some(map) = less.as_object_mut() {
            map.shift_remove(&name);
        }
        if media.allows(&less) {
            out = less;
        }
    }
    switches::quieted(operation, media, out)
}

/// A body as a case file says it, with all that makes it one of this run.
pub fn written(
    operation: &Operation,
    body: &Value,
    members: &[(String, Vec<Origin>)],
    valid_of: &dyn Fn(usize) -> String,
) -> BodyTry {
    let media = media(operation);
    let named: Vec<&str> = members.iter().map(|(at, _)| at.as_str()).collect();
    let body = &within::narrowed(media, body, &named);
    let mut out = BodyTry {
        json: body.clone(),
        ..BodyTry::default()
    };
    for (at, origins) in members {
        for at in within::each(body, at) {
            let of = origins.iter().map(|one| one.written(&valid_of(one.from)));
            let of = of.collect();
            out.answers.0.insert(
                at,
                Answers {
                    of,
                    ..Answers::default()
                },
            );
        }
    }
    let Some(media) = media else {
        return out;
    };
    let varies = forms::refuses_others(operation);
    for place in texts(body) {
        let at = place.pointer();
        // A name that a create gives may look like that of something else; where nothing of that name is found, it is new.
        let may_be_new = operation.method == "POST" && place.steps().len() == 1;
        let is_sought = out.answers.0.contains_key(&at);
        let form = forms::form(operation, (media, body), &place, varies);
        let form = form.filter(|_| !is_sought || may_be_new);
        if let Some(form) = form {
            out.marks.0.insert(at, form);
        }
    }
    out
}

/// The bodies that an operation is tried with, as a case file says them; none has anything at the `foreign` places.
pub fn tries(
    operation: &Operation,
    (members, foreign): (&[(String, Vec<Origin>)], &[String]),
    valid_of: &dyn Fn(usize) -> String,
) -> Vec<BodyTry> {
    let mut values = values(operation);
    values.retain(|body| names_none(body, foreign));
    values.truncate(MOST);
    let store = store(operation, &values).filter(|body| names_none(body, foreign));
    let store = store.map(|body| BodyTry {
        named: true,
        ..written(operation, &body, members, valid_of)
    });
    let tries = values.iter();
    let tries = tries.map(|body| written(operation, body, members, valid_of));
    let tries: Vec<BodyTry> = tries.collect();
    // The days and addresses of the document may be the only right ones.
    let given = tries.first().and_then(keys::as_given);
    let others = keys::others(operation, media(operation), &tries);
    let more = given.into_iter().chain(others).chain(store);
    tries.into_iter().chain(more).collect()
}

/// Whether a body has nothing at any of these places.
pub fn names_none(body: &Value, places: &[String]) -> bool {
    places.iter().all(|at| body.pointer(at).is_none())
}

/// The body with members that none of these has, for a server that asks for one of them by its name.
fn store(operation: &Operation, tried: &[Value]) -> Option<Value> {
    let media = media(operation)?;
    let all = without_ids(operation, media, media.fullest()?);
    let is_new = |name: &String| tried.iter().all(|body| body.get(name).is_none());
    let has_more = all.as_object()?.keys().any(is_new);
    (has_more && tried.iter().any(Value::is_object)).then_some(all)
}

/// The members of a body, up to two levels down, that are a text or a number.
fn texts(body: &Value) -> Vec<Place> {
    let mut out = Vec::new();
    for (name, value) in body.as_object().into_iter().flatten() {
        let place = Place::default().key(name);
        match value {
            Value::String(_) | Value::Number(_) => out.push(place),
            Value::Object(map) => {
                let texts = map.iter().filter(|(_, value)| value.is_string());
                out.extend(texts.map(|(name, _)| place.key(name)));
            }
            _ => {}
        }
    }
    out
}

/// The members of an operation's bodies that name something else, each with where its value may be found.
pub fn members(
    contract: &Contract,
    ix: usize,
    origins: &dyn Fn(&str) -> Vec<Origin>,
) -> Vec<(String, Vec<Origin>)> {
    let operation = &contract.operations[ix];
    let media = media(operation);
    let Some((media, shape)) = media.and_then(|media| Some((media, media.body.as_ref()?))) else {
        return Vec::new();
    };
    let mut out: Vec<(String, Vec<Origin>)> = Vec::new();
    for node in &shape.shape.nodes {
        let Some(name) = within::name_at(&node.place) else {
            continue;
        };
        let words = words(&name);
        let last = words.last().map_or("", String::as_str);
        let found = match words.len() >= 2 && ["id", "uuid", "guid"].contains(&last) {
            true => origins(&name),
            false => {
                let about = (&node.place, &*node.pointer);
                let names = references::names_of(contract, (operation, media), about);
                let mut all = names.iter().map(|name| origins(name));
                all.find(|found| !found.is_empty()).unwrap_or_default()
            }
        };
        let at = pointer_of(&node.place);
        if !found.is_empty() && !out.iter().any(|(known, _)| *known == at) {
            out.push((at, found));
        }
    }
    out
}

/// The pointer of a place, of a list its first entry.
pub fn pointer_of(place: &Place) -> String {
    let steps = place.steps().iter();
    steps.fold(String::new(), |base, step| match step {
        PlaceStep::Key(name) => pointer::join(&base, name),
        PlaceStep::Any | PlaceStep::Each => base + "/0",
        PlaceStep::Branch(_) => base,
    })
}
