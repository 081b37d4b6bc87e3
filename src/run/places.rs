//! Where what was made is: its path, by what an answer or a list shows of it.

use serde_json::{Map, Value};

use crate::battery::named;
use crate::check::doubt::dismissed;
use crate::check::offer::in_link;
use crate::contract::LinkValue;
use crate::derive::parts;
use crate::derive::resource::{Resource, same};
use crate::exchange::{Answer, Request, escaped};

use super::evidence::{Evidence, Sent};

/// A path that an answer names for what was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    /// The path.
    pub(super) path: String,
    /// Whether what is there is shown to be what this run made.
    pub(super) is_own: bool,
    /// Whether the answer is about that thing and nothing in it says otherwise.
    pub(super) is_direct: bool,
    /// Whether it is no more than what the run called it.
    pub(super) is_named: bool,
}

/// The paths that the answer to a create names, the likeliest first; `takes_names` where a text may be an id.
pub(super) fn claims(
    (resource, template): (&Resource, &str),
    takes_names: bool,
    (request, sent): (&Request, &Sent),
    answer: &Answer,
) -> Vec<Claim> {
    if let Some(claim) = told((resource, template), request, sent) {
        return vec![claim];
    }
    let mut out: Vec<Claim> = Vec::new();
    let mut add = |id: &str, is_own: bool, is_direct: bool| {
        let path = item_path((resource, template), &request.target, id);
        let path = path.filter(|path| !id.is_empty() && out.iter().all(|one| one.path != *path));
        out.extend(path.map(|path| Claim {
            path,
            is_own,
            is_direct,
            is_named: false,
        }));
    };
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    let links = answer.header("Location");
    let linked = links.filter_map(|link| in_link(&resource.item, &resource.parameter, link));
    // Where nothing was sent, it may lead to what was there already.
    let all = things(&body, resource);
    let mut all = all.iter().map(|(_, thing)| sent.evidence(thing));
    // A create that does not say that it made something may give what is there, where the same was asked for before.
    let is_told = !sent.marks.is_empty() || answer.status != 200;
    let is_own = |evidence| evidence == Evidence::Own && is_told;
    let is_shown = !sent.marks.is_empty() || all.any(is_own);
    linked.for_each(|id| add(&id, is_shown, true));
    let is_marked = |id: &str| sent.has_mark(&Value::from(id));
    let echoes = sent.echoes(&body);
    if let Some((at, thing)) = echoes.first() {
        let mut ids = ids_in((&body, at), thing, resource);
        ids.retain(|(id, _)| takes_names || !is_marked(id));
        for (n, (id, is_sure)) in ids.iter().enumerate() {
            add(id, n == 0 && *is_sure || is_marked(id), n == 0);
        }
        // Some show beside what was sent what it goes by.
        let beside = ids_in((&body, ""), &body, resource).into_iter();
        for (id, _) in beside.filter(|_| ids.is_empty() && !at.is_empty()) {
            add(&id, false, true);
        }
    } else {
        let parents: Vec<String> = parts::values(template, path_of(&request.target))
            .into_iter()
            .flatten()
            .map(|(_, value)| value.to_owned())
            .collect();
        for (at, thing) in things(&body, resource) {
            let evidence = sent.evidence(thing);
            let shows = evidence == Evidence::Own;
            for (id, is_sure) in ids_in((&body, &at), thing, resource).iter().take(1) {
                // What is still to be made may be told of by something that has an id of its own.
                let is_direct =
                    evidence != Evidence::Other && answer.status != 202 && !parents.contains(id);
                add(id, shows && is_told && *is_sure, shows || is_direct);
            }
        }
        let headers = resource.ids.iter().filter_map(|place| match place {
            LinkValue::Header(name) if !name.eq_ignore_ascii_case("Location") => in_link(
                &resource.item,
                &resource.parameter,
                answer.header(name).next()?,
            ),
            _ => None,
        });
        headers.for_each(|id| add(&id, false, answer.status != 202));
    }
    // What was called so by this run is its own, wherever it is.
    let mut names = resource.id_members().into_iter().filter(|_| takes_names);
    if let Some(id) = names.find_map(|name| sent.marked(|known| same(known, &name))) {
        add(id, true, false);
        let named = item_path((resource, template), &request.target, id);
        let own = out.iter_mut().find(|one| Some(&one.path) == named.as_ref());
        own.into_iter()
            .for_each(|one| one.is_named = !one.is_direct);
    }
    out
}

/// The path of what a parameter tells the create to give that id, whatever its answer is about: it may be the work that makes it.
fn told(kind: (&Resource, &str), request: &Request, sent: &Sent) -> Option<Claim> {
    let mut names = kind.0.id_members().into_iter();
    let id = names.find_map(|name| sent.asked(|known| same(known, &name)))?;
    Some(Claim {
        path: item_path(kind, &request.target, id)?,
        is_own: true,
        is_direct: true,
        is_named: false,
    })
}

/// The path of what goes by the key that a body chooses, where others may have chosen it too: it has no mark of the run.
pub(super) fn chosen(
    (resource, template): (&Resource, &str),
    request: &Request,
    sent: &Sent,
) -> Option<String> {
    let mut names = resource.id_members().into_iter();
    let key = names.find_map(|name| sent.member(|known| same(known, &name)))?;
    let key = Some(key)
        .filter(|key| !sent.has_mark(key))
        .and_then(text_of)
        // These lead elsewhere.
        .filter(|key| !matches!(&**key, "" | "." | ".."))?;
    item_path((resource, template), &request.target, &key)
}

/// The objects of an answer that may be the thing itself: the root, or the one that is called so.
pub(super) fn things<'v>(body: &'v Value, resource: &Resource) -> Vec<(String, &'v Value)> {
    let mut out = vec![(String::new(), body)];
    if let Value::Array(items) = body
        && let [only] = items.as_slice()
    {
        out.push(("/0".to_owned(), only));
    }
    let members = body.as_object().into_iter().flatten();
    let wrapped = members.filter(|(name, value)| value.is_object() && resource.is_shown_as(name));
    out.extend(wrapped.map(|(name, value)| (crate::contract::pointer::join("", name), value)));
    out.retain(|(_, value)| value.is_object());
    out
}

/// What something in an answer goes by, the likeliest first: where the document says, and by its names; whether the name of
/// that member leaves no doubt.
fn ids_in((body, at): (&Value, &str), thing: &Value, resource: &Resource) -> Vec<(String, bool)> {
    let is_sure = |name: &str| resource.is_id(name);
    let documented = resource.ids.iter().filter_map(|place| match place {
        LinkValue::Body(place) if is_below(place, at) => {
            let name = place.rsplit('/').next().unwrap_or_default();
            Some((text_of(body.pointer(place)?)?, is_sure(name)))
        }
        _ => None,
    });
    let names = resource.id_members().into_iter();
    let named = names.filter_map(|name| {
        let mut members = thing.as_object()?.iter();
        let (known, value) = members.find(|(known, _)| same(known, &name))?;
        Some((text_of(value)?, is_sure(known)))
    });
    let mut out: Vec<(String, bool)> = Vec::new();
    for (id, is_sure) in documented.chain(named) {
        if !id.is_empty() && out.iter().all(|(known, _)| *known != id) {
            out.push((id, is_sure));
        }
    }
    out
}

/// What a thing may go by, the likeliest first.
pub(super) fn ids_of<'v>(
    map: &'v Map<String, Value>,
    resource: &Resource,
) -> impl Iterator<Item = &'v Value> + use<'v> {
    let members = resource.id_members().into_iter();
    let named = move |name: String| map.iter().find(|(known, _)| same(known, &name));
    let is_id = |id: &&Value| text_of(id).is_some_and(|id| !id.is_empty());
    members.filter_map(move |name| Some(named(name)?.1).filter(is_id))
}

/// The ids of the things in a list: of the root, or of a list in it or in a thing in it.
pub(super) fn listed(body: &Value, resource: &Resource) -> Vec<String> {
    let id = |item: &Value| match item {
        Value::Object(map) => ids_of(map, resource).next().and_then(text_of),
        other => text_of(other),
    };
    items(body).into_iter().filter_map(id).collect()
}

/// The entries of a list: of the root, or of a list in it or in a thing in it.
pub(super) fn items(body: &Value) -> Vec<&Value> {
    match body {
        Value::Array(items) => items.iter().collect(),
        Value::Object(map) => {
            let inner = map.values().flat_map(|value| match value {
                Value::Object(map) => map.values().collect(),
                other => vec![other],
            });
            inner.filter_map(Value::as_array).flatten().collect()
        }
        _ => Vec::new(),
    }
}

/// The path of the one with that id, where the path of a request to that template says the rest; `None` where it does not.
pub(super) fn item_path(
    (resource, template): (&Resource, &str),
    asked: &str,
    id: &str,
) -> Option<String> {
    let known = parts::values(template, path_of(asked))?;
    let part = named(&resource.item, &resource.parameter, id);
    let id = part.as_deref().unwrap_or(id);
    filled(&resource.item, &known, Some((&resource.parameter, id)))
}

/// The path of a list, where a request to that template says all of it.
pub(super) fn list_path(list: &str, (template, asked): (&str, &str)) -> Option<String> {
    filled(list, &parts::values(template, path_of(asked))?, None)
}

/// A template with what is known of its parameters, and with the one that is given.
fn filled(template: &str, known: &[(&str, &str)], given: Option<(&str, &str)>) -> Option<String> {
    let mut out = String::new();
    let pieces = template.trim_end_matches('/').split('{');
    for (n, piece) in pieces.enumerate() {
        if n == 0 {
            out.push_str(piece);
            continue;
        }
        let (name, rest) = piece.split_once('}')?;
        let own = given.filter(|(given, _)| *given == name);
        // The same parameter may be called otherwise in another path.
        let named = known.iter().find(|(known, _)| *known == name);
        match (own, named.or_else(|| known.get(n - 1))) {
            (Some((_, id)), _) => out.push_str(&escaped(id)),
            (None, Some((_, value))) => out.push_str(value),
            (None, None) => return None,
        }
        out.push_str(rest);
    }
    Some(out)
}

/// An id as a text.
pub(super) fn text_of(value: &Value) -> Option<String> {
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

/// The path of a request as the contract has it: a link may begin with the path of the base URL.
pub(super) fn place_of<'r>(request: &'r Request, template: &str) -> &'r str {
    let path = path_of(&request.target);
    let parts = template.trim_end_matches('/').matches('/').count();
    let last = path.rmatch_indices('/').nth(parts.saturating_sub(1));
    let end = last.map_or(path, |(at, _)| &path[at..]);
    match request.from_link.is_some() && parts::values(template, end).is_some() {
        true => end,
        false => path,
    }
}

/// A path as an operation of that template is asked at it: some end with a slash.
pub(super) fn asked_at(template: &str, path: &str) -> String {
    let end = if template.ends_with('/') { "/" } else { "" };
    format!("{path}{end}")
}

/// Whether a path is that one, or below it.
pub(super) fn is_below(path: &str, above: &str) -> bool {
    let rest = path.strip_prefix(above);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a body has nothing in it, or says itself that it is there no more: some answer so for what was deleted.
pub(super) fn is_gone(body: &Value) -> bool {
    match body {
        Value::Object(_) if dismissed(body).is_some() => true,
        Value::Object(members) => members.is_empty(),
        Value::Array(entries) => entries.is_empty(),
        other => other.is_null(),
    }
}
