//! Documents of some size, and batteries derived from them: how long they take to be listed and derived, in how much
//! memory, and what a derived run costs beside the bare exchange of its requests.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::Stdio;

use axum::Router;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use conform::battery::Selection;
use conform::derive::{Wish, derive, files};
use conform::run::{Deriving, Setup};
use conform::suite::Suite;
use serde_json::{Value, json};

use super::child::{self, Walked};
use super::{Measured, run};

const MIB: f64 = 1024.0 * 1024.0;
const ROUNDS: usize = 15;
/// The ids that every collection of the server has.
const IDS: [u64; 3] = [11, 12, 13];

/// The operation of it that is planned alone.
const ONE: &str = "read0";

/// Lists a document of 10 MB, plans a run of one of its operations, and derives from a document of 1,000 operations.
pub fn measure() -> Vec<Measured> {
    let folder = tempfile::tempdir().unwrap();
    let told = |name: &str, document: &Value| -> (usize, Walked) {
        let file = folder.path().join(format!("{name}.json"));
        let text = document.to_string();
        std::fs::write(&file, &text).unwrap();
        // The best of three: what is left then is least due to the neighbours.
        let mut rounds: Vec<Walked> = (0..3)
            .map(|_| child::walk(name, file.to_str().unwrap()))
            .collect();
        rounds.sort_by(|one, other| one.seconds.total_cmp(&other.seconds));
        (text.len(), rounds.swap_remove(0))
    };
    let (size, listed) = told("clauses", &large());
    let (_, read) = told("read", &large());
    let (_, one) = told("one", &large());
    let (_, derived) = told("derive", &document(500));
    let seconds = |what: String, one: &Walked| Measured {
        what,
        shown: format!("{:.2} s ({} in all)", one.seconds, one.items),
        value: one.seconds,
        budget: Some(1.0),
    };
    vec![
        seconds(
            format!(
                "clauses on a document of {:.0} MB, seconds",
                size as f64 / 1e6
            ),
            &listed,
        ),
        Measured {
            what: "peak memory of that, in times its size".to_owned(),
            shown: format!(
                "{:.1}x ({:.0} MiB)",
                listed.peak / size as f64,
                listed.peak / MIB
            ),
            value: listed.peak / size as f64,
            budget: Some(30.0),
        },
        Measured::ratio(
            "the plan of one operation of it, to reading it",
            one.seconds,
            read.seconds,
            Some(2.0),
        ),
        Measured::ratio_of(
            "peak memory of that, to reading it",
            (one.peak / MIB, read.peak / MIB, "MiB"),
            Some(1.5),
        ),
        seconds("derive for 1,000 operations, seconds".to_owned(), &derived),
    ]
}

/// A derived run of 100 operations against the bare exchange of its requests.
pub fn derived_run() -> Vec<Measured> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("things.json");
    std::fs::write(&file, document(50).to_string()).unwrap();
    let mut server = child::again(&["things"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut url)
        .unwrap();
    let suite = Suite::embedded().without_embedded().spec(&file).derived();
    let plan = suite.base_url(url.trim()).plan().unwrap();
    let config = run::bare_config(url.trim());
    let (whole, bare, requests, []) = run::to_bare(&plan, &config, ROUNDS, []);
    drop(server.stdin.take());
    server.wait().unwrap();
    let what = format!("a derived run of 100 operations, to its {requests} requests");
    vec![Measured::ratio(&what, whole, bare, Some(1.5))]
}

/// What the children of this file do: how many things there were.
pub fn told(kind: &str, file: &str) -> Option<u64> {
    let setup = Setup {
        spec: Some(file.into()),
        without_embedded: true,
        ..Setup::default()
    };
    Some(match kind {
        "clauses" => {
            let (contract, _) = setup.load().unwrap();
            let mut sink = std::io::sink();
            // As the command does it: each is made for the list alone.
            for (_, clause) in contract.clauses.each() {
                writeln!(sink, "{} {}", clause.id(), clause.text).unwrap();
            }
            contract.clauses.len() as u64
        }
        "read" => setup.load().unwrap().0.clauses.len() as u64,
        "one" => {
            // As `conform run --operation` does it, up to the list of what the report will tell of.
            let named = vec![ONE.to_owned()];
            let deriving = Deriving {
                operations: named.clone(),
                ..Deriving::default()
            };
            let setup = Setup {
                deriving: Some(deriving),
                ..setup
            };
            let selection = Selection {
                operations: named,
                ..Selection::default()
            };
            let plan = setup.plan(selection, false).unwrap();
            assert!(!plan.cases.is_empty());
            plan.listed().count() as u64
        }
        "derive" => {
            let (contract, _) = setup.load().unwrap();
            let derived = derive(&contract, &Wish::default());
            std::hint::black_box(files(&derived));
            derived.cases.len() as u64
        }
        _ => return None,
    })
}

/// So many collections that can be listed, each with items that can be read: two operations each.
fn document(collections: usize) -> Value {
    let answer = |schema: Value| json!({"description": "d", "content": {"application/json": {"schema": schema}}});
    let error = json!({"description": "no"});
    let thing = json!({"$ref": "#/components/schemas/Thing"});
    let mut paths = serde_json::Map::new();
    for n in 0..collections {
        let limit = json!({"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}});
        let id =
            json!({"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}});
        let list = json!({"type": "array", "items": thing});
        paths.insert(
            format!("/things{n}"),
            json!({"get": {"operationId": format!("list{n}"), "parameters": [limit],
                "responses": {"200": answer(list), "400": error}}}),
        );
        paths.insert(
            format!("/things{n}/{{id}}"),
            json!({"get": {"operationId": format!("read{n}"), "parameters": [id],
                "responses": {"200": answer(thing.clone()), "400": error, "404": error}}}),
        );
    }
    let properties = json!({
        "id": {"type": "integer"}, "name": {"type": "string", "maxLength": 40},
        "state": {"type": "string", "enum": ["new", "old"]}, "parts": {"type": "array", "items": {"type": "string"}},
    });
    json!({"openapi": "3.0.3", "info": {"title": "Things", "version": "1"}, "paths": paths,
        "components": {"schemas": {"Thing": {"type": "object", "required": ["id", "name"], "properties": properties}}}})
}

/// Some 10 MB: many operations, each with a schema of its own beside those that all share.
fn large() -> Value {
    let mut document = document(3_000);
    let mut schemas = serde_json::Map::new();
    for n in 0..9_000 {
        let next = format!("#/components/schemas/Own{}", n + 1);
        let mut properties = serde_json::Map::new();
        for m in 0..6 {
            properties.insert(
                format!("member{m}"),
                json!({"type": "string", "maxLength": 40 + m, "description": "What a reader of the document is told of this member, in a line."}),
            );
        }
        if n % 6 != 5 {
            properties.insert("next".to_owned(), json!({"$ref": next}));
        }
        schemas.insert(
            format!("Own{n}"),
            json!({"type": "object", "required": ["member0"], "properties": properties}),
        );
    }
    for n in 0..1_500 {
        let own = json!({"$ref": format!("#/components/schemas/Own{}", n * 6)});
        document["paths"][format!("/things{n}/{{id}}")]["get"]["responses"]["200"]["content"]["application/json"]
            ["schema"] = own;
    }
    let all = document["components"]["schemas"].as_object_mut().unwrap();
    all.extend(schemas);
    document
}

/// Serves all that [`document`] promises, until its standard input ends.
pub async fn serve() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    std::io::stdout().flush().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    let end = tokio::task::spawn_blocking(|| std::io::stdin().read(&mut [0]));
    let _ = end.await;
}

async fn answer(uri: Uri) -> Response {
    let thing = |id: u64| json!({"id": id, "name": format!("thing {id}"), "state": "new", "parts": ["a", "b"]});
    let json = |value: Value| {
        (
            [(header::CONTENT_TYPE, "application/json")],
            value.to_string(),
        )
            .into_response()
    };
    let mut segments = uri.path().trim_matches('/').split('/').skip(1);
    if let Some(id) = segments.next() {
        return match id.parse() {
            Ok(id) if IDS.contains(&id) => json(thing(id)),
            Ok(_) => StatusCode::NOT_FOUND.into_response(),
            Err(_) => StatusCode::BAD_REQUEST.into_response(),
        };
    }
    let limit = uri
        .query()
        .unwrap_or_default()
        .split('&')
        .find_map(|part| part.strip_prefix("limit="));
    match limit.map(str::parse::<usize>) {
        Some(Ok(0) | Ok(101..) | Err(_)) => StatusCode::BAD_REQUEST.into_response(),
        Some(Ok(limit)) => json(IDS.into_iter().take(limit).map(thing).collect()),
        None => json(IDS.into_iter().map(thing).collect()),
    }
}
