//! Where a request goes: the base URL's origin and prefix, and the request's own path and query.
//! The result never leaves the base URL's origin, whatever a link says, and holds no user information.

use url::{Origin, Url};

use super::config::TransportError;
use super::credentials::Claim;
use crate::exchange::{Failure, FailureKind, Request};

/// The base URL, taken apart.
#[derive(Debug, Clone)]
pub(super) struct Base {
    origin: Origin,
    /// `scheme://host:port`, without user information.
    pub(super) root: String,
    /// The path prefix, without a slash at its end; empty for none.
    prefix: String,
    /// `host:port`, for messages.
    pub(super) host: String,
}

impl Base {
    pub(super) fn new(url: &Url) -> Result<Self, TransportError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(TransportError::BaseUrl("is neither http nor https"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(TransportError::BaseUrl(
                "has a query or a fragment, which has no place in it",
            ));
        }
        let host = url
            .host_str()
            .ok_or(TransportError::BaseUrl("has no host"))?;
        let port = url
            .port()
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        Ok(Self {
            origin: url.origin(),
            root: format!("{}://{host}{port}", url.scheme()),
            prefix: url.path().trim_end_matches('/').to_owned(),
            host: format!("{host}{port}"),
        })
    }

    pub(super) fn is_https(&self) -> bool {
        self.root.starts_with("https:")
    }

    /// The URL to send to, and the one to show. `keys` are the query parameters in which the schemes
    /// carry their keys: one that a link already has gives way to what the claim says.
    pub(super) fn url(
        &self,
        request: &Request,
        claim: &Claim,
        keys: &[String],
    ) -> Result<(Url, String), Failure> {
        let target = request.target.split('#').next().unwrap_or_default();
        let (path, query) = match target.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (target, None),
        };
        let has_prefix = |own: &String| self.has_prefix(path, own);
        let has_prefix = request.from_link.as_ref().is_some_and(has_prefix);
        let prefix = if has_prefix { "" } else { &self.prefix };
        // Without it, a target such as `@elsewhere/` would become another host.
        let slash = if path.starts_with('/') { "" } else { "/" };
        let mut url = format!("{}{prefix}{slash}{path}", self.root);
        let kept = query.map(|query| without(query, keys));
        let mut joint = '?';
        if let Some(query) = kept
            .as_deref()
            .filter(|kept| query == Some("") || !kept.is_empty())
        {
            url.push('?');
            url.push_str(query);
            joint = '&';
        }
        let url = self.parse(&url)?;
        if claim.query.is_empty() {
            let shown = url.to_string();
            return Ok((url, shown));
        }
        let (mut sent, mut shown) = (url.to_string(), url.to_string());
        for key in &claim.query {
            sent.push_str(&format!("{joint}{}={}", key.name, key.value));
            shown.push_str(&format!("{joint}{}={}", key.name, key.shown));
            joint = '&';
        }
        Ok((self.parse(&sent)?, shown))
    }

    fn parse(&self, url: &str) -> Result<Url, Failure> {
        let parsed = Url::parse(url).ok();
        parsed
            .filter(|url| url.origin() == self.origin)
            .ok_or_else(unwritable)
    }

    /// Whether the path of a link begins with the prefix. Where the paths of the API begin with the same segments, as
    /// `own` then does, it takes both to tell.
    fn has_prefix(&self, path: &str, own: &str) -> bool {
        let below = |path: &str| {
            let rest = path.strip_prefix(&self.prefix)?;
            (rest.is_empty() || rest.starts_with(['/', '?'])).then(|| rest.to_owned())
        };
        below(path).is_some_and(|rest| below(own).is_none() || below(&rest).is_some())
    }
}

/// The query without the parameters of these names; otherwise byte for byte as it was.
fn without(query: &str, names: &[String]) -> String {
    let decoded = |text: &str| {
        let spaced = text.replace('+', " ");
        percent_encoding::percent_decode_str(&spaced).collect::<Vec<u8>>()
    };
    let is_key = |part: &str| {
        let own = decoded(part.split('=').next().unwrap_or_default());
        names.iter().any(|name| decoded(name) == own)
    };
    let kept = query
        .split('&')
        .filter(|part| names.is_empty() || !is_key(part));
    kept.collect::<Vec<_>>().join("&")
}

fn unwritable() -> Failure {
    Failure {
        kind: FailureKind::Protocol,
        message: "the path and query of the request cannot be written as a URL on the target"
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::credentials::Field;
    use super::*;
    use crate::exchange::Credentials;

    fn request(target: &str, from_link: Option<&str>) -> Request {
        Request {
            method: "GET".into(),
            target: target.into(),
            from_link: from_link.map(str::to_owned),
            credentials: Credentials::Valid,
            ..Request::default()
        }
    }

    fn sent(base: &str, target: &str, from_link: Option<&str>) -> String {
        let base = Base::new(&Url::parse(base).unwrap()).unwrap();
        let (url, shown) = base
            .url(&request(target, from_link), &Claim::default(), &[])
            .unwrap();
        assert_eq!(url.as_str(), shown);
        shown
    }

    #[test]
    fn the_prefix_comes_before_every_target() {
        assert_eq!(sent("http://h/pre/", "/a?b=c", None), "http://h/pre/a?b=c");
        assert_eq!(sent("http://h/pre", "/pre/a", None), "http://h/pre/pre/a");
        assert_eq!(sent("http://h", "/a", None), "http://h/a");
    }

    #[test]
    fn a_link_gets_the_prefix_only_where_it_lacks_it() {
        assert_eq!(
            sent("http://h/pre/", "/pre/a?t=1", Some("/own")),
            "http://h/pre/a?t=1"
        );
        assert_eq!(
            sent("http://h/pre/", "/a?t=1", Some("/own")),
            "http://h/pre/a?t=1"
        );
        assert_eq!(
            sent("http://h/pre/", "/prefixed/a", Some("/own")),
            "http://h/pre/prefixed/a"
        );
        assert_eq!(
            sent("http://h/pre", "/pre?t=1", Some("/own")),
            "http://h/pre?t=1"
        );
    }

    #[test]
    fn a_prefix_like_the_first_segments_of_the_paths_is_told_from_them() {
        for (base, own, link, whole) in [
            (
                "http://h/api",
                "/api/v1/a?q=1",
                "/api/v1/a?t=1",
                "http://h/api/api/v1/a?t=1",
            ),
            (
                "http://h/api",
                "/api/v1/a?q=1",
                "/api/api/v1/a?t=1",
                "http://h/api/api/v1/a?t=1",
            ),
            (
                "http://h/api",
                "/api/v1/a",
                "/api/v2/b",
                "http://h/api/api/v2/b",
            ),
            ("http://h/api", "/api", "/api?t=1", "http://h/api/api?t=1"),
            (
                "http://h/api",
                "/apis/a",
                "/api/apis/a",
                "http://h/api/apis/a",
            ),
            ("http://h/api", "/apis/a", "/apis/a", "http://h/api/apis/a"),
            (
                "http://h/api/v1",
                "/api/v1/a",
                "/api/v1/a",
                "http://h/api/v1/api/v1/a",
            ),
            (
                "http://h/api/v1",
                "/api/v2/a",
                "/api/v2/a",
                "http://h/api/v1/api/v2/a",
            ),
            ("http://h", "/api/v1/a", "/api/v1/a", "http://h/api/v1/a"),
        ] {
            assert_eq!(sent(base, link, Some(own)), whole, "{base} {own} {link}");
        }
    }

    #[test]
    fn percent_encoding_reaches_the_wire_unchanged() {
        let target = "/a%2f..%2F%41%zz/%E2%82%ac/b?q=%2b+%20&e=&x[]=%5B&&y#gone";
        let whole = sent("http://h/p", target, None);
        assert_eq!(
            whole,
            format!("http://h/p{}", target.trim_end_matches("#gone"))
        );
    }

    #[test]
    fn no_target_leaves_the_origin() {
        for target in [
            "@evil.example/x",
            "//evil.example/x",
            ".evil.example/x",
            ":1@evil/",
            "/../x",
        ] {
            for base in ["http://h:8080", "http://h:8080/p"] {
                let url = Url::parse(&sent(base, target, Some("/own"))).unwrap();
                assert_eq!(
                    (url.host_str(), url.port()),
                    (Some("h"), Some(8080)),
                    "{target}"
                );
                assert_eq!(url.username(), "");
            }
        }
    }

    #[test]
    fn user_information_is_neither_sent_nor_shown() {
        assert_eq!(sent("http://us:pw@h/p", "/a", None), "http://h/p/a");
    }

    #[test]
    fn an_ipv6_base_url_works() {
        assert_eq!(
            sent("http://[::1]:8080/p/", "/a", None),
            "http://[::1]:8080/p/a"
        );
    }

    #[test]
    fn a_query_key_is_added_hidden_and_never_doubled() {
        let base = Base::new(&Url::parse("http://h").unwrap()).unwrap();
        let claim = Claim {
            query: vec![Field {
                name: "key".into(),
                value: "S%2FT".into(),
                shown: "[redacted]".into(),
            }],
            ..Claim::default()
        };
        let sent = |target: &str, claim: &Claim| {
            let (url, shown) = base
                .url(&request(target, Some("/own")), claim, &["key".to_owned()])
                .unwrap();
            (url.to_string(), shown)
        };
        let (url, shown) = sent("/a?b=%41", &claim);
        assert_eq!(url, "http://h/a?b=%41&key=S%2FT");
        assert_eq!(shown, "http://h/a?b=%41&key=[redacted]");
        let (url, shown) = sent("/a?k%65y=S&b=1", &claim);
        assert_eq!(url, "http://h/a?b=1&key=S%2FT");
        assert_eq!(shown, "http://h/a?b=1&key=[redacted]");
        assert_eq!(sent("/a", &claim).0, "http://h/a?key=S%2FT");
        assert_eq!(sent("/a?key=S", &Claim::default()).0, "http://h/a");
    }

    #[test]
    fn a_base_url_that_cannot_be_sent_to_is_refused() {
        for base in ["ftp://h/", "http://h/?q=1", "http://h/#f"] {
            let error = Base::new(&Url::parse(base).unwrap()).err().unwrap();
            assert!(matches!(error, TransportError::BaseUrl(_)), "{base}");
        }
    }
}
