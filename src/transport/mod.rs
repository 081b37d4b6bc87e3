//! How a request becomes an exchange: over the wire, out of a recording, or out of a recording broken on purpose.
//! A transport never judges; what it returns says what was sent, what came back, and what went wrong on the way.

#![expect(
    clippy::disallowed_methods,
    reason = "time-outs, pace and durations need the clock"
)]

mod attempt;
mod client;
mod coding;
mod config;
mod credentials;
#[cfg(test)]
mod credentials_tests;
mod live;
#[cfg(test)]
mod live_tests;
mod pace;
mod prepared;
pub mod proxy;
#[cfg(test)]
mod raw_server;
mod recorded;
mod target;
mod thread;
#[cfg(test)]
mod tls_tests;
mod trouble;
mod trust;
pub mod whole;

pub use coding::undo_coding;
pub use config::{LiveConfig, TransportError};
pub use live::LiveTransport;
pub use recorded::{Recorder, Replay, cancelled, not_recorded};

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use crate::exchange::{Exchange, Request};

/// A future that a transport returns when it waits.
pub type Pausing<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// A future that a transport returns.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Exchange> + Send + 'a>>;

/// Turns requests into exchanges.
pub trait Transport: Send + Sync {
    /// Sends one request, retries included. Never fails: trouble is part of the exchange.
    fn send(&self, request: Request) -> Sending<'_>;

    /// Lets time go by before something is asked again. A recording shows what came then, so nothing waits for it.
    fn pause(&self, time: Duration) -> Pausing<'_>;
}

/// No pause: for what plays answers back that are there.
pub fn at_once() -> Pausing<'static> {
    Box::pin(std::future::ready(()))
}
