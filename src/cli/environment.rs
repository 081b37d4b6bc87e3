//! Settings out of the environment: `CONFORM_BASE_URL` and the like. A variable of ours that nobody reads is refused,
//! since a run without it would be another one than was meant.

use std::collections::BTreeSet;

use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Args as _, Command};

use crate::contract::nearest;
use crate::exchange::credentials::{
    API_KEY, PASSWORD, RESTRICTED_KEY, RESTRICTED_SECRET, TOKEN, USERNAME,
};
use crate::suite::{BASE_URL, PARAM, SuiteError, pairs};

use super::CliError;
use super::settings::Settings;

const PREFIX: &str = "CONFORM_";

/// What the environment gave.
#[derive(Debug, Default)]
pub struct Environment {
    /// The names of the settings that came from it.
    pub settings: BTreeSet<String>,
    /// Its parameters, as NAME=VALUE.
    pub param: Vec<String>,
    /// Whether it has a base URL that is empty.
    pub base_url_is_empty: bool,
}

impl Environment {
    /// What the settings of a command took from it.
    pub fn read(command: &ArgMatches) -> Result<Environment, SuiteError> {
        let taken = |id: &&str| command.value_source(id) == Some(ValueSource::EnvVariable);
        let ids = command.ids().map(clap::Id::as_str);
        let param = pairs(&variable(PARAM).unwrap_or_default())?;
        Ok(Environment {
            settings: ids.filter(taken).map(|id| id.replace('_', "-")).collect(),
            param: param
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect(),
            base_url_is_empty: variable(BASE_URL).is_some_and(|url| url.trim().is_empty()),
        })
    }
}

/// A variable of the environment.
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Lets every setting that holds one value come from the environment. An empty variable gives none.
pub fn readable(command: Command) -> Command {
    let settings = settings();
    command.mut_args(|arg| {
        let name = name_of(&arg);
        let is_read = settings
            .iter()
            .any(|one| one.get_id() == arg.get_id() && holds_one(one));
        let is_given = || variable(&name).is_some_and(|value| !value.is_empty());
        match is_read && is_given() {
            true => arg.env(name).hide_env_values(true),
            false => arg,
        }
    })
}

/// Refuses the first variable that begins like ours and is read by nobody; `named` are those that the configuration
/// names.
pub fn check(named: &BTreeSet<String>) -> Result<(), CliError> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    refuse_unread(names, named)
}

fn refuse_unread(
    given: impl Iterator<Item = String>,
    named: &BTreeSet<String>,
) -> Result<(), CliError> {
    let settings = settings();
    let (single, several): (Vec<&Arg>, Vec<&Arg>) = settings.iter().partition(|arg| holds_one(arg));
    let mut known: BTreeSet<String> = single.into_iter().map(name_of).collect();
    let others = [
        TOKEN,
        USERNAME,
        PASSWORD,
        API_KEY,
        RESTRICTED_KEY,
        RESTRICTED_SECRET,
        PARAM,
    ];
    known.extend(others.map(str::to_owned));
    known.extend(named.iter().cloned());
    let mut given: Vec<String> = given.filter(|name| name.starts_with(PREFIX)).collect();
    given.sort_unstable();
    let Some(wrong) = given.iter().find(|name| !known.contains(*name)) else {
        return Ok(());
    };
    if let Some(arg) = several.into_iter().find(|arg| name_of(arg) == *wrong) {
        let flag = arg.get_long().unwrap_or_default();
        return Err(CliError::new(format!(
            "{wrong}: `{flag}` holds several values and is not read from the environment; give --{flag}, or `{flag}` in conform.toml"
        )));
    }
    let hint = nearest::hint(wrong, known.iter().map(String::as_str));
    Err(CliError::new(format!(
        "{wrong}: nothing reads this variable, so correct or unset it{hint}"
    )))
}

fn settings() -> Vec<Arg> {
    let command = Settings::augment_args(Command::new("run"));
    command.get_arguments().cloned().collect()
}

fn name_of(arg: &Arg) -> String {
    format!("{PREFIX}{}", arg.get_id().as_str().to_ascii_uppercase())
}

/// `CONFORM_API_KEY` is for API keys, `--api-key` for whatever an operation asks for.
fn holds_one(arg: &Arg) -> bool {
    matches!(arg.get_action(), ArgAction::Set) && arg.get_id() != "api_key"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_nobody_reads_is_refused_with_the_nearest() {
        let named = BTreeSet::from(["CONFORM_MY_TOKEN".to_owned()]);
        let check = |name: &str| refuse_unread([name.to_owned()].into_iter(), &named);
        for fine in [
            "CONFORM_BASE_URL",
            "CONFORM_QUIET",
            "CONFORM_API_KEY",
            "CONFORM_RESTRICTED_KEY",
            "CONFORM_PARAM",
            "CONFORM_MY_TOKEN",
            "CONFORMIST",
            "HOME",
        ] {
            assert!(check(fine).is_ok(), "{fine}");
        }
        for (wrong, piece) in [
            ("CONFORM_BASEURL", "did you mean `CONFORM_BASE_URL`?"),
            ("CONFORM_TIMEOUTS", "did you mean `CONFORM_TIMEOUT`?"),
            ("CONFORM_REPORT", "--report"),
            ("CONFORM_X", "unset it"),
        ] {
            let error = check(wrong).unwrap_err().to_string();
            assert!(error.starts_with(wrong) && error.contains(piece), "{error}");
        }
    }
}
