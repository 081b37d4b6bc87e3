//! Pages that follow each other and changes that name a state, as they are derived, against targets that a test makes.

use std::sync::Mutex;

use serde_json::{Value, json};

use crate::ledger::Verdict;

use super::try_tests::{Told, run};

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
            broken: true,
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
