//! Predicates over header values.

use serde_json::Value;

use super::Ruling;

/// From here on a number of seconds is a moment (2001-09-09), not a time to wait.
const FIRST_EPOCH: i64 = 1_000_000_000;

/// Whole seconds from now.
pub fn relative_seconds(value: &Value) -> Ruling {
    match value.as_i64() {
        Some(seconds) => Ruling::from(
            (0..FIRST_EPOCH).contains(&seconds),
            || "the seconds until the window resets".to_owned(),
            value,
        ),
        None => Ruling::NotApplicable,
    }
}

/// RFC 9110, section 11.6.1: a scheme, then nothing, a space, or a comma; empty list elements may stand before it.
pub fn is_challenge(text: &str) -> bool {
    let text = text.trim_start_matches([',', ' ', '\t']);
    let scheme = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)))
        .unwrap_or(text.len());
    scheme > 0
        && matches!(text[scheme..].chars().next(), None | Some(' ' | ','))
        && !text[scheme..].trim_start().starts_with('=')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn challenges_with_and_without_realm() {
        for good in [
            "Basic",
            "Basic realm=\"x\"",
            "Basic error=\"invalid_key\", error_description=\"The API Key is invalid\"",
            "Bearer, Basic",
            ", Basic realm=x",
            "Negotiate YWJj==",
        ] {
            assert!(is_challenge(good), "{good}");
        }
        for bad in ["", "  ", "error=\"invalid_key\"", "\"Basic\"", "realm = x"] {
            assert!(!is_challenge(bad), "{bad}");
        }
    }

    #[test]
    fn an_epoch_is_no_time_to_wait() {
        assert_eq!(relative_seconds(&json!(0)), Ruling::Holds);
        assert_eq!(relative_seconds(&json!(86_400)), Ruling::Holds);
        for bad in [-1, 1_767_225_600, 1_767_225_600_000i64] {
            assert!(matches!(
                relative_seconds(&json!(bad)),
                Ruling::Broken { .. }
            ));
        }
        assert_eq!(relative_seconds(&json!("soon")), Ruling::NotApplicable);
    }
}
