//! What each case says to a reader that knows only passed, failure, error and skipped: exactly one of them, and a
//! failure or an error exactly when the exit code is not 0. The formats for test results are made of it.

use std::cmp::Reverse;
use std::collections::HashSet;

use super::foreign;
use super::model::{CaseRecord, Report};
use super::view::View;
use super::words::{self, plural};
use crate::ledger::Verdict;

/// What a testcase says beside its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Passed,
    Failure,
    Error,
    Skipped,
}

/// One testcase, ready to be written.
pub(super) struct TestCase<'a> {
    /// The case; absent for the run's own outcome.
    pub(super) case: Option<&'a CaseRecord>,
    /// Its operation by its name; empty for the run's own outcome.
    pub(super) operation: &'a str,
    pub(super) suite: String,
    pub(super) name: String,
    pub(super) duration_ms: u64,
    /// File and line: of the worst finding in the contract, else of the case.
    pub(super) place: Option<(String, u64)>,
    pub(super) kind: Kind,
    /// Why it is of that kind, in one word; empty where it passed.
    pub(super) cause: &'static str,
    /// The verdict, or the outcome of the run.
    pub(super) raw: &'static str,
    pub(super) message: String,
    /// Every finding in full; of a passed case too, where it has some that do not gate.
    pub(super) text: String,
}

/// All testcases, no two with the same suite and name.
pub(super) fn testcases(report: &Report) -> Vec<TestCase<'_>> {
    let view = View::new(report);
    let mut tests: Vec<TestCase<'_>> = report
        .cases
        .iter()
        .map(|case| testcase(report, &view, case))
        .collect();
    tests.extend(outcome(report, &tests));
    let mut seen = HashSet::new();
    for test in &mut tests {
        let name = test.name.clone();
        let mut n = 2;
        while !seen.insert((test.suite.clone(), test.name.clone())) {
            test.name = format!("{name} ({n})");
            n += 1;
        }
    }
    tests
}

fn testcase<'a>(report: &'a Report, view: &View<'a>, case: &'a CaseRecord) -> TestCase<'a> {
    let findings = view.findings_of(case);
    let baselined = findings.iter().filter(|finding| finding.baselined).count() as u64;
    let gates = report.exit_code != 0;
    let (kind, cause) = match case.verdict {
        Verdict::Skipped => (Kind::Skipped, "skipped"),
        Verdict::Pass if baselined > 0 => (Kind::Skipped, "baselined"),
        Verdict::Pass => (Kind::Passed, ""),
        Verdict::Inconclusive if case.core && gates => (Kind::Error, "inconclusive"),
        Verdict::Inconclusive => (Kind::Skipped, "inconclusive"),
        Verdict::Fail if gates => {
            let worst = findings
                .iter()
                .filter(|finding| !finding.baselined)
                .map(|finding| finding.level)
                .max();
            (Kind::Failure, worst.map_or("fail", |level| level.word()))
        }
        Verdict::Error if gates => (Kind::Error, "error"),
        Verdict::Fail | Verdict::Error => (Kind::Skipped, "not-gating"),
    };
    let message = match (kind, findings.first()) {
        (Kind::Skipped, _) if cause == "baselined" => {
            format!("{} known to the baseline", plural(baselined, "finding"))
        }
        (Kind::Failure, Some(first)) if findings.len() == 1 => {
            format!("{}: {}", first.clause, first.message)
        }
        _ if case.reason.is_empty() => case.title.clone(),
        _ => case.reason.clone(),
    };
    let mut text = match kind {
        Kind::Passed if findings.is_empty() => String::new(),
        _ => format!(
            "{}\n",
            match case.verdict {
                // The findings below say it.
                Verdict::Fail => case.title.clone(),
                _ => format!("{}\n{}", case.title, case.reason),
            }
            .trim_end()
        ),
    };
    for finding in &findings {
        text.push('\n');
        text.push_str(&words::block(report, finding));
    }
    let worst = findings
        .iter()
        .filter(|finding| !finding.baselined && finding.spec_line > 0)
        .min_by_key(|finding| Reverse(finding.level));
    let place = match worst {
        Some(finding) if kind == Kind::Failure => {
            let file = words::spec_file(&report.contract, &finding.spec_file);
            (file.to_owned(), finding.spec_line)
        }
        _ => (case.source.clone(), case.line),
    };
    // Reports of older versions do not know the operation.
    let operation = match case.operation.as_str() {
        "" => &report.contract.title,
        known => known,
    };
    TestCase {
        case: Some(case),
        operation,
        suite: format!("conform.{operation}"),
        name: case.id.clone(),
        duration_ms: case.duration_ms,
        place: Some(place).filter(|(file, _)| !file.is_empty()),
        kind,
        cause,
        raw: case.verdict.word(),
        message: foreign::lines(&message),
        text: foreign::lines(&text),
    }
}

/// The testcase for a run that fails for a reason that no case shows: a coverage missed, a stale baseline, an
/// unreachable target, an interruption, a report that could not be written.
fn outcome(report: &Report, tests: &[TestCase<'_>]) -> Option<TestCase<'static>> {
    let kind = match report.exit_code {
        0 => return None,
        1 => Kind::Failure,
        _ => Kind::Error,
    };
    if report.exit_code != 2 && tests.iter().any(|test| test.kind == kind) {
        return None;
    }
    let sentence = format!(
        "the run is {}, exit code {}",
        report.outcome.word(),
        report.exit_code
    );
    Some(TestCase {
        case: None,
        operation: "",
        suite: "conform".to_owned(),
        name: "outcome".to_owned(),
        duration_ms: 0,
        place: None,
        kind,
        cause: report.outcome.word(),
        raw: report.outcome.word(),
        message: report
            .reasons
            .first()
            .cloned()
            .unwrap_or_else(|| sentence.clone()),
        text: format!("{sentence}\n{}\n", report.reasons.join("\n")),
    })
}
