//! One attempt: sends a request and reads the answer within its bounds of time and size.
//! The limit of time holds for the head, from looking up the name on, and for every silence in the body.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Response};
use tokio::time::{Instant, sleep_until};

use super::coding::{Decoder, Trouble};
use super::trouble::{self, Peer};
use crate::exchange::{self, Answer, BodyEnd, Failure, FailureKind};

/// What bounds one attempt.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// For the head, and for each silence in the body.
    pub(super) timeout: Duration,
    /// In bytes, after decompression.
    pub(super) max_body: u64,
    /// The end of the whole run.
    pub(super) deadline: Option<Instant>,
}

impl Bounds {
    /// When waiting that begins now ends, and whether it is the run that ends then.
    fn limit(&self) -> (Instant, bool) {
        let silence = Instant::now() + self.timeout;
        match self.deadline {
            Some(deadline) if deadline <= silence => (deadline, true),
            _ => (silence, false),
        }
    }
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

/// What every answer of a run says that its time cut.
const OVER: &str = "the time of the whole run is over; give it more with --max-time";

/// The failure of what the end of the run does not let begin or end.
pub(super) fn out_of_time() -> Failure {
    Failure {
        kind: FailureKind::Cancelled,
        message: OVER.to_owned(),
    }
}

/// Sends the request once.
pub(super) async fn attempt(
    client: &Client,
    request: reqwest::Request,
    bounds: Bounds,
    peer: &Peer,
) -> Outcome {
    let (limit, is_over) = bounds.limit();
    let response = tokio::select! {
        biased;
        () = sleep_until(limit) => {
            let (target, timeout) = (&peer.target, bounds.timeout);
            let late = || Failure {
                kind: FailureKind::Timeout,
                message: format!("no answer from {target} within {timeout:?}; give it more with --timeout"),
            };
            return Outcome {
                result: Err(if is_over { out_of_time() } else { late() }),
                is_final: true,
            };
        }
        response = client.execute(request) => response,
    };
    match response {
        Ok(response) => read(response, bounds).await,
        Err(error) => Outcome {
            result: Err(trouble::name(&error, peer)),
            is_final: error.is_builder(),
        },
    }
}

async fn read(mut response: Response, bounds: Bounds) -> Outcome {
    let status = response.status().as_u16();
    let headers = response.headers().iter();
    let headers = headers
        .map(|(name, value)| (name.to_string(), text(value.as_bytes())))
        .collect();
    let mut decoder = Decoder::new(response.headers(), bounds.max_body);
    let mut is_final = false;
    let is_stream = is_stream(response.headers());
    let given_up = Instant::now() + bounds.timeout;
    let end = loop {
        // A body that never makes the reader wait must not keep the clock, or a sibling, from
        // running.
        tokio::task::consume_budget().await;
        let (limit, is_over) = bounds.limit();
        let chunk = tokio::select! {
            biased;
            () = sleep_until(limit) => {
                is_final = true;
                let (read, timeout) = (decoder.len(), bounds.timeout);
                break match is_over {
                    true => BodyEnd::Unread(format!("after {read} bytes of the body {OVER}")),
                    false => BodyEnd::BrokenOff(format!(
                        "after {read} bytes no more came within {timeout:?}"
                    )),
                };
            }
            () = sleep_until(given_up), if is_stream => {
                let (read, timeout) = (decoder.len(), bounds.timeout);
                break BodyEnd::Unread(format!(
                    "the answer is a stream, of which {read} bytes came within {timeout:?}; read more with --timeout"
                ));
            }
            chunk = response.chunk() => chunk,
        };
        let took = match chunk {
            Ok(Some(chunk)) => decoder.push(&chunk),
            Ok(None) => match decoder.finish() {
                Ok(()) => break complete(&decoder),
                trouble => trouble,
            },
            Err(error) => break trouble::broken_off(&error, decoder.len()),
        };
        match took {
            Ok(()) => {}
            Err(Trouble::Full) => {
                let most = bounds.max_body;
                break BodyEnd::Unread(format!(
                    "the body is longer than the {most} bytes that are read; read more with --max-body"
                ));
            }
            Err(Trouble::Corrupt(why)) => {
                let read = decoder.len();
                break BodyEnd::BrokenOff(format!(
                    "its content coding is corrupt after {read} bytes ({why})"
                ));
            }
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
        body: Arc::new(decoder.into_bytes()),
        end,
    };
    Outcome {
        result: Ok(answer),
        is_final,
    }
}

/// Whether a body need not end, by its media type.
fn is_stream(headers: &HeaderMap) -> bool {
    let named = headers.get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    let named = String::from_utf8_lossy(named.unwrap_or_default()).to_ascii_lowercase();
    exchange::is_stream(named.split(';').next().unwrap_or_default().trim())
}

/// A body that came whole, if its coding is one that can be undone.
fn complete(decoder: &Decoder) -> BodyEnd {
    match decoder.left_coded() {
        None => BodyEnd::Complete,
        Some(why) => BodyEnd::Unread(format!(
            "{why}; ask for another one with --header 'Accept-Encoding: gzip'"
        )),
    }
}

/// The value of a header: UTF-8, or where it is not, each byte the character of that number (ISO 8859-1).
fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
