//! The first page of a walk, against which later ones are held: where the way to the next page was guessed, and where the
//! last page is known by its length.

use crate::battery::{Collection, Next};

use super::hashes::Hashes;
use super::page::Page;

/// What is kept of the first page.
#[derive(Debug, Default)]
pub(super) struct FirstPage {
    count: usize,
    /// Of all that is in its items; only where it is needed.
    hash: u64,
    /// Why nothing can be said of the walk, since what was guessed of its pages is wrong.
    pub(super) mistaken: Option<&'static str>,
}

impl FirstPage {
    /// Takes in one of the first two pages; whether the second is the first again, though a guess leads there.
    pub(super) fn comes_again(
        &mut self,
        collection: &Collection,
        page: &Page<'_>,
        number: u64,
        hashes: &Hashes,
    ) -> bool {
        let items = page.items.unwrap_or_default();
        // A link was given by the target itself.
        let is_link = matches!(collection.next, Next::Link(_) | Next::LinkHeader(_));
        let is_doubtful = collection.guessed && !is_link;
        if number > 2 || number > 1 && !is_doubtful {
            return false;
        }
        let looked_at = items.iter().filter(|_| is_doubtful);
        let hash = looked_at.fold(0, |hash: u64, item| {
            hash.rotate_left(7) ^ u64::from(hashes.content(item))
        });
        if number == 1 {
            (self.count, self.hash) = (items.len(), hash);
        } else if (self.count, self.hash) == (items.len(), hash)
            && !items.is_empty()
            && !self.must_differ(collection, page.total)
        {
            self.mistaken = Some(
                "the next page was the same as the first, so the target does not take what asks for it, or it was guessed wrong",
            );
        }
        self.mistaken.is_some()
    }

    /// Whether it has all of so many items.
    pub(super) fn has_all(&self, items: u64) -> bool {
        self.count as u64 == items
    }

    /// Whether a page of that length is as long as it.
    pub(super) fn is_full(&self, count: usize) -> bool {
        count >= self.count
    }

    /// Whether the second page is surely another one: a documented counter asks for what comes behind the first, and the
    /// total says that there is something.
    fn must_differ(&self, collection: &Collection, total: Option<i64>) -> bool {
        let is_behind = match &collection.next {
            Next::Offset(_) => true,
            // What begins with 0 may begin with 1 all the same, and then the next one is the first.
            Next::Page(counter) => counter.first > 0,
            _ => false,
        };
        is_behind
            && total
                .zip(i64::try_from(self.count).ok())
                .is_some_and(|(all, shown)| all > shown)
    }

    /// Whether of the total just as much is missing as the first page has, since pages may begin with 0 where nobody says so.
    pub(super) fn may_be_skipped(&self, collection: &Collection, total: i64, seen: u64) -> bool {
        let missing = total.saturating_sub_unsigned(seen);
        let is_guessed = collection.guessed && matches!(collection.next, Next::Page(_));
        is_guessed && i64::try_from(self.count) == Ok(missing)
    }

    /// Whether a page of that length is the last one, since it is shorter: where pages are counted, unless the total says
    /// that there are more.
    pub(super) fn is_longer(&self, collection: &Collection, count: usize, is_more: bool) -> bool {
        collection.next.is_counted() && count < self.count && !is_more
    }
}
