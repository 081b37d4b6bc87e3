//! The formats that assert: RFC 3339 times, RFC 3986 URIs, bounded integers. Any other format is a remark and no
//! clause, so a format that the harness does not know never accuses anybody.

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
        "date-time" => is_date_time,
        "date" => is_date,
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

/// RFC 3339, section 5.6 `date-time`; `t` and `z` may be lower case, a leap second may stand where one can.
pub fn is_date_time(text: &str) -> bool {
    if !text.is_ascii() || text.len() < 20 {
        return false;
    }
    let (date, rest) = text.split_at(10);
    if !is_date(date) || !matches!(rest.as_bytes()[0], b'T' | b't') {
        return false;
    }
    let Some((hour, minute, second)) = clock(&rest[1..9]) else {
        return false;
    };
    let mut rest = &rest[9..];
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return false;
        }
        rest = &fraction[digits..];
    }
    let offset = match rest.as_bytes() {
        [b'Z' | b'z'] => 0,
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            let (Some(hours), Some(minutes)) = (two_digits(*h1, *h2), two_digits(*m1, *m2)) else {
                return false;
            };
            if hours > 23 || minutes > 59 {
                return false;
            }
            let minutes = i32::from(hours) * 60 + i32::from(minutes);
            if *sign == b'-' { -minutes } else { minutes }
        }
        _ => return false,
    };
    if second == 60 {
        // A leap second falls on 23:59:60 in UTC, whatever the offset shows.
        let utc = (i32::from(hour) * 60 + i32::from(minute) - offset).rem_euclid(24 * 60);
        return utc == 23 * 60 + 59;
    }
    true
}

fn clock(text: &str) -> Option<(u8, u8, u8)> {
    let [h1, h2, b':', m1, m2, b':', s1, s2] = text.as_bytes() else {
        return None;
    };
    let (hour, minute, second) = (
        two_digits(*h1, *h2)?,
        two_digits(*m1, *m2)?,
        two_digits(*s1, *s2)?,
    );
    (hour < 24 && minute < 60 && second <= 60).then_some((hour, minute, second))
}

fn two_digits(tens: u8, ones: u8) -> Option<u8> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| (tens - b'0') * 10 + (ones - b'0'))
}

/// RFC 3339, section 5.6 `full-date`, days of the month included.
pub fn is_date(text: &str) -> bool {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
        return false;
    };
    let (Some(century), Some(year)) = (two_digits(*y1, *y2), two_digits(*y3, *y4)) else {
        return false;
    };
    let (Some(month), Some(day)) = (two_digits(*m1, *m2), two_digits(*d1, *d2)) else {
        return false;
    };
    let year = u32::from(century) * 100 + u32::from(year);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return false,
    };
    (1..=days).contains(&day)
}

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
    fn date_times_of_rfc_3339() {
        for good in [
            "2006-01-02T15:04:05Z",
            "2006-01-02t15:04:05z",
            "2006-01-02T15:04:05-07:00",
            "2024-02-29T00:00:00.123456789012Z",
            "1990-12-31T23:59:60Z",
            "1990-12-31T15:59:60-08:00",
            "2006-01-02T15:04:05-00:00",
            "0000-01-01T00:00:00Z",
        ] {
            assert!(is_date_time(good), "{good}");
        }
        for bad in [
            "",
            "2006-01-02",
            "2006-01-02 15:04:05Z",
            "2006-01-02T15:04:05",
            "2023-02-29T00:00:00Z",
            "2006-01-02T24:00:00Z",
            "2006-01-02T15:04Z",
            "2006-01-02T15:04:05.Z",
            "2006-01-02T15:04:05+0000",
            "2006-01-02T15:04:60Z",
            "1136214245",
            "2006-13-02T15:04:05Z",
            "2006-01-02T15:04:05Zx",
            "２006-01-02T15:04:05Z",
        ] {
            assert!(!is_date_time(bad), "{bad}");
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
