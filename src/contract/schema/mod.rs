//! The schema of one response body: lowered to JSON Schema and compiled for validity, and folded into a tree of
//! places for evidence. Of the two, the compiled schema decides what is broken, the tree which clause that is.

mod compiled;
mod formats;
mod lower;
mod shape;

pub use compiled::{Compiled, Violation, describe_value};
pub use formats::is_asserted;
pub use lower::{Dialect, lower};
pub use shape::{Applies, Branch, KeywordClause, NodeIx, Shape, ShapeBuilder, ShapeNode};
