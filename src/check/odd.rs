//! JSON that most parsers refuse, put in words that they take: numbers that no double holds, and halves of a surrogate
//! pair. What stands instead is of the same kind, and different where the original is.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash as _, Hasher as _};

/// A text with nothing odd in it.
#[derive(Debug, Default)]
pub struct Reworded {
    /// The text.
    pub text: String,
    /// How deep it is nested.
    pub depth: usize,
    /// Whether it ends within an array, an object or a string.
    pub is_cut_off: bool,
}

/// The first of as many private-use characters as there are halves of surrogate pairs.
const PRIVATE: u32 = 0x10_F800;

/// Puts a text in other words. One that is no JSON stays none.
pub fn reword(text: &str) -> Reworded {
    let mut out = Reworded::default();
    let mut open = 0_usize;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (token, length) = match c {
            '"' => string(rest),
            '-' | '0'..='9' => number(rest),
            _ => (None, c.len_utf8()),
        };
        match c {
            '[' | '{' => open += 1,
            ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        out.depth = out.depth.max(open);
        let (read, later) = rest.split_at(length);
        out.is_cut_off = c == '"' && (read.len() == 1 || !read.ends_with('"'));
        out.text.push_str(token.as_deref().unwrap_or(read));
        rest = later;
    }
    out.is_cut_off |= open > 0;
    out
}

/// A string in its quotes, where it has to be in other words, and how long it was.
fn string(text: &str) -> (Option<String>, usize) {
    let bytes = text.as_bytes();
    let mut other: Option<String> = None;
    let (mut at, mut copied) = (1, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => {
                at += 1;
                break;
            }
            b'\\' => {
                let half = half(bytes, at);
                let whole = half
                    .filter(|half| *half < 0xDC00)
                    .and_then(|_| half_after(bytes, at));
                let length = match (half, whole) {
                    (None, _) => 2,
                    (Some(_), Some(_)) => 12,
                    (Some(half), None) => {
                        let other = other.get_or_insert_default();
                        other.push_str(&text[copied..at]);
                        other.extend(char::from_u32(PRIVATE + (half - 0xD800)));
                        copied = at + 6;
                        6
                    }
                };
                at += length;
            }
            _ => at += 1,
        }
    }
    // An escape at the very end, or in front of a character of several bytes, is no JSON; it stays as it is.
    let mut end = at.min(bytes.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    let other = other.map(|other| other + &text[copied..end]);
    (other, end)
}

/// The half of a surrogate pair that is escaped at a place.
fn half(bytes: &[u8], at: usize) -> Option<u32> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    let digits = std::str::from_utf8(digits).ok().filter(|_| is_hex)?;
    let unit = u32::from_str_radix(digits, 16).ok()?;
    (0xD800..0xE000).contains(&unit).then_some(unit)
}

/// The second half that follows a first one.
fn half_after(bytes: &[u8], at: usize) -> Option<u32> {
    half(bytes, at + 6).filter(|half| *half >= 0xDC00)
}

/// A number, where it has to be in other words, and how long it was.
fn number(text: &str) -> (Option<String>, usize) {
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
    let length = text.bytes().take_while(is_part).count();
    let written = &text[..length];
    let is_beyond = written.parse::<f64>().is_ok_and(f64::is_infinite);
    let canonical = is_beyond.then(|| canonical(written)).flatten();
    (
        canonical.map(|(negative, value)| beyond(negative, &value)),
        length,
    )
}

/// Sign, and digits with the exponent of the last one, so that equal numbers are equal; `None` where it is no number of
/// JSON's grammar (RFC 8259, section 6).
fn canonical(written: &str) -> Option<(bool, (String, i128))> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let positive = written.strip_prefix('-');
    let text = positive.unwrap_or(written);
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            let value = exponent.strip_prefix('+').unwrap_or(exponent).parse();
            (
                mantissa,
                is_digits(digits).then(|| value.unwrap_or(i128::from(i64::MAX)))?,
            )
        }
        None => (text, 0),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, is_digits(fraction).then_some(fraction)?),
        None => (mantissa, ""),
    };
    if !is_digits(whole) || (whole.len() > 1 && whole.starts_with('0')) {
        return None;
    }
    let digits = format!("{whole}{fraction}");
    let kept = digits.trim_end_matches('0');
    let shift = digits.len() - kept.len();
    let exponent = exponent
        .saturating_add(shift as i128)
        .saturating_sub(fraction.len() as i128);
    let kept = kept.trim_start_matches('0').to_owned();
    Some((positive.is_some(), (kept, exponent)))
}

/// A number among the largest that there are, chosen by what the original is.
fn beyond(negative: bool, value: &(String, i128)) -> String {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    // Between 2^1023 and one and a half times that, where rounding leads nowhere else.
    let fraction = hasher.finish() >> 13;
    let number = f64::from_bits(0x7FE0_0000_0000_0000 | fraction);
    format!("{}{number:e}", if negative { "-" } else { "" })
}
