//! Cases that compare reads: the same read twice, and where the links of a page lead.

use std::sync::Arc;

use crate::battery::{Case, PlannedRequest, Sequence};
use crate::check::acceptance::{self, Acceptance};
use crate::check::links::{self, Arrival, Followed};
use crate::check::page;
use crate::check::repeat::{self, Comparison, Read};
use crate::check::response::{Body, Spot, read_body};
use crate::check::walk::{Look, is_malformed};
use crate::exchange::Exchange;
use crate::ledger::Verdict;

use super::Runner;
use super::record::CaseRun;
use super::request::fail;

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
        let comparison = first.compare(&second);
        if first.ids.is_empty() && second.ids.is_empty() {
            let why = "the page is empty, so there is no order to compare";
            return run.standing.raise(Verdict::Inconclusive, why);
        }
        if comparison == Comparison::Same {
            repeat::settle(
                self.plan,
                case.step().operation,
                &first,
                &second,
                false,
                &mut run.seen,
            );
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
                first.ids.len(),
                second.ids.len(),
                third.ids.len()
            );
            return run.standing.raise(Verdict::Inconclusive, why);
        }
        repeat::settle(
            self.plan,
            case.step().operation,
            &first,
            &second,
            true,
            &mut run.seen,
        );
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
        run.pages += 1;
        run.items += read.as_ref().map_or(0, |read| read.ids.len() as u64);
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
        let known = self
            .walks
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .get(&case.step().operation)
            .cloned();
        let walk = match known {
            Some(walk) => walk,
            None => Arc::new(self.look_silently(run, case).await),
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
        let disagree = |walk: &Look, all: &[Followed]| {
            all.iter().any(|one| {
                links::fault(one, walk).is_some()
                    || (walk.is_clean() && !links::lost(one, walk).is_empty())
            })
        };
        if !disagree(&walk, &followed) {
            links::settle(
                self.plan,
                case.step().operation,
                &followed,
                &walk,
                false,
                &mut run.seen,
            );
            return run.standing.raise(Verdict::Pass, "");
        }
        let again = self.look_again(run, case, &walk).await;
        let third = self.look_again(run, case, &walk).await;
        let Some(second) = self.follow_all(run, case).await else {
            return;
        };
        let second = comparable(second, run);
        let is_same = again.fingerprint() == walk.fingerprint();
        if is_same && [again.order(), third.order()] != [walk.order(); 2] {
            self.reordered(run, case);
            return run.standing.raise(
                Verdict::Inconclusive,
                "the order changes from read to read, so where the links lead cannot be compared",
            );
        }
        if !is_same || !disagree(&again, &second) {
            let what = walk.fingerprint().difference(&again.fingerprint());
            return run.standing.raise(
                Verdict::Inconclusive,
                format!("the collection changes while it is read: {what}"),
            );
        }
        links::settle(
            self.plan,
            case.step().operation,
            &second,
            &again,
            true,
            &mut run.seen,
        );
        run.standing.raise(Verdict::Pass, "");
    }

    /// Fetches a page behind the first and judges it. Where the link leads to no page, the walk says so.
    async fn further(
        &self,
        run: &mut CaseRun,
        case: &Case,
        planned: &PlannedRequest,
        target: &str,
        page: u64,
    ) -> Body {
        let exchange = self
            .transport
            .send(case.step().follow(planned, target))
            .await;
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
        let collection = case.step().collection.as_ref()?;
        let planned = case.step().requests.first()?;
        let exchange = self.send(case, planned).await;
        let body = self.judged(run, case, planned, exchange, 1)?;
        let first_page = page::read(collection, body.value()?);
        let mut wanted: Vec<(Sequence, String, String, u64)> = Vec::new();
        let mut want =
            |sequence, pointer: &Option<String>, link: Option<&str>, from: &str, page| {
                if let Some(target) = link.and_then(|link| page::target_of(link, from)) {
                    wanted.push((sequence, pointer.clone().unwrap_or_default(), target, page));
                }
            };
        want(
            Sequence::LastLink,
            &collection.last,
            first_page.last,
            &planned.target,
            1,
        );
        let next = first_page
            .next
            .and_then(|next| page::target_of(next, &planned.target));
        let mut from_second = false;
        if let Some(target) = next {
            let body = self.further(run, case, planned, &target, 2).await;
            if let Some(value) = body.value() {
                let second = page::read(collection, value);
                want(
                    Sequence::FirstLink,
                    &collection.first,
                    second.first,
                    &target,
                    2,
                );
                want(
                    Sequence::PrevLink,
                    &collection.prev,
                    second.prev,
                    &target,
                    2,
                );
                from_second = second.first.is_some();
                // A prev that always leads to the first page is right on the second one by luck.
                let next = second.next.and_then(|next| page::target_of(next, &target));
                if let Some(target) = next {
                    let body = self.further(run, case, planned, &target, 3).await;
                    if let Some(value) = body.value() {
                        let third = page::read(collection, value);
                        want(Sequence::PrevLink, &collection.prev, third.prev, &target, 3);
                    }
                }
            }
        }
        if !from_second {
            want(
                Sequence::FirstLink,
                &collection.first,
                first_page.first,
                &planned.target,
                1,
            );
        }
        let mut followed = Vec::new();
        for (sequence, pointer, target, page) in wanted {
            let exchange = self
                .transport
                .send(case.step().follow(planned, &target))
                .await;
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
                run.standing.raise(
                    Verdict::Inconclusive,
                    format!("a link was answered {status}"),
                );
                return None;
            }
            let arrival = match body
                .value()
                .filter(|_| status == 200)
                .map(|value| (page::read(collection, value), Read::of(collection, value)))
            {
                Some((page, Some(read))) => Arrival::Page {
                    ids: read.ids,
                    has_next: page.next.is_some(),
                },
                _ if status == 200 => continue,
                _ => Arrival::Elsewhere(format!("status {status}")),
            };
            followed.push(Followed {
                sequence,
                pointer,
                page,
                exchange: number,
                arrival,
            });
        }
        Some(followed)
    }
}
