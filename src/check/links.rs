//! Where the `first`, `prev` and `last` links lead, compared with what the walk over `next` found.

use crate::battery::{Plan, Sequence};
use crate::contract::ClauseIx;
use crate::exchange::Location;
use crate::ledger::{Break, Sightings};

use super::walk::{Look, clause_of};

/// What a link led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrival {
    /// A page: its ids in order, and whether it has a next.
    Page {
        /// The ids in order.
        ids: Vec<String>,
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
pub fn fault(followed: &Followed, walk: &Look) -> Option<(String, String)> {
    let (ids, has_next) = match &followed.arrival {
        Arrival::Elsewhere(what) => return Some(("200 and a page".to_owned(), what.clone())),
        Arrival::Page { ids, has_next } => (ids, *has_next),
    };
    let end = |wanted: Option<u64>, found: Option<&String>, words: &str| {
        let same = found.map(|id| walk.hash(id)) == wanted;
        (!same).then(|| {
            (
                words.to_owned(),
                found.map_or_else(
                    || "an empty page".to_owned(),
                    |id| format!("item {}", super::shown(id)),
                ),
            )
        })
    };
    match followed.sequence {
        Sequence::FirstLink => end(
            walk.first_page_start,
            ids.first(),
            "a page that begins with the first item of the walk",
        ),
        Sequence::PrevLink => end(
            match followed.page {
                3 => walk.second_page_end,
                _ => walk.first_page_end,
            },
            ids.last(),
            "a page that ends where this one begins",
        ),
        // Behind the last item an empty page may stand; the link may lead there or to the last items.
        Sequence::LastLink
            if walk.last_page_end.is_none()
                && ids.last().map(|id| walk.hash(id)) == walk.last_item =>
        {
            None
        }
        Sequence::LastLink if has_next => Some((
            "a page without next".to_owned(),
            "a page with a next".to_owned(),
        )),
        Sequence::LastLink if ids.is_empty() && walk.last_page_end.is_none() => None,
        Sequence::LastLink => end(
            walk.last_item,
            ids.last(),
            "a page that ends with the last item of the walk",
        ),
        _ => None,
    }
}

/// Items behind a link that the walk did not meet.
pub fn lost<'f>(followed: &'f Followed, walk: &Look) -> Vec<&'f str> {
    match &followed.arrival {
        Arrival::Page { ids, .. } => ids
            .iter()
            .map(String::as_str)
            .filter(|id| !id.is_empty() && !walk.met(id))
            .collect(),
        Arrival::Elsewhere(_) => Vec::new(),
    }
}

/// Records what the links put to the test, and with `accuse` what is wrong.
pub fn settle(
    plan: &Plan,
    operation: usize,
    all: &[Followed],
    walk: &Look,
    accuse: bool,
    seen: &mut Sightings,
) {
    for followed in all {
        let Some(clause) = clause_of(plan, operation, followed.sequence) else {
            continue;
        };
        seen.exercise(clause);
        let missing = lost(followed, walk);
        // A last page that the walk never came to is the walk's loss, not the link's.
        let is_lost = followed.sequence == Sequence::LastLink
            && !missing.is_empty()
            && matches!(
                followed.arrival,
                Arrival::Page {
                    has_next: false,
                    ..
                }
            );
        if let Some((expected, actual)) = fault(followed, walk).filter(|_| accuse && !is_lost) {
            report(plan, clause, followed, expected, actual, seen);
            continue;
        }
        if let Some(clause) =
            clause_of(plan, operation, Sequence::WalkLosesNothing).filter(|_| walk.ended())
        {
            seen.exercise(clause);
            if let Some(first) = missing.first().filter(|_| accuse) {
                let actual = format!(
                    "{} that only this page shows, first {}",
                    missing.len(),
                    super::shown(first)
                );
                report(
                    plan,
                    clause,
                    followed,
                    "items that the walk met".to_owned(),
                    actual,
                    seen,
                );
            }
        }
    }
}

fn report(
    plan: &Plan,
    clause: ClauseIx,
    followed: &Followed,
    expected: String,
    actual: String,
    seen: &mut Sightings,
) {
    let promise = plan.clauses.get(clause);
    seen.report(Break {
        clause,
        level: promise.level,
        message: format!("{}: it led to {actual}, not to {expected}", promise.text),
        expected,
        actual,
        location: Location::body(&followed.pointer),
        page: followed.page,
        exchange: Some(followed.exchange),
        excerpt: None,
    });
}
