//! The same read twice: the same items come in the same order.

use crate::battery::{Collection, Plan, Sequence};
use crate::exchange::Location;
use crate::ledger::{Break, Sightings};

use super::page;
use super::walk::clause_of;

/// What one read showed, enough to compare it with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The pointer of the list.
    pub items: String,
    /// The ids in order.
    pub ids: Vec<String>,
    /// The total, where one is given.
    pub total: Option<i64>,
}

/// How two reads compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The same items in the same order.
    Same,
    /// The same items in another order.
    Reordered,
    /// Other items, or another total.
    Changed,
}

impl Read {
    /// Reads a page.
    pub fn of(collection: &Collection, body: &serde_json::Value) -> Option<Read> {
        let page = page::read(collection, body);
        let ids = page
            .items?
            .iter()
            .map(|item| {
                page::identity(collection, item)
                    .unwrap_or_default()
                    .to_owned()
            })
            .collect();
        Some(Read {
            items: collection.items.clone(),
            ids,
            total: page.total,
        })
    }

    /// Compares with another read of the same.
    pub fn compare(&self, other: &Read) -> Comparison {
        if self == other {
            return Comparison::Same;
        }
        let sorted = |read: &Read| {
            let mut ids = read.ids.clone();
            ids.sort_unstable();
            ids
        };
        if self.total == other.total && sorted(self) == sorted(other) {
            Comparison::Reordered
        } else {
            Comparison::Changed
        }
    }
}

/// Records that the order was looked at, and with `accuse` that it differed.
pub fn settle(
    plan: &Plan,
    operation: usize,
    first: &Read,
    second: &Read,
    accuse: bool,
    seen: &mut Sightings,
) {
    let Some(clause) = clause_of(plan, operation, Sequence::OrderIsStable) else {
        return;
    };
    if first.ids.len() < 2 {
        return;
    }
    seen.exercise(clause);
    if !accuse {
        return;
    }
    let place = first
        .ids
        .iter()
        .zip(&second.ids)
        .position(|(a, b)| a != b)
        .unwrap_or_default();
    let (expected, actual) = (first.ids[place].clone(), second.ids[place].clone());
    let promise = plan.clauses.get(clause);
    seen.report(Break {
        clause,
        level: promise.level,
        message: format!(
            "{}: entry {place} was {} at first and {} when read again",
            promise.text,
            super::shown(&expected),
            super::shown(&actual)
        ),
        expected,
        actual,
        location: Location::body(format!("{}/{place}", first.items)),
        page: 0,
        exchange: Some(1),
        excerpt: None,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_order_is_no_change_and_other_items_are_no_order() {
        let read = |ids: &[&str], total| Read {
            items: "/data".to_owned(),
            ids: ids.iter().map(|id| id.to_string()).collect(),
            total,
        };
        let base = read(&["a", "b", "c"], Some(3));
        assert_eq!(base.compare(&base), Comparison::Same);
        assert_eq!(
            base.compare(&read(&["b", "a", "c"], Some(3))),
            Comparison::Reordered
        );
        assert_eq!(
            base.compare(&read(&["a", "b", "d"], Some(3))),
            Comparison::Changed
        );
        assert_eq!(
            base.compare(&read(&["b", "a", "c"], Some(4))),
            Comparison::Changed
        );
    }
}
