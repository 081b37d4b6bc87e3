//! What is tried again, when, and how often.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::*;

#[tokio::test]
async fn a_429_waits_as_long_as_it_asks() {
    let busy = answer("429 Too Many", &["Retry-After: 1"], b"");
    let server = RawServer::start([busy, ok()]).await;
    let start = Instant::now();
    let exchange = send(LiveConfig {
        retries: 2,
        ..config(&server)
    })
    .await;
    assert_eq!(statuses(&exchange), [429, 200]);
    assert!(start.elapsed() >= Duration::from_secs(1));
    assert!(exchange.attempts[0].waited >= Duration::from_secs(1));
    assert!(exchange.attempts[0].took < Duration::from_millis(500));
}

#[tokio::test]
async fn a_503_is_tried_again_at_growing_intervals_and_not_for_ever() {
    let down = || answer("503 Down", &[], b"");
    let server = RawServer::start([down(), down(), ok()]).await;
    let exchange = send(LiveConfig {
        retries: 2,
        ..config(&server)
    })
    .await;
    assert_eq!(statuses(&exchange), [503, 503, 200]);
    let waited: Vec<Duration> = exchange
        .attempts
        .iter()
        .map(|attempt| attempt.waited)
        .collect();
    assert!(waited[0] >= Duration::from_millis(100));
    assert!(waited[1] >= Duration::from_millis(200));
    assert_eq!(waited[2], Duration::ZERO);
    let server = RawServer::start([down()]).await;
    let exchange = send(LiveConfig {
        retries: 1,
        ..config(&server)
    })
    .await;
    assert_eq!(statuses(&exchange), [503, 503]);
}

#[tokio::test]
async fn other_answers_are_not_tried_again() {
    for status in ["500 Oops", "404 No", "401 Who"] {
        let server = RawServer::start([answer(status, &["Retry-After: 0"], b""), ok()]).await;
        let exchange = send(LiveConfig {
            retries: 2,
            ..config(&server)
        })
        .await;
        assert_eq!(exchange.attempts.len(), 1, "{status}");
    }
}

#[tokio::test]
async fn what_may_have_been_done_is_not_done_again() {
    let server = RawServer::start([Reply::Close(Vec::new()), ok()]).await;
    let transport = LiveTransport::new(LiveConfig {
        retries: 2,
        ..config(&server)
    })
    .unwrap();
    let exchange = transport
        .send(Request {
            method: "POST".into(),
            ..get("/a")
        })
        .await;
    assert_eq!(statuses(&exchange), [0]);
}

#[tokio::test]
async fn no_retry_goes_past_the_end_of_the_run() {
    let down = answer("503 Down", &["Retry-After: 3"], b"");
    let server = RawServer::start([down]).await;
    let start = Instant::now();
    let deadline = Some(start + Duration::from_secs(2));
    let exchange = send(LiveConfig {
        retries: 5,
        deadline,
        ..config(&server)
    })
    .await;
    assert_eq!(statuses(&exchange), [503, 0]);
    assert_eq!(failure(&exchange).0, FailureKind::Cancelled);
    assert!(
        start.elapsed() < Duration::from_secs(1),
        "a hopeless wait is not begun"
    );
}

/// Some close the connection after a refusal without a word; what is sent over it just then is lost.
#[tokio::test]
async fn what_may_be_sent_once_gets_a_connection_of_its_own_after_a_refusal() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let opened = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&opened);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            count.fetch_add(1, Ordering::Relaxed);
            tokio::spawn(async move {
                let mut bytes = [0; 4096];
                while matches!(stream.read(&mut bytes).await, Ok(1..)) {
                    let reply = b"HTTP/1.1 400 Wrong\r\nContent-Length: 0\r\n\r\n";
                    stream.write_all(reply).await.unwrap();
                }
            });
        }
    });
    let transport = LiveTransport::new(LiveConfig::new(url.parse().unwrap())).unwrap();
    let mut seen = Vec::new();
    for method in ["GET", "GET", "POST", "GET", "POST"] {
        let request = Request {
            method: method.to_owned(),
            ..get("/a")
        };
        assert_eq!(statuses(&transport.send(request).await), [400]);
        seen.push(opened.load(Ordering::Relaxed));
    }
    assert_eq!(seen, [1, 1, 2, 2, 3]);
}
