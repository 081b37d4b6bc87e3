//! A break that a check saw, made into words in one place.

use crate::battery::Plan;
use crate::contract::{ClauseIx, Level};
use crate::exchange::Location;
use crate::ledger::{Break, Excerpt, Sightings};

/// Where in a case an answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The exchange within the case, from 0.
    pub exchange: u64,
    /// The page of a walk, from 1; 0 outside a walk.
    pub page: u64,
}

/// What was expected, what came instead, and where.
pub(super) struct Found {
    expected: String,
    actual: String,
    location: Location,
    level: Option<Level>,
    page: u64,
    exchange: Option<u64>,
    excerpt: Option<Excerpt>,
    sentence: Option<String>,
}

impl Found {
    pub(super) fn new(
        expected: impl Into<String>,
        actual: impl Into<String>,
        location: Location,
    ) -> Found {
        Found {
            expected: expected.into(),
            actual: actual.into(),
            location,
            level: None,
            page: 0,
            exchange: None,
            excerpt: None,
            sentence: None,
        }
    }

    /// In this answer.
    pub(super) fn at(self, spot: Spot) -> Found {
        self.on(spot.page, Some(spot.exchange))
    }

    /// On this page, in this exchange of the case.
    pub(super) fn on(self, page: u64, exchange: Option<u64>) -> Found {
        Found {
            page,
            exchange,
            ..self
        }
    }

    /// With the piece of the body around it.
    pub(super) fn with(self, excerpt: Option<Excerpt>) -> Found {
        Found { excerpt, ..self }
    }

    /// Weighing otherwise than its clause.
    pub(super) fn weighing(self, level: Level) -> Found {
        Found {
            level: Some(level),
            ..self
        }
    }

    /// In a sentence of its own.
    pub(super) fn said(self, sentence: String) -> Found {
        Found {
            sentence: Some(sentence),
            ..self
        }
    }

    /// Reports it as a break of the clause; where the clause has enough details already, it is only counted.
    pub(super) fn report(self, plan: &Plan, clause: ClauseIx, seen: &mut Sightings) {
        if !seen.wants_details(clause) {
            return seen.count_break(clause);
        }
        let promise = plan.clauses.get(clause);
        let sentence = self.sentence.unwrap_or_else(|| {
            let (expected, actual) = (&self.expected, &self.actual);
            let (what, place) = match &self.location {
                Location::Status => ("status ", String::new()),
                other => match other.pointer().filter(|pointer| !pointer.is_empty()) {
                    Some(pointer) => ("", format!(" at {pointer}")),
                    None => ("", String::new()),
                },
            };
            // Often the promise in words is all there is to expect.
            match *expected == promise.text {
                true => format!("got {actual}{place}"),
                false => format!("expected {what}{expected}, got {actual}{place}"),
            }
        });
        seen.report(Break {
            clause,
            level: self.level.unwrap_or(promise.level),
            message: format!("{}: {sentence}", promise.text),
            expected: self.expected,
            actual: self.actual,
            location: self.location,
            page: self.page,
            exchange: self.exchange,
            excerpt: self.excerpt,
        });
    }
}
