//! A suite from environment variables, for a test target that is pointed at a live API without being built again.

use crate::run::SetupError;

use super::{Suite, SuiteError};
use crate::battery::Battery;
use crate::exchange::credentials::{
    API_KEY, PASSWORD, RESTRICTED_KEY, RESTRICTED_SECRET, TOKEN, USERNAME,
};

/// Where the target is; without it the reference server is tested.
pub const BASE_URL: &str = "CONFORM_BASE_URL";
/// Parameters, as `plugin_id=ccp-1,environment=env-1`.
pub const PARAM: &str = "CONFORM_PARAM";

/// Parameters out of a text such as `plugin_id=ccp-1,environment=env-1`.
///
/// # Errors
/// A piece that is not written as name and value.
pub fn pairs(text: &str) -> Result<Vec<(String, String)>, SuiteError> {
    let pieces = text.split(',').filter(|piece| !piece.trim().is_empty());
    let pair = |piece: &str| {
        let pair = piece
            .trim()
            .split_once('=')
            .filter(|(name, _)| !name.is_empty());
        let owned = pair.map(|(name, value)| (name.to_owned(), value.to_owned()));
        owned.ok_or_else(|| SuiteError::Environment {
            name: PARAM,
            given: piece.to_owned(),
        })
    };
    pieces.map(pair).collect()
}

impl Suite {
    /// A suite as the environment says: against [`BASE_URL`] with [`PARAM`] and the credentials, or, where there is no
    /// base URL, against the reference server; the credentials in the environment are then not used.
    ///
    /// # Errors
    /// A parameter that is not written as name and value, or a base URL that is set and empty.
    pub fn from_environment(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Suite, SuiteError> {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let mut suite = match variable(BASE_URL).as_deref().map(str::trim) {
            None | Some("reference") => Suite::reference(),
            Some("") => return Err(SuiteError::EmptyBaseUrl(BASE_URL)),
            Some(url) => {
                let mut suite = Suite::embedded().base_url(url);
                let packs = Battery::embedded()
                    .map_err(SetupError::from)?
                    .bindings
                    .into_iter();
                let packs = packs.filter_map(|binding| binding.file.credentials);
                let packs = packs.flat_map(|one| [Some(one.key), one.secret]).flatten();
                let names = [TOKEN, USERNAME, PASSWORD, API_KEY].map(str::to_owned);
                for name in packs.chain(names) {
                    suite
                        .variables
                        .extend(given(&name).map(|value| (name, value)));
                }
                if let Some((key, secret)) = given(RESTRICTED_KEY).zip(given(RESTRICTED_SECRET)) {
                    suite = suite.restricted(key, secret);
                }
                suite
            }
        };
        for (name, value) in pairs(&given(PARAM).unwrap_or_default())? {
            suite = suite.param(name, value);
        }
        Ok(suite)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "CONFLUENT_CLOUD_API_KEY";
    const SECRET: &str = "CONFLUENT_CLOUD_API_SECRET";

    fn read(variables: &[(&str, &str)]) -> Result<Suite, SuiteError> {
        Suite::from_environment(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn without_a_base_url_the_reference_server_is_tested_with_its_own_key() {
        let suite = read(&[(KEY, "MINE"), (SECRET, "mine")]).unwrap();
        assert!(matches!(suite.target, super::super::Target::Reference(_)));
        assert!(suite.key.is_none() && suite.variables.is_empty());
        assert!(suite.cases_of().is_ok());
    }

    #[test]
    fn a_base_url_takes_parameters_and_keys_from_the_environment() {
        let suite = read(&[
            (BASE_URL, "http://127.0.0.1:1"),
            (PARAM, "plugin_id=p=1, environment=e,"),
            (KEY, "MINE"),
            (SECRET, "mine"),
        ])
        .unwrap();
        assert_eq!(suite.parameters["plugin_id"], "p=1");
        assert_eq!(suite.parameters["environment"], "e");
        let cases = suite.cases_of().unwrap();
        let restricted = cases.iter().find(|case| case.id == "restricted-key");
        assert!(restricted.unwrap().skipped.is_some());
    }

    #[test]
    fn a_base_url_that_is_set_and_empty_is_not_the_reference_server() {
        let error = read(&[(BASE_URL, " ")]).unwrap_err().to_string();
        assert!(
            error.contains(BASE_URL) && error.contains("empty"),
            "{error}"
        );
        let suite = read(&[(BASE_URL, "reference")]).unwrap();
        assert!(matches!(suite.target, super::super::Target::Reference(_)));
    }

    #[test]
    fn what_is_missing_is_named() {
        let error = read(&[(PARAM, "plugin_id")]).unwrap_err().to_string();
        assert!(error.contains("CONFORM_PARAM"), "{error}");
        let all = [(BASE_URL, "http://h"), (PARAM, "plugin_id=p,environment=e")];
        let error = read(&all).unwrap().cases_of().unwrap_err().to_string();
        assert!(error.contains(KEY) && error.contains(SECRET), "{error}");
        let error = read(&all[..1]).unwrap().cases_of().unwrap_err().to_string();
        assert!(error.contains("needs a value"), "{error}");
    }

    #[test]
    fn the_variables_of_a_pack_serve_no_other_contract() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let spec = file(
            "other.yaml",
            "openapi: 3.0.3\nsecurity: [{basic: []}]\npaths:\n  /a: {get: {operationId: a, responses: {'200': {description: d}}}}\n\
             components: {securitySchemes: {basic: {type: http, scheme: basic}}}\n",
        );
        let case = file(
            "read.yaml",
            "case: read\ntitle: Reads\noperation: a\nexpects: success\naccepts: ['200']\naims: [200/status]\nmeans: It reads.\n",
        );
        let other = |variables: &[(&str, &str)]| {
            let suite = read(variables).unwrap().without_embedded();
            suite.spec(&spec).cases(&case).cases_of()
        };
        let base = (BASE_URL, "http://127.0.0.1:1");
        let error = other(&[base, (KEY, "k"), (SECRET, "s")])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("set CONFORM_USERNAME and CONFORM_PASSWORD") && !error.contains(KEY),
            "{error}"
        );
        let error = other(&[base, (TOKEN, "t"), (API_KEY, "k")]).unwrap_err();
        assert!(error.to_string().contains(USERNAME), "{error}");
        assert_eq!(
            other(&[base, (USERNAME, "u"), (PASSWORD, "p")])
                .unwrap()
                .len(),
            1
        );
    }
}
