//! Batteries: case and rule files, read with their places and made into a plan. Knows no HTTP client.

mod expression;
mod load;
mod make_case;
mod make_request;
mod make_rule;
pub mod model;
mod plan;
mod rule;

pub use expression::Expression;
pub use load::{Battery, BatteryError, Loaded, with_nearest};
pub use model::{Accept, Collection, Does, Expects, Over};
pub use plan::{Case, Plan, PlanError, PlannedRequest, Selection, Step};
pub use rule::{PREDICATES, Predicate, Rule, SEQUENCES, Sequence, Source, Test};
