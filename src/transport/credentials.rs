//! Turns who a request claims to be into the headers, cookies and query parameters that say so.
//! All are made when the transport is built, so that what cannot be sent is refused before the run.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderName, HeaderValue};

use super::config::TransportError;
use crate::contract::SecurityScheme;
use crate::exchange::auth::{Auth, UNKNOWN_KEY, UNKNOWN_SECRET};
use crate::exchange::credentials::Login;
use crate::exchange::{Credentials, escaped, word};

/// A name and a value as sent, and what is shown in the place of the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Field<N, V> {
    pub(super) name: N,
    pub(super) value: V,
    pub(super) shown: String,
}

/// What one kind of credentials adds to a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Claim {
    /// Headers that replace any other of their name. Marked sensitive.
    pub(super) headers: Vec<Field<HeaderName, HeaderValue>>,
    /// Query parameters, both sides percent-encoded.
    pub(super) query: Vec<Field<String, String>>,
    /// Cookies.
    pub(super) cookies: Vec<Field<String, String>>,
}

/// The claims that one entry of the credentials can make.
#[derive(Default)]
pub(super) struct Claims {
    made: Vec<(Credentials, Claim)>,
    /// The headers in which its schemes carry their credentials.
    pub(super) headers: Vec<HeaderName>,
    /// The query parameters in which they do, percent-encoded.
    pub(super) query: Vec<String>,
    /// The cookies.
    pub(super) cookies: Vec<String>,
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
    pub(super) fn new(auth: &Auth, logins: &[Login]) -> Result<Self, TransportError> {
        let mut claims = Self::default();
        for login in logins {
            match &login.scheme {
                SecurityScheme::Basic | SecurityScheme::Bearer => {
                    claims.headers.push(AUTHORIZATION);
                }
                SecurityScheme::HeaderKey(name) => claims.headers.push(header_name(name)?),
                SecurityScheme::QueryKey(name) => claims.query.push(escaped(name)),
                SecurityScheme::CookieKey(name) => claims.cookies.push(name.clone()),
                SecurityScheme::Other(..) => {}
            }
        }
        for who in ALL {
            let mut claim = Claim::default();
            match who {
                Credentials::OtherScheme => other_scheme(logins, &mut claim)?,
                Credentials::None => {}
                _ => {
                    for login in logins {
                        claim.add(login, who, auth.claimed(login, who))?;
                    }
                }
            }
            claims.made.push((who, claim));
        }
        Ok(claims)
    }

    /// What these credentials add. Those that were not configured add nothing.
    pub(super) fn of(&self, who: Credentials) -> Option<&Claim> {
        let made = self.made.iter().find(|(known, _)| *known == who);
        made.map(|(_, claim)| claim)
    }
}

impl Claim {
    /// Adds what one scheme wants to be shown: a key and a secret, or a form of its own that is malformed.
    fn add(
        &mut self,
        login: &Login,
        who: Credentials,
        pair: Option<(String, String)>,
    ) -> Result<(), TransportError> {
        let is_malformed = who == Credentials::Malformed;
        let Some((key, secret)) = pair.or(is_malformed.then(Default::default)) else {
            return Ok(());
        };
        let shown = word(who).to_owned();
        match &login.scheme {
            SecurityScheme::Basic if is_malformed => {
                self.authorize("Basic %%%not-base64%%%", format!("Basic {shown}"))?;
            }
            SecurityScheme::Basic if key.contains(':') => {
                return Err(TransportError::Credentials(
                    "the key holds a colon, which ends a user name in Basic (RFC 7617); check that \
                     key and secret are given apart",
                ));
            }
            SecurityScheme::Basic => {
                self.authorize(&basic(&key, &secret), format!("Basic {shown}"))?;
            }
            SecurityScheme::Bearer => {
                let value = format!("Bearer {key}");
                self.authorize(value.trim_end(), format!("Bearer {shown}"))?;
            }
            SecurityScheme::HeaderKey(name) => self.headers.push(Field {
                name: header_name(name)?,
                value: sensitive(&key)?,
                shown,
            }),
            SecurityScheme::QueryKey(name) => self.query.push(Field {
                name: escaped(name),
                value: escaped(&key),
                shown,
            }),
            SecurityScheme::CookieKey(name) => {
                if key.contains(';') {
                    return Err(TransportError::Credentials(
                        "the key holds a semicolon, which ends the value of a cookie (RFC 6265)",
                    ));
                }
                sensitive(&key)?;
                self.cookies.push(Field {
                    name: name.clone(),
                    value: key,
                    shown,
                });
            }
            SecurityScheme::Other(..) => {}
        }
        Ok(())
    }

    fn authorize(&mut self, value: &str, shown: String) -> Result<(), TransportError> {
        self.headers.push(Field {
            name: AUTHORIZATION,
            value: sensitive(value)?,
            shown,
        });
        Ok(())
    }
}

/// A scheme that the target does not ask for.
fn other_scheme(logins: &[Login], claim: &mut Claim) -> Result<(), TransportError> {
    let word = word(Credentials::OtherScheme);
    let is_basic = |login: &Login| login.scheme == SecurityScheme::Basic;
    match logins.iter().any(is_basic) {
        _ if logins.is_empty() => Ok(()),
        true => claim.authorize("Bearer conform-not-a-token", format!("Bearer {word}")),
        false => claim.authorize(&basic(UNKNOWN_KEY, UNKNOWN_SECRET), format!("Basic {word}")),
    }
}

fn basic(key: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{key}:{secret}")))
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

#[cfg(test)]
mod tests {
    use url::Url;

    use super::super::config::LiveConfig;
    use super::super::live_tests::shown;
    use super::*;
    use crate::exchange::credentials::Secret;

    fn claims(scheme: SecurityScheme) -> Claims {
        let auth = shown(scheme, ("OTHERKEY", "other-secret"));
        Claims::new(&auth, auth.of(0)).unwrap()
    }

    fn refused(scheme: SecurityScheme, key: &str) -> String {
        let auth = shown(scheme, ("o", "o"));
        let mut logins = auth.of(0).to_vec();
        logins[0].key.value = key.to_owned();
        Claims::new(&auth, &logins).err().unwrap().to_string()
    }

    fn sent(claims: &Claims, who: Credentials) -> Option<String> {
        let header = claims.of(who)?.headers.first()?;
        Some(format!(
            "{}: {}",
            header.name,
            header.value.to_str().unwrap()
        ))
    }

    fn pair_sent(claims: &Claims, who: Credentials) -> String {
        let value = sent(claims, who).unwrap();
        let encoded = value.strip_prefix("authorization: Basic ").unwrap();
        String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap()
    }

    #[test]
    fn basic_writes_every_kind() {
        let claims = claims(SecurityScheme::Basic);
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
        let claims = claims(SecurityScheme::Bearer);
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
        let claims = claims(SecurityScheme::HeaderKey("X-Api-Key".into()));
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
        let auth = shown(SecurityScheme::QueryKey("api key".into()), ("o", "o"));
        let mut logins = auth.of(0).to_vec();
        logins[0].key.value = "a+b&c".into();
        let claims = Claims::new(&auth, &logins).unwrap();
        let key = &claims.of(Credentials::Valid).unwrap().query[0];
        assert_eq!(
            (key.name.as_str(), key.value.as_str()),
            ("api%20key", "a%2Bb%26c")
        );
        assert!(claims.of(Credentials::None).unwrap().query.is_empty());
    }

    #[test]
    fn all_schemes_of_a_requirement_are_shown_together() {
        let auth = shown(SecurityScheme::Bearer, ("OTHERKEY", "o"));
        let mut logins = auth.of(0).to_vec();
        logins.extend([
            Login {
                scheme: SecurityScheme::HeaderKey("X-Key".into()),
                key: Secret::new("K", "APIKEY"),
                password: Secret::default(),
            },
            Login {
                scheme: SecurityScheme::CookieKey("sid".into()),
                key: Secret::new("K", "COOKIE"),
                password: Secret::default(),
            },
        ]);
        let claims = Claims::new(&auth, &logins).unwrap();
        let all = |who| {
            let claim = claims.of(who).unwrap();
            let headers = claim.headers.iter();
            let headers =
                headers.map(|one| format!("{}: {}", one.name, one.value.to_str().unwrap()));
            let cookies = claim
                .cookies
                .iter()
                .map(|one| format!("{}={}", one.name, one.value));
            headers.chain(cookies).collect::<Vec<_>>()
        };
        assert_eq!(
            all(Credentials::Valid),
            [
                "authorization: Bearer REALKEY",
                "x-key: APIKEY",
                "sid=COOKIE"
            ]
        );
        assert_eq!(
            all(Credentials::WrongSecret),
            [
                "authorization: Bearer REAAAAA",
                "x-key: APAAAA",
                "sid=COAAAA"
            ]
        );
        assert_eq!(all(Credentials::OtherScheme).len(), 1);
        assert!(all(Credentials::None).is_empty());
    }

    #[test]
    fn no_claim_shows_a_secret() {
        for scheme in [
            SecurityScheme::Basic,
            SecurityScheme::Bearer,
            SecurityScheme::HeaderKey("x".into()),
            SecurityScheme::QueryKey("x".into()),
            SecurityScheme::CookieKey("x".into()),
        ] {
            let claims = claims(scheme);
            for who in ALL {
                let claim = claims.of(who).unwrap();
                let headers = claim.headers.iter().map(|one| &one.shown);
                let others = claim.query.iter().chain(&claim.cookies);
                for shown in headers.chain(others.map(|one| &one.shown)) {
                    assert!(shown.ends_with(word(who)), "{who:?}: {shown}");
                }
                assert!(!format!("{:?}", claim.headers).contains("REAL"));
            }
        }
    }

    #[test]
    fn what_cannot_be_sent_is_refused_without_showing_it() {
        let error = refused(SecurityScheme::Bearer, "line\nbreak");
        assert!(
            error.contains("line break in it") && !error.contains("line\n"),
            "{error}"
        );
        let error = refused(SecurityScheme::Basic, "key:secret");
        assert!(
            error.contains("colon") && !error.contains("key:secret"),
            "{error}"
        );
        let error = refused(SecurityScheme::CookieKey("s".into()), "a;b");
        assert!(error.contains("semicolon"), "{error}");
    }

    #[test]
    fn what_is_made_of_the_real_key_counts_as_a_secret() {
        let redactor = |scheme| {
            let mut config = LiveConfig::new(Url::parse("http://127.0.0.1/").unwrap());
            config.auth = shown(scheme, ("o", "o"));
            config.redactor()
        };
        let bearer = redactor(SecurityScheme::Bearer);
        assert_eq!(bearer.text("bad token REAAAAA."), "bad token [redacted].");
        let echoed = sent(&claims(SecurityScheme::Basic), Credentials::WrongSecret).unwrap();
        let shown = redactor(SecurityScheme::Basic).text(&echoed).into_owned();
        assert_eq!(shown, "authorization: Basic [redacted]");
    }
}
