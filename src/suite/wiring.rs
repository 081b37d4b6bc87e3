//! How the parts of a run are put together: pieces that know neither the command line nor the builder's convenience.

use std::collections::BTreeMap;

use url::Url;

use crate::battery::Plan;
use crate::contract::SecurityScheme;
use crate::exchange::Credentials;
use crate::transport::AuthScheme;

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

/// How the operations of a plan want to be shown who asks.
///
/// # Errors
/// Where an operation knows only schemes that are not supported.
pub fn auth_scheme(plan: &Plan) -> Result<AuthScheme, SuiteError> {
    for case in plan.cases.iter().filter(|case| case.skipped.is_none()) {
        let schemes = &plan.operation(case).security.schemes;
        let known = schemes.iter().find_map(|scheme| match scheme {
            SecurityScheme::Basic => Some(AuthScheme::Basic),
            SecurityScheme::Bearer => Some(AuthScheme::Bearer),
            SecurityScheme::HeaderKey(name) => Some(AuthScheme::HeaderKey(name.clone())),
            SecurityScheme::QueryKey(name) => Some(AuthScheme::QueryKey(name.clone())),
            SecurityScheme::Other(..) => None,
        });
        if let Some(scheme) = known {
            return Ok(scheme);
        }
        if let Some(SecurityScheme::Other(name, mark)) = schemes.first() {
            return Err(SuiteError::Scheme {
                source_name: plan.contract.document.source_name.clone(),
                line: mark.line,
                case: case.id.clone(),
                scheme: name.clone(),
            });
        }
    }
    Ok(AuthScheme::None)
}

/// Whether any case that would run shows valid credentials.
pub fn needs_key(plan: &Plan) -> bool {
    plan.cases
        .iter()
        .any(|case| case.skipped.is_none() && case.step().credentials == Credentials::Valid)
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
