//! What has to stand in a member that need not be sent, against services that ask for it and such that do not.

use serde_json::{Value, json};

use super::own_service::{LIST, MAKE, ONE, Reply, State, document, held, is_right, reply, run};

/// Keeps orders, and looks at their addresses in the way that `/quirk` names.
fn orders(state: &mut State, method: &str, path: &str, body: Option<Value>) -> Reply {
    let quirk = state.things["/quirk"].as_str().unwrap_or_default();
    let address = body.as_ref().and_then(|body| body.get("address"));
    let is_taken = match (quirk, address) {
        (_, None) | ("any", _) => true,
        ("none", Some(_)) => false,
        (_, Some(address)) => address["street"].is_string(),
    };
    match (method, path) {
        ("GET", "/orders") => reply(200, json!([])),
        ("POST" | "PATCH", _) if !is_right(&body) || !is_taken => reply(400, json!({})),
        ("POST", _) => {
            let id = (state.fresh() + 100).to_string();
            let mut thing = body.unwrap_or_default();
            thing["id"] = json!(id);
            state.things.insert(format!("/orders/{id}"), thing.clone());
            reply(201, thing)
        }
        _ => held(state, method, path, body),
    }
}

#[tokio::test]
async fn what_a_member_has_to_have_is_asked_for_where_it_is_sent() {
    const STREET: &str = "make/body/address/street/required";
    let mut wrong = Vec::new();
    for (quirk, said, is_broken) in [
        ("street", "", false),
        ("any", "", true),
        // What takes none refuses it rightly, and what has a default for what is lacking takes it rightly.
        ("none", "", false),
        ("any", ", default: Elm Street", false),
    ] {
        let schema = format!(
            "{{type: object, required: [name], properties: {{id: {{type: string}}, name: {{type: string}}, address: {{type: object, required: [street], properties: {{street: {{type: string{said}}}}}}}}}}}"
        );
        let paths = [
            ("/orders", &*format!("{LIST}\n{MAKE}")),
            ("/orders/{id}", ONE),
        ];
        let things = [("/quirk", json!(quirk))];
        let ran = run(&document(&schema, &paths), &[], &things, orders).await;
        let has_it = ran.gating.iter().any(|found| found == STREET);
        if has_it != is_broken {
            wrong.push(format!("{quirk}{said}: {:?}", ran.gating));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
