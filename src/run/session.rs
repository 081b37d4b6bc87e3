//! One run, wired: a plan over a live target, over a recording, or recorded. The command line, the suite, proof, defects
//! and benchmarks all go through here.

#![expect(
    clippy::disallowed_methods,
    reason = "tells when a run began, how long it took, and when its time is over"
)]

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use crate::battery::{Plan, Test};
use crate::contract::ClauseIx;
use crate::exchange::auth::Auth;
use crate::exchange::recording::{Header, RECORDING_VERSION};
use crate::exchange::{OwnWords, Recording, Redactor};
use crate::ledger::Gate;
use crate::report::Report;
use crate::transport::{LiveConfig, LiveTransport, Recorder, Replay, Transport, TransportError};

use super::{Context, Listener, RunOptions, Runner, Silence, Stop, assemble};

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
    /// How it is reached. Its deadline is the run's.
    pub config: LiveConfig,
    /// The base URL as it may be shown.
    pub shown: String,
    /// Where the exchanges are recorded, if they are.
    pub record: Option<PathBuf>,
    /// For how long it may keep the run waiting before it answers at all.
    pub wait: Option<Duration>,
    /// The longest time for the whole run.
    pub max_time: Duration,
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
        cause: std::io::Error,
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
}

impl Session<'_> {
    /// Runs over a live target, until it is over, its time is, or `interrupted` comes back.
    ///
    /// # Errors
    /// The client or the recording cannot be set up. What the target does is part of the report.
    pub async fn live(
        &self,
        target: Target,
        interrupted: impl Future<Output = ()>,
    ) -> Result<Ended, SessionError> {
        let Target {
            mut config,
            shown,
            record,
            wait,
            max_time,
        } = target;
        let deadline = Instant::now() + max_time;
        config.deadline = Some(deadline);
        let (redactor, _) = config.redactor(&own_words(self.plan, &shown));
        let transport = LiveTransport::new(config)?;
        let recorder = match &record {
            Some(path) => {
                let header = header(self.plan, &shown);
                let begun =
                    Recorder::to_file(&transport, path, &header, redactor.clone().standing_in());
                Some((begun.map_err(|cause| unwritable(path, cause))?, path))
            }
            None => None,
        };
        let stop = Stop::default();
        let watch = async {
            let over = format!(
                "the time for the run (--max-time, {} s) is over",
                max_time.as_secs_f64()
            );
            tokio::select! {
                () = interrupted => stop.now("the run was interrupted"),
                () = tokio::time::sleep_until(deadline.into()) => stop.now(&over),
            }
            transport.cancel();
            std::future::pending::<Infallible>().await
        };
        let run = async {
            if let Some(longest) = wait {
                self.wait(&transport, longest).await;
            }
            let over: &dyn Transport = match &recorder {
                Some((recorder, _)) => recorder,
                None => &transport,
            };
            self.over(over, &shown, &redactor, &stop).await
        };
        let report = tokio::select! {
            report = run => report,
            never = watch => match never {},
        };
        let trouble = recorder.and_then(|(recorder, path)| {
            recorder.finish().err().map(|cause| unwritable(path, cause))
        });
        let report = report?;
        Ok(Ended { report, trouble })
    }

    /// Judges a recording again.
    ///
    /// # Errors
    /// A recording that lacks an answer to one of the plan's requests.
    pub async fn replay(&self, recording: Recording) -> Result<Report, SessionError> {
        let shown = recording.header.base_url.clone();
        let replay = Replay::new(recording);
        let (redactor, stop) = (Redactor::default(), Stop::default());
        let report = self.over(&replay, &shown, &redactor, &stop).await;
        match replay.missing() {
            Some(request) => Err(SessionError::Missing(request)),
            None => report,
        }
    }

    /// Runs over any transport.
    pub async fn over(
        &self,
        transport: &dyn Transport,
        base_url: &str,
        redactor: &Redactor,
        stop: &Stop,
    ) -> Result<Report, SessionError> {
        let began = Instant::now();
        let started = moment(SystemTime::now()).to_string();
        let options = self.options.clone();
        let runner = Runner::new(
            self.plan,
            transport,
            options,
            self.gate,
            self.listener,
            stop,
        );
        let finished = runner.run().await;
        let mut mistakes = finished.cases.iter().filter_map(|run| run.seen.mistake());
        if let Some((clause, cause)) = mistakes.next() {
            return Err(mistaken(self.plan, *clause, cause));
        }
        let context = Context {
            base_url: base_url.to_owned(),
            started,
            duration_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            options: self.shown_options.clone(),
            auth: &self.auth,
            redactor,
        };
        Ok(assemble(self.plan, &finished, &context))
    }

    /// Waits until the target answers anything at all.
    async fn wait(&self, transport: &LiveTransport, longest: Duration) {
        const BETWEEN: Duration = Duration::from_millis(200);
        let until = Instant::now() + longest;
        while Instant::now() < until {
            let left = until.saturating_duration_since(Instant::now());
            let probe = tokio::time::timeout(left, transport.send(super::probe())).await;
            if probe.is_ok_and(|exchange| exchange.answer().is_some()) {
                return;
            }
            tokio::time::sleep(BETWEEN).await;
        }
    }
}

/// A moment as far as the calendar goes, which ends with the year 9999.
pub fn moment(time: SystemTime) -> jiff::Timestamp {
    let last = jiff::Timestamp::MAX;
    jiff::Timestamp::try_from(time).unwrap_or(last)
}

/// Runs a plan over a live target and keeps what it answered, in memory.
///
/// # Errors
/// The client cannot be set up.
pub async fn record(plan: &Plan, config: LiveConfig) -> Result<Recording, TransportError> {
    let base_url = config.base_url.to_string();
    let transport = LiveTransport::new(config)?;
    let recorder = Recorder::in_memory(&transport);
    let (gate, stop) = (Gate::default(), Stop::default());
    let options = RunOptions::default();
    Runner::new(plan, &recorder, options, &gate, &Silence, &stop)
        .run_cases()
        .await;
    // Into memory nothing can fail.
    let exchanges = recorder.finish().unwrap_or_default();
    Ok(Recording {
        header: header(plan, &base_url),
        exchanges,
    })
}

/// What a run writes by itself, where no secret can be told from it.
pub fn own_words(plan: &Plan, base_url: &str) -> OwnWords {
    let mut texts = vec![base_url];
    let files = plan.contract.document.files.iter();
    texts.extend(files.map(|file| file.text.as_str()));
    let parameters = plan.parameters.iter();
    texts.extend(parameters.flat_map(|(name, value)| [name.as_str(), value]));
    let clauses = plan.clauses.iter();
    texts.extend(clauses.flat_map(|(_, clause)| [clause.id(), &clause.text]));
    for case in &plan.cases {
        texts.extend([case.id.as_str(), &case.title]);
        for request in case.steps.iter().flat_map(|step| &step.requests) {
            texts.extend([request.target.as_str(), &request.label]);
            let headers = request.headers.iter();
            texts.extend(headers.flat_map(|(name, value)| [name.as_str(), value]));
            let body = request.body.as_ref().map(|body| body.bytes.as_slice());
            texts.extend(body.and_then(|bytes| std::str::from_utf8(bytes).ok()));
        }
    }
    OwnWords::new(texts)
}

/// A rule that cannot be evaluated, with its place.
fn mistaken(plan: &Plan, clause: ClauseIx, cause: &str) -> SessionError {
    let rule = plan.rule(clause);
    let line = rule.map_or(0, |rule| match &rule.test {
        Test::Expression(expression) => expression.line,
        _ => rule.line,
    });
    SessionError::Rule {
        rule: rule.map(|rule| rule.id.clone()).unwrap_or_default(),
        file: rule.map(|rule| rule.source.clone()).unwrap_or_default(),
        line,
        cause: cause.to_owned(),
    }
}

/// The first line of a recording made now.
fn header(plan: &Plan, base_url: &str) -> Header {
    Header {
        conform_recording: RECORDING_VERSION,
        contract_sha256: plan.contract.document.sha256.clone(),
        contract: plan.contract.title.clone(),
        base_url: base_url.to_owned(),
        parameters: plan.parameters.clone(),
    }
}

fn unwritable(path: &Path, cause: std::io::Error) -> SessionError {
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
