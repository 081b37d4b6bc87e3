//! A suite that is run: over real HTTP, within its time, to a finished report.

use std::convert::Infallible;
use std::time::Instant;

use crate::battery::Plan;
use crate::exchange::Redactor;
use crate::exchange::auth::Auth;
use crate::ledger::Gate;
use crate::mock::MockServer;
use crate::report::Report;
use crate::run::{Context, Runner, Silence, Stop, assemble};
use crate::transport::{LiveConfig, LiveTransport};

use super::{Suite, SuiteError, Target, wiring};

impl Suite {
    /// Runs the battery. Needs a Tokio runtime with I/O and time, of either flavour; the target may live on the same one.
    ///
    /// # Errors
    /// What keeps a run from beginning. Whatever the target does is no error but part of the report.
    pub async fn run(&self) -> Result<Report, SuiteError> {
        let plan = self.plan()?;
        match &self.target {
            Target::None => Err(SuiteError::NoTarget),
            Target::At(url) => self.against(&plan, url).await,
            Target::Reference(config) => {
                let server = MockServer::start(config.clone()).await?;
                let report = self.against(&plan, server.base_url()).await;
                server.stop().await;
                report
            }
        }
    }

    /// As [`Suite::run`], on a runtime of its own; for tests that are not asynchronous.
    ///
    /// # Errors
    /// As [`Suite::run`], and where no runtime starts.
    pub fn run_blocking(&self) -> Result<Report, SuiteError> {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .map_err(SuiteError::Runtime)?
            .block_on(self.run())
    }

    async fn against(&self, plan: &Plan, url: &str) -> Result<Report, SuiteError> {
        let (url, shown) = wiring::base_url(url)?;
        let deadline = Instant::now() + self.max_time;
        let mut config = LiveConfig::new(url);
        config.auth = wiring::auth(plan, self.keyring(plan))?;
        config.timeout = self.timeout;
        config.deadline = Some(deadline);
        let (auth, redactor) = (config.auth.clone(), config.redactor());
        let transport = LiveTransport::new(config)?;
        let stop = Stop::default();
        let watch = async {
            tokio::time::sleep_until(deadline.into()).await;
            let longest = self.max_time.as_secs_f64();
            stop.now(&format!("the time for the run ({longest} s) is over"));
            transport.cancel();
            std::future::pending::<Infallible>().await
        };
        tokio::select! {
            report = self.report(plan, &transport, &stop, shown.as_str(), &auth, &redactor) => Ok(report),
            never = watch => match never {},
        }
    }

    async fn report(
        &self,
        plan: &Plan,
        transport: &LiveTransport,
        stop: &Stop,
        shown: &str,
        auth: &Auth,
        redactor: &Redactor,
    ) -> Report {
        let gate = Gate {
            level: self.level,
            baseline: None,
            min_coverage: None,
        };
        let began = Instant::now();
        let started = jiff::Timestamp::now().to_string();
        let options = self.options.clone();
        let finished = Runner::new(plan, transport, options, &gate, &Silence, stop)
            .run()
            .await;
        let context = Context {
            base_url: shown.trim_end_matches('/').to_owned(),
            started,
            duration_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            options: wiring::options(self),
            auth,
            redactor,
        };
        assemble(plan, &finished, &context)
    }
}
