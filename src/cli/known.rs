//! Known findings: the baseline that excuses them, and the one that is written.

use std::path::Path;

use crate::battery::Plan;
use crate::contract::Level;
use crate::ledger::{Baseline, Entry, State, Verdict};
use crate::report::Report;
use crate::report::writer::write_file;

use super::CliError;
use super::settings::Settings;

/// For how long a baseline that is written excuses what it names.
const DAYS_EXCUSED: i64 = 90;

/// What was known before a run.
pub struct Known {
    /// What excuses.
    pub gating: Option<Baseline>,
    /// What people wrote: in the file that is to be written, and in the one that excuses.
    written: Vec<Entry>,
    /// The comments at the beginning and the end of the first of them that has some.
    comments: [String; 2],
}

impl Known {
    /// Reads what there is.
    ///
    /// # Errors
    /// A file that cannot be used, with its place; the one that is to be written need not be there.
    pub fn read(settings: &Settings, plan: &Plan) -> Result<Known, CliError> {
        let read = |path: &Path| -> Result<Baseline, CliError> {
            let text = super::read(path, super::LARGEST_WRITTEN)?;
            Ok(Baseline::read(
                &path.display().to_string(),
                &text,
                plan,
                today(),
            )?)
        };
        let mut gating = settings.baseline.as_deref().map(read).transpose()?;
        let mut written = Vec::new();
        let mut comments = <[String; 2]>::default();
        if let Some(path) = &settings.write_baseline {
            if path.is_file() {
                let own = read(path)?;
                (written, comments) = (own.entries, own.comments);
            }
            if let Some(gating) = &mut gating {
                // What is stale goes with the writing.
                gating.renewed = true;
                written.extend(gating.entries.iter().cloned());
                if comments.iter().all(String::is_empty) {
                    comments.clone_from(&gating.comments);
                }
            }
        }
        Ok(Known {
            gating,
            written,
            comments,
        })
    }

    /// Writes the baseline of a report: what was found, and what is known and was not looked at this time.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub fn write(&self, report: &Report, path: &Path) -> Result<(), String> {
        let expires = today().saturating_add(jiff::Span::new().days(DAYS_EXCUSED));
        let text = Baseline::write(
            &found(report),
            &self.unseen(report),
            &self.written,
            &self.comments,
            expires,
        );
        write_file(text.as_bytes(), path)
            .map_err(|cause| format!("--write-baseline {}: {cause}", path.display()))
    }

    /// The entries that this run could neither confirm nor clear.
    fn unseen(&self, report: &Report) -> Vec<(String, String)> {
        let was_tested = |clause: &str, case: &str| {
            let clause = report.clauses.iter().find(|one| one.id == clause);
            let case = report.cases.iter().find(|one| one.id == case);
            clause.is_some_and(|one| one.state != Some(State::NotExercised))
                && case.is_some_and(|one| matches!(one.verdict, Verdict::Pass | Verdict::Fail))
        };
        let entries = self.written.iter();
        let unseen = entries.filter(|entry| !was_tested(&entry.clause, &entry.case));
        unseen
            .map(|entry| (entry.clause.clone(), entry.case.clone()))
            .collect()
    }
}

fn found(report: &Report) -> Vec<(String, String)> {
    let findings = report.findings.iter();
    let gating = findings.filter(|finding| finding.level > Level::Info);
    let pairs = gating.flat_map(|finding| {
        let cases = finding.cases.iter();
        cases.map(|case| (finding.clause.clone(), case.clone()))
    });
    pairs.collect()
}

/// Today, in UTC.
fn today() -> jiff::civil::Date {
    crate::run::moment(std::time::SystemTime::now())
        .to_zoned_datetime(jiff::tz::TimeZone::UTC)
        .date()
}
