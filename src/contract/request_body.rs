//! Media types, and the body of a request: which it may be, its schemas, and the bodies that the document gives.

use std::sync::OnceLock;

use serde_json::Value;

use super::clause::ClauseIx;
use super::parameter::readings;
use super::schema::Body;

/// A documented media type of a request or response.
#[derive(Debug)]
pub struct Media {
    /// The media type or range, lower-case, without parameters.
    pub range: String,
    /// The schema of its body, where it has one that is checked: of JSON, and of forms in requests.
    pub body: Option<Body>,
    /// Its pointer in the document.
    pub pointer: String,
    /// Of a request: the bodies that the document gives, and the smallest ones, all of which fit.
    pub(super) values: OnceLock<Vec<Value>>,
}

impl Media {
    /// A media type without a schema.
    pub(super) fn new(range: String, pointer: String) -> Media {
        Media {
            range,
            body: None,
            pointer,
            values: OnceLock::new(),
        }
    }

    /// Whether its body is JSON.
    pub fn is_json(&self) -> bool {
        self.range == "application/json" || self.range.ends_with("+json")
    }

    /// Whether its body is a form of names and values.
    pub fn is_form(&self) -> bool {
        self.range == "application/x-www-form-urlencoded" || self.range == "multipart/form-data"
    }

    /// The bodies that the document gives for a request, its examples first and the smallest last; all fit the schema.
    pub fn values(&self) -> &[Value] {
        self.values.get().map_or(&[], Vec::as_slice)
    }

    /// Whether the contract allows that body, as it goes over the wire; also where it has no schema to say so.
    pub fn allows(&self, value: &Value) -> bool {
        let Some(compiled) = self.body.as_ref().and_then(|body| body.schema.get()) else {
            return true;
        };
        match self.is_form() {
            true => readings(value).iter().any(|read| compiled.is_valid(read)),
            false => compiled.is_valid(value),
        }
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

/// A media type or range as it is compared: lower-case, without parameters.
pub(super) fn media_range(text: &str) -> String {
    let range = text.split(';').next().unwrap_or_default();
    range.trim().to_ascii_lowercase()
}
