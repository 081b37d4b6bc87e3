//! What goes wrong before or in an answer, and how it is named.

use super::*;

#[tokio::test]
async fn a_refused_connection_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    drop(listener);
    let mut config = LiveConfig::new(Url::parse(&format!("http://us:pw@{addr}/pre")).unwrap());
    config.retries = 1;
    let exchange = send(config).await;
    let (kind, message) = failure(&exchange);
    assert_eq!(kind, FailureKind::Connect);
    assert!(
        message.starts_with(&format!("{addr} refused the connection")),
        "{message}"
    );
    assert_eq!(exchange.attempts.len(), 2);
    assert!(exchange.attempts[0].waited >= Duration::from_millis(100));
    assert_eq!(exchange.url, format!("http://{addr}/pre/a"));
}

#[tokio::test]
async fn a_name_that_nobody_has_is_named() {
    // Longer than a label of a name may be, so no server has to be asked.
    let name = "x".repeat(64);
    let mut config = LiveConfig::new(Url::parse(&format!("http://{name}.invalid/")).unwrap());
    config.retries = 0;
    let exchange = send(config).await;
    let (kind, message) = failure(&exchange);
    assert_eq!(kind, FailureKind::Dns, "{message}");
    assert!(message.contains("could not be looked up"), "{message}");
}

#[tokio::test]
async fn a_connection_closed_without_a_byte_is_named_and_tried_again() {
    for closing in [Reply::Close(Vec::new()), Reply::Reset(Vec::new())] {
        let server = RawServer::start([closing, ok()]).await;
        let exchange = send(LiveConfig {
            retries: 1,
            ..config(&server)
        })
        .await;
        assert_eq!(statuses(&exchange), [0, 200]);
        let failure = exchange.attempts[0].result.as_ref().err().unwrap();
        assert_eq!(failure.kind, FailureKind::Protocol);
        let expected = format!("{} closed the connection without an answer", server.addr);
        assert_eq!(failure.message, expected);
    }
}

#[tokio::test]
async fn what_is_no_http_is_named() {
    let many: Vec<String> = (0..1001).map(|at| format!("x-{at}: 1")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (bytes, words) in [
        (b"SSH-2.0-OpenSSH_9.7\r\n\r\n".to_vec(), "is no HTTP"),
        (b"HTTP/1.1 2x0 OK\r\n\r\n".to_vec(), "is no HTTP"),
        (head("200 OK", &["bad header"], "x: y"), "malformed header"),
        (
            head("200 OK", &["content-length: 1"], "content-length: 2"),
            "malformed header",
        ),
        (head("200 OK", &many, "x: y"), "more headers"),
    ] {
        let exchange = exchange(Reply::Close(bytes)).await;
        let (kind, message) = failure(&exchange);
        assert_eq!(kind, FailureKind::Protocol, "{message}");
        assert!(message.contains(words), "{message}");
    }
}

#[tokio::test]
async fn silence_is_a_timeout_and_not_tried_again() {
    let server = RawServer::start([Reply::Bytes(Vec::new())]).await;
    let start = Instant::now();
    let exchange = send(LiveConfig {
        timeout: SHORT,
        retries: 2,
        ..config(&server)
    })
    .await;
    let (kind, message) = failure(&exchange);
    assert_eq!(kind, FailureKind::Timeout);
    assert_eq!(
        message,
        format!(
            "no answer from {} within 150ms; give it more with --timeout",
            server.addr
        )
    );
    assert_eq!(exchange.attempts.len(), 1);
    assert!(start.elapsed() >= SHORT && start.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn a_body_that_falls_silent_is_broken_off() {
    let head = head("200 OK", &[], "content-length: 99");
    for (half, read) in [(b"half".as_slice(), 4), (b"", 0)] {
        let server = RawServer::start([Reply::Bytes([head.as_slice(), half].concat())]).await;
        let start = Instant::now();
        let exchange = send(LiveConfig {
            timeout: SHORT,
            retries: 2,
            ..config(&server)
        })
        .await;
        assert_eq!(body(&exchange).as_bytes(), half);
        let why = format!("after {read} bytes no more came within 150ms");
        assert_eq!(broken_off(&exchange), why);
        assert_eq!(exchange.attempts.len(), 1);
        assert!(start.elapsed() < Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_steady_body_may_take_longer_than_the_timeout() {
    let head = head("200 OK", &[], "content-length: 15");
    let server = RawServer::start([Reply::Drip(head)]).await;
    let start = Instant::now();
    let exchange = send(LiveConfig {
        timeout: SHORT,
        ..config(&server)
    })
    .await;
    assert_eq!(body(&exchange), "0".repeat(15));
    assert_eq!(exchange.answer().unwrap().end, BodyEnd::Complete);
    assert!(start.elapsed() > SHORT);
}

#[tokio::test]
async fn a_steady_body_that_outlasts_the_run_accuses_nobody() {
    let head = head("200 OK", &[], "content-length: 99999");
    let server = RawServer::start([Reply::Drip(head)]).await;
    let start = Instant::now();
    let exchange = send(LiveConfig {
        deadline: Some(start + 2 * SHORT),
        timeout: SHORT,
        retries: 2,
        ..config(&server)
    })
    .await;
    let why = unread(&exchange);
    assert!(why.contains("--max-time"), "{why}");
    assert_eq!(exchange.attempts.len(), 1);
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[tokio::test]
async fn half_a_body_is_kept_named_and_tried_again() {
    let length = head("200 OK", &[], "content-length: 10");
    let chunked = head("200 OK", &[], "transfer-encoding: chunked");
    for reply in [
        Reply::Close([length.as_slice(), b"half"].concat()),
        Reply::Reset([length.as_slice(), b"half"].concat()),
        Reply::Close([chunked.as_slice(), b"4\r\nhalf\r\n"].concat()),
        Reply::Close([chunked.as_slice(), b"9\r\nhalf"].concat()),
    ] {
        let server = RawServer::start([reply.clone(), ok()]).await;
        let transport = LiveTransport::new(LiveConfig {
            retries: 1,
            ..config(&server)
        })
        .unwrap();
        let exchange = transport.send(get("/a")).await;
        assert_eq!(statuses(&exchange), [200, 200], "{reply:?}");
        let first = exchange.attempts[0].result.as_ref().unwrap();
        assert_eq!(first.body.as_slice(), b"half");
        let BodyEnd::BrokenOff(why) = &first.end else {
            panic!("{first:?}")
        };
        assert!(
            why.starts_with("the connection broke off after 4 bytes ("),
            "{why}"
        );
        assert_eq!(exchange.answer().unwrap().end, BodyEnd::Complete);
    }
}

#[tokio::test]
async fn a_body_longer_than_its_length_does_not_reach_the_next_answer() {
    let long = [
        head("200 OK", &[], "content-length: 4").as_slice(),
        b"fine and more",
    ]
    .concat();
    let server = RawServer::start([Reply::Bytes(long), ok()]).await;
    let transport = LiveTransport::new(config(&server)).unwrap();
    assert_eq!(body(&transport.send(get("/a")).await), "fine");
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert_eq!(body(&transport.send(get("/b")).await), "fine");
}
