//! Predicates over RFC 3339 timestamps. What is no such timestamp is the business of the schema's `format`.

use serde_json::Value;

use crate::contract::Moment;

use super::Ruling;

/// The offset is zero: `Z`, `z`, `+00:00`, or `-00:00`.
pub fn utc(value: &Value) -> Ruling {
    match moment(value) {
        Some(moment) => Ruling::from(
            moment.offset == 0,
            || "a time in UTC, such as 2006-01-02T22:04:05Z".to_owned(),
            value,
        ),
        None => Ruling::NotApplicable,
    }
}

/// The first is not before the second, or not by more seconds than the argument says.
pub fn not_before(later: &Value, name: &str, earlier: &Value, args: &[String]) -> Ruling {
    let grace: i64 = args.first().and_then(|text| text.parse().ok()).unwrap_or(0);
    match (moment(later), moment(earlier)) {
        (Some(mut a), Some(b)) => {
            a.instant.0 = a.instant.0.saturating_add(grace);
            let holds = a.instant >= b.instant;
            Ruling::from(holds, || format!("{name} ({earlier}) or later"), later)
        }
        _ => Ruling::NotApplicable,
    }
}

fn moment(value: &Value) -> Option<Moment> {
    value.as_str().and_then(Moment::parse)
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
            not_before(&json!(later), "created_at", &json!(earlier), &[]) == Ruling::Holds
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
