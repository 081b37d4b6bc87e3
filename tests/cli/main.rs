//! The real binary, run as a user runs it: every documented command and every exit code.

mod broken;
mod chosen;
mod commands;
mod documents;
mod incomplete;
mod judge;
mod outputs;
mod prove;
mod proxy;
mod proxy_wire;
mod secrets;
#[path = "../../examples/orders/service/mod.rs"]
mod service;
mod shards;
mod snapshots;
mod support;
mod swagger;
mod target;
mod usage;
