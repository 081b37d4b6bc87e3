//! The same read twice: the same items come in the same order.

use serde_json::Value;

use crate::battery::{Collection, Plan, Sequence};
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::finding::Found;
use super::page::{self, shown_key};
use super::walk_findings::clause_of;

/// What one read showed, enough to compare it with another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The pointer of the list.
    pub items: String,
    /// What its items are told apart by, in order.
    pub keys: Vec<Value>,
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
    pub fn of(collection: &Collection, body: &Value) -> Option<Read> {
        let page = page::read(collection, body);
        let keys = page.items?.iter();
        let keys = keys.map(|item| page::key_of(collection, item).clone());
        Some(Read {
            items: collection.items.clone(),
            keys: keys.collect(),
            total: page.total,
        })
    }

    /// Compares with another read of the same.
    pub fn compare(&self, other: &Read) -> Comparison {
        if self == other {
            return Comparison::Same;
        }
        let sorted = |read: &Read| {
            let mut keys: Vec<String> = read.keys.iter().map(Value::to_string).collect();
            keys.sort_unstable();
            keys
        };
        if self.total == other.total && sorted(self) == sorted(other) {
            Comparison::Reordered
        } else {
            Comparison::Changed
        }
    }
}

/// Records that the order was looked at; items that cannot be told apart have none.
pub fn exercise(plan: &Plan, operation: usize, read: &Read, seen: &mut Sightings) {
    let first = read.keys.first();
    let has_order = read.keys.iter().any(|key| Some(key) != first);
    if let Some(clause) = clause_of(plan, operation, Sequence::OrderIsStable).filter(|_| has_order)
    {
        seen.exercise(clause);
    }
}

/// Records that the order differed.
pub fn accuse(plan: &Plan, operation: usize, first: &Read, second: &Read, seen: &mut Sightings) {
    let mut pairs = first.keys.iter().zip(&second.keys).enumerate();
    let (Some(clause), Some((place, (one, other)))) = (
        clause_of(plan, operation, Sequence::OrderIsStable),
        pairs.find(|(_, (one, other))| one != other),
    ) else {
        return;
    };
    let (expected, actual) = (shown_key(one), shown_key(other));
    let location = Location::body(format!("{}/{place}", first.items));
    let sentence = format!(
        "expected entry {place} to be {expected} as at first, got {actual} when read again"
    );
    Found::new(expected, actual, location)
        .on(0, Some(1))
        .said(sentence)
        .report(plan, clause, seen);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_order_is_no_change_and_other_items_are_no_order() {
        let read = |ids: &[&str], total| Read {
            items: "/data".to_owned(),
            keys: ids.iter().copied().map(Value::from).collect(),
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
