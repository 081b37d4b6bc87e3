//! Services that keep their contract and say of what is made something of their own, change only what is named, or want to be
//! told which state is changed; and such beside them that do not keep it.

use serde_json::{Value, json};

use super::own_service::{
    LIST, MAKE, NAMED, ONE, Reply, State, document, held, is_right, reply, run,
};

const SILENT: &str = "parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get: {operationId: getOne, responses: {'200': THING, '404': DONE}}
    patch: {operationId: editOne, BODY, responses: {'204': DONE, '400': DONE, '404': DONE}}
    delete: {operationId: dropOne, responses: {'204': DONE, '404': DONE}}";

fn said(state: &State, at: &str) -> String {
    state.things[at].as_str().unwrap_or_default().to_owned()
}

/// A thing as it is shown: one of its members is as `/quirk` says.
fn shown(state: &State, path: &str) -> Value {
    let mut thing = state.things[path].clone();
    let member = said(state, "/member");
    let id = thing["id"].as_str().unwrap_or_default().to_owned();
    let own = match &*member {
        "url" => json!(format!("https://shop.example/orders/{id}")),
        "position" => json!(
            state
                .things
                .keys()
                .filter(|at| at.starts_with("/orders/"))
                .position(|at| at == path)
        ),
        "seal" => json!(format!("SEAL-{id}")),
        "touched" => json!("2026-01-01T00:00:10Z"),
        "amount" => json!(7),
        _ => json!("something"),
    };
    if said(state, "/quirk") == "own" {
        thing[&*member] = own;
    }
    thing
}

/// Keeps orders, and answers creates with their id and changes with nothing.
fn orders(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let date = ("Date", "Thu, 01 Jan 2026 00:00:00 GMT".to_owned());
    let member = said(state, "/member");
    let is_like = |body: &Value| match (&*member, body.get(&member)) {
        (_, None) => true,
        ("position" | "amount", Some(value)) => value.is_i64(),
        (_, Some(value)) => value.is_string(),
    };
    let is_right = is_right(&body) && body.as_ref().is_some_and(is_like);
    match method {
        "GET" if path == "/orders" => {
            let all = state.things.keys().filter(|at| at.starts_with("/orders/"));
            reply(200, all.map(|at| shown(state, at)).collect())
        }
        "GET" if state.things.contains_key(path) => reply(200, shown(state, path)),
        "POST" | "PATCH" if !is_right => reply(400, json!({})),
        "POST" => {
            let id = format!("x{}", state.fresh() + 100);
            let mut thing = body.unwrap_or_default();
            thing["id"] = json!(id);
            state.things.insert(format!("/orders/{id}"), thing);
            (201, vec![date], json!({"id": id}))
        }
        "PATCH" => {
            let mut body = body.unwrap_or_default();
            if said(state, "/quirk") == "ignores" {
                body.as_object_mut().unwrap().remove(&member);
            }
            match held(state, method, path, Some(body)).0 {
                200 => (204, vec![date], json!({})),
                _ => reply(404, json!({})),
            }
        }
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn what_a_server_says_by_itself_accuses_nobody() {
    const LOST: &[&str] = &["make/state/as-sent"];
    const IGNORED: &[&str] = &["editOne/state/applied"];
    let mut wrong = Vec::new();
    for (quirk, member, kind, broken) in [
        ("plain", "title", "string", &[][..]),
        ("own", "url", "string, format: uri", &[]),
        ("own", "position", "integer", &[]),
        ("own", "seal", "string", &[]),
        ("own", "touched", "string, format: date-time", &[]),
        ("own", "title", "string", LOST),
        ("own", "amount", "integer", LOST),
        ("ignores", "title", "string", IGNORED),
        ("ignores", "amount", "integer", IGNORED),
        ("ignores", "url", "string", IGNORED),
    ] {
        let schema = format!(
            "{{type: object, required: [name, {member}], properties: {{id: {{type: string}}, name: {{type: string}}, {member}: {{type: {kind}}}}}}}"
        );
        let paths = [
            ("/orders", &*format!("{LIST}\n{MAKE}")),
            ("/orders/{id}", SILENT),
        ];
        let things = [("/quirk", json!(quirk)), ("/member", json!(member))];
        let ran = run(&document(&schema, &paths), &[], &things, orders).await;
        let found = ran.gating.iter().filter(|id| id.contains("/state/"));
        if !found.clone().eq(broken) {
            wrong.push(format!("{quirk} {member}: {:?}", found.collect::<Vec<_>>()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Changes only those members that the query names.
fn masked(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    match method {
        "GET" if path == "/orders" => {
            let mut all = state.things.clone();
            all.retain(|at, _| at.starts_with("/orders/"));
            reply(200, json!(Vec::from_iter(all.into_values())))
        }
        "POST" | "PATCH" if !is_right(&body) => reply(400, json!({})),
        "POST" => {
            let id = format!("x{}", state.fresh() + 100);
            let thing = json!({"id": id, "name": body.unwrap_or_default()["name"]});
            state.things.insert(format!("/orders/{id}"), thing.clone());
            reply(201, thing)
        }
        "PATCH" => {
            let named = state
                .query
                .strip_prefix("updateMask=")
                .map(|text| text.replace("%2C", ","));
            let named = named.unwrap_or_default();
            let mut body = body.unwrap_or_default();
            let is_kept = said(state, "/quirk") == "ignores";
            let is_named = |name: &String| !is_kept && named.split(',').any(|one| one == name);
            body.as_object_mut()
                .unwrap()
                .retain(|name, _| is_named(name));
            held(state, method, path, Some(body))
        }
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn a_change_names_the_members_that_it_changes() {
    let mask = "patch: {parameters: [{name: updateMask, in: query, schema: {type: string}}], ";
    let one = ONE.replace("patch: {", mask);
    let paths = [
        ("/orders", &*format!("{LIST}\n{MAKE}")),
        ("/orders/{id}", &*one),
    ];
    for (quirk, broken) in [("plain", &[][..]), ("ignores", &["editOne/state/applied"])] {
        let things = [("/quirk", json!(quirk))];
        let ran = run(&document(NAMED, &paths), &[], &things, masked).await;
        assert_eq!(ran.gating, broken, "{quirk}");
    }
}

/// Changes what is there only for who names its state, though the document does not say by which header.
fn guarded(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let tag = |thing: &Value| {
        (
            "ETag",
            format!("\"{}\"", thing["name"].as_str().unwrap_or_default()),
        )
    };
    match (method, state.things.get(path).map(tag)) {
        ("POST", _) if is_right(&body) => {
            let id = format!("x{}", state.fresh() + 100);
            let thing = json!({"id": id, "name": body.unwrap_or_default()["name"]});
            state.things.insert(format!("/orders/{id}"), thing.clone());
            reply(201, thing)
        }
        ("POST", _) => reply(400, json!({})),
        ("PATCH" | "DELETE", Some((_, tag))) if state.if_match.as_ref() != Some(&tag) => {
            reply(428, json!({}))
        }
        ("PATCH", Some(_)) if !is_right(&body) => reply(400, json!({})),
        _ => {
            let (status, _, shown) = held(state, method, path, body);
            let tag = tag(&shown);
            (status, vec![tag], shown)
        }
    }
}

#[tokio::test]
async fn what_wants_to_be_told_its_state_is_told() {
    let paths = [("/orders", MAKE), ("/orders/{id}", ONE)];
    let ran = run(&document(NAMED, &paths), &[], &[], guarded).await;
    let accused = ran.gating.iter().filter(|id| id.contains("/state/"));
    assert_eq!(accused.count(), 0, "{:?}", ran.gating);
    assert!(ran.state.things.is_empty(), "{:?}", ran.why());
    assert!(ran.state.next > 1);
}
