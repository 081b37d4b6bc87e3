//! The refusals of the reference server and their bodies, in the contract's `Failure` shape.
//! A refusal's text is fixed: nothing a client sent is ever echoed.

use serde::Serialize;

use super::reply::Reply;

/// Why a request is not answered with a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: u16,
    code: &'static str,
    title: &'static str,
    detail: &'static str,
    parameter: Option<&'static str>,
    header: Option<(&'static str, &'static str)>,
}

impl Refusal {
    pub(super) const UNKNOWN_PATH: Self = Self::new(
        404,
        "path_not_found",
        "Path Not Found",
        "The reference server serves GET /ccpm/v1/plugins/{plugin_id}/versions only.",
    );
    pub(super) const HOST: Self = Self::new(
        400,
        "invalid_host",
        "Invalid Host",
        "A request must have one Host header (RFC 9112, section 3.2).",
    );
    pub(super) const METHOD: Self = Self {
        header: Some(("Allow", "GET, HEAD")),
        ..Self::new(
            405,
            "method_not_allowed",
            "Method Not Allowed",
            "The reference server only reads: send GET or HEAD.",
        )
    };
    pub(super) const NO_CREDENTIALS: Self = Self {
        header: Some((
            "WWW-Authenticate",
            r#"Basic error="invalid_key", error_description="No API key was sent""#,
        )),
        ..Self::unauthenticated("Send an API key and its secret with HTTP Basic authentication.")
    };
    pub(super) const WRONG_CREDENTIALS: Self = Self {
        header: Some((
            "WWW-Authenticate",
            r#"Basic error="invalid_key", error_description="The API key or its secret is not valid""#,
        )),
        ..Self::unauthenticated("The API key or its secret is not valid.")
    };
    pub(super) const RESTRICTED_KEY: Self =
        Self::forbidden("This API key may not list plugin versions.");
    /// The contract declares no 404, and the vendor hides whether an id exists.
    pub(super) const UNKNOWN_PLUGIN: Self =
        Self::forbidden("The plugin does not exist, or this API key may not see it.");
    pub(super) const BAD_PLUGIN: Self = Self::new(
        400,
        "invalid_parameter",
        "Invalid Parameter",
        "The plugin_id in the path must be UTF-8 text of at most 255 characters without control characters.",
    );
    pub(super) const ON_REQUEST: Self = Self::new(
        500,
        "internal_error",
        "Internal Server Error",
        "This failure was asked for with the header X-Mock-Status.",
    );

    /// A query parameter that must be there is not.
    pub(super) const fn missing(parameter: &'static str) -> Self {
        Self {
            parameter: Some(parameter),
            ..Self::new(
                400,
                "missing_parameter",
                "Missing Parameter",
                "A required query parameter is missing.",
            )
        }
    }

    /// A query parameter is there, but cannot be used.
    pub(super) const fn invalid(parameter: &'static str, detail: &'static str) -> Self {
        Self {
            parameter: Some(parameter),
            ..Self::new(400, "invalid_parameter", "Invalid Parameter", detail)
        }
    }

    /// The reply, its one error known by `error_id`.
    pub(super) fn into_reply(self, error_id: &str) -> Reply {
        let failure = Failure {
            errors: [Error {
                id: error_id,
                status: self.status.to_string(),
                code: self.code,
                title: self.title,
                detail: self.detail,
                // A reference shows every documented property, also where there is little to say.
                source: Source {
                    pointer: "",
                    parameter: self.parameter.unwrap_or_default(),
                },
                error_code: u32::from(self.status) * 100,
                message: self.parameter.is_some().then_some(self.detail),
            }],
        };
        let body = serde_json::to_vec(&failure).expect("a struct of strings always serializes");
        let mut reply = Reply::json(self.status, body);
        if let Some((name, value)) = self.header {
            reply.set_header(name, value);
        }
        reply
    }

    const fn new(
        status: u16,
        code: &'static str,
        title: &'static str,
        detail: &'static str,
    ) -> Self {
        Self {
            status,
            code,
            title,
            detail,
            parameter: None,
            header: None,
        }
    }

    const fn unauthenticated(detail: &'static str) -> Self {
        Self::new(
            401,
            "user_unauthenticated",
            "Authentication Required",
            detail,
        )
    }

    const fn forbidden(detail: &'static str) -> Self {
        Self::new(403, "user_unauthorized", "User Access Unauthorized", detail)
    }
}

#[derive(Serialize)]
struct Failure<'a> {
    errors: [Error<'a>; 1],
}

#[derive(Serialize)]
struct Error<'a> {
    id: &'a str,
    status: String,
    code: &'a str,
    title: &'a str,
    detail: &'a str,
    source: Source,
    error_code: u32,
    message: Option<&'a str>,
}

#[derive(Serialize)]
struct Source {
    pointer: &'static str,
    parameter: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn a_body_is_the_contracts_failure() {
        let reply = Refusal::missing("environment").into_reply("an-id");
        assert_eq!(reply.status, 400);
        assert_eq!(reply.header("Content-Type"), Some("application/json"));
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        let expected = json!({"errors": [{
            "id": "an-id", "status": "400", "code": "missing_parameter", "title": "Missing Parameter",
            "detail": "A required query parameter is missing.",
            "source": {"pointer": "", "parameter": "environment"},
            "error_code": 40_000, "message": "A required query parameter is missing.",
        }]});
        assert_eq!(body, expected);
    }

    #[test]
    fn source_names_no_parameter_where_no_query_parameter_is_to_blame() {
        for refusal in [
            Refusal::UNKNOWN_PLUGIN,
            Refusal::BAD_PLUGIN,
            Refusal::ON_REQUEST,
        ] {
            let body: Value = serde_json::from_slice(&refusal.into_reply("x").body).unwrap();
            assert_eq!(
                body["errors"][0]["status"],
                json!(refusal.status.to_string())
            );
            assert_eq!(body["errors"][0]["source"]["parameter"], "");
        }
    }

    #[test]
    fn every_401_carries_a_challenge_and_every_405_an_allow() {
        for refusal in [Refusal::NO_CREDENTIALS, Refusal::WRONG_CREDENTIALS] {
            let reply = refusal.into_reply("x");
            let challenge = reply.header("WWW-Authenticate").unwrap();
            assert_eq!(reply.status, 401);
            assert!(challenge.starts_with(r#"Basic error="invalid_key", error_description=""#));
        }
        assert_eq!(
            Refusal::METHOD.into_reply("x").header("Allow"),
            Some("GET, HEAD")
        );
    }
}
