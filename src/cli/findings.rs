//! Each finding as a compiler would show it. Values from the target are cut; the curl line is not, since it is to be
//! pasted.

use std::collections::HashMap;

use indexmap::IndexMap;

use crate::battery::Plan;
use crate::contract::Level;
use crate::report::Report;
use crate::report::model::FindingRecord;
use crate::report::words::{self, Line};

use super::causes::{self, Cause};
use super::snippet::{self, Piece, of_contract};
use super::terminal::{Paint, harmless, width};
use super::text::{cut, fold, plural};
use super::{response, summary};

/// The longest that a value from the target is shown, in columns.
const VALUE_SHOWN: usize = 160;

/// How many findings are shown in full, the worst; those of one cause are one.
const IN_FULL: usize = 50;

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The outcome alone.
    Outcome,
    /// Findings and the outcome, of a run that was cut short.
    Cut,
    /// Findings and counts.
    Findings,
    /// Each exchange as well.
    Exchanges,
}

/// All findings, what was not exercised, and the outcome.
pub fn all(plan: &Plan, report: &Report, paint: Paint, detail: Detail) -> String {
    // Where nothing was seen there is nothing to count: the outcome tells the one cause.
    let saw_nothing = report.summary.clauses.not_exercised == report.summary.clauses.total;
    if detail == Detail::Outcome {
        return summary::left(report, paint) + &summary::outcome(plan, report, paint);
    }
    let seen = super::seen::told(report, paint);
    if matches!(detail, Detail::Cut | Detail::Findings) && saw_nothing {
        return seen + &summary::outcome(plan, report, paint);
    }
    let mut out = String::new();
    if detail == Detail::Exchanges {
        out.push_str(&super::exchanges::list(report, paint));
    }
    let causes = causes::folded(report);
    let (shown, rest) = causes.split_at(causes.len().min(IN_FULL));
    for cause in shown {
        out.push('\n');
        out.push_str(&one(plan, report, cause.first, paint));
        out.push_str(&causes::others(report, cause, paint));
    }
    out.push('\n');
    out.push_str(&in_short(report, rest, paint));
    if detail != Detail::Cut {
        out.push_str(&summary::operations(report, paint));
        out.push_str(&summary::unexercised(report, paint));
    }
    if !report.findings.is_empty() {
        out.push_str(
            &paint.dim(
                "conform explain CLAUSE says what a clause means and how a break is fixed.\n\n",
            ),
        );
    }
    out.push_str(&summary::left(report, paint));
    if detail != Detail::Cut {
        out.push_str(&summary::counts(report));
    }
    out.push_str(&seen);
    out.push_str(&summary::outcome(plan, report, paint));
    out
}

/// What is too much to be read in full, by operation.
fn in_short(report: &Report, rest: &[Cause<'_>], paint: Paint) -> String {
    let rest = rest.iter();
    let rest = rest.flat_map(|one| std::iter::once(one.first).chain(one.others.iter().copied()));
    let rest: Vec<&FindingRecord> = rest.collect();
    if rest.is_empty() {
        return String::new();
    }
    let names: HashMap<&str, &str> = report
        .clauses
        .iter()
        .map(|clause| (clause.id.as_str(), clause.operation.as_str()))
        .collect();
    let mut operations: IndexMap<&str, u64> = IndexMap::new();
    for finding in &rest {
        let operation = names.get(finding.clause.as_str()).copied();
        *operations.entry(operation.unwrap_or_default()).or_default() += 1;
    }
    let mut out = format!(
        "and {}, told in full in the reports\n",
        plural(rest.len() as u64, "other finding")
    );
    for (operation, count) in &operations {
        out.push_str(&paint.dim(&format!("  {count:>4}  {}\n", harmless(operation))));
    }
    out.push('\n');
    out
}

/// One finding: heading and sentence, both excerpts, and below them what the excerpts do not show.
fn one(plan: &Plan, report: &Report, finding: &FindingRecord, paint: Paint) -> String {
    let level = words::level(finding);
    let weight = if finding.baselined {
        Level::Info
    } else {
        finding.level
    };
    let level = paint.level(weight, &level);
    let mut out = format!(
        "{level}: {}\n  {}\n",
        paint.name(&harmless(&finding.clause)),
        fold(&words::sentence(finding), width(), "  ")
    );
    let clause = plan.clauses.find(&finding.clause);
    let clause = clause.map(|ix| plan.clauses.get(ix));
    let is_missing = clause.is_some_and(|clause| clause.subject.keyword == "required");
    let seen = response::piece(report, finding, is_missing);
    let mark = clause.map(|clause| clause.mark);
    let promised = of_contract(
        &plan.contract.document,
        &finding.spec_pointer,
        mark.unwrap_or_default(),
    );
    let mut notes = Vec::new();
    let mut curl = String::new();
    for Line { label, text } in words::lines(report, finding) {
        match label {
            "where" if seen.is_some() => {}
            "contract" if promised.is_some() => {}
            "expected" | "actual" => notes.push((label, cut(&text, VALUE_SHOWN))),
            "reproduce" => curl = format!("  {text}\n"),
            _ => notes.push((label, text)),
        }
    }
    let pieces: Vec<Piece> = seen.into_iter().chain(promised).collect();
    out.push_str(&snippet::render(finding.level, &pieces, &notes, paint));
    out.push('\n');
    out.push_str(&curl);
    out
}
