//! The first page of a walk, against which later ones are held: where the way to the next page was guessed, and where the
//! last page is known by its length.

use std::hash::BuildHasher;

use serde_json::Value;

use crate::battery::{Collection, Next};

use super::fingerprint::hash_of;

/// What is kept of the first page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FirstPage {
    count: usize,
    /// Of all that is in its items; only where it is needed.
    hash: u64,
}

impl FirstPage {
    /// The page with these items.
    pub fn of(collection: &Collection, items: &[Value], hasher: &impl BuildHasher) -> FirstPage {
        let looked_at = items.iter().filter(|_| is_doubtful(collection));
        FirstPage {
            count: items.len(),
            hash: looked_at.fold(0, |hash: u64, item| {
                hash.rotate_left(7) ^ hash_of(hasher, item)
            }),
        }
    }

    /// Whether the second page shows that the way to it is none: what leads there was guessed, and it is the first page
    /// again.
    pub fn comes_again(
        self,
        collection: &Collection,
        items: &[Value],
        hasher: &impl BuildHasher,
    ) -> bool {
        let may_be = is_doubtful(collection) && !items.is_empty();
        may_be && FirstPage::of(collection, items, hasher) == self
    }

    /// Whether a page of that length is the last one, since it is shorter: where pages are counted, unless a total says
    /// that items are `missing`.
    pub fn is_longer(self, collection: &Collection, count: usize, missing: bool) -> bool {
        collection.next.is_counted() && count < self.count && !missing
    }
}

/// Whether the way to the next page is a guess. A link was given by the target itself.
fn is_doubtful(collection: &Collection) -> bool {
    collection.guessed && !matches!(collection.next, Next::Link(_) | Next::LinkHeader(_))
}
