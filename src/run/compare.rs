//! Cases that compare what the links of a page lead to with the walk.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use crate::battery::{Case, PlannedRequest, Sequence};
use crate::check::acceptance::{self, Acceptance, Asked};
use crate::check::led;
use crate::check::links::{self, Arrival, Followed};
use crate::check::page::{self, Page};
use crate::check::response::{Body, Spot};
use crate::check::walk::Walked;
use crate::check::walk_findings::{self, Agreement, is_malformed};
use crate::exchange::{Exchange, Request};
use crate::ledger::Verdict;

use super::Runner;
use super::record::CaseRun;
use super::request::fail;
use super::walk::next_request;

/// So many times links are followed before where they lead accuses anybody.
const ROUNDS: usize = 3;

impl Runner<'_> {
    /// Judges an answer to a valid request; `None` where it was not accepted.
    pub(super) fn judged(
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
        let body = self.body_of(&exchange);
        run.judge(self.plan, planned, &exchange, &body, true, page);
        let spot = Spot {
            exchange: run.next_number(),
            page,
        };
        let asked = Asked::of(case, planned);
        let acceptance = acceptance::judge(self.plan, asked, answer, &body, spot, &mut run.seen);
        run.keep(exchange, before);
        match acceptance {
            Acceptance::Accepted | Acceptance::InBody(_) => {
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
        let walk = match self.known_walk(operation) {
            Some(walk) => walk,
            None => Arc::new(self.walk_silently(run, case, None).await),
        };
        let mut rounds: Vec<Vec<Followed>> = Vec::new();
        // A walk between any two rounds: what comes or goes once cannot be in all rounds and in no walk.
        let mut looks = vec![Arc::clone(&walk)];
        while rounds.len() < ROUNDS {
            if !rounds.is_empty() {
                looks.push(Arc::new(self.walk_silently(run, case, Some(&walk)).await));
            }
            let Some(followed) = self.follow_all(run, case, &walk).await else {
                return;
            };
            if followed.is_empty() {
                let why = "no page had a first, prev or last link";
                return run.standing.raise(Verdict::Inconclusive, why);
            }
            // A walk that is at fault itself says nothing about where the other links should lead.
            let kept = followed.into_iter().filter(|one| {
                (walk.is_clean() || one.sequence == Sequence::FirstLink)
                    && !is_malformed(self.plan, &one.pointer, &run.seen)
            });
            let round: Vec<Followed> = kept.collect();
            if round.is_empty() {
                return run.standing.raise(
                    Verdict::Inconclusive,
                    "the walk or the links are at fault themselves, so where they lead cannot be compared",
                );
            }
            let is_right = !links::disagree(&round, &walk);
            rounds.push(round);
            if let Some(what) = links::moved(&rounds, &walk).filter(|_| !is_right) {
                return run.standing.raise(Verdict::Inconclusive, what);
            }
            if is_right {
                break;
            }
        }
        if rounds.len() == ROUNDS {
            let looks: Vec<&Walked> = looks.iter().map(Arc::as_ref).collect();
            match walk_findings::agreement(&looks) {
                Agreement::Steady => {}
                Agreement::Reordered => {
                    walk_findings::reordered(self.plan, operation, &mut run.seen);
                    return run.standing.raise(
                        Verdict::Inconclusive,
                        "the order changes from read to read, so where the links lead cannot be compared",
                    );
                }
                Agreement::Open(why) => return run.standing.raise(Verdict::Inconclusive, why),
            }
        }
        // The last round found nothing wrong, or agrees with the others on what is.
        let agree = links::settle(self.plan, operation, &rounds, &walk, &mut run.seen);
        match agree {
            true => run.standing.raise(Verdict::Pass, ""),
            false => run.standing.raise(
                Verdict::Inconclusive,
                "the links lead elsewhere when they are followed again",
            ),
        }
    }

    /// The walk that an earlier case made.
    fn known_walk(&self, operation: usize) -> Option<Arc<Walked>> {
        let walks = self.walks.lock().unwrap_or_else(PoisonError::into_inner);
        walks.get(&operation).cloned()
    }

    /// Fetches a page behind the first and judges it. Where the link leads to no page, the walk says so.
    pub(super) async fn further(
        &self,
        run: &mut CaseRun,
        planned: &PlannedRequest,
        request: Request,
        page: u64,
    ) -> Body {
        let exchange = self.transport.send(request).await;
        let body = match exchange.answer() {
            Some(answer) if answer.status == 200 || answer.status >= 500 => self.body_of(&exchange),
            _ => Body::Incomplete,
        };
        let before = run.seen.breaks();
        run.judge(self.plan, planned, &exchange, &body, true, page);
        self.judge_trouble(run, planned, &exchange, page);
        run.keep(exchange, before);
        body
    }

    /// A page behind the first one is asked for as rightly as it; that a service is not available now is no fault.
    fn judge_trouble(
        &self,
        run: &mut CaseRun,
        planned: &PlannedRequest,
        exchange: &Exchange,
        page: u64,
    ) {
        let asked = Asked::of(&self.plan.cases[run.case], planned);
        let failed = exchange.answer();
        let failed = failed.filter(|answer| answer.status >= 500 && answer.status != 503);
        if let Some(answer) = failed {
            let exchange = run.next_number();
            let spot = Spot { exchange, page };
            let body = Body::Incomplete;
            acceptance::judge(self.plan, asked, answer, &body, spot, &mut run.seen);
        }
    }

    /// Fetches the first pages, at most three, and follows their links, and those of the last page: the one that `last` leads
    /// to, else the one at which the walk ended.
    async fn follow_all(
        &self,
        run: &mut CaseRun,
        case: &Case,
        walk: &Walked,
    ) -> Option<Vec<Followed>> {
        let step = case.step();
        let (collection, planned) = (step.collection.as_ref()?, &run.request.clone());
        let exchange = self.send(case, planned).await;
        let mut body = self.judged(run, case, planned, exchange, 1)?;
        let mut from = planned.target.clone();
        let (mut wanted, mut has_last) = (Vec::new(), false);
        for number in 1..=3 {
            let Some(value) = body.value() else { break };
            let page = page::read(collection, value);
            let next = page::next_target(collection, &page, &from);
            let is_last = next.is_none();
            has_last |= is_last;
            wanted.extend(links_of(walk, &page, &from, (number, is_last)));
            let Some(target) = next.filter(|_| number < 3) else {
                break;
            };
            let request = next_request(step, planned, collection, &target);
            body = self.further(run, planned, request, number + 1).await;
            from = target;
        }
        has_last |= wanted.iter().any(|link| link.is_first_last());
        if let Some(target) = walk.last_page.as_ref().filter(|_| !has_last) {
            let request = next_request(step, planned, collection, target);
            body = self.further(run, planned, request, walk.pages).await;
            let page = body.value().map(|value| page::read(collection, value));
            wanted.extend(
                page.into_iter()
                    .flat_map(|page| links_of(walk, &page, target, (0, true))),
            );
        }
        let mut arrivals: HashMap<String, Arrived> = HashMap::new();
        let mut followed = Vec::new();
        let mut wanted = std::collections::VecDeque::from(wanted);
        while let Some(link) = wanted.pop_front() {
            // What was followed already leads to the same place.
            let arrived = match arrivals.get(&link.target) {
                Some(arrived) => arrived.clone(),
                None => {
                    let arrived = self.follow(run, case, planned, &link, walk).await?;
                    arrivals.insert(link.target.clone(), arrived.clone());
                    arrived
                }
            };
            if link.is_first_last() {
                wanted.extend(arrived.links);
            }
            let Some(arrival) = arrived.arrival else {
                continue;
            };
            followed.push(Followed {
                sequence: link.sequence,
                pointer: link.pointer,
                page: link.page,
                start: link.start,
                exchange: arrived.exchange,
                arrival,
            });
        }
        Some(followed)
    }

    /// Follows one link; `None` where nothing more should be sent.
    async fn follow(
        &self,
        run: &mut CaseRun,
        case: &Case,
        planned: &PlannedRequest,
        link: &PageLink,
        walk: &Walked,
    ) -> Option<Arrived> {
        let request = case.step().follow(planned, &link.target);
        let exchange = self.transport.send(request).await;
        let (number, asked) = (run.next_number(), exchange.url.clone());
        let before = run.seen.breaks();
        let Some(answer) = exchange.answer() else {
            if let Err(failure) = &exchange.last().result {
                fail(run, failure, false);
            }
            run.keep(exchange, before);
            return None;
        };
        let (status, body) = (answer.status, self.body_of(&exchange));
        run.judge(self.plan, planned, &exchange, &body, true, 0);
        self.judge_trouble(run, planned, &exchange, 0);
        run.keep(exchange, before);
        if matches!(status, 429 | 503) {
            let why = format!("a link was answered {status}");
            run.standing.raise(Verdict::Inconclusive, why);
            return None;
        }
        let value = body.value().filter(|_| status == 200);
        let collection = case.step().collection.as_ref();
        let links = value.zip(collection).map(|(value, collection)| {
            links_of(
                walk,
                &page::read(collection, value),
                &link.target,
                (0, true),
            )
        });
        let path = |target: &str| target.split('?').next().map(str::to_owned);
        let is_own = path(&link.target) == path(&planned.target);
        let guessed = collection.filter(|one| one.guessed && !is_own);
        let is_elsewhere =
            guessed.is_some_and(|one| led::is_elsewhere(&link.link, &asked, &one.servers));
        let arrival = match value.and_then(|value| Arrival::of(walk, value)) {
            // What is there is not known.
            None if is_elsewhere => None,
            None if matches!(status, 400 | 404 | 410 | 416 | 422) => {
                Some(Arrival::Nothing(format!("status {status}")))
            }
            None if status != 200 => Some(Arrival::Elsewhere(format!("status {status}"))),
            // A page that cannot be read is another clause's business.
            arrival => arrival,
        };
        Some(Arrived {
            exchange: number,
            arrival,
            links: links.unwrap_or_default(),
        })
    }
}

/// What stands behind a link: what it is compared by, where it can be, and the links on it.
#[derive(Clone)]
struct Arrived {
    exchange: u64,
    arrival: Option<Arrival>,
    links: Vec<PageLink>,
}

/// A link to follow: which, where it stands, and where it leads.
#[derive(Clone)]
struct PageLink {
    sequence: Sequence,
    pointer: String,
    link: String,
    target: String,
    page: u64,
    start: Option<u64>,
}

impl PageLink {
    /// Whether it is the `last` link of the first page.
    fn is_first_last(&self) -> bool {
        self.sequence == Sequence::LastLink && self.page == 1
    }
}

/// The links of a page that are worth following; page 0 is the last one, however it was come to. What stands on the third
/// was seen on the second, but for `prev`: one that always leads to the first page is right on the second by luck.
fn links_of(
    walk: &Walked,
    page: &Page<'_>,
    from: &str,
    (number, is_last): (u64, bool),
) -> Vec<PageLink> {
    let collection = walk.collection();
    let is_seen = number == 3 && !is_last;
    let all = [
        (Sequence::LastLink, &collection.last, page.last, !is_seen),
        (Sequence::FirstLink, &collection.first, page.first, !is_seen),
        (Sequence::PrevLink, &collection.prev, page.prev, true),
    ];
    let worthy = all.into_iter().filter(|(.., is_worthy)| *is_worthy);
    let link = |(sequence, pointer, link, _): (_, &Option<String>, Option<&str>, _)| {
        Some(PageLink {
            sequence,
            pointer: pointer.clone()?,
            target: led::target_of(link?, from, &collection.servers)?,
            link: link?.to_owned(),
            page: number,
            start: links::start_of(walk, page),
        })
    };
    worthy.filter_map(link).collect()
}
