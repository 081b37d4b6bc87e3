//! A declared parameter: where it goes, how it is written there, which values it takes, and which of them the document
//! itself gives.

use std::sync::OnceLock;

use serde_json::Value;

use super::clause::ClauseIx;
use super::schema::Body;
use super::subject::In;

/// How a value is written into a request (OpenAPI 3.1, "Style Values").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `;color=blue`, in a path.
    Matrix,
    /// `.blue`, in a path.
    Label,
    /// `blue,black`, in a path or header.
    Simple,
    /// `color=blue`, in a query or cookie.
    Form,
    /// `color=blue black`, in a query.
    SpaceDelimited,
    /// `color=blue|black`, in a query.
    PipeDelimited,
    /// `color[R]=100`, in a query.
    DeepObject,
    /// Its JSON text: the parameter has `content` instead of a style.
    Json,
}

impl Style {
    /// The style of that name; `None` where OpenAPI has none such.
    pub fn parse(name: &str) -> Option<Style> {
        Some(match name {
            "matrix" => Style::Matrix,
            "label" => Style::Label,
            "simple" => Style::Simple,
            "form" => Style::Form,
            "spaceDelimited" => Style::SpaceDelimited,
            "pipeDelimited" => Style::PipeDelimited,
            "deepObject" => Style::DeepObject,
            _ => return None,
        })
    }

    /// The style of a parameter that names none.
    pub fn of(location: In) -> Style {
        match location {
            In::Query | In::Cookie => Style::Form,
            In::Path | In::Header => Style::Simple,
        }
    }
}

/// A declared parameter.
#[derive(Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it goes.
    pub location: In,
    /// Whether a request without it breaks the contract.
    pub required: bool,
    /// The clause that a request without it is refused; only for required ones that can be left out.
    pub clause: Option<ClauseIx>,
    /// How it is written.
    pub style: Style,
    /// Whether each entry of a list, or each property of an object, stands for itself.
    pub explode: bool,
    /// Its schema, with the clauses of what a request can break; absent where none can be read.
    pub schema: Option<Body>,
    /// Its pointer in the document.
    pub pointer: String,
    /// The values that the document gives, and the smallest ones, all of which fit; read when the operation is prepared.
    pub(super) values: OnceLock<Vec<Value>>,
}

impl Parameter {
    /// A parameter in the path that nobody declares; its own place is that of the path.
    pub(super) fn undeclared(name: &str, pointer: String) -> Parameter {
        Parameter {
            name: name.to_owned(),
            location: In::Path,
            required: true,
            clause: None,
            style: Style::Simple,
            explode: false,
            schema: None,
            pointer,
            values: OnceLock::new(),
        }
    }

    /// The first of the document's `example`, `examples`, `default`, `const`, first `enum`, else the smallest value, that
    /// fits the schema as it goes over the wire. `None` before the operation was prepared.
    pub fn value_from_document(&self) -> Option<Value> {
        self.values.get()?.first().cloned()
    }

    /// Whether the contract allows that value, as it goes over the wire; also where it has no schema to say so.
    pub fn allows(&self, value: &Value) -> bool {
        let Some(compiled) = self.schema.as_ref().and_then(|body| body.schema.get()) else {
            return true;
        };
        match self.style {
            Style::Json => compiled.is_valid(value),
            _ => readings(value).iter().any(|read| compiled.is_valid(read)),
        }
    }

    /// Whether a value can be written at all: there is something of it on the wire.
    pub(super) fn can_be_sent(&self, value: &Value) -> bool {
        let is_empty = match value {
            Value::Null => true,
            Value::Array(entries) => entries.is_empty(),
            Value::Object(map) => map.is_empty(),
            Value::String(text) => text.is_empty() && self.location == In::Path,
            Value::Bool(_) | Value::Number(_) => false,
        };
        self.style == Style::Json || !is_empty
    }
}

/// What a value may be taken for when it was sent as text: itself, all texts, or each text as the number or boolean that
/// it spells.
pub(super) fn readings(value: &Value) -> [Value; 3] {
    let texts = leaves(value, &|leaf| match leaf {
        Value::Bool(_) | Value::Number(_) => Value::String(leaf.to_string()),
        other => other.clone(),
    });
    let typed = leaves(value, &|leaf| {
        let parsed = leaf
            .as_str()
            .and_then(|text| serde_json::from_str(text).ok());
        parsed
            .filter(|parsed: &Value| parsed.is_number() || parsed.is_boolean())
            .unwrap_or_else(|| leaf.clone())
    });
    [value.clone(), texts, typed]
}

fn leaves(value: &Value, read: &impl Fn(&Value) -> Value) -> Value {
    match value {
        Value::Array(entries) => entries.iter().map(|entry| leaves(entry, read)).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(name, entry)| (name.clone(), leaves(entry, read)))
            .collect(),
        leaf => read(leaf),
    }
}
