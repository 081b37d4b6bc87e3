//! The end of a run for people: each finding with its place, and the summary line.

use crate::battery::Plan;
use crate::contract::Level;
use crate::ledger::{Outcome, State};
use crate::report::Report;
use crate::report::model::{ClauseRecord, CoverageOf, FindingRecord};

use super::terminal::{Paint, harmless};
use super::text::fold;

const WIDTH: usize = 80;

/// All findings, what was not exercised, and the outcome.
pub fn summary(plan: &Plan, report: &Report, paint: Paint, quiet: bool) -> String {
    let mut out = String::new();
    if !quiet {
        for finding in &report.findings {
            out.push('\n');
            out.push_str(&one(plan, finding, paint));
        }
        out.push('\n');
        out.push_str(&unexercised(report, paint));
    }
    out.push_str(&closing(report, paint));
    out
}

/// One finding as a compiler would show it.
fn one(plan: &Plan, finding: &FindingRecord, paint: Paint) -> String {
    let word = if finding.baselined {
        format!("{} (baselined)", finding.level.word())
    } else {
        finding.level.word().to_owned()
    };
    let head = match (finding.level, finding.baselined) {
        (Level::Must, false) => paint.bad(&word),
        (Level::Should, false) => paint.open(&word),
        _ => paint.dim(&word),
    };
    let mut out = format!("{head}: {}\n", paint.name(&finding.clause));
    let line = |label: &str, text: &str| {
        format!(
            "  {label:<9} {}\n",
            fold(&harmless(text), WIDTH, "            ")
        )
    };
    out.push_str(&line("", &finding.message));
    if !finding.excerpt.is_empty() {
        out.push_str(&excerpt(finding, paint));
    }
    out.push_str(&contract_line(plan, finding, paint));
    out.push_str(&line("expected", &finding.expected));
    out.push_str(&line("actual", &finding.actual));
    out.push_str(&line("seen", &places(finding)));
    if !finding.hurts.is_empty() {
        out.push_str(&line("hurts", &finding.hurts));
    }
    if !finding.curl.is_empty() {
        // A line to be pasted is not folded.
        out.push_str(&format!("  {:<9} {}\n", "again", harmless(&finding.curl)));
    }
    out
}

/// The piece of the response, the wrong value underlined.
fn excerpt(finding: &FindingRecord, paint: Paint) -> String {
    let key = finding
        .instance_pointer
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .replace("~1", "/")
        .replace("~0", "~");
    let needle = format!("{}: ", serde_json::Value::String(key));
    let mut out = format!(
        "  {}\n",
        paint.dim(&format!("--> response{}", page_of(finding)))
    );
    for line in finding.excerpt.lines() {
        let line: String = harmless(line).chars().take(WIDTH - 6).collect();
        out.push_str(&format!("   {} {line}\n", paint.dim("|")));
        if let Some(at) = line.find(&needle) {
            let value = line[at + needle.len()..].trim_end_matches(',');
            let indent = line[..at + needle.len()].chars().count();
            let under = "^".repeat(value.chars().count().max(1));
            out.push_str(&format!(
                "   {} {}{}\n",
                paint.dim("|"),
                " ".repeat(indent),
                paint.bad(&under)
            ));
        }
    }
    out
}

fn page_of(finding: &FindingRecord) -> String {
    match finding.examples.first() {
        Some(first) if first.page > 0 => {
            format!(", page {}, {}", first.page, finding.instance_pointer)
        }
        _ => format!(" {}", finding.instance_pointer),
    }
}

/// The line of the contract, the clause underlined.
fn contract_line(plan: &Plan, finding: &FindingRecord, paint: Paint) -> String {
    let document = &plan.contract.document;
    let Some(index) = usize::try_from(finding.spec_line)
        .ok()
        .and_then(|line| line.checked_sub(1))
    else {
        return String::new();
    };
    let Some(text) = document.text.lines().nth(index) else {
        return String::new();
    };
    let trimmed = text.trim_start();
    let shown: String = harmless(trimmed).chars().take(WIDTH - 14).collect();
    let number = finding.spec_line.to_string();
    let under = "-".repeat(shown.chars().count());
    let pad = " ".repeat(number.len());
    format!(
        "  {}\n   {number} {} {shown}\n   {pad} {} {}\n",
        paint.dim(&format!(
            "--> {}:{}",
            document.source_name, finding.spec_line
        )),
        paint.dim("|"),
        paint.dim("|"),
        paint.open(&under)
    )
}

fn places(finding: &FindingRecord) -> String {
    let times = if finding.count == 1 {
        "once".to_owned()
    } else {
        format!("{} times", finding.count)
    };
    let first: Vec<String> = finding
        .examples
        .iter()
        .filter(|example| !example.pointer.is_empty())
        .take(3)
        .map(|example| {
            if example.page > 0 {
                format!("page {} {}", example.page, example.pointer)
            } else {
                example.pointer.clone()
            }
        })
        .collect();
    let at = if first.is_empty() {
        String::new()
    } else {
        format!(
            ", at {}{}",
            first.join("; "),
            if finding.count > 3 { "; …" } else { "" }
        )
    };
    let others = finding
        .cases
        .iter()
        .filter(|case| **case != finding.case)
        .count();
    let also = match others {
        0 => String::new(),
        1 => ", and by 1 other case".to_owned(),
        more => format!(", and by {more} other cases"),
    };
    format!("{times} in {}{at}{also}", finding.case)
}

/// What was not put to the test, grouped by reason.
fn unexercised(report: &Report, paint: Paint) -> String {
    let mut groups: Vec<(&str, Vec<&ClauseRecord>)> = Vec::new();
    for clause in report
        .clauses
        .iter()
        .filter(|clause| clause.state == Some(State::NotExercised))
    {
        let reason = clause.reason.as_deref().unwrap_or_default();
        match groups.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, list)) => list.push(clause),
            None => groups.push((reason, vec![clause])),
        }
    }
    if groups.is_empty() {
        return String::new();
    }
    let total: usize = groups.iter().map(|(_, list)| list.len()).sum();
    let mut out = format!("not exercised: {total} clauses (conform clauses lists them all)\n");
    groups.sort_by_key(|(_, list)| std::cmp::Reverse(list.len()));
    for (reason, list) in groups.iter().take(8) {
        let example = list
            .first()
            .map(|clause| clause.id.as_str())
            .unwrap_or_default();
        let which = if list.len() == 1 {
            format!(" ({example})")
        } else {
            String::new()
        };
        out.push_str(&paint.dim(&format!(
            "  {:>4}  {}\n",
            list.len(),
            fold(&harmless(&format!("{reason}{which}")), WIDTH, "        ")
        )));
    }
    if groups.len() > 8 {
        let rest: usize = groups.iter().skip(8).map(|(_, list)| list.len()).sum();
        out.push_str(&paint.dim(&format!("  {rest:>4}  for other reasons\n")));
    }
    out.push('\n');
    out
}

fn closing(report: &Report, paint: Paint) -> String {
    let cases = &report.summary.cases;
    let found = &report.summary.findings;
    let of = |coverage: &CoverageOf| {
        let reach = if coverage.out_of_reach > 0 {
            format!(" ({} out of reach)", coverage.out_of_reach)
        } else {
            String::new()
        };
        format!("{}/{}{reach}", coverage.exercised, coverage.total)
    };
    let coverage = &report.summary.coverage;
    let mut out = String::new();
    out.push_str(&format!(
        "cases     {} passed, {} failed, {} inconclusive, {} skipped, {} in error\n",
        cases.pass, cases.fail, cases.inconclusive, cases.skipped, cases.error
    ));
    out.push_str(&format!(
        "clauses   exercised: must {}, should {}, info {}\n",
        of(&coverage.must),
        of(&coverage.should),
        of(&coverage.info)
    ));
    out.push_str(&format!(
        "findings  {} must, {} should, {} info, {} baselined\n",
        found.must, found.should, found.info, found.baselined
    ));
    out.push_str(&format!(
        "traffic   {} requests, {} pages, {} items in {:.1} s\n",
        report.summary.exchanges,
        report.summary.pages,
        report.summary.items,
        report.manifest.duration_ms as f64 / 1000.0
    ));
    for reason in &report.reasons {
        out.push_str(&format!(
            "because   {}\n",
            fold(&harmless(reason), WIDTH, "          ")
        ));
    }
    let word = report.outcome.word();
    let colored = match report.outcome {
        Outcome::Conformant => paint.good(word),
        Outcome::Nonconformant => paint.bad(word),
        Outcome::Incomplete => paint.open(word),
    };
    out.push_str(&format!(
        "outcome   {colored}: {} (exit code {})",
        harmless(&report.target.base_url),
        report.exit_code
    ));
    out
}
