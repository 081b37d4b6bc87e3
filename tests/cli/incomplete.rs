//! What cannot be found out: exit code 3, and the reports are there all the same.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use conform::mock::{API_KEY, API_SECRET, MockConfig};

use super::support::{BINARY, Bench, clean, parameters, serve};

/// Sends what Ctrl-C sends.
#[cfg(unix)]
pub fn interrupt(process: u32) {
    let sent = Command::new("kill")
        .args(["-INT", &process.to_string()])
        .status();
    assert!(sent.unwrap().success());
}

#[test]
fn nothing_listens() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let bench = Bench::new();
    let done = bench
        .run_at(&format!("http://127.0.0.1:{port}"), &[])
        .code(3);
    assert!(done.out.contains("outcome   incomplete"), "{}", done.out);
    assert!(done.out.contains("refused"), "{}", done.out);
    assert_eq!(bench.json("reports/report.json")["exit_code"], 3);
    assert!(bench.read("reports/junit.xml").contains("<error"));
}

#[test]
fn an_empty_collection_shows_nothing() {
    let served = serve(MockConfig {
        items: 0,
        ..MockConfig::default()
    });
    let bench = Bench::new();
    let done = bench.run_at(&served.url, &[]).code(3);
    assert!(
        done.out
            .contains("core case valid-first-page is inconclusive"),
        "{}",
        done.out
    );
}

#[test]
fn a_wrong_key_cannot_be_told_from_a_wrong_id() {
    let served = serve(MockConfig::default());
    let bench = Bench::new();
    let mut command = bench.command();
    command
        .env("CONFLUENT_CLOUD_API_KEY", "SOMEBODYELSE")
        .env("CONFLUENT_CLOUD_API_SECRET", "not-the-secret")
        .args(["run", "-q", "--base-url", &served.url])
        .args(parameters());
    super::support::done(&command.output().unwrap()).code(3);
}

#[test]
fn no_case_is_selected_or_the_contract_has_none() {
    let bench = Bench::new();
    let done = bench.run(&["run", "--case", "nothing-*"]).code(3);
    assert!(done.out.contains("no case was run"), "{}", done.out);
    let spec = "openapi: 3.0.3\ninfo: {title: Other, version: '1'}\npaths:\n  /things:\n    get:\n      responses:\n        '200': {description: fine}\n";
    let spec = bench.write("other.yaml", spec);
    let spec = spec.to_str().unwrap();
    bench.run(&["run", "-q", "--spec", spec]).code(3);
    bench.run(&["run", "--list", "--spec", spec]).code(3);
}

#[test]
fn too_little_was_exercised() {
    let bench = Bench::new();
    let least = ["run", "-q", "--min-coverage", "99.5"];
    let some = [&least[..], &["--case", "walk"]].concat();
    let done = bench.run(&some).code(3);
    for piece in [
        "that this target can show were exercised",
        "--min-coverage demands 99.5 %",
    ] {
        assert!(done.out.contains(piece), "{}", done.out);
    }
    // What the reference server cannot show does not count.
    bench.run(&least).code(0);
}

#[cfg(unix)]
#[test]
fn an_interrupted_walk_leaves_reports_of_what_was_judged() {
    let served = serve(MockConfig {
        items: 100_000,
        latency: Duration::from_millis(20),
        ..MockConfig::default()
    });
    let bench = Bench::new();
    let mut command = Command::new(BINARY);
    clean(bench.folder.path(), |name| {
        command.env_remove(name);
    });
    command
        .current_dir(bench.folder.path())
        .env("CONFLUENT_CLOUD_API_KEY", API_KEY)
        .env("CONFLUENT_CLOUD_API_SECRET", API_SECRET)
        .args(["run", "--base-url", &served.url])
        .args(parameters())
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines
        .by_ref()
        .map(Result::unwrap)
        .find(|line| line.ends_with("valid-first-page"))
        .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    interrupt(child.id());
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert_eq!(child.wait().unwrap().code(), Some(3), "{rest:#?}");
    let report = bench.json("reports/report.json");
    assert_eq!(report["outcome"], "incomplete");
    assert!(report["summary"]["pages"].as_u64().unwrap() > 1);
    let reasons = report["reasons"].to_string();
    assert!(reasons.contains("interrupted"), "{reasons}");
    assert!(bench.path("reports/junit.xml").is_file());
}
