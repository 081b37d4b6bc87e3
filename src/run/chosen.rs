//! What of a thing is of a client's choosing: what this run sent to change it, by its path, and the members whose values creates
//! took, or took no notice of.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

/// What is known of that.
#[derive(Default)]
pub(super) struct Chosen {
    known: Mutex<Known>,
}

#[derive(Default)]
pub(super) struct Known {
    /// What was sent to change what is at a path.
    pub(super) changes: HashMap<String, Vec<Value>>,
    /// The members that were shown otherwise than a create sent them, each with the path template of such things.
    pub(super) overruled: HashSet<(String, String)>,
    /// The members in which a read showed what its path asked for.
    pub(super) ids: HashSet<(usize, String)>,
    /// Those that were shown as they were sent.
    pub(super) taken: HashSet<(String, String)>,
}

impl Chosen {
    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
