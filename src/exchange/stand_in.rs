//! What a recording holds in the place of a secret: characters of the same kinds in the same number, chosen by a key
//! that is made for one recording and kept nowhere.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::ops::Range;

use sha2::{Digest as _, Sha256};

/// Makes stand-ins.
#[derive(Clone)]
pub(super) struct StandIn {
    key: [u8; 32],
}

/// What stands for one character of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shaped {
    /// By how much its place among the characters of its kind is moved.
    by: u8,
}

/// Kinds of characters, each replaced by another of its kind. Letters that are hexadecimal digits stay such, and a
/// number does not get a zero at its beginning.
const KINDS: [(char, char); 5] = [('1', '9'), ('a', 'f'), ('g', 'z'), ('A', 'F'), ('G', 'Z')];
/// How many letters beside each other are one kind, where they are not ASCII.
const BLOCK: u32 = 16;

impl StandIn {
    /// With a new key.
    pub(super) fn new() -> StandIn {
        let mut key = [0; 32];
        for part in key.chunks_mut(8) {
            // Each state is seeded by the operating system.
            let random = RandomState::new().build_hasher().finish();
            part.copy_from_slice(&random.to_le_bytes());
        }
        StandIn { key }
    }

    /// What stands for each character of a secret.
    pub(super) fn shape(&self, secret: &[char]) -> impl Iterator<Item = Shaped> {
        let text: String = secret.iter().collect();
        let key = self.key;
        (0_u64..).flat_map(move |block| {
            let mut hash = Sha256::new();
            hash.update(key);
            hash.update(block.to_le_bytes());
            hash.update(text.as_bytes());
            let bytes: [u8; 32] = hash.finalize().into();
            bytes.into_iter().map(|by| Shaped { by })
        })
    }

    /// A cookie with another value: the name, and what follows the value, stay.
    pub(super) fn cookie(&self, text: &str) -> String {
        let from = text.find('=').map_or(0, |at| at + 1);
        let to = text[from..].find(';').map_or(text.len(), |at| from + at);
        let value: Vec<char> = text[from..to].chars().collect();
        let shaped = self.shape(&value).zip(&value).map(|(new, c)| new.of(*c));
        format!(
            "{}{}{}",
            &text[..from],
            shaped.collect::<String>(),
            &text[to..]
        )
    }
}

impl Shaped {
    /// The bytes for a character at a place of a text, however it is escaped there; `None` where it stays.
    pub(super) fn instead_of(self, text: &[u8], place: &Range<usize>) -> Option<Vec<u8>> {
        let written = &text[place.clone()];
        let readings = super::spelling::readings(text, place.start);
        let mut meant = readings.iter().filter(|(_, end)| *end == place.end);
        let (c, _) = meant.next_back()?;
        let new = self.of(*c);
        if new == *c {
            return None;
        }
        // A byte that is no UTF-8 is followed by others that may make it so.
        match (written, u8::try_from(u32::from(new))) {
            ([one], Ok(byte)) if !one.is_ascii() => Some(vec![byte]),
            _ => Some(new.to_string().into_bytes()),
        }
    }

    /// Another character of the same kind; one that is no letter and no digit stays, and so does a zero.
    fn of(self, c: char) -> char {
        let move_within = |from: u32, count: u32| {
            let at = u32::from(c) - from;
            let by = 1 + u32::from(self.by) % (count - 1);
            char::from_u32(from + (at + by) % count).unwrap_or(c)
        };
        if let Some((first, last)) = KINDS
            .iter()
            .find(|(first, last)| (*first..=*last).contains(&c))
        {
            return move_within((*first).into(), u32::from(*last) - u32::from(*first) + 1);
        }
        if c.is_ascii() || !c.is_alphabetic() {
            return c;
        }
        let other = move_within(u32::from(c) / BLOCK * BLOCK, BLOCK);
        if other.is_alphabetic() { other } else { c }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stand_in_has_the_same_shape_and_another_key_gives_another_one() {
        let secret = "Zz9-aF_10.gé/日";
        let chars: Vec<char> = secret.chars().collect();
        let shape = |stand_in: &StandIn| -> String {
            let new = stand_in.shape(&chars).zip(&chars);
            new.map(|(new, c)| new.of(*c)).collect()
        };
        let (one, other) = (StandIn::new(), StandIn::new());
        let (first, second) = (shape(&one), shape(&other));
        assert_eq!(first, shape(&one));
        assert_ne!(first, second);
        for (old, new) in chars.iter().zip(first.chars()) {
            assert_eq!(old.is_alphabetic(), new.is_alphabetic(), "{old} {new}");
            assert_eq!(old.is_ascii_digit(), new.is_ascii_digit(), "{old} {new}");
            assert_eq!(old.is_uppercase(), new.is_uppercase(), "{old} {new}");
            assert_eq!(
                old.is_ascii_hexdigit(),
                new.is_ascii_hexdigit(),
                "{old} {new}"
            );
            let stays = !old.is_alphanumeric() || *old == '0';
            assert!(stays == (*old == new), "{old} {new}");
        }
    }

    #[test]
    fn a_cookie_keeps_its_name_and_attributes() {
        let new = StandIn::new().cookie("sid=abc123; Path=/; Secure");
        assert!(
            new.starts_with("sid=") && new.ends_with("; Path=/; Secure"),
            "{new}"
        );
        assert!(new.len() == 26 && !new.contains("abc123"), "{new}");
    }
}
