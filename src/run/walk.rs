//! The walk over all pages, streaming: a page is judged while the next one is fetched.

use std::sync::{Arc, PoisonError};

use crate::battery::{Case, Collection, Next, PlannedRequest, Step};
use crate::check::acceptance::{self, Acceptance, Asked};
use crate::check::page;
use crate::check::response::{Body, Spot};
use crate::check::walk::{Onward, Walked};
use crate::check::walk_findings::{self, Agreement};
use crate::contract::{Place, pointer};
use crate::exchange::{Exchange, Request};
use crate::ledger::Verdict;

use super::Runner;
use super::event::Event;
use super::overlap::{is_large, work_while_fetching};
use super::record::CaseRun;
use super::request::fail;

/// The request for the next page: a link is followed as it stands, all else belongs to the case's own request.
pub(super) fn next_request(
    step: &Step,
    planned: &PlannedRequest,
    collection: &Collection,
    target: &str,
) -> Request {
    let path = |target: &str| target.split('?').next().map(str::to_owned);
    match collection.next {
        Next::Link(_) | Next::LinkHeader(_) => step.follow(planned, target),
        // What was guessed to be a token was a link.
        Next::Token(_) | Next::TokenHeader(_) if path(target) != path(&planned.target) => {
            step.follow(planned, target)
        }
        _ => Request {
            target: target.to_owned(),
            ..step.send(planned)
        },
    }
}

/// Whether a walk in smaller pages shows that they are. Nothing behind the last item of the first one would say that all are
/// on it, and they are not.
fn is_in_pages(walked: &Walked) -> bool {
    let is_behind = matches!(walked.collection().next, Next::After(_));
    let has_second = walked.pages > 1 && !(is_behind && walk_findings::is_one_page(walked));
    has_second && walked.mistaken().is_none()
}

/// How a walk ended, besides what it noted.
enum End {
    /// At the last page, or where the walk itself found that going on is pointless.
    Done,
    /// Before that: why, and how grave.
    Short(Verdict, String),
}

impl End {
    /// Why it says less than a whole walk.
    fn why(self) -> Option<String> {
        match self {
            End::Done => None,
            End::Short(_, why) if why.is_empty() => {
                Some("the walk was answered otherwise when it was done again".to_owned())
            }
            End::Short(_, why) => Some(why),
        }
    }
}

impl Runner<'_> {
    /// Runs the walk, and where it disagrees with itself looks again, twice.
    pub(super) async fn walk(&self, run: &mut CaseRun) {
        let plan = self.plan;
        let case = &plan.cases[run.case];
        let operation = case.step().operation;
        let (mut walked, mut end) = self.walk_once(run, case, None, true).await;
        let (mut oversized, mut short) = (None, None);
        if let Some(smaller) = self.smaller(run, case, &walked, matches!(end, End::Done)) {
            let whole = std::mem::replace(&mut run.request, smaller);
            let looks = run.looks.clone();
            let begin = run.next_number();
            let (pages, ended) = self.walk_once(run, case, None, true).await;
            let both = ((&walked, &whole), (&pages, begin));
            oversized = self.size_kept(run, case, both.0, both.1).await;
            match is_in_pages(&pages) {
                true => (walked, end) = (pages, ended),
                false => {
                    let asked = std::mem::replace(&mut run.request, whole);
                    run.looks = looks;
                    short = pages.ends_early(&walked).then_some((asked, begin));
                }
            }
        }
        let look = run.looks.pop().map(|(_, look)| look);
        let walked = Arc::new(walked);
        run.pages = walked.pages;
        run.items = walked.items;
        let mut open = None;
        if walked.mistaken().is_some() {
            // How the walk ended says why.
        } else if !walked.disagrees() {
            walk_findings::settle(plan, operation, &[&walked], &mut run.seen);
        } else if matches!(end, End::Done) {
            let second = self.walk_once(run, case, Some(&walked), false).await;
            open = second.0.moved().or(second.1.why());
            if open.is_none() {
                let third = self.walk_once(run, case, Some(&walked), false).await;
                let looks = [&walked, &second.0, &third.0];
                open = self.settle(run, operation, &looks, third.1.why());
            }
        }
        if open.is_none() && walked.mistaken().is_none() && !walked.disagrees() {
            open = self.reread(run, case, &walked).await;
            if oversized.is_none() {
                oversized = self.sizes_kept(run, case, &walked).await;
            }
        }
        if let Some(short) = short.filter(|_| open.is_none() && oversized.is_none()) {
            open = self.ended_early(run, case, &walked, short).await;
        }
        if open.is_none() && walked.mistaken().is_none() && !walked.disagrees() {
            self.in_order(run, look).await;
            self.all_belong(run, case, &walked).await;
        }
        let is_settled = open.is_none();
        match (end, open.or(oversized)) {
            (_, Some(why)) => run.standing.raise(Verdict::Inconclusive, why),
            (End::Short(verdict, why), _) => run.standing.raise(verdict, why),
            (End::Done, _) if walked.items == 0 => run.standing.raise(
                Verdict::Inconclusive,
                "the collection is empty, so nothing about items could be seen",
            ),
            (End::Done, _) => run.standing.raise(Verdict::Pass, ""),
        }
        if is_settled && walked.ended {
            self.walks
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(operation, walked);
        }
    }

    /// Settles several looks; what keeps them from saying all that the first one says.
    fn settle(
        &self,
        run: &mut CaseRun,
        operation: usize,
        looks: &[&Walked],
        cut: Option<String>,
    ) -> Option<String> {
        match walk_findings::agreement(looks) {
            Agreement::Open(why) => return Some(why),
            _ if cut.is_some() => return cut,
            Agreement::Reordered => walk_findings::reordered(self.plan, operation, &mut run.seen),
            Agreement::Steady => {}
        }
        let agree = walk_findings::settle(self.plan, operation, looks, &mut run.seen);
        (!agree).then(|| "the walk did not go the same way when it was done again".to_owned())
    }

    /// A walk whose pages are not judged; compared with the first, where there is one.
    pub(super) async fn walk_silently(
        &self,
        run: &mut CaseRun,
        case: &Case,
        first: Option<&Arc<Walked>>,
    ) -> Walked {
        self.walk_once(run, case, first, false).await.0
    }

    /// One walk from the first page on; with `judge`, every page is judged.
    async fn walk_once(
        &self,
        run: &mut CaseRun,
        case: &Case,
        first: Option<&Arc<Walked>>,
        judge: bool,
    ) -> (Walked, End) {
        let step = case.step();
        let planned = &run.request.clone();
        let Some(collection) = &step.collection else {
            return (Walked::new(&Collection::default(), ""), End::Done);
        };
        let unique = self.has_unique_items(step.operation, collection);
        let mut walked = match first {
            Some(first) => Walked::again(first, &planned.target),
            None => Walked::new(collection, &planned.target),
        };
        let mut target = planned.target.clone();
        let mut exchange = self.send(case, planned).await;
        let mut body = self.body_of(&exchange);
        loop {
            let before = run.seen.breaks();
            let page_number = walked.pages + 1;
            let judged = |run: &mut CaseRun, exchange: &Exchange, body: &Body| {
                if judge {
                    run.judge(self.plan, planned, exchange, body, true, page_number);
                }
            };
            let onward =
                match self.take_page(run, case, &mut walked, &exchange, &body, &target, unique) {
                    Ok(onward) => {
                        if judge {
                            run.accepted = true;
                            self.listener.hear(&Event::Page {
                                id: case.id.clone(),
                                pages: walked.pages,
                                items: walked.items,
                            });
                        }
                        self.bounded(case, onward, &walked)
                    }
                    Err(end) => Err(end),
                };
            let next = match onward {
                Ok(next) => next,
                Err(end) => {
                    if exchange.answer().is_some() {
                        judged(run, &exchange, &body);
                    }
                    run.keep(exchange, before);
                    return (walked, end);
                }
            };
            let request = next_request(step, planned, collection, &next);
            let (fetch, is_large) = (self.transport.send(request), is_large(&exchange));
            let work = || judged(run, &exchange, &body);
            let fetched = work_while_fetching(fetch, work, is_large).await;
            // Of two pages that were read the values would be in memory twice.
            drop(body);
            run.keep(exchange, before);
            exchange = fetched;
            body = self.body_of(&exchange);
            target = next;
        }
    }

    /// Whether the schema says that no item stands twice on a page.
    fn has_unique_items(&self, operation: usize, collection: &Collection) -> bool {
        let items = Place::of_pointer(&pointer::tokens(&collection.items));
        let mut own = self.plan.clauses.of_operation(operation);
        own.any(|(_, clause)| {
            clause.subject.keyword == "uniqueItems" && clause.subject.place == items
        })
    }

    /// Takes in what came: what to do next, or how the walk ends where it is no page.
    #[expect(
        clippy::too_many_arguments,
        reason = "one private call, taken out of the loop of a walk"
    )]
    fn take_page(
        &self,
        run: &mut CaseRun,
        case: &Case,
        walked: &mut Walked,
        exchange: &Exchange,
        body: &Body,
        target: &str,
        unique: bool,
    ) -> Result<Onward, End> {
        let Some(answer) = exchange.answer() else {
            let Err(failure) = &exchange.last().result else {
                return Err(End::Done);
            };
            fail(run, failure, false);
            return Err(End::Short(Verdict::Error, failure.message.clone()));
        };
        match (answer.status, body.value(), &case.step().collection) {
            (200, Some(value), Some(collection)) => {
                let page = page::read_answer(collection, answer, value);
                if walked.pages == 0 {
                    run.show(self.plan, &page);
                }
                self.gather(run, walked.pages + 1, value);
                self.gather_owners(run, value);
                Ok(walked.page(&page, target, run.next_number(), unique))
            }
            _ => Err(self.no_page(run, case, walked, exchange, body)),
        }
    }

    /// Where to go next, or how the walk ends.
    fn bounded(&self, case: &Case, onward: Onward, walked: &Walked) -> Result<String, End> {
        match onward {
            // Whether empty pages ever end is seen to the end.
            Onward::Follow(_)
                if case.pages.is_some_and(|most| walked.pages >= most) && !walked.ends_empty() =>
            {
                Err(End::Done)
            }
            Onward::Follow(_) if walked.pages >= self.options.max_pages => {
                let why = format!(
                    "the walk was stopped after {} pages (--max-pages)",
                    walked.pages
                );
                Err(End::Short(Verdict::Inconclusive, why))
            }
            Onward::Follow(next) => Ok(next),
            Onward::Stop(Some(why)) => Err(End::Short(Verdict::Inconclusive, why)),
            Onward::Stop(None) | Onward::End => Err(End::Done),
        }
    }

    /// What came is no page.
    fn no_page(
        &self,
        run: &mut CaseRun,
        case: &Case,
        walked: &mut Walked,
        exchange: &Exchange,
        body: &Body,
    ) -> End {
        let Some(answer) = exchange.answer() else {
            return End::Done;
        };
        let (status, number, page) = (answer.status, run.next_number(), walked.pages + 1);
        let spot = Spot {
            exchange: number,
            page,
        };
        if let Body::Unread(why) = body {
            let why = format!("page {page} was not read: {why}");
            return End::Short(Verdict::Inconclusive, why);
        }
        if status == 200 {
            return End::Short(
                Verdict::Inconclusive,
                format!("page {page} is not JSON, so the walk ends there"),
            );
        }
        if page == 1 || status >= 500 {
            let planned = run.request.clone();
            let asked = Asked::of(case, &planned);
            return match acceptance::judge(self.plan, asked, answer, body, spot, &mut run.seen) {
                Acceptance::Open(why) => End::Short(Verdict::Inconclusive, why),
                Acceptance::Accepted | Acceptance::InBody(_) | Acceptance::Broken => {
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
        let elsewhere = walked.led_elsewhere(&exchange.url);
        let why = elsewhere.or_else(|| {
            walked.page_refused(status, number);
            walked.mistaken().map(str::to_owned)
        });
        why.map_or(End::Done, |why| End::Short(Verdict::Inconclusive, why))
    }
}
