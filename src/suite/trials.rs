//! The battery in front of `libtest-mimic`: one trial a case, under `cargo test` and under `cargo nextest`.
//! The battery runs at most once a process, and holds only the cases that the arguments select, with their controls.
//!
//! A test target of one's own, with `harness = false`:
//!
//! ```no_run
//! fn main() -> std::process::ExitCode {
//!     conform::suite::trials::main(conform::suite::Suite::reference())
//! }
//! ```

#![expect(
    clippy::disallowed_macros,
    reason = "a test target tells people on standard error what it tests"
)]

use std::process::ExitCode;
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Completion, Conclusion, Failed, Trial};

use crate::report::Report;

use super::{CaseOutcome, Suite, SuiteCase, SuiteError};

/// Reads the process's arguments, runs or lists, and says how it went. A suite that cannot be run is 2.
pub fn main(suite: Suite) -> ExitCode {
    match run(suite, &Arguments::from_args()) {
        Ok(conclusion) => conclusion.exit_code(),
        Err(error) => refused(&error),
    }
}

/// Tells on stderr why a suite cannot be run.
#[expect(
    clippy::print_stderr,
    reason = "a test target's own main has nobody else to tell"
)]
pub fn refused(error: &SuiteError) -> ExitCode {
    eprintln!("error: {error}");
    ExitCode::from(2)
}

/// Runs or lists, as the arguments say.
///
/// # Errors
/// As [`Suite::plan`].
#[doc(hidden)]
pub fn run(suite: Suite, arguments: &Arguments) -> Result<Conclusion, SuiteError> {
    let trials = trials(suite, arguments)?;
    Ok(libtest_mimic::run(arguments, trials))
}

/// One trial for each case, in the order of the battery. A case that is known to be skipped is marked as ignored; one
/// that turns out to show nothing is reported as ignored with the reason.
///
/// # Errors
/// As [`Suite::plan`].
#[doc(hidden)]
pub fn trials(suite: Suite, arguments: &Arguments) -> Result<Vec<Trial>, SuiteError> {
    let cases = suite.cases_of()?;
    let selected = |case: &&SuiteCase| {
        let trial = trial_of(case, || Ok(Completion::Completed));
        !arguments.is_filtered_out(&trial) && !arguments.is_ignored(&trial)
    };
    // Named one by one, so that an opt-in case that was asked for is run.
    let only = cases.iter().filter(selected).map(|case| case.id.clone());
    let run = Arc::new(Run {
        suite: Suite {
            only: only.collect(),
            ..suite
        },
        report: OnceLock::new(),
    });
    let trial = |case: &SuiteCase| {
        let (run, id) = (Arc::clone(&run), case.id.clone());
        trial_of(case, move || run.outcome(&id))
    };
    Ok(cases.iter().map(trial).collect())
}

fn trial_of(
    case: &SuiteCase,
    test: impl FnOnce() -> Result<Completion, Failed> + Send + 'static,
) -> Trial {
    Trial::ignorable_test(case.id.clone(), test).with_ignored_flag(case.skipped.is_some())
}

/// The one run of a process, begun by the first trial that needs it.
struct Run {
    suite: Suite,
    report: OnceLock<Result<Report, String>>,
}

impl Run {
    fn outcome(&self, id: &str) -> Result<Completion, Failed> {
        let report = self.report.get_or_init(|| {
            let report = self.suite.run_blocking();
            report.map_err(|error| error.to_string())
        });
        let report = report.as_ref().map_err(Failed::from)?;
        match report.case_outcome(id) {
            Some(CaseOutcome::Passed) => Ok(Completion::Completed),
            Some(CaseOutcome::Ignored(why)) => Ok(Completion::ignored_with(why)),
            Some(CaseOutcome::Failed(why)) => Err(why.into()),
            None => Err(format!("the run did not hold the case {id}").into()),
        }
    }
}
