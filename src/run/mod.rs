//! Runs the cases of a plan over a transport and tells those who listen. Decides nothing: the checks judge, the ledger
//! settles.

mod another;
mod asked_for;
#[cfg(test)]
mod asked_for_tests;
mod asking;
mod assemble;
mod bare;
mod before;
mod behind;
mod belonging;
#[cfg(test)]
mod belonging_tests;
#[cfg(test)]
mod changed_tests;
mod chosen;
mod clean;
mod compare;
#[cfg(test)]
mod condition_tests;
mod current;
#[cfg(test)]
mod derived_tests;
#[cfg(test)]
mod doubt_tests;
mod event;
mod evidence;
mod filtered;
mod flow;
#[cfg(test)]
mod flow_tests;
mod found;
#[cfg(test)]
mod found_tests;
#[cfg(test)]
mod fuller_tests;
#[cfg(test)]
mod harm_tests;
mod health;
#[cfg(test)]
mod kept_tests;
mod known;
mod leftover;
#[cfg(test)]
mod life_tests;
mod listing;
mod look;
#[cfg(test)]
mod lost_tests;
mod made;
#[cfg(test)]
mod made_tests;
mod marks;
#[cfg(test)]
mod nested_tests;
mod next_try;
#[cfg(test)]
mod not_saved_tests;
mod noted;
#[cfg(test)]
mod odd_tests;
mod offering;
mod outcome;
mod overlap;
mod own_look;
#[cfg(test)]
mod own_service;
#[cfg(test)]
mod own_tests;
mod own_words;
mod patience;
mod places;
mod proof;
mod ranges;
mod record;
mod recording;
mod renamed;
mod repeat;
mod request;
mod reread;
#[cfg(test)]
mod reread_tests;
mod schedule;
mod searches;
mod selects;
mod session;
mod setup;
mod shards;
mod short;
mod sized;
#[cfg(test)]
mod sized_tests;
mod sorts;
mod spec_files;
#[cfg(test)]
mod stage_tests;
#[cfg(test)]
mod state_tests;
mod stays;
#[cfg(test)]
mod step_tests;
mod steps;
mod stood_in;
mod stood_on;
mod taken;
#[cfg(test)]
mod told_tests;
pub mod traffic;
#[cfg(test)]
mod try_tests;
mod usual;
#[cfg(test)]
mod value_tests;
mod values;
mod wait;
mod walk;
#[cfg(test)]
mod walk_tests;
mod ways;
#[cfg(test)]
mod ways_tests;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::battery::{Expects, Plan};
use crate::check::hashes::Hashes;
use crate::check::planted::Planted;
use crate::check::response::{Body, read_body_until};
use crate::check::walk::Walked;
use crate::derive::reach::{self, Reached, Tried};
use crate::exchange::{Credentials, Exchange, Request, StoodIn};
use crate::ledger::{CaseResult, Gate, Settled, settle};
use crate::transport::Transport;

pub use assemble::{clause_records, impact};
pub use clean::Left;
pub use event::{Event, Listener, Silence};
pub use leftover::{Leftover, delete};
use made::Keeping;
pub use own_words::own_words;
pub use record::CaseRun;
pub use recording::{played, record};
pub use session::{Ended, Session, SessionError, Target, moment, refuse_mistakes};
pub use setup::{Deriving, Setup, SetupError};
pub use shards::{ShardError, sorted};
pub use stays::Kept;
pub use wait::Wait;

/// How a run goes about it.
#[derive(Debug, Clone)]
pub struct RunOptions {
    /// The most pages that a walk follows.
    pub max_pages: u64,
    /// How many requests are under way at once; what writes is always alone. With 0 a case is over before the next begins.
    pub concurrency: usize,
    /// What the texts begin with that mark what this run made.
    pub mark: String,
    /// The cases that are run, by their places in the plan; all where nothing is said.
    pub only: Option<Arc<[bool]>>,
}

impl Default for RunOptions {
    fn default() -> Self {
        RunOptions {
            max_pages: 100_000,
            concurrency: 1,
            mark: marks::NONE.to_owned(),
            only: None,
        }
    }
}

/// Why a run ends before its time; shared with whoever may stop it.
#[derive(Debug, Default)]
pub struct Stop {
    reason: Mutex<Option<String>>,
    over: Arc<AtomicBool>,
    planted: Arc<Planted>,
}

impl Stop {
    /// Stops the run; the first reason is kept.
    pub fn now(&self, reason: &str) {
        self.reason
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert_with(|| reason.to_owned());
        self.over.store(true, Ordering::Relaxed);
    }

    /// A case of the run about to be.
    fn begin(&self, plan: &Plan, case: usize) -> CaseRun {
        let mut run = CaseRun::new(plan, case, self.over());
        run.planted = Arc::clone(&self.planted);
        run
    }

    /// What is set once it was stopped.
    fn over(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.over)
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
    /// Whether cases are concluded later, together with those of other parts of the run.
    is_part: bool,
    /// What a recording holds in the place of secrets, where one is played back.
    stood_in: Option<&'a StoodIn>,
    /// Who keeps account of what the run makes, where somebody does.
    account: Option<&'a Keeping<'a>>,
    walks: Arc<Mutex<HashMap<usize, Arc<Walked>>>>,
    /// For credentials that were not given, by what would serve: whether anything was served without.
    without: Arc<Mutex<HashMap<String, bool>>>,
    /// For reads of one page by several cases.
    hashes: Arc<Hashes>,
}

/// A run that is over.
#[derive(Debug)]
pub struct Finished {
    /// What became of each case, in the order of the plan.
    pub cases: Vec<CaseRun>,
    /// What it means.
    pub settled: Settled,
    /// What was reached of each operation.
    pub reached: Vec<Reached>,
    /// What the run made and could not take away.
    pub left: Vec<Left>,
}

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
            is_part: false,
            stood_in: None,
            account: None,
            walks: Arc::default(),
            without: Arc::default(),
            hashes: Arc::default(),
        }
    }

    /// The same over another transport.
    fn over<'b>(&self, transport: &'b dyn Transport) -> Runner<'b>
    where
        'a: 'b,
    {
        Runner {
            transport,
            options: self.options.clone(),
            walks: Arc::clone(&self.walks),
            without: Arc::clone(&self.without),
            hashes: Arc::clone(&self.hashes),
            ..*self
        }
    }

    /// What was reached of each operation.
    fn reached(&self, cases: &[CaseRun]) -> Vec<Reached> {
        let tried = cases.iter().map(|run| {
            let case = &self.plan.cases[run.case];
            Tried {
                operation: case.step().operation,
                is_valid: case.control.is_none() && case.step().expects == Expects::Success,
                verdict: run.standing.verdict(),
                reason: run.standing.reason(),
                status: run.answered.map(|(status, _)| status),
            }
        });
        let tried: Vec<Tried<'_>> = tried.collect();
        reach::reached(&self.plan.contract, &tried, &self.plan.left_out)
    }

    /// The body of the answer that counts, parsed; one that came not at all is incomplete.
    fn body_of(&self, exchange: &Exchange) -> Body {
        let answer = exchange.answer();
        answer.map_or(Body::Incomplete, |answer| {
            read_body_until(answer, self.plan.reading, &self.stop.over)
        })
    }

    /// Runs all cases and settles them.
    pub async fn run(&self) -> Finished {
        self.finish(self.run_cases().await)
    }

    /// Settles cases that are over.
    fn finish(&self, cases: Vec<CaseRun>) -> Finished {
        let results: Vec<CaseResult<'_>> = cases.iter().map(CaseRun::result).collect();
        let reached = self.reached(&cases);
        let why = self.stop.reason();
        let why = why.or_else(|| health::no_access(self.plan, &cases));
        let why = why.or_else(|| match self.gate.without_core {
            true => None,
            false => health::nothing_secured(self.plan, &cases),
        });
        let why = why.or_else(|| health::nothing_reached(self.plan, &cases, &reached));
        let settled = settle(self.plan, &results, self.gate, why.as_deref());
        Finished {
            cases,
            settled,
            reached,
            left: Vec::new(),
        }
    }
}

/// A request that tells only whether anybody answers there.
fn probe(path: &str) -> Request {
    Request {
        method: "GET".to_owned(),
        target: path.to_owned(),
        credentials: Credentials::None,
        ..Request::default()
    }
}
