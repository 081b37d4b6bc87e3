//! Cases that compare reads: the same read twice, and where the links of a page lead.

use std::hash::RandomState;
use std::sync::Arc;

use crate::battery::{Case, Collection, PlannedRequest, Sequence};
use crate::check::acceptance::{self, Acceptance};
use crate::check::links::{self, Arrival, Followed};
use crate::check::page::{self, Page};
use crate::check::repeat::{self, Comparison, Read};
use crate::check::response::{Body, Spot, read_body};
use crate::check::walk_findings::{self, is_malformed};
use crate::exchange::{Exchange, Request};
use crate::ledger::Verdict;

use super::Runner;
use super::record::CaseRun;
use super::request::fail;
use super::walk::next_request;

impl Runner<'_> {
    /// Sends the same read twice, and a third time where the two disagree.
    pub(super) async fn repeat(&self, run: &mut CaseRun) {
        let case = &self.plan.cases[run.case];
        let Some(planned) = case.step().requests.first() else {
            return;
        };
        let (Some(first), Some(second)) = (
            self.read(run, case, planned).await,
            self.read(run, case, planned).await,
        ) else {
            return;
        };
        let operation = case.step().operation;
        let comparison = first.compare(&second);
        if first.keys.is_empty() && second.keys.is_empty() {
            let why = "the page is empty, so there is no order to compare";
            return run.standing.raise(Verdict::Inconclusive, why);
        }
        if comparison == Comparison::Same {
            repeat::exercise(self.plan, operation, &first, &mut run.seen);
            return run.standing.raise(Verdict::Pass, "");
        }
        let Some(third) = self.read(run, case, planned).await else {
            return;
        };
        let changing = [first.compare(&third), second.compare(&third), comparison]
            .contains(&Comparison::Changed);
        if changing {
            let why = format!(
                "the collection changes while it is read: {} items, then {}, then {}",
                first.keys.len(),
                second.keys.len(),
                third.keys.len()
            );
            return run.standing.raise(Verdict::Inconclusive, why);
        }
        repeat::exercise(self.plan, operation, &first, &mut run.seen);
        repeat::accuse(self.plan, operation, &first, &second, &mut run.seen);
        run.standing.raise(Verdict::Pass, "");
    }

    /// One judged read of the first page; `None` where it showed nothing, which the standing then says.
    async fn read(&self, run: &mut CaseRun, case: &Case, planned: &PlannedRequest) -> Option<Read> {
        let exchange = self.send(case, planned).await;
        let body = self.judged(run, case, planned, exchange, 0)?;
        let read = case
            .step()
            .collection
            .as_ref()
            .zip(body.value())
            .and_then(|(collection, value)| Read::of(collection, value));
        if let Some(page) = case.step().collection.as_ref().zip(body.value()) {
            run.show(self.plan, &page::read(page.0, page.1));
        }
        run.pages += 1;
        run.items += read.as_ref().map_or(0, |read| read.keys.len() as u64);
        if read.is_none() {
            run.standing
                .raise(Verdict::Inconclusive, "the answer has no list of items");
        }
        read
    }

    /// Judges an answer to a valid request; `None` where it was not accepted.
    fn judged(
        &self,
        run: &mut CaseRun,
        case: &Case,
        planned: &PlannedRequest,
        exchange: Exchange,
        page: u64,
    ) -> Option<Body> {
        let before = run.seen.breaks();
        let Some(answer) = exchange.answer() else {
            if let Err(failure) = &exchange.last().result {
                fail(run, failure, false);
            }
            run.keep(exchange, before);
            return None;
        };
        let body = read_body(answer);
        run.judge(self.plan, planned, &exchange, &body, true, page);
        let spot = Spot {
            exchange: run.next_number(),
            page,
        };
        let acceptance = acceptance::judge(self.plan, case, "", answer, &body, spot, &mut run.seen);
        run.keep(exchange, before);
        match acceptance {
            Acceptance::Accepted => {
                run.accepted = true;
                Some(body)
            }
            Acceptance::Open(why) => {
                run.standing.raise(Verdict::Inconclusive, why);
                None
            }
            Acceptance::Broken => {
                run.standing.raise(Verdict::Pass, "");
                None
            }
        }
    }

    /// Follows `first`, `prev` and `last`, and compares with the walk.
    pub(super) async fn links(&self, run: &mut CaseRun) {
        let case = &self.plan.cases[run.case];
        let operation = case.step().operation;
        let known = self
            .walks
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .get(&operation)
            .cloned();
        let walk = match known {
            Some(walk) => walk,
            None => Arc::new(self.walk_silently(run, case, &RandomState::new()).await),
        };
        let Some(followed) = self.follow_all(run, case).await else {
            return;
        };
        if followed.is_empty() {
            return run.standing.raise(
                Verdict::Inconclusive,
                "no page had a first, prev or last link",
            );
        }
        // A walk that is at fault itself says nothing about where the other links should lead.
        let is_clean = walk.is_clean();
        let comparable = |followed: Vec<Followed>, run: &CaseRun| -> Vec<Followed> {
            let kept = followed.into_iter().filter(|one| {
                (is_clean || one.sequence == Sequence::FirstLink)
                    && !is_malformed(self.plan, &one.pointer, &run.seen)
            });
            kept.collect()
        };
        let followed = comparable(followed, run);
        if followed.is_empty() {
            return run.standing.raise(
                Verdict::Inconclusive,
                "the walk or the links are at fault themselves, so where they lead cannot be compared",
            );
        }
        if !links::disagree(&followed, &walk) {
            links::exercise(self.plan, operation, &followed, &walk, &mut run.seen);
            return run.standing.raise(Verdict::Pass, "");
        }
        let again = self.walk_silently(run, case, walk.hasher()).await;
        let third = self.walk_silently(run, case, walk.hasher()).await;
        let Some(second) = self.follow_all(run, case).await else {
            return;
        };
        let second = comparable(second, run);
        let is_same = again.fingerprint() == walk.fingerprint();
        if is_same && [again.order(), third.order()] != [walk.order(); 2] {
            walk_findings::reordered(self.plan, operation, &mut run.seen);
            return run.standing.raise(
                Verdict::Inconclusive,
                "the order changes from read to read, so where the links lead cannot be compared",
            );
        }
        if !is_same || !links::disagree(&second, &again) {
            let what = walk.fingerprint().difference(&again.fingerprint());
            return run.standing.raise(
                Verdict::Inconclusive,
                format!("the collection changes while it is read: {what}"),
            );
        }
        links::exercise(self.plan, operation, &second, &again, &mut run.seen);
        links::accuse(self.plan, operation, &second, &again, &mut run.seen);
        run.standing.raise(Verdict::Pass, "");
    }

    /// Fetches a page behind the first and judges it. Where the link leads to no page, the walk says so.
    async fn further(
        &self,
        run: &mut CaseRun,
        planned: &PlannedRequest,
        request: Request,
        page: u64,
    ) -> Body {
        let exchange = self.transport.send(request).await;
        let body = exchange
            .answer()
            .filter(|answer| answer.status == 200)
            .map_or(Body::Incomplete, read_body);
        let before = run.seen.breaks();
        run.judge(self.plan, planned, &exchange, &body, true, page);
        run.keep(exchange, before);
        body
    }

    /// Fetches the first pages, at most three, and follows their links.
    async fn follow_all(&self, run: &mut CaseRun, case: &Case) -> Option<Vec<Followed>> {
        let step = case.step();
        let (collection, planned) = (step.collection.as_ref()?, step.requests.first()?);
        let exchange = self.send(case, planned).await;
        let mut body = self.judged(run, case, planned, exchange, 1)?;
        let mut from = planned.target.clone();
        let mut links = PageLinks::default();
        for page_number in 1..=3 {
            let Some(value) = body.value() else { break };
            let page = page::read(collection, value);
            links.take(collection, &page, &from, page_number);
            let next = page::next_target(collection, &page, &from).filter(|_| page_number < 3);
            let Some(target) = next else { break };
            let request = next_request(step, planned, collection, &target);
            body = self.further(run, planned, request, page_number + 1).await;
            from = target;
        }
        let mut followed = Vec::new();
        for link in links.wanted() {
            match self.follow(run, case, planned, link).await {
                Some(Some(one)) => followed.push(one),
                Some(None) => {}
                None => return None,
            }
        }
        Some(followed)
    }

    /// Follows one link; an empty place for an answer that cannot be compared, `None` where nothing more should be sent.
    async fn follow(
        &self,
        run: &mut CaseRun,
        case: &Case,
        planned: &PlannedRequest,
        link: PageLink,
    ) -> Option<Option<Followed>> {
        let collection = case.step().collection.as_ref()?;
        let request = case.step().follow(planned, &link.target);
        let exchange = self.transport.send(request).await;
        let number = run.next_number();
        let before = run.seen.breaks();
        let Some(answer) = exchange.answer() else {
            if let Err(failure) = &exchange.last().result {
                fail(run, failure, false);
            }
            run.keep(exchange, before);
            return None;
        };
        let (status, body) = (answer.status, read_body(answer));
        run.judge(self.plan, planned, &exchange, &body, true, 0);
        run.keep(exchange, before);
        if matches!(status, 429 | 503) {
            let why = format!("a link was answered {status}");
            run.standing.raise(Verdict::Inconclusive, why);
            return None;
        }
        let value = body.value().filter(|_| status == 200);
        let arrival = match value.and_then(|value| Some((value, Read::of(collection, value)?))) {
            Some((value, read)) => Arrival::Page {
                keys: read.keys,
                has_next: page::read(collection, value).next.is_some(),
            },
            None if status == 200 => return Some(None),
            None => Arrival::Elsewhere(format!("status {status}")),
        };
        Some(Some(Followed {
            sequence: link.sequence,
            pointer: link.pointer,
            page: link.page,
            exchange: number,
            arrival,
        }))
    }
}

/// A link to follow: which, where it stands, and where it leads.
struct PageLink {
    sequence: Sequence,
    pointer: String,
    target: String,
    page: u64,
}

/// The links of the first pages that are worth following.
#[derive(Default)]
struct PageLinks {
    last: Option<PageLink>,
    first: Option<PageLink>,
    prev: Vec<PageLink>,
}

impl PageLinks {
    /// Takes the links of a page. A first link of the second page says more than that of the first; a prev that always
    /// leads to the first page is right on the second one by luck, so that of the third is taken too.
    fn take(&mut self, collection: &Collection, page: &Page<'_>, from: &str, number: u64) {
        let link = |sequence, pointer: &Option<String>, link: Option<&str>| {
            Some(PageLink {
                sequence,
                pointer: pointer.clone().unwrap_or_default(),
                target: page::target_of(link?, from)?,
                page: number,
            })
        };
        if number == 1 {
            self.last = link(Sequence::LastLink, &collection.last, page.last);
        } else {
            let prev = link(Sequence::PrevLink, &collection.prev, page.prev);
            self.prev.extend(prev);
        }
        if number <= 2 {
            let first = link(Sequence::FirstLink, &collection.first, page.first);
            self.first = first.or(self.first.take());
        }
    }

    fn wanted(self) -> impl Iterator<Item = PageLink> {
        let ends = self.last.into_iter().chain(self.first);
        ends.chain(self.prev)
    }
}
