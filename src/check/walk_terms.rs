//! The words of a walk: what it is bounded by, what it does after a page, and what it finds wrong.

use crate::battery::Sequence;

/// So many pages in a row that bring nothing new, each with a next, are taken for a walk that does not end.
pub(super) const STALLED: u32 = 100;
/// The most disagreements that a walk keeps.
pub(super) const MOST_NOTES: usize = 10_000;

/// Why a walk ends that should not have been begun.
pub(super) const MISTAKEN: &str = "the next page was the same as the first, so the target does not take what asks for it, or it was guessed wrong";

/// What to do after a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Onward {
    /// Fetch this path and query next.
    Follow(String),
    /// It was the last page.
    End,
    /// Going on is pointless: the reason, where it is no break that was noted already.
    Stop(Option<String>),
}

/// What of a page a note is about.
#[derive(Clone, Copy)]
pub(super) enum About {
    Next,
    Total,
}

/// Something that is wrong with the walk.
#[derive(Debug, Clone)]
pub(super) struct Note {
    pub(super) sequence: Sequence,
    pub(super) expected: String,
    pub(super) actual: String,
    pub(super) pointer: String,
    pub(super) page: u64,
    pub(super) exchange: Option<u64>,
}
