//! What changes and deletions leave alone, as it is derived, against a service that does what a test says.

use serde_json::{Value, json};

use super::own_service::{LIST, MAKE, ONE, Reply, State, document, held, reply, run};

const THING: &str = "{type: object, required: [name], properties: {id: {type: string}, name: {type: string}, note: {type: string}, size: {type: integer}, tags: {type: array, items: {type: string, enum: [a, b]}}}}";
const VALUE: &str =
    "{type: object, required: [value], properties: {value: {type: string}, size: {type: integer}}}";

/// The paths of things that were made, but that one.
fn others(state: &State, path: &str) -> Vec<String> {
    let made = state.things.keys();
    let made = made.filter(|known| known.starts_with("/orders/") && *known != path);
    made.cloned().collect()
}

/// Keeps orders, in the way that `/quirk` names.
fn orders(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let quirk = state.things["/quirk"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let is_text = |body: &Value, name: &str| body.get(name).is_none_or(Value::is_string);
    let is_right = |body: &Option<Value>| {
        body.as_ref().is_some_and(|body| {
            let sizes = body.get("size").is_none_or(Value::is_i64);
            let is_tag = |tag: &Value| tag == "a" || tag == "b";
            let tags = body.get("tags").map(Value::as_array);
            let tags = tags.is_none_or(|all| all.is_some_and(|all| all.iter().all(is_tag)));
            sizes
                && tags
                && body["name"].is_string()
                && is_text(body, "note")
                && is_text(body, "id")
        })
    };
    match (method, path) {
        ("GET", "/orders") => {
            let mut all = state.things.clone();
            all.retain(|path, _| path.starts_with("/orders/"));
            reply(200, json!(Vec::from_iter(all.into_values())))
        }
        ("POST" | "PATCH", _) if !is_right(&body) => reply(400, json!({})),
        ("POST", _) => {
            let path = format!("/orders/{}", state.fresh() + 100);
            let mut thing = body.unwrap_or_default();
            thing["id"] = json!(path.trim_start_matches("/orders/"));
            let mut answer = thing.clone();
            match &*quirk {
                "drops" => drop(thing.as_object_mut().unwrap().remove("size")),
                "drops-tags" if thing.get("tags").is_some() => thing["tags"] = json!([]),
                "says-so" if thing.get("size").is_some() => {
                    (thing["size"], answer["size"]) = (json!(7), json!(7));
                }
                "renames" => {
                    (thing["name"], answer["name"]) = (json!("other"), json!("other"));
                }
                "echoes" => answer["name"] = json!("echo"),
                "tells-of-a-job" => answer = json!({"id": answer["id"], "name": "a job"}),
                _ => {}
            }
            state.things.insert(path, thing);
            reply(201, answer)
        }
        ("PATCH", _) => {
            let others = others(state, path);
            let name = body.as_ref().map(|body| body["name"].clone());
            let names_note = body.as_ref().is_some_and(|body| body.get("note").is_some());
            let answer = held(state, method, path, body);
            let Some(thing) = state.things.get_mut(path) else {
                return answer;
            };
            match &*quirk {
                "wipes" if !names_note => thing["note"] = json!(""),
                "counts" => thing["version"] = json!(9),
                "all" => {
                    for other in others {
                        state.things.get_mut(&other).unwrap()["name"] = json!(name);
                    }
                }
                _ => {}
            }
            answer
        }
        ("DELETE", _) if state.things.contains_key(path) => {
            let others = others(state, path);
            if quirk == "takes-all" {
                others
                    .iter()
                    .for_each(|other| drop(state.things.remove(other)));
            }
            held(state, method, path, None)
        }
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn what_a_change_or_a_deletion_does_not_name_stays_as_it_was() {
    let paths = [
        ("/orders", &*format!("{LIST}\n{MAKE}")),
        ("/orders/{id}", ONE),
    ];
    let text = document(THING, &paths);
    for (quirk, broken) in [
        ("plain", &[][..]),
        ("counts", &[]),
        // There is no other way to write a number.
        ("says-so", &["make/state/answered"]),
        ("renames", &[]),
        ("tells-of-a-job", &[]),
        ("drops", &["make/state/as-sent"]),
        ("drops-tags", &["make/state/as-sent"]),
        ("echoes", &["make/state/answered"]),
        ("wipes", &["editOne/state/rest-kept"]),
        ("all", &["editOne/state/others-kept"]),
        ("takes-all", &["dropOne/state/others-kept"]),
    ] {
        let things = [("/quirk", json!(quirk))];
        let ran = run(&text, &[], &things, orders).await;
        assert_eq!(ran.gating, broken, "{quirk}");
    }
}

/// Keeps values under names that the client chooses, in the way that `/quirk` names.
fn values(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let quirk = state.things["/quirk"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    match method {
        "PUT" => {
            let body = body.filter(|body| body["value"].is_string());
            let Some(body) = body.filter(|body| body.get("size").is_none_or(Value::is_i64)) else {
                return reply(400, json!({}));
            };
            let is_new = !state.things.contains_key(path);
            if quirk != "forgets" || !is_new {
                state.things.insert(path.to_owned(), body.clone());
            }
            reply(if is_new { 201 } else { 200 }, body)
        }
        "DELETE" if quirk == "takes-all" => {
            let answer = held(state, method, path, None);
            state.things.retain(|path, _| path == "/quirk");
            answer
        }
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn what_a_put_makes_is_there_afterwards_and_its_likes_stay() {
    let one = "parameters: [{name: name, in: path, required: true, schema: {type: string}}]
        get: {operationId: getOne, responses: {'200': THING, '404': DONE}}
        put: {operationId: putOne, BODY, responses: {'200': THING, '201': THING, '400': DONE}}
        delete: {operationId: dropOne, responses: {'204': DONE, '404': DONE}}";
    let text = document(VALUE, &[("/values/{name}", one)]);
    for (quirk, broken) in [
        ("plain", &[][..]),
        ("forgets", &["putOne/state/readable"]),
        ("takes-all", &["dropOne/state/others-kept"]),
    ] {
        let things = [("/quirk", json!(quirk))];
        let ran = run(&text, &[], &things, values).await;
        assert_eq!(ran.gating, broken, "{quirk}");
    }
}
