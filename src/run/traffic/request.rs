//! A request that was seen, as one that the checks understand.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::battery::PlannedRequest;
use crate::contract::{Sent as SentRequest, SentBody};
use crate::exchange::traffic::{Seen, Sent};
use crate::exchange::{Attempt, Credentials, Exchange, Failure, FailureKind, Payload, Request};

/// Headers that the client adds by itself, or that show who asks: a curl line does without.
const NOT_ITS_OWN: [&str; 14] = [
    "accept-encoding",
    "accept-language",
    "authorization",
    "connection",
    "content-length",
    "cookie",
    "host",
    "origin",
    "priority",
    "proxy-authorization",
    "referer",
    "te",
    "transfer-encoding",
    "user-agent",
];

/// A request that was seen.
pub(super) struct Asking {
    pub(super) request: PlannedRequest,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    is_known: bool,
    knows_headers: bool,
}

impl Asking {
    /// With path and query below the base.
    pub(super) fn of(seen: &Seen, target: String, path: BTreeMap<String, String>) -> Asking {
        let text = target.split_once('?').map_or("", |(_, query)| query);
        let query: Vec<(String, String)> = text
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(pair)
            .collect();
        let own = seen.headers.iter().filter(|(name, _)| {
            let name = name.to_ascii_lowercase();
            !NOT_ITS_OWN.contains(&name.as_str()) && !name.starts_with("sec-")
        });
        let body = match &seen.body {
            Sent::Body(payload) => Some(payload.clone()),
            Sent::Nothing | Sent::Unknown => None,
        };
        let mut request = PlannedRequest::default();
        request.method.clone_from(&seen.method);
        request.target = target;
        request.query = query.iter().cloned().collect();
        request.path = path;
        request.headers = own.cloned().collect();
        request.body = body;
        Asking {
            request,
            query,
            headers: seen.headers.clone(),
            is_known: seen.body != Sent::Unknown,
            knows_headers: !seen.lacks.sent,
        }
    }

    /// As the contract reads it.
    pub(super) fn sent(&self) -> SentRequest<'_> {
        SentRequest {
            query: &self.query,
            headers: &self.headers,
            knows_headers: self.knows_headers,
            path: &self.request.path,
            body: match &self.request.body {
                Some(Payload { media_type, bytes }) => SentBody::Bytes(media_type, bytes),
                None if self.is_known => SentBody::None,
                None => SentBody::Unknown,
            },
        }
    }

    /// The whole exchange, with its URL as it may be shown.
    pub(super) fn exchange(&self, seen: Seen, url: String, operation: usize) -> Exchange {
        let shows = seen
            .headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        Exchange {
            request: Request {
                operation,
                method: seen.method,
                target: self.request.target.clone(),
                from_link: None,
                cleans: false,
                own: false,
                fresh: false,
                case: None,
                headers: self.request.headers.clone(),
                body: self.request.body.clone(),
                credentials: if shows {
                    Credentials::Valid
                } else {
                    Credentials::None
                },
            },
            url,
            headers: seen.headers,
            attempts: vec![Attempt {
                result: seen.answer.map_err(|why| Failure {
                    kind: FailureKind::NotRecorded,
                    message: why.words().to_owned(),
                }),
                took: seen.took,
                waited: std::time::Duration::ZERO,
            }],
        }
    }
}

/// A pair of the query, decoded as forms are.
fn pair(text: &str) -> (String, String) {
    let decoded = |text: &str| {
        percent_decode_str(&text.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    (decoded(name), decoded(value))
}
