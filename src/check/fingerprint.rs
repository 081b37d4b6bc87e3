//! What of a walk is kept to compare it with another: hashes of items, and sums of them.

use std::hash::{BuildHasher, Hash, Hasher};

use serde_json::Value;

/// What two walks at the same collection have in common, if it did not change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    pub(super) ids: u64,
    pub(super) distinct: u64,
    pub(super) items: u64,
    pub(super) totals: u64,
    pub(super) total: Option<i64>,
}

impl Fingerprint {
    /// What differs between two walks, in words.
    pub fn difference(&self, other: &Fingerprint) -> String {
        let total =
            |total: Option<i64>| total.map_or_else(|| "none".to_owned(), |total| total.to_string());
        if self.items != other.items || self.total != other.total {
            return format!(
                "{} items and a total of {} at first, {} items and a total of {} when read again",
                self.items,
                total(self.total),
                other.items,
                total(other.total)
            );
        }
        "other items, or another total on one of the pages, when read again".to_owned()
    }
}

/// A part of the hash of an item's content, whatever the order of its keys.
pub(super) fn content_hash(hasher: &foldhash::fast::RandomState, item: &Value) -> u32 {
    hash_of(hasher, item) as u32
}

/// The hash of a value, whatever the order of its keys; that of a text is the text's own.
pub(super) fn hash_of<B: BuildHasher>(hasher: &B, value: &Value) -> u64 {
    if let Value::String(text) = value {
        return hasher.hash_one(text.as_str());
    }
    let mut state = hasher.build_hasher();
    feed(value, &mut state, hasher);
    state.finish()
}

fn feed<B: BuildHasher>(value: &Value, state: &mut impl Hasher, hasher: &B) {
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
