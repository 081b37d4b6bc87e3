//! The piece of a response that a finding is about, with the wrong value underlined.

use std::ops::Range;

use crate::contract::pointer;
use crate::report::Report;
use crate::report::model::{FindingRecord, ResponseRecord};

use super::snippet::Piece;
use super::terminal::{harmless, width};
use super::text::{columns, cut, plural};

/// How many headers are shown beside one that is wrong or missing.
const HEADERS_SHOWN: usize = 6;

/// The response's side of a finding; empty where it has no single place.
pub fn pieces(report: &Report, finding: &FindingRecord) -> Vec<Piece> {
    let response = finding
        .exchange
        .and_then(|index| report.exchanges.get(index))
        .and_then(|exchange| exchange.response.as_ref());
    let drawn = if !finding.excerpt.is_empty() {
        Some(body(finding))
    } else {
        response.and_then(|response| head(finding, response))
    };
    let Some((lines, under, label)) = drawn else {
        return Vec::new();
    };
    let mut origin = match response {
        Some(response) => format!("response {}", response.status),
        None => "response".to_owned(),
    };
    origin.push_str(&format!(" in {}", finding.case));
    if let Some(page) = finding
        .examples
        .first()
        .map(|first| first.page)
        .filter(|page| *page > 0)
    {
        origin.push_str(&format!(", page {page}"));
    }
    if finding.instance_pointer.starts_with('/') {
        origin.push_str(&format!(", {}", finding.instance_pointer));
    }
    vec![Piece {
        origin,
        at: None,
        first_line: 1,
        lines,
        under,
        label,
        is_contract: false,
    }]
}

/// A line of a response, as wide as is shown.
fn line(text: &str) -> String {
    cut(&harmless(text), width() - 8)
}

type Drawn = (Vec<String>, Option<(usize, Range<usize>)>, String);

/// Lines of the body: the value of the pointer's last key underlined, or where the key is missing, the place it is
/// missing from.
fn body(finding: &FindingRecord) -> Drawn {
    let lines: Vec<String> = finding.excerpt.lines().map(line).collect();
    let key = pointer::tokens(&finding.instance_pointer)
        .pop()
        .unwrap_or_default();
    let label = short(&finding.actual);
    if finding.clause.ends_with("/required") {
        return (lines, Some((0, 0..1)), label);
    }
    let needle = format!(
        "{}: ",
        harmless(&serde_json::Value::String(key.clone()).to_string())
    );
    let named = lines.iter().enumerate().find_map(|(n, line)| {
        let begin = line.find(&needle)? + needle.len();
        Some((n, begin..value_end(line, begin)))
    });
    let under = named.or_else(|| {
        // An element of an array has no key: the excerpt shows two before it, or an ellipsis and two.
        let index: usize = key.parse().ok()?;
        let n = if index <= 2 { index + 1 } else { 4 };
        let line = lines.get(n)?;
        let begin = line.len() - line.trim_start().len();
        Some((n, begin..value_end(line, begin)))
    });
    (lines, under, String::new())
}

fn value_end(line: &str, begin: usize) -> usize {
    let end = line.trim_end_matches(',').len();
    end.max((begin + 1).min(line.len())).max(begin)
}

/// The status line and the headers, for what is not in the body.
fn head(finding: &FindingRecord, response: &ResponseRecord) -> Option<Drawn> {
    let status_line = format!("HTTP {}", response.status);
    let status_span = (0, "HTTP ".len()..status_line.len());
    let begins = begins(response);
    if finding.instance_pointer == "status" {
        let mut lines = vec![status_line];
        lines.extend(begins);
        return Some((lines, Some(status_span), String::new()));
    }
    let name = finding.instance_pointer.strip_prefix("header:")?;
    let mut lines = vec![status_line];
    let found: Vec<String> = response
        .headers
        .iter()
        .filter(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(known, value)| line(&format!("{known}: {value}")))
        .collect();
    if found.is_empty() {
        lines.extend(
            response
                .headers
                .iter()
                .take(HEADERS_SHOWN)
                .map(|(known, value)| line(&format!("{known}: {value}"))),
        );
        let more = response.headers.len().saturating_sub(HEADERS_SHOWN) as u64;
        if more > 0 {
            lines.push(format!("… and {}", plural(more, "other header")));
        }
        return Some((lines, Some(status_span), format!("no {}", harmless(name))));
    }
    lines.extend(found);
    if name.eq_ignore_ascii_case("content-type") {
        lines.extend(begins);
    }
    let begin = name.len() + ": ".len();
    let end = lines[1].len();
    let under = (begin < end && lines[1].is_char_boundary(begin)).then_some((1, begin..end));
    Some((lines, under, String::new()))
}

/// The beginning of the body, on one line: what an error says often explains its status.
fn begins(response: &ResponseRecord) -> Option<String> {
    let body: String = response.body.chars().take(4 * width()).collect();
    let words = body.split_whitespace().collect::<Vec<_>>().join(" ");
    (!words.is_empty()).then(|| line(&words))
}

/// The actual value on a label: only where it is short.
fn short(actual: &str) -> String {
    let actual = harmless(actual);
    if columns(&actual) <= 40 && !actual.contains('\n') {
        actual
    } else {
        String::new()
    }
}
