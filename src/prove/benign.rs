//! Benign edits: worlds that differ from the recorded one and keep the contract. None may be caught.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::contract::{Kind, StatusKey, pointer};
use crate::exchange::{Answer, Credentials, Exchange};

use super::edit::{Edit, Matcher, set_header};
use super::place;
use super::world::Scene;

/// A property that no contract knows.
const UNKNOWN: &str = "x_conform_unknown";

/// All of them that make sense for these scenes, each with a name.
pub fn all(scenes: &[Scene<'_, '_>]) -> Vec<(&'static str, Edit)> {
    let any = || Edit::on(Matcher::Any);
    let named = |spell: fn(&str) -> String| {
        any().answer(move |answer| {
            answer
                .headers
                .iter_mut()
                .for_each(|(name, _)| *name = spell(name));
            true
        })
    };
    let mut out = vec![
        (
            "keys in another order",
            any().body(|body| {
                *body = reordered(body);
                true
            }),
        ),
        (
            "pretty-printed bodies",
            rewritten(|value| serde_json::to_string_pretty(value).unwrap_or_default()),
        ),
        // The solidus is enough to tell parsers apart.
        (
            "escaped bodies",
            rewritten(|value| value.to_string().replace('/', "\\/")),
        ),
        ("header names in upper case", named(str::to_ascii_uppercase)),
        ("header names in lower case", named(str::to_ascii_lowercase)),
        ("a charset parameter", any().answer(with_charset)),
        (
            "an unknown header",
            any().header("X-Conform-Unknown", Some("1")),
        ),
    ];
    let of =
        |make: fn(&Scene<'_, '_>) -> Option<Edit>| scenes.iter().filter_map(make).reduce(Edit::or);
    out.extend(of(extra_fields).map(|edit| ("unknown properties in open objects", edit)));
    // A list that is looked through for what was made shows other items each time.
    let steady = scenes.iter().filter(|scene| {
        let mut steps = scene.steps();
        !steps.any(|(_, step)| step.lists.is_some())
    });
    let one_page = steady.filter_map(one_page).reduce(Edit::or);
    out.extend(one_page.map(|edit| ("all items on one page", edit)));
    out
}

fn rewritten(write: impl Fn(&Value) -> String + Send + Sync + 'static) -> Edit {
    Edit::on(Matcher::Any).answer(move |answer| {
        let value = serde_json::from_slice::<Value>(&answer.body);
        value.is_ok_and(|value| {
            answer.body = Arc::new(write(&value).into_bytes());
            true
        })
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

fn with_charset(answer: &mut Answer) -> bool {
    let given = answer.header("content-type").next().map(str::to_owned);
    let Some(given) = given.filter(|given| !given.contains(';')) else {
        return false;
    };
    set_header(
        answer,
        "Content-Type",
        Some(&format!("{given}; charset=utf-8")),
    );
    true
}

/// Extra properties, where the schema of the body leaves its objects open.
fn extra_fields(scene: &Scene<'_, '_>) -> Option<Edit> {
    let items = pointer::tokens(&scene.collection?.items);
    let operation = scene.operation;
    let mut clauses = scene.world.plan.clauses.of_operation(operation);
    let is_closed = clauses.any(|(_, clause)| {
        let closing = [
            "additionalProperties",
            "unevaluatedProperties",
            "maxProperties",
            "propertyNames",
        ];
        clause.kind() == Kind::Schema
            && clause.subject.status.and_then(StatusKey::hundreds) == Some(2)
            && closing.contains(&clause.subject.keyword)
    });
    if is_closed {
        return None;
    }
    let when = Matcher::when(move |sent| {
        let status = sent
            .recorded
            .and_then(Exchange::answer)
            .map(|answer| answer.status);
        sent.request.operation == operation
            && sent.request.credentials == Credentials::Valid
            && status == Some(200)
    });
    Some(Edit::on(when).body(move |body| {
        let first: Vec<String> = items.iter().cloned().chain(["0".to_owned()]).collect();
        let own: Vec<String> = first.iter().cloned().chain([UNKNOWN.to_owned()]).collect();
        place::get(body, &first).is_some()
            && place::put(body, &own, &[], json!({"a": [1]}))
            && (!body.is_object() || place::put(body, &own[own.len() - 1..], &[], json!(true)))
    }))
}

/// All items on one page, without links.
fn one_page(scene: &Scene<'_, '_>) -> Option<Edit> {
    let collection = scene.collection?;
    let items = pointer::tokens(&collection.items);
    let mut all = Vec::new();
    for n in 0..scene.pages.len() {
        all.extend(
            place::get(&scene.body(n)?, &items)?
                .as_array()?
                .iter()
                .cloned(),
        );
    }
    let links = [&collection.first, &collection.prev, &collection.last];
    let links = links
        .into_iter()
        .flatten()
        .map(|link| pointer::tokens(link));
    let links: Vec<Vec<String>> = links.collect();
    // The end of the collection is written as the last page writes it: without `next`, or with an empty one.
    let next = scene.next_tokens();
    let end = place::get(&scene.body(scene.pages.len().checked_sub(1)?)?, &next).cloned();
    Some(scene.at_page(scene.pages.first()?).body(move |body| {
        for link in &links {
            place::remove(body, link);
        }
        match &end {
            Some(end) => place::put(body, &next, &[], end.clone()),
            None => place::remove(body, &next),
        };
        place::put(body, &items, &[], Value::Array(all.clone()))
    }))
}
