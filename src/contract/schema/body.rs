//! A documented schema: its places with their clauses, and itself, compiled when an operation is prepared for a run.

use std::sync::{Arc, OnceLock};

use super::compiled::Compiled;
use super::pieces::Pieces;
use super::shape::Shape;
use super::template::Unfolded;

/// The schema of a body or a parameter.
#[derive(Debug)]
pub struct Body {
    /// The places and their clauses, laid out when they are first looked at.
    pub shape: Unfolded,
    /// The compiled schema.
    pub schema: Lazy,
}

/// A compiled schema, shared by all that refer to it; or why it does not compile.
pub type Outcome = Result<Arc<Compiled>, Arc<str>>;

/// A schema that is compiled when an operation is prepared for a run.
#[derive(Debug)]
pub struct Lazy {
    /// Where the schema stands in the document.
    pub pointer: String,
    compiled: OnceLock<Outcome>,
    pieces: OnceLock<Option<Pieces>>,
}

impl Lazy {
    /// The schema at that pointer.
    pub fn at(pointer: String) -> Lazy {
        Lazy {
            pointer,
            compiled: OnceLock::new(),
            pieces: OnceLock::new(),
        }
    }

    /// The compiled schema; `None` before its operation was prepared, and where it does not compile.
    pub fn get(&self) -> Option<&Compiled> {
        self.compiled.get()?.as_deref().ok()
    }

    /// Why it does not compile, where it was found not to.
    pub fn why_not(&self) -> Option<&str> {
        self.compiled.get()?.as_ref().err().map(|why| &**why)
    }

    /// Whether it was compiled, or found not to compile.
    pub fn is_settled(&self) -> bool {
        self.compiled.get().is_some()
    }

    /// The same to pieces, made when something is wrong for the first time.
    pub fn pieces(&self, shape: &Shape) -> Option<&Pieces> {
        let compiled = self.get()?;
        let made = || Pieces::of(compiled.schema(), shape);
        self.pieces.get_or_init(made).as_ref()
    }

    /// Keeps what became of it; of two threads the first, as both hold the same.
    pub fn settle(&self, outcome: Outcome) {
        drop(self.compiled.set(outcome));
    }
}
