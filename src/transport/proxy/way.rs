//! How one request goes on, and its answer back, each to the byte as it came; with a copy of both for whoever judges.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, EXPECT, PROXY_AUTHORIZATION, UPGRADE};
use http::{HeaderValue, Method, Request, Response, StatusCode, Version};
use http_body_util::{BodyExt as _, Empty, Full};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;

use super::Pass;
use super::early::Early;
use super::heads::{back, interim, onward, pairs};
use super::held::{Leave, held};
use super::link::{Link, Onward, Route};
use super::sink::{Passed, Sink};
use super::tee::{Copy, Tee};
use crate::exchange::traffic::{Lacks, Seen, Sent, Unanswered};
use crate::exchange::{Answer, BodyEnd, Payload};

/// An answer on its way to the client.
pub(super) type Reply = Response<Pass>;

/// How requests go on.
pub(super) struct Way {
    pub(super) route: Route,
    /// The upstream, as it is shown and without a slash at its end.
    pub(super) upstream: String,
    /// What it is called.
    pub(super) host: HeaderValue,
    pub(super) max_body: u64,
    pub(super) sink: Sink,
}

/// What is known of an exchange on its way, to be handed over once.
struct Passing {
    seen: Option<Seen>,
    began: Instant,
    has_body: bool,
    sent: Copy,
    sink: Sink,
    leave: Option<Leave>,
    /// Why there is no answer, where none comes.
    unanswered: Unanswered,
}

impl Way {
    /// Passes one request on.
    pub(super) async fn pass(
        &self,
        mut request: Request<Incoming>,
        link: &mut Link,
        early: &Early,
        peer: SocketAddr,
    ) -> Reply {
        let is_other = request.uri().authority().is_some() || request.method() == Method::CONNECT;
        let target = self.route.target(request.uri()).ok();
        let Some(target) = target.filter(|_| !is_other) else {
            let why = "this proxy serves one upstream only: ask for a path, not for a URL\n";
            return said(StatusCode::FORBIDDEN, why.to_owned());
        };
        let is_upgrade = request.headers().contains_key(UPGRADE);
        let client_side = is_upgrade.then(|| hyper::upgrade::on(&mut request));
        let knows_early = request.version() == Version::HTTP_11;
        let (mut passing, request) = self.begin(request, target, peer);
        let request = told(
            request,
            passing.leave.clone(),
            knows_early.then(|| early.clone()),
        );
        let answer = early.during(link.send(&self.route, request)).await;
        let answer = match answer {
            Ok(answer) => answer,
            Err(why) => {
                passing.unanswered = Unanswered::Unreachable;
                let why = format!("no answer from the upstream {}: {why}\n", self.upstream);
                return said(StatusCode::BAD_GATEWAY, why);
            }
        };
        if let Some(leave) = &passing.leave {
            leave.answered();
        }
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            passing.unanswered = Unanswered::Upgraded;
            return switched(answer, client_side);
        }
        let (mut head, body) = answer.into_parts();
        let shown = pairs(&head.headers);
        let status = head.status.as_u16();
        head.headers = back(&head.headers);
        head.version = Version::HTTP_11;
        let came = Copy::new(self.max_body, self.sink.room.clone());
        let kept = came.clone();
        // Such an answer may say how long the body of another one is.
        let says_length = matches!(status, 204 | 304) && head.headers.contains_key(CONTENT_LENGTH);
        let done = move || passing.done(status, shown, &kept);
        let body = Tee::new(body, came, done);
        let body = match says_length {
            true => body.of_unsaid_length().boxed_unsync(),
            false => body.boxed_unsync(),
        };
        Response::from_parts(head, body)
    }

    /// What is sent to the upstream, and what is known of it.
    fn begin(
        &self,
        request: Request<Incoming>,
        target: http::Uri,
        peer: SocketAddr,
    ) -> (Passing, Onward) {
        let (mut head, body) = request.into_parts();
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        let slash = if path.starts_with('/') { "" } else { "/" };
        let has_body = !body.is_end_stream();
        let mut passing = Passing {
            seen: Some(Seen {
                started: String::new(),
                method: head.method.to_string(),
                url: format!("{}{slash}{path}", self.upstream),
                headers: pairs(&head.headers),
                body: Sent::Nothing,
                lacks: Lacks::default(),
                answer: Err(Unanswered::Missing),
                took: std::time::Duration::ZERO,
            }),
            began: Instant::now(),
            has_body,
            sent: Copy::new(self.max_body, self.sink.room.clone()),
            sink: self.sink.clone(),
            leave: None,
            unanswered: Unanswered::Missing,
        };
        let waits = head.headers.get(EXPECT).map(HeaderValue::as_bytes);
        let waits = waits.is_some_and(|value| value.eq_ignore_ascii_case(b"100-continue"));
        head.headers = onward(&head.headers, &self.host, peer);
        head.version = Version::HTTP_11;
        head.uri = target;
        if let Some(basic) = self.route.shown_to_proxy() {
            head.headers.insert(PROXY_AUTHORIZATION, basic.clone());
        }
        let body = match (has_body, waits) {
            (false, _) => Empty::new().map_err(|never| match never {}).boxed_unsync(),
            (true, false) => Tee::new(body, passing.sent.clone(), || {}).boxed_unsync(),
            (true, true) => {
                let (body, leave) = held(Tee::new(body, passing.sent.clone(), || {}));
                passing.leave = Some(leave);
                body.boxed_unsync()
            }
        };
        (passing, Request::from_parts(head, body))
    }
}

impl Passing {
    /// The answer is through: hands it over.
    fn done(mut self, status: u16, headers: Vec<(String, String)>, came: &Copy) {
        let Some(mut seen) = self.seen.take() else {
            return;
        };
        seen.body = match (self.has_body, self.sent.whole()) {
            (false, _) => Sent::Nothing,
            (true, Ok(bytes)) => Sent::Body(Payload {
                media_type: header(&seen.headers, "content-type"),
                bytes: Arc::new(bytes),
            }),
            (true, Err(_)) => Sent::Unknown,
        };
        let has_none = seen.method == "HEAD" || matches!(status, 204 | 304);
        let (body, end) = match came.whole() {
            Ok(bytes) => (bytes, BodyEnd::Complete),
            Err(_) if has_none => (Vec::new(), BodyEnd::Complete),
            Err(end) => (Vec::new(), end),
        };
        seen.answer = Ok(Answer {
            status,
            headers,
            body: Arc::new(body),
            end,
        });
        seen.took = self.began.elapsed();
        self.sink.hand_over(Passed::Seen(Box::new(seen)));
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        if let Some(leave) = &self.leave {
            leave.over();
        }
        if self.seen.is_some() {
            self.sink.hand_over(Passed::Lost(self.unanswered));
        }
    }
}

/// A request whose answers before the answer are heard.
fn told(mut request: Onward, leave: Option<Leave>, early: Option<Early>) -> Onward {
    hyper::ext::on_informational(&mut request, move |answer| {
        match (answer.status(), &leave, &early) {
            // The server that hyper is asks the client for the body when it is wanted.
            (StatusCode::CONTINUE, Some(leave), _) => leave.wanted(),
            (StatusCode::CONTINUE, None, _) => {}
            (status, _, Some(early)) => early.say(&interim(status, answer.headers())),
            (_, _, None) => {}
        }
    });
    request
}

/// Ties both sides of a connection that became one of another protocol together.
fn switched(mut answer: Response<Incoming>, client: Option<OnUpgrade>) -> Reply {
    let upstream = hyper::upgrade::on(&mut answer);
    if let Some(client) = client {
        tokio::spawn(async move {
            if let (Ok(client), Ok(upstream)) = (client.await, upstream.await) {
                let (mut client, mut upstream) = (TokioIo::new(client), TokioIo::new(upstream));
                drop(tokio::io::copy_bidirectional(&mut client, &mut upstream).await);
            }
        });
    }
    answer.map(|_| Empty::new().map_err(|never| match never {}).boxed_unsync())
}

fn said(status: StatusCode, text: String) -> Reply {
    let body = Full::new(Bytes::from(text)).map_err(|never| match never {});
    let mut reply = Response::new(body.boxed_unsync());
    *reply.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    reply.headers_mut().insert(CONTENT_TYPE, plain);
    reply
}

fn header(headers: &[(String, String)], name: &str) -> String {
    let mut all = headers.iter().filter(|(known, _)| known == name);
    let value = all.next().map(|(_, value)| value.clone());
    value.unwrap_or_default()
}
