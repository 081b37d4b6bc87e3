//! Requests under a condition, the same key twice, and things that have states, against a service that does what a test says.

use serde_json::{Value, json};

use super::own_service::{LIST, Reply, State, document, held, is_right, reply, run};

const THING: &str = "{type: object, required: [name], properties: {id: {type: string}, name: {type: string}, state: {type: string, readOnly: true}}}";
const ONE: &str = "parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: getOne, responses: {'200': {description: d, headers: {ETag: {schema: {type: string}}}, content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}, '304': DONE, '404': DONE, '406': DONE}}
    patch: {operationId: editOne, parameters: [{name: If-Match, in: header, schema: {type: string}}], BODY, responses: {'200': THING, '404': DONE, '409': DONE, '412': DONE}}
    delete: {operationId: dropOne, responses: {'204': DONE, '404': DONE}}";
const MAKE: &str = "post: {operationId: make, parameters: [{name: Idempotency-Key, in: header, schema: {type: string}}], BODY, responses: {'201': THING, '400': DONE}}";
const CANCEL: &str = "parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    post: {operationId: cancel, BODY, responses: {'200': THING, '400': DONE, '404': DONE, '409': DONE}}";

fn etag(thing: &Value) -> String {
    format!(
        "\"{}-{}\"",
        thing["id"].as_str().unwrap_or_default(),
        thing["name"].as_str().unwrap_or_default().len()
    )
}

/// Keeps orders that can be cancelled, in the way that `/quirk` names.
fn orders(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let quirk = state.things["/quirk"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let is = |name: &str| quirk == name;
    let header = |name: &str| {
        let mut all = state.headers.iter();
        all.find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.clone())
    };
    let is_right = is_right(&body);
    let (known, accept, key) = (
        header("If-None-Match"),
        header("Accept"),
        header("Idempotency-Key"),
    );
    match (method, path) {
        ("GET", "/orders") => {
            let mut all = state.things.clone();
            all.retain(|path, _| path.starts_with("/orders/"));
            reply(200, json!(Vec::from_iter(all.into_values())))
        }
        ("POST" | "PATCH", _) if !is_right && !path.ends_with("/cancel") => reply(400, json!({})),
        ("POST", "/orders") => {
            let place = key.map(|key| format!("/keys/{key}"));
            let earlier = place
                .as_ref()
                .and_then(|place| state.things.get(place))
                .cloned();
            if let Some(thing) = earlier.filter(|_| !is("new-each-time")) {
                return match is("refuses-again") {
                    true => reply(409, json!({})),
                    false => reply(201, thing),
                };
            }
            let path = format!("/orders/{}", state.fresh() + 100);
            let mut thing = body.unwrap_or_default();
            thing["id"] = json!(path.trim_start_matches("/orders/"));
            thing["state"] = json!("open");
            state.things.insert(path, thing.clone());
            place.and_then(|place| state.things.insert(place, thing.clone()));
            reply(201, thing)
        }
        ("POST", _) => {
            let Some(thing) = state.things.get_mut(path.trim_end_matches("/cancel")) else {
                return reply(404, json!({}));
            };
            if !is_right && !is("takes-anything") {
                return reply(400, json!({}));
            }
            if thing["state"] == "cancelled" {
                return reply(409, json!({}));
            }
            thing["state"] = json!("cancelled");
            reply(200, thing.clone())
        }
        ("GET", _) if accept.is_some_and(|kind| kind.contains("unknown")) && !is("any-type") => {
            reply(406, json!({}))
        }
        ("GET", _) => {
            let turn = state.fresh();
            let (status, _, thing) = held(state, method, path, body);
            let etag = match is("another-each-time") {
                true => format!("\"{turn}\""),
                false => etag(&thing),
            };
            let is_known = known.as_deref() == Some(&*etag) && !is("sends-all");
            match status {
                200 if is_known => (304, vec![("ETag", etag)], Value::Null),
                200 => (200, vec![("ETag", etag)], thing),
                other => reply(other, json!({})),
            }
        }
        ("PATCH", _) => {
            let (status, _, thing) = held(state, "GET", path, None);
            let is_other = state
                .if_match
                .as_ref()
                .is_some_and(|known| *known != etag(&thing));
            match (status, thing["state"] == "cancelled") {
                (200, _) if is_other && !is("overwrites") => reply(412, json!({})),
                (200, true) => reply(409, json!({})),
                _ => held(state, method, path, body),
            }
        }
        _ => held(state, method, path, body),
    }
}

fn paths() -> String {
    let own = format!("{LIST}\n{MAKE}");
    document(
        THING,
        &[
            ("/orders", &own),
            ("/orders/{id}", ONE),
            ("/orders/{id}/cancel", CANCEL),
        ],
    )
}

#[tokio::test]
async fn conditions_and_keys_that_the_document_has_are_put_to_the_test() {
    for (quirk, broken) in [
        ("plain", &[][..]),
        ("refuses-again", &[]),
        ("another-each-time", &[]),
        ("any-type", &["getOne/406/status"]),
        ("sends-all", &["getOne/304/status"]),
        ("overwrites", &["editOne/412/status"]),
        ("new-each-time", &["make/state/once"]),
    ] {
        let things = [("/quirk", json!(quirk))];
        let ran = run(&paths(), &[], &things, orders).await;
        // The service takes each body for JSON.
        let found = ran.gating.iter().map(String::as_str);
        let found: Vec<&str> = found
            .filter(|one| !one.ends_with("/content-type"))
            .collect();
        assert_eq!(found, broken, "{quirk}");
        let mut left = ran.state.things.keys();
        assert!(
            !left.any(|path| path.starts_with("/orders/")),
            "{quirk}: {:?}",
            ran.why()
        );
    }
}

/// What acts on a thing is asked wrongly about one that it can still act on.
#[tokio::test]
async fn a_wrong_action_is_about_a_thing_that_nothing_was_done_to() {
    let things = [("/quirk", json!("takes-anything"))];
    let ran = run(&paths(), &[], &things, orders).await;
    let mut found = ran.gating.iter();
    assert!(
        found.any(|one| one.starts_with("cancel/body/")),
        "{:?}",
        ran.gating
    );
}

#[tokio::test]
async fn what_ends_a_thing_comes_after_what_changes_it() {
    let ran = run(&paths(), &[], &[("/quirk", json!("plain"))], orders).await;
    let all = ran.state.log.iter();
    let first = |what: &str| all.clone().position(|line| line.contains(what));
    let changed = all.clone().rposition(|line| line.starts_with("PATCH"));
    assert!(first("/cancel") > changed, "{:?}", ran.state.log);
    assert!(first("/cancel").is_some() && changed.is_some());
}
