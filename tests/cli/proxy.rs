//! The proxy between clients and an upstream: what passes is what came, and all of it is judged.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::shards::orders;
use super::support::Bench;

const ORDERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/orders/openapi.yaml");

/// A proxy that runs until it is stopped.
pub struct Passing {
    child: Child,
    pub url: String,
    /// What it prints, once it ended.
    told: Option<std::thread::JoinHandle<String>>,
}

impl Passing {
    pub fn begin(bench: &Bench, upstream: &str, more: &[&str]) -> Passing {
        let mut command = bench.spawned();
        command.args([
            "proxy",
            "--spec",
            ORDERS,
            "--upstream",
            upstream,
            "--port",
            "0",
        ]);
        command.args(["--report", "json=r.json"]).args(more);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        // What comes later is read, so that nothing blocks.
        let told = Some(std::thread::spawn(move || {
            let mut text = String::new();
            out.read_to_string(&mut text).unwrap();
            text
        }));
        let url = line.split_whitespace().nth(2).unwrap().to_owned();
        Passing { child, url, told }
    }

    /// Stops it; its exit code.
    pub fn stop(self) -> i32 {
        self.stopped().0
    }

    /// Stops it; its exit code, and what it printed.
    pub fn stopped(mut self) -> (i32, String) {
        let id = self.child.id().to_string();
        let killed = std::process::Command::new("kill")
            .args(["-TERM", &id])
            .status();
        assert!(killed.unwrap().success());
        let code = self.child.wait().unwrap().code().unwrap();
        (code, self.told.take().unwrap().join().unwrap())
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[test]
fn what_passes_is_what_came_and_all_of_it_is_judged() {
    const ALL: usize = 2_000;
    const AT_ONCE: usize = 32;
    let bench = Bench::new();
    let (upstream, _runtime) = orders(None);
    let proxy = Passing::begin(&bench, &upstream, &["--interval", "300ms"]);
    let targets = [
        "/orders?limit=5",
        "/orders/1001",
        "/customers",
        "/orders/999999",
        "/orders?limit=0",
        "/health",
    ];
    let ask = async |client: &reqwest::Client, base: &str, target: &str| {
        let request = client.get(format!("{base}{target}"));
        let request = request
            .header("Authorization", "Bearer orders-demo-token")
            .header("X-Tenant", "acme");
        let answer = request.send().await.unwrap();
        let mut headers: Vec<String> = answer
            .headers()
            .iter()
            .filter(|(name, _)| *name != "x-request-id" && *name != "date")
            .map(|(name, value)| format!("{name}: {value:?}"))
            .collect();
        headers.sort();
        let status = answer.status();
        (status, headers, answer.bytes().await.unwrap())
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    // Another test may have chosen it already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    runtime.block_on(async {
        let client = reqwest::Client::builder()
            .no_proxy()
            .tls_certs_only([])
            .build()
            .unwrap();
        let mut direct = Vec::new();
        for target in targets {
            direct.push(ask(&client, &upstream, target).await);
        }
        let direct = &direct;
        let workers = (0..AT_ONCE).map(|worker| {
            let (client, url) = (client.clone(), proxy.url.clone());
            async move {
                for n in (worker..ALL).step_by(AT_ONCE) {
                    let target = n % targets.len();
                    assert_eq!(ask(&client, &url, targets[target]).await, direct[target]);
                }
            }
        });
        futures_util::future::join_all(workers).await;
    });
    // Whoever interrupts it does not get all of it judged on a slow machine, but soon.
    for _ in 0..200 {
        let is_there = bench.path("r.json").exists();
        if is_there && bench.json("r.json")["traffic"]["judged"] == ALL {
            break;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let (code, told) = proxy.stopped();
    assert_eq!(code, 0, "{told}");
    let report = bench.json("r.json");
    assert_eq!(report["traffic"]["judged"], ALL, "{}", report["traffic"]);
    assert_eq!(report["traffic"]["not_judged"], Value::Array(Vec::new()));
    assert_eq!(report["outcome"], "conformant");
    assert!(!report.to_string().contains("orders-demo-token"));
}

/// An upstream that answers one connection after the other with what `answer` makes of the head of a request.
pub fn upstream(answer: impl Fn(&str, &mut TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let head = head(&mut stream);
            answer(&head, &mut stream);
        }
    });
    url
}

/// The head of a message, byte by byte so that nothing behind it is taken.
pub fn head(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut one = [0];
    while !bytes.ends_with(b"\r\n\r\n") && stream.read(&mut one).unwrap_or(0) == 1 {
        bytes.push(one[0]);
    }
    String::from_utf8(bytes).unwrap()
}

/// Sends a text, and reads until the other side closes or falls silent.
pub fn raw(url: &str, text: &str) -> String {
    let mut stream = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .unwrap();
    stream.write_all(text.as_bytes()).unwrap();
    let mut out = Vec::new();
    drop(stream.read_to_end(&mut out));
    String::from_utf8_lossy(&out).into_owned()
}

#[test]
fn headers_of_the_connection_stay_behind_and_the_upstream_learns_who_asked() {
    let bench = Bench::new();
    let url = upstream(|head, stream| {
        let text = format!(
            "HTTP/1.1 200 OK\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\nX-Kept: 2\r\nContent-Length: {}\r\n\r\n{}",
            head.len(),
            head.to_ascii_lowercase()
        );
        stream.write_all(text.as_bytes()).unwrap();
    });
    let proxy = Passing::begin(&bench, &url, &[]);
    let said = raw(
        &proxy.url,
        "GET /a%2Fb?c=d%20e HTTP/1.1\r\nHost: shop.test\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\nX-Other: 2\r\nX-Forwarded-For: 192.0.2.7\r\nTE: gzip\r\n\r\n",
    );
    let (own, upstream_saw) = said.split_once("\r\n\r\n").unwrap();
    let own = own.to_ascii_lowercase();
    assert!(own.contains("x-kept: 2") && !own.contains("x-hop"), "{own}");
    let host = url.trim_start_matches("http://");
    for line in [
        "get /a%2fb?c=d%20e http/1.1",
        &format!("host: {host}"),
        "x-other: 2",
        "x-forwarded-for: 192.0.2.7, 127.0.0.1",
        "x-forwarded-host: shop.test",
        "x-forwarded-proto: http",
    ] {
        assert!(
            upstream_saw.contains(&format!("{line}\r\n")),
            "{line} in {upstream_saw}"
        );
    }
    assert!(
        !upstream_saw.contains("x-mine") && !upstream_saw.contains("\r\nte:"),
        "{upstream_saw}"
    );
    for text in [
        "GET http://other.test/ HTTP/1.1\r\nHost: other.test\r\nConnection: close\r\n\r\n",
        "CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443\r\n\r\n",
    ] {
        let said = raw(&proxy.url, text);
        assert!(
            said.starts_with("HTTP/1.1 403") && said.contains("one upstream only"),
            "{said}"
        );
    }
    // Nothing of it is in the contract.
    assert_eq!(proxy.stop(), 3);
}

#[test]
fn what_is_printed_as_it_passes_and_at_the_end_shows_no_secret() {
    let bench = Bench::new();
    let url = upstream(|_, stream| {
        let body = r#"{"status": "CANARY-token"}"#;
        let text = format!(
            "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\nX-Request-Id: req-00000001\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(text.as_bytes()).unwrap();
    });
    let proxy = Passing::begin(&bench, &url, &["--verbose"]);
    let said = raw(
        &proxy.url,
        "GET /health HTTP/1.1\r\nHost: h\r\nConnection: close\r\nAuthorization: Bearer CANARY-token\r\n\r\n",
    );
    assert!(said.contains("CANARY-token"), "{said}");
    let (code, told) = proxy.stopped();
    assert_eq!(code, 1, "{told}");
    let lines = told.matches("[redacted]").count();
    assert!(lines >= 3 && !told.contains("CANARY"), "{told}");
    assert!(!bench.read("r.json").contains("CANARY"));
}

#[test]
fn a_port_that_is_taken_is_named_with_the_remedy() {
    let bench = Bench::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let args = [
        "proxy",
        "--spec",
        ORDERS,
        "--upstream",
        "http://127.0.0.1:9",
    ];
    let done = bench.run(&[&args[..], &["--port", &port]].concat()).code(2);
    let in_use = format!("port {port} of 127.0.0.1 is in use");
    done.error(&[&in_use, "--port 0"]);
}

#[test]
fn an_upgrade_passes_and_an_upstream_that_is_gone_is_told() {
    let bench = Bench::new();
    let url = upstream(|head, stream| {
        assert!(head.contains("Upgrade: echo"), "{head}");
        stream
            .write_all(
                b"HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n",
            )
            .unwrap();
        let mut four = [0; 4];
        stream.read_exact(&mut four).unwrap();
        stream.write_all(&four).unwrap();
    });
    let proxy = Passing::begin(&bench, &url, &[]);
    let mut stream = TcpStream::connect(proxy.url.trim_start_matches("http://")).unwrap();
    stream
        .write_all(b"GET /echo HTTP/1.1\r\nHost: h\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n")
        .unwrap();
    assert!(head(&mut stream).starts_with("HTTP/1.1 101"));
    stream.write_all(b"ping").unwrap();
    let mut four = [0; 4];
    stream.read_exact(&mut four).unwrap();
    assert_eq!(&four, b"ping");
    drop(stream);
    assert_eq!(proxy.stop(), 3);
    let nobody = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let proxy = Passing::begin(
        &bench,
        &format!("http://user:CANARY@{nobody}"),
        &["--for", "30s"],
    );
    let said = raw(
        &proxy.url,
        "GET /orders HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
    );
    assert!(
        said.starts_with("HTTP/1.1 502") && said.contains("no answer from the upstream"),
        "{said}"
    );
    assert!(!said.contains("CANARY"), "{said}");
    assert_eq!(proxy.stop(), 3);
    let not_judged = bench.json("r.json")["traffic"]["not_judged"].to_string();
    assert!(
        not_judged.contains("502") && not_judged.contains("\"count\":1"),
        "{not_judged}"
    );
}
