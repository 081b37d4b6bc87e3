//! `conform diff`: what broke, what was fixed, and what is no longer looked at between two reports.

use std::collections::{BTreeMap, HashSet};

use crate::contract::Level;
use crate::ledger::State;
use crate::report::NOT_CHOSEN;
use crate::report::Report;
use crate::report::model::{ClauseRecord, CoverageOf, Reach};

use super::args::{DiffArgs, DiffGate};
use super::terminal::{self, Paint, Stream, harmless, width};
use super::text::{fold, plural};
use super::{CliError, rerender};

/// How many clauses of one kind of change are named.
const CLAUSES_LISTED: usize = 40;

/// Compares them; 1 when something newly broke, or where that gates, is no longer tested.
pub fn main(args: &DiffArgs) -> Result<u8, CliError> {
    let before = rerender::read(&args.before)?;
    let after = rerender::read(&args.after)?;
    let changes = compare(&before, &after);
    let paint = Paint::new(args.color, Stream::Out);
    terminal::say(&text(&before, &after, &changes, args.gate, paint));
    Ok(u8::from(fails(&changes, args.gate)))
}

/// A kind of change, in the order in which they are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Change {
    Broke,
    Fixed,
    StillBroken,
    NoLongerExercised,
    NewlyExercised,
    Gone,
    New,
}

/// What differs, each as the clauses of the later report (of the earlier one for what is gone).
type Changes<'a> = BTreeMap<Change, Vec<&'a ClauseRecord>>;

fn compare<'a>(before: &'a Report, after: &'a Report) -> Changes<'a> {
    let by_id = |report: &'a Report| -> BTreeMap<&'a str, &'a ClauseRecord> {
        let clauses = report.clauses.iter();
        clauses.map(|clause| (clause.id.as_str(), clause)).collect()
    };
    let (known, kept) = (by_id(before), by_id(after));
    let state = |clause: &ClauseRecord| clause.state.unwrap_or(State::NotExercised);
    // What was not chosen is not listed, and no more than not exercised.
    let (unasked_before, unasked_after) = (not_chosen(before), not_chosen(after));
    let unlisted = |clause: &ClauseRecord| {
        let is_unasked = unasked_before.contains(clause.operation.as_str());
        is_unasked.then_some(State::NotExercised)
    };
    let mut changes = Changes::new();
    for clause in &after.clauses {
        let was = known.get(clause.id.as_str()).map(|clause| state(clause));
        let was = was.or_else(|| unlisted(clause));
        let change = match (was, state(clause)) {
            (Some(State::Broken), State::Broken) => Some(Change::StillBroken),
            (_, State::Broken) => Some(Change::Broke),
            (Some(State::Broken), State::Held) => Some(Change::Fixed),
            (Some(State::Broken | State::Held), State::NotExercised) => {
                Some(Change::NoLongerExercised)
            }
            (Some(State::NotExercised), State::Held) => Some(Change::NewlyExercised),
            _ => None,
        };
        let new = was.is_none().then_some(Change::New);
        for change in change.into_iter().chain(new) {
            changes.entry(change).or_default().push(clause);
        }
    }
    let gone = before.clauses.iter();
    for clause in gone.filter(|clause| !kept.contains_key(clause.id.as_str())) {
        let is_unasked = unasked_after.contains(clause.operation.as_str());
        let change = match (is_unasked, state(clause)) {
            (false, _) => Change::Gone,
            (true, State::NotExercised) => continue,
            (true, State::Broken | State::Held) => Change::NoLongerExercised,
        };
        changes.entry(change).or_default().push(clause);
    }
    changes
}

/// The operations that a run was not about.
fn not_chosen(report: &Report) -> HashSet<&str> {
    let operations = report.operations.iter();
    let unasked = operations.filter(|one| one.state == Reach::NotChosen);
    unasked.map(|one| one.id.as_str()).collect()
}

/// The clauses of these kinds of change together.
fn count(changes: &Changes<'_>, kinds: &[Change]) -> u64 {
    let all = kinds.iter().filter_map(|kind| changes.get(kind));
    all.map(|clauses| clauses.len() as u64).sum()
}

/// What was tested before and is not any more.
fn untested(changes: &Changes<'_>) -> u64 {
    count(changes, &[Change::NoLongerExercised, Change::Gone])
}

fn fails(changes: &Changes<'_>, gate: DiffGate) -> bool {
    count(changes, &[Change::Broke]) > 0 || gate == DiffGate::Coverage && untested(changes) > 0
}

/// The title of a change, and what is said of each of its clauses.
fn told(change: Change, clause: &ClauseRecord, after: &Report, paint: Paint) -> (String, String) {
    let words = || clause.text.clone();
    match change {
        Change::Broke => {
            let found = after.findings.iter().find(|one| one.clause == clause.id);
            let message = found.map_or_else(words, |finding| finding.message.clone());
            (paint.bad("newly broken"), message)
        }
        Change::Fixed => (paint.good("fixed"), words()),
        Change::StillBroken => (paint.open("still broken"), String::new()),
        Change::NoLongerExercised => {
            let unasked = not_chosen(after).contains(clause.operation.as_str());
            let reason = match unasked {
                true => NOT_CHOSEN.to_owned(),
                false => clause.reason.clone().unwrap_or_default(),
            };
            (paint.open("no longer exercised"), reason)
        }
        Change::NewlyExercised => (paint.good("newly exercised"), String::new()),
        Change::Gone => (paint.name("only in the earlier"), words()),
        Change::New => (paint.name("only in the later"), words()),
    }
}

fn text(
    before: &Report,
    after: &Report,
    changes: &Changes<'_>,
    gate: DiffGate,
    paint: Paint,
) -> String {
    let mut out = heading(before, after);
    for (change, clauses) in changes {
        for (n, clause) in clauses.iter().take(CLAUSES_LISTED).enumerate() {
            let (title, about) = told(*change, clause, after, paint);
            if n == 0 {
                let count = plural(clauses.len() as u64, "clause");
                out.push_str(&format!("\n{title}: {count}\n"));
            }
            out.push_str(&one(clause, &about, paint));
        }
        if clauses.len() > CLAUSES_LISTED {
            out.push_str(&format!("  and {} more\n", clauses.len() - CLAUSES_LISTED));
        }
    }
    out.push_str(&coverage(before, after));
    out.push_str(&match count(changes, &[Change::Broke]) {
        0 => paint.good("nothing newly broke"),
        broke => paint.bad(&format!("{} newly broken", plural(broke, "clause"))),
    });
    if gate == DiffGate::Coverage {
        out.push_str(&match untested(changes) {
            0 => paint.good(", and all that was tested still is"),
            lost => paint.bad(&format!(", {} no longer tested", plural(lost, "clause"))),
        });
    }
    out
}

fn heading(before: &Report, after: &Report) -> String {
    let side = |name: &str, report: &Report| {
        let text = format!(
            "{} at {}, {}, {}",
            report.outcome.word(),
            report.target.name(),
            report.manifest.started,
            report.contract.title,
        );
        format!("{name}  {}\n", fold(&harmless(&text), width(), "        "))
    };
    let mut out = side("before", before) + &side("after ", after);
    let mut differ = Vec::new();
    if before.contract.sha256 != after.contract.sha256 {
        differ.push("contract");
    }
    if before.manifest.cases_sha256 != after.manifest.cases_sha256 {
        differ.push("battery");
    }
    if !differ.is_empty() {
        out.push_str(&format!(
            "note    the two runs do not have the same {}\n",
            differ.join(" and the same ")
        ));
    }
    out
}

fn one(clause: &ClauseRecord, about: &str, paint: Paint) -> String {
    let mut out = format!("  {:<6}  {}\n", clause.level.word(), harmless(&clause.id));
    if !about.is_empty() {
        let about = fold(&harmless(about), width(), "          ");
        out.push_str(&paint.dim(&format!("          {about}")));
        out.push('\n');
    }
    out
}

/// A row for each level: exercised before and after.
fn coverage(before: &Report, after: &Report) -> String {
    let (was, is) = (&before.summary.coverage, &after.summary.coverage);
    let row = |level: Level, was: &CoverageOf, is: &CoverageOf| {
        let share = |of: &CoverageOf| {
            if of.total == 0 {
                0.0
            } else {
                100.0 * of.exercised as f64 / of.total as f64
            }
        };
        let change = share(is) - share(was);
        let change = if change.abs() < 0.05 {
            "unchanged".to_owned()
        } else {
            format!("{change:+.1} points")
        };
        format!(
            "  {:<6}  {}/{} -> {}/{}  {change}\n",
            level.word(),
            was.exercised,
            was.total,
            is.exercised,
            is.total
        )
    };
    format!(
        "\nexercised clauses\n{}{}{}\n",
        row(Level::Must, &was.must, &is.must),
        row(Level::Should, &was.should, &is.should),
        row(Level::Info, &was.info, &is.info)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn a_report_compared_with_itself_changes_nothing() {
        let report = fixture::sample();
        let changes = compare(&report, &report);
        let kinds: Vec<Change> = changes.keys().copied().collect();
        assert!(
            kinds.iter().all(|kind| *kind == Change::StillBroken),
            "{kinds:?}"
        );
        let text = text(&report, &report, &changes, DiffGate::Broken, Paint::plain());
        assert!(text.ends_with("nothing newly broke"), "{text}");
    }

    #[test]
    fn every_change_is_told_on_its_own() {
        let before = fixture::sample();
        let mut after = before.clone();
        let mut broken = after
            .clauses
            .iter_mut()
            .filter(|clause| clause.state == Some(State::Broken));
        let fixed = broken.next().expect("the sample has a broken clause");
        fixed.state = Some(State::Held);
        let fixed = fixed.id.clone();
        let held = after
            .clauses
            .iter_mut()
            .find(|clause| clause.state == Some(State::Held) && clause.id != fixed)
            .expect("the sample has a held clause");
        held.state = Some(State::NotExercised);
        let mut fresh = held.clone();
        fresh.id = "list-versions/rule/new".into();
        fresh.state = Some(State::Broken);
        after.clauses.push(fresh);
        let changes = compare(&before, &after);
        assert_eq!(changes[&Change::Fixed][0].id, fixed);
        assert_eq!(changes[&Change::NoLongerExercised].len(), 1);
        assert_eq!(changes[&Change::Broke][0].id, "list-versions/rule/new");
        assert_eq!(changes[&Change::New].len(), 1);
        let back = compare(&after, &before);
        assert_eq!(back[&Change::Broke][0].id, fixed);
        assert_eq!(back[&Change::Gone].len(), 1);
        assert_eq!(back[&Change::NewlyExercised].len(), 1);
        let mut fewer = before.clone();
        let held = |clause: &&mut ClauseRecord| clause.state == Some(State::Held);
        let lost = fewer.clauses.iter_mut().find(held).unwrap();
        lost.state = Some(State::NotExercised);
        let changes = compare(&before, &fewer);
        assert!(!fails(&changes, DiffGate::Broken) && fails(&changes, DiffGate::Coverage));
        let told = text(
            &before,
            &fewer,
            &changes,
            DiffGate::Coverage,
            Paint::plain(),
        );
        assert!(
            told.ends_with("nothing newly broke, 1 clause no longer tested"),
            "{told}"
        );
    }
}
