//! The bodies of changes that can be seen: other values than those of the valid request, and than those that were made.

use serde_json::{Map, Value};

use crate::battery::Trial;
use crate::battery::model::SamePlace;
use crate::contract::member_names::is_fixed;
use crate::contract::names::words;
use crate::contract::{Media, Operation, Place, PlaceStep, pointer};

use super::origin::Origin;
use super::others::{of_number, of_text};
use super::routes::Routes;
use super::{body, fuller, switches};

/// What a change sends.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The names of its members.
    pub members: Vec<String>,
    /// Those that get another value than the valid request has.
    pub set: Vec<(String, Value)>,
    /// Those with a text that is marked.
    marked: Vec<String>,
    /// The bodies with these values, before they are marked: each is tried where the one before was refused.
    pub bodies: Vec<Value>,
}

impl Sent {
    /// Whether the member at a place gets another value than it had.
    pub fn is_new(&self, at: &str) -> bool {
        let mut marked = self.marked.iter();
        self.set.iter().any(|(known, _)| known == at) || marked.any(|known| known == at)
    }
}

/// The names of the members of a body.
pub fn members(body: Option<&Value>) -> Vec<String> {
    let map = body.and_then(Value::as_object);
    map.into_iter()
        .flat_map(|map| map.keys().cloned())
        .collect()
}

/// The places of single values in those of a body: what a server adds to an object that was sent is its own.
pub fn leaves(at: &[SamePlace], body: &Value) -> Vec<SamePlace> {
    fn gather(place: &SamePlace, value: &Value, out: &mut Vec<SamePlace>) {
        match value {
            Value::Object(map) => {
                for (name, value) in map {
                    let below = SamePlace {
                        there: pointer::join(&place.there, name),
                        here: pointer::join(&place.here, name),
                    };
                    gather(&below, value, out);
                }
            }
            Value::Array(items) if items.iter().any(|item| item.is_object()) => {}
            _ => out.push(place.clone()),
        }
    }
    let mut out = Vec::new();
    for place in at {
        if let Some(value) = body.pointer(&place.there) {
            gather(place, value, &mut out);
        }
    }
    out
}

/// The bodies of a change with other numbers and truth values, and, where the answer shows nothing, with others of the listed
/// values; else with one of those, and only where nothing else changes. What is `taken` from answers stays.
pub fn changed(operation: &Operation, taken: &[(String, Vec<Origin>)]) -> Option<Sent> {
    let media = body::media(operation)?;
    let tries = body::values(operation);
    let first = tries.first()?;
    let members = members(Some(first));
    let mut set = Vec::new();
    let mut listed = None;
    // Of an answer that shows one new member and another old one, nobody knows whether the other may change.
    let is_silent = operation.success_bodies().next().is_none();
    for name in &members {
        let at = pointer::join("", name);
        if switches::has(operation, name) || taken.iter().any(|(known, _)| *known == at) {
            continue;
        }
        let said = media.said_of(&Place::default().with(PlaceStep::Key(name.as_str().into())));
        let options = said
            .as_ref()
            .and_then(|said| said.get("enum")?.as_array().cloned());
        let fits = |value: &Value| {
            let mut bodies = tries
                .iter()
                .map(|body| Trial::with(body, &at, value.clone()));
            bodies.all(|body| media.allows(&body))
        };
        let now = &first[name.as_str()];
        if let Some(options) = options {
            let other = options
                .iter()
                .find(|value| *value != now && !value.is_null() && fits(value));
            let other = other.map(|other| (at, other.clone()));
            match is_fixed(name) || !is_silent {
                true => listed = listed.or(other),
                false => set.extend(other),
            }
            continue;
        }
        let others: Vec<Value> = match now {
            Value::Number(number) if !is_id(name) => match number.as_i64() {
                Some(whole) => {
                    let others = [whole.checked_add(1), whole.checked_sub(1)];
                    others.into_iter().flatten().map(Value::from).collect()
                }
                None => number
                    .as_f64()
                    .map(|real| Value::from(real + 1.0))
                    .into_iter()
                    .collect(),
            },
            Value::Bool(flag) => vec![Value::from(!flag)],
            _ => Vec::new(),
        };
        let other = others.into_iter().find(fits);
        set.extend(other.map(|value| (at, value)));
    }
    let marks = body::written(operation, first, taken, &|_| String::new()).marks;
    let marked: Vec<String> = marks.0.keys().cloned().collect();
    if set.is_empty() && marked.is_empty() {
        set.extend(listed);
    }
    let with_all = |body: &Value| {
        let values = set.iter();
        values.fold(body.clone(), |body, (at, value)| {
            Trial::with(&body, at, value.clone())
        })
    };
    let bodies = tries.iter().take(body::MOST).map(with_all).collect();
    (!set.is_empty() || !marked.is_empty()).then_some(Sent {
        members,
        set,
        marked,
        bodies,
    })
}

/// The changes of as many members as can be changed, the widest first: where one is refused, the next may not be. `made` is
/// what was sent for the thing.
pub fn wide(
    routes: &Routes<'_>,
    operation: &Operation,
    taken: &[(String, Vec<Origin>)],
    made: Option<&Value>,
) -> Vec<Sent> {
    let Some(media) = body::media(operation) else {
        return Vec::new();
    };
    let widening = |calm: bool| Widening {
        operation,
        media,
        taken,
        made,
        calm,
    };
    let fuller = fuller::bodies(routes, operation);
    let (bold, calm) = (widening(false), widening(true));
    let bold = fuller.iter().filter_map(|base| bold.of(base));
    let calm = fuller.iter().filter_map(|base| calm.of(base));
    let mut out: Vec<Sent> = Vec::new();
    for sent in bold.chain(calm).chain(changed(operation, taken)) {
        if !out.iter().any(|known| known.bodies == sent.bodies) {
            out.push(sent);
        }
    }
    out
}

/// Changes of few members: the smallest, and one of another member.
pub fn narrow(
    routes: &Routes<'_>,
    operation: &Operation,
    taken: &[(String, Vec<Origin>)],
    made: Option<&Value>,
) -> Vec<Sent> {
    let Some(media) = body::media(operation) else {
        return Vec::new();
    };
    let wide = wide(routes, operation, taken, made);
    let least = body::values(operation).into_iter().next();
    let singles = wide.iter().flat_map(|sent| {
        let whole = sent.bodies.first().and_then(Value::as_object);
        let changed = whole.into_iter().flatten();
        let changed = changed.map(|(name, value)| (name, value, pointer::join("", name)));
        let changed = changed.filter(|(.., at)| sent.is_new(at));
        changed.filter_map(|(name, value, at)| {
            let alone = Value::from(Map::from_iter([(name.clone(), value.clone())]));
            let beside = least
                .as_ref()
                .map(|least| Trial::with(least, &at, value.clone()));
            let mut all = std::iter::once(alone).chain(beside);
            let body = all.find(|body| media.allows(body))?;
            let own = sent.set.iter().filter(|(known, _)| *known == at);
            let set: Vec<_> = own.cloned().collect();
            Some(Sent {
                members: members(Some(&body)),
                marked: Vec::from_iter(set.is_empty().then_some(at)),
                set,
                bodies: vec![body],
            })
        })
    });
    let mut out: Vec<Sent> = changed(operation, taken).into_iter().collect();
    for single in singles {
        let is_other = |known: &Sent| {
            known
                .members
                .iter()
                .any(|one| !single.members.contains(one))
        };
        if out.len() < 2 && out.iter().all(is_other) {
            out.push(single);
        }
    }
    out
}

/// Makes changes of all that can be changed.
struct Widening<'c> {
    operation: &'c Operation,
    media: &'c Media,
    taken: &'c [(String, Vec<Origin>)],
    made: Option<&'c Value>,
    /// Whether only numbers and truth values get others.
    calm: bool,
}

impl Widening<'_> {
    /// The change of a body with all that it has; `None` where nothing of it can be changed.
    fn of(&self, base: &Value) -> Option<Sent> {
        let marks = body::written(self.operation, base, self.taken, &|_| String::new()).marks;
        let marked: Vec<String> = marks.0.keys().cloned().collect();
        let (mut body, mut set) = (base.clone(), Vec::new());
        for (name, now) in base.as_object()? {
            let at = pointer::join("", name);
            let below = format!("{at}/");
            let is_below = |known: &String| *known == at || known.starts_with(&below);
            if marked.iter().any(is_below) {
                continue;
            }
            let is_taken = self.taken.iter().any(|(known, _)| is_below(known));
            let was = self.made.and_then(|made| made.get(name.as_str()));
            let mut others = match is_taken || switches::is_still(self.operation, name) {
                true => Vec::new(),
                false => self.others(&Place::default().key(name), was.unwrap_or(now)),
            }
            .into_iter()
            .map(|value| (Trial::with(&body, &at, value.clone()), value));
            if let Some((whole, value)) = others.find(|(whole, _)| self.media.allows(whole)) {
                body = whole;
                set.push((at, value));
                continue;
            }
            // What a PATCH does not change it need not name; what a PUT names stays as it was made.
            let rest = match (self.operation.method.as_str(), was) {
                ("PUT", Some(was)) if !is_taken => Trial::with(&body, &at, was.clone()),
                ("PUT", _) => continue,
                _ => without(&body, name),
            };
            if self.media.allows(&rest) {
                body = rest;
            }
        }
        let marked: Vec<String> = marked
            .into_iter()
            .filter(|at| body.pointer(at).is_some())
            .collect();
        (!set.is_empty() || !marked.is_empty()).then(|| Sent {
            members: members(Some(&body)),
            set,
            marked,
            bodies: vec![body],
        })
    }

    /// Other values for a place that has that one, the plainest first.
    fn others(&self, place: &Place, was: &Value) -> Vec<Value> {
        let said = self.media.said_of(place).unwrap_or_default();
        let is_calm = was.is_number() || was.is_boolean() || was.is_object();
        if self.calm && (!is_calm || said.contains_key("enum")) {
            return Vec::new();
        }
        if let Some(options) = said.get("enum").and_then(Value::as_array) {
            let mut options = options.clone();
            options.retain(|one| one != was && !one.is_null());
            return options;
        }
        match was {
            Value::Bool(flag) => vec![Value::from(!flag)],
            Value::Number(_) if place.last_key().is_some_and(is_id) => Vec::new(),
            Value::Number(_) => of_number(was, said.get("multipleOf")),
            Value::String(text) => of_text(text, &said).into_iter().collect(),
            Value::Array(items) => self.other_list(place, items),
            Value::Object(map) => {
                let mut out = map.clone();
                for (name, value) in map {
                    let others = self.others(&place.key(name), value);
                    out.extend(others.into_iter().take(1).map(|one| (name.clone(), one)));
                }
                Vec::from_iter((out != *map).then_some(Value::Object(out)))
            }
            Value::Null => Vec::new(),
        }
    }

    /// A list with another first entry alone.
    fn other_list(&self, place: &Place, items: &[Value]) -> Vec<Value> {
        let each = place.with(PlaceStep::Each);
        let Some(first) = items.first() else {
            return Vec::new();
        };
        let is_free = || {
            let said = self.media.said_of(&each);
            let said = said.filter(|_| self.operation.method != "PUT" || items.len() == 1);
            let keys = ["format", "x-conform-format", "pattern", "x-conform-value"];
            said.is_some_and(|said| !keys.iter().any(|key| said.contains_key(*key)))
        };
        let others = match first {
            Value::String(text) if is_free() => {
                let listed = self.others(&each, first);
                listed
                    .into_iter()
                    .chain([Value::from(format!("{text} 2"))])
                    .collect()
            }
            _ => self.others(&each, first),
        };
        let mut rest = others.into_iter().filter(|one| !items.contains(one));
        rest.next()
            .map(|one| Value::from(vec![one]))
            .into_iter()
            .collect()
    }
}

fn without(body: &Value, name: &str) -> Value {
    let mut less = body.clone();
    if let Some(map) = less.as_object_mut() {
        map.shift_remove(name);
    }
    less
}

/// Whether a number of that name is no amount of anything.
fn is_id(name: &str) -> bool {
    let last = words(name).pop();
    last.is_some_and(|last| ["id", "uuid", "version"].contains(&last.as_str()))
}
