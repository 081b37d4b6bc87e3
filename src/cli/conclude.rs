//! The end of `conform run`: reports and baseline written, the outcome told, the exit code. What cannot be written
//! never keeps the rest from being written or told.

use std::path::Path;

use crate::contract::Level;
use crate::ledger::Baseline;
use crate::report::writer::{Destination, Order, write_all, write_file};
use crate::report::{Format, Report, step_summary};

use super::findings::{self, Detail};
use super::run::{Run, today};
use super::terminal;

/// For how long a baseline that is written excuses what it names.
const DAYS_EXCUSED: i64 = 90;

/// Writes everything, says how it went, and gives the exit code.
pub fn main(run: &Run<'_>, mut report: Report, mut troubles: Vec<String>, orders: &[Order]) -> u8 {
    let settings = &run.resolved.settings;
    if let Some(path) = &settings.write_baseline {
        troubles.extend(write_baseline(&report, path).err());
    }
    let (to_stdout, mut to_files): (Vec<Order>, Vec<Order>) = orders
        .iter()
        .cloned()
        .partition(|order| order.destination == Destination::Stdout);
    let errors = write_all(&report, &to_files);
    to_files.retain(|order| {
        !errors
            .iter()
            .any(|error| error.format == order.format && error.destination == order.destination)
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
    if orders.iter().any(|order| order.format == Format::Github)
        && let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty())
        && let Err(trouble) = add_summary(&report, Path::new(&path))
    {
        troubles.push(trouble);
    }
    tell(run, &report, &to_files);
    for trouble in &troubles {
        terminal::trouble(&format!("error: {trouble}"));
    }
    report.exit_code
}

/// Findings and outcome, and where the reports are.
fn tell(run: &Run<'_>, report: &Report, written: &[Order]) {
    let detail = match (run.quiet, run.resolved.settings.verbose) {
        (true, _) => Detail::Outcome,
        (false, Some(true)) => Detail::Exchanges,
        (false, _) => Detail::Findings,
    };
    run.stream
        .line(&findings::all(run.plan, report, run.paint, detail));
    if run.quiet || written.is_empty() {
        return;
    }
    let places: Vec<String> = written
        .iter()
        .map(|order| order.destination.to_string())
        .collect();
    run.stream.line(&format!("reports   {}", places.join(" ")));
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
