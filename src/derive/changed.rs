//! The body of a change that can be seen: other values than those of the valid request.

use serde_json::Value;

use crate::battery::Trial;
use crate::battery::model::SamePlace;
use crate::contract::member_names::is_fixed;
use crate::contract::names::words;
use crate::contract::{Operation, Place, PlaceStep, pointer};

use super::body;
use super::origin::Origin;

/// What a change sends.
pub struct Sent {
    /// The names of its members.
    pub members: Vec<String>,
    /// Those that get another value than the valid request has.
    pub set: Vec<(String, Value)>,
    /// Those with a text that is marked.
    marked: Vec<String>,
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
        if taken.iter().any(|(known, _)| *known == at) {
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
        let is_id = words(name)
            .last()
            .is_some_and(|last| ["id", "uuid", "version"].contains(&last.as_str()));
        let others: Vec<Value> = match now {
            Value::Number(number) if !is_id => match number.as_i64() {
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
    (!set.is_empty() || !marked.is_empty()).then_some(Sent {
        members,
        set,
        marked,
    })
}
