//! The same read again: the same items come in the same order.

use std::collections::HashMap;

use serde_json::Value;

use crate::battery::{Collection, Plan, Sequence};
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::finding::Found;
use super::hashes::Hashes;
use super::moved::{Moved, turns};
use super::page::{self, shown_key};
use super::walk_findings::clause_of;

/// So many reads at most tell an order that changes each time from one that changed once.
const MOST_READS: usize = 5;
/// Of so many items a read keeps what a person calls them.
const SHOWN: usize = 1_000;

/// What one read showed, enough to compare it with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The hash of what each item is told apart by, and of all that is in it, in order.
    pub(super) items: Vec<(u64, u32)>,
    /// The first items as a person calls them.
    shown: Vec<String>,
    /// The total, where one is given.
    pub(super) total: Option<i64>,
}

/// What several reads say together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reads {
    /// Another read is needed.
    More,
    /// The same items in the same order.
    Same,
    /// The same unchanged items in another order each time: the first read that differs from the one at the beginning.
    Reordered(usize),
    /// Nothing can be said: why.
    Open(String),
}

impl Read {
    /// Reads a page.
    pub fn of(collection: &Collection, body: &Value, hashes: &Hashes) -> Option<Read> {
        let page = page::read(collection, body);
        let items = page.items?;
        let key = |item| page::key_of(collection, item);
        let shown = items.iter().take(SHOWN).map(|item| shown_key(key(item)));
        let hashed = |item| (hashes.key(key(item)), hashes.content(item));
        Some(Read {
            shown: shown.collect(),
            items: items.iter().map(hashed).collect(),
            total: page.total,
        })
    }

    /// How many items it has.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// An item as a person calls it.
    pub(super) fn shown(&self, place: usize) -> String {
        let known = self.shown.get(place).cloned();
        known.unwrap_or_else(|| format!("number {place}"))
    }

    /// What moved between two reads.
    fn moved(&self, other: &Read) -> Moved {
        let mut moved = Moved::default();
        if self.total != other.total {
            moved = moved.totals(self.total, other.total);
        }
        let mut left: HashMap<u64, Vec<u32>> = HashMap::new();
        for (key, content) in &self.items {
            left.entry(*key).or_default().push(*content);
        }
        for (place, (key, content)) in other.items.iter().enumerate() {
            let name = || Value::from(other.shown(place));
            match left.get_mut(key).filter(|twins| !twins.is_empty()) {
                None => moved.came(&name()),
                Some(twins) => match twins.iter().position(|known| known == content) {
                    Some(same) => drop(twins.swap_remove(same)),
                    None => {
                        twins.pop();
                        moved.changed(&name());
                    }
                },
            }
        }
        let gone = left.values().map(|twins| twins.len() as u64).sum();
        // On a page that has not all, another order shows other items.
        let (all, now) = (self.items.len(), other.items.len());
        let is_part = self.total > i64::try_from(all).ok();
        moved.gone(gone).perhaps_order(is_part && all == now)
    }

    /// The places of the items that cannot be taken for another.
    fn places(&self) -> HashMap<u64, usize> {
        let mut places = HashMap::new();
        for (place, (key, _)) in self.items.iter().enumerate() {
            places
                .entry(*key)
                .and_modify(|known| *known = None)
                .or_insert(Some(place));
        }
        let single = places.into_iter();
        single
            .filter_map(|(key, place)| Some((key, place?)))
            .collect()
    }

    /// Whether two items that both reads have stand the other way round in the other one.
    fn is_turned(&self, other: &Read) -> bool {
        let (own, theirs) = (self.places(), other.places());
        let both = own
            .iter()
            .filter_map(|(key, place)| Some((*place, *theirs.get(key)?)));
        let mut both: Vec<(usize, usize)> = both.collect();
        both.sort_unstable();
        !both.is_sorted_by_key(|(_, there)| *there)
    }

    fn has(&self, key: u64) -> bool {
        self.items.iter().any(|(known, _)| *known == key)
    }
}

/// Compares the reads so far. An order that changed once may have been changed; one that changes again and again, while
/// nothing in the items does, is none.
pub fn compare(reads: &[Read]) -> Reads {
    let [first, later @ ..] = reads else {
        return Reads::More;
    };
    let moved: Vec<Moved> = later.iter().map(|read| first.moved(read)).collect();
    let mut others = moved.iter().filter(|moved| !moved.is_order());
    if let Some(what) = others.find_map(Moved::words) {
        return Reads::Open(what);
    }
    if let Some(why) = moved.iter().find(|moved| moved.is_order()) {
        return parts(reads, why);
    }
    let keys = |read: &Read| -> Vec<u64> { read.items.iter().map(|(key, _)| *key).collect() };
    let turns = turns(reads.iter().map(keys));
    match (turns, reads.len()) {
        (_, 1) => Reads::More,
        (0, _) => Reads::Same,
        (1, MOST_READS..) => Reads::Open("the order changed once while it was read".to_owned()),
        (1, _) => Reads::More,
        _ => {
            let other = later.iter().position(|read| keys(read) != keys(first));
            Reads::Reordered(other.map_or(0, |place| place + 1))
        }
    }
}

/// Compares reads of a page that show other items each time, with one total and nothing changed. That no item was added or
/// taken away is seen where one that was gone is back.
fn parts(reads: &[Read], why: &Moved) -> Reads {
    let turned = reads.windows(2).filter(|pair| pair[0].is_turned(&pair[1]));
    let is_back = |key: u64| turns(reads.iter().map(|read| read.has(key))) > 1;
    match (turned.count(), reads.len()) {
        (2.., _) if reads[0].items.iter().any(|(key, _)| is_back(*key)) => {
            let other = reads.iter().position(|read| reads[0].is_turned(read));
            Reads::Reordered(other.unwrap_or(1))
        }
        (_, MOST_READS..) => Reads::Open(why.words().unwrap_or_default()),
        _ => Reads::More,
    }
}

/// Records that the order was looked at; items that cannot be told apart have none.
pub fn exercise(plan: &Plan, operation: usize, read: &Read, seen: &mut Sightings) {
    let first = read.items.first();
    let has_order = read.items.iter().any(|item| Some(item) != first);
    if let Some(clause) = clause_of(plan, operation, Sequence::OrderIsStable).filter(|_| has_order)
    {
        seen.exercise(clause);
    }
}

/// Records that the order differed between two reads of the list at `pointer`; `exchange` is the second one.
pub fn accuse(
    plan: &Plan,
    operation: usize,
    pointer: &str,
    (first, second): (&Read, &Read),
    exchange: u64,
    seen: &mut Sightings,
) {
    let mut pairs = first.items.iter().zip(&second.items);
    let (Some(clause), Some(place)) = (
        clause_of(plan, operation, Sequence::OrderIsStable),
        pairs.position(|(one, other)| one.0 != other.0),
    ) else {
        return;
    };
    let (expected, actual) = (first.shown(place), second.shown(place));
    let location = Location::body(format!("{pointer}/{place}"));
    let sentence = format!(
        "expected entry {place} to be {expected} as at first, got {actual} when read again"
    );
    Found::new(expected, actual, location)
        .on(0, Some(exchange))
        .said(sentence)
        .report(plan, clause, seen);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_an_order_that_changes_again_and_again_is_none() {
        let collection = Collection {
            items: "/data".to_owned(),
            id: "/id".to_owned(),
            total: Some("/total".to_owned()),
            ..Collection::default()
        };
        let hashes = Hashes::default();
        // Each read is the ids, in order; a digit behind an id is a member of the item.
        let read = |ids: &str| {
            let (ids, total) = ids.split_once('/').unwrap_or((ids, "0"));
            let items = ids.split(' ').filter(|id| !id.is_empty());
            let items: Vec<Value> = items
                .map(|id| json!({"id": id[..1], "size": id[1..]}))
                .collect();
            let body = json!({"data": items, "total": total.parse::<i64>().unwrap()});
            Read::of(&collection, &body, &hashes).unwrap()
        };
        let open = |words: &str| Reads::Open(words.to_owned());
        let changes = "the collection changes while it is read: ";
        let once = "the order changed once while it was read";
        for (reads, expected) in [
            (&["a b c"][..], Reads::More),
            (&["a b c", "a b c"], Reads::Same),
            (&["a b c", "b a c"], Reads::More),
            (&["a b c", "b a c", "a b c"], Reads::Reordered(1)),
            (&["a b c", "b a c", "c a b"], Reads::Reordered(1)),
            (&["a b", "b a", "b a", "b a"], Reads::More),
            (&["a b", "b a", "b a", "b a", "b a"], open(once)),
            (&["a b", "b a", "b a", "b a", "a b"], Reads::Reordered(1)),
            (
                &["a b c", "a b d"],
                open(&format!("{changes}item d came; 1 item was gone")),
            ),
            (&["a b c/9", "a b d/9"], Reads::More),
            (
                &["a b c/9", "a b d/9", "a b c/9", "a b d/9", "a b c/9"],
                open(&format!(
                    "{changes}item d came; 1 item was gone; no item and no total changed, so the order may be \
                     another one at each request, and pages cut from it repeat some items and lose others"
                )),
            ),
            // What was gone is back, and two that stayed stand the other way round again and again.
            (&["a b c/9", "b a d/9"], Reads::More),
            (&["a b c/9", "b a d/9", "a b c/9"], Reads::Reordered(1)),
            (&["a b c/9", "b d a/9", "a c b/9"], Reads::Reordered(1)),
            (&["a b c/9", "b a d/9", "a b d/9"], Reads::More),
            (
                &["a b c/9", "b a d/9", "a1 b c/9"],
                open(&format!("{changes}item a changed")),
            ),
            (&["a b", "b a1"], open(&format!("{changes}item a changed"))),
            (
                &["a b", "b a", "a1 b1"],
                open(&format!("{changes}2 items changed, first a")),
            ),
            (
                &["a b/2", "b a/3"],
                open(&format!("{changes}the total was 2, then 3")),
            ),
            (&["", ""], Reads::Same),
        ] {
            let all: Vec<Read> = reads.iter().copied().map(read).collect();
            assert_eq!(compare(&all), expected, "{reads:?}");
        }
    }
}
