//! Members that a service loses or ignores beside others that it keeps, and services that may do so.

use serde_json::{Value, json};

use super::own_service::{LIST, MAKE, ONE, Reply, State, document, held, is_right, reply, run};

/// Keeps orders, in the way that `/quirk` names; `/member` names the one that it is about.
fn orders(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let said = |at: &str| state.things[at].as_str().unwrap_or_default().to_owned();
    let (quirk, member) = (said("/quirk"), said("/member"));
    let is_number = |body: &Value| body.get(&member).is_none_or(Value::is_i64);
    if method != "GET" && method != "DELETE" {
        let is_whole = |body: &Option<Value>| body.as_ref().is_some_and(is_number);
        if !is_right(&body) || !is_whole(&body) {
            return reply(400, json!({}));
        }
    }
    match (method, path) {
        ("GET", "/orders") => {
            let mut all = state.things.clone();
            all.retain(|path, _| path.starts_with("/orders/"));
            reply(200, json!(Vec::from_iter(all.into_values())))
        }
        ("POST", _) => {
            let path = format!("/orders/{}", state.fresh() + 100);
            let mut thing = body.unwrap_or_default();
            thing["id"] = json!(path.trim_start_matches("/orders/"));
            let has_it = thing.get(&member).is_some();
            match &*quirk {
                "loses" => drop(thing.as_object_mut().unwrap().remove(&member)),
                "nulls" if has_it => thing[&member] = Value::Null,
                "begins" => thing[&member] = json!(0),
                _ => {}
            }
            state.things.insert(path, thing.clone());
            reply(201, thing)
        }
        ("GET", _) if quirk == "hides" => {
            let (status, headers, mut thing) = held(state, method, path, body);
            thing.as_object_mut().unwrap().remove(&member);
            (status, headers, thing)
        }
        ("PATCH", _) if ["ignores", "begins"].contains(&&*quirk) => {
            let mut body = body.unwrap_or_default();
            body.as_object_mut().unwrap().remove(&member);
            held(state, method, path, Some(body))
        }
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn what_is_lost_or_ignored_beside_others_is_found_unless_something_explains_it() {
    const LOST: &[&str] = &["make/state/as-sent"];
    const HIDDEN: &[&str] = &["make/state/as-sent", "editOne/state/applied"];
    const IGNORED: &[&str] = &["editOne/state/applied"];
    let mut wrong = Vec::new();
    // The quirk, the member and what is said of it, what is required, what else there is, how the read is asked.
    for (quirk, (member, said), required, more, broken) in [
        ("plain", ("size", ""), "name", "", &[][..]),
        ("loses", ("size", ""), "name", "", LOST),
        ("nulls", ("size", ""), "name", "", LOST),
        // Nobody would see that a zero is lost.
        ("loses", ("size", ", minimum: 0"), "name", "", LOST),
        (
            "loses",
            ("size", ", description: Shown to admins only"),
            "name",
            "",
            &[],
        ),
        ("loses", ("size", ", deprecated: true"), "name", "", &[]),
        (
            "loses",
            ("size", ", default: 7, minimum: 7, maximum: 7"),
            "name",
            "",
            &[],
        ),
        // What is sent is not the default, where it need not be.
        (
            "loses",
            ("size", ", default: 7, example: 7"),
            "name",
            "",
            LOST,
        ),
        ("loses", ("size", ""), "name", ", type: {type: string}", &[]),
        ("loses", ("size", ""), "name", "fields", &[]),
        ("hides", ("size", ""), "name", "", HIDDEN),
        ("hides", ("size", ""), "name", "fields", &[]),
        ("loses", ("orders", ""), "name", "", &[]),
        ("loses", ("ownerNumber", ""), "name", "", &[]),
        ("plain", ("size", ""), "name, size", "", &[]),
        ("ignores", ("size", ""), "name, size", "", IGNORED),
        (
            "ignores",
            ("size", ", description: Cannot be changed"),
            "name, size",
            "",
            &[],
        ),
        ("ignores", ("points", ""), "name, points", "", &[]),
        ("ignores", ("count", ""), "name, count", "", &[]),
        ("begins", ("size", ""), "name, size", "", &[]),
    ] {
        let is_view = more == "fields";
        let more = if is_view { "" } else { more };
        let kind = if quirk == "nulls" {
            "[integer, 'null']"
        } else {
            "integer"
        };
        let schema = format!(
            "{{type: object, required: [{required}], properties: {{id: {{type: string}}, name: {{type: string}}, {member}: {{type: {kind}{said}}}{more}}}}}"
        );
        let view = "get: {parameters: [{name: fields, in: query, schema: {type: string}}], ";
        let one = if is_view {
            ONE.replace("get: {", view)
        } else {
            ONE.to_owned()
        };
        let paths = [
            ("/orders", &*format!("{LIST}\n{MAKE}")),
            ("/orders/{id}", &*one),
        ];
        let things = [("/quirk", json!(quirk)), ("/member", json!(member))];
        let ran = run(&document(&schema, &paths), &[], &things, orders).await;
        let found = ran.gating.iter().filter(|id| id.contains("/state/"));
        if !found.eq(broken) {
            let row = format!("{quirk} {member}{said}{more} {is_view}");
            wrong.push(format!("{row}: {:?}", ran.gating));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
