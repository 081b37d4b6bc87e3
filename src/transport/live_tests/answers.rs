//! What comes back, whole and within its bounds.

use super::*;

#[tokio::test]
async fn an_answer_comes_back_whole() {
    let headers = ["X-One: 1", "x-one: 2", "X-Odd: \u{e9}"];
    let exchange = exchange(answer("207 Odd", &headers, b"fine")).await;
    let answer = exchange.answer().unwrap();
    assert_eq!(
        (answer.status, body(&exchange), &answer.end),
        (207, "fine", &BodyEnd::Complete)
    );
    assert_eq!(answer.header("X-ONE").collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!(answer.header("x-odd").collect::<Vec<_>>(), ["\u{e9}"]);
    assert_eq!(exchange.attempts.len(), 1);
    assert_eq!(exchange.last().waited, Duration::ZERO);
}

const GZIP: &str = "H4sIAAAAAAACA6tWykjNyclXslIqSEzOTk1RqgUA6aFi3BIAAAA=";

#[tokio::test]
async fn a_coded_body_is_decoded_and_one_in_an_unknown_coding_is_not_read() {
    let gzip = STANDARD.decode(GZIP).unwrap();
    let coded = exchange(answer("200 OK", &["Content-Encoding: X-GZip"], &gzip)).await;
    assert_eq!(body(&coded), "{\"hello\":\"packed\"}");
    assert_eq!(coded.answer().unwrap().end, BodyEnd::Complete);
    let chunk = [
        format!("{:x}\r\n", gzip.len()).as_bytes(),
        &gzip,
        b"\r\n0\r\n\r\n",
    ]
    .concat();
    let around = head("200 OK", &[], "transfer-encoding: gzip, chunked");
    let around = exchange(Reply::Bytes([around, chunk].concat())).await;
    assert_eq!(body(&around), "{\"hello\":\"packed\"}");
    let other = ["content-encoding: gzip, zstd"];
    let other = exchange(answer("200 OK", &other, b"whatever")).await;
    let why = unread(&other);
    assert!(
        why.contains("`zstd` is not known") && why.contains("--header"),
        "{why}"
    );
    let short = [
        head("200 OK", &["content-encoding: zstd"], "content-length: 9"),
        b"half".to_vec(),
    ];
    let short = exchange(Reply::Close(short.concat())).await;
    assert!(broken_off(&short).contains("broke off after 4 bytes"));
}

/// A body in pieces, each behind so much of an extension.
fn chunked(pieces: usize, extension: usize) -> Reply {
    let mut bytes = head("200 OK", &[], "transfer-encoding: chunked");
    for _ in 0..pieces {
        bytes.extend(format!("1;s={}\r\nx\r\n", "e".repeat(extension)).into_bytes());
    }
    bytes.extend(b"0\r\n\r\n");
    Reply::Bytes(bytes)
}

#[tokio::test]
async fn chunk_extensions_accuse_nobody() {
    assert_eq!(body(&exchange(chunked(100, 85)).await), "x".repeat(100));
    let why = exchange(chunked(300, 85)).await;
    assert!(unread(&why).contains("chunk extensions"), "{why:?}");
}

#[tokio::test]
async fn folded_and_many_headers_are_read() {
    let folded = exchange(answer(
        "200 OK",
        &["X-Long: one\r\n  two\r\n\tthree"],
        b"fine",
    ))
    .await;
    let value: Vec<&str> = folded.answer().unwrap().header("x-long").collect();
    let words: Vec<&str> = value[0].split_whitespace().collect();
    assert_eq!(words, ["one", "two", "three"]);
    let many: Vec<String> = (0..900)
        .map(|at| format!("x-{at}: {}", "v".repeat(90)))
        .collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let many = exchange(answer("200 OK", &many, b"fine")).await;
    assert_eq!(many.answer().unwrap().headers.len(), 901);
}

#[tokio::test]
async fn a_header_that_is_no_utf_8_is_read_as_latin_1() {
    let mut bytes = head("200 OK", &[], "content-length: 0\r\nx-name: Ren@");
    let at = bytes.iter().position(|byte| *byte == b'@').unwrap();
    bytes[at] = 0xe9;
    let exchange = exchange(Reply::Bytes(bytes)).await;
    let answer = exchange.answer().unwrap();
    assert_eq!(answer.header("x-name").collect::<Vec<_>>(), ["Ren\u{e9}"]);
}

#[tokio::test]
async fn a_corrupt_content_coding_breaks_the_body_off() {
    let mut gzip = STANDARD.decode(GZIP).unwrap();
    let whole = gzip.len();
    gzip[whole - 6] ^= 1;
    for packed in [gzip.as_slice(), &gzip[..whole - 12], b"{\"hello\":1}"] {
        let exchange = exchange(answer("200 OK", &["content-encoding: gzip"], packed)).await;
        let why = broken_off(&exchange);
        assert!(
            why.starts_with("its content coding is corrupt after "),
            "{why}"
        );
    }
}

#[tokio::test]
async fn an_answer_to_head_has_no_body_to_decode() {
    let server = RawServer::start([Reply::Bytes(head(
        "200 OK",
        &["content-encoding: gzip"],
        "content-length: 999",
    ))])
    .await;
    let transport = LiveTransport::new(config(&server)).unwrap();
    let exchange = transport
        .send(Request {
            method: "HEAD".into(),
            ..get("/a")
        })
        .await;
    let answer = exchange.answer().unwrap();
    assert_eq!((answer.body.len(), &answer.end), (0, &BodyEnd::Complete));
}

#[tokio::test]
async fn what_unpacks_to_more_than_the_bound_is_bounded() {
    // 64 KiB of zeros in 92 bytes.
    let bomb = "H4sIAAAAAAACA+3BgQAAAACAIKX96RapCgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\
                AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAGoLUUloAAABAA==";
    let packed = STANDARD.decode(bomb).unwrap();
    let server = RawServer::start([answer("200 OK", &["content-encoding: gzip"], &packed)]).await;
    let exchange = send(LiveConfig {
        max_body: 5000,
        retries: 2,
        ..config(&server)
    })
    .await;
    let answer = exchange.answer().unwrap();
    assert_eq!(answer.body.len(), 5000);
    assert_eq!(
        answer.end,
        BodyEnd::Unread(
            "the body is longer than the 5000 bytes that are read; read more with --max-body"
                .into()
        )
    );
    assert_eq!(exchange.attempts.len(), 1);
    let exchange = send(LiveConfig {
        max_body: 65536,
        ..config(&server)
    })
    .await;
    assert_eq!(exchange.answer().unwrap().end, BodyEnd::Complete);
}

#[tokio::test]
async fn an_endless_body_is_bounded_and_no_longer_read() {
    let head = head("200 OK", &[], "transfer-encoding: identity");
    let chunked = String::from_utf8(head)
        .unwrap()
        .replace("identity", "chunked");
    let endless = Reply::Endless([chunked.as_bytes(), b"fffffff\r\n"].concat());
    let server = RawServer::start([endless]).await;
    let exchange = send(LiveConfig {
        max_body: 10_000,
        ..config(&server)
    })
    .await;
    assert_eq!(exchange.answer().unwrap().body.len(), 10_000);
    assert!(matches!(exchange.answer().unwrap().end, BodyEnd::Unread(_)));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let written = server.written();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(server.written(), written);
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let server =
        RawServer::start([answer("302 Found", &["location: /elsewhere"], b""), ok()]).await;
    let exchange = send(config(&server)).await;
    assert_eq!(statuses(&exchange), [302]);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_proxy_of_the_environment_is_not_used() {
    // This program again, with an environment in which every request would be refused.
    let mut test = std::process::Command::new(std::env::current_exe().unwrap());
    let (_, module) = module_path!().split_once("::").unwrap();
    test.args(["--exact", &format!("{module}::an_answer_comes_back_whole")]);
    for name in [
        "http_proxy",
        "HTTP_PROXY",
        "https_proxy",
        "all_proxy",
        "ALL_PROXY",
    ] {
        test.env(name, "http://127.0.0.1:1");
    }
    let output = test
        .env_remove("no_proxy")
        .env_remove("NO_PROXY")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && told.contains("1 passed"),
        "{told}"
    );
}
