//! The same list in one larger page: what it shows, the walk over smaller ones has met.

use std::sync::Arc;

use serde_json::json;

use crate::battery::{Case, PlannedRequest};
use crate::check::links::{self, Followed};
use crate::check::page;
use crate::check::sized;
use crate::check::walk::Walked;
use crate::contract::{In, Parameter};

use super::Runner;
use super::record::CaseRun;
use super::walk::next_request;

/// How often a page that shows more than the walk is read before anybody is accused.
const ROUNDS: usize = 3;
/// How many items a larger page may have, the most first.
pub(super) const SIZES: [u64; 6] = [100, 50, 30, 20, 10, 5];
/// So many are asked for where the document says that they are the most.
const LARGEST: u64 = 200;

impl Runner<'_> {
    /// Reads the list in a larger page and compares it with a walk that agrees with itself; what keeps it from saying
    /// anything, where it showed something.
    pub(super) async fn reread(
        &self,
        run: &mut CaseRun,
        case: &Case,
        walk: &Arc<Walked>,
    ) -> Option<String> {
        let request = self.larger(run, case, walk)?;
        let mut rounds: Vec<Vec<Followed>> = Vec::new();
        while rounds.len() < ROUNDS {
            let Some(round) = self.larger_page(run, case, &request, walk).await else {
                let why = "a larger page that showed more was not answered again";
                return (!rounds.is_empty()).then(|| why.to_owned());
            };
            let is_right = !links::disagree(&round, walk);
            rounds.push(round);
            if is_right {
                break;
            }
            let moved = links::moved(&rounds, walk);
            if let Some(what) = moved {
                return Some(what);
            }
            // A walk between any two rounds: what comes or goes once cannot be in all rounds and in no walk.
            if rounds.len() < ROUNDS {
                let again = self.walk_silently(run, case, Some(walk)).await;
                if let Some(what) = again.moved() {
                    return Some(what);
                }
            }
        }
        let operation = case.step().operation;
        let agree = links::settle(self.plan, operation, &rounds, walk, &mut run.seen);
        (!agree).then(|| "a larger page shows other items when it is read again".to_owned())
    }

    /// The request of the walk for more items at once.
    fn larger(&self, run: &CaseRun, case: &Case, walk: &Walked) -> Option<PlannedRequest> {
        let step = case.step();
        let collection = step.collection.as_ref();
        let name = collection
            .filter(|one| one.is_read_larger())?
            .size
            .as_deref()?;
        if walk.pages < 2 || !walk.has_ids() {
            return None;
        }
        let operation = &self.plan.contract.operations[step.operation];
        let parameter = operation.parameter(In::Query, name)?;
        let is_larger = |size: &u64| *size > walk.first_count() && parameter.allows(&json!(size));
        let mut sizes = most(parameter).into_iter().chain(SIZES);
        let size = sizes.find(is_larger)?.to_string();
        let mut larger = run.request.clone();
        larger.target = page::with_parameter(&larger.target, name, &size);
        larger.query.insert(name.to_owned(), size);
        Some(larger)
    }

    /// Reads that page, which is judged like any other; and the next one, where it shows all that the walk met and leads on.
    async fn larger_page(
        &self,
        run: &mut CaseRun,
        case: &Case,
        request: &PlannedRequest,
        walk: &Walked,
    ) -> Option<Vec<Followed>> {
        let exchange = self.send(case, request).await;
        let (before, number) = (run.seen.breaks(), run.next_number());
        let body = self.body_of(&exchange);
        run.judge(self.plan, request, &exchange, &body, true, 0);
        let answer = exchange.answer().filter(|answer| answer.status == 200);
        let page = answer.zip(body.value());
        let larger = page.and_then(|(_, value)| links::larger(walk, value, number));
        let next =
            page.and_then(|(answer, value)| links::beyond(walk, answer, value, &request.target));
        let status = exchange.answer().map(|answer| answer.status);
        run.keep(exchange, before);
        if let Some(status) = status.filter(|status| is_refusal(*status)) {
            self.refused_again(run, case, request, (status, number))
                .await;
        }
        let mut round = vec![larger?];
        if let Some(next) = next {
            let asked = next_request(case.step(), request, walk.collection(), &next);
            let exchange = self.transport.send(asked).await;
            let (before, number) = (run.seen.breaks(), run.next_number());
            let body = self.body_of(&exchange);
            run.judge(self.plan, request, &exchange, &body, true, 0);
            let is_page = exchange.answer().is_some_and(|answer| answer.status == 200);
            let value = body.value().filter(|_| is_page);
            round.extend(value.and_then(|value| links::behind_larger(walk, value, number)));
            run.keep(exchange, before);
        }
        Some(round)
    }

    /// A size that the document allows was refused: where it is once more, that is a break.
    async fn refused_again(
        &self,
        run: &mut CaseRun,
        case: &Case,
        request: &PlannedRequest,
        (status, first): (u16, u64),
    ) {
        let again = self.send(case, request).await;
        let before = run.seen.breaks();
        let body = self.body_of(&again);
        run.judge(self.plan, request, &again, &body, true, 0);
        let is_same = again.answer().is_some_and(|one| one.status == status);
        run.keep(again, before);
        let step = case.step();
        if let Some(collection) = step.collection.as_ref().filter(|_| is_same) {
            let refused = (request, status);
            sized::accuse_refusal(self.plan, step, collection, refused, first, &mut run.seen);
        }
    }
}

/// The most items that a parameter allows, where that is a size which a page may well have.
fn most(parameter: &Parameter) -> Option<u64> {
    let allows = |size: &u64| parameter.allows(&json!(size));
    let mut sizes = (1..=LARGEST).rev();
    sizes.find(allows).filter(|size| !allows(&(size + 1)))
}

/// Whether a value is said to be wrong, rather than the time or the one who asks.
fn is_refusal(status: u16) -> bool {
    matches!(status, 400 | 422)
}
