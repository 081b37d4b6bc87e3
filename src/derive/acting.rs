//! What acts on more than a request makes: POSTs that change what their path names or the service itself, and parameters
//! that say what is done.

use serde_json::Value;

use crate::contract::names::words;
use crate::contract::{Contract, In, Operation, Parameter, Place, PlaceStep};

use super::acts;
use super::gentle::{HARSH, SWEEPING, is_write};
use super::reading::Answer;

/// Why a POST may change the one thing that its path leads to, or the account or the service itself; `None` for any other.
pub fn one_thing(contract: &Contract, operation: &Operation) -> Option<String> {
    const ITS_OWN: [&str; 15] = [
        "otp",
        "totp",
        "tfa",
        "2fa",
        "mfa",
        "password",
        "config",
        "configuration",
        "settings",
        "preferences",
        "restore",
        "migrate",
        "defaults",
        "seed",
        "bootstrap",
    ];
    // What is done to no thing that the path names is done to all.
    const OF_ALL: [&str; 28] = [
        "claim",
        "compact",
        "compaction",
        "defrag",
        "defragment",
        "deploy",
        "dequeue",
        "disable",
        "enable",
        "invalidate",
        "lease",
        "lock",
        "maintenance",
        "mode",
        "next",
        "pause",
        "pop",
        "rebuild",
        "receive",
        "reindex",
        "reload",
        "resume",
        "save",
        "start",
        "stop",
        "transfer-leadership",
        "unlock",
        "upgrade",
    ];
    let path = operation.path.trim_end_matches('/');
    if operation.method != "POST" || path.contains('{') {
        return None;
    }
    let below = format!("{path}/{{");
    let mut others = contract.operations.iter();
    if others.any(|other| other.path.starts_with(&below)) {
        return None;
    }
    if let Some(verb) = path.rsplit('/').next().filter(|last| OF_ALL.contains(last)) {
        return Some(format!("its path ends with the verb `{verb}`"));
    }
    let mut all = words(path).into_iter();
    if let Some(word) = all.find(|word| ITS_OWN.contains(&word.as_str())) {
        return Some(format!("its path has the word `{word}`"));
    }
    if is_one(contract, path) {
        return Some("its path leads to one thing, which it may change".to_owned());
    }
    if acts::makes(contract, operation) || acts::says(operation, &acts::READS) {
        return None;
    }
    let (above, _) = path.rsplit_once('/')?;
    let is_root = words(above).iter().all(|word| {
        word == "api"
            || word
                .trim_start_matches('v')
                .chars()
                .all(|c| c.is_ascii_digit())
    });
    (!is_root && is_one(contract, above))
        .then(|| "its path leads to a part of one thing, which it may change".to_owned())
}

/// Why a POST that makes nothing may act on the service itself: nothing is given to it but choices. Its requests are
/// prepared.
pub fn of_itself(contract: &Contract, operation: &Operation) -> Option<String> {
    let mut parameters = operation.parameters.iter();
    let is_apart = operation.method != "POST"
        || parameters.any(|one| one.required && one.location == In::Query)
        || operation.path.contains('{')
        || acts::makes(contract, operation)
        || acts::says(operation, &acts::READS);
    (!is_apart && chooses_only(operation)).then(|| {
        "it makes nothing that the document names, and takes no more than choices".to_owned()
    })
}

/// Whether a path is read as one thing.
fn is_one(contract: &Contract, path: &str) -> bool {
    let mut reads = contract
        .operations
        .iter()
        .filter(|other| other.method == "GET" && other.path.trim_end_matches('/') == path);
    reads.any(|read| {
        read.success_bodies().next().is_some_and(|body| {
            let answer = Answer::new(contract, body);
            answer.arrays().next().is_none() && answer.is_object(0)
        })
    })
}

/// Whether a request has no body, or one in which there are only switches and values of a few.
fn chooses_only(operation: &Operation) -> bool {
    let Some(body) = &operation.request_body else {
        return true;
    };
    let mut content = body.content.iter();
    content.all(|media| {
        let members = media.fullest().and_then(Value::as_object);
        members.is_some_and(|members| {
            !members.is_empty()
                && members.iter().all(|(name, value)| {
                    let place = Place::default().with(PlaceStep::Key(name.as_str().into()));
                    let said = media.said_of(&place).unwrap_or_default();
                    value.is_boolean() || said.contains_key("enum") || said.contains_key("const")
                })
        })
    })
}

/// Whether an optional parameter is not tried: by its name, or since its description says that it sets a state, which only
/// something that changes can.
pub fn is_acting(contract: &Contract, operation: &Operation, parameter: &Parameter) -> bool {
    const SETS: [&str; 5] = ["set", "sets", "queue", "recheck", "trigger"];
    if parameter.required {
        return false;
    }
    let node = contract.document.at(&parameter.pointer);
    let said = node.and_then(|(node, _)| node.prose("description"));
    let said = words(said.unwrap_or_default());
    let is_state = ["state", "status", "paused", "muted"];
    let sets = said
        .first()
        .is_some_and(|first| SETS.contains(&first.as_str()))
        && said
            .iter()
            .take(4)
            .any(|word| is_state.contains(&word.as_str()));
    is_left_out(&parameter.name) || sets && !is_write(operation)
}

/// What a parameter that has to be sent says of what is done, where that is more than the run made: `delete_tasks`.
pub fn told_to_sweep(operation: &Operation) -> Option<String> {
    if !is_write(operation) || operation.method == "DELETE" {
        return None;
    }
    let own = operation.parameters.iter();
    let mut own = own.filter(|one| one.required && one.location != In::Path);
    own.find_map(|parameter| {
        let mut texts = parameter.values().iter().filter_map(Value::as_str);
        let sweeps = texts.find(|text| {
            let mut all = words(text).into_iter();
            all.any(|word| SWEEPING.contains(&word.as_str()) || HARSH.contains(&word.as_str()))
        })?;
        let name = &parameter.name;
        Some(format!("its parameter `{name}` may say `{sweeps}`"))
    })
}

/// Whether an optional parameter is left out: it makes an answer wait or never end, or does more than it asks.
pub fn is_left_out(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "force",
        "recheck",
        "execute",
        "watch",
        "follow",
        "stream",
        "wait",
        "poll",
        "longpoll",
        "timeout",
        "tail",
        "keepalive",
    ];
    words(name).iter().any(|word| {
        let word = word.as_str();
        [&WORDS[..], &HARSH, &SWEEPING]
            .iter()
            .any(|known| known.contains(&word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_parameter_says_of_what_is_done_counts() {
        let load = |method: &str, parameter: &str| {
            let text = format!(
                "paths: {{/x: {{{method}: {{parameters: [{parameter}], responses: {{}}}}}}}}"
            );
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            contract.prepare_requests(0);
            contract
        };
        let id = "{name: id, in: query, required: true, schema: {type: string, enum: [delete_tasks, show]}}";
        for (method, sweeps) in [
            ("post", true),
            ("put", true),
            ("delete", false),
            ("get", false),
        ] {
            let contract = load(method, id);
            assert_eq!(
                told_to_sweep(&contract.operations[0]).is_some(),
                sweeps,
                "{method}"
            );
        }
        for (method, description, is_out) in [
            ("get", "Set pause state", true),
            ("get", "Set to true to see those that are gone", false),
            ("get", "Set the largest number of items", false),
            ("get", "The state of the items", false),
            ("post", "Set pause state", false),
        ] {
            let contract = load(
                method,
                &format!(
                    "{{name: p, in: query, description: {description}, schema: {{type: string}}}}"
                ),
            );
            let operation = &contract.operations[0];
            let found = is_acting(&contract, operation, &operation.parameters[0]);
            assert_eq!(found, is_out, "{method} {description}");
        }
    }

    #[test]
    fn what_is_done_to_the_service_is_sent_only_when_it_is_named() {
        for (path, is_out) in [
            ("/v3/auth/disable", true),
            ("/mappings/save", true),
            ("/users/{id}/disable", false),
            ("/starts", false),
        ] {
            let text = format!("paths: {{'{path}': {{post: {{responses: {{}}}}}}}}");
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            let found = one_thing(&contract, &contract.operations[0]).is_some();
            assert_eq!(found, is_out, "{path}");
        }
    }

    #[test]
    fn a_post_that_takes_choices_and_makes_nothing_acts_on_the_service() {
        let mode = "requestBody: {content: {application/json: {schema: {type: object, properties: {mode: {enum: [off, on]}, now: {type: boolean}}}}}}, ";
        let text = "requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}, ";
        for (path, body, status, acts) in [
            ("/switch", mode, 200, true),
            ("/switch", "", 202, true),
            ("/switch", mode, 201, false),
            ("/switch", text, 200, false),
            ("/search", mode, 200, false),
            ("/things/{id}/switch", "", 200, false),
        ] {
            let text = format!(
                "paths: {{'{path}': {{post: {{{body}responses: {{'{status}': {{description: d}}}}}}}}}}"
            );
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            contract.prepare_requests(0);
            let found = of_itself(&contract, &contract.operations[0]).is_some();
            assert_eq!(found, acts, "{path} {body}{status}");
        }
    }

    #[test]
    fn what_lies_below_one_thing_is_a_part_of_it() {
        let one = "{type: object, properties: {name: {type: string}}}";
        let post = "{post: {requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string}}}}}}, responses: {'200': {description: d}}}}";
        for (above, is_out) in [("/profile", true), ("/v1", false), ("/api", false)] {
            let text = format!(
                "paths: {{'{above}/theme': {post}, '{above}': {{get: {{responses: {{'200': {{description: d, content: {{application/json: {{schema: {one}}}}}}}}}}}}}}}"
            );
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            let found = one_thing(&contract, &contract.operations[0]).is_some();
            assert_eq!(found, is_out, "{above}");
        }
    }

    #[test]
    fn what_waits_or_acts_is_no_optional_parameter_to_try() {
        for name in [
            "watch",
            "longPoll",
            "recheck_all",
            "force",
            "delete-children",
            "reset",
        ] {
            assert!(is_left_out(name), "{name}");
        }
        for name in ["limit", "deleted", "waiting", "status"] {
            assert!(!is_left_out(name), "{name}");
        }
    }
}
