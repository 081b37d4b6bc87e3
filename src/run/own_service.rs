//! A service that a test describes, against which a derived battery that writes is run.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::battery::{Battery, Plan, Selection};
use crate::contract::{Contract, Level};
use crate::derive::{Wish, derive};
use crate::exchange::{Answer, Attempt, BodyEnd, Credentials, Exchange, Failure, Request};
use crate::ledger::Gate;
use crate::transport::{Pausing, Sending, Transport, at_once};

use super::made::Keeping;
use super::{Left, RunOptions, Runner, Silence, Stop};

/// A status, headers and a body.
pub(super) type Reply = (u16, Vec<(&'static str, String)>, Value);
/// What answers a method, a path and a body.
pub(super) type Answering = fn(&mut State, &str, &str, Option<Value>) -> Reply;

/// The one exchange that a request comes to.
pub(super) fn exchanged(request: Request, result: Result<Answer, Failure>) -> Exchange {
    Exchange {
        url: request.target.clone(),
        request,
        headers: Vec::new(),
        attempts: vec![Attempt {
            result,
            took: Duration::ZERO,
            waited: Duration::ZERO,
        }],
    }
}

/// An answer of JSON.
pub(super) fn json_of(status: u16, body: &Value) -> Answer {
    Answer {
        status,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: Arc::new(body.to_string().into_bytes()),
        end: BodyEnd::Complete,
    }
}

/// What a service holds, by path, and all that it was sent but reads.
#[derive(Default)]
pub(super) struct State {
    pub(super) things: BTreeMap<String, Value>,
    pub(super) next: u64,
    pub(super) log: Vec<String>,
    pub(super) keys: Vec<String>,
    /// The query of the present request, its `If-Match`, and all of its headers.
    pub(super) query: String,
    pub(super) if_match: Option<String>,
    pub(super) headers: Vec<(String, String)>,
    /// As whom the present request comes.
    pub(super) who: Credentials,
}

impl State {
    pub(super) fn fresh(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

/// Answers out of what it holds.
pub(super) struct Service {
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
        let query = request.target.split_once('?').map(|(_, query)| query);
        state.query = query.unwrap_or_default().to_owned();
        state.headers.clone_from(&request.headers);
        let mut headers = request.headers.iter();
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case("If-Match"));
        state.who = request.credentials;
        state.if_match = found.map(|(_, value)| value.clone());
        let mut headers = request.headers.iter();
        let key = headers.find(|(name, _)| name.eq_ignore_ascii_case("Idempotency-Key"));
        state
            .keys
            .push(key.map(|(_, value)| value.clone()).unwrap_or_default());
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
        let exchange = exchanged(request, Ok(answer));
        Box::pin(std::future::ready(exchange))
    }

    fn pause(&self, _: Duration) -> Pausing<'_> {
        at_once()
    }
}

/// What came of a run.
pub(super) struct Ran {
    pub(super) state: State,
    pub(super) left: Vec<Left>,
    pub(super) gating: Vec<String>,
}

impl Ran {
    /// What was sent to that path.
    pub(super) fn sent(&self, path: &str) -> Vec<&str> {
        let all = self.state.log.iter().map(String::as_str);
        all.filter(|line| line.ends_with(&format!(" {path}")))
            .collect()
    }

    pub(super) fn why(&self) -> Vec<&str> {
        self.left.iter().map(|one| &*one.why).collect()
    }
}

pub(super) async fn run(
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
pub(super) fn document(schema: &str, paths: &[(&str, &str)]) -> String {
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

pub(super) const ONE: &str =
    "parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: getOne, responses: {'200': THING, '404': DONE}}
    patch: {operationId: editOne, BODY, responses: {'200': THING, '404': DONE}}
    delete: {operationId: dropOne, responses: {'204': DONE, '404': DONE}}";

pub(super) fn reply(status: u16, body: Value) -> Reply {
    (status, Vec::new(), body)
}

/// Reads, changes and deletes what is there.
pub(super) fn held(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
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
pub(super) fn is_right(body: &Option<Value>) -> bool {
    let is_text = |value: Option<&Value>| value.is_none_or(Value::is_string);
    body.as_ref()
        .is_some_and(|body| body["name"].is_string() && is_text(body.get("id")))
}

pub(super) const NAMED: &str =
    "{type: object, required: [name], properties: {id: {type: string}, name: {type: string}}}";

pub(super) const LIST: &str = "get: {operationId: all, responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Thing'}}}}}}}";
pub(super) const MAKE: &str =
    "post: {operationId: make, BODY, responses: {'201': THING, '400': DONE}}";

/// Makes an order and tells of it so.
pub(super) fn make_and_tell(
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
