//! What was seen of each clause, and what follows from it. Never formats.

mod verdict;

pub use verdict::{Outcome, Standing, State, Verdict};
