//! Creates that tell of what they made and did not save it, and services whose made things may not be there.

use serde_json::{Value, json};

use super::own_service::{LIST, MAKE, ONE, Reply, State, document, held, is_right, reply, run};

/// Saves nothing, and tells of it in the way that `/quirk` names.
fn orders(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let quirk = state.things["/quirk"].as_str().unwrap_or_default();
    let quirk = quirk.to_owned();
    match (method, path) {
        // What was there before shows by which member it goes.
        ("GET", "/orders") if quirk == "seeded" => reply(200, json!([{"id": "x9", "name": "old"}])),
        ("GET", "/orders/x9") if quirk == "seeded" => {
            reply(200, json!({"id": "x9", "name": "old"}))
        }
        ("GET", "/orders") => reply(200, json!([])),
        ("POST" | "PATCH", _) if !is_right(&body) => reply(400, json!({})),
        ("POST", _) => {
            let id = (state.fresh() + 100).to_string();
            let name = body.unwrap_or_default()["name"].clone();
            let thing = json!({"id": id, "name": name});
            let at = |path: &str| vec![("Location", format!("{path}/{id}"))];
            let with = |status: &str| json!({"id": id, "name": name, "status": status});
            match &*quirk {
                "id" | "seeded" => reply(201, thing),
                "both" => (201, at("/orders"), thing),
                "whole" => (201, at("https://example.com/orders"), thing),
                "location" => (201, at("/orders"), json!({"name": name})),
                "job" => (201, at("/jobs"), json!({"name": name})),
                "other" => (201, vec![("Location", "/orders/x7".to_owned())], thing),
                "later" => (202, at("/orders"), thing),
                state => reply(201, with(state)),
            }
        }
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn what_was_told_of_and_not_saved_is_found_unless_something_explains_it() {
    const BROKEN: &[&str] = &["make/state/readable"];
    let named = "'201': {description: d, headers: {Location: {schema: {type: string}}}}";
    let mut wrong = Vec::new();
    for (quirk, parameter, made, broken) in [
        ("id", "id", "", BROKEN),
        ("id", "orderId", "", BROKEN),
        ("both", "id", "", BROKEN),
        ("both", "number", "", BROKEN),
        ("location", "id", named, BROKEN),
        ("location", "number", named, BROKEN),
        ("approved", "id", "", BROKEN),
        // The answer of a create says by its `Location` where that is, whatever its body calls an id.
        ("other", "number", "", BROKEN),
        ("seeded", "number", "", BROKEN),
        // The id may be another one, or that of something else; or it may come later.
        ("id", "number", "", &[]),
        ("job", "id", named, &[]),
        ("later", "id", "", &[]),
        ("pending", "id", "", &[]),
        ("Queued", "id", "", &[]),
        ("draft", "id", "", &[]),
    ] {
        let make = match made {
            "" => MAKE.replace("'201': THING", "'201': THING, '202': THING"),
            made => MAKE.replace("'201': THING", made),
        };
        let schema = "{type: object, required: [name], properties: {id: {type: string}, name: {type: string}, status: {type: string, readOnly: true}}}";
        let one = ONE.replace("name: id,", &format!("name: {parameter},"));
        let item = format!("/orders/{{{parameter}}}");
        let paths = [("/orders", &*format!("{LIST}\n{make}")), (&*item, &*one)];
        let things = [("/quirk", json!(quirk))];
        let ran = run(&document(schema, &paths), &[], &things, orders).await;
        let found = ran.gating.iter().filter(|id| id.contains("/readable"));
        if !found.eq(broken) {
            wrong.push(format!("{quirk} {parameter} {made}: {:?}", ran.gating));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
