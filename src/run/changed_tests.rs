//! Changes of all that can be changed, as they are derived, against a service that does what a test says.

use serde_json::{Value, json};

use super::own_service::{LIST, MAKE, Reply, State, document, held, reply, run};

/// What is named first has a pattern, so that nothing of the smallest change can be seen.
const THING: &str = "{type: object, required: [plate], properties: {plate: {type: string, pattern: '^[A-Z]{1,3}-[A-Z]{2}$'}, bought: {type: string, format: date}, fuel: {type: string, enum: [petrol, diesel]}, seats: {type: integer}, state: {type: string, enum: [idle, busy]}, home: {type: object, properties: {lat: {type: number}, lon: {type: number}}}, colours: {type: array, items: {type: string, enum: [red, blue]}}, id: {type: string}}}";
const ONE: &str = "parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: getOne, responses: {'200': THING, '404': DONE}}
    patch: {operationId: editOne, BODY, responses: {'200': THING, '400': DONE, '404': DONE}}
    delete: {operationId: dropOne, responses: {'204': DONE, '404': DONE}}";

/// Whether a body is as the document has it.
fn is_right(body: &Option<Value>) -> bool {
    let Some(map) = body.as_ref().and_then(Value::as_object) else {
        return false;
    };
    let is_one = |value: &Value, of: [&str; 2]| of.iter().any(|one| value == one);
    map.contains_key("plate")
        && map.iter().all(|(name, value)| match &**name {
            "plate" => {
                let parts = value.as_str().and_then(|text| text.split_once('-'));
                let is_upper = |text: &str| text.bytes().all(|byte| byte.is_ascii_uppercase());
                parts.is_some_and(|(one, two)| {
                    (1..4).contains(&one.len()) && two.len() == 2 && is_upper(one) && is_upper(two)
                })
            }
            "bought" => {
                let day = value.as_str().map(str::parse::<jiff::civil::Date>);
                day.is_some_and(|day| day.is_ok()) && value.as_str().map(str::len) == Some(10)
            }
            "fuel" => is_one(value, ["petrol", "diesel"]),
            "state" => is_one(value, ["idle", "busy"]),
            "seats" => value.is_i64(),
            "home" => value
                .as_object()
                .is_some_and(|map| map.values().all(Value::is_number)),
            "colours" => {
                let items = value.as_array();
                items.is_some_and(|all| all.iter().all(|one| is_one(one, ["red", "blue"])))
            }
            _ => value.is_string(),
        })
}

/// Keeps vehicles, in the way that `/quirk` names.
fn vehicles(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let quirk = state.things["/quirk"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let was = state.things.get(path).cloned();
    match (method, path) {
        ("GET", "/vehicles") => {
            let mut all = state.things.clone();
            all.retain(|path, _| path.starts_with("/vehicles/"));
            reply(200, json!(Vec::from_iter(all.into_values())))
        }
        ("POST" | "PATCH", _) if !is_right(&body) => reply(400, json!({})),
        ("POST", _) => {
            let path = format!("/vehicles/{}", state.fresh() + 100);
            let mut thing = body.unwrap_or_default();
            thing["id"] = json!(path.trim_start_matches("/vehicles/"));
            state.things.insert(path, thing.clone());
            reply(201, thing)
        }
        ("PATCH", _) if quirk == "absent" => reply(404, json!({})),
        ("PATCH", _) if was.is_some() => {
            let was = was.unwrap_or_default();
            let sent = body.clone().unwrap_or_default();
            if let Some(name) = quirk.strip_prefix("refuses-")
                && sent.get(name).is_some_and(|sent| *sent != was[name])
            {
                return reply(422, json!({"error": name}));
            }
            let (status, headers, mut answer) = held(state, method, path, body);
            let Some(thing) = state.things.get_mut(path) else {
                return reply(404, json!({}));
            };
            match quirk.split_once('-') {
                Some(("ignores", "all")) => {
                    thing.clone_from(&was);
                    answer = was;
                }
                Some(("forgets", "all")) => *thing = was,
                Some(("ignores", name)) if was.get(name).is_some() => {
                    thing[name].clone_from(&was[name]);
                    answer[name].clone_from(&was[name]);
                }
                Some(("forgets", name)) if was.get(name).is_some() => {
                    thing[name].clone_from(&was[name]);
                }
                Some(("adds", name)) if sent[name].is_i64() => {
                    thing[name] = json!(sent[name].as_i64().unwrap_or_default() + 7);
                    answer.clone_from(thing);
                }
                Some(("vanishes", _)) => {
                    state.things.remove(path);
                }
                Some(("wipes", name)) if sent.get(name).is_none() => {
                    thing.as_object_mut().unwrap().remove(name);
                }
                _ => {}
            }
            (status, headers, answer)
        }
        // What is not there is made up out of what was sent.
        ("PATCH", _) if quirk == "makes-up" => {
            let mut thing = body.unwrap_or_default();
            thing["id"] = json!(path.trim_start_matches("/vehicles/"));
            reply(200, thing)
        }
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn each_member_that_a_change_does_not_apply_is_found() {
    let paths = [
        ("/vehicles", &*format!("{LIST}\n{MAKE}")),
        ("/vehicles/{id}", ONE),
    ];
    let text = document(THING, &paths);
    let mut wrong = Vec::new();
    let applied = &["editOne/state/applied"][..];
    for (quirk, broken) in [
        ("plain", &[][..]),
        ("ignores-all", applied),
        ("forgets-all", applied),
        ("forgets-bought", applied),
        ("forgets-fuel", applied),
        ("forgets-seats", applied),
        ("forgets-home", applied),
        ("forgets-colours", applied),
        ("ignores-bought", applied),
        ("ignores-fuel", applied),
        ("ignores-seats", applied),
        ("adds-seats", applied),
        ("absent", applied),
        (
            "vanishes-",
            &["editOne/state/applied", "editOne/state/rest-kept"],
        ),
        ("wipes-seats", &["editOne/state/rest-kept"]),
        ("makes-up", &["editOne/state/unknown-id"]),
        // A state moves as the service has it, and what it refuses it does not ignore.
        ("ignores-state", &[]),
        ("refuses-fuel", &[]),
        ("refuses-seats", &[]),
    ] {
        let ran = run(&text, &[], &[("/quirk", json!(quirk))], vehicles).await;
        if ran.gating != broken {
            wrong.push((quirk, ran.gating));
        }
    }
    assert_eq!(wrong, []);
}
