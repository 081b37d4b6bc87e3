//! An operation of the contract: one method and path, with its parameters, security and documented responses.

use std::sync::{Arc, OnceLock};

use super::clause::ClauseIx;
use super::schema::{Compiled, Shape};
use super::security::Security;
use super::subject::StatusKey;
use super::yaml::Mark;

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum In {
    /// The query string.
    Query,
    /// A segment of the path.
    Path,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

impl In {
    /// The word used in documents and ids.
    pub fn word(self) -> &'static str {
        match self {
            In::Query => "query",
            In::Path => "path",
            In::Header => "header",
            In::Cookie => "cookie",
        }
    }
}

/// A declared parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it goes.
    pub location: In,
    /// Whether a request without it breaks the contract.
    pub required: bool,
    /// The clause that a request without it is refused; only for required ones that can be left out.
    pub clause: Option<ClauseIx>,
    /// Its pointer in the document.
    pub pointer: String,
}

/// A documented header of a response.
#[derive(Debug)]
pub struct Header {
    /// Its name, as documented.
    pub name: String,
    /// The clause that it is there.
    pub present: ClauseIx,
    /// The clause that its value fits, and the schema.
    pub schema: Option<(ClauseIx, Lazy)>,
    /// The type its schema names, by which the text is read; empty where it names none.
    pub kind: String,
}

/// A documented media type of a response.
#[derive(Debug)]
pub struct Media {
    /// The media type or range, lower-case, without parameters.
    pub range: String,
    /// The schema of its body, where it is JSON and has one.
    pub body: Option<Body>,
}

/// The schema of a body.
#[derive(Debug)]
pub struct Body {
    /// The places and their clauses.
    pub shape: Shape,
    /// The compiled schema.
    pub schema: Lazy,
}

/// A schema that is compiled when an operation is prepared for a run.
#[derive(Debug)]
pub struct Lazy {
    /// Where the schema stands in the document.
    pub pointer: String,
    pub(super) compiled: OnceLock<Compiled>,
}

impl Lazy {
    pub(super) fn at(pointer: String) -> Lazy {
        Lazy {
            pointer,
            compiled: OnceLock::new(),
        }
    }

    /// The compiled schema; `None` before its operation was prepared.
    pub fn get(&self) -> Option<&Compiled> {
        self.compiled.get()
    }
}

/// A documented response.
#[derive(Debug)]
pub struct Response {
    /// `200`, `4XX` or `default`.
    pub key: StatusKey,
    /// Its pointer in the document.
    pub pointer: String,
    /// The clause of the status.
    pub status: Option<ClauseIx>,
    /// The clause of the media type; absent where no content is documented.
    pub content_type: Option<ClauseIx>,
    /// The clause that the body arrives whole.
    pub complete: ClauseIx,
    /// The clauses of JSON syntax and unique keys; absent where no JSON is documented.
    pub json: Option<(ClauseIx, ClauseIx)>,
    /// The documented headers, `Content-Type` left out.
    pub headers: Vec<Header>,
    /// The documented media types.
    pub content: Vec<Media>,
}

/// One method and path.
#[derive(Debug)]
pub struct Operation {
    /// The beginning of its clause ids: the battery's alias, else the operationId, else method and path.
    pub id: Arc<str>,
    /// The `operationId`, where there is one.
    pub operation_id: Option<String>,
    /// Upper-case.
    pub method: String,
    /// The path template.
    pub path: String,
    /// Its pointer in the document.
    pub pointer: String,
    /// Its line and column.
    pub mark: Mark,
    /// Declared parameters, those of the path item included.
    pub parameters: Vec<Parameter>,
    /// Credentials.
    pub security: Security,
    /// Responses in the order of the document.
    pub responses: Vec<Response>,
    /// The info clause that a status is a documented one.
    pub undocumented: ClauseIx,
}

impl Operation {
    /// The response documented for a status: the status itself, else its range, else `default`.
    pub fn response(&self, status: u16) -> Option<&Response> {
        let find = |key: StatusKey| self.responses.iter().find(|response| response.key == key);
        find(StatusKey::Exact(status))
            .or_else(|| find(StatusKey::Range(status / 100)))
            .or_else(|| find(StatusKey::Default))
    }
}
