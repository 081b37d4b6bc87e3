//! The command line: arguments to a validated configuration, the terminal, exit codes. Nothing else imports it.

#![expect(
    clippy::disallowed_methods,
    reason = "the command line reads files and the environment, tells the time, and speaks to people"
)]

mod args;
mod auth_table;
mod causes;
mod clauses;
mod clauses_summary;
mod cleanup;
mod completions;
mod config;
mod defect;
mod derive;
mod diff;
mod environment;
mod exchanges;
mod explain;
mod findings;
mod finish;
#[cfg(test)]
mod generated;
mod init;
mod judge;
mod known;
mod mock;
mod outputs;
mod progress;
mod prove;
mod proxy;
mod quantity;
mod recording;
mod rerender;
mod response;
mod run;
mod seen;
mod settings;
mod snippet;
mod summary;
mod target;
mod terminal;
mod text;
mod warnings;
mod watch;

use std::fmt;
use std::io::Read as _;
use std::path::Path;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, CommandFactory, FromArgMatches};

use crate::battery::BatteryError;
use crate::contract::nearest;
use crate::run::{SessionError, SetupError};

use environment::Environment;

/// What a person writes is not larger.
const LARGEST_WRITTEN: u64 = 80 << 20;
/// So long may a pipe take until somebody writes into it.
const LONGEST_OPENING: std::time::Duration = std::time::Duration::from_secs(3);

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

/// Reads a file that a person named, of fewer bytes than `most`.
fn read(path: &Path, most: u64) -> Result<String, CliError> {
    let mut bytes = Vec::new();
    let size = open(path)?.take(most).read_to_end(&mut bytes);
    if size.map_err(|error| unreadable(path, &error))? as u64 == most {
        return Err(CliError::new(format!(
            "{}: {} MiB are too much; name another file",
            path.display(),
            most >> 20
        )));
    }
    String::from_utf8(bytes).map_err(|_| {
        let error = std::io::Error::new(std::io::ErrorKind::InvalidData, "it is not UTF-8");
        unreadable(path, &error)
    })
}

fn unreadable(path: &Path, error: &std::io::Error) -> CliError {
    CliError::new(format!("{}: cannot be read: {error}", path.display()))
}

/// Opens a file that a person named. To open a pipe waits for whoever writes into it.
fn open(path: &Path) -> Result<std::fs::File, CliError> {
    let (say, opened) = std::sync::mpsc::channel();
    let place = path.to_owned();
    std::thread::spawn(move || say.send(std::fs::File::open(place)));
    let opened = opened.recv_timeout(LONGEST_OPENING);
    let nobody = |_| CliError::new(format!("{}: nobody writes into this pipe", path.display()));
    opened
        .map_err(nobody)?
        .map_err(|error| unreadable(path, &error))
}

/// Runs the program and gives its exit code.
pub fn main() -> u8 {
    if completions::answered() {
        return 0;
    }
    let command = args::Cli::command().mut_subcommands(environment::readable);
    let parsed = command
        .try_get_matches()
        .and_then(|matches| Ok((args::Cli::from_arg_matches(&matches)?, matches)));
    let done = match parsed {
        Ok((cli, matches)) => dispatch(cli.command, &matches),
        Err(error) => return refused(&error),
    };
    let code = done.unwrap_or_else(|error| {
        terminal::trouble(&format!("error: {error}"));
        2
    });
    match terminal::unwritten() {
        Some(trouble) => {
            terminal::trouble(&format!("error: {trouble}"));
            2
        }
        None => code,
    }
}

fn dispatch(command: args::Command, matches: &ArgMatches) -> Result<u8, CliError> {
    let given = matches.subcommand().map(|(_, given)| given);
    let environment = given
        .map(Environment::read)
        .transpose()?
        .unwrap_or_default();
    match command {
        args::Command::Run(args) => match &args.cleanup {
            Some(report) => cleanup::main(&args, report, &environment),
            None => run::main(&args, &environment),
        },
        args::Command::Judge(args) => judge::main(&args, &environment),
        args::Command::Proxy(args) => proxy::main(&args, &environment),
        args::Command::Mock(args) => mock::main(&args),
        args::Command::Derive(args) => derive::main(&args, &environment),
        args::Command::Clauses(args) => clauses::main(&args, &environment),
        args::Command::Explain(args) => explain::main(&args, &environment),
        args::Command::Diff(args) => diff::main(&args),
        args::Command::Report(args) => rerender::main(&args),
        args::Command::Init(args) => init::main(&args),
        args::Command::Completions(args) => completions::main(&args),
        args::Command::Prove(args) => prove::main(&args, &environment),
    }
}

/// Arguments that do not parse, or a help that was asked for.
fn refused(error: &clap::Error) -> u8 {
    if error.kind() == ErrorKind::InvalidSubcommand
        && let Some(ContextValue::String(wrong)) = error.get(ContextKind::InvalidSubcommand)
    {
        let command = args::Cli::command();
        let names = command.get_subcommands().map(clap::Command::get_name);
        let hint = nearest::hint(wrong, names);
        terminal::trouble(&format!(
            "error: `{wrong}` is not a command{hint}; `conform --help` lists them"
        ));
        return 2;
    }
    if let Some(at) = unexpected(error).and_then(place_of_secret) {
        terminal::trouble(&format!(
            "error: argument {at} is not expected, and not shown, for it may belong to a secret; quote a value that has \
             spaces"
        ));
        return 2;
    }
    match error.print() {
        Err(cause) if cause.kind() != std::io::ErrorKind::BrokenPipe => {
            terminal::trouble(&format!("error: the help cannot be written: {cause}"));
            2
        }
        _ => error.exit_code() as u8,
    }
}

/// The word that stands where none is expected.
fn unexpected(error: &clap::Error) -> Option<&str> {
    match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(word)) if error.kind() == ErrorKind::UnknownArgument => {
            Some(word)
        }
        _ => None,
    }
}

/// Where a word stands on the command line, where it comes right behind a value that is a secret, and may be the rest of it.
fn place_of_secret(word: &str) -> Option<usize> {
    const SECRET: [&str; 4] = ["--api-key", "--header", "--proxy", "--base-url"];
    let arguments = std::env::args_os().skip(1);
    let arguments: Vec<String> = arguments
        .map(|one| one.to_string_lossy().into_owned())
        .collect();
    let at = arguments.iter().position(|one| one == word)?;
    let before = |n: usize| Some(arguments[at.checked_sub(n)?].as_str());
    let joined = before(1).and_then(|one| Some(one.split_once('=')?.0));
    let is_secret = |option: &str| SECRET.contains(&option);
    let is_behind = before(2).is_some_and(is_secret) || joined.is_some_and(is_secret);
    (is_behind && !word.starts_with("--")).then_some(at + 1)
}
