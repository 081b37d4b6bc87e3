//! Turns who a request claims to be into the header or query parameter that says so.
//! All are made when the transport is built, so that what cannot be sent is refused before the run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::config::{AuthScheme, LiveConfig, TransportError};
use crate::exchange::Credentials;

/// A well-formed key that nobody has, and a secret for it.
const UNKNOWN_KEY: &str = "Q7XK2VJ5M4TRZ9HD";
const UNKNOWN_SECRET: &str = "zT4vQm81LrXc6WnYb0sKd93HgPaEu7JfOx2iRkVy5tBwUqZ1MlNeCo8DhSjFpAG6";
/// A secret that belongs to no key.
const WRONG_SECRET: &str = "Wk2sLx9QpTn4ZcVb7YhJd0RgUe5MfAo3GiXr8KvNy1HtSqEwCzBj6PmDlOuFa2I7";

/// What stays unescaped in a query parameter (RFC 3986, section 2.3).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What one kind of credentials adds to a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Claim {
    /// A header that replaces any other of its name. Marked sensitive.
    pub(super) header: Option<(HeaderName, HeaderValue)>,
    /// A query parameter, both sides percent-encoded.
    pub(super) query: Option<(String, String)>,
    /// What is shown in the place of the header's value, or of the parameter's.
    pub(super) shown: String,
}

/// The claims that a configuration can make.
pub(super) struct Claims {
    made: Vec<(Credentials, Claim)>,
    /// The header in which the scheme carries its credentials.
    pub(super) header: Option<HeaderName>,
    /// The query parameter in which it does, percent-encoded.
    pub(super) query: Option<String>,
}

const ALL: [Credentials; 7] = [
    Credentials::Valid,
    Credentials::None,
    Credentials::UnknownKey,
    Credentials::WrongSecret,
    Credentials::Malformed,
    Credentials::OtherScheme,
    Credentials::Restricted,
];

impl Claims {
    pub(super) fn new(config: &LiveConfig) -> Result<Self, TransportError> {
        let (header, query) = match &config.scheme {
            AuthScheme::Basic | AuthScheme::Bearer => (Some(AUTHORIZATION), None),
            AuthScheme::HeaderKey(name) => (Some(header_name(name)?), None),
            AuthScheme::QueryKey(name) => (None, Some(escaped(name))),
            AuthScheme::None => (None, None),
        };
        let mut claims = Self {
            made: Vec::with_capacity(ALL.len()),
            header,
            query,
        };
        for who in ALL {
            let claim = claims.make(config, who)?;
            claims.made.push((who, claim));
        }
        Ok(claims)
    }

    /// What these credentials add. Those that were not configured add nothing.
    pub(super) fn of(&self, who: Credentials) -> &Claim {
        let made = self.made.iter().find(|(known, _)| *known == who);
        &made.expect("every kind of credentials was made").1
    }

    fn make(&self, config: &LiveConfig, who: Credentials) -> Result<Claim, TransportError> {
        let real = config.key.as_ref();
        let pair = match who {
            Credentials::None => None,
            Credentials::Malformed => return self.malformed(config),
            Credentials::OtherScheme => return other_scheme(&config.scheme),
            Credentials::Valid => real.cloned(),
            Credentials::Restricted => config.restricted.clone(),
            Credentials::UnknownKey => Some(unknown(real)),
            Credentials::WrongSecret => Some(wrong(&config.scheme, real)),
        };
        let Some((key, secret)) = pair else {
            return Ok(nothing());
        };
        let word = word(who);
        match &config.scheme {
            AuthScheme::Basic if key.contains(':') => Err(TransportError::Credentials(
                "the key holds a colon, which ends a user name in Basic (RFC 7617); check that \
                 key and secret are given apart",
            )),
            AuthScheme::Basic => authorization("Basic", &basic(&key, &secret), word),
            AuthScheme::Bearer => authorization("Bearer", &key, word),
            AuthScheme::HeaderKey(_) => self.header_claim(&key, word.into()),
            AuthScheme::QueryKey(_) => Ok(self.query_claim(&key, word)),
            AuthScheme::None => Ok(nothing()),
        }
    }

    /// The scheme, without what it demands.
    fn malformed(&self, config: &LiveConfig) -> Result<Claim, TransportError> {
        let word = word(Credentials::Malformed);
        match &config.scheme {
            AuthScheme::Basic => authorization("Basic", "%%%not-base64%%%", word),
            AuthScheme::Bearer => self.header_claim("Bearer", format!("Bearer {word}")),
            AuthScheme::HeaderKey(_) => self.header_claim("", word.into()),
            AuthScheme::QueryKey(_) => Ok(self.query_claim("", word)),
            AuthScheme::None => Ok(nothing()),
        }
    }

    fn header_claim(&self, value: &str, shown: String) -> Result<Claim, TransportError> {
        let name = self.header.clone();
        let header = name.map(|name| Ok((name, sensitive(value)?))).transpose()?;
        Ok(Claim {
            header,
            query: None,
            shown,
        })
    }

    fn query_claim(&self, value: &str, word: &str) -> Claim {
        let query = self.query.clone().map(|name| (name, escaped(value)));
        Claim {
            header: None,
            query,
            shown: word.into(),
        }
    }
}

fn nothing() -> Claim {
    Claim {
        shown: word(Credentials::None).into(),
        ..Claim::default()
    }
}

/// A scheme that the target does not ask for.
fn other_scheme(scheme: &AuthScheme) -> Result<Claim, TransportError> {
    let word = word(Credentials::OtherScheme);
    match scheme {
        AuthScheme::Basic => authorization("Bearer", "conform-not-a-token", word),
        _ => authorization("Basic", &basic(UNKNOWN_KEY, UNKNOWN_SECRET), word),
    }
}

fn authorization(scheme: &str, value: &str, word: &str) -> Result<Claim, TransportError> {
    let value = sensitive(&format!("{scheme} {value}"))?;
    let shown = format!("{scheme} {word}");
    Ok(Claim {
        header: Some((AUTHORIZATION, value)),
        query: None,
        shown,
    })
}

fn basic(key: &str, secret: &str) -> String {
    STANDARD.encode(format!("{key}:{secret}"))
}

fn sensitive(value: &str) -> Result<HeaderValue, TransportError> {
    let mut value = HeaderValue::from_str(value).map_err(|_| {
        TransportError::Credentials(
            "the key holds a character that no header can carry; check for a line break in it",
        )
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn header_name(name: &str) -> Result<HeaderName, TransportError> {
    HeaderName::from_bytes(name.as_bytes()).map_err(|_| TransportError::Header {
        name: name.to_owned(),
        reason: "is no header name, though the contract's security scheme names it",
    })
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// What stands for credentials wherever a request is shown.
fn word(who: Credentials) -> &'static str {
    match who {
        Credentials::Valid => "[redacted]",
        Credentials::None => "[none]",
        Credentials::UnknownKey => "[unknown-key]",
        Credentials::WrongSecret => "[wrong-secret]",
        Credentials::Malformed => "[malformed]",
        Credentials::OtherScheme => "[other-scheme]",
        Credentials::Restricted => "[restricted]",
    }
}

fn unknown(real: Option<&(String, String)>) -> (String, String) {
    let key = match real {
        Some((key, _)) if key == UNKNOWN_KEY => altered(key),
        _ => UNKNOWN_KEY.to_owned(),
    };
    (key, UNKNOWN_SECRET.to_owned())
}

fn wrong(scheme: &AuthScheme, real: Option<&(String, String)>) -> (String, String) {
    match (scheme, real) {
        (_, None) => (UNKNOWN_KEY.to_owned(), WRONG_SECRET.to_owned()),
        (AuthScheme::Basic, Some((key, secret))) if secret == WRONG_SECRET => {
            (key.clone(), altered(secret))
        }
        (AuthScheme::Basic, Some((key, _))) => (key.clone(), WRONG_SECRET.to_owned()),
        (_, Some((key, _))) => (altered(key), WRONG_SECRET.to_owned()),
    }
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

/// The secrets of the credentials and the pairs that go into one Basic value together. What is
/// made of a real key to be refused still begins like it, so it is a secret as well.
pub(super) fn secrets(config: &LiveConfig) -> (Vec<String>, Vec<(String, String)>) {
    let (mut secrets, mut pairs) = (Vec::new(), Vec::new());
    for (key, secret) in [&config.key, &config.restricted].into_iter().flatten() {
        secrets.extend([key.clone(), secret.clone()]);
        pairs.push((key.clone(), secret.clone()));
    }
    if let Some((key, _)) = &config.key {
        secrets.push(altered(key));
        pairs.push((key.clone(), WRONG_SECRET.to_owned()));
    }
    (secrets, pairs)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    fn claims(scheme: AuthScheme) -> Claims {
        Claims::new(&config(scheme)).unwrap()
    }

    fn config(scheme: AuthScheme) -> LiveConfig {
        let mut config = LiveConfig::new(Url::parse("http://127.0.0.1/").unwrap());
        config.scheme = scheme;
        config.key = Some(("REALKEY".into(), "real-secret".into()));
        config.restricted = Some(("OTHERKEY".into(), "other-secret".into()));
        config
    }

    fn sent(claims: &Claims, who: Credentials) -> Option<String> {
        let (name, value) = claims.of(who).header.clone()?;
        Some(format!("{name}: {}", value.to_str().unwrap()))
    }

    fn pair_sent(claims: &Claims, who: Credentials) -> String {
        let value = sent(claims, who).unwrap();
        let encoded = value.strip_prefix("authorization: Basic ").unwrap();
        String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap()
    }

    #[test]
    fn basic_writes_every_kind() {
        let claims = claims(AuthScheme::Basic);
        assert_eq!(
            pair_sent(&claims, Credentials::Valid),
            "REALKEY:real-secret"
        );
        assert_eq!(
            pair_sent(&claims, Credentials::Restricted),
            "OTHERKEY:other-secret"
        );
        let unknown = pair_sent(&claims, Credentials::UnknownKey);
        assert!(
            !unknown.contains("REALKEY") && unknown.len() == 16 + 1 + 64,
            "{unknown}"
        );
        let wrong = pair_sent(&claims, Credentials::WrongSecret);
        assert!(
            wrong.starts_with("REALKEY:") && !wrong.contains("real-secret"),
            "{wrong}"
        );
        assert_eq!(sent(&claims, Credentials::None), None);
        assert_eq!(
            sent(&claims, Credentials::Malformed).unwrap(),
            "authorization: Basic %%%not-base64%%%"
        );
        assert_eq!(
            sent(&claims, Credentials::OtherScheme).unwrap(),
            "authorization: Bearer conform-not-a-token"
        );
    }

    #[test]
    fn bearer_writes_every_kind() {
        let claims = claims(AuthScheme::Bearer);
        let sent = |who| sent(&claims, who);
        assert_eq!(
            sent(Credentials::Valid).unwrap(),
            "authorization: Bearer REALKEY"
        );
        assert_eq!(
            sent(Credentials::Restricted).unwrap(),
            "authorization: Bearer OTHERKEY"
        );
        assert_eq!(
            sent(Credentials::WrongSecret).unwrap(),
            "authorization: Bearer REAAAAA"
        );
        assert_eq!(
            sent(Credentials::Malformed).unwrap(),
            "authorization: Bearer"
        );
        assert_eq!(sent(Credentials::None), None);
        assert!(
            sent(Credentials::OtherScheme)
                .unwrap()
                .starts_with("authorization: Basic ")
        );
        assert!(!sent(Credentials::UnknownKey).unwrap().contains("REAL"));
    }

    #[test]
    fn a_header_key_stands_in_its_own_header() {
        let claims = claims(AuthScheme::HeaderKey("X-Api-Key".into()));
        assert_eq!(
            sent(&claims, Credentials::Valid).unwrap(),
            "x-api-key: REALKEY"
        );
        assert_eq!(
            sent(&claims, Credentials::Malformed).unwrap(),
            "x-api-key: "
        );
        let other = sent(&claims, Credentials::OtherScheme).unwrap();
        assert!(other.starts_with("authorization: Basic "), "{other}");
    }

    #[test]
    fn a_query_key_is_percent_encoded() {
        let mut config = config(AuthScheme::QueryKey("api key".into()));
        config.key = Some(("a+b&c".into(), String::new()));
        let claims = Claims::new(&config).unwrap();
        let query = claims.of(Credentials::Valid).query.clone().unwrap();
        assert_eq!(query, ("api%20key".into(), "a%2Bb%26c".into()));
        assert_eq!(claims.of(Credentials::None).query, None);
    }

    #[test]
    fn no_claim_shows_a_secret() {
        for scheme in [
            AuthScheme::Basic,
            AuthScheme::Bearer,
            AuthScheme::HeaderKey("x".into()),
            AuthScheme::QueryKey("x".into()),
        ] {
            let claims = claims(scheme);
            for who in ALL {
                let shown = &claims.of(who).shown;
                assert!(shown.ends_with(word(who)), "{who:?}: {shown}");
                assert!(!format!("{:?}", claims.of(who).header).contains("REAL"));
            }
        }
    }

    #[test]
    fn what_cannot_be_sent_is_refused_without_showing_it() {
        let mut config = config(AuthScheme::Bearer);
        config.key = Some(("line\nbreak".into(), String::new()));
        let error = Claims::new(&config).err().unwrap().to_string();
        assert!(
            error.contains("line break in it") && !error.contains("line\n"),
            "{error}"
        );
        config.scheme = AuthScheme::Basic;
        config.key = Some(("key:secret".into(), String::new()));
        let error = Claims::new(&config).err().unwrap().to_string();
        assert!(
            error.contains("colon") && !error.contains("key:secret"),
            "{error}"
        );
    }

    #[test]
    fn what_is_made_of_the_real_key_counts_as_a_secret() {
        let redactor = config(AuthScheme::Bearer).redactor();
        assert_eq!(redactor.text("bad token REAAAAA."), "bad token [redacted].");
        let echoed = sent(&claims(AuthScheme::Basic), Credentials::WrongSecret).unwrap();
        let shown = redactor.text(&echoed).into_owned();
        assert_eq!(shown, "authorization: Basic [redacted]");
    }
}
