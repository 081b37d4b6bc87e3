//! Services that answer 200 to everything and tell a refusal in the body, as their documents say: one that refuses so is
//! green, and each that does not is found as the clause that it breaks.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::to_bytes;
use axum::extract::Request;
use conform::{Level, Outcome, Report, Suite};
use serde_json::{Value, json};

const SPEC: &str = r"
openapi: 3.0.3
info: {title: Things, version: '1'}
components:
  securitySchemes: {key: {type: http, scheme: bearer}}
  schemas:
    Thing: {type: object, required: [id, name], properties: {id: {type: integer}, name: {type: string}}}
    New: {type: object, required: [name], properties: {name: {type: string, minLength: 1, maxLength: 40}}}
    One: {type: object, properties: {data: {nullable: true, allOf: [{$ref: '#/components/schemas/Thing'}]}}}
    All: {type: object, properties: {data: {type: array, nullable: true, items: {$ref: '#/components/schemas/Thing'}}}}
security: [{key: []}]
paths:
  /things:
    get:
      operationId: list
      parameters: [{name: kind, in: query, required: true, schema: {type: string, enum: [a, b]}}]
      responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/All'}}}}}
    post:
      operationId: make
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/One'}}}}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: read
      responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/One'}}}}}
    delete: {operationId: drop, responses: {'200': {description: d}}}
";

/// How a service says that it refuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// `{code, msg, data}`
    Code,
    /// `{success, errors, data}`
    Success,
    /// `{ok, error}`
    Ok,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    None,
    /// The key is not looked at.
    Open,
    /// Without the key all is shown, beside the error.
    Shown,
    /// A thing needs no name.
    Nameless,
    /// What is refused looks like a success.
    Silent,
    /// What is deleted stays.
    Kept,
}

/// What a service holds.
struct Service {
    says: Says,
    fault: Fault,
    things: Mutex<BTreeMap<u64, Value>>,
}

impl Service {
    fn fine(&self, data: Value) -> Value {
        match self.says {
            Says::Code => json!({"code": 0, "msg": "ok", "data": data}),
            Says::Success => json!({"success": true, "errors": [], "data": data}),
            Says::Ok => json!({"ok": true, "data": data}),
        }
    }

    fn refused(&self, code: u64, why: &str) -> Value {
        match self.says {
            Says::Code => json!({"code": code, "msg": why}),
            Says::Success => json!({"success": false, "errors": [{"message": why}], "data": null}),
            Says::Ok => json!({"ok": false, "error": why}),
        }
    }

    fn answer(&self, method: &str, target: &str, has_key: bool, body: Option<Value>) -> Value {
        if has_key || self.fault == Fault::Open {
            return self.done(method, target, body);
        }
        let mut refused = self.refused(40_101, "invalid token");
        if self.fault == Fault::Shown && method == "GET" {
            refused["data"] = self.done(method, target, body)["data"].clone();
        }
        refused
    }

    fn done(&self, method: &str, target: &str, body: Option<Value>) -> Value {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut things = self.things.lock().unwrap();
        let id = path.strip_prefix("/things/");
        let Some(id) = id else {
            if method != "POST" {
                return match query {
                    "kind=a" | "kind=b" => self.fine(things.values().cloned().collect()),
                    _ => self.refused(40_000, "kind is required"),
                };
            }
            let name = body.and_then(|body| body.get("name").cloned());
            let is_name = |name: &Value| {
                let text = name.as_str().unwrap_or_default();
                (1..=40).contains(&text.chars().count())
            };
            let name = match name.filter(is_name) {
                None if self.fault == Fault::Silent => {
                    return self.fine(json!({}));
                }
                None if self.fault != Fault::Nameless => {
                    return self.refused(40_000, "name is required");
                }
                name => name.unwrap_or_else(|| json!("none")),
            };
            let id = things.keys().max().unwrap_or(&0) + 1;
            things.insert(id, json!({"id": id, "name": name}));
            return self.fine(things[&id].clone());
        };
        let id: u64 = id.parse().unwrap_or(u64::MAX);
        match (things.get(&id).cloned(), method) {
            (None, _) => self.refused(40_400, "no such thing"),
            (Some(_), "DELETE") => {
                if self.fault != Fault::Kept {
                    things.remove(&id);
                }
                self.fine(Value::Null)
            }
            (Some(thing), _) => self.fine(thing),
        }
    }
}

/// What a run finds, and the things that are there afterwards.
fn run(says: Says, fault: Fault) -> (Report, usize) {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(2).enable_all().build();
    runtime.unwrap().block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let spec = folder.path().join("things.yaml");
        std::fs::write(&spec, SPEC).unwrap();
        let one = json!({"id": 1, "name": "one"});
        let service = Arc::new(Service {
            says,
            fault,
            things: Mutex::new(BTreeMap::from([(1, one)])),
        });
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let own = Arc::clone(&service);
        let app = axum::Router::new().fallback(move |request: Request| {
            let service = Arc::clone(&own);
            async move {
                let (parts, body) = request.into_parts();
                let body = to_bytes(body, 1 << 20).await.unwrap();
                let key = parts.headers.get("authorization");
                let has_key = key.is_some_and(|key| key == "Bearer the-right-token");
                let is_json = parts
                    .headers
                    .get("content-type")
                    .is_some_and(|kind| kind == "application/json");
                let body = serde_json::from_slice(&body).ok().filter(|_| is_json);
                let answer =
                    service.answer(parts.method.as_str(), &parts.uri.to_string(), has_key, body);
                ([("content-type", "application/json")], answer.to_string())
            }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        let suite = Suite::embedded()
            .without_embedded()
            .spec(spec)
            .base_url(format!("http://{address}"))
            .credentials("the-right-token", "")
            .derived()
            .allow_writes();
        let report = suite.run().await.unwrap();
        let count = service.things.lock().unwrap().len();
        (report, count)
    })
}

/// The ids of the findings that gate.
fn gating(report: &Report) -> Vec<&str> {
    let gating = report.findings.iter();
    let gating = gating.filter(|finding| finding.level > Level::Info);
    gating.map(|finding| finding.clause.as_str()).collect()
}

#[test]
fn a_service_that_refuses_in_the_body_keeps_its_contract() {
    for says in [Says::Code, Says::Success, Says::Ok] {
        let (report, count) = run(says, Fault::None);
        assert!(
            report.findings.is_empty(),
            "{says:?}: {:?}",
            report.findings
        );
        assert_eq!(
            report.outcome,
            Outcome::Conformant,
            "{says:?}: {:?}",
            report.complaint()
        );
        assert!(report.left.is_empty(), "{says:?}: {:?}", report.left);
        assert_eq!(count, 1, "{says:?}");
        let held = |id: &str| {
            let case = report.cases.iter().find(|case| case.id == id);
            case.unwrap_or_else(|| panic!("{id}")).reason.clone()
        };
        for id in [
            "list.no-credentials",
            "list.no-kind",
            "make.body-no-name",
            "read.unknown-id",
        ] {
            assert!(
                held(id).starts_with("refused in the body"),
                "{says:?} {id}: {}",
                held(id)
            );
        }
    }
}

#[test]
fn what_does_not_refuse_is_found_in_the_body_as_well() {
    for (says, fault, wanted) in [
        (
            Says::Ok,
            Fault::Open,
            vec![
                "drop/security",
                "list/security",
                "make/security",
                "read/security",
            ],
        ),
        (
            Says::Code,
            Fault::Shown,
            vec!["list/security", "read/security"],
        ),
        (
            Says::Success,
            Fault::Shown,
            vec!["list/security", "read/security"],
        ),
        (
            Says::Code,
            Fault::Nameless,
            vec!["make/body/name/required", "make/body/required"],
        ),
        (
            Says::Success,
            Fault::Silent,
            vec!["make/body/name/required", "make/body/required"],
        ),
        (Says::Code, Fault::Kept, vec!["drop/state/gone"]),
    ] {
        let (report, _) = run(says, fault);
        let mut found = gating(&report);
        found.sort_unstable();
        assert_eq!(found, wanted, "{says:?} {fault:?}");
    }
}
