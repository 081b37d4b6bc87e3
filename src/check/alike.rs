//! Whether a value that was sent is the one that is shown, as far as servers may write it otherwise.

use jiff::Timestamp;
use serde_json::Value;

/// Whether `shown` is `meant`: it may have members more, a number another spelling, a moment another zone, a list another
/// order, and what is `null` may be left out.
pub fn is_alike(meant: &Value, shown: Option<&Value>) -> bool {
    let Some(shown) = shown else {
        return meant.is_null();
    };
    match (meant, shown) {
        (Value::Number(one), Value::Number(other)) => {
            one == other || one.as_f64() == other.as_f64() && one.is_f64() != other.is_f64()
        }
        (Value::String(one), Value::String(other)) => one == other || is_same_moment(one, other),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && is_same_list(one, other)
        }
        (Value::Object(one), Value::Object(other)) => one
            .iter()
            .all(|(name, value)| is_alike(value, other.get(name))),
        (one, other) => one == other,
    }
}

fn is_same_moment(one: &str, other: &str) -> bool {
    let moment = |text: &str| text.parse::<Timestamp>().ok();
    moment(one).is_some_and(|one| moment(other) == Some(one))
}

/// Lists longer than this are compared in their order only.
const LONGEST: usize = 64;

fn is_same_list(one: &[Value], other: &[Value]) -> bool {
    let in_order = || {
        let mut pairs = one.iter().zip(other);
        pairs.all(|(one, other)| is_alike(one, Some(other)))
    };
    if one.len() > LONGEST {
        return in_order();
    }
    let mut left: Vec<&Value> = other.iter().collect();
    in_order()
        || one.iter().all(|value| {
            let found = left.iter().position(|other| is_alike(value, Some(other)));
            found.map(|n| left.swap_remove(n)).is_some()
        })
}

/// Whether two values name the same: an id may be a number in one place and a text in another.
pub fn names_the_same(one: &Value, other: &Value) -> bool {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    };
    one == other || text(one).is_some_and(|one| text(other) == Some(one))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_may_be_written_otherwise_is_the_same() {
        for (meant, shown, alike) in [
            (json!(1), json!(1.0), true),
            (json!(1), json!(2), false),
            (json!("1"), json!(1), false),
            (json!("a"), json!("a "), false),
            (
                json!("2026-01-01T00:00:00Z"),
                json!("2026-01-01T01:00:00.000+01:00"),
                true,
            ),
            (
                json!("2026-01-01T00:00:00Z"),
                json!("2026-01-01T00:00:01Z"),
                false,
            ),
            (json!(["a", "b"]), json!(["b", "a"]), true),
            (json!(["a", "a"]), json!(["a", "b"]), false),
            (json!(["a"]), json!(["a", "b"]), false),
            (json!({"a": 1, "b": null}), json!({"a": 1, "c": 2}), true),
            (json!({"a": {"b": 1}}), json!({"a": {"b": 2}}), false),
            (json!({"a": 1}), json!({}), false),
            (json!(null), json!("x"), false),
        ] {
            assert_eq!(is_alike(&meant, Some(&shown)), alike, "{meant} {shown}");
        }
        assert!(is_alike(&json!(null), None) && !is_alike(&json!(""), None));
    }

    #[test]
    fn an_id_is_the_same_as_text_and_as_number() {
        assert!(names_the_same(&json!(5), &json!("5")));
        assert!(
            !names_the_same(&json!(5), &json!("05"))
                && !names_the_same(&json!(null), &json!("null"))
        );
    }
}
