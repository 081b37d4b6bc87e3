//! The walk over all pages, streaming: a page is judged while the next one is fetched.

use std::hash::RandomState;
use std::sync::Arc;

use crate::battery::{Case, Sequence};
use crate::check::acceptance::{self, Acceptance};
use crate::check::page;
use crate::check::response::{Body, Spot, read_body};
use crate::check::walk::{Look, Step, clause_of};
use crate::contract::{Place, pointer};
use crate::exchange::{Exchange, Location};
use crate::ledger::{Break, Verdict};

use super::Runner;
use super::beside::beside;
use super::event::Event;
use super::record::CaseRun;
use super::request::fail;

/// An answer with its body, parsed where there is one.
fn read(exchange: Exchange) -> (Exchange, Body) {
    let body = exchange.answer().map_or(Body::Incomplete, read_body);
    (exchange, body)
}

/// How a look at the collection ended, besides what it noted.
enum End {
    /// At the last page, or where the walk itself found that going on is pointless.
    Done,
    /// Before that: why, and how grave.
    Short(Verdict, String),
}

impl Runner<'_> {
    /// Runs the walk, and where it disagrees with itself looks once more.
    pub(super) async fn walk(&self, run: &mut CaseRun) {
        let plan = self.plan;
        let case = &plan.cases[run.case];
        let hasher = RandomState::new();
        let (look, end) = self.look(run, case, &hasher, true).await;
        run.pages = look.pages;
        run.items = look.items;
        let mut settled = true;
        if look.disagrees() && matches!(end, End::Done) {
            let (again, _) = self.look(run, case, &hasher, false).await;
            if again.fingerprint() != look.fingerprint() {
                settled = false;
                let what = look.fingerprint().difference(&again.fingerprint());
                run.standing.raise(
                    Verdict::Inconclusive,
                    format!("the collection changes while it is read: {what}"),
                );
            } else if again.order() != look.order() {
                self.reordered(run, case);
            }
        }
        if settled {
            look.settle(plan, case.step().operation, true, &mut run.seen);
        }
        match end {
            End::Short(verdict, why) => run.standing.raise(verdict, why),
            End::Done if look.items == 0 => run.standing.raise(
                Verdict::Inconclusive,
                "the collection is empty, so nothing about items could be seen",
            ),
            End::Done => run.standing.raise(Verdict::Pass, ""),
        }
        let look = Arc::new(look);
        if settled && look.ended() {
            self.walks
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .insert(case.step().operation, look);
        }
    }

    /// One walk from the first page on; with `judge`, every page is judged.
    pub(super) async fn look_silently(&self, run: &mut CaseRun, case: &Case) -> Look {
        self.look(run, case, &RandomState::new(), false).await.0
    }

    /// Another look by the same measure.
    pub(super) async fn look_again(&self, run: &mut CaseRun, case: &Case, like: &Look) -> Look {
        self.look(run, case, like.hasher(), false).await.0
    }

    async fn look(
        &self,
        run: &mut CaseRun,
        case: &Case,
        hasher: &RandomState,
        judge: bool,
    ) -> (Look, End) {
        let plan = self.plan;
        let (Some(collection), Some(planned)) = (
            case.step().collection.as_ref(),
            case.step().requests.first(),
        ) else {
            return (Look::new(&Default::default(), "", hasher), End::Done);
        };
        let items = Place::of_pointer(&pointer::tokens(&collection.items));
        let unique = plan.clauses.iter().any(|(_, clause)| {
            clause.subject.operation == case.step().operation
                && clause.subject.keyword == "uniqueItems"
                && clause.subject.place == items
        });
        let mut look = Look::new(collection, &planned.target, hasher);
        let mut target = planned.target.clone();
        let (mut exchange, mut body) = read(self.send(case, planned).await);
        loop {
            let Some(answer) = exchange.answer() else {
                let failure = exchange.last().result.clone().err();
                let before = run.seen.breaks();
                run.keep(exchange, before);
                if let Some(failure) = failure {
                    fail(run, &failure, false);
                    return (look, End::Short(Verdict::Error, failure.message));
                }
                return (look, End::Done);
            };
            let (status, number) = (answer.status, run.next_number());
            let page_number = look.pages + 1;
            let before = run.seen.breaks();
            if status != 200 || body.value().is_none() {
                if judge {
                    run.judge(plan, planned, &exchange, &body, true, page_number);
                }
                let end = self.no_page(run, case, &mut look, &exchange, page_number);
                run.keep(exchange, before);
                return (look, end);
            }
            let value = body.value().unwrap_or(&serde_json::Value::Null);
            let step = look.page(&page::read(collection, value), &target, number, unique);
            if judge {
                run.accepted = true;
                self.listener.hear(&Event::Page {
                    id: case.id.clone(),
                    pages: look.pages,
                    items: look.items,
                });
            }
            let next = match step {
                Step::Follow(_) if look.pages >= self.options.max_pages => {
                    if judge {
                        run.judge(plan, planned, &exchange, &body, true, page_number);
                    }
                    run.keep(exchange, before);
                    let why = format!(
                        "the walk was stopped after {} pages (--max-pages)",
                        look.pages
                    );
                    return (look, End::Short(Verdict::Inconclusive, why));
                }
                Step::Follow(next) => next,
                Step::End | Step::Stop(_) => {
                    if judge {
                        run.judge(plan, planned, &exchange, &body, true, page_number);
                    }
                    run.keep(exchange, before);
                    return (
                        look,
                        match step {
                            Step::Stop(Some(why)) => End::Short(Verdict::Inconclusive, why),
                            _ => End::Done,
                        },
                    );
                }
            };
            let request = case.step().follow(planned, &next);
            let fetch = async { read(self.transport.send(request).await) };
            let fetched = if judge {
                let judged = &mut *run;
                beside(fetch, || {
                    judged.judge(plan, planned, &exchange, &body, true, page_number);
                })
                .await
            } else {
                fetch.await
            };
            run.keep(exchange, before);
            (exchange, body) = fetched;
            target = next;
        }
    }

    /// What came is no page.
    fn no_page(
        &self,
        run: &mut CaseRun,
        case: &Case,
        look: &mut Look,
        exchange: &Exchange,
        page: u64,
    ) -> End {
        let Some(answer) = exchange.answer() else {
            return End::Done;
        };
        let (status, number) = (answer.status, run.next_number());
        let spot = Spot {
            exchange: number,
            page,
        };
        if status == 200 {
            return End::Short(
                Verdict::Inconclusive,
                format!("page {page} is no JSON, so the walk ends there"),
            );
        }
        if page == 1 || status >= 500 {
            let body = read_body(answer);
            return match acceptance::judge(self.plan, case, "", answer, &body, spot, &mut run.seen)
            {
                Acceptance::Open(why) => End::Short(Verdict::Inconclusive, why),
                Acceptance::Accepted | Acceptance::Broken => {
                    End::Short(Verdict::Pass, String::new())
                }
            };
        }
        if status == 429 {
            return End::Short(
                Verdict::Inconclusive,
                format!("page {page} was answered 429, and the rate limit did not give way"),
            );
        }
        look.page_refused(status, number);
        End::Done
    }

    /// Two looks met the same items in another order.
    pub(super) fn reordered(&self, run: &mut CaseRun, case: &Case) {
        let Some(clause) = clause_of(self.plan, case.step().operation, Sequence::OrderIsStable)
        else {
            return;
        };
        let promise = self.plan.clauses.get(clause);
        run.seen.exercise(clause);
        run.seen.report(Break {
            clause,
            level: promise.level,
            message: format!(
                "{}: two walks met the same items in another order",
                promise.text
            ),
            expected: "the same order as in the first walk".to_owned(),
            actual: "another order".to_owned(),
            location: Location::Walk,
            page: 0,
            exchange: None,
            excerpt: None,
        });
    }
}
