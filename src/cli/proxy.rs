//! `conform proxy`: between any client and one upstream; what passes is judged beside the stream.

use std::cell::LazyCell;
use std::collections::BTreeSet;
use std::sync::OnceLock;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::exchange::traffic::Unanswered;
use crate::ledger::{Break, Gate};
use crate::report::Report;
use crate::run::traffic::{About, Base, Traffic, Trust, servers};
use crate::transport::proxy::{Passed, Proxy, Sink};

use super::args::ProxyArgs;
use super::config::{self, Resolved};
use super::environment::{self, Environment};
use super::judge::{Bench, largest, refuse_sending};
use super::watch::Watch;
use super::{CliError, finish, known, run, target, terminal};

/// So long what waits is still judged after an interruption: the program ends within two seconds.
const REST: Duration = Duration::from_millis(900);

/// Passes requests on until it is interrupted.
pub fn main(args: &ProxyArgs, environment: &Environment) -> Result<u8, CliError> {
    let resolved = config::resolve(&args.settings, &args.layers, environment)?;
    let settings = &resolved.settings;
    environment::check(&resolved.variables())?;
    refuse_sending(&resolved, "proxy")?;
    let named = |error: crate::suite::SuiteError| CliError::new(format!("--upstream: {error}"));
    let (url, shown) = crate::suite::base_url(&args.upstream).map_err(named)?;
    let longest = target::time("--for", args.longest.as_ref())?;
    let interval = target::time("--interval", args.interval.as_ref())?;
    let bench = Bench::new(&resolved)?;
    let known = known::Known::read(settings, &bench.plan)?;
    let gate = run::gate(settings, &known);
    let mut config = target::live_config(settings, url, crate::suite::auth_outline(&bench.plan))?;
    config.max_body = largest(settings);
    let watch = Watch::begin(None)?;
    let runtime = run::runtime()?;
    let (to, from) = unbounded_channel();
    let sink = Sink::new(to);
    let proxy = runtime.block_on(Proxy::bind(args.port, &config, sink.clone()));
    let proxy = proxy.map_err(|error| CliError::new(error.to_string()))?;
    let address = proxy
        .address()
        .map_err(|error| CliError::new(error.to_string()))?;
    let upstream = shown.as_str().trim_end_matches('/').to_owned();
    terminal::say(&terminal::harmless(&format!(
        "conform proxy: http://{address} passes on to {upstream}"
    )));
    let judging = Judging {
        bench: &bench,
        resolved: &resolved,
        gate: &gate,
        redact: &args.redact,
        upstream: &upstream,
        max_body: config.max_body,
        sink: &sink,
        began: (
            Instant::now(),
            crate::run::moment(SystemTime::now()).to_string(),
        ),
        last: OnceLock::new(),
    };
    let report = std::thread::scope(|scope| {
        let judge = scope.spawn(|| judging.until_the_end(from));
        runtime.block_on(async {
            tokio::select! {
                never = proxy.serve() => match never {},
                // The reports come in any case, and soon; what is not judged by then is counted.
                () = watch.over() => drop(judging.last.set(Instant::now() + REST)),
                () = elapsed(longest) => {}
                never = beats(interval, &sink) => match never {},
            }
        });
        // What is under way is cut off; then nobody hands over any more.
        drop(proxy);
        runtime.shutdown_timeout(Duration::from_millis(200));
        sink.close();
        judge
            .join()
            .map_err(|_| CliError::new("the judging broke off"))?
    })?;
    watch.writing();
    Ok(bench.finish(settings, &known, report))
}

async fn elapsed(longest: Option<Duration>) {
    match longest {
        Some(longest) => tokio::time::sleep(longest).await,
        None => std::future::pending().await,
    }
}

/// Reports are written though nothing passes.
async fn beats(interval: Option<Duration>, sink: &Sink) -> std::convert::Infallible {
    loop {
        elapsed(interval).await;
        sink.beat();
    }
}

/// All that judging what passes needs.
struct Judging<'a> {
    bench: &'a Bench,
    resolved: &'a Resolved,
    gate: &'a Gate,
    redact: &'a [String],
    upstream: &'a str,
    max_body: u64,
    sink: &'a Sink,
    began: (Instant, String),
    /// Until when something may be judged, once the end was asked for.
    last: OnceLock<Instant>,
}

impl Judging<'_> {
    /// Judges what passes until nobody hands over any more.
    fn until_the_end(&self, mut from: UnboundedReceiver<Passed>) -> Result<Report, CliError> {
        let plan = &self.bench.plan;
        let mut traffic = Traffic::new(plan, self.gate, self.redact, self.max_body);
        traffic.begin(self.bases(), Trust::Wire);
        let own = LazyCell::new(|| crate::run::own_words(plan, self.upstream));
        while let Some(passed) = from.blocking_recv() {
            self.sink.taken(&passed);
            match passed {
                Passed::End => break,
                Passed::Beat => {
                    let report = self.report(&mut traffic, false)?;
                    finish::write(&report, &self.bench.outputs);
                }
                Passed::Lost(why) => traffic.count(why),
                Passed::Seen(_) if self.is_over() => traffic.count(Unanswered::Dropped),
                Passed::Seen(seen) => {
                    let fresh = traffic.take(*seen);
                    if !fresh.is_empty() {
                        self.tell(&fresh, &traffic.redactor(|| &own));
                    }
                }
            }
        }
        traffic.end();
        self.report(&mut traffic, true)
    }

    fn is_over(&self) -> bool {
        self.last.get().is_some_and(|last| Instant::now() > *last)
    }

    fn report(&self, traffic: &mut Traffic<'_>, is_end: bool) -> Result<Report, CliError> {
        let about = About {
            sources: vec![self.upstream.to_owned()],
            base_url: self.upstream.to_owned(),
            started: self.began.1.clone(),
            duration_ms: u64::try_from(self.began.0.elapsed().as_millis()).unwrap_or(u64::MAX),
            options: run::shown_options(self.resolved),
            auth: &crate::suite::auth_outline(&self.bench.plan),
        };
        let lines = self.bench.lines(traffic, self.upstream);
        let report = match is_end {
            true => traffic.report(true, about, &lines)?,
            false => traffic.report(false, about, &crate::run::Silence)?,
        };
        lines.close(self.resolved.settings.verbose == Some(true));
        Ok(report)
    }

    /// Below what of the upstream the operations are: the paths of the document's servers, the longest first, and itself.
    fn bases(&self) -> Vec<Base> {
        let named = servers(&self.bench.plan.contract.document);
        let paths: BTreeSet<String> = named.iter().map(|url| Base::of(url).path).collect();
        let mut paths: Vec<String> = paths.into_iter().filter(|path| !path.is_empty()).collect();
        paths.sort_by_key(|path| std::cmp::Reverse(path.len()));
        let own = Base::of(self.upstream);
        let below = paths
            .into_iter()
            .filter(|path| !own.path.ends_with(path.as_str()));
        let mut bases: Vec<Base> = below
            .map(|path| Base::of(&format!("{}{path}", self.upstream)))
            .collect();
        bases.push(own);
        bases
    }

    /// Prints what was found first on an answer.
    fn tell(&self, fresh: &[Break], redactor: &crate::exchange::Redactor) {
        if self.bench.quiet {
            return;
        }
        for one in fresh {
            let clause = self.bench.plan.clauses.get(one.clause);
            let line = format!(
                "{:<6} {}: {}",
                format!("{}:", one.level.word()),
                clause.id(),
                one.message
            );
            self.bench
                .stream
                .line(&terminal::harmless(&redactor.text(&line)));
        }
    }
}
