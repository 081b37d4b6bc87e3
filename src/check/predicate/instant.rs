//! Predicates over RFC 3339 timestamps. What is no such timestamp is the business of the schema's `format`.

use std::cmp::Ordering;

use serde_json::Value;

use crate::contract::is_date_time;

use super::Ruling;

/// The offset is zero: `Z`, `z`, `+00:00`, or `-00:00` (RFC 3339, section 4.3: UTC is known, the local offset is not).
pub fn utc(value: &Value) -> Ruling {
    match value.as_str().filter(|text| is_date_time(text)) {
        Some(text) => {
            let zero = ["Z", "z", "+00:00", "-00:00"]
                .iter()
                .any(|end| text.ends_with(end));
            Ruling::from(
                zero,
                || "a time in UTC, such as 2006-01-02T22:04:05Z".to_owned(),
                value,
            )
        }
        None => Ruling::NotApplicable,
    }
}

/// The first is not before the second.
pub fn not_before(later: &Value, name: &str, earlier: &Value) -> Ruling {
    let moment = |value: &Value| {
        value
            .as_str()
            .filter(|text| is_date_time(text))
            .map(Moment::of)
    };
    match (moment(later), moment(earlier)) {
        (Some(a), Some(b)) => {
            let holds = a.compare(&b) != Ordering::Less;
            Ruling::from(holds, || format!("{name} ({earlier}) or later"), later)
        }
        _ => Ruling::NotApplicable,
    }
}

/// A moment with a fraction of any length.
struct Moment {
    /// Seconds since the first day of year 0.
    seconds: i64,
    /// The digits after the point, without trailing zeros.
    fraction: String,
}

impl Moment {
    /// Reads a text that is a date-time.
    fn of(text: &str) -> Moment {
        let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().unwrap_or_default();
        let (year, month, day) = (number(0..4), number(5..7), number(8..10));
        let (hour, minute, second) = (number(11..13), number(14..16), number(17..19));
        let rest = &text[19..];
        let digits = rest.strip_prefix('.').map_or(0, |rest| {
            rest.bytes().take_while(u8::is_ascii_digit).count()
        });
        let fraction = if digits > 0 {
            rest[1..=digits].trim_end_matches('0').to_owned()
        } else {
            String::new()
        };
        let zone = if digits > 0 {
            &rest[digits + 1..]
        } else {
            rest
        };
        let offset = match zone.as_bytes() {
            [sign @ (b'+' | b'-'), ..] => {
                let minutes = zone[1..3].parse::<i64>().unwrap_or_default() * 60
                    + zone[4..6].parse::<i64>().unwrap_or_default();
                if *sign == b'-' { -minutes } else { minutes }
            }
            _ => 0,
        };
        let seconds =
            days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset * 60;
        Moment { seconds, fraction }
    }

    fn compare(&self, other: &Moment) -> Ordering {
        self.seconds
            .cmp(&other.seconds)
            .then_with(|| self.fraction.cmp(&other.fraction))
    }
}

/// Days since 0000-03-01 in the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month <= 2 {
        (year - 1, month + 9)
    } else {
        (year, month - 3)
    };
    year * 365 + year.div_euclid(4) - year.div_euclid(100)
        + year.div_euclid(400)
        + (month * 153 + 2) / 5
        + day
        - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn utc_is_utc_however_it_is_written() {
        for good in [
            "2006-01-02T15:04:05Z",
            "2006-01-02T15:04:05.123z",
            "2006-01-02T15:04:05+00:00",
            "2006-01-02T15:04:05-00:00",
        ] {
            assert_eq!(utc(&json!(good)), Ruling::Holds, "{good}");
        }
        assert!(matches!(
            utc(&json!("2006-01-02T15:04:05-07:00")),
            Ruling::Broken { .. }
        ));
        assert_eq!(utc(&json!("yesterday")), Ruling::NotApplicable);
    }

    #[test]
    fn moments_compare_over_offsets_and_fractions() {
        let holds = |later: &str, earlier: &str| {
            not_before(&json!(later), "created_at", &json!(earlier)) == Ruling::Holds
        };
        assert!(holds(
            "2024-03-01T00:00:00Z",
            "2024-02-29T23:59:59.999999999999Z"
        ));
        assert!(holds("2024-01-01T00:00:00.5Z", "2024-01-01T00:00:00.50Z"));
        assert!(holds("2024-01-01T00:00:00Z", "2024-01-01T02:00:00+02:00"));
        assert!(!holds(
            "2024-01-01T00:00:00.4999999999Z",
            "2024-01-01T00:00:00.5Z"
        ));
        assert!(!holds("2023-12-31T23:59:59Z", "2024-01-01T00:00:00Z"));
        assert!(!holds("2024-01-01T01:00:00+02:00", "2024-01-01T00:00:00Z"));
    }
}
