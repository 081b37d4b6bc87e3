//! The bodies of requests that write: what is required, the document's example, and more; with values that other cases
//! were answered, and texts that nobody else has.

use serde_json::{Map, Value};

use crate::battery::marked;
use crate::battery::model::{Answers, BodyTry};
use crate::contract::names::words;
use crate::contract::{
    Contract, Media, Operation, Place, PlaceStep, StatusKey, open_texts, pointer,
};

use super::origin::Origin;
use super::{keys, once, switches, within};

/// The most bodies that a request is tried with.
pub const MOST: usize = 3;
/// The last words of names of members that must often be somebody's alone.
const NAMING: [&str; 14] = [
    "name",
    "title",
    "label",
    "username",
    "login",
    "slug",
    "key",
    "sku",
    "reference",
    "ref",
    "handle",
    "nickname",
    "subject",
    "email",
];
/// What a marked text may look like, the plainest first.
const FORMS: [&str; 8] = [
    "conform-{mark}",
    "Conform {mark}",
    "conform{mark}",
    "{mark}",
    "{MARK}",
    "{digits}",
    "{letters}",
    "{LETTERS}",
];
/// Marks of which both must fit.
const SAMPLES: [&str; 2] = ["c0000000a", "cz9z9z9z9"];

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
    let varies = refuses_others(operation);
    for place in texts(body) {
        let at = place.pointer();
        // A name that a create gives may look like that of something else; where nothing of that name is found, it is new.
        let may_be_new = operation.method == "POST" && place.steps().len() == 1;
        let is_sought = out.answers.0.contains_key(&at);
        let form = form(operation, (media, body), &place, varies);
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
    // The days of the document may be the only right ones.
    let given = tries.first().and_then(keys::with_its_days);
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

/// Whether a create may be refused for what is there already, as the document has it: two things at one time may not be.
fn refuses_others(operation: &Operation) -> bool {
    let mut responses = operation.responses.iter();
    operation.method == "POST" && responses.any(|one| one.key == StatusKey::Exact(409))
}

/// The form of a text that is nobody else's, where the member may have one, and need not be what the document says; of a day
/// or moment where these are to vary.
fn form(
    operation: &Operation,
    (media, body): (&Media, &Value),
    place: &Place,
    varies: bool,
) -> Option<String> {
    let known = media.said_of(place);
    let said = known.or_else(|| media.said_in(body, place))?;
    let at = place.pointer();
    let value = body.pointer(&at)?;
    let name = place.last_key()?;
    let words = words(name);
    let last = words.last()?.as_str();
    if said.contains_key("enum") || said.contains_key("const") {
        return None;
    }
    let format = said.get("format").or_else(|| said.get("x-conform-format"));
    let format = format.and_then(Value::as_str);
    let is_id = place.steps().len() == 1 && ["id", "uuid"].contains(&name);
    let fits = |form: &&str| {
        SAMPLES.iter().all(|mark| {
            let text = marked(form, mark);
            let value = match value.is_number() {
                true => text.parse::<u64>().map_or(Value::Null, Value::from),
                false => Value::from(text),
            };
            let mut other = body.clone();
            let place = other.pointer_mut(&at);
            place.map(|place| *place = value).is_some() && media.allows(&other)
        })
    };
    if value.is_number() {
        return Some("{digits}")
            .filter(|form| is_id && fits(form))
            .map(str::to_owned);
    }
    let text = value.as_str()?;
    match format {
        Some("email" | "idn-email") => {
            return Some("conform-{mark}@example.com")
                .filter(fits)
                .map(str::to_owned);
        }
        Some("uuid") if is_id || once::is_named(name) => return Some("{uuid}".to_owned()),
        Some("password") | None => {}
        Some("date" | "date-time") if varies => {
            let form = format!("{{weeks:{text}}}");
            return Some(form).filter(|form| fits(&form.as_str()));
        }
        Some(_) => return None,
    }
    let is_given = said.contains_key("x-conform-value")
        || !(text.starts_with("text") || said.contains_key("pattern"));
    let is_naming = NAMING.contains(&last) || is_id || once::is_named(name);
    let is_key = place.steps().len() == 1 && keys::is_key(operation, name);
    // A server may know how long such a key is.
    let is_short = is_key && is_given && format.is_none() && !NAMING.contains(&last);
    let may_change =
        format.is_none() && !last.contains("password") && (is_naming || is_short || !is_given);
    let short = || {
        let forms = shapes(text, FEWEST_OF_A_KEY).into_iter();
        forms.filter(|_| is_short).find(|form| fits(&form.as_str()))
    };
    let usual = || FORMS.into_iter().find(fits).map(str::to_owned);
    let shaped = || {
        shapes(text, FEWEST)
            .into_iter()
            .find(|form| fits(&form.as_str()))
    };
    let pattern = said.get("pattern").and_then(Value::as_str);
    let open = || {
        open_texts(pattern?, FEWEST)
            .into_iter()
            .find(|form| fits(&form.as_str()))
    };
    may_change
        .then(|| short().or_else(usual).or_else(shaped).or_else(open))
        .flatten()
}

/// Forms of the shape of a text that a pattern demands: other letters and digits in the same places, as far as they need not
/// be those; in all places, those of the digits, and those of the longest run alone.
fn shapes(text: &str, fewest: usize) -> Vec<String> {
    let kind = |c: char| match c {
        '0'..='9' => Some("digits"),
        'a'..='z' => Some("letters"),
        'A'..='Z' => Some("LETTERS"),
        _ => None,
    };
    let mut runs: Vec<(Option<&str>, String)> = Vec::new();
    for c in text.chars() {
        match runs.last_mut() {
            Some((known, run)) if *known == kind(c) => run.push(c),
            _ => runs.push((kind(c), c.to_string())),
        }
    }
    let longest = runs.iter().filter(|(kind, _)| kind.is_some());
    let longest = longest.map(|(_, run)| run.len()).max().unwrap_or_default();
    let with = |is_changed: &dyn Fn(&str, &str) -> bool| {
        let mut changed = 0;
        let pieces = runs.iter().map(|(kind, run)| match kind {
            Some(kind) if is_changed(kind, run) => {
                changed += run.len();
                format!("{{{kind}:{}}}", run.len())
            }
            _ => run.clone(),
        });
        let form = pieces.collect::<String>();
        (changed >= fewest).then_some(form)
    };
    let all = [
        with(&|_, _| true),
        with(&|kind, _| kind == "digits"),
        with(&|_, run| run.len() == longest),
    ];
    all.into_iter().flatten().collect()
}

/// Fewer characters than that would soon be somebody else's.
const FEWEST: usize = 4;
/// Whether a key is somebody else's is looked at before it is sent.
const FEWEST_OF_A_KEY: usize = 2;

/// The members of an operation's bodies that name something else, each with where its value may be found.
pub fn members(
    contract: &Contract,
    ix: usize,
    origins: &dyn Fn(&str) -> Vec<Origin>,
) -> Vec<(String, Vec<Origin>)> {
    let operation = &contract.operations[ix];
    let Some(shape) = media(operation).and_then(|media| media.body.as_ref()) else {
        return Vec::new();
    };
    let mut out: Vec<(String, Vec<Origin>)> = Vec::new();
    for node in &shape.shape.nodes {
        let Some(name) = within::name_at(&node.place) else {
            continue;
        };
        let words = words(&name);
        let last = words.last().map_or("", String::as_str);
        if words.len() < 2 || !["id", "uuid", "guid"].contains(&last) {
            continue;
        }
        let found = origins(&name);
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
