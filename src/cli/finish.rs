//! The end of `conform run`: reports and baseline written, the outcome told, the exit code. What cannot be written
//! never keeps the rest from being written or told.

use std::path::Path;

use crate::battery::Plan;
use crate::report::writer::{Output, WriteError, write_all};
use crate::report::{Format, Report, step_summary};

use super::findings::{self, Detail};
use super::known::Known;
use super::outputs;
use super::settings::Settings;
use super::terminal::{self, Paint, Stream};
use super::text::fold;

/// What the end of a run needs to know of its beginning.
pub struct Telling<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// What was run.
    pub plan: &'a Plan,
    /// What was known before.
    pub known: &'a Known,
    /// Where human text goes.
    pub stream: Stream,
    /// In which colors.
    pub paint: Paint,
    /// Whether only the outcome is told.
    pub quiet: bool,
    /// What to do about a run that was cut short.
    pub remedy: Option<String>,
}

/// Writes everything, says how it went, and gives the exit code.
pub fn main(
    telling: &Telling<'_>,
    mut report: Report,
    mut troubles: Vec<String>,
    outputs: Vec<Output>,
) -> u8 {
    let settings = telling.settings;
    if let Some(path) = &settings.write_baseline {
        troubles.extend(telling.known.write(&report, path).err());
    }
    if outputs.iter().any(|output| output.format == Format::Github)
        && let Some(path) = outputs::step_summary()
    {
        troubles.extend(add_summary(&report, &path).err());
    }
    // A stream is written once, and last: it may have to wait for its reader.
    let (streams, mut files): (Vec<Output>, Vec<Output>) = outputs
        .into_iter()
        .partition(|output| outputs::is_stream(&output.destination));
    let errors = write_all(&report, &files);
    let is_written = |output: &Output| {
        let same = |error: &WriteError| {
            error.format == output.format && error.destination == output.destination
        };
        !errors.iter().any(same)
    };
    files.retain(is_written);
    troubles.extend(errors.iter().map(ToString::to_string));
    troubles.extend(terminal::unwritten().map(str::to_owned));
    if !troubles.is_empty() {
        // The exit code stands in the reports too, so those that could be written are written once more with it.
        report.exit_code = 2;
        report.reasons.extend(troubles.iter().cloned());
        let again = write_all(&report, &files);
        troubles.extend(again.iter().map(ToString::to_string));
    }
    let unsent = write_all(&report, &streams);
    if !unsent.is_empty() {
        report.exit_code = 2;
        troubles.extend(unsent.iter().map(ToString::to_string));
    }
    tell(telling, &report, &files);
    if report.exit_code != 2
        && let Some(trouble) = terminal::unwritten()
    {
        report.exit_code = 2;
        report.reasons.push(trouble.to_owned());
        troubles.extend(write_all(&report, &files).iter().map(ToString::to_string));
    }
    for trouble in &troubles {
        terminal::trouble(&format!("error: {trouble}"));
    }
    report.exit_code
}

/// Writes the reports as they are by now; what cannot be written is told, and tried again the next time.
pub fn write(report: &Report, outputs: &[Output]) {
    let files: Vec<Output> = outputs
        .iter()
        .filter(|output| !outputs::is_stream(&output.destination))
        .cloned()
        .collect();
    for error in write_all(report, &files) {
        terminal::trouble(&format!("error: {error}"));
    }
}

/// Findings and outcome, and where the reports are.
fn tell(telling: &Telling<'_>, report: &Report, files: &[Output]) {
    let detail = match (telling.quiet, telling.settings.verbose) {
        (true, _) => Detail::Outcome,
        (false, Some(true)) => Detail::Exchanges,
        (false, _) if telling.remedy.is_some() => Detail::Cut,
        (false, _) => Detail::Findings,
    };
    let text = findings::all(telling.plan, report, telling.paint, detail);
    telling.stream.line(&text);
    if let Some(remedy) = telling.remedy.as_ref().filter(|_| !telling.quiet) {
        let text = fold(remedy, terminal::width(), "          ");
        telling.stream.line(&format!("remedy    {text}"));
    }
    if telling.quiet || files.is_empty() {
        return;
    }
    let places: Vec<String> = files
        .iter()
        .map(|output| output.destination.to_string())
        .collect();
    telling
        .stream
        .line(&format!("reports   {}", places.join(" ")));
}

/// GitHub shows the file that it names in the environment below the job; other steps write to it too.
fn add_summary(report: &Report, path: &Path) -> Result<(), String> {
    use std::io::Write as _;
    let file = std::fs::OpenOptions::new()
        .append(true)
        .create(true)
        .open(path);
    file.and_then(|mut file| file.write_all(step_summary(report).as_bytes()))
        .map_err(|error| format!("GITHUB_STEP_SUMMARY {}: {error}", path.display()))
}
