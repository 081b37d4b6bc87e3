//! Whether pages are as small as was asked for.

use serde_json::{Value, json};

use crate::battery::{Case, PlannedRequest};
use crate::check::page;
use crate::check::response::Body;
use crate::check::sized::{self, How, TooLarge};
use crate::check::walk::Walked;
use crate::contract::{In, Parameter};
use crate::exchange::Exchange;

use super::Runner;
use super::record::CaseRun;
use super::reread::SIZES;
use super::walk::next_request;

/// How many items a smaller page may have, the likeliest first.
const FEW: [u64; 7] = [2, 3, 1, 5, 10, 20, 50];
/// Why nothing is said of a page that is too large.
const OPEN: &str =
    "a page is larger than was asked for, and nothing shows that its size was not looked at";

/// A page that was asked for with a size, or without one.
struct Look {
    exchange: u64,
    body: Body,
    count: u64,
    /// Where the page behind it is.
    next: Option<String>,
}

impl Look {
    fn value(&self) -> &Value {
        self.body.value().unwrap_or(&Value::Null)
    }
}

impl Runner<'_> {
    /// Judges the first page of a walk that asked for smaller ones than that of `whole` has; where it is as large, both are
    /// looked at once more. What keeps it from saying anything, where something is amiss.
    pub(super) async fn size_kept(
        &self,
        run: &mut CaseRun,
        case: &Case,
        (whole, request): (&Walked, &PlannedRequest),
        (smaller, exchange): (&Walked, u64),
    ) -> Option<String> {
        let step = case.step();
        let collection = step.collection.as_ref()?;
        let clause = sized::clause(self.plan, step, collection)?;
        let asked = run.request.query.get(collection.size.as_deref()?)?;
        let size: u64 = asked.parse().ok()?;
        let shown = smaller.first_count();
        if (1..=size).contains(&shown) && whole.items > size {
            run.seen.exercise(clause);
        }
        if shown <= size {
            return None;
        }
        if shown != whole.first_count() {
            return Some(OPEN.to_owned());
        }
        let again = run.request.clone();
        let page = self.send(case, &again).await;
        let sized_page = self.judged(run, case, &again, page.clone(), 0)?;
        let unsized_page = self.send(case, request).await;
        let unsized_page = self.judged(run, case, request, unsized_page, 0)?;
        let pages = page
            .answer()
            .zip(sized_page.value())
            .zip(unsized_page.value());
        let ((answer, sized_page), unsized_page) = pages?;
        if !sized::is_ignored(collection, size, (answer, sized_page), unsized_page) {
            return Some(OPEN.to_owned());
        }
        let found = TooLarge {
            size,
            shown,
            how: How::Ignored,
        };
        sized::accuse(self.plan, step, collection, found, exchange, &mut run.seen);
        None
    }

    /// Asks once for fewer items than the first page of a walk over several has. What keeps the answer from saying anything,
    /// where something is amiss.
    pub(super) async fn sizes_kept(
        &self,
        run: &mut CaseRun,
        case: &Case,
        walk: &Walked,
    ) -> Option<String> {
        let step = case.step();
        let collection = step.collection.as_ref();
        let collection = collection.filter(|one| one.is_read_larger())?;
        let clause = sized::clause(self.plan, step, collection)?;
        let name = collection.size.as_deref()?;
        if walk.pages < 2 || run.request.query.contains_key(name) {
            return None;
        }
        let operation = &self.plan.contract.operations[step.operation];
        let parameter = operation.parameter(In::Query, name)?;
        let first = walk.first_count();
        let mut few = FEW.into_iter();
        let size = few.find(|size| *size < first && parameter.allows(&json!(size)))?;
        let few = self.look(run, case, Some(size)).await?;
        if (1..=size).contains(&few.count) {
            run.seen.exercise(clause);
        }
        let found = match few.count {
            count if count <= size => self.beyond_default(run, case, walk, parameter).await,
            count if count == first => self.ignored(run, case, (size, &few), parameter).await,
            _ => self.beyond(run, case, (size, &few), parameter).await,
        };
        match found {
            Some((page, exchange)) => {
                sized::accuse(self.plan, step, collection, page, exchange, &mut run.seen);
                None
            }
            None => (few.count > size).then(|| OPEN.to_owned()),
        }
    }

    /// Whether a page is the one without a size, and so is a larger one. A size that is only brought up to the least one
    /// lets larger pages be.
    async fn ignored(
        &self,
        run: &mut CaseRun,
        case: &Case,
        (size, few): (u64, &Look),
        parameter: &Parameter,
    ) -> Option<(TooLarge, u64)> {
        let collection = case.step().collection.as_ref()?;
        let larger = SIZES.into_iter().chain([few.count + 1]);
        let mut larger = larger.filter(|one| *one > few.count && parameter.allows(&json!(one)));
        // Where none is allowed, the same is asked for once more.
        let again = larger.next().unwrap_or(size);
        let again = self.look(run, case, Some(again)).await?;
        let without = self.look(run, case, None).await?;
        let is_same = |one: &Look| sized::are_alike(collection, one.value(), without.value());
        let found = TooLarge {
            size,
            shown: few.count,
            how: How::Ignored,
        };
        (is_same(few) && is_same(&again)).then_some((found, few.exchange))
    }

    /// Whether so many more items are shown than are asked for, whatever that is, and on the second page as well. What is
    /// brought up to the least size, or to a round one, is such a size already when it is asked for itself; and what is
    /// pinned stands on the first page.
    async fn beyond(
        &self,
        run: &mut CaseRun,
        case: &Case,
        (size, few): (u64, &Look),
        parameter: &Parameter,
    ) -> Option<(TooLarge, u64)> {
        let step = case.step();
        let collection = step.collection.as_ref()?;
        let more = few.count - size;
        if !parameter.allows(&json!(few.count)) {
            return None;
        }
        let second = self.look(run, case, Some(few.count)).await?;
        if second.count != few.count + more {
            return None;
        }
        let next = second.next.as_deref()?;
        let planned = run.request.clone();
        let request = next_request(step, &planned, collection, next);
        let answered = self.transport.send(request).await;
        let behind = self.seen(run, case, &planned, answered)?;
        let found = TooLarge {
            size,
            shown: few.count,
            how: How::Always(more),
        };
        (behind.count == second.count).then_some((found, few.exchange))
    }

    /// Whether a page is larger without a size than with the one that the document says is meant.
    async fn beyond_default(
        &self,
        run: &mut CaseRun,
        case: &Case,
        walk: &Walked,
        parameter: &Parameter,
    ) -> Option<(TooLarge, u64)> {
        let default = self.plan.contract.default_of(parameter)?;
        let size = default.as_u64().filter(|size| *size > 0)?;
        let shown = walk.first_count();
        if shown <= size || !parameter.allows(&default) {
            return None;
        }
        let asked = self.look(run, case, Some(size)).await?;
        let without = self.look(run, case, None).await?;
        let found = TooLarge {
            size,
            shown,
            how: How::Default,
        };
        let is_taken = (1..=size).contains(&asked.count);
        (is_taken && without.count == shown).then_some((found, without.exchange))
    }

    /// The first page of that size, or without one, which is judged like any other; `None` where it is none.
    async fn look(&self, run: &mut CaseRun, case: &Case, size: Option<u64>) -> Option<Look> {
        let collection = case.step().collection.as_ref()?;
        let name = collection.size.as_deref()?;
        let mut planned = run.request.clone();
        if let Some(size) = size {
            planned.target = page::with_parameter(&planned.target, name, &size.to_string());
            planned.query.insert(name.to_owned(), size.to_string());
        }
        let answered = self.send(case, &planned).await;
        self.seen(run, case, &planned, answered)
    }

    /// A page that came.
    fn seen(
        &self,
        run: &mut CaseRun,
        case: &Case,
        planned: &PlannedRequest,
        answered: Exchange,
    ) -> Option<Look> {
        let collection = case.step().collection.as_ref()?;
        let (before, number) = (run.seen.breaks(), run.next_number());
        let body = self.body_of(&answered);
        run.judge(self.plan, planned, &answered, &body, true, 0);
        run.keep(answered.clone(), before);
        let answer = answered.answer().filter(|answer| answer.status == 200)?;
        let page = page::read_answer(collection, answer, body.value()?);
        let count = page.items?.len() as u64;
        let next = page::next_target(collection, &page, &answered.request.target);
        Some(Look {
            exchange: number,
            body,
            count,
            next,
        })
    }
}
