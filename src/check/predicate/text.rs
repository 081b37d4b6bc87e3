//! Predicates over plain strings, lists and states.

use serde_json::Value;

use super::Ruling;

/// Two strings are the same.
pub fn equal(value: &Value, wanted: &Value) -> Ruling {
    match (value, wanted) {
        (Value::String(_), Value::String(_)) => {
            Ruling::from(value == wanted, || wanted.to_string(), value)
        }
        _ => Ruling::NotApplicable,
    }
}

/// A string that is not blank, or a list or object with something in it.
pub fn not_empty(value: &Value) -> Ruling {
    let holds = match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Number(_) => true,
        _ => return Ruling::NotApplicable,
    };
    Ruling::from(holds, || "something in it".to_owned(), value)
}

/// The string is empty unless the state is one of those.
pub fn empty_unless(value: &Value, name: &str, state: &Value, states: &[String]) -> Ruling {
    match (value.as_str(), state.as_str()) {
        (Some(text), Some(state)) => {
            let holds = text.is_empty() || states.iter().any(|known| known == state);
            Ruling::from(
                holds,
                || format!("an empty string, since {name} is {state}"),
                value,
            )
        }
        _ => Ruling::NotApplicable,
    }
}

/// The string spells the number.
pub fn text_of_number(value: &Value, number: &Value) -> Ruling {
    match (value.as_str(), number.as_i64()) {
        (Some(text), Some(number)) => Ruling::from(
            text == number.to_string(),
            || format!("\"{number}\""),
            value,
        ),
        _ => Ruling::NotApplicable,
    }
}

/// Identifiers joined by dots (Java Language Specification, section 3.8, ASCII part and letters of other scripts).
pub fn is_java_class_name(text: &str) -> bool {
    text.split('.').all(|part| {
        let mut chars = part.chars();
        chars
            .next()
            .is_some_and(|first| first.is_alphabetic() || first == '_' || first == '$')
            && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '$')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn emptiness_and_states() {
        let failed = ["FAILED".to_owned()];
        assert_eq!(
            empty_unless(&json!(""), "phase", &json!("READY"), &failed),
            Ruling::Holds
        );
        assert_eq!(
            empty_unless(&json!("x"), "phase", &json!("FAILED"), &failed),
            Ruling::Holds
        );
        assert!(matches!(
            empty_unless(&json!("x"), "phase", &json!("READY"), &failed),
            Ruling::Broken { .. }
        ));
        assert!(matches!(not_empty(&json!([])), Ruling::Broken { .. }));
        assert!(matches!(not_empty(&json!("  ")), Ruling::Broken { .. }));
        assert_eq!(not_empty(&json!([1])), Ruling::Holds);
    }

    #[test]
    fn numbers_as_text() {
        assert_eq!(text_of_number(&json!("400"), &json!(400)), Ruling::Holds);
        assert!(matches!(
            text_of_number(&json!("0400"), &json!(400)),
            Ruling::Broken { .. }
        ));
        assert_eq!(
            text_of_number(&json!(400), &json!(400)),
            Ruling::NotApplicable
        );
    }

    #[test]
    fn java_names() {
        for (name, good) in [
            ("a.B", true),
            ("io.confluent-inc.Sink", false),
            ("A", true),
            ("a..B", false),
            ("1a", false),
            ("a.B$C_1", true),
            ("", false),
        ] {
            assert_eq!(is_java_class_name(name), good, "{name}");
        }
    }
}
