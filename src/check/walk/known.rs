//! What a walk that is over tells.

use crate::battery::{Collection, Next, Sequence};
use crate::contract::names::words;

use super::super::hashes::Hashes;
use super::super::notes::Note;
use super::{Walked, place};

impl Walked {
    /// The order of the items, as a number that another order does not have.
    pub fn order(&self) -> u64 {
        self.order
    }

    /// Whether it came to the last page and agrees with itself, so that other reads can be held against it.
    pub fn is_clean(&self) -> bool {
        self.ended && !self.disagrees()
    }

    /// How keys and contents are hashed.
    pub(in crate::check) fn hashes(&self) -> &Hashes {
        &self.hashes
    }

    /// The place of an item in the walk and a part of the hash of its content, by the hash of its key.
    pub(in crate::check) fn met(&self, key: u64) -> Option<(u32, u32)> {
        self.known.get(&key).copied()
    }

    /// Whether each item has one place, so that it can be said which one comes before another.
    pub(in crate::check) fn has_places(&self) -> bool {
        self.known.len() as u64 == self.items
    }

    /// How many items its first page had.
    pub fn first_count(&self) -> u64 {
        self.first_page.count()
    }

    /// Whether it ended on its first page, which has fewer items than `whole` found on one, and none that is new where that
    /// was the first look; although a page has, as the document says, what leads to the next one or says that there is one.
    pub fn ends_early(&self, whole: &Walked) -> bool {
        let is_next = |name: &str| words(name).iter().any(|word| word == "next");
        let leads_on = match &self.collection.next {
            Next::Link(_) => true,
            Next::LinkHeader(relation) => is_next(relation),
            Next::Token(token) | Next::TokenHeader(token) => is_next(&token.token),
            Next::After(_) | Next::Offset(_) | Next::Page(_) => false,
        };
        let is_told = leads_on || self.first_page.more() == Some(false);
        let is_part = (1..whole.items).contains(&self.items) && self.moved.new_items() == 0;
        let is_short = self.ended && self.pages == 1 && self.first_page.mistaken.is_none();
        is_told && is_part && is_short && self.totals.first == whole.totals.first
    }

    /// Whether it has items, each with an id.
    pub fn has_ids(&self) -> bool {
        self.items > 0 && self.nameless.0 == 0
    }

    /// Whether a page was empty.
    pub(in crate::check) fn has_empty_pages(&self) -> bool {
        self.empty_pages > 0
    }

    /// Whether the first page was empty.
    pub(in crate::check) fn begins_empty(&self) -> bool {
        self.items == 0 || self.starts.get(1) == Some(&0)
    }

    /// Whether the last page was empty.
    pub fn ends_empty(&self) -> bool {
        self.starts.last() == Some(&place(self.items))
    }

    /// What it put to the test.
    pub(in crate::check) fn tested(&self) -> [(Sequence, bool); 8] {
        let named = self.items - self.nameless.0;
        [
            (Sequence::TotalIsConstant, self.totals.pages >= 2),
            (
                Sequence::TotalMatchesWalk,
                self.ended && self.totals.met().is_some(),
            ),
            (Sequence::WalkEnds, self.pages >= 2 && self.ended),
            (Sequence::NextLinkNeverRepeats, self.pages >= 2),
            (Sequence::NextLinkLeadsToPage, self.pages >= 2),
            (Sequence::WalkRepeatsNothing, self.pages_with_names >= 2),
            (Sequence::IdsAreUnique, named >= 2),
            (Sequence::PageSays, self.told.is_tested()),
        ]
    }

    /// Total and count, where both are known and differ.
    pub(in crate::check) fn miscounted(&self) -> Option<(i64, u64)> {
        let is_constant = !self.noted(Sequence::TotalIsConstant);
        let total = self.totals.met().filter(|_| self.ended && is_constant)?;
        let named = (self.nameless.0 == 0).then_some(self.known.len() as u64);
        let distinct = named.unwrap_or(self.items);
        // Items that came again stand where others are lost: a total in between says no more than that.
        let agrees = u64::try_from(total).is_ok_and(|it| (distinct..=self.items).contains(&it));
        let first = &self.first_page;
        let is_open = first.may_be_skipped(&self.collection, total, distinct);
        (!agrees && !is_open).then_some((total, distinct))
    }

    /// What it found wrong.
    pub(in crate::check) fn notes(&self) -> &[Note] {
        self.notes.all()
    }

    /// How its pages are read.
    pub fn collection(&self) -> &Collection {
        &self.collection
    }
}
