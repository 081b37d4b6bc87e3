//! `conform judge`: traffic that was captured elsewhere, held against the contract.

use std::cell::LazyCell;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::{Instant, SystemTime};

use crate::battery::Plan;
use crate::exchange::traffic::{Lacks, Seen, Sent, Unanswered};
use crate::exchange::{Exchange, Recording, har};
use crate::report::Report;
use crate::report::writer::{Destination, Output};
use crate::run::Stop;
use crate::run::traffic::{About, Base, Search, Traffic, Trust};

use super::args::JudgeArgs;
use super::config::{self, Resolved};
use super::environment::{self, Environment};
use super::finish::Telling;
use super::progress::CaseLines;
use super::settings::Settings;
use super::terminal::{Paint, Stream};
use super::{CliError, finish, known, outputs, run, target, warnings};

/// The largest body that is decoded, unless something else is said.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Judges the files.
pub fn main(args: &JudgeArgs, environment: &Environment) -> Result<u8, CliError> {
    let resolved = config::resolve(&args.settings, &args.layers, environment)?;
    let settings = &resolved.settings;
    environment::check(&resolved.variables())?;
    refuse_sending(&resolved, "judge")?;
    let watch = run::watch(settings)?;
    let given = settings
        .base_url
        .as_deref()
        .filter(|url| *url != target::REFERENCE);
    let given = given
        .map(target::base_url)
        .transpose()?
        .map(|(_, shown)| shown);
    let bench = Bench::new(&resolved)?;
    let known = known::Known::read(settings, &bench.plan)?;
    let gate = run::gate(settings, &known);
    outputs::check(&resolved, &bench.outputs, &args.files)?;
    let (began, started) = (
        Instant::now(),
        crate::run::moment(SystemTime::now()).to_string(),
    );
    let traffic = Traffic::new(&bench.plan, &gate, &args.redact, largest(settings));
    let mut traffic = traffic.until(&watch.stop);
    let mut bases: Vec<Base> = Vec::new();
    for path in &args.files {
        let base = given.as_ref().map(|url| Base::of(url.as_str()));
        bases.extend(judge(&mut traffic, &bench.plan, path, base, &watch.stop)?);
        if let Some(why) = watch.stop.reason() {
            traffic.leave_open(why);
            break;
        }
    }
    let about = About {
        sources: args
            .files
            .iter()
            .map(|path| path.display().to_string())
            .collect(),
        base_url: match bases.first() {
            Some(base) => base.shown(),
            None => args.files[0].display().to_string(),
        },
        started,
        duration_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        options: run::shown_options(&resolved),
        auth: &crate::suite::auth_outline(&bench.plan),
    };
    let lines = bench.lines(&traffic, &about.base_url);
    let report = traffic.report(true, about, &lines)?;
    lines.close(settings.verbose == Some(true));
    watch.writing();
    Ok(bench.finish(settings, &known, report))
}

/// What judging traffic needs besides the traffic.
pub struct Bench {
    /// The plan of traffic.
    pub plan: Plan,
    /// What is written.
    pub outputs: Vec<Output>,
    /// Where human text goes.
    pub stream: Stream,
    /// In which colors.
    pub paint: Paint,
    /// Whether only the outcome is told.
    pub quiet: bool,
}

impl Bench {
    /// Of these settings.
    pub fn new(resolved: &Resolved) -> Result<Bench, CliError> {
        let settings = &resolved.settings;
        let outputs = outputs::of(settings)?;
        outputs::check(resolved, &outputs, &[])?;
        let setup = target::setup(settings);
        let plan = setup.plan_of_traffic(&resolved.levels, &settings.operation)?;
        warnings::tell(&plan.contract);
        let is_printed = |output: &Output| output.destination == Destination::Stdout;
        let stream = match outputs.iter().any(is_printed) {
            true => Stream::Err,
            false => Stream::Out,
        };
        Ok(Bench {
            plan,
            outputs,
            stream,
            paint: Paint::new(settings.color, stream),
            quiet: settings.quiet == Some(true),
        })
    }

    /// Who prints a line for each operation, without the secrets of this traffic.
    pub fn lines(&self, traffic: &Traffic<'_>, base_url: &str) -> CaseLines {
        let own = LazyCell::new(|| crate::run::own_words(&self.plan, base_url));
        let redactor = traffic.redactor(|| &own);
        CaseLines::new(self.stream, self.paint, self.quiet, redactor)
    }

    /// Writes the reports and tells the end; the exit code.
    pub fn finish(&self, settings: &Settings, known: &known::Known, report: Report) -> u8 {
        let telling = Telling {
            settings,
            plan: &self.plan,
            known,
            stream: self.stream,
            paint: self.paint,
            quiet: self.quiet,
            remedy: None,
        };
        finish::main(&telling, report, Vec::new(), self.outputs.clone())
    }
}

/// The largest body that is looked at.
pub fn largest(settings: &Settings) -> u64 {
    settings
        .max_body
        .as_ref()
        .map_or(LARGEST, |size| size.value.as_u64())
}

/// Flags that belong to `conform run` alone.
pub fn refuse_sending(resolved: &Resolved, command: &str) -> Result<(), CliError> {
    let settings = &resolved.settings;
    let given = [
        ("shard", settings.shard.is_some()),
        ("replay", !settings.replay.is_empty()),
        ("record", settings.record.is_some()),
    ];
    match given
        .iter()
        .find(|(name, is_given)| *is_given && resolved.is_flag(name))
    {
        Some((name, _)) => Err(CliError::new(format!(
            "--{name} is for `conform run`: `conform {command}` sends no requests of its own"
        ))),
        None => Ok(()),
    }
}

/// Judges one file; below which URLs its requests are.
fn judge(
    traffic: &mut Traffic<'_>,
    plan: &Plan,
    path: &Path,
    given: Option<Base>,
    stop: &Stop,
) -> Result<Vec<Base>, CliError> {
    let source = Source::of(path, stop)?;
    let (bases, nearest) = match given {
        Some(base) => (vec![base], None),
        None => {
            let mut search = Search::new(traffic.paths(), &plan.contract.document);
            source.read(&mut |seen| search.look(&seen.method, &seen.url))?;
            if stop.reason().is_some() {
                return Ok(search.found());
            }
            let nearest = search.nearest().into_iter();
            let nearest = nearest.map(|(place, count)| format!("{place} ({count})"));
            (search.found(), Some(nearest.collect::<Vec<_>>().join(", ")))
        }
    };
    traffic.begin(bases.clone(), Trust::Exported);
    if let Source::Recording(recording) = &source {
        traffic.stands_in(recording.stood_in.clone());
    }
    source.read(&mut |seen| {
        if stop.reason().is_none() {
            traffic.take(seen);
        }
    })?;
    if !traffic.end() && stop.reason().is_none() {
        let nearest = match nearest {
            Some(nearest) => nearest,
            None => {
                let mut search = Search::new(traffic.paths(), &plan.contract.document);
                source.read(&mut |seen| search.look(&seen.method, &seen.url))?;
                let likely = search.found();
                let all = search.nearest().into_iter();
                let all = all.map(|(place, count)| format!("{place} ({count})"));
                match likely.first() {
                    Some(base) => base.shown(),
                    None => all.collect::<Vec<_>>().join(", "),
                }
            }
        };
        let went = match nearest.is_empty() {
            true => "it has no request over HTTP".to_owned(),
            false => format!("the nearest bases are {nearest}"),
        };
        traffic.leave_open(format!(
            "{}: no request matches an operation of the contract: {went}; --base-url says below which URL the operations are",
            path.display()
        ));
    }
    Ok(bases)
}

/// A file of traffic.
enum Source<'s> {
    Har(PathBuf, &'s Stop),
    Recording(Box<Recording>),
}

impl<'s> Source<'s> {
    fn of(path: &Path, stop: &'s Stop) -> Result<Source<'s>, CliError> {
        const BEGINNING: &[u8] = b"{\"conform_recording\"";
        const ZIP: &[u8] = b"PK\x03\x04";
        let mut first = Vec::new();
        let begin = super::open(path)?.take(BEGINNING.len() as u64);
        if { begin }.read_to_end(&mut first).is_err() {
            return Ok(Source::Har(path.to_owned(), stop));
        }
        if first.starts_with(ZIP) {
            return Err(CliError::new(format!(
                "{}: this is a ZIP file: give the traffic as one HAR file that has the bodies in it (Playwright: \
                 recordHar with a path that ends in .har and `content: 'embed'`; of a trace, export the network as HAR)",
                path.display()
            )));
        }
        match first == BEGINNING {
            true => Ok(Source::Recording(Box::new(super::recording::read(path)?))),
            false => Ok(Source::Har(path.to_owned(), stop)),
        }
    }

    fn read(&self, each: &mut dyn FnMut(Seen)) -> Result<(), CliError> {
        match self {
            Source::Recording(recording) => {
                recording.exchanges.iter().map(seen).for_each(each);
                Ok(())
            }
            Source::Har(path, stop) => {
                let mut file = BufReader::with_capacity(1 << 16, super::open(path)?);
                skip_mark(&mut file);
                match har::read(Until { file, stop }, each) {
                    // Of what was cut off nobody knows how it would have gone on.
                    Err(error) if stop.reason().is_none() => {
                        Err(CliError::new(format!("{}: {error}", path.display())))
                    }
                    _ => Ok(()),
                }
            }
        }
    }
}

/// A file that is over when the time of the program is.
struct Until<'s> {
    file: BufReader<File>,
    stop: &'s Stop,
}

impl Read for Until<'_> {
    fn read(&mut self, piece: &mut [u8]) -> std::io::Result<usize> {
        match self.stop.reason() {
            Some(_) => Ok(0),
            None => self.file.read(piece),
        }
    }
}

/// Some write a byte order mark in front.
fn skip_mark(file: &mut BufReader<File>) {
    use std::io::BufRead as _;
    if file
        .fill_buf()
        .is_ok_and(|start| start.starts_with(b"\xef\xbb\xbf"))
    {
        file.consume(3);
    }
}

/// An exchange of a recording, as somebody saw it.
fn seen(exchange: &Exchange) -> Seen {
    let mut headers = exchange.headers.clone();
    let body = exchange.request.body.clone();
    let named = |name: &str| {
        headers
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name))
    };
    if let Some(payload) = body.as_ref().filter(|_| !named("content-type")) {
        headers.push(("content-type".to_owned(), payload.media_type.clone()));
    }
    let last = exchange.last();
    Seen {
        started: String::new(),
        method: exchange.request.method.clone(),
        url: exchange.url.clone(),
        headers,
        body: body.map_or(Sent::Nothing, Sent::Body),
        lacks: Lacks::default(),
        answer: last.result.clone().map_err(|_| Unanswered::Missing),
        took: last.took,
    }
}
