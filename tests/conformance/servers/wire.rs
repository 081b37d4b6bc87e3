//! A tiny HTTP/1.1 server over plain sockets, for what HTTP libraries cannot do: odd framing, half bodies, silence.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use base64::Engine as _;
use conform::mock::{self, Credentials, IncomingRequest, MockConfig, Reply, respond};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::change::moment;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The method.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// `Accept-Encoding`.
    pub accepts: String,
    /// Whose credentials came.
    pub credentials: Credentials,
    /// The key and the secret, where they came as Basic.
    pub pair: Option<(String, String)>,
    /// How many requests the server had before.
    pub before: u64,
}

/// What goes over the wire.
#[derive(Clone, Debug)]
pub enum Wire {
    /// These bytes; the connection stays open.
    Keep(Vec<u8>),
    /// These bytes, then the connection is closed.
    Close(Vec<u8>),
    /// These bytes, then nothing for a long time.
    Hang(Vec<u8>),
    /// The first bytes, then the second ones again and again.
    Endless(Vec<u8>, Vec<u8>),
    /// After a pause.
    Later(Duration, Vec<u8>),
}

/// What answers.
pub type Handler = Arc<dyn Fn(&Asked) -> Wire + Send + Sync>;

/// A running raw server; it stops when dropped.
pub struct WireServer {
    /// Where it listens.
    pub base_url: String,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for WireServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl WireServer {
    /// Starts; `alone` serves one connection to its end before the next.
    pub async fn start(handler: Handler, alone: bool) -> WireServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let count = Arc::new(AtomicU64::new(0));
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serve(stream, Arc::clone(&handler), Arc::clone(&count));
                if alone {
                    serving.await;
                } else {
                    tokio::spawn(serving);
                }
            }
        });
        WireServer { base_url, task }
    }
}

fn serve(
    mut stream: TcpStream,
    handler: Handler,
    count: Arc<AtomicU64>,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let _ = stream.set_nodelay(true);
        while let Some(asked) = read_head(&mut stream, &count).await {
            let sent = match handler(&asked) {
                Wire::Keep(bytes) => stream.write_all(&bytes).await,
                Wire::Later(pause, bytes) => {
                    tokio::time::sleep(pause).await;
                    stream.write_all(&bytes).await
                }
                Wire::Close(bytes) => {
                    let _ = stream.write_all(&bytes).await;
                    let _ = stream.shutdown().await;
                    return;
                }
                Wire::Hang(bytes) => {
                    let _ = stream.write_all(&bytes).await;
                    let _ = tokio::time::timeout(Duration::from_secs(60), stream.read_u8()).await;
                    return;
                }
                Wire::Endless(head, piece) => {
                    let mut sent = stream.write_all(&head).await;
                    while sent.is_ok() {
                        sent = stream.write_all(&piece).await;
                    }
                    return;
                }
            };
            if sent.is_err() {
                return;
            }
        }
    })
}

async fn read_head(stream: &mut TcpStream, count: &AtomicU64) -> Option<Asked> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let mut words = text.lines().next()?.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let header = |wanted: &str| {
        text.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case(wanted).then(|| value.to_owned())
        })
    };
    Some(Asked {
        method,
        target,
        accepts: header("accept-encoding").unwrap_or_default(),
        credentials: credentials(header("authorization").as_deref()),
        pair: header("authorization").as_deref().and_then(pair),
        before: count.fetch_add(1, Ordering::Relaxed),
    })
}

fn pair(authorization: &str) -> Option<(String, String)> {
    let digits = authorization.strip_prefix("Basic ")?;
    let pair = base64::engine::general_purpose::STANDARD.decode(digits);
    let pair = String::from_utf8(pair.ok()?).ok()?;
    let (key, secret) = pair.split_once(':')?;
    Some((key.to_owned(), secret.to_owned()))
}

fn credentials(authorization: Option<&str>) -> Credentials {
    let Some(authorization) = authorization else {
        return Credentials::None;
    };
    let basic = |key: &str, secret: &str| {
        let pair = base64::engine::general_purpose::STANDARD.encode(format!("{key}:{secret}"));
        authorization == format!("Basic {pair}")
    };
    if basic(mock::API_KEY, mock::API_SECRET) {
        Credentials::Full
    } else if basic(mock::RESTRICTED_API_KEY, mock::RESTRICTED_API_SECRET) {
        Credentials::Restricted
    } else {
        Credentials::Wrong
    }
}

/// What the reference server would answer.
pub fn reference_reply(asked: &Asked) -> Reply {
    let request = IncomingRequest {
        names_its_host: true,
        method: &asked.method,
        target: &asked.target,
        origin: "https://api.confluent.cloud".to_owned(),
        credentials: asked.credentials,
        wants_failure: false,
    };
    respond(&MockConfig::default(), &request, &moment())
}

/// The head of an answer, without a length.
pub fn head(version: &str, reply: &Reply) -> Vec<u8> {
    let mut out = format!("HTTP/{version} {} Said\r\n", reply.status);
    for (name, value) in &reply.headers {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    out.into_bytes()
}

/// An answer with its length, as it is usual; none of the body where HEAD was asked.
pub fn plain(asked: &Asked, reply: &Reply) -> Vec<u8> {
    let mut out = head("1.1", reply);
    out.extend(format!("Content-Length: {}\r\n\r\n", reply.body.len()).bytes());
    if asked.method != "HEAD" {
        out.extend(&reply.body);
    }
    out
}

/// A handler that answers like the reference server, written by `write`.
pub fn like_reference(write: impl Fn(&Asked, Reply) -> Wire + Send + Sync + 'static) -> Handler {
    Arc::new(move |asked| write(asked, reference_reply(asked)))
}

/// A handler that always says the same.
pub fn always(wire: Wire) -> Handler {
    Arc::new(move |_| wire.clone())
}

/// A handler that always gives this reply.
pub fn always_reply(reply: Reply) -> Handler {
    Arc::new(move |asked| Wire::Keep(plain(asked, &reply)))
}
