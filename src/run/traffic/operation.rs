//! What was seen of one operation, and how one answer adds to it.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::battery::{Plan, PlannedRequest, Step};
use crate::check::acceptance::{self, Asked};
use crate::check::envelope::Usual;
use crate::check::page;
use crate::check::response::{Body, Spot};
use crate::contract::{ClauseIx, Place, pointer};
use crate::exchange::Answer;
use crate::ledger::Sightings;
use crate::run::record::CaseRun;

use super::walks::Walks;

/// What was seen of an operation.
pub(super) struct OfOperation {
    pub(super) run: CaseRun,
    /// Answers to requests without credentials: believed only where the source shows credentials at all.
    pub(super) without_credentials: Sightings,
    pub(super) walks: Walks,
    /// What the first valid request was answered that was a success.
    pub(super) usual: Option<Usual>,
    unique: bool,
}

/// An answer, and what was asked for it.
pub(super) struct Answered<'p> {
    pub(super) plan: &'p Plan,
    pub(super) operation: usize,
    pub(super) request: &'p PlannedRequest,
    pub(super) answer: &'p Answer,
    pub(super) body: &'p Body,
    pub(super) spot: Spot,
    /// What a valid request was answered.
    pub(super) usual: Option<&'p Usual>,
}

impl Answered<'_> {
    pub(super) fn judge(&self, step: &Step, seen: &mut Sightings) {
        let asked = Asked {
            case: &self.plan.cases[self.operation],
            step,
            request: self.request,
            valid: None,
            usual: self.usual,
            shown: None,
        };
        acceptance::judge(self.plan, asked, self.answer, self.body, self.spot, seen);
    }
}

impl OfOperation {
    pub(super) fn new(plan: &Plan, operation: usize, over: &Arc<AtomicBool>) -> OfOperation {
        let collection = plan.cases[operation].step().collection.as_ref();
        let items = collection.map(|one| Place::of_pointer(&pointer::tokens(&one.items)));
        let mut own = plan.clauses.of_operation(operation);
        let unique = own.any(|(_, clause)| {
            clause.subject.keyword == "uniqueItems" && Some(&clause.subject.place) == items.as_ref()
        });
        OfOperation {
            run: CaseRun::new(plan, operation, Arc::clone(over)),
            without_credentials: Sightings::default(),
            walks: Walks::default(),
            usual: None,
            unique,
        }
    }

    /// A request with several mistakes is refused for any of them; one that is not breaks all.
    pub(super) fn refusal(&mut self, asked: &Answered<'_>, list: &[ClauseIx]) {
        let (plan, status) = (asked.plan, asked.answer.status);
        let step = plan.cases[asked.operation].step();
        let is_success = (200..300).contains(&status);
        match list {
            [one] => asked.judge(&step.refused(plan, Some(*one), status), &mut self.run.seen),
            list if is_success => {
                for clause in list {
                    asked.judge(
                        &step.refused(plan, Some(*clause), status),
                        &mut self.run.seen,
                    );
                }
            }
            _ => asked.judge(&step.refused(plan, None, status), &mut self.run.seen),
        }
    }

    /// Keeps what the first valid request was answered that was a success, for others to be compared with.
    pub(super) fn keep_usual(
        &mut self,
        usual: Option<Usual>,
        is_valid: bool,
        answered: (u16, &Body),
    ) {
        let (status, body) = answered;
        let own = || Usual::of(body);
        let own = || Some(own()).filter(|own| own.is_refusal().is_none());
        self.usual = usual.or_else(|| own().filter(|_| is_valid && status / 100 == 2));
    }

    /// Takes in a page of a collection.
    pub(super) fn page(&mut self, asked: &Answered<'_>, target: &str) {
        let (plan, operation) = (asked.plan, asked.operation);
        let Some(collection) = plan.cases[operation].step().collection.as_ref() else {
            return;
        };
        let (walks, seen, exchange) = (&mut self.walks, &mut self.run.seen, asked.spot.exchange);
        match (asked.answer.status, asked.body.value()) {
            (200, Some(value)) => {
                let page = page::read_answer(collection, asked.answer, value);
                if let Some(items) = page.items {
                    self.run.pages += 1;
                    self.run.items += items.len() as u64;
                    walks.page(
                        plan,
                        operation,
                        collection,
                        &page,
                        target,
                        exchange,
                        self.unique,
                        seen,
                    );
                }
            }
            (status, _) => walks.refused(plan, operation, target, status, exchange, seen),
        }
    }
}
