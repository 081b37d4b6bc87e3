//! Why an answer that what was just there is not there accuses nobody: a change may have given it another name, or hidden it,
//! and a body may name another thing that is not there.

use serde_json::Value;

use crate::battery::{Expects, Step};
use crate::contract::names::words;
use crate::exchange::Exchange;

use super::alike::names_the_same;
use super::doubt::{Past, is_state};
use super::over::{DISMISSED, has_part};

/// Last words of members that may name another thing.
const OTHERS: [&str; 22] = [
    "account",
    "assignee",
    "author",
    "category",
    "company",
    "customer",
    "department",
    "folder",
    "group",
    "guid",
    "id",
    "ids",
    "key",
    "owner",
    "parent",
    "project",
    "ref",
    "reference",
    "role",
    "team",
    "user",
    "uuid",
];

/// Why it proves nothing, where it does not; `step` was answered that it is not there, and what it is about was read before.
pub fn why(step: &Step, exchange: &Exchange, past: &Past) -> Option<String> {
    let status = exchange.answer()?.status;
    if !(400..500).contains(&status) || step.breaks_other.is_none() {
        return None;
    }
    if !matches!(status, 404 | 410) {
        let is_valid = step.expects == Expects::Success;
        return is_valid
            .then(|| format!("it was answered {status}, which says nothing of what is there"));
    }
    let request = &exchange.request;
    let sent = request.body.as_ref();
    let sent: Option<Value> = sent.and_then(|body| serde_json::from_slice(&body.bytes).ok());
    if request.method != "GET" {
        let named = sent.as_ref().and_then(names_another)?;
        return Some(format!(
            "it was answered {status}, and `{named}` of its body may name what is not there"
        ));
    }
    let told = past.told.as_ref()?;
    if !past.shown.contains_key(&step.operation) {
        return Some("no read before the change showed that it was there".to_owned());
    }
    let changed = past.sent.as_ref().and_then(Value::as_object);
    let mut changed = changed.into_iter().flatten().map(|(name, _)| name);
    if let Some(name) = changed.find(|name| is_state(name) || has_part(name, &DISMISSED)) {
        return Some(format!(
            "the change sent `{name}`, which may say that it is not to be seen any more"
        ));
    }
    let path = request.target.split(['?', '#']).next().unwrap_or_default();
    let id = path
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    let is_same = told.as_ref().is_some_and(|answer| has_id(answer, id));
    (!is_same && !is_made(id)).then(|| {
        "nothing shows that it goes by the same name after the change as before".to_owned()
    })
}

/// The member of a body that may name another thing.
fn names_another(body: &Value) -> Option<&String> {
    let is_one = |name: &str| {
        words(name)
            .last()
            .is_some_and(|last| OTHERS.contains(&&**last))
    };
    match body {
        Value::Object(map) => map.iter().find_map(|(name, value)| {
            let own = is_one(name) && !value.is_null();
            own.then_some(name).or_else(|| names_another(value))
        }),
        Value::Array(items) => items.iter().find_map(names_another),
        _ => None,
    }
}

/// Whether an answer shows that id, in it or in an object of it.
fn has_id(answer: &Value, id: &str) -> bool {
    let map = answer.as_object();
    let inner = map.into_iter().flat_map(|map| map.values());
    let all = inner.filter_map(Value::as_object).chain(map);
    let mut values = all.flat_map(|map| map.values());
    values.any(|value| names_the_same(&Value::from(id), value))
}

/// Whether an id is a number or has the form of a UUID: no server makes these of what it was sent.
fn is_made(id: &str) -> bool {
    let is_number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<usize> = id.split('-').map(str::len).collect();
    let is_hex = id
        .bytes()
        .all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    is_number || parts == [8, 4, 4, 4, 12] && is_hex
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_body_names_may_not_be_there() {
        for (body, named) in [
            (json!({"name": "a", "size": 1}), None),
            (json!({"name": "a", "supplier_id": 3}), Some("supplier_id")),
            (json!({"name": "a", "supplier_id": null}), None),
            (json!({"lines": [{"productKey": "x"}]}), Some("productKey")),
        ] {
            assert_eq!(names_another(&body).map(String::as_str), named, "{body}");
        }
    }

    #[test]
    fn an_id_that_no_text_is_made_to() {
        for (id, is_own) in [
            ("17", true),
            ("12345678-90ab-4def-9234-567890ac0a10", true),
            ("big-red", false),
            ("", false),
        ] {
            assert_eq!(is_made(id), is_own, "{id}");
        }
    }
}
