//! HTTP Archives, held against the contract of `examples/orders`: refused by name, or told whole.

use std::collections::BTreeMap;
use std::path::Path;

use conform::battery::Plan;
use conform::exchange::har;
use conform::ledger::Gate;
use conform::run::Silence;
use conform::run::traffic::{About, Base, Search, Traffic, Trust};
use conform::suite::{self, Suite};

use super::bounds::{self, Harness};

const WORDS: &[&str] = &[
    "null",
    "true",
    "[]",
    "{}",
    "-1",
    "0",
    "200",
    "599",
    "1e400",
    "18446744073709551616",
    "\"\"",
    "\"\\ud800\"",
    "\\u0000",
    "\"base64\"",
    "\"GET\"",
    "\"HEAD\"",
    "\"text\":",
    "\"encoding\":\"base64\",",
    "\"_error\":\"x\",",
    "\"queryString\":[],",
    "https://a.example",
    "data:,x",
    "?limit=-1",
    "/orders/%ff",
    "%0A",
    "\n",
    ",",
    "{",
    "}",
    "[",
    "]",
    "é",
];

/// An entry as a browser writes it.
fn entry(target: &str, status: u16, media_type: &str, text: &str, encoding: &str) -> String {
    format!(
        r#"
{{"startedDateTime": "2025-01-01T00:00:00.{status:03}Z", "time": 3.5,
 "request": {{"method": "GET", "url": "http://127.0.0.1:8100{target}", "httpVersion": "HTTP/1.1",
  "headers": [{{"name": "Authorization", "value": "Bearer canary-token"}}, {{"name": "Api-Version", "value": "1"}}],
  "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0}},
 "response": {{"status": {status}, "statusText": "", "httpVersion": "HTTP/1.1",
  "headers": [{{"name": "Content-Type", "value": "{media_type}"}}],
  "content": {{"size": -1, "mimeType": "{media_type}", {encoding}"text": {text}}},
  "redirectURL": "", "headersSize": -1, "bodySize": -1}},
 "cache": {{}}, "timings": {{"send": 0, "wait": 3, "receive": 0}}}}"#
    )
}

/// A right archive: two pages that follow each other, a body in base64, a refusal and a request of something else.
fn archive() -> Vec<u8> {
    let entries = [
        entry(
            "/orders?limit=1",
            200,
            "application/json",
            r#""{\"items\":[{\"id\":1}],\"next_cursor\":\"b\"}""#,
            "",
        ),
        entry(
            "/orders?limit=1&cursor=b",
            200,
            "application/json",
            r#""eyJpdGVtcyI6W3siaWQiOjJ9XX0=""#,
            r#""encoding": "base64", "#,
        ),
        entry(
            "/orders/9",
            404,
            "application/problem+json",
            r#""{\"title\":\"none\"}""#,
            "",
        ),
        entry("/app.js", 200, "text/javascript", r#""1""#, ""),
    ];
    format!(
        r#"{{"log": {{"version": "1.2", "creator": {{"name": "a", "version": "1"}}, "entries": [{}]}}}}"#,
        entries.join(",")
    )
    .into_bytes()
}

/// The report on an archive; `None` where it is refused, by name.
fn judged(plan: &Plan, input: &[u8]) -> Option<String> {
    let gate = Gate::default();
    let mut traffic = Traffic::new(plan, &gate, &[], 1 << 20);
    let mut search = Search::new(traffic.paths(), &plan.contract.document);
    if let Err(error) = har::read(input, &mut |seen| search.look(&seen.method, &seen.url)) {
        let said = error.to_string();
        assert!(
            said.contains("HTTP Archive") || said.contains("HAR"),
            "{said}"
        );
        return None;
    }
    let found: Vec<Base> = search.found();
    traffic.begin(found, Trust::Exported);
    har::read(input, &mut |seen| drop(traffic.take(seen))).unwrap();
    traffic.end();
    let about = About {
        sources: vec!["fuzz.har".to_owned()],
        base_url: "fuzz.har".to_owned(),
        started: String::new(),
        duration_ms: 0,
        options: BTreeMap::new(),
        auth: &suite::auth_outline(plan),
    };
    let report = traffic.report(true, about, &Silence).unwrap();
    let told = conform::report::render(conform::report::Format::Json, &report).unwrap();
    Some(String::from_utf8(told).unwrap())
}

#[test]
fn archives() {
    let _turn = bounds::turn();
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/orders/openapi.yaml");
    let suite = Suite::embedded()
        .spec(document)
        .base_url("http://127.0.0.1:8100");
    let plan = suite.plan().unwrap().of_traffic();
    for operation in 0..plan.contract.operations.len() {
        plan.contract.prepare(operation);
    }
    let told = judged(&plan, &archive()).unwrap();
    assert!(told.contains("\"exchanges\": 3,"), "{told}");
    assert!(!told.contains("canary-token"), "{told}");
    let work = |input: &[u8]| drop(judged(&plan, input));
    let harness = Harness {
        name: "archives",
        seeds: vec![archive()],
        words: WORDS,
        cases: 100,
        mebibytes: 64,
        times: 200,
        work: &work,
    };
    harness.run();
}
