//! What a create made, as it is noted: whether it is something new.

use crate::battery::{Does, Expects, ONCE};
use crate::check::response::Spot;
use crate::check::{created, defaulted};
use crate::exchange::Exchange;

use super::Runner;
use super::record::CaseRun;

impl Runner<'_> {
    /// Notes whether the answer to a valid create shows the defaults of what was not sent.
    pub(super) fn note_defaults(&self, run: &mut CaseRun, exchange: &Exchange) {
        let case = &self.plan.cases[run.case];
        let is_valid = case.derived.is_some() && case.control.is_none() && case.steps.len() == 1;
        let step = case.step();
        if is_valid && case.does == Does::Request && step.expects == Expects::Success {
            let (exchange_at, page) = (run.next_number(), 0);
            let spot = Spot {
                exchange: exchange_at,
                page,
            };
            defaulted::judge(self.plan, case, exchange, spot, &mut run.seen);
        }
    }

    /// Notes whether what an exchange made is something new.
    pub(super) fn note_made(&self, run: &mut CaseRun, exchange: &Exchange) {
        let step = &self.plan.cases[run.case].steps[run.step];
        run.planted.take(step, exchange);
        if let Some(is_new) = self.account.and_then(|one| one.made_new(exchange)) {
            let (exchange, page) = (run.next_number(), 0);
            let named = |clause| self.plan.clauses.get(clause).subject.name();
            // What is sent once more with the same key is to give what was made first.
            let is_once = step
                .same
                .as_ref()
                .is_some_and(|(_, clause)| named(*clause) == ONCE);
            if is_once {
                return;
            }
            let spot = Spot { exchange, page };
            created::judge(self.plan, step.operation, is_new, spot, &mut run.seen);
        }
    }
}
