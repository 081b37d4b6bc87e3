//! The piece of a response that a finding is about, with the wrong value underlined.

use std::ops::Range;

use crate::exchange::Location;
use crate::report::Report;
use crate::report::foreign::one_line;
use crate::report::model::{FindingRecord, ResponseRecord};
use crate::report::words::{self, plural};

use super::snippet::Piece;
use super::terminal::{harmless, width};
use super::text::{columns, cut};

/// How many headers are shown beside one that is wrong or missing.
const HEADERS_SHOWN: usize = 6;

/// The lines, which bytes of which of them are wrong, and what is said below those.
type Drawn = (Vec<String>, Option<(usize, Range<usize>)>, String);

/// The response's side of a finding; absent where it has no single place. Where something is missing, the actual value
/// says so below the brace of what should hold it.
pub fn piece(report: &Report, finding: &FindingRecord, is_missing: bool) -> Option<Piece> {
    let exchange = finding.exchange.and_then(|n| report.exchanges.get(n));
    let response = exchange.and_then(|exchange| exchange.response.as_ref());
    let (lines, under, label) = match (&finding.location, response) {
        _ if !finding.excerpt.is_empty() => body(finding, is_missing),
        (Location::Status, Some(response)) => status(response),
        (Location::Header { name }, Some(response)) => header(name, response),
        _ => return None,
    };
    Some(Piece {
        origin: words::place(report, finding),
        at: None,
        first_line: 1,
        lines,
        under,
        label,
        is_contract: false,
    })
}

/// A line of a response, as wide as is shown.
fn line(text: &str) -> String {
    cut(&harmless(text), width() - 8)
}

/// Lines of the body as the check cut them, with the mark that it made.
fn body(finding: &FindingRecord, is_missing: bool) -> Drawn {
    let lines: Vec<String> = finding.excerpt.lines().map(line).collect();
    let under = finding.excerpt_mark.and_then(|mark| {
        let raw = finding.excerpt.lines().nth(mark.line)?;
        // Escapes make a text longer, and what is cut off cannot be underlined.
        let at = |chars: usize| {
            let before: String = raw.chars().take(chars).collect();
            harmless(&before).len().min(lines[mark.line].len())
        };
        let span = at(mark.from)..at(mark.to);
        let text = &lines[mark.line];
        let is_whole = text.is_char_boundary(span.start) && text.is_char_boundary(span.end);
        (is_whole && !span.is_empty()).then_some((mark.line, span))
    });
    let actual = harmless(&finding.actual);
    let is_short = columns(&actual) <= 40 && !actual.contains('\n');
    let label = if is_missing && is_short {
        actual
    } else {
        String::new()
    };
    (lines, under, label)
}

/// The status line, underlined, and what the body begins with.
fn status(response: &ResponseRecord) -> Drawn {
    let (first, under) = status_line(response);
    let lines = std::iter::once(first).chain(begins(response)).collect();
    (lines, under, String::new())
}

fn status_line(response: &ResponseRecord) -> (String, Option<(usize, Range<usize>)>) {
    let text = format!("HTTP {}", response.status);
    let span = "HTTP ".len()..text.len();
    (text, Some((0, span)))
}

/// The header, underlined; where it is missing, those that are there.
fn header(name: &str, response: &ResponseRecord) -> Drawn {
    let (first, missing) = status_line(response);
    let shown = |(name, value): &(String, String)| line(&format!("{name}: {value}"));
    let headers = &response.headers;
    let mut lines = vec![first];
    let found = headers
        .iter()
        .filter(|(known, _)| known.eq_ignore_ascii_case(name));
    lines.extend(found.map(shown));
    if lines.len() == 1 {
        lines.extend(headers.iter().take(HEADERS_SHOWN).map(shown));
        let more = headers.len().saturating_sub(HEADERS_SHOWN) as u64;
        if more > 0 {
            lines.push(format!("… and {}", plural(more, "other header")));
        }
        return (lines, missing, format!("no {}", harmless(name)));
    }
    if name.eq_ignore_ascii_case("content-type") {
        lines.extend(begins(response));
    }
    let (begin, end) = (name.len() + ": ".len(), lines[1].len());
    let under = (begin < end && lines[1].is_char_boundary(begin)).then_some((1, begin..end));
    (lines, under, String::new())
}

/// The beginning of the body, on one line: what an error says often explains its status.
fn begins(response: &ResponseRecord) -> Option<String> {
    let text = one_line(&response.body, width() - 8);
    (!text.is_empty()).then(|| line(&text))
}
