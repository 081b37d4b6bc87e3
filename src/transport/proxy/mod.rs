//! A proxy in front of one upstream: every request goes on as it came, and a copy of what passed is handed to whoever
//! judges it. The copy is made beside the stream; nothing waits for it.

mod tee;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use http::header::{CONNECTION, FORWARDED, HOST, UPGRADE};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::mpsc::UnboundedSender;
use url::Url;

use super::client;
use super::config::{LiveConfig, TransportError};
use crate::exchange::traffic::{Lacks, Seen, Sent, Unanswered};
use crate::exchange::{Answer, BodyEnd, Payload};
use tee::{Copy, Tee};

/// So many bytes of what passed may wait to be judged; what comes on top is not judged.
const WAITING: usize = 64 * 1024 * 1024;

/// The headers of one connection, which are never passed on (RFC 9110, section 7.6.1).
const HOP_BY_HOP: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

type Error = Box<dyn std::error::Error + Send + Sync>;
type Reply = Response<BoxBody<Bytes, Error>>;

/// Something that passed.
#[derive(Debug)]
pub enum Passed {
    /// An exchange.
    Seen(Box<Seen>),
    /// One that could not be kept, and why.
    Lost(Unanswered),
    /// Nothing, but time went by.
    Beat,
    /// Nothing comes any more.
    End,
}

/// What waits to be judged.
#[derive(Debug, Clone)]
pub struct Sink {
    to: UnboundedSender<Passed>,
    waiting: Arc<AtomicUsize>,
}

impl Sink {
    /// One that hands over to `to`.
    pub fn new(to: UnboundedSender<Passed>) -> Sink {
        Sink {
            to,
            waiting: Arc::default(),
        }
    }

    /// Says that nothing comes any more.
    pub fn close(&self) {
        drop(self.to.send(Passed::End));
    }

    /// Says that time goes by.
    pub fn beat(&self) {
        drop(self.to.send(Passed::Beat));
    }

    /// Says that something was taken.
    pub fn taken(&self, passed: &Passed) {
        self.waiting.fetch_sub(size(passed), Ordering::Relaxed);
    }

    fn hand_over(&self, passed: Passed) {
        let more = size(&passed);
        let passed = match self.waiting.fetch_add(more, Ordering::Relaxed) + more > WAITING {
            true => {
                self.waiting.fetch_sub(more, Ordering::Relaxed);
                Passed::Lost(Unanswered::Dropped)
            }
            false => passed,
        };
        // Nobody judges any more once the program ends.
        drop(self.to.send(passed));
    }
}

fn size(passed: &Passed) -> usize {
    let Passed::Seen(seen) = passed else { return 0 };
    let answered = seen.answer.as_ref().map_or(0, |answer| answer.body.len());
    let sent = match &seen.body {
        Sent::Body(payload) => payload.bytes.len(),
        Sent::Nothing | Sent::Unknown => 0,
    };
    answered + sent
}

/// A proxy that listens on the loopback interface.
pub struct Proxy {
    listener: TcpListener,
    way: Arc<Way>,
}

/// How requests go on.
struct Way {
    client: reqwest::Client,
    upstream: Url,
    max_body: u64,
    sink: Sink,
}

impl Proxy {
    /// Listens on that port of the loopback interface; 0 takes a free one.
    ///
    /// # Errors
    /// The port is taken, or the client cannot be set up.
    pub async fn bind(port: u16, config: &LiveConfig, sink: Sink) -> Result<Proxy, TransportError> {
        let is_https = config.base_url.scheme() == "https";
        let builder = client::builder(config, is_https)?.http1_only();
        let client = client::built(builder)?;
        let listener = TcpListener::bind(("127.0.0.1", port));
        let listener = listener
            .await
            .map_err(|error| TransportError::port(port, &error))?;
        Ok(Proxy {
            listener,
            way: Arc::new(Way {
                client,
                upstream: config.base_url.clone(),
                max_body: config.max_body,
                sink,
            }),
        })
    }

    /// Where it listens.
    ///
    /// # Errors
    /// The operating system does not say.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Passes on what comes, until it is dropped.
    pub async fn serve(&self) -> Infallible {
        loop {
            let Ok((stream, peer)) = self.listener.accept().await else {
                tokio::time::sleep(std::time::Duration::from_millis(10)).await;
                continue;
            };
            drop(stream.set_nodelay(true));
            let way = Arc::clone(&self.way);
            let service = service_fn(move |request| {
                let way = Arc::clone(&way);
                async move { Ok::<_, Infallible>(way.pass(request, peer).await) }
            });
            tokio::spawn(
                hyper::server::conn::http1::Builder::new()
                    .preserve_header_case(true)
                    .serve_connection(TokioIo::new(stream), service)
                    .with_upgrades(),
            );
        }
    }
}

impl Way {
    /// Passes one request on.
    async fn pass(&self, mut request: Request<Incoming>, peer: SocketAddr) -> Reply {
        if request.uri().authority().is_some() || request.method() == Method::CONNECT {
            let why = "this proxy serves one upstream only: ask for a path, not for a URL\n";
            return said(StatusCode::FORBIDDEN, why.to_owned());
        }
        let began = Instant::now();
        let path = request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str());
        let base = self.upstream.as_str().trim_end_matches('/');
        let url = format!("{base}{path}");
        let upgrade = request.headers().get(UPGRADE).cloned();
        let client_side = upgrade.as_ref().map(|_| hyper::upgrade::on(&mut request));
        let (head, body) = request.into_parts();
        let mut seen = Seen {
            started: String::new(),
            method: head.method.to_string(),
            url: url.clone(),
            headers: pairs(&head.headers),
            body: Sent::Nothing,
            lacks: Lacks::default(),
            answer: Err(Unanswered::Missing),
            took: std::time::Duration::ZERO,
        };
        let mut headers = passed_on(&head.headers);
        forwarded(&mut headers, &head.headers, peer);
        if let Some(protocol) = upgrade {
            headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
            headers.insert(UPGRADE, protocol);
        }
        let copy = Copy::new(self.max_body);
        let mut onward = self.client.request(head.method, url).headers(headers);
        let has_body = !body.is_end_stream();
        if has_body {
            onward = onward.body(reqwest::Body::wrap(Tee::new(body, copy.clone(), || {})));
        }
        let answer = match onward.send().await {
            Ok(answer) => answer,
            Err(error) => {
                self.sink.hand_over(Passed::Lost(Unanswered::Unreachable));
                let cause = deepest(&error);
                let why = format!(
                    "the upstream {} cannot be reached: {cause}\n",
                    self.upstream
                );
                return said(StatusCode::BAD_GATEWAY, why);
            }
        };
        if answer.status() == StatusCode::SWITCHING_PROTOCOLS {
            self.sink.hand_over(Passed::Lost(Unanswered::Upgraded));
            return switched(answer, client_side).await;
        }
        let answer: Response<reqwest::Body> = answer.into();
        let (head, body) = answer.into_parts();
        let headers = pairs(&head.headers);
        let status = head.status.as_u16();
        let has_none = seen.method == "HEAD" || matches!(status, 204 | 304);
        let sink = self.sink.clone();
        let came = Copy::new(self.max_body);
        let kept = came.clone();
        let done = move || {
            let whole = copy.whole();
            let media_type = header(&seen.headers, "content-type");
            seen.body = match (has_body, whole) {
                (false, _) => Sent::Nothing,
                (true, Ok(bytes)) => Sent::Body(Payload {
                    media_type,
                    bytes: Arc::new(bytes),
                }),
                (true, Err(_)) => Sent::Unknown,
            };
            let (body, end) = match kept.whole() {
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
            seen.took = began.elapsed();
            sink.hand_over(Passed::Seen(Box::new(seen)));
        };
        let mut reply = Response::new(BodyExt::boxed(Tee::new(body, came, done)));
        *reply.status_mut() = head.status;
        *reply.headers_mut() = passed_on(&head.headers);
        reply
    }
}

/// Ties both sides of a connection that became one of another protocol together.
async fn switched(answer: reqwest::Response, client: Option<hyper::upgrade::OnUpgrade>) -> Reply {
    let mut reply = said(StatusCode::SWITCHING_PROTOCOLS, String::new());
    *reply.headers_mut() = answer.headers().clone();
    let upstream = answer.upgrade().await;
    if let (Ok(mut upstream), Some(client)) = (upstream, client) {
        tokio::spawn(async move {
            if let Ok(client) = client.await {
                let mut client = TokioIo::new(client);
                drop(tokio::io::copy_bidirectional(&mut client, &mut upstream).await);
            }
        });
    }
    reply
}

/// Headers without those of the connection.
fn passed_on(headers: &HeaderMap) -> HeaderMap {
    let named = headers.get_all(CONNECTION).iter();
    let named: Vec<String> = named
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|name| name.trim().to_ascii_lowercase())
        .collect();
    let mut out = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let is_own =
            HOP_BY_HOP.contains(&name.as_str()) || named.iter().any(|own| own == name.as_str());
        if !is_own {
            out.append(name.clone(), value.clone());
        }
    }
    out
}

/// The upstream is told its own host, and who asked for which.
fn forwarded(headers: &mut HeaderMap, given: &HeaderMap, peer: SocketAddr) {
    let host = headers.remove(HOST);
    let earlier = given.get_all("x-forwarded-for").iter();
    let earlier = earlier.filter_map(|value| value.to_str().ok().map(str::to_owned));
    let all: Vec<String> = earlier.chain([peer.ip().to_string()]).collect();
    if let Ok(value) = HeaderValue::from_str(&all.join(", ")) {
        headers.insert(HeaderName::from_static("x-forwarded-for"), value);
    }
    let is_told = headers.contains_key(FORWARDED);
    let mut add = |name: &'static str, value: Option<HeaderValue>| {
        if let Some(value) = value.filter(|_| !is_told && !headers.contains_key(name)) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    add("x-forwarded-host", host);
    add("x-forwarded-proto", Some(HeaderValue::from_static("http")));
}

fn said(status: StatusCode, text: String) -> Reply {
    let body = Full::new(Bytes::from(text)).map_err(|never| match never {});
    let mut reply = Response::new(body.boxed());
    *reply.status_mut() = status;
    let plain = HeaderValue::from_static("text/plain; charset=utf-8");
    reply
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, plain);
    reply
}

fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let pair = |(name, value): (&HeaderName, &HeaderValue)| (name.to_string(), text(value));
    headers.iter().map(pair).collect()
}

fn header(headers: &[(String, String)], name: &str) -> String {
    let mut all = headers.iter().filter(|(known, _)| known == name);
    all.next()
        .map(|(_, value)| value.clone())
        .unwrap_or_default()
}

/// The cause behind all that is wrapped around it.
fn deepest(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
