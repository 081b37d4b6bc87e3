//! Where the `first`, `prev` and `last` links lead, compared with what the walk over `next` found.

use serde_json::Value;

use crate::battery::{Plan, Sequence};
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::finding::Found;
use super::page::shown_key;
use super::walk::Walked;
use super::walk_findings::clause_of;

/// What a link led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// A page: what its items are told apart by, in order, and whether it has a next.
    Page {
        /// The items' keys in order.
        keys: Vec<Value>,
        /// Whether it has a next.
        has_next: bool,
    },
    /// Another answer, or a page that cannot be read: what came.
    Elsewhere(String),
}

/// A link that was followed.
#[derive(Debug, Clone)]
pub struct Followed {
    /// Which link.
    pub sequence: Sequence,
    /// The pointer of the link in the page it stood on.
    pub pointer: String,
    /// The page it stood on, from 1.
    pub page: u64,
    /// The exchange within the case that followed it.
    pub exchange: u64,
    /// What came.
    pub arrival: Arrival,
}

/// What is wrong with where a link led: expected and actual; `None` where it led right.
pub fn fault(followed: &Followed, walk: &Walked) -> Option<(String, String)> {
    let (keys, has_next) = match &followed.arrival {
        Arrival::Elsewhere(what) => {
            return Some(("status 200 and a page".to_owned(), what.clone()));
        }
        Arrival::Page { keys, has_next } => (keys, *has_next),
    };
    let end = |wanted: Option<u64>, found: Option<&Value>, words: &str| {
        let same = found.map(|key| walk.hash(key)) == wanted;
        (!same).then(|| {
            (
                words.to_owned(),
                found.map_or_else(
                    || "an empty page".to_owned(),
                    |key| format!("item {}", shown_key(key)),
                ),
            )
        })
    };
    match followed.sequence {
        Sequence::FirstLink => end(
            walk.first_page_start,
            keys.first(),
            "a page that begins with the first item of the walk",
        ),
        Sequence::PrevLink => end(
            match followed.page {
                3 => walk.second_page_end,
                _ => walk.first_page_end,
            },
            keys.last(),
            "a page that ends where this one begins",
        ),
        // Behind the last item an empty page may stand; the link may lead there or to the last items.
        Sequence::LastLink
            if walk.last_page_end.is_none()
                && keys.last().map(|key| walk.hash(key)) == walk.last_item =>
        {
            None
        }
        Sequence::LastLink if has_next => Some((
            "a page without next".to_owned(),
            "a page with a next".to_owned(),
        )),
        Sequence::LastLink if keys.is_empty() && walk.last_page_end.is_none() => None,
        Sequence::LastLink => end(
            walk.last_item,
            keys.last(),
            "a page that ends with the last item of the walk",
        ),
        _ => None,
    }
}

/// Items behind a link that the walk did not meet.
pub fn lost<'f>(followed: &'f Followed, walk: &Walked) -> Vec<&'f Value> {
    match &followed.arrival {
        Arrival::Page { keys, .. } => keys.iter().filter(|key| !walk.met(key)).collect(),
        Arrival::Elsewhere(_) => Vec::new(),
    }
}

/// Whether a link leads elsewhere than the walk says, or to items that the walk did not meet.
pub fn disagree(all: &[Followed], walk: &Walked) -> bool {
    let mut all = all.iter();
    all.any(|one| fault(one, walk).is_some() || (walk.is_clean() && !lost(one, walk).is_empty()))
}

/// Records what the links put to the test.
pub fn exercise(
    plan: &Plan,
    operation: usize,
    all: &[Followed],
    walk: &Walked,
    seen: &mut Sightings,
) {
    let loses_nothing = clause_of(plan, operation, Sequence::WalkLosesNothing);
    for followed in all {
        if let Some(clause) = clause_of(plan, operation, followed.sequence) {
            seen.exercise(clause);
        }
        if let Some(clause) = loses_nothing.filter(|_| walk.ended() && compares(followed)) {
            seen.exercise(clause);
        }
    }
}

/// Records what is wrong with the links, or with the walk that they are compared with.
pub fn accuse(
    plan: &Plan,
    operation: usize,
    all: &[Followed],
    walk: &Walked,
    seen: &mut Sightings,
) {
    for followed in all {
        let missing = lost(followed, walk);
        // A last page that the walk never came to is the walk's loss, not the link's.
        let is_lost = followed.sequence == Sequence::LastLink
            && !missing.is_empty()
            && matches!(&followed.arrival, Arrival::Page { has_next, .. } if !has_next);
        let (sequence, expected, actual) = match (fault(followed, walk), missing.first()) {
            (Some((expected, actual)), _) if !is_lost => (followed.sequence, expected, actual),
            (_, Some(first)) if walk.ended() => (
                Sequence::WalkLosesNothing,
                "items that the walk met".to_owned(),
                format!(
                    "{} that only this page shows, first {}",
                    missing.len(),
                    shown_key(first)
                ),
            ),
            _ => continue,
        };
        if let Some(clause) = clause_of(plan, operation, sequence) {
            Found::new(&expected, &actual, Location::body(&followed.pointer))
                .on(followed.page, Some(followed.exchange))
                .said(format!(
                    "expected a link to {expected}, got one to {actual}"
                ))
                .report(plan, clause, seen);
        }
    }
}

/// Whether it led to a page with items that can be compared.
fn compares(followed: &Followed) -> bool {
    matches!(&followed.arrival, Arrival::Page { keys, .. } if !keys.is_empty())
}
