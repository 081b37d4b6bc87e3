//! What was at the target before the run made anything there, as far as answers showed it. It is never the run's own.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::places::is_below;

/// How many entries of a list have a text or number in a member of that name.
pub(super) type Keys = HashMap<(String, String), usize>;

/// Paths, and what is known of them. What was seen is kept with how many things had been asked for by then.
#[derive(Default)]
pub(super) struct Before {
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    read: HashMap<String, usize>,
    /// The same of what stood in a list. What it goes by there is concluded.
    listed: HashMap<String, usize>,
    absent: HashSet<String>,
    /// With the reason.
    foreign: BTreeMap<String, String>,
}

impl Before {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that something was read.
    pub(super) fn read(&self, path: &str, count: usize) {
        let mut known = self.known();
        known.absent.remove(path);
        known.read.entry(path.to_owned()).or_insert(count);
    }

    /// Notes that something stood in a list.
    pub(super) fn listed(&self, path: String, count: usize) {
        self.known().listed.entry(path).or_insert(count);
    }

    /// Notes that nothing is at a path.
    pub(super) fn absent(&self, path: &str) {
        let mut known = self.known();
        known.read.remove(path);
        known.listed.remove(path);
        known.absent.insert(path.to_owned());
    }

    /// Notes that what was at a path was taken away, as far as the answer says.
    pub(super) fn forget(&self, path: &str) {
        let mut known = self.known();
        known.read.remove(path);
        known.listed.remove(path);
    }

    /// Notes that what is at a path is not the run's own, and why.
    pub(super) fn note_foreign(&self, path: &str, why: &str) {
        let mut known = self.known();
        known.foreign.insert(path.to_owned(), why.to_owned());
    }

    /// Whether it was read before so many things were asked for.
    pub(super) fn was_read(&self, path: &str, count: usize) -> bool {
        let read = &self.known().read;
        read.get(path).is_some_and(|at| *at <= count)
    }

    /// Whether it stood in a list before so many things were asked for.
    pub(super) fn was_listed(&self, path: &str, count: usize) -> bool {
        let listed = &self.known().listed;
        listed.get(path).is_some_and(|at| *at <= count)
    }

    /// Whether a look showed last that nothing was there.
    pub(super) fn was_absent(&self, path: &str) -> bool {
        self.known().absent.contains(path)
    }

    /// Why what is at a path, or above it, is not the run's own.
    pub(super) fn foreign(&self, path: &str) -> Option<String> {
        let known = self.known();
        let mut all = known.foreign.iter();
        let (one, why) = all.find(|(one, _)| is_below(path, one))?;
        Some(format!("{one} {why}, so it is left alone"))
    }
}
