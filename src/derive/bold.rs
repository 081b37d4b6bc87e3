//! Values that a server which loses what it is sent does not show by itself: others than the document's default, than the first
//! of the listed ones, and lists of more than one entry.

use serde_json::{Map, Value};

use crate::battery::Trial;
use crate::contract::member_names::is_kind;
use crate::contract::names::{singular, words};
use crate::contract::{DEFAULT_KEYWORD, Media, Operation, Place, PlaceStep, pointer};

use super::others::{of_number, of_text};
use super::switches;

/// Last words of members that say in which state a thing is, which may not be any at its beginning.
const STATES: [&str; 6] = ["state", "status", "phase", "stage", "step", "version"];

/// A body with such values, as far as the contract takes them; where it is `calm`, no text becomes another one.
pub fn bold(operation: &Operation, media: &Media, body: &Value, calm: bool) -> Value {
    let mut out = body.clone();
    for (name, value) in body.as_object().into_iter().flatten() {
        let last = words(name).pop().map(|last| singular(&last));
        let is_state = last.is_some_and(|last| STATES.contains(&&*last));
        if is_state || is_kind(name) || switches::has(operation, name) {
            continue;
        }
        let at = pointer::join("", name);
        let others = others(media, &Place::default().key(name), value, calm);
        let mut bodies = others
            .into_iter()
            .map(|other| Trial::with(&out, &at, other));
        if let Some(body) = bodies.find(|body| media.allows(body)) {
            out = body;
        }
    }
    out
}

/// Values that show more than that one, the plainest first; none where it does already.
fn others(media: &Media, place: &Place, value: &Value, calm: bool) -> Vec<Value> {
    let said = media.said_of(place).unwrap_or_default();
    if let Some(others) = listed(&said, value) {
        return others;
    }
    let has_default = said.contains_key(DEFAULT_KEYWORD);
    match value {
        Value::Array(items) => more(media, place, items),
        _ if !has_default => Vec::new(),
        Value::Bool(flag) => vec![Value::from(!flag)],
        Value::Number(_) => of_number(value, said.get("multipleOf")),
        Value::String(text) if !calm => texts(text, &said),
        _ => Vec::new(),
    }
}

/// The other values of a list of them, where that one is the first or the default.
fn listed(said: &Map<String, Value>, value: &Value) -> Option<Vec<Value>> {
    let options = said.get("enum")?.as_array()?;
    let is_usual = options.first() == Some(value) || said.contains_key(DEFAULT_KEYWORD);
    let others = options.iter().filter(|one| *one != value && !one.is_null());
    Some(others.filter(|_| is_usual).cloned().collect())
}

/// The same list with one more entry, where a change has another one left; else one of another entry.
fn more(media: &Media, place: &Place, items: &[Value]) -> Vec<Value> {
    let [only] = items else {
        return Vec::new();
    };
    let said = media.said_of(&place.with(PlaceStep::Each));
    let options = said.as_ref().and_then(|said| said.get("enum")?.as_array());
    let others = options.into_iter().flatten();
    let others: Vec<&Value> = others
        .filter(|one| *one != only && !one.is_null())
        .collect();
    let pairs = others.iter().filter(|_| others.len() > 1);
    let pairs = pairs.map(|other| vec![only.clone(), (*other).clone()]);
    let alone = others.iter().map(|other| vec![(*other).clone()]);
    pairs.chain(alone).map(Value::from).collect()
}

/// Other texts than a default one: of a few kinds that a server may know one by one, a usual one.
fn texts(text: &str, said: &Map<String, Value>) -> Vec<Value> {
    const USUAL: [[&str; 2]; 10] = [
        ["eur", "usd"],
        ["usd", "eur"],
        ["EUR", "USD"],
        ["USD", "EUR"],
        ["en", "de"],
        ["en-US", "de-DE"],
        ["UTC", "Europe/Berlin"],
        ["DE", "FR"],
        ["US", "DE"],
        ["application/octet-stream", "text/plain"],
    ];
    let known = USUAL.iter().find(|[one, _]| *one == text);
    if let Some([_, other]) = known {
        return vec![Value::from(*other)];
    }
    let mut said = said.clone();
    // A default that a pattern describes may be any other such text.
    said.shift_remove("x-conform-value");
    of_text(text, &said).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::contract::Contract;

    use super::*;

    #[test]
    fn what_a_server_shows_by_itself_is_not_sent() {
        for (said, value, calm, other) in [
            ("boolean, default: true", json!(true), true, json!(false)),
            ("boolean", json!(true), true, json!(true)),
            ("integer, default: 5, maximum: 9", json!(5), true, json!(6)),
            ("integer, default: 9, maximum: 9", json!(9), true, json!(8)),
            ("string, default: eur", json!("eur"), false, json!("usd")),
            ("string, default: eur", json!("eur"), true, json!("eur")),
            (
                "string, pattern: '^#[0-9]{3}$', default: '#888'",
                json!("#888"),
                false,
                json!("#889"),
            ),
            ("string, enum: [a, b, c]", json!("a"), true, json!("b")),
            ("string, enum: [a, b, c]", json!("b"), true, json!("b")),
            (
                "string, enum: [a, b], default: b",
                json!("b"),
                true,
                json!("a"),
            ),
            (
                "array, items: {type: string, enum: [a, b, c]}",
                json!(["a"]),
                true,
                json!(["a", "b"]),
            ),
            (
                "array, items: {type: string, enum: [a, b]}",
                json!(["a"]),
                true,
                json!(["b"]),
            ),
            (
                "array, maxItems: 1, items: {type: string, enum: [a, b, c]}",
                json!(["a"]),
                true,
                json!(["b"]),
            ),
            (
                "array, items: {type: string}",
                json!(["a"]),
                true,
                json!(["a"]),
            ),
        ] {
            for (name, is_bold) in [("m", true), ("status", false), ("kind", false)] {
                let text = format!(
                    "paths: {{/a: {{post: {{requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{{name}: {{type: {said}}}}}}}}}}}}}, responses: {{}}}}}}}}"
                );
                let contract = Contract::load("t.yaml", text, &[]).unwrap();
                contract.prepare_requests(0);
                let operation = &contract.operations[0];
                let media = operation.request_body.as_ref().unwrap().media().unwrap();
                let body = json!({ name: value });
                let found = bold(operation, media, &body, calm);
                let wanted = if is_bold { &other } else { &value };
                assert_eq!(&found[name], wanted, "{name} {said}");
            }
        }
    }
}
