//! The lives of what a run makes, on servers in memory: such as keep their contract in an unusual way are not accused, and
//! such as do nothing are.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Map, Value, json};

use crate::battery::{Battery, Plan, Selection};
use crate::contract::{Contract, Level};
use crate::derive::{Wish, derive};
use crate::exchange::{Answer, BodyEnd, Request};
use crate::ledger::Gate;
use crate::transport::{Pausing, Sending, Transport};

use super::own_service::exchanged;
use super::recording::played;
use super::{RunOptions, marks};

/// How a server is unlike the one that everybody thinks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quirk {
    Plain,
    /// What is not there is `{}`.
    EmptyForNothing,
    /// Each write is answered 202 and done a minute later; the answer to a create has the id of the job.
    Later,
    /// Reads come from a replica that is so many milliseconds behind; a PUT is answered 204.
    Behind(u64),
    /// The same, as a cache tells with `Age`.
    Cached,
    /// A deletion only sets a state.
    Cancels,
    /// A deletion only clears a flag.
    ClearsFlag,
    /// The text is stored in capitals, without telling the one who sends it.
    Capitals,
    /// The text is masked wherever it is read.
    Masks,
    /// Each step gets a new id with each PUT.
    NewIds,
    /// The list has what is published only.
    Drafts,
    /// What is made is not found, since `name` is not the id that the document's path means.
    NotByName,
    /// An update is answered with what was there, and changes nothing.
    NoUpdate,
    /// A deletion does nothing.
    NoDelete,
    /// What is made cannot be read.
    NotReadable,
    /// What is made is not listed.
    NotListed,
    /// The second PUT counts, too.
    Counts,
}

/// The document; the parameter is called so, and the list and the deletion are described so.
fn document(parameter: &str, list: &str, delete: &str) -> String {
    let note = "type: object, required: [name], properties: {name: {type: string, maxLength: 60}, size: {type: integer}, steps: {type: array, minItems: 1, items: {type: object, required: [do], properties: {do: {type: string, example: go}}}}}";
    let id = match parameter {
        "id" => "id: {type: integer}, ",
        _ => "",
    };
    let shown = note.replace(
        "properties: {",
        &format!("properties: {{{id}active: {{type: boolean}}, status: {{type: string}}, "),
    );
    let body = format!("requestBody: {{required: true, content: {{application/json: {{schema: {{{note}, required: [name, size, steps]}}}}}}}}")
        .replace("required: [name], ", "");
    let one = format!("{{description: d, content: {{application/json: {{schema: {{{shown}}}}}}}}}");
    let all = format!(
        "{{description: d, content: {{application/json: {{schema: {{type: array, items: {{{shown}}}}}}}}}}}"
    );
    let kind = match parameter {
        "id" => "integer",
        _ => "string",
    };
    format!(
        "paths:
  /notes:
    get: {{operationId: notes, summary: {list}, responses: {{'200': {all}}}}}
    post: {{operationId: add, {body}, responses: {{'201': {one}, '202': {one}, '400': {{description: d}}}}}}
  /notes/{{{parameter}}}:
    parameters: [{{name: {parameter}, in: path, required: true, schema: {{type: {kind}}}}}]
    get: {{operationId: note, responses: {{'200': {one}, '404': {{description: d}}}}}}
    put: {{operationId: put, {body}, responses: {{'200': {one}, '202': {one}, '204': {{description: d}}, '400': {{description: d}}, '404': {{description: d}}}}}}
    delete: {{operationId: drop, summary: {delete}, responses: {{'202': {{description: d}}, '204': {{description: d}}, '404': {{description: d}}}}}}
"
    )
}

type Notes = BTreeMap<u64, Value>;

struct Server {
    quirk: Quirk,
    state: Mutex<State>,
}

struct State {
    now: Duration,
    /// All that was there, each from some moment on.
    past: Vec<(Duration, Notes)>,
    made: u64,
}

impl State {
    fn at(&self, ago: Duration) -> Notes {
        let moment = self.now.saturating_sub(ago);
        let before = self.past.iter().rfind(|(since, _)| *since <= moment);
        before.map(|(_, notes)| notes.clone()).unwrap_or_default()
    }

    fn put(&mut self, after: Duration, change: impl FnOnce(&mut Notes)) {
        let mut notes = self.past.last().unwrap().1.clone();
        change(&mut notes);
        self.past.push((self.now + after, notes));
    }
}

impl Server {
    fn new(quirk: Quirk) -> Server {
        let one = json!({"id": 1, "name": "dear", "size": 1, "steps": [{"do": "x"}], "active": true, "status": "published"});
        Server {
            quirk,
            state: Mutex::new(State {
                now: Duration::from_secs(1000),
                past: vec![(Duration::ZERO, BTreeMap::from([(1, one)]))],
                made: 1,
            }),
        }
    }

    /// The note that a body makes; `None` where it is refused.
    fn note(&self, id: u64, request: &Request) -> Option<Value> {
        let body = request.body.as_ref()?;
        let mut sent: Map<String, Value> = serde_json::from_slice(&body.bytes).ok()?;
        let is_right = body.media_type == "application/json"
            && sent.get("name")?.as_str()?.len() <= 60
            && sent.get("size")?.is_i64()
            && sent
                .get("steps")?
                .as_array()?
                .first()?
                .get("do")?
                .is_string();
        if self.quirk == Quirk::Capitals {
            let name = sent["name"].as_str()?.to_uppercase();
            sent.insert("name".to_owned(), name.into());
        }
        let status = match self.quirk {
            Quirk::Drafts => "draft",
            _ => "published",
        };
        sent.extend([
            ("id".to_owned(), json!(id)),
            ("active".to_owned(), json!(true)),
            ("status".to_owned(), json!(status)),
        ]);
        is_right.then_some(Value::Object(sent))
    }

    fn answer(&self, request: &Request) -> (u16, Option<Value>) {
        let quirk = self.quirk;
        let mut state = self.state.lock().unwrap();
        let ago = match quirk {
            Quirk::Behind(lag) => Duration::from_millis(lag),
            Quirk::Cached => Duration::from_secs(30),
            _ => Duration::ZERO,
        };
        let after = match quirk {
            Quirk::Later => Duration::from_secs(60),
            _ => Duration::ZERO,
        };
        let seen = state.at(ago);
        let now = state.at(Duration::ZERO);
        let id = request.target.strip_prefix("/notes/");
        let id = id.map(|id| id.parse::<u64>().unwrap_or(0));
        let nothing = match quirk {
            Quirk::EmptyForNothing => (200, Some(json!({}))),
            _ => (404, None),
        };
        let shown = |note: &Value| {
            let mut note = note.clone();
            if quirk == Quirk::Masks {
                note["name"] = json!("*****");
            }
            if quirk == Quirk::NotByName {
                note.as_object_mut().unwrap().remove("id");
            }
            note
        };
        match (&*request.method, id) {
            ("GET", None) => {
                let listed = seen.values().filter(|note| {
                    note["status"] != "draft" && (quirk != Quirk::NotListed || note["id"] == 1)
                });
                (200, Some(listed.map(shown).collect()))
            }
            ("GET", Some(id)) => match seen
                .get(&id)
                .filter(|_| quirk != Quirk::NotReadable || id == 1)
            {
                Some(note) => (200, Some(shown(note))),
                None => nothing,
            },
            ("POST", None) => {
                let id = state.made + 1;
                let Some(note) = self.note(id, request) else {
                    return (400, None);
                };
                state.made = id;
                state.put(after, |notes| drop(notes.insert(id, note.clone())));
                match quirk {
                    Quirk::Later => (202, Some(json!({"id": 1000 + id, "name": "a job"}))),
                    Quirk::Capitals => (201, Some(json!({"id": id}))),
                    _ => (201, Some(shown(&note))),
                }
            }
            ("PUT", Some(id)) => {
                let Some(mut note) = self.note(id, request) else {
                    return (400, None);
                };
                let Some(old) = now.get(&id) else {
                    return (404, None);
                };
                if quirk == Quirk::NoUpdate {
                    return (200, Some(old.clone()));
                }
                state.made += 1;
                if quirk == Quirk::NewIds {
                    note["steps"][0]["id"] = json!(state.made);
                }
                if quirk == Quirk::Counts {
                    note["size"] = json!(state.made);
                }
                state.put(after, |notes| drop(notes.insert(id, note.clone())));
                match quirk {
                    Quirk::Later => (202, None),
                    Quirk::Plain | Quirk::NewIds => (200, Some(note)),
                    _ => (204, None),
                }
            }
            ("DELETE", Some(id)) => {
                let Some(old) = now.get(&id).cloned() else {
                    return (404, None);
                };
                state.put(after, |notes| match quirk {
                    Quirk::NoDelete => {}
                    Quirk::Cancels => notes.get_mut(&id).unwrap()["status"] = json!("cancelled"),
                    Quirk::ClearsFlag => notes.get_mut(&id).unwrap()["active"] = json!(false),
                    _ => drop(notes.remove(&id)),
                });
                match quirk {
                    Quirk::Later => (202, None),
                    _ => (204, Some(old).filter(|_| false)),
                }
            }
            _ => (405, None),
        }
    }
}

impl Transport for Server {
    fn send(&self, request: Request) -> Sending<'_> {
        let (status, body) = self.answer(&request);
        let is_read = request.method == "GET";
        let mut headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        if self.quirk == Quirk::Cached && is_read {
            headers.push(("Age".to_owned(), "30".to_owned()));
        }
        let body = body.map_or_else(Vec::new, |body| body.to_string().into_bytes());
        let answer = Answer {
            status,
            headers,
            body: Arc::new(body),
            end: BodyEnd::Complete,
        };
        let exchange = exchanged(request, Ok(answer));
        self.state.lock().unwrap().now += Duration::from_millis(1);
        Box::pin(std::future::ready(exchange))
    }

    fn pause(&self, time: Duration) -> Pausing<'_> {
        self.state.lock().unwrap().now += time;
        Box::pin(std::future::ready(()))
    }
}

/// What is found broken of what is promised of the state, and which of that was put to the test.
async fn states(quirk: Quirk, text: String) -> (Vec<String>, Vec<String>) {
    let contract = Arc::new(Contract::load("t.yaml", text, &[]).unwrap());
    for operation in 0..contract.operations.len() {
        contract.prepare(operation);
        contract.prepare_requests(operation);
    }
    let wish = Wish {
        writes: true,
        ..Wish::default()
    };
    let derived = derive(&contract, &wish);
    let mut battery = Battery::default();
    battery.add_derived("derived", derived.cases, derived.bindings);
    let selection = Selection {
        allow_writes: true,
        ..Selection::default()
    };
    let plan = Plan::new(contract, &battery, &selection).unwrap();
    let options = RunOptions {
        mark: marks::of_run(7),
        ..RunOptions::default()
    };
    let server = Server::new(quirk);
    let runs = played(
        &plan,
        &server,
        options,
        &Gate::default(),
        &super::Stop::default(),
    )
    .await;
    let mut broken: Vec<String> = Vec::new();
    let mut tested: Vec<String> = Vec::new();
    for (ix, clause) in plan.clauses.iter() {
        let id = clause.id().to_owned();
        if !id.contains("/state/") {
            continue;
        }
        let all = runs.iter().filter_map(|run| run.seen.broken().get(&ix));
        let mut gating = all.filter(|broken| broken.level > Level::Info);
        broken.extend(gating.next().map(|_| id.clone()));
        let was_tested = runs.iter().any(|run| run.seen.exercised(ix) > 0);
        tested.extend(was_tested.then_some(id));
    }
    (broken, tested)
}

#[tokio::test]
async fn a_server_is_accused_of_what_it_does_and_of_nothing_else() {
    const ALL: &str = "add/state/as-sent add/state/listed add/state/readable drop/state/gone put/state/applied put/state/put-twice";
    let mut wrong = Vec::new();
    for (quirk, broken) in [
        (Quirk::Plain, ""),
        (Quirk::EmptyForNothing, ""),
        (Quirk::Later, ""),
        (Quirk::Behind(20), ""),
        (Quirk::Behind(900), ""),
        (Quirk::Behind(8000), "add/state/readable put/state/applied"),
        (Quirk::Cached, ""),
        (Quirk::Cancels, ""),
        (Quirk::ClearsFlag, ""),
        (Quirk::Capitals, ""),
        (Quirk::Masks, ""),
        (Quirk::NewIds, ""),
        (Quirk::Drafts, ""),
        (Quirk::NoUpdate, "put/state/applied"),
        (Quirk::NoDelete, "drop/state/gone"),
        (Quirk::NotReadable, "add/state/readable"),
        (Quirk::NotListed, "add/state/listed"),
        (Quirk::Counts, "put/state/applied"),
    ] {
        let (found, tested) = states(quirk, document("id", "All notes", "Deletes a note")).await;
        let lacks = ALL
            .split(' ')
            .filter(|id| !tested.iter().any(|one| one == id));
        let is_whole = matches!(quirk, Quirk::Plain | Quirk::NewIds | Quirk::Behind(20));
        let lacks: Vec<&str> = lacks.filter(|_| is_whole).collect();
        if found.join(" ") != broken || !lacks.is_empty() {
            wrong.push(format!("{quirk:?}: {found:?}, not tested: {lacks:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn what_the_document_says_in_words_or_leaves_to_be_guessed_accuses_nobody() {
    for (quirk, parameter, list, delete) in [
        (Quirk::NoDelete, "id", "All notes", "Archives a note"),
        (Quirk::NotListed, "id", "Featured notes", "Deletes a note"),
        (Quirk::NotByName, "note", "All notes", "Deletes a note"),
    ] {
        let (found, _) = states(quirk, document(parameter, list, delete)).await;
        assert_eq!(found, Vec::<String>::new(), "{quirk:?}");
    }
}
