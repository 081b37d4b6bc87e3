//! Sets up the one HTTP client of a live transport: certificates, proxy, and common headers.
//! It follows no redirect, keeps no cookie, repeats nothing, and asks no environment for a proxy.

use http::header::{ACCEPT, ACCEPT_ENCODING, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Proxy};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::config::{LiveConfig, TransportError};
use super::target::Base;

/// What `User-Agent` says unless `--header` says something else.
const AGENT: &str = concat!("conform/", env!("CARGO_PKG_VERSION"));
/// More headers in one answer than this are not read.
const MOST_HEADERS: usize = 256;
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
        .user_agent(AGENT)
        .gzip(true)
        .brotli(true)
        .deflate(true)
        .tls_danger_accept_invalid_certs(config.insecure);
    let certificates = config.cacert.as_deref().map(certificates).transpose()?;
    let mut is_encrypted = base.is_https();
    if let Some(proxy) = &config.proxy {
        if !matches!(proxy.scheme(), "http" | "https") {
            let scheme = proxy.scheme();
            return Err(TransportError::Proxy(format!("has the scheme `{scheme}`")));
        }
        is_encrypted |= proxy.scheme() == "https";
        let proxy = Proxy::all(proxy.clone())
            .map_err(|_| TransportError::Proxy("has no usable address".into()))?;
        builder = builder.proxy(proxy);
    }
    builder = match certificates {
        Some(certificates) => builder.tls_certs_merge(certificates),
        // Without TLS, a machine without any certificates has to do.
        None if !is_encrypted => builder.tls_certs_only([]),
        None => builder,
    };
    builder.build().map_err(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        TransportError::Client(cause.unwrap_or_else(|| "no cause given".into()))
    })
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate>, TransportError> {
    let bad = |reason: &str| TransportError::CaFile(reason.to_owned());
    let mut trusted = RootCertStore::empty();
    let mut certificates = Vec::new();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|_| bad("is not well-formed PEM"))?;
        let made = Certificate::from_der(&certificate);
        certificates.push(made.map_err(|_| bad("holds a certificate that cannot be read"))?);
        let added = trusted.add(certificate);
        added.map_err(|_| bad("holds a certificate that cannot be read"))?;
    }
    if certificates.is_empty() {
        return Err(bad("holds no certificate"));
    }
    Ok(certificates)
}

/// The headers of every request, and how they are shown: the values of `--header` are secrets.
#[derive(Debug, Clone)]
pub(super) struct CommonHeaders {
    pub(super) sent: HeaderMap,
    pub(super) shown: Vec<(String, String)>,
}

/// Builds the headers of every request. One of `--header` replaces a default of the same name, but
/// not `reserved`, the header in which the case's own credentials go.
///
/// # Errors
/// [`TransportError::Header`] for a name or value that cannot be sent.
pub(super) fn common_headers(
    config: &LiveConfig,
    reserved: Option<&HeaderName>,
) -> Result<CommonHeaders, TransportError> {
    let mut given = HeaderMap::new();
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
        if reserved != Some(&header) {
            given.append(header, value);
        }
    }
    let (mut sent, mut shown) = (HeaderMap::new(), Vec::new());
    for (name, value) in [
        (ACCEPT, "*/*"),
        (ACCEPT_ENCODING, "gzip, deflate, br"),
        (USER_AGENT, AGENT),
    ] {
        if !given.contains_key(&name) {
            shown.push((name.to_string(), value.to_owned()));
            sent.insert(name, HeaderValue::from_static(value));
        }
    }
    for (name, value) in &given {
        shown.push((name.to_string(), "[redacted]".to_owned()));
        sent.append(name, value.clone());
    }
    Ok(CommonHeaders { sent, shown })
}

#[cfg(test)]
mod tests {
    use http::header::AUTHORIZATION;
    use url::Url;

    use super::*;

    fn config() -> LiveConfig {
        LiveConfig::new(Url::parse("https://127.0.0.1/").unwrap())
    }

    fn error(config: &LiveConfig) -> TransportError {
        client(config, &Base::new(&config.base_url).unwrap())
            .err()
            .unwrap()
    }

    fn common(headers: &[(&str, &str)]) -> Result<CommonHeaders, TransportError> {
        let mut config = config();
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).into(), (*value).into()));
        config.headers = headers.collect();
        common_headers(&config, Some(&AUTHORIZATION))
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
    fn a_proxy_of_another_scheme_is_refused_without_its_password() {
        let proxy = Url::parse("socks5://user:pass-word@h:1").unwrap();
        let error = error(&LiveConfig {
            proxy: Some(proxy),
            ..config()
        })
        .to_string();
        assert!(
            error.contains("`socks5`") && !error.contains("pass-word"),
            "{error}"
        );
    }

    #[test]
    fn given_headers_replace_defaults_but_not_credentials() {
        let common = common(&[
            ("User-Agent", "mine"),
            ("X-One", "1"),
            ("x-one", "2"),
            ("Authorization", "Bearer tok"),
        ])
        .unwrap();
        let shown: Vec<_> = common
            .shown
            .iter()
            .map(|(n, v)| format!("{n}: {v}"))
            .collect();
        assert_eq!(
            shown,
            [
                "accept: */*",
                "accept-encoding: gzip, deflate, br",
                "user-agent: [redacted]",
                "x-one: [redacted]",
                "x-one: [redacted]"
            ]
        );
        assert_eq!(common.sent["user-agent"], "mine");
        assert_eq!(common.sent.get_all("x-one").iter().count(), 2);
        assert!(!common.sent.contains_key("authorization"));
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
