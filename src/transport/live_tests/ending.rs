//! What makes requests wait, and what ends them all.

use super::*;

#[tokio::test]
async fn the_end_of_the_run_ends_a_request() {
    let server = RawServer::start([Reply::Bytes(Vec::new())]).await;
    let start = Instant::now();
    let deadline = Some(start + SHORT);
    let transport = LiveTransport::new(LiveConfig {
        deadline,
        ..config(&server)
    })
    .unwrap();
    let exchange = transport.send(get("/a")).await;
    let (kind, message) = failure(&exchange);
    assert_eq!(kind, FailureKind::Cancelled);
    assert!(message.contains("--max-time"), "{message}");
    assert!(start.elapsed() >= SHORT && start.elapsed() < Duration::from_secs(1));
    assert_eq!(
        failure(&transport.send(get("/a")).await).0,
        FailureKind::Cancelled
    );
    assert_eq!(server.requests().len(), 1, "nothing is sent after the end");
}

/// Answers of which none is the last keep the client's thread busy.
#[tokio::test]
async fn the_end_of_the_run_needs_no_thread_of_the_client() {
    for is_cancelled in [false, true] {
        let server = RawServer::start([ok()]).await;
        let start = Instant::now();
        let transport = LiveTransport::new(LiveConfig {
            deadline: (!is_cancelled).then(|| start + SHORT),
            ..config(&server)
        })
        .unwrap();
        let busy = async { std::thread::sleep(Duration::from_secs(3)) };
        let work = transport.thread.run(busy);
        let cancel = async {
            tokio::time::sleep(SHORT).await;
            if is_cancelled {
                transport.cancel();
            }
        };
        let (exchange, ()) = tokio::join!(transport.send(get("/a")), cancel);
        assert_eq!(failure(&exchange).0, FailureKind::Cancelled);
        assert!(start.elapsed() < Duration::from_millis(1500));
        drop(work);
    }
}

#[tokio::test]
async fn cancelling_ends_what_is_under_way_and_what_comes_later() {
    let half = [head("200 OK", &[], "content-length: 9").as_slice(), b"half"].concat();
    let wait = answer("503 Down", &["Retry-After: 5"], b"");
    for reply in [Reply::Bytes(Vec::new()), Reply::Bytes(half), wait] {
        let server = RawServer::start([reply]).await;
        let transport = LiveTransport::new(LiveConfig {
            retries: 3,
            ..config(&server)
        })
        .unwrap();
        let start = Instant::now();
        let cancel = async {
            tokio::time::sleep(Duration::from_millis(60)).await;
            transport.cancel();
        };
        let (exchange, ()) = tokio::join!(transport.send(get("/a")), cancel);
        assert_eq!(
            failure(&exchange),
            (FailureKind::Cancelled, "the run was interrupted")
        );
        assert!(start.elapsed() < Duration::from_millis(900));
        let later = transport.send(get("/b")).await;
        assert_eq!(failure(&later).0, FailureKind::Cancelled);
        assert_eq!(server.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_quota_used_up_makes_the_next_request_wait_for_its_reset() {
    let used_up = ["X-RateLimit-Remaining: 0", "X-RateLimit-Reset: 1"];
    let server = RawServer::start([answer("200 OK", &used_up, b""), ok()]).await;
    let transport = LiveTransport::new(config(&server)).unwrap();
    transport.send(get("/a")).await;
    let start = Instant::now();
    let second = transport.send(get("/b")).await;
    assert!(
        start.elapsed() >= Duration::from_millis(950),
        "{:?}",
        start.elapsed()
    );
    assert!(
        second.last().took < Duration::from_millis(500),
        "waiting is not part of the request"
    );
    let start = Instant::now();
    transport.send(get("/c")).await;
    assert!(start.elapsed() < Duration::from_millis(900));
}

#[tokio::test]
async fn the_rate_holds_for_retries_too() {
    let down = answer("503 Down", &["Retry-After: 0"], b"");
    let server = RawServer::start([down]).await;
    let start = Instant::now();
    send(LiveConfig {
        retries: 3,
        rate: Some(20),
        ..config(&server)
    })
    .await;
    assert!(start.elapsed() >= Duration::from_millis(150));
    assert_eq!(server.requests().len(), 4);
}
