//! One run, wired: a plan over a live target, over a recording, or recorded. The command line, the suite, proof, defects
//! and benchmarks all go through here.

#![expect(
    clippy::disallowed_methods,
    reason = "tells when a run began, how long it took, and when its time is over"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::battery::{Plan, Test};
use crate::exchange::auth::Auth;
use crate::exchange::{Answer, FailureKind, Recording, Redactor, Request, StoodIn, cookies_set};
use crate::ledger::Gate;
use crate::report::Report;
use crate::report::model::{ClauseRecord, Target as Shown};
use crate::transport::whole::Unwritable;
use crate::transport::{
    LiveConfig, LiveTransport, Pausing, Recorder, Replay, Sending, Transport, TransportError,
    cancelled,
};

use super::assemble::{Context, assemble, clause_records};
use super::made::Keeping;
use super::own_words::own_words;
use super::recording::{fresh_mark, header};
use super::wait::Wait;
use super::{CaseRun, Finished, Listener, RunOptions, Runner, Stop};

/// A run about to begin.
pub struct Session<'a> {
    /// What is run.
    pub plan: &'a Plan,
    /// What gates.
    pub gate: &'a Gate,
    /// How.
    pub options: RunOptions,
    /// Who listens.
    pub listener: &'a dyn Listener,
    /// The options that the report's manifest shows.
    pub shown_options: BTreeMap<String, String>,
    /// Who the operations are shown to be asking, for the curl lines.
    pub auth: Auth,
}

/// A live target.
pub struct Target {
    /// How it is reached.
    pub config: LiveConfig,
    /// As it may be shown.
    pub shown: Shown,
    /// Where the exchanges are recorded, if they are.
    pub record: Option<PathBuf>,
    /// For what the run waits before it begins.
    pub wait: Option<Wait>,
}

/// What keeps a run from beginning or a recording from being used.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The client cannot be set up.
    #[error(transparent)]
    Transport(#[from] TransportError),
    /// The recording cannot be begun.
    #[error("--record {path}: cannot be written: {cause}", path = path.display())]
    Record {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: Unwritable,
    },
    /// The recording was made with other cases.
    #[error("the recording does not fit the cases, it has no answer to {0}; record again")]
    Missing(String),
    /// An expression of a rule has no truth value: a mistake in the rule, which says nothing of the target.
    #[error("{file}:{line}: the expression of the rule `{rule}` cannot be evaluated: {cause}")]
    Rule {
        /// The rule's id.
        rule: String,
        /// Its file.
        file: String,
        /// The line of the expression.
        line: u64,
        /// Why.
        cause: String,
    },
}

/// A report, and what went wrong beside the run itself.
pub struct Ended {
    /// What the run found.
    pub report: Report,
    /// A recording that could not be finished.
    pub trouble: Option<SessionError>,
    /// What names the secrets that stood in answers, so that a recording holds something else there.
    pub replaced: BTreeSet<String>,
}

impl Session<'_> {
    /// Runs over a live target, until it is through, or `over` comes back and `stop` knows why.
    ///
    /// # Errors
    /// The client or the recording cannot be set up. What the target does is part of the report.
    pub async fn live(
        &self,
        target: Target,
        stop: &Stop,
        over: impl Future<Output = ()>,
    ) -> Result<Ended, SessionError> {
        let Target {
            config,
            shown,
            record,
            wait,
        } = target;
        let mark = fresh_mark();
        let base_url = shown.base_url.clone();
        let transport = LiveTransport::new(config.clone())?;
        let redactor = || config.redactor(&own_words(self.plan, &base_url)).0;
        let recorder = match &record {
            Some(path) => {
                let header = header(self.plan, &shown, &mark);
                let begun = Recorder::to_file(&transport, path, &header, redactor().standing_in());
                let begun = begun.map_err(|cause| unwritable(path, cause))?;
                let named = config.redactors(&own_words(self.plan, &base_url));
                Some((begun.naming(named), path))
            }
            None => None,
        };
        let watch = async {
            over.await;
            transport.cancel();
            std::future::pending::<Infallible>().await
        };
        let run = async {
            if let Some(wait) = &wait {
                wait.until_ready(&transport, stop).await;
            }
            let ending = Ending {
                inner: match &recorder {
                    Some((recorder, _)) => recorder,
                    None => &transport,
                },
                stop,
                cut: None,
                is_played: false,
            };
            self.within(&ending, shown, redactor, stop, &mark, None)
                .await
        };
        let report = tokio::select! {
            report = run => report,
            never = watch => match never {},
        };
        let replaced = recorder.as_ref().map(|(recorder, _)| recorder.met());
        let trouble = recorder.and_then(|(recorder, path)| {
            let findings = report.iter().flat_map(|report| &report.findings);
            let broken = findings.map(|finding| finding.clause.clone());
            let ended = recorder.finish(stop.reason().as_deref(), broken.collect());
            ended.err().map(|cause| unwritable(path, cause))
        });
        let report = report?;
        Ok(Ended {
            report,
            trouble,
            replaced: replaced.unwrap_or_default(),
        })
    }

    /// Judges a recording again. One of a run that was cut short ends where that one did.
    ///
    /// # Errors
    /// A recording that lacks an answer to one of the plan's requests.
    pub async fn replay(&self, recording: Recording, stop: &Stop) -> Result<Report, SessionError> {
        let shown = Shown {
            base_url: recording.header.base_url.clone(),
            reference: recording.header.reference,
        };
        let mark = recording.header.mark().to_owned();
        let cut = recording.cut.clone();
        let stood_in = recording.stood_in.clone();
        let is_whole = cut.is_none() && stood_in.is_nowhere();
        let replay = Replay::new(recording);
        let ending = Ending {
            inner: &replay,
            stop,
            cut,
            is_played: true,
        };
        let report = self
            .within(
                &ending,
                shown,
                Redactor::default,
                stop,
                &mark,
                Some(&stood_in),
            )
            .await;
        match replay.missing() {
            Some(request) if is_whole => Err(SessionError::Missing(request)),
            _ => report,
        }
    }

    /// Runs over any transport.
    pub async fn over(
        &self,
        transport: &dyn Transport,
        target: Shown,
        redactor: &Redactor,
        stop: &Stop,
    ) -> Result<Report, SessionError> {
        let mark = &self.options.mark;
        let redactor = || redactor.clone();
        self.within(transport, target, redactor, stop, mark, None)
            .await
    }

    /// Runs over a transport with marks that begin so, and takes away what was made. What the report needs besides is made
    /// while the first request is under way.
    async fn within(
        &self,
        transport: &dyn Transport,
        target: Shown,
        redactor: impl FnOnce() -> Redactor,
        stop: &Stop,
        mark: &str,
        stood_in: Option<&StoodIn>,
    ) -> Result<Report, SessionError> {
        let began = Instant::now();
        let started = moment(SystemTime::now()).to_string();
        let options = RunOptions {
            mark: mark.to_owned(),
            ..self.options.clone()
        };
        let keeping = Keeping::new(self.plan, transport, mark);
        let runner = Runner {
            account: Some(&keeping),
            stood_in,
            ..Runner::new(self.plan, &keeping, options, self.gate, self.listener, stop)
        };
        let beside = async { Beside::of(self.plan, redactor()) };
        let (mut finished, beside) = tokio::join!(biased; runner.run(), beside);
        finished.left = keeping.clean(stop.reason().is_some()).await;
        self.told(&finished, target, (started, began), beside)
    }

    /// The report of a run that is over.
    ///
    /// # Errors
    /// A rule that cannot be evaluated.
    pub(super) fn told(
        &self,
        finished: &Finished,
        target: Shown,
        (started, began): (String, Instant),
        Beside { redactor, clauses }: Beside,
    ) -> Result<Report, SessionError> {
        refuse_mistakes(self.plan, &finished.cases)?;
        let kept = finished.cases.iter().flat_map(|run| run.kept.values());
        let answers = kept.filter_map(|kept| kept.exchange.answer());
        let sets = |answer: &&Answer| answer.header("set-cookie").next().is_some();
        let mut answers = answers.filter(sets).peekable();
        let redactor = match answers.peek() {
            None => redactor,
            Some(_) => {
                let own = own_words(self.plan, &target.base_url);
                redactor.with(&cookies_set(answers, &own))
            }
        };
        let context = Context {
            target,
            started,
            duration_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            options: self.shown_options.clone(),
            auth: &self.auth,
            redactor: &redactor,
            clauses,
        };
        Ok(assemble(self.plan, finished, context))
    }
}

/// What the report needs besides what the run found, and can be made before it is over.
pub(super) struct Beside {
    redactor: Redactor,
    clauses: Vec<ClauseRecord>,
}

impl Beside {
    pub(super) fn of(plan: &Plan, redactor: Redactor) -> Beside {
        Beside {
            redactor,
            clauses: clause_records(plan).collect(),
        }
    }
}

/// A transport that ends before the run does: its own time is over, or the recording. Then the run is over too.
pub(super) struct Ending<'a> {
    pub(super) inner: &'a dyn Transport,
    pub(super) stop: &'a Stop,
    /// Why a recording ends.
    pub(super) cut: Option<String>,
    /// Whether it is one: whoever plays it back waits for nothing, and is not cancelled.
    pub(super) is_played: bool,
}

impl Transport for Ending<'_> {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move {
            if self.is_played
                && let Some(why) = self.stop.reason()
            {
                return cancelled(request, why);
            }
            let exchange = self.inner.send(request).await;
            if let Err(failure) = &exchange.last().result
                && failure.kind == FailureKind::Cancelled
            {
                match &self.cut {
                    Some(why) => self.stop.now(&format!("the recording ends early: {why}")),
                    None => self.stop.now(&failure.message),
                }
            }
            exchange
        })
    }

    fn pause(&self, time: Duration) -> Pausing<'_> {
        self.inner.pause(time)
    }
}

/// A moment as far as the calendar goes, which ends with the year 9999.
pub fn moment(time: SystemTime) -> jiff::Timestamp {
    let last = jiff::Timestamp::MAX;
    jiff::Timestamp::try_from(time).unwrap_or(last)
}

/// Whether all rules could be evaluated.
///
/// # Errors
/// The first that could not, with its place.
pub fn refuse_mistakes(plan: &Plan, runs: &[CaseRun]) -> Result<(), SessionError> {
    let Some((clause, cause)) = runs.iter().find_map(|run| run.seen.mistake()) else {
        return Ok(());
    };
    let rule = plan.rule(*clause);
    let line = rule.map_or(0, |rule| match &rule.test {
        Test::Expression(expression) => expression.line,
        _ => rule.line,
    });
    Err(SessionError::Rule {
        rule: rule.map(|rule| rule.id.clone()).unwrap_or_default(),
        file: rule.map(|rule| rule.source.clone()).unwrap_or_default(),
        line,
        cause: cause.clone(),
    })
}

fn unwritable(path: &Path, cause: Unwritable) -> SessionError {
    SessionError::Record {
        path: path.to_owned(),
        cause,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_at_the_end_of_the_calendar_is_no_trouble() {
        for seconds in [253_402_207_200, 253_402_300_799, 253_402_300_800, 1 << 50] {
            let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
            assert!(moment(time).to_string().starts_with("9999-12-30"));
        }
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000);
        assert_eq!(moment(now).to_string(), "2023-11-14T22:13:20Z");
    }
}
