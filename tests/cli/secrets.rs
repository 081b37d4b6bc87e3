//! Canaries: secrets that a target echoes wherever it can come out in no report and on no stream.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::support::{Bench, done, parameters};

const KEY: &str = "CANARYKEY0123456";
const SECRET: &str = "canary/secret+of=the-run 77";
const HEADER: &str = "canary-header-value-42";
const USER: &str = "canaryuser77";
const PASSWORD: &str = "canarypass88";
const COOKIE: &str = "canary-cookie-99";

/// Answers every request with all that it said, in headers and body.
fn echo() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for (n, stream) in listener.incoming().enumerate() {
            // A client that goes away in the middle is no matter of this server.
            drop(stream.and_then(|stream| answer(stream, n)));
        }
    });
    address.to_string()
}

fn answer(mut stream: TcpStream, n: usize) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut piece = [0; 4096];
    while !head.windows(4).any(|four| four == b"\r\n\r\n") {
        let read = stream.read(&mut piece)?;
        if read == 0 {
            return Ok(());
        }
        head.extend_from_slice(&piece[..read]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let authorization = head
        .lines()
        .find_map(|line| line.strip_prefix("authorization: "))
        .unwrap_or("none");
    let decoded = authorization
        .strip_prefix("Basic ")
        .and_then(|text| STANDARD.decode(text).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .unwrap_or_default();
    let secret = decoded.split_once(':').map_or("", |(_, secret)| secret);
    let encoded = percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC);
    let body = json!({
        "api_version": head,
        "kind": authorization,
        decoded.clone(): encoded.to_string(),
        "metadata": {"self": format!("https://{decoded}@example.com/")},
        "data": [{
            "api_version": decoded,
            "id": STANDARD.encode(secret),
            "spec": {"version": secret, "display_name": secret.repeat(90)},
            "status": {"phase": HEADER},
        }],
    });
    let status = if n % 7 == 6 { "500 Broken" } else { "200 OK" };
    let body = body.to_string();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nX-Request-Id: {authorization}\r\n\
         X-RateLimit-Limit: {secret}\r\nX-Echo: {HEADER}\r\nSet-Cookie: s={COOKIE}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

/// Every form in which a secret could be written.
fn forms() -> Vec<String> {
    let pair = format!("{KEY}:{SECRET}");
    let mut forms: Vec<String> = [KEY, SECRET, HEADER, USER, PASSWORD, COOKIE]
        .into_iter()
        .map(str::to_owned)
        .collect();
    forms.extend([&pair, SECRET, KEY, HEADER].map(|text| STANDARD.encode(text)));
    let coded = percent_encoding::utf8_percent_encode(SECRET, percent_encoding::NON_ALPHANUMERIC);
    forms.push(coded.to_string());
    forms
}

#[test]
fn no_secret_comes_out_anywhere() {
    let bench = Bench::new();
    let address = echo();
    let mut command = bench.command();
    command
        .env("CONFLUENT_CLOUD_API_KEY", KEY)
        .env("CONFLUENT_CLOUD_API_SECRET", SECRET)
        .args(["run", "-v", "--retries", "0"])
        .args(["--base-url", &format!("http://{USER}:{PASSWORD}@{address}")])
        .args(["--header", &format!("X-Tenant: {HEADER}")])
        .args(["--write-baseline", "baseline.yaml"])
        .args(["--record", "recording.jsonl"])
        .args(parameters());
    for format in [
        "json",
        "junit",
        "junit-annotated",
        "html",
        "sarif",
        "ctrf",
        "github",
    ] {
        command.args(["--report", format]);
    }
    let done = done(&command.output().unwrap()).code(1);
    let mut sinks = vec![
        ("stdout".to_owned(), done.out),
        ("stderr".to_owned(), done.err),
        ("baseline".to_owned(), bench.read("baseline.yaml")),
        ("recording".to_owned(), bench.read("recording.jsonl")),
    ];
    for entry in std::fs::read_dir(bench.path("reports")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        sinks.push((path.display().to_string(), text));
    }
    assert_eq!(sinks.len(), 4 + 7);
    for (name, text) in &sinks {
        for form in forms() {
            if let Some(at) = text.find(&form) {
                let around: String = text[..at].chars().rev().take(80).collect();
                let around: String = around.chars().rev().collect();
                panic!("{form:?} stands in {name} after {around:?}");
            }
        }
    }
    let report = bench.read("reports/report.json");
    assert!(report.contains("[redacted]") && report.contains("x-request-id"));
}
