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
type Told = (u16, Vec<(&'static str, &'static str)>, Value);

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
async fn run(
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

/// A list whose pages have a size and are counted by that parameter.
fn list(next: &str, said: &str) -> String {
    format!(
        "
paths:
  /things:
    get:
      operationId: list
      parameters: [{{name: per_page, in: query, schema: {{type: integer}}}}, {{name: {next}, in: query, schema: {{type: integer{said}}}}}]
      responses: {{'200': {{description: d, content: {{application/json: {{schema: {{type: object, properties: {{
        total_count: {{type: integer}}, things: {{type: array, items: {{type: object, properties: {{id: {{type: integer}}}}}}}}}}}}}}}}}}}}
"
    )
}

/// How a target pages, and whether that is a break.
#[derive(Clone, Copy)]
struct Paging {
    next: &'static str,
    said: &'static str,
    /// What the parameter is for the first page.
    first: usize,
    takes_size: bool,
    repeats: bool,
    /// Whether smaller pages are asked for.
    smaller: bool,
    broken: bool,
}

/// Where one page holds all, smaller pages show how they follow each other; but not where it is not known from where they
/// are counted.
#[tokio::test]
async fn a_walk_of_one_page_is_taken_again_in_smaller_pages() {
    let number = |target: &str, name: &str| {
        let query = target.split_once('?')?.1;
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.find(|(known, _)| *known == name)?;
        value.parse::<usize>().ok()
    };
    let right = Paging {
        next: "page",
        said: ", default: 1",
        first: 1,
        takes_size: true,
        repeats: false,
        smaller: true,
        broken: false,
    };
    let table = [
        Paging {
            repeats: true,
            broken: true,
            ..right
        },
        Paging {
            takes_size: false,
            ..right
        },
        Paging {
            said: "",
            first: 0,
            smaller: false,
            ..right
        },
        Paging {
            next: "offset",
            said: "",
            first: 0,
            ..right
        },
        Paging {
            next: "startIndex",
            said: "",
            smaller: false,
            ..right
        },
        Paging {
            next: "offset",
            said: ", minimum: 1",
            smaller: false,
            ..right
        },
        right,
    ];
    for paging in table {
        let Paging {
            next,
            said,
            first,
            takes_size,
            repeats,
            ..
        } = paging;
        let (sent, plan, finished) = run(
            &list(next, said),
            "list.{valid,walk}",
            move |_, target, _| {
                let size = number(target, "per_page")
                    .filter(|_| takes_size)
                    .unwrap_or(30);
                let at = number(target, next).unwrap_or(first) - first;
                let begin = if next == "page" { at * size } else { at };
                let begin = begin.saturating_sub(usize::from(repeats && at > 0));
                let items: Vec<Value> = (0..7)
                    .skip(begin)
                    .take(size)
                    .map(|id| json!({ "id": id }))
                    .collect();
                (200, vec![], json!({"total_count": 7, "things": items}))
            },
        )
        .await;
        let targets: Vec<&str> = sent.iter().map(|request| request.target.as_str()).collect();
        let is_smaller = targets.contains(&"/things?per_page=3");
        assert_eq!(is_smaller, paging.smaller, "{next}{said} {targets:?}");
        let found = finished.settled.findings.iter();
        let found: Vec<&str> = found.map(|one| plan.clauses.get(one.clause).id()).collect();
        assert_eq!(!found.is_empty(), paging.broken, "{next}{said} {found:?}");
        assert!(targets.len() < 20, "{targets:?}");
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

/// A store of notes that are changed only by who names their present state.
fn notes(parameter: &str, more: &str) -> String {
    let note = format!(
        "{{type: object, required: [title], properties: {{id: {{type: string}}, title: {{type: string}}{more}}}}}"
    );
    let body = format!(
        "requestBody: {{required: true, content: {{application/json: {{schema: {note}}}}}}}"
    );
    let answer = |status: u16| {
        format!("'{status}': {{description: d, content: {{application/json: {{schema: {note}}}}}}}")
    };
    let id = "{name: noteId, in: path, required: true, schema: {type: string}}";
    let refusals = "'404': {description: d}, '409': {description: d}, '412': {description: d}, '428': {description: d}";
    let (one, made) = (answer(200), answer(201));
    format!(
        "paths:
  /notes:
    post: {{operationId: makeNote, {body}, responses: {{{made}}}}}
  /notes/{{noteId}}:
    get: {{operationId: readNote, parameters: [{id}], responses: {{{one}, {refusals}}}}}
    put: {{operationId: putNote, parameters: [{id}{parameter}], {body}, responses: {{{one}, {refusals}}}}}
    delete: {{operationId: dropNote, parameters: [{id}{parameter}], responses: {{'204': {{description: d}}, {refusals}}}}}
"
    )
}

/// What must name the state that it changes does, by ETag or by a member of the body, and so all of it is tested.
#[tokio::test]
async fn a_change_names_the_state_that_it_changes() {
    let header = ", {name: If-Match, in: header, required: true, schema: {type: string}}";
    let version = ", version: {type: integer}";
    for (parameter, more) in [(header, ""), ("", version)] {
        let state: Mutex<Vec<Option<(u64, Value)>>> = Mutex::default();
        let sent: Mutex<Vec<String>> = Mutex::default();
        let answer = |method: &str, target: &str, body: &Value| -> Told {
            let mut all = state.lock().unwrap();
            let Some(id) = target.strip_prefix("/notes/") else {
                all.push(Some((1, body.clone())));
                let id = (all.len() - 1).to_string();
                return (201, vec![], shown(&id, (1, body), !more.is_empty()));
            };
            sent.lock().unwrap().push(format!("{method} {body}"));
            let found = id.parse::<usize>().ok();
            let Some(Some((now, note))) = found.and_then(|id| all.get(id).cloned()) else {
                return (404, vec![], json!({}));
            };
            let is_current = match more.is_empty() {
                true => true,
                false => method == "DELETE" || body["version"] == json!(now),
            };
            match method {
                "GET" => {}
                "PUT" if !body["title"].is_string() => return (404, vec![], json!({})),
                _ if !is_current => return (409, vec![], json!({})),
                "PUT" => all[found.unwrap()] = Some((now + 1, body.clone())),
                _ => {
                    all[found.unwrap()] = None;
                    return (204, vec![], Value::Null);
                }
            }
            let (now, note) = all[found.unwrap()].clone().unwrap_or((now, note));
            (
                200,
                vec![("ETag", TAGS[usize::try_from(now).unwrap()])],
                shown(id, (now, &note), !more.is_empty()),
            )
        };
        let (requests, plan, finished) = run(
            &notes(parameter, more),
            "*.{valid,again,applied,twice,life}",
            answer,
        )
        .await;
        for run in &finished.cases {
            let id = &plan.cases[run.case].id;
            assert_eq!(
                run.standing.verdict(),
                Verdict::Pass,
                "{id}: {}",
                run.standing.reason()
            );
        }
        let tags = requests
            .iter()
            .filter(|one| matches!(&*one.method, "PUT" | "DELETE"));
        let tags = tags
            .flat_map(|one| &one.headers)
            .filter(|(name, _)| name == "If-Match");
        let tags: Vec<&str> = tags.map(|(_, value)| value.as_str()).collect();
        assert!(tags.iter().all(|tag| TAGS.contains(tag)), "{tags:?}");
        assert_eq!(tags.is_empty(), parameter.is_empty());
    }
}

const TAGS: [&str; 9] = [
    "\"0\"", "\"1\"", "\"2\"", "\"3\"", "\"4\"", "\"5\"", "\"6\"", "\"7\"", "\"8\"",
];

/// A note as it is shown.
fn shown(id: &str, (version, note): (u64, &Value), with_version: bool) -> Value {
    let mut shown = note.clone();
    shown["id"] = json!(id);
    if with_version {
        shown["version"] = json!(version);
    }
    shown
}

/// A token in a header leads to the next page, and a version of the API is that of its document.
#[tokio::test]
async fn a_token_in_a_header_leads_on() {
    let document = "
info: {title: t, version: '2021-04-01'}
paths:
  /things:
    get:
      operationId: list
      parameters: [{name: cursor, in: query, schema: {type: string}}, {name: api-version, in: query, required: true, schema: {type: string}}]
      responses:
        '200':
          description: d
          headers: {X-Next-Cursor: {schema: {type: string}}}
          content: {application/json: {schema: {type: array, items: {type: object, properties: {id: {type: integer}}}}}}
";
    let (sent, plan, finished) = run(document, "list.{valid,walk}", |_, target, _| {
        match target.contains("cursor=b") {
            true => (200, vec![], json!([{"id": 3}])),
            false => (
                200,
                vec![("X-Next-Cursor", "b")],
                json!([{"id": 1}, {"id": 2}]),
            ),
        }
    })
    .await;
    let targets: Vec<&str> = sent.iter().map(|request| request.target.as_str()).collect();
    let first = "/things?api-version=2021-04-01";
    assert_eq!(
        targets,
        [first, first, "/things?api-version=2021-04-01&cursor=b"]
    );
    let walk = finished
        .cases
        .iter()
        .find(|run| plan.cases[run.case].id == "list.walk");
    assert_eq!(walk.unwrap().standing.verdict(), Verdict::Pass);
    assert_eq!(walk.unwrap().items, 3);
}
