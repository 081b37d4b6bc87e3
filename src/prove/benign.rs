//! Benign mutants: worlds that differ from the recorded one and keep the contract. None may be caught.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::contract::{Kind, StatusKey, pointer};
use crate::exchange::{Answer, Credentials};

use super::mutant::Edit;
use super::place;
use super::world::{World, set_header, with_answer, with_body};

/// A change that breaks nothing.
#[derive(Clone)]
pub struct Benign {
    /// What is changed.
    pub name: &'static str,
    /// The change.
    pub edit: Edit,
}

/// All of them that make sense for a world.
pub fn all(world: &World<'_>) -> Vec<Benign> {
    let mut out = vec![
        Benign {
            name: "keys in another order",
            edit: body(|body| *body = reordered(body)),
        },
        Benign {
            name: "pretty-printed bodies",
            edit: text(|value| serde_json::to_string_pretty(value).unwrap_or_default()),
        },
        Benign {
            name: "escaped bodies",
            edit: text(escaped),
        },
        Benign {
            name: "header names in upper case",
            edit: answer(|answer| {
                answer
                    .headers
                    .iter_mut()
                    .for_each(|(name, _)| *name = name.to_ascii_uppercase())
            }),
        },
        Benign {
            name: "header names in lower case",
            edit: answer(|answer| {
                answer
                    .headers
                    .iter_mut()
                    .for_each(|(name, _)| *name = name.to_ascii_lowercase())
            }),
        },
        Benign {
            name: "a charset parameter",
            edit: answer(with_charset),
        },
        Benign {
            name: "an unknown header",
            edit: answer(|answer| set_header(answer, "X-Conform-Unknown", Some("1"))),
        },
    ];
    out.extend(extra_fields(world));
    out.extend(one_page(world));
    out
}

fn answer(change: impl Fn(&mut Answer) + Send + Sync + 'static) -> Edit {
    Arc::new(move |_, sent| with_answer(sent.recorded?, &change))
}

fn body(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Edit {
    Arc::new(move |_, sent| {
        with_body(sent.recorded?, |body| {
            change(body);
            true
        })
    })
}

fn text(write: impl Fn(&Value) -> String + Send + Sync + 'static) -> Edit {
    answer(move |answer| {
        if let Ok(value) = serde_json::from_slice::<Value>(&answer.body) {
            answer.body = Arc::new(write(&value).into_bytes());
        }
    })
}

fn reordered(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .rev()
                .map(|(key, value)| (key.clone(), reordered(value)))
                .collect::<Map<_, _>>(),
        ),
        Value::Array(items) => Value::Array(items.iter().map(reordered).collect()),
        other => other.clone(),
    }
}

/// Every letter of a string as `\uXXXX` would be too much to read; the solidus is enough to tell parsers apart.
fn escaped(value: &Value) -> String {
    value.to_string().replace('/', "\\/")
}

fn with_charset(answer: &mut Answer) {
    let given = answer.header("content-type").next().map(str::to_owned);
    if let Some(given) = given.filter(|given| !given.contains(';')) {
        set_header(
            answer,
            "Content-Type",
            Some(&format!("{given}; charset=utf-8")),
        );
    }
}

/// Extra properties, where the schema of the body leaves its objects open.
fn extra_fields(world: &World<'_>) -> Option<Benign> {
    let collection = world.collection()?.clone();
    let closed = world.plan.clauses.iter().any(|(_, clause)| {
        clause.kind() == Kind::Schema
            && clause.subject.status.and_then(StatusKey::hundreds) == Some(2)
            && matches!(
                clause.subject.keyword,
                "additionalProperties"
                    | "unevaluatedProperties"
                    | "maxProperties"
                    | "propertyNames"
            )
    });
    if closed {
        return None;
    }
    let items = pointer::tokens(&collection.items);
    let edit = Arc::new(move |_: &World<'_>, sent: &super::mutant::Sent<'_>| {
        let status = sent.recorded?.answer()?.status;
        if sent.request.credentials != Credentials::Valid || status != 200 {
            return None;
        }
        with_body(sent.recorded?, |body| {
            let mut list = items.clone();
            list.push("0".to_owned());
            list.push("x_conform_unknown".to_owned());
            let is_page = place::get(body, &items)
                .and_then(Value::as_array)
                .is_some_and(|items| !items.is_empty());
            is_page
                && place::put(body, &list, &[], json!({"a": [1]}))
                && place::put(body, &["x_conform_unknown".to_owned()], &[], json!(true))
        })
    });
    Some(Benign {
        name: "unknown properties in open objects",
        edit,
    })
}

/// All items on one page, without links.
fn one_page(world: &World<'_>) -> Option<Benign> {
    let collection = world.collection()?.clone();
    let items = pointer::tokens(&collection.items);
    let mut all = Vec::new();
    for target in &world.pages {
        let body = super::world::body_of(world.page(target)?)?;
        all.extend(place::get(&body, &items)?.as_array()?.iter().cloned());
    }
    let first = world.pages.first()?.clone();
    let links: Vec<Vec<String>> = [
        Some(collection.next.pointer().to_owned()),
        collection.first.clone(),
        collection.prev.clone(),
        collection.last.clone(),
    ]
    .into_iter()
    .flatten()
    .map(|link| pointer::tokens(&link))
    .collect();
    let edit = Arc::new(move |world: &World<'_>, sent: &super::mutant::Sent<'_>| {
        if !world.is_page(sent.request, &first) {
            return None;
        }
        with_body(sent.recorded?, |body| {
            for link in &links {
                place::remove(body, link);
            }
            place::put(body, &items, &[], Value::Array(all.clone()))
        })
    });
    Some(Benign {
        name: "all items on one page",
        edit,
    })
}
