//! Which try of a request comes after one that was answered so.

use serde_json::Value;

use crate::battery::{Case, Expects, Offer, PlannedRequest};
use crate::check::{complaint, offer, page, words};
use crate::exchange::Exchange;

use super::Runner;
use super::values::{Done, Try};

/// How many tries are made of what refusals name, one after the other.
const NAMED: usize = 2;

impl Runner<'_> {
    /// The try with what the refusal of one names, where no try was like it.
    pub(super) fn as_named(
        &self,
        done: &Done<'_>,
        tries: &[Try],
        at: usize,
        (case, planned, exchange): (&Case, &PlannedRequest, &Exchange),
    ) -> Option<Try> {
        let answer = exchange.answer()?;
        let is_refused = matches!(answer.status, 400 | 422) && planned.like().is_none();
        let of_valid = case.step().expects == Expects::Success && case.derived.is_some();
        if !is_refused || !of_valid || at >= NAMED {
            return None;
        }
        let body = self.body_of(exchange);
        let text = words::said(answer, &body).unwrap_or_default();
        let named = |among: &[&str]| {
            let found = complaint::members(&body, &text, among);
            found.into_iter().map(str::to_owned).collect()
        };
        let one = done.with_named(case.step().operation, planned, &tries[at], named)?;
        tries
            .iter()
            .all(|known| !known.is_like(&one))
            .then_some(one)
    }

    /// Whether a list that a valid read was answered has nothing in it.
    pub(super) fn shows_none(
        &self,
        case: &Case,
        request: &PlannedRequest,
        exchange: &Exchange,
    ) -> bool {
        let is_read = request.method == "GET" && case.derived.is_some() && case.control.is_none();
        // Nothing was made of no items.
        let is_empty = request
            .body
            .as_ref()
            .is_some_and(|body| **body.bytes == *b"[]")
            && case.derived.is_some();
        let answer = exchange.answer().filter(|_| is_success(exchange));
        let Some(answer) = answer.filter(|_| is_read || is_empty) else {
            return false;
        };
        let body = self.body_of(exchange);
        if is_empty {
            let shown = body.value().and_then(Value::as_array);
            return answer.body.is_empty() || shown.is_some_and(Vec::is_empty);
        }
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
        409 if case.derived.is_some() => with_another_body(tries, at),
        _ => None,
    }
}

/// The try that may have what one has nothing of: of something else, or with another body.
pub(super) fn other(tries: &[Try], at: usize) -> Option<usize> {
    match tries[at].body {
        Some(_) => Some(at + 1).filter(|next| *next < tries.len()),
        None => beside(tries, at),
    }
}

/// The next try of the same with another body.
pub(super) fn with_another_body(tries: &[Try], at: usize) -> Option<usize> {
    let own = &tries[at];
    (at + 1..tries.len()).find(|n| {
        tries[*n].settled == own.settled && tries[*n].body.is_some() && tries[*n].body != own.body
    })
}

/// The next try with other values for what the path names.
fn beside(tries: &[Try], at: usize) -> Option<usize> {
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
