//! Names taken apart into words, as the contract's are.

pub use crate::contract::names::{folded, folds_to, singular, words};
