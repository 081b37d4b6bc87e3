//! Targets that break the contract: exit code 1, and baselines that excuse what is known.

use super::support::{Bench, serve_edited, serve_v_versions};

const SEMVER: &str = "list-versions/rule/version-is-semver";

#[test]
fn one_broken_rule_is_the_one_finding_and_its_diagnostic_says_all() {
    let served = serve_v_versions();
    let bench = Bench::new();
    let done = bench.run_at(&served.url, &[]).code(1);
    let report = bench.json("reports/report.json");
    let found: Vec<&str> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| finding["clause"].as_str().unwrap())
        .collect();
    assert_eq!(found, [SEMVER], "{}", done.out);
    for piece in [
        "must: list-versions/rule/version-is-semver",
        "Every version complies with Semantic Versioning",
        "\"version\": \"v1.0.0\"",
        "^^^^^^^^",
        "spec/ccpm-v1.yaml:",
        "= actual: \"v1.0.0\"",
        "25 times in walk",
        "= impact: ",
        "curl -sS -i -u \"$CONFLUENT_CLOUD_API_KEY:$CONFLUENT_CLOUD_API_SECRET\" 'http://127.0.0.1:",
        "outcome   nonconformant",
    ] {
        assert!(done.out.contains(piece), "{piece:?} in {}", done.out);
    }
    assert!(bench.read("reports/junit.xml").contains("<failure"));
}

#[test]
fn the_text_fits_its_columns_and_does_nothing_to_the_terminal() {
    let served = serve_edited(200, |body| {
        for item in body["data"].as_array_mut().into_iter().flatten() {
            item["spec"]["display_name"] = "x".repeat(300).into();
            item["id"] = format!("\u{1b}[2J\u{202e}\u{7}{}", "y".repeat(400)).into();
        }
        body["\u{1b}]0;title\u{7}"] = 1.into();
    });
    let bench = Bench::new();
    let done = bench.run_at(&served.url, &["-v"]).code(1);
    assert!(!done.out.contains(['\u{1b}', '\u{202e}', '\u{7}']));
    let exempt = |line: &str| {
        let line = line.trim_start();
        ["curl ", "GET ", "HEAD ", "reports ", "setting "]
            .iter()
            .any(|begin| line.starts_with(begin))
    };
    for line in done.out.lines().filter(|line| !exempt(line)) {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn a_gate_of_must_lets_a_should_pass() {
    let served = serve_edited(200, |body| {
        for item in body["data"].as_array_mut().into_iter().flatten() {
            item["spec"]["upload_source"]["upload_id"] = "u-1".into();
        }
    });
    let bench = Bench::new();
    bench.run_at(&served.url, &["-q"]).code(1);
    let done = bench.run_at(&served.url, &["--gate", "must"]).code(0);
    assert!(done.out.contains("upload-id-is-empty"), "{}", done.out);
}

#[test]
fn a_baseline_excuses_until_it_is_stale_expired_or_unknown() {
    let served = serve_v_versions();
    let bench = Bench::new();
    let write = ["-q", "--write-baseline", "known.yaml"];
    bench.run_at(&served.url, &write).code(1);
    let with = ["--baseline", "known.yaml"];
    let excused = bench.run_at(&served.url, &with).code(0);
    assert!(excused.out.contains("must (baselined)"), "{}", excused.out);
    let junit = bench.read("reports/junit.xml");
    assert!(!junit.contains("<failure") && !junit.contains("<error"));
    let finding = &bench.json("reports/report.json")["findings"][0];
    assert_eq!(finding["baseline_reason"], "to be filled in");

    let text = bench.read("known.yaml");
    let stale = bench
        .run(&["run", "-q", "--baseline", "known.yaml"])
        .code(1);
    assert!(stale.out.contains("known.yaml:") && stale.out.contains("stale"));

    let until = text.split("expires: ").nth(1).unwrap()[..10].to_owned();
    bench.write("known.yaml", &text.replace(&until, "2020-01-01"));
    let expired = bench.run_at(&served.url, &[&with[..], &["-q"]].concat());
    assert!(expired.code(1).out.contains("expired on 2020-01-01"));

    bench.write(
        "known.yaml",
        &text.replacen("version-is-semver", "version-is-semvr", 1),
    );
    bench.run_at(&served.url, &with).code(2).error(&[
        "known.yaml:3:",
        "no clause `list-versions/rule/version-is-semvr`",
        "did you mean `list-versions/rule/version-is-semver`?",
    ]);
}
