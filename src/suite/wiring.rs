//! How the parts of a run are put together: pieces that know neither the command line nor the builder's convenience.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use url::Url;

use crate::battery::model::PackCredentials;
use crate::battery::{Case, Plan};
use crate::exchange::Credentials;
use crate::exchange::auth::Auth;
use crate::exchange::credentials::{self, Entry, Keyring, Missing, Secret};
use crate::mock;

use super::{Suite, SuiteError, Target};

/// The base URL, checked, and as it may be shown: without user information.
///
/// # Errors
/// What is no `http` or `https` address, or has a query or a fragment.
pub fn base_url(text: &str) -> Result<(Url, Url), SuiteError> {
    let wrong = |why: &str| SuiteError::BaseUrl(why.to_owned());
    let url = Url::parse(text).map_err(|error| match error {
        url::ParseError::RelativeUrlWithoutBase => wrong("the scheme is missing"),
        other => wrong(&other.to_string()),
    })?;
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err(wrong(&format!("`{}` is no HTTP address", url.scheme())));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it has a query or a fragment"));
    }
    let mut shown = url.clone();
    shown
        .set_username("")
        .and_then(|()| shown.set_password(None))
        .map_err(|()| wrong("the user information cannot be taken off"))?;
    Ok((url, shown))
}

/// A target as reports name it.
pub fn shown(base_url: &Url, reference: bool) -> crate::report::model::Target {
    crate::report::model::Target {
        base_url: base_url.as_str().trim_end_matches('/').to_owned(),
        reference,
    }
}

/// The credentials that an environment has for a plan: of every kind, and those that its packs name.
pub fn keyring(plan: &Plan, environment: &dyn Fn(&str) -> Option<String>) -> Keyring {
    let pack = |names: &PackCredentials| {
        let secret = names.secret.as_deref();
        let secret = secret.map(|name| Secret::read(name, environment));
        Entry::pair(
            Secret::read(&names.key, environment),
            secret.unwrap_or_default(),
        )
    };
    let packs = plan.credentials.iter();
    Keyring {
        packs: packs.map(|(at, names)| (*at, pack(names))).collect(),
        ..Keyring::from_environment(environment)
    }
}

/// The credentials of the reference server, by the names that its pack has for them.
pub fn reference_keyring(plan: &Plan) -> Keyring {
    let packs = || plan.credentials.values();
    let value = |name: &str| match name {
        credentials::USERNAME => Some(mock::API_KEY),
        credentials::PASSWORD => Some(mock::API_SECRET),
        credentials::RESTRICTED_KEY => Some(mock::RESTRICTED_API_KEY),
        credentials::RESTRICTED_SECRET => Some(mock::RESTRICTED_API_SECRET),
        name if packs().any(|one| one.key == name) => Some(mock::API_KEY),
        name if packs().any(|one| one.secret.as_deref() == Some(name)) => Some(mock::API_SECRET),
        _ => None,
    };
    keyring(plan, &|name| value(name).map(str::to_owned))
}

/// Notes which cases that nobody wrote show credentials which were not given, and what would serve: they are tried without.
/// Those that no credentials would serve are left out.
pub fn skip_without_credentials(plan: &mut Plan, keyring: &Keyring) {
    let contract = Arc::clone(&plan.contract);
    let cases = plan.cases.iter_mut().filter(|case| case.derived.is_some());
    for case in cases.filter(|case| case.skipped.is_none()) {
        let step = case.step();
        let (index, who) = (step.operation, step.credentials);
        let met = keyring.for_operation(index, &contract.operations[index]);
        if let (Some(without), Ok(met)) = (who.without(), &met)
            && met.len() <= without.max(1)
        {
            let why = "it leaves out one of several credentials, and so many are not shown";
            case.skipped = Some(why.to_owned());
        }
        if who == Credentials::Valid
            && let Err(missing) = met
        {
            case.skipped = Some(match missing {
                Missing::Variables(sets) => {
                    case.bare = Some(format!("no credentials: set {}", listed(&sets)));
                    continue;
                }
                Missing::Unsupported(scheme, line) if scheme == "mutualtls" => format!(
                    "it asks for a client certificate (mutualTLS, line {line}), which is not supported"
                ),
                Missing::Unsupported(scheme, line) => format!(
                    "its security scheme `{scheme}` (line {line}) is not supported: give it with --header"
                ),
            });
        }
    }
}

/// Who the operations of a plan are shown to be asking.
///
/// # Errors
/// A case that would run shows valid credentials, and its operation has none that serve.
pub fn auth(plan: &Plan, keyring: Keyring) -> Result<Auth, SuiteError> {
    let is_run = |case: &&Case| case.skipped.is_none() && case.derived.is_none();
    let run = plan.cases.iter().filter(is_run);
    let showing = run.flat_map(|case| case.steps.iter().map(move |step| (case, step)));
    let showing = showing.filter(|(_, step)| step.credentials == Credentials::Valid);
    let showing: Vec<_> = showing.collect();
    let needed = showing.iter().map(|(_, step)| step.operation).collect();
    Auth::new(keyring, &plan.contract, &needed).map_err(|(index, missing)| {
        let operation = &plan.contract.operations[index];
        match missing {
            Missing::Variables(sets) => SuiteError::Credentials {
                operation: format!("{} {}", operation.method, operation.path),
                variables: listed(&sets),
            },
            Missing::Unsupported(scheme, line) => {
                let mut first = showing.iter().filter(|(_, step)| step.operation == index);
                SuiteError::Scheme {
                    source_name: plan.contract.document.source_name.clone(),
                    line,
                    case: first
                        .next()
                        .map(|(case, _)| case.id.clone())
                        .unwrap_or_default(),
                    scheme,
                }
            }
        }
    })
}

/// One that asks nobody for anything: for recordings and lists.
pub fn auth_outline(plan: &Plan) -> Auth {
    Auth::new(keyring(plan, &|_| None), &plan.contract, &BTreeSet::new()).unwrap_or_default()
}

fn listed(sets: &[Vec<String>]) -> String {
    let mut told: Vec<String> = Vec::new();
    for set in sets.iter().map(|names| names.join(" and ")) {
        if !told.contains(&set) {
            told.push(set);
        }
    }
    told.join(", or ")
}

/// What the report's manifest says of the options, by the names of the command line's flags.
pub(super) fn options(suite: &Suite) -> BTreeMap<String, String> {
    let mut out = BTreeMap::new();
    let mut say = |name: &str, value: String| {
        if !value.is_empty() {
            out.insert(name.to_owned(), value);
        }
    };
    if let Target::At(url) = &suite.target
        && let Ok((_, shown)) = base_url(url)
    {
        say("base-url", shown.to_string());
    }
    let parameters = suite.parameters.iter();
    let parameters: Vec<String> = parameters.map(|(name, v)| format!("{name}={v}")).collect();
    say("param", parameters.join(", "));
    say("case", suite.only.join(", "));
    say("skip", suite.skip.join(", "));
    if let Some(path) = &suite.setup.spec {
        say("spec", path.display().to_string());
    }
    let paths: Vec<String> = suite
        .setup
        .cases
        .iter()
        .map(|p| p.display().to_string())
        .collect();
    say("cases", paths.join(", "));
    out
}
