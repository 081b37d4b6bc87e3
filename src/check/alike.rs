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
/// order, and what is `null` may be left out. To a mild eye what is nothing may be left out, and many writers of JSON show an
/// empty list or map as `null`, or nothing at all where the zero of its type was sent.
pub fn is_alike(meant: &Value, shown: Option<&Value>, eye: Eye) -> bool {
    let is_mild = eye == Eye::Mild;
    let Some(shown) = shown else {
        return meant.is_null() || is_mild && is_nothing(meant);
    };
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
                || is_mild && is_same_set(one, other)
        }
        (Value::Object(one), Value::Object(other)) => one
            .iter()
            .all(|(name, value)| is_alike(value, other.get(name), eye)),
        (Value::String(_) | Value::Array(_) | Value::Object(_), Value::Null) if is_mild => {
            is_nothing(meant)
        }
        (Value::Null, shown) if is_mild => is_nothing(shown) || is_masked(shown),
        // What was named is shown whole, or a value with its words: `{"login": "bob"}`, `{"value": "on", "label": "On"}`.
        (Value::String(_) | Value::Number(_) | Value::Bool(_), Value::Object(whole)) if is_mild => {
            whole
                .values()
                .any(|part| !part.is_object() && is_alike(meant, Some(part), eye))
        }
        (one, other) => one == other || is_mild && (is_same_text(one, other) || is_masked(other)),
    }
}

/// Whether a value is `null`, the zero of its type, or empty.
pub fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(flag) => !flag,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
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
    is_rounded(&one, &other)
        || folded(&one) == folded(&other)
        || is_slug(&one, &other)
        || mean_the_same(&one, &other)
}

/// Whether two texts have the same words, with other signs between them, as a tag and its slug have: `Big red`, `big-red`.
fn is_slug(one: &str, other: &str) -> bool {
    let is_number = |text: &str| text.trim().parse::<f64>().is_ok();
    let slug = |text: &str| folded(&text.replace(['-', '_'], " "));
    !is_number(one) && !is_number(other) && slug(one) == slug(other)
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

/// Whether a list with repeats is shown without them.
fn is_same_set(one: &[Value], other: &[Value]) -> bool {
    let is_shown = |meant: &Value| {
        let mut other = other.iter();
        other.any(|shown| is_alike(meant, Some(shown), Eye::Mild))
    };
    (other.len() + 1..=LONGEST).contains(&one.len())
        && one.iter().all(is_shown)
        && other.iter().all(|value| has(one, value))
}

/// What a list has besides the values of another one, each of which it has as often as that; `None` where it has not.
pub fn added_to<'v>(one: &[Value], other: &'v [Value]) -> Option<Vec<&'v Value>> {
    if one.is_empty() || other.len() > LONGEST {
        return None;
    }
    let (own, added): (Vec<&Value>, Vec<&Value>) = other.iter().partition(|value| has(one, value));
    let own: Vec<Value> = own.into_iter().cloned().collect();
    let has_all =
        own.len() == one.len() && is_same_list(one, &own, Eye::Mild) || is_same_set(one, &own);
    has_all.then_some(added)
}

/// Whether a list has a value, to a mild eye.
pub fn has(list: &[Value], value: &Value) -> bool {
    let mut list = list.iter();
    list.any(|known| is_alike(known, Some(value), Eye::Mild))
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
            (json!("Big red"), json!("big-red"), true),
            (json!(-5), json!("5"), false),
            (json!("a & b"), json!("a-b"), false),
            (json!("s"), json!("t"), false),
            (json!("s"), json!(""), false),
            (json!([]), json!(null), true),
            (json!({}), json!(null), true),
            (json!(""), json!(null), true),
            (json!(null), json!(0), true),
            (json!(null), json!([]), true),
            (json!({"a": 0, "b": {"c": []}}), json!({"b": {}}), true),
            (json!({"a": 5}), json!({"b": 1}), false),
            (json!({"a": ["b"]}), json!({"a": null}), false),
            (json!(0), json!(null), false),
            (json!(false), json!(null), false),
            (json!(5), json!(0), false),
            (json!(["Red", "blue", "red"]), json!(["blue", "red"]), true),
            (json!(["red", "blue", "red"]), json!(["red"]), false),
            (json!(["red", "red"]), json!([]), false),
            (json!(["a", "a"]), json!(["a", "b"]), false),
            (json!(["a"]), json!(["a", "a"]), false),
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
    fn what_is_nothing_may_be_left_out_to_a_mild_eye_only() {
        for (meant, alike) in [
            (json!(0), true),
            (json!(0.0), true),
            (json!(false), true),
            (json!(""), true),
            (json!([]), true),
            (json!({}), true),
            (json!(5), false),
            (json!(true), false),
            (json!("x"), false),
            (json!([0]), false),
            (json!({"a": 0}), false),
        ] {
            assert_eq!(is_alike(&meant, None, Eye::Mild), alike, "{meant}");
            assert!(!is_alike(&meant, None, Eye::Sharp), "{meant}");
        }
    }

    #[test]
    fn a_list_may_have_more_than_was_sent_but_not_less() {
        let list = |text: &str| text.split(' ').map(Value::from).collect::<Vec<_>>();
        for (sent, shown, added) in [
            ("admin", "admin user", Some("user")),
            ("admin", "user Admin", Some("user")),
            ("a A", "a user", Some("user")),
            ("admin", "user", None),
            ("admin", "admin admin", None),
            ("a b", "a c d", None),
        ] {
            let shown = list(shown);
            let found = added_to(&list(sent), &shown);
            let wanted = added.map(list);
            assert_eq!(
                found,
                wanted.as_ref().map(|all| all.iter().collect()),
                "{sent}"
            );
        }
        assert_eq!(added_to(&[], &list("a")), None);
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
