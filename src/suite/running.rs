//! A suite that is run: over real HTTP, within its time, to a finished report.

use std::time::Instant;

use crate::battery::Plan;
use crate::ledger::Gate;
use crate::mock::MockServer;
use crate::report::Report;
use crate::run::{self, Session, Silence, Stop};
use crate::transport::LiveConfig;

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
            Target::At(url) => self.against(&plan, url, false).await,
            Target::Reference(config) => {
                let server = MockServer::start(config.clone()).await?;
                let report = self.against(&plan, server.base_url(), true).await;
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

    #[expect(
        clippy::disallowed_methods,
        reason = "a run has so much time from now on"
    )]
    async fn against(&self, plan: &Plan, url: &str, reference: bool) -> Result<Report, SuiteError> {
        let (url, shown) = wiring::base_url(url)?;
        let mut config = LiveConfig::new(url);
        config.auth = wiring::auth(plan, self.keyring(plan))?;
        config.timeout = self.timeout;
        config.deadline = Some(Instant::now() + self.max_time);
        let gate = Gate {
            level: self.level,
            without_core: self.without_core,
            ..Gate::default()
        };
        let session = Session {
            plan,
            gate: &gate,
            options: self.options.clone(),
            listener: &Silence,
            shown_options: wiring::options(self),
            auth: config.auth.clone(),
        };
        let target = run::Target {
            config,
            shown: wiring::shown(&shown, reference),
            record: None,
            wait: None,
        };
        let stop = Stop::default();
        let over = async {
            tokio::time::sleep(self.max_time).await;
            let seconds = self.max_time.as_secs_f64();
            stop.now(&format!("the time for the run ({seconds} s) is over"));
        };
        Ok(session.live(target, &stop, over).await?.report)
    }
}
