//! The pure core behind a socket: listens, keeps the time, sends, and stops.
//! Every answer goes through [`respond`] and the hook, so no answer can lack what all answers must have.

use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::serve::ListenerExt as _;
use http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use http::{HeaderName, HeaderValue, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::auth::Credentials;
use super::config::{MockConfig, MockError};
use super::quota::{Quota, Window};
use super::reply::{Reply, SeenRequest};
use super::request::IncomingRequest;
use super::respond::{Moment, respond};

/// How long a stop waits for the answers under way.
const STOP_BOUND: Duration = Duration::from_secs(5);

/// A running reference server on loopback. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct MockServer {
    base_url: String,
    /// The server stops when this is dropped.
    running: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl MockServer {
    /// Starts it on the current Tokio runtime; it accepts connections when this returns.
    pub async fn start(config: MockConfig) -> Result<Self, MockError> {
        config.validate()?;
        let port = config.port;
        let bind_error = |source| MockError::Bind { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(bind_error)?;
        let address = listener.local_addr().map_err(bind_error)?;
        let base_url = format!("http://{address}");
        let shared = Arc::new(Shared::new(config, base_url.clone()));
        let app = Router::new().fallback(answer).with_state(shared);
        let (running, stopped) = oneshot::channel();
        let listener = listener.tap_io(|stream| {
            // Small answers must not wait for an acknowledgement; a socket that refuses is merely slower.
            let _ = stream.set_nodelay(true);
        });
        let task = tokio::spawn(async move {
            let until_stopped = async {
                let _ = stopped.await;
            };
            // axum's accept loop retries on its own and has no error to return.
            let _ = axum::serve(listener, app)
                .with_graceful_shutdown(until_stopped)
                .await;
        });
        Ok(Self {
            base_url,
            running,
            task,
        })
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Stops: takes no new connection, finishes what is under way, and gives up on that after 5 s.
    pub async fn stop(self) {
        self.stop_within(STOP_BOUND).await;
    }

    async fn stop_within(self, bound: Duration) {
        let Self {
            running, mut task, ..
        } = self;
        drop(running);
        if tokio::time::timeout(bound, &mut task).await.is_err() {
            task.abort();
        }
    }
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
    use super::super::auth::{API_KEY, API_SECRET};
    use super::super::data::{ENVIRONMENT, PLUGIN_ID};
    use super::*;
    use base64::Engine as _;
    use std::collections::HashSet;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    async fn start(config: MockConfig) -> MockServer {
        MockServer::start(config).await.unwrap()
    }

    async fn connect(server: &MockServer) -> TcpStream {
        TcpStream::connect(server.base_url().strip_prefix("http://").unwrap())
            .await
            .unwrap()
    }

    /// Sends bytes as they are and reads until the server closes.
    async fn send(server: &MockServer, bytes: &[u8]) -> String {
        let mut stream = connect(server).await;
        // The server may answer and close before it has read everything.
        let _ = stream.write_all(bytes).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn valid(method: &str) -> Vec<u8> {
        let pair =
            base64::engine::general_purpose::STANDARD.encode(format!("{API_KEY}:{API_SECRET}"));
        let target = format!("/ccpm/v1/plugins/{PLUGIN_ID}/versions?environment={ENVIRONMENT}");
        let head = "Host: local.test:81\r\nConnection: close";
        format!("{method} {target} HTTP/1.1\r\n{head}\r\nAuthorization: Basic {pair}\r\n\r\n")
            .into_bytes()
    }

    fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
        let head = answer.split("\r\n\r\n").next()?;
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        lines
            .into_iter()
            .find(|(have, _)| have.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    fn body(answer: &str) -> &str {
        answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }

    #[tokio::test]
    async fn it_serves_on_loopback_and_links_to_the_host_that_was_asked() {
        let server = start(MockConfig::default()).await;
        assert!(server.base_url().starts_with("http://127.0.0.1:"));
        let answer = send(&server, &valid("GET")).await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        assert_eq!(
            header(&answer, "content-length"),
            Some(body(&answer).len().to_string().as_str())
        );
        let page: serde_json::Value = serde_json::from_str(body(&answer)).unwrap();
        let next = page["metadata"]["next"].as_str().unwrap();
        assert!(
            next.starts_with("http://local.test:81/ccpm/v1/plugins/"),
            "{next}"
        );

        let head = send(&server, &valid("HEAD")).await;
        assert!(
            head.starts_with("HTTP/1.1 200 OK\r\n") && body(&head).is_empty(),
            "{head}"
        );
        assert_eq!(
            header(&head, "content-length"),
            header(&answer, "content-length")
        );
        server.stop().await;
    }

    #[tokio::test]
    async fn a_taken_port_is_an_error_that_names_it() {
        let server = start(MockConfig::default()).await;
        let port: u16 = server
            .base_url()
            .rsplit(':')
            .next()
            .unwrap()
            .parse()
            .unwrap();
        let error = MockServer::start(MockConfig {
            port,
            ..MockConfig::default()
        })
        .await
        .unwrap_err();
        assert!(matches!(&error, MockError::Bind { port: named, .. } if *named == port));
        assert!(
            error.to_string().contains(&format!("127.0.0.1:{port}")),
            "{error}"
        );
    }

    #[tokio::test]
    async fn odd_requests_are_answered_or_cut_off_and_never_bring_it_down() {
        let server = start(MockConfig::default()).await;
        let target = format!("/ccpm/v1/plugins/{PLUGIN_ID}/versions");
        let huge = "x".repeat(1 << 20);
        for odd in [
            "\r\n\r\n".to_owned(),
            "nonsense\r\n\r\n".to_owned(),
            "GET \u{1}\u{2} HTTP/1.1\r\n\r\n".to_owned(),
            "GET /é%zz%ff? HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(),
            "OPTIONS * HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(),
            "CONNECT a:1 HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(),
            format!("GET {target}?{huge} HTTP/1.1\r\n\r\n"),
            format!("GET {target} HTTP/1.1\r\nX: {huge}\r\n\r\n"),
            format!("GET {target} HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(2000)),
            format!("GET {target} HTTP/1.0\r\nAuthorization: \u{e9}\r\nHost: \u{e9}\r\n\r\n"),
            format!(
                "POST {target} HTTP/1.1\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"
            ),
        ] {
            let answer = send(&server, odd.as_bytes()).await;
            let shown: String = odd.chars().take(60).collect();
            assert!(
                answer.is_empty() || answer.starts_with("HTTP/1."),
                "{shown}: {answer}"
            );
            assert!(
                !answer.contains(" 200 OK") && !answer.contains(" 500 "),
                "{shown}: {answer}"
            );
        }
        assert!(send(&server, &valid("GET")).await.contains(" 200 OK"));
    }

    #[tokio::test]
    async fn the_hook_sees_the_request_and_its_reply_is_sent_with_the_right_length() {
        let edit = |seen: &SeenRequest<'_>, mut reply: Reply| {
            assert!(seen.target.ends_with("/versions?environment=env-3f9d2k"));
            reply.status = 218;
            reply.body = format!("{} {:?} é", seen.method, seen.credentials).into_bytes();
            reply.set_header("Content-Length", "7");
            reply.set_header("X-Odd", "é");
            reply
        };
        let config = MockConfig {
            edit: Some(Arc::new(edit)),
            ..MockConfig::default()
        };
        let server = start(config).await;
        let answer = send(&server, &valid("GET")).await;
        assert!(answer.starts_with("HTTP/1.1 218 "), "{answer}");
        assert_eq!(
            (body(&answer), header(&answer, "content-length")),
            ("GET Full é", Some("11"))
        );
        assert_eq!(header(&answer, "x-odd"), Some("é"));
    }

    #[tokio::test]
    async fn a_reply_that_http_cannot_carry_says_so() {
        for (status, value, named) in [
            (99, "", "status 99"),
            (101, "", "status 101"),
            (200, "a\r\nb", "\"a\\r\\nb\""),
        ] {
            let edit = move |_: &SeenRequest<'_>, mut reply: Reply| {
                reply.status = status;
                reply.set_header("X-Odd", value);
                reply
            };
            let server = start(MockConfig {
                edit: Some(Arc::new(edit)),
                ..MockConfig::default()
            })
            .await;
            let answer = send(&server, &valid("GET")).await;
            assert!(
                answer.starts_with("HTTP/1.1 500 ") && answer.contains(named),
                "{answer}"
            );
        }
    }

    #[tokio::test]
    async fn a_burst_beyond_the_limit_is_refused_and_wrong_keys_do_not_count() {
        let server = start(MockConfig {
            limit: Some(2),
            ..MockConfig::default()
        })
        .await;
        for _ in 0..5 {
            assert!(
                send(&server, b"GET /ccpm/v1/plugins/a/versions HTTP/1.0\r\n\r\n")
                    .await
                    .contains(" 401 ")
            );
        }
        let mut refused = 0;
        let mut ids = HashSet::new();
        for _ in 0..20 {
            let answer = send(&server, &valid("GET")).await;
            assert!(ids.insert(header(&answer, "x-request-id").unwrap().to_owned()));
            if answer.contains(" 429 ") {
                refused += 1;
                assert_eq!(header(&answer, "retry-after"), Some("1"));
                assert_eq!(header(&answer, "x-ratelimit-remaining"), Some("0"));
            }
        }
        assert!(refused > 0);
    }

    #[tokio::test]
    async fn a_stop_finishes_what_is_under_way_and_takes_nothing_new() {
        let latency = Duration::from_millis(200);
        let server = start(MockConfig {
            latency,
            ..MockConfig::default()
        })
        .await;
        let address = server
            .base_url()
            .strip_prefix("http://")
            .unwrap()
            .to_owned();
        // A connection that never sends anything must not hold the stop up.
        let _idle = connect(&server).await;
        let mut stream = connect(&server).await;
        stream.write_all(&valid("GET")).await.unwrap();
        tokio::time::sleep(latency / 4).await;
        server.stop().await;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(
            answer.contains(" 200 OK") && answer.ends_with('}'),
            "{answer}"
        );
        assert!(TcpStream::connect(address).await.is_err());
    }

    #[tokio::test]
    async fn a_stop_is_bounded_and_a_drop_stops_too() {
        let latency = Duration::from_secs(3600);
        let server = start(MockConfig {
            latency,
            ..MockConfig::default()
        })
        .await;
        let mut stream = connect(&server).await;
        stream.write_all(&valid("GET")).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let stop = server.stop_within(Duration::from_millis(50));
        assert!(
            tokio::time::timeout(Duration::from_secs(4), stop)
                .await
                .is_ok()
        );

        let server = start(MockConfig::default()).await;
        let address = server
            .base_url()
            .strip_prefix("http://")
            .unwrap()
            .to_owned();
        drop(server);
        while TcpStream::connect(&address).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

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
}
