//! Members that switch on what is made, where that acts by itself: it is made switched off.

use serde_json::Value;

use crate::battery::Trial;
use crate::contract::member_names::is_fixed;
use crate::contract::names::{folded, singular, words};
use crate::contract::{Media, Operation, Place, pointer};

use super::parts::last_fixed;

/// Last words of paths to things that act by themselves, or are told of what happens.
const ACTING: [&str; 23] = [
    "alert",
    "automation",
    "campaign",
    "check",
    "cron",
    "hook",
    "integration",
    "job",
    "listener",
    "monitor",
    "notification",
    "pipeline",
    "probe",
    "reminder",
    "rule",
    "schedule",
    "scheduler",
    "sink",
    "subscription",
    "task",
    "trigger",
    "webhook",
    "workflow",
];

/// What switches such a thing on, and what keeps it from acting, by the name of the member without `is`.
const ON: [&str; 4] = ["enabled", "active", "activated", "autostart"];
const OFF: [&str; 4] = ["disabled", "paused", "suspended", "muted"];

/// What a member is sent as so that nothing acts; `None` for any other member.
fn quiet(operation: &Operation, member: &str) -> Option<bool> {
    let last = words(last_fixed(&operation.path).unwrap_or_default()).pop();
    let acts = ACTING.contains(&&*singular(&last.unwrap_or_default()));
    let name = folded(member);
    let name = name.strip_prefix("is").unwrap_or(&name);
    match acts {
        true if ON.contains(&name) => Some(false),
        true if OFF.contains(&name) => Some(true),
        _ => None,
    }
}

/// Whether a member switches on what acts.
pub fn has(operation: &Operation, member: &str) -> bool {
    quiet(operation, member).is_some()
}

/// Whether a change leaves a member as it is.
pub fn is_still(operation: &Operation, member: &str) -> bool {
    is_fixed(member) || has(operation, member)
}

/// A body in which what would act is switched off, as far as the contract has such members.
pub fn quieted(operation: &Operation, media: &Media, body: Value) -> Value {
    let root = media.body.as_ref();
    let root = root.and_then(|body| body.shape.nodes.first());
    let mut names: Vec<&String> = root
        .into_iter()
        .flat_map(|root| root.properties.keys())
        .collect();
    names.sort();
    let is_whole = operation.method != "PATCH";
    names.into_iter().fold(body, |body, name| {
        let Some(value) = quiet(operation, name) else {
            return body;
        };
        let is_switch = || {
            let said = media.said_of(&Place::default().key(name));
            said.is_some_and(|said| said.get("type") == Some(&Value::from("boolean")))
        };
        let is_meant = body.is_object() && (is_whole || body.get(name).is_some());
        let other = Trial::with(&body, &pointer::join("", name), Value::from(value));
        match is_meant && is_switch() && media.allows(&other) {
            true => other,
            false => body,
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::contract::Contract;

    #[test]
    fn what_acts_by_itself_is_made_switched_off() {
        for (path, members, sent) in [
            (
                "/hooks",
                "enabled: {type: boolean}",
                json!({"name": "text", "enabled": false}),
            ),
            (
                "/hooks",
                "paused: {type: boolean, default: false}",
                json!({"name": "text", "paused": true}),
            ),
            (
                "/alert-rules",
                "isActive: {type: boolean, example: true}",
                json!({"name": "text", "isActive": false}),
            ),
            ("/hooks", "enabled: {type: string}", json!({"name": "text"})),
            (
                "/hooks",
                "enabled: {type: boolean, enum: [true]}",
                json!({"name": "text"}),
            ),
            ("/users", "active: {type: boolean}", json!({"name": "text"})),
        ] {
            let schema = format!(
                "{{type: object, required: [name], properties: {{name: {{type: string}}, {members}}}}}"
            );
            let text = format!(
                "paths: {{'{path}': {{post: {{requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}, responses: {{}}}}}}}}"
            );
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            contract.prepare_requests(0);
            let operation = &contract.operations[0];
            let media = operation.request_body.as_ref().unwrap().media().unwrap();
            let body = super::quieted(operation, media, media.bodies()[0].clone());
            assert_eq!(body, sent, "{path} {members}");
        }
    }
}
