//! A documented schema: its places with their clauses, and itself, compiled when an operation is prepared for a run.

use std::sync::OnceLock;

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

/// A schema that is compiled when an operation is prepared for a run.
#[derive(Debug)]
pub struct Lazy {
    /// Where the schema stands in the document.
    pub pointer: String,
    compiled: OnceLock<Compiled>,
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

    /// The compiled schema; `None` before its operation was prepared.
    pub fn get(&self) -> Option<&Compiled> {
        self.compiled.get()
    }

    /// The same to pieces, made when something is wrong for the first time.
    pub fn pieces(&self, shape: &Shape) -> Option<&Pieces> {
        let compiled = self.get()?;
        let made = || Pieces::of(compiled.schema(), shape);
        self.pieces.get_or_init(made).as_ref()
    }

    /// Keeps the compiled schema; of two threads the first, as both hold the same.
    pub fn set(&self, compiled: Compiled) {
        drop(self.compiled.set(compiled));
    }
}
