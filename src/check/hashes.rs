//! Hashes of what a collection shows: all that stays of an item, and enough to compare it with another look at it.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};

use serde_json::Value;

/// How keys and contents are hashed; looks at one collection share it, so that they can be compared.
#[derive(Debug, Clone, Default)]
pub struct Hashes {
    /// For keys and links, which a target could choose so that weaker ones collide.
    keys: RandomState,
    /// For contents, which are many bytes.
    contents: foldhash::fast::RandomState,
}

impl Hashes {
    /// The hash of what an item is told apart by; that of a text is the text's own.
    pub fn key(&self, key: &Value) -> u64 {
        match key {
            Value::String(text) => self.text(text),
            other => hash_of(&self.keys, other),
        }
    }

    /// The hash of a text.
    pub fn text(&self, text: &str) -> u64 {
        self.keys.hash_one(text)
    }

    /// A part of the hash of all that is in an item, whatever the order of its keys.
    pub fn content(&self, item: &Value) -> u32 {
        hash_of(&self.contents, item) as u32
    }
}

/// What the items of a page are told apart by: only hashes.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    hashes: Hashes,
    known: HashSet<u64, foldhash::fast::FixedState>,
}

impl Keys {
    /// These.
    pub fn of<'v>(keys: impl Iterator<Item = &'v Value>) -> Keys {
        let hashes = Hashes::default();
        let known = keys.map(|key| hashes.key(key)).collect();
        Keys { hashes, known }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Whether one is among them.
    pub fn contains(&self, key: &Value) -> bool {
        self.known.contains(&self.hashes.key(key))
    }
}

fn hash_of<B: BuildHasher>(hasher: &B, value: &Value) -> u64 {
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
