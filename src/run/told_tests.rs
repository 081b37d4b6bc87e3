//! What becomes of what a derived battery made where it gets another name, is read elsewhere, or cannot be found again.

use serde_json::{Value, json};

use super::own_service::{Answering, LIST, MAKE, NAMED, ONE, document, held, is_right, reply, run};

/// What is renamed is taken away by its new name.
#[tokio::test]
async fn a_new_name_is_followed() {
    let schema = "{type: object, required: [name], properties: {name: {type: string}, alias: {type: string}}}";
    for (change, shows) in [("patch", true), ("put", true), ("patch", false)] {
        let one = ONE
            .replace("patch:", &format!("{change}:"))
            .replace("name: id,", "name: slug,");
        let list = LIST;
        let paths = [
            ("/labels", &*format!("{list}\n{MAKE}")),
            ("/labels/{slug}", &*one),
        ];
        let shown: Answering =
            |state, method, path, body| relabel(state, (method, path), body, true);
        let silent: Answering =
            |state, method, path, body| relabel(state, (method, path), body, false);
        let answer = if shows { shown } else { silent };
        let ran = run(&document(schema, &paths), &[], &[], answer).await;
        let there = ran.state.things.len();
        assert!(
            there == 0 || ran.left.len() >= there,
            "{change} {shows} {:?}",
            ran.why()
        );
        assert!(
            !shows || there == 0,
            "{change} {:?} {:?}",
            ran.state.log,
            ran.why()
        );
    }
}

/// A label goes by a slug of its name, which changes with it.
fn relabel(
    state: &mut super::own_service::State,
    (method, path): (&str, &str),
    body: Option<Value>,
    shows: bool,
) -> super::own_service::Reply {
    match method {
        "GET" if path == "/labels" => reply(200, json!(Vec::from_iter(state.things.values()))),
        "POST" | "PATCH" | "PUT" if !is_right(&body) => reply(400, json!({})),
        "POST" | "PATCH" | "PUT" => {
            if method != "POST" && state.things.remove(path).is_none() {
                return reply(404, json!({}));
            }
            let name = body.unwrap_or_default()["name"].clone();
            let slug = name.as_str().unwrap_or_default().to_lowercase();
            let one = json!({"slug": slug, "name": name});
            state.things.insert(format!("/labels/{slug}"), one.clone());
            match (method, shows) {
                ("POST", _) => reply(201, one),
                (_, true) => reply(200, one),
                (_, false) => reply(204, json!({})),
            }
        }
        _ => held(state, method, path, body),
    }
}

/// A member that is called like the parameter of a path elsewhere is the id, and what has none is told once with its count.
#[tokio::test]
async fn what_is_read_elsewhere_is_taken_away_and_what_is_not_found_is_told() {
    let made = "post: {operationId: make, BODY, responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {silenceID: {type: string}}}}}}, '400': DONE}}";
    let one = ONE.replace("name: id,", "name: silenceID,");
    let post = "post: {operationId: notify, BODY, responses: {'200': DONE, '400': DONE}}";
    let search = "post: {operationId: search, BODY, responses: {'200': DONE, '400': DONE}}";
    let paths = [
        ("/silences", made),
        ("/silence/{silenceID}", &*one),
        ("/notes", post),
        ("/notes/search", search),
    ];
    let answer: Answering = |state, method, path, body| match (method, path) {
        ("POST" | "PATCH", _) if !is_right(&body) => reply(400, json!({})),
        ("POST", "/silences") => {
            let id = format!("s{}", state.fresh());
            let one = json!({"silenceID": id, "name": body.unwrap_or_default()["name"]});
            state.things.insert(format!("/silence/{id}"), one);
            reply(200, json!({"silenceID": id}))
        }
        ("POST", _) => reply(200, json!({})),
        _ => held(state, method, path, body),
    };
    let ran = run(&document(NAMED, &paths), &[], &[], answer).await;
    assert!(ran.state.things.is_empty(), "{:?}", ran.state.log);
    assert!(ran.state.next > 1);
    let left: Vec<&str> = ran.left.iter().map(|one| &*one.target).collect();
    assert!(
        !left.is_empty() && left.iter().all(|target| *target == "/notes"),
        "{left:?}"
    );
}

/// What a server reads as one thing is not posted to unasked.
#[tokio::test]
async fn the_one_thing_of_a_service_is_not_changed() {
    let one = "get: {operationId: getMode, responses: {'200': THING}}\npost: {operationId: setMode, BODY, responses: {'200': DONE}}";
    let post = "post: {operationId: p, BODY, responses: {'200': DONE}}";
    let paths = [
        ("/mode", one),
        ("/users/otp/setup", &*post.replace("p,", "otp,")),
        ("/config-editor", post),
    ];
    let answer: Answering = |_, method, _, _| match method {
        "GET" => reply(200, json!({"name": "x"})),
        _ => reply(200, json!({})),
    };
    let ran = run(&document(NAMED, &paths), &[], &[], answer).await;
    assert_eq!(ran.state.log, Vec::<String>::new());
}

/// What acts on things that were found is not sent, and a made-up id is never one that a list has.
#[tokio::test]
async fn what_was_found_is_not_acted_on() {
    let schema = "{type: object, required: [payment_id], properties: {payment_id: {type: string}}}";
    let payments = "get: {operationId: payments, responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {type: object, properties: {id: {type: string}}}}}}}}}";
    let refund = "post: {operationId: refund, BODY, responses: {'201': THING}}";
    let lockers = "get: {operationId: lockers, responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {type: object, properties: {id: {type: string}}}}}}}}}
        post: {operationId: rent, responses: {'201': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: string}}}}}}}}";
    let one = "parameters: [{name: id, in: path, required: true, schema: {type: string, pattern: '^[A-Z][0-9]$'}}]
        delete: {operationId: leave, responses: {'204': DONE, '404': DONE}}";
    let paths = [
        ("/payments", payments),
        ("/refunds", refund),
        ("/lockers", lockers),
        ("/lockers/{id}", one),
    ];
    let answer: Answering = |state, method, path, body| match (method, path) {
        ("GET", "/payments") => reply(200, json!([{"id": "p1"}])),
        ("GET", "/lockers") => {
            let all = state.things.keys();
            let ids = all.map(|path| json!({"id": path.trim_start_matches("/lockers/")}));
            reply(200, ids.collect())
        }
        ("POST", "/lockers") => {
            let id = format!("Z{}", state.fresh() % 10);
            state
                .things
                .insert(format!("/lockers/{id}"), json!({"id": id}));
            reply(201, json!({"id": id}))
        }
        ("POST", _) => reply(201, json!({})),
        _ => held(state, method, path, body),
    };
    let all: Vec<String> = (0..250)
        .map(|n| format!("/lockers/{}{}", char::from(b'A' + n / 10), n % 10))
        .collect();
    let dear: Vec<(&str, Value)> = all.iter().map(|at| (&**at, json!({}))).collect();
    let ran = run(&document(schema, &paths), &[], &dear, answer).await;
    assert_eq!(ran.sent("/refunds"), Vec::<&str>::new());
    let others = ran.state.things.keys().filter(|at| !at.contains('Z'));
    assert_eq!(others.count(), dear.len(), "{:?}", ran.state.log);
}
