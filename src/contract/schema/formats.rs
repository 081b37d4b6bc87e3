//! The formats that assert (JSON Schema Validation, section 7.3, and OpenAPI's Format Registry). Where frameworks write a form
//! that the letter forbids, such as a time without a zone, it passes: what is accused is wrong by any reading. Any other
//! format is a remark and no clause, so a format that the harness does not know never accuses anybody.

use super::moment::Moment;

/// Our name, in a lowered schema, for the bounds of `int32` and `int64`.
pub const INTEGER_KEYWORD: &str = "x-conform-integer-bounds";

/// The bounds of an integer format, inclusive.
pub fn integer_bounds(format: &str) -> Option<(i64, i64)> {
    match format {
        "int8" => Some((i64::from(i8::MIN), i64::from(i8::MAX))),
        "int16" => Some((i64::from(i16::MIN), i64::from(i16::MAX))),
        "uint8" => Some((0, i64::from(u8::MAX))),
        "uint16" => Some((0, i64::from(u16::MAX))),
        "uint32" => Some((0, i64::from(u32::MAX))),
        "int32" => Some((i64::from(i32::MIN), i64::from(i32::MAX))),
        "int64" => Some((i64::MIN, i64::MAX)),
        _ => None,
    }
}

/// Whether a value can break that format.
pub fn is_asserted(format: &str) -> bool {
    check_of(format).is_some() || integer_bounds(format).is_some()
}

/// The check of a string format; `None` where the format only remarks.
pub fn check_of(format: &str) -> Option<fn(&str) -> bool> {
    Some(match format {
        "date-time" => |text: &str| Moment::parse(text).is_some(),
        // A `full-date` is what a date-time begins with.
        "date" => |text: &str| Moment::parse(&format!("{text}T00:00:00Z")).is_some(),
        "uri" => is_absolute_uri,
        "uri-reference" => is_uri_reference,
        "uuid" => is_uuid,
        "ipv4" => |text: &str| text.parse::<std::net::Ipv4Addr>().is_ok(),
        "ipv6" => |text: &str| text.parse::<std::net::Ipv6Addr>().is_ok(),
        "time" => is_time,
        "duration" => is_duration,
        "email" => is_email,
        "hostname" => is_hostname,
        "byte" => is_base64,
        _ => return None,
    })
}

/// The formats that `check_of` knows.
pub const STRING_FORMATS: [&str; 12] = [
    "date-time",
    "date",
    "uri",
    "uri-reference",
    "uuid",
    "ipv4",
    "ipv6",
    "time",
    "duration",
    "email",
    "hostname",
    "byte",
];

/// RFC 3986, section 3 `URI`: with a scheme.
pub fn is_absolute_uri(text: &str) -> bool {
    fluent_uri::Uri::parse(text).is_ok()
}

fn is_uri_reference(text: &str) -> bool {
    fluent_uri::UriRef::parse(text).is_ok()
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(n, byte)| match n {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// RFC 3339, section 5.6 `full-time`; also without a zone, or without seconds.
fn is_time(text: &str) -> bool {
    let forms = ["", "Z", ":00Z"].map(|rest| format!("2000-01-01T{text}{rest}"));
    forms.iter().any(|moment| Moment::parse(moment).is_some())
}

/// RFC 3339, appendix A; also with a sign, with fractions, and with its parts in any order.
fn is_duration(text: &str) -> bool {
    let Some(parts) = text.trim_start_matches(['-', '+']).strip_prefix(['P', 'p']) else {
        return false;
    };
    let (mut has_part, mut has_digit) = (false, false);
    for c in parts.chars() {
        match c.to_ascii_uppercase() {
            '0'..='9' => has_digit = true,
            '.' | ',' | '-' | '+' => {}
            'T' if !has_digit => {}
            'Y' | 'M' | 'W' | 'D' | 'H' | 'S' if has_digit => (has_part, has_digit) = (true, false),
            _ => return false,
        }
    }
    has_part && !has_digit
}

/// RFC 5321, section 4.1.2 `Mailbox`, as far as it is a name at a place without anything around it; any character beyond ASCII.
fn is_email(text: &str) -> bool {
    let Some((name, place)) = text.rsplit_once('@') else {
        return false;
    };
    let is_space = |c: char| c.is_whitespace() || c.is_control();
    let is_quoted = name.len() > 2 && name.starts_with('"') && name.ends_with('"');
    let is_plain = |c: char| !is_space(c) && !"@,;:<>()[]\\\"".contains(c);
    let is_name = is_quoted || (!name.is_empty() && name.chars().all(is_plain));
    let is_address = place.starts_with('[') && place.ends_with(']');
    is_name && (is_address || is_hostname(place))
}

/// RFC 1123, section 2.1; also with underscores, a dot at the end, a star in front, and characters beyond ASCII.
fn is_hostname(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let labels = text.strip_prefix("*.").unwrap_or(text).split('.');
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_' || !c.is_ascii();
    let mut labels = labels.map(|label| {
        let is_inside = !label.starts_with('-') && !label.ends_with('-');
        (1..=63).contains(&label.chars().count()) && is_inside && label.chars().all(is_part)
    });
    text.len() <= 253 && labels.all(|is_label| is_label)
}

/// RFC 4648, section 4 or 5; also with line breaks, and without the padding.
fn is_base64(text: &str) -> bool {
    let digits = text.trim_end_matches(['=', '\r', '\n']);
    let is_digit = |c: char| c.is_ascii_alphanumeric() || "+/-_\r\n".contains(c);
    digits.chars().all(is_digit)
}

/// Whether a number lies between two whole ones.
pub(super) fn is_between(number: &serde_json::Number, low: i64, high: i64) -> bool {
    if let Some(whole) = number.as_i64() {
        return (low..=high).contains(&whole);
    }
    if number.is_u64() {
        return false;
    }
    number
        .as_f64()
        .is_none_or(|float| float >= low as f64 && float <= high as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_day_of_the_calendar() {
        let is_date = check_of("date").unwrap();
        for good in ["0000-01-01", "2024-02-29", "9999-12-31"] {
            assert!(is_date(good), "{good}");
        }
        for bad in [
            "",
            "2023-02-29",
            "2023-00-01",
            "20230101",
            "2023-01-01T00:00:00Z",
            "２023-01-01",
        ] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn only_what_is_wrong_by_any_reading_is_accused() {
        for (format, good, bad) in [
            (
                "time",
                &["10:00:00Z", "10:00:00.5+02:00", "10:00:00", "10:00"][..],
                &["", "25:00:00Z", "10", "ten", "10:00:00 PM"][..],
            ),
            (
                "duration",
                &["P1D", "PT0S", "-P1Y2M", "P1DT2H3M4.5S", "PT-6H", "P3W"],
                &["", "P", "PT", "1h30m", "P1", "P1X", "90", "1 day"],
            ),
            (
                "email",
                &[
                    "a@b.c",
                    "user@localhost",
                    "\"a b\"@c.d",
                    "a+b@[192.0.2.1]",
                    "ü@ü.de",
                ],
                &[
                    "",
                    "a",
                    "@b",
                    "a@",
                    "a b@c",
                    "A <a@b.c>",
                    "a@b c",
                    "a@b,c@d",
                    "a@b@c",
                ],
            ),
            (
                "hostname",
                &[
                    "a",
                    "a.b.c.",
                    "192.0.2.1",
                    "my_host",
                    "xn--bcher-kva.example",
                    "*.a.b",
                ],
                &["", "a..b", "-a.b", "a b", "a/b", "http://a", "a:80", "a@b"],
            ),
            (
                "byte",
                &["", "dGV4dA==", "dGV4dA", "_-8=", "dGV4\r\ndA==\r\n"],
                &["a b", "dGV4dA==x", "{}", "a.b"],
            ),
        ] {
            let check = check_of(format).unwrap();
            for text in good {
                assert!(check(text), "{format} {text:?}");
            }
            for text in bad {
                assert!(!check(text), "{format} {text:?}");
            }
        }
        assert!(STRING_FORMATS.iter().all(|name| check_of(name).is_some()));
    }

    #[test]
    fn uri_means_absolute() {
        for good in [
            "https://a.b/c?d=e%20f#g",
            "crn://confluent.cloud/environment=env-1",
            "urn:x:y",
            "http://[::1]:80/",
        ] {
            assert!(is_absolute_uri(good), "{good}");
        }
        for bad in [
            "",
            "/a/b",
            "a b",
            "//host/x",
            "https://a b/",
            "http://a/%zz",
            "http://a/ü",
        ] {
            assert!(!is_absolute_uri(bad), "{bad}");
        }
    }
}
