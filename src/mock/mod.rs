//! The reference server: a real HTTP/1.1 server that keeps every clause of the contract, schema and prose.
//! It listens on loopback only, and nothing it answers depends on the clock but the rate-limit window and the request ids.

#![expect(
    clippy::disallowed_methods,
    reason = "a server keeps time: the rate-limit window and the request ids"
)]

mod app;
mod auth;
mod config;
mod data;
mod errors;
mod item;
mod page;
mod quota;
mod reply;
mod request;
mod respond;
mod server;
mod shapes;
#[cfg(test)]
mod socket_tests;
mod token;

pub use auth::{API_KEY, API_SECRET, Credentials, RESTRICTED_API_KEY, RESTRICTED_API_SECRET};
pub use config::{Edit, MockConfig, MockError};
pub use data::{ENVIRONMENT, OTHER_ENVIRONMENT, OTHER_PLUGIN_ID, PLUGIN_ID};
pub use quota::Quota;
pub use reply::{Reply, SeenRequest};
pub use request::IncomingRequest;
pub use respond::{Moment, respond};
pub use server::{Listener, MockServer, is_http_date};

/// The parameters of a valid request to it.
pub const PARAMETERS: [(&str, &str); 2] = [("plugin_id", PLUGIN_ID), ("environment", ENVIRONMENT)];

/// The one path that it serves, as the contract writes it.
pub const PATH: &str = "/ccpm/v1/plugins/{plugin_id}/versions";
