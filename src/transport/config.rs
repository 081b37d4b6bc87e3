//! What a live transport is told: the target, the credentials, and every bound.
//! Nothing here is shown by `Debug` that could be a secret.

use std::fmt;
use std::time::{Duration, Instant};

use url::Url;

use crate::exchange::auth::Auth;
use crate::exchange::credentials::Secret;
use crate::exchange::{MAX_BODY, OwnWords, Redactor, SHORTEST};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Everything that a [`LiveTransport`](super::LiveTransport) is told.
#[derive(Clone)]
pub struct LiveConfig {
    /// Where the target is: `http` or `https`, and a path prefix if it has one. User information
    /// is never sent.
    pub base_url: Url,
    /// Who each operation is shown to be asking.
    pub auth: Auth,
    /// At most this long from looking up the name to the head of the answer, and at most this long without a byte of
    /// its body; for each attempt.
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
            max_body: MAX_BODY,
            deadline: None,
            cacert: None,
            insecure: false,
            proxy: None,
            headers: Vec::new(),
        }
    }

    /// Builds the redactor that knows every secret in here, and those that are made of them; without those that cannot
    /// be told from what we write ourselves, or are too short to be told from anything: a warning for each.
    pub fn redactor(&self, own: &OwnWords) -> (Redactor, Vec<String>) {
        let (kept, pairs, warnings) = self.secrets(own);
        let kept: Vec<String> = kept.into_iter().map(|one| one.value).collect();
        (Redactor::new(&kept).with_pairs(&pairs), warnings)
    }

    /// For each secret that has a name: that name, and what takes it alone out.
    pub fn redactors(&self, own: &OwnWords) -> Vec<(String, Redactor)> {
        let named = self.secrets(own).0.into_iter();
        let named = named.filter(|one| !one.variable.is_empty());
        let alone = named.map(|one| (one.variable, Redactor::new(&[one.value])));
        alone.collect()
    }

    /// The secrets that are taken out, the pairs that are sent as one, and a warning for each that is not taken out.
    fn secrets(&self, own: &OwnWords) -> (Vec<Secret>, Vec<(String, String)>, Vec<String>) {
        let (mut secrets, mut pairs) = self.auth.secrets();
        for (name, value) in &self.headers {
            header_secrets(name, value, &mut secrets, &mut pairs);
        }
        let urls = [
            ("--base-url", Some(&self.base_url)),
            ("--proxy", self.proxy.as_ref()),
        ];
        for (flag, url) in urls {
            let Some(url) = url else { continue };
            let user = decoded(url.username());
            let password = decoded(url.password().unwrap_or_default());
            secrets.push(Secret::new(format!("the user in {flag}"), &user));
            secrets.push(Secret::new(format!("the password in {flag}"), &password));
            pairs.push((user, password));
        }
        let mut warnings: Vec<String> = Vec::new();
        let mut kept = Vec::new();
        for secret in secrets {
            let Secret {
                variable, value, ..
            } = &secret;
            let why = match value.chars().count() {
                0 => continue,
                1..SHORTEST => format!("has fewer than {SHORTEST} characters"),
                _ if own.hold(value) => {
                    "is a text that conform, the contract or the cases hold too".to_owned()
                }
                _ => {
                    kept.push(secret);
                    continue;
                }
            };
            let warning =
                format!("{variable} {why}, so it is not taken out of reports and recordings");
            if !variable.is_empty() && !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
        (kept, pairs, warnings)
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

/// Adds the value, the parts of it that are secrets on their own, and the pair that a Basic value is made of.
fn header_secrets(
    name: &str,
    value: &str,
    secrets: &mut Vec<Secret>,
    pairs: &mut Vec<(String, String)>,
) {
    let lower = name.to_ascii_lowercase();
    if NEGOTIATION.contains(&lower.as_str()) {
        return;
    }
    let mut add = |value: &str| {
        secrets.push(Secret::new(
            format!("the value of --header {name}"),
            value.trim(),
        ))
    };
    add(value);
    let is_scheme = |scheme: &str| {
        let known = ["basic", "bearer", "token"];
        lower.ends_with("authorization") || known.iter().any(|one| scheme.eq_ignore_ascii_case(one))
    };
    if let Some((scheme, token)) = value.trim().split_once(' ')
        && is_scheme(scheme)
    {
        add(token);
        let pair = STANDARD.decode(token.trim()).ok();
        let pair = pair.filter(|_| scheme.eq_ignore_ascii_case("Basic"));
        let pair = pair.and_then(|bytes| String::from_utf8(bytes).ok());
        if let Some((user, password)) = pair.as_deref().and_then(|pair| pair.split_once(':')) {
            add(user);
            add(password);
            pairs.push((user.to_owned(), password.to_owned()));
        }
    }
    if lower == "cookie" {
        let values = value.split(';').filter_map(|cookie| cookie.split_once('='));
        values.for_each(|(_, value)| add(value));
    }
}

pub(super) fn decoded(text: &str) -> String {
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
    /// The clock says what no date of HTTP can.
    #[error(
        "the clock of this machine is before 1970 or past the year 9999, which no date of an HTTP answer can say; set it right"
    )]
    Clock,
    /// The port is another program's.
    #[error(
        "port {0} of 127.0.0.1 is in use by another program; give another one with --port, or a free one with --port 0"
    )]
    PortTaken(u16),
    /// The port cannot be listened on.
    #[error(
        "port {0} of 127.0.0.1 cannot be listened on: {1}; give another one with --port, or a free one with --port 0"
    )]
    Port(u16, String),
}

impl TransportError {
    /// Why nobody can listen on a port of the loopback interface.
    pub(super) fn port(port: u16, error: &std::io::Error) -> TransportError {
        match error.kind() {
            std::io::ErrorKind::AddrInUse => TransportError::PortTaken(port),
            _ => TransportError::Port(port, error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::credentials::{Entry, Keyring};

    fn config() -> LiveConfig {
        let mut config =
            LiveConfig::new(Url::parse("http://us%2Fer:pass-word@127.0.0.1/").unwrap());
        let secret = |value: &str| Secret::new("V", value);
        let keyring = Keyring {
            general: Entry::given("KEYKEYKEY", "sec-ret-one"),
            restricted: Some((secret("RESTRICT-3D"), secret("sec-ret-two"))),
            ..Keyring::default()
        };
        config.auth = Auth::single(keyring, Vec::new());
        config.proxy = Some(Url::parse("http://proxyuser:proxypass@proxy:3128").unwrap());
        config.headers = vec![
            ("X-Canary".into(), "canary-value".into()),
            ("Authorization".into(), "Bearer tok-tok-tok".into()),
            ("Cookie".into(), "sid=cookie-value; b=2".into()),
            (
                "Proxy-Authorization".into(),
                "basic dXMtZXI6cGFzczp3b3Jk".into(),
            ),
            ("Accept".into(), "application/json".into()),
        ];
        config
    }

    fn redactor() -> Redactor {
        config().redactor(&OwnWords::default()).0
    }

    #[test]
    fn what_cannot_be_taken_out_is_named_without_its_value() {
        let mut config = config();
        config.headers = vec![
            ("X-Client".into(), "READY".into()),
            ("X-Kind".into(), "Gadgets".into()),
            ("X-Verb".into(), "expected".into()),
            ("X-Fine".into(), "canary-value".into()),
        ];
        let (redactor, warnings) = config.redactor(&OwnWords::new(["all gadgets"]));
        let short = "has fewer than 6 characters, so it is not taken out of reports and recordings";
        let known = "is a text that conform, the contract or the cases hold too, so it is not taken out of reports and recordings";
        let expected = [
            format!("the value of --header X-Client {short}"),
            format!("the value of --header X-Kind {known}"),
            format!("the value of --header X-Verb {known}"),
            format!("the user in --base-url {short}"),
        ];
        assert_eq!(warnings, expected);
        let text = "expected gadgets, got READY";
        assert_eq!(redactor.text(text), text);
        assert_eq!(redactor.text("a canary-value"), "a [redacted]");
    }

    #[test]
    fn every_secret_of_the_configuration_is_known_to_its_redactor() {
        let redactor = redactor();
        for secret in [
            "KEYKEYKEY",
            "sec-ret-one",
            "RESTRICT-3D",
            "sec-ret-two",
            "us/er:pass-word",
            "pass-word",
            "proxyuser",
            "proxypass",
            "canary-value",
            "tok-tok-tok",
            "cookie-value",
            "dXMtZXI6cGFzczp3b3Jk",
            "pass:word",
            "us-er:pass:word",
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
        assert_eq!(redactor().text("application/json"), "application/json");
    }

    #[test]
    fn debug_shows_no_secret() {
        let shown = format!("{:?}", config());
        for secret in [
            "KEYKEY",
            "sec-ret",
            "RESTRICT-3D",
            "pass",
            "user",
            "canary",
            "tok-",
        ] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
