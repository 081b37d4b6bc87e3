//! `conform diff`: what broke, what was fixed, and what is no longer looked at between two reports.

use std::collections::BTreeMap;

use crate::contract::Level;
use crate::ledger::State;
use crate::report::Report;
use crate::report::model::{ClauseRecord, CoverageOf};

use super::args::DiffArgs;
use super::terminal::{self, Paint, Stream, harmless, width};
use super::text::{fold, plural};
use super::{CliError, rerender};

/// How many clauses of one kind of change are named.
const CLAUSES_LISTED: usize = 40;

/// Compares them; 1 when something newly broke.
pub fn main(args: &DiffArgs) -> Result<u8, CliError> {
    let before = rerender::read(&args.before)?;
    let after = rerender::read(&args.after)?;
    let changes = compare(&before, &after);
    let paint = Paint::new(None, Stream::Out);
    terminal::say(&text(&before, &after, &changes, paint));
    Ok(u8::from(!changes.broke.is_empty()))
}

/// What differs, each as the clauses of the later report (of the earlier one for what is gone).
#[derive(Debug, Default)]
struct Changes<'a> {
    broke: Vec<&'a ClauseRecord>,
    fixed: Vec<&'a ClauseRecord>,
    still_broken: Vec<&'a ClauseRecord>,
    no_longer_exercised: Vec<&'a ClauseRecord>,
    newly_exercised: Vec<&'a ClauseRecord>,
    gone: Vec<&'a ClauseRecord>,
    new: Vec<&'a ClauseRecord>,
}

/// A title, the clauses below it, and what is said of each.
type Part<'a> = (
    String,
    &'a [&'a ClauseRecord],
    &'a dyn Fn(&ClauseRecord) -> String,
);

fn compare<'a>(before: &'a Report, after: &'a Report) -> Changes<'a> {
    let known: BTreeMap<&str, &ClauseRecord> = before
        .clauses
        .iter()
        .map(|clause| (clause.id.as_str(), clause))
        .collect();
    let state = |clause: &ClauseRecord| clause.state.unwrap_or(State::NotExercised);
    let mut changes = Changes::default();
    for clause in &after.clauses {
        let was = known.get(clause.id.as_str()).map(|clause| state(clause));
        match (was, state(clause)) {
            (Some(State::Broken), State::Broken) => changes.still_broken.push(clause),
            (_, State::Broken) => changes.broke.push(clause),
            (Some(State::Broken), State::Held) => changes.fixed.push(clause),
            (Some(State::Broken | State::Held), State::NotExercised) => {
                changes.no_longer_exercised.push(clause);
            }
            (Some(State::NotExercised), State::Held) => changes.newly_exercised.push(clause),
            _ => {}
        }
        if was.is_none() {
            changes.new.push(clause);
        }
    }
    let kept: std::collections::BTreeSet<&str> = after
        .clauses
        .iter()
        .map(|clause| clause.id.as_str())
        .collect();
    changes.gone = before
        .clauses
        .iter()
        .filter(|clause| !kept.contains(clause.id.as_str()))
        .collect();
    changes
}

fn text(before: &Report, after: &Report, changes: &Changes<'_>, paint: Paint) -> String {
    let mut out = heading(before, after);
    let message = |clause: &ClauseRecord| {
        let found = after
            .findings
            .iter()
            .find(|finding| finding.clause == clause.id);
        found.map_or_else(|| clause.text.clone(), |finding| finding.message.clone())
    };
    let reason = |clause: &ClauseRecord| clause.reason.clone().unwrap_or_default();
    let words = |clause: &ClauseRecord| clause.text.clone();
    let nothing = |_: &ClauseRecord| String::new();
    let parts: [Part<'_>; 7] = [
        (paint.bad("newly broken"), &changes.broke, &message),
        (paint.good("fixed"), &changes.fixed, &words),
        (paint.open("still broken"), &changes.still_broken, &nothing),
        (
            paint.open("no longer exercised"),
            &changes.no_longer_exercised,
            &reason,
        ),
        (
            paint.good("newly exercised"),
            &changes.newly_exercised,
            &nothing,
        ),
        (paint.name("only in the earlier"), &changes.gone, &words),
        (paint.name("only in the later"), &changes.new, &words),
    ];
    for (title, clauses, say) in parts {
        if clauses.is_empty() {
            continue;
        }
        out.push_str(&format!(
            "\n{title}: {}\n",
            plural(clauses.len() as u64, "clause")
        ));
        for clause in clauses.iter().take(CLAUSES_LISTED) {
            out.push_str(&one(clause, &say(clause), paint));
        }
        if clauses.len() > CLAUSES_LISTED {
            out.push_str(&format!("  and {} more\n", clauses.len() - CLAUSES_LISTED));
        }
    }
    out.push_str(&coverage(before, after));
    let closing = if !changes.broke.is_empty() {
        paint.bad(&format!(
            "{} newly broken",
            plural(changes.broke.len() as u64, "clause")
        ))
    } else {
        paint.good("nothing newly broke")
    };
    out.push_str(&closing);
    out
}

fn heading(before: &Report, after: &Report) -> String {
    let side = |name: &str, report: &Report| {
        let text = format!(
            "{} at {}, {}, {}",
            report.outcome.word(),
            report.target.base_url,
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
        assert!(changes.broke.is_empty() && changes.fixed.is_empty() && changes.gone.is_empty());
        let text = text(&report, &report, &changes, Paint::plain());
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
        assert_eq!(changes.fixed[0].id, fixed);
        assert_eq!(changes.no_longer_exercised.len(), 1);
        assert_eq!(changes.broke[0].id, "list-versions/rule/new");
        assert_eq!(changes.new.len(), 1);
        let back = compare(&after, &before);
        assert_eq!(back.broke[0].id, fixed);
        assert_eq!(back.gone.len(), 1);
        assert_eq!(back.newly_exercised.len(), 1);
    }
}
