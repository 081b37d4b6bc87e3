//! The report as one page that needs nothing else: no request goes out, no script but its own runs, and everything
//! that the target sent is text. Outcome and findings are there without JavaScript.

mod cases;
mod flaws;
mod overview;
pub(super) mod proof;
mod shown;
mod state;
mod text;
mod tree;

use std::collections::HashMap;

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use self::cases::{Group, groups};
use self::flaws::Flaws;
use self::overview::{
    Bar, Choice, Tile, bars, case_filter, clause_filter, finding_filter, missing, tiles,
};
use self::shown::{Shown, exchanges};
use self::text::filters;
use self::text::{Line, Link, embed, link, marked, moment};
use self::tree::{Node, tree};
use super::foreign::markup;
use super::model::{self, FindingRecord, Report};
use super::words::{self, plural};
use crate::contract::Level;
use crate::ledger::Outcome;

const STYLE: &str = include_str!("../../../templates/report.css");
const SCRIPT: &str = include_str!("../../../templates/report.js");

/// Findings on the page from the start; the rest waits in inert templates, so that ten thousand stay usable.
const CHUNK: usize = 200;

/// Clauses or cases up to which all are on the page from the start; beyond, they wait in templates too.
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
    flaws: Flaws,
    tiles: Vec<Tile>,
    bars: Vec<Bar>,
    findings: Vec<Vec<Finding<'a>>>,
    chunk_size: u64,
    missing: Vec<(u64, &'a str)>,
    missing_more: u64,
    operations: Vec<Group<'a>>,
    many_cases: bool,
    tree: Vec<Node<'a>>,
    /// How many clauses stand on the page, where they are not all.
    shown: Option<u64>,
    packed: bool,
    finding_filter: Vec<Choice>,
    case_filter: Vec<Choice>,
    clause_filter: Vec<Choice>,
    exchanges: String,
}

struct Finding<'a> {
    record: &'a FindingRecord,
    state: &'static str,
    sign: &'static str,
    open: bool,
    seen: String,
    sentence: String,
    lines: Vec<words::Line>,
    promise: &'a str,
    href: String,
    cases: Vec<Link<'a>>,
    excerpt: Vec<Line<'a>>,
    examples: String,
    places: Vec<Example<'a>>,
    promised: Vec<Line<'a>>,
}

/// One place of a finding.
struct Example<'a> {
    record: &'a model::Example,
    /// Method and target of its request, where it was kept.
    request: String,
}

/// The report as HTML.
///
/// # Errors
/// Only where the template engine gives up; no content of a report leads there.
pub(super) fn render(report: &Report) -> askama::Result<String> {
    let shown = Shown::of(report);
    let all = findings(report);
    let (missing, missing_more) = missing(report);
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
        flaws: Flaws::of(report),
        tiles: tiles(report),
        bars: bars(report),
        finding_filter: finding_filter(report),
        case_filter: case_filter(report),
        clause_filter: clause_filter(report),
        findings: all,
        chunk_size: CHUNK as u64,
        missing,
        missing_more,
        operations: groups(report, &shown),
        many_cases: report.cases.len() > UNPACKED,
        tree: tree(report, &shown),
        shown: shown.count(),
        packed: report.clauses.len() > UNPACKED,
        exchanges: embed(&exchanges(report)),
    }
    .render()
    .map(|page| markup(&page).into_owned())
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
        sentence: words::sentence(record),
        lines: words::lines(report, record),
        promise: promises
            .get(record.clause.as_str())
            .copied()
            .unwrap_or_default(),
        href: text::href(&record.clause),
        cases: record.cases.iter().map(|id| link(id)).collect(),
        excerpt: marked(&record.excerpt, record.excerpt_mark.map(|mark| mark.line)),
        promised: marked(&record.spec_excerpt, record.spec_mark.or(Some(0))),
        places: record
            .examples
            .iter()
            .map(|one| example(report, one))
            .collect(),
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

fn example<'a>(report: &Report, record: &'a model::Example) -> Example<'a> {
    let exchange = record.exchange.and_then(|n| report.exchanges.get(n));
    let request = exchange.map(|exchange| {
        let url = exchange.request.url.as_str();
        let target = url.strip_prefix(&report.target.base_url).unwrap_or(url);
        format!("{} {target}", exchange.request.method)
    });
    Example {
        record,
        request: request.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixture::{self, HOSTILE};
    use crate::report::foreign::lines;
    use crate::report::model::ExchangeRecord;

    fn page(report: &Report) -> String {
        render(report).unwrap()
    }

    /// What stands between two marks, each time.
    fn between<'a>(text: &'a str, start: &str, end: &str) -> Vec<&'a str> {
        text.split(start)
            .skip(1)
            .map(|rest| rest.split(end).next().unwrap())
            .collect()
    }

    #[test]
    fn nothing_from_the_target_becomes_markup() {
        let page = page(&fixture::sample());
        assert_eq!(page.matches("<script").count(), 2, "the data and our own");
        assert_eq!(page.matches("</script").count(), 2);
        assert!(!page.contains(HOSTILE) && page.contains("&#60;script&#62;alert(1)"));
        let shown = page.split("<script").next().unwrap();
        assert!(
            !shown.contains(['\0', '\u{1b}', '\u{202e}']),
            "controls and turns of direction are shown"
        );
    }

    #[test]
    fn the_page_asks_for_nothing_and_runs_only_its_own() {
        let page = page(&fixture::sample());
        for attribute in ["src=\"", "href=\"", "action=\"", "srcset=\""] {
            for value in between(&page, attribute, "\"") {
                assert!(
                    value.starts_with('#') || value == "data:,",
                    "{attribute}{value}"
                );
            }
        }
        assert!(!page.contains("@import") && !page.contains("url(") && !page.contains(" style=\""));
        assert!(
            ["onload=", "onclick=", "onerror="]
                .iter()
                .all(|handler| !page.contains(handler))
        );
        let hash = |text: &str| {
            format!(
                "&#39;sha256-{}&#39;",
                STANDARD.encode(Sha256::digest(text)).replace('+', "&#43;")
            )
        };
        let policy = between(&page, "Content-Security-Policy\" content=\"", "\"")[0]
            .replace("&#x27;", "&#39;");
        let style = between(&page, "<style>", "</style>")[0];
        let script = between(&page, "<script>", "</script>")[0];
        for text in [style, script] {
            assert!(
                policy.replace('+', "&#43;").contains(&hash(text)),
                "{policy}"
            );
        }
        assert!(policy.starts_with("default-src &#39;none&#39;;"));
    }

    #[test]
    fn outcome_and_findings_need_no_script() {
        let report = fixture::sample();
        let page = page(&report);
        let still = page.split("<script").next().unwrap();
        assert!(
            still.contains("Nonconformant")
                && still.contains("exit code 1")
                && still.contains("1 clause that gates is broken")
        );
        for finding in &report.findings {
            assert!(still.contains(&format!("id=\"finding={}\"", finding.clause)));
        }
        for part in [
            "at most 60 characters",
            "spec/ccpm-v1.yaml:212",
            "a column of 60 characters",
            "The first 2 of 7 places",
        ] {
            assert!(still.contains(part), "{part}");
        }
    }

    #[test]
    fn the_exchanges_read_back_as_they_are_shown() {
        let report = fixture::sample();
        let page = page(&report);
        let json = between(
            &page,
            "<script type=\"application/json\" id=\"exchanges\">",
            "</script>",
        )[0];
        assert!(!json.contains(['<', '>', '&', '\u{202e}']));
        let read = serde_json::from_str::<Vec<ExchangeRecord>>(json).unwrap();
        assert_eq!(read.len(), report.exchanges.len());
        let (shown, came) = (&read[0].request, &report.exchanges[0].request);
        assert_eq!(
            (&shown.url, &shown.headers[0]),
            (&came.url, &came.headers[0])
        );
        assert_eq!(shown.headers[1].1, lines(&came.headers[1].1));
    }

    #[test]
    fn a_link_leads_to_each_clause_case_and_finding() {
        let page = page(&fixture::sample());
        for href in between(&page, "href=\"#", "\"") {
            let id = percent_encoding::percent_decode_str(href)
                .decode_utf8()
                .unwrap();
            assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
        }
    }

    #[test]
    fn a_large_report_waits_in_templates() {
        let mut report = fixture::sample();
        assert!(!page(&report).contains("<template"));
        report.findings = vec![report.findings[0].clone(); 2 * CHUNK + 1];
        assert_eq!(page(&report).matches("<template").count(), 2);
        report.clauses = vec![report.clauses[1].clone(); UNPACKED + 1];
        let page = page(&report);
        assert_eq!(
            page.matches("<template").count(),
            4,
            "one group and one place more"
        );
        assert_eq!(
            page.matches("<template").count(),
            page.matches("</template").count()
        );
    }
}
