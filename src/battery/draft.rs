//! A request being made: its values as meant, turned into path, query, headers and body once all of them are known.

use crate::contract::{FieldStyles, In, Operation, form_pairs, wire};
use crate::exchange::{Payload, escaped};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::awaited::Awaited;
use super::bodies::{Bodies, Trial, marked};
use super::dividers::Dividers;
use super::form;
use super::members;
use super::named::part_or_all;
use super::sought::{Offer, Origin, Sought};

/// What stands, in a text that is made anew for each request, for the names of the members of its body.
pub const MEMBERS: &str = "{members}";
/// What a marked text of a header begins with that is the same in all steps of its case.
pub const OF_CASE: &str = "{case}";

/// What the steps of a case captured so far, by `STEP.NAME`.
pub type Captured = BTreeMap<String, Value>;

/// A request of a case, ready to send unless it waits for what an earlier step captures or another case was answered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlannedRequest {
    /// What is special about it, for messages; empty where the case has only one.
    pub label: String,
    /// Upper-case.
    pub method: String,
    /// Path and query, percent-encoded.
    pub target: String,
    /// The query parameters as meant, before encoding.
    pub query: BTreeMap<String, String>,
    /// The path parameters as meant, before encoding.
    pub path: BTreeMap<String, String>,
    /// Its own headers, cookies among them.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Option<Payload>,
    /// The values in it that the user gave, by name: they may be wrong.
    pub given: Vec<String>,
    /// Whether a value of it was made of the valid one, so that it may be somebody's own by chance.
    pub near: bool,
    /// Whether what its path names is what an earlier step of the case was answered: then it is there.
    pub known: bool,
    /// Whether what it names is to be what the run itself made, and nothing else.
    pub own: bool,
    /// Whether its path has a text that this very run made up, so that nobody else has it.
    pub fresh: bool,
    /// The link that is followed in the place of path and query.
    pub follows: Option<Follow>,
    pub(super) waits: Option<Box<Draft>>,
}

/// A link that an earlier step captured, and what is changed in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Follow {
    /// `STEP.NAME`.
    pub from: String,
    /// The query parameters that are changed; those without a value are left out.
    pub changed: BTreeMap<String, Vec<String>>,
}

impl PlannedRequest {
    /// The request with what earlier steps captured.
    pub fn complete(&self, captured: &Captured) -> PlannedRequest {
        self.completed(
            |name| Some(captured.get(name).cloned().unwrap_or_default()),
            None,
        )
    }

    /// The same, where what is not there is left out, and values are written as the operation says.
    pub fn complete_as(&self, captured: &Captured, operation: &Operation) -> PlannedRequest {
        self.completed(|name| captured.get(name).cloned(), Some(operation))
    }

    fn completed(
        &self,
        value_of: impl Fn(&str) -> Option<Value>,
        operation: Option<&Operation>,
    ) -> PlannedRequest {
        let Some(draft) = &self.waits else {
            return self.clone();
        };
        let mut draft = draft.as_ref().clone();
        let mut known = false;
        for (place, name) in std::mem::take(&mut draft.waits) {
            known |= matches!(place, Awaited::Parameter(In::Path, _));
            // A parameter cannot be null: there is nothing to be sent.
            let is_sent = |value: &Value| !value.is_null() || matches!(place, Awaited::Body(_));
            let Some(value) = value_of(&name).filter(is_sent) else {
                continue;
            };
            match place {
                Awaited::Parameter(location, name) => {
                    draft.put(location, &name, None);
                    let parameter = operation.and_then(|one| one.parameter(location, &name));
                    match parameter {
                        Some(parameter) => draft.write(location, wire(parameter, &value)),
                        None => {
                            let text = part_or_all(&draft.template, &name, text_of(&value));
                            draft.put(location, &name, Some(text));
                        }
                    }
                }
                Awaited::Body(pointer) => {
                    members::set(&mut draft.json, &pointer, value);
                }
            }
        }
        draft.own |= known;
        PlannedRequest {
            known,
            ..draft.render()
        }
    }

    /// The request with a value for each parameter that it seeks, in their order.
    pub fn settle(&self, operation: &Operation, values: &[Value]) -> PlannedRequest {
        let Some(draft) = &self.waits else {
            return self.clone();
        };
        let mut draft = draft.as_ref().clone();
        for (sought, value) in std::mem::take(&mut draft.sought).iter().zip(values) {
            let (location, name) = (sought.location, &*sought.name);
            match operation.parameter(location, name) {
                Some(parameter) => draft.write(location, wire(parameter, value)),
                None => draft.put(location, name, Some(text_of(value))),
            }
        }
        draft.render()
    }

    /// The request with one of its bodies, as it is or with other values in it; marked with what is its own: the headers
    /// with the first, other parameters with the second, the body with the third.
    pub fn embody(
        &self,
        chosen: Option<(usize, Value)>,
        [header, place, mark]: [&str; 3],
    ) -> PlannedRequest {
        let Some(draft) = &self.waits else {
            return self.clone();
        };
        let mut draft = draft.as_ref().clone();
        let marks = std::mem::take(&mut draft.marks);
        let (masks, marks): (Vec<_>, Vec<_>) = marks
            .into_iter()
            .partition(|(_, _, text)| text.contains(MEMBERS));
        for (location, name, text) in marks {
            draft.fresh |= location == In::Path;
            let (text, mark) = match (location, text.strip_prefix(OF_CASE)) {
                (In::Header, Some(text)) => (text, place),
                (In::Header, None) => (&*text, header),
                _ => (&*text, place),
            };
            draft.put(location, &name, Some(marked(text, mark)));
        }
        let bodies = std::mem::take(&mut draft.bodies);
        if !bodies.trials.is_empty() {
            let (which, value) = chosen.map_or((0, None), |(which, value)| (which, Some(value)));
            draft.json = bodies.body(which, value, Some(mark));
        }
        for (location, name, text) in masks {
            let members = draft.json.as_ref().and_then(Value::as_object);
            let names: Vec<&str> = members
                .into_iter()
                .flat_map(|map| map.keys().map(String::as_str))
                .collect();
            let text = (!names.is_empty()).then(|| text.replace(MEMBERS, &names.join(",")));
            draft.put(location, &name, text);
        }
        draft.render()
    }

    /// The bodies that it is tried with; none where it has only one.
    pub fn trials(&self) -> &[Trial] {
        self.waits
            .as_ref()
            .map_or(&[], |draft| &draft.bodies.trials)
    }

    /// The case whose body it takes.
    pub fn like(&self) -> Option<&str> {
        self.waits.as_ref()?.bodies.like.as_deref()
    }

    /// Whether a text in it is different in each request and each run.
    pub fn is_marked(&self) -> bool {
        let draft = self.waits.as_ref();
        draft.is_some_and(|draft| {
            let mut trials = draft.bodies.trials.iter();
            !draft.marks.is_empty() || trials.any(|trial| !trial.marks.is_empty())
        })
    }

    /// The parameters whose values other cases were answered.
    pub fn sought(&self) -> &[Sought] {
        self.waits.as_ref().map_or(&[], |draft| &draft.sought)
    }

    /// The cases whose exchanges its values may come from, each with what it offers.
    pub fn offers(&self) -> Vec<&(String, Offer)> {
        let of_parameters = self.sought().iter().filter_map(|one| match &one.from {
            Origin::Cases { offers, .. } => Some(offers),
            _ => None,
        });
        let of_bodies = self.trials().iter().flat_map(|trial| &trial.sought);
        let of_bodies = of_bodies.map(|(_, offers)| offers);
        of_parameters.chain(of_bodies).flatten().collect()
    }
}

/// A request whose values may still change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Draft {
    pub(super) label: String,
    pub(super) method: String,
    pub(super) template: String,
    pub(super) dividers: Dividers,
    /// The pairs that the document itself writes behind the path, a template as well.
    pub(super) fixed: String,
    /// Each with its values: an exploded list has several.
    pub(super) query: BTreeMap<String, Vec<String>>,
    pub(super) path: BTreeMap<String, String>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) cookies: BTreeMap<String, String>,
    pub(super) json: Option<Value>,
    pub(super) text: Option<String>,
    pub(super) media_type: String,
    pub(super) fields: Arc<FieldStyles>,
    /// The members of a form that are files.
    pub(super) files: BTreeSet<String>,
    pub(super) given: Vec<String>,
    pub(super) near: bool,
    pub(super) own: bool,
    pub(super) fresh: bool,
    pub(super) follow: Option<String>,
    /// The query parameters that the step changes.
    pub(super) changed: Vec<String>,
    pub(super) waits: Vec<(Awaited, String)>,
    pub(super) sought: Vec<Sought>,
    /// The bodies of which one is chosen when it is sent.
    pub(super) bodies: Bodies,
    /// The parameters with a marked text.
    pub(super) marks: Vec<(In, String, String)>,
}

impl Draft {
    /// Gives a parameter a value, or takes it away.
    pub(super) fn put(&mut self, location: In, name: &str, value: Option<String>) {
        let map = match location {
            In::Query => {
                self.query.remove(name);
                return value.into_iter().for_each(|value| self.add(name, value));
            }
            In::Path => &mut self.path,
            In::Cookie => &mut self.cookies,
            In::Header => {
                self.headers
                    .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
                self.headers
                    .extend(value.map(|value| (name.to_owned(), value)));
                return;
            }
        };
        match value {
            Some(value) => map.insert(name.to_owned(), value),
            None => map.remove(name),
        };
    }

    /// Writes a parameter's value as it goes over the wire.
    pub(super) fn write(&mut self, location: In, pairs: Vec<(String, String)>) {
        for (name, text) in pairs {
            match location {
                In::Query => self.add(&name, text),
                _ => self.put(location, &name, Some(text)),
            }
        }
    }

    /// Gives a query parameter one more value.
    pub(super) fn add(&mut self, name: &str, value: String) {
        self.query.entry(name.to_owned()).or_default().push(value);
    }

    /// Whether a parameter has a value, or will have one.
    pub(super) fn has(&self, location: In, name: &str) -> bool {
        let awaited = Awaited::Parameter(location, name.to_owned());
        let mut sought = self.sought.iter();
        self.value(location, name).is_some()
            || sought.any(|one| one.location == location && one.name == name)
            || self.waits.iter().any(|(place, _)| *place == awaited)
    }

    /// The value of a parameter, the first one where it has several.
    pub(super) fn value(&self, location: In, name: &str) -> Option<&str> {
        let found = match location {
            In::Query => self.query.get(name)?.first(),
            In::Path => self.path.get(name),
            In::Cookie => self.cookies.get(name),
            In::Header => {
                let mut headers = self.headers.iter();
                let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
                found.map(|(_, value)| value)
            }
        };
        found.map(String::as_str)
    }

    /// The body as it goes over the wire; `None` where there is none, or its media type is not one that is written here.
    pub(super) fn payload(&self) -> Option<Payload> {
        let payload = |media_type: &str, bytes: Vec<u8>| Payload {
            media_type: media_type.to_owned(),
            bytes: Arc::new(bytes),
        };
        let media_type = self.media_type.as_str();
        let Some(value) = &self.json else {
            let text = self.text.clone()?;
            return Some(payload(media_type, text.into_bytes()));
        };
        let text = match (media_type, value) {
            ("application/x-www-form-urlencoded", Value::Object(_)) => {
                let pairs = form_pairs(value, &self.fields).into_iter();
                let pairs =
                    pairs.map(|(name, text)| format!("{}={}", escaped(&name), escaped(&text)));
                pairs.collect::<Vec<_>>().join("&")
            }
            ("multipart/form-data", Value::Object(_)) => {
                let (media_type, bytes) = form::written(value, &self.fields, &self.files);
                return Some(payload(&media_type, bytes));
            }
            // A text of another media type than JSON stands as it is.
            (range, Value::String(text)) if !range.contains("json") => text.clone(),
            (range, _) if range.starts_with("multipart/") => return None,
            _ => value.to_string(),
        };
        Some(payload(media_type, text.into_bytes()))
    }

    /// The request as it is sent.
    pub(super) fn render(self) -> PlannedRequest {
        let body = self.payload();
        let mut headers = self.headers.clone();
        if !self.cookies.is_empty() {
            let pairs = self.cookies.iter();
            let pairs = pairs.map(|(name, value)| format!("{name}={value}"));
            headers.push(("Cookie".to_owned(), pairs.collect::<Vec<_>>().join("; ")));
        }
        let changed = |name: &String| {
            let values = self.query.get(name).cloned();
            (name.clone(), values.unwrap_or_default())
        };
        let meant = self.query.iter();
        let meant = meant.map(|(name, values)| (name.clone(), values.join(",")));
        PlannedRequest {
            label: self.label.clone(),
            method: self.method.clone(),
            target: self.target(),
            query: meant.collect(),
            path: self.path.clone(),
            headers,
            near: self.near,
            known: false,
            own: self.own,
            fresh: self.fresh,
            follows: self.follow.clone().map(|from| Follow {
                from,
                changed: self.changed.iter().map(changed).collect(),
            }),
            body,
            given: self.given.clone(),
            waits: self.is_open().then(|| Box::new(self)),
        }
    }

    /// Whether something of it is known only when it is sent.
    fn is_open(&self) -> bool {
        let is_awaited = !self.waits.is_empty() || !self.sought.is_empty();
        is_awaited || !self.marks.is_empty() || !self.bodies.trials.is_empty()
    }
}

/// A value as the text of a parameter.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
