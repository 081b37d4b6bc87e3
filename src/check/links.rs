//! Where the `first`, `prev` and `last` links lead, compared with what the walk over `next` found.

use std::collections::HashSet;

use serde_json::Value;

use crate::battery::{Plan, Sequence};
use crate::exchange::{Answer, Location};
use crate::ledger::Sightings;

use super::finding::Found;
use super::page::{self, Page};
use super::repeat::Read;
use super::walk::Walked;
use super::walk_findings::clause_of;

/// What a link led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// A page, and whether it has a next.
    Page(Read, bool),
    /// An answer that says that there is no such page: what came.
    Nothing(String),
    /// Another answer: what came.
    Elsewhere(String),
}

/// A link that was followed.
#[derive(Debug, Clone)]
pub struct Followed {
    /// Which link.
    pub sequence: Sequence,
    /// The pointer of the link in the page it stood on.
    pub pointer: String,
    /// The page it stood on, from 1; 0 where it is the one that `last` led to.
    pub page: u64,
    /// The hash of that page's first item, if it has one.
    pub start: Option<u64>,
    /// The exchange within the case that followed it.
    pub exchange: u64,
    /// What came.
    pub arrival: Arrival,
}

impl Arrival {
    /// A page, read with the hashes of the walk that it is compared with.
    pub fn of(walk: &Walked, body: &Value) -> Option<Arrival> {
        let read = Read::of(walk.collection(), body, walk.hashes())?;
        let has_next = page::read(walk.collection(), body).leads_on(walk.collection());
        Some(Arrival::Page(read, has_next))
    }
}

/// The hash of a page's first item.
pub fn start_of(walk: &Walked, page: &Page<'_>) -> Option<u64> {
    let first = page.items?.first()?;
    let key = page::key_of(walk.collection(), first);
    Some(walk.hashes().key(key))
}

/// A page of the same list that is larger than those of the walk, as far as the walk must have met what it shows; `None`
/// where it is not larger.
pub fn larger(walk: &Walked, body: &Value, exchange: u64) -> Option<Followed> {
    let collection = walk.collection();
    let mut read = Read::of(collection, body, walk.hashes())?;
    if read.len() as u64 <= walk.first_count() {
        return None;
    }
    // Where pages are counted, one that is not full need not be the last.
    if !walk.ended || collection.next.is_counted() {
        read.items
            .truncate(usize::try_from(walk.items).unwrap_or(usize::MAX));
    }
    Some(Followed {
        sequence: Sequence::WalkLosesNothing,
        pointer: collection.items.clone(),
        page: 1,
        start: None,
        exchange,
        arrival: Arrival::Page(read, false),
    })
}

/// Where a larger page leads on that shows as many items as the walk met before it came to its end.
pub fn beyond(walk: &Walked, answer: &Answer, body: &Value, from: &str) -> Option<String> {
    let collection = walk.collection();
    let page = page::read_answer(collection, answer, body);
    let is_all = walk.ended && page.items?.len() as u64 >= walk.items;
    let is_said = is_all && !collection.next.is_unsaid();
    page::next_target(collection, &page, from).filter(|_| is_said)
}

/// The page that a larger one leads to.
pub fn behind_larger(walk: &Walked, body: &Value, exchange: u64) -> Option<Followed> {
    let read = Read::of(walk.collection(), body, walk.hashes())?;
    Some(Followed {
        sequence: Sequence::WalkLosesNothing,
        pointer: walk.collection().items.clone(),
        page: 2,
        start: None,
        exchange,
        arrival: Arrival::Page(read, false),
    })
}

/// What is wrong: the promise, what was expected, and what came.
struct Fault {
    sequence: Sequence,
    expected: String,
    actual: String,
}

/// What is wrong with where a link led, or with the walk that it is compared with; `None` where it led right.
fn fault(followed: &Followed, walk: &Walked) -> Option<Fault> {
    let sequence = followed.sequence;
    let wrong = |expected: &str, actual: String| {
        Some(Fault {
            sequence,
            expected: expected.to_owned(),
            actual,
        })
    };
    let is_before_all = is_before_all(followed, walk);
    let (read, has_next) = match &followed.arrival {
        // That nothing is there is right where nothing can be.
        Arrival::Nothing(_) if is_before_all => return None,
        Arrival::Nothing(what) | Arrival::Elsewhere(what) => {
            return wrong("status 200 and a page", what.clone());
        }
        Arrival::Page(read, has_next) => (read, *has_next),
    };
    if is_before_all && !read.is_empty() && lost(read, walk).is_empty() {
        return wrong(
            "an empty page, or to none, since no page comes before the first",
            format!("a page with item {}", read.shown(0)),
        );
    }
    let lost = lost(read, walk);
    let is_larger = sequence == Sequence::WalkLosesNothing && !walk.disagrees();
    let is_lost = (walk.is_clean() || is_larger) && !lost.is_empty();
    // A last page that the walk never came to is the walk's loss, not the link's.
    let is_beyond = sequence == Sequence::LastLink && !has_next && is_lost;
    match expectation(followed, read, has_next, walk).filter(|_| !is_beyond) {
        Some((expected, actual)) => wrong(expected, actual),
        None if is_lost => Some(Fault {
            sequence: Sequence::WalkLosesNothing,
            expected: "items that the walk met".to_owned(),
            actual: format!(
                "{} that only this page shows, first {}",
                lost.len(),
                read.shown(lost[0])
            ),
        }),
        None => None,
    }
}

/// Whether a link claims to lead to what comes before the first item.
fn is_before_all(followed: &Followed, walk: &Walked) -> bool {
    let start = followed.start.and_then(|start| walk.met(start));
    followed.sequence == Sequence::PrevLink
        && walk.has_places()
        && start.is_some_and(|(place, _)| place == 0)
}

/// What the page behind a link should be and is not, and what it is.
fn expectation(
    followed: &Followed,
    read: &Read,
    has_next: bool,
    walk: &Walked,
) -> Option<(&'static str, String)> {
    let place = |key: Option<u64>| Some(u64::from(walk.met(key?)?.0));
    let begins = place(read.items.first().map(|(key, _)| *key));
    let ends = place(read.items.last().map(|(key, _)| *key));
    let item = |place: usize| match read.is_empty() {
        true => "an empty page".to_owned(),
        false => format!("item {}", read.shown(place)),
    };
    let last = || item(read.len().saturating_sub(1));
    match followed.sequence {
        Sequence::FirstLink => {
            let is_right = match read.is_empty() {
                true => walk.begins_empty(),
                false => begins == Some(0),
            };
            let expected = "a page that begins with the first item of the walk";
            (!is_right).then(|| (expected, item(0)))
        }
        Sequence::PrevLink => {
            let before = place(followed.start)?.checked_sub(1)?;
            // Between two pages with items an empty one may stand; a page that would begin before the first item may
            // begin with it.
            let is_right = match (begins, ends) {
                _ if read.is_empty() => walk.has_empty_pages(),
                (Some(0), Some(end)) => end >= before,
                _ => ends == Some(before),
            };
            let expected = "a page that ends where this one begins";
            (walk.has_places() && !is_right).then(|| (expected, last()))
        }
        Sequence::LastLink => {
            // Behind the last item an empty page may stand; the link may lead there or to the last items.
            let is_end = match read.is_empty() {
                true => walk.ends_empty(),
                false => ends.map(|end| end + 1) == Some(walk.items),
            };
            if has_next && !(is_end && walk.ends_empty()) {
                return Some(("a page without next", "a page with a next".to_owned()));
            }
            let expected = "a page that ends with the last item of the walk";
            (walk.has_places() && !is_end).then(|| (expected, last()))
        }
        _ => None,
    }
}

/// The places of items that the walk did not meet.
fn lost(read: &Read, walk: &Walked) -> Vec<usize> {
    let keys = read.items.iter().enumerate();
    let unmet = keys.filter(|(_, (key, _))| walk.met(*key).is_none());
    unmet.map(|(place, _)| place).collect()
}

/// Whether a link leads elsewhere than the walk says, or to items that the walk did not meet.
pub fn disagree(all: &[Followed], walk: &Walked) -> bool {
    all.iter().any(|one| fault(one, walk).is_some())
}

/// What moved since the walk, as pages behind links show it: an item that is not as the walk met it, one that is gone
/// from among the others, another total.
pub fn moved(rounds: &[Vec<Followed>], walk: &Walked) -> Option<String> {
    let mut total = walk.totals.first;
    rounds.iter().flatten().find_map(|followed| {
        let Arrival::Page(read, _) = &followed.arrival else {
            return None;
        };
        let what = moved_on(read, walk);
        let was = total;
        total = total.or(read.total);
        let what = what.or_else(|| {
            let (was, now) = (was?, read.total?);
            (was != now).then(|| format!("the total was {was}, then {now}"))
        })?;
        Some(format!("the collection changes while it is read: {what}"))
    })
}

/// What moved on one page.
fn moved_on(read: &Read, walk: &Walked) -> Option<String> {
    let differs = |(key, content): &(u64, u32)| {
        let known = walk.met(*key);
        known.is_some_and(|(_, known)| known != 0 && known != *content)
    };
    if let Some(place) = read.items.iter().position(differs) {
        return Some(format!("item {} changed", read.shown(place)));
    }
    let met = |n: usize| Some(walk.met(read.items.get(n)?.0)?.0);
    if !walk.ended {
        // What only this page shows may come later in a walk that was not read to its end, unless all else stands as it did.
        let places: Vec<u32> = (0..read.len()).filter_map(met).collect();
        let mut pairs = places.windows(2);
        let gap = pairs.position(|pair| pair[1] != pair[0] + 1)?;
        return Some(format!(
            "what stood behind item {} is elsewhere",
            read.shown(gap)
        ));
    }
    let between = |n: &usize| {
        let pair = met(*n).zip(met(n + 1)).filter(|_| walk.has_places());
        pair.map_or(0..0, |(one, next)| one + 1..next)
    };
    let before = (0..read.len()).find(|n| !between(n).is_empty())?;
    // What stands elsewhere on the page is not gone.
    let shown: HashSet<u32> = (0..read.len()).filter_map(met).collect();
    let is_gone = |n: &usize| between(n).any(|place| !shown.contains(&place));
    let Some(before) = (before..read.len()).find(is_gone) else {
        return Some(format!("item {} stood elsewhere", read.shown(before)));
    };
    Some(format!(
        "what stood behind item {} is gone",
        read.shown(before)
    ))
}

/// Records what the links put to the test, and what is wrong with where they lead in every round; whether all rounds
/// agree.
pub fn settle(
    plan: &Plan,
    operation: usize,
    rounds: &[Vec<Followed>],
    walk: &Walked,
    seen: &mut Sightings,
) -> bool {
    let Some((first, later)) = rounds.split_first() else {
        return true;
    };
    let mut agree = true;
    let loses_nothing = clause_of(plan, operation, Sequence::WalkLosesNothing);
    for followed in first {
        let found = fault(followed, walk);
        let same = |round: &Vec<Followed>| {
            let twin = round
                .iter()
                .find(|twin| (twin.sequence, twin.page) == (followed.sequence, followed.page));
            let again = twin.and_then(|twin| fault(twin, walk));
            again.map(|fault| fault.sequence) == found.as_ref().map(|fault| fault.sequence)
        };
        if !later.iter().all(same) {
            agree = false;
            continue;
        }
        let has_items = matches!(&followed.arrival, Arrival::Page(read, _) if !read.is_empty());
        let own = clause_of(plan, operation, followed.sequence);
        let lost = loses_nothing.filter(|_| walk.is_clean() && has_items);
        for clause in own.into_iter().chain(lost) {
            seen.exercise(clause);
        }
        let Some(fault) = found else { continue };
        let Some(clause) = clause_of(plan, operation, fault.sequence) else {
            continue;
        };
        let (expected, actual) = (&fault.expected, &fault.actual);
        let said = match followed.sequence {
            Sequence::WalkLosesNothing => {
                format!("expected a larger page with {expected}, got one with {actual}")
            }
            _ => format!("expected a link to {expected}, got one to {actual}"),
        };
        Found::new(expected, actual, Location::body(&followed.pointer))
            .on(followed.page, Some(followed.exchange))
            .said(said)
            .report(plan, clause, seen);
    }
    agree
}
