//! What a derived battery that writes does to services that name what they made in unusual ways: what was there before stays as
//! it was, nobody is accused, and what the run made is gone or told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::battery::{Battery, Plan, Selection};
use crate::contract::{Contract, Level};
use crate::derive::{Wish, derive};
use crate::exchange::{Answer, Attempt, BodyEnd, Exchange, Request};
use crate::ledger::Gate;
use crate::transport::{Pausing, Sending, Transport, at_once};

use super::made::Keeping;
use super::{Left, RunOptions, Runner, Silence, Stop};

/// A status, headers and a body.
type Reply = (u16, Vec<(&'static str, String)>, Value);
/// What answers a method, a path and a body.
type Answering = fn(&mut State, &str, &str, Option<Value>) -> Reply;

/// What a service holds, by path, and all that it was sent but reads.
#[derive(Default)]
struct State {
    things: BTreeMap<String, Value>,
    next: u64,
    log: Vec<String>,
    keys: Vec<String>,
}

impl State {
    fn fresh(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

/// Answers out of what it holds.
struct Service {
    state: Mutex<State>,
    answer: Answering,
}

impl Transport for Service {
    fn send(&self, request: Request) -> Sending<'_> {
        let mut state = self.state.lock().unwrap();
        let path = request.target.split('?').next().unwrap_or_default();
        let body = request.body.as_ref();
        let body = body.filter(|body| body.media_type == "application/json");
        let body = body.and_then(|body| serde_json::from_slice(&body.bytes).ok());
        if super::made::is_write(&request.method) {
            state.log.push(format!("{} {path}", request.method));
        }
        let mut headers = request.headers.iter();
        let key = headers.find(|(name, _)| name.eq_ignore_ascii_case("Idempotency-Key"));
        state.keys.extend(key.map(|(_, value)| value.clone()));
        let (status, headers, body) = (self.answer)(&mut state, &request.method, path, body);
        let owned = |(name, value): (&str, String)| (name.to_owned(), value);
        let mut headers: Vec<_> = headers.into_iter().map(owned).collect();
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        let answer = Answer {
            status,
            headers,
            body: Arc::new(match status {
                204 => Vec::new(),
                _ => body.to_string().into_bytes(),
            }),
            end: BodyEnd::Complete,
        };
        let exchange = Exchange {
            url: request.target.clone(),
            request,
            headers: Vec::new(),
            attempts: vec![Attempt {
                result: Ok(answer),
                took: Duration::ZERO,
                waited: Duration::ZERO,
            }],
        };
        Box::pin(std::future::ready(exchange))
    }

    fn pause(&self, _: Duration) -> Pausing<'_> {
        at_once()
    }
}

/// What came of a run.
struct Ran {
    state: State,
    left: Vec<Left>,
    gating: Vec<String>,
}

impl Ran {
    /// What was sent to that path.
    fn sent(&self, path: &str) -> Vec<&str> {
        let all = self.state.log.iter().map(String::as_str);
        all.filter(|line| line.ends_with(&format!(" {path}")))
            .collect()
    }

    fn why(&self) -> Vec<&str> {
        self.left.iter().map(|one| &*one.why).collect()
    }
}

async fn run(
    document: &str,
    given: &[(&str, &str)],
    things: &[(&str, Value)],
    answer: Answering,
) -> Ran {
    let contract = Contract::load("t.yaml", document.to_owned(), &[]).unwrap();
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let parameters: BTreeMap<String, String> = given.iter().map(owned).collect();
    let wish = Wish {
        writes: true,
        parameters: parameters.clone(),
        ..Wish::default()
    };
    let derived = derive(&contract, &wish);
    let mut battery = Battery::default();
    battery.add_derived("derived", derived.cases, derived.bindings);
    let selection = Selection {
        allow_writes: true,
        parameters,
        ..Selection::default()
    };
    let plan = Plan::new(Arc::new(contract), &battery, &selection).unwrap();
    let things = things.iter();
    let service = Service {
        state: Mutex::new(State {
            things: things
                .map(|(path, thing)| ((*path).to_owned(), thing.clone()))
                .collect(),
            ..State::default()
        }),
        answer,
    };
    let mark = "cab12";
    let (gate, stop) = (Gate::default(), Stop::default());
    let options = RunOptions {
        mark: mark.to_owned(),
        ..RunOptions::default()
    };
    let keeping = Keeping::new(&plan, &service, mark);
    let runner = Runner {
        account: Some(&keeping),
        ..Runner::new(&plan, &keeping, options, &gate, &Silence, &stop)
    };
    let finished = runner.run().await;
    let left = keeping.clean(false).await;
    let findings = finished.settled.findings.iter();
    let gating = findings.filter(|one| one.level > Level::Info);
    let gating = gating.map(|one| plan.clauses.get(one.clause).id().to_owned());
    Ran {
        gating: gating.collect(),
        left,
        state: service.state.into_inner().unwrap(),
    }
}

/// A document of these paths, each with what its operations are.
fn document(schema: &str, paths: &[(&str, &str)]) -> String {
    let mut text = format!("components: {{schemas: {{Thing: {schema}}}}}\npaths:\n");
    for (path, operations) in paths {
        text += &format!("  {path}:\n");
        for line in operations.lines() {
            text += &format!("    {}\n", line.trim_start());
        }
    }
    let one = "content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}";
    text.replace("BODY", &format!("requestBody: {{required: true, {one}}}"))
        .replace("THING", &format!("{{description: d, {one}}}"))
        .replace("DONE", "{description: d}")
}

const ONE: &str = "parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: getOne, responses: {'200': THING, '404': DONE}}
    patch: {operationId: editOne, BODY, responses: {'200': THING, '404': DONE}}
    delete: {operationId: dropOne, responses: {'204': DONE, '404': DONE}}";

fn reply(status: u16, body: Value) -> Reply {
    (status, Vec::new(), body)
}

/// Reads, changes and deletes what is there.
fn held(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let Some(thing) = state.things.get_mut(path) else {
        return reply(404, json!({}));
    };
    match method {
        "GET" => reply(200, thing.clone()),
        "DELETE" => {
            state.things.remove(path);
            reply(204, json!({}))
        }
        _ => {
            let more = body.as_ref().and_then(Value::as_object).cloned();
            thing
                .as_object_mut()
                .unwrap()
                .extend(more.unwrap_or_default());
            reply(200, thing.clone())
        }
    }
}

/// Takes only what the schema of most tests allows.
fn is_right(body: &Option<Value>) -> bool {
    let is_text = |value: Option<&Value>| value.is_none_or(Value::is_string);
    body.as_ref()
        .is_some_and(|body| body["name"].is_string() && is_text(body.get("id")))
}

const NAMED: &str =
    "{type: object, required: [name], properties: {id: {type: string}, name: {type: string}}}";

/// A PUT that makes what is not there is only about what this run called so, unless the user says of that operation what else.
#[tokio::test]
async fn a_put_that_may_create_takes_nobodys_name() {
    let document = document(
        NAMED,
        &[(
            "/files/{id}",
            "parameters: [{name: id, in: path, required: true, schema: {type: string}}]
            get: {operationId: getOne, responses: {'200': THING, '404': DONE}}
            put: {operationId: putOne, BODY, responses: {'200': THING, '201': THING, '400': DONE}}
            delete: {operationId: dropOne, responses: {'204': DONE, '404': DONE}}",
        )],
    );
    let answer = |state: &mut State, method: &str, path: &str, body: Option<Value>| {
        if method != "PUT" {
            return held(state, method, path, body);
        }
        if !is_right(&body) {
            return reply(400, json!({}));
        }
        let body = body.unwrap_or_default();
        let before = state.things.insert(path.to_owned(), body.clone());
        reply(if before.is_some() { 200 } else { 201 }, body)
    };
    let dear = [("/files/dear", json!({"name": "dear"}))];
    for (given, puts) in [
        (vec![], false),
        (vec![("id", "dear")], false),
        (vec![("putOne:id", "dear")], true),
    ] {
        let ran = run(&document, &given, &dear, answer).await;
        assert_eq!(ran.gating, Vec::<String>::new(), "{given:?}");
        assert_eq!(ran.sent("/files/dear").is_empty(), !puts, "{given:?}");
        assert!(!ran.state.log.contains(&"DELETE /files/dear".to_owned()));
        let there: Vec<&String> = ran.state.things.keys().collect();
        assert_eq!(there, ["/files/dear"], "{given:?}");
        assert!(ran.state.log.len() > 3, "{:?}", ran.state.log);
    }
}

/// A link to a job is no link to what the job is to make.
#[tokio::test]
async fn the_id_of_a_job_is_not_that_of_what_it_makes() {
    let document = document(
        NAMED,
        &[
            (
                "/clusters",
                "get: {operationId: all, responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}}}
                post: {operationId: make, BODY, responses: {'202': {description: d, headers: {Location: {schema: {type: string}}}, content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}, '400': DONE}}",
            ),
            ("/clusters/{id}", ONE),
        ],
    );
    let answer =
        |state: &mut State, method: &str, path: &str, body: Option<Value>| match (method, path) {
            ("GET", "/clusters") => reply(200, json!(Vec::from_iter(state.things.values()))),
            ("POST", _) if is_right(&body) => {
                let job = state.fresh();
                let id = format!("x{}", job + 100);
                let name = body.unwrap_or_default()["name"].clone();
                state
                    .things
                    .insert(format!("/clusters/{id}"), json!({"id": id, "name": name}));
                let link = ("Location", format!("/jobs/{job}"));
                (202, vec![link], json!({"id": job.to_string()}))
            }
            ("PATCH", _) | ("POST", _) if !is_right(&body) => reply(400, json!({})),
            _ => held(state, method, path, body),
        };
    let dear: Vec<(String, Value)> = (1..20)
        .map(|n| {
            (
                format!("/clusters/{n}"),
                json!({"id": n.to_string(), "name": "dear"}),
            )
        })
        .collect();
    let dear: Vec<(&str, Value)> = dear.iter().map(|(at, one)| (&**at, one.clone())).collect();
    let ran = run(&document, &[], &dear, answer).await;
    let there = ran.state.things.iter();
    let there: Vec<(&str, Value)> = there.map(|(at, one)| (&**at, one.clone())).collect();
    let mut before = dear.clone();
    before.sort_by_key(|(at, _)| *at);
    assert_eq!(there, before, "{:?}", ran.state.log);
    assert_eq!(ran.why(), Vec::<&str>::new());
    assert_eq!(ran.gating, Vec::<String>::new());
}

/// What is answered may be what the new thing belongs to, or have something else in it that has an id.
#[tokio::test]
async fn the_id_of_something_else_in_an_answer_is_not_that_of_what_was_made() {
    let list = "get: {operationId: all, responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}}}";
    for shape in [
        "{type: object}",
        "{type: object, properties: {id: {type: integer}, owner: {type: object, properties: {id: {type: integer}}}}}",
    ] {
        let make = format!(
            "post: {{operationId: make, BODY, responses: {{'201': {{description: d, content: {{application/json: {{schema: {shape}}}}}}}, '400': DONE}}}}"
        );
        let paths = [
            ("/orders", &*format!("{list}\n{make}")),
            ("/orders/{id}", ONE),
        ];
        let document = document(NAMED, &paths);
        let nested = |state: &mut State, method: &str, path: &str, body: Option<Value>| {
            make_and_tell(
                state,
                (method, path),
                body,
                |_, _| json!({"accepted": true, "owner": {"id": 3}}),
            )
        };
        let parent = |state: &mut State, method: &str, path: &str, body: Option<Value>| {
            make_and_tell(
                state,
                (method, path),
                body,
                |id, name| json!({"id": 3, "title": "t", "orders": [{"id": 3, "name": "dear"}, {"id": id, "name": name}]}),
            )
        };
        let answers: [Answering; 2] = [nested, parent];
        for answer in answers {
            let dear = [("/orders/3", json!({"id": 3, "name": "dear"}))];
            let ran = run(&document, &[], &dear, answer).await;
            assert_eq!(ran.sent("/orders/3"), Vec::<&str>::new(), "{shape}");
            let there: Vec<&String> = ran.state.things.keys().collect();
            assert_eq!(there, ["/orders/3"], "{shape} {:?}", ran.why());
            assert_eq!(ran.why(), Vec::<&str>::new(), "{shape}");
            let accused = ran
                .gating
                .iter()
                .filter(|id| !id.contains("/200/") && !id.contains("/201/"));
            assert_eq!(accused.count(), 0, "{shape} {:?}", ran.gating);
        }
    }
}

/// Makes an order and tells of it so.
fn make_and_tell(
    state: &mut State,
    (method, path): (&str, &str),
    body: Option<Value>,
    tell: fn(u64, &Value) -> Value,
) -> Reply {
    match (method, path) {
        ("GET", "/orders") => reply(200, json!(Vec::from_iter(state.things.values()))),
        ("POST" | "PATCH", _) if !is_right(&body) => reply(400, json!({})),
        ("POST", _) => {
            let id = state.fresh() + 100;
            let name = body.unwrap_or_default()["name"].clone();
            let told = tell(id, &name);
            let one = json!({"id": id.to_string(), "name": name});
            state.things.insert(format!("/orders/{id}"), one);
            reply(201, told)
        }
        _ => held(state, method, path, body),
    }
}
