//! Cases of several steps: each answer is judged with its own operation, and later steps use what earlier ones captured.

use std::time::Duration;

use serde_json::Value;

use crate::battery::{Capture, Case, Expects, PlannedRequest, Source, Step, Whose};
use crate::check::acceptance::{self, Acceptance, Asked};
use crate::check::response::{Body, Spot};
use crate::check::same;
use crate::check::told::Told;
use crate::check::words;
use crate::exchange::{Exchange, Request};
use crate::ledger::{Sightings, Verdict};

use super::Runner;
use super::known::{Known, find};
use super::marks;
use super::patience::{Patience, took};
use super::places::path_of;
use super::record::{CaseRun, Control};
use super::request::{OF_ITS_OWN, fail};
use super::values::Done;

/// What came of a step's request.
struct Taken {
    exchange: Exchange,
    body: Body,
    /// What it means; `None` where no answer came.
    look: Option<Acceptance>,
    /// What the step itself saw, which counts only once its patience is over.
    own: Sightings,
    /// Whether its status is as expected, so that the next step can be taken whatever else it shows.
    is_right: bool,
    /// Why it shows less than the step asks.
    less: Option<String>,
    /// How long it took.
    took: Duration,
}

impl Runner<'_> {
    /// Takes the steps of a case, until one shows nothing that the next could stand on; those that clean up are taken all
    /// the same.
    pub(super) async fn steps(&self, run: &mut CaseRun, control: Control<'_>, done: &Done<'_>) {
        let case = &self.plan.cases[run.case];
        let mut known = Known {
            servers: self.plan.contract.servers(),
            ..Known::default()
        };
        let mut ended = None;
        for (number, step) in case.steps.iter().enumerate() {
            if ended.is_some() && !(step.always && known.suffices(step)) {
                continue;
            }
            run.step = number;
            let goes_on = self.take(run, step, (control, done), &mut known).await;
            if !goes_on && ended.is_none() {
                ended = Some((number, run.usable));
            }
        }
        match ended {
            Some(at) => (run.step, run.usable) = at,
            None => {
                run.accepted = true;
                run.standing.raise(Verdict::Pass, "");
            }
        }
    }

    /// Takes a step; whether the next one can be taken.
    async fn take(
        &self,
        run: &mut CaseRun,
        step: &Step,
        (control, done): (Control<'_>, &Done<'_>),
        known: &mut Known,
    ) -> bool {
        for planned in &step.requests {
            let tries = match self.ready(run, step, planned, (control, done)) {
                Ok(tries) => tries,
                Err(why) => return open(run, step, &why),
            };
            let mut tries = tries.into_iter().peekable();
            while let Some(planned) = tries.next() {
                let Some(taken) = self.sent(run, step, planned, control, known).await else {
                    return false;
                };
                if tries.peek().is_some() && self.is_refused(run, step, &taken) {
                    continue;
                }
                if !self.settle_step(run, step, taken, known) {
                    return false;
                }
                break;
            }
        }
        true
    }

    /// Whether another body may be taken where this one was not.
    fn is_refused(&self, run: &CaseRun, step: &Step, taken: &Taken) -> bool {
        let is_valid =
            self.plan.cases[run.case].derived.is_some() && step.expects == Expects::Success;
        let status = taken.exchange.answer().map(|answer| answer.status);
        is_valid && matches!(status, Some(400 | 409 | 422))
    }

    /// Sends one try of a step, as often as its patience says; `None` where it cannot be sent.
    async fn sent(
        &self,
        run: &mut CaseRun,
        step: &Step,
        planned: PlannedRequest,
        control: Control<'_>,
        known: &mut Known,
    ) -> Option<Taken> {
        let case = &self.plan.cases[run.case];
        let operations = &self.plan.contract.operations;
        let path = &operations[step.operation].path;
        let planned = known.complete(case, &planned, path);
        let mut planned = self.known_by_mark(run, step, planned);
        let request = match known.request(step, &planned, operations) {
            Ok(request) => request,
            Err(why) => {
                run.standing.raise(Verdict::Inconclusive, why);
                return None;
            }
        };
        planned.known |= case.derived.is_some() && known.is_led(&planned, &request, path);
        if let Some(why) = self.refusal(case, &request).await {
            open(run, step, &why);
            return None;
        }
        let mut patience = Patience::of(step.retry);
        known.looks.clear();
        let taken = loop {
            let taken = self
                .ask(run, step, (&planned, &request), control, known)
                .await;
            known.looked(step, (&taken.exchange, &taken.body));
            let is_over = matches!(taken.look, None | Some(Acceptance::Accepted));
            match patience.pause(taken.took).filter(|_| !is_over) {
                Some(pause) => self.transport.pause(pause).await,
                None => break taken,
            }
        };
        let is_settled = matches!(taken.look, Some(Acceptance::Accepted));
        let told = (&taken.exchange, &taken.body);
        let is_own = self.is_own(&taken.exchange);
        known.note(case, step, told, (is_settled, is_own));
        Some(taken)
    }

    /// The requests with which a step is tried, with what other cases found, and with marks: one for all parameters of the case, so that
    /// they name the same in each step, one for the bodies of each operation, and one for the headers of each step.
    fn ready(
        &self,
        run: &CaseRun,
        step: &Step,
        planned: &PlannedRequest,
        (control, done): (Control<'_>, &Done<'_>),
    ) -> Result<Vec<PlannedRequest>, String> {
        let mut tries = done.tries(step.operation, planned, control)?;
        let Some(first) = tries.first() else {
            return Ok(vec![planned.clone()]);
        };
        // All of them are about the same.
        let about = first.settled.clone();
        tries.retain(|one| one.settled == about);
        let steps = &self.plan.cases[run.case].steps;
        let first = steps
            .iter()
            .position(|other| other.operation == step.operation);
        let mark = |nth: usize| marks::of_request(&self.options.mark, run.case, nth);
        let (place, body) = (mark(0), mark(first.unwrap_or_default() + 1));
        let header = mark(steps.len() + run.step + 1);
        let tries = tries.into_iter();
        let tries = tries.map(|one| one.request.embody(one.body, [&header, &place, &body]));
        Ok(tries.collect())
    }

    /// The same request; what its path names is there where an earlier step was accepted for the very path that this run
    /// made up.
    fn known_by_mark(
        &self,
        run: &CaseRun,
        step: &Step,
        mut planned: PlannedRequest,
    ) -> PlannedRequest {
        let path = |step: &Step| &self.plan.contract.operations[step.operation].path;
        let mut earlier = self.plan.cases[run.case].steps[..run.step].iter();
        let is_made = planned.fresh && earlier.any(|other| path(other) == path(step));
        planned.known |= is_made;
        planned
    }

    /// Sends the request of a step and looks at the answer.
    async fn ask(
        &self,
        run: &mut CaseRun,
        step: &Step,
        (planned, request): (&PlannedRequest, &Request),
        control: Control<'_>,
        known: &Known,
    ) -> Taken {
        let case = &self.plan.cases[run.case];
        let exchange = self.transport.send(request.clone()).await;
        let before = run.seen.breaks();
        let body = self.body_of(&exchange);
        let is_own = exchange.answer().is_some_and(|answer| {
            acceptance::is_of_its_own(step, planned, answer, &body, control.shown)
        });
        let items = is_own || !step.accepts.iter().any(|accept| accept.empty);
        run.judge(self.plan, planned, &exchange, &body, items, 0);
        self.note_made(run, &exchange);
        let spot = Spot {
            exchange: run.next_number(),
            page: 0,
        };
        let usual = known.usual(step);
        let asked = Asked {
            case,
            step,
            request: planned,
            valid: None,
            usual: usual.as_ref(),
            shown: control.shown,
        };
        let mut less = None;
        let mut own = Sightings::default();
        let mut look = exchange.answer().map(|answer| match is_own {
            true => Acceptance::Open(OF_ITS_OWN.to_owned()),
            false => acceptance::judge(self.plan, asked, answer, &body, spot, &mut own),
        });
        if let Some(Acceptance::InBody(why)) = &look {
            let why = format!("step `{}`: {why}", step.name);
            run.standing.raise(Verdict::Pass, why);
            look = Some(Acceptance::Accepted);
        }
        if look == Some(Acceptance::Accepted)
            && let Some(why) = self.refused_step(case, step, &exchange)
        {
            (look, own) = (Some(Acceptance::Open(why)), Sightings::default());
        }
        let is_right = matches!(look, Some(Acceptance::Accepted));
        if let (Some(Acceptance::Accepted), Some((same, clause))) = (&look, &step.same) {
            let mut told = known.told(same.of, step);
            if case.steps[same.of].name == step.name {
                told = Told::of(request, &body);
            }
            if let Some(account) = self.account.filter(|_| case.derived.is_some()) {
                let sent = told.sent.clone().filter(|_| same.whose == Whose::Sent);
                told.chosen = account.sent_to(&exchange.request, sent.as_ref());
                [told.overruled, told.taken] = account.ways(&exchange.request);
            }
            let same = (same, *clause);
            let found = same::judge(self.plan, asked, same, &told, &body, spot, &mut own);
            (look, less) = (Some(found.0), found.1);
        }
        let doubted = |look: &mut Option<Acceptance>, own: &mut Sightings| {
            let is_own = match step.lists {
                // What others of this run made may be in the list as well.
                Some(_) => known.is_shown_in(&exchange, &self.options.mark),
                None => self.is_own(&exchange) || self.is_known_id(case, step, known.id_at()),
            };
            let why = (*look == Some(Acceptance::Broken))
                .then(|| known.doubt(asked, (&exchange, &body, is_own), (self.plan, own)));
            if let Some(why) = why.flatten() {
                (*look, *own) = (Some(Acceptance::Open(why)), Sightings::default());
            }
        };
        doubted(&mut look, &mut own);
        run.keep_found(
            exchange.clone(),
            own.breaks() > 0 || run.seen.breaks() > before,
        );
        // What somebody else made says nothing of what this case made.
        let foreign = self.account.filter(|_| case.derived.is_some());
        let foreign = foreign.and_then(|one| one.before.foreign(path_of(&request.target)));
        if let (Some(_), Some(why)) = (&look, foreign) {
            (look, own) = (Some(Acceptance::Open(why)), Sightings::default());
        }
        let mut took = took(&exchange);
        if let (Some(Acceptance::Accepted), Some(listing)) = (&look, &step.lists) {
            let first = (&exchange, &body, spot);
            let found = self.look_through(run, asked, listing, first, &known.captured, &mut own);
            let (listed, more) = found.await;
            took += more;
            look = Some(listed);
            doubted(&mut look, &mut own);
        }
        Taken {
            exchange,
            body,
            look,
            own,
            is_right,
            less,
            took,
        }
    }

    /// Why an answer of success to a valid request of a case that nobody wrote shows nothing: it refuses in its body.
    fn refused_step(&self, case: &Case, step: &Step, exchange: &Exchange) -> Option<String> {
        let is_valid = case.derived.is_some() && step.expects == Expects::Success;
        let account = self.account.filter(|_| is_valid)?;
        let sign = account.refused_within(exchange)?;
        Some(format!(
            "a valid request was refused in the body ({sign}): a wrong value and a break look the same"
        ))
    }

    /// What was made goes by, where the answer to its create does not tell.
    fn found(&self, case: &Case, capture: &Capture, exchange: &Exchange) -> Option<Value> {
        let account = self.account.filter(|_| case.derived.is_some())?;
        let is_id = !matches!(&capture.place, Source::Header(name) if is_link(name));
        account.found(exchange).filter(|_| is_id)
    }

    /// Settles what a step saw and captures what later steps use; whether the next step can be taken.
    fn settle_step(&self, run: &mut CaseRun, step: &Step, taken: Taken, known: &mut Known) -> bool {
        let case = &self.plan.cases[run.case];
        let Taken {
            exchange,
            body,
            look,
            own,
            is_right,
            less,
            ..
        } = taken;
        let (Some(answer), Some(look)) = (exchange.answer(), look) else {
            if let Err(failure) = &exchange.last().result {
                fail(run, failure, case.control.is_none() && run.step == 0);
            }
            run.usable = false;
            return false;
        };
        run.usable = body != Body::Incomplete;
        match look {
            Acceptance::Accepted | Acceptance::InBody(_) => run.seen.merge(own),
            Acceptance::Broken => {
                run.seen.merge(own);
                run.standing.raise(Verdict::Pass, "");
                if !is_right {
                    return false;
                }
            }
            Acceptance::Open(why) => {
                run.usable &= !matches!(answer.status, 429 | 503);
                let why = format!("step `{}`: {why}", step.name);
                run.standing.raise(Verdict::Inconclusive, why);
                if !is_right {
                    return false;
                }
            }
        }
        less.into_iter()
            .for_each(|why| run.standing.raise(Verdict::Inconclusive, why));
        for capture in &step.captures {
            let value = find(capture, answer, &body);
            let Some(value) = value.or_else(|| self.found(case, capture, &exchange)) else {
                let why = format!(
                    "step `{}`: the answer (status {}) has nothing at {}, which later steps need; {}",
                    step.name,
                    answer.status,
                    capture.text,
                    words::has_instead(&capture.place, answer, &body)
                );
                run.standing.raise(Verdict::Inconclusive, why);
                return false;
            };
            known.capture(&capture.name, value, &exchange);
        }
        true
    }
}

/// Notes why a step could not be taken.
fn open(run: &mut CaseRun, step: &Step, why: &str) -> bool {
    let why = format!("step `{}`: {why}", step.name);
    run.standing.raise(Verdict::Inconclusive, why);
    false
}

/// Whether a header leads to what was made.
fn is_link(name: &str) -> bool {
    ["Location", "Content-Location"]
        .iter()
        .any(|link| name.eq_ignore_ascii_case(link))
}
