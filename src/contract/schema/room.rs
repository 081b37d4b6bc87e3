//! How much a made value may hold. Lists within lists multiply, so that a schema of a few lines demands gigabytes.

use serde_json::Value;

/// The most bytes of a made value, by a rough count; beyond it there is none.
pub(super) const MOST: usize = 500_000;
/// What a value takes beside its text.
const EACH: usize = 32;

/// The bytes of a value, counted no further than somewhat beyond `most`.
pub(super) fn bytes(value: &Value, most: usize) -> usize {
    let mut sum = EACH;
    let within = |sum: usize, key: &str, below: &Value| {
        sum + key.len() + bytes(below, most.saturating_sub(sum))
    };
    match value {
        Value::String(text) => sum += text.len(),
        Value::Array(entries) => {
            for entry in entries {
                if sum > most {
                    break;
                }
                sum = within(sum, "", entry);
            }
        }
        Value::Object(map) => {
            for (key, member) in map {
                if sum > most {
                    break;
                }
                sum = within(sum, key, member);
            }
        }
        _ => {}
    }
    sum
}

/// Whether so many of a value have room in a made one.
pub(super) fn holds(value: &Value, count: usize) -> bool {
    bytes(value, MOST).saturating_mul(count) <= MOST
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn texts_and_values_are_counted_as_far_as_it_matters() {
        assert_eq!(bytes(&json!({"ab": ["cd", 1]}), MOST), 4 * EACH + 4);
        assert!(
            bytes(
                &json!([[1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1]]),
                100
            ) < 2 * 100
        );
        assert!(holds(&json!("a"), 1_000));
        assert!(!holds(&json!("a".repeat(1_000)), 1_000));
    }
}
