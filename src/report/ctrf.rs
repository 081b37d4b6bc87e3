//! CTRF, the Common Test Report Format: a test a case. A test is `failed` exactly when the exit code is not 0.

use serde::Serialize;
use serde_json::{Value, json};

use super::foreign::lines;
use super::json::pretty;
use super::model::{AttemptRecord, CaseRecord, Report};
use super::testcase::{Kind, TestCase, testcases};

/// The version of the format that is written.
const SPEC_VERSION: &str = "1.0.0";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    test_id: String,
    name: String,
    status: &'static str,
    raw_status: &'static str,
    duration: u64,
    suite: Vec<String>,
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    trace: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_path: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    tags: Vec<String>,
    retries: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    retry_attempts: Vec<Value>,
    flaky: bool,
    extra: Value,
}

/// The report as CTRF.
///
/// # Errors
/// None that a report's content could cause.
pub(super) fn render(report: &Report) -> Result<String, serde_json::Error> {
    let tests: Vec<Test> = testcases(report)
        .into_iter()
        .map(|test| convert(report, test))
        .collect();
    let count = |status| tests.iter().filter(|test| test.status == status).count();
    let started: Option<jiff::Timestamp> = report.manifest.started.parse().ok();
    let start = started.map_or(0, jiff::Timestamp::as_millisecond);
    let duration = report.manifest.duration_ms;
    let summary = json!({
        "tests": tests.len(),
        "passed": count("passed"),
        "failed": count("failed"),
        "skipped": count("skipped"),
        "pending": 0,
        "other": count("other"),
        "flaky": tests.iter().filter(|test| test.flaky).count(),
        "start": start,
        "stop": start.saturating_add_unsigned(duration),
        "duration": duration,
    });
    let mut document = json!({ "reportFormat": "CTRF", "specVersion": SPEC_VERSION });
    if let Some(time) = started {
        document["timestamp"] = json!(time.to_string());
    }
    document["generatedBy"] = json!(format!("{} {}", report.tool.name, report.tool.version));
    document["results"] = json!({
        "tool": { "name": report.tool.name, "version": report.tool.version },
        "summary": summary,
        "tests": tests,
        "environment": {
            "appName": report.contract.title,
            "appVersion": report.contract.version,
            "testEnvironment": report.target.name(),
            "healthy": report.exit_code == 0,
        },
        "extra": {
            "outcome": report.outcome,
            "exitCode": report.exit_code,
            "reasons": report.reasons,
            "contract": report.contract,
            "summary": report.summary,
        },
    });
    pretty(&document)
}

fn convert(report: &Report, test: TestCase<'_>) -> Test {
    let status = match (test.kind, test.cause) {
        (Kind::Passed, _) => "passed",
        (Kind::Failure | Kind::Error, _) => "failed",
        (Kind::Skipped, "skipped" | "baselined") => "skipped",
        (Kind::Skipped, _) => "other",
    };
    let retry_attempts = test
        .case
        .map_or_else(Vec::new, |case| attempts(report, case));
    let passed = test.kind == Kind::Passed;
    let (file_path, line) = test.case.map_or((None, None), |case| {
        (Some(case.source.clone()), Some(case.line))
    });
    Test {
        test_id: format!("{}/{}", test.suite, test.name),
        name: test.name,
        status,
        raw_status: test.raw,
        duration: test.duration_ms,
        suite: vec![test.suite],
        message: if passed { String::new() } else { test.message },
        trace: test.text,
        file_path: file_path.filter(|file| !file.is_empty()),
        line: line.filter(|&line| line > 0),
        tags: test.case.map_or_else(Vec::new, tags),
        retries: retry_attempts.len(),
        flaky: passed && !retry_attempts.is_empty(),
        retry_attempts,
        extra: test.case.map_or_else(
            || json!({}),
            |case| json!({ "title": case.title, "clauses": case.clauses, "broken": case.broken }),
        ),
    }
}

fn tags(case: &CaseRecord) -> Vec<String> {
    let core = case.core.then(|| "core".to_owned());
    let expects = Some(case.expects.clone()).filter(|word| !word.is_empty());
    core.into_iter().chain(expects).collect()
}

/// Every attempt of the case's exchanges that was followed by another, counted through the case.
fn attempts(report: &Report, case: &CaseRecord) -> Vec<Value> {
    let exchanges = case
        .exchanges
        .iter()
        .filter_map(|&n| Some((n, report.exchanges.get(n)?)));
    let attempts = exchanges
        .flat_map(|(n, exchange)| exchange.attempts.iter().map(move |attempt| (n, attempt)));
    attempts
        .enumerate()
        .map(|(at, (exchange, attempt))| {
            json!({
                "attempt": at + 1,
                "status": "failed",
                "duration": attempt.duration_ms,
                "message": reason(attempt),
                "extra": { "exchange": exchange, "status": attempt.status, "waitedMs": attempt.waited_ms },
            })
        })
        .collect()
}

fn reason(attempt: &AttemptRecord) -> String {
    match attempt.status {
        _ if !attempt.error.is_empty() => lines(&attempt.error),
        Some(status) => format!("answered {status}"),
        None => "no response".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn document(report: &Report) -> Value {
        serde_json::from_str(&render(report).unwrap()).unwrap()
    }

    #[test]
    fn every_case_has_its_status_and_keeps_its_verdict() {
        let document = document(&fixture::sample());
        let tests = document["results"]["tests"].as_array().unwrap();
        let found: Vec<[&str; 3]> = tests
            .iter()
            .map(|test| ["name", "status", "rawStatus"].map(|key| test[key].as_str().unwrap()))
            .collect();
        assert_eq!(
            found,
            [
                ["first-page", "failed", "fail"],
                ["same-read-twice", "skipped", "pass"],
                ["full-walk", "failed", "inconclusive"],
                ["restricted-key", "skipped", "skipped"],
                ["hostile-plugin-id", "failed", "error"],
                ["head", "other", "inconclusive"],
                ["no-credentials", "passed", "pass"],
            ]
        );
    }

    #[test]
    fn the_counts_are_those_of_the_tests_and_fail_exactly_when_the_run_does() {
        for base in [fixture::sample(), fixture::conformant(), fixture::empty()] {
            for exit_code in 0..=3 {
                let document = document(&Report {
                    exit_code,
                    ..base.clone()
                });
                let (summary, tests) = (
                    &document["results"]["summary"],
                    document["results"]["tests"].as_array().unwrap(),
                );
                let mut sum = 0;
                for status in ["passed", "failed", "skipped", "pending", "other"] {
                    let counted = tests.iter().filter(|test| test["status"] == status).count();
                    assert_eq!(summary[status], counted, "{status}");
                    sum += counted;
                }
                assert_eq!(summary["tests"], sum);
                assert_eq!(summary["failed"] != 0, exit_code != 0);
            }
        }
    }

    #[test]
    fn times_are_milliseconds_since_the_epoch_and_attempts_are_told() {
        let document = document(&fixture::sample());
        assert_eq!(
            document["results"]["summary"]["start"],
            1_770_091_506_789_i64
        );
        assert_eq!(
            document["results"]["summary"]["stop"],
            1_770_091_508_023_i64
        );
        let test = &document["results"]["tests"][6];
        assert_eq!(
            (&test["retries"], &test["flaky"]),
            (&json!(1), &json!(true))
        );
        assert_eq!(test["retryAttempts"][0]["message"], "answered 503");
    }
}
