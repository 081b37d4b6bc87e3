//! What a run made, as its requests go by: what is new, and what was there before.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::json;

use crate::battery::{Battery, Plan, Selection};
use crate::contract::Contract;
use crate::exchange::{Payload, Request};
use crate::transport::Transport;

use super::made::{Keeping, State};
use super::value_tests::Known;

const PETS: &str = "
paths:
  /pets:
    get: {operationId: listPets, responses: {'200': {description: d}}}
    post:
      operationId: createPet
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {'201': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}}}
  /pets/{petId}:
    parameters: [{name: petId, in: path, required: true, schema: {type: integer}}]
    get: {operationId: getPet, responses: {'200': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}}}}
    delete: {operationId: deletePet, responses: {'204': {description: d}}}
";

const CREATE: &str = "case: c\ntitle: t\noperation: createPet\nexpects: success\naccepts: [2XX]\naims: []\nmeans: m\nrequest: {body: {json: {}}}\n";

fn plan() -> Plan {
    plan_of(PETS)
}

fn plan_of(text: &str) -> Plan {
    let contract = Contract::load("t.yaml", text.to_owned(), &[]).unwrap();
    let mut battery = Battery::default();
    battery.add("c.yaml", CREATE, false).unwrap();
    let selection = Selection {
        allow_writes: true,
        ..Selection::default()
    };
    Plan::new(Arc::new(contract), &battery, &selection).unwrap()
}

fn asked(plan: &Plan, name: &str, method: &str, target: &str, text: &str) -> Request {
    let (operation, _) = plan.contract.operation(name).unwrap();
    let body = Payload {
        media_type: "application/json".to_owned(),
        bytes: Arc::new(text.as_bytes().to_vec()),
    };
    Request {
        operation,
        method: method.to_owned(),
        target: target.to_owned(),
        body: (method == "POST").then_some(body),
        ..Request::default()
    }
}

/// Without a mark, a create may give what somebody else made.
#[tokio::test]
async fn what_a_create_only_gave_is_left_alone() {
    let plan = plan();
    let known = Known {
        answers: BTreeMap::from([
            ("/pets?all", (200, json!({"data": [{"id": 7}, {"id": 6}]}))),
            ("/pets", (201, json!({"id": 7}))),
            ("/pets?twice", (200, json!({"id": 8}))),
            (
                "/pets?undocumented",
                (200, json!({"data": {"pet_id": "9"}})),
            ),
        ]),
        asked: Mutex::default(),
    };
    let keeping = Keeping::new(&plan, &known, "m");
    let post = async |target: &str| {
        let request = asked(&plan, "createPet", "POST", target, "{}");
        keeping.made_new(&keeping.send(request).await)
    };
    let refusal = async |path: &str| {
        let request = asked(&plan, "deletePet", "DELETE", path, "");
        keeping.refusal(&request).await
    };
    keeping
        .send(asked(&plan, "listPets", "GET", "/pets?all", ""))
        .await;
    assert_eq!(post("/pets").await, None, "it stood in the list");
    assert!(refusal("/pets/7").await.is_some() && refusal("/pets/7/toys").await.is_some());
    assert_eq!(post("/pets?twice").await, Some(true));
    assert_eq!(refusal("/pets/8").await, None, "it is the run's own");
    assert_eq!(post("/pets?twice").await, None, "the same was asked for");
    assert!(refusal("/pets/8").await.is_some(), "it may have been there");
    assert_eq!(post("/pets?undocumented").await, Some(true));
    let there: Vec<State> = keeping.there().into_iter().map(|one| one.state).collect();
    let (shared, own) = ("/pets/8".to_owned(), "/pets/9".to_owned());
    let [State::Doubtful(path, _), last] = there.as_slice() else {
        panic!("{there:?}");
    };
    assert_eq!((path, last), (&shared, &State::At(own)));
}

#[tokio::test]
async fn what_was_there_before_is_nothing_new_and_is_never_taken_away() {
    let plan = plan();
    let known = Known {
        answers: BTreeMap::from([
            ("/pets", (201, json!({"id": 7}))),
            ("/pets?other", (201, json!({"id": 8}))),
            ("/pets/7", (204, json!({}))),
            ("/pets/8", (200, json!({"id": 8}))),
        ]),
        asked: Mutex::default(),
    };
    let keeping = Keeping::new(&plan, &known, "m");
    let made_new = async |method: &str, target: &str| {
        let name = match method {
            "POST" => "createPet",
            "GET" => "getPet",
            _ => "deletePet",
        };
        let request = asked(&plan, name, method, target, "m0001");
        keeping.made_new(&keeping.send(request).await)
    };
    assert_eq!(made_new("POST", "/pets").await, Some(true));
    assert_eq!(
        made_new("POST", "/pets").await,
        Some(false),
        "it is there still"
    );
    assert_eq!(made_new("GET", "/pets/8").await, None);
    assert_eq!(
        made_new("POST", "/pets?other").await,
        Some(false),
        "it was read before"
    );
    assert_eq!(
        keeping.there().len(),
        1,
        "of three answers one made something"
    );
    assert_eq!(made_new("DELETE", "/pets/7").await, None);
    assert_eq!(
        made_new("POST", "/pets").await,
        Some(true),
        "an id may come again once it is free"
    );
}

/// What the client names itself is its own, however often it is put there.
#[tokio::test]
async fn an_id_that_was_chosen_is_the_runs_own() {
    let text = PETS.replace("    delete:", "    put: {operationId: putPet, responses: {'201': {description: d}, '200': {description: d}}}\n    delete:");
    let plan = plan_of(&text);
    let known = Known {
        answers: BTreeMap::from([("/pets/m0001", (201, json!({"id": "m0001"})))]),
        asked: Mutex::default(),
    };
    let keeping = Keeping::new(&plan, &known, "m");
    for _ in 0..2 {
        let request = Request {
            fresh: true,
            ..asked(&plan, "putPet", "PUT", "/pets/m0001", "")
        };
        keeping.send(request).await;
    }
    assert_eq!(
        keeping.there()[0].state,
        State::At("/pets/m0001".to_owned())
    );
    let delete = asked(&plan, "deletePet", "DELETE", "/pets/m0001", "");
    assert_eq!(keeping.refusal(&delete).await, None);
}

/// A delete that is answered as done and does nothing is no end of what was made.
#[tokio::test]
async fn what_is_read_after_it_was_deleted_is_there() {
    let plan = plan();
    let known = Known {
        answers: BTreeMap::from([
            ("/pets", (201, json!({"id": 7}))),
            ("/pets/7", (200, json!({"id": 7}))),
            ("/pets/7?gone", (404, json!({}))),
            ("/pets/7?bare", (200, json!({}))),
            (
                "/pets/7?marked",
                (200, json!({"id": 7, "status": "archived"})),
            ),
        ]),
        asked: Mutex::default(),
    };
    let keeping = Keeping::new(&plan, &known, "m");
    let send = async |name: &str, method: &str, target: &str| {
        keeping
            .send(asked(&plan, name, method, target, "m0001"))
            .await;
        keeping.there().len()
    };
    assert_eq!(send("createPet", "POST", "/pets").await, 1);
    assert_eq!(send("deletePet", "DELETE", "/pets/7").await, 0);
    assert_eq!(send("getPet", "GET", "/pets/7").await, 1, "it can be read");
    assert_eq!(
        send("getPet", "GET", "/pets/7?gone").await,
        0,
        "it is gone late"
    );
    assert_eq!(send("getPet", "GET", "/pets/7").await, 1);
    let bare = send("getPet", "GET", "/pets/7?bare").await;
    assert_eq!(bare, 0, "nothing is shown of it");
    assert_eq!(send("getPet", "GET", "/pets/7").await, 1);
    let marked = send("getPet", "GET", "/pets/7?marked").await;
    assert_eq!(marked, 0, "it says that it is there no more");
    assert_eq!(send("getPet", "GET", "/pets/7").await, 1);
    let left = keeping.clean(false).await;
    let why: Vec<&str> = left.iter().map(|one| &*one.why).collect();
    assert_eq!(why, ["DELETE was answered 200, and it is still there"]);
}

/// A list without entries makes nothing.
#[tokio::test]
async fn an_empty_list_that_is_answered_with_one_made_nothing() {
    let plan = plan();
    let known = Known {
        answers: BTreeMap::from([
            ("/pets", (201, json!([]))),
            ("/pets?wrapped", (200, json!({"data": []}))),
            ("/pets?batch", (201, json!({"batch": 7}))),
        ]),
        asked: Mutex::default(),
    };
    let keeping = Keeping::new(&plan, &known, "m");
    for (target, sent, there) in [
        ("/pets", "[]", 0),
        ("/pets?wrapped", "[]", 0),
        ("/pets?batch", "[]", 1),
        ("/pets", "[{}]", 2),
    ] {
        keeping
            .send(asked(&plan, "createPet", "POST", target, sent))
            .await;
        assert_eq!(keeping.there().len(), there, "{target}");
    }
}
