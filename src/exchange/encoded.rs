//! What may be base64 in base64: runs of its digits, of both alphabets (RFC 4648, sections 4 and 5), that stand for such.

use std::ops::Range;

/// Shorter runs hold no secret that is worth the name.
const SHORTEST_RUN: usize = 11;
/// Of the shortest secret, base64 has so many digits that nothing else shares.
const LEAST: usize = 7;

/// Digits of base64 in a text, and what they say.
pub(super) struct Run {
    /// The digits, from the first that is read on.
    pub(super) digits: Range<usize>,
    /// The bytes that they stand for.
    pub(super) bytes: Vec<u8>,
}

impl Run {
    /// The digits that hold some of the bytes.
    pub(super) fn digits_of(&self, bytes: &Range<usize>) -> Range<usize> {
        let first = self.digits.start + bytes.start * 8 / 6;
        let last = self.digits.start + (bytes.end * 8).div_ceil(6);
        first..last.min(self.digits.end)
    }
}

/// The runs of a text that may hold something, each from any of the four places in a group of digits on which it may begin.
pub(super) fn runs(text: &[u8]) -> impl Iterator<Item = Run> + '_ {
    let mut at = 0;
    let runs = std::iter::from_fn(move || {
        loop {
            let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
            let start = at + rest.iter().position(|byte| value(*byte).is_some())?;
            let length = text[start..].iter().position(|byte| value(*byte).is_none());
            at = length.map_or(text.len(), |length| start + length);
            if at - start >= SHORTEST_RUN {
                return Some(start..at);
            }
        }
    });
    let starts = runs.flat_map(|run| (0..4).map(move |skip| run.start + skip..run.end));
    let likely = starts.filter(|digits| holds_digits(&text[digits.clone()]));
    likely.map(|digits| Run {
        bytes: decoded(&text[digits.clone()]),
        digits,
    })
}

/// Whether so many of the bytes in a row are digits themselves, as hardly any other text has them.
fn holds_digits(digits: &[u8]) -> bool {
    let value = |at: usize| u32::from(VALUES[usize::from(digits[at])]);
    let is_digit = |at: usize| {
        let (first, within) = (at * 8 / 6, at * 8 % 6);
        let both = value(first) << 6 | value(first + 1);
        VALUES[(both >> (4 - within) & 0xFF) as usize] != NONE
    };
    let count = digits.len() * 6 / 8;
    let mut last = LEAST - 1;
    while last < count {
        match (0..LEAST).find(|back| !is_digit(last - back)) {
            None => return true,
            Some(back) => last += LEAST - back,
        }
    }
    false
}

/// The digits with other bytes in the place of some; what they share with their neighbours stays.
pub(super) fn with(digits: &[u8], bytes: &[u8], changed: &Range<usize>) -> Vec<u8> {
    let mut out = digits.to_vec();
    let is_safe = digits.iter().any(|digit| matches!(digit, b'-' | b'_'));
    for at in changed.start * 8..changed.end * 8 {
        let is_set = bytes[at / 8] >> (7 - at % 8) & 1;
        let bit = 5 - at % 6;
        if let Some(digit) = out.get_mut(at / 6)
            && let Some(now) = value(*digit)
        {
            *digit = self::digit(now & !(1 << bit) | is_set << bit, is_safe);
        }
    }
    out
}

fn decoded(digits: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(digits.len() * 6 / 8);
    let (mut bits, mut count) = (0_u32, 0);
    for value in digits.iter().filter_map(|digit| value(*digit)) {
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    out
}

fn value(digit: u8) -> Option<u8> {
    Some(VALUES[usize::from(digit)]).filter(|value| *value != NONE)
}

/// What is no digit.
const NONE: u8 = 64;

/// What each byte is as a digit.
const VALUES: [u8; 256] = {
    let mut values = [NONE; 256];
    let mut at = 0;
    while at < 64 {
        values[digit(at, false) as usize] = at;
        values[digit(at, true) as usize] = at;
        at += 1;
    }
    values
};

const fn digit(value: u8, is_safe: bool) -> u8 {
    match value {
        0..26 => b'A' + value,
        26..52 => b'a' + value - 26,
        52..62 => b'0' + value - 52,
        62 if is_safe => b'-',
        62 => b'+',
        _ if is_safe => b'_',
        _ => b'/',
    }
}
