//! Values for the ends of things: what is made with an end that is long over may be gone at once.

use serde_json::{Value, json};

/// The moment and the day that are made where nothing is said, and such as are to come.
const TO_COME: [(&str, &str); 2] = [
    ("2006-01-02T15:04:05Z", "2037-01-02T15:04:05Z"),
    ("2006-01-02", "2037-01-02"),
];
/// Parts of the names of ends, each behind a mark for the beginning of a word.
const ENDS: [&str; 6] = ["_expir", "_until", "_end", "_deadline", "_valid", "_due"];
/// What such a name has where it is one of a beginning, or of what is over.
const OTHERS: [&str; 5] = ["from", "start", "since", "ended", "validat"];

/// The value of a member, in time to come where its name says that it is an end.
pub(super) fn to_come(name: &str, value: Value) -> Value {
    let mut marked = String::from("_");
    for letter in name.chars() {
        let is_inner = letter.is_alphanumeric() && !letter.is_uppercase();
        marked.extend((!is_inner).then_some('_'));
        marked.extend(letter.to_lowercase());
    }
    let has = |parts: &[&str]| parts.iter().any(|part| marked.contains(part));
    let is_end = has(&ENDS) && !has(&OTHERS);
    let mut known = TO_COME.iter();
    let later = known.find(|(made, _)| is_end && value.as_str() == Some(made));
    later.map_or(value, |(_, later)| json!(later))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ends_is_not_over_yet() {
        for (name, value, made) in [
            ("expires_at", "2006-01-02T15:04:05Z", "2037-01-02T15:04:05Z"),
            ("validUntil", "2006-01-02", "2037-01-02"),
            ("valid_from", "2006-01-02", "2006-01-02"),
            ("endDate", "2006-01-02", "2037-01-02"),
            ("sendDate", "2006-01-02", "2006-01-02"),
            ("ended_on", "2006-01-02", "2006-01-02"),
            ("born", "2006-01-02", "2006-01-02"),
            ("end", "text", "text"),
        ] {
            assert_eq!(to_come(name, json!(value)), made, "{name}");
        }
    }
}
