//! What is wrong with a walk: the first few of each kind, and how many more there are.

use crate::battery::Sequence;

/// The most that are kept of each kind; the rest would only fill memory, and is counted.
const MOST: usize = 10;

/// Something that is wrong with a walk.
#[derive(Debug, Clone)]
pub(super) struct Note {
    pub(super) sequence: Sequence,
    pub(super) expected: String,
    pub(super) actual: String,
    pub(super) pointer: String,
    pub(super) page: u64,
    pub(super) exchange: Option<u64>,
    /// How often; more than once only in the last of its kind that is kept.
    pub(super) count: u64,
}

/// All that is wrong with a walk.
#[derive(Debug, Default)]
pub(super) struct Notes(Vec<Note>);

impl Notes {
    /// Adds one, or counts it.
    pub(super) fn add(&mut self, note: Note) {
        let kind = note.sequence;
        let mut same = self.0.iter_mut().filter(|known| known.sequence == kind);
        match same.nth(MOST - 1) {
            Some(last) => last.count += 1,
            None => self.0.push(note),
        }
    }

    /// Whether there is one of that kind.
    pub(super) fn has(&self, kind: Sequence) -> bool {
        self.0.iter().any(|note| note.sequence == kind)
    }

    /// How many are kept.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes away those behind the first so many.
    pub(super) fn split_off(&mut self, first: usize) -> Vec<Note> {
        self.0.split_off(first)
    }

    /// Those that are kept.
    pub(super) fn all(&self) -> &[Note] {
        &self.0
    }
}
