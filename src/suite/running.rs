//! A suite that is run: over real HTTP, within its time, to a finished report.

use crate::battery::Plan;
use crate::ledger::Gate;
use crate::mock::MockServer;
use crate::report::Report;
use crate::run::{self, Session, Silence};
use crate::transport::LiveConfig;

use super::{Suite, SuiteError, Target, auth_scheme, wiring};

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
        let scheme = auth_scheme(plan)?;
        let mut config = LiveConfig::new(url);
        config.scheme = scheme.clone();
        config.key.clone_from(&self.key);
        config.restricted.clone_from(&self.restricted);
        config.timeout = self.timeout;
        let gate = Gate {
            level: self.level,
            ..Gate::default()
        };
        let session = Session {
            plan,
            gate: &gate,
            options: self.options.clone(),
            listener: &Silence,
            shown_options: wiring::options(self),
            scheme,
        };
        let target = run::Target {
            config,
            shown: shown.as_str().trim_end_matches('/').to_owned(),
            record: None,
            wait: None,
            max_time: self.max_time,
        };
        Ok(session.live(target, std::future::pending()).await?.report)
    }
}
