//! Predicates over what a description says of a value: its letters, its size, the list that it is a code of, its moment.

use std::collections::HashMap;

use httpdate::parse_http_date;
use serde_json::Value;

use crate::contract::{Moment, describe_value};

use super::Ruling;
use super::codes;

/// What the clocks behind one service may differ in, in seconds.
const DAY: i64 = 24 * 60 * 60;
/// The seconds from the first day of year 0 to the epoch.
const EPOCH: i64 = 62_167_219_200;

/// A text that is a code of the standard; an empty one is none that was given.
pub fn code(value: &Value, args: &[String]) -> Ruling {
    match (value.as_str(), args.first()) {
        (Some(text), Some(standard)) if !text.trim().is_empty() => Ruling::from(
            codes::is_code(standard, text),
            || {
                format!(
                    "a code of {}",
                    standard.to_uppercase().replacen('-', " ", 1)
                )
            },
            value,
        ),
        _ => Ruling::NotApplicable,
    }
}

/// A text of so many characters at most, or a list of so many entries.
pub fn at_most(value: &Value, args: &[String]) -> Ruling {
    let size = match value {
        Value::String(text) => text.chars().count(),
        Value::Array(items) => items.len(),
        _ => return Ruling::NotApplicable,
    };
    match args.first().and_then(|most| most.parse::<usize>().ok()) {
        Some(most) => Ruling::from(
            size <= most,
            || format!("at most {most}"),
            &Value::from(size),
        ),
        None => Ruling::NotApplicable,
    }
}

/// A number above 0, or from 0 on.
pub fn above_zero(value: &Value, is_zero_right: bool) -> Ruling {
    match value.as_f64() {
        Some(number) if is_zero_right => {
            Ruling::from(number >= 0.0, || "0 or more".to_owned(), value)
        }
        Some(number) => Ruling::from(number > 0.0, || "more than 0".to_owned(), value),
        None => Ruling::NotApplicable,
    }
}

/// A moment that is not more than a day after the one at which the answer says that it was made (RFC 9110, section 6.6.1).
pub fn not_in_future(value: &Value, date: &Value) -> Ruling {
    let moment = value.as_str().and_then(Moment::parse);
    let date = date.as_str().and_then(|text| parse_http_date(text).ok());
    let since = date.and_then(|date| date.duration_since(std::time::UNIX_EPOCH).ok());
    match (moment, since) {
        (Some(moment), Some(since)) => {
            let now = EPOCH + i64::try_from(since.as_secs()).unwrap_or(i64::MAX - EPOCH - DAY);
            Ruling::from(
                moment.instant.0 <= now + DAY,
                || "a time that has come when the answer was made".to_owned(),
                value,
            )
        }
        _ => Ruling::NotApplicable,
    }
}

/// A list of which no two entries have the same value there.
pub fn unique(list: &Value, args: &[String]) -> Ruling {
    let (Some(items), Some(at)) = (list.as_array(), args.first()) else {
        return Ruling::NotApplicable;
    };
    let mut seen: HashMap<String, &Value> = HashMap::new();
    for item in items {
        let value = item.pointer(at).filter(|value| match value {
            Value::String(text) => !text.is_empty(),
            other => other.is_number(),
        });
        let Some(value) = value else { continue };
        match seen.insert(value.to_string(), item) {
            // The very same entry once more is not about its members.
            Some(other) if other != item => {
                return Ruling::Broken {
                    expected: "another value in each".to_owned(),
                    actual: format!("{} in two", describe_value(value)),
                };
            }
            _ => {}
        }
    }
    match seen.len() {
        0 | 1 => Ruling::NotApplicable,
        _ => Ruling::Holds,
    }
}

/// The status that a problem tells is that of the answer (RFC 9457, section 3.1.2).
pub fn problem_status(told: &Value, status: &Value, kind: &Value) -> Ruling {
    let kind = kind.as_str().unwrap_or_default().to_ascii_lowercase();
    let is_problem =
        kind.split(';').next().unwrap_or_default().trim() == "application/problem+json";
    match is_problem && told.is_number() {
        true => Ruling::from(
            told.as_f64() == status.as_f64(),
            || format!("{status}, the status of the answer"),
            told,
        ),
        false => Ruling::NotApplicable,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn holds(ruling: &Ruling) -> Option<bool> {
        match ruling {
            Ruling::Holds => Some(true),
            Ruling::Broken { .. } => Some(false),
            Ruling::NotApplicable => None,
        }
    }

    #[test]
    fn a_moment_is_compared_with_that_of_its_answer() {
        let date = json!("Mon, 04 Nov 2024 10:00:00 GMT");
        for (moment, is_right) in [
            ("2024-11-04T09:59:59Z", Some(true)),
            ("2024-11-05T09:00:00Z", Some(true)),
            ("2024-11-05T11:00:00Z", Some(false)),
            ("2999-01-01T00:00:00Z", Some(false)),
            ("soon", None),
        ] {
            assert_eq!(
                holds(&not_in_future(&json!(moment), &date)),
                is_right,
                "{moment}"
            );
        }
        assert_eq!(
            holds(&not_in_future(
                &json!("2999-01-01T00:00:00Z"),
                &json!("now")
            )),
            None
        );
    }

    #[test]
    fn a_value_stands_once_where_it_is_unique() {
        let at = ["/code".to_owned()];
        for (list, is_right) in [
            (json!([{"code": "a"}, {"code": "b"}]), Some(true)),
            (
                json!([{"code": "a", "n": 1}, {"code": "a", "n": 2}]),
                Some(false),
            ),
            // The same entry twice.
            (
                json!([{"code": "a"}, {"code": "a"}, {"code": "b"}]),
                Some(true),
            ),
            (json!([{"code": null}, {"code": null}, {"code": ""}]), None),
            (json!([{"code": "a"}]), None),
        ] {
            assert_eq!(holds(&unique(&list, &at)), is_right, "{list}");
        }
    }

    #[test]
    fn a_problem_tells_the_status_of_its_answer() {
        let problem = json!("application/problem+json; charset=utf-8");
        for (told, status, kind, is_right) in [
            (json!(404), 404, &problem, Some(true)),
            (json!(400), 404, &problem, Some(false)),
            (json!("404"), 404, &problem, None),
            (json!(400), 404, &json!("application/json"), None),
        ] {
            let ruling = problem_status(&told, &json!(status), kind);
            assert_eq!(holds(&ruling), is_right, "{told} {status} {kind}");
        }
    }
}
