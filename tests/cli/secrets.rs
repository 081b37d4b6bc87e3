//! Canaries: secrets that a target echoes wherever it can come out in no report and on no stream.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::support::{Bench, done, parameters};

const KEY: &str = "CANARYKEY0123456";
const SECRET: &str = "kanary/secret+of=the-run 77";
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
        "spellings": spellings(secret),
    });
    // Edges of what is shown, and of each excerpt of it, fall within secrets.
    let body = match n % 5 {
        1 => {
            json!({"data": [{"spec": {"version": format!("{}{secret}{secret}", "v".repeat(90 + n % 40))}}]})
        }
        2 => json!({"pad": "p".repeat(8150 + n % 50), "z": format!("{secret}{secret}")}),
        _ => body,
    };
    let status = if n % 7 == 6 { "500 Broken" } else { "200 OK" };
    let body = match n % 5 {
        // No JSON, and in Latin-1 where it is not ASCII.
        3 => format!("{}{secret}{secret} \u{e9}", "b".repeat(150 + n % 50)),
        _ => body.to_string(),
    };
    let body: Vec<u8> = match n % 2 {
        0 => body.into_bytes(),
        _ => body
            .chars()
            .map(|c| u8::try_from(c).unwrap_or(b'?'))
            .collect(),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nX-{KEY}: {}\r\nContent-Type: application/json\r\nX-Request-Id: {authorization}\r\n\
         X-RateLimit-Limit: {secret}\r\nX-Echo: {HEADER}\r\nSet-Cookie: s={COOKIE}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        secret.to_uppercase(),
        body.len()
    )?;
    stream.write_all(&body)
}

/// A secret as careless servers write it.
fn spellings(secret: &str) -> Vec<String> {
    let json = |text: &str| serde_json::to_string(text).unwrap();
    let percent = |text: &str| {
        percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
    };
    let html = secret.replace('/', "&#x2F;").replace('+', "&#43;");
    let hex: String = secret.bytes().map(|byte| format!("{byte:02X}")).collect();
    let escaped: String = secret
        .chars()
        .map(|c| format!("\\u{:04X}", u32::from(c)))
        .collect();
    vec![
        json(&json(secret)),
        json(&json(&escaped)),
        percent(&percent(secret)).to_lowercase(),
        html.replace('&', "&amp;"),
        html,
        secret.to_uppercase(),
        STANDARD.encode(format!("x{secret}")),
        STANDARD.encode(format!("xy{secret}y")),
        escaped,
        hex.to_lowercase(),
        hex,
    ]
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
    forms.push(STANDARD.encode(format!("xyz{SECRET}"))[4..24].to_owned());
    for own in spellings(SECRET) {
        let quoted = serde_json::to_string(&own).unwrap();
        forms.extend([quoted[1..quoted.len() - 1].to_owned(), own]);
    }
    forms.retain(|form| !form.is_empty());
    // A part is too much as well.
    forms.extend([
        SECRET[..6].to_owned(),
        SECRET[SECRET.len() - 9..].to_owned(),
        KEY[..9].to_owned(),
    ]);
    forms.push(STANDARD.encode(SECRET)[..9].to_owned());
    forms.into_iter().map(|form| form.to_lowercase()).collect()
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
        let text = text.to_lowercase();
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

#[test]
fn a_green_recording_is_green_on_replay_whatever_was_taken_out() {
    // What stands in the answers of the reference server, and in no contract.
    for (value, is_taken_out) in [
        ("READY", false),
        ("ccp-7xk2m9", false),
        ("2024-03-01T08:00:00Z", false),
        ("io.example.connect", true),
        ("ver-fk5fmvz", true),
        ("5b0f7c3e-91d4-4e0a-8a67-2c6d1f3b9e58", true),
    ] {
        let bench = Bench::new();
        let run = |arguments: &[&str]| {
            done(&bench.command().arg("run").args(arguments).output().unwrap())
        };
        let header = format!("X-Client: {value}");
        let made = run(&["--header", &header, "--record", "green.jsonl"]).code(0);
        let warning = "warning: the value of --header X-Client stood in answers";
        assert_eq!(made.err.contains(warning), is_taken_out, "{}", made.err);
        assert!(!made.err.contains(value) || !is_taken_out, "{}", made.err);
        let recording = bench.read("green.jsonl");
        assert_eq!(recording.contains(value), !is_taken_out, "{value}");
        assert!(!recording.contains("[redacted]-"), "{value}");
        run(&["--replay", "green.jsonl"]).code(0);
    }
}

/// No stand-in keeps what is not a date any more, or a body that is cut out of its syntax.
#[test]
fn what_only_a_stand_in_breaks_is_left_open_on_replay_and_in_traffic() {
    for value in ["T08:00:00", r#""phase":"READY"}},{""#, r#":25},"data":[{"#] {
        let bench = Bench::new();
        let run = |arguments: &[&str]| {
            done(&bench.command().arg("run").args(arguments).output().unwrap())
        };
        let header = format!("X-Client: {value}");
        run(&["--header", &header, "--record", "green.jsonl"]).code(0);
        assert!(!bench.read("green.jsonl").contains(value));
        let again = run(&["--replay", "green.jsonl"]).code(3);
        let why = "holds something else in the place of a secret";
        assert!(again.out.contains("incomplete"), "{}", again.out);
        // What is cut out of its syntax may be no JSON at all, which is said in other words.
        let is_said = again.out.contains(why) || !value.starts_with('T');
        assert!(is_said, "{}", again.out);
        assert_eq!(bench.json("reports/report.json")["findings"], json!([]));
        let mut judge = bench.command();
        let judged = done(&judge.args(["judge", "green.jsonl"]).output().unwrap()).code(3);
        assert!(judged.out.contains(why), "{}", judged.out);
        assert_eq!(bench.json("reports/report.json")["findings"], json!([]));
    }
}

#[test]
fn what_cannot_be_taken_out_is_named_and_our_own_words_stay_whole() {
    let bench = Bench::new();
    let mut command = bench.command();
    command
        .env("CONFLUENT_CLOUD_API_KEY", "versions")
        .env("CONFLUENT_CLOUD_API_SECRET", "wrong")
        .args([
            "run",
            "--retries",
            "0",
            "--base-url",
            &format!("http://{}", echo()),
        ])
        .args(["--record", "recording.jsonl"])
        .args(parameters());
    let done = done(&command.output().unwrap()).code(1);
    for name in [
        "CONFLUENT_CLOUD_API_KEY is a text that",
        "CONFLUENT_CLOUD_API_SECRET has fewer than 6",
    ] {
        assert!(done.err.contains(name), "{}", done.err);
    }
    for text in [done.out, done.err, bench.read("recording.jsonl")] {
        assert!(
            !text.contains("a [redacted] key") && !text.contains("list-[redacted]"),
            "{text}"
        );
    }
    assert!(
        bench
            .read("recording.jsonl")
            .contains("/versions?environment=")
    );
}

#[test]
fn a_proxy_without_a_scheme_is_refused_without_its_password() {
    for proxy in [
        "us:PASSWORT@host:3128",
        "http://us:PASSWORT@[::1",
        "//us:PASSWORT@host",
    ] {
        let bench = Bench::new();
        let mut command = bench.command();
        command.args([
            "run",
            "-v",
            "--base-url",
            "http://127.0.0.1:9",
            "--proxy",
            proxy,
        ]);
        command
            .env("CONFLUENT_CLOUD_API_KEY", "k")
            .env("CONFLUENT_CLOUD_API_SECRET", "s");
        let done = done(&command.args(parameters()).output().unwrap()).code(2);
        assert!(
            !done.out.contains("PASSWORT") && !done.err.contains("PASSWORT"),
            "{} {}",
            done.out,
            done.err
        );
        assert!(done.err.contains("--proxy"), "{}", done.err);
    }
}
