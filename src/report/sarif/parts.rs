//! The parts a SARIF result is made of: messages, places, fingerprints, and the exchange behind it.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::super::foreign::lines;
use super::super::model::{CaseRecord, ExchangeRecord};

/// The longest body in an exchange, in characters; the native report has more of it.
const MAX_BODY: usize = 4096;

/// What a path may not hold as part of a URI reference (RFC 3986, 3.3); a colon would look like a scheme.
const PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A plain text message. What would read as a link embedded in it (section 3.11.6) is taken apart.
pub(super) fn message(text: &str) -> Value {
    let text = lines(text).replace("](", "] (");
    json!({ "text": if text.trim().is_empty() { "(no text)" } else { text.as_str() } })
}

/// A place in a file; a line or column of 0 is unknown.
pub(super) fn location(file: &str, line: u64, column: u64, pointer: &str) -> Value {
    let mut place = json!({ "artifactLocation": { "uri": uri(file) } });
    if line > 0 {
        place["region"] = json!({ "startLine": line });
        if column > 0 {
            place["region"]["startColumn"] = json!(column);
        }
    }
    let mut location = json!({ "physicalLocation": place });
    if !pointer.is_empty() {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": pointer, "kind": "value" }]);
    }
    location
}

/// The file a case was read from.
pub(super) fn related(case: &CaseRecord) -> Value {
    let mut location = location(&case.source, case.line, 0, "");
    location["message"] = message(&format!("The case {}: {}", case.id, case.title));
    location
}

/// A file's path as a URI reference.
pub(super) fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let encoded = utf8_percent_encode(&path, PATH).to_string();
    let drive =
        path.starts_with(|first: char| first.is_ascii_alphabetic()) && path[1..].starts_with(":/");
    match path.starts_with('/') {
        true => format!("file://{encoded}"),
        false if drive => format!("file:///{}", encoded.replacen("%3A", ":", 1)),
        false => encoded,
    }
}

/// What makes a result the same one in another run: the clause or case, never a time, a line or a value.
pub(super) fn fingerprints(id: &str) -> BTreeMap<&'static str, String> {
    let hash: String = Sha256::digest(id.as_bytes())
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    BTreeMap::from([
        ("conformClause/v1", hash.clone()),
        ("primaryLocationLineHash", format!("{hash}:1")),
    ])
}

/// The request of an exchange.
pub(super) fn web_request(exchange: &ExchangeRecord) -> Value {
    let request = &exchange.request;
    json!({ "protocol": "HTTP", "method": request.method, "target": request.url, "headers": headers(&request.headers) })
}

/// The response of an exchange, with the beginning of its body.
pub(super) fn web_response(exchange: &ExchangeRecord) -> Value {
    let Some(response) = &exchange.response else {
        return json!({ "noResponseReceived": true });
    };
    let body: String = response.body.chars().take(MAX_BODY).collect();
    json!({
        "protocol": "HTTP",
        "statusCode": response.status,
        "headers": headers(&response.headers),
        "body": { "text": body },
    })
}

/// Headers as an object; what came more than once is joined, as RFC 9110, 5.3 does it.
fn headers(list: &[(String, String)]) -> BTreeMap<&str, String> {
    let mut all: BTreeMap<&str, String> = BTreeMap::new();
    for (name, value) in list {
        all.entry(name)
            .and_modify(|known| *known = format!("{known}, {value}"))
            .or_insert_with(|| value.clone());
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uri_references() {
        assert_eq!(uri("spec/my api#1.yaml"), "spec/my%20api%231.yaml");
        assert_eq!(uri("/srv/a b.yaml"), "file:///srv/a%20b.yaml");
        assert_eq!(uri("C:\\specs\\a.yaml"), "file:///C:/specs/a.yaml");
        assert_eq!(uri("a:b.yaml"), "a%3Ab.yaml");
    }

    #[test]
    fn a_message_embeds_no_link() {
        assert_eq!(
            message("see [here](https://evil.example)")["text"],
            "see [here] (https://evil.example)"
        );
    }
}
