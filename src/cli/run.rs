//! `conform run`.

use std::time::Duration;

use url::Url;

use crate::battery::{Case, Plan};
use crate::contract::Level;
use crate::exchange::auth::Auth;
use crate::exchange::{Recording, Redactor};
use crate::ledger::{Baseline, Gate};
use crate::mock::{MockConfig, MockServer};
use crate::report::Report;
use crate::report::writer::Destination;
use crate::run::{self, RunOptions, Session};

use super::args::RunArgs;
use super::config::{self, Resolved};
use super::finish::Telling;
use super::progress::CaseLines;
use super::quantity::Quantity;
use super::settings::{GateLevel, Settings};
use super::terminal::{Paint, Stream};
use super::{CliError, finish, report_flag, target, terminal};

/// Runs the battery.
pub fn main(args: &RunArgs, is_from_environment: impl Fn(&str) -> bool) -> Result<u8, CliError> {
    let resolved = config::resolve(
        &args.settings,
        args.config.as_deref(),
        args.profile.as_deref(),
        is_from_environment,
    )?;
    let settings = &resolved.settings;
    if let Some(text) = &settings.base_url {
        target::base_url(text)?;
    }
    let is_reference = settings.base_url.is_none() && settings.replay.is_none();
    let has_restricted = is_reference || target::has_restricted();
    let (plan, recording) = target::plan(settings, &resolved.levels, is_reference, has_restricted)?;
    if args.list {
        return Ok(list(&plan));
    }
    check_selection(settings, &plan, is_reference)?;
    let outputs = report_flag::outputs(settings)?;
    let gate = gate(settings, &plan)?;
    let auth = if is_reference {
        crate::suite::auth(&plan, crate::suite::reference_keyring(&plan))?
    } else if recording.is_some() {
        crate::suite::auth_outline(&plan)
    } else {
        target::auth(settings, &resolved.auth, &plan)?
    };
    let stream = if outputs
        .iter()
        .any(|output| output.destination == Destination::Stdout)
    {
        Stream::Err
    } else {
        Stream::Out
    };
    let paint = Paint::new(settings.color, stream);
    let quiet = settings.quiet == Some(true);
    if settings.verbose == Some(true) {
        for (name, (value, source)) in &resolved.sources {
            stream.line(&terminal::harmless(&format!(
                "setting  {name} = {} ({source})",
                shown_setting(name, value)
            )));
        }
    }
    let run = Run {
        resolved: &resolved,
        plan: &plan,
        gate: &gate,
        auth,
        stream,
        paint,
        quiet,
    };
    let (report, troubles) = runtime()?.block_on(run.to_its_end(recording))?;
    let telling = Telling {
        settings,
        plan: &plan,
        stream,
        paint,
        quiet,
    };
    Ok(finish::main(&telling, report, troubles, &outputs))
}

/// Says what a selection left nothing of, and that the reference server serves one contract only.
fn check_selection(settings: &Settings, plan: &Plan, is_reference: bool) -> Result<(), CliError> {
    if plan.cases.is_empty() && !settings.case.is_empty() {
        let known = plan.known_cases.iter().map(String::as_str);
        let hint = crate::contract::nearest::hint(&settings.case[0], known);
        let globs = settings.case.join(" ");
        terminal::trouble(&format!("warning: no case matches --case {globs}{hint}"));
    }
    let mut asked = plan.cases.iter().flat_map(Case::operations);
    let is_served = asked.all(|ix| plan.contract.operations[ix].path == crate::mock::PATH);
    if is_reference && !is_served {
        return Err(CliError::new(
            "the reference server serves the embedded contract's operation only: give --base-url to test this contract",
        ));
    }
    Ok(())
}

fn list(plan: &Plan) -> u8 {
    for case in &plan.cases {
        match &case.skipped {
            None => terminal::say(&format!("{:<26}  {}", case.id, case.title)),
            Some(why) => terminal::say(&format!("{:<26}  not run: {why}", case.id)),
        }
    }
    if plan.cases.is_empty() { 3 } else { 0 }
}

fn gate(settings: &Settings, plan: &Plan) -> Result<Gate, CliError> {
    let level = match settings.gate.unwrap_or(GateLevel::Should) {
        GateLevel::Must => Level::Must,
        GateLevel::Should => Level::Should,
    };
    if let Some(share) = settings
        .min_coverage
        .filter(|share| !(0.0..=100.0).contains(share))
    {
        return Err(CliError::new(format!(
            "--min-coverage {share}: write a share between 0 and 100"
        )));
    }
    let baseline = match &settings.baseline {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                CliError::new(format!("{}: cannot be read: {error}", path.display()))
            })?;
            Some(Baseline::read(
                &path.display().to_string(),
                &text,
                plan,
                finish::today(),
            )?)
        }
        None => None,
    };
    Ok(Gate {
        level,
        baseline,
        min_coverage: settings.min_coverage,
    })
}

/// A run about to begin.
struct Run<'a> {
    resolved: &'a Resolved,
    plan: &'a Plan,
    gate: &'a Gate,
    auth: Auth,
    stream: Stream,
    paint: Paint,
    quiet: bool,
}

impl Run<'_> {
    fn say(&self, text: &str) {
        if !self.quiet {
            self.stream.line(&terminal::harmless(text));
        }
    }

    /// Finds the target and runs: the report, and what went wrong beside the run itself.
    async fn to_its_end(
        &self,
        recording: Option<Recording>,
    ) -> Result<(Report, Vec<String>), CliError> {
        let settings = &self.resolved.settings;
        let lines = CaseLines::new(self.stream, self.paint, self.quiet, Redactor::default());
        if let Some(recording) = recording {
            let report = self.session(&lines).replay(recording).await;
            lines.close();
            return Ok((report?, Vec::new()));
        }
        let Some(text) = &settings.base_url else {
            let started = MockServer::start(MockConfig::default()).await;
            let server = started.map_err(|error| CliError::new(error.to_string()))?;
            let (url, _) = target::base_url(server.base_url())?;
            self.say(&format!(
                "No --base-url: testing the reference server, started for this run on {url}\n"
            ));
            let ended = self.live(server.base_url()).await;
            server.stop().await;
            return ended;
        };
        let (url, _) = target::base_url(text)?;
        if url.scheme() == "http" && !target::is_loopback(&url) && self.auth.is_secret() {
            terminal::trouble(
                "warning: the credentials go over plain http, where anybody on the way can read them",
            );
        }
        if settings.insecure == Some(true) {
            terminal::trouble(
                "warning: --insecure takes any certificate, so the target may be somebody else",
            );
        }
        self.live(text).await
    }

    async fn live(&self, url: &str) -> Result<(Report, Vec<String>), CliError> {
        let settings = &self.resolved.settings;
        let (url, shown) = target::base_url(url)?;
        let config = target::live_config(settings, url, self.auth.clone())?;
        let given = |quantity: &Option<Quantity<Duration>>| quantity.as_ref().map(|one| one.value);
        let (redactor, warnings) = config.redactor(&run::own_words(self.plan, shown.as_str()));
        for warning in warnings.iter().filter(|_| settings.base_url.is_some()) {
            terminal::trouble(&format!("warning: {warning}"));
        }
        let lines = CaseLines::new(self.stream, self.paint, self.quiet, redactor);
        let target = run::Target {
            config,
            shown: shown.as_str().trim_end_matches('/').to_owned(),
            record: settings.record.clone(),
            wait: given(&settings.wait),
            max_time: given(&settings.max_time).unwrap_or(Duration::from_secs(300)),
        };
        let ended = self.session(&lines).live(target, interrupted()).await;
        lines.close();
        let ended = ended?;
        let troubles = ended.trouble.iter().map(ToString::to_string).collect();
        Ok((ended.report, troubles))
    }

    fn session<'s>(&'s self, lines: &'s CaseLines) -> Session<'s> {
        let settings = &self.resolved.settings;
        let defaults = RunOptions::default();
        let shown = |(name, (value, _)): (&String, &(String, String))| {
            (name.clone(), shown_setting(name, value))
        };
        Session {
            plan: self.plan,
            gate: self.gate,
            options: RunOptions {
                max_pages: settings.max_pages.unwrap_or(defaults.max_pages),
                concurrency: settings.concurrency.unwrap_or(defaults.concurrency),
            },
            listener: lines,
            shown_options: self.resolved.sources.iter().map(shown).collect(),
            auth: self.auth.clone(),
        }
    }
}

/// A setting's value as reports may show it.
fn shown_setting(name: &str, value: &str) -> String {
    match name {
        "api-key" | "header" => "[redacted]".to_owned(),
        "base-url" | "proxy" => match Url::parse(value) {
            Ok(url) if url.has_host() && url.username().is_empty() && url.password().is_none() => {
                value.to_owned()
            }
            // It need not be a URL to hold a password.
            _ => match value.rsplit_once('@') {
                Some((_, host)) => format!("[redacted]@{host}"),
                None => value.to_owned(),
            },
        },
        _ => value.to_owned(),
    }
}

/// The runtime that everything runs on but the network, which the transport keeps to a thread of its own.
pub fn runtime() -> Result<tokio::runtime::Runtime, CliError> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| CliError::new(format!("the asynchronous runtime does not start: {error}")))
}

/// Comes back when the program is asked to stop.
pub async fn interrupted() {
    #[cfg(unix)]
    {
        let terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        if let Ok(mut terminated) = terminated {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    drop(tokio::signal::ctrl_c().await);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_shown_without_its_secret() {
        for (name, value, shown) in [
            ("proxy", "us:PASS@host:3128", "[redacted]@host:3128"),
            ("proxy", "http://us:PASS@host:3128", "[redacted]@host:3128"),
            ("proxy", "http://us:PA/S@S@host", "[redacted]@host"),
            ("proxy", "http://PASS@[::1", "[redacted]@[::1"),
            ("proxy", "//us:PASS@host", "[redacted]@host"),
            ("proxy", "http://host:3128", "http://host:3128"),
            ("base-url", "http://us:PASS@host/a", "[redacted]@host/a"),
            ("base-url", "http://host/@me", "http://host/@me"),
            ("base-url", "PASS@host", "[redacted]@host"),
            ("header", "X-Tenant: PASS", "[redacted]"),
            ("api-key", "PASS", "[redacted]"),
            ("rate", "5", "5"),
        ] {
            assert_eq!(shown_setting(name, value), shown);
        }
    }
}
