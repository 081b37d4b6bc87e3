//! A server for tests that writes exactly the bytes it is told to, right or wrong.
//! Each request takes the next reply of the script; the last one is repeated.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What happens after a request was read.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    /// These bytes, and then the next request is awaited.
    Bytes(Vec<u8>),
    /// These bytes, and then an orderly end.
    Close(Vec<u8>),
    /// These bytes, and then a reset.
    Reset(Vec<u8>),
    /// These bytes, and then zeros as long as anybody reads.
    Endless(Vec<u8>),
    /// These bytes, and then one more every 20 ms.
    Drip(Vec<u8>),
}

pub(super) struct RawServer {
    pub(super) addr: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    replies: Vec<Reply>,
    requests: Mutex<Vec<String>>,
    written: AtomicUsize,
}

impl RawServer {
    pub(super) async fn start(replies: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        Self::on(listener, replies)
    }

    pub(super) fn on(listener: TcpListener, replies: impl IntoIterator<Item = Reply>) -> Self {
        let addr = listener.local_addr().unwrap();
        let replies = replies.into_iter().collect();
        let state = Arc::new(State {
            replies,
            ..State::default()
        });
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&shared)));
            }
        });
        Self { addr, state }
    }

    /// All requests so far, each with its body.
    pub(super) fn requests(&self) -> Vec<String> {
        self.state.requests.lock().unwrap().clone()
    }

    /// How many zeros of endless bodies were written so far.
    pub(super) fn written(&self) -> usize {
        self.state.written.load(Ordering::SeqCst)
    }
}

/// A whole answer with its length.
pub(super) fn answer(status: &str, headers: &[&str], body: &[u8]) -> Reply {
    let mut bytes = head(status, headers, &format!("content-length: {}", body.len()));
    bytes.extend_from_slice(body);
    Reply::Bytes(bytes)
}

/// The head of an answer.
pub(super) fn head(status: &str, headers: &[&str], last: &str) -> Vec<u8> {
    let headers: String = headers
        .iter()
        .map(|header| format!("{header}\r\n"))
        .collect();
    format!("HTTP/1.1 {status}\r\n{headers}{last}\r\n\r\n").into_bytes()
}

async fn serve(mut stream: TcpStream, state: Arc<State>) {
    while let Some(request) = read_request(&mut stream).await {
        let reply = {
            let mut requests = state.requests.lock().unwrap();
            requests.push(request);
            state.replies[(requests.len() - 1).min(state.replies.len() - 1)].clone()
        };
        let (Reply::Bytes(bytes)
        | Reply::Close(bytes)
        | Reply::Reset(bytes)
        | Reply::Endless(bytes)
        | Reply::Drip(bytes)) = &reply;
        stream.write_all(bytes).await.unwrap();
        match reply {
            Reply::Bytes(_) => {}
            Reply::Close(_) => return,
            Reply::Reset(_) => {
                // What was written has to be read before the reset takes it away.
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                stream.set_zero_linger().unwrap();
                return;
            }
            Reply::Endless(_) => loop {
                match stream.write(&[b'0'; 4096]).await {
                    Ok(count) => state.written.fetch_add(count, Ordering::SeqCst),
                    Err(_) => return,
                };
            },
            Reply::Drip(_) => loop {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                if stream.write_all(b"0").await.is_err() {
                    return;
                }
            },
        }
    }
}

async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return None,
        }
    }
    let mut request = String::from_utf8(head).unwrap();
    let lines = request.lines();
    let length = lines
        .rev()
        .find_map(|line| line.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).await.ok()?;
    request.push_str(&String::from_utf8(body).unwrap());
    Some(request)
}
