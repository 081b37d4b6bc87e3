//! The compiled schemas of a document, each compiled once for all that refers to it, and what of them does not compile.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::schema::{Compiled, Direction, Outcome};
use super::spec_error::SpecError;
use super::warning::{Warning, Warnings};

/// What became of the schemas that were compiled.
#[derive(Debug, Default)]
pub(super) struct Compilations {
    /// By what a reference leads to, and the way that the values go.
    known: Mutex<HashMap<(String, Direction), Outcome>>,
    warnings: Mutex<Warnings>,
    /// The bytes that the patterns of all that was compiled take.
    patterns: AtomicU64,
}

/// The most bytes that the large patterns of a document may take. Each schema has its own, also of what it only refers to.
const MOST_OF_PATTERNS: u64 = 200_000_000;

impl Compilations {
    /// What became of the schema at a pointer; it is compiled where nobody asked for it before.
    pub(super) fn outcome(
        &self,
        pointer: &str,
        direction: Direction,
        compile: impl FnOnce() -> Result<Compiled, SpecError>,
    ) -> Outcome {
        let key = (pointer.to_owned(), direction);
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outcome) = known().get(&key) {
            return outcome.clone();
        }
        let outcome = compile().map(Arc::new).map_err(|wrong| {
            let why = Arc::from(wrong.message.as_str());
            let lost = match direction {
                Direction::Request => "no value is made of it, and none is judged by it",
                Direction::Response => "no answer is judged by it",
            };
            let warnings = self.warnings.lock();
            let mut warnings = warnings.unwrap_or_else(PoisonError::into_inner);
            warnings.add(wrong, lost);
            why
        });
        known().entry(key).or_insert(outcome).clone()
    }

    /// Takes the bytes that the patterns of a schema are made to.
    ///
    /// # Errors
    /// That the document has not so much left, and what to do.
    pub(super) fn take_patterns(&self, bytes: u64) -> Result<(), String> {
        let taken = |known: u64| {
            let sum = known.saturating_add(bytes);
            (sum <= MOST_OF_PATTERNS).then_some(sum)
        };
        let order = Ordering::Relaxed;
        match self.patterns.fetch_update(order, order, taken) {
            Ok(_) => Ok(()),
            Err(_) => Err(format!(
                "with it the patterns of this document take more than {MOST_OF_PATTERNS} bytes, with all their \
                 repetitions; lower their counts, or use `maxLength`"
            )),
        }
    }

    /// What does not compile, in the order in which it was met.
    pub(super) fn warnings(&self) -> Vec<Warning> {
        let warnings = self.warnings.lock();
        let warnings = warnings.unwrap_or_else(PoisonError::into_inner);
        warnings.all().to_vec()
    }
}
