//! Texts that are written otherwise and mean the same by their format: moments, durations, URIs, addresses, networks,
//! languages, colours, codes, text of a page.

use std::net::{IpAddr, Ipv6Addr};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// Whether two texts are one moment; one without a zone is meant in UTC.
pub(super) fn is_same_moment(one: &str, other: &str) -> bool {
    moment(one).is_some_and(|one| moment(other) == Some(one))
}

/// Whether two texts mean the same, as far as some format says so.
pub(super) fn mean_the_same(one: &str, other: &str) -> bool {
    let pairs: [fn(&str, &str) -> bool; 10] = [
        is_coarser,
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

/// Whether a moment is another one with fewer digits after the second, cut or rounded.
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
    (fine - coarse).abs() < unit
}

/// Months and nanoseconds of a duration (ISO 8601), in which a day has 24 hours.
fn length(text: &str) -> Option<(i64, i128)> {
    if !text.trim_start_matches(['+', '-']).starts_with('P') {
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

/// A URI in its normal form (RFC 3986, sections 6.2.2 and 6.2.3).
fn uri(text: &str) -> Option<String> {
    let uri = fluent_uri::Uri::parse(text).ok()?;
    let is_bare = uri.authority().is_some() && uri.path().as_str().is_empty();
    let normal = uri.normalize().into_string();
    if !is_bare {
        return Some(normal);
    }
    let at = normal.find(['?', '#']).unwrap_or(normal.len());
    let (before, after) = normal.split_at(at);
    Some(format!("{before}/{after}"))
}

/// What is mostly digits, such as the number of an account or a telephone, without what groups them; of base64 without
/// what fills it up.
fn code(text: &str) -> Option<String> {
    let plain = text.chars();
    let plain: String = plain
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '(' | ')'))
        .collect();
    let digits = plain.chars().filter(char::is_ascii_digit).count();
    if digits >= 6 && digits * 2 > plain.len() {
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

/// A text with signs that are written for a page, as they are meant; `None` where it has none.
fn plain(text: &str) -> Option<String> {
    const SIGNS: [(&str, &str); 10] = [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&apos;", "'"),
        ("&#39;", "'"),
        ("&#039;", "'"),
        ("&#x27;", "'"),
        ("&#x2F;", "/"),
        // The last: what it brings forth is no sign.
        ("&amp;", "&"),
    ];
    let signs = SIGNS.iter();
    let meant = signs.fold(text.to_owned(), |text, (sign, meant)| {
        text.replace(sign, meant)
    });
    (meant != text).then_some(meant)
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
            ("https://a.b/a", "https://a.b/a/", false),
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
