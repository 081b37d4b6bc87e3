//! Whether another value of a member says that a thing is over.

use serde_json::Value;

use crate::contract::member_names::shifts;
use crate::contract::names::words;

/// Parts of the words that say that something is not there any more for most.
pub(super) const DISMISSED: [&str; 14] = [
    "delet",
    "archiv",
    "cancel",
    "trash",
    "remov",
    "inactiv",
    "disabl",
    "terminat",
    "deactivat",
    "expir",
    "closed",
    "revok",
    "destroy",
    "purg",
];

/// Whether a name or a word has one of these parts.
pub(super) fn has_part(name: &str, parts: &[&str]) -> bool {
    let name = name.to_lowercase();
    parts.iter().any(|part| name.contains(part))
}

/// Whether another value says that something is over: a flag that is no more as it was, a word for another word, the moment at
/// which it ends, or a text that is wiped.
pub(super) fn is_ending(name: &str, then: &Value, now: &Value) -> bool {
    const ENDS: [&str; 9] = [
        "end", "ended", "ends", "finished", "left", "stopped", "through", "to", "until",
    ];
    let is_word = |text: &str| {
        text.len() < 25
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-'))
    };
    match (then, now) {
        (Value::Bool(_), Value::Bool(_)) => true,
        (Value::String(then), Value::Null) => !then.is_empty() && !shifts(name),
        (then, Value::String(now)) if now.starts_with(|first: char| first.is_ascii_digit()) => {
            (then.is_string() || then.is_null())
                && words(name).iter().any(|word| ENDS.contains(&&**word))
        }
        (Value::String(then), Value::String(now)) => {
            let is_wiped =
                now.is_empty() || has_part(now, &DISMISSED) && !has_part(then, &DISMISSED);
            is_wiped || is_word(then) && is_word(now) && !shifts(name)
        }
        _ => false,
    }
}
