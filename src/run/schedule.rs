//! In which order and how many at once: cases run in turns, side by side within one, and what they hand on follows the
//! order of the plan whatever the timing.

use std::collections::HashMap;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use futures_util::{StreamExt, stream};
use tokio::sync::Semaphore;

use crate::battery::{Case, Does, Plan, Weight};
use crate::check::values::Met;
use crate::ledger::Verdict;

use super::Runner;
use super::asking::Asking;
use super::event::Event;
use super::health;
use super::record::{CaseRun, Control};
use super::stood_in;
use super::values::Done;

/// So many more cases than requests are under way, so that one is always ready to send while others are judged.
const AHEAD: usize = 3;

/// Why the cases of an operation are skipped: its first valid request got no usable answer.
type Unusable = HashMap<usize, String>;

impl Runner<'_> {
    /// Runs all cases; what each saw, in the order of the plan.
    pub async fn run_cases(&self) -> Vec<CaseRun> {
        let operations = self.plan.cases.iter().map(|case| self.operation(case));
        self.listener.hear(&Event::Started {
            operations: operations.collect(),
        });
        let done = Done::none(self.plan);
        let mut values = Met::default();
        let mut unusable = Unusable::new();
        let mut turns = self
            .plan
            .cases
            .chunk_by(|one, other| one.turn == other.turn);
        if let Some(first) = turns.next() {
            // Nobody is accused before it is known whether the target is ready.
            let mut runs = Vec::with_capacity(first.len());
            self.turn(first.len(), &done, &unusable, |run| runs.push(run))
                .await;
            health::readiness(self.plan, self.stop, &mut runs);
            for run in runs {
                self.end(run, &done, &mut values, &mut unusable);
            }
        }
        let mut dead = None;
        for turn in turns {
            let mut of_turn = Unusable::new();
            self.turn(turn.len(), &done, &unusable, |run| {
                self.end(run, &done, &mut values, &mut of_turn);
            })
            .await;
            dead = dead.or(self.check_key(turn.len(), &done).await);
            for (operation, why) in of_turn {
                unusable.entry(operation).or_insert(why);
            }
        }
        let mut runs = done.into_runs();
        if let Some((from, why)) = dead {
            self.excuse_refused(&mut runs[from..], &why);
        }
        runs
    }

    /// Runs the next cases side by side: so many have a request under way, and others wait or are judged meanwhile, unless
    /// they are workflows, of which nobody knows whether they touch the same things. What comes earlier in the plan is over
    /// earlier, however long it took.
    async fn turn(
        &self,
        count: usize,
        done: &Done<'_>,
        unusable: &Unusable,
        mut over: impl FnMut(CaseRun),
    ) {
        let first = done.iter().count();
        let at_once = self.options.concurrency.max(1);
        let line = &Semaphore::new(at_once);
        let has_flow = |case: &Case| case.flow.is_some();
        let is_apart = self.options.concurrency == 0
            || self.plan.cases[first..first + count].iter().any(has_flow);
        let runs = stream::iter(first..first + count);
        let runs = runs.map(|case| self.case(case, line, done, unusable));
        let ahead = if is_apart { 0 } else { AHEAD };
        let mut runs = std::pin::pin!(runs.buffered(at_once + ahead));
        while let Some(run) = runs.next().await {
            over(run);
        }
    }

    /// Settles a case that is over, and notes whether its operation is of no use.
    fn end(&self, mut run: CaseRun, done: &Done<'_>, values: &mut Met, unusable: &mut Unusable) {
        if !self.is_part {
            compare(self.plan, &mut run, values);
            self.conclude(&mut run);
        }
        let was_run = run.standing.verdict() > Verdict::Skipped;
        if was_run && !run.usable && self.is_control(run.case) {
            let case = &self.plan.cases[run.case];
            let operation = case.steps[run.step].operation;
            let why = format!("the first valid request ({}) got no usable answer", case.id);
            unusable.insert(operation, why);
        }
        done.add(run);
    }

    /// Concludes cases that are over already, as a run does that comes to them one by one.
    pub(super) fn conclude_all(&self, mut runs: Vec<CaseRun>) -> Vec<CaseRun> {
        let operations = self.plan.cases.iter().map(|case| self.operation(case));
        self.listener.hear(&Event::Started {
            operations: operations.collect(),
        });
        let turn = |run: &CaseRun| self.plan.cases[run.case].turn;
        let first = runs.first().map(turn);
        let later = runs.partition_point(|run| Some(turn(run)) == first);
        if self.stop.reason().is_none() {
            health::readiness(self.plan, self.stop, &mut runs[..later]);
            if let Some(why) = self.stop.reason() {
                for run in &mut runs[later..] {
                    *run = self.stop.begin(self.plan, run.case);
                    run.standing.raise(Verdict::Skipped, why.as_str());
                }
            }
        }
        let (done, mut values) = (Done::none(self.plan), Met::default());
        for mut run in runs {
            compare(self.plan, &mut run, &mut values);
            self.conclude(&mut run);
            done.add(run);
        }
        done.into_runs()
    }

    fn is_control(&self, case: usize) -> bool {
        self.plan
            .cases
            .iter()
            .any(|other| other.control == Some(case))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "how long a case took stands in the report, and decides nothing"
    )]
    async fn case(
        &self,
        case: usize,
        line: &Semaphore,
        done: &Done<'_>,
        unusable: &Unusable,
    ) -> CaseRun {
        let mut run = self.stop.begin(self.plan, case);
        let planned = &self.plan.cases[case];
        let control = planned.control.map(|control| {
            let run = done.get(control);
            run.map_or(Control::default(), CaseRun::as_control)
        });
        let began = Instant::now();
        let skip = planned
            .skipped
            .clone()
            .or_else(|| self.stop.reason())
            .or_else(|| self.is_closed(planned))
            .or_else(|| {
                let is_out = self.options.only.as_ref().is_some_and(|only| !only[case]);
                is_out.then(String::new)
            })
            .or_else(|| {
                let mut operations = planned.operations();
                operations.find_map(|operation| unusable.get(&operation).cloned())
            });
        let skip = skip.or_else(|| {
            // Written cases are sent all the same: what they find may be a break without a control, too.
            let is_alone = control.is_some_and(|control| !control.accepted);
            (is_alone && planned.derived.is_some()).then(|| self.without_control(planned, control))
        });
        if let Some(why) = skip {
            run.standing.raise(Verdict::Skipped, why);
            return run;
        }
        self.listener.hear(&Event::CaseStarted {
            id: planned.id.clone(),
        });
        let asking = Asking {
            inner: self.transport,
            case: planned.id.as_str().into(),
            line: (planned.does != Does::Burst).then_some(line),
            took: AtomicU64::default(),
        };
        let own = self.over(&asking);
        match planned.does {
            Does::Request => own.requests(&mut run, control, done).await,
            Does::Burst => own.burst(&mut run, control).await,
            _ if control.is_some_and(|control| !control.accepted) => {
                let why = self.without_control(planned, control);
                run.standing.raise(Verdict::Inconclusive, why);
            }
            Does::Repeat | Does::Walk | Does::Links => {
                own.reads(&mut run, done, control.unwrap_or_default()).await;
            }
            Does::Select => {
                let unasked = planned.control.and_then(|control| done.get(control));
                if let Some((unasked, control)) = unasked.zip(control) {
                    let unasked = &unasked.request;
                    own.chosen(&mut run, control, unasked).await;
                }
            }
            Does::Steps => match &planned.flow {
                Some(flow) => own.flow(&mut run, flow).await,
                None => {
                    let control = control.unwrap_or_default();
                    own.steps(&mut run, control, done).await;
                }
            },
        }
        run.close();
        self.without_credentials(&mut run);
        if let Some(stood_in) = self.stood_in {
            stood_in::leave_open(self.plan, stood_in, &mut run);
        }
        run.took = match planned.does {
            // Its requests are under way together.
            Does::Burst => began.elapsed(),
            _ => asking.took(),
        };
        run
    }

    /// Runs a case that sends one request again and again, or from page to page.
    async fn reads(&self, run: &mut CaseRun, done: &Done<'_>, control: Control<'_>) {
        let case = &self.plan.cases[run.case];
        match done.first(case, control) {
            Ok(request) => run.request = request,
            Err(why) => return run.standing.raise(Verdict::Inconclusive, why),
        }
        match case.does {
            Does::Repeat => self.repeat(run, control.read.cloned()).await,
            Does::Walk => self.walk(run).await,
            _ => self.links(run).await,
        }
    }

    /// Settles the verdict of a case that ended, and tells of it.
    fn conclude(&self, run: &mut CaseRun) {
        let case = &self.plan.cases[run.case];
        for moved in self
            .plan
            .moved
            .iter()
            .filter(|moved| moved.to == Weight::Off)
        {
            run.seen.forget(moved.clause);
        }
        self.gate
            .judge(self.plan, run.case, &run.seen, &mut run.standing);
        if run.seen.mistake().is_some() {
            self.stop.now("a rule cannot be evaluated");
        }
        self.listener.hear(&Event::CaseEnded {
            id: case.id.clone(),
            operation: self.operation(case),
            verdict: run.standing.verdict(),
            reason: match run.follows {
                true => String::new(),
                false => run.standing.reason().to_owned(),
            },
            sent: run.sent,
        });
    }

    fn operation(&self, case: &Case) -> String {
        self.plan.operation(case).id.to_string()
    }
}

/// Rules over the whole run: a value that an earlier answer had already.
fn compare(plan: &Plan, run: &mut CaseRun, values: &mut Met) {
    let fresh = std::mem::take(&mut run.values);
    values.compare(plan, run.case, fresh, &mut run.seen);
}
