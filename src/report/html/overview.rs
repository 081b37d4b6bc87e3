//! The figures at the head of the page, the picture of what was tested, and the filters with their counts.

use indexmap::IndexMap;

use super::super::model::{ClauseRecord, FindingRecord, Report};
use super::state::State;
use super::text::grouped;
use crate::contract::Level;
use crate::ledger::{self, Verdict};

/// A filter's name and value, its label, and how many it leaves.
pub(super) type Choice = ((&'static str, &'static str), &'static str, u64);

/// One figure of the overview with what it is made of.
pub(super) struct Tile {
    pub(super) title: &'static str,
    pub(super) big: String,
    pub(super) parts: Vec<Part>,
}

pub(super) struct Part {
    pub(super) class: &'static str,
    pub(super) count: u64,
    pub(super) label: &'static str,
}

/// How much of one level was tested, drawn on a width of 1000.
pub(super) struct Bar {
    pub(super) level: &'static str,
    pub(super) words: String,
    pub(super) exercised: u64,
    pub(super) total: u64,
    pub(super) segments: Vec<Segment>,
}

pub(super) struct Segment {
    pub(super) class: &'static str,
    pub(super) x: u64,
    pub(super) width: u64,
}

pub(super) fn tiles(report: &Report) -> Vec<Tile> {
    let (cases, findings) = (&report.summary.cases, &report.summary.findings);
    let part = |class, count, label| Part {
        class,
        count,
        label,
    };
    let many = |count, one, many| part("", count, if count == 1 { one } else { many });
    let shown = |parts: Vec<Part>| parts.into_iter().filter(|part| part.count > 0).collect();
    vec![
        Tile {
            title: "Findings",
            big: grouped(report.findings.len() as u64),
            parts: shown(vec![
                part("bad", findings.must, "must"),
                part("bad", findings.should, "should"),
                part("", findings.info, "info"),
                part("", findings.baselined, "baselined"),
            ]),
        },
        Tile {
            title: "Cases",
            big: grouped(report.cases.len() as u64),
            parts: shown(vec![
                part("bad", cases.fail, "fail"),
                part("bad", cases.error, "error"),
                part("open", cases.inconclusive, "inconclusive"),
                part("", cases.pass, "pass"),
                part("", cases.skipped, "skipped"),
            ]),
        },
        Tile {
            title: "Requests",
            big: grouped(report.summary.exchanges),
            parts: shown(vec![
                many(report.summary.pages, "page", "pages"),
                many(report.summary.items, "item", "items"),
            ]),
        },
    ]
}

pub(super) fn bars(report: &Report) -> Vec<Bar> {
    let bars = LEVELS.into_iter();
    bars.filter_map(|level| bar(report, level)).collect()
}

fn bar(report: &Report, level: Level) -> Option<Bar> {
    let clauses: Vec<State> = report
        .clauses
        .iter()
        .filter(|clause| clause.level == level)
        .map(State::of)
        .collect();
    let total = clauses.len() as u64;
    let count = |state| clauses.iter().filter(|&&one| one == state).count() as u64;
    let (held, broken, far) = (
        count(State::Held),
        count(State::Broken),
        count(State::OutOfReach),
    );
    let parts = [
        ("held", held),
        ("broken", broken),
        ("open", total - held - broken - far),
        ("out-of-reach", far),
    ];
    let mut widths = parts.map(|(_, part)| part * 1000 / total.max(1));
    if broken > 0 {
        widths[1] = widths[1].max(SEEN);
    }
    // What is over, or left, is the widest part's.
    let others = |widest: usize| {
        (0..4)
            .filter(|n| *n != widest)
            .map(|n| widths[n])
            .sum::<u64>()
    };
    let widest = (0..4).max_by_key(|n| widths[*n]).unwrap_or_default();
    widths[widest] = 1000 - others(widest).min(1000);
    let (mut segments, mut x) = (Vec::new(), 0);
    for ((class, part), width) in parts.into_iter().zip(widths) {
        if part > 0 {
            segments.push(Segment { class, x, width });
        }
        x += width;
    }
    let words = format!(
        "{}: {held} held, {broken} broken, {} not exercised, {far} out of reach of this target",
        level.word(),
        total - held - broken - far
    );
    (total > 0).then(|| Bar {
        level: level.word(),
        words,
        exercised: held + broken,
        total,
        segments,
    })
}

/// The least that is drawn of what is broken: 4 pixels on the narrowest screen.
const SEEN: u64 = 40;

/// How many reasons are named beside the picture.
const REASONS_NAMED: usize = 4;

/// Why clauses were not exercised, the most frequent reason first, and how many for others than those.
pub(super) fn missing(report: &Report) -> (Vec<(u64, &str)>, u64) {
    let mut reasons: IndexMap<&str, u64> = IndexMap::new();
    for clause in &report.clauses {
        let reason = clause.reason.as_deref().unwrap_or_default();
        if clause.state == Some(ledger::State::NotExercised) && !reason.is_empty() {
            *reasons.entry(reason).or_default() += 1;
        }
    }
    let mut named: Vec<(u64, &str)> = reasons
        .into_iter()
        .map(|(reason, count)| (count, reason))
        .collect();
    named.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    let more = named
        .iter()
        .skip(REASONS_NAMED)
        .map(|(count, _)| count)
        .sum();
    named.truncate(REASONS_NAMED);
    (named, more)
}

const LEVELS: [Level; 3] = [Level::Must, Level::Should, Level::Info];

pub(super) fn finding_filter(report: &Report) -> Vec<Choice> {
    let count = |of: &dyn Fn(&FindingRecord) -> bool| {
        report.findings.iter().filter(|finding| of(finding)).count() as u64
    };
    let mut choices: Vec<Choice> = LEVELS
        .map(|level| {
            (
                ("level", level.word()),
                level.word(),
                count(&|one| one.level == level),
            )
        })
        .to_vec();
    let baselined = count(&|one| one.baselined);
    if baselined > 0 {
        choices.extend([
            (("state", "broken"), "new", count(&|one| !one.baselined)),
            (("state", "baselined"), "baselined", baselined),
        ]);
    }
    without_empty(choices)
}

pub(super) fn case_filter(report: &Report) -> Vec<Choice> {
    use Verdict::{Error, Fail, Inconclusive, Pass, Skipped};
    let choice = |verdict: Verdict| {
        let cases = report.cases.iter().filter(|case| case.verdict == verdict);
        (
            ("verdict", verdict.word()),
            verdict.word(),
            cases.count() as u64,
        )
    };
    without_empty(
        [Fail, Error, Inconclusive, Pass, Skipped]
            .map(choice)
            .to_vec(),
    )
}

pub(super) fn clause_filter(report: &Report) -> Vec<Choice> {
    let count = |of: &dyn Fn(&ClauseRecord) -> bool| {
        report.clauses.iter().filter(|clause| of(clause)).count() as u64
    };
    let by_state = |state: State| {
        let clauses = count(&|clause| State::of(clause) == state);
        (("state", state.class()), state.word(), clauses)
    };
    let by_level = |level: Level| {
        (
            ("level", level.word()),
            level.word(),
            count(&|clause| clause.level == level),
        )
    };
    let all = State::ALL.into_iter().map(by_state);
    without_empty(all.chain(LEVELS.map(by_level)).collect())
}

fn without_empty(mut choices: Vec<Choice>) -> Vec<Choice> {
    choices.retain(|choice| choice.2 > 0);
    choices
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn the_picture_fills_its_width_and_tells_its_numbers() {
        let bars = bars(&fixture::sample());
        let must = &bars[0];
        assert_eq!(
            must.words,
            "must: 1 held, 1 broken, 0 not exercised, 1 out of reach of this target"
        );
        assert_eq!(
            must.segments
                .iter()
                .map(|segment| segment.width)
                .sum::<u64>(),
            1000
        );
        assert_eq!((must.exercised, must.total), (2, 3));
    }

    #[test]
    fn one_broken_clause_of_thousands_is_seen() {
        let mut report = fixture::sample();
        let (held, broken) = (report.clauses[0].clone(), report.clauses[1].clone());
        report.clauses = vec![held; 5_000];
        report.clauses.push(broken);
        let bar = bars(&report).remove(0);
        let drawn: Vec<(u64, u64)> = bar.segments.iter().map(|one| (one.x, one.width)).collect();
        assert_eq!(drawn, [(0, 1000 - SEEN), (1000 - SEEN, SEEN)]);
    }

    #[test]
    fn the_reasons_are_named_by_how_much_they_cost() {
        let mut report = fixture::large(70);
        assert_eq!(missing(&report).1, 12 * 6);
        for clause in &mut report.clauses {
            clause.reason = clause.reason.as_ref().map(|_| "no key".to_owned());
        }
        assert_eq!(missing(&report), (vec![(120, "no key")], 0));
    }
}
