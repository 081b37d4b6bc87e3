//! What was there before the run is there after it, as it was: what goes by a key that others may have chosen, and what is
//! named in the body of an action.

use serde_json::{Value, json};

use super::own_service::{Ran, Reply, State, run};

const CURRENCIES: &str = "
openapi: 3.1.0
paths:
  /currencies:
    post:
      operationId: saveCurrency
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Currency'}}}}
      responses:
        '200': {description: It is saved, content: {application/json: {schema: {$ref: '#/components/schemas/Currency'}}}}
        '422': {description: Wrong}
  /currencies/{code}:
    parameters: [{name: code, in: path, required: true, schema: {type: string}}]
    get:
      operationId: getCurrency
      responses:
        '200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Currency'}}}}
        '404': {description: None}
    put:
      operationId: replaceCurrency
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Currency'}}}}
      responses:
        '200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Currency'}}}}
        '404': {description: None}
    delete:
      operationId: deleteCurrency
      responses: {'204': {description: Gone}, '404': {description: None}}
components:
  schemas:
    Currency:
      type: object
      required: [code, name]
      properties: {code: {type: string, example: EUR}, name: {type: string}}
";

fn currencies(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let reply = |status: u16, body: Value| (status, Vec::new(), body);
    let is_code = |code: &str| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
    let is_whole =
        |body: &Value| body["name"].is_string() && body["code"].as_str().is_some_and(is_code);
    match (method, body) {
        ("POST", Some(body)) if is_whole(&body) => {
            let at = format!("/currencies/{}", body["code"].as_str().unwrap_or_default());
            state.things.insert(at, body.clone());
            reply(200, body)
        }
        ("POST" | "PUT", body) if !body.as_ref().is_some_and(is_whole) => reply(422, json!({})),
        ("PUT", Some(body)) if state.things.contains_key(path) => {
            state.things.insert(path.to_owned(), body.clone());
            reply(200, body)
        }
        ("GET", _) if state.things.contains_key(path) => reply(200, state.things[path].clone()),
        ("DELETE", _) if state.things.remove(path).is_some() => reply(204, Value::Null),
        _ => reply(404, json!({})),
    }
}

#[tokio::test]
async fn what_goes_by_a_key_that_is_taken_is_left_alone() {
    let euro = json!({"code": "EUR", "name": "Euro"});
    let there = [("/currencies/EUR", euro.clone())];
    let ran = run(CURRENCIES, &[], &there, currencies).await;
    assert_eq!(
        ran.state.things["/currencies/EUR"], euro,
        "{:?}",
        ran.state.log
    );
    assert_eq!(ran.gating, [""; 0]);
    let made = |line: &&String| line.starts_with("DELETE /currencies/");
    assert!(
        ran.state.log.iter().any(|line| made(&line)),
        "another key is free"
    );
}

#[tokio::test]
async fn what_goes_by_a_key_that_is_free_is_the_runs_own() {
    let one = CURRENCIES.replace("example: EUR", "enum: [EUR]");
    let ran = run(&one, &[], &[], currencies).await;
    assert_eq!(
        ran.gating, [""; 0],
        "the same key is the same thing once more"
    );
    let log = &ran.state.log;
    assert!(
        log.iter().any(|line| line == "DELETE /currencies/EUR"),
        "{log:?}"
    );
    assert!(ran.state.things.is_empty(), "{:?}", ran.state.things);
}

const ORDERS: &str = "
openapi: 3.1.0
paths:
  /orders:
    get:
      operationId: listOrders
      responses: {'200': {description: d, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Order'}}}}}}
    post:
      operationId: createOrder
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}}
  /orders/{order_id}:
    parameters: [{name: order_id, in: path, required: true, schema: {type: integer}}]
    get: {operationId: getOrder, responses: {'200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}, '404': {description: None}}}
    delete: {operationId: deleteOrder, responses: {'204': {description: Gone}}}
  /orders/cancel:
    post:
      operationId: cancelOrder
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [order_id], properties: {order_id: {type: integer}, voucher_id: {type: integer}}}}}}
      responses: {'200': {description: d}}
  /orders/close:
    post:
      operationId: closeOrder
      parameters: [{name: order_id, in: query, required: true, schema: {type: integer}}]
      responses: {'200': {description: d}}
  /orders/archive-many:
    post:
      operationId: archiveOrders
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [order_ids], properties: {order_ids: {type: array, minItems: 1, items: {type: integer}}}}}}}
      responses: {'200': {description: d}}
components:
  schemas:
    Order: {type: object, required: [order_id, name], properties: {order_id: {type: integer}, name: {type: string}}}
";

fn orders(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let reply = |status: u16, body: Value| (status, Vec::new(), body);
    let body = body.unwrap_or_default();
    match (method, path) {
        ("POST", "/orders") => {
            let id = 100 + state.fresh();
            let order = json!({"order_id": id, "name": body["name"]});
            state.things.insert(format!("/orders/{id}"), order.clone());
            reply(201, order)
        }
        ("POST", "/orders/cancel" | "/orders/archive-many") => {
            let id = [&body["order_id"], &body["order_ids"][0]].map(Value::to_string);
            let voucher = &body["voucher_id"];
            if !voucher.is_null() {
                state.log.push(format!("used {voucher}"));
            }
            state.log.push(format!("changed {}", id.concat()));
            reply(200, json!({}))
        }
        ("POST", _) => reply(200, json!({})),
        ("GET", "/orders") => reply(200, state.things.values().cloned().collect()),
        ("GET", _) if state.things.contains_key(path) => reply(200, state.things[path].clone()),
        ("DELETE", _) if state.things.remove(path).is_some() => reply(204, Value::Null),
        _ => reply(404, json!({})),
    }
}

#[tokio::test]
async fn an_action_is_taken_on_what_the_run_made() {
    let there = [("/orders/1", json!({"order_id": 1, "name": "theirs"}))];
    let ran: Ran = run(ORDERS, &[], &there, orders).await;
    let lines = ran.state.log.iter().map(String::as_str);
    let changed: Vec<&str> = lines.filter(|line| line.starts_with("changed")).collect();
    let of = |id: &str| {
        changed
            .iter()
            .filter(|line| line.split_once(' ').unwrap().1 == id)
            .count()
    };
    assert_eq!((of("1null"), of("null1")), (0, 0), "{changed:?}");
    assert!(of("101null") > 0 && of("null101") > 0, "{changed:?}");
    assert!(!ran.sent("/orders/close").is_empty());
    // A text where a number belongs names nothing.
    let is_named = |line: &&String| line.starts_with("used") && !line.contains('"');
    assert_eq!(ran.state.log.iter().find(is_named), None);
}

const STUBS: &str = "
openapi: 3.1.0
paths:
  /stubs:
    post:
      operationId: createStub
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [name], properties: {name: {type: string}}}}}}
      responses: {'201': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: integer}, result: {type: object, properties: {name: {type: string}}}}}}}}}
  /stubs/{pk}:
    parameters: [{name: pk, in: path, required: true, schema: {type: integer}}]
    get: {operationId: getStub, responses: {'200': {description: d, content: {application/json: {schema: {type: object}}}}, '404': {description: None}}}
    delete: {operationId: deleteStub, responses: {'200': {description: Gone}, '404': {description: None}}}
";

fn stubs(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let reply = |status: u16, body: Value| (status, Vec::new(), body);
    match (method, body.unwrap_or_default()) {
        ("POST", body) if body["name"].is_string() => {
            let id = state.fresh();
            let shown = json!({"id": id, "result": {"name": body["name"]}});
            state.things.insert(format!("/stubs/{id}"), shown.clone());
            reply(201, shown)
        }
        ("GET", _) if state.things.contains_key(path) => reply(200, state.things[path].clone()),
        ("DELETE", _) if state.things.remove(path).is_some() => reply(200, json!({})),
        ("POST", _) => reply(422, json!({})),
        _ => reply(404, json!({})),
    }
}

#[tokio::test]
async fn what_goes_by_an_id_beside_it_is_taken_away() {
    let ran = run(STUBS, &[], &[], stubs).await;
    assert!(
        ran.state.next > 1 && ran.state.things.is_empty(),
        "{:?}",
        ran.state.log
    );
    assert_eq!(ran.why(), [""; 0]);
    let by_name = |line: &&String| line.contains("conform");
    assert_eq!(ran.state.log.iter().find(by_name), None);
}
