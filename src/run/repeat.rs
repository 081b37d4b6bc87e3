//! Cases that send the same read again: the same items come in the same order.

use crate::battery::{Case, Collection, PlannedRequest};
use crate::check::page;
use crate::check::repeat::{self, Read, Reads};
use crate::ledger::Verdict;

use super::Runner;
use super::record::CaseRun;
use super::walk::next_request;

impl Runner<'_> {
    /// Sends the same read again, and more often where the answers disagree.
    pub(super) async fn repeat(&self, run: &mut CaseRun, first: Option<Read>) {
        let case = &self.plan.cases[run.case];
        let step = case.step();
        let planned = &run.request.clone();
        let Some(collection) = &step.collection else {
            return;
        };
        // The control's own read is the first. A case that somebody wrote sends its request twice all the same, and does not
        // need it.
        let mut earlier = first.iter().count();
        let least = if case.derived.is_none() { 2 } else { 1 };
        let mut reads: Vec<Read> = first.into_iter().collect();
        let mut next = None;
        let mut said = Reads::More;
        while said == Reads::More || reads.len() < earlier + least {
            let Some((read, onward)) = self.read(run, case, planned, collection).await else {
                return;
            };
            reads.push(read);
            next = onward;
            said = repeat::compare(&reads);
            if matches!(said, Reads::Open(_)) && earlier > 0 && least > 1 {
                reads.remove(0);
                earlier = 0;
                said = repeat::compare(&reads);
            }
        }
        let first = &reads[0];
        match said {
            Reads::Same | Reads::More if first.is_empty() => {
                let why = "the page is empty, so there is no order to compare";
                return run.standing.raise(Verdict::Inconclusive, why);
            }
            Reads::Open(why) => return run.standing.raise(Verdict::Inconclusive, why),
            Reads::Same | Reads::More | Reads::Reordered(_) => {}
        }
        repeat::exercise(self.plan, step.operation, first, &mut run.seen);
        if let Reads::Reordered(other) = said {
            let (pair, exchange) = ((first, &reads[other]), (other - earlier) as u64);
            let (plan, items) = (self.plan, &collection.items);
            repeat::accuse(plan, step.operation, items, pair, exchange, &mut run.seen);
        } else if let Some(target) = next.filter(|_| case.derived.is_none()) {
            self.repeat_second(run, planned, collection, &target).await;
        }
        run.standing.raise(Verdict::Pass, "");
    }

    /// The same of the second page, which another hand may sort than the first.
    async fn repeat_second(
        &self,
        run: &mut CaseRun,
        planned: &PlannedRequest,
        collection: &Collection,
        target: &str,
    ) {
        let step = self.plan.cases[run.case].step();
        let begin = run.next_number();
        let mut reads: Vec<Read> = Vec::new();
        let mut said = Reads::More;
        while said == Reads::More {
            let request = next_request(step, planned, collection, target);
            let body = self.further(run, planned, request, 2).await;
            let read = body.value();
            let Some(read) = read.and_then(|value| Read::of(collection, value, &self.hashes))
            else {
                return;
            };
            reads.push(read);
            said = repeat::compare(&reads);
        }
        if let Reads::Reordered(other) = said {
            let (pair, exchange) = ((&reads[0], &reads[other]), begin + other as u64);
            let (plan, items) = (self.plan, &collection.items);
            repeat::accuse(plan, step.operation, items, pair, exchange, &mut run.seen);
        }
    }

    /// One judged read of the first page, and where its next one is; `None` where it showed nothing, which the standing
    /// then says.
    async fn read(
        &self,
        run: &mut CaseRun,
        case: &Case,
        planned: &PlannedRequest,
        collection: &Collection,
    ) -> Option<(Read, Option<String>)> {
        let exchange = self.send(case, planned).await;
        let body = self.judged(run, case, planned, exchange, 0)?;
        let mut next = None;
        let read = body
            .value()
            .and_then(|value| Read::of(collection, value, &self.hashes));
        if let Some(value) = body.value() {
            let page = page::read(collection, value);
            run.show(self.plan, &page);
            next = page::next_target(collection, &page, &planned.target);
        }
        run.pages += 1;
        run.items += read.as_ref().map_or(0, |read| read.len() as u64);
        if read.is_none() {
            run.standing
                .raise(Verdict::Inconclusive, "the answer has no list of items");
        }
        Some((read?, next))
    }
}
