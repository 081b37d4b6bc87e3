//! conform finds out, with proof, whether an HTTP API keeps its OpenAPI contract.
pub mod battery;
pub mod check;
pub mod cli;
pub mod contract;
pub mod ledger;
pub mod mock;
pub mod report;
pub mod run;
pub mod suite;
pub mod transport;
