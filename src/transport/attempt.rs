//! One attempt: sends a request and reads the answer within its bounds of time and size.
//! The limit of time holds from looking up the name to the last byte of the body.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, Response};
use tokio::time::{Instant, sleep_until};

use super::trouble::{self, Peer};
use crate::exchange::{Answer, BodyEnd, Failure, FailureKind};

/// What bounds one attempt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) timeout: Duration,
    /// In bytes, after decompression.
    pub(super) max_body: u64,
}

/// What came of one attempt.
pub(super) struct Outcome {
    pub(super) result: Result<Answer, Failure>,
    /// Whether another attempt would only cost the same again: the time ran out, before the answer
    /// or in the middle of its body, or the request could not be sent at all.
    pub(super) is_final: bool,
}

/// How often other tasks may run before an answer is handed on.
const YIELDS: u32 = 3;

/// Sends the request once.
pub(super) async fn attempt(
    client: &Client,
    request: reqwest::Request,
    bounds: Bounds,
    peer: &Peer,
) -> Outcome {
    let limit = Instant::now() + bounds.timeout;
    let response = tokio::select! {
        biased;
        () = sleep_until(limit) => {
            let message = format!("no answer from {} within {:?}", peer.target, bounds.timeout);
            return Outcome {
                result: Err(Failure { kind: FailureKind::Timeout, message }),
                is_final: true,
            };
        }
        response = client.execute(request) => response,
    };
    match response {
        Ok(response) => read(response, limit, bounds).await,
        Err(error) => Outcome {
            result: Err(trouble::name(&error, peer)),
            is_final: error.is_builder(),
        },
    }
}

async fn read(mut response: Response, limit: Instant, bounds: Bounds) -> Outcome {
    let status = response.status().as_u16();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let headers = response.headers().iter();
    let headers = headers
        .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
        .collect();
    let mut body = Vec::new();
    let mut is_final = false;
    let end = loop {
        // A body that never makes the reader wait must not keep the clock, or a sibling, from
        // running.
        tokio::task::consume_budget().await;
        let chunk = tokio::select! {
            biased;
            () = sleep_until(limit) => {
                is_final = true;
                let (read, timeout) = (body.len(), bounds.timeout);
                break BodyEnd::BrokenOff(format!(
                    "after {read} bytes no more came within {timeout:?}"
                ));
            }
            chunk = response.chunk() => chunk,
        };
        match chunk {
            Ok(None) => break BodyEnd::Complete,
            Ok(Some(chunk)) => {
                let room = bounds.max_body.saturating_sub(body.len() as u64);
                if (chunk.len() as u64) > room {
                    let room = usize::try_from(room).unwrap_or(usize::MAX);
                    body.extend_from_slice(&chunk[..room]);
                    let most = bounds.max_body;
                    break BodyEnd::Bounded(format!("it is longer than the {most} bytes allowed"));
                }
                body.extend_from_slice(&chunk);
            }
            Err(error) => break BodyEnd::BrokenOff(trouble::broken_off(&error, body.len())),
        }
    };
    // The client puts the connection back into its pool in a task of its own. Unless that runs first, the next request
    // opens a second connection, and a server that serves one connection at a time never answers on it.
    for _ in 0..YIELDS {
        tokio::task::yield_now().await;
    }
    let answer = Answer {
        status,
        headers,
        body: Arc::new(body),
        end,
    };
    Outcome {
        result: Ok(answer),
        is_final,
    }
}
