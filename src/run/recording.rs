//! Runs whose answers are kept in memory, and such that are played back.

#![expect(
    clippy::disallowed_methods,
    reason = "makes the mark of a run out of the moment at which it begins"
)]

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::time::SystemTime;

use crate::battery::{Case, Plan, PlannedRequest};
use crate::exchange::recording::{Header, RECORDING_VERSION};
use crate::exchange::{Recording, StoodIn};
use crate::ledger::Gate;
use crate::report::model::Target as Shown;
use crate::transport::{LiveConfig, LiveTransport, Recorder, Transport, TransportError};

use super::made::{Keeping, is_write};
use super::{CaseRun, RunOptions, Runner, Silence, Stop, marks};

/// Runs a plan over a live target and keeps what it answered, in memory; until `over` comes back.
///
/// # Errors
/// The client cannot be set up.
pub async fn record(
    plan: &Plan,
    config: LiveConfig,
    over: impl Future<Output = ()>,
) -> Result<Recording, TransportError> {
    let shown = Shown {
        base_url: config.base_url.to_string(),
        reference: false,
    };
    let transport = LiveTransport::new(config)?;
    let recorder = Recorder::in_memory(&transport);
    let (gate, stop) = (Gate::default(), Stop::default());
    let mark = fresh_mark();
    let options = RunOptions {
        mark: mark.clone(),
        ..RunOptions::default()
    };
    let keeping = Keeping::new(plan, &recorder, &mark);
    let watch = async {
        over.await;
        transport.cancel();
        std::future::pending::<Infallible>().await
    };
    let run = async {
        kept(&keeping, options, &gate, &stop).await;
        keeping.clean(false).await;
    };
    tokio::select! {
        () = run => {}
        never = watch => match never {},
    }
    // Into memory nothing can fail.
    let exchanges = recorder.finish(None, BTreeSet::new()).unwrap_or_default();
    Ok(Recording {
        header: header(plan, &shown, &mark),
        exchanges,
        cut: None,
        stood_in: StoodIn::default(),
    })
}

/// What the cases see over answers that are played back, until they are stopped.
pub async fn played(
    plan: &Plan,
    transport: &dyn Transport,
    options: RunOptions,
    gate: &Gate,
    stop: &Stop,
) -> Vec<CaseRun> {
    let keeping = Keeping::new(plan, transport, &options.mark);
    kept(&keeping, options, gate, stop).await
}

/// Runs all cases, with account of what they make.
async fn kept(
    keeping: &Keeping<'_>,
    options: RunOptions,
    gate: &Gate,
    stop: &Stop,
) -> Vec<CaseRun> {
    let runner = Runner {
        account: Some(keeping),
        ..Runner::new(keeping.plan, keeping, options, gate, &Silence, stop)
    };
    runner.run_cases().await
}

/// The first line of a recording made now.
pub(super) fn header(plan: &Plan, target: &Shown, mark: &str) -> Header {
    let is_write = |request: &PlannedRequest| is_write(&request.method);
    let steps = plan.cases.iter().flat_map(|case| &case.steps);
    let mut requests = steps.flat_map(|step| &step.requests);
    let reasons = |of: fn(&Case) -> &Option<String>| {
        let cases = plan.cases.iter();
        let all = cases.filter_map(|case| Some((case.id.clone(), of(case).clone()?)));
        all.collect()
    };
    Header {
        conform_recording: RECORDING_VERSION,
        contract_sha256: plan.contract.document.sha256.clone(),
        contract: plan.contract.title.clone(),
        base_url: target.base_url.clone(),
        reference: target.reference,
        parameters: plan.parameters.clone(),
        shard: plan.shard,
        skipped: reasons(|case| &case.skipped),
        bare: reasons(|case| &case.bare),
        mark: requests.any(is_write).then(|| mark.to_owned()),
    }
}

/// What marks the texts of a run that begins now.
pub(super) fn fresh_mark() -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let nanos = now.map_or(0, |since| since.as_nanos() as u64);
    let seed = nanos ^ u64::from(std::process::id()).rotate_left(32);
    marks::of_run(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    use super::*;
    use crate::battery::{Battery, Selection};
    use crate::contract::Contract;
    use crate::exchange::{Answer, Attempt, BodyEnd, Exchange, Request};
    use crate::ledger::Verdict;
    use crate::transport::{Pausing, Replay, Sending, at_once};

    const TOYS: &str = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /toys:\n    get: {operationId: toys, responses: {'200': {description: d}}}\n";

    /// Answers whoever comes first last, and with a server error.
    struct Hasty(AtomicU64);

    impl Transport for Hasty {
        fn send(&self, request: Request) -> Sending<'_> {
            let number = self.0.fetch_add(1, Ordering::SeqCst);
            let answer = Answer {
                status: if number == 0 { 500 } else { 200 },
                headers: Vec::new(),
                body: Arc::default(),
                end: BodyEnd::Complete,
            };
            Box::pin(async move {
                tokio::time::sleep(Duration::from_millis(90_u64.saturating_sub(30 * number))).await;
                Exchange {
                    url: request.target.clone(),
                    request,
                    headers: Vec::new(),
                    attempts: vec![Attempt {
                        result: Ok(answer),
                        took: Duration::ZERO,
                        waited: Duration::ZERO,
                    }],
                }
            })
        }

        fn pause(&self, _: Duration) -> Pausing<'_> {
            at_once()
        }
    }

    #[tokio::test]
    async fn cases_that_ask_the_same_at_once_get_their_own_answers_back() {
        let mut battery = Battery::default();
        for id in ["a", "b", "c"] {
            let text = format!(
                "case: {id}\ntitle: t\noperation: toys\nexpects: success\naccepts: [2XX]\naims: []\nmeans: m\n"
            );
            battery.add(&format!("{id}.yaml"), &text, false).unwrap();
        }
        let contract = Contract::load("t.yaml", TOYS.to_owned(), &battery.aliases()).unwrap();
        let plan = Plan::new(Arc::new(contract), &battery, &Selection::default()).unwrap();
        let (gate, hasty) = (Gate::default(), Hasty(AtomicU64::new(0)));
        let recorder = Recorder::in_memory(&hasty);
        let at_once = |concurrency| RunOptions {
            concurrency,
            ..RunOptions::default()
        };
        let verdicts = |runs: Vec<CaseRun>| -> Vec<Verdict> {
            runs.iter().map(|run| run.standing.verdict()).collect()
        };
        let seen = verdicts(played(&plan, &recorder, at_once(3), &gate, &Stop::default()).await);
        assert_ne!(seen[0], Verdict::Pass, "{seen:?}");
        let shown = Shown {
            base_url: String::new(),
            reference: false,
        };
        let recording = Recording {
            header: header(&plan, &shown, "m"),
            exchanges: recorder.finish(None, BTreeSet::new()).unwrap(),
            cut: None,
            stood_in: StoodIn::default(),
        };
        for concurrency in [1, 3] {
            let replay = Replay::new(recording.clone());
            let again = verdicts(
                played(
                    &plan,
                    &replay,
                    at_once(concurrency),
                    &gate,
                    &Stop::default(),
                )
                .await,
            );
            assert_eq!(again, seen, "{concurrency}");
        }
    }
}
