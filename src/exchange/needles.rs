//! What is searched for of secrets: each in its own letters and in the encodings that change them all.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::beginnings::Beginnings;
use super::spelling::{ESCAPES, folded, is_over, is_same, readings};

/// Secrets of fewer characters are not searched for: they would be found in half of all words, and
/// a report full of holes is of no use.
pub const SHORTEST: usize = 6;

/// A text to be found, in folded characters.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Needle {
    pub(super) chars: Vec<char>,
    /// Whether it may stand in several lines.
    pub(super) wraps: bool,
}

/// All of them.
#[derive(Clone, Default)]
pub(super) struct Needles {
    all: Vec<Needle>,
    beginnings: Beginnings,
    /// The needles by their first character.
    by_first: HashMap<char, Vec<usize>>,
}

impl Needles {
    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get(&self, n: usize) -> &Needle {
        &self.all[n]
    }

    /// Where needles may begin in a text, and which.
    pub(super) fn places<'a>(
        &'a self,
        text: &'a [u8],
    ) -> impl Iterator<Item = (usize, Vec<usize>)> + 'a {
        let places = self.beginnings.places(text);
        places.map(|at| (at, self.likely(text, at)))
    }

    /// The needles that may begin there, in their order.
    fn likely(&self, text: &[u8], at: usize) -> Vec<usize> {
        let first = readings(text, at);
        if first.iter().any(|(c, _)| *c == char::REPLACEMENT_CHARACTER) {
            return (0..self.all.len()).collect();
        }
        let own = first
            .iter()
            .filter_map(|(c, _)| self.by_first.get(&folded(*c)));
        let mut all: Vec<usize> = own.flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        if all.len() > 1 {
            self.keep_those_that_go_on(&mut all, text, at);
        }
        all
    }

    /// Keeps the needles whose second character stands behind a plain first one: an escape there is read once for all of them.
    fn keep_those_that_go_on(&self, all: &mut Vec<usize>, text: &[u8], at: usize) {
        let is_plain = |byte: &u8| byte.is_ascii() && !ESCAPES.contains(byte);
        if !text.get(at).is_some_and(is_plain) || is_over(text, at + 1) {
            return;
        }
        let second = readings(text, at + 1);
        // In the next line it goes on further behind.
        if second.iter().any(|(c, _)| matches!(c, '\r' | '\n')) {
            return;
        }
        all.retain(|n| {
            let wanted = self.all[*n].chars.get(1);
            wanted.is_none_or(|wanted| second.iter().any(|(c, _)| is_same(*c, *wanted)))
        });
    }

    pub(super) fn add_secret(&mut self, secret: &str) {
        if secret.chars().count() < SHORTEST {
            return;
        }
        self.add(secret, false);
        // As it looks where UTF-8 was taken for Latin-1.
        self.add(&secret.bytes().map(char::from).collect::<String>(), false);
        self.add_base64(secret.as_bytes());
        for between in ["", ":"] {
            let mut digits = String::with_capacity(3 * secret.len());
            for byte in secret.bytes() {
                let before = if digits.is_empty() { "" } else { between };
                digits.push_str(before);
                let digit = |half: u8| char::from_digit(half.into(), 16);
                digits.extend([byte >> 4, byte & 15].into_iter().filter_map(digit));
            }
            self.add(&digits, true);
        }
    }

    fn add(&mut self, needle: &str, wraps: bool) {
        let chars: Vec<char> = needle.chars().map(folded).collect();
        let Some(&first) = chars.first() else {
            return;
        };
        let same_first = self.by_first.get(&first).map_or(&[][..], Vec::as_slice);
        if same_first.iter().any(|n| self.all[*n].chars == chars) {
            return;
        }
        self.beginnings.add(&chars, wraps);
        self.by_first.entry(first).or_default().push(self.all.len());
        self.all.push(Needle { chars, wraps });
    }

    /// Adds the base64 of a value, and what it looks like inside the base64 of a longer one: there
    /// it may begin at any of three places in a group, and its edges share a digit with others.
    fn add_base64(&mut self, value: &[u8]) {
        for engine in [&STANDARD, &URL_SAFE] {
            let whole = engine.encode(value);
            self.add(whole.trim_end_matches('='), true);
            self.add(&whole, true);
            for before in 0..3 {
                let mut shifted = vec![0; before];
                shifted.extend_from_slice(value);
                let digits = engine.encode(&shifted);
                let (from, to) = ((before * 8).div_ceil(6), shifted.len() * 8 / 6);
                self.add(&digits[from..to], true);
            }
        }
    }
}
