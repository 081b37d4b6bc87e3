//! Traffic that was captured elsewhere, judged by the binary: HTTP Archives and recordings.

use std::io::Write as _;

use serde_json::{Value, json};

use super::support::{Bench, Done};

const SHOP: &str = r"
openapi: 3.0.3
info: {title: Shop, version: '1'}
servers: [{url: 'https://api.shop.test/v1'}]
security: [{key: []}]
components:
  securitySchemes: {key: {type: apiKey, in: query, name: api_key}}
paths:
  /things:
    get:
      operationId: things
      parameters: [{name: limit, in: query, schema: {type: integer, maximum: 10}}]
      responses:
        '200': {description: Some., content: {application/json: {schema: {type: array, items: {type: object, required: [id], properties: {id: {type: integer}}}}}}}
        '400': {description: Wrong.}
        '401': {description: Who?}
  /things/{id}:
    get:
      operationId: thing
      parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
      responses:
        '200': {description: One., content: {application/json: {schema: {type: object, required: [id]}}}}
        '404': {description: None.}
";

fn entry(url: &str, status: u16, body: &str) -> Value {
    json!({
        "startedDateTime": "",
        "request": {"method": "GET", "url": url, "headers": [{"name": ":authority", "value": "x"}, {"name": "Cookie", "value": "sid=CANARY-cookie"}]},
        "response": {
            "status": status,
            "headers": [{"name": "Content-Type", "value": "application/json"}, {"name": "content-encoding", "value": "gzip"}, {"name": "set-cookie", "value": "sid=CANARY-next"}],
            "content": {"size": body.len(), "text": body},
        },
    })
}

fn har(entries: &[Value]) -> String {
    json!({"log": {"version": "1.2", "creator": {"name": "a test"}, "entries": entries}})
        .to_string()
}

fn judged(bench: &Bench, entries: &[Value], more: &[&str]) -> Done {
    bench.write("shop.yaml", SHOP);
    bench.write("a.har", &har(entries));
    let args = [
        &[
            "judge",
            "a.har",
            "--spec",
            "shop.yaml",
            "--report",
            "json=r.json",
        ],
        more,
    ];
    bench.run(&args.concat())
}

const BASE: &str = "https://api.shop.test/v1";
const KEY: &str = "api_key=CANARY-key";

#[test]
fn an_archive_is_held_against_the_contract_and_shows_no_secret() {
    let bench = Bench::new();
    let good = [
        entry(&format!("{BASE}/things?{KEY}"), 200, r#"[{"id": 1}]"#),
        entry(&format!("{BASE}/things?limit=11&{KEY}"), 400, "{}"),
        entry(&format!("{BASE}/things/7?{KEY}"), 404, "{}"),
        entry("https://cdn.shop.test/app.js?token=CANARY-query", 200, "x"),
    ];
    let done = judged(&bench, &good, &["--redact", "token"]).code(0);
    let report = bench.json("r.json");
    let told = format!("{} {} {report}", done.out, done.err);
    assert!(!told.contains("CANARY"), "{told}");
    let traffic = &report["traffic"];
    assert_eq!(
        [
            &traffic["entries"],
            &traffic["matched"],
            &traffic["judged"],
            &traffic["breaking"]
        ],
        [4, 3, 3, 1]
    );
    assert_eq!(traffic["unknown"][0]["url"], "https://cdn.shop.test/app.js");
    assert!(
        done.out.contains("https://cdn.shop.test/app.js"),
        "{}",
        done.out
    );
    let held = |id: &str| {
        let clauses = report["clauses"].as_array().unwrap();
        clauses
            .iter()
            .any(|one| one["id"] == id && one["state"] == "held")
    };
    assert!(
        held("things/200/status")
            && held("things/query/limit/maximum")
            && held("things/200/body/[]/id/type"),
        "{report}"
    );
    assert!(!held("thing/200/status"));
    bench
        .run(&[
            "judge",
            "a.har",
            "--spec",
            "shop.yaml",
            "--min-coverage",
            "99",
        ])
        .code(3);
    bench.run(&["diff", "r.json", "r.json"]).code(0);
}

#[test]
fn what_is_broken_is_found_by_its_clause() {
    let with_key = |path: &str| format!("{BASE}{path}{KEY}");
    for (entries, clause, code) in [
        (
            vec![entry(&with_key("/things?"), 200, r#"[{"id": "1"}]"#)],
            "things/200/body/[]/id/type",
            1,
        ),
        // Clamped, and not.
        (
            vec![entry(&with_key("/things?limit=11&"), 200, r#"[{"id": 1}]"#)],
            "",
            0,
        ),
        (
            vec![entry(&with_key("/things?limit=x&"), 200, "[]")],
            "things/query/limit/type",
            1,
        ),
        // The same request with and without a key: only where keys are shown at all.
        (vec![entry(&format!("{BASE}/things"), 200, "[]")], "", 0),
        // A part of a body is no body.
        (
            vec![{
                let mut cut = entry(&with_key("/things?"), 200, "[{\"id\"");
                cut["response"]["content"]["size"] = json!(4_000);
                cut
            }],
            "",
            0,
        ),
    ] {
        let bench = Bench::new();
        judged(&bench, &entries, &[]).code(code);
        let report = bench.json("r.json");
        let findings = report["findings"].as_array().unwrap().iter();
        let gating = findings.filter(|finding| finding["level"] != "info");
        let ids: Vec<&str> = gating
            .map(|finding| finding["clause"].as_str().unwrap())
            .collect();
        assert_eq!(ids.join(" "), clause);
    }
}

#[test]
fn a_base_is_given_or_found_and_what_matches_nothing_says_where_it_went() {
    let bench = Bench::new();
    let elsewhere = |n: u64| {
        entry(
            &format!("http://127.0.0.1:9/api/things/{n}?{KEY}"),
            200,
            "{\"id\": 1}",
        )
    };
    judged(&bench, &[elsewhere(1), elsewhere(2)], &[]).code(0);
    assert_eq!(
        bench.json("r.json")["target"]["base_url"],
        "http://127.0.0.1:9/api"
    );
    judged(
        &bench,
        &[elsewhere(1)],
        &["--base-url", "http://127.0.0.1:9/api"],
    )
    .code(0);
    let done = judged(
        &bench,
        &[elsewhere(1)],
        &["--base-url", "http://127.0.0.1:9/v9"],
    )
    .code(3);
    assert!(done.out.contains("http://127.0.0.1:9/api"), "{}", done.out);
    let done = judged(&bench, &[entry("http://h/a/b", 200, "")], &[]).code(3);
    assert!(
        done.out.contains("a.har") && done.out.contains("http://h/a"),
        "{}",
        done.out
    );
    for (text, piece) in [
        ("<html>", "not valid JSON"),
        ("{}", "no `log`"),
        (
            "{\"log\": {\"version\": \"1.1\", \"entries\": []}}",
            "HAR 1.1",
        ),
    ] {
        bench.write("b.har", text);
        bench
            .run(&["judge", "b.har", "--spec", "shop.yaml"])
            .code(2)
            .error(&["b.har", piece]);
    }
    bench.write("b.har", "PK\u{3}\u{4}trace");
    bench
        .run(&["judge", "b.har", "--spec", "shop.yaml"])
        .code(2)
        .error(&["b.har", "this is a ZIP file", "content: 'embed'"]);
    bench
        .run(&["judge", "none.har", "--spec", "shop.yaml"])
        .code(2);
    bench
        .run(&["judge", "a.har", "--spec", "shop.yaml", "--shard", "1/2"])
        .code(2);
}

#[test]
fn what_has_no_whole_answer_is_counted_and_accuses_nobody() {
    let bench = Bench::new();
    let url = format!("{BASE}/things?{KEY}");
    let mut without = entry(&url, 200, "");
    without.as_object_mut().unwrap().remove("response");
    let mut twice = entry(&url, 200, "[]");
    twice["startedDateTime"] = json!("2026-01-01T00:00:00Z");
    let entries = [without, entry(&url, 0, ""), twice.clone(), twice];
    let done = judged(&bench, &entries, &[]).code(0);
    let traffic = bench.json("r.json")["traffic"].clone();
    assert_eq!(
        (&traffic["judged"], &traffic["repeated"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(traffic["not_judged"].as_array().unwrap().len(), 2);
    assert!(done.out.contains("status 0"), "{}", done.out);
    // Nothing was judged at all: that is no success.
    judged(&bench, &entries[..2], &[]).code(3);
}

#[test]
fn what_is_printed_of_a_break_shows_no_secret_either() {
    let bench = Bench::new();
    let url = format!("https://user:CANARY-pass@api.shop.test/v1/things?{KEY}");
    let told = r#"[{"id": "CANARY-key CANARY-cookie CANARY-next CANARY-pass"}]"#;
    let args = [
        "--report",
        "html=r.html",
        "--report",
        "junit=r.xml",
        "--verbose",
    ];
    let done = judged(&bench, &[entry(&url, 200, told)], &args).code(1);
    let all = ["r.json", "r.html", "r.xml"].map(|name| bench.read(name));
    let all = format!("{} {} {}", done.out, done.err, all.concat());
    assert!(done.out.contains("[redacted]"), "{}", done.out);
    assert!(!all.contains("CANARY"), "{all}");
}

#[test]
fn requests_with_other_bodies_are_no_repeats() {
    let bench = Bench::new();
    let post = |body: &str| {
        let mut one = entry(&format!("{BASE}/things?{KEY}"), 200, "[]");
        one["startedDateTime"] = json!("2026-01-01T00:00:00Z");
        one["request"]["postData"] = json!({"mimeType": "application/json", "text": body});
        one
    };
    let entries = ["1", "2", "3", "1"].map(post);
    judged(&bench, &entries, &[]).code(0);
    let traffic = bench.json("r.json")["traffic"].clone();
    assert_eq!([&traffic["judged"], &traffic["repeated"]], [3, 1]);
}

/// Where nobody wrote the headers down, none is missing.
#[test]
fn headers_that_nobody_wrote_down_are_not_missing() {
    let bench = Bench::new();
    bench.write(
        "t.yaml",
        "openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a:
    get:
      operationId: a
      parameters: [{name: X-Tenant, in: header, required: true, schema: {type: string}}]
      responses:
        '200':
          description: One.
          headers: {X-Id: {required: true, schema: {type: integer}}}
          content: {application/json: {schema: {type: object, required: [id]}}}
",
    );
    for (headers, clauses) in [
        (
            json!([]),
            vec![
                "a/200/content-type",
                "a/200/header/X-Id/present",
                "a/header/X-Tenant/required",
            ],
        ),
        (json!(null), vec![]),
        (json!({"x-id": "1"}), vec![]),
    ] {
        let mut one = entry("http://h/a", 200, "{\"id\": 1}");
        one["request"]["headers"] = headers.clone();
        one["response"]["headers"] = headers.clone();
        bench.write("a.har", &har(&[one]));
        let args = [
            "judge",
            "a.har",
            "--spec",
            "t.yaml",
            "--report",
            "json=r.json",
        ];
        let done = bench.run(&args).code(i32::from(!clauses.is_empty()));
        let report = bench.json("r.json");
        let findings = report["findings"].as_array().unwrap().iter();
        let mut found: Vec<&str> = findings
            .map(|one| one["clause"].as_str().unwrap())
            .collect();
        found.sort_unstable();
        assert_eq!(found, clauses, "{headers} {}", done.out);
    }
}

#[test]
fn a_recording_of_a_run_is_traffic_too() {
    let bench = Bench::new();
    bench
        .run(&["run", "--record", "run.rec", "--report", "json"])
        .code(0);
    let done = bench
        .run(&["judge", "run.rec", "--report", "json=r.json"])
        .code(0);
    let report = bench.json("r.json");
    assert!(
        report["summary"]["clauses"]["held"].as_u64().unwrap() > 60,
        "{}",
        done.out
    );
    assert_eq!(
        report["findings"].as_array().unwrap().len(),
        0,
        "{}",
        done.out
    );
}

/// A large archive is read entry by entry: it may be larger than the memory that there is.
#[cfg(target_os = "linux")]
#[test]
fn an_archive_is_never_in_memory_as_a_whole() {
    let bench = Bench::new();
    bench.write("shop.yaml", SHOP);
    let mut file = std::io::BufWriter::new(std::fs::File::create(bench.path("big.har")).unwrap());
    let filler = "x".repeat(100_000);
    let one = entry(
        &format!("{BASE}/things/7?{KEY}"),
        200,
        &format!("{{\"id\": 7, \"text\": \"{filler}\"}}"),
    )
    .to_string();
    write!(
        file,
        "{{\"log\": {{\"version\": \"1.2\", \"entries\": [{one}"
    )
    .unwrap();
    for _ in 0..800 {
        write!(file, ",{one}").unwrap();
    }
    write!(file, "]}}}}").unwrap();
    drop(file);
    let limited = format!(
        "ulimit -v 400000; exec {} judge big.har --spec shop.yaml --report json=r.json -q",
        super::support::BINARY
    );
    let mut shell = std::process::Command::new("sh");
    let done = shell
        .args(["-c", &limited])
        .current_dir(bench.folder.path())
        .output()
        .unwrap();
    let done = super::support::done(&done).code(0);
    assert_eq!(
        bench.json("r.json")["traffic"]["judged"],
        801,
        "{}",
        done.out
    );
}

#[test]
fn of_some_operations_only_their_traffic_is_judged() {
    let bench = Bench::new();
    let broken = [
        entry(&format!("{BASE}/things?{KEY}"), 200, r#"[{"id": 1}]"#),
        entry(&format!("{BASE}/things/7?{KEY}"), 200, r#"{"no": "id"}"#),
        entry(&format!("{BASE}/things/8?{KEY}"), 200, r#"{"no": "id"}"#),
    ];
    judged(&bench, &broken, &[]).code(1);
    let done = judged(&bench, &broken, &["--operation", "things"]).code(0);
    let report = bench.json("r.json");
    let all = report["clauses"].as_array().unwrap();
    assert!(
        all.iter().all(|one| one["operation"] == "things"),
        "{all:?}"
    );
    assert!(report["summary"]["clauses"]["not_chosen"].as_u64() > Some(0));
    let traffic = &report["traffic"];
    assert_eq!([&traffic["matched"], &traffic["judged"]], [3, 1]);
    assert_eq!(traffic["not_judged"][0]["count"], 2);
    assert!(
        done.out.contains("--operation does not name"),
        "{}",
        done.out
    );
    let named = judged(&bench, &broken, &["--operation", "thing"]).code(1);
    assert!(
        named.out.contains("thing/200/body/id/required"),
        "{}",
        named.out
    );
    let unknown = judged(&bench, &broken, &["--operation", "thins"]).code(2);
    assert!(
        unknown.err.contains("did you mean `things`"),
        "{}",
        unknown.err
    );
}
