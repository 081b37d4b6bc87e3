//! conform finds out, with proof, whether an HTTP API keeps its OpenAPI contract.
//!
//! The library's face is small: a [`Suite`] is a battery about to be run against a target, its [`Report`] says what was
//! found, and [`suite::trials`] makes a test target of it. Everything else is the program's own and may change.
//!
//! ```
//! use conform::{Outcome, Suite};
//!
//! # fn main() -> Result<(), conform::SuiteError> {
//! let report = Suite::reference().run_blocking()?;
//! assert_eq!(report.outcome, Outcome::Conformant);
//! # Ok(())
//! # }
//! ```
#![cfg_attr(
    not(test),
    deny(
        clippy::disallowed_macros,
        clippy::disallowed_methods,
        clippy::unwrap_used
    )
)]

#[doc(hidden)]
pub mod battery;
#[doc(hidden)]
pub mod check;
#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod contract;
#[doc(hidden)]
pub mod derive;
#[doc(hidden)]
pub mod exchange;
#[doc(hidden)]
pub mod ledger;
#[doc(hidden)]
pub mod mock;
#[doc(hidden)]
pub mod prove;
pub mod report;
#[doc(hidden)]
pub mod run;
pub mod suite;
#[doc(hidden)]
pub mod transport;

pub use battery::Weight;
pub use contract::Level;
pub use ledger::{Outcome, State, Verdict};
pub use report::Report;
pub use suite::{CaseOutcome, Suite, SuiteCase, SuiteError};
