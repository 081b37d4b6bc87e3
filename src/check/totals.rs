//! The totals that the pages of a walk show, and how many items they leave to come.

use serde_json::Value;

use super::hashes::Hashes;

/// What the pages of a walk say of the number of all items.
#[derive(Debug, Default)]
pub(super) struct Totals {
    /// That of the first page that had one.
    pub(super) first: Option<i64>,
    /// How many pages had one.
    pub(super) pages: u64,
    hash: u64,
    /// Pages with a next after as many items.
    beyond: u32,
    /// Whether a page was refused that should have had more.
    is_cut: bool,
}

impl Totals {
    /// Takes in that of a page; gives it back with the first, where they differ.
    pub(super) fn take(&mut self, total: i64, hashes: &Hashes) -> Option<(i64, i64)> {
        self.pages += 1;
        self.hash = self.hash.rotate_left(5) ^ hashes.key(&Value::from(total));
        let first = *self.first.get_or_insert(total);
        (first != total).then_some((first, total))
    }

    /// Whether there are more than so many items.
    pub(super) fn is_more(&self, items: u64) -> bool {
        self.first
            .is_some_and(|total| i64::try_from(items).is_ok_and(|items| items < total))
    }

    /// Takes in a page with a next; the total, where so many pages were beyond it.
    pub(super) fn passed(&mut self, seen: u64, most: u32) -> Option<i64> {
        let total = self.first?;
        self.beyond += u32::from(i64::try_from(seen).is_ok_and(|seen| seen > total));
        (self.beyond >= most).then_some(total)
    }

    /// Takes in that the page after so many items was refused, and whether the one before it was full: some show only the
    /// first so many of all. After a page that is not full nothing can come.
    pub(super) fn refused(&mut self, items: u64, is_full: bool) {
        self.is_cut = is_full && self.is_more(items);
    }

    /// The total, where a walk that came to its end met all that it counts.
    pub(super) fn met(&self) -> Option<i64> {
        self.first.filter(|_| !self.is_cut)
    }

    /// Whether another walk met the same.
    pub(super) fn are_those_of(&self, other: &Totals) -> bool {
        (self.pages, self.hash) == (other.pages, other.hash)
    }
}
