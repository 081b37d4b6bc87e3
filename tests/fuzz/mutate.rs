//! Mutations of right inputs: words put in and in the place of others, pieces left out, repeated and taken from elsewhere.

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::sample::Index;

/// No input grows beyond this.
const LONGEST: usize = 64 * 1024;

/// One of the seeds, changed in up to six places.
pub fn mutated(
    seeds: Vec<Vec<u8>>,
    words: &'static [&'static str],
) -> impl Strategy<Value = Vec<u8>> {
    let change = (0..9_u8, any::<Index>(), any::<Index>(), 1..64_usize);
    (any::<Index>(), vec(change, 1..7)).prop_map(move |(seed, changes)| {
        let mut bytes = seed.get(&seeds).clone();
        for (kind, at, other, count) in changes {
            change_once(&mut bytes, kind, at, other, count, &seeds, words);
            bytes.truncate(LONGEST);
        }
        bytes
    })
}

fn change_once(
    bytes: &mut Vec<u8>,
    kind: u8,
    at: Index,
    other: Index,
    count: usize,
    seeds: &[Vec<u8>],
    words: &[&str],
) {
    if bytes.is_empty() {
        bytes.push(b' ');
    }
    let place = at.index(bytes.len());
    let end = (place + count).min(bytes.len());
    let word = other.get(words).as_bytes();
    match kind {
        0 => insert(bytes, place, word),
        1 => insert(bytes, place, &word.repeat(count)),
        2 => {
            // In the place of the word or number that stands there.
            let is_part =
                |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
            let from = bytes[..place].iter().rposition(|byte| !is_part(byte));
            let to = bytes[place..].iter().position(|byte| !is_part(byte));
            let from = from.map_or(0, |before| before + 1);
            let to = to.map_or(bytes.len(), |length| place + length);
            bytes.splice(from..to.max(from), word.iter().copied());
        }
        3 => drop(bytes.drain(place..end)),
        4 => {
            let piece = bytes[place..end].repeat(count);
            insert(bytes, place, &piece);
        }
        5 => bytes[place] ^= 1 << (count % 8),
        6 => {
            let (from, to) = line(bytes, place);
            bytes.drain(from..to);
        }
        7 => {
            let (from, to) = line(bytes, place);
            let copy = bytes[from..to].to_vec();
            let (there, _) = line(bytes, other.index(bytes.len()));
            insert(bytes, there, &copy);
        }
        _ => {
            let seed = other.get(seeds);
            let (from, to) = line(seed, at.index(seed.len()));
            let (there, _) = line(bytes, place);
            insert(bytes, there, &seed[from..to]);
        }
    }
}

fn insert(bytes: &mut Vec<u8>, place: usize, piece: &[u8]) {
    bytes.splice(place..place, piece.iter().copied());
}

/// The line at a place, with its end.
fn line(bytes: &[u8], place: usize) -> (usize, usize) {
    let from = bytes[..place].iter().rposition(|byte| *byte == b'\n');
    let to = bytes[place..].iter().position(|byte| *byte == b'\n');
    (
        from.map_or(0, |before| before + 1),
        to.map_or(bytes.len(), |length| place + length + 1),
    )
}
