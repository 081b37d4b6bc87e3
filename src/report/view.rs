//! The findings of a report, found quickly. It decides nothing that the ledger has not decided.

use std::collections::HashMap;

use super::model::{CaseRecord, FindingRecord, Report};

/// Findings by their clause.
pub(super) struct View<'a> {
    findings: HashMap<&'a str, &'a FindingRecord>,
}

impl<'a> View<'a> {
    pub(super) fn new(report: &'a Report) -> View<'a> {
        let findings = report.findings.iter();
        View {
            findings: findings.map(|one| (one.clause.as_str(), one)).collect(),
        }
    }

    /// The findings of the clauses that the case saw broken, in the case's order.
    pub(super) fn findings_of(&self, case: &'a CaseRecord) -> Vec<&'a FindingRecord> {
        let broken = case.broken.iter();
        broken
            .filter_map(|id| self.findings.get(id.as_str()).copied())
            .collect()
    }
}
