//! The parts a SARIF result is made of: messages, places, fingerprints, and the exchange behind it.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::super::foreign::lines;
use super::super::model::{CaseRecord, ContractInfo, ExchangeRecord, FindingRecord};
use super::super::words::spec_file;
use crate::battery::pack;

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

/// What the files that are built into the program are relative to: nothing that a viewer could find on its disk.
const BASE: &str = "CONFORM";

/// The bases of relative locations, with what they mean.
pub(super) fn bases() -> Value {
    let text = "Inside the program conform: the contract and the cases that are built in. \
                `conform explain CLAUSE` shows the place.";
    json!({ BASE: { "description": { "text": text } } })
}

/// The contract; with its text where it is the one that is built in, which no viewer finds elsewhere.
pub(super) fn artifact(contract: &ContractInfo) -> Value {
    let is_built_in = is_built_in(contract);
    let mut artifact = json!({
        "location": file(&contract.source, is_built_in),
        "roles": ["analysisTarget"],
        "hashes": { "sha-256": contract.sha256 },
    });
    if is_built_in {
        artifact["contents"] = json!({ "text": pack::SPEC.text });
    }
    artifact
}

fn is_built_in(contract: &ContractInfo) -> bool {
    contract.source == pack::SPEC.name && contract.sha256 == hash(pack::SPEC.text)
}

/// SHA-256 in hexadecimal.
pub(super) fn hash(text: &str) -> String {
    let bytes = Sha256::digest(text.as_bytes());
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn file(path: &str, is_built_in: bool) -> Value {
    match is_built_in {
        true => json!({ "uri": uri(path), "uriBaseId": BASE }),
        false => json!({ "uri": uri(path) }),
    }
}

/// Where a finding stands in the contract, which is the first artifact; a line or column of 0 is unknown.
pub(super) fn location(contract: &ContractInfo, finding: &FindingRecord, column: u64) -> Value {
    let path = spec_file(contract, &finding.spec_file);
    let mut file = file(path, is_built_in(contract));
    if finding.spec_file.is_empty() {
        file["index"] = json!(0);
    }
    let mut location = physical(&file, finding.spec_line, column);
    if !finding.spec_pointer.is_empty() {
        location["logicalLocations"] =
            json!([{ "fullyQualifiedName": finding.spec_pointer, "kind": "value" }]);
    }
    location
}

fn physical(file: &Value, line: u64, column: u64) -> Value {
    let mut place = json!({ "artifactLocation": file });
    if line > 0 {
        place["region"] = json!({ "startLine": line });
        if column > 0 {
            place["region"]["startColumn"] = json!(column);
        }
    }
    json!({ "physicalLocation": place })
}

/// The file a case was read from.
pub(super) fn related(case: &CaseRecord) -> Value {
    let is_built_in = pack::CASES.iter().any(|file| file.name == case.source);
    let mut location = physical(&file(&case.source, is_built_in), case.line, 0);
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
    let hash = &hash(id)[..32];
    BTreeMap::from([
        ("conformClause/v1", hash.to_owned()),
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
