//! The pure core behind axum: keeps the time and the counters, and sends.
//! Every answer goes through [`respond`] and the hook, so no answer can lack what all answers must have.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Instant, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue, StatusCode};

use super::auth::Credentials;
use super::config::MockConfig;
use super::quota::{Quota, Window};
use super::reply::{Reply, SeenRequest};
use super::request::IncomingRequest;
use super::respond::{Moment, respond};

/// The service; `origin` is what links are written with when a request names no host.
pub(super) fn app(config: MockConfig, origin: String) -> Router {
    // One fallback and no routes, so that unknown paths and methods get the contract's error body as well.
    Router::new()
        .fallback(answer)
        .with_state(Arc::new(Shared::new(config, origin)))
}

/// What all connections share.
struct Shared {
    config: MockConfig,
    origin: String,
    ids: RequestIds,
    started: Instant,
    window: Mutex<Window>,
}

impl Shared {
    fn new(config: MockConfig, origin: String) -> Self {
        Self {
            window: Mutex::new(Window::new(config.limit)),
            config,
            origin,
            ids: RequestIds::new(),
            started: Instant::now(),
        }
    }

    fn quota(&self) -> Quota {
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        window.take(self.started.elapsed())
    }

    fn moment(&self, credentials: Credentials) -> Moment {
        Moment {
            request_id: self.ids.next(),
            error_id: self.ids.next(),
            quota: credentials.are_known().then(|| self.quota()),
        }
    }
}

/// Ids in the form of a UUID (version 8 of RFC 9562): when the server started, and a counter.
struct RequestIds {
    started: u128,
    count: AtomicU64,
}

impl RequestIds {
    fn new() -> Self {
        let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Self {
            started: since_epoch.map_or(0, |elapsed| elapsed.as_nanos()),
            count: AtomicU64::new(1),
        }
    }

    fn next(&self) -> String {
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let (high, middle, low) = (self.started >> 28, self.started >> 12, self.started);
        format!(
            "{:08x}-{:04x}-8{:03x}-8{:03x}-{:012x}",
            high & 0xffff_ffff,
            middle & 0xffff,
            low & 0xfff,
            count >> 48 & 0xfff,
            count & 0xffff_ffff_ffff
        )
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if !shared.config.latency.is_zero() {
        tokio::time::sleep(shared.config.latency).await;
    }
    let (head, _) = request.into_parts();
    let incoming = IncomingRequest::of(&head, &shared.origin);
    let moment = shared.moment(incoming.credentials);
    let mut reply = respond(&shared.config, &incoming, &moment);
    if let Some(edit) = &shared.config.edit {
        let seen = SeenRequest {
            method: incoming.method,
            target: incoming.target,
            credentials: incoming.credentials,
        };
        reply = edit(&seen, reply);
    }
    into_response(reply).unwrap_or_else(unsendable)
}

/// The reply as axum sends it, which computes the length and leaves out the body for HEAD.
fn into_response(reply: Reply) -> Result<Response, String> {
    let status = StatusCode::from_u16(reply.status)
        .ok()
        .filter(|status| !status.is_informational());
    let status = status.ok_or_else(|| format!("status {}", reply.status))?;
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = status;
    for (name, value) in reply.headers {
        let parsed = HeaderName::from_bytes(name.as_bytes())
            .ok()
            .zip(HeaderValue::from_bytes(value.as_bytes()).ok());
        let (name, value) = parsed.ok_or_else(|| format!("header {name:?}: {value:?}"))?;
        if name != CONTENT_LENGTH && name != TRANSFER_ENCODING {
            response.headers_mut().append(name, value);
        }
    }
    Ok(response)
}

/// A hook asked for what HTTP cannot say; to send something else unseen would fool its author.
fn unsendable(what: String) -> Response {
    let mut response = Response::new(Body::from(format!(
        "the reply hook made what cannot be sent: {what}\n"
    )));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn request_ids_look_like_uuids_and_never_repeat() {
        let ids = RequestIds::new();
        let mut seen = HashSet::new();
        for _ in 0..1000 {
            let id = ids.next();
            let groups: Vec<_> = id.split('-').map(str::len).collect();
            assert_eq!(groups, [8, 4, 4, 4, 12], "{id}");
            assert!(seen.insert(id));
        }
    }

    #[test]
    fn only_known_credentials_use_the_quota_up() {
        let config = MockConfig {
            limit: Some(1000),
            ..MockConfig::default()
        };
        let shared = Shared::new(config, String::new());
        assert_eq!(shared.moment(Credentials::None).quota, None);
        assert_eq!(shared.moment(Credentials::Wrong).quota, None);
        assert_eq!(
            shared
                .moment(Credentials::Restricted)
                .quota
                .unwrap()
                .remaining,
            999
        );
    }

    #[test]
    fn a_reply_is_sent_as_it_is_but_for_its_length() {
        let mut reply = Reply::empty(218);
        reply.set_header("Content-Length", "7");
        reply.set_header("transfer-encoding", "chunked");
        reply.set_header("X-Odd", "é");
        reply.headers.push(("X-Odd".to_owned(), "twice".to_owned()));
        let response = into_response(reply).unwrap();
        assert_eq!(response.status(), 218);
        let headers: Vec<_> = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()))
            .collect();
        assert_eq!(headers, [("x-odd", "é".as_bytes()), ("x-odd", b"twice")]);
    }

    #[test]
    fn a_reply_that_http_cannot_carry_is_named() {
        let with_header = |name: &str, value: &str| {
            let mut reply = Reply::empty(200);
            reply.set_header(name, value);
            into_response(reply)
                .map(|response| response.status())
                .unwrap_err()
        };
        assert_eq!(
            with_header("X-Odd", "a\r\nb"),
            r#"header "X-Odd": "a\r\nb""#
        );
        assert_eq!(with_header("X Odd", ""), r#"header "X Odd": """#);
        for status in [0, 99, 101, 1000] {
            let error = into_response(Reply::empty(status)).map(|_| ()).unwrap_err();
            assert_eq!(error, format!("status {status}"));
        }
        assert_eq!(unsendable(String::new()).status(), 500);
    }
}
