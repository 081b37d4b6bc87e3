//! What a derived battery makes with answers that do not tell where it is, with keys that others may have, with nothing that
//! marks it, and without the right credentials.

use serde_json::{Value, json};

use super::own_service::{
    LIST, MAKE, NAMED, ONE, Reply, State, document, held, is_right, make_and_tell, reply, run,
};

fn silent(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    make_and_tell(state, (method, path), body, |_, _| json!({}))
}

#[tokio::test]
async fn what_only_a_list_shows_is_changed_and_taken_away() {
    let make = "post: {operationId: make, BODY, responses: {'201': DONE, '400': DONE}}";
    let paths = [
        ("/orders", &*format!("{LIST}\n{make}")),
        ("/orders/{id}", ONE),
    ];
    let there = [("/orders/1", json!({"id": "1", "name": "theirs"}))];
    let ran = run(&document(NAMED, &paths), &[], &there, silent).await;
    let changed = ran
        .state
        .log
        .iter()
        .filter(|line| line.starts_with("PATCH"));
    assert!(changed.count() > 3, "{:?}", ran.state.log);
    assert_eq!(ran.state.things.len(), 1, "{:?}", ran.state.log);
    assert_eq!(ran.state.things["/orders/1"]["name"], "theirs");
    assert_eq!(ran.why(), [""; 0]);
    assert_eq!(ran.gating, [""; 0]);
}

const WITHIN: &str = "
openapi: 3.1.0
paths:
  /customers:
    post:
      operationId: createCustomer
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses: {'201': {description: d, content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: string}}}}}}}
  /customers/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: getCustomer, responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: string}, orders: {type: array, items: {type: object, properties: {id: {type: string}, name: {type: string}}}}}}}}}, '404': {description: d}}}
    delete: {operationId: deleteCustomer, responses: {'204': {description: d}}}
  /customers/{id}/orders:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post:
      operationId: createOrder
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses: {'201': {description: d}, '404': {description: d}}
  /orders/{orderId}:
    parameters: [{name: orderId, in: path, required: true, schema: {type: string}}]
    get: {operationId: getOrder, responses: {'200': {description: d, content: {application/json: {schema: {type: object}}}}, '404': {description: d}}}
    delete: {operationId: deleteOrder, responses: {'204': {description: d}, '404': {description: d}}}
components:
  schemas:
    New: {type: object, required: [name], properties: {name: {type: string}}}
";

/// Orders stand by themselves, and only their customer shows them; they stay when the customer goes.
fn within(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let orders = |state: &State| -> Vec<Value> {
        let all = state.things.iter();
        let own = all.filter(|(_, one)| one["of"] == path);
        own.map(|(_, one)| one.clone()).collect()
    };
    match method {
        "POST" if !is_right(&body) => reply(400, json!({})),
        "POST" => {
            let above = path.strip_suffix("/orders");
            if above.is_some_and(|above| !state.things.contains_key(above)) {
                return reply(404, json!({}));
            }
            let id = (100 + state.fresh()).to_string();
            let kind = if above.is_some() {
                "orders"
            } else {
                "customers"
            };
            let one = json!({"id": id, "name": body.unwrap_or_default()["name"], "of": above});
            state.things.insert(format!("/{kind}/{id}"), one.clone());
            reply(201, if above.is_some() { json!({}) } else { one })
        }
        "GET" if path.starts_with("/customers/") && state.things.contains_key(path) => {
            reply(200, json!({"id": path[11..], "orders": orders(state)}))
        }
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn what_only_the_thing_above_shows_is_taken_away() {
    let ran = run(WITHIN, &[], &[], within).await;
    assert!(ran.state.next > 2, "{:?}", ran.state.log);
    assert!(ran.state.things.is_empty(), "{:?}", ran.state.things);
    assert_eq!(ran.why(), [""; 0]);
}

/// Takes codes of three letters, of which each is there once; no path goes by them.
fn coded(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let is_code = |code: &str| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
    let body = body.unwrap_or_default();
    let right = body["code"].as_str().is_some_and(is_code) && is_right(&Some(body.clone()));
    match method {
        "POST" if !right => reply(400, json!({})),
        "POST" => {
            let mut all = state.things.iter();
            let known = all.find(|(_, one)| one["code"] == body["code"]);
            let known = known.map(|(path, _)| path.clone());
            let path = known.unwrap_or_else(|| format!("/orders/{}", 100 + state.fresh()));
            let id = path.rsplit('/').next();
            let one = json!({"id": id, "code": body["code"], "name": body["name"]});
            state.things.insert(path.clone(), one.clone());
            reply(200, one)
        }
        "GET" if path == "/orders" => reply(200, json!(Vec::from_iter(state.things.values()))),
        "GET" | "DELETE" => held(state, method, path, None),
        _ => reply(405, json!({})),
    }
}

#[tokio::test]
async fn a_key_that_somebody_has_is_not_sent_whatever_paths_go_by() {
    let make = "post: {operationId: make, BODY, responses: {'200': THING, '400': DONE}}";
    let one = "parameters: [{name: id, in: path, required: true, schema: {type: string}}]
        get: {operationId: getOne, responses: {'200': THING, '404': DONE}}
        delete: {operationId: dropOne, responses: {'204': DONE, '404': DONE}}";
    let paths = [
        ("/orders", &*format!("{LIST}\n{make}")),
        ("/orders/{id}", one),
    ];
    let theirs = json!({"id": "1", "code": "EUR", "name": "theirs"});
    for (code, is_made) in [
        ("{type: string, example: EUR}", true),
        ("{type: string, enum: [EUR, USD]}", true),
        ("{type: string, enum: [EUR]}", false),
    ] {
        let schema = format!(
            "{{type: object, required: [code, name], properties: {{id: {{type: string}}, code: {code}, name: {{type: string}}}}}}"
        );
        let there = [("/orders/1", theirs.clone())];
        let ran = run(&document(&schema, &paths), &[], &there, coded).await;
        assert_eq!(ran.state.things["/orders/1"], theirs, "{code}");
        assert_eq!(ran.state.things.len(), 1, "{code} {:?}", ran.why());
        assert_eq!(ran.state.next > 0, is_made, "{code} {:?}", ran.state.log);
        assert_eq!(ran.gating, [""; 0], "{code}");
    }
}

/// Makes what nothing marks, and answers 200.
fn plain(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let is_text = |id: &Value| id.is_string() || id.is_null();
    let is_right = |body: &Value| body["size"].is_u64() && is_text(&body["id"]);
    let is_right = body.as_ref().is_some_and(is_right);
    match method {
        "POST" | "PATCH" if !is_right => reply(400, json!({})),
        "POST" => {
            let id = (100 + state.fresh()).to_string();
            let one = json!({"id": id, "size": body.unwrap_or_default()["size"]});
            state.things.insert(format!("/orders/{id}"), one.clone());
            reply(200, one)
        }
        "GET" if path == "/orders" => reply(200, json!(Vec::from_iter(state.things.values()))),
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn what_nothing_marks_is_changed_once_a_second_one_was_made() {
    let schema = "{type: object, required: [size], properties: {id: {type: string}, size: {type: integer, minimum: 0}}}";
    let make = "post: {operationId: make, BODY, responses: {'200': THING, '400': DONE}}";
    let paths = [
        ("/orders", &*format!("{LIST}\n{make}")),
        ("/orders/{id}", ONE),
    ];
    let there = [("/orders/1", json!({"id": "1", "size": 0}))];
    let ran = run(&document(schema, &paths), &[], &there, plain).await;
    let changed = ran
        .state
        .log
        .iter()
        .filter(|line| line.starts_with("PATCH"));
    assert!(changed.count() > 3, "{:?}", ran.state.log);
    assert_eq!(ran.state.things.len(), 1, "{:?}", ran.why());
    assert_eq!(ran.state.things["/orders/1"]["size"], 0);
    assert_eq!(ran.why(), [""; 0]);
    assert_eq!(ran.gating, [""; 0]);
}

/// Whoever makes something is the only one who may delete it; it is open to all.
fn open(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let who = format!("{:?}", state.who);
    if method == "DELETE" && state.things.get(path).is_some_and(|one| one["by"] != who) {
        return reply(403, json!({}));
    }
    let answer = make_and_tell(
        state,
        (method, path),
        body,
        |id, name| json!({"id": id.to_string(), "name": name}),
    );
    let last = format!("/orders/{}", 100 + state.next);
    if let Some(one) = state.things.get_mut(&last).filter(|_| method == "POST")
        && one["by"].is_null()
    {
        one["by"] = json!(who);
    }
    answer
}

#[tokio::test]
async fn what_was_made_without_credentials_is_taken_away_without_them() {
    let make = MAKE.replace("responses:", "security: [{key: []}], responses:");
    let paths = [
        ("/orders", &*format!("{LIST}\n{make}")),
        ("/orders/{id}", ONE),
    ];
    let document = document(NAMED, &paths).replace(
        "components: {",
        "components: {securitySchemes: {key: {type: apiKey, name: X-Key, in: header}}, ",
    );
    let ran = run(&document, &[], &[], open).await;
    assert_eq!(ran.gating, ["make/security"]);
    assert!(ran.state.things.is_empty(), "{:?}", ran.state.things);
    assert_eq!(ran.why(), [""; 0]);
}
