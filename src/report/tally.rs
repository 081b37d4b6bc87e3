//! Counts made from the records of a report.

use std::collections::HashMap;

use super::model::{
    CaseRecord, ClauseCounts, ClauseRecord, FindingRecord, OperationRecord, Reach, Summary,
};
use crate::contract::Level;
use crate::ledger::{State, Verdict};

/// How many reasons are named of an operation that was not tested whole.
const REASONS_NAMED: usize = 2;

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

impl OperationRecord {
    /// Operations, as id, method and path, with what became of their cases and clauses.
    pub fn all(
        operations: impl Iterator<Item = [String; 3]>,
        cases: &[CaseRecord],
        clauses: &[ClauseRecord],
    ) -> Vec<OperationRecord> {
        let cases = grouped(cases, |case| &case.operation);
        let clauses = grouped(clauses, |clause| &clause.operation);
        operations
            .map(|[id, method, path]| {
                let of = |id: &str| {
                    let cases = cases.get(id).map_or(&[][..], Vec::as_slice);
                    (cases, clauses.get(id).map_or(&[][..], Vec::as_slice))
                };
                let (cases, clauses) = of(&id);
                one([id, method, path], cases, clauses)
            })
            .collect()
    }
}

/// Why an operation that was not chosen was not tested.
pub const NOT_CHOSEN: &str = "not chosen by --operation";

impl OperationRecord {
    /// The same of an operation that was not chosen, with so many clauses.
    pub fn not_chosen(self, clauses: u64) -> OperationRecord {
        let clauses = ClauseCounts {
            not_chosen: clauses,
            ..ClauseCounts::default()
        };
        OperationRecord {
            state: Reach::NotChosen,
            reason: NOT_CHOSEN.to_owned(),
            clauses,
            ..self
        }
    }
}

fn grouped<'a, T>(
    all: &'a [T],
    operation: impl Fn(&'a T) -> &'a str,
) -> HashMap<&'a str, Vec<&'a T>> {
    let mut groups: HashMap<&str, Vec<&T>> = HashMap::new();
    for one in all {
        groups.entry(operation(one)).or_default().push(one);
    }
    groups
}

/// Adds what is missing, and for how much.
fn miss<'a>(missing: &mut Vec<(&'a str, usize)>, reason: &'a str, weight: usize) {
    match missing.iter_mut().find(|(known, _)| *known == reason) {
        Some((_, count)) => *count += weight,
        None => missing.push((reason, weight)),
    }
}

fn one(
    [id, method, path]: [String; 3],
    cases: &[&CaseRecord],
    clauses: &[&ClauseRecord],
) -> OperationRecord {
    let mut record = OperationRecord {
        id,
        method,
        path,
        state: Reach::Tested,
        reason: String::new(),
        cases: Default::default(),
        clauses: Default::default(),
    };
    // What is missing, and how much for want of it.
    let mut missing: Vec<(&str, usize)> = Vec::new();
    for case in cases {
        record.cases.add(case.verdict);
        if matches!(case.verdict, Verdict::Inconclusive | Verdict::Error) {
            miss(&mut missing, &case.reason, clauses.len());
        }
    }
    for clause in clauses {
        let state = clause.state.unwrap_or(State::NotExercised);
        record.clauses.add(state);
        if state == State::NotExercised && clause.out_of_reach != Some(true) {
            miss(
                &mut missing,
                clause.reason.as_deref().unwrap_or_default(),
                1,
            );
        }
    }
    record.state = match record.clauses.held + record.clauses.broken {
        0 => Reach::NotReached,
        _ if missing.is_empty() => Reach::Tested,
        _ => Reach::Partly,
    };
    missing.retain(|(reason, _)| !reason.is_empty());
    missing.sort_by_key(|(_, weight)| std::cmp::Reverse(*weight));
    let named: Vec<&str> = missing.iter().map(|(reason, _)| *reason).collect();
    // Where nothing was reached, all else follows from the first reason.
    let most = match record.state {
        Reach::NotReached => 1,
        _ => REASONS_NAMED,
    };
    record.reason = match named.as_slice() {
        [] if cases.is_empty() => "no case tests it".to_owned(),
        named => named[..named.len().min(most)].join("; "),
    };
    record
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn operations(
        change: impl Fn(&mut Vec<CaseRecord>, &mut Vec<ClauseRecord>),
    ) -> (Reach, String) {
        let mut report = fixture::conformant();
        for case in &mut report.cases {
            case.verdict = case.verdict.min(Verdict::Pass);
        }
        change(&mut report.cases, &mut report.clauses);
        let named = [["list-versions", "GET", "/x"].map(str::to_owned)].into_iter();
        let mut all = OperationRecord::all(named, &report.cases, &report.clauses);
        assert_eq!(all[0].clauses.total, report.clauses.len() as u64);
        let only = all.remove(0);
        (only.state, only.reason)
    }

    #[test]
    fn an_operation_is_tested_partly_or_not_at_all_and_says_what_is_missing() {
        assert_eq!(
            operations(|_, _| ()),
            (Reach::Tested, String::new()),
            "what is out of reach is not missing"
        );
        let open = |clause: &mut ClauseRecord, reason: &str| {
            clause.state = Some(State::NotExercised);
            clause.out_of_reach = Some(false);
            clause.reason = Some(reason.to_owned());
        };
        let partly = operations(|_, clauses| {
            open(
                &mut clauses[0],
                "no list was long enough, give --param limit=1",
            )
        });
        assert_eq!(
            partly,
            (
                Reach::Partly,
                "no list was long enough, give --param limit=1".to_owned()
            )
        );
        let unclear = operations(|cases, _| {
            cases[0].verdict = Verdict::Inconclusive;
            cases[0].reason = "answered 404".to_owned();
        });
        assert_eq!(unclear, (Reach::Partly, "answered 404".to_owned()));
        let none = operations(|_, clauses| {
            for clause in clauses {
                open(clause, "no id found for {petId}, give --param petId=…");
            }
        });
        assert_eq!(
            none,
            (
                Reach::NotReached,
                "no id found for {petId}, give --param petId=…".to_owned()
            )
        );
        let unasked = operations(|cases, clauses| {
            cases.clear();
            clauses.clear();
        });
        assert_eq!(unasked, (Reach::NotReached, "no case tests it".to_owned()));
    }
}
