//! Texts as the page shows them. The template escapes markup; here, what markup rules do not cover is made harmless.

use std::fmt::Write as _;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::super::model::ExchangeRecord;
use super::super::view::turns_direction;

/// The filters that the template uses.
pub(super) mod filters {
    use std::fmt::Display;

    /// Text in which controls and marks that turn the direction of writing are shown, not obeyed.
    #[askama::filter_fn]
    pub(in super::super) fn visible(
        value: impl Display,
        _: &dyn askama::Values,
    ) -> askama::Result<String> {
        Ok(super::visible(&value.to_string()))
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

/// An id as the end of a fragment.
pub(super) fn href(id: &str) -> String {
    const KEPT: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC
        .remove(b'/')
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~');
    utf8_percent_encode(id, KEPT).to_string()
}

fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if (c.is_control() && c != '\n' && c != '\t') || turns_direction(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "⟨U+{:04X}⟩", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
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
        Err(_) => visible(started),
    }
}

/// An excerpt's lines; the one that holds the value the pointer leads to is marked.
pub(super) fn excerpt<'a>(text: &'a str, pointer: &str) -> Vec<Line<'a>> {
    let last = pointer
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .replace("~1", "/")
        .replace("~0", "~");
    let key = format!("{}:", serde_json::Value::String(last));
    text.lines()
        .map(|line| Line {
            text: line,
            wrong: line.trim_start().starts_with(&key),
        })
        .collect()
}

/// The exchanges as JSON that cannot end the script element it stands in.
pub(super) fn embed(exchanges: &[ExchangeRecord]) -> String {
    let json = serde_json::to_string(exchanges).unwrap_or_else(|_| "[]".to_owned());
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
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
    fn controls_and_turns_of_direction_are_shown() {
        assert_eq!(
            visible("a\u{0}\u{1b}[1m\r\n\u{202e}b"),
            "a⟨U+0000⟩⟨U+001B⟩[1m⟨U+000D⟩\n⟨U+202E⟩b"
        );
    }

    #[test]
    fn the_wrong_line_of_an_excerpt_is_marked() {
        let lines = excerpt("{\n  \"a/b\": 1,\n  \"c\": 2\n}", "/data/0/a~1b");
        assert_eq!(
            lines.iter().map(|line| line.wrong).collect::<Vec<_>>(),
            [false, true, false, false]
        );
    }

    #[test]
    fn a_link_survives_any_id() {
        assert_eq!(
            href("GET /a/{id}/200/body/data[]"),
            "GET%20/a/%7Bid%7D/200/body/data%5B%5D"
        );
    }
}
