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
        for who in Credentials::ALL {
            let mut claim = Claim::default();
            match who {
                Credentials::OtherScheme => other_scheme(logins, &mut claim)?,
                Credentials::ValidOtherScheme => valid_other_scheme(logins, &mut claim)?,
                Credentials::None => {}
                _ => {
                    let shown = logins.iter().enumerate();
                    for (_, login) in shown.filter(|(at, _)| who.has(*at, logins.len())) {
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
            // What is to be refused may be read as another pair.
            SecurityScheme::Basic if key.contains(':') && !who.are_wrong() => {
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

/// What is right, under the name of a scheme that the target does not ask for.
fn valid_other_scheme(logins: &[Login], claim: &mut Claim) -> Result<(), TransportError> {
    let word = word(Credentials::ValidOtherScheme);
    let Some(login) = logins.iter().find(|login| login.key.is_given()) else {
        return Ok(());
    };
    let (key, password) = (&login.key.value, &login.password.value);
    match login.scheme {
        SecurityScheme::Basic => {
            let value = format!("Bearer {}", encoded(key, password));
            claim.authorize(&value, format!("Bearer {word}"))
        }
        _ => claim.authorize(&basic(key, ""), format!("Basic {word}")),
    }
}

pub(super) fn basic(key: &str, secret: &str) -> String {
    format!("Basic {}", encoded(key, secret))
}

fn encoded(key: &str, secret: &str) -> String {
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
