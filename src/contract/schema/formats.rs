//! The formats that assert: RFC 3339 times, RFC 3986 URIs, bounded integers. Any other format is a remark and no
//! clause, so a format that the harness does not know never accuses anybody.

use super::moment::Moment;

/// Our name, in a lowered schema, for the bounds of `int32` and `int64`.
pub const INTEGER_KEYWORD: &str = "x-conform-integer-bounds";

/// The bounds of an integer format, inclusive.
pub fn integer_bounds(format: &str) -> Option<(i64, i64)> {
    match format {
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
        _ => return None,
    })
}

/// The formats that `check_of` knows.
pub const STRING_FORMATS: [&str; 7] = [
    "date-time",
    "date",
    "uri",
    "uri-reference",
    "uuid",
    "ipv4",
    "ipv6",
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
