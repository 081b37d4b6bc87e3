//! Our own texts as they read: the terminal of a conformant and of a broken run, and JUnit. Ports and times are gone.

use regex::Regex;

use super::support::{Bench, serve_v_versions};

/// What differs from run to run, made the same.
fn steady(text: &str) -> String {
    let mut text = text.replace('\\', "/");
    for (pattern, put) in [
        (r"127\.0\.0\.1:\d+", "127.0.0.1:PORT"),
        (r"in \d+\.\d s", "in 0.0 s"),
        (r#"time="[0-9.]+""#, r#"time="0""#),
        (r#"timestamp="[^"]+""#, r#"timestamp="NOW""#),
        (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[0-9.]*Z", "NOW"),
        (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "REQUEST-ID"),
        (r"[0-9a-f]{64}", "SHA256"),
        (r"page_token=[A-Za-z0-9_-]+", "page_token=TOKEN"),
    ] {
        text = Regex::new(pattern)
            .unwrap()
            .replace_all(&text, put)
            .into_owned();
    }
    text
}

#[test]
fn terminal_of_a_conformant_run() {
    let bench = Bench::new();
    insta::assert_snapshot!(
        "conformant_terminal",
        steady(&bench.run(&["run"]).code(0).out)
    );
}

#[test]
fn terminal_and_junit_of_a_broken_run() {
    let served = serve_v_versions();
    let bench = Bench::new();
    let done = bench.run_at(&served.url, &[]).code(1);
    insta::assert_snapshot!("broken_terminal", steady(&done.out));
    insta::assert_snapshot!("broken_junit", steady(&bench.read("reports/junit.xml")));
}
