//! A finding in words: the one text of it, which the terminal, the page, JUnit, CTRF, SARIF, GitHub and `cargo test`
//! all print. Whatever came from the target is safe to show.

use super::foreign;
use super::model::{ContractInfo, Example, FindingRecord, Reach, Report, WarningRecord};
use crate::battery::Weight;
use crate::exchange::Location;

/// How many characters the count and its first places take.
const COUNT_SHOWN: usize = 72;
/// How many characters of a place are shown beside a count.
const PLACE_SHOWN: usize = 48;

/// One line of what is said of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What it tells: `expected`, `actual`, `where`, `contract`, `count`, `impact`, `baseline` or `reproduce`.
    pub label: &'static str,
    /// The words; of several lines where a value is.
    pub text: String,
}

/// Level and clause: `must: list-versions/200/status`.
pub fn heading(finding: &FindingRecord) -> String {
    format!("{}: {}", level(finding), foreign::lines(&finding.clause))
}

/// How much it weighs, and whether the baseline knows it.
pub fn level(finding: &FindingRecord) -> String {
    let known = if finding.baselined {
        " (baselined)"
    } else {
        ""
    };
    format!("{}{known}", finding.level.word())
}

/// Why the baseline accepts it for now; reports of older versions do not know.
pub fn excuse(finding: &FindingRecord) -> &str {
    match finding.baseline_reason.as_str() {
        "" => "known to the baseline",
        reason => reason,
    }
}

/// The break in one sentence.
pub fn sentence(finding: &FindingRecord) -> String {
    foreign::lines(&finding.message)
}

/// What there is to say below the sentence, in its order; nothing is said of what is not known.
pub fn lines(report: &Report, finding: &FindingRecord) -> Vec<Line> {
    let contract = format!(
        "{} {}",
        spec_place(report, &finding.spec_file, finding.spec_line),
        finding.spec_pointer
    );
    let all = [
        ("expected", finding.expected.clone()),
        ("actual", finding.actual.clone()),
        ("where", place(report, finding)),
        ("contract", contract.trim_end().to_owned()),
        ("count", count(finding)),
        ("impact", finding.hurts.clone()),
        ("baseline", finding.baseline_reason.clone()),
        ("reproduce", finding.curl.clone()),
    ];
    let said = all.into_iter().filter(|(_, text)| !text.is_empty());
    said.map(|(label, text)| Line {
        label,
        text: foreign::lines(&text),
    })
    .collect()
}

/// Heading, sentence and lines, for a reader without colors and without links.
pub fn block(report: &Report, finding: &FindingRecord) -> String {
    let mut out = format!("{}\n  {}\n", heading(finding), sentence(finding));
    for Line { label, text } in lines(report, finding) {
        let text = text.replace('\n', &format!("\n{:13}", ""));
        out.push_str(&format!("  {label:<11}{text}\n"));
    }
    out
}

/// The answer, the page and the place in it.
pub fn place(report: &Report, finding: &FindingRecord) -> String {
    let exchange = finding.exchange.and_then(|n| report.exchanges.get(n));
    let mut out = match exchange.and_then(|exchange| exchange.response.as_ref()) {
        Some(response) => format!("response {} in {}", response.status, finding.case),
        None => finding.case.clone(),
    };
    let page = finding.examples.first().map_or(0, |first| first.page);
    if page > 0 {
        out.push_str(&format!(", page {page}"));
    }
    let at = match &finding.location {
        Location::Header { name } => format!("header {name}"),
        // Reports of older versions know the text only.
        _ => finding.instance_pointer.clone(),
    };
    if !at.is_empty() {
        out.push_str(&format!(", {at}"));
    }
    out
}

/// The file of a place in the contract: its own, or the document itself.
pub fn spec_file<'r>(contract: &'r ContractInfo, own: &'r str) -> &'r str {
    if own.is_empty() {
        &contract.source
    } else {
        own
    }
}

/// `FILE:LINE` in the contract; the file alone where the line is unknown.
pub fn spec_place(report: &Report, file: &str, line: u64) -> String {
    let file = spec_file(&report.contract, file);
    match line {
        0 => file.to_owned(),
        line => format!("{file}:{line}"),
    }
}

/// How often, in which case, and where first: as many places as one line holds.
fn count(finding: &FindingRecord) -> String {
    let others = finding.cases.iter().filter(|case| **case != finding.case);
    let also = match others.count() as u64 {
        0 => String::new(),
        more => format!(" and {}", plural(more, "other case")),
    };
    let mut out = format!("{} in {}{also}", times(finding.count), finding.case);
    let (mut shown, mut last) = (0, None);
    for example in &finding.examples {
        let place = example_place(finding, example, last);
        let next = format!("{}{place}", if shown == 0 { ": " } else { ", " });
        let taken = out.chars().count() + next.chars().count();
        if place.is_empty() || (taken > COUNT_SHOWN && shown > 0) {
            break;
        }
        out.push_str(&next);
        (shown, last) = (shown + 1, Some(example));
    }
    if shown > 0 && finding.count > shown {
        out.push_str(", …");
    }
    out
}

/// The page and the pointer; what is the same as in the place before is left out, and a status or a header is named by
/// its clause already.
fn example_place(finding: &FindingRecord, example: &Example, last: Option<&Example>) -> String {
    let pointer = match finding.location {
        Location::Status | Location::Header { .. } => String::new(),
        _ if last.is_some_and(|last| last.pointer == example.pointer) => String::new(),
        _ => foreign::one_line(&example.pointer, PLACE_SHOWN),
    };
    let same_page = last.is_some_and(|last| last.page == example.page);
    match (example.page, pointer.is_empty()) {
        (0, _) => pointer,
        (page, true) => format!("page {page}"),
        _ if same_page => pointer,
        (page, false) => format!("page {page} {pointer}"),
    }
}

/// How many clauses were moved to a level.
pub fn moved(level: Weight, clauses: u64) -> String {
    let count = plural(clauses, "clause");
    match level {
        Weight::Must => format!("{count} raised to must"),
        Weight::Should => format!("{count} moved to should"),
        Weight::Info => format!("{count} lowered to info"),
        Weight::Off => format!("{count} switched off"),
    }
}

/// How much was not chosen; `None` where everything was.
pub fn not_chosen(report: &Report) -> Option<String> {
    let operations = report.operations.iter();
    let operations = operations.filter(|one| one.state == Reach::NotChosen);
    let (operations, clauses) = (operations.count() as u64, report.summary.clauses.not_chosen);
    (operations > 0).then(|| {
        let (operations, clauses) = (plural(operations, "operation"), plural(clauses, "clause"));
        format!("{clauses} of {operations} not chosen by --operation")
    })
}

/// `once`, or `n times`.
pub fn times(n: u64) -> String {
    match n {
        1 => "once".to_owned(),
        n => format!("{n} times"),
    }
}

/// A warning of the document, with its place and what is lost by it.
pub fn warning(record: &WarningRecord) -> String {
    let (file, line, column) = (&record.file, record.line, record.column);
    let (message, lost) = (&record.message, &record.lost);
    format!("{file}:{line}:{column}: {message}; {lost}")
}

/// `1 thing` or `n things`.
pub fn plural(n: u64, thing: &str) -> String {
    match n {
        1 => format!("1 {thing}"),
        n => format!("{n} {thing}s"),
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
            exchange: None,
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
        assert_eq!(
            count(&finding),
            "300 times in walk and 1 other case: page 1 /data/0/spec/version, …"
        );
        finding.location = Location::header("X-A");
        finding.examples = (1..6).map(|page| example(page, "header:X-A")).collect();
        finding.cases.truncate(1);
        assert_eq!(
            count(&finding),
            "300 times in walk: page 1, page 2, page 3, page 4, page 5, …"
        );
    }

    #[test]
    fn a_report_of_an_older_version_is_told_by_its_texts() {
        let mut report = fixture::sample();
        report.findings[0].location = Location::Exchange;
        report.findings[0].instance_pointer = "header:X-A".into();
        let place = place(&report, &report.findings[0]);
        assert_eq!(place, "response 200 in first-page, page 1, header:X-A");
    }

    #[test]
    fn the_block_tells_everything_and_nothing_in_it_acts() {
        let report = fixture::sample();
        let block = block(&report, &report.findings[0]);
        for label in [
            "expected   at most 60",
            "actual     a string of 61",
            "where      response 200 in first-page, page 1, /data/3/spec/version",
            "contract   spec/ccpm-v1.yaml:212 /components",
            "count      7 times in first-page",
            "impact     a client",
            "reproduce  curl -u",
        ] {
            assert!(block.contains(label), "{label}: {block}");
        }
        assert!(block.starts_with("must: list-versions/") && !block.contains(['\u{1b}', '\0']));
    }
}
