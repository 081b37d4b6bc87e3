//! What stands behind a page without items that says that there are more: where none should be, the first page alone shows
//! nothing.

use crate::battery::PlannedRequest;
use crate::check::emptiness;
use crate::check::response::{Body, Spot};
use crate::exchange::{Answer, Exchange};
use crate::ledger::Verdict;

use super::Runner;
use super::record::{CaseRun, Control};
use super::walk::next_request;

/// So many pages are looked at before nothing is said.
const PAGES: usize = 3;

impl Runner<'_> {
    /// Notes that an answer shows nothing, and why. Where `is_asked` whether there is anything, a page without items that
    /// leads on gives back what it leads to, and why nothing is said yet.
    pub(super) fn open(
        &self,
        run: &mut CaseRun,
        (exchange, answer, body): (&Exchange, &Answer, &Body),
        is_asked: bool,
        why: String,
    ) -> Option<(String, String)> {
        run.usable &= !matches!(answer.status, 429 | 503);
        let step = self.plan.cases[run.case].step();
        let target = emptiness::onward(step, answer, body, &exchange.request.target);
        if let Some(target) = target.filter(|_| is_asked) {
            return Some((target, why));
        }
        let spot = Spot {
            exchange: run.next_number(),
            page: 0,
        };
        let page = (answer, body);
        match is_asked && emptiness::is_miscounted(self.plan, step, page, spot, &mut run.seen) {
            true => run.standing.raise(Verdict::Pass, ""),
            false => run.standing.raise(Verdict::Inconclusive, why),
        }
        None
    }

    /// Looks at what a page without items leads to, as at the page itself; `why` is what is said where that shows nothing.
    pub(super) async fn behind(
        &self,
        run: &mut CaseRun,
        request: &PlannedRequest,
        (target, mut why): (String, String),
        control: Option<Control<'_>>,
    ) {
        let step = self.plan.cases[run.case].step();
        let mut target = Some(target);
        for _ in 0..PAGES {
            let Some((next, collection)) = target.take().zip(step.collection.as_ref()) else {
                return;
            };
            let asked = next_request(step, request, collection, &next);
            let exchange = self.transport.send(asked).await;
            let is_page = exchange
                .answer()
                .is_some_and(|answer| answer.status / 100 == 2);
            if !is_page {
                // Whatever leads nowhere showed nothing.
                self.only_answer(run, request, exchange);
                break;
            }
            match self.one(run, request, exchange, control) {
                Some((onward, open)) => (target, why) = (Some(onward), open),
                None => return,
            }
        }
        run.standing.raise(Verdict::Inconclusive, why);
    }
}
