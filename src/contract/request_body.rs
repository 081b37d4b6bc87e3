//! Media types, and the body of a request: which it may be, its schemas, and the bodies that the document gives.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value};

use super::clause::ClauseIx;
use super::media_type::{Fit, MediaType};
use super::parameter::readings;
use super::pointer;
use super::schema::{Body, Compiled, Negative, is_reason, negatives, place_in, said_at, said_in};
use super::style::FieldStyles;
use super::subject::Place;

/// A documented media type of a request or response.
#[derive(Debug)]
pub struct Media {
    /// The media type or range, lower-case, without parameters.
    pub range: String,
    /// The same with its parameters, as it is written.
    pub written: String,
    /// The schema of its body, where it has one that is checked: of JSON, and of forms in requests.
    pub body: Option<Body>,
    /// Its pointer in the document.
    pub pointer: String,
    /// Of a form in a request: how its fields are written.
    pub fields: Arc<FieldStyles>,
    /// Of a request: the bodies that the document gives, and the smallest ones, all of which fit.
    pub(super) values: OnceLock<Vec<Value>>,
    /// Of a request: the bodies that it is tried with.
    pub(super) bodies: OnceLock<Vec<Value>>,
    /// Of a request: a body with all its members.
    pub(super) fullest: OnceLock<Option<Value>>,
}

impl Media {
    /// A media type without a schema.
    pub(super) fn new(written: &str, pointer: String) -> Media {
        Media {
            range: media_range(written),
            written: written.to_owned(),
            body: None,
            pointer,
            fields: Arc::default(),
            values: OnceLock::new(),
            bodies: OnceLock::new(),
            fullest: OnceLock::new(),
        }
    }

    /// Whether it is that media type, or a range that has it, whatever their parameters.
    pub fn covers(&self, given: &str) -> bool {
        let own = MediaType::parse(&self.written);
        own.fit(&MediaType::parse(given)).is_some()
    }

    /// Whether its body is JSON.
    pub fn is_json(&self) -> bool {
        self.range == "application/json" || self.range.ends_with("+json")
    }

    /// Whether its body is a form of names and values.
    pub fn is_form(&self) -> bool {
        self.range == "application/x-www-form-urlencoded" || self.range == "multipart/form-data"
    }

    /// The members of a form of several parts that are files. None before the operation was prepared.
    pub fn files(&self) -> BTreeSet<String> {
        let is_file = |name: &&String| {
            let said = self.said_of(&Place::default().key(name));
            said.is_some_and(|said| is_bytes(&said) || said.get("items").is_some_and(of_bytes))
        };
        let root = self
            .body
            .as_ref()
            .filter(|_| self.range == "multipart/form-data");
        let root = root.and_then(|body| body.shape.nodes.first());
        let names = root.into_iter().flat_map(|root| root.properties.keys());
        names.filter(is_file).cloned().collect()
    }

    /// The bodies that the document gives for a request, its examples first and the smallest last; all fit the schema.
    pub fn values(&self) -> &[Value] {
        self.values.get().map_or(&[], Vec::as_slice)
    }

    /// The bodies with which a request is tried, all of which fit: what is required and no more, the document's examples,
    /// and then more. Empty before the operation was prepared.
    pub fn bodies(&self) -> &[Value] {
        self.bodies.get().map_or(&[], Vec::as_slice)
    }

    /// A body with all members that a request may have, where one fits. `None` before the operation was prepared.
    pub fn fullest(&self) -> Option<&Value> {
        self.fullest.get()?.as_ref()
    }

    /// The properties that a body has to have: the clause and pointer of each whose lack alone is what is wrong with
    /// `valid`.
    pub fn lacking(&self, valid: &Value) -> Vec<(ClauseIx, String)> {
        let Some((body, compiled)) = self.schema() else {
            return Vec::new();
        };
        let required = body.shape.nodes.iter().flat_map(|node| {
            let place = (!node.required.is_empty())
                .then(|| place_in(compiled.schema(), &node.place, valid))
                .flatten();
            // Of a list, the first entry stands for all.
            let at = place.map(|place| place.pointer().replace("/*", "/0"));
            let each = node.required.iter();
            let each =
                each.map(move |(name, clause)| Some((*clause, pointer::join(at.as_ref()?, name))));
            each.flatten()
        });
        let is_reason = |(clause, at): &(ClauseIx, String)| {
            let mut lacks = valid.clone();
            let (above, name) = at.rsplit_once('/').unwrap_or_default();
            let holder = lacks.pointer_mut(above).and_then(Value::as_object_mut);
            let name = pointer::tokens(&format!("/{name}"))
                .pop()
                .unwrap_or_default();
            let was_there = holder.is_some_and(|map| map.shift_remove(&name).is_some());
            was_there && self.breaks_alone(body, compiled, *clause, &lacks)
        };
        required.filter(is_reason).collect()
    }

    /// Bodies that break one keyword of the schema and nothing else, made of one that is valid.
    pub fn negatives(&self, valid: &Value) -> Vec<Negative> {
        let Some((body, compiled)) = self.schema() else {
            return Vec::new();
        };
        let is_json = !self.is_form();
        negatives(compiled, &body.shape, valid, is_json, |value| {
            self.read(value)
        })
    }

    /// Whether a clause is all that is wrong with a body.
    pub fn breaks(&self, clause: ClauseIx, value: &Value) -> bool {
        let schema = self.schema();
        schema.is_some_and(|(body, compiled)| self.breaks_alone(body, compiled, clause, value))
    }

    fn breaks_alone(
        &self,
        body: &Body,
        compiled: &Compiled,
        clause: ClauseIx,
        value: &Value,
    ) -> bool {
        is_reason(compiled, &body.shape, clause, &self.read(value))
    }

    /// What the schema says of a place, where that does not depend on what stands there.
    pub fn said_of(&self, place: &Place) -> Option<Map<String, Value>> {
        let (_, compiled) = self.schema()?;
        said_at(compiled.schema(), place)
    }

    /// The same of a place in a body: of several alternatives, of the first that the body has the members of.
    pub fn said_in(&self, body: &Value, place: &Place) -> Option<Map<String, Value>> {
        let (_, compiled) = self.schema()?;
        said_in(compiled.schema(), place, body)
    }

    fn schema(&self) -> Option<(&Body, &Compiled)> {
        let body = self.body.as_ref()?;
        Some((body, body.schema.get()?))
    }

    /// What a body may be taken for where it arrives.
    fn read(&self, value: &Value) -> Vec<Value> {
        match self.is_form() {
            true => readings(value).to_vec(),
            false => vec![value.clone()],
        }
    }

    /// Whether the contract allows that body, as it goes over the wire; also where it has no schema to say so.
    pub fn allows(&self, value: &Value) -> bool {
        let Some((_, compiled)) = self.schema() else {
            return true;
        };
        self.read(value).iter().any(|read| compiled.is_valid(read))
    }
}

/// The body that the requests of an operation have.
#[derive(Debug)]
pub struct RequestBody {
    /// Whether a request without one breaks the contract.
    pub required: bool,
    /// The clause that a request without one is refused, where it is required.
    pub clause: Option<ClauseIx>,
    /// The clause that a body which is no JSON is refused, where JSON is documented.
    pub json: Option<ClauseIx>,
    /// The clause that a body of another media type is refused.
    pub content_type: Option<ClauseIx>,
    /// The documented media types.
    pub content: Vec<Media>,
    /// Its pointer in the document.
    pub pointer: String,
}

impl RequestBody {
    /// The media type that is sent where nobody says which: JSON if it may be, else a form, else the first.
    pub fn media(&self) -> Option<&Media> {
        let mut all = self.content.iter();
        let json = all.clone().find(|media| media.is_json());
        let form = json.or_else(|| all.clone().find(|media| media.is_form()));
        form.or_else(|| all.next())
    }
}

/// Those of the documented media types that fit one best; several where nothing tells which of them is meant. None where a
/// parameter says that it is none of several.
pub fn best_of<'m>(content: &'m [Media], given: &str) -> Vec<&'m Media> {
    let given = MediaType::parse(given);
    let fits = content.iter().filter_map(|media| {
        let fit = MediaType::parse(&media.written).fit(&given)?;
        Some((fit, media))
    });
    let fits: Vec<(Fit, &Media)> = fits.collect();
    let best = fits.iter().map(|(fit, _)| *fit).max();
    let found = fits.iter().filter(|(fit, _)| Some(*fit) == best);
    let found: Vec<&Media> = found.map(|(_, media)| *media).collect();
    let is_none = found.len() > 1 && best.is_some_and(Fit::is_contradicted);
    if is_none { Vec::new() } else { found }
}

/// Whether a schema is of bytes that no text is.
fn is_bytes(said: &Map<String, Value>) -> bool {
    let format = said.get("format").or_else(|| said.get("x-conform-format"));
    matches!(format.and_then(Value::as_str), Some("binary"))
        || said.contains_key("contentMediaType")
}

fn of_bytes(said: &Value) -> bool {
    said.as_object().is_some_and(is_bytes)
}

/// A media type or range as it is compared: lower-case, without parameters.
pub(super) fn media_range(text: &str) -> String {
    MediaType::parse(text).essence
}
