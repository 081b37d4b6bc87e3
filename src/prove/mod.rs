//! Proof: breaks each clause of a contract on purpose, in a recorded world, and shows which case catches it.
//! Needs no server: every mutant is a copy of the recording in which one clause is broken.

mod answer;
mod benign;
mod edit;
mod facts;
mod matrix;
mod mutant;
mod place;
mod playback;
mod repeats;
mod rule;
mod schema;
mod selects;
mod sequence;
mod settled;
mod sorts;
mod spot;
mod state;
#[cfg(test)]
mod tests;
mod unrefused;
mod world;

pub use edit::{Edit, Sent};
pub use matrix::{Guard, Proof, Row, Trial, mutants_of, prove};
pub use mutant::Mutant;
pub use world::World;
