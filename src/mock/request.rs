//! A request as the reference server understands it: the operation's path, its query parameters, the host it was sent to.
//! Whatever was sent, reading it fails with a refusal, never with a panic.

use std::borrow::Cow;

use http::Version;
use http::header::HOST;
use http::request::Parts;
use percent_encoding::{percent_decode, percent_decode_str};
use url::Url;

use super::auth::Credentials;
use super::errors::Refusal;

/// The longest value that an id can have in the contract, in characters.
const MAX_ID: usize = 255;

/// What of a request the answer depends on.
#[derive(Clone, Debug)]
pub struct IncomingRequest<'a> {
    /// The method as sent.
    pub method: &'a str,
    /// Path and query as sent, still percent-encoded.
    pub target: &'a str,
    /// Scheme, host and port that links are written with, without a slash at the end.
    pub origin: String,
    /// Whether it says once for which host it is, and this can be one, as RFC 9112 (section 3.2) demands since HTTP/1.1.
    pub names_its_host: bool,
    /// Whose credentials came with it.
    pub credentials: Credentials,
    /// Whether `X-Mock-Status: 500` asks for a failure.
    pub wants_failure: bool,
}

impl<'a> IncomingRequest<'a> {
    /// Reads it from the head of an HTTP request; `own_origin` stands in for an absent or senseless `Host`.
    pub fn of(head: &'a Parts, own_origin: &str) -> Self {
        Self {
            method: head.method.as_str(),
            target: head
                .uri
                .path_and_query()
                .map_or("", |target| target.as_str()),
            origin: origin_of(head).unwrap_or_else(|| own_origin.to_owned()),
            names_its_host: names_its_host(head),
            credentials: Credentials::of(&head.headers),
            wants_failure: head
                .headers
                .get("X-Mock-Status")
                .is_some_and(|value| value == "500"),
        }
    }

    /// The `plugin_id` segment of the operation's path, still encoded; `None` on any other path.
    pub(super) fn plugin_segment(&self) -> Option<&'a str> {
        let path = self
            .target
            .split_once('?')
            .map_or(self.target, |(path, _)| path);
        let segment = path
            .strip_prefix("/ccpm/v1/plugins/")?
            .strip_suffix("/versions")?;
        (!segment.is_empty() && !segment.contains('/')).then_some(segment)
    }

    /// The decoded value of a query parameter, `None` if it was not sent; all other parameters are ignored.
    pub(super) fn parameter(&self, name: &'static str) -> Result<Option<String>, Refusal> {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        let mut found = None;
        for pair in query.split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            if percent_decode(plus_as_space(key).as_bytes()).decode_utf8_lossy() != name {
                continue;
            }
            if found.is_some() {
                return Err(Refusal::invalid(
                    name,
                    "A query parameter may be sent only once.",
                ));
            }
            let Some(value) = decode_id(&plus_as_space(value)) else {
                let rule = "The value must be UTF-8 text of at most 255 characters without control characters.";
                return Err(Refusal::invalid(name, rule));
            };
            found = Some(value);
        }
        Ok(found)
    }
}

/// Percent-decodes an id; `None` if it could not be one: not UTF-8, too long, or with control characters.
pub(super) fn decode_id(encoded: &str) -> Option<String> {
    let decoded = percent_decode_str(encoded).decode_utf8().ok()?;
    let fits = decoded.chars().count() <= MAX_ID && !decoded.contains(char::is_control);
    fits.then(|| decoded.into_owned())
}

fn plus_as_space(text: &str) -> Cow<'_, str> {
    if text.contains('+') {
        Cow::Owned(text.replace('+', " "))
    } else {
        Cow::Borrowed(text)
    }
}

/// The origin in an absolute target, which RFC 9112 section 3.2.2 puts above `Host`, or else in `Host`.
fn origin_of(head: &Parts) -> Option<String> {
    let authority = match head.uri.authority() {
        Some(authority) => authority.as_str(),
        None => {
            let mut hosts = head.headers.get_all(HOST).iter();
            let (host, None) = (hosts.next()?, hosts.next()) else {
                return None;
            };
            host.to_str().ok()?
        }
    };
    let url = Url::parse(&format!("http://{authority}")).ok()?;
    // More than a host and a port would make links that lead somewhere else.
    let only_an_origin = url.username().is_empty()
        && url.password().is_none()
        && url.path() == "/"
        && url.query().is_none()
        && url.fragment().is_none();
    let origin = url.origin().ascii_serialization();
    // The URL standard lets characters into a host that RFC 3986, and so `format: uri`, keeps out.
    let in_a_uri = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/[]".contains(&byte);
    (only_an_origin && origin.bytes().all(in_a_uri)).then_some(origin)
}

fn names_its_host(head: &Parts) -> bool {
    // What may stand in a host and a port (RFC 3986, section 3.2.2).
    let can_stand =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~%!$&'()*+,;=:[]".contains(byte);
    let mut hosts = head.headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (None, _) => head.version < Version::HTTP_11,
        (Some(host), None) => host.as_bytes().iter().all(can_stand),
        (Some(_), Some(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    const OWN: &str = "http://127.0.0.1:9";

    fn head(uri: &str, headers: &[(&str, &[u8])]) -> Parts {
        let mut request = Request::builder().uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(()).unwrap().into_parts().0
    }

    #[test]
    fn only_the_operations_path_has_a_plugin() {
        let plugin = |uri: &str| {
            let head = head(uri, &[]);
            IncomingRequest::of(&head, OWN)
                .plugin_segment()
                .map(str::to_owned)
        };
        assert_eq!(
            plugin("/ccpm/v1/plugins/ccp-1/versions?x=/a/b").as_deref(),
            Some("ccp-1")
        );
        assert_eq!(
            plugin("/ccpm/v1/plugins/a%2Fb/versions").as_deref(),
            Some("a%2Fb")
        );
        assert_eq!(
            plugin("http://h/ccpm/v1/plugins/ccp-1/versions").as_deref(),
            Some("ccp-1")
        );
        for other in [
            "/",
            "*",
            "h:80",
            "/ccpm/v1/plugins//versions",
            "/ccpm/v1/plugins/versions",
            "/ccpm/v1/plugins/a/b/versions",
            "/ccpm/v1/plugins/a/versions/",
            "/ccpm/v1/plugins/a/versions/ver-1",
            "//ccpm/v1/plugins/a/versions",
            "/CCPM/v1/plugins/a/versions",
        ] {
            assert_eq!(plugin(other), None, "{other}");
        }
    }

    #[test]
    fn parameters_are_decoded_and_bounded() {
        let environment = |query: &str| {
            let head = head(&format!("/p?{query}"), &[]);
            IncomingRequest::of(&head, OWN).parameter("environment")
        };
        let long = "é".repeat(MAX_ID);
        let found = |value: &str| Ok(Some(value.to_owned()));
        assert_eq!(environment("environment=env-a"), found("env-a"));
        assert_eq!(environment("a=1&environment=a%20b+c&x"), found("a b c"));
        assert_eq!(environment("%65nvironment=x"), found("x"));
        assert_eq!(environment("environment=%zz%"), found("%zz%"));
        assert_eq!(environment(&format!("environment={long}")), found(&long));
        assert_eq!(environment("environment"), found(""));
        assert_eq!(environment("environments=x&&=&"), Ok(None));
        let unusable = ["environment=%FF", "environment=%00", "environment=a%0D%0Ab"];
        for query in unusable
            .into_iter()
            .chain([format!("environment={long}x").as_str()])
        {
            assert!(environment(query).is_err(), "{query}");
        }
        assert!(environment("environment=a&environment=a").is_err());
    }

    #[test]
    fn links_are_written_with_the_host_the_client_used() {
        let origin = |uri: &str, hosts: &[&[u8]]| {
            let hosts: Vec<(&str, &[u8])> = hosts.iter().map(|host| ("host", *host)).collect();
            IncomingRequest::of(&head(uri, &hosts), OWN).origin
        };
        assert_eq!(origin("/p", &[b"localhost:8080"]), "http://localhost:8080");
        assert_eq!(origin("/p", &[b"[::1]:8080"]), "http://[::1]:8080");
        assert_eq!(
            origin("http://proxied:81/p", &[b"localhost"]),
            "http://proxied:81"
        );
        assert_eq!(origin("/p", &[]), OWN);
        for senseless in [
            "", "a b", "h:99999", "u@h", ":p@h", "h/path", "h?q", "h#f", "\"", "a\"{b", "\\", "é",
        ] {
            // A name in another script may also be written in its ASCII form.
            let seen = origin("/p", &[senseless.as_bytes()]);
            assert!(seen == OWN || senseless == "é", "{senseless}: {seen}");
        }
        assert_eq!(origin("/p", &[b"a", b"b"]), OWN);
    }

    #[test]
    fn a_request_names_its_host_once() {
        let names = |version: Version, hosts: &[(&str, &[u8])]| {
            let mut head = head("/p", hosts);
            head.version = version;
            IncomingRequest::of(&head, OWN).names_its_host
        };
        let host: (&str, &[u8]) = ("host", b"h");
        assert!(names(Version::HTTP_11, &[host]) && names(Version::HTTP_10, &[host]));
        assert!(names(Version::HTTP_10, &[]) && !names(Version::HTTP_11, &[]));
        assert!(!names(Version::HTTP_11, &[host, host]) && !names(Version::HTTP_10, &[host, host]));
        for senseless in ["a b", "h/p", "u@h", "h?q", "\"", "é"] {
            let host = ("host", senseless.as_bytes());
            assert!(!names(Version::HTTP_11, &[host]), "{senseless}");
        }
        for unusual in ["", "h:", "[::1]:80", "a_b", "%C3%A9", "x--1.example"] {
            let host = ("host", unusual.as_bytes());
            assert!(names(Version::HTTP_11, &[host]), "{unusual}");
        }
    }

    #[test]
    fn only_the_exact_header_asks_for_a_failure() {
        let wants = |value: &[u8]| {
            IncomingRequest::of(&head("/p", &[("x-mock-status", value)]), OWN).wants_failure
        };
        assert!(wants(b"500"));
        assert!(!wants(b"200") && !wants(b"") && !wants(b"\xff"));
    }
}
