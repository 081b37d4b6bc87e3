//! A walk over all pages, page by page: ids, links and totals. Of a page that was judged only hashes stay.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use serde_json::Value;

use crate::battery::{Collection, Sequence};

use super::fingerprint::{Fingerprint, content_hash, hash_of};
use super::first_page::FirstPage;
use super::page::{self, Page};
pub use super::walk_terms::Onward;
pub(super) use super::walk_terms::{About, MISTAKEN, MOST_NOTES, Note, STALLED};

/// What a walk over a collection met.
#[derive(Debug, Default)]
pub struct Walked {
    hasher: RandomState,
    /// For contents, which are many bytes and only compared within one walk.
    contents: foldhash::fast::RandomState,
    collection: Collection,
    /// Hash of an item's key → its page and a part of the hash of its content.
    ids: HashMap<u64, (u32, u32)>,
    links: HashSet<u64>,
    notes: Vec<Note>,
    /// Pages so far.
    pub pages: u64,
    /// Items so far, repeated ones included.
    pub items: u64,
    pages_with_names: u64,
    /// Items without an id.
    nameless: u64,
    total: Option<i64>,
    totals: u64,
    totals_hash: u64,
    ids_sum: u64,
    order_hash: u64,
    idle: u32,
    beyond: u32,
    ended: bool,
    next_asked: bool,
    first_page: FirstPage,
    unbelieved: bool,
    /// The hash of the first item of the first page; `None` where that page is empty.
    pub first_page_start: Option<u64>,
    /// The hash of the last item of the first page; `None` where that page is empty.
    pub first_page_end: Option<u64>,
    /// The hash of the last item of the second page.
    pub second_page_end: Option<u64>,
    /// The hash of the last item of the page read last; `None` where that page is empty.
    pub last_page_end: Option<u64>,
    /// The hash of the last item so far.
    pub last_item: Option<u64>,
}

impl Walked {
    /// A walk that begins at `start` (path and query). Walkeds that are compared share a hasher.
    pub fn new(collection: &Collection, start: &str, hasher: &RandomState) -> Walked {
        let mut links = HashSet::new();
        links.insert(hasher.hash_one(start));
        Walked {
            hasher: hasher.clone(),
            collection: collection.clone(),
            links,
            ..Walked::default()
        }
    }

    /// Takes in a page that was fetched from `from`; `unique_in_page` says that the schema watches over repeats within a page.
    pub fn page(
        &mut self,
        page: &Page<'_>,
        from: &str,
        exchange: u64,
        unique_in_page: bool,
    ) -> Onward {
        self.pages += 1;
        let Some(items) = page.items else {
            return Onward::Stop(Some(format!("page {} has no list of items", self.pages)));
        };
        self.total(page, exchange);
        let (mut fresh, nameless) = (false, self.nameless);
        for (n, item) in items.iter().enumerate() {
            fresh |= self.item(item, n, exchange, unique_in_page);
        }
        self.items += items.len() as u64;
        let has_names = self.nameless - nameless < items.len() as u64;
        self.pages_with_names += u64::from(has_names);
        let place =
            |item: Option<&Value>| item.map(|item| self.hash(page::key_of(&self.collection, item)));
        let (start, end) = (place(items.first()), place(items.last()));
        self.last_page_end = end;
        self.last_item = end.or(self.last_item);
        if self.pages == 1 {
            (self.first_page_start, self.first_page_end) = (start, end);
            self.first_page = FirstPage::of(&self.collection, items, &self.hasher);
        }
        let first = self.first_page;
        if self.pages == 2 && first.comes_again(&self.collection, items, &self.hasher) {
            self.unbelieved = true;
            return Onward::Stop(Some(MISTAKEN.to_owned()));
        }
        if self.pages == 2 {
            self.second_page_end = end;
        }
        let is_missing = |total: i64| i64::try_from(self.items).is_ok_and(|items| items < total);
        let missing = self.total.is_some_and(is_missing);
        let is_last = first.is_longer(&self.collection, items.len(), missing);
        let Some(next) = page.next.as_ref().filter(|_| !is_last) else {
            self.ended = true;
            return Onward::End;
        };
        self.idle = if fresh { 0 } else { self.idle + 1 };
        if self.is_endless(exchange) {
            return Onward::Stop(None);
        }
        let Some(target) = page::next_target(&self.collection, page, from) else {
            return Onward::Stop(Some(format!(
                "the next link of page {} cannot be followed",
                self.pages
            )));
        };
        if !self.links.insert(self.hasher.hash_one(&target)) {
            self.note(
                Sequence::NextLinkNeverRepeats,
                "a next page that was not read before",
                super::shown(next),
                About::Next,
                exchange,
            );
            return Onward::Stop(None);
        }
        self.next_asked = true;
        Onward::Follow(target)
    }

    /// Whether nothing can be said of it, since what was guessed of its pages is wrong.
    pub fn is_unbelieved(&self) -> bool {
        self.unbelieved
    }

    /// Whether it goes on and on without anything new, or beyond the total.
    fn is_endless(&mut self, exchange: u64) -> bool {
        if self.idle >= STALLED {
            self.note(
                Sequence::WalkEnds,
                "a last page, or new items in between",
                format!("{STALLED} pages in a row with a next and nothing new"),
                About::Next,
                exchange,
            );
            return true;
        }
        let Some(total) = self.total else {
            return false;
        };
        if i64::try_from(self.ids.len()).is_ok_and(|seen| seen > total) {
            self.beyond += 1;
        }
        if self.beyond >= STALLED {
            self.note(
                Sequence::TotalMatchesWalk,
                &format!("{total} items"),
                format!("{} items, and still a next", self.ids.len()),
                About::Total,
                exchange,
            );
            return true;
        }
        false
    }

    /// What leads to the next page was not answered with a page. Where pages are only counted, nobody said that there is
    /// another one.
    pub fn page_refused(&mut self, status: u16, exchange: u64) {
        if self.collection.next.is_counted() {
            self.ended = true;
            return;
        }
        self.note(
            Sequence::NextLinkLeadsToPage,
            "status 200 and a page",
            format!("status {status}"),
            About::Next,
            exchange,
        );
    }

    fn total(&mut self, page: &Page<'_>, exchange: u64) {
        if let Some(total) = page.total {
            self.totals += 1;
            self.totals_hash = self.totals_hash.rotate_left(5) ^ self.hasher.hash_one(total);
            match self.total {
                None => self.total = Some(total),
                Some(first) if first != total => {
                    self.note(
                        Sequence::TotalIsConstant,
                        &format!("{first}, as on the first page"),
                        total.to_string(),
                        About::Total,
                        exchange,
                    );
                }
                Some(_) => {}
            }
        }
    }

    /// Whether the item is new. Items without an id are told apart by all that is in them, and may come twice.
    fn item(&mut self, item: &Value, n: usize, exchange: u64, unique_in_page: bool) -> bool {
        let Some(id) = page::identity(&self.collection, item) else {
            let hash = hash_of(&self.hasher, item);
            self.order_hash = self.order_hash.rotate_left(7) ^ hash;
            self.nameless += 1;
            let is_new = self.ids.insert(hash, (0, 0)).is_none();
            self.ids_sum = self.ids_sum.wrapping_add(hash);
            return is_new;
        };
        let hash = hash_of(&self.hasher, id);
        let content = content_hash(&self.contents, item);
        let page = u32::try_from(self.pages).unwrap_or(u32::MAX);
        self.order_hash = self.order_hash.rotate_left(7) ^ hash;
        let pointer = || format!("{}/{n}", self.collection.items);
        match self.ids.get(&hash).copied() {
            None => {
                self.ids.insert(hash, (page, content));
                self.ids_sum = self.ids_sum.wrapping_add(hash);
                true
            }
            Some((_, known)) if known != content => {
                let (id, pointer) = (page::shown_key(id), pointer());
                let expected = "an id that no other item has";
                self.note_at(Sequence::IdsAreUnique, expected, id, pointer, exchange);
                false
            }
            Some((first, _)) if first == page && unique_in_page => false,
            Some((first, _)) => {
                let id = page::shown_key(id);
                let actual = format!("{id} again, first seen on page {first}");
                let (expected, pointer) = ("each item once", pointer());
                self.note_at(
                    Sequence::WalkRepeatsNothing,
                    expected,
                    actual,
                    pointer,
                    exchange,
                );
                false
            }
        }
    }

    fn note(
        &mut self,
        sequence: Sequence,
        expected: &str,
        actual: String,
        about: About,
        exchange: u64,
    ) {
        let pointer = match about {
            About::Total => self.collection.total.clone().unwrap_or_default(),
            About::Next => self
                .collection
                .next
                .pointer()
                .unwrap_or_default()
                .to_owned(),
        };
        self.note_at(sequence, expected, actual, pointer, exchange);
    }

    fn note_at(
        &mut self,
        sequence: Sequence,
        expected: &str,
        actual: String,
        pointer: String,
        exchange: u64,
    ) {
        // What is wrong ten thousand times is wrong enough; the rest would only fill memory.
        if self.notes.len() >= MOST_NOTES {
            return;
        }
        self.notes.push(Note {
            sequence,
            expected: expected.to_owned(),
            actual,
            pointer,
            page: self.pages,
            exchange: Some(exchange),
        });
    }

    /// Whether the walk disagrees with itself, so that it should be read once more before anybody is accused.
    pub fn disagrees(&self) -> bool {
        !self.notes.is_empty() || self.miscounted().is_some()
    }

    /// Total and count, where both are known and differ.
    pub(super) fn miscounted(&self) -> Option<(i64, u64)> {
        let total = self.total.filter(|_| self.ended)?;
        let distinct = match self.nameless {
            0 => self.ids.len() as u64,
            _ => self.items,
        };
        let agrees = [self.items, distinct]
            .iter()
            .any(|count| i64::try_from(*count) == Ok(total));
        (!agrees && !self.noted(Sequence::TotalIsConstant)).then_some((total, distinct))
    }

    pub(super) fn noted(&self, sequence: Sequence) -> bool {
        self.notes.iter().any(|note| note.sequence == sequence)
    }

    /// What another walk must share, if the collection did not change in between.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint {
            ids: self.ids_sum,
            distinct: self.ids.len() as u64,
            items: self.items,
            totals: self.totals_hash,
            total: self.total,
        }
    }

    /// The order of the ids; two walks with the same fingerprint and another order break the order.
    pub fn order(&self) -> u64 {
        self.order_hash
    }

    /// Whether it came to the last page.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Whether an item with that key was met.
    pub fn met(&self, key: &Value) -> bool {
        self.ids.contains_key(&self.hash(key))
    }

    /// Whether it came to the last page and agrees with itself, so that other reads can be held against it.
    pub fn is_clean(&self) -> bool {
        self.ended && !self.disagrees()
    }

    /// The hasher, for another walk that is compared with this one.
    pub fn hasher(&self) -> &RandomState {
        &self.hasher
    }

    /// The hash by which keys are compared.
    pub fn hash(&self, key: &Value) -> u64 {
        hash_of(&self.hasher, key)
    }

    /// What it put to the test.
    pub(super) fn tested(&self) -> [(Sequence, bool); 7] {
        let named = self.items - self.nameless;
        [
            (Sequence::TotalIsConstant, self.totals >= 2),
            (
                Sequence::TotalMatchesWalk,
                self.ended && self.total.is_some(),
            ),
            (Sequence::WalkEnds, self.pages >= 2),
            (Sequence::NextLinkNeverRepeats, self.pages >= 2),
            (Sequence::NextLinkLeadsToPage, self.next_asked),
            (Sequence::WalkRepeatsNothing, self.pages_with_names >= 2),
            (Sequence::IdsAreUnique, named >= 2),
        ]
    }

    /// What it found wrong.
    pub(super) fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// How its pages are read.
    pub(super) fn collection(&self) -> &Collection {
        &self.collection
    }
}
