//! The schema of one response body: lowered to JSON Schema and compiled for validity, and folded into a tree of
//! places for evidence. Of the two, the compiled schema decides what is broken, the tree which clause that is.

mod compiled;
mod formats;
mod lower;
mod moment;
mod phrase;
mod shape;

pub use compiled::{Compiled, Violation, chosen as chosen_branch, describe_value};
pub use lower::{Dialect, lower};
pub use moment::Moment;
pub use shape::{Applies, Branch, NodeIx, Shape, ShapeBuilder, ShapeNode};
