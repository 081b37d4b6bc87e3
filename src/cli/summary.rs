//! The end of a run for people: what was not tested, the counts, the outcome.

use crate::battery::{Plan, Weight};
use crate::ledger::{Outcome, State};
use crate::report::Report;
use crate::report::model::{ClauseRecord, CoverageOf, LevelMove, OperationRecord, Reach};

use crate::report::words::{moved, not_chosen};

use super::terminal::{Paint, harmless, width};
use super::text::{fold, plural};

/// How many reasons for clauses not exercised are shown.
const REASONS_SHOWN: usize = 8;

/// How many groups of operations that were not tested whole are shown.
const OPERATIONS_SHOWN: usize = 12;

/// What the run made and could not delete, each with its URL.
pub fn left(report: &Report, paint: Paint) -> String {
    if report.left.is_empty() {
        return String::new();
    }
    let count = report.left.iter().map(|one| one.count).sum();
    let count = plural(count, "resource");
    let how = match report.left.iter().any(|one| one.delete.is_some()) {
        true => {
            let spec = report.manifest.options.get("spec");
            let spec = spec.map(|file| format!(" --spec {file}"));
            let spec = harmless(&spec.unwrap_or_default());
            format!(" (conform run{spec} --cleanup REPORT deletes what it can)")
        }
        false => String::new(),
    };
    let mut out = format!("left behind: {count} that the run made{how}\n");
    for one in &report.left {
        let times = match one.count {
            1 => String::new(),
            count => format!(", {count} times"),
        };
        let line = format!(
            "{} (made by {}{times}): {}",
            one.url, one.made_by, one.reason
        );
        out.push_str(&paint.open(&format!("  {}\n", fold(&harmless(&line), width(), "    "))));
    }
    out + "\n"
}

/// What was not tested, grouped by reason.
pub fn unexercised(report: &Report, paint: Paint) -> String {
    let mut groups: Vec<(&str, Vec<&ClauseRecord>)> = Vec::new();
    for clause in report
        .clauses
        .iter()
        .filter(|clause| clause.state == Some(State::NotExercised))
    {
        let reason = clause.reason.as_deref().unwrap_or_default();
        match groups.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, list)) => list.push(clause),
            None => groups.push((reason, vec![clause])),
        }
    }
    if groups.is_empty() {
        return String::new();
    }
    let total: usize = groups.iter().map(|(_, list)| list.len()).sum();
    let mut out = format!(
        "not exercised: {} (each with its reason in the reports)\n",
        plural(total as u64, "clause")
    );
    if total == report.clauses.len() {
        // The outcome says why; it is one cause.
        return out + "\n";
    }
    groups.retain(|(reason, _)| !is_told(report, reason));
    groups.sort_by_key(|(_, list)| std::cmp::Reverse(list.len()));
    for (reason, list) in groups.iter().take(REASONS_SHOWN) {
        let which = match list.as_slice() {
            [only] => format!(" ({})", only.id),
            _ => String::new(),
        };
        out.push_str(&paint.dim(&format!(
            "  {:>4}  {}\n",
            list.len(),
            fold(&harmless(&format!("{reason}{which}")), width(), "        ")
        )));
    }
    if groups.len() > REASONS_SHOWN {
        let rest: usize = groups
            .iter()
            .skip(REASONS_SHOWN)
            .map(|(_, list)| list.len())
            .sum();
        out.push_str(&paint.dim(&format!("  {rest:>4}  for other reasons\n")));
    }
    out.push('\n');
    out
}

/// Whether the outcome gives that very reason.
fn is_told(report: &Report, reason: &str) -> bool {
    let mut told = report.reasons.iter();
    told.any(|why| reason.contains(why.as_str()))
}

/// How far each operation was tested, where there are several: what is missing, and for which.
pub fn operations(report: &Report, paint: Paint) -> String {
    let all = &report.operations;
    if all.len() < 2 {
        return String::new();
    }
    let mut groups: Vec<(Reach, &str, Vec<&str>)> = Vec::new();
    let is_missing =
        |one: &&OperationRecord| !matches!(one.state, Reach::Tested | Reach::NotChosen);
    for one in all.iter().filter(is_missing) {
        let same = |(state, reason, _): &&mut (Reach, &str, _)| {
            (*state, *reason) == (one.state, &one.reason)
        };
        match groups.iter_mut().find(same) {
            Some((_, _, ids)) => ids.push(&one.id),
            None => groups.push((one.state, &one.reason, vec![&one.id])),
        }
    }
    groups.sort_by_key(|(state, _, ids)| (*state, std::cmp::Reverse(ids.len())));
    let states = [
        Reach::Tested,
        Reach::Partly,
        Reach::NotReached,
        Reach::NotChosen,
    ];
    let counts = states.map(|state| {
        let count = all.iter().filter(|one| one.state == state).count();
        (count > 0).then(|| format!("{count} {}", state.word()))
    });
    let counts: Vec<String> = counts.into_iter().flatten().collect();
    let mut out = format!("operations: {}\n", counts.join(", "));
    groups.retain(|(_, reason, _)| !is_told(report, reason));
    for (state, reason, ids) in groups.iter().take(OPERATIONS_SHOWN) {
        let others = match ids.len() as u64 - 1 {
            0 => String::new(),
            more => format!(" and {}", plural(more, "other")),
        };
        let text = harmless(&format!("{}{others}: {reason}", ids[0]));
        let text = fold(&text, width(), "                 ");
        out.push_str(&paint.dim(&format!("  {:<13}  {text}\n", state.word())));
    }
    if let Some(rest) = groups
        .get(OPERATIONS_SHOWN..)
        .filter(|rest| !rest.is_empty())
    {
        let more: usize = rest.iter().map(|(_, _, ids)| ids.len()).sum();
        let more = plural(more as u64, "operation");
        out.push_str(&paint.dim(&format!("  and {more} for other reasons, in the reports\n")));
    }
    out.push('\n');
    out
}

/// The counts, a line each.
pub fn counts(report: &Report) -> String {
    let cases = &report.summary.cases;
    let found = &report.summary.findings;
    let coverage = &report.summary.coverage;
    let line =
        |label: &str, text: String| format!("{label:<10}{}\n", fold(&text, width(), "          "));
    let mut out = line(
        "cases",
        format!(
            "{} passed, {} failed, {} inconclusive, {} skipped, {} ended in error",
            cases.pass, cases.fail, cases.inconclusive, cases.skipped, cases.error
        ),
    );
    let beyond =
        coverage.must.out_of_reach + coverage.should.out_of_reach + coverage.info.out_of_reach;
    let reach = if beyond == 0 {
        String::new()
    } else {
        let are = if beyond == 1 { "is" } else { "are" };
        format!("; {beyond} of the others {are} out of this target's reach")
    };
    let of = |coverage: &CoverageOf| format!("{}/{}", coverage.exercised, coverage.total);
    out.push_str(&line(
        "clauses",
        format!(
            "exercised: must {}, should {}, info {}{reach}",
            of(&coverage.must),
            of(&coverage.should),
            of(&coverage.info)
        ),
    ));
    if let Some(text) = not_chosen(report) {
        out.push_str(&line("besides", text));
    }
    if let Some(text) = levels(&report.manifest.levels) {
        out.push_str(&line("levels", harmless(&text)));
    }
    out.push_str(&line(
        "findings",
        format!(
            "{} must, {} should, {} info, {} baselined",
            found.must, found.should, found.info, found.baselined
        ),
    ));
    out.push_str(&line(
        "traffic",
        format!(
            "{}, {}, {} in {:.1} s",
            plural(report.summary.exchanges, "request"),
            plural(report.summary.pages, "page"),
            plural(report.summary.items, "item"),
            report.manifest.duration_ms as f64 / 1000.0
        ),
    ));
    out
}

/// How many clauses were moved to which level, and by which files.
fn levels(moves: &[LevelMove]) -> Option<String> {
    let mut counts: Vec<(Weight, u64)> = Vec::new();
    let mut files: Vec<&str> = Vec::new();
    for one in moves {
        match counts.iter_mut().find(|(level, _)| *level == one.level) {
            Some((_, count)) => *count += one.clauses,
            None => counts.push((one.level, one.clauses)),
        }
        if !files.contains(&one.source.as_str()) {
            files.push(&one.source);
        }
    }
    let told: Vec<String> = counts
        .iter()
        .map(|(level, count)| moved(*level, *count))
        .collect();
    (!told.is_empty()).then(|| format!("{}, by {}", told.join(", "), files.join(", ")))
}

/// The outcome and its reasons.
pub fn outcome(plan: &Plan, report: &Report, paint: Paint) -> String {
    let mut out = String::new();
    for reason in &report.reasons {
        out.push_str(&format!(
            "because   {}\n",
            fold(&harmless(reason), width(), "          ")
        ));
    }
    let word = report.outcome.word();
    let colored = match report.outcome {
        Outcome::Conformant if report.exit_code == 2 => paint.open(word),
        Outcome::Conformant => paint.good(word),
        Outcome::Nonconformant => paint.bad(word),
        Outcome::Incomplete => paint.open(word),
    };
    let mut rest = format!("{} (exit code {})", report.target.name(), report.exit_code);
    let left_out = plan
        .cases
        .iter()
        .filter(|case| case.core && case.skipped.is_some());
    let skipped: Vec<&str> = left_out.map(|case| case.id.as_str()).collect();
    if let Some((first, others)) = skipped.split_first() {
        let more = match others.len() {
            0 => String::new(),
            count => format!(" and {count} more"),
        };
        rest.push_str(&format!(", without the core case {first}{more}"));
    }
    if report.exit_code == 2 {
        rest.push_str(", since not everything could be written");
    }
    out.push_str(&format!("outcome   {colored}: {}", harmless(&rest)));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn operations_are_told_by_what_they_miss() {
        let report = fixture::large(200);
        let text = operations(&report, Paint::plain());
        assert!(
            text.starts_with("operations: 172 tested, 28 not reached\n"),
            "{text}"
        );
        assert!(
            text.contains(
                "not reached    getThing6: no id found for {id}, give --param getThing6:id=…\n"
            ),
            "{text}"
        );
        assert!(
            text.ends_with("and 16 operations for other reasons, in the reports\n\n"),
            "{text}"
        );
        assert_eq!(operations(&fixture::large(1), Paint::plain()), "");
        let mut stopped = report.clone();
        stopped.reasons = vec!["no id found for {id}".to_owned()];
        let text = operations(&stopped, Paint::plain());
        assert_eq!(text, "operations: 172 tested, 28 not reached\n\n");
    }
}
