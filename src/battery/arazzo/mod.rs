//! Arazzo 1.0 documents as cases: read with their places, resolved against the contract, made into the course that a case
//! takes. Everything that can be wrong in one is found here, before the first request.

mod circle;
mod clauses;
pub mod condition;
#[cfg(test)]
mod condition_tests;
mod criteria;
mod document;
pub mod expression;
#[cfg(test)]
mod expression_tests;
pub mod flow;
mod inputs;
mod library;
mod make;
mod names;
mod order;
#[cfg(test)]
mod order_tests;
mod request;
#[cfg(test)]
mod tests;

pub use document::{Document, ids, link, unread};

pub use request::meant;

pub(super) use clauses::add as add_clauses;
pub(super) use inputs::{all as inputs_of, is_one as is_input};
