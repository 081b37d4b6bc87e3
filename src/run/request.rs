//! Cases of one request, or of one request for each of several values, and the rate-limit burst.

use crate::battery::{Case, Expects, PlannedRequest};
use crate::check::acceptance::{self, Acceptance, Asked};
use crate::check::emptiness::echoes;
use crate::check::response::{Body, Spot};
use crate::check::stranger::Valid;
use crate::check::{below, refused};
use crate::exchange::{Answer, Exchange, Failure, FailureKind, Request};
use crate::ledger::{Sightings, Verdict};
use futures_util::future::join_all;

use super::Runner;
use super::marks;
use super::next_try::{after, is_conflict, is_success, other, with_another_body};
use super::record::{CaseRun, Control};
use super::values::Done;

/// How many requests a burst sends at most.
const BURST: usize = 200;
/// How many of them are under way at once.
const AT_ONCE: usize = 50;
/// How often another mark is tried where something is there already.
const CONFLICTS: usize = 2;
/// How many things are asked for what stands below them, while they have nothing.
const PARENTS: usize = 3;

/// An empty list where one should be, whose control is empty as well.
const EMPTY_EITHER: &str = "its control found no items either, so an empty list proves nothing";

/// What is said of items behind a value that was made of the valid one, where the valid request shows none of them.
pub(super) const OF_ITS_OWN: &str = "a value near the valid one shows items that the valid request does not, so it may be a value of its own";

impl Runner<'_> {
    /// Sends one planned request.
    pub(super) async fn send(&self, case: &Case, planned: &PlannedRequest) -> Exchange {
        self.transport.send(case.step().send(planned)).await
    }

    /// Why a request that nobody wrote is not sent: it would change what the run did not make.
    pub(super) async fn refusal(&self, case: &Case, request: &Request) -> Option<String> {
        let account = self.account.filter(|_| case.derived.is_some())?;
        account.refusal(request).await
    }

    /// Runs a case of plain requests.
    pub(super) async fn requests(
        &self,
        run: &mut CaseRun,
        control: Option<Control<'_>>,
        done: &Done<'_>,
    ) {
        let case = &self.plan.cases[run.case];
        for planned in &case.step().requests {
            let operation = case.step().operation;
            let mut tries = match done.tries(operation, planned, control.unwrap_or_default()) {
                Ok(tries) => tries,
                Err(why) => return run.standing.raise(Verdict::Inconclusive, why),
            };
            let (mut at, mut conflicts) = (0, 0);
            let mut empty: Vec<(usize, PlannedRequest, Exchange)> = Vec::new();
            loop {
                let one = &tries[at];
                let mark = self.mark(run);
                let request = one.request.embody(one.body.clone(), [&mark, &mark, &mark]);
                if let Some(why) = self.refusal(case, &case.step().send(&request)).await {
                    // Another key may be free.
                    if let Some(next) = with_another_body(&tries, at) {
                        at = next;
                        continue;
                    }
                    return run.standing.raise(Verdict::Inconclusive, why);
                }
                let exchange = self.send(case, &request).await;
                // What has the same name already may be somebody else's.
                if conflicts < CONFLICTS && one.request.is_marked() && is_conflict(case, &exchange)
                {
                    conflicts += 1;
                    self.only_answer(run, &request, exchange);
                    continue;
                }
                if empty.is_empty()
                    && let Some(one) = self.as_named(done, &tries, at, (case, planned, &exchange))
                {
                    tries.insert(at + 1, one);
                }
                let next = after(&tries, at, case, &exchange).filter(|_| empty.is_empty());
                if let Some(next) = next {
                    at = next;
                    self.only_answer(run, &request, exchange);
                    continue;
                }
                // Where the first has none of what others ask for, the next may.
                let other = other(&tries, at).filter(|_| empty.len() + 1 < PARENTS);
                if let Some(next) = other.filter(|_| self.shows_none(case, &request, &exchange)) {
                    empty.push((at, request, exchange));
                    at = next;
                    continue;
                }
                let mut last = (at, request, exchange);
                if !is_success(&last.2)
                    && let Some(earlier) = empty.pop()
                {
                    empty.push(std::mem::replace(&mut last, earlier));
                }
                for (_, request, exchange) in empty {
                    self.only_answer(run, &request, exchange);
                }
                let (at, request, exchange) = last;
                run.settled.clone_from(&tries[at].settled);
                run.body.clone_from(&tries[at].body);
                let is_over = is_cancelled(&exchange);
                let asked = case.control.is_none().then(|| exchange.clone());
                let onward = self.one(run, &request, exchange, control);
                if let Some(exchange) = asked.filter(|_| run.accepted) {
                    let both = (planned, &request);
                    self.shows_what_was_asked(run, both, &exchange, done).await;
                }
                if let Some(onward) = onward {
                    self.behind(run, &request, onward, control).await;
                }
                run.request = request;
                if is_over {
                    return;
                }
                break;
            }
        }
    }

    /// The mark of the next request of a case.
    pub(super) fn mark(&self, run: &CaseRun) -> String {
        let nth = usize::try_from(run.exchanges).unwrap_or(usize::MAX);
        marks::of_request(&self.options.mark, run.case, nth)
    }

    /// Judges an answer to a value that the target does not know: it is an answer like any other, and shows nothing of
    /// what the case asks.
    pub(super) fn only_answer(
        &self,
        run: &mut CaseRun,
        request: &PlannedRequest,
        exchange: Exchange,
    ) {
        let before = run.seen.breaks();
        let body = self.body_of(&exchange);
        run.judge(self.plan, request, &exchange, &body, true, 0);
        self.note_made(run, &exchange);
        run.keep(exchange, before);
    }

    /// Sends the same read again and again, many at once, so that no pace comes between.
    pub(super) async fn burst(&self, run: &mut CaseRun, control: Option<Control<'_>>) {
        let case = &self.plan.cases[run.case];
        let Some(request) = case.step().requests.first() else {
            return;
        };
        let mut limited = false;
        for _ in 0..BURST / AT_ONCE {
            let sent = (0..AT_ONCE).map(|_| self.send(case, request));
            let mut is_over = false;
            for exchange in join_all(sent).await {
                limited |= exchange.attempts.iter().any(|attempt| {
                    attempt
                        .result
                        .as_ref()
                        .is_ok_and(|answer| answer.status == 429)
                });
                is_over |= is_cancelled(&exchange);
                let onward = self.one(run, request, exchange, control);
                if let Some((_, why)) = onward {
                    run.standing.raise(Verdict::Inconclusive, why);
                }
            }
            if limited || is_over {
                break;
            }
        }
        if !limited {
            run.standing.raise(
                Verdict::Inconclusive,
                format!("no 429 within {BURST} requests in a row"),
            );
        }
    }

    /// Judges one exchange of such a case. Where a page without items says that there are more, nothing is said yet: what
    /// leads to them is given back, and why nothing is said.
    pub(super) fn one(
        &self,
        run: &mut CaseRun,
        request: &PlannedRequest,
        exchange: Exchange,
        control: Option<Control<'_>>,
    ) -> Option<(String, String)> {
        let plan = self.plan;
        let case = &plan.cases[run.case];
        let before = run.seen.breaks();
        let Some(answer) = exchange.answer() else {
            if let Err(failure) = &exchange.last().result {
                fail(run, failure, case.control.is_none());
            }
            run.judge(plan, request, &exchange, &Body::Incomplete, false, 0);
            run.keep(exchange, before);
            return None;
        };
        let body = self.body_of(&exchange);
        let empty_wanted = case.step().accepts.iter().any(|accept| accept.empty);
        let control = control.unwrap_or_default();
        let is_own = acceptance::is_of_its_own(case.step(), request, answer, &body, control.shown);
        let told = match case.derived.is_some() && echoes(plan, case.step(), answer, &body) {
            true => &Body::Incomplete,
            false => &body,
        };
        run.judge(plan, request, &exchange, told, !empty_wanted || is_own, 0);
        self.note_made(run, &exchange);
        self.note_defaults(run, &exchange);
        run.usable = body != Body::Incomplete;
        let spot = Spot {
            exchange: run.next_number(),
            page: 0,
        };
        let mut own = Sightings::default();
        let asked = Asked {
            valid: control.valid.map(|(body, ids)| Valid { body, ids }),
            usual: control.usual,
            shown: control.shown,
            ..Asked::of(case, request)
        };
        let denied = refused::valid(asked, answer, &body);
        run.is_denied = denied.is_some();
        let acceptance = match denied {
            Some(why) => Acceptance::Open(why),
            None => acceptance::judge(plan, asked, answer, &body, spot, &mut own),
        };
        let trusted = case.control.is_none() || control.accepted;
        let by_emptiness = is_right_if_empty(case, answer);
        let found_nothing = match case.step().collection {
            Some(_) => !control.found,
            None => below::parent(plan, &asked).is_some_and(|one| one.is_bare(&asked)),
        };
        let mut onward = None;
        match acceptance {
            _ if is_own => run.standing.raise(Verdict::Inconclusive, OF_ITS_OWN),
            Acceptance::Accepted if trusted && by_emptiness && found_nothing => {
                run.standing.raise(Verdict::Inconclusive, EMPTY_EITHER);
            }
            Acceptance::Accepted if trusted => {
                run.seen.merge(own);
                run.accepted = true;
                run.standing.raise(Verdict::Pass, "");
                self.offer(run, request, (&exchange, answer), &body);
            }
            Acceptance::InBody(why) if trusted => {
                run.seen.merge(own);
                run.accepted = true;
                run.standing.raise(Verdict::Pass, why);
            }
            Acceptance::Broken if trusted || needs_no_control(case, answer) => {
                run.seen.merge(own);
                run.standing.raise(Verdict::Pass, "");
                // A success that the document does not list is one all the same.
                if trusted && answer.status / 100 == 2 && case.step().expects == Expects::Success {
                    run.accepted = case.derived.is_some();
                    self.offer(run, request, (&exchange, answer), &body);
                }
            }
            Acceptance::Accepted | Acceptance::InBody(_) | Acceptance::Broken => {
                let why = self.without_control(case, Some(control));
                let why = format!("{why}, so a refusal proves nothing");
                run.standing.raise(Verdict::Inconclusive, why);
            }
            Acceptance::Open(why) => {
                let is_asked = trusted && by_emptiness;
                let page = (&exchange, answer, &body);
                onward = self.open(run, page, is_asked, why);
            }
        }
        run.keep(exchange, before);
        onward
    }

    /// Why a case without its control shows nothing.
    pub(super) fn without_control(&self, case: &Case, control: Option<Control<'_>>) -> String {
        let id = case.control.map(|at| self.plan.cases[at].id.as_str());
        let id = id.unwrap_or_default();
        match control {
            Some(control) if control.skipped => format!("its control {id} was skipped"),
            _ => format!("its control {id} did not get an accepted answer"),
        }
    }
}

/// No answer came.
pub(super) fn fail(run: &mut CaseRun, failure: &Failure, is_control: bool) {
    let verdict = match failure.kind {
        // A bound of ours, or the end of the run, says nothing of the target.
        FailureKind::Timeout | FailureKind::Cancelled => Verdict::Inconclusive,
        _ => Verdict::Error,
    };
    let kind = failure.kind;
    run.unreachable = matches!(
        kind,
        FailureKind::Dns | FailureKind::Connect | FailureKind::Tls
    );
    let what = match is_control && run.unreachable {
        true => "the target is unreachable: ",
        false => "",
    };
    run.standing
        .raise(verdict, format!("{what}{}", failure.message));
}

/// Whether an answer of that status is right where it has no items.
fn is_right_if_empty(case: &Case, answer: &Answer) -> bool {
    let mut accepts = case.step().accepts.iter();
    accepts.any(|accept| accept.empty && accept.status.covers(answer.status))
}

/// Whether no valid answer could explain it: a success where there must be none, or a server error.
fn needs_no_control(case: &Case, answer: &Answer) -> bool {
    let is_guarded = case.step().expects == Expects::Refusal || is_right_if_empty(case, answer);
    answer.status >= 500 || (answer.status < 300 && is_guarded)
}

fn is_cancelled(exchange: &Exchange) -> bool {
    matches!(&exchange.last().result, Err(failure) if failure.kind == FailureKind::Cancelled)
}
