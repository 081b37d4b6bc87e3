//! What a walk does after a page, and when it is taken for one without an end.

/// So many pages in a row that bring nothing new, each with a next, are taken for a walk that does not end.
pub(super) const STALLED: u32 = 1_000;

/// So many empty pages in a row, each with a token that was guessed to lead on and none with a total, may be a feed of
/// changes, which has a token for the next time and no end.
pub(super) const FEED: u32 = 5;
/// What is said of one.
pub(super) const IS_FEED: &str = "page after page is empty and has a token for the next, as a feed of changes does, which never ends";

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
