//! The end of `conform run`: reports and baseline written, the outcome told, the exit code. What cannot be written
//! never keeps the rest from being written or told.

use std::path::Path;

use crate::battery::Plan;
use crate::contract::Level;
use crate::ledger::Baseline;
use crate::report::writer::{Destination, Output, write_all, write_file};
use crate::report::{Format, Report, step_summary};

use super::findings::{self, Detail};
use super::settings::Settings;
use super::terminal::{self, Paint, Stream};

/// For how long a baseline that is written excuses what it names.
const DAYS_EXCUSED: i64 = 90;

/// What the end of a run needs to know of its beginning.
pub struct Telling<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// What was run.
    pub plan: &'a Plan,
    /// Where human text goes.
    pub stream: Stream,
    /// In which colors.
    pub paint: Paint,
    /// Whether only the outcome is told.
    pub quiet: bool,
}

/// Today, in UTC.
pub fn today() -> jiff::civil::Date {
    crate::run::moment(std::time::SystemTime::now())
        .to_zoned_datetime(jiff::tz::TimeZone::UTC)
        .date()
}

/// Writes everything, says how it went, and gives the exit code.
pub fn main(
    telling: &Telling<'_>,
    mut report: Report,
    mut troubles: Vec<String>,
    outputs: &[Output],
) -> u8 {
    let settings = telling.settings;
    if let Some(path) = &settings.write_baseline {
        troubles.extend(write_baseline(&report, path).err());
    }
    let (to_stdout, mut to_files): (Vec<Output>, Vec<Output>) = outputs
        .iter()
        .cloned()
        .partition(|output| output.destination == Destination::Stdout);
    let errors = write_all(&report, &to_files);
    to_files.retain(|output| {
        !errors
            .iter()
            .any(|error| error.format == output.format && error.destination == output.destination)
    });
    troubles.extend(errors.iter().map(ToString::to_string));
    if !troubles.is_empty() {
        // The exit code stands in the reports too, so those that could be written are written once more with it.
        report.exit_code = 2;
        report.reasons.extend(troubles.iter().cloned());
        let again = write_all(&report, &to_files);
        troubles.extend(again.iter().map(ToString::to_string));
    }
    let unprinted = write_all(&report, &to_stdout);
    if !unprinted.is_empty() {
        report.exit_code = 2;
        troubles.extend(unprinted.iter().map(ToString::to_string));
    }
    if outputs.iter().any(|output| output.format == Format::Github)
        && let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty())
        && let Err(trouble) = add_summary(&report, Path::new(&path))
    {
        troubles.push(trouble);
    }
    tell(telling, &report, &to_files);
    for trouble in &troubles {
        terminal::trouble(&format!("error: {trouble}"));
    }
    report.exit_code
}

/// Findings and outcome, and where the reports are.
fn tell(telling: &Telling<'_>, report: &Report, files: &[Output]) {
    let detail = match (telling.quiet, telling.settings.verbose) {
        (true, _) => Detail::Outcome,
        (false, Some(true)) => Detail::Exchanges,
        (false, _) => Detail::Findings,
    };
    let text = findings::all(telling.plan, report, telling.paint, detail);
    telling.stream.line(&text);
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

fn write_baseline(report: &Report, path: &Path) -> Result<(), String> {
    let found: Vec<(String, String)> = report
        .findings
        .iter()
        .filter(|finding| finding.level > Level::Info)
        .flat_map(|finding| {
            finding
                .cases
                .iter()
                .map(|case| (finding.clause.clone(), case.clone()))
        })
        .collect();
    let expires = today().saturating_add(jiff::Span::new().days(DAYS_EXCUSED));
    write_file(Baseline::write(&found, expires).as_bytes(), path)
        .map_err(|cause| format!("--write-baseline {}: {cause}", path.display()))
}
