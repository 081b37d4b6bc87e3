//! The command line: arguments to a validated configuration, the terminal, exit codes. Nothing else imports it.

#![expect(
    clippy::disallowed_methods,
    reason = "the command line reads files and the environment, tells the time, and speaks to people"
)]

mod args;
mod clauses;
mod clauses_summary;
mod completions;
mod config;
mod defect;
mod diff;
mod exchanges;
mod explain;
mod findings;
mod finish;
#[cfg(test)]
mod generated;
mod init;
mod mock;
mod progress;
mod prove;
mod quantity;
mod recording;
mod report_flag;
mod rerender;
mod response;
mod run;
mod settings;
mod snippet;
mod summary;
mod target;
mod terminal;
mod text;
mod warnings;

use std::fmt;

use clap::parser::ValueSource;
use clap::{CommandFactory, FromArgMatches};

use crate::battery::BatteryError;
use crate::run::{SessionError, SetupError};

/// A usage, spec, case or baseline file error, or a report that cannot be written: exit code 2.
#[derive(Debug)]
pub struct CliError {
    message: String,
}

impl CliError {
    /// With a message: a lower-case fragment that names the place and what to do.
    pub fn new(message: impl Into<String>) -> CliError {
        CliError {
            message: message.into(),
        }
    }
}

impl fmt::Display for CliError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<SetupError> for CliError {
    fn from(error: SetupError) -> Self {
        CliError::new(error.to_string())
    }
}

impl From<crate::suite::SuiteError> for CliError {
    fn from(error: crate::suite::SuiteError) -> Self {
        CliError::new(error.to_string())
    }
}

impl From<BatteryError> for CliError {
    fn from(error: BatteryError) -> Self {
        CliError::new(error.to_string())
    }
}

impl From<SessionError> for CliError {
    fn from(error: SessionError) -> Self {
        CliError::new(error.to_string())
    }
}

/// Runs the program and gives its exit code.
pub fn main() -> u8 {
    let command = args::Cli::command().mut_subcommand("run", |run| {
        run.mut_args(|arg| match arg.get_id().as_str() {
            // `CONFORM_API_KEY` is for API keys, `--api-key` for whatever an operation asks for.
            "config" | "profile" | "api_key" => arg,
            _ => settings::from_environment(arg),
        })
    });
    let parsed = command
        .try_get_matches()
        .and_then(|matches| Ok((args::Cli::from_arg_matches(&matches)?, matches)));
    let (cli, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // The reader of the help may be gone already; there is nobody left to tell.
            drop(error.print());
            return code;
        }
    };
    let done = match cli.command {
        args::Command::Run(args) => run::main(&args, |setting| {
            let id = setting.replace('-', "_");
            let source = matches
                .subcommand_matches("run")
                .and_then(|run| run.value_source(&id));
            source == Some(ValueSource::EnvVariable)
        }),
        args::Command::Mock(args) => mock::main(&args),
        args::Command::Clauses(args) => clauses::main(&args),
        args::Command::Explain(args) => explain::main(&args),
        args::Command::Diff(args) => diff::main(&args),
        args::Command::Report(args) => rerender::main(&args),
        args::Command::Init(args) => init::main(&args),
        args::Command::Completions(args) => completions::main(&args),
        args::Command::Prove(args) => prove::main(&args),
    };
    match done {
        Ok(code) => code,
        Err(error) => {
            terminal::trouble(&format!("error: {error}"));
            2
        }
    }
}
