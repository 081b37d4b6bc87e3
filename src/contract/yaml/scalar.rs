//! What a scalar of YAML means (YAML 1.2.2, section 10.3.2, "Tag Resolution"). What YAML 1.1 would guess at stays a
//! string: `yes`, `010`, `1_000`, dates.

use serde_json::Number;

use super::node::NodeValue;

/// The value of a plain scalar.
pub fn plain(text: &str) -> NodeValue {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return NodeValue::Null,
        "true" | "True" | "TRUE" => return NodeValue::Bool(true),
        "false" | "False" | "FALSE" => return NodeValue::Bool(false),
        _ => {}
    }
    match number(text) {
        Some(number) => NodeValue::Number(number),
        None => NodeValue::String(text.to_owned()),
    }
}

/// The number that a text spells, in YAML or in JSON; `None` also for what no JSON number can hold.
pub fn number(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let first = unsigned.bytes().next()?;
    if !first.is_ascii_digit() && first != b'.' {
        return None;
    }
    for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(digits) = unsigned.strip_prefix(prefix) {
            let is_plain = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
            let found = u64::from_str_radix(digits, radix)
                .ok()
                .filter(|_| is_plain)?;
            return match text.starts_with('-') {
                true => i64::try_from(found).ok().map(|found| (-found).into()),
                false => Some(found.into()),
            };
        }
    }
    let whole = unsigned.bytes().take_while(u8::is_ascii_digit).count();
    if whole > 1 && first == b'0' {
        return None;
    }
    let text = text.strip_prefix('+').unwrap_or(text);
    if whole == unsigned.len() {
        let small = text.parse::<i64>().map(Number::from);
        let number = small.or_else(|_| text.parse::<u64>().map(Number::from));
        return number.ok().or_else(|| Number::from_f64(text.parse().ok()?));
    }
    match is_float(&unsigned[whole..], whole) {
        true => Number::from_f64(text.parse().ok()?),
        false => None,
    }
}

/// Whether `rest` is the fraction and exponent of a number with that many digits before.
fn is_float(rest: &str, whole: usize) -> bool {
    let (fraction, rest) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()),
        None => ("", rest),
    };
    if whole == 0 && fraction.is_empty() {
        return false;
    }
    let Some(exponent) = rest.strip_prefix(['e', 'E']) else {
        return rest.is_empty();
    };
    let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
