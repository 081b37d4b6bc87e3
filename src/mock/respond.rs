//! The pure core: a request in, a reply out.
//! It reads no clock and keeps no state, and answers whatever it is asked without a panic.

use super::auth::Credentials;
use super::config::MockConfig;
use super::data::Collection;
use super::errors::Refusal;
use super::page::Page;
use super::quota::Quota;
use super::reply::Reply;
use super::request::{IncomingRequest, decode_id};
use super::token;

/// What only the server knows about the moment of a request.
#[derive(Clone, Debug)]
pub struct Moment {
    /// The `X-Request-Id`, never used before.
    pub request_id: String,
    /// The id of the error object, if there will be one; never used before.
    pub error_id: String,
    /// What the rate limit says; `None` for a request that does not count, because its credentials are not known.
    pub quota: Option<Quota>,
}

/// Answers a request: whether it can be one first, then path and method, then who asks, then the rate limit, then the parameters.
///
/// The body is there for HEAD as well; the server leaves it out when it sends.
pub fn respond(config: &MockConfig, request: &IncomingRequest<'_>, moment: &Moment) -> Reply {
    let refused = |refusal: Refusal| refusal.into_reply(&moment.error_id);
    let mut reply = answer(config, request, moment).unwrap_or_else(refused);
    if let (200 | 429, Some(quota)) = (reply.status, moment.quota) {
        quota.write_headers(&mut reply);
    }
    reply.set_header("X-Request-Id", moment.request_id.as_str());
    reply
}

fn answer(
    config: &MockConfig,
    request: &IncomingRequest<'_>,
    moment: &Moment,
) -> Result<Reply, Refusal> {
    if !request.names_its_host {
        return Err(Refusal::HOST);
    }
    let plugin = request.plugin_segment().ok_or(Refusal::UNKNOWN_PATH)?;
    if !matches!(request.method, "GET" | "HEAD") {
        return Err(Refusal::METHOD);
    }
    match request.credentials {
        Credentials::None => return Err(Refusal::NO_CREDENTIALS),
        Credentials::Wrong => return Err(Refusal::WRONG_CREDENTIALS),
        Credentials::Full | Credentials::Restricted => {}
    }
    if let Some(quota) = moment.quota.filter(|quota| !quota.admitted) {
        let mut reply = Reply::empty(429);
        reply.set_header("Retry-After", quota.reset_seconds.to_string());
        return Ok(reply);
    }
    if request.wants_failure {
        return Err(Refusal::ON_REQUEST);
    }
    if request.credentials == Credentials::Restricted {
        return Err(Refusal::RESTRICTED_KEY);
    }
    page(config, request, plugin)
}

fn page(
    config: &MockConfig,
    request: &IncomingRequest<'_>,
    plugin: &str,
) -> Result<Reply, Refusal> {
    let plugin = decode_id(plugin).ok_or(Refusal::BAD_PLUGIN)?;
    let environment = request
        .parameter("environment")?
        .ok_or(Refusal::missing("environment"))?;
    if environment.is_empty() {
        return Err(Refusal::invalid(
            "environment",
            "The environment must not be empty.",
        ));
    }
    let collection =
        Collection::find(&plugin, &environment, config.items).ok_or(Refusal::UNKNOWN_PLUGIN)?;
    let offset = match request.parameter("page_token")? {
        None => 0,
        Some(sent) => token::read(&plugin, &environment, &sent)
            .filter(|offset| *offset < collection.len)
            .ok_or(Refusal::invalid(
                "page_token",
                "The page token was not made for this collection.",
            ))?,
    };
    let page = Page {
        collection,
        origin: &request.origin,
        offset,
        size: config.page_size.max(1) as u64,
    };
    Ok(Reply::json(200, page.to_json()))
}

#[cfg(test)]
mod tests {
    use super::super::data::{ENVIRONMENT, OTHER_ENVIRONMENT, OTHER_PLUGIN_ID, PLUGIN_ID};
    use super::*;
    use serde_json::Value;

    const ADMITTED: Quota = Quota {
        limit: 5,
        remaining: 4,
        reset_seconds: 1,
        admitted: true,
    };

    fn request(target: &str) -> IncomingRequest<'_> {
        IncomingRequest {
            names_its_host: true,
            method: "GET",
            target,
            origin: "http://127.0.0.1:9".to_owned(),
            credentials: Credentials::Full,
            wants_failure: false,
        }
    }

    fn reply_to(request: &IncomingRequest<'_>, quota: Quota) -> Reply {
        let moment = Moment {
            request_id: "request-1".to_owned(),
            error_id: "error-1".to_owned(),
            quota: request.credentials.are_known().then_some(quota),
        };
        let reply = respond(&MockConfig::default(), request, &moment);
        assert_eq!(
            reply.header("X-Request-Id"),
            Some("request-1"),
            "{}",
            request.target
        );
        let announces = reply.header("X-RateLimit-Remaining").is_some();
        assert_eq!(
            announces,
            matches!(reply.status, 200 | 429),
            "{}",
            request.target
        );
        if reply.status != 429 {
            assert_eq!(reply.header("Content-Type"), Some("application/json"));
            let body: Value = serde_json::from_slice(&reply.body).unwrap();
            let errors = body["errors"].as_array().map_or(0, Vec::len);
            assert_eq!(errors, usize::from(reply.status != 200));
            if errors > 0 {
                assert_eq!(body["errors"][0]["status"], reply.status.to_string());
                assert_eq!(body["errors"][0]["id"], "error-1");
            }
        }
        reply
    }

    fn versions(query: &str) -> String {
        format!("/ccpm/v1/plugins/{PLUGIN_ID}/versions{query}")
    }

    #[test]
    fn every_target_has_its_status() {
        let token = token::write(PLUGIN_ID, ENVIRONMENT, 10);
        let beyond = token::write(PLUGIN_ID, ENVIRONMENT, 25);
        let long = "x".repeat(256);
        let other =
            |plugin: &str| format!("/ccpm/v1/plugins/{plugin}/versions?environment={ENVIRONMENT}");
        for (target, status) in [
            (versions(&format!("?environment={ENVIRONMENT}")), 200),
            (
                versions(&format!("?environment={ENVIRONMENT}&page_token={token}")),
                200,
            ),
            (
                versions(&format!(
                    "?environment={ENVIRONMENT}&unknown=1&page_size=x&page_size=y"
                )),
                200,
            ),
            (versions("?environment=env-unknown"), 200),
            (versions("?environment=%22%27%25"), 200),
            (other(OTHER_PLUGIN_ID), 200),
            (versions(""), 400),
            (versions("?"), 400),
            (versions("?environment"), 400),
            (versions("?environment="), 400),
            (versions("?environment=%FF"), 400),
            (versions("?environment=%00"), 400),
            (versions(&format!("?environment={long}")), 400),
            (
                versions(&format!("?environment={ENVIRONMENT}&page_token=")),
                400,
            ),
            (
                versions(&format!("?environment={ENVIRONMENT}&page_token=made-up")),
                400,
            ),
            (
                versions(&format!("?environment={ENVIRONMENT}&page_token={beyond}")),
                400,
            ),
            (
                versions(&format!(
                    "?environment={OTHER_ENVIRONMENT}&page_token={token}"
                )),
                400,
            ),
            (other(&long), 400),
            (other("%FF"), 400),
            (other("%0d%0a"), 400),
            (other("ccp-unknown"), 403),
            (other("%zz"), 403),
            (other(".."), 403),
            ("/".to_owned(), 404),
            (String::new(), 404),
            (other(""), 404),
        ] {
            assert_eq!(
                reply_to(&request(&target), ADMITTED).status,
                status,
                "{target}"
            );
        }
    }

    #[test]
    fn the_missing_parameter_is_named() {
        let reply = reply_to(&request(&versions("")), ADMITTED);
        let body: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(body["errors"][0]["source"]["parameter"], "environment");
    }

    #[test]
    fn who_asks_comes_before_what_is_asked() {
        for target in [
            versions(""),
            versions("?environment="),
            versions(&format!("?environment={ENVIRONMENT}")),
        ] {
            for (credentials, status) in [
                (Credentials::None, 401),
                (Credentials::Wrong, 401),
                (Credentials::Restricted, 403),
            ] {
                let mut request = request(&target);
                request.credentials = credentials;
                let reply = reply_to(&request, ADMITTED);
                assert_eq!(reply.status, status, "{target}");
                assert_eq!(reply.header("WWW-Authenticate").is_some(), status == 401);
            }
        }
    }

    #[test]
    fn an_exhausted_window_is_answered_429_to_known_keys_only() {
        let exhausted = Quota {
            remaining: 0,
            admitted: false,
            ..ADMITTED
        };
        let target = versions(&format!("?environment={ENVIRONMENT}"));
        let mut request = request(&target);
        let reply = reply_to(&request, exhausted);
        assert_eq!((reply.status, reply.body.len()), (429, 0));
        assert_eq!(reply.header("Retry-After"), Some("1"));
        assert_eq!(reply.header("X-RateLimit-Remaining"), Some("0"));
        request.credentials = Credentials::Wrong;
        assert_eq!(reply_to(&request, exhausted).status, 401);
    }

    #[test]
    fn head_is_get_and_other_methods_are_refused() {
        let target = versions(&format!("?environment={ENVIRONMENT}"));
        let mut request = request(&target);
        let got = reply_to(&request, ADMITTED);
        request.method = "HEAD";
        assert_eq!(reply_to(&request, ADMITTED), got);
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "get", "BREW"] {
            request.method = method;
            let reply = reply_to(&request, ADMITTED);
            assert_eq!(
                (reply.status, reply.header("Allow")),
                (405, Some("GET, HEAD")),
                "{method}"
            );
        }
    }

    #[test]
    fn a_failure_can_be_asked_for_by_known_keys_only() {
        let target = versions("");
        let mut request = request(&target);
        request.wants_failure = true;
        assert_eq!(reply_to(&request, ADMITTED).status, 500);
        request.credentials = Credentials::None;
        assert_eq!(reply_to(&request, ADMITTED).status, 401);
    }

    #[test]
    fn an_unchecked_configuration_does_not_panic() {
        let target = versions(&format!("?environment={ENVIRONMENT}"));
        let config = MockConfig {
            items: u64::MAX,
            page_size: 0,
            ..MockConfig::default()
        };
        let moment = Moment {
            request_id: "r".to_owned(),
            error_id: "e".to_owned(),
            quota: None,
        };
        assert_eq!(respond(&config, &request(&target), &moment).status, 200);
    }
}
