//! What a report means to a test: pass, fail with the broken clauses by name, or nothing to see. Decides no verdict;
//! the ledger has done that.

use std::fmt::Write;

use crate::ledger::{Outcome, Verdict};
use crate::report::Report;
use crate::report::model::FindingRecord;

/// What one case's verdict means to a test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CaseOutcome {
    /// It passed.
    Passed,
    /// It fails the test: the findings in words, or why a case that the outcome needs could not tell.
    Failed(String),
    /// It showed nothing, or was not run: why.
    Ignored(String),
}

impl Report {
    /// What the verdict of a case means to a test; `None` for a case that the report does not have.
    ///
    /// A case fails that saw a break which gates, that could not be carried out, or that is core and inconclusive.
    pub fn case_outcome(&self, id: &str) -> Option<CaseOutcome> {
        let case = self.cases.iter().find(|case| case.id == id)?;
        let reason = harmless(&case.reason);
        Some(match case.verdict {
            Verdict::Pass => CaseOutcome::Passed,
            Verdict::Skipped => CaseOutcome::Ignored(reason),
            Verdict::Inconclusive if !case.core => CaseOutcome::Ignored(reason),
            Verdict::Inconclusive => CaseOutcome::Failed(format!(
                "{id} is inconclusive, and without it the run shows nothing: {reason}"
            )),
            Verdict::Error => CaseOutcome::Failed(format!("{id} could not be run: {reason}")),
            Verdict::Fail => {
                let seen = self.findings.iter();
                let seen = seen.filter(|one| !one.baselined && one.cases.iter().any(|by| by == id));
                let words: String = seen.map(words).collect();
                CaseOutcome::Failed(format!("{id}: {}\n{words}", harmless(&case.title)))
            }
        })
    }

    /// Why the target is not conformant: every broken clause by its id with what was seen, and what else stands in the
    /// way; `None` where it is conformant.
    pub fn complaint(&self) -> Option<String> {
        let head = match self.outcome {
            Outcome::Conformant => return None,
            Outcome::Nonconformant => "does not keep its contract",
            Outcome::Incomplete => "could not be judged",
        };
        let mut out = format!("{} {head}\n", harmless(&self.target.base_url));
        for reason in &self.reasons {
            let _ = writeln!(out, "  {}", harmless(reason));
        }
        out.extend(self.findings.iter().filter(|one| !one.baselined).map(words));
        Some(out)
    }

    /// Passes where the target keeps its contract.
    ///
    /// # Panics
    /// With [`Report::complaint`], where it does not, or where the run could not tell.
    #[track_caller]
    pub fn assert_conformant(&self) {
        if let Some(complaint) = self.complaint() {
            panic!("{complaint}");
        }
    }
}

/// A finding for people: the clause, what is wrong, where, and how to see it again.
fn words(finding: &FindingRecord) -> String {
    let mut out = format!("\n  {}: {}\n", finding.level.word(), finding.clause);
    let mut line = |name: &str, text: &str| {
        if !text.is_empty() {
            let _ = writeln!(out, "    {name:<9}{}", harmless(text));
        }
    };
    line("", &finding.message);
    line("expected", &finding.expected);
    line("actual", &finding.actual);
    let page = finding.examples.first().map_or(0, |first| first.page);
    let page = if page > 0 {
        format!("page {page} ")
    } else {
        String::new()
    };
    line(
        "where",
        format!("{page}{}", finding.instance_pointer).trim(),
    );
    if finding.count > 1 {
        line("places", &finding.count.to_string());
    }
    line("seen by", &finding.cases.join(", "));
    line("again", &finding.curl);
    out
}

/// A text from the target without what could steer a terminal.
fn harmless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}
