//! Services that are right and odd, each beside one that is broken in the same place.

use serde_json::{Value, json};

use super::own_service::{
    LIST, MAKE, NAMED, ONE, Reply, State, document, held, is_right, reply, run,
};

/// The ids of what a service is accused of, in their order.
async fn found(
    document: &str,
    things: &[(&str, Value)],
    answer: super::own_service::Answering,
) -> Vec<String> {
    let mut found = run(document, &[], things, answer).await.gating;
    found.sort();
    found
}

/// The orders that there are.
fn all(state: &State) -> Vec<&Value> {
    let orders = state.things.iter();
    let orders = orders.filter(|(path, _)| path.starts_with("/orders/"));
    orders.map(|(_, order)| order).collect()
}

/// Makes an order of a body; its path and what it is.
fn make(state: &mut State, body: Option<Value>) -> (String, Value) {
    let id = (state.fresh() + 100).to_string();
    let mut order = body.unwrap_or_default();
    order["id"] = json!(id);
    let path = format!("/orders/{id}");
    state.things.insert(path.clone(), order.clone());
    (path, order)
}

/// Takes any mood, and shows it.
fn moody(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let has_mood = |body: &Option<Value>| body.as_ref().is_some_and(|it| it["mood"].is_string());
    match (method, path) {
        ("GET", "/orders") => reply(200, json!(all(state))),
        ("POST" | "PATCH", _) if !is_right(&body) || !has_mood(&body) => reply(400, json!({})),
        ("POST", _) => reply(201, make(state, body).1),
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn what_a_server_took_although_it_should_not_is_one_break() {
    let schema = "{type: object, required: [name, mood], properties: {id: {type: string}, name: {type: string}, mood: {type: string, enum: [glad, sad]}}}";
    let list = format!("{LIST}\n{MAKE}");
    let document = document(schema, &[("/orders", &list), ("/orders/{id}", ONE)]);
    let mood = |mood: &str| [("/orders/7", json!({"id": "7", "name": "a", "mood": mood}))];
    let taken = found(&document, &mood("sad"), moody).await;
    assert_eq!(taken, ["make/body/mood/enum"]);
    // What it shows of itself is another one.
    let own = found(&document, &mood("grim"), moody).await;
    assert!(
        own.contains(&"all/200/body/[]/mood/enum".to_owned()),
        "{own:?}"
    );
}

/// Tells of what it made by a link alone, which has the name of a gateway.
fn behind_gateway(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    match (method, path) {
        ("GET", "/orders") => reply(200, json!(all(state))),
        ("POST" | "PATCH", _) if !is_right(&body) => reply(400, json!({})),
        ("POST", _) => {
            let (path, _) = make(state, body);
            let link = format!("https://public.example/shop/v2{path}");
            (201, vec![("Location", link)], json!({}))
        }
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn a_location_with_the_name_of_a_gateway_is_looked_at_below_the_base_url() {
    let told = "'201': {description: d, headers: {Location: {schema: {type: string}}}}";
    let list = format!("{LIST}\n{}", MAKE.replace("'201': THING", told));
    let document = document(NAMED, &[("/orders", &list), ("/orders/{id}", ONE)]);
    let none: [&str; 0] = [];
    assert_eq!(found(&document, &[], behind_gateway).await, none);
}

/// Lists no more than two.
fn two(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    match (method, path) {
        ("GET", "/orders") => reply(200, json!(&all(state)[..2])),
        ("POST" | "PATCH", _) if !is_right(&body) => reply(400, json!({})),
        ("POST", _) => reply(201, make(state, body).1),
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn a_list_of_some_need_not_have_what_was_made() {
    let order = |id: &str| json!({"id": id, "name": "a"});
    let things = [("/orders/10", order("10")), ("/orders/100", order("100"))];
    for (path, listed, made, broken) in [
        ("/orders", "All of them.", "Makes one.", true),
        ("/orders", "Shows at most two orders.", "Makes one.", false),
        (
            "/orders",
            "All of them.",
            "Submits one; a moderator looks at it.",
            false,
        ),
    ] {
        let list = LIST.replace("get: {", &format!("get: {{description: '{listed}', "));
        let make = MAKE.replace("post: {", &format!("post: {{description: '{made}', "));
        let both = format!("{list}\n{make}");
        let document = document(NAMED, &[(path, &both), ("/orders/{id}", ONE)]);
        let found = found(&document, &things, two).await;
        assert_eq!(
            found == ["make/state/listed"],
            broken,
            "{listed} {made}: {found:?}"
        );
        assert_eq!(found.is_empty(), !broken, "{listed} {made}: {found:?}");
    }
}

/// Says what is wrong with an order, in an answer of success.
fn checks(_: &mut State, method: &str, _: &str, body: Option<Value>) -> Reply {
    match (method, &body) {
        ("POST", Some(_)) if is_right(&body) => reply(200, json!({"valid": true, "errors": []})),
        ("POST", Some(_)) => reply(200, json!({"valid": false, "errors": ["name"]})),
        _ => reply(400, json!({})),
    }
}

#[tokio::test]
async fn a_verdict_that_the_document_gives_to_a_success_is_no_missing_refusal() {
    for (answer, broken) in [
        (
            "{type: object, properties: {valid: {type: boolean}, errors: {type: array}}}",
            false,
        ),
        ("{type: object}", true),
    ] {
        let right = format!(
            "'200': {{description: d, content: {{application/json: {{schema: {answer}}}}}}}"
        );
        let check =
            format!("post: {{operationId: check, BODY, responses: {{{right}, '400': DONE}}}}");
        let document = document(NAMED, &[("/orders/validate", &check)]);
        let found = found(&document, &[], checks).await;
        let is_found = found.contains(&"check/body/name/required".to_owned());
        assert_eq!(is_found, broken, "{answer}: {found:?}");
        assert_eq!(found.is_empty(), !broken, "{answer}: {found:?}");
    }
}

/// Answers `null` to what is not there.
fn nulls(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    match (method, path) {
        ("GET", "/orders") => reply(200, json!(all(state))),
        ("GET", _) => reply(200, state.things.get(path).cloned().unwrap_or_default()),
        ("POST" | "PATCH", _) if !is_right(&body) => reply(400, json!({})),
        ("POST", _) => reply(201, make(state, body).1),
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn what_is_read_as_null_is_not_left() {
    let list = format!("{LIST}\n{MAKE}");
    let one = ONE.replacen("'200': THING, '404': DONE", "'200': DONE", 1);
    let document = document(NAMED, &[("/orders", &list), ("/orders/{id}", &one)]);
    let ran = run(&document, &[], &[], nulls).await;
    assert_eq!(ran.left.len(), 0, "{:?}", ran.why());
}
