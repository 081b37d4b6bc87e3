//! Texts that are written otherwise and mean the same by their format: moments, durations, addresses, networks, languages,
//! colours, codes, and what people enter.

use std::net::{IpAddr, Ipv6Addr};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::written::{amount, is_called, is_without_tags, plain, uri};

/// Whether two texts are one moment; one without a zone is meant in UTC.
pub(super) fn is_same_moment(one: &str, other: &str) -> bool {
    moment(one).is_some_and(|one| moment(other) == Some(one))
}

/// Whether two texts mean the same, as far as some format says so.
pub(super) fn mean_the_same(one: &str, other: &str) -> bool {
    let pairs: [fn(&str, &str) -> bool; 14] = [
        is_coarser,
        is_called,
        is_without_tags,
        |one, other| {
            let bare = |text: &str| text.trim_start_matches(['@', '#']).to_lowercase();
            let is_named = |text: &str| text.starts_with(['@', '#']);
            (is_named(one) || is_named(other)) && bare(one) == bare(other)
        },
        |one, other| {
            let both = amount(one).zip(amount(other));
            both.is_some_and(|(one, other)| (one - other).abs() <= f64::EPSILON * one.abs())
        },
        |one, other| length(one).is_some_and(|length_of| length(other) == Some(length_of)),
        |one, other| uri(one).is_some_and(|one| uri(other) == Some(one)),
        |one, other| {
            let address = |text: &str| text.parse::<Ipv6Addr>().ok();
            address(one).is_some_and(|one| address(other) == Some(one))
        },
        |one, other| code(one).is_some_and(|one| code(other) == Some(one)),
        |one, other| network(one).is_some_and(|one| network(other) == Some(one)),
        |one, other| hardware(one).is_some_and(|one| hardware(other) == Some(one)),
        |one, other| language(one).is_some_and(|one| language(other) == Some(one)),
        |one, other| colour(one).is_some_and(|one| colour(other) == Some(one)),
        |one, other| {
            let meant = |text: &str| plain(text).unwrap_or_else(|| text.to_owned());
            let (one_meant, other_meant) = (meant(one), meant(other));
            one_meant == other_meant || one_meant == other || other_meant == one
        },
    ];
    pairs.iter().any(|is_same| is_same(one, other))
}

fn moment(text: &str) -> Option<Timestamp> {
    let local = || {
        let local = text.parse::<DateTime>().ok()?;
        TimeZone::UTC.to_timestamp(local).ok()
    };
    text.parse::<Timestamp>().ok().or_else(local)
}

/// Whether a moment is another one with fewer digits after the second, or without the seconds, cut or rounded.
fn is_coarser(fine: &str, coarse: &str) -> bool {
    const SECOND: i128 = 1_000_000_000;
    let (Some(fine), Some(coarse)) = (moment(fine), moment(coarse)) else {
        return false;
    };
    let (fine, coarse) = (fine.as_nanosecond(), coarse.as_nanosecond());
    let mut unit = 1;
    while unit < SECOND && coarse % (unit * 10) == 0 {
        unit *= 10;
    }
    if coarse % (60 * SECOND) == 0 && fine % (60 * SECOND) >= SECOND {
        unit = 60 * SECOND;
    }
    (fine - coarse).abs() < unit
}

/// Months and nanoseconds of a duration (ISO 8601, or as in `1h30m`), in which a day has 24 hours.
fn length(text: &str) -> Option<(i64, i128)> {
    let is_short = text.starts_with(|first: char| first.is_ascii_digit())
        && text.ends_with(|last: char| last.is_ascii_lowercase());
    if !is_short && !text.trim_start_matches(['+', '-']).starts_with('P') {
        return None;
    }
    let span: Span = text.parse().ok()?;
    let months = i64::from(span.get_years()) * 12 + i64::from(span.get_months());
    let hours = (i128::from(span.get_weeks()) * 7 + i128::from(span.get_days())) * 24;
    let minutes = (hours + i128::from(span.get_hours())) * 60 + i128::from(span.get_minutes());
    let millis = (minutes * 60 + i128::from(span.get_seconds())) * 1_000;
    let micros = (millis + i128::from(span.get_milliseconds())) * 1_000;
    let nanos = (micros + i128::from(span.get_microseconds())) * 1_000;
    Some((months, nanos + i128::from(span.get_nanoseconds())))
}

/// What is mostly digits, such as the number of an account or a telephone, without what groups them; of base64 without
/// what fills it up.
fn code(text: &str) -> Option<String> {
    // Of a number the point is none that groups.
    let is_number = text.parse::<f64>().is_ok();
    let is_divider = |letter: char| match letter {
        '-' | '(' | ')' => true,
        '.' | '/' => !is_number,
        other => other.is_whitespace(),
    };
    let plain: String = text.chars().filter(|letter| !is_divider(*letter)).collect();
    let digits = plain.chars().filter(char::is_ascii_digit).count();
    let is_hash = plain.len() == 32 && plain.bytes().all(|byte| byte.is_ascii_hexdigit());
    if digits >= 6 && digits * 2 > plain.len() || is_hash {
        return Some(plain.to_uppercase());
    }
    let filled = text.trim_end_matches('=');
    (text.len().is_multiple_of(4) || filled.len() == text.len()).then(|| filled.to_owned())
}

/// The beginning of a network and the length of that (RFC 4632), whatever host in it is written.
fn network(text: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = text.split_once('/')?;
    let length: u32 = length.parse().ok()?;
    let begins = match address.parse().ok()? {
        IpAddr::V4(address) => {
            let mask = u32::MAX
                .checked_shl(32_u32.checked_sub(length)?)
                .unwrap_or(0);
            IpAddr::V4((u32::from(address) & mask).into())
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX
                .checked_shl(128_u32.checked_sub(length)?)
                .unwrap_or(0);
            IpAddr::V6((u128::from(address) & mask).into())
        }
    };
    Some((begins, length))
}

/// The digits of a hardware address, in pairs or in fours.
fn hardware(text: &str) -> Option<String> {
    let divider = text.chars().find(|letter| !letter.is_ascii_hexdigit());
    let parts: Vec<&str> = match divider {
        Some(divider @ (':' | '-' | '.')) => text.split(divider).collect(),
        Some(_) => return None,
        None => vec![text],
    };
    let has = |count: usize, length: usize| {
        parts.len() == count && parts.iter().all(|part| part.len() == length)
    };
    let digits = parts.concat().to_lowercase();
    let is_one = has(6, 2) || has(3, 4) || has(1, 12);
    (is_one && digits.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(digits)
}

/// A language, by the one divider or the other: `de_DE`, `de-DE`.
fn language(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.split(['-', '_']).collect();
    let (first, rest) = parts.split_first()?;
    let is_language =
        (2..=3).contains(&first.len()) && first.bytes().all(|b| b.is_ascii_alphabetic());
    let is_part = |part: &&str| {
        (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    (is_language && !rest.is_empty() && rest.iter().all(is_part))
        .then(|| parts.join("-").to_lowercase())
}

/// A colour with two digits for each part: `#fff`, `#FFFFFF`.
fn colour(text: &str) -> Option<String> {
    let digits = text.strip_prefix('#')?;
    if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let digits = digits.to_lowercase();
    match digits.len() {
        3 | 4 => Some(digits.chars().flat_map(|digit| [digit, digit]).collect()),
        6 | 8 => Some(digits),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_forms_of_one_value_mean_the_same() {
        for (one, other, same) in [
            (
                "2026-03-01T10:00:00.123456789Z",
                "2026-03-01T10:00:00.123456Z",
                true,
            ),
            (
                "2026-03-01T10:00:00.123456Z",
                "2026-03-01T10:00:00.123000Z",
                true,
            ),
            ("2026-03-01T10:00:00.5+01:00", "2026-03-01T09:00:00Z", true),
            ("2026-03-01T10:00:00.5Z", "2026-03-01T10:00:01Z", true),
            ("2026-03-01T10:00:00Z", "2026-03-01T10:00:01Z", false),
            ("2026-03-01T10:00:00.5Z", "2026-03-01T10:00:02Z", false),
            ("2026-03-01T10:00:00Z", "2026-03-01T10:00:00.5Z", false),
            ("PT90S", "PT1M30S", true),
            ("P1W", "P7D", true),
            ("P1Y", "P12M", true),
            ("PT1.5S", "PT1.500S", true),
            ("P1M", "PT1M", false),
            ("https://Example.com", "https://example.com/", true),
            (
                "https://example.com:443/a?b",
                "https://example.com/a?b",
                true,
            ),
            ("https://example.com?b", "https://example.com/?b", true),
            ("https://a.b/%7ea%2fb/./c", "https://a.b/~a%2Fb/c", true),
            ("https://a.b/a", "https://a.b/a/", true),
            ("http://a.b/a?c#d", "https://a.b/a?c", true),
            ("a.b/c", "https://a.b/c", true),
            ("HTTP://A.b:80/c/../d", "http://a.b/d", true),
            ("https://a.b/a", "https://a.b/b", false),
            ("https://a.b/a?b=1", "https://a.b/a", false),
            ("mailto:a@b.c", "a@b.c", false),
            ("a.b", "c.b", false),
            ("(030) 123 45-67", "+49301234567", true),
            ("+49 (0)30 123 45-67", "+49301234567", true),
            ("030.123.4567", "0301234567", true),
            ("030 1234567", "+49301234568", false),
            ("123456", "+9123456", true),
            ("23456", "+9123456", false),
            ("DE 123.456.789", "DE123456789", true),
            ("12.345678", "12345678", false),
            ("<b>Hi</b> <script>x()</script>you", "<b>Hi</b> you", true),
            ("<p>Hi <b>you</b></p>", "Hi you", true),
            ("Hi you", "<p>Hi you</p>", true),
            ("<p>Hi you</p>", "Hi me", false),
            ("a < b", "a b", false),
            ("1 <2> 3", "1 3", false),
            ("@bob", "bob", true),
            ("@bob", "rob", false),
            ("90m", "1h30m0s", true),
            ("90m", "1h31m", false),
            ("1000m", "1", true),
            ("1024Mi", "1Gi", true),
            ("1024M", "1Gi", false),
            (
                "7D5F0E7C-40F6-4A4C-A9B4-0D6D3B5F7A11",
                "7d5f0e7c40f64a4ca9b40d6d3b5f7a11",
                true,
            ),
            ("2026-03-01T10:20:30Z", "2026-03-01T10:20:00Z", true),
            ("2026-03-01T10:20:30Z", "2026-03-01T10:00:00Z", false),
            ("2026-03-01T10:20:00Z", "2026-03-01T10:21:00Z", false),
            ("https://a.b/A", "https://a.b/a", false),
            ("2001:0db8:0:0:0:0:0:1", "2001:db8::1", true),
            ("2001:db8::2", "2001:db8::1", false),
            (
                "DE89 3704 0044 0532 0130 00",
                "de89370400440532013000",
                true,
            ),
            ("+49 (30) 123-456", "+4930123456", true),
            ("YWI=", "YWI", true),
            ("10.0.0.5/8", "10.0.0.0/8", true),
            ("10.0.0.5/8", "10.0.0.0/9", false),
            ("10.0.0.5/8", "11.0.0.0/8", false),
            ("10.0.0.5/0", "0.0.0.0/0", true),
            ("2001:db8::1/32", "2001:db8::/32", true),
            ("00-11-22-AA-BB-CC", "00:11:22:aa:bb:cc", true),
            ("0011.22aa.bbcc", "001122AABBCC", true),
            ("00-11-22-AA-BB-CC", "00:11:22:aa:bb:cd", false),
            ("de_DE", "de-DE", true),
            ("zh_Hant_TW", "zh-hant-tw", true),
            ("de_DE", "de-AT", false),
            ("de_DE", "de", false),
            ("#FFF", "#ffffff", true),
            ("#FFF", "#fffffe", false),
            ("a & b", "a &amp; b", true),
            ("<b>'", "&lt;b&gt;&#39;", true),
            ("a &amp; b", "a &amp;amp; b", true),
            ("a & b", "a &lt; b", false),
            ("a & b", "a  b", false),
            ("a b", "ab", false),
            ("room 101", "room101", false),
            ("a", "b", false),
        ] {
            assert_eq!(mean_the_same(one, other), same, "{one} {other}");
        }
    }
}
