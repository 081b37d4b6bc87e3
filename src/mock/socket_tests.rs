//! The reference server as its clients see it: bytes into a socket, bytes out.
//! What needs no socket is tested beside its own code.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::auth::{API_KEY, API_SECRET};
use super::config::{MockConfig, MockError};
use super::data::{ENVIRONMENT, PLUGIN_ID};
use super::reply::{Reply, SeenRequest};
use super::server::MockServer;

/// Longer than anything here takes, and shorter than the bound of a stop.
const PATIENCE: Duration = Duration::from_secs(4);

async fn start(config: MockConfig) -> MockServer {
    MockServer::start(config).await.unwrap()
}

async fn connect(server: &MockServer) -> TcpStream {
    TcpStream::connect(address_of(server)).await.unwrap()
}

fn address_of(server: &MockServer) -> &str {
    server.base_url().strip_prefix("http://").unwrap()
}

/// Sends bytes as they are and reads until the server closes.
async fn send(server: &MockServer, bytes: &[u8]) -> String {
    let mut stream = connect(server).await;
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    assert!(
        read.is_ok(),
        "neither answered nor closed: {}",
        String::from_utf8_lossy(&answer)
    );
    String::from_utf8_lossy(&answer).into_owned()
}

fn valid(method: &str) -> Vec<u8> {
    let pair = STANDARD.encode(format!("{API_KEY}:{API_SECRET}"));
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
    let port: u16 = address_of(&server)
        .strip_prefix("127.0.0.1:")
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
async fn what_the_contract_cannot_express_does_not_start() {
    let config = MockConfig {
        page_size: 0,
        ..MockConfig::default()
    };
    let error = MockServer::start(config).await.unwrap_err();
    assert!(matches!(error, MockError::PageSize { page_size: 0 }));
}

#[tokio::test]
async fn every_answer_waits_for_the_latency() {
    let latency = Duration::from_millis(60);
    let server = start(MockConfig {
        latency,
        ..MockConfig::default()
    })
    .await;
    for request in [valid("GET"), b"GET / HTTP/1.0\r\n\r\n".to_vec()] {
        let sent = Instant::now();
        send(&server, &request).await;
        assert!(sent.elapsed() >= latency);
    }
}

#[tokio::test]
async fn odd_requests_are_answered_or_cut_off_and_never_bring_it_down() {
    let server = start(MockConfig::default()).await;
    let target = format!("/ccpm/v1/plugins/{PLUGIN_ID}/versions");
    let huge = "x".repeat(1 << 20);
    for odd in [
        "\r\n\r\nGET / HTTP/1.0\r\n\r\n".to_owned(),
        "nonsense\r\n\r\n".to_owned(),
        "GET \u{1}\u{2} HTTP/1.1\r\n\r\n".to_owned(),
        "GET /é%zz%ff? HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(),
        "OPTIONS * HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(),
        "CONNECT a:1 HTTP/1.1\r\nConnection: close\r\n\r\n".to_owned(),
        format!("GET {target}?{huge} HTTP/1.1\r\n\r\n"),
        format!("GET {target} HTTP/1.1\r\nX: {huge}\r\n\r\n"),
        format!("GET {target} HTTP/1.1\r\n{}\r\n", "X: y\r\n".repeat(2000)),
        format!("GET {target} HTTP/1.0\r\nAuthorization: \u{e9}\r\nHost: \u{e9}\r\n\r\n"),
        format!("POST {target} HTTP/1.1\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello"),
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
    let address = address_of(&server).to_owned();
    // A connection that never sends anything must not hold the stop up.
    let _idle = connect(&server).await;
    let mut stream = connect(&server).await;
    stream.write_all(&valid("GET")).await.unwrap();
    tokio::time::sleep(latency / 4).await;
    assert!(timeout(PATIENCE, server.stop()).await.is_ok());
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
    assert!(timeout(PATIENCE, stop).await.is_ok());

    let server = start(MockConfig::default()).await;
    let address = address_of(&server).to_owned();
    drop(server);
    while TcpStream::connect(&address).await.is_ok() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
