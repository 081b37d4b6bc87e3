//! What is tried again, when, and how often.

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
