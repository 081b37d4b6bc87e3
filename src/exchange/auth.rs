//! Who each operation of a run is shown to be asking: the real credentials, and those that are made up of them.

use std::collections::BTreeSet;

use super::Credentials;
use super::credentials::{Keyring, Login, Missing, Secret};
use crate::contract::{Contract, SecurityScheme};

/// A well-formed key that nobody has, and a secret for it.
pub const UNKNOWN_KEY: &str = "Q7XK2VJ5M4TRZ9HD";
/// The secret that is shown with it.
pub const UNKNOWN_SECRET: &str = "zT4vQm81LrXc6WnYb0sKd93HgPaEu7JfOx2iRkVy5tBwUqZ1MlNeCo8DhSjFpAG6";
/// A secret that belongs to no key.
const WRONG_SECRET: &str = "Wk2sLx9QpTn4ZcVb7YhJd0RgUe5MfAo3GiXr8KvNy1HtSqEwCzBj6PmDlOuFa2I7";

/// The credentials of a run, operation by operation. Nothing of it is shown but the names of variables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Auth {
    keyring: Keyring,
    /// What there is to show, each once.
    distinct: Vec<Vec<Login>>,
    /// Which of it an operation is shown.
    of: Vec<usize>,
}

impl Auth {
    /// Chooses for every operation of a contract; `needed` are those that valid credentials are shown to.
    ///
    /// # Errors
    /// The first operation that needs credentials for which there are none.
    pub fn new(
        keyring: Keyring,
        contract: &Contract,
        needed: &BTreeSet<usize>,
    ) -> Result<Auth, (usize, Missing)> {
        let mut auth = Auth::default();
        for (index, operation) in contract.operations.iter().enumerate() {
            let logins = match keyring.for_operation(index, operation) {
                Ok(logins) => logins,
                Err(missing) if needed.contains(&index) => return Err((index, missing)),
                Err(_) => keyring.outline(index, operation),
            };
            auth.add(logins);
        }
        auth.keyring = keyring;
        Ok(auth)
    }

    /// One that shows the same to a single operation; for tests and benches.
    pub fn single(keyring: Keyring, logins: Vec<Login>) -> Auth {
        Auth {
            keyring,
            distinct: vec![logins],
            of: vec![0],
        }
    }

    fn add(&mut self, logins: Vec<Login>) {
        let known = self.distinct.iter().position(|one| *one == logins);
        self.of.push(known.unwrap_or(self.distinct.len()));
        if known.is_none() {
            self.distinct.push(logins);
        }
    }

    /// What an operation is shown.
    pub fn of(&self, operation: usize) -> &[Login] {
        let distinct = self.entry(operation).and_then(|at| self.distinct.get(at));
        distinct.map(Vec::as_slice).unwrap_or_default()
    }

    /// Which of the distinct entries it is.
    pub fn entry(&self, operation: usize) -> Option<usize> {
        self.of.get(operation).copied()
    }

    /// What there is to show, each once.
    pub fn distinct(&self) -> &[Vec<Login>] {
        &self.distinct
    }

    /// Whether any real credentials are sent.
    pub fn is_secret(&self) -> bool {
        let mut all = self.distinct.iter().flatten();
        all.any(|login| login.key.is_given())
    }

    /// Key and secret as which a request of this kind of credentials claims to come; none where there are none.
    pub fn claimed(&self, login: &Login, who: Credentials) -> Option<(String, String)> {
        let real = login.key.is_given().then_some(login);
        match who {
            Credentials::None | Credentials::Malformed | Credentials::OtherScheme => None,
            Credentials::Valid
            | Credentials::WithoutFirst
            | Credentials::WithoutSecond
            | Credentials::WithoutThird
            | Credentials::ValidOtherScheme => {
                real.map(|one| (one.key.value.clone(), one.password.value.clone()))
            }
            Credentials::Restricted => {
                let pair = self.keyring.restricted.as_ref();
                pair.map(|(key, secret)| (key.value.clone(), secret.value.clone()))
            }
            _ => Some(made_up(real, self.keyring.restricted.as_ref(), who)),
        }
    }

    /// All secrets with the variables that hold them, and the pairs that go into one Basic value together. What is made
    /// of a real key to be refused still begins like it, so it is a secret as well.
    pub fn secrets(&self) -> (Vec<Secret>, Vec<(String, String)>) {
        let (mut secrets, pairs) = self.keyring.secrets();
        let owned = |(key, secret): (&str, &str)| (key.to_owned(), secret.to_owned());
        let mut pairs: Vec<_> = pairs.into_iter().map(owned).collect();
        let logins = self.distinct.iter().flatten();
        for login in logins.filter(|login| login.key.is_given()) {
            for who in Credentials::ALL.into_iter().filter(|who| who.are_wrong()) {
                // An empty pair is nobody's.
                let pair = self.claimed(login, who);
                let Some(pair) =
                    pair.filter(|(key, secret)| !(key.is_empty() && secret.is_empty()))
                else {
                    continue;
                };
                let both = [pair.0.clone(), pair.1.clone()];
                let made = both.into_iter().filter(|text| !is_public(text));
                secrets.extend(made.map(|text| Secret::new("", text)));
                pairs.push(pair);
            }
        }
        // What has a name comes first and stays.
        let mut known = BTreeSet::new();
        secrets.retain(|secret| known.insert(secret.value.clone()));
        (secrets, pairs)
    }
}

/// Whether a value is made of no real one.
fn is_public(text: &str) -> bool {
    text.is_empty() || [UNKNOWN_KEY, UNKNOWN_SECRET, WRONG_SECRET].contains(&text)
}

/// A key and a secret that nobody has together, out of the real ones.
fn made_up(
    real: Option<&Login>,
    restricted: Option<&(Secret, Secret)>,
    who: Credentials,
) -> (String, String) {
    let other = |made_up: &str, real: &str| match real == made_up {
        true => altered(made_up),
        false => made_up.to_owned(),
    };
    let Some(login) = real else {
        return (UNKNOWN_KEY.to_owned(), UNKNOWN_SECRET.to_owned());
    };
    let (key, password) = (&*login.key.value, &*login.password.value);
    let has_secret = login.scheme == SecurityScheme::Basic && !password.is_empty();
    // Where there is no secret, the key is one.
    let near = |change: fn(&str) -> String| match has_secret {
        true => (key.to_owned(), change(password)),
        false => (change(key), String::new()),
    };
    match who {
        Credentials::KeyAltered => (one_changed(key), password.to_owned()),
        Credentials::KeyOtherCase => (in_other_case(key), password.to_owned()),
        Credentials::KeyCut => (one_less(key), password.to_owned()),
        Credentials::KeyExtended => (format!("{key}x"), password.to_owned()),
        // Whoever has one secret for both keys is still to be refused.
        Credentials::KeyRestricted if has_secret => match restricted {
            Some((second, own)) => (other(&second.value, key), other(password, &own.value)),
            None => (other(UNKNOWN_KEY, key), password.to_owned()),
        },
        Credentials::SecretRestricted if has_secret => match restricted {
            Some((_, own)) => (key.to_owned(), other(&own.value, password)),
            None => (key.to_owned(), other(WRONG_SECRET, password)),
        },
        Credentials::KeyEmpty => (String::new(), password.to_owned()),
        Credentials::BothEmpty => (String::new(), String::new()),
        Credentials::Swapped if has_secret && key != password => {
            (password.to_owned(), key.to_owned())
        }
        Credentials::OtherKey if has_secret => (other(UNKNOWN_KEY, key), password.to_owned()),
        Credentials::SecretCut => near(one_less),
        Credentials::SecretExtended => near(|text| format!("{text}x")),
        Credentials::SecretOtherCase => near(in_other_case),
        Credentials::SecretEmpty => near(|_| String::new()),
        Credentials::WrongSecret if has_secret => (key.to_owned(), other(WRONG_SECRET, password)),
        Credentials::WrongSecret => (altered(key), WRONG_SECRET.to_owned()),
        _ => (other(UNKNOWN_KEY, key), UNKNOWN_SECRET.to_owned()),
    }
}

/// The same text with its letters in the other case; with one character changed where it has none.
fn in_other_case(text: &str) -> String {
    let other = |c: char| match c.is_ascii_lowercase() {
        true => c.to_ascii_uppercase(),
        false => c.to_ascii_lowercase(),
    };
    let swapped: String = text.chars().map(other).collect();
    if swapped == text {
        one_changed(text)
    } else {
        swapped
    }
}

/// The same text without its last character.
fn one_less(text: &str) -> String {
    let mut chars = text.chars();
    chars.next_back();
    chars.as_str().to_owned()
}

/// The same text with a letter or digit in its middle changed to another one, not only to its other case.
fn one_changed(text: &str) -> String {
    let half = text.chars().count() / 2;
    let mut later = text.chars().enumerate().skip(half);
    let at = later.find(|(_, c)| c.is_ascii_alphanumeric());
    let at = at.map_or(half, |(at, _)| at);
    let other = |c: char| match c {
        '0' => '1',
        '0'..='9' => '0',
        'a' => 'b',
        'A' => 'B',
        'a'..='z' => 'a',
        _ => 'A',
    };
    let chars = text.chars().enumerate();
    chars
        .map(|(n, c)| if n == at { other(c) } else { c })
        .collect()
}

/// The same text with its last four characters changed. One would not do: the last character of a
/// base64 signature may hold bits that nobody reads.
fn altered(key: &str) -> String {
    let kept = key.chars().count().saturating_sub(4);
    let changed = |(at, c): (usize, char)| match (at < kept, c) {
        (true, c) => c,
        (false, 'A') => 'B',
        (false, _) => 'A',
    };
    key.chars().enumerate().map(changed).collect()
}
