//! What is derived of a small document, run against a target that a test makes: what is sent in turn, and what it shows.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::battery::{Battery, Plan, Selection};
use crate::contract::Contract;
use crate::derive::{Wish, derive, files};
use crate::exchange::{Answer, Attempt, BodyEnd, Exchange, Request};
use crate::ledger::{Gate, Verdict};
use crate::transport::{Pausing, Sending, Transport, at_once};

use super::made::Keeping;
use super::{Finished, RunOptions, Runner, Silence, Stop};

/// Answers each request as a function does.
struct Target<F> {
    answer: F,
    sent: Mutex<Vec<Request>>,
}

/// A status, headers and a body.
pub(super) type Told = (u16, Vec<(&'static str, &'static str)>, Value);

impl<F: Fn(&str, &str, &Value) -> Told + Send + Sync> Transport for Target<F> {
    fn send(&self, request: Request) -> Sending<'_> {
        let body = request.body.as_ref();
        let body = body.and_then(|body| serde_json::from_slice(&body.bytes).ok());
        let body = body.unwrap_or(Value::Null);
        let (status, headers, told) = (self.answer)(&request.method, &request.target, &body);
        self.sent.lock().unwrap().push(request.clone());
        let mut headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        let answer = Answer {
            status,
            headers,
            body: Arc::new(match told {
                Value::Null => Vec::new(),
                told => told.to_string().into_bytes(),
            }),
            end: BodyEnd::Complete,
        };
        let attempt = Attempt {
            result: Ok(answer),
            took: Duration::ZERO,
            waited: Duration::ZERO,
        };
        let exchange = Exchange {
            url: request.target.clone(),
            request,
            headers: Vec::new(),
            attempts: vec![attempt],
        };
        Box::pin(async move { exchange })
    }

    fn pause(&self, _time: Duration) -> Pausing<'_> {
        at_once()
    }
}

/// Runs the cases of a document whose ids begin so; what was sent, the plan and what came of it.
pub(super) async fn run(
    document: &str,
    only: &str,
    answer: impl Fn(&str, &str, &Value) -> Told + Send + Sync,
) -> (Vec<Request>, Plan, Finished) {
    let contract = Contract::load("t.yaml", document.to_owned(), &[]).unwrap();
    let wish = Wish {
        writes: true,
        ..Wish::default()
    };
    let mut derived = derive(&contract, &wish);
    derived
        .cases
        .retain(|case| glob_match::glob_match(only, &case.case));
    for case in &mut derived.cases {
        // What it would come after is left out.
        case.after.retain(|id| glob_match::glob_match(only, id));
    }
    let mut battery = Battery::default();
    for file in files(&derived) {
        battery.add(&file.path, &file.text, false).unwrap();
    }
    let selection = Selection {
        allow_writes: true,
        ..Selection::default()
    };
    let plan = Plan::new(Arc::new(contract), &battery, &selection).unwrap();
    let target = Target {
        answer,
        sent: Mutex::default(),
    };
    let (gate, stop, options) = (Gate::default(), Stop::default(), RunOptions::default());
    let keeping = Keeping::new(&plan, &target, "c0000000");
    let runner = Runner {
        account: Some(&keeping),
        ..Runner::new(&plan, &keeping, options, &gate, &Silence, &stop)
    };
    let finished = runner.run().await;
    drop(keeping);
    let sent = target.sent.into_inner().unwrap();
    (sent, plan, finished)
}

/// The bodies of requests, without what marks them.
fn bodies(sent: &[Request]) -> Vec<Value> {
    let bodies = sent.iter().filter_map(|request| request.body.as_ref());
    let bodies = bodies.map(|body| serde_json::from_slice(&body.bytes).unwrap());
    bodies
        .map(|mut body: Value| {
            for value in body
                .as_object_mut()
                .into_iter()
                .flat_map(|map| map.values_mut())
            {
                if value
                    .as_str()
                    .is_some_and(|text| text.starts_with("conform-"))
                {
                    *value = json!("MARK");
                }
            }
            body
        })
        .collect()
}

fn keys(body: &str) -> String {
    format!(
        "paths:\n  /keys:\n    post:\n      operationId: make\n      requestBody: {{content: {{application/json: {{schema: {body}}}}}}}\n      responses: {{'201': {{description: d}}, '422': {{description: d}}}}\n"
    )
}

const KEY: &str = "{type: object, required: [name], properties: {name: {type: string}, kind: {type: string, enum: [ksk]}, bits: {type: integer}, values: {type: array, items: {type: string}}}}";

/// What the words of a refusal name is added to what was refused, and nothing that was refused is sent once more.
#[tokio::test]
async fn what_a_refusal_names_is_added_and_nothing_else() {
    let needs = |member: &'static str| {
        move |_: &str, _: &str, body: &Value| match body.get(member) {
            Some(_) => (201, vec![], json!({})),
            None => (
                422,
                vec![],
                json!({"error": format!("Key '{member}' not present")}),
            ),
        }
    };
    let document = keys(KEY);
    let (sent, _, finished) = run(&document, "make.valid", needs("kind")).await;
    assert_eq!(
        bodies(&sent),
        [
            json!({"name": "MARK"}),
            json!({"name": "MARK", "kind": "ksk"})
        ]
    );
    assert_eq!(finished.cases[0].standing.verdict(), Verdict::Pass);
    // A list is in none of the bodies that are sent whole.
    let (sent, ..) = run(&document, "make.valid", needs("values")).await;
    assert_eq!(
        bodies(&sent)[1],
        json!({"name": "MARK", "values": ["text"]})
    );
    let (sent, ..) = run(&document, "make.valid", |_, _, _| (422, vec![], json!({}))).await;
    assert_eq!(
        bodies(&sent),
        [
            json!({"name": "MARK"}),
            json!({"name": "MARK", "kind": "ksk", "bits": 1})
        ]
    );
    let plain = keys("{type: object, properties: {name: {type: string}}, required: [name]}");
    let (sent, ..) = run(&plain, "make.valid", |_, _, _| {
        (422, vec![], json!({"name": "taken"}))
    })
    .await;
    assert_eq!(bodies(&sent), [json!({"name": "MARK"})]);
}

/// An empty list of things to make makes nothing, so one with an item comes after it.
#[tokio::test]
async fn where_no_items_show_nothing_one_is_sent() {
    let document = keys(&format!("{{type: array, items: {KEY}}}"));
    let item = json!([{"name": "text"}]);
    for (to_none, to_one, count) in [
        (json!([]), 201, 2),
        (Value::Null, 201, 2),
        (json!({"made": 0}), 201, 1),
        (json!([]), 422, 2),
    ] {
        let (sent, _, finished) = run(&document, "make.valid", |_, _, body| match body {
            Value::Array(items) if items.is_empty() => (201, vec![], to_none.clone()),
            _ => (to_one, vec![], json!({})),
        })
        .await;
        let bodies = bodies(&sent);
        assert_eq!(bodies.len(), count, "{bodies:?}");
        assert_eq!(bodies[0], json!([]));
        assert!(count < 2 || bodies[1] == item, "{bodies:?}");
        assert_eq!(finished.cases[0].standing.verdict(), Verdict::Pass);
    }
}

/// What is no JSON is asked for by its name.
#[tokio::test]
async fn an_answer_that_is_no_json_is_asked_for() {
    let document = |types: &str| {
        format!(
            "paths: {{/image: {{get: {{operationId: image, responses: {{'200': {{description: d, content: {{{types}}}}}}}}}}}}}"
        )
    };
    for (types, wanted) in [
        (
            "image/webp: {}, image/png: {}",
            Some("image/webp, image/png, */*;q=0.1"),
        ),
        ("image/webp: {}, application/json: {}", None),
        ("image/*: {}", None),
    ] {
        let (sent, ..) = run(&document(types), "image.valid", |_, _, _| {
            (200, vec![], json!({}))
        })
        .await;
        let named = sent[0].headers.iter().find(|(name, _)| name == "Accept");
        assert_eq!(named.map(|(_, value)| value.as_str()), wanted, "{types}");
    }
}

/// What would be changed is not there since it could not be made, and that is said.
#[tokio::test]
async fn a_create_that_was_refused_is_named_where_its_id_is_missing() {
    let id = "parameters: [{name: zone_id, in: path, required: true, schema: {type: string}}]";
    let body = "requestBody: {content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}}";
    let document = format!(
        "paths:\n  /zones:\n    post: {{operationId: makeZone, {body}, responses: {{'201': {{description: d}}}}}}\n  /zones/{{zone_id}}:\n    delete: {{operationId: dropZone, {id}, responses: {{'204': {{description: d}}}}}}\n"
    );
    let (_, plan, finished) = run(&document, "*", |_, _, _| (422, vec![], json!({}))).await;
    let case = plan
        .cases
        .iter()
        .position(|case| case.id == "dropZone.valid");
    let run = finished
        .cases
        .iter()
        .find(|run| Some(run.case) == case)
        .unwrap();
    let why = "no id found for {zone_id}, since makeZone was answered 422, give --param dropZone:zone_id=…";
    assert_eq!(run.standing.reason(), why);
}
