//! A suite from environment variables, for a test target that is pointed at a live API without being built again.

use super::{Suite, SuiteError};

/// Where the target is; without it the reference server is tested.
pub const BASE_URL: &str = "CONFORM_BASE_URL";
/// Parameters, as `plugin_id=ccp-1,environment=env-1`.
pub const PARAM: &str = "CONFORM_PARAM";
/// The key; a name that users of the vendor's other tools already have.
pub const KEY: &str = "CONFLUENT_CLOUD_API_KEY";
/// The secret that belongs to the key.
pub const SECRET: &str = "CONFLUENT_CLOUD_API_SECRET";
/// The key of the second, restricted pair.
pub const RESTRICTED_KEY: &str = "CONFORM_RESTRICTED_KEY";
/// The secret of the second, restricted pair.
pub const RESTRICTED_SECRET: &str = "CONFORM_RESTRICTED_SECRET";

impl Suite {
    /// A suite as the environment says: against [`BASE_URL`] with [`PARAM`] and the credentials, or, where there is no
    /// base URL, against the reference server; the credentials in the environment are then not used.
    ///
    /// # Errors
    /// A parameter that is not written as name and value.
    pub fn from_environment(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Suite, SuiteError> {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let mut suite = match given(BASE_URL) {
            None => Suite::reference(),
            Some(url) => {
                let mut suite = Suite::embedded().base_url(url);
                if let Some((key, secret)) = given(KEY).zip(given(SECRET)) {
                    suite = suite.credentials(key, secret);
                }
                if let Some((key, secret)) = given(RESTRICTED_KEY).zip(given(RESTRICTED_SECRET)) {
                    suite = suite.restricted(key, secret);
                }
                suite
            }
        };
        for piece in given(PARAM).iter().flat_map(|text| text.split(',')) {
            match piece.trim().split_once('=') {
                Some((name, value)) if !name.is_empty() => suite = suite.param(name, value),
                _ if piece.trim().is_empty() => {}
                _ => {
                    return Err(SuiteError::Environment {
                        name: PARAM,
                        given: piece.to_owned(),
                    });
                }
            }
        }
        Ok(suite)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        assert_ne!(suite.key.as_ref().unwrap().0, "MINE");
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
    fn what_is_missing_is_named() {
        let error = read(&[(PARAM, "plugin_id")]).unwrap_err().to_string();
        assert!(error.contains("CONFORM_PARAM"), "{error}");
        let all = [(BASE_URL, "http://h"), (PARAM, "plugin_id=p,environment=e")];
        let error = read(&all).unwrap().cases_of().unwrap_err().to_string();
        assert!(error.contains(KEY) && error.contains(SECRET), "{error}");
        let error = read(&all[..1]).unwrap().cases_of().unwrap_err().to_string();
        assert!(error.contains("needs a value"), "{error}");
    }
}
