//! A walk over all pages, page by page: ids, links and totals. Of a page that was judged only hashes stay.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use serde_json::Value;

use crate::battery::{Collection, Over, Plan, Sequence, Test};
use crate::contract::{ClauseIx, Place, pointer};
use crate::exchange::Location;
use crate::ledger::{Break, Sightings};

use super::page::{self, Page};

/// So many pages in a row that bring nothing new, each with a next, are taken for a walk that does not end.
const STALLED: u32 = 100;
/// The most disagreements that a walk keeps.
const MOST_NOTES: usize = 10_000;

/// What to do after a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Fetch this path and query next.
    Follow(String),
    /// It was the last page.
    End,
    /// Going on is pointless: the reason, where it is no break that was noted already.
    Stop(Option<String>),
}

/// One look at a collection.
#[derive(Debug)]
pub struct Look {
    hasher: RandomState,
    /// For contents, which are many bytes and only compared within one look.
    contents: foldhash::fast::RandomState,
    collection: Collection,
    /// Hash of an id → its page and a part of the hash of its content.
    ids: HashMap<u64, (u32, u32)>,
    links: HashSet<u64>,
    notes: Vec<Note>,
    /// Pages so far.
    pub pages: u64,
    /// Items so far, repeated ones included.
    pub items: u64,
    pages_with_items: u64,
    total: Option<i64>,
    totals: u64,
    totals_hash: u64,
    ids_sum: u64,
    order_hash: u64,
    idle: u32,
    beyond: u32,
    ended: bool,
    next_asked: bool,
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

/// Something that is wrong with the walk.
#[derive(Debug, Clone)]
struct Note {
    sequence: Sequence,
    expected: String,
    actual: String,
    pointer: String,
    page: u64,
    exchange: Option<u64>,
}

/// What two looks at the same collection have in common, if it did not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    ids: u64,
    distinct: u64,
    items: u64,
    totals: u64,
    total: Option<i64>,
}

impl Fingerprint {
    /// What differs between two looks, in words.
    pub fn difference(&self, other: &Fingerprint) -> String {
        let total =
            |total: Option<i64>| total.map_or_else(|| "none".to_owned(), |total| total.to_string());
        if self.items != other.items || self.total != other.total {
            return format!(
                "{} items and a total_size of {} at first, {} items and {} when looked at again",
                self.items,
                total(self.total),
                other.items,
                total(other.total)
            );
        }
        "other items, or another total_size on one of the pages, when looked at again".to_owned()
    }
}

impl Look {
    /// A walk that begins at `start` (path and query). Looks that are compared share a hasher.
    pub fn new(collection: &Collection, start: &str, hasher: &RandomState) -> Look {
        let mut links = HashSet::new();
        links.insert(hasher.hash_one(start));
        Look {
            hasher: hasher.clone(),
            contents: foldhash::fast::RandomState::default(),
            collection: collection.clone(),
            ids: HashMap::new(),
            links,
            notes: Vec::new(),
            pages: 0,
            items: 0,
            pages_with_items: 0,
            total: None,
            totals: 0,
            totals_hash: 0,
            ids_sum: 0,
            order_hash: 0,
            idle: 0,
            beyond: 0,
            ended: false,
            next_asked: false,
            first_page_start: None,
            first_page_end: None,
            second_page_end: None,
            last_page_end: None,
            last_item: None,
        }
    }

    /// Takes in a page that was fetched from `from`; `unique_in_page` says that the schema watches over repeats within a page.
    pub fn page(
        &mut self,
        page: &Page<'_>,
        from: &str,
        exchange: u64,
        unique_in_page: bool,
    ) -> Step {
        self.pages += 1;
        let Some(items) = page.items else {
            return Step::Stop(Some(format!("page {} has no list of items", self.pages)));
        };
        self.total(page, exchange);
        let mut fresh = false;
        for (n, item) in items.iter().enumerate() {
            fresh |= self.item(item, n, exchange, unique_in_page);
        }
        self.items += items.len() as u64;
        self.pages_with_items += u64::from(!items.is_empty());
        let place = |item: Option<&Value>| item.map(|item| self.hash(self.name_of(item)));
        let (start, end) = (place(items.first()), place(items.last()));
        self.last_page_end = end;
        self.last_item = end.or(self.last_item);
        if self.pages == 1 {
            (self.first_page_start, self.first_page_end) = (start, end);
        }
        if self.pages == 2 {
            self.second_page_end = end;
        }
        let Some(next) = page.next else {
            self.ended = true;
            return Step::End;
        };
        self.idle = if fresh { 0 } else { self.idle + 1 };
        if self.idle >= STALLED {
            self.note(
                Sequence::WalkEnds,
                "a page without next, or with new items, in between",
                format!("{STALLED} pages in a row with a next and nothing new"),
                "next",
                exchange,
            );
            return Step::Stop(None);
        }
        if self
            .total
            .is_some_and(|total| i64::try_from(self.ids.len()).is_ok_and(|seen| seen > total))
        {
            self.beyond += 1;
            if self.beyond >= STALLED {
                let total = self.total.unwrap_or_default();
                self.note(
                    Sequence::TotalSizeMatchesWalk,
                    &format!("{total} items"),
                    format!("{} items, and still a next", self.ids.len()),
                    "total",
                    exchange,
                );
                return Step::Stop(None);
            }
        }
        let Some(target) = page::target_of(next, from) else {
            return Step::Stop(Some(format!(
                "the next link of page {} cannot be followed",
                self.pages
            )));
        };
        if !self.links.insert(self.hasher.hash_one(&target)) {
            self.note(
                Sequence::NextLinkNeverRepeats,
                "a link that was not followed before",
                super::shown(next),
                "next",
                exchange,
            );
            return Step::Stop(None);
        }
        self.next_asked = true;
        Step::Follow(target)
    }

    /// A next link was not answered with a page.
    pub fn page_refused(&mut self, status: u16, exchange: u64) {
        self.note(
            Sequence::NextLinkLeadsToPage,
            "200 and a page",
            format!("status {status}"),
            "next",
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
                        Sequence::TotalSizeIsConstant,
                        &format!("{first}, as on the first page"),
                        total.to_string(),
                        "total",
                        exchange,
                    );
                }
                Some(_) => {}
            }
        }
    }

    /// Whether the item is new.
    fn item(&mut self, item: &Value, n: usize, exchange: u64, unique_in_page: bool) -> bool {
        let Some(id) = page::identity(&self.collection, item) else {
            return true;
        };
        let hash = self.hasher.hash_one(id);
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
                self.note_at(
                    Sequence::IdsAreUnique,
                    "an id that no other item has",
                    super::shown(id),
                    pointer(),
                    exchange,
                );
                false
            }
            Some((first, _)) if first == page && unique_in_page => false,
            Some((first, _)) => {
                self.note_at(
                    Sequence::WalkRepeatsNothing,
                    "each item once",
                    format!("{} again, first seen on page {first}", super::shown(id)),
                    pointer(),
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
        what: &str,
        exchange: u64,
    ) {
        let pointer = match what {
            "total" => self.collection.total.clone().unwrap_or_default(),
            _ => self.collection.next.clone(),
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

    /// Whether the walk disagrees with itself, so that it should be looked at once more before anybody is accused.
    pub fn disagrees(&self) -> bool {
        !self.notes.is_empty() || self.miscounted().is_some()
    }

    /// Total and count, where both are known and differ.
    fn miscounted(&self) -> Option<(i64, u64)> {
        let total = self.total.filter(|_| self.ended)?;
        let agrees = [self.items, self.ids.len() as u64]
            .iter()
            .any(|count| i64::try_from(*count) == Ok(total));
        (!agrees && !self.noted(Sequence::TotalSizeIsConstant))
            .then_some((total, self.ids.len() as u64))
    }

    fn noted(&self, sequence: Sequence) -> bool {
        self.notes.iter().any(|note| note.sequence == sequence)
    }

    /// What another look must share, if the collection did not change in between.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint {
            ids: self.ids_sum,
            distinct: self.ids.len() as u64,
            items: self.items,
            totals: self.totals_hash,
            total: self.total,
        }
    }

    /// The order of the ids; two looks with the same fingerprint and another order break the order.
    pub fn order(&self) -> u64 {
        self.order_hash
    }

    /// Whether it came to the last page.
    pub fn ended(&self) -> bool {
        self.ended
    }

    /// Whether an item with that id was met.
    pub fn met(&self, id: &str) -> bool {
        self.ids.contains_key(&self.hasher.hash_one(id))
    }

    /// The identity by which items are told apart; that of an item without one is empty.
    fn name_of<'v>(&self, item: &'v Value) -> &'v str {
        page::identity(&self.collection, item).unwrap_or_default()
    }

    /// Whether it came to the last page and agrees with itself, so that other reads can be held against it.
    pub fn is_clean(&self) -> bool {
        self.ended && !self.disagrees()
    }

    /// The hasher, for another look that is compared with this one.
    pub fn hasher(&self) -> &RandomState {
        &self.hasher
    }

    /// The hash by which ids are compared.
    pub fn hash(&self, id: &str) -> u64 {
        self.hasher.hash_one(id)
    }

    /// Records what the walk put to the test, and with `accuse` also what it found broken.
    ///
    /// What merely follows from what was seen already is left out: a link or a total that breaks its schema, a rule
    /// that explains another.
    pub fn settle(&self, plan: &Plan, operation: usize, accuse: bool, seen: &mut Sightings) {
        let put_to_test = [
            (Sequence::TotalSizeIsConstant, self.totals >= 2),
            (
                Sequence::TotalSizeMatchesWalk,
                self.ended && self.total.is_some(),
            ),
            (Sequence::WalkEnds, self.pages >= 2),
            (Sequence::NextLinkNeverRepeats, self.pages >= 2),
            (Sequence::NextLinkLeadsToPage, self.next_asked),
            (Sequence::WalkRepeatsNothing, self.pages_with_items >= 2),
            (Sequence::IdsAreUnique, self.items >= 2),
        ];
        for (sequence, tested) in put_to_test {
            if let Some(clause) =
                clause_of(plan, operation, sequence).filter(|_| tested || self.noted(sequence))
            {
                seen.exercise(clause);
            }
        }
        if !accuse {
            return;
        }
        // A walk in a circle meets its items again: that follows from the circle.
        let in_circle =
            self.noted(Sequence::NextLinkNeverRepeats) || self.noted(Sequence::WalkEnds);
        let is_malformed = |pointer: &str, seen: &Sightings| is_malformed(plan, pointer, seen);
        for note in &self.notes {
            let follows = (in_circle && note.sequence == Sequence::WalkRepeatsNothing)
                || is_malformed(&note.pointer, seen);
            if !follows {
                report(plan, operation, note, seen);
            }
        }
        // A next that is no link ends the walk early.
        let total = self.collection.total.as_deref().unwrap_or_default();
        let follows =
            in_circle || is_malformed(total, seen) || is_malformed(&self.collection.next, seen);
        if let Some((total, walked)) = self.miscounted().filter(|_| !follows) {
            let note = Note {
                sequence: Sequence::TotalSizeMatchesWalk,
                expected: format!("{walked}, as many as were walked"),
                actual: total.to_string(),
                pointer: self.collection.total.clone().unwrap_or_default(),
                page: self.pages,
                exchange: None,
            };
            report(plan, operation, &note, seen);
        }
    }
}

fn report(plan: &Plan, operation: usize, note: &Note, seen: &mut Sightings) {
    let Some(clause) = clause_of(plan, operation, note.sequence) else {
        return;
    };
    let causes = plan.rule(clause).map(|rule| rule.follows.as_slice());
    if causes
        .unwrap_or_default()
        .iter()
        .any(|cause| seen.broken().contains_key(cause))
    {
        return;
    }
    let promise = plan.clauses.get(clause);
    seen.report(Break {
        clause,
        level: promise.level,
        message: format!(
            "{}: on page {} came {}, not {}",
            promise.text, note.page, note.actual, note.expected
        ),
        expected: note.expected.clone(),
        actual: note.actual.clone(),
        location: Location::body(&note.pointer),
        page: note.page,
        exchange: note.exchange,
        excerpt: None,
    });
}

/// Whether the value at that pointer of a page was seen to break its schema.
pub fn is_malformed(plan: &Plan, pointer: &str, seen: &Sightings) -> bool {
    let place = Place::of_pointer(&pointer::tokens(pointer));
    let mut broken = seen.broken().keys();
    broken.any(|clause| plan.clauses.get(*clause).subject.is_value_at(&place))
}

/// The clause of the rule that compares answers in that way, if the plan has one.
pub fn clause_of(plan: &Plan, operation: usize, sequence: Sequence) -> Option<ClauseIx> {
    plan.rules
        .iter()
        .find(|rule| {
            rule.operation == operation
                && matches!(rule.test, Test::Sequence(known) if known == sequence)
                && rule.over != Over::Run
        })
        .map(|rule| rule.clause)
}

/// A part of the hash of an item's content, whatever the order of its keys.
fn content_hash(hasher: &foldhash::fast::RandomState, item: &Value) -> u32 {
    let mut state = hasher.build_hasher();
    feed(item, &mut state, hasher);
    state.finish() as u32
}

fn feed(value: &Value, state: &mut impl Hasher, hasher: &foldhash::fast::RandomState) {
    match value {
        Value::Null => 0u8.hash(state),
        Value::Bool(flag) => flag.hash(state),
        Value::Number(number) => number.hash(state),
        Value::String(text) => text.hash(state),
        Value::Array(items) => items.iter().for_each(|item| feed(item, state, hasher)),
        Value::Object(map) => {
            let mut sum = 0u64;
            for (key, value) in map {
                let mut inner = hasher.build_hasher();
                key.hash(&mut inner);
                feed(value, &mut inner, hasher);
                sum = sum.wrapping_add(inner.finish());
            }
            sum.hash(state);
        }
    }
}
