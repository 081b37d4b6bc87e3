//! The cases as the page shows them: what is not green first, and folded by operation where there are several.

use indexmap::IndexMap;

use super::super::model::{CaseRecord, OperationRecord, Reach, Report};
use super::super::words::plural;
use super::shown::{Shown, links};
use super::text::{Link, link};
use crate::ledger::Verdict;

/// One case.
pub(super) struct Case<'a> {
    pub(super) record: &'a CaseRecord,
    pub(super) exchanges: String,
    pub(super) indices: String,
    pub(super) broken: Vec<Link<'a>>,
    pub(super) clauses: Vec<Link<'a>>,
    /// How many more it aims at.
    pub(super) more: u64,
}

/// The cases of one operation.
pub(super) struct Group<'a> {
    pub(super) name: &'a str,
    /// Absent in reports of older versions.
    pub(super) record: Option<&'a OperationRecord>,
    /// Class and words for how many ended how.
    pub(super) counts: Vec<(&'static str, String)>,
    pub(super) cases: Vec<Case<'a>>,
}

/// The operations with their cases, the worst first; an operation without cases is among them, unless it was not chosen.
pub(super) fn groups<'a>(report: &'a Report, shown: &Shown<'_>) -> Vec<Group<'a>> {
    let mut all: IndexMap<&str, Group<'a>> = IndexMap::new();
    let group = |name, record| Group {
        name,
        record,
        counts: Vec::new(),
        cases: Vec::new(),
    };
    let chosen = report.operations.iter();
    for record in chosen.filter(|one| one.state != Reach::NotChosen) {
        all.insert(&record.id, group(&record.id, Some(record)));
    }
    for record in &report.cases {
        let name = record.operation.as_str();
        let group = all.entry(name).or_insert_with(|| group(name, None));
        group.cases.push(case(record, shown));
    }
    let mut groups: Vec<Group<'a>> = all.into_values().collect();
    for group in &mut groups {
        group.cases.sort_by_key(|case| urgency(case.record.verdict));
        group.counts = counts(&group.cases);
    }
    groups.sort_by_key(|group| {
        let worst = group
            .cases
            .first()
            .map_or(5, |case| urgency(case.record.verdict));
        let reach = group.record.map_or(Reach::Tested, |record| record.state);
        (worst.min(3), reach)
    });
    groups
}

/// How soon a verdict is to be read.
fn urgency(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Fail => 0,
        Verdict::Error => 1,
        Verdict::Inconclusive => 2,
        Verdict::Pass => 3,
        Verdict::Skipped => 4,
    }
}

fn counts(cases: &[Case<'_>]) -> Vec<(&'static str, String)> {
    let mut counts: IndexMap<Verdict, u64> = IndexMap::new();
    for case in cases {
        *counts.entry(case.record.verdict).or_default() += 1;
    }
    let class = |verdict| match verdict {
        Verdict::Fail | Verdict::Error => "broken",
        Verdict::Pass => "held",
        Verdict::Inconclusive | Verdict::Skipped => "open",
    };
    let counts = counts.into_iter();
    counts
        .map(|(verdict, count)| (class(verdict), format!("{count} {}", verdict.word())))
        .collect()
}

fn case<'a>(record: &'a CaseRecord, shown: &Shown<'_>) -> Case<'a> {
    let indices: Vec<String> = record.exchanges.iter().map(usize::to_string).collect();
    let ids = record.clauses.iter().map(String::as_str);
    let on_page: Vec<&str> = ids.filter(|id| shown.has(id)).collect();
    let (clauses, more) = links(on_page.iter().copied());
    Case {
        record,
        exchanges: plural(record.exchanges.len() as u64, "exchange"),
        indices: indices.join(" "),
        broken: record.broken.iter().map(|id| link(id)).collect(),
        clauses,
        more: more + (record.clauses.len() - on_page.len()) as u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn what_is_not_green_comes_first() {
        let report = fixture::sample();
        let groups = groups(&report, &Shown::of(&report));
        let verdicts: Vec<&str> = groups[0]
            .cases
            .iter()
            .map(|case| case.record.verdict.word())
            .collect();
        let expected = [
            "fail",
            "error",
            "inconclusive",
            "inconclusive",
            "pass",
            "pass",
            "skipped",
        ];
        assert_eq!(verdicts, expected);
        let large = fixture::large(35);
        let order: Vec<usize> = super::groups(&large, &Shown::of(&large))
            .iter()
            .map(|group| urgency(group.cases[0].record.verdict).into())
            .collect();
        assert!(
            order.starts_with(&[0, 0, 0, 0, 0, 0, 4]),
            "broken, not reached, tested: {order:?}"
        );
    }
}
