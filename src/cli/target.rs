//! What is tested and with which credentials: a base URL with a key, or the reference server with its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use url::Url;

use crate::battery::{DEPTHS, LevelWish, Plan, Selection};
use crate::contract::nearest;
use crate::exchange::Recording;
use crate::exchange::auth::Auth;
use crate::exchange::credentials::{API_KEY, Entry, Keyring, PASSWORD, Secret, TOKEN, USERNAME};
use crate::run::Setup;
use crate::suite;
use crate::transport::LiveConfig;

use super::config::AuthTable;
use super::settings::Settings;
use super::{CliError, recording, warnings};

/// Whether there is a second, restricted pair for a target that was named.
pub fn has_restricted() -> bool {
    Keyring::from_environment(&variable).restricted.is_some()
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// Who the operations of a plan are shown to be asking, at a target that was named.
///
/// # Errors
/// A file that cannot be read, or an operation with a case to run and without credentials that serve.
pub fn auth(
    settings: &Settings,
    named: &BTreeMap<String, AuthTable>,
    plan: &Plan,
) -> Result<Auth, CliError> {
    let mut keyring = suite::keyring(plan, &variable);
    let secret = match &settings.api_secret_file {
        Some(path) => read_secret("--api-secret-file", path)?,
        None => String::new(),
    };
    keyring.given = Entry::given(settings.api_key.as_deref().unwrap_or_default(), &secret);
    let operations = plan.contract.operations.iter();
    let used = operations.flat_map(|one| one.security.requirements.iter().flatten());
    let used: Vec<&str> = used.map(|scheme| scheme.name.as_str()).collect();
    for (name, table) in named {
        if !used.contains(&name.as_str()) {
            let hint = nearest::hint(name, used.iter().copied());
            return Err(CliError::new(format!(
                "[auth.{name}]: no operation uses a security scheme `{name}`{hint}"
            )));
        }
        keyring.named.insert(name.clone(), table.entry(name)?);
    }
    Ok(suite::auth(plan, keyring)?)
}

/// A secret out of a file, without the end of its line.
fn read_secret(what: &str, path: &Path) -> Result<String, CliError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        CliError::new(format!(
            "{what} {}: cannot be read: {error}",
            path.display()
        ))
    })?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(CliError::new(format!(
            "{what} {}: the file is empty",
            path.display()
        ))),
        secret => Ok(secret.to_owned()),
    }
}

impl AuthTable {
    fn entry(&self, name: &str) -> Result<Entry, CliError> {
        let one = |kind: &str, env: &Option<String>, file: &Option<PathBuf>| {
            let what = format!("[auth.{name}] {kind}_file");
            let general = match kind {
                "token" => TOKEN,
                "username" => USERNAME,
                "password" => PASSWORD,
                _ => API_KEY,
            };
            match (env, file) {
                (Some(_), Some(_)) => Err(CliError::new(format!(
                    "{what}: {kind}_env is given as well; keep one of them"
                ))),
                (Some(env), None) => Ok(Secret::read(env, &variable)),
                (None, Some(path)) => Ok(Secret::new(general, read_secret(&what, path)?)),
                (None, None) => Ok(Secret::default()),
            }
        };
        Ok(Entry {
            token: one("token", &self.token_env, &self.token_file)?,
            username: one("username", &self.username_env, &self.username_file)?,
            password: one("password", &self.password_env, &self.password_file)?,
            api_key: one("key", &self.key_env, &self.key_file)?,
        })
    }
}

/// The parameters, as given.
pub fn parameters(settings: &Settings) -> Result<BTreeMap<String, String>, CliError> {
    let pair = |given: &String| {
        let pair = given.split_once('=').filter(|(name, _)| !name.is_empty());
        let (name, value) =
            pair.ok_or_else(|| CliError::new(format!("--param {given}: write NAME=VALUE")))?;
        Ok((name.to_owned(), value.to_owned()))
    };
    settings.param.iter().map(pair).collect()
}

/// What a run of these settings is about.
pub fn setup(settings: &Settings) -> Setup {
    Setup {
        spec: settings.spec.clone(),
        spec_root: settings.spec_root.clone(),
        strict_spec: settings.strict_spec == Some(true),
        cases: settings.cases.clone(),
        without_embedded: settings.no_default_cases == Some(true),
        deriving: None,
    }
}

/// The plan of a run, and with `--replay` the recording that it is for.
pub fn plan(
    settings: &Settings,
    levels: &[LevelWish],
    is_reference: bool,
    has_restricted: bool,
) -> Result<(Plan, Option<Recording>), CliError> {
    let setup = setup(settings);
    let mut selection = Selection {
        only: settings.case.clone(),
        skip: settings.skip.clone(),
        parameters: parameters(settings)?,
        has_restricted,
        allow_writes: settings.allow_writes == Some(true),
        levels: levels.to_owned(),
        max_depth: max_depth(settings)?,
        ..Selection::default()
    };
    let recording = match &settings.replay {
        Some(path) => Some((path, recording::read(path)?)),
        None => None,
    };
    if let Some((_, recording)) = &recording {
        selection.has_restricted = recording::has_restricted(recording);
        let mut parameters = recording.header.parameters.clone();
        parameters.append(&mut selection.parameters);
        selection.parameters = parameters;
    }
    let plan = setup.plan(selection, is_reference)?;
    warnings::tell(&plan.contract);
    if let Some((path, recording)) = &recording {
        recording::check(path, recording, &plan.contract)?;
    }
    Ok((plan, recording.map(|(_, recording)| recording)))
}

/// How deep a body may be nested, as given.
fn max_depth(settings: &Settings) -> Result<Option<usize>, CliError> {
    match settings.max_depth.filter(|depth| !DEPTHS.contains(depth)) {
        None => Ok(settings.max_depth),
        Some(depth) => Err(CliError::new(format!(
            "--max-depth {depth}: write a number between {} and {}",
            DEPTHS.start(),
            DEPTHS.end()
        ))),
    }
}

/// The base URL, checked, and as it may be shown: without user information.
pub fn base_url(text: &str) -> Result<(Url, Url), CliError> {
    suite::base_url(text).map_err(|error| CliError::new(format!("--base-url: {error}")))
}

/// Whether what is sent there never leaves the machine.
pub fn is_loopback(url: &Url) -> bool {
    url.host().is_some_and(|host| match host {
        url::Host::Domain(name) => name == "localhost",
        url::Host::Ipv4(address) => address.is_loopback(),
        url::Host::Ipv6(address) => address.is_loopback(),
    })
}

/// The configuration of a live transport.
pub fn live_config(settings: &Settings, base_url: Url, auth: Auth) -> Result<LiveConfig, CliError> {
    let mut config = LiveConfig::new(base_url);
    config.auth = auth;
    if let Some(timeout) = &settings.timeout {
        config.timeout = timeout.value;
        if config.timeout < Duration::from_millis(1) {
            return Err(CliError::new("--timeout: at least 1ms is needed"));
        }
    }
    config.retries = settings.retries.unwrap_or(config.retries);
    config.rate = settings.rate;
    if let Some(size) = &settings.max_body {
        config.max_body = size.value.as_u64();
    }
    if let Some(path) = &settings.cacert {
        config.cacert = Some(std::fs::read(path).map_err(|error| {
            CliError::new(format!(
                "--cacert {}: cannot be read: {error}",
                path.display()
            ))
        })?);
    }
    config.insecure = settings.insecure == Some(true);
    if let Some(text) = &settings.proxy {
        let bad = |why: &str| CliError::new(format!("--proxy: {why}; write http://HOST:PORT"));
        // What stands before a colon could as well be a user's name.
        if !text.contains("://") {
            return Err(bad("the scheme is missing"));
        }
        config.proxy = Some(Url::parse(text).map_err(|error| bad(&error.to_string()))?);
    }
    for header in &settings.header {
        let Some((name, value)) = header.split_once(':') else {
            return Err(CliError::new("--header: write 'NAME: VALUE'".to_owned()));
        };
        config
            .headers
            .push((name.trim().to_owned(), value.trim().to_owned()));
    }
    Ok(config)
}
