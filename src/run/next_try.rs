//! Which try of a request comes after one that was answered so.

use crate::battery::{Case, Expects, Offer, PlannedRequest};
use crate::check::{offer, page};
use crate::exchange::Exchange;

use super::Runner;
use super::values::Try;

impl Runner<'_> {
    /// Whether a list that a valid read was answered has nothing in it.
    pub(super) fn shows_none(
        &self,
        case: &Case,
        request: &PlannedRequest,
        exchange: &Exchange,
    ) -> bool {
        let is_read = request.method == "GET" && case.derived.is_some() && case.control.is_none();
        let Some(answer) = exchange
            .answer()
            .filter(|_| is_read && is_success(exchange))
        else {
            return false;
        };
        let body = self.body_of(exchange);
        if let Some((collection, page)) = case.step().collection.as_ref().zip(body.value()) {
            let page = page::read_answer(collection, answer, page);
            return page.items.is_some_and(<[_]>::is_empty) && page.next.is_none();
        }
        let of_lists = |offer: &&Offer| match offer {
            Offer::Body(tokens) => tokens.iter().any(|token| token == "*"),
            Offer::Keys(_) => true,
            _ => false,
        };
        let mut wanted = case.offers.iter().filter(of_lists).peekable();
        wanted.peek().is_some()
            && wanted.all(|offer| offer::offered(offer, request, answer, &body).is_empty())
    }
}

/// The try that comes after one that was answered so, if another may go better: with the next body or other values where
/// the request was not taken, with other values where what they name is not there.
pub(super) fn after(tries: &[Try], at: usize, case: &Case, exchange: &Exchange) -> Option<usize> {
    if case.step().expects != Expects::Success {
        return None;
    }
    let mut later = at + 1..tries.len();
    match exchange.answer()?.status {
        400 | 422 => later.next(),
        404 | 410 => beside(tries, at),
        _ => None,
    }
}

/// The next try with other values for what the path names.
pub(super) fn beside(tries: &[Try], at: usize) -> Option<usize> {
    (at + 1..tries.len()).find(|n| tries[*n].settled != tries[at].settled)
}

pub(super) fn is_success(exchange: &Exchange) -> bool {
    exchange
        .answer()
        .is_some_and(|answer| answer.status / 100 == 2)
}

/// Whether a valid request was answered as one for something that is there already.
pub(super) fn is_conflict(case: &Case, exchange: &Exchange) -> bool {
    let status = exchange.answer().map(|answer| answer.status);
    case.step().expects == Expects::Success && status == Some(409)
}
