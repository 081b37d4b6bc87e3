//! What a report means to a test: pass, fail with the broken clauses by name, or nothing to see. Decides no verdict;
//! the ledger has done that.

use crate::ledger::{Outcome, Verdict};
use crate::report::Report;
use crate::report::foreign::lines;
use crate::report::model::FindingRecord;
use crate::report::words;

/// What one case's verdict means to a test.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
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
    /// A case fails that saw a break which gates, that ended in error, or that is core and inconclusive.
    pub fn case_outcome(&self, id: &str) -> Option<CaseOutcome> {
        let case = self.cases.iter().find(|case| case.id == id)?;
        let reason = lines(&case.reason);
        Some(match case.verdict {
            Verdict::Pass => CaseOutcome::Passed,
            Verdict::Skipped => CaseOutcome::Ignored(reason),
            Verdict::Inconclusive if !case.core => CaseOutcome::Ignored(reason),
            Verdict::Inconclusive => CaseOutcome::Failed(format!(
                "{id} is inconclusive, and without it the run shows nothing: {reason}"
            )),
            Verdict::Error => CaseOutcome::Failed(format!("{id} ended in error: {reason}")),
            Verdict::Fail => {
                let seen = self.findings.iter();
                let seen = seen.filter(|one| !one.baselined && one.cases.iter().any(|by| by == id));
                CaseOutcome::Failed(format!("{id}: {}{}", lines(&case.title), self.blocks(seen)))
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
        let mut out = format!("{} {head}\n", lines(&self.target.name()));
        for reason in &self.reasons {
            out.push_str(&format!("  {}\n", lines(reason)));
        }
        let gating = self.findings.iter().filter(|one| !one.baselined);
        Some(out + &self.blocks(gating))
    }

    fn blocks<'a>(&self, findings: impl Iterator<Item = &'a FindingRecord>) -> String {
        findings
            .map(|one| format!("\n{}", words::block(self, one)))
            .collect()
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
