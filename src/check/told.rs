//! What a step sent and was answered, as far as later steps are compared with it.

use serde_json::Value;

use crate::battery::SamePlace;
use crate::exchange::{Exchange, Payload, Request};

use super::alike::{Eye, is_alike, is_nothing};
use super::response::Body;

/// The two bodies of a step that was taken, and what else tells what they are about.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// What was sent, where it is JSON.
    pub sent: Option<Value>,
    /// What was answered, where it is JSON.
    pub answered: Option<Value>,
    /// What the read that is compared with it showed before that, if it did.
    pub before: Option<Value>,
    /// What was sent for the thing when it was made, where the case made it.
    pub given: Option<Value>,
    /// What the same read showed when it was tried before.
    pub looks: Vec<Value>,
    /// Whether it was sent in the place of what was there: what it does not have is there no more.
    pub replaces: bool,
    /// Its path and query.
    pub target: String,
    /// Where its answer leads, by the `Location` header.
    pub location: Option<String>,
    /// When it was answered, by the `Date` header.
    pub date: Option<String>,
    /// All that this run sent before of what the read is about, as far as it is known: what made it, and what changed it.
    pub chosen: Vec<Value>,
    /// The members of such things of which a create took no notice.
    pub overruled: Vec<String>,
    /// Those that were shown as they were sent.
    pub taken: Vec<String>,
}

impl Told {
    /// The bodies of a request and of the answer to it.
    pub fn of(request: &Request, body: &Body) -> Told {
        let sent = request.body.as_ref();
        Told {
            sent: sent.and_then(|body| serde_json::from_slice(&body.bytes).ok()),
            answered: body.value().cloned(),
            replaces: request.method == "PUT" || sent.is_some_and(is_merged),
            target: request.target.clone(),
            ..Told::default()
        }
    }

    /// The same of an exchange, with what the headers of the answer tell.
    pub fn of_exchange(exchange: &Exchange, body: &Body) -> Told {
        let answer = exchange.answer();
        let header = |name: &str| Some(answer?.header(name).next()?.to_owned());
        Told {
            location: header("Location"),
            date: header("Date"),
            ..Told::of(&exchange.request, body)
        }
    }

    /// What the answer shows at a place.
    pub fn shown(&self, place: &SamePlace) -> Option<&Value> {
        let answered = self.answered.as_ref()?;
        answered.pointer(shown_at(answered, place))
    }
}

/// Whether a list in a body takes the place of the one that was there (RFC 7396).
fn is_merged(body: &Payload) -> bool {
    body.media_type.starts_with("application/merge-patch+json")
}

/// Where an answer shows a place: as the read does, or as it was sent.
pub fn shown_at<'p>(answered: &Value, place: &'p SamePlace) -> &'p str {
    match answered.pointer(&place.here) {
        Some(_) => &place.here,
        None => &place.there,
    }
}

/// Whether what is shown is what was sent, as far as servers may write it otherwise.
pub fn is_as_sent(sent: &Value, shown: &Value) -> bool {
    is_alike(sent, Some(shown), Eye::Mild)
}

/// Whether a value tells, by being shown as it was sent, that it was kept: what a server says by itself may be 0, 1 or true, too.
pub fn is_telling(value: &Value) -> bool {
    !is_nothing(value) && *value != Value::Bool(true) && value.as_f64() != Some(1.0)
}
