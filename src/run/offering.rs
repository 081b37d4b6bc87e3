//! What the answer to an accepted request is kept for: what others take from it, and whether it shows anything.

use serde_json::Value;

use crate::battery::{Case, Expects, PlannedRequest};
use crate::check::envelope::Usual;
use crate::check::repeat::Read;
use crate::check::response::Body;
use crate::check::{offer, page};
use crate::exchange::{Answer, Exchange};
use crate::ledger::Verdict;

use super::Runner;
use super::record::CaseRun;
use super::stood_on::shortened;

impl Runner<'_> {
    /// Keeps what others take from an answer.
    pub(super) fn offer(
        &self,
        run: &mut CaseRun,
        request: &PlannedRequest,
        (exchange, answer): (&Exchange, &Answer),
        body: &Body,
    ) {
        let case = &self.plan.cases[run.case];
        // What was made may be where the answer leads to (RFC 9110, section 15.4.4).
        if !matches!(answer.status, 200..300 | 303) {
            return;
        }
        for (values, offer) in run.offered.iter_mut().zip(&case.offers) {
            values.extend(offer::offered(offer, request, answer, body));
        }
        if let Some((account, id)) = self
            .account
            .and_then(|one| Some((one, one.found(exchange)?)))
        {
            let places = run.offered.iter_mut().zip(&case.offers);
            for (values, _) in places.filter(|(_, offer)| account.names_made(case, offer)) {
                values.insert(0, id.clone());
            }
        }
        self.something_to_see(run, case, answer, body);
        if self.is_compared(run.case) {
            let ids = request.path.values().map(|id| Value::from(id.as_str()));
            run.valid = body.value().map(|body| (shortened(body), ids.collect()));
        }
        if let Some(body) = body.value() {
            run.looks = self.looks(run.case, (answer, body), &request.target);
        }
        if self.is_usual(run.case) {
            run.usual = Some(Usual::of(body));
        }
    }

    /// A valid read that shows nothing is no pass.
    fn something_to_see(&self, run: &mut CaseRun, case: &Case, answer: &Answer, body: &Body) {
        let Some(collection) = case
            .step()
            .collection
            .as_ref()
            .filter(|_| case.step().expects == Expects::Success)
        else {
            return;
        };
        let page = body.value();
        match page.map(|value| page::read_answer(collection, answer, value)) {
            Some(page) => {
                let items = page.items.map_or(0, <[_]>::len);
                run.show(self.plan, &page);
                if self.is_read_again(run.case) {
                    run.read = body
                        .value()
                        .and_then(|value| Read::of(collection, value, &self.hashes));
                }
                run.pages += 1;
                run.items += items as u64;
                if items == 0 && page.next.is_none() {
                    let why = if page.items.is_some() {
                        "the collection is empty, so nothing about items could be seen"
                    } else {
                        "the answer has no list of items"
                    };
                    run.standing.raise(Verdict::Inconclusive, why);
                }
            }
            None => run.standing.raise(
                Verdict::Inconclusive,
                "the answer is no JSON, so nothing about items could be seen",
            ),
        }
    }
}
