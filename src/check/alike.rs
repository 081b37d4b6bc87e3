//! Whether a value that was sent is the one that is shown, as far as servers may write it otherwise.

use serde_json::Value;

use super::other_forms::{is_same_moment, mean_the_same};

/// How closely values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eye {
    /// As somebody asked for it: letters are letters.
    Sharp,
    /// Where nobody did: what services are used to normalise, to round and to mask is no difference.
    Mild,
}

/// Whether `shown` is `meant`: it may have members more, a number another spelling, a moment another zone, a list another
/// order, and what is `null` may be left out.
pub fn is_alike(meant: &Value, shown: Option<&Value>, eye: Eye) -> bool {
    let Some(shown) = shown else {
        return meant.is_null();
    };
    let is_mild = eye == Eye::Mild;
    match (meant, shown) {
        (Value::Number(one), Value::Number(other))
            if one == other || one.as_f64() == other.as_f64() && one.is_f64() != other.is_f64() =>
        {
            true
        }
        (Value::String(one), Value::String(other))
            if one == other || is_same_moment(one, other) =>
        {
            true
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && is_same_list(one, other, eye)
        }
        (Value::Object(one), Value::Object(other)) => one
            .iter()
            .all(|(name, value)| is_alike(value, other.get(name), eye)),
        // What was named is shown whole, or a value with its words: `{"login": "bob"}`, `{"value": "on", "label": "On"}`.
        (Value::String(_) | Value::Number(_) | Value::Bool(_), Value::Object(whole)) if is_mild => {
            whole
                .values()
                .any(|part| !part.is_object() && is_alike(meant, Some(part), eye))
        }
        (one, other) => one == other || is_mild && (is_same_text(one, other) || is_masked(other)),
    }
}

/// Whether two texts, or a number and a text, differ in letter case, white space, Unicode form, decimal places, and what
/// their format leaves open only.
fn is_same_text(one: &Value, other: &Value) -> bool {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let (Some(one), Some(other)) = (text(one), text(other)) else {
        return false;
    };
    is_rounded(&one, &other) || folded(&one) == folded(&other) || mean_the_same(&one, &other)
}

fn folded(text: &str) -> String {
    let normal = icu_normalizer::ComposingNormalizerBorrowed::new_nfkc();
    let lower = normal.normalize(text).to_lowercase();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether one decimal number is the other with fewer decimal places, at least one, or with more.
fn is_rounded(one: &str, other: &str) -> bool {
    let places = |text: &str| text.split_once('.').map_or(0, |(_, after)| after.len());
    let read = |text: &str| text.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    let (Some(first), Some(second)) = (read(one), read(other)) else {
        return false;
    };
    let is_cut = places(other) > 0 && places(other) < places(one);
    let most = f64::from(10_u8).powi(-i32::try_from(places(other)).unwrap_or(i32::MAX));
    (first - second).abs() <= f64::EPSILON * first.abs()
        || is_cut && (first - second).abs() < most
        || is_single(first, second)
}

/// Whether a number with decimal places is one of single precision, to which the other is rounded.
fn is_single(one: f64, other: f64) -> bool {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the rounding is what is looked for"
    )]
    let single = |number: f64| number as f32;
    one.fract() != 0.0
        && f64::from(single(one)) == f64::from(single(other))
        && single(one).is_finite()
}

/// Whether a text is written over, so that nobody reads what was sent: `*****`, `**** 1234`, `[redacted]`.
fn is_masked(shown: &Value) -> bool {
    const WORDS: [&str; 5] = ["redacted", "hidden", "masked", "secret", "removed"];
    let Some(text) = shown.as_str() else {
        return false;
    };
    let is_mask = |letter: char| matches!(letter, '*' | '•' | '●' | '█' | 'x' | 'X');
    let (mut masks, mut others) = (0, 0);
    for letter in text
        .chars()
        .filter(|letter| letter.is_alphanumeric() || is_mask(*letter))
    {
        match is_mask(letter) {
            true => masks += 1,
            false => others += 1,
        }
    }
    let is_plain = |letter: char| !letter.is_alphanumeric();
    let word = text.trim_matches(is_plain).to_lowercase();
    masks >= 3 && others <= 6 && others < masks || text.contains("***") || WORDS.contains(&&*word)
}

/// Lists longer than this are compared in their order only.
const LONGEST: usize = 64;

fn is_same_list(one: &[Value], other: &[Value], eye: Eye) -> bool {
    let in_order = || {
        let mut pairs = one.iter().zip(other);
        pairs.all(|(one, other)| is_alike(one, Some(other), eye))
    };
    if one.len() > LONGEST {
        return in_order();
    }
    let mut left: Vec<&Value> = other.iter().collect();
    in_order()
        || one.iter().all(|value| {
            let found = left
                .iter()
                .position(|other| is_alike(value, Some(other), eye));
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
            (json!("2026-01-01"), json!("2026-01-01T00:00:00Z"), true),
            (json!(["a", "b"]), json!(["b", "a"]), true),
            (json!(["a", "a"]), json!(["a", "b"]), false),
            (json!(["a"]), json!(["a", "b"]), false),
            (json!({"a": 1, "b": null}), json!({"a": 1, "c": 2}), true),
            (json!({"a": {"b": 1}}), json!({"a": {"b": 2}}), false),
            (json!({"a": 1}), json!({}), false),
            (json!(null), json!("x"), false),
        ] {
            let found = is_alike(&meant, Some(&shown), Eye::Sharp);
            assert_eq!(found, alike, "{meant} {shown}");
        }
        let lacks = |meant: Value| is_alike(&meant, None, Eye::Sharp);
        assert!(lacks(json!(null)) && !lacks(json!("")));
    }

    #[test]
    fn what_services_normalise_round_and_mask_is_the_same_to_a_mild_eye_only() {
        for (meant, shown, mild) in [
            (json!("de"), json!("DE"), true),
            (json!(" a  b "), json!("A b"), true),
            (json!("Cafe\u{301}"), json!("Caf\u{e9}"), true),
            (json!("10"), json!("10.00"), true),
            (json!(10), json!("10.00"), true),
            (json!(1.2345), json!(1.23), true),
            (json!(0.1), json!(0.10000000149011612), true),
            (json!(0.1), json!(0.1001), false),
            (json!("P1W"), json!("P7D"), true),
            (json!("on"), json!({"value": "on", "label": "On"}), true),
            (json!("on"), json!({"value": "off", "label": "Off"}), false),
            (json!("https://A.b"), json!("https://a.b/"), true),
            (json!(1.2345), json!(1.5), false),
            (json!(1.7), json!(1), false),
            (json!("sk-17"), json!("*****"), true),
            (
                json!("4242 4242 4242 4242"),
                json!("**** **** **** 4242"),
                true,
            ),
            (
                json!("DE89370400440532013000"),
                json!("XXXXXXXXXXXXXXXXXX3000"),
                true,
            ),
            (json!("s"), json!("[REDACTED]"), true),
            (json!("s"), json!("xy"), false),
            (json!("s"), json!("t"), false),
            (json!("s"), json!(""), false),
            (json!({"a": ["B"]}), json!({"a": ["b"], "c": 1}), true),
            (json!(true), json!(false), false),
            (json!(3), json!(4), false),
        ] {
            let found = is_alike(&meant, Some(&shown), Eye::Mild);
            assert_eq!(found, mild, "{meant} {shown}");
            assert!(
                !is_alike(&meant, Some(&shown), Eye::Sharp),
                "{meant} {shown}"
            );
        }
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
