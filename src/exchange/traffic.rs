//! Exchanges that somebody else had, as whoever saw them wrote them down.

use std::time::Duration;

use super::{Answer, Payload};

/// What is known of the body of a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Sent {
    /// It had none.
    Nothing,
    /// It was not kept, or not all of it.
    Unknown,
    /// It is here.
    Body(Payload),
}

/// An exchange that was seen.
#[derive(Debug, Clone)]
pub struct Seen {
    /// When it began, as it is written there; empty where nobody says.
    pub started: String,
    /// The method, upper-case.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// The headers of the request.
    pub headers: Vec<(String, String)>,
    /// The body of the request.
    pub body: Sent,
    /// What is not known of it.
    pub lacks: Lacks,
    /// The answer, or why there is none that could be judged.
    pub answer: Result<Answer, Unanswered>,
    /// How long it took.
    pub took: Duration,
}

/// Which headers nobody wrote down: then none is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lacks {
    /// Those of the request.
    pub sent: bool,
    /// Those of the answer.
    pub answered: bool,
}

/// Why there is no answer that could be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unanswered {
    /// The entry is not what an exchange looks like.
    Unreadable,
    /// There is no answer.
    Missing,
    /// Its status is 0: the request was cancelled, blocked or failed.
    Status,
    /// It came from a cache, and not from the server.
    Cached,
    /// The connection became one of another protocol.
    Upgraded,
    /// It was not kept, since judging did not keep up.
    Dropped,
    /// The server could not be reached, or what it sent is no answer.
    Unreachable,
}

impl Unanswered {
    /// In words, for lists.
    pub fn words(self) -> &'static str {
        match self {
            Unanswered::Unreadable => "an entry that cannot be read",
            Unanswered::Missing => "no answer",
            Unanswered::Status => "an answer of status 0: cancelled, blocked or failed",
            Unanswered::Cached => "an answer from a cache",
            Unanswered::Upgraded => "an upgrade to another protocol",
            Unanswered::Dropped => "an answer that came faster than it could be judged",
            Unanswered::Unreachable => "no answer from the upstream, so the client got 502",
        }
    }
}
