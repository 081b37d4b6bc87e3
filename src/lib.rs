//! conform finds out, with proof, whether an HTTP API keeps its OpenAPI contract.
#![cfg_attr(
    not(test),
    deny(
        clippy::disallowed_macros,
        clippy::disallowed_methods,
        clippy::unwrap_used
    )
)]

pub mod battery;
pub mod check;
pub mod cli;
pub mod contract;
pub mod exchange;
pub mod ledger;
pub mod mock;
pub mod prove;
pub mod report;
pub mod run;
pub mod suite;
pub mod transport;
