//! The figures at the head of the page, the picture of what was tested, and the filters with their counts.

use super::super::model::Report;
use super::text::grouped;
use super::tree::State;
use crate::contract::Level;
use crate::ledger::Verdict;

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
    let levels = [Level::Must, Level::Should, Level::Info].into_iter();
    levels.filter_map(|level| bar(report, level)).collect()
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
    let (mut segments, mut before) = (Vec::new(), 0);
    for (class, part) in parts.into_iter().filter(|&(_, part)| part > 0) {
        let x = before * 1000 / total;
        before += part;
        segments.push(Segment {
            class,
            x,
            width: before * 1000 / total - x,
        });
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

pub(super) fn finding_filter(report: &Report) -> Vec<Choice> {
    let level = |level| {
        report
            .findings
            .iter()
            .filter(|finding| finding.level == level)
            .count() as u64
    };
    let baselined = report
        .findings
        .iter()
        .filter(|finding| finding.baselined)
        .count() as u64;
    let rest = report.findings.len() as u64 - baselined;
    let mut choices = vec![
        (("level", "must"), "must", level(Level::Must)),
        (("level", "should"), "should", level(Level::Should)),
        (("level", "info"), "info", level(Level::Info)),
    ];
    if baselined > 0 {
        choices.extend([
            (("state", "broken"), "new", rest),
            (("state", "baselined"), "baselined", baselined),
        ]);
    }
    choices.retain(|choice| choice.2 > 0);
    choices
}

pub(super) fn case_filter(report: &Report) -> Vec<Choice> {
    let verdicts = [
        Verdict::Fail,
        Verdict::Error,
        Verdict::Inconclusive,
        Verdict::Pass,
        Verdict::Skipped,
    ]
    .into_iter();
    let count = |verdict| {
        report
            .cases
            .iter()
            .filter(|case| case.verdict == verdict)
            .count() as u64
    };
    verdicts
        .map(|verdict| (("verdict", verdict.word()), verdict.word(), count(verdict)))
        .filter(|choice| choice.2 > 0)
        .collect()
}

pub(super) fn clause_filter(report: &Report) -> Vec<Choice> {
    let states: Vec<State> = report.clauses.iter().map(State::of).collect();
    let by_state = |state: State| {
        (
            ("state", state.class()),
            state.word(),
            states.iter().filter(|&&one| one == state).count() as u64,
        )
    };
    let by_level = |level: Level| {
        let count = report
            .clauses
            .iter()
            .filter(|clause| clause.level == level)
            .count();
        (("level", level.word()), level.word(), count as u64)
    };
    let all = State::ALL
        .into_iter()
        .map(by_state)
        .chain([Level::Must, Level::Should, Level::Info].map(by_level));
    all.filter(|choice| choice.2 > 0).collect()
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
}
