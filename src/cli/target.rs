//! What is tested and with which credentials: a base URL with a key, or the reference server with its own.

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use url::Url;

use crate::battery::{DEPTHS, Plan, Reading, Selection};
use crate::contract::yaml::Node;
use crate::contract::{Contract, nearest};
use crate::exchange::Recording;
use crate::exchange::auth::Auth;
use crate::exchange::credentials::{Entry, Keyring, Secret};
use crate::run::{Deriving, Setup, Wait};
use crate::suite::{self, BASE_URL};
use crate::transport::LiveConfig;

use super::args::ContractArgs;
use super::auth_table::read_secret;
use super::config::{self, Resolved};
use super::environment::{Environment, variable};
use super::quantity::Quantity;
use super::settings::{ColorChoice, Settings};
use super::{CliError, recording, warnings};

/// What a run asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The reference server, started for the run.
    Reference,
    /// A base URL.
    At(String),
    /// A recording, or those of all shards.
    Recordings(Vec<PathBuf>),
}

/// The word that stands for the reference server in the place of a base URL.
pub const REFERENCE: &str = "reference";

impl Target {
    /// What the settings point at. It is the reference server only where they say so, or say nothing at all: what was
    /// meant to test something else must not be green about that one.
    pub fn of(resolved: &Resolved, environment: &Environment) -> Result<Target, CliError> {
        let settings = &resolved.settings;
        if !settings.replay.is_empty() {
            return Ok(Target::Recordings(settings.replay.clone()));
        }
        let remedy = "give --base-url URL, or --base-url reference to test the reference server";
        let fail = |why: String| Err(CliError::new(format!("{why}: {remedy}")));
        if environment.base_url_is_empty && !resolved.is_flag("base-url") {
            return fail(format!("{BASE_URL} is set and empty"));
        }
        match (&settings.base_url, &settings.spec, &resolved.in_use) {
            (Some(word), ..) if word == REFERENCE => Ok(Target::Reference),
            (Some(url), ..) => base_url(url).map(|_| Target::At(url.clone())),
            (None, Some(spec), _) => {
                let (contract, _) = setup(settings).load()?;
                fail(match server(&contract) {
                    Some(url) => format!(
                        "{} names no target but the server {url}, which is not contacted unasked",
                        spec.display()
                    ),
                    None => format!(
                        "{} is to be tested, and there is no base URL",
                        spec.display()
                    ),
                })
            }
            (None, None, Some(in_use)) => fail(format!("{in_use} gives no base URL")),
            (None, None, None) => Ok(Target::Reference),
        }
    }

    /// As [`Target::of`], for what sends nothing.
    pub fn assumed(settings: &Settings) -> Target {
        match (settings.replay.as_slice(), &settings.base_url) {
            ([_, ..], _) => Target::Recordings(settings.replay.clone()),
            ([], Some(url)) if url != REFERENCE => Target::At(url.clone()),
            _ => Target::Reference,
        }
    }
}

/// The first absolute server that a document names: at its root, else at a path, else at an operation. Variables in it
/// have their defaults.
fn server(contract: &Contract) -> Option<String> {
    let root = contract.document.root();
    let paths = || children(root.get("paths").unwrap_or(root));
    let operations = paths().flat_map(children);
    let homes = std::iter::once(root).chain(paths()).chain(operations);
    let servers = homes.filter_map(|home| home.get("servers")?.as_sequence());
    let url = |server: &Node| {
        let url = server.get("url")?.as_str()?.to_owned();
        let variables = server.get("variables").and_then(Node::as_mapping);
        let variables = variables.into_iter().flatten();
        Some(variables.fold(url, |url, (name, variable)| {
            let default = variable.node.get("default").and_then(Node::as_str);
            default.map_or(url.clone(), |value| {
                url.replace(&format!("{{{name}}}"), value)
            })
        }))
    };
    let urls = servers.flatten().filter_map(url);
    let mut urls = urls.chain(contract.servers());
    urls.find(|url| base_url(url).is_ok())
}

fn children(node: &Node) -> impl Iterator<Item = &Node> {
    let entries = node.as_mapping().into_iter().flatten();
    entries.map(|(_, entry)| &entry.node)
}

/// Who the operations of a plan are shown to be asking, at a target that was named.
///
/// # Errors
/// A file that cannot be read, or an operation with a written case to run and without credentials that serve. Derived
/// cases are left out of `plan` where they have none.
pub fn auth(settings: &Settings, plan: &mut Plan) -> Result<Auth, CliError> {
    let mut keyring = suite::keyring(plan, &variable);
    let secret = match &settings.api_secret_file {
        Some(path) => read_secret("--api-secret-file", path)?,
        None => String::new(),
    };
    let headers = headers(settings)?.into_iter();
    keyring.headers = headers
        .map(|(name, value)| (name, Secret::new("", value)))
        .collect();
    keyring.given = Entry::given(settings.api_key.as_deref().unwrap_or_default(), &secret);
    let operations = plan.contract.operations.iter();
    let used = operations.flat_map(|one| one.security.requirements.iter().flatten());
    let used: Vec<&str> = used.map(|scheme| scheme.name.as_str()).collect();
    for (name, table) in &settings.auth {
        if !used.contains(&name.as_str()) {
            let hint = nearest::hint(name, used.iter().copied());
            return Err(CliError::new(format!(
                "{}: no operation uses a security scheme `{name}`{hint}",
                table.place
            )));
        }
        keyring.named.insert(name.clone(), table.entry()?);
    }
    suite::skip_without_credentials(plan, &keyring);
    Ok(suite::auth(plan, keyring)?)
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
        deriving: (settings.no_derive != Some(true)).then(|| Deriving {
            operations: settings.operation.clone(),
            again: settings.derive.clone(),
            budget: settings.budget,
        }),
    }
}

/// The plan of a run, and with `--replay` the recordings that it is for: one, or those of all shards in their order.
pub fn plan(resolved: &Resolved, target: &Target) -> Result<(Plan, Vec<Recording>), CliError> {
    let settings = &resolved.settings;
    let mut selection = Selection {
        only: settings.case.clone(),
        operations: settings.operation.clone(),
        skip: settings.skip.clone(),
        parameters: parameters(settings)?,
        has_restricted: *target == Target::Reference
            || Keyring::from_environment(&variable).restricted.is_some(),
        allow_writes: settings.allow_writes == Some(true),
        levels: resolved.levels.clone(),
        reading: reading(settings)?,
        ..Selection::default()
    };
    let Target::Recordings(paths) = target else {
        let mut plan = setup(settings).plan(selection, *target == Target::Reference)?;
        warnings::tell_of(&plan);
        if let Some(shard) = settings.shard {
            plan = plan.part(shard);
        }
        return Ok((plan, Vec::new()));
    };
    let recordings = recording::read_all(paths, &setup(settings))?;
    selection.has_restricted = recordings.iter().any(recording::has_restricted);
    let first = recordings.first();
    let mut parameters = first
        .map(|one| one.header.parameters.clone())
        .unwrap_or_default();
    parameters.append(&mut selection.parameters);
    selection.parameters = parameters;
    let mut plan = setup(settings).plan(selection, false)?;
    warnings::tell_of(&plan);
    if let ([path, ..], Some(recording)) = (paths.as_slice(), first) {
        recording::check(path, recording, &plan.contract)?;
    }
    recording::skip(&mut plan, &recordings);
    Ok((plan, recordings))
}

/// The plan of a command that sends nothing, and when it colors.
pub fn plan_without(
    args: &ContractArgs,
    environment: &Environment,
) -> Result<(Plan, Option<ColorChoice>), CliError> {
    let resolved = config::resolve(&args.settings(), &args.layers, environment)?;
    let plan = setup(&resolved.settings).plan_without_target(&resolved.levels)?;
    Ok((plan, resolved.settings.color))
}

/// The plan of a command that only lists clauses, with the derived cases that aim at them or without.
pub fn plan_to_list(
    args: &ContractArgs,
    environment: &Environment,
    derives: bool,
) -> Result<(Plan, Option<ColorChoice>), CliError> {
    let resolved = config::resolve(&args.settings(), &args.layers, environment)?;
    let mut setup = setup(&resolved.settings);
    setup.deriving = setup.deriving.filter(|_| derives);
    let plan = setup.plan_to_list(&resolved.levels)?;
    Ok((plan, resolved.settings.color))
}

/// Who the operations are shown to be asking at a target, and nobody where nothing is sent.
pub fn auth_at(target: &Target, settings: &Settings, plan: &mut Plan) -> Result<Auth, CliError> {
    match target {
        Target::Reference => Ok(suite::auth(plan, suite::reference_keyring(plan))?),
        Target::At(_) => auth(settings, plan),
        Target::Recordings(_) => Ok(suite::auth_outline(plan)),
    }
}

/// How much of a body is read, as given.
fn reading(settings: &Settings) -> Result<Reading, CliError> {
    let usual = Reading::default();
    let size = settings.max_body.as_ref();
    match settings.max_depth.filter(|depth| !DEPTHS.contains(depth)) {
        None => Ok(Reading {
            depth: settings.max_depth.unwrap_or(usual.depth),
            largest: size.map_or(usual.largest, |size| size.value.as_u64()),
        }),
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

/// A time that is given, which is not nothing.
pub fn time(flag: &str, given: Option<&Quantity<Duration>>) -> Result<Option<Duration>, CliError> {
    match given.map(|given| given.value) {
        Some(time) if time < Duration::from_millis(1) => {
            Err(CliError::new(format!("{flag}: at least 1ms is needed")))
        }
        time => Ok(time),
    }
}

/// For what a run waits before it begins.
///
/// # Errors
/// A URL in the place of a path.
pub fn wait(settings: &Settings) -> Result<Option<Wait>, CliError> {
    let longest = settings.wait.as_ref().map(|longest| longest.value);
    let path = settings.wait_for.as_ref();
    let scheme = path.and_then(|path| path.split_once("://"));
    if scheme.is_some_and(|(scheme, _)| scheme.chars().all(char::is_alphanumeric)) {
        return Err(CliError::new(
            "--wait-for: a URL is given; write a path such as /healthz, which is asked for below the base URL",
        ));
    }
    let default = path.map(|_| Duration::from_secs(30));
    Ok(longest.or(default).map(|longest| Wait {
        longest,
        path: path.map(|path| format!("/{}", path.trim_start_matches('/'))),
    }))
}

/// The configuration of a live transport.
pub fn live_config(settings: &Settings, base_url: Url, auth: Auth) -> Result<LiveConfig, CliError> {
    let mut config = LiveConfig::new(base_url);
    config.auth = auth;
    config.timeout = time("--timeout", settings.timeout.as_ref())?.unwrap_or(config.timeout);
    config.retries = settings.retries.unwrap_or(config.retries);
    config.rate = settings.rate.map(NonZeroU32::get);
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
    config.headers = headers(settings)?;
    Ok(config)
}

/// The headers of every request, as given.
fn headers(settings: &Settings) -> Result<Vec<(String, String)>, CliError> {
    let pair = |header: &String| {
        let pair = header.split_once(':');
        let (name, value) =
            pair.ok_or_else(|| CliError::new("--header: write 'NAME: VALUE'".to_owned()))?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    settings.header.iter().map(pair).collect()
}
