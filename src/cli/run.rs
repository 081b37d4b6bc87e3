//! `conform run`.

use std::cell::RefCell;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use url::Url;

use crate::battery::{Plan, Selection};
use crate::contract::Level;
use crate::exchange::{Credentials, Redactor, Request};
use crate::ledger::{Baseline, Gate};
use crate::mock::{MockConfig, MockServer};
use crate::report::Report;
use crate::report::writer::Destination;
use crate::run::{Context, Finished, RunOptions, Runner, Stop, assemble};
use crate::transport::{AuthScheme, LiveTransport, Replay, Transport};

use super::args::RunArgs;
use super::config::{self, Resolved, duration};
use super::progress::CaseLines;
use super::settings::{GateLevel, Settings};
use super::terminal::{Paint, Stream};
use super::{CliError, conclude, load, orders, recording, target, terminal};

/// Runs the battery.
pub fn main(args: &RunArgs) -> Result<u8, CliError> {
    let resolved = config::resolve(
        &args.settings,
        args.config.as_deref(),
        args.profile.as_deref(),
        |name| std::env::var(name).ok(),
    )?;
    let settings = &resolved.settings;
    if let Some(text) = &settings.base_url {
        target::base_url(text)?;
    }
    let is_reference = settings.base_url.is_none() && settings.replay.is_none();
    let keys = if is_reference {
        target::reference_keys()
    } else {
        target::keys(settings, |name| std::env::var(name).ok())?
    };
    let plan = plan(
        settings,
        is_reference,
        keys.restricted.is_some() || settings.replay.is_some(),
    )?;
    if args.list {
        return Ok(list(&plan));
    }
    check_selection(settings, &plan, is_reference)?;
    let orders = orders::of(settings)?;
    let gate = gate(settings, &plan)?;
    let scheme = target::scheme(&plan)?;
    let needs_key = crate::suite::needs_key(&plan);
    if !is_reference && settings.replay.is_none() && needs_key {
        target::check_keys(&keys, &scheme)?;
    }
    let stream = if orders
        .iter()
        .any(|order| order.destination == Destination::Stdout)
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
        scheme,
        stream,
        paint,
        quiet,
        troubles: RefCell::default(),
    };
    let report = runtime()?.block_on(run.target(keys))?;
    Ok(conclude::main(&run, report, &orders))
}

/// Says what a selection left nothing of, and that the reference server serves one contract only.
fn check_selection(settings: &Settings, plan: &Plan, is_reference: bool) -> Result<(), CliError> {
    if plan.cases.is_empty() && !settings.case.is_empty() {
        let known = || plan.known_cases.iter().map(String::as_str);
        let near = crate::battery::nearest(&settings.case[0], known());
        let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
        let globs = settings.case.join(" ");
        terminal::trouble(&format!("warning: no case matches --case {globs}{hint}"));
    }
    let is_served = plan
        .cases
        .iter()
        .all(|case| plan.operation(case).path == crate::mock::PATH);
    if is_reference && !is_served {
        return Err(CliError::new(
            "the reference server serves the embedded contract's operation only: give --base-url to test this contract",
        ));
    }
    Ok(())
}

/// Makes the plan of a run.
fn plan(settings: &Settings, is_reference: bool, has_restricted: bool) -> Result<Plan, CliError> {
    let battery = load::battery(&settings.cases, settings.no_default_cases == Some(true))?;
    let contract = load::contract(settings.spec.as_deref(), &battery)?;
    let mut parameters = target::parameters(settings, is_reference)?;
    let mut has_restricted = has_restricted;
    if let Some(path) = &settings.replay {
        let recording = recording::read(path, &contract)?;
        has_restricted = recording::has_restricted(&recording);
        let given = std::mem::replace(&mut parameters, recording.header.parameters);
        parameters.extend(given);
    }
    if is_reference {
        // What the reference server would take is no parameter of another contract.
        parameters.retain(|name, _| {
            settings
                .param
                .iter()
                .any(|given| given.split('=').next() == Some(name))
                || contract
                    .operations
                    .iter()
                    .flat_map(|operation| &operation.parameters)
                    .any(|one| one.name == *name)
        });
    }
    let selection = Selection {
        only: settings.case.clone(),
        skip: settings.skip.clone(),
        parameters,
        has_restricted,
        allow_writes: settings.allow_writes == Some(true),
        levels: Vec::new(),
    };
    Ok(Plan::new(contract, &battery, &selection)?)
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
                today(),
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

pub(super) fn today() -> jiff::civil::Date {
    jiff::Timestamp::now()
        .to_zoned_datetime(jiff::tz::TimeZone::UTC)
        .date()
}

/// A run about to begin.
pub(super) struct Run<'a> {
    pub(super) resolved: &'a Resolved,
    pub(super) plan: &'a Plan,
    gate: &'a Gate,
    scheme: AuthScheme,
    pub(super) stream: Stream,
    pub(super) paint: Paint,
    pub(super) quiet: bool,
    /// What went wrong beside the run itself; makes the exit code 2.
    pub(super) troubles: RefCell<Vec<String>>,
}

impl Run<'_> {
    fn say(&self, text: &str) {
        if !self.quiet {
            self.stream.line(&terminal::harmless(text));
        }
    }

    /// Finds the target, runs, and reports.
    async fn target(&self, keys: target::Keys) -> Result<Report, CliError> {
        let settings = &self.resolved.settings;
        let longest = settings
            .max_time
            .as_deref()
            .map_or(Ok(Duration::from_secs(300)), |text| {
                duration("--max-time", text)
            })?;
        let deadline = Instant::now() + longest;
        let stop = Arc::new(Stop::default());
        if let Some(path) = &settings.replay {
            return self.replay(path, &stop).await;
        }
        if let Some(text) = &settings.base_url {
            let (url, shown) = target::base_url(text)?;
            let is_local = url.host().is_some_and(|host| match host {
                url::Host::Domain(name) => name == "localhost",
                url::Host::Ipv4(address) => address.is_loopback(),
                url::Host::Ipv6(address) => address.is_loopback(),
            });
            if url.scheme() == "http"
                && !is_local
                && keys.full.is_some()
                && self.scheme != AuthScheme::None
            {
                terminal::trouble(
                    "warning: the credentials go over plain http, where anybody on the way can read them",
                );
            }
            if settings.insecure == Some(true) {
                terminal::trouble(
                    "warning: --insecure takes any certificate, so the target may be somebody else",
                );
            }
            self.live(url, &shown, keys, deadline, longest, stop).await
        } else {
            let server = MockServer::start(MockConfig::default())
                .await
                .map_err(|error| CliError::new(error.to_string()))?;
            let (url, shown) = target::base_url(server.base_url())?;
            self.say(&format!(
                "No --base-url: testing the reference server, started for this run on {url}\n"
            ));
            let report = self.live(url, &shown, keys, deadline, longest, stop).await;
            server.stop().await;
            report
        }
    }

    async fn live(
        &self,
        url: Url,
        shown: &Url,
        keys: target::Keys,
        deadline: Instant,
        longest: Duration,
        stop: Arc<Stop>,
    ) -> Result<Report, CliError> {
        let settings = &self.resolved.settings;
        let config = target::live_config(settings, url, self.scheme.clone(), keys, deadline)?;
        let redactor = config.redactor();
        let transport =
            Arc::new(LiveTransport::new(config).map_err(|error| CliError::new(error.to_string()))?);
        let watch = {
            let (transport, stop) = (Arc::clone(&transport), Arc::clone(&stop));
            let words = format!(
                "the time for the run (--max-time, {} s) is over",
                longest.as_secs_f64()
            );
            tokio::spawn(async move {
                tokio::select! {
                    () = interrupted() => stop.now("the run was interrupted"),
                    () = tokio::time::sleep_until(deadline.into()) => stop.now(&words),
                }
                transport.cancel();
            })
        };
        if let Some(text) = &settings.wait {
            self.wait(transport.as_ref(), duration("--wait", text)?)
                .await;
        }
        let shown = shown.as_str().trim_end_matches('/').to_owned();
        let report = match &settings.record {
            Some(path) => {
                let header = recording::header(self.plan, settings, &shown)?;
                let recorder = recording::recorder(transport.as_ref(), path, &header, &redactor)?;
                let report = self.run(&recorder, &shown, &redactor, &stop).await;
                // What was found out is told all the same.
                if let Err(error) = recording::finish(recorder, path) {
                    self.troubles.borrow_mut().push(error.to_string());
                }
                report
            }
            None => self.run(transport.as_ref(), &shown, &redactor, &stop).await,
        };
        watch.abort();
        Ok(report)
    }

    /// Judges a recording again.
    async fn replay(&self, path: &Path, stop: &Stop) -> Result<Report, CliError> {
        let recording = recording::read(path, &self.plan.contract)?;
        let shown = recording.header.base_url.clone();
        let replay = Replay::new(recording);
        let report = self.run(&replay, &shown, &Redactor::default(), stop).await;
        match replay.missing() {
            Some(request) => Err(CliError::new(format!(
                "{}: the recording does not fit the cases, it has no answer to {request}; record again",
                path.display()
            ))),
            None => Ok(report),
        }
    }

    /// Waits until the target answers anything at all.
    async fn wait(&self, transport: &LiveTransport, longest: Duration) {
        let until = Instant::now() + longest;
        loop {
            let probe = Request {
                method: "GET".into(),
                target: "/".into(),
                from_link: false,
                credentials: Credentials::None,
                ..Request::default()
            };
            let left = until.saturating_duration_since(Instant::now());
            let answered = tokio::time::timeout(left, transport.send(probe))
                .await
                .is_ok_and(|exchange| exchange.answer().is_some());
            if answered || Instant::now() >= until {
                return;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    async fn run(
        &self,
        transport: &dyn Transport,
        base_url: &str,
        redactor: &Redactor,
        stop: &Stop,
    ) -> Report {
        let settings = &self.resolved.settings;
        let defaults = RunOptions::default();
        let options = RunOptions {
            max_pages: settings.max_pages.unwrap_or(defaults.max_pages),
            concurrency: settings.concurrency.unwrap_or(defaults.concurrency),
        };
        let began = Instant::now();
        let started = jiff::Timestamp::now().to_string();
        let lines = CaseLines::new(self.stream, self.paint, self.quiet, redactor.clone());
        let finished: Finished =
            Runner::new(self.plan, transport, options, self.gate, &lines, stop)
                .run()
                .await;
        lines.close();
        let context = Context {
            base_url: base_url.to_owned(),
            started,
            duration_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            options: self
                .resolved
                .sources
                .iter()
                .map(|(name, (value, _))| (name.clone(), shown_setting(name, value)))
                .collect(),
            scheme: self.scheme.clone(),
            redactor,
        };
        assemble(self.plan, &finished, &context)
    }
}

/// A setting's value as reports may show it.
fn shown_setting(name: &str, value: &str) -> String {
    match name {
        "api-key" | "header" => "[redacted]".to_owned(),
        "base-url" | "proxy" => match Url::parse(value) {
            Ok(mut url) if !url.username().is_empty() || url.password().is_some() => {
                let taken = url.set_username("").and_then(|()| url.set_password(None));
                if taken.is_ok() {
                    url.to_string()
                } else {
                    "[redacted]".to_owned()
                }
            }
            _ => value.to_owned(),
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
