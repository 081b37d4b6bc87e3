//! JSON that most parsers refuse or round, put in words that they take as they are: numbers that no double holds, and
//! halves of a surrogate pair. What stands instead is of the same kind, on the same side of every bound, and different where
//! the original is.

use std::cell::OnceCell;
use std::cmp::Ordering;
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
    /// Whether anything is in other words.
    pub is_other: bool,
}

/// The last plane of private-use characters, in blocks of as many as there are halves of surrogate pairs.
const PLANE: u32 = 0x10_0000;
const BLOCK: u32 = 0x800;
/// The block that stands for the halves, unless the text has characters of it.
const USUAL: u32 = 23;
/// So many digits of a number are told apart by a double.
const DIGITS: usize = 17;

/// Whether a text that has fractions may have one that a double rounds to another number that people write.
pub fn may_be_finer(text: &str) -> bool {
    let (mut digits, mut before) = (0, [0; 2]);
    text.bytes().any(|byte| {
        digits = match byte {
            b'0'..=b'9' => digits + 1,
            b'.' => digits,
            _ => 0,
        };
        let is_tiny = digits == 3 && matches!(before, [b'e' | b'E', b'-']);
        if !byte.is_ascii_digit() {
            before = [before[1], byte];
        }
        is_tiny || digits > DIGITS
    })
}

/// Puts a text in other words. One that is no JSON stays none.
pub fn reword(text: &str) -> Reworded {
    let mut out = Reworded {
        text: String::with_capacity(text.len()),
        ..Reworded::default()
    };
    let private = OnceCell::new();
    let private = || *private.get_or_init(|| free_block(text));
    let mut open = 0_usize;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (token, length) = match c {
            '"' => string(rest, &private),
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
        out.is_other |= token.is_some();
        out.text.push_str(token.as_deref().unwrap_or(read));
        rest = later;
    }
    out.is_cut_off |= open > 0;
    out
}

/// The first of a block of characters that a text has none of.
fn free_block(text: &str) -> u32 {
    let mut taken = 0_u32;
    let mut take = |c: u32| {
        if let Some(at) = c.checked_sub(PLANE) {
            taken |= 1 << (at / BLOCK);
        }
    };
    text.chars().for_each(|c| take(c.into()));
    let bytes = text.as_bytes();
    for (at, _) in text.match_indices("\\u") {
        if let Some((first, second)) = half(bytes, at).zip(half_after(bytes, at)) {
            take(0x1_0000 + ((first & 0x3FF) << 10) + (second & 0x3FF));
        }
    }
    let blocks = (0..u32::BITS).map(|n| (USUAL + n) % u32::BITS);
    let free = { blocks }.find(|block| taken & (1 << block) == 0);
    PLANE + free.unwrap_or(USUAL) * BLOCK
}

/// A string in its quotes, where it has to be in other words, and how long it was.
fn string(text: &str, private: &impl Fn() -> u32) -> (Option<String>, usize) {
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
                        other.extend(char::from_u32(private() + (half - 0xD800)));
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
    let other = match written.parse::<f64>() {
        Ok(double) if double.is_infinite() => {
            canonical(written).map(|(negative, value)| beyond(negative, &value))
        }
        Ok(double) => finer(written, double),
        Err(_) => None,
    };
    (other, length)
}

/// The next double, for a number that is on one side of what the nearest double is, however that is written: in as many
/// digits, or in the fewest.
fn finer(written: &str, double: f64) -> Option<String> {
    let digits = written.bytes().filter(u8::is_ascii_digit).count();
    if digits <= DIGITS && double != 0.0 {
        return None;
    }
    let number = canonical(written)?;
    let rounded = [format!("{double:e}"), format!("{double:.digits$e}")];
    let sides = rounded.map(|one| canonical(&one).map(|one| compare(&number, &one)));
    match sides {
        [Some(Ordering::Greater), Some(Ordering::Greater)] => Some(double.next_up()),
        [Some(Ordering::Less), Some(Ordering::Less)] => Some(double.next_down()),
        _ => None,
    }
    .filter(|next| next.is_finite())
    .map(|next| format!("{next:e}"))
}

/// Which of two numbers is the larger one.
fn compare(one: &(bool, (String, i128)), other: &(bool, (String, i128))) -> Ordering {
    // Where the first digit stands; nothing has none.
    let size = |(_, (digits, exponent)): &(bool, (String, i128))| match digits.len() {
        0 => i128::MIN,
        length => exponent.saturating_add(length as i128),
    };
    let absolute = |one: &(bool, (String, i128)), other: &(bool, (String, i128))| {
        let (own, others) = (size(one), size(other));
        own.cmp(&others).then_with(|| one.1.0.cmp(&other.1.0))
    };
    let is_less = |one: &(bool, (String, i128))| one.0 && !one.1.0.is_empty();
    match (is_less(one), is_less(other)) {
        (false, false) => absolute(one, other),
        (true, true) => absolute(other, one),
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
    }
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
