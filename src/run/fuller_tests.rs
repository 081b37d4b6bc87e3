//! What is lost of lists, objects and members that need not be sent, as it is derived, against a service that
//! does what a test says.

use serde_json::{Value, json};

use super::own_service::{LIST, MAKE, ONE, Reply, State, document, held, reply, run};

const THING: &str = "{type: object, required: [name], properties: {id: {type: string, readOnly: true}, name: {type: string}, note: {type: string}, age: {type: integer, minimum: 0}, level: {type: string, default: text}, tags: {type: array, items: {type: string}}, sizes: {type: array, items: {type: number}}, address: {type: object, properties: {street: {type: string}, town: {type: string}}}, lines: {type: array, items: {type: object, required: [words], properties: {words: {type: string}}}}, watchers: {type: array, items: {type: string}}, vendor: {type: object, required: [id], properties: {id: {type: string}, name: {type: string}}}}}";

/// Whether a value is a list of such items.
fn all(list: &Value, fits: fn(&Value) -> bool) -> bool {
    list.as_array().is_some_and(|items| items.iter().all(fits))
}

/// Whether a value is one that the document allows.
fn is_right(body: &Value) -> bool {
    let is = |name: &str, fits: fn(&Value) -> bool| body.get(name).is_none_or(fits);
    body["name"].is_string()
        && is("note", Value::is_string)
        && is("level", Value::is_string)
        && is("age", |age| age.as_i64().is_some_and(|age| age >= 0))
        && is("tags", Value::is_array)
        && is("sizes", Value::is_array)
        && is("lines", |lines| {
            all(lines, |line| line["words"].is_string())
        })
        && is("watchers", |watchers| all(watchers, Value::is_string))
        && is("vendor", |vendor| vendor["id"].is_string())
        && is("address", Value::is_object)
}

/// Brings what was sent into the form in which it is kept, in the way that is named.
fn kept(quirk: &str, thing: &mut Value) {
    let Some(map) = thing.as_object_mut() else {
        return;
    };
    match quirk {
        "zeroes-age" if map.contains_key("age") => drop(map.insert("age".to_owned(), json!(0))),
        "omits-default" => drop(map.remove("level")),
        "empties-tags" if map.contains_key("tags") => {
            drop(map.insert("tags".to_owned(), json!([])))
        }
        "empties-lines" if map.contains_key("lines") => {
            drop(map.insert("lines".to_owned(), json!([])))
        }
        "loses-town" => {
            let address = map.get_mut("address").and_then(Value::as_object_mut);
            address.map(|address| address.remove("town"));
        }
        "numbers-lines" => {
            let lines = map.get_mut("lines").and_then(Value::as_array_mut);
            let lines = lines.into_iter().flatten().enumerate();
            lines.for_each(|(n, line)| line["id"] = json!(n));
        }
        "reverses" => {
            for name in ["tags", "sizes", "lines"] {
                let list = map.get_mut(name).and_then(Value::as_array_mut);
                list.into_iter().for_each(|list| list.reverse());
            }
        }
        _ => {}
    }
}

/// Keeps orders, in the way that `/quirk` names.
fn orders(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let quirk = state.things["/quirk"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let refuses = |body: &Value| match &*quirk {
        // What names something else is not known here.
        "knows-others" => body.get("watchers").or(body.get("vendor")).is_some(),
        "takes-no-objects" => body.get("address").or(body.get("lines")).is_some(),
        _ => false,
    };
    match (method, path) {
        ("GET", "/orders") => {
            let mut all = state.things.clone();
            all.retain(|path, _| path.starts_with("/orders/"));
            reply(200, json!(Vec::from_iter(all.into_values())))
        }
        ("POST" | "PATCH", _) if !body.as_ref().is_some_and(is_right) => reply(400, json!({})),
        ("POST", _) if body.as_ref().is_some_and(refuses) => reply(422, json!({})),
        ("POST", _) => {
            let path = format!("/orders/{}", state.fresh() + 100);
            let mut thing = body.unwrap_or_default();
            thing["id"] = json!(path.trim_start_matches("/orders/"));
            // What is left out is left out of the answer as well.
            let mut answer = thing.clone();
            kept(&quirk, &mut thing);
            if quirk.starts_with("omits") {
                answer = thing.clone();
            }
            if quirk != "never-saves" {
                state.things.insert(path, thing);
            }
            reply(201, answer)
        }
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn what_is_lost_of_more_than_plain_members_is_found() {
    let paths = [
        ("/orders", &*format!("{LIST}\n{MAKE}")),
        ("/orders/{id}", ONE),
    ];
    let text = document(THING, &paths);
    let mut wrong = Vec::new();
    for (quirk, broken) in [
        ("plain", &[][..]),
        ("numbers-lines", &[]),
        ("reverses", &[]),
        ("knows-others", &[]),
        ("takes-no-objects", &[]),
        ("omits-default", &[]),
        ("zeroes-age", &["make/state/as-sent"]),
        ("empties-tags", &["make/state/as-sent"]),
        ("empties-lines", &["make/state/as-sent"]),
        ("loses-town", &["make/state/as-sent"]),
        ("never-saves", &["make/state/readable"]),
    ] {
        let ran = run(&text, &[], &[("/quirk", json!(quirk))], orders).await;
        if ran.gating != broken {
            wrong.push((quirk, ran.gating));
        }
    }
    assert_eq!(wrong, []);
}
