//! Sets up the one HTTP client of a live transport: certificates, proxy, and common headers.
//! It follows no redirect, keeps no cookie, repeats nothing, and asks no environment for a proxy.

use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, COOKIE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Proxy};

use super::config::{LiveConfig, TransportError};
use super::credentials::{Claim, Claims, Field};
use super::target::Base;
use super::trust;
use crate::exchange::{Credentials, Request, word};

/// What `User-Agent` says unless `--header` says something else.
const AGENT: &str = concat!("conform/", env!("CARGO_PKG_VERSION"));
/// More headers in one answer than this are not read.
pub(super) const MOST_HEADERS: usize = 1000;
/// Nor are more bytes of headers, over HTTP/2; over HTTP/1.1 the client has a bound of its own.
const LONGEST_HEAD: u32 = 256 * 1024;
/// Headers that decide how a message is framed, and so are not the user's to write.
const FRAMING: [&str; 9] = [
    "connection",
    "content-length",
    "expect",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Builds the client.
///
/// # Errors
/// [`TransportError`] for certificates or a proxy that cannot be used.
pub(super) fn client(config: &LiveConfig, base: &Base) -> Result<Client, TransportError> {
    // Another part of the program may have chosen a provider already; then that one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .referer(false)
        .retry(reqwest::retry::never())
        .http1_max_headers(MOST_HEADERS)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http2_max_header_list_size(LONGEST_HEAD)
        .user_agent(AGENT);
    let mut is_encrypted = base.is_https() || config.cacert.is_some();
    if let Some(proxy) = &config.proxy {
        if !matches!(proxy.scheme(), "http" | "https") {
            let scheme = proxy.scheme();
            return Err(TransportError::Proxy(format!("has the scheme `{scheme}`")));
        }
        if !matches!(proxy.path(), "" | "/") {
            return Err(TransportError::Proxy(
                "has a path (in a password, `/` is %2F)".into(),
            ));
        }
        is_encrypted |= proxy.scheme() == "https";
        let proxy = Proxy::all(proxy.clone())
            .map_err(|_| TransportError::Proxy("has no usable address".into()))?;
        builder = builder.proxy(proxy);
    }
    builder = match is_encrypted {
        true => {
            let mut tls = trust::tls(config)?;
            tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
            builder.tls_backend_preconfigured(tls)
        }
        // Without TLS, a machine without any certificates has to do.
        false => builder.tls_certs_only([]),
    };
    builder.build().map_err(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        TransportError::Client(cause.unwrap_or_else(|| "no cause given".into()))
    })
}

/// A header of a request, and how it is shown.
pub(super) type Header = Field<HeaderName, HeaderValue>;

/// Builds the headers of every request. One of `--header` replaces a default of the same name; its value is a secret.
///
/// # Errors
/// [`TransportError::Header`] for a name or value that cannot be sent.
pub(super) fn common_headers(config: &LiveConfig) -> Result<Vec<Header>, TransportError> {
    let mut given: Vec<Header> = Vec::new();
    for (name, value) in &config.headers {
        let bad = |reason| TransportError::Header {
            name: name.clone(),
            reason,
        };
        let header = HeaderName::from_bytes(name.trim().as_bytes())
            .map_err(|_| bad("has a name that is none"))?;
        if FRAMING.contains(&header.as_str()) {
            return Err(bad(
                "decides how the request is framed, which only the client can",
            ));
        }
        let mut value = HeaderValue::from_bytes(value.trim().as_bytes())
            .map_err(|_| bad("has a value with a control character"))?;
        value.set_sensitive(true);
        given.push(Field {
            name: header,
            value,
            shown: "[redacted]".to_owned(),
        });
    }
    let defaults = [
        (ACCEPT, "*/*"),
        (ACCEPT_ENCODING, "gzip, deflate, br"),
        (USER_AGENT, AGENT),
    ];
    let defaults = defaults.into_iter().map(|(name, value)| Field {
        name,
        value: HeaderValue::from_static(value),
        shown: value.to_owned(),
    });
    let mut all: Vec<Header> = defaults
        .filter(|one| given.iter().all(|other| other.name != one.name))
        .collect();
    all.extend(given);
    Ok(all)
}

/// The headers of one request: the common ones, its own in the place of those of the same name, and what shows who
/// asks in the place of both. That credentials were left out on purpose is worth showing.
///
/// # Errors
/// The name of one of its own that cannot be sent.
pub(super) fn request_headers(
    common: &[Header],
    request: &Request,
    claims: &Claims,
    claim: &Claim,
) -> Result<(HeaderMap, Vec<(String, String)>), String> {
    let mut own: Vec<Header> = Vec::new();
    let media_type = request.body.as_ref().map(|body| body.media_type.as_str());
    let media_type = media_type.filter(|text| {
        let is_named = |name: &str| name.eq_ignore_ascii_case(CONTENT_TYPE.as_str());
        !text.is_empty() && !request.headers.iter().any(|(name, _)| is_named(name))
    });
    let media_type = media_type.map(|text| (CONTENT_TYPE.as_str(), text));
    let named = request.headers.iter();
    let named = named.map(|(name, value)| (name.as_str(), value.as_str()));
    for (name, text) in named.chain(media_type) {
        let header = HeaderName::from_bytes(name.as_bytes()).ok();
        let header = header.filter(|header| !FRAMING.contains(&header.as_str()));
        let value = HeaderValue::from_str(text).ok();
        let (name, value) = header.zip(value).ok_or_else(|| name.to_owned())?;
        own.push(Field {
            name,
            value,
            shown: text.to_owned(),
        });
    }
    let is_own = |one: &&Header| own.iter().any(|other| other.name == one.name);
    // One that a user gave is sent where nothing else takes its place, and where who asks is not to be shown it is not.
    let is_valid = request.credentials == Credentials::Valid;
    let is_kept = |one: &&Header| !is_own(one) && (is_valid || !claims.headers.contains(&one.name));
    let mut all: Vec<Header> = common.iter().filter(is_kept).cloned().collect();
    all.append(&mut own);
    all.retain(|one| claim.headers.iter().all(|claimed| claimed.name != one.name));
    all.extend(claim.headers.iter().cloned());
    add_cookies(&mut all, claims, claim)?;
    let mut shown: Vec<(String, String)> = Vec::with_capacity(all.len() + 1);
    let mut sent = HeaderMap::with_capacity(all.len());
    for header in all {
        shown.push((header.name.to_string(), header.shown));
        sent.append(header.name, header.value);
    }
    for name in &claims.headers {
        if !sent.contains_key(name) {
            shown.push((name.to_string(), word(Credentials::None).to_owned()));
        }
    }
    Ok((sent, shown))
}

/// Puts the cookies that show who asks beside the other cookies, in the place of those of the same name.
fn add_cookies(all: &mut Vec<Header>, claims: &Claims, claim: &Claim) -> Result<(), String> {
    if claims.cookies.is_empty() {
        return Ok(());
    }
    let (others, rest): (Vec<Header>, Vec<Header>) = std::mem::take(all)
        .into_iter()
        .partition(|one| one.name == COOKIE);
    *all = rest;
    let (mut sent, mut shown) = (Vec::new(), Vec::new());
    for header in &others {
        let text = header.value.to_str().unwrap_or_default();
        let kept = text.split(';').map(str::trim).filter(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            !pair.is_empty() && !claims.cookies.iter().any(|key| key == name)
        });
        sent.extend(kept.map(str::to_owned));
        shown.push(header.shown.clone());
    }
    for key in &claim.cookies {
        sent.push(format!("{}={}", key.name, key.value));
        shown.push(format!("{}={}", key.name, key.shown));
    }
    if claim.cookies.is_empty() {
        shown.push(word(Credentials::None).to_owned());
    }
    if sent.is_empty() {
        return Ok(());
    }
    let mut value = HeaderValue::from_str(&sent.join("; ")).map_err(|_| COOKIE.to_string())?;
    value.set_sensitive(true);
    all.push(Field {
        name: COOKIE,
        value,
        shown: shown.join("; "),
    });
    Ok(())
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::super::live_tests::shown;
    use super::*;
    use crate::contract::SecurityScheme;
    use crate::exchange::credentials::Login;

    fn config() -> LiveConfig {
        LiveConfig::new(Url::parse("https://127.0.0.1/").unwrap())
    }

    fn error(config: &LiveConfig) -> TransportError {
        client(config, &Base::new(&config.base_url).unwrap())
            .err()
            .unwrap()
    }

    fn common(headers: &[(&str, &str)]) -> Result<Vec<Header>, TransportError> {
        let mut config = config();
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        config.headers = headers.collect();
        common_headers(&config)
    }

    /// What is sent and shown of a request with these headers, whose operation takes a Bearer token and a cookie.
    fn sent(
        headers: &[(&str, &str)],
        own: &[(&str, &str)],
        who: Credentials,
    ) -> (HeaderMap, Vec<String>) {
        let auth = shown(SecurityScheme::Bearer, ("o", "o"));
        let mut logins = auth.of(0).to_vec();
        logins.push(Login {
            scheme: SecurityScheme::CookieKey("sid".into()),
            ..logins[0].clone()
        });
        let claims = Claims::new(&auth, &logins).unwrap();
        let own = own
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        let request = Request {
            headers: own.collect(),
            credentials: who,
            ..Request::default()
        };
        let common = common(headers).unwrap();
        let claim = claims.of(who).unwrap();
        let (sent, shown) = request_headers(&common, &request, &claims, claim).unwrap();
        let shown = shown.iter().map(|(name, value)| format!("{name}: {value}"));
        (sent, shown.collect())
    }

    #[test]
    fn a_bad_ca_file_is_refused_with_a_remedy() {
        for pem in [
            "",
            "not pem",
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
        ] {
            let error = error(&LiveConfig {
                cacert: Some(pem.into()),
                ..config()
            });
            assert!(matches!(error, TransportError::CaFile(_)), "{pem}: {error}");
            assert!(error.to_string().contains("--cacert"), "{error}");
        }
    }

    #[test]
    fn a_proxy_that_cannot_be_used_is_refused_without_its_password() {
        for (proxy, why) in [
            ("socks5://user:pass-word@h:1", "`socks5`"),
            ("http://user:12/pass-word@h:1", "%2F"),
        ] {
            let mut config = config();
            config.proxy = Some(Url::parse(proxy).unwrap());
            let error = error(&config).to_string();
            let hides = !error.contains("pass-word");
            assert!(error.contains(why) && hides, "{error}");
        }
    }

    #[test]
    fn given_headers_replace_defaults_but_not_credentials() {
        let given = [
            ("User-Agent", "mine"),
            ("X-One", "1"),
            ("x-one", "2"),
            ("Authorization", "Bearer tok"),
        ];
        let (sent_headers, shown) = sent(&given, &[], Credentials::None);
        assert_eq!(
            shown,
            [
                "accept: */*",
                "accept-encoding: gzip, deflate, br",
                "user-agent: [redacted]",
                "x-one: [redacted]",
                "x-one: [redacted]",
                "authorization: [none]",
            ]
        );
        assert_eq!(sent_headers["user-agent"], "mine");
        assert_eq!(sent_headers.get_all("x-one").iter().count(), 2);
        assert!(!sent_headers.contains_key("authorization"));
    }

    #[test]
    fn headers_of_the_request_replace_common_ones_and_cookies_stand_together() {
        let given = [("X-One", "common"), ("Cookie", "a=1; sid=theirs")];
        let (headers, shown) = sent(&given, &[("x-one", "own")], Credentials::Valid);
        assert_eq!(headers["x-one"], "own");
        assert_eq!(headers["cookie"], "a=1; sid=REALKEY");
        assert_eq!(headers["authorization"], "Bearer REALKEY");
        assert!(shown.contains(&"x-one: own".to_owned()), "{shown:?}");
        assert!(
            shown.contains(&"cookie: [redacted]; sid=[redacted]".to_owned()),
            "{shown:?}"
        );
        assert!(!shown.concat().contains("REALKEY"), "{shown:?}");
        let own = [("Cookie", "b=2"), ("Authorization", "Odd")];
        let (headers, _) = sent(&given, &own, Credentials::None);
        assert_eq!(headers["cookie"], "b=2");
        assert_eq!(headers["authorization"], "Odd");
    }

    #[test]
    fn a_header_that_cannot_be_sent_is_refused_without_its_value() {
        for (name, value) in [
            ("a b", "canary"),
            ("x", "can\nary"),
            ("Content-Length", "99canary"),
        ] {
            let error = common(&[(name, value)]).err().unwrap();
            assert!(matches!(error, TransportError::Header { .. }), "{error}");
            assert!(!error.to_string().contains("ary"), "{error}");
        }
    }
}
