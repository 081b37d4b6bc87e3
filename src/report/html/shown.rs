//! How much of a large report stands on the page: a page of hundreds of megabytes is opened by nobody.

use std::collections::HashSet;

use super::super::model::{ClauseRecord, ExchangeRecord, Report};
use super::state::State;
use super::text::{Link, link};
use crate::ledger::Verdict;

/// The most clauses on the page; what is broken comes first, then what was held.
const MOST_CLAUSES: usize = 10_000;
/// The most links in one list.
const MOST_LINKS: usize = 20;
/// Up to so many exchanges are all on the page.
const MOST_EXCHANGES: usize = 1_000;

/// The clauses that stand on the page.
pub(super) struct Shown<'a> {
    /// None where all do.
    ids: Option<HashSet<&'a str>>,
}

impl<'a> Shown<'a> {
    pub(super) fn of(report: &'a Report) -> Shown<'a> {
        Shown::up_to(report, MOST_CLAUSES)
    }

    fn up_to(report: &'a Report, most: usize) -> Shown<'a> {
        if report.clauses.len() <= most {
            return Shown { ids: None };
        }
        let mut ordered: Vec<&ClauseRecord> = report.clauses.iter().collect();
        ordered.sort_by_key(|clause| match State::of(clause) {
            State::Broken => 0,
            State::Held => 1,
            State::Open | State::OutOfReach | State::NotRun => 2,
        });
        let broken = ordered
            .iter()
            .take_while(|clause| State::of(clause) == State::Broken)
            .count();
        let ids = ordered.iter().take(most.max(broken));
        Shown {
            ids: Some(ids.map(|clause| clause.id.as_str()).collect()),
        }
    }

    pub(super) fn has(&self, clause: &str) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.contains(clause))
    }

    /// How many there are, where they are not all.
    pub(super) fn count(&self) -> Option<u64> {
        self.ids.as_ref().map(|ids| ids.len() as u64)
    }
}

/// The first few as links, and how many more there are.
pub(super) fn links<'a>(ids: impl Iterator<Item = &'a str>) -> (Vec<Link<'a>>, u64) {
    let mut ids = ids;
    let first = ids.by_ref().take(MOST_LINKS).map(link).collect();
    (first, ids.count() as u64)
}

/// The exchanges that the page can unfold: all of them, or where they are many those of cases that did not pass, and those
/// that a finding names. The others stand as `null`, so that the numbers stay.
pub(super) fn exchanges(report: &Report) -> Vec<Option<&ExchangeRecord>> {
    let few = report.exchanges.len() <= MOST_EXCHANGES;
    let open = report
        .cases
        .iter()
        .filter(|case| case.verdict != Verdict::Pass);
    let findings = report.findings.iter();
    let named = findings.flat_map(|finding| {
        let places = finding.examples.iter().filter_map(|one| one.exchange);
        finding.exchange.into_iter().chain(places)
    });
    let wanted: HashSet<usize> = open
        .flat_map(|case| case.exchanges.iter().copied())
        .chain(named)
        .collect();
    let numbered = report.exchanges.iter().enumerate();
    numbered
        .map(|(n, exchange)| (few || wanted.contains(&n)).then_some(exchange))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn what_is_broken_and_held_stands_on_the_page_before_all_else() {
        let report = fixture::sample();
        let states = |most| {
            let shown = Shown::up_to(&report, most);
            let on_page = report.clauses.iter().filter(|clause| shown.has(&clause.id));
            on_page.map(State::of).collect::<Vec<_>>()
        };
        let all = states(usize::MAX);
        let broken = all.iter().filter(|state| **state == State::Broken).count();
        assert!(all.contains(&State::Held) && broken > 1 && broken + 1 < all.len());
        assert_eq!(
            states(1),
            vec![State::Broken; broken],
            "all of them, whatever the bound"
        );
        let most = states(broken + 1);
        assert!(most.len() == broken + 1 && most.contains(&State::Held));
    }

    #[test]
    fn of_many_exchanges_only_those_of_cases_that_did_not_pass_are_kept() {
        let mut report = fixture::sample();
        assert!(exchanges(&report).iter().all(Option::is_some));
        let one = report.exchanges[0].clone();
        report.exchanges.resize(MOST_EXCHANGES + 1, one);
        let kept = exchanges(&report);
        assert_eq!(kept.len(), report.exchanges.len());
        for case in &report.cases {
            for n in &case.exchanges {
                assert_eq!(
                    kept[*n].is_some(),
                    case.verdict != Verdict::Pass,
                    "{}",
                    case.id
                );
            }
        }
        assert!(kept[MOST_EXCHANGES].is_none());
        report.findings[0].exchange = Some(MOST_EXCHANGES);
        assert!(
            exchanges(&report)[MOST_EXCHANGES].is_some(),
            "a finding names it"
        );
    }
}
