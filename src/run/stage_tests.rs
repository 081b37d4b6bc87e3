//! What the document says cannot be done in a state, as it is derived, against a service that does what a test says.

use serde_json::{Value, json};

use super::own_service::{LIST, Reply, State, document, held, is_right, reply, run};

const THING: &str = "{type: object, required: [name], properties: {id: {type: string}, name: {type: string}, status: {type: string, enum: [draft, open, paid], readOnly: true}}}";
const MAKE: &str = "post: {operationId: make, summary: Creates a draft order., BODY, responses: {'201': THING, '400': DONE}}";
const ONE: &str =
    "parameters: [{name: id, in: path, required: true, schema: {type: string}}]
        get: {operationId: getOne, responses: {'200': THING, '404': DONE}}
        delete: {operationId: dropOne, description: Orders that were placed cannot be deleted (409)., responses: {'204': DONE, '404': DONE, '409': DONE}}";
const PLACE: &str = "parameters: [{name: id, in: path, required: true, schema: {type: string}}]
        post: {operationId: place, description: An order that is not a draft is refused with 409. Its status becomes `open`., responses: {'200': THING, '404': DONE, '409': DONE}}";
const PAY: &str = "parameters: [{name: id, in: path, required: true, schema: {type: string}}]
        post: {operationId: pay, description: Marks it as paid. Only open orders can be paid., responses: {'200': THING, '404': DONE, '409': DONE}}";

/// Keeps orders that are placed and then paid, in the way that `/quirk` names.
fn orders(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let quirk = state.things["/quirk"].as_str().unwrap_or_default();
    let quirk = quirk.to_owned();
    let (base, act) = match path.rsplit_once('/') {
        Some((base, act @ ("place" | "pay"))) => (base.to_owned(), act),
        _ => (path.to_owned(), ""),
    };
    let status = state.things.get(&base).map(|one| one["status"].clone());
    match (method, act) {
        ("GET", _) if path == "/orders" => {
            let mut all = state.things.clone();
            all.retain(|path, _| path.starts_with("/orders/"));
            reply(200, json!(Vec::from_iter(all.into_values())))
        }
        ("POST", "") if !is_right(&body) => reply(400, json!({})),
        ("POST", "") => {
            let path = format!("/orders/{}", state.fresh() + 100);
            let id = path.trim_start_matches("/orders/");
            let name = body.unwrap_or_default()["name"].clone();
            let thing = json!({"id": id, "name": name, "status": "draft"});
            state.things.insert(path, thing.clone());
            reply(201, thing)
        }
        ("POST", act) => {
            let (needs, leads) = match act {
                "place" => ("draft", "open"),
                _ => ("open", "paid"),
            };
            let Some(thing) = state.things.get_mut(&base) else {
                return reply(404, json!({}));
            };
            if thing["status"] != needs && quirk != act {
                return reply(409, json!({}));
            }
            thing["status"] = json!(leads);
            reply(200, thing.clone())
        }
        ("DELETE", _) if status.is_some_and(|status| status != "draft") && quirk != "drop" => {
            reply(409, json!({}))
        }
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn what_cannot_be_done_in_a_state_is_refused_then() {
    let paths = [
        ("/orders", &*format!("{LIST}\n{MAKE}")),
        ("/orders/{id}", ONE),
        ("/orders/{id}/place", PLACE),
        ("/orders/{id}/pay", PAY),
    ];
    let text = document(THING, &paths);
    for (quirk, broken) in [
        ("plain", &[][..]),
        ("place", &["place/state/refused"]),
        ("pay", &["pay/state/refused"]),
        ("drop", &["dropOne/state/refused"]),
    ] {
        let things = [("/quirk", json!(quirk))];
        let ran = run(&text, &[], &things, orders).await;
        assert_eq!(ran.gating, broken, "{quirk}");
    }
    let unsaid = text.replace("(409)", "").replace("cannot", "should not");
    let ran = run(&unsaid, &[], &[("/quirk", json!("drop"))], orders).await;
    assert_eq!(ran.gating, [""; 0], "what is not said is not asked");
}

/// Keeps boxes with items in them, in the way that `/quirk` names.
fn boxes(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let deletes_all = state.things["/quirk"] == json!("drop");
    let below = format!("{path}/");
    match method {
        "GET" if !state.things.contains_key(path) => {
            let mut all = state.things.clone();
            let is_one = |known: &String| {
                known
                    .strip_prefix(&below)
                    .is_some_and(|rest| !rest.contains('/'))
            };
            all.retain(|known, _| is_one(known));
            match path.rsplit('/').next() {
                Some("boxes" | "items") => reply(200, json!(Vec::from_iter(all.into_values()))),
                _ => reply(404, json!({})),
            }
        }
        "POST" if !is_right(&body) => reply(400, json!({})),
        "POST" => {
            let above = path.rsplit_once('/').map_or("", |(above, _)| above);
            if !above.is_empty() && !state.things.contains_key(above) {
                return reply(404, json!({}));
            }
            let id = (state.fresh() + 100).to_string();
            let thing = json!({"id": id, "name": body.unwrap_or_default()["name"]});
            state.things.insert(format!("{path}/{id}"), thing.clone());
            reply(201, thing)
        }
        "DELETE" if state.things.keys().any(|known| known.starts_with(&below)) && !deletes_all => {
            reply(409, json!({}))
        }
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn what_has_others_below_it_is_kept_where_the_document_says_so() {
    const THING: &str =
        "{type: object, required: [name], properties: {id: {type: string}, name: {type: string}}}";
    let make = "post: {operationId: make, BODY, responses: {'201': THING, '400': DONE}}";
    let item = "parameters: [{name: id, in: path, required: true, schema: {type: string}}]";
    let one = format!(
        "{item}
        get: {{operationId: getOne, responses: {{'200': THING, '404': DONE}}}}
        delete: {{operationId: dropOne, responses: {{'204': DONE, '404': DONE, '409': {{description: The box still has items.}}}}}}"
    );
    let below = format!(
        "{item}\n        {}",
        make.replace("make", "put")
            .replace("'400': DONE", "'400': DONE, '404': DONE")
    );
    let in_it = "parameters: [{name: id, in: path, required: true, schema: {type: string}}, {name: item, in: path, required: true, schema: {type: string}}]
        get: {operationId: getItem, responses: {'200': THING, '404': DONE}}
        delete: {operationId: dropItem, responses: {'204': DONE, '404': DONE}}";
    let paths = [
        ("/boxes", &*format!("{LIST}\n{make}")),
        ("/boxes/{id}", &*one),
        ("/boxes/{id}/items", &*below),
        ("/boxes/{id}/items/{item}", in_it),
    ];
    let text = document(THING, &paths);
    for (quirk, broken) in [("plain", &[][..]), ("drop", &["dropOne/state/refused"])] {
        let things = [("/quirk", json!(quirk))];
        let ran = run(&text, &[], &things, boxes).await;
        assert_eq!(ran.gating, broken, "{quirk}");
    }
}
