//! conform finds out, with proof, whether an HTTP API keeps its OpenAPI contract.
pub mod contract;
pub mod ledger;
pub mod report { pub mod model; }
pub mod transport;
