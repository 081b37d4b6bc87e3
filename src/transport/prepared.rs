//! A request ready for the wire, and when it is worth another attempt.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use http::{HeaderMap, Method};
use url::Url;

use crate::exchange::{BodyEnd, FailureKind};

use super::attempt::Outcome;

/// A request as it goes on the wire, and as it is shown.
pub(super) struct Prepared {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Option<Arc<Vec<u8>>>,
    pub(super) shown_url: String,
    pub(super) shown_headers: Vec<(String, String)>,
    pub(super) cleans: bool,
    /// Whether it went out, so that it may have done something.
    pub(super) is_sent: AtomicBool,
}

impl Prepared {
    /// The request for one attempt.
    pub(super) fn request(&self) -> reqwest::Request {
        let mut request = reqwest::Request::new(self.method.clone(), self.url.clone());
        *request.headers_mut() = self.headers.clone();
        let body = self.body.as_ref().map(|body| body.as_ref().clone().into());
        *request.body_mut() = body;
        request
    }
}

/// Whether another attempt may go better. Time that ran out is not tried again: it costs as much
/// again. Where the target may already have done what it was asked, neither is a request that it
/// may not do twice (RFC 9110, section 9.2.2).
pub(super) fn is_worth_another(outcome: &Outcome, method: &Method) -> bool {
    let may_repeat = method.is_idempotent();
    match &outcome.result {
        Ok(answer) if matches!(answer.status, 429 | 503) => true,
        Ok(answer) => {
            may_repeat && !outcome.is_final && matches!(answer.end, BodyEnd::BrokenOff(_))
        }
        Err(failure) => match failure.kind {
            FailureKind::Dns | FailureKind::Connect => true,
            FailureKind::Protocol => may_repeat && !outcome.is_final,
            FailureKind::Tls
            | FailureKind::Timeout
            | FailureKind::Cancelled
            | FailureKind::NotRecorded => false,
        },
    }
}
