//! Counts made from the records of a report.

use super::model::{CaseRecord, ClauseRecord, FindingRecord, Summary};
use crate::contract::Level;
use crate::ledger::State;

impl Summary {
    /// The counts of these; what was sent is not known from them.
    pub fn of(
        cases: &[CaseRecord],
        findings: &[FindingRecord],
        clauses: &[ClauseRecord],
    ) -> Summary {
        let mut summary = Summary::default();
        for case in cases {
            summary.cases.add(case.verdict);
        }
        let counts = &mut summary.findings;
        for finding in findings {
            *match (finding.baselined, finding.level) {
                (true, _) => &mut counts.baselined,
                (false, Level::Must) => &mut counts.must,
                (false, Level::Should) => &mut counts.should,
                (false, Level::Info) => &mut counts.info,
            } += 1;
        }
        for clause in clauses {
            let state = clause.state.unwrap_or(State::NotExercised);
            summary.clauses.add(state);
            let of = match clause.level {
                Level::Must => &mut summary.coverage.must,
                Level::Should => &mut summary.coverage.should,
                Level::Info => &mut summary.coverage.info,
            };
            of.total += 1;
            of.exercised += u64::from(state != State::NotExercised);
            of.out_of_reach += u64::from(clause.out_of_reach == Some(true));
        }
        summary
    }
}
