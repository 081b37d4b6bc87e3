//! Each finding as a compiler would show it. Whatever came from the target is made harmless and cut to the width; only
//! the curl line is never cut, since it is to be pasted.

use crate::battery::Plan;
use crate::contract::{Level, pointer};
use crate::report::Report;
use crate::report::model::{Example, FindingRecord};

use super::snippet::{self, Piece, of_contract};
use super::terminal::{Paint, harmless, width};
use super::text::{columns, cut, fold, plural};
use super::{closing, response};

/// The longest that a value from the target is shown, in columns.
const VALUE_SHOWN: usize = 160;

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The outcome alone.
    Outcome,
    /// Findings and counts.
    Findings,
    /// Each exchange as well.
    Exchanges,
}

/// All findings, what was not exercised, and the outcome.
pub fn summary(plan: &Plan, report: &Report, paint: Paint, detail: Detail) -> String {
    if detail == Detail::Outcome {
        return closing::outcome(report, paint);
    }
    let mut out = String::new();
    if detail == Detail::Exchanges {
        out.push_str(&super::exchanges::list(report, paint));
    }
    for finding in &report.findings {
        out.push('\n');
        out.push_str(&one(plan, report, finding, paint));
    }
    out.push('\n');
    out.push_str(&closing::unexercised(report, paint));
    if !report.findings.is_empty() {
        out.push_str(
            &paint.dim(
                "conform explain CLAUSE says what a clause means and how a break is mended.\n\n",
            ),
        );
    }
    out.push_str(&closing::counts(report));
    out.push_str(&closing::outcome(report, paint));
    out
}

/// One finding: its clause in words, both excerpts, what was expected and what came, where, who is hurt, and how to
/// see it again.
fn one(plan: &Plan, report: &Report, finding: &FindingRecord, paint: Paint) -> String {
    let word = if finding.baselined {
        format!("{} (baselined)", finding.level.word())
    } else {
        finding.level.word().to_owned()
    };
    let head = match (finding.level, finding.baselined) {
        (Level::Must, false) => paint.bad(&word),
        (Level::Should, false) => paint.open(&word),
        _ => paint.dim(&word),
    };
    let clause = plan.clauses.find(&finding.clause);
    let clause = clause.map(|ix| plan.clauses.get(ix));
    let text = clause.map_or(finding.message.as_str(), |clause| clause.text.as_str());
    let mut out = format!(
        "{head}: {}\n  {}\n",
        paint.name(&harmless(&finding.clause)),
        fold(&harmless(text), width(), "  ")
    );
    let mut pieces: Vec<Piece> = response::pieces(report, finding);
    pieces.extend(of_contract(
        &plan.contract.document,
        &finding.spec_pointer,
        finding.spec_line,
        clause.map_or(1, |clause| clause.mark.column),
    ));
    let shown = |value: &str| cut(&harmless(value), VALUE_SHOWN);
    let mut notes = Vec::new();
    // Often the clause in words is all there is to expect.
    if finding.expected != text {
        notes.push(("expected", shown(&finding.expected)));
    }
    notes.push(("actual", shown(&finding.actual)));
    notes.push(("seen", places(finding, width())));
    if !finding.hurts.is_empty() {
        notes.push(("hurts", finding.hurts.clone()));
    }
    out.push_str(&snippet::render(finding.level, &pieces, &notes, paint));
    out.push('\n');
    if !finding.curl.is_empty() {
        out.push_str(&format!("  {}\n", harmless(&finding.curl)));
    }
    out
}

/// How often, in which case, and where first: on one line, with as many places as fit.
fn places(finding: &FindingRecord, width: usize) -> String {
    let times = if finding.count == 1 {
        "once".to_owned()
    } else {
        format!("{} times", finding.count)
    };
    let others = finding
        .cases
        .iter()
        .filter(|case| **case != finding.case)
        .count() as u64;
    let also = match others {
        0 => String::new(),
        more => format!(" and {}", plural(more, "other case")),
    };
    let mut out = format!("{times} in {}{also}", finding.case);
    let mut shown = 0;
    let mut last: Option<&Example> = None;
    for example in finding.examples.iter().filter(|one| is_a_place(one)) {
        let place = place(example, last);
        let next = format!("{}{place}", if shown == 0 { ": " } else { ", " });
        if columns(&out) + columns(&next) > width - 17 && shown > 0 {
            break;
        }
        out.push_str(&next);
        shown += 1;
        last = Some(example);
    }
    if shown > 0 && finding.count > shown {
        out.push_str(", …");
    }
    out
}

fn is_a_place(example: &Example) -> bool {
    example.page > 0 || !spoken(&example.pointer).is_empty()
}

/// The page and the pointer; what is the same as in the place before is left out.
fn place(example: &Example, last: Option<&Example>) -> String {
    let same_pointer = last.is_some_and(|last| last.pointer == example.pointer);
    let same_page = last.is_some_and(|last| last.page == example.page);
    let spoken = cut(&harmless(&spoken(&example.pointer)), 48);
    match (example.page, same_page, same_pointer || spoken.is_empty()) {
        (0, ..) => spoken,
        (_, true, false) => spoken,
        (page, _, true) => format!("page {page}"),
        (page, false, false) => format!("page {page} {spoken}"),
    }
}

fn spoken(pointer: &str) -> String {
    // A status or a header is named by its clause already.
    if pointer.starts_with('/') {
        format!("/{}", pointer::tokens(pointer).join("/"))
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    fn example(page: u64, pointer: &str) -> Example {
        Example {
            page,
            pointer: pointer.into(),
            actual: String::new(),
        }
    }

    #[test]
    fn three_hundred_broken_items_read_as_one_line() {
        let mut finding = fixture::sample().findings.remove(0);
        finding.count = 300;
        finding.case = "walk".into();
        finding.cases = vec!["walk".into(), "valid-first-page".into()];
        finding.examples = (0..5)
            .map(|n| example(1, &format!("/data/{n}/spec/version")))
            .collect();
        let text = places(&finding, 80);
        assert_eq!(
            text,
            "300 times in walk and 1 other case: page 1 /data/0/spec/version, …"
        );
        finding.examples = (1..6).map(|page| example(page, "header:X-A")).collect();
        finding.cases.truncate(1);
        assert_eq!(
            places(&finding, 80),
            "300 times in walk: page 1, page 2, page 3, page 4, page 5, …"
        );
    }
}
