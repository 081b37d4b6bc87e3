//! Where the credentials of one security scheme come from, as `[auth.NAME]` says it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::exchange::credentials::{API_KEY, Entry, PASSWORD, Secret, TOKEN, USERNAME};

use super::CliError;
use super::environment::variable;

/// A variable or a file for each value that a scheme needs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct AuthTable {
    /// Where it stands: the file, and its heading there.
    #[serde(skip)]
    pub place: String,
    /// The variable that holds the token of HTTP Bearer, OAuth 2 or OpenID Connect.
    pub token_env: Option<String>,
    /// The file that holds it.
    pub token_file: Option<PathBuf>,
    /// The variable that holds the user name of HTTP Basic.
    pub username_env: Option<String>,
    /// The file that holds it.
    pub username_file: Option<PathBuf>,
    /// The variable that holds the password of HTTP Basic.
    pub password_env: Option<String>,
    /// The file that holds it.
    pub password_file: Option<PathBuf>,
    /// The variable that holds an API key.
    pub key_env: Option<String>,
    /// The file that holds it.
    pub key_file: Option<PathBuf>,
}

impl AuthTable {
    /// What it leads to.
    pub fn entry(&self) -> Result<Entry, CliError> {
        let one = |general, kind, env: &Option<String>, file: &Option<PathBuf>| {
            let what = format!("{} {kind}_file", self.place);
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
            token: one(TOKEN, "token", &self.token_env, &self.token_file)?,
            username: one(
                USERNAME,
                "username",
                &self.username_env,
                &self.username_file,
            )?,
            password: one(
                PASSWORD,
                "password",
                &self.password_env,
                &self.password_file,
            )?,
            api_key: one(API_KEY, "key", &self.key_env, &self.key_file)?,
        })
    }

    /// The files that hold secrets.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let all = [
            &self.token_file,
            &self.username_file,
            &self.password_file,
            &self.key_file,
        ];
        all.into_iter().filter_map(|path| path.as_deref())
    }

    /// The variables that it names.
    pub fn variables(&self) -> BTreeSet<String> {
        let all = [
            &self.token_env,
            &self.username_env,
            &self.password_env,
            &self.key_env,
        ];
        all.into_iter().flatten().cloned().collect()
    }
}

/// A secret out of a file, without the end of its line.
pub fn read_secret(what: &str, path: &Path) -> Result<String, CliError> {
    let fail = |why: String| CliError::new(format!("{what} {}: {why}", path.display()));
    let text =
        std::fs::read_to_string(path).map_err(|error| fail(format!("cannot be read: {error}")))?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(fail("the file is empty".to_owned())),
        secret => Ok(secret.to_owned()),
    }
}
