//! Completion in a shell: the script of `conform completions` calls the program back on each stop, and it answers with
//! commands, flags, files, and what only it knows: formats, profiles, and the ids of cases, rules, clauses and operations of
//! the contract that conform.toml names, else of the embedded one.

use std::collections::BTreeSet;
use std::ffi::OsStr;

use clap::{Arg, Command, CommandFactory, ValueHint};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clap_complete::env::{CompleteEnv, Shells};

use crate::battery::Plan;
use crate::report::Format;

use super::args::{Cli, CompletionArgs, ContractArgs};
use super::config::DEFAULT_FILE;
use super::environment::Environment;
use super::{CliError, target, terminal};

/// How the script says that a completion is wanted, and for which shell.
const VARIABLE: &str = "_CONFORM_COMPLETE";
/// A shell shows no more.
const MOST: usize = 500;

/// Prints the script.
pub fn main(args: &CompletionArgs) -> Result<u8, CliError> {
    let shell = args.shell.to_string();
    let shells = Shells::builtins();
    let completer = shells.completer(&shell).expect("each of clap's shells");
    let mut script = Vec::new();
    completer
        .write_registration(VARIABLE, "conform", "conform", "conform", &mut script)
        .expect("a list of bytes takes everything");
    terminal::say(String::from_utf8_lossy(&script).trim_end());
    Ok(0)
}

/// Whether a shell asked for completions, which then have been printed.
pub fn answered() -> bool {
    let words = std::env::args_os();
    let folder = std::env::current_dir().ok();
    let completions = CompleteEnv::with_factory(command)
        .var(VARIABLE)
        .bin("conform");
    completions
        .try_complete(words, folder.as_deref())
        .unwrap_or(true)
}

fn command() -> Command {
    Cli::command().mut_subcommands(|command| command.mut_args(complete))
}

/// An argument with what completes it.
fn complete(arg: Arg) -> Arg {
    let completer = match arg.get_id().as_str() {
        "case" | "skip" => ArgValueCompleter::new(|typed: &OsStr| of_plan(typed, cases)),
        "id" => ArgValueCompleter::new(|typed: &OsStr| of_plan(typed, everything)),
        "defect" => ArgValueCompleter::new(|typed: &OsStr| of_plan(typed, clauses)),
        "operation" | "derive" => {
            ArgValueCompleter::new(|typed: &OsStr| of_plan(typed, operations))
        }
        "profile" => ArgValueCompleter::new(|typed: &OsStr| beginning(typed, profiles())),
        "report" | "formats" => ArgValueCompleter::new(|typed: &OsStr| {
            beginning(typed, Format::ALL.iter().map(|one| one.word().to_owned()))
        }),
        "report_dir" | "spec_root" | "out" | "folder" => {
            return arg.value_hint(ValueHint::DirPath);
        }
        _ => return arg,
    };
    arg.add(completer)
}

/// Those that begin with what was typed.
fn beginning(typed: &OsStr, values: impl IntoIterator<Item = String>) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else {
        return Vec::new();
    };
    let values: BTreeSet<String> = values
        .into_iter()
        .filter(|value| value.starts_with(typed))
        .take(MOST)
        .collect();
    values.into_iter().map(CompletionCandidate::new).collect()
}

/// The same of a plan; nothing where there is none, for this is no place for errors.
fn of_plan(typed: &OsStr, ids: fn(&Plan) -> Vec<String>) -> Vec<CompletionCandidate> {
    let plan = target::plan_without(&ContractArgs::default(), &Environment::default());
    plan.map_or_else(|_| Vec::new(), |(plan, _)| beginning(typed, ids(&plan)))
}

fn cases(plan: &Plan) -> Vec<String> {
    plan.cases.iter().map(|case| case.id.clone()).collect()
}

fn clauses(plan: &Plan) -> Vec<String> {
    let clauses = plan.clauses.iter();
    clauses.map(|(_, clause)| clause.id().to_owned()).collect()
}

fn everything(plan: &Plan) -> Vec<String> {
    let rules = plan.rules.iter().map(|rule| rule.id.clone());
    cases(plan)
        .into_iter()
        .chain(rules)
        .chain(clauses(plan))
        .collect()
}

fn operations(plan: &Plan) -> Vec<String> {
    let operations = plan.contract.operations.iter();
    operations
        .map(|operation| operation.id.to_string())
        .collect()
}

/// The profiles of the configuration file in the working directory.
fn profiles() -> Vec<String> {
    let text = std::fs::read_to_string(DEFAULT_FILE).unwrap_or_default();
    let table: toml::Table = toml::from_str(&text).unwrap_or_default();
    let profiles = table.get("profile").and_then(toml::Value::as_table);
    profiles.map_or_else(Vec::new, |table| table.keys().cloned().collect())
}
