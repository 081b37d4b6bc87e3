//! Proof: breaks each clause of a contract on purpose, in a recorded world, and shows which case catches it.
//! Needs no server: every mutant is a copy of the recording in which one clause is broken.

mod answer;
mod benign;
mod breaking;
mod matrix;
mod mutant;
mod place;
mod rule;
mod schema;
mod sequence;
mod world;

pub use matrix::{Fate, Guard, Proof, Row, mutants_of, prove};
pub use mutant::{Edit, Mutant, Sent};
pub use world::World;
