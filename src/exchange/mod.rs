//! One exchange with the target: what is asked, what comes back, where in it something was seen; without secrets, in
//! reports and recordings. Never sends, never judges.

pub mod auth;
mod beginnings;
mod claim;
pub mod credentials;
#[cfg(test)]
mod credentials_tests;
pub mod curl;
mod encoded;
pub mod har;
mod header_login;
mod hidden;
mod location;
mod needles;
mod own_words;
pub mod recording;
mod redact;
#[cfg(test)]
mod redact_tests;
mod shard;
mod spelling;
#[cfg(test)]
mod spelling_tests;
mod stand_in;
mod together;
pub mod traffic;

pub use claim::Credentials;
pub(crate) use claim::word;
pub use hidden::{Hidden, cookies_set};
pub use location::Location;
pub use needles::SHORTEST;
pub use own_words::OwnWords;
pub use recording::{Recording, RecordingError, StoodIn};
pub use redact::Redactor;
pub use shard::Shard;

use std::sync::Arc;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Whether what has this media type, in lower case and without parameters, need not end.
pub(crate) fn is_stream(media: &str) -> bool {
    const STREAMS: [&str; 6] = [
        "text/event-stream",
        "application/x-ndjson",
        "application/ndjson",
        "application/jsonl",
        "application/json-seq",
        "multipart/x-mixed-replace",
    ];
    STREAMS.contains(&media)
}

/// What stays unescaped in a query parameter (RFC 3986, section 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A name or a value of the query, percent-encoded.
pub(crate) fn escaped(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// A request to the target, before credentials become a header.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Request {
    /// The operation it is a request to, as index into the contract's operations.
    pub operation: usize,
    /// Upper-case.
    pub method: String,
    /// Path and query as they go on the wire, relative to the base URL and beginning with `/`; percent-encoded.
    pub target: String,
    /// Where `target` came from a link, and so may begin with the base URL's own path prefix already: the target of the
    /// case's own request, which never does.
    pub from_link: Option<String>,
    /// Names and values of its own headers, cookies among them; credentials and the headers of every request come besides.
    pub headers: Vec<(String, String)>,
    /// The body, if it has one.
    pub body: Option<Payload>,
    /// Who it claims to be.
    pub credentials: Credentials,
    /// Whether it takes away what the run made, and so is sent when the run is over, too.
    pub cleans: bool,
    /// Whether what it names is to be what the run itself made, and nothing else.
    pub own: bool,
    /// Whether its path has a text that this very run made up, so that nobody else has it.
    pub fresh: bool,
    /// The id of the case that it is sent for; none for what the run does for itself. It makes no other request of it.
    pub case: Option<Arc<str>>,
}

/// The body of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Payload {
    /// Its media type, as `Content-Type` says it; empty where none is said.
    pub media_type: String,
    /// Its bytes.
    pub bytes: Arc<Vec<u8>>,
}

/// What makes two requests the same to a recording.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// The operation.
    pub operation: usize,
    /// Upper-case.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Its own headers.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Option<Payload>,
    /// Who it claims to be.
    pub credentials: Credentials,
}

impl Request {
    /// What makes it the same as another to a recording.
    pub fn key(&self) -> Key {
        Key {
            operation: self.operation,
            method: self.method.clone(),
            target: self.target.clone(),
            headers: self.headers.clone(),
            body: self.body.clone(),
            credentials: self.credentials,
        }
    }
}

/// The largest body that is read, in bytes after decompression, unless the user says otherwise.
pub const MAX_BODY: u64 = 16 * 1024 * 1024;

/// How the reading of a body ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BodyEnd {
    /// It came whole.
    Complete,
    /// The connection broke off or fell silent, or the content coding is corrupt: why. That is the target's doing.
    BrokenOff(String),
    /// We did not read it, or not all of it: which bound of ours stopped the reading, and the flag that moves it.
    Unread(String),
}

/// A response as it came; not yet redacted, never written anywhere as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Name and value in the order received; bytes that are no UTF-8 are replaced.
    pub headers: Vec<(String, String)>,
    /// The body, decompressed, as far as it was read.
    pub body: Arc<Vec<u8>>,
    /// How its reading ended.
    pub end: BodyEnd,
}

impl Answer {
    /// The values of a header, whatever its case.
    pub fn header<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers
            .iter()
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// Why no response came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Failure {
    /// What kind of trouble.
    pub kind: FailureKind,
    /// The cause, named: a lower-case fragment without secrets.
    pub message: String,
}

/// The kinds of trouble that bring no response at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The name could not be looked up.
    Dns,
    /// The connection was refused or could not be made.
    Connect,
    /// The TLS handshake failed.
    Tls,
    /// No answer within the time.
    Timeout,
    /// The target closed the connection, or what it sent is no HTTP.
    Protocol,
    /// The run's time is over, or it was interrupted.
    Cancelled,
    /// The recording holds no answer to this request.
    NotRecorded,
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// What came back.
    pub result: Result<Answer, Failure>,
    /// From sending to the end of the body.
    pub took: Duration,
    /// How long was waited after it, before the next one.
    pub waited: Duration,
}

/// One request with all its attempts; the last one counts, there is always one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The request.
    pub request: Request,
    /// The URL as sent, without user information.
    pub url: String,
    /// The request's headers, credentials already replaced by a word for what they are.
    pub headers: Vec<(String, String)>,
    /// The attempts, in order.
    pub attempts: Vec<Attempt>,
}

impl Exchange {
    /// The attempt that counts.
    pub fn last(&self) -> &Attempt {
        self.attempts
            .last()
            .expect("an exchange has at least one attempt")
    }

    /// The answer that counts, if any came.
    pub fn answer(&self) -> Option<&Answer> {
        self.last().result.as_ref().ok()
    }
}
