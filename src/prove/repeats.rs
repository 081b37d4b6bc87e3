//! Mutants of rules about values that never come twice, in headers and in bodies, and whether one of them comes twice.

use std::collections::HashMap;

use serde_json::Value;

use crate::battery::{Rule, Source};
use crate::check::values::{is_cached, places};
use crate::contract::pointer;
use crate::exchange::{Answer, Exchange, Key};

use super::edit::{Edit, Matcher, Way};
use super::place;
use super::world::{Scene, body_of, header_of};

/// Makes a value the same in all answers, and in the last two that have it.
pub fn make(scene: &Scene<'_, '_>, rule: &Rule) -> Vec<Way> {
    let headers = rule.bind.iter().filter_map(header_of);
    let headers = headers.flat_map(|name| in_header(scene, rule, &name));
    let bodies = rule.bind.iter().filter_map(|(_, source)| match source {
        Source::Body(tokens) => in_body(scene, rule, tokens),
        _ => None,
    });
    headers.chain(bodies.flatten()).collect()
}

fn in_header(scene: &Scene<'_, '_>, rule: &Rule, name: &str) -> [Way; 2] {
    let world = scene.world;
    let answered = |key: &&Key| {
        let answer = world.recorded(key, 0).and_then(Exchange::answer);
        answer.is_some_and(|answer| looks_at(rule, key, answer))
    };
    let last = world.order.iter().rev().filter(answered).take(2);
    let some = Matcher::Keys(last.cloned().collect());
    let same = |when| Edit::on(when).header(name, Some("conform-same"));
    [
        (
            "early",
            format!("the same {name} in every answer"),
            same(Matcher::Any),
        ),
        (
            "late",
            format!("the same {name} in the last two answers"),
            same(some),
        ),
    ]
}

/// The value of the first answer in all others, and that of the last but one in the last.
fn in_body(scene: &Scene<'_, '_>, rule: &Rule, tokens: &[String]) -> Option<[Way; 2]> {
    let world = scene.world;
    let holders = world.order.iter().filter_map(|key| {
        let answer = world.recorded(key, 0)?.answer()?;
        let is_it = looks_at(rule, key, answer) && !is_cached(answer);
        let value = is_it.then(|| value_of(scene, rule, tokens, answer))??;
        Some((key.clone(), value))
    });
    let holders: Vec<(Key, Value)> = holders.collect();
    let (_, first) = holders.first()?;
    let [.., (_, before), (last, _)] = &holders[..] else {
        return None;
    };
    let at = shown(rule, tokens);
    let put = |keys: Vec<Key>, value: &Value| {
        let (each, tokens, value) = (rule.each.clone(), tokens.to_vec(), value.clone());
        Edit::on(Matcher::Keys(keys)).body(move |body| {
            let first = each.iter().flatten().cloned();
            let first = first.chain(each.iter().map(|_| "0".to_owned()));
            let whole: Vec<String> = first.chain(tokens.iter().cloned()).collect();
            place::put(body, &whole, &[], value.clone())
        })
    };
    let all = holders.iter().map(|(key, _)| key.clone()).collect();
    Some([
        (
            "early",
            format!("the same {at} in every answer"),
            put(all, first),
        ),
        (
            "late",
            format!("the {at} of the last answer but one in the last"),
            put(vec![last.clone()], before),
        ),
    ])
}

fn shown(rule: &Rule, tokens: &[String]) -> String {
    let array = rule.each.iter().flatten().chain(tokens);
    array.fold(String::new(), |at, token| pointer::join(&at, token))
}

fn looks_at(rule: &Rule, key: &Key, answer: &Answer) -> bool {
    key.operation == rule.operation && rule.looks_at(answer.status)
}

/// The first value of a rule in an answer whose body is documented.
fn value_of(
    scene: &Scene<'_, '_>,
    rule: &Rule,
    tokens: &[String],
    answer: &Answer,
) -> Option<Value> {
    let documented = scene.documented().response(answer.status);
    documented.filter(|one| one.json.is_some())?;
    let body = serde_json::from_slice(&answer.body).ok()?;
    let found = places(rule, tokens, &body).next();
    found.map(|(_, value)| value.clone())
}

/// Whether a value of the rule comes twice in a world with that edit.
pub fn repeats(scene: &Scene<'_, '_>, rule: &Rule, edit: Option<&Edit>) -> bool {
    let world = scene.world;
    let answers = world.order.iter().filter_map(|key| {
        let recorded = world.recorded(key, 0)?;
        let exchange = world.answer_to(&recorded.request, 0, edit)?;
        let is_it = looks_at(rule, key, exchange.answer()?);
        is_it.then_some(exchange)
    });
    let answers: Vec<Exchange> = answers.collect();
    let mut known: HashMap<(usize, String), usize> = HashMap::new();
    let mut comes_again = |bound: usize, n: usize, value: String| {
        let first = *known.entry((bound, value)).or_insert(n);
        first != n
    };
    rule.bind.iter().enumerate().any(|(bound, (_, source))| {
        let mut all = answers.iter().enumerate();
        all.any(|(n, exchange)| {
            let Some(answer) = exchange.answer() else {
                return false;
            };
            match source {
                Source::Header(name) => {
                    let value = answer.header(name).next();
                    value.is_some_and(|value| comes_again(bound, n, value.to_owned()))
                }
                Source::Body(tokens) => {
                    let body = body_of(exchange).unwrap_or_default();
                    let found: Vec<String> = places(rule, tokens, &body)
                        .map(|(_, value)| value.to_string())
                        .collect();
                    found.into_iter().any(|value| comes_again(bound, n, value))
                }
                _ => false,
            }
        })
    })
}
