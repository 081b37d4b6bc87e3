//! Pages that were asked for one after the other, judged as a walk as far as they are there. Nothing can be asked again, so
//! where a walk disagrees with itself, somebody is accused only if three walks of the same collection agree on it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::battery::{Collection, Plan};
use crate::check::page::{self, Page};
use crate::check::walk::{Onward, Walked};
use crate::check::walk_findings::{self, Agreement};
use crate::ledger::Sightings;

/// So many looks agree on a break before anybody is accused.
const LOOKS: usize = 3;
/// So many walks of an operation may be under way at once.
const UNDER_WAY: usize = 256;

/// The walks of one operation.
#[derive(Debug, Default)]
pub(super) struct Walks {
    /// By the path and query that comes next.
    open: HashMap<String, Walk>,
    /// Walks that came to their end and are compared, by where they began.
    looks: HashMap<String, Vec<Arc<Walked>>>,
}

#[derive(Debug)]
struct Walk {
    start: String,
    walked: Walked,
}

impl Walks {
    /// Takes in a page; what it means is noted.
    #[expect(
        clippy::too_many_arguments,
        reason = "a page, where it came from and where it goes"
    )]
    pub(super) fn page(
        &mut self,
        plan: &Plan,
        operation: usize,
        collection: &Collection,
        page: &Page<'_>,
        target: &str,
        exchange: u64,
        unique: bool,
        seen: &mut Sightings,
    ) {
        let walk = match self.open.remove(target) {
            Some(walk) => Some(walk),
            None => self.begun(collection, page, target),
        };
        let Some(mut walk) = walk.filter(|_| self.open.len() < UNDER_WAY) else {
            return;
        };
        match walk.walked.page(page, target, exchange, unique) {
            Onward::Follow(next) => {
                if let Some(older) = self.open.insert(next, walk) {
                    self.end(plan, operation, older, seen);
                }
            }
            Onward::Stop(_) | Onward::End => self.end(plan, operation, walk, seen),
        }
    }

    /// What was asked for as the next page was answered otherwise.
    pub(super) fn refused(
        &mut self,
        plan: &Plan,
        operation: usize,
        target: &str,
        status: u16,
        exchange: u64,
        seen: &mut Sightings,
    ) {
        let Some(mut walk) = self.open.remove(target) else {
            return;
        };
        // What else may be the reason says nothing of the link.
        if (400..500).contains(&status) && !matches!(status, 401 | 403 | 408 | 429) {
            walk.walked.page_refused(status, exchange);
        }
        self.end(plan, operation, walk, seen);
    }

    /// A walk that begins at a page, where it is a first one: nothing in its address changes on the way to the next.
    fn begun(&self, collection: &Collection, page: &Page<'_>, target: &str) -> Option<Walk> {
        let next = page::next_target(collection, page, target);
        let is_first = match &next {
            None => !target.contains('?'),
            Some(next) => pairs(target).all(|(name, value)| {
                let is_start = collection.next.is_counted() && matches!(value, "0" | "1");
                is_start || pairs(next).any(|pair| pair == (name, value))
            }),
        };
        let first = self.looks.get(target).and_then(|looks| looks.first());
        let walked = match first {
            Some(first) => Walked::again(first, target),
            None => Walked::new(collection, target),
        };
        is_first.then(|| Walk {
            start: target.to_owned(),
            walked,
        })
    }

    fn end(&mut self, plan: &Plan, operation: usize, walk: Walk, seen: &mut Sightings) {
        let Walk { start, walked } = walk;
        let known = self.looks.contains_key(&start);
        if walked.mistaken().is_some() {
            return;
        }
        if !walked.disagrees() && !known {
            walk_findings::settle(plan, operation, &[&walked], seen);
            return;
        }
        if !known && self.looks.len() >= UNDER_WAY {
            return;
        }
        let looks = self.looks.entry(start.clone()).or_default();
        looks.push(Arc::new(walked));
        if looks.len() < LOOKS {
            return;
        }
        let looks = self.looks.remove(&start).unwrap_or_default();
        let looks: Vec<&Walked> = looks.iter().map(Arc::as_ref).collect();
        match walk_findings::agreement(&looks) {
            Agreement::Open(_) => return,
            Agreement::Reordered => walk_findings::reordered(plan, operation, seen),
            Agreement::Steady => {}
        }
        walk_findings::settle(plan, operation, &looks, seen);
    }

    /// Ends what is under way; how many walks disagreed with themselves and were not seen often enough.
    pub(super) fn close(&mut self, plan: &Plan, operation: usize, seen: &mut Sightings) -> usize {
        let mut open: Vec<Walk> = std::mem::take(&mut self.open).into_values().collect();
        open.sort_by(|one, other| one.start.cmp(&other.start));
        for walk in open {
            self.end(plan, operation, walk, seen);
        }
        self.looks.len()
    }
}

/// The pairs of a query as they stand there.
fn pairs(target: &str) -> impl Iterator<Item = (&str, &str)> {
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
}
