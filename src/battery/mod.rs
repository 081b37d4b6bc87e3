//! Batteries: case and rule files, read with their places and made into a plan. Knows no HTTP client.

mod accept;
#[cfg(test)]
mod answer_tests;
mod answers;
pub mod arazzo;
mod awaited;
mod bodies;
mod breaks;
mod change;
mod changes;
mod chosen;
mod cost;
mod dividers;
mod draft;
mod draft_target;
#[cfg(test)]
mod draft_tests;
mod expression;
#[cfg(test)]
mod expression_tests;
mod file;
pub mod form;
mod levels;
mod load;
mod loaded;
mod make_body;
mod make_case;
mod make_request;
mod make_rule;
mod make_sorting;
mod make_sought;
mod members;
pub mod model;
mod named;
mod next;
mod order;
pub mod pack;
mod paging;
mod parameters;
mod plan;
mod planned;
mod promises;
#[cfg(test)]
mod request_tests;
mod rule;
mod rule_file;
mod shard;
mod shows;
mod size;
mod sought;
mod spoken;
mod step_file;
#[cfg(test)]
mod step_tests;
mod step_words;
#[cfg(test)]
mod table_tests;
mod traffic;
mod values;
mod waiting;
mod walk_rules;
#[cfg(test)]
mod walk_rules_tests;
mod written;

pub use bodies::{Trial, is_of_time, marked};
pub use draft::{Captured, Follow, MEMBERS, OF_CASE, PlannedRequest};
pub use expression::Expression;
pub use file::with_nearest;
pub use levels::Moved;
pub use load::Battery;
pub use loaded::{BatteryError, Loaded};
pub use model::{Accept, Collection, Does, Expects, Over, SamePlace, Weight, Whose};
pub use named::{is_link, named};
pub use next::{After, Counter, Next, Token};
pub use paging::{LAST, MORE, PAGE_SIZES, Says};
pub use plan::Plan;
pub use planned::{
    Capture, Case, DEPTHS, LeftOut, LevelWish, Listed, Listing, MAX_DEPTH, PlanError, Reading,
    Sameness, Selection, Sorting, Step,
};
pub use promises::{
    ANSWERED, AS_ASKED, AS_LISTED, BELONGS, FINDS, GONE, ID_IS_NEW, KEPT, NO_ETAG, ONCE,
    OTHERS_KEPT, REFUSED, REST_KEPT, SELECTS, SHOWS, SORTED, SORTS, UNKNOWN_ID, UNSURE, of_query,
};
pub use rule::{PREDICATES, Predicate, Rule, SEQUENCES, Sequence, Source, Test};
pub use shows::{Bound, Edge, Way, Word};
pub use sought::{Offer, Origin, Sought};
pub use values::of_parameter as documented;
