//! An operation of the contract: one method and path, with its parameters, security and documented responses.

use std::sync::Arc;

use super::clause::ClauseIx;
use super::header::Header;
use super::parameter::Parameter;
use super::request_body::{Media, RequestBody};
use super::security::{Security, SecurityScheme};
use super::subject::{In, Kind, Part, StatusKey, Subject};
use super::yaml::Mark;

/// What is said of a body as a whole, whatever its schema says.
const OF_THE_BODY: [&str; 3] = ["required", "json", "content-type"];

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
    /// The path template, as it is written.
    pub path: String,
    /// The same as it is sent: what a document writes behind `?` and `#` is no part of a path.
    pub sent_path: String,
    /// What is sent as the query with each request: pairs that the document writes behind the path, a template as well.
    pub sent_query: String,
    /// Where the path is written with a query or a fragment: the query parameters that tell this operation from others at
    /// its path, each with its values.
    pub told_by: Vec<(String, Vec<String>)>,
    /// Its pointer in the document.
    pub pointer: String,
    /// Its line and column.
    pub mark: Mark,
    /// Declared parameters, those of the path item included.
    pub parameters: Vec<Parameter>,
    /// What a required `Accept` header has for a value, the likeliest first.
    pub wanted: Vec<String>,
    /// The body of its requests, where one is declared.
    pub request_body: Option<RequestBody>,
    /// Credentials.
    pub security: Security,
    /// Responses in the order of the document.
    pub responses: Vec<Response>,
    /// The info clause that a status is a documented one; absent where the document speaks of no status at all.
    pub undocumented: Option<ClauseIx>,
}

impl Operation {
    /// Whether one of the globs means it: by its id, its operationId, or method and path.
    pub fn is_named(&self, globs: &[String]) -> bool {
        let written = format!("{} {}", self.method, self.path);
        let names = [
            Some(&*self.id),
            self.operation_id.as_deref(),
            Some(&*written),
        ];
        let fits = |glob: &str, name: &str| name == glob || glob_match::glob_match(glob, name);
        globs
            .iter()
            .any(|glob| names.iter().flatten().any(|name| fits(glob, name)))
    }

    /// Whether a parameter is where the credentials go; then they fill it.
    pub fn carries_credentials(&self, parameter: &Parameter) -> bool {
        let (location, own) = (parameter.location, &parameter.name);
        let mut schemes = self.security.requirements.iter().flatten();
        schemes.any(|used| match &used.scheme {
            SecurityScheme::HeaderKey(name) => {
                location == In::Header && name.eq_ignore_ascii_case(own)
            }
            SecurityScheme::QueryKey(name) => location == In::Query && name == own,
            SecurityScheme::CookieKey(name) => location == In::Cookie && name == own,
            _ => false,
        })
    }

    /// Whether a name in the query is that of a declared parameter, or of a member of one that is an object.
    pub fn takes_query(&self, name: &str) -> bool {
        let base = name.split('[').next().unwrap_or(name);
        let mut names = [name, base].into_iter();
        let spread = |one: &Parameter| {
            let root = one
                .schema
                .as_ref()
                .and_then(|body| body.shape.nodes.first());
            one.location == In::Query && root.is_some_and(|root| root.properties.contains_key(name))
        };
        names.any(|name| self.parameter(In::Query, name).is_some())
            || self.parameters.iter().any(spread)
    }

    /// The declared parameter of that name; headers are named in any letter case.
    pub fn parameter(&self, location: In, name: &str) -> Option<&Parameter> {
        let is_it = |one: &&Parameter| match location {
            In::Header => one.name.eq_ignore_ascii_case(name),
            _ => one.name == name,
        };
        let mut all = self.parameters.iter();
        all.find(|one| one.location == location && is_it(one))
    }

    /// Why a promise of a schema cannot be judged: the schema does not compile. `None` where it does, or nobody tried.
    pub(super) fn why_not_compiled(&self, subject: &Subject) -> Option<&str> {
        let is_of = |response: &&Response| Some(response.key) == subject.status;
        let responses = self.responses.iter().filter(is_of);
        let mut content: Box<dyn Iterator<Item = &Media>> = match (&subject.part, subject.kind()) {
            (Part::Body, Kind::Schema) => Box::new(responses.flat_map(|one| &one.content)),
            (Part::Header(name), Kind::HeaderSchema) => {
                let mut headers = responses.flat_map(|one| &one.headers);
                let header = headers.find(|header| header.name == *name)?;
                return header.schema.as_ref()?.1.why_not();
            }
            (Part::Parameter(location, name), _) if subject.keyword != "required" => {
                return self
                    .parameter(*location, name)?
                    .schema
                    .as_ref()?
                    .schema
                    .why_not();
            }
            (Part::RequestBody, _) if !OF_THE_BODY.contains(&subject.keyword) => {
                Box::new(self.request_body.iter().flat_map(|body| &body.content))
            }
            _ => return None,
        };
        content.find_map(|media| media.body.as_ref()?.schema.why_not())
    }

    /// The response documented for a status: the status itself, else its range, else `default`.
    pub fn response(&self, status: u16) -> Option<&Response> {
        let find = |key: StatusKey| self.responses.iter().find(|response| response.key == key);
        find(StatusKey::Exact(status))
            .or_else(|| find(StatusKey::Range(status / 100)))
            .or_else(|| find(StatusKey::Default))
    }
}
