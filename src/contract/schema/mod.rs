//! The schema of one body or parameter: lowered to JSON Schema and compiled for validity, and folded into a tree of
//! places for evidence. Of the two, the compiled schema decides what is broken, the tree which clause that is.

mod body;
mod branches;
mod breaking;
mod bulk;
mod circles;
mod compiled;
mod dialect;
mod draft;
mod ecma;
#[cfg(test)]
mod ecma_tests;
mod expiry;
mod flat;
mod fold;
mod formats;
mod keywords;
mod looks;
mod lower;
mod meant;
mod moment;
mod negatives;
mod nodes;
mod numbers;
mod pairs;
mod pattern;
mod phrase;
mod pieces;
#[cfg(test)]
mod pieces_tests;
mod promise;
mod ranges;
mod room;
mod shape;
mod shared;
mod sound;
mod source;
mod sources;
mod template;
mod texts;
mod values;
#[cfg(test)]
mod values_tests;
mod violation;
mod weight;

pub use body::{Body, Lazy, Outcome};

pub use breaking::{LONGEST_MADE, LONGEST_SENT, breaking, too_far};
pub use bulk::of_schema as bulk_of_patterns;
pub use compiled::Compiled;
pub use dialect::{Dialect, Direction, Travels};
pub use flat::{at as said_at, at_in as said_in, place_in};
pub use fold::{Folder, Folds};
pub use lower::{DEFAULT_KEYWORD, lower};
pub use meant::{MEANT_KEYWORD, UNKNOWN};
pub use moment::Moment;
pub use negatives::{Negative, is_reason, negatives};
pub use nodes::{is_marked, is_remark};
pub use pairs::{later, start_of};
pub use pattern::open_texts;
pub use pieces::Pieces;
pub use promise::{is_unchecked, tell};
pub use shape::{Applies, Branch, NodeIx, Shape, ShapeNode, chosen as chosen_branch};
pub use sound::known_types;
pub use template::{Counts, Numbers, Said, Template, Unfolded, What};
pub use texts::beyond;
pub use values::{bodies, fullest, sample, smallest};
pub use violation::{Violation, describe_value};
