//! What GitHub Actions shows of a run: annotations as workflow commands, and a page for the step summary.
//! Nothing that the target sent can become a command, a link or a tag.

use std::fmt::Write as _;

use super::foreign::one_line;
use super::model::{CaseRecord, CoverageOf, FindingRecord, Report};
use super::words::{self, spec_place};
use crate::contract::Level;
use crate::ledger::Verdict;

/// As many annotations as GitHub shows of one step.
const MAX_ANNOTATIONS: usize = 10;

/// GitHub drops a summary over 1 MiB whole; this leaves room for the closing lines.
const MAX_SUMMARY: usize = 1_000_000;

/// The longest text from a report in one annotation or cell, in characters.
const MAX_TEXT: usize = 400;

/// One annotation before it is escaped.
struct Annotation {
    /// `error`, `warning` or `notice`.
    command: &'static str,
    file: String,
    line: u64,
    title: String,
    message: String,
}

/// Workflow commands, the worst first, and one closing line for people.
pub(super) fn render(report: &Report) -> String {
    let all = annotations(report);
    let mut text = String::new();
    for annotation in all.iter().take(MAX_ANNOTATIONS) {
        text.push_str(&command(annotation));
        text.push('\n');
    }
    if let Some(more) = all
        .len()
        .checked_sub(MAX_ANNOTATIONS)
        .filter(|&more| more > 0)
    {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "and {more} more; the other reports have them all");
    }
    let _ = writeln!(
        text,
        "conform: {}: {}, exit code {}",
        report.outcome.word(),
        one_line(&report.target.name(), MAX_TEXT),
        report.exit_code
    );
    text
}

/// Everything worth an annotation, the worst first.
fn annotations(report: &Report) -> Vec<Annotation> {
    let gates = report.exit_code != 0;
    let cases = report.cases.iter().filter(|case| match case.verdict {
        Verdict::Error => true,
        Verdict::Inconclusive => case.core,
        Verdict::Fail | Verdict::Pass | Verdict::Skipped => false,
    });
    let mut all: Vec<Annotation> = report
        .findings
        .iter()
        .map(|finding| of_finding(report, finding))
        .collect();
    all.extend(cases.map(|case| Annotation {
        command: if gates { "error" } else { "notice" },
        file: case.source.clone(),
        line: case.line,
        title: format!("{}: {}", case.id, case.verdict.word()),
        message: case.reason.clone(),
    }));
    // A run that fails is never told by warnings alone.
    if gates && !all.iter().any(|annotation| annotation.command == "error") {
        all.insert(
            0,
            Annotation {
                command: "error",
                file: String::new(),
                line: 0,
                title: format!(
                    "conform: {}, exit code {}",
                    report.outcome.word(),
                    report.exit_code
                ),
                message: report.reasons.join("\n"),
            },
        );
    }
    all.sort_by_key(|annotation| match annotation.command {
        "error" => 0,
        "warning" => 1,
        _ => 2,
    });
    all
}

fn of_finding(report: &Report, finding: &FindingRecord) -> Annotation {
    let command = match finding.level {
        _ if finding.baselined => "notice",
        Level::Must if report.exit_code != 0 => "error",
        Level::Must | Level::Should => "warning",
        Level::Info => "notice",
    };
    let mut message = vec![one_line(&finding.message, MAX_TEXT)];
    // The annotation stands at the line of the contract already.
    let said = words::lines(report, finding)
        .into_iter()
        .filter(|line| !matches!(line.label, "contract" | "reproduce"));
    message.extend(said.map(|line| format!("{}: {}", line.label, one_line(&line.text, MAX_TEXT))));
    Annotation {
        command,
        file: words::spec_file(&report.contract, &finding.spec_file).to_owned(),
        line: finding.spec_line,
        title: words::heading(finding),
        message: message.join("\n"),
    }
}

fn command(annotation: &Annotation) -> String {
    let mut properties = Vec::new();
    if !annotation.file.is_empty() {
        properties.push(format!(
            "file={}",
            property(&one_line(&annotation.file, MAX_TEXT))
        ));
        if annotation.line > 0 {
            properties.push(format!("line={}", annotation.line));
        }
    }
    properties.push(format!(
        "title={}",
        property(&one_line(&annotation.title, MAX_TEXT))
    ));
    let lines: Vec<String> = annotation
        .message
        .lines()
        .map(|line| one_line(line, 2 * MAX_TEXT))
        .collect();
    format!(
        "::{} {}::{}",
        annotation.command,
        properties.join(","),
        data(&lines.join("\n"))
    )
}

/// The value of a command: it stays on its line.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// The value of a command's property: neither does it end the property or the properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The run as Markdown for `$GITHUB_STEP_SUMMARY`, under 1 MiB.
pub fn step_summary(report: &Report) -> String {
    let (cases, clauses) = (&report.summary.cases, &report.summary.clauses);
    let contract = &report.contract;
    let mut page = format!("## conform: {}\n\n", report.outcome.word());
    for reason in report.reasons.iter().take(20) {
        let _ = writeln!(page, "- {}", cell(reason));
    }
    let _ = writeln!(
        page,
        "\n{} {} (`sha256:{}`), held against {}\n",
        cell(&contract.title),
        cell(&contract.version),
        cell(&contract.sha256.chars().take(12).collect::<String>()),
        cell(&report.target.name()),
    );
    let _ = writeln!(
        page,
        "| | passed | failed | inconclusive | skipped | error |\n|---|--:|--:|--:|--:|--:|"
    );
    let _ = writeln!(
        page,
        "| cases | {} | {} | {} | {} | {} |\n",
        cases.pass, cases.fail, cases.inconclusive, cases.skipped, cases.error
    );
    let coverage = &report.summary.coverage;
    let _ = writeln!(
        page,
        "| clauses | held | broken | not exercised |\n|---|--:|--:|--:|"
    );
    let _ = writeln!(
        page,
        "| {} | {} | {} | {} |\n",
        clauses.total, clauses.held, clauses.broken, clauses.not_exercised
    );
    let of = |name, coverage: &CoverageOf| {
        format!("{name} {} of {}", coverage.exercised, coverage.total)
    };
    let levels = [
        of("must", &coverage.must),
        of("should", &coverage.should),
        of("info", &coverage.info),
    ];
    let _ = writeln!(page, "Tested: {}.", levels.join(", "));
    if let Some(text) = words::not_chosen(report) {
        let _ = writeln!(page, "\nBesides: {}.", cell(&text));
    }

    let findings = report.findings.iter().map(|finding| {
        [
            words::level(finding),
            cell(&finding.clause),
            cell(&finding.message),
            cell(&finding.expected),
            cell(&finding.actual),
            format!("{} in {}", finding.count, cell(&finding.case)),
            cell(&spec_place(report, &finding.spec_file, finding.spec_line)),
        ]
    });
    table(
        &mut page,
        "Findings",
        [
            "level", "clause", "what", "expected", "actual", "seen", "contract",
        ],
        findings,
    );
    let is_open = |case: &&CaseRecord| !matches!(case.verdict, Verdict::Pass | Verdict::Fail);
    let open = report.cases.iter().filter(is_open).map(|case| {
        [
            cell(&case.id),
            case.verdict.word().to_owned(),
            cell(&case.reason),
        ]
    });
    table(
        &mut page,
        "Cases without an answer",
        ["case", "verdict", "why"],
        open,
    );
    page
}

/// A table with as many rows as the page has room for; none where there are no rows.
fn table<const N: usize>(
    page: &mut String,
    title: &str,
    head: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) {
    let mut rows = rows.peekable();
    if rows.peek().is_none() {
        return;
    }
    let _ = writeln!(
        page,
        "\n### {title}\n\n| {} |\n|{}",
        head.join(" | "),
        "---|".repeat(N)
    );
    let mut left_out = 0;
    for row in rows {
        let row = format!("| {} |\n", row.join(" | "));
        if left_out > 0 || page.len() + row.len() > MAX_SUMMARY {
            left_out += 1;
        } else {
            page.push_str(&row);
        }
    }
    if left_out > 0 {
        let _ = writeln!(page, "\nand {left_out} more");
    }
}

/// Text that Markdown and HTML leave alone: on one line, with a character reference for each mark that could mean something.
fn cell(text: &str) -> String {
    let mut out = String::new();
    for c in one_line(text, MAX_TEXT).chars() {
        if c.is_ascii_punctuation() && !matches!(c, '/' | '-' | ',' | ';' | '\'') {
            let _ = write!(out, "&#{};", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture;

    #[test]
    fn every_line_is_one_command_of_ours_and_the_worst_is_first() {
        let text = render(&fixture::sample());
        let commands: Vec<&str> = text
            .lines()
            .map(|line| line.split(' ').next().unwrap())
            .collect();
        assert_eq!(
            commands,
            [
                "::error", "::error", "::error", "::notice", "::notice", "conform:"
            ]
        );
        assert!(!text.contains("##[") && !text.contains("%0A::error::forged\n"));
        assert!(!text.contains("\u{1b}") && !text.contains("%0A::error::forged\r"));
    }

    #[test]
    fn what_could_end_a_property_or_a_line_is_escaped() {
        let annotation = Annotation {
            command: "error",
            file: "a,b:c%.yaml".into(),
            line: 7,
            title: "x::y\n::set-output".into(),
            message: "100%\n##[add-mask]\u{1b}[0m".into(),
        };
        assert_eq!(
            command(&annotation),
            "::error file=a%2Cb%3Ac%25.yaml,line=7,title=x%3A%3Ay %3A%3Aset-output::100%25%0A##\\u{5b}add-mask]\\u{1b}[0m"
        );
    }

    #[test]
    fn ten_are_shown_and_the_rest_is_counted() {
        let mut report = fixture::sample();
        let finding = report.findings[2].clone();
        report.findings.splice(0..0, vec![finding; 40]);
        let text = render(&report);
        assert_eq!(
            text.lines().filter(|line| line.starts_with("::")).count(),
            10
        );
        assert!(
            text.starts_with("::error") && text.contains("\nand 35 more"),
            "{text}"
        );
    }

    #[test]
    fn a_run_that_fails_has_an_error_and_one_that_does_not_has_none() {
        for base in [fixture::sample(), fixture::conformant(), fixture::empty()] {
            for exit_code in 0..=3 {
                let text = render(&Report {
                    exit_code,
                    ..base.clone()
                });
                assert_eq!(text.contains("::error "), exit_code != 0, "{text}");
            }
        }
    }

    #[test]
    fn the_summary_holds_no_markup_but_its_own() {
        let page = step_summary(&fixture::sample());
        assert!(
            !page.contains('<') && !page.contains("](") && !page.contains("http://"),
            "{page}"
        );
        let rows: Vec<&str> = page
            .lines()
            .filter(|line| line.starts_with("| must |"))
            .collect();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].matches('|').count(), 8, "{}", rows[0]);
        assert!(rows[0].contains("&#60;script&#62;"));
    }

    #[test]
    fn the_summary_stays_under_one_mebibyte() {
        let mut report = fixture::sample();
        report.findings = vec![report.findings[0].clone(); 20_000];
        let page = step_summary(&report);
        assert!(page.len() < 1024 * 1024 && page.len() > 900_000);
        assert!(page.contains("\nand 1"), "the rest is counted");
    }
}
