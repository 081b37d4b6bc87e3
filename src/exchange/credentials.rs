//! The credentials that a run was given, by kind and by name, and which of them serve an operation.

use std::collections::BTreeMap;
use std::fmt;

use super::header_login;
use crate::contract::{Operation, SecurityScheme};

/// A token for Bearer, OAuth 2 and OpenID Connect.
pub const TOKEN: &str = "CONFORM_TOKEN";
/// The user name for Basic.
pub const USERNAME: &str = "CONFORM_USERNAME";
/// The password for Basic.
pub const PASSWORD: &str = "CONFORM_PASSWORD";
/// The key for API keys in a header, the query or a cookie.
pub const API_KEY: &str = "CONFORM_API_KEY";
/// The key of the second, restricted pair.
pub const RESTRICTED_KEY: &str = "CONFORM_RESTRICTED_KEY";
/// The secret of the second, restricted pair.
pub const RESTRICTED_SECRET: &str = "CONFORM_RESTRICTED_SECRET";

/// Stand in command lines for what a header of `--header` shows.
const HEADER_KEY: &str = "HEADER_KEY";
const HEADER_PASSWORD: &str = "HEADER_PASSWORD";

/// A value that is never shown, with the variable that stands for it wherever it has to be named. An empty value was
/// not given; its variable then says what would serve.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret {
    /// The variable.
    pub variable: String,
    /// The value.
    pub value: String,
    /// Whether the variable is there and empty, which a password may be (RFC 7617, section 2).
    pub blank: bool,
}

impl Secret {
    /// A value with the variable that stands for it.
    pub fn new(variable: impl Into<String>, value: impl Into<String>) -> Secret {
        Secret {
            variable: variable.into(),
            value: value.into(),
            blank: false,
        }
    }

    /// What the environment has for a variable.
    pub fn read(variable: &str, environment: &dyn Fn(&str) -> Option<String>) -> Secret {
        let value = environment(variable);
        Secret {
            blank: value.as_deref() == Some(""),
            ..Secret::new(variable, value.unwrap_or_default())
        }
    }

    /// Whether it was given.
    pub fn is_given(&self) -> bool {
        !self.value.is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "${}", self.variable)
    }
}

/// Credentials of every kind from one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// For Bearer.
    pub token: Secret,
    /// For Basic.
    pub username: Secret,
    /// For Basic.
    pub password: Secret,
    /// For API keys.
    pub api_key: Secret,
}

impl Entry {
    /// One key for whatever the scheme needs, and the secret that belongs to it.
    pub fn pair(key: Secret, secret: Secret) -> Entry {
        Entry {
            token: key.clone(),
            username: key.clone(),
            password: secret,
            api_key: key,
        }
    }

    /// What a user gave for whatever the scheme needs.
    pub fn given(key: &str, secret: &str) -> Entry {
        Entry {
            token: Secret::new(TOKEN, key),
            username: Secret::new(USERNAME, key),
            password: Secret::new(PASSWORD, secret),
            api_key: Secret::new(API_KEY, key),
        }
    }

    fn secrets(&self) -> [&Secret; 4] {
        [&self.token, &self.username, &self.password, &self.api_key]
    }
}

/// A scheme with what is shown to it: a token, a key, or a user with a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The scheme.
    pub scheme: SecurityScheme,
    /// The token, the key or the user name.
    pub key: Secret,
    /// The password; empty for every scheme but Basic.
    pub password: Secret,
}

impl Login {
    fn is_met(&self) -> bool {
        match self.scheme {
            SecurityScheme::Other(..) => false,
            SecurityScheme::Basic => {
                self.key.is_given() && (self.password.is_given() || self.password.blank)
            }
            _ => self.key.is_given(),
        }
    }
}

/// Why an operation cannot be asked with valid credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// None were given that serve; the variables that would, for each requirement.
    Variables(Vec<Vec<String>>),
    /// It knows only schemes that are not supported: the first, and the line where it is declared.
    Unsupported(String, u64),
}

/// All credentials of a run. `Debug` shows the names of variables only.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keyring {
    /// Headers that a user gave for all requests, by their names: what one of them shows comes before all others.
    pub headers: Vec<(String, Secret)>,
    /// By the name of a scheme; before all others but those.
    pub named: BTreeMap<String, Entry>,
    /// Given for whatever an operation needs.
    pub given: Entry,
    /// Of a pack, for the operations that it binds and for no other.
    pub packs: BTreeMap<usize, Entry>,
    /// By kind, for any operation.
    pub general: Entry,
    /// The second, restricted pair.
    pub restricted: Option<(Secret, Secret)>,
}

impl Keyring {
    /// The credentials by kind and the restricted pair, out of the environment.
    pub fn from_environment(environment: &dyn Fn(&str) -> Option<String>) -> Keyring {
        let read = |variable| Secret::read(variable, environment);
        let (key, secret) = (read(RESTRICTED_KEY), read(RESTRICTED_SECRET));
        Keyring {
            general: Entry {
                token: read(TOKEN),
                username: read(USERNAME),
                password: read(PASSWORD),
                api_key: read(API_KEY),
            },
            restricted: (key.is_given() && secret.is_given()).then_some((key, secret)),
            ..Keyring::default()
        }
    }

    /// What an operation is shown: all schemes of its first requirement that can be met; none where it asks for none.
    ///
    /// # Errors
    /// No requirement can be met.
    pub fn for_operation(
        &self,
        index: usize,
        operation: &Operation,
    ) -> Result<Vec<Login>, Missing> {
        let security = &operation.security;
        let all = self.logins(index, operation);
        if let Some(met) = all.iter().find(|one| one.iter().all(Login::is_met)) {
            return Ok(met.clone());
        }
        if !security.declared || security.requirements.len() != all.len() || all.is_empty() {
            return Ok(Vec::new());
        }
        let unsupported = |login: &Login| match &login.scheme {
            SecurityScheme::Other(name, mark) => Some((name.clone(), mark.line)),
            _ => None,
        };
        let supported = all
            .iter()
            .filter(|one| one.iter().all(|login| unsupported(login).is_none()));
        let variables = |one: &Vec<Login>| {
            let needed = one.iter().flat_map(|login| [&login.key, &login.password]);
            let named = needed.filter(|secret| !secret.variable.is_empty());
            named.map(|secret| secret.variable.clone()).collect()
        };
        let variables: Vec<Vec<String>> = supported.map(variables).collect();
        match all.iter().flatten().find_map(unsupported) {
            Some((name, line)) if variables.is_empty() => Err(Missing::Unsupported(name, line)),
            _ => Err(Missing::Variables(variables)),
        }
    }

    /// What an operation would be shown where nothing that serves was given: its first requirement, without values.
    pub fn outline(&self, index: usize, operation: &Operation) -> Vec<Login> {
        let is_known = |one: &Vec<Login>| {
            let mut all = one.iter();
            all.all(|login| !matches!(login.scheme, SecurityScheme::Other(..)))
        };
        let mut all = self.logins(index, operation).into_iter();
        all.find(is_known)
            .filter(|_| operation.security.declared)
            .unwrap_or_default()
    }

    /// All requirements that ask for something, with what there is for them.
    fn logins(&self, index: usize, operation: &Operation) -> Vec<Vec<Login>> {
        let requirements = operation.security.requirements.iter();
        let login = |name: &str, scheme: &SecurityScheme| {
            let pick = |of: fn(&Entry) -> &Secret| self.pick(name, index, of).clone();
            let by_header = self.by_header(scheme);
            let (key, password) = match scheme {
                _ if by_header.is_some() => by_header.unwrap_or_default(),
                SecurityScheme::Basic => (pick(|one| &one.username), pick(|one| &one.password)),
                SecurityScheme::Bearer => (pick(|one| &one.token), Secret::default()),
                SecurityScheme::Other(..) => Default::default(),
                _ => (pick(|one| &one.api_key), Secret::default()),
            };
            Login {
                scheme: scheme.clone(),
                key,
                password,
            }
        };
        requirements
            .filter(|one| !one.is_empty())
            .map(|one| {
                let uses = one.iter();
                uses.map(|used| login(&used.name, &used.scheme)).collect()
            })
            .collect()
    }

    /// What a header that a user gave shows to a scheme.
    fn by_header(&self, scheme: &SecurityScheme) -> Option<(Secret, Secret)> {
        let headers = self.headers.iter();
        let headers = headers.map(|(name, secret)| (name.clone(), secret.value.clone()));
        let (key, password) = header_login::shown(&headers.collect::<Vec<_>>(), scheme)?;
        if key.is_empty() {
            let wanted = format!("--header 'Authorization: {scheme:?} …'");
            return Some((Secret::new(wanted, ""), Secret::default()));
        }
        let blank = password.as_deref() == Some("");
        let password = Secret::new(HEADER_PASSWORD, password.unwrap_or_default());
        let key = Secret::new(HEADER_KEY, key);
        Some((key, Secret { blank, ..password }))
    }

    /// The first that was given; else the first that would serve.
    fn pick(&self, name: &str, index: usize, of: fn(&Entry) -> &Secret) -> &Secret {
        let named = self.named.get(name).map(of);
        if let Some(named) = named.filter(|secret| !secret.variable.is_empty()) {
            return named;
        }
        let pack = self.packs.get(&index);
        let all = [Some(&self.given), pack, Some(&self.general)];
        let mut found = all.into_iter().flatten().map(of);
        let would = pack.map_or(of(&self.general), of);
        found.find(|secret| secret.is_given()).unwrap_or(would)
    }

    /// Every value that was given, and the pairs that go into one Basic value together.
    pub fn secrets(&self) -> (Vec<Secret>, Vec<(&str, &str)>) {
        let entries = self.named.values().chain(self.packs.values());
        let entries: Vec<&Entry> = entries.chain([&self.given, &self.general]).collect();
        let restricted = self.restricted.iter();
        let pairs = restricted
            .clone()
            .map(|(key, secret)| (key.value.as_str(), secret.value.as_str()))
            .chain(entries.iter().flat_map(|one| {
                // One may come from another source than the other.
                let passwords = entries.iter().map(|other| other.password.value.as_str());
                passwords.map(|password| (one.username.value.as_str(), password))
            }))
            .filter(|(key, secret)| !key.is_empty() || !secret.is_empty());
        let pairs: Vec<(&str, &str)> = pairs.collect();
        let single = entries.iter().flat_map(|one| one.secrets());
        let all = single.chain(restricted.flat_map(|(key, secret)| [key, secret]));
        let mut values: Vec<Secret> = all.filter(|secret| secret.is_given()).cloned().collect();
        // A key may be given with the word that stands before it in the header (`Token …`).
        let behind = |secret: &Secret| {
            let (_, key) = secret.value.trim().split_once(' ')?;
            Some(Secret::new("", key.trim()))
        };
        values.extend(values.iter().filter_map(behind).collect::<Vec<_>>());
        values.sort_by(|one, other| one.value.cmp(&other.value));
        values.dedup_by(|one, other| one.value == other.value);
        (values, pairs)
    }
}
