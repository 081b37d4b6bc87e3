//! Runs the cases of a plan over a transport and tells those who listen. Decides nothing: the checks judge, the ledger
//! settles.

mod assemble;
mod compare;
mod event;
mod overlap;
mod record;
mod request;
mod session;
mod setup;
mod spec_files;
mod steps;
#[cfg(test)]
mod value_tests;
mod values;
mod walk;
#[cfg(test)]
mod walk_tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use futures_util::{StreamExt, stream};

use crate::battery::{Does, Plan, Weight};
use crate::check::response::{Body, read_body};
use crate::check::values::repeated;
use crate::check::walk::Walked;
use crate::exchange::{Credentials, Exchange, Request};
use crate::ledger::{CaseResult, Gate, Settled, Verdict, settle};
use crate::transport::Transport;

pub use assemble::{Context, assemble, clause_records, impact};
pub use event::{Event, Listener, Silence};
use record::Control;
pub use record::{CaseRun, Kept};
pub use session::{Ended, Session, SessionError, Target, moment, own_words, record};
pub use setup::{Deriving, Setup, SetupError};
use values::Done;

/// How a run goes about it.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// The most pages that a walk follows.
    pub max_pages: u64,
    /// How many cases are under way at once.
    pub concurrency: usize,
}

impl Default for RunOptions {
    fn default() -> Self {
        RunOptions {
            max_pages: 100_000,
            concurrency: 1,
        }
    }
}

/// Why a run ends before its time; shared with whoever may stop it.
#[derive(Debug, Default)]
pub struct Stop {
    reason: Mutex<Option<String>>,
}

impl Stop {
    /// Stops the run; the first reason is kept.
    pub fn now(&self, reason: &str) {
        self.reason
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert_with(|| reason.to_owned());
    }

    /// Why it was stopped, if it was.
    pub fn reason(&self) -> Option<String> {
        self.reason
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// All that is needed to run.
pub struct Runner<'a> {
    /// What is run.
    pub plan: &'a Plan,
    /// Over what.
    pub transport: &'a dyn Transport,
    /// How.
    pub options: RunOptions,
    /// What gates.
    pub gate: &'a Gate,
    /// Who listens.
    pub listener: &'a dyn Listener,
    /// What may stop it.
    pub stop: &'a Stop,
    walks: Mutex<HashMap<usize, Arc<Walked>>>,
}

/// A run that is over.
#[derive(Debug)]
pub struct Finished {
    /// What became of each case, in the order of the plan.
    pub cases: Vec<CaseRun>,
    /// What it means.
    pub settled: Settled,
}

/// Values that must not repeat, over the whole run: rule and value → the first exchange that had it.
type Values = HashMap<(usize, String), (usize, u64)>;

/// Why the cases of an operation are skipped: its first valid request got no usable answer.
type Unusable = HashMap<usize, String>;

impl<'a> Runner<'a> {
    /// Makes a runner.
    pub fn new(
        plan: &'a Plan,
        transport: &'a dyn Transport,
        options: RunOptions,
        gate: &'a Gate,
        listener: &'a dyn Listener,
        stop: &'a Stop,
    ) -> Runner<'a> {
        Runner {
            plan,
            transport,
            options,
            gate,
            listener,
            stop,
            walks: Mutex::default(),
        }
    }

    /// Runs all cases and settles them.
    pub async fn run(&self) -> Finished {
        let cases = self.run_cases().await;
        let results: Vec<CaseResult<'_>> = cases
            .iter()
            .map(|run| CaseResult {
                case: run.case,
                seen: &run.seen,
                standing: &run.standing,
            })
            .collect();
        let settled = settle(
            self.plan,
            &results,
            self.gate,
            self.stop.reason().as_deref(),
        );
        Finished { cases, settled }
    }

    /// Runs all cases; what each saw, in the order of the plan.
    pub async fn run_cases(&self) -> Vec<CaseRun> {
        self.listener.hear(&Event::Started {
            cases: self.plan.cases.len(),
        });
        let done = Done::none(self.plan);
        let mut values = Values::new();
        let mut unusable = Unusable::new();
        for turn in self
            .plan
            .cases
            .chunk_by(|one, other| one.turn == other.turn)
        {
            let of_turn = self.turn(turn.len(), &done, &mut values, &unusable);
            for (operation, why) in of_turn.await {
                unusable.entry(operation).or_insert(why);
            }
        }
        done.into_runs()
    }

    /// Runs the next cases side by side; the operations that turn out to be unusable.
    async fn turn(
        &self,
        count: usize,
        done: &Done<'_>,
        values: &mut Values,
        unusable: &Unusable,
    ) -> Unusable {
        let mut found = Unusable::new();
        let first = done.iter().count();
        let runs = stream::iter(first..first + count);
        let runs = runs.map(|case| self.case(case, done, unusable));
        let mut runs = std::pin::pin!(runs.buffered(self.options.concurrency.max(1)));
        // What comes earlier in the plan is settled earlier, however long it took.
        while let Some(mut run) = runs.next().await {
            self.compare_values(&mut run, values, done);
            self.end(&mut run);
            let was_run = run.standing.verdict() > Verdict::Skipped;
            if was_run && !run.usable && self.is_control(run.case) {
                let case = &self.plan.cases[run.case];
                let operation = case.steps[run.step].operation;
                let why = format!("the first valid request ({}) got no usable answer", case.id);
                found.insert(operation, why);
            }
            done.add(run);
        }
        found
    }

    /// The body of the answer that counts, parsed; one that came not at all is incomplete.
    fn body_of(&self, exchange: &Exchange) -> Body {
        let answer = exchange.answer();
        answer.map_or(Body::Incomplete, |answer| {
            read_body(answer, self.plan.max_depth)
        })
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
    async fn case(&self, case: usize, done: &Done<'_>, unusable: &Unusable) -> CaseRun {
        let mut run = CaseRun::new(self.plan, case);
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
            .or_else(|| {
                let mut operations = planned.operations();
                operations.find_map(|operation| unusable.get(&operation).cloned())
            });
        if let Some(why) = skip {
            run.standing.raise(Verdict::Skipped, why);
            return run;
        }
        self.listener.hear(&Event::CaseStarted {
            id: planned.id.clone(),
        });
        match planned.does {
            Does::Request => self.requests(&mut run, control, done).await,
            Does::Burst => self.burst(&mut run, control).await,
            _ if control.is_some_and(|control| !control.accepted) => {
                let id = planned
                    .control
                    .map(|control| self.plan.cases[control].id.as_str())
                    .unwrap_or_default();
                run.standing.raise(
                    Verdict::Inconclusive,
                    format!("its control {id} did not get an accepted answer"),
                );
            }
            Does::Repeat => self.repeat(&mut run).await,
            Does::Walk => self.walk(&mut run).await,
            Does::Links => self.links(&mut run).await,
            Does::Steps => self.steps(&mut run, control.unwrap_or_default()).await,
        }
        run.close();
        run.took = began.elapsed();
        run
    }

    /// Settles the verdict of a case that ended, and tells of it.
    fn end(&self, run: &mut CaseRun) {
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
            title: case.title.clone(),
            verdict: run.standing.verdict(),
            reason: run.standing.reason().to_owned(),
            duration_ms: u64::try_from(run.took.as_millis()).unwrap_or(u64::MAX),
        });
    }

    /// Rules over the whole run: a value that an earlier answer had already.
    fn compare_values(&self, run: &mut CaseRun, values: &mut Values, done: &Done<'_>) {
        for (rule, value, exchange) in std::mem::take(&mut run.values) {
            let clause = self.plan.rules[rule].clause;
            let known = values.len();
            match values.entry((rule, value)) {
                std::collections::hash_map::Entry::Vacant(place) => {
                    // The first value alone proves nothing.
                    if known > 0 || done.iter().any(|other| other.exchanges > 0) {
                        run.seen.exercise(clause);
                    }
                    place.insert((run.case, exchange));
                }
                std::collections::hash_map::Entry::Occupied(first) => {
                    let (case, _) = *first.get();
                    let id = &self.plan.cases[case].id;
                    let value = &first.key().1;
                    repeated(self.plan, clause, value, id, exchange, &mut run.seen);
                }
            }
        }
    }
}

/// A request that tells only whether anybody answers.
fn probe() -> Request {
    Request {
        method: "GET".to_owned(),
        target: "/".to_owned(),
        credentials: Credentials::None,
        ..Request::default()
    }
}
