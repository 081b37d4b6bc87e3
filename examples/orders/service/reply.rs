//! A reply before it is sent: status, headers and a JSON body, and the one shape of every refusal (RFC 9457).

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

/// What is answered.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Reply {
    /// A JSON answer.
    pub fn json(status: u16, body: &Value) -> Self {
        Reply::typed(status, "application/json", body)
    }

    /// An answer without a body.
    pub fn empty(status: u16) -> Self {
        Reply {
            status,
            headers: Vec::new(),
            body: String::new(),
        }
    }

    /// A refusal.
    pub fn problem(status: u16, detail: &str) -> Self {
        Reply::typed(status, PROBLEM, &problem(status, detail))
    }

    /// A refusal that lacks the member `type`, which the contract requires.
    pub fn problem_without_type(status: u16, detail: &str) -> Self {
        let mut body = problem(status, detail);
        if let Some(members) = body.as_object_mut() {
            members.shift_remove("type");
        }
        Reply::typed(status, PROBLEM, &body)
    }

    /// A refusal of values: each with where it stands and what is wrong with it.
    pub fn invalid(errors: &[(String, String)]) -> Self {
        let mut body = problem(422, "Some values do not fit; see errors.");
        body["errors"] = errors
            .iter()
            .map(|(at, detail)| json!({ "at": at, "detail": detail }))
            .collect();
        Reply::typed(422, PROBLEM, &body)
    }

    /// The same with one more header.
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        self.headers.push((name, value));
        self
    }

    /// The same as axum sends it.
    pub fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        // The service writes all of these itself, so a status or a header that is none is a mistake in this example.
        let Ok(status) = StatusCode::from_u16(self.status) else {
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        };
        *response.status_mut() = status;
        for (name, value) in self.headers {
            let Ok(value) = HeaderValue::from_str(&value) else {
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            };
            let name = HeaderName::from_static(name);
            response.headers_mut().append(name, value);
        }
        response
    }

    fn typed(status: u16, media_type: &str, body: &Value) -> Self {
        Reply {
            status,
            headers: vec![("content-type", media_type.to_owned())],
            body: body.to_string(),
        }
    }
}

const PROBLEM: &str = "application/problem+json";

fn problem(status: u16, detail: &str) -> Value {
    let (name, title) = match status {
        400 => ("bad-request", "Bad request"),
        401 => ("unauthorized", "Unauthorized"),
        404 => ("not-found", "Not found"),
        405 => ("method-not-allowed", "Method not allowed"),
        409 => ("conflict", "Conflict"),
        413 => ("too-large", "Content too large"),
        415 => ("media-type", "Unsupported media type"),
        422 => ("invalid", "Unprocessable content"),
        _ => ("failed", "Internal server error"),
    };
    json!({
        "type": format!("https://orders.example/problems/{name}"),
        "title": title,
        "status": status,
        "detail": detail,
    })
}
