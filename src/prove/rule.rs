//! Mutants of rules: over values as the rule file declares it, over cases by what the cases accept.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::battery::model::{Breaking, BreakingValue};
use crate::battery::{Over, Rule, Source, Test};
use crate::check::predicate::takes_one;
use crate::contract::{ClauseIx, Response, pointer};
use crate::exchange::{Credentials, Exchange};

use super::mutant::{Mutant, spots};
use super::place;
use super::schema::Making;
use super::sequence;
use super::world::{World, set_header, with_answer, with_body};

/// Makes the mutants of a rule.
pub fn make(world: &World<'_>, rule: &Rule) -> Making {
    let mutants = match (&rule.test, &rule.breaking) {
        (Test::Sequence(sequence), _) => sequence::make(world, rule.clause, *sequence, rule),
        (Test::ByCase, _) => by_case(world, rule),
        (_, None) => return Making::None("the rule file declares no `breaking`".to_owned()),
        (_, Some(breaking)) => over_values(world, rule, breaking),
    };
    if mutants.is_empty() {
        return Making::None("the recording has no answer that could be broken so".to_owned());
    }
    Making::Mutants(mutants)
}

fn over_values(world: &World<'_>, rule: &Rule, breaking: &Breaking) -> Vec<Mutant> {
    let Some((_, source)) = rule.bind.iter().find(|(name, _)| *name == breaking.bound) else {
        return Vec::new();
    };
    match source {
        Source::Header(name) => in_header(world, rule, breaking, name),
        Source::Body(tokens) if rule.over == Over::Items => in_items(world, rule, breaking, tokens),
        Source::Body(tokens) => in_body(world, rule, breaking, tokens),
        _ => Vec::new(),
    }
}

/// The responses that the rule looks at.
fn responses<'p>(world: &World<'p>, rule: &'p Rule) -> impl Iterator<Item = &'p Response> {
    let operation = &world.plan.contract.operations[rule.operation];
    operation.responses.iter().filter(|response| {
        response
            .key
            .exact()
            .is_some_and(|status| rule.looks_at(status))
    })
}

fn in_header(world: &World<'_>, rule: &Rule, breaking: &Breaking, name: &str) -> Vec<Mutant> {
    let text = match &breaking.value {
        BreakingValue::Text(text) => text.clone(),
        BreakingValue::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let mut out = Vec::new();
    let plan = world.plan;
    let documented = &plan.contract.operations[rule.operation];
    let carrying: Vec<&Response> = documented
        .responses
        .iter()
        .filter(|response| {
            response
                .headers
                .iter()
                .any(|header| header.name.eq_ignore_ascii_case(name))
        })
        .collect();
    for response in carrying.into_iter().filter(|response| {
        response
            .key
            .exact()
            .is_some_and(|status| rule.looks_at(status))
    }) {
        for spot in spots(world, rule.operation, response) {
            let (name, text) = (name.to_owned(), text.clone());
            let how = format!("{name}: {text:?} in a {}", response.key);
            let edit = spot.change(move |answer| {
                set_header(answer, &name, Some(&text));
                true
            });
            out.push(Mutant {
                clause: rule.clause,
                variant: format!("{} {}", response.key, spot.variant),
                how,
                edit,
            });
        }
    }
    out
}

fn in_body(world: &World<'_>, rule: &Rule, breaking: &Breaking, tokens: &[String]) -> Vec<Mutant> {
    let mut out = Vec::new();
    for response in responses(world, rule) {
        for spot in spots(world, rule.operation, response) {
            let Some(body) = spot.body(world) else {
                continue;
            };
            let Some(value) = broken(breaking, rule, place::get(&body, tokens), &body) else {
                continue;
            };
            let at = tokens.to_vec();
            let how = format!("{value} in a {}", response.key);
            let edit = spot.change_body(move |body| replace(body, &at, value.clone()));
            out.push(Mutant {
                clause: rule.clause,
                variant: format!("{} {}", response.key, spot.variant),
                how,
                edit,
            });
        }
    }
    out
}

fn in_items(world: &World<'_>, rule: &Rule, breaking: &Breaking, tokens: &[String]) -> Vec<Mutant> {
    let Some(each) = &rule.each else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for response in responses(world, rule) {
        for spot in spots(world, rule.operation, response) {
            let Some(body) = spot.body(world) else {
                continue;
            };
            let Some(list) = place::get(&body, each).and_then(Value::as_array) else {
                continue;
            };
            let mut fitting = list
                .iter()
                .enumerate()
                .filter(|(_, element)| fits(breaking, rule, element));
            let Some((n, element)) = (if spot.variant == "late" {
                fitting.next_back()
            } else {
                fitting.next()
            }) else {
                continue;
            };
            let Some(value) = broken(breaking, rule, place::get(element, tokens), element) else {
                continue;
            };
            let how = format!("{value} at {}/{n}{}", written(each), written(tokens));
            let edit = in_element(world, each, n, element, tokens, value, &spot);
            out.push(Mutant {
                clause: rule.clause,
                variant: format!("{} {}", response.key, spot.variant),
                how,
                edit,
            });
        }
    }
    out
}

/// An item of the collection is the same wherever it is shown; any other element is broken where it stands.
fn in_element(
    world: &World<'_>,
    each: &[String],
    n: usize,
    element: &Value,
    tokens: &[String],
    value: Value,
    spot: &super::mutant::Spot,
) -> super::mutant::Edit {
    let (each, tokens) = (each.to_vec(), tokens.to_vec());
    let collection = world
        .collection()
        .filter(|collection| pointer::tokens(&collection.items) == each);
    let id = collection.and_then(|collection| {
        Some((
            collection.id.clone(),
            element.pointer(&collection.id)?.as_str()?.to_owned(),
        ))
    });
    let full = move |n: usize| {
        let mut way = each.clone();
        way.push(n.to_string());
        way.extend(tokens.iter().cloned());
        way
    };
    match id {
        None => spot.change_body(move |body| replace(body, &full(n), value.clone())),
        Some((id_pointer, id)) => {
            let list = world
                .collection()
                .map(|collection| collection.items.clone())
                .unwrap_or_default();
            Arc::new(move |_, sent| {
                if sent.request.credentials != Credentials::Valid {
                    return None;
                }
                with_body(sent.recorded?, |body| {
                    let found = body
                        .pointer(&list)
                        .and_then(Value::as_array)
                        .and_then(|items| {
                            items.iter().position(|item| {
                                item.pointer(&id_pointer).and_then(Value::as_str) == Some(&id)
                            })
                        });
                    found.is_some_and(|n| replace(body, &full(n), value.clone()))
                })
            })
        }
    }
}

/// Whether an element has all that the rule binds, and what the break asks for.
fn fits(breaking: &Breaking, rule: &Rule, element: &Value) -> bool {
    let alone = matches!(rule.test, Test::Predicate(predicate) if takes_one(predicate));
    let is_made = !matches!(breaking.value, BreakingValue::Replace(_));
    let bound = rule.bind.iter().all(|(name, source)| match source {
        Source::Body(tokens) => {
            let is_broken = *name == breaking.bound;
            let may_lack = if is_broken { is_made && !alone } else { alone };
            may_lack || place::get(element, tokens).is_some()
        }
        _ => true,
    });
    bound
        && breaking.only_where.iter().all(|(pointer, wanted)| {
            element
                .pointer(pointer)
                .is_some_and(|value| spelled(value) == *wanted)
        })
}

/// A string as it is, anything else as JSON.
fn spelled(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn broken(
    breaking: &Breaking,
    rule: &Rule,
    current: Option<&Value>,
    element: &Value,
) -> Option<Value> {
    match &breaking.value {
        BreakingValue::Text(text) => Some(json!(text)),
        BreakingValue::Number(number) => Some(json!(number)),
        BreakingValue::EmptyArray => Some(json!([])),
        BreakingValue::Replace(replace) => {
            let fill = |text: &str| {
                rule.bind
                    .iter()
                    .fold(text.to_owned(), |text, (name, source)| match source {
                        Source::Body(tokens) => {
                            match place::get(element, tokens).and_then(Value::as_str) {
                                Some(value) => text.replace(&format!("{{{name}}}"), value),
                                None => text,
                            }
                        }
                        _ => text,
                    })
            };
            let text = current?.as_str()?;
            let piece = fill(&replace.piece);
            text.contains(&piece)
                .then(|| json!(text.replace(&piece, &fill(&replace.by))))
        }
    }
}

fn replace(body: &mut Value, tokens: &[String], value: Value) -> bool {
    place::put(body, tokens, &[], value)
}

fn written(tokens: &[String]) -> String {
    tokens
        .iter()
        .fold(String::new(), |base, token| pointer::join(&base, token))
}

/// A rule that cases judge is broken by what each of those cases does not accept.
fn by_case(world: &World<'_>, rule: &Rule) -> Vec<Mutant> {
    let mut out = Vec::new();
    for case in world
        .plan
        .cases
        .iter()
        .filter(|case| case.skipped.is_none() && case.step().operation == rule.operation)
    {
        let is_success = case.step().breaks_success == Some(rule.clause);
        let is_other = case.step().breaks_other == Some(rule.clause);
        let is_failure = rule.id == "no-server-error"
            && case.aims.contains(&rule.clause)
            && case.control.is_some();
        let accepted = |status: u16| {
            case.step()
                .accepts
                .iter()
                .any(|accept| accept.status.covers(status))
        };
        let status = if is_failure {
            Some(500)
        } else {
            [409, 418, 302]
                .into_iter()
                .find(|status| !accepted(*status))
                .filter(|_| is_other)
        };
        let Some(request) = case.step().requests.last() else {
            continue;
        };
        let (method, target, credentials) = (
            request.method.clone(),
            request.target.clone(),
            case.step().credentials,
        );
        let is_it = move |sent: &super::mutant::Sent<'_>| {
            sent.request.method == method
                && sent.request.target == target
                && sent.request.credentials == credentials
        };
        if let Some(status) = status {
            let is_it = is_it.clone();
            let edit: super::mutant::Edit = Arc::new(move |_, sent| {
                is_it(sent)
                    .then(|| with_answer(sent.recorded?, |answer| answer.status = status))
                    .flatten()
            });
            out.push(Mutant {
                clause: rule.clause,
                variant: format!("{} {status}", case.id),
                how: format!("{status} to the case {}", case.id),
                edit,
            });
        }
        if is_success && !is_other {
            let edit: super::mutant::Edit = Arc::new(move |world, sent| {
                is_it(sent)
                    .then(|| {
                        world
                            .valid()
                            .map(|valid: &Exchange| world.as_answer_to(sent.request, valid))
                    })
                    .flatten()
            });
            out.push(Mutant {
                clause: rule.clause,
                variant: format!("{} items", case.id),
                how: format!("a page of items to the case {}", case.id),
                edit,
            });
        }
    }
    out
}

/// The clause that a case's success breaks, where that is a rule over values too: the same break, seen by the case.
pub fn leaks(world: &World<'_>, clause: ClauseIx) -> Vec<Mutant> {
    let mut out = Vec::new();
    for case in world.plan.cases.iter().filter(|case| {
        let takes_success = case
            .step()
            .accepts
            .iter()
            .any(|accept| !accept.empty && accept.status.hundreds() == Some(2));
        case.skipped.is_none()
            && !takes_success
            && case.step().breaks_success == Some(clause)
            && case.step().credentials == Credentials::Valid
    }) {
        let Some(request) = case.step().requests.last() else {
            continue;
        };
        let target = request.target.clone();
        out.push(Mutant {
            clause,
            variant: format!("{} items", case.id),
            how: format!("a page of items to the case {}", case.id),
            edit: Arc::new(move |world, sent| {
                let is_it =
                    sent.request.target == target && sent.request.credentials == Credentials::Valid;
                is_it
                    .then(|| {
                        world
                            .valid()
                            .map(|valid| world.as_answer_to(sent.request, valid))
                    })
                    .flatten()
            }),
        });
    }
    out
}
