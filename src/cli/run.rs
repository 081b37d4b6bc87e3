//! `conform run`.

use std::collections::BTreeMap;
use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

use url::Url;

use crate::battery::{Case, Plan};
use crate::contract::Level;
use crate::exchange::auth::Auth;
use crate::exchange::{Recording, Redactor};
use crate::ledger::Gate;
use crate::mock::{MockConfig, MockServer};
use crate::report::Report;
use crate::report::writer::Destination;
use crate::run::{self, RunOptions, Session};

use super::args::RunArgs;
use super::config::{self, Resolved};
use super::environment::{self, Environment};
use super::finish::Telling;
use super::progress::CaseLines;
use super::settings::{GateLevel, Settings};
use super::target::{self, Target};
use super::terminal::{Paint, Stream};
use super::text::plural;
use super::watch::Watch;
use super::{CliError, finish, known, outputs, terminal};

/// The longest that a run takes unless something else is said.
const LONGEST: Duration = Duration::from_secs(300);

/// Runs the battery.
pub fn main(args: &RunArgs, environment: &Environment) -> Result<u8, CliError> {
    let resolved = config::resolve(&args.settings, &args.layers, environment)?;
    let settings = &resolved.settings;
    environment::check(&resolved.variables())?;
    let watch = watch(settings)?;
    let target = match args.list {
        true => Target::assumed(settings),
        false => Target::of(&resolved, environment)?,
    };
    target::wait(settings)?;
    let outputs = outputs::of(settings)?;
    outputs::check(&resolved, &outputs, &[])?;
    let (mut plan, recordings) = target::plan(&resolved, &target)?;
    if args.list {
        return Ok(list(&plan));
    }
    check_selection(settings, &plan, &target)?;
    let known = known::Known::read(settings, &plan)?;
    let gate = gate(settings, &known);
    let auth = target::auth_at(&target, settings, &mut plan)?;
    let is_printed = |destination: &Destination| *destination == Destination::Stdout;
    let stream = match outputs.iter().any(|output| is_printed(&output.destination)) {
        true => Stream::Err,
        false => Stream::Out,
    };
    let paint = Paint::new(settings.color, stream);
    let quiet = settings.quiet == Some(true);
    if settings.verbose == Some(true) {
        for (name, (value, source)) in &resolved.sources {
            let value = shown_setting(name, value);
            stream.line(&terminal::harmless(&format!(
                "setting  {name} = {value} ({source})"
            )));
        }
    }
    let run = Run {
        resolved: &resolved,
        target: &target,
        plan: &plan,
        gate: &gate,
        auth,
        watch: &watch,
        stream,
        paint,
        quiet,
    };
    let (report, troubles) = runtime()?.block_on(run.to_its_end(recordings))?;
    let remedy = watch.remedy();
    watch.writing();
    let telling = Telling {
        settings,
        plan: &plan,
        known: &known,
        stream,
        paint,
        quiet,
        remedy,
    };
    Ok(finish::main(&telling, report, troubles, outputs))
}

/// Watches over what these settings begin.
pub fn watch(settings: &Settings) -> Result<Watch, CliError> {
    let longest = target::time("--max-time", settings.max_time.as_ref())?;
    Watch::begin(Some(longest.unwrap_or(LONGEST)))
}

/// Says what a selection left nothing of, and that the reference server serves one contract only.
fn check_selection(settings: &Settings, plan: &Plan, target: &Target) -> Result<(), CliError> {
    if plan.cases.is_empty() && !settings.case.is_empty() {
        let known = plan.known_cases.iter().map(String::as_str);
        let hint = crate::contract::nearest::hint(&settings.case[0], known);
        let globs = settings.case.join(" ");
        terminal::trouble(&format!("warning: no case matches --case {globs}{hint}"));
    }
    // The cases of other operations are not derived where some are named.
    for glob in settings
        .skip
        .iter()
        .filter(|_| settings.operation.is_empty())
    {
        let known = || plan.known_cases.iter().map(String::as_str);
        if !known().any(|id| glob_match::glob_match(glob, id)) {
            let hint = crate::contract::nearest::hint(glob, known());
            terminal::trouble(&format!("warning: no case matches --skip {glob}{hint}"));
        }
    }
    let mut asked = plan.cases.iter().flat_map(Case::operations);
    let is_served = asked.all(|ix| plan.contract.operations[ix].path == crate::mock::PATH);
    if *target == Target::Reference && !is_served {
        return Err(CliError::new(
            "the reference server serves the embedded contract's operation only: give --base-url URL to test this contract",
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
    match plan.cases.is_empty() {
        true => {
            terminal::trouble(&why_empty(plan));
            3
        }
        false => 0,
    }
}

/// Why there is nothing to run.
fn why_empty(plan: &Plan) -> String {
    let mut left_out = plan.left_out.iter();
    let first = left_out.next();
    let shown = first.map(|one| {
        let operation = &plan.contract.operations[one.operation];
        let more = left_out.len();
        let named = format!("{} {}: {}", operation.method, operation.path, one.why);
        let flag = match one.flag.is_empty() {
            true => String::new(),
            false => format!(" ({})", one.flag),
        };
        let others = match more {
            0 => String::new(),
            _ => format!("; and {}", plural(more as u64, "more operation")),
        };
        format!("no case to run: {named}{flag}{others}")
    });
    shown.unwrap_or_else(|| match plan.contract.operations.is_empty() {
        true => "no case to run: the document has no operation".to_owned(),
        false => "no case to run".to_owned(),
    })
}

/// What gates.
pub fn gate(settings: &Settings, known: &known::Known) -> Gate {
    Gate {
        level: match settings.gate.unwrap_or(GateLevel::Should) {
            GateLevel::Must => Level::Must,
            GateLevel::Should => Level::Should,
        },
        baseline: known.gating.clone(),
        // What a shard shows is a part of what is demanded of the whole.
        min_coverage: settings
            .min_coverage
            .filter(|_| settings.shard.is_none())
            .map(f64::from),
        without_core: settings.no_core == Some(true),
    }
}

/// A run about to begin.
struct Run<'a> {
    resolved: &'a Resolved,
    target: &'a Target,
    plan: &'a Plan,
    gate: &'a Gate,
    auth: Auth,
    watch: &'a Watch,
    stream: Stream,
    paint: Paint,
    quiet: bool,
}

impl Run<'_> {
    /// Finds the target and runs: the report, and what went wrong beside the run itself.
    async fn to_its_end(
        &self,
        recordings: Vec<Recording>,
    ) -> Result<(Report, Vec<String>), CliError> {
        if !recordings.is_empty() {
            let lines = CaseLines::new(self.stream, self.paint, self.quiet, Redactor::default());
            let session = self.session(&lines);
            let report = match <[Recording; 1]>::try_from(recordings) {
                Ok([whole]) => session.replay(whole, &self.watch.stop).await,
                Err(shards) => session.settle(shards, &self.watch.stop).await,
            };
            lines.close(self.resolved.settings.verbose == Some(true));
            return Ok((report?, Vec::new()));
        }
        let Target::At(text) = self.target else {
            let started = MockServer::start(MockConfig::default()).await;
            let server = started.map_err(|error| CliError::new(error.to_string()))?;
            let url = server.base_url();
            if !self.quiet {
                let said = match self.resolved.settings.base_url {
                    Some(_) => "--base-url reference",
                    None => "No --base-url",
                };
                self.stream.line(&format!(
                    "{said}: testing the reference server, started for this run on {url}\n"
                ));
            }
            let ended = self.live(url).await;
            server.stop().await;
            return ended;
        };
        let (url, _) = target::base_url(text)?;
        if url.scheme() == "http" && !target::is_loopback(&url) && self.auth.is_secret() {
            terminal::trouble(
                "warning: the credentials go over plain http, where anybody on the way can read them",
            );
        }
        if self.resolved.settings.insecure == Some(true) {
            terminal::trouble(
                "warning: --insecure accepts any certificate, so the target may be somebody else",
            );
        }
        self.live(text).await
    }

    async fn live(&self, url: &str) -> Result<(Report, Vec<String>), CliError> {
        let settings = &self.resolved.settings;
        let (url, shown) = target::base_url(url)?;
        let mut config = target::live_config(settings, url, self.auth.clone())?;
        config.deadline = self.watch.deadline;
        let (redactor, warnings) = config.redactor(&run::own_words(self.plan, shown.as_str()));
        let is_given = *self.target != Target::Reference;
        for warning in warnings.iter().filter(|_| is_given) {
            terminal::trouble(&format!("warning: {warning}"));
        }
        let lines = CaseLines::new(self.stream, self.paint, self.quiet, redactor);
        let lines = match settings.verbose {
            Some(true) => lines,
            _ => lines.unless(self.watch.is_over()),
        };
        let target = run::Target {
            config,
            shown: crate::suite::shown(&shown, *self.target == Target::Reference),
            record: settings.record.clone(),
            wait: target::wait(settings)?,
        };
        let session = self.session(&lines);
        let ended = session
            .live(target, &self.watch.stop, self.watch.over())
            .await;
        lines.close(self.resolved.settings.verbose == Some(true));
        let ended = ended?;
        for name in &ended.replaced {
            terminal::trouble(&format!(
                "warning: {name} stood in answers; the recording holds a stand-in there, so what only a replay finds broken in these answers is left open there"
            ));
        }
        let troubles = ended.trouble.iter().map(ToString::to_string).collect();
        Ok((ended.report, troubles))
    }

    fn session<'s>(&'s self, lines: &'s CaseLines) -> Session<'s> {
        let settings = &self.resolved.settings;
        let defaults = RunOptions::default();
        // Operations side by side, where no battery says otherwise.
        let is_derived = self.plan.cases.iter().any(|case| case.derived.is_some());
        let at_once = if is_derived { 4 } else { defaults.concurrency };
        Session {
            plan: self.plan,
            gate: self.gate,
            options: RunOptions {
                max_pages: settings
                    .max_pages
                    .map_or(defaults.max_pages, NonZeroU64::get),
                concurrency: settings.concurrency.map_or(at_once, NonZeroUsize::get),
                ..defaults
            },
            listener: lines,
            shown_options: shown_options(self.resolved),
            auth: self.auth.clone(),
        }
    }
}

/// The settings that are not at their default, as reports may show them.
pub fn shown_options(resolved: &Resolved) -> BTreeMap<String, String> {
    let shown = |(name, (value, _)): (&String, &(String, String))| {
        (name.clone(), shown_setting(name, value))
    };
    resolved.sources.iter().map(shown).collect()
}

/// A setting's value as reports may show it.
fn shown_setting(name: &str, value: &str) -> String {
    match name {
        "api-key" | "header" => "[redacted]".to_owned(),
        "base-url" | "proxy" => match Url::parse(value) {
            Ok(url)
                if url.has_host()
                    && url.username().is_empty()
                    && url.password().is_none()
                    && !(name == "proxy" && value.contains('@')) =>
            {
                value.to_owned()
            }
            // It need not be a URL to hold a password, and one that holds a slash looks like a path.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_shown_without_its_secret() {
        for (name, value, shown) in [
            ("proxy", "us:PASS@host:3128", "[redacted]@host:3128"),
            ("proxy", "http://us:PASS@host:3128", "[redacted]@host:3128"),
            (
                "proxy",
                "http://us:12/PASS@host:3128",
                "[redacted]@host:3128",
            ),
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
