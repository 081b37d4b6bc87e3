//! What a live transport is told: the target, the credentials, and every bound.
//! Nothing here is shown by `Debug` that could be a secret.

use std::fmt;
use std::time::{Duration, Instant};

use url::Url;

use crate::exchange::Redactor;
use crate::exchange::auth::Auth;

/// Everything that a [`LiveTransport`](super::LiveTransport) is told.
#[derive(Clone)]
pub struct LiveConfig {
    /// Where the target is: `http` or `https`, and a path prefix if it has one. User information
    /// is never sent.
    pub base_url: Url,
    /// Who each operation is shown to be asking.
    pub auth: Auth,
    /// At most this long from looking up the name to the end of the body, for each attempt.
    pub timeout: Duration,
    /// At most so many attempts after the first.
    pub retries: u32,
    /// At most so many requests a second; none or 0 is no limit.
    pub rate: Option<u32>,
    /// At most so many bytes of a body are read, counted after decompression.
    pub max_body: u64,
    /// The end of the whole run.
    pub deadline: Option<Instant>,
    /// Certificates in PEM that are trusted beside those of the system.
    pub cacert: Option<Vec<u8>>,
    /// Whether any certificate is taken.
    pub insecure: bool,
    /// The proxy that all requests go through; the environment's proxies are never used.
    pub proxy: Option<Url>,
    /// Names and values of the headers sent with every request. The values count as secrets.
    pub headers: Vec<(String, String)>,
}

impl LiveConfig {
    /// Starts with the documented defaults: no credentials, 10 s, 2 retries, bodies of 16 MiB.
    pub fn new(base_url: Url) -> Self {
        Self {
            base_url,
            auth: Auth::default(),
            timeout: Duration::from_secs(10),
            retries: 2,
            rate: None,
            max_body: 16 * 1024 * 1024,
            deadline: None,
            cacert: None,
            insecure: false,
            proxy: None,
            headers: Vec::new(),
        }
    }

    /// Builds the redactor that knows every secret in here, and those that are made of them.
    pub fn redactor(&self) -> Redactor {
        let (mut secrets, mut pairs) = self.auth.secrets();
        for (name, value) in &self.headers {
            secrets.extend(header_secrets(name, value));
        }
        for url in [Some(&self.base_url), self.proxy.as_ref()]
            .into_iter()
            .flatten()
        {
            let user = decoded(url.username());
            let password = decoded(url.password().unwrap_or_default());
            secrets.extend([user.clone(), password.clone()]);
            pairs.push((user, password));
        }
        Redactor::new(&secrets).with_pairs(&pairs)
    }
}

/// Headers that only negotiate. Their values stand in honest reports, so they are not searched for.
const NEGOTIATION: [&str; 7] = [
    "accept",
    "accept-charset",
    "accept-encoding",
    "accept-language",
    "cache-control",
    "content-type",
    "pragma",
];

/// The value, and the parts of it that are secrets on their own.
fn header_secrets(name: &str, value: &str) -> Vec<String> {
    let name = name.to_ascii_lowercase();
    if NEGOTIATION.contains(&name.as_str()) {
        return Vec::new();
    }
    let mut secrets = vec![value.trim().to_owned()];
    if name.ends_with("authorization")
        && let Some((_, token)) = value.trim().split_once(' ')
    {
        secrets.push(token.trim().to_owned());
    }
    if name == "cookie" {
        let values = value.split(';').filter_map(|cookie| cookie.split_once('='));
        secrets.extend(values.map(|(_, value)| value.trim().to_owned()));
    }
    secrets
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

impl fmt::Debug for LiveConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveConfig")
            .field("origin", &self.base_url.origin().ascii_serialization())
            .field("timeout", &self.timeout)
            .field("retries", &self.retries)
            .field("rate", &self.rate)
            .field("max_body", &self.max_body)
            .finish_non_exhaustive()
    }
}

/// Why a live transport cannot be built from its configuration. No message holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The base URL cannot be sent to.
    #[error("the base URL {0}; give it as http://host:port/prefix or with https")]
    BaseUrl(&'static str),
    /// The certificates given are unusable.
    #[error(
        "the CA file {0}; give --cacert a PEM file with at least one `BEGIN CERTIFICATE` block"
    )]
    CaFile(String),
    /// The proxy cannot be used.
    #[error("the proxy {0}; give --proxy as http://host:port")]
    Proxy(String),
    /// A header cannot be sent.
    #[error("the header `{name}` {reason}; mend or leave out this --header")]
    Header {
        /// Its name, as given.
        name: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The credentials cannot be written the way the scheme wants them.
    #[error("the credentials cannot be sent: {0}")]
    Credentials(&'static str),
    /// The system has no certificates, or the client could not be set up.
    #[error(
        "the HTTPS client cannot be set up: {0}; give the trusted certificates with --cacert, \
         or install the system's (package ca-certificates)"
    )]
    Client(String),
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::credentials::{Entry, Keyring, Secret};

    fn config() -> LiveConfig {
        let mut config =
            LiveConfig::new(Url::parse("http://us%2Fer:pass-word@127.0.0.1/").unwrap());
        let secret = |value: &str| Secret::new("V", value);
        let keyring = Keyring {
            general: Entry::given("KEYKEYKEY", "sec-ret-one"),
            restricted: Some((secret("RESTRICTED"), secret("sec-ret-two"))),
            ..Keyring::default()
        };
        config.auth = Auth::single(keyring, Vec::new());
        config.proxy = Some(Url::parse("http://proxyuser:proxypass@proxy:3128").unwrap());
        config.headers = vec![
            ("X-Canary".into(), "canary-value".into()),
            ("Authorization".into(), "Bearer tok-tok-tok".into()),
            ("Cookie".into(), "sid=cookie-value; b=2".into()),
            ("Accept".into(), "application/json".into()),
        ];
        config
    }

    #[test]
    fn every_secret_of_the_configuration_is_known_to_its_redactor() {
        let redactor = config().redactor();
        for secret in [
            "KEYKEYKEY",
            "sec-ret-one",
            "RESTRICTED",
            "sec-ret-two",
            "us/er",
            "pass-word",
            "proxyuser",
            "proxypass",
            "canary-value",
            "tok-tok-tok",
            "cookie-value",
        ] {
            assert_eq!(
                redactor.text(&format!("a {secret} b")),
                "a [redacted] b",
                "{secret}"
            );
        }
    }

    #[test]
    fn what_only_negotiates_is_left_readable() {
        assert_eq!(
            config().redactor().text("application/json"),
            "application/json"
        );
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", config());
        for secret in [
            "KEYKEY",
            "sec-ret",
            "RESTRICTED",
            "pass",
            "user",
            "canary",
            "tok-",
        ] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
