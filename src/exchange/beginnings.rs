//! Where in a text one of many needles may begin, whatever its spelling: told from a few bytes, so that most of a text is
//! not read character by character.

use super::spelling::{ESCAPES, LINE_ENDS};

/// How many pairs of bytes are looked at.
const PAIRS: usize = 3;

/// What needles begin with. A place that it gives need not be one; one that it does not give is none.
#[derive(Clone)]
pub(super) struct Beginnings {
    /// For the first two characters of all needles, the next two and the next: a bit for each two bytes that may stand there.
    pairs: [Box<[u64; 1024]>; PAIRS],
}

impl Beginnings {
    /// Adds a needle of folded characters; one that `wraps` may stand in several lines.
    pub(super) fn add(&mut self, needle: &[char], wraps: bool) {
        for (pair, chars) in self.pairs.iter_mut().zip(needle.chunks(2)) {
            for first in first_bytes(chars[0]) {
                match chars.get(1) {
                    Some(second) if first.is_ascii() => {
                        let next = first_bytes(*second);
                        next.into_iter().for_each(|next| mark(pair, first, next));
                        let ends = LINE_ENDS.iter().filter(|_| wraps);
                        let others = ESCAPES.iter().chain(ends);
                        others.for_each(|next| mark(pair, first, *next));
                    }
                    // Behind the first byte of several come the others, and behind the end comes anything.
                    _ => (0..=u8::MAX).for_each(|next| mark(pair, first, next)),
                }
            }
        }
        // Nothing is known of what stands behind a short needle.
        for pair in self.pairs.iter_mut().skip(needle.len().div_ceil(2)) {
            pair.fill(u64::MAX);
        }
    }

    /// Where a needle may begin, in order.
    pub(super) fn places<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        let pairs = text.windows(2).enumerate();
        let likely = pairs.filter(|(_, two)| self.has(0, two[0], two[1]));
        likely
            .map(|(at, _)| at)
            .filter(|at| self.goes_on(&text[*at..]))
    }

    /// Whether what follows the first pair may be of a needle. Where a character is written in several bytes, or lost, or
    /// stands in the next line, which byte belongs to which of them is not known any more.
    fn goes_on(&self, text: &[u8]) -> bool {
        let is_odd = |byte: &u8| ESCAPES.contains(byte) || LINE_ENDS.contains(byte);
        let plain = |byte: &u8| byte.is_ascii() && !is_odd(byte);
        let text = &text[..text.len().min(2 * PAIRS)];
        let length = text.iter().position(|byte| !plain(byte));
        let pairs = text[..length.unwrap_or(text.len())].chunks_exact(2);
        let mut later = pairs.enumerate().skip(1);
        later.all(|(n, two)| self.has(n, two[0], two[1]))
    }

    fn has(&self, pair: usize, first: u8, second: u8) -> bool {
        let bit = bit(first, second);
        self.pairs[pair][bit >> 6] & (1 << (bit & 63)) != 0
    }
}

fn mark(pair: &mut [u64; 1024], first: u8, second: u8) {
    let bit = bit(first, second);
    pair[bit >> 6] |= 1 << (bit & 63);
}

fn bit(first: u8, second: u8) -> usize {
    usize::from(first) << 8 | usize::from(second)
}

/// The bytes that a folded character can begin with where it is not escaped.
fn first_bytes(c: char) -> Vec<u8> {
    if let Ok(byte) = u8::try_from(c)
        && byte.is_ascii()
    {
        return match byte {
            b' ' => b" +".to_vec(),
            _ => vec![byte, byte.to_ascii_uppercase()],
        };
    }
    let all = c.to_uppercase().chain([c, char::REPLACEMENT_CHARACTER]);
    let mut bytes = Vec::new();
    for c in all {
        let mut buffer = [0; 4];
        bytes.push(c.encode_utf8(&mut buffer).as_bytes()[0]);
        // As it stands in Latin-1.
        bytes.extend(u8::try_from(u32::from(c)));
    }
    bytes
}

impl Default for Beginnings {
    /// Of no needle. An escape may stand for the first character of any.
    fn default() -> Self {
        let mut pairs: [Box<[u64; 1024]>; PAIRS] = std::array::from_fn(|_| Box::new([0; 1024]));
        for escape in ESCAPES {
            // An equals sign and a tilde are common, and rarely an escape.
            let may_follow = |next: &u8| {
                let is_odd = ESCAPES.contains(next) || LINE_ENDS.contains(next);
                let is_plain = match escape {
                    b'=' => next.is_ascii_hexdigit(),
                    b'~' => matches!(next, b'0' | b'1'),
                    _ => true,
                };
                is_plain || is_odd
            };
            let next = (0..=u8::MAX).filter(may_follow);
            next.for_each(|next| mark(&mut pairs[0], escape, next));
        }
        Self { pairs }
    }
}
