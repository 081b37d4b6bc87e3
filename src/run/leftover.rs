//! Takes away what an earlier run left.

use std::convert::Infallible;

use crate::exchange::Request;
use crate::transport::{LiveConfig, LiveTransport, Transport as _, TransportError};

use super::clean::refused;

/// Something that an earlier run left.
#[derive(Debug, Clone)]
pub struct Leftover {
    /// The operation that deletes it.
    pub operation: usize,
    /// Its URL.
    pub url: String,
    /// Its path and query.
    pub target: String,
    /// Names and values of the headers that the request has.
    pub headers: Vec<(String, String)>,
}

/// Deletes what an earlier run left, until `over` comes back; why each is still there, by its URL.
///
/// # Errors
/// The client cannot be set up.
pub async fn delete(
    config: LiveConfig,
    things: Vec<Leftover>,
    over: impl Future<Output = ()>,
) -> Result<Vec<(String, Option<String>)>, TransportError> {
    let transport = LiveTransport::new(config)?;
    let watch = async {
        over.await;
        transport.cancel();
        std::future::pending::<Infallible>().await
    };
    tokio::select! {
        out = deleted(&transport, things) => Ok(out),
        never = watch => match never {},
    }
}

async fn deleted(
    transport: &LiveTransport,
    things: Vec<Leftover>,
) -> Vec<(String, Option<String>)> {
    let mut out = Vec::with_capacity(things.len());
    for thing in things {
        let request = Request {
            operation: thing.operation,
            method: "DELETE".to_owned(),
            target: thing.target,
            headers: thing.headers,
            ..Request::default()
        };
        let exchange = transport.send(request).await;
        out.push((thing.url, refused(&exchange)));
    }
    out
}
