//! What operations answer where they do what they are asked, so that an answer of success is known that refuses in its body:
//! it made nothing, took nothing away, and shows nothing that is there.

use serde_json::Value;

use crate::check::envelope::{InBody, Usual};
use crate::check::response::{Body, read_body};
use crate::exchange::Exchange;

use super::made::Keeping;

impl Keeping<'_> {
    /// What says that an answer of success refuses in its body, where it does.
    pub(super) fn refused_within(&self, exchange: &Exchange) -> Option<String> {
        let (operation, body) = self.success(exchange)?;
        let usual = self.usual();
        match usual.get(&operation).and_then(|usual| usual.refusal(&body)) {
            Some(InBody::Surely(sign)) => Some(sign),
            Some(InBody::Perhaps(_)) => None,
            None => Usual::of_value(&body).is_refusal(),
        }
    }

    /// Whether an answer of success says in its body that nothing is there: only what is known to be answered otherwise where
    /// something is.
    pub(super) fn is_absent_within(&self, exchange: &Exchange) -> bool {
        let Some((operation, body)) = self.success(exchange) else {
            return false;
        };
        let usual = self.usual();
        let refusal = usual.get(&operation).and_then(|usual| usual.refusal(&body));
        matches!(refusal, Some(InBody::Surely(_)))
    }

    /// The operation and the body of an answer of success.
    fn success(&self, exchange: &Exchange) -> Option<(usize, Value)> {
        let answer = exchange
            .answer()
            .filter(|answer| answer.status / 100 == 2)?;
        match read_body(answer, self.plan.reading) {
            Body::Json(body, _) if body.is_object() => Some((exchange.request.operation, body)),
            _ => None,
        }
    }

    /// Notes what an operation answers, where that is no refusal: the first such answer, or the first that shows an earlier
    /// one to be none of a success.
    pub(super) fn note_usual(&self, exchange: &Exchange) {
        let is_read = |operation| self.resources.iter().any(|one| one.read == Some(operation));
        let is_looked_at = exchange.request.method != "GET" || is_read(exchange.request.operation);
        // A body is read once more only where it is looked at.
        let Some((operation, body)) = is_looked_at.then(|| self.success(exchange)).flatten() else {
            return;
        };
        let own = Usual::of_value(&body);
        let mut usual = self.usual();
        let is_better = usual
            .get(&operation)
            .is_none_or(|known| own.is_refusal().is_none() && known.is_refused_beside(&own));
        if is_better {
            usual.insert(operation, own);
        }
    }
}
