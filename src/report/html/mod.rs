//! The report as one page that needs nothing else: no request goes out, no script but its own runs, and everything
//! that the target sent is text. Outcome and findings are there without JavaScript.

mod text;
mod tree;

use std::collections::HashMap;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use self::text::filters;
use self::text::{Line, Link, embed, excerpt, link, moment};
use self::tree::{Node, State, tree};
use super::model::{CaseRecord, FindingRecord, Report};
use super::view::{plural, spec_place};
use crate::contract::Level;
use crate::ledger::{Outcome, Verdict};

const STYLE: &str = include_str!("../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../templates/report.js");

/// Findings on the page from the start; the rest waits in inert templates, so that ten thousand stay usable.
const CHUNK: usize = 200;

/// Clauses up to which the whole tree is on the page from the start; beyond, its places wait in templates too.
const UNPACKED: usize = 1_000;

/// Findings shown open from the start.
const OPEN: usize = 1;

#[derive(Template)]
#[template(path = "report.html")]
struct Page<'a> {
    report: &'a Report,
    policy: String,
    style: &'static str,
    script: &'static str,
    sign: &'static str,
    outcome: &'static str,
    started: String,
    tiles: Vec<Tile>,
    bars: Vec<Bar>,
    findings: Vec<Vec<Finding<'a>>>,
    chunk_size: u64,
    cases: Vec<Case<'a>>,
    tree: Vec<Node<'a>>,
    packed: bool,
    finding_filter: Vec<Choice>,
    case_filter: Vec<Choice>,
    clause_filter: Vec<Choice>,
    exchanges: String,
}

/// A filter's name and value, its label, and how many it leaves.
type Choice = ((&'static str, &'static str), &'static str, u64);

/// One figure of the overview with what it is made of.
struct Tile {
    title: &'static str,
    big: String,
    parts: Vec<Part>,
}

struct Part {
    class: &'static str,
    count: u64,
    label: &'static str,
}

/// How much of one level was put to the test, drawn on a width of 1000.
struct Bar {
    level: &'static str,
    words: String,
    exercised: u64,
    total: u64,
    segments: Vec<Segment>,
}

struct Segment {
    class: &'static str,
    x: u64,
    width: u64,
}

struct Finding<'a> {
    record: &'a FindingRecord,
    state: &'static str,
    sign: &'static str,
    open: bool,
    seen: String,
    place: String,
    promise: &'a str,
    href: String,
    cases: Vec<Link<'a>>,
    excerpt: Vec<Line<'a>>,
    examples: String,
}

struct Case<'a> {
    record: &'a CaseRecord,
    exchanges: String,
    indices: String,
    broken: Vec<Link<'a>>,
    clauses: Vec<Link<'a>>,
}

/// The report as HTML.
///
/// # Errors
/// Only where the template engine gives up; no content of a report leads there.
pub(super) fn render(report: &Report) -> askama::Result<String> {
    let tree = tree(report);
    let all = findings(report);
    Page {
        report,
        policy: policy(),
        style: STYLE,
        script: SCRIPT,
        sign: match report.outcome {
            Outcome::Conformant => "✓",
            Outcome::Nonconformant => "✕",
            Outcome::Incomplete => "?",
        },
        outcome: match report.outcome {
            Outcome::Conformant => "Conformant",
            Outcome::Nonconformant => "Nonconformant",
            Outcome::Incomplete => "Incomplete",
        },
        started: moment(&report.manifest.started),
        tiles: tiles(report),
        bars: bars(report),
        finding_filter: finding_filter(report),
        case_filter: case_filter(report),
        clause_filter: clause_filter(report),
        findings: all,
        chunk_size: CHUNK as u64,
        cases: report.cases.iter().map(case).collect(),
        tree,
        packed: report.clauses.len() > UNPACKED,
        exchanges: embed(&report.exchanges),
    }
    .render()
}

/// What the page may do: show its own style, run its own script, and nothing else.
fn policy() -> String {
    let hash = |text: &str| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)));
    format!(
        "default-src 'none'; style-src {}; script-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

fn findings(report: &Report) -> Vec<Vec<Finding<'_>>> {
    let promises: HashMap<&str, &str> = report
        .clauses
        .iter()
        .map(|clause| (clause.id.as_str(), clause.text.as_str()))
        .collect();
    let chunks = report.findings.chunks(CHUNK).enumerate();
    chunks
        .map(|(chunk, records)| {
            let numbered = records.iter().enumerate();
            numbered
                .map(|(n, record)| finding(report, &promises, chunk * CHUNK + n, record))
                .collect()
        })
        .collect()
}

fn finding<'a>(
    report: &'a Report,
    promises: &HashMap<&str, &'a str>,
    n: usize,
    record: &'a FindingRecord,
) -> Finding<'a> {
    let shown = record.examples.len() as u64;
    Finding {
        record,
        state: if record.baselined {
            "baselined"
        } else {
            "broken"
        },
        sign: match record.level {
            _ if record.baselined => "~",
            Level::Info => "i",
            Level::Must | Level::Should => "✕",
        },
        open: n < OPEN && !record.baselined,
        seen: plural(record.count, "place"),
        place: spec_place(report, record),
        promise: promises
            .get(record.clause.as_str())
            .copied()
            .unwrap_or_default(),
        href: text::href(&record.clause),
        cases: record.cases.iter().map(|id| link(id)).collect(),
        excerpt: excerpt(&record.excerpt, &record.instance_pointer),
        examples: if shown < record.count {
            format!(
                "The first {shown} of {} places",
                text::grouped(record.count)
            )
        } else {
            format!("All {shown} places")
        },
    }
}

fn case(record: &CaseRecord) -> Case<'_> {
    let indices: Vec<String> = record.exchanges.iter().map(usize::to_string).collect();
    Case {
        record,
        exchanges: plural(record.exchanges.len() as u64, "exchange"),
        indices: indices.join(" "),
        broken: record.broken.iter().map(|id| link(id)).collect(),
        clauses: record.clauses.iter().map(|id| link(id)).collect(),
    }
}

fn tiles(report: &Report) -> Vec<Tile> {
    let (cases, findings) = (&report.summary.cases, &report.summary.findings);
    let part = |class, count, label| Part {
        class,
        count,
        label,
    };
    let shown = |parts: Vec<Part>| parts.into_iter().filter(|part| part.count > 0).collect();
    vec![
        Tile {
            title: "Findings",
            big: text::grouped(report.findings.len() as u64),
            parts: shown(vec![
                part("bad", findings.must, "must"),
                part("bad", findings.should, "should"),
                part("", findings.info, "info"),
                part("", findings.baselined, "baselined"),
            ]),
        },
        Tile {
            title: "Cases",
            big: text::grouped(report.cases.len() as u64),
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
            big: text::grouped(report.summary.exchanges),
            parts: shown(vec![
                part("", report.summary.pages, "pages"),
                part("", report.summary.items, "items"),
            ]),
        },
    ]
}

fn bars(report: &Report) -> Vec<Bar> {
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

fn finding_filter(report: &Report) -> Vec<Choice> {
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

fn case_filter(report: &Report) -> Vec<Choice> {
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

fn clause_filter(report: &Report) -> Vec<Choice> {
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
