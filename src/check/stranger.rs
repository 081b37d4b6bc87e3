//! Whether an answer to a made-up id shows somebody's resource.

use serde_json::Value;

use crate::contract::{Level, Operation, StatusKey};

/// What the valid request was answered, and the ids that it was sent with.
#[derive(Debug, Clone, Copy)]
pub struct Valid<'r> {
    /// The body.
    pub body: &'r Value,
    /// The ids.
    pub ids: &'r [Value],
}

/// Whether the body is that of a resource with another id than the made-up ones that were `sent`: it has an id where the
/// valid answer has its own, or it is the valid answer and shows something.
pub fn is_shown<'s>(valid: Valid<'_>, sent: impl Iterator<Item = &'s str>, body: &Value) -> bool {
    let sent: Vec<&str> = sent.collect();
    match other_id(valid.ids, &sent, valid.body, body) {
        Some(is_other) => is_other,
        None => valid.body == body && shows_something(body) && !tells_error(body),
    }
}

/// How bad an answer to a made-up id is that is nobody's.
pub fn level(operation: &Operation, body: Option<&Value>) -> Level {
    match is_made_up(operation, body) {
        true => Level::Should,
        false => Level::Info,
    }
}

/// Whether a change of what nobody has is answered with a thing, although the document says what is answered then, and that
/// nothing is made.
fn is_made_up(operation: &Operation, body: Option<&Value>) -> bool {
    let says = |status: u16| {
        let mut all = operation.responses.iter();
        all.any(|response| response.key == StatusKey::Exact(status))
    };
    let is_change = match &*operation.method {
        "PATCH" => true,
        // What is put below a thing may be refused for that one.
        "PUT" => operation.path.matches('{').count() == 1,
        _ => false,
    };
    is_change && says(404) && !says(201) && body.is_some_and(is_thing)
}

/// Whether a body shows a thing, and not what went wrong.
fn is_thing(body: &Value) -> bool {
    body.is_object() && shows_something(body) && !tells_error(body)
}

/// Whether an id stands where the valid answer has its own, and is not the one that was sent; `None` where none does.
fn other_id(ids: &[Value], sent: &[&str], valid: &Value, body: &Value) -> Option<bool> {
    if let (Value::Object(valid), Value::Object(body)) = (valid, body) {
        let mut shared = valid
            .iter()
            .filter_map(|(name, value)| Some((value, body.get(name)?)));
        return shared.find_map(|(valid, body)| other_id(ids, sent, valid, body));
    }
    let text = text_of(valid)?;
    let is_id = ids.iter().any(|id| text_of(id).as_ref() == Some(&text));
    let found = text_of(body).filter(|found| is_id && !found.is_empty())?;
    Some(!sent.contains(&found.as_str()))
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether it is what some answer in the place of a resource, with a status of success: what went wrong.
fn tells_error(body: &Value) -> bool {
    const STATES: [&str; 5] = ["status", "state", "result", "ok", "success"];
    let tells = |(name, value): (&String, &Value)| {
        let name = name.to_ascii_lowercase();
        let is_bad = match value {
            Value::Bool(flag) => !flag,
            Value::String(text) => {
                let text = text.to_ascii_lowercase();
                ["error", "fail", "failed", "failure"].contains(&text.as_str())
            }
            _ => false,
        };
        let is_named = ["error", "errors"].contains(&name.as_str());
        is_named && !value.is_null() || is_bad && STATES.contains(&name.as_str())
    };
    body.as_object().is_some_and(|map| map.iter().any(tells))
}

/// Whether there is anything in it that is somebody's: no page without items.
fn shows_something(body: &Value) -> bool {
    match body {
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => {
            let is_vacant = |value: &Value| value.as_array().is_some_and(Vec::is_empty);
            map.values().any(|value| !value.is_null()) && !map.values().any(is_vacant)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_resource_with_another_id_is_somebodys() {
        let one = json!({"id": 7, "name": "a", "owner": {"id": "u7"}});
        for (valid, body, shown) in [
            (&one, json!({"id": 8, "name": "b"}), true),
            (&one, json!({"id": 7, "name": "a"}), true),
            (&one, json!({"id": "8"}), true),
            // The target makes one up, or says which one it does not know.
            (&one, json!({"id": 99, "name": null}), false),
            (&one, json!({"id": "99"}), false),
            (&one, json!({"id": null, "name": "?"}), false),
            (&one, json!({"error": "not found"}), false),
            (
                &json!({"data": {"key": "7"}}),
                json!({"data": {"key": "8"}}),
                true,
            ),
            (&json!({"theme": "dark"}), json!({"theme": "dark"}), true),
            (&json!({"theme": "dark"}), json!({"theme": "light"}), false),
            (
                &json!({"status": "ERROR", "reason": "no such address"}),
                json!({"status": "ERROR", "reason": "no such address"}),
                false,
            ),
            (
                &json!({"ok": false, "why": "?"}),
                json!({"ok": false, "why": "?"}),
                false,
            ),
            (
                &json!({"status": "open", "ok": true}),
                json!({"status": "open", "ok": true}),
                true,
            ),
            (
                &json!({"pets": [], "total": 0}),
                json!({"pets": [], "total": 0}),
                false,
            ),
            (&json!([1, 2]), json!([1, 2]), true),
            (&json!([]), json!([]), false),
            (&json!(null), json!(null), false),
        ] {
            let id = json!(7);
            let valid = Valid {
                body: valid,
                ids: std::slice::from_ref(&id),
            };
            assert_eq!(is_shown(valid, ["99"].into_iter(), &body), shown, "{body}");
        }
    }
}
