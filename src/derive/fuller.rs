//! The bodies with the most members: all plain ones, and one entry or member of each list and object that names nothing
//! else. What stands for another thing is left to those who know it.

use serde_json::{Map, Value};

use crate::contract::names::{folded, singular, words};
use crate::contract::{Media, Operation, Place, PlaceStep};

use super::bold::bold;
use super::routes::Routes;
use super::{acting, body};

/// Last words of members that name something else, or are fetched, or send somebody a message.
const REFERENCES: [&str; 41] = [
    "account",
    "actor",
    "assignee",
    "attachment",
    "author",
    "avatar",
    "callback",
    "child",
    "children",
    "customer",
    "email",
    "file",
    "group",
    "guid",
    "href",
    "icon",
    "id",
    "image",
    "key",
    "link",
    "logo",
    "member",
    "owner",
    "parent",
    "password",
    "permission",
    "photo",
    "picture",
    "recipient",
    "ref",
    "reference",
    "role",
    "scope",
    "secret",
    "team",
    "token",
    "uri",
    "url",
    "user",
    "uuid",
    "webhook",
];
/// Last words of members whose list of texts holds what somebody wrote, and no names of other things.
const TEXTS: [&str; 14] = [
    "alias",
    "bullet",
    "comment",
    "highlight",
    "ingredient",
    "instruction",
    "keyword",
    "line",
    "note",
    "paragraph",
    "remark",
    "step",
    "synonym",
    "tag",
];

/// The valid bodies with the most members, those first that a server which loses some of them does not show by itself: the last
/// has all texts, numbers and booleans, and each list or object for which the document gives values.
pub fn bodies(routes: &Routes<'_>, operation: &Operation) -> Vec<Value> {
    let Some((media, most)) = body::media(operation).zip(most(operation)) else {
        return Vec::new();
    };
    let fullest = fullest(routes, operation, media, &most);
    let telling = [false, true].map(|calm| bold(operation, media, &fullest, calm));
    let mut out: Vec<Value> = Vec::new();
    for body in telling.into_iter().chain([fullest, most]) {
        if !out.contains(&body) {
            out.push(body);
        }
    }
    out
}

fn without_ids(operation: &Operation, media: &Media) -> Option<Value> {
    Some(body::without_ids(operation, media, media.fullest()?))
}

/// The body with all that the document gives values for.
fn most(operation: &Operation) -> Option<Value> {
    let size = |body: &Value| body.as_object().map_or(0, Map::len);
    // Of several that are as large the first.
    let values = body::values(operation).into_iter().rev();
    let mut out = values.max_by_key(size)?;
    let media = body::media(operation)?;
    let all = without_ids(operation, media);
    for (name, value) in members(all.as_ref()) {
        let place = Place::default().key(name);
        if out.get(name).is_none() && is_said(media, &place, value) {
            put(media, &mut out, name, value.clone());
        }
    }
    Some(out)
}

fn members(body: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    body.and_then(Value::as_object).into_iter().flatten()
}

/// Puts a member into a body, as far as the contract takes it.
fn put(media: &Media, body: &mut Value, name: &str, value: Value) {
    let mut more = body.clone();
    more[name] = value;
    if media.allows(&more) {
        *body = more;
    }
}

/// Whether the document gives the values in a list or an object.
fn is_said(media: &Media, place: &Place, value: &Value) -> bool {
    let said = media.said_of(place);
    let is_given = said.is_some_and(|said| {
        let keys = ["enum", "const", "x-conform-value"];
        keys.iter().any(|key| said.contains_key(*key))
    });
    is_given
        || match value {
            Value::Array(items) => {
                let first = items.first();
                first.is_some_and(|first| is_said(media, &place.with(PlaceStep::Each), first))
            }
            Value::Object(map) => {
                let mut each = map.iter();
                !map.is_empty() && each.all(|(name, value)| is_said(media, &place.key(name), value))
            }
            _ => false,
        }
}

/// The same body with one entry in each list and with objects, where they name nothing else, and with other numbers than 0.
fn fullest(routes: &Routes<'_>, operation: &Operation, media: &Media, most: &Value) -> Value {
    let plain = Plain { media, routes };
    let mut out = most.clone();
    for (name, value) in members(without_ids(operation, media).as_ref()) {
        let place = Place::default().key(name);
        let is_bare = out.get(name).is_none_or(is_empty);
        let made = plain
            .of(&place, value)
            .filter(|made| is_bare && !made.is_string());
        if let Some(made) = made.filter(|made| made.is_array() || made.is_object()) {
            put(media, &mut out, name, made);
        }
    }
    for (name, value) in members(Some(most)) {
        // What is 0 may as well have been lost.
        if value.as_f64() == Some(0.0) && !plain.names_another(name) {
            let others = [1, -1]
                .map(Value::from)
                .into_iter()
                .chain([Value::from(0.5)]);
            let mut others = others.map(|other| (other, out.clone()));
            let found = others.find(|(other, body)| {
                let mut body = body.clone();
                body[name.as_str()] = other.clone();
                media.allows(&body)
            });
            if let Some((other, _)) = found {
                put(media, &mut out, name, other);
            }
        }
    }
    out
}

fn is_empty(value: &Value) -> bool {
    value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty)
}

/// Tells the values that can be sent without knowing anything else.
struct Plain<'c> {
    media: &'c Media,
    routes: &'c Routes<'c>,
}

impl Plain<'_> {
    /// Whether a name is that of something else, or of what acts.
    fn names_another(&self, name: &str) -> bool {
        let last = words(name)
            .pop()
            .map(|last| singular(&last))
            .unwrap_or_default();
        REFERENCES.contains(&&*last)
            || self.routes.leads_to(&last)
            || self.routes.leads_to(&singular(&folded(name)))
            || acting::is_left_out(name)
    }

    /// What of a value can be sent; `None` where that is nothing.
    fn of(&self, place: &Place, value: &Value) -> Option<Value> {
        let name = place.last_key()?;
        if self.names_another(name) {
            return None;
        }
        match value {
            Value::Array(items) => {
                let each = place.with(PlaceStep::Each);
                let items = items.iter().map(|item| self.entry(name, &each, item));
                let items = items.collect::<Option<Vec<_>>>()?;
                (!items.is_empty()).then_some(Value::Array(items))
            }
            Value::Object(map) => self.object(place, map),
            single => self.is_plain(place).then(|| single.clone()),
        }
    }

    /// An entry of a list of that name.
    fn entry(&self, name: &str, place: &Place, item: &Value) -> Option<Value> {
        let said = self.media.said_of(place)?;
        let is_listed = said.contains_key("enum") || said.contains_key("const");
        let last = words(name).pop().map(|last| singular(&last))?;
        let is_free = match item {
            Value::Object(map) => return self.object(place, map),
            Value::Bool(_) => true,
            // An integer without a bound may be an id.
            Value::Number(number) => number.is_f64() || said.contains_key("maximum"),
            Value::String(_) => TEXTS.contains(&&*last) || is_of_time(&said),
            _ => false,
        };
        (is_listed || is_free && self.is_plain(place)).then(|| item.clone())
    }

    /// What of an object can be sent, with all that it must have. What has an id is something else.
    fn object(&self, place: &Place, map: &Map<String, Value>) -> Option<Value> {
        const IDS: [&str; 4] = ["id", "uuid", "guid", "href"];
        let said = self.media.said_of(place)?;
        let known = said.get("properties")?.as_object()?;
        let is_thing = known.keys().any(|name| IDS.contains(&&*folded(name)));
        let required = said.get("required").and_then(Value::as_array);
        let is_required = |name: &String| {
            required.is_some_and(|all| all.iter().any(|one| one.as_str() == Some(name)))
        };
        let mut out = Map::new();
        for (name, value) in map.iter().filter(|_| !is_thing) {
            let found = known
                .get(name)
                .and_then(|_| self.of(&place.key(name), value));
            match found {
                Some(value) => drop(out.insert(name.clone(), value)),
                None if is_required(name) => return None,
                None => {}
            }
        }
        (!out.is_empty()).then_some(Value::Object(out))
    }

    /// Whether any text or number can stand at a place, or one of time.
    fn is_plain(&self, place: &Place) -> bool {
        let said = self.media.said_of(place);
        said.is_some_and(|said| {
            let format = format_of(&said);
            let is_usual =
                format.is_none_or(|format| ["int32", "int64", "float", "double"].contains(&format));
            is_usual || is_of_time(&said)
        })
    }
}

fn format_of(said: &Map<String, Value>) -> Option<&str> {
    let named = said.get("format").or_else(|| said.get("x-conform-format"));
    named.and_then(Value::as_str)
}

fn is_of_time(said: &Map<String, Value>) -> bool {
    format_of(said).is_some_and(|format| ["date", "date-time"].contains(&format))
}
