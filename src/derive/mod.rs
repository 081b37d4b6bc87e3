//! The battery of a contract that nobody wrote one for: cases and bindings made from the document alone. Pure: the same
//! contract and wish give the same cases, and none does what a case file could not say.

pub mod gentle;
pub mod ids;
pub mod pages;
pub mod words;
