//! What a step sent and was answered, as far as later steps are compared with it.

use serde_json::Value;

use crate::battery::SamePlace;
use crate::exchange::{Exchange, Request};

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
    /// Its path and query.
    pub target: String,
    /// Where its answer leads, by the `Location` header.
    pub location: Option<String>,
}

impl Told {
    /// The bodies of a request and of the answer to it.
    pub fn of(request: &Request, body: &Body) -> Told {
        let sent = request.body.as_ref();
        Told {
            sent: sent.and_then(|body| serde_json::from_slice(&body.bytes).ok()),
            answered: body.value().cloned(),
            target: request.target.clone(),
            ..Told::default()
        }
    }

    /// The same of an exchange, with what the headers of the answer tell.
    pub fn of_exchange(exchange: &Exchange, body: &Body) -> Told {
        let answer = exchange.answer();
        let location = answer.and_then(|answer| answer.header("Location").next());
        Told {
            location: location.map(str::to_owned),
            ..Told::of(&exchange.request, body)
        }
    }

    /// What the answer shows at a place.
    pub fn shown(&self, place: &SamePlace) -> Option<&Value> {
        let answered = self.answered.as_ref()?;
        answered.pointer(shown_at(answered, place))
    }
}

/// Where an answer shows a place: as the read does, or as it was sent.
pub fn shown_at<'p>(answered: &Value, place: &'p SamePlace) -> &'p str {
    match answered.pointer(&place.here) {
        Some(_) => &place.here,
        None => &place.there,
    }
}
