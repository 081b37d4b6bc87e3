//! What is tested and with which credentials: a base URL with a key, or the reference server with its own.

use std::collections::BTreeMap;
use std::time::Duration;

use url::Url;

use crate::battery::{Plan, Selection};
use crate::exchange::Recording;
use crate::run::Setup;
use crate::transport::{AuthScheme, LiveConfig};
use crate::{mock, suite};

use super::settings::Settings;
use super::{CliError, recording};

/// The names that users of the vendor's other tools already have.
pub const KEY: &str = "CONFLUENT_CLOUD_API_KEY";
/// The secret that belongs to the key.
pub const SECRET: &str = "CONFLUENT_CLOUD_API_SECRET";
const RESTRICTED_KEY: &str = "CONFORM_RESTRICTED_KEY";
const RESTRICTED_SECRET: &str = "CONFORM_RESTRICTED_SECRET";

/// Key and secret.
pub type Pair = (String, String);

/// The credentials of a run.
#[derive(Clone, Default)]
pub struct Keys {
    /// The pair that may do everything.
    pub full: Option<Pair>,
    /// The second, restricted pair.
    pub restricted: Option<Pair>,
}

/// The credentials for a target that was named.
pub fn keys(
    settings: &Settings,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Keys, CliError> {
    let given = |name: &str| environment(name).filter(|value| !value.is_empty());
    let key = settings.api_key.clone().or_else(|| given(KEY));
    let secret = match &settings.api_secret_file {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                CliError::new(format!(
                    "--api-secret-file {}: cannot be read: {error}",
                    path.display()
                ))
            })?;
            Some(text.trim_end_matches(['\r', '\n']).to_owned())
        }
        None => given(SECRET),
    };
    let restricted = given(RESTRICTED_KEY).zip(given(RESTRICTED_SECRET));
    Ok(Keys {
        full: key.map(|key| (key, secret.unwrap_or_default())),
        restricted,
    })
}

/// Checks that the credentials which a scheme needs are there.
///
/// # Errors
/// The key is missing, or with HTTP Basic the secret.
pub fn check_keys(keys: &Keys, scheme: &AuthScheme) -> Result<(), CliError> {
    match (scheme, &keys.full) {
        (AuthScheme::None, _) => Ok(()),
        (AuthScheme::Basic, Some((_, secret))) if secret.is_empty() => Err(missing_keys()),
        (AuthScheme::Basic, None) => Err(missing_keys()),
        (_, None) => Err(CliError::new(format!(
            "the API asks for a key: set {KEY} in the environment, or give --api-key"
        ))),
        _ => Ok(()),
    }
}

/// What is missing where a case needs credentials and there are none.
fn missing_keys() -> CliError {
    CliError::new(format!(
        "the API asks for credentials: set {KEY} and {SECRET} in the environment, or give --api-key with --api-secret-file"
    ))
}

/// The credentials of the reference server.
pub fn reference_keys() -> Keys {
    let pair = |key: &str, secret: &str| Some((key.to_owned(), secret.to_owned()));
    Keys {
        full: pair(mock::API_KEY, mock::API_SECRET),
        restricted: pair(mock::RESTRICTED_API_KEY, mock::RESTRICTED_API_SECRET),
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
        cases: settings.cases.clone(),
        without_embedded: settings.no_default_cases == Some(true),
    }
}

/// The plan of a run, and with `--replay` the recording that it is for.
pub fn plan(
    settings: &Settings,
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
        levels: Vec::new(),
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
    if let Some((path, recording)) = &recording {
        recording::check(path, recording, &plan.contract)?;
    }
    Ok((plan, recording.map(|(_, recording)| recording)))
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

/// How the operations of a plan want to be shown who asks.
pub fn scheme(plan: &Plan) -> Result<AuthScheme, CliError> {
    Ok(suite::auth_scheme(plan)?)
}

/// The configuration of a live transport.
pub fn live_config(
    settings: &Settings,
    base_url: Url,
    scheme: AuthScheme,
    keys: Keys,
) -> Result<LiveConfig, CliError> {
    let mut config = LiveConfig::new(base_url);
    config.scheme = scheme;
    config.key = keys.full;
    config.restricted = keys.restricted;
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
        config.proxy =
            Some(Url::parse(text).map_err(|error| {
                CliError::new(format!("--proxy: {error}; write http://HOST:PORT"))
            })?);
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
