//! What cannot be found out: exit code 3, and the reports are there all the same.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use conform::mock::{MockConfig, Reply, SeenRequest};

use super::support::{Bench, parameters, serve};

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
    assert_eq!(done.out.matches("refused").count(), 2, "{}", done.out);
    assert!(
        !done.out.contains("skipped") && !done.out.contains("exercised"),
        "{}",
        done.out
    );
    let verbose = bench
        .run_at(&format!("http://127.0.0.1:{port}"), &["-v"])
        .code(3);
    assert!(
        verbose.out.contains("skipped       walk and"),
        "{}",
        verbose.out
    );
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
    let run = [
        "run",
        "-q",
        "--no-derive",
        "--spec",
        spec,
        "--base-url",
        "reference",
    ];
    bench.run(&run).code(3);
    bench
        .run(&["run", "--list", "--no-derive", "--spec", spec])
        .code(3);
}

#[test]
fn too_little_was_exercised() {
    let bench = Bench::new();
    let least = ["run", "-q", "--min-coverage", "100"];
    let some = [&least[..], &["--case", "walk"]].concat();
    let done = bench.run(&some).code(3);
    for piece in [
        "that this target can show were exercised",
        "--min-coverage demands 100 %",
    ] {
        assert!(done.out.contains(piece), "{}", done.out);
    }
    // What the reference server cannot show does not count.
    bench.run(&least).code(0);
}

#[test]
fn a_core_case_that_is_skipped_is_told_and_has_to_be_meant() {
    let bench = Bench::new();
    let done = bench.run(&["run", "-q", "--skip", "walk"]).code(3);
    for piece in [
        "core case walk was skipped",
        "--no-core",
        ", without the core case walk",
    ] {
        assert!(done.out.contains(piece), "{piece} in {}", done.out);
    }
    let done = bench
        .run(&["run", "-q", "--skip", "walk", "--no-core"])
        .code(0);
    assert!(
        done.out.contains("without the core case walk"),
        "{}",
        done.out
    );
    // Who names cases means them; that the walk is not among them is told all the same.
    let done = bench.run(&["run", "-q", "--case", "hostile-*"]).code(0);
    assert!(
        done.out.contains("without the core case walk"),
        "{}",
        done.out
    );
    let report = bench.json("reports/report.json");
    let cases = report["cases"].as_array().unwrap();
    let walk = cases.iter().find(|case| case["id"] == "walk").unwrap();
    assert_eq!(walk["reason"], "not named by --case");
    bench.write(
        "conform.toml",
        "[run]\nbase-url = \"reference\"\nno-core = true\n",
    );
    bench.run(&["run", "-q", "--skip", "walk"]).code(0);
    let done = bench
        .run(&["run", "-q", "--skip", "valid-first-page"])
        .code(3);
    assert!(
        done.out
            .contains("its control valid-first-page was skipped"),
        "{}",
        done.out
    );
}

#[cfg(unix)]
#[test]
fn what_does_not_end_by_itself_is_ended() {
    let bench = Bench::new();
    let pipe = bench.path("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let timed = |args: &[&str], code: i32, piece: &str| {
        let began = std::time::Instant::now();
        let done = bench
            .run(&[args, &["--max-time", "1s"]].concat())
            .code(code);
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{:?}",
            began.elapsed()
        );
        assert!(
            done.err.contains(piece) && done.err.contains("--max-time"),
            "{}",
            done.err
        );
    };
    timed(&["run", "-q", "--cases", "pipe"], 3, "nothing was written");
    let began = std::time::Instant::now();
    let done = bench.run(&["run", "-q", "--config", "pipe", "--max-time", "1s"]);
    let done = done.code(2);
    assert!(began.elapsed() < Duration::from_secs(4));
    assert!(done.err.contains("nobody writes into"), "{}", done.err);
    let cleanup = ["run", "-q", "--cleanup", "pipe"];
    timed(&cleanup, 3, "nothing was written");
    let both = std::fs::File::options().read(true).write(true).open(&pipe);
    timed(&cleanup, 3, "nothing was written");
    drop(both);
    let reports = [
        "run",
        "-q",
        "--case",
        "head",
        "--report",
        "json=pipe",
        "--report",
        "junit=j.xml",
    ];
    timed(&reports, 2, "not everything was written");
    assert!(bench.path("j.xml").is_file());
}

#[cfg(unix)]
#[test]
fn waiting_ends_when_it_is_interrupted_and_when_the_path_is_ready() {
    let bench = Bench::new();
    let mut command = bench.started("http://127.0.0.1:9", &["-q", "--wait", "60s"]);
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    interrupt(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(3));
    let reasons = bench.json("reports/report.json")["reasons"].to_string();
    assert_eq!(reasons, "[\"the run was interrupted\"]");
    let served = serve(MockConfig::default());
    let wait = ["-q", "--wait", "300ms", "--wait-for", "healthz"];
    let done = bench.run_at(&served.url, &wait).code(3);
    let why = "/healthz did not answer 2xx within 0.3 s: the last answer was 404";
    assert!(done.out.contains(why), "{}", done.out);
    // Not before it answers 2xx, and not as soon as it answers at all.
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let edit = move |request: &SeenRequest<'_>, mut reply: Reply| {
        if request.target == "/healthz" {
            let is_ready = counted.fetch_add(1, Ordering::SeqCst) >= 2;
            reply = Reply::empty(if is_ready { 204 } else { 503 });
        }
        reply
    };
    let served = serve(MockConfig {
        edit: Some(Arc::new(edit)),
        ..MockConfig::default()
    });
    let wait = ["-q", "--wait", "30s", "--wait-for", "/healthz"];
    bench.run_at(&served.url, &wait).code(0);
    assert_eq!(asked.load(Ordering::SeqCst), 3);
}

#[cfg(unix)]
#[test]
fn the_recording_of_an_interrupted_run_ends_on_replay_where_that_one_did() {
    let served = serve(MockConfig {
        items: 100_000,
        latency: Duration::from_millis(20),
        ..MockConfig::default()
    });
    let bench = Bench::new();
    let record = ["-q", "--record", "run.rec", "--max-time", "1s"];
    let first = bench.run_at(&served.url, &record).code(3);
    let again = bench.run(&["run", "-q", "--replay", "run.rec"]).code(3);
    for (done, piece) in [(first, ""), (again, "the recording ends early: ")] {
        let cause = done.out.lines().next().unwrap_or_default();
        assert!(
            cause.contains(piece) && cause.contains("time"),
            "{}",
            done.out
        );
        assert_eq!(done.out.matches("because").count(), 1, "{}", done.out);
    }
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
    let mut command = bench.started(&served.url, &[]);
    command.stdout(Stdio::piped());
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
    let told: Vec<&String> = rest.iter().skip_while(|line| !line.is_empty()).collect();
    assert_eq!(told[1], "because   the run was interrupted", "{rest:#?}");
    assert!(told[2].starts_with("outcome   incomplete"), "{rest:#?}");
    assert!(told[3].starts_with("remedy    run it again; "), "{rest:#?}");
    let cause = rest.iter().filter(|line| line.contains("interrupted"));
    assert_eq!(cause.count(), 1, "{rest:#?}");
    assert!(!rest.concat().contains("exercised"), "{rest:#?}");
    let report = bench.json("reports/report.json");
    assert_eq!(report["outcome"], "incomplete");
    assert!(report["summary"]["pages"].as_u64().unwrap() > 1);
    let reasons = report["reasons"].to_string();
    assert!(reasons.contains("interrupted"), "{reasons}");
    assert!(bench.path("reports/junit.xml").is_file());
}

#[test]
fn a_run_out_of_time_tells_its_cause_once_and_the_rest_only_if_asked() {
    let served = serve(MockConfig {
        items: 100_000,
        latency: Duration::from_millis(20),
        ..MockConfig::default()
    });
    let bench = Bench::new();
    let done = bench.run_at(&served.url, &["--max-time", "1s"]).code(3);
    assert_eq!(done.out.matches("is over").count(), 1, "{}", done.out);
    let remedy = "remedy    run it again with a longer --max-time";
    assert!(done.out.contains(remedy), "{}", done.out);
    assert!(!done.out.contains("exercised"), "{}", done.out);
    let verbose = bench.run_at(&served.url, &["--max-time", "1s", "-v"]);
    assert!(verbose.out.contains("not exercised:"), "{}", verbose.out);
}

#[test]
fn what_is_cut_short_tells_what_it_has() {
    let bench = Bench::new();
    let proof = bench.run(&["prove", "--format", "json", "--max-time", "3s"]);
    let proof = proof.code(3);
    let proof: serde_json::Value = serde_json::from_str(&proof.out).unwrap();
    assert!(proof["cut"].as_str().unwrap().contains("--max-time"));
    assert_eq!(proof["passes"], false);
    let url = "http://h/ccpm/v1/plugins/a/versions?environment=b";
    let entry = format!(
        r#"{{"request": {{"method": "GET", "url": "{url}", "headers": []}}, "response": {{"status": 200, "headers": [], "content": {{"text": "{{}}", "mimeType": "application/json"}}}}}}"#
    );
    let entries = vec![entry; 20_000].join(",");
    bench.write(
        "a.har",
        &format!(r#"{{"log": {{"version": "1.2", "entries": [{entries}]}}}}"#),
    );
    for base in [&["--base-url", "http://h"][..], &[]] {
        let judge = ["judge", "-q", "a.har", "--report", "json=r.json"];
        bench.run(&[&judge, base, &["--max-time", "1s"]].concat());
        let report = bench.json("r.json");
        assert!(
            report["reasons"].to_string().contains("--max-time"),
            "{report}"
        );
    }
}
