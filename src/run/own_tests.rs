//! What a derived battery that writes does to services that name what they made in unusual ways: what was there before stays as
//! it was, nobody is accused, and what the run made is gone or told.

use serde_json::{Value, json};

use super::own_service::{
    Answering, LIST, MAKE, NAMED, ONE, Reply, State, document, held, is_right, make_and_tell,
    reply, run,
};

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

/// Whatever way a create tells of what it made, only that is changed, and all of it is taken away.
#[tokio::test]
async fn what_was_made_is_found_by_what_was_sent() {
    let envelope: Answering = |state, method, path, body| {
        make_and_tell(
            state,
            (method, path),
            body,
            |id, name| json!({"id": 1, "result": {"id": id.to_string(), "name": name}}),
        )
    };
    let listed: Answering =
        |state, method, path, body| make_and_tell(state, (method, path), body, |_, _| json!({}));
    let linked: Answering = |state, method, path, body| {
        let made = make_and_tell(state, (method, path), body, |id, _| json!(id));
        match (method, made.0) {
            ("POST", 201) => {
                let link = ("Location", format!("/orders/{}", made.2));
                (303, vec![link], json!({}))
            }
            _ => made,
        }
    };
    // The number on the door is not the id that the answer has first.
    let numbered: Answering = |state, method, path, body| {
        make_and_tell(
            state,
            (method, path),
            body,
            |id, name| json!({"id": id - 100, "order": id.to_string(), "name": name}),
        )
    };
    for (parameter, answer) in [
        ("id", envelope),
        ("id", listed),
        ("id", linked),
        ("door", numbered),
    ] {
        let one = ONE.replace("name: id,", &format!("name: {parameter},"));
        let item = format!("/orders/{{{parameter}}}");
        let paths = [("/orders", &*format!("{LIST}\n{MAKE}")), (&*item, &*one)];
        let document = document(NAMED, &paths);
        let dear: Vec<(String, Value)> = (1..20)
            .map(|n| (format!("/orders/{n}"), json!({"id": n, "name": "dear"})))
            .collect();
        let mut dear: Vec<(&str, Value)> =
            dear.iter().map(|(at, one)| (&**at, one.clone())).collect();
        dear.sort_by_key(|(at, _)| *at);
        let ran = run(&document, &[], &dear, answer).await;
        let there = ran.state.things.iter();
        let there: Vec<(&str, Value)> = there.map(|(at, one)| (&**at, one.clone())).collect();
        let others: Vec<_> = there
            .iter()
            .filter(|(at, _)| at.len() < 11)
            .cloned()
            .collect();
        assert_eq!(others, dear, "{parameter} {:?}", ran.state.log);
        let own = there.len() - others.len();
        assert!(
            own == 0 || ran.left.len() >= own,
            "{parameter} {:?}",
            ran.why()
        );
    }
}

/// Paths that end with a slash are asked with it.
#[tokio::test]
async fn what_is_at_a_path_with_a_slash_is_taken_away() {
    let paths = [
        ("/users/", &*format!("{LIST}\n{MAKE}")),
        ("/users/{id}/", ONE),
    ];
    let answer: Answering = |state, method, path, body| match (method, path) {
        ("GET", "/users/") => reply(200, json!(Vec::from_iter(state.things.values()))),
        ("POST" | "PATCH", _) if !is_right(&body) => reply(400, json!({})),
        ("POST", "/users/") => {
            let id = format!("u{}", state.fresh());
            let one = json!({"id": id, "name": body.unwrap_or_default()["name"]});
            state.things.insert(format!("/users/{id}/"), one.clone());
            reply(201, one)
        }
        _ => held(state, method, path, body),
    };
    let ran = run(&document(NAMED, &paths), &[], &[], answer).await;
    assert!(ran.state.things.is_empty(), "{:?}", ran.state.log);
    assert_eq!(ran.why(), Vec::<&str>::new());
    assert_eq!(ran.gating, Vec::<String>::new());
    assert!(ran.state.next > 1);
}

/// A create without anything that could be known again may give what somebody else made.
#[tokio::test]
async fn what_is_only_opened_is_not_changed() {
    let schema = "{type: object, properties: {id: {type: string}, note: {type: string, readOnly: true}, seats: {type: integer}}}";
    let paths = [("/carts", MAKE), ("/carts/{id}", ONE)];
    let opened: Answering = |state, method, path, body| match method {
        "POST" => reply(201, state.things["/carts/c1"].clone()),
        _ => held(state, method, path, body),
    };
    let dear = [(
        "/carts/c1",
        json!({"id": "c1", "note": "roses", "seats": 5}),
    )];
    let ran = run(&document(schema, &paths), &[], &dear, opened).await;
    assert_eq!(ran.sent("/carts/c1"), Vec::<&str>::new());
    // Where each create gives another one, each is the run's own.
    let made: Answering = |state, method, path, body| match method {
        "POST" => {
            let id = format!("c{}", state.fresh());
            let one = json!({"id": id, "note": "", "seats": body.unwrap_or_default()["seats"]});
            state.things.insert(format!("/carts/{id}"), one.clone());
            reply(201, one)
        }
        _ => held(state, method, path, body),
    };
    let ran = run(&document(schema, &paths), &[], &[], made).await;
    assert!(ran.state.things.is_empty(), "{:?}", ran.why());
    assert!(ran.state.next > 1);
}

/// A server that knows a request again by its key gives the first answer once more.
#[tokio::test]
async fn each_request_that_writes_has_a_key_of_its_own() {
    for (name, schema) in [
        ("Idempotency-Key", "{type: string, format: uuid}"),
        (
            "idempotency-key",
            "{type: string, example: 7d5f0e7c-40f6-4a4c-a9b4-0d6d3b5f7a11}",
        ),
    ] {
        let make = format!(
            "{MAKE}\nparameters: [{{name: {name}, in: header, required: true, schema: {schema}}}]"
        );
        let paths = [("/pets", &*make), ("/pets/{id}", ONE)];
        let answer: Answering = |state, method, path, body| match method {
            "POST" => {
                let key = state.keys.last().cloned().unwrap_or_default();
                let at = format!("key {key}");
                if key.is_empty() || !is_right(&body) {
                    return reply(400, json!({}));
                }
                if let Some(known) = state.things.get(&at) {
                    return reply(201, known.clone());
                }
                let id = format!("p{}", state.fresh());
                let one = json!({"id": id, "name": body.unwrap_or_default()["name"]});
                state.things.insert(at, one.clone());
                state.things.insert(format!("/pets/{id}"), one.clone());
                reply(201, one)
            }
            "PATCH" if !is_right(&body) => reply(400, json!({})),
            _ => held(state, method, path, body),
        };
        let ran = run(&document(NAMED, &paths), &[], &[], answer).await;
        let accused = ran.gating.iter().filter(|id| !id.contains("/header/"));
        assert_eq!(accused.count(), 0, "{:?}", ran.gating);
        assert_eq!(ran.why(), Vec::<&str>::new());
        let mut keys = ran.state.keys.clone();
        keys.retain(|key| !key.is_empty());
        let sent = keys.len();
        keys.sort();
        keys.dedup();
        // One is sent twice on purpose.
        assert_eq!(keys.len() + 1, sent, "{:?}", ran.state.keys);
        assert!(ran.state.next > 2, "{:?}", ran.state.log);
    }
}

/// Gives what is there where it has it already, with 200.
fn upserts(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let kind = body.as_ref().map(|body| body["kind"].clone());
    let kind = kind.filter(|kind| kind == "a" || kind == "b");
    match (method, path, kind) {
        ("GET", "/orders", _) => reply(200, json!(state.things.values().collect::<Vec<_>>())),
        ("POST" | "PATCH", _, None) => reply(400, json!({})),
        ("POST", _, Some(kind)) => {
            let mut known = state.things.values();
            if let Some(known) = known.find(|one| one["kind"] == kind) {
                return reply(200, known.clone());
            }
            let id = (state.fresh() + 100).to_string();
            let thing = json!({"id": id, "kind": kind});
            state.things.insert(format!("/orders/{id}"), thing.clone());
            reply(201, thing)
        }
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn what_a_create_gives_with_200_may_have_been_there() {
    let schema = "{type: object, required: [kind], properties: {id: {type: string, readOnly: true}, kind: {type: string, enum: [a, b]}}}";
    let make = MAKE.replace("'201'", "'200': THING, '201'");
    let silent: Answering = |state, method, path, body| {
        let (status, headers, shown) = upserts(state, method, path, body);
        (if status == 201 { 200 } else { status }, headers, shown)
    };
    let only = MAKE.replace("'201'", "'200'");
    let told: Answering = upserts;
    for (list, make, answer) in [
        (LIST, &make, told),
        ("", &make, told),
        (LIST, &only, silent),
        ("", &only, silent),
    ] {
        let all = format!("{list}\n{make}");
        let text = document(schema, &[("/orders", &*all), ("/orders/{id}", ONE)]);
        let there = [("/orders/1", json!({"id": "1", "kind": "a"}))];
        let ran = run(&text, &[], &there, answer).await;
        assert!(ran.sent("/orders/1").is_empty(), "{:?}", ran.state.log);
        assert!(
            ran.state.things.contains_key("/orders/1"),
            "{:?}",
            ran.state.log
        );
    }
}
