//! What was seen of each clause, and what follows from it. Never formats.

mod baseline;
mod baseline_text;
mod book;
mod reasons;
mod sightings;
mod tally;
mod untaken;
mod verdict;

pub use baseline::{Baseline, Entry};
pub use book::{CaseResult, ClauseStanding, Finding, Gate, Settled, settle};
pub use sightings::{Break, Broken, EXAMPLES_KEPT, Excerpt, Sightings};
pub use verdict::{CUT_SHORT, Outcome, Standing, State, Verdict};
