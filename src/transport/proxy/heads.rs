//! The headers that pass: all but those of one connection, in their order and their letter case.

use std::net::SocketAddr;

use http::header::{
    CONNECTION, CONTENT_LENGTH, FORWARDED, HOST, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

/// The headers of one connection, which are not passed on (RFC 9110, section 7.6.1).
const HOP_BY_HOP: [HeaderName; 5] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    TE,
    UPGRADE,
];
/// What `Connection` cannot take away: without it a message would become another one.
const FRAMING: [HeaderName; 4] = [CONTENT_LENGTH, HOST, TRAILER, TRANSFER_ENCODING];

/// Those of a request, for an upstream that is called `host`: it is told its own name, and who asked for which.
pub(super) fn onward(given: &HeaderMap, host: &HeaderValue, peer: SocketAddr) -> HeaderMap {
    let mut headers = passed_on(given);
    // Trailers are passed on, so that they may be asked for.
    let wants_trailers = listed(given, &TE).any(|name| name == "trailers");
    if wants_trailers {
        headers.insert(TE, HeaderValue::from_static("trailers"));
    }
    // HTTP/2 is no other protocol to go through unjudged, and no server must take it (RFC 9113, section 3.1).
    let is_other = |protocol: &&HeaderValue| !protocol.as_bytes().eq_ignore_ascii_case(b"h2c");
    let upgrade = given.get(UPGRADE).filter(is_other);
    if let Some(protocol) = upgrade {
        headers.insert(UPGRADE, protocol.clone());
    }
    let connection = match (upgrade.is_some(), wants_trailers) {
        (true, true) => Some("upgrade, TE"),
        (true, false) => Some("upgrade"),
        (false, true) => Some("TE"),
        (false, false) => None,
    };
    if let Some(connection) = connection {
        headers.insert(CONNECTION, HeaderValue::from_static(connection));
    }
    headers.insert(HOST, host.clone());
    forwarded(&mut headers, given, peer);
    headers
}

/// Those of an answer.
pub(super) fn back(given: &HeaderMap) -> HeaderMap {
    passed_on(given)
}

/// An answer before the answer, as it goes over the wire.
pub(super) fn interim(status: StatusCode, headers: &HeaderMap) -> Vec<u8> {
    let reason = status.canonical_reason().unwrap_or_default();
    let mut text = format!("HTTP/1.1 {} {reason}\r\n", status.as_str()).into_bytes();
    for (name, value) in &passed_on(headers) {
        text.extend_from_slice(name.as_str().as_bytes());
        text.extend_from_slice(b": ");
        text.extend_from_slice(value.as_bytes());
        text.extend_from_slice(b"\r\n");
    }
    text.extend_from_slice(b"\r\n");
    text
}

/// As they are judged.
pub(super) fn pairs(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let pair = |(name, value): (&HeaderName, &HeaderValue)| (name.to_string(), text(value));
    headers.iter().map(pair).collect()
}

fn passed_on(given: &HeaderMap) -> HeaderMap {
    let named: Vec<String> = listed(given, &CONNECTION).collect();
    let is_framed = given.contains_key(TRANSFER_ENCODING);
    let mut out = HeaderMap::with_capacity(given.len());
    for (name, value) in given {
        let is_named = || named.iter().any(|own| own == name.as_str());
        let is_own = HOP_BY_HOP.contains(name) || !FRAMING.contains(name) && is_named();
        // A message that says both is framed by its coding (RFC 9112, section 6.3).
        let is_void = is_framed && name == CONTENT_LENGTH;
        if !(is_own || is_void) {
            out.append(name.clone(), value.clone());
        }
    }
    out
}

/// What a header lists, in lower case.
fn listed<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = String> + use<'h> {
    let all = headers.get_all(name).iter();
    let texts = all.filter_map(|value| value.to_str().ok());
    let names = texts.flat_map(|value| value.split(','));
    names.map(|name| name.trim().to_ascii_lowercase())
}

fn forwarded(headers: &mut HeaderMap, given: &HeaderMap, peer: SocketAddr) {
    let earlier = given.get_all("x-forwarded-for").iter();
    let earlier = earlier.filter_map(|value| value.to_str().ok().map(str::to_owned));
    let all: Vec<String> = earlier.chain([peer.ip().to_string()]).collect();
    if let Ok(value) = HeaderValue::from_str(&all.join(", ")) {
        headers.insert(HeaderName::from_static("x-forwarded-for"), value);
    }
    let is_told = headers.contains_key(FORWARDED);
    let mut add = |name: &'static str, value: Option<HeaderValue>| {
        if let Some(value) = value.filter(|_| !is_told && !headers.contains_key(name)) {
            headers.insert(HeaderName::from_static(name), value);
        }
    };
    add("x-forwarded-host", given.get(HOST).cloned());
    add("x-forwarded-proto", Some(HeaderValue::from_static("http")));
}
