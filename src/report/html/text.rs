//! Texts as the page shows them. The template escapes markup; here, what markup rules do not cover is made harmless.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use serde_json::Value;

use super::super::foreign::{self, lines};
use super::super::model::ExchangeRecord;

/// The filters that the template uses.
pub(super) mod filters {
    use std::fmt::Display;

    /// Text in which controls and marks that turn the direction of writing are shown, not obeyed.
    #[askama::filter_fn]
    pub(in super::super) fn visible(
        value: impl Display,
        _: &dyn askama::Values,
    ) -> askama::Result<String> {
        Ok(super::lines(&value.to_string()))
    }

    /// The same, as markup in which what stands between backticks is code.
    #[askama::filter_fn]
    pub(in super::super) fn code(
        value: impl Display,
        _: &dyn askama::Values,
    ) -> askama::Result<askama::filters::Safe<String>> {
        Ok(askama::filters::Safe(super::code(&value.to_string())))
    }

    /// A number with its thousands apart.
    #[askama::filter_fn]
    pub(in super::super) fn number(
        value: impl Display,
        _: &dyn askama::Values,
    ) -> askama::Result<String> {
        Ok(value
            .to_string()
            .parse()
            .map_or_else(|_| value.to_string(), super::grouped))
    }

    /// Milliseconds in the unit that people would use.
    #[askama::filter_fn]
    pub(in super::super) fn duration(
        value: &u64,
        _: &dyn askama::Values,
    ) -> askama::Result<String> {
        Ok(super::duration(*value))
    }
}

/// An id with its form in a link.
pub(super) struct Link<'a> {
    pub(super) id: &'a str,
    pub(super) href: String,
}

/// A line of an excerpt.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) wrong: bool,
}

/// An id with its form in a link.
pub(super) fn link(id: &str) -> Link<'_> {
    Link { id, href: href(id) }
}

/// An id, as the page shows it, as the end of a fragment.
pub(super) fn href(id: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    utf8_percent_encode(&lines(id), KEPT).to_string()
}

/// A number with its thousands apart.
pub(super) fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn duration(ms: u64) -> String {
    match ms {
        0..1_000 => format!("{ms} ms"),
        1_000..60_000 => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
        _ => format!("{} min {} s", ms / 60_000, ms % 60_000 / 1_000),
    }
}

/// An RFC 3339 time for people; as it stands where it is none.
pub(super) fn moment(started: &str) -> String {
    match started.parse::<jiff::Timestamp>() {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%S UTC").to_string(),
        Err(_) => lines(started),
    }
}

/// The lines of an excerpt, with the one told that it is about.
pub(super) fn marked(excerpt: &str, wrong: Option<usize>) -> Vec<Line<'_>> {
    let lines = excerpt.lines().enumerate();
    lines
        .map(|(n, text)| Line {
            text,
            wrong: wrong == Some(n),
        })
        .collect()
}

/// Text as markup, in which what stands between backticks is code.
pub(super) fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let is_paired = text.matches('`').count().is_multiple_of(2);
    let mut is_code = false;
    for c in lines(text).chars() {
        match c {
            '`' if is_paired => {
                is_code = !is_code;
                out.push_str(if is_code { "<code>" } else { "</code>" });
            }
            '<' | '>' | '&' | '"' | '\'' => out.push_str(&format!("&#{};", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// The exchanges as JSON that cannot end the script element it stands in; their texts are harmless.
pub(super) fn embed(exchanges: &[Option<&ExchangeRecord>]) -> String {
    let json = serde_json::to_value(exchanges)
        .map_or_else(|_| "[]".to_owned(), |all| harmless(all).to_string());
    foreign::json(&json)
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

/// A value whose texts can be shown as they stand.
fn harmless(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(lines(&text)),
        Value::Array(items) => items.into_iter().map(harmless).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (name, harmless(value)))
            .collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_durations_are_for_people() {
        assert_eq!(
            [0, 999, 1_000, 1_234_567].map(grouped),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(
            [0, 999, 1_250, 61_500].map(duration),
            ["0 ms", "999 ms", "1.2 s", "1 min 1 s"]
        );
    }

    #[test]
    fn what_stands_between_backticks_is_code_and_nothing_is_markup() {
        assert_eq!(
            code("`a<b` is \"c\""),
            "<code>a&#60;b</code> is &#34;c&#34;"
        );
        assert_eq!(code("one ` alone <b>"), "one ` alone &#60;b&#62;");
    }

    #[test]
    fn the_wrong_line_of_an_excerpt_is_marked() {
        let wrong = |mark| {
            marked("a\nb\nc", mark)
                .iter()
                .map(|line| line.wrong)
                .collect::<Vec<_>>()
        };
        assert_eq!(wrong(Some(1)), [false, true, false]);
        assert_eq!(wrong(None), [false; 3]);
    }

    #[test]
    fn a_link_survives_any_id() {
        assert_eq!(
            href("GET /a/{id}/200/body/data[]"),
            "GET%20/a/%7Bid%7D/200/body/data%5B%5D"
        );
    }
}
