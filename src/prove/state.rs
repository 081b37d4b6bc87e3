//! Mutants of the clauses about what was written: the read that shows it another way, the list that lacks it, the delete
//! that did nothing.

use serde_json::Value;

use crate::battery::{
    ANSWERED, AS_ASKED, AS_LISTED, BELONGS, Case, ID_IS_NEW, ONCE, OTHERS_KEPT, Plan, REFUSED,
    REST_KEPT, SORTED, Step,
};
use crate::check::as_listed::is_comparable;
use crate::check::envelope::{InBody, Usual};
use crate::check::own_id::{Shown, is_another};
use crate::contract::{Clause, ClauseIx};
use crate::exchange::{Exchange, Key};

use super::edit::{Edit, Matcher};
use super::mutant::{Breaks, Mutant};
use super::sorts::shuffled;
use super::world::{Scene, body_of};

/// Breaks such a clause.
pub fn make(scene: &Scene<'_, '_>, ix: ClauseIx, clause: &Clause) -> Breaks {
    let found = match clause.subject.name() {
        ID_IS_NEW => made_again(scene, clause).map(|edit| ("the same id once more", edit)),
        "gone" => reads(scene, ix).map(|reads| ("there after it was deleted", undeleted(&reads))),
        "readable" => reads(scene, ix).map(|reads| ("not there once it was made", lost(&reads))),
        ANSWERED => {
            let sent = (
                "answered otherwise than it was sent",
                answers(scene, ix, clause),
            );
            let default = (
                "answered with another value than the default",
                undefaulted(scene),
            );
            let found = if sent.1.is_some() { sent } else { default };
            found.1.map(|edit| (found.0, edit))
        }
        AS_ASKED => another(scene).map(|edit| ("another thing is shown", edit)),
        AS_LISTED => unlike(scene).map(|edit| ("a member as the list does not show it", edit)),
        BELONGS | ONCE => None,
        REST_KEPT | OTHERS_KEPT => {
            later(scene, ix).map(|edit| ("what was not named is another afterwards", edit))
        }
        SORTED => shuffled(scene, ix).map(|edit| ("the items in another order", edit)),
        REFUSED => {
            super::unrefused::edit(scene, ix).map(|edit| ("done although it cannot be", edit))
        }
        "listed" => lists(scene, ix).map(|edit| ("a list without what was made", edit)),
        _ => reads(scene, ix)
            .map(|reads| ("read otherwise than it was sent", otherwise(scene, &reads))),
    };
    match found {
        Some((what, edit)) => Breaks::Ways(vec![Mutant::new(ix, "early", what, edit)]),
        None => Breaks::none("no case looks at it"),
    }
}

/// What is asked for by an id is shown with another id of its kind, and other members. Where too few of these can be others,
/// it might be the same by another id.
fn another(scene: &Scene<'_, '_>) -> Option<Edit> {
    let valid = scene.valid?;
    let path = valid.request.target.split('?').next()?;
    let sent = path.trim_end_matches('/').rsplit('/').next()?;
    let body = body_of(valid)?;
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let mut members = body.as_object()?.iter();
    let (name, id) = members.find(|(_, value)| text(value) == sent)?;
    let mut other = altered(scene, valid, |_| true, usize::MAX);
    let id = match id {
        Value::Number(number) => Value::from(number.as_i64()? + 1),
        _ => {
            let at = sent.rfind(|sign: char| sign.is_ascii_digit())?;
            let digit = if sent.as_bytes()[at] == b'7' {
                "8"
            } else {
                "7"
            };
            Value::from(format!("{}{digit}{}", &sent[..at], &sent[at + 1..]))
        }
    };
    other[name] = id;
    let shown = Shown::of(&other, name)?;
    let edit = Edit::on(Matcher::Keys(vec![valid.request.key()]));
    is_another(shown, sent, &[&body]).then(|| edit.body(replaced(other.clone())))
}

/// Whatever is made after the first is answered as the first was.
fn made_again(scene: &Scene<'_, '_>, clause: &Clause) -> Option<Edit> {
    let world = scene.world;
    let operation = clause.subject.operation;
    let makes = move |exchange: &Exchange| {
        let answer = exchange.answer();
        exchange.request.operation == operation
            && exchange.request.method == "POST"
            && answer.is_some_and(|answer| answer.status / 100 == 2)
    };
    let all = world.order.iter().filter_map(|key| world.recorded(key, 0));
    let mut all = all.filter(|exchange| makes(exchange));
    let (first, _) = (all.next()?, all.next()?);
    let key = first.request.key();
    let when =
        Matcher::when(move |sent| sent.recorded.is_some_and(makes) && sent.request.key() != key);
    Some(Edit::on(when).as_answer_of(first, &world.fresh))
}

/// The steps that look at a clause, as far as their own expectation says.
fn steps(plan: &Plan, ix: ClauseIx) -> impl Iterator<Item = &Step> {
    cases(plan, ix).map(|(_, step)| step)
}

/// The same, each with its case.
fn cases(plan: &Plan, ix: ClauseIx) -> impl Iterator<Item = (&Case, &Step)> {
    let cases = plan.cases.iter();
    let steps = cases.flat_map(|case| case.steps.iter().map(move |step| (case, step)));
    steps.filter(move |(_, step)| {
        let same = step.same.as_ref().map(|(_, clause)| *clause);
        let answered = step.same.as_ref().and_then(|(same, _)| same.answered);
        let lists = step.lists.as_ref().map(|(_, clause)| *clause);
        [
            same,
            answered,
            lists,
            step.breaks_success,
            step.breaks_other,
        ]
        .contains(&Some(ix))
    })
}

/// What is made is answered with other members than were sent, in the cases that look at it.
fn answers(scene: &Scene<'_, '_>, ix: ClauseIx, clause: &Clause) -> Option<Edit> {
    let (world, operation) = (scene.world, clause.subject.operation);
    let known: Vec<&str> = cases(world.plan, ix).map(|(case, _)| &*case.id).collect();
    let keys = world
        .order
        .iter()
        .filter(|key| key.operation == operation && key.method != "GET");
    let edits = keys.filter_map(|key| {
        let mut turns = known.iter().flat_map(|case| world.turns(key, case));
        let first = world.recorded(key, turns.next()?)?;
        let is_made = first
            .answer()
            .is_some_and(|answer| answer.status / 100 == 2);
        let sent = first.request.body.as_ref().filter(|_| is_made)?;
        let sent: Value = serde_json::from_slice(&sent.bytes).ok()?;
        // The others still show that it is about what was sent.
        let other = altered(scene, first, |name| sent.get(name).is_some(), 1);
        let always = Edit::on(Matcher::Keys(vec![key.clone()]));
        Some(always.body(replaced(other)))
    });
    edits.reduce(Edit::or)
}

/// The answer to the valid create shows other values for the defaults of what was not sent.
fn undefaulted(scene: &Scene<'_, '_>) -> Option<Edit> {
    let valid = scene.valid?;
    let contract = &scene.world.plan.contract;
    let operation = &contract.operations[valid.request.operation];
    let sent: Value = serde_json::from_slice(&valid.request.body.as_ref()?.bytes).ok()?;
    let defaults = contract.defaults_of_body(operation);
    let is_it = |name: &str| {
        let mut names = defaults.iter();
        names.any(|(known, _)| known == name) && sent.get(name).is_none()
    };
    let other = altered(scene, valid, is_it, usize::MAX);
    let edit = Edit::on(Matcher::Keys(vec![valid.request.key()]));
    (Some(&other) != body_of(valid).as_ref()).then(|| edit.body(replaced(other)))
}

/// What is read again in the cases that look at a clause is another the second time, or is not there where its status is
/// what is looked at.
fn later(scene: &Scene<'_, '_>, ix: ClauseIx) -> Option<Edit> {
    let world = scene.world;
    let edits = cases(world.plan, ix).flat_map(|(case, step)| {
        let keys = world.order.iter();
        let reads = keys.filter(|key| key.operation == step.operation && key.method == "GET");
        reads.filter_map(move |key| {
            let turns = world.turns(key, &case.id);
            let (first, last) = (*turns.first()?, *turns.last()?);
            let is_alike = step.same.is_some();
            let read = world.recorded(key, last).filter(|_| first < last)?;
            let other = altered(scene, read, |_| true, usize::MAX);
            let (key, case) = (key.clone(), case.id.clone());
            let when = Edit::on(Matcher::when(move |sent| {
                let is_own = sent.request.case.as_deref() == Some(&*case);
                is_own && sent.turn >= last && sent.request.key() == key
            }));
            Some(match is_alike {
                false => when.status(404),
                true => when.body(replaced(other)),
            })
        })
    });
    edits.reduce(Edit::or)
}

/// What was read of things that the run made and deleted: the requests that were answered with one at first, and with
/// none in the end; each with its first answer.
fn reads(scene: &Scene<'_, '_>, ix: ClauseIx) -> Option<Vec<(Key, Exchange)>> {
    let world = scene.world;
    let operations: Vec<usize> = steps(world.plan, ix).map(|step| step.operation).collect();
    let lived = |key: &&Key| {
        let (first, last) = (world.recorded(key, 0), world.recorded(key, usize::MAX));
        let is_read = key.method == "GET" && operations.contains(&key.operation);
        let lived = |(first, last): (&Exchange, &Exchange)| {
            let status = last.answer().map_or(0, |answer| answer.status);
            let is_none = matches!(status, 200..=299 | 403 | 404 | 410);
            shows_one(first, first) && is_none && !shows_one(last, first)
        };
        is_read && first.zip(last).is_some_and(lived)
    };
    let keys = world.order.iter().filter(lived);
    let all = keys.filter_map(|key| Some((key.clone(), world.recorded(key, 0)?.clone())));
    let all: Vec<_> = all.collect();
    (!all.is_empty()).then_some(all)
}

/// Whether an answer shows something, and does not refuse it in its body beside the one that does.
fn shows_one(exchange: &Exchange, first: &Exchange) -> bool {
    let usual = body_of(first).map(|body| Usual::of_value(&body));
    let is_refused = || {
        let body = body_of(exchange)?;
        Some(matches!(usual?.refusal(&body), Some(InBody::Surely(_))))
    };
    let answer = exchange.answer();
    answer.is_some_and(|answer| answer.status / 100 == 2) && is_refused() != Some(true)
}

/// About such requests where they were answered with one, or with none.
fn of(key: &Key, first: &Exchange, with_one: bool) -> Edit {
    let (key, first) = (key.clone(), first.clone());
    Edit::on(Matcher::when(move |sent| {
        let is_it = sent.request.key() == key;
        let is_one = |exchange| shows_one(exchange, &first);
        is_it && sent.recorded.is_some_and(is_one) == with_one
    }))
}

fn each(reads: &[(Key, Exchange)], edit: impl Fn(&Key, &Exchange) -> Edit) -> Edit {
    let all = reads.iter().map(|(key, first)| edit(key, first));
    all.reduce(Edit::or).unwrap_or_default()
}

fn undeleted(reads: &[(Key, Exchange)]) -> Edit {
    each(reads, |key, first| {
        of(key, first, false).as_answer_of(first, &std::sync::Arc::default())
    })
}

fn lost(reads: &[(Key, Exchange)]) -> Edit {
    each(reads, |key, first| of(key, first, true).status(404))
}

/// Each plain member of the answer is another, as far as its schema allows.
fn otherwise(scene: &Scene<'_, '_>, reads: &[(Key, Exchange)]) -> Edit {
    each(reads, |key, first| {
        let altered = altered(scene, first, |_| true, usize::MAX);
        // However often it is asked for: a case is patient before it accuses.
        let always = Edit::on(Matcher::Keys(vec![key.clone()]));
        let always = always.as_answer_of(first, &scene.world.fresh);
        always.body(replaced(altered))
    })
}

fn replaced(other: Value) -> impl Fn(&mut Value) -> bool + Send + Sync + 'static {
    move |body| {
        let is_other = *body != other;
        *body = other.clone();
        is_other
    }
}

/// What is read by an id has another value in a member that a list would show as well.
fn unlike(scene: &Scene<'_, '_>) -> Option<Edit> {
    let valid = scene.valid?;
    let operation = &scene.world.plan.contract.operations[valid.request.operation];
    let response = operation.response(valid.answer()?.status)?;
    let mut bodies = response.content.iter();
    let schema = bodies.find_map(|media| media.body.as_ref()?.schema.get())?;
    let body = body_of(valid)?;
    let mut members = body.as_object()?.iter();
    let (name, value) = members.find_map(|(name, value)| {
        let other = match value {
            Value::String(_) => Value::from("Quite another one"),
            Value::Number(_) => Value::from(987_654),
            _ => return None,
        };
        let mut changed = body.clone();
        changed[name] = other.clone();
        let tells = is_comparable(name, value, &other) && !is_id(name);
        (tells && schema.is_valid(&changed)).then(|| (name.clone(), other))
    })?;
    Some(
        Edit::on(Matcher::Allowed(scene.operation)).body(move |body| {
            let Some(shown) = body.get_mut(&name) else {
                return false;
            };
            std::mem::replace(shown, value.clone()) != value
        }),
    )
}

/// The body of an answer with so many members altered, of those that may be and as far as its schema allows.
fn altered(
    scene: &Scene<'_, '_>,
    first: &Exchange,
    may: impl Fn(&str) -> bool,
    most: usize,
) -> Value {
    let operation = &scene.world.plan.contract.operations[first.request.operation];
    let response = first
        .answer()
        .and_then(|answer| operation.response(answer.status));
    let content = response.map(|response| response.content.as_slice());
    let mut bodies = content.unwrap_or_default().iter();
    let body = bodies.find_map(|media| media.body.as_ref()?.schema.get());
    let mut altered = body_of(first).unwrap_or_default();
    let names: Vec<String> = match altered.as_object() {
        Some(map) => map.keys().filter(|name| may(name)).cloned().collect(),
        None => Vec::new(),
    };
    let mut count = 0;
    for name in names {
        let kept = altered[&name].clone();
        let is_other = count < most && !is_id(&name) && alter(&mut altered[&name]);
        match is_other && body.is_none_or(|schema| schema.is_valid(&altered)) {
            true => count += 1,
            false => altered[&name] = kept,
        }
    }
    altered
}

/// Whether a member is an id: another one would be that of another thing.
fn is_id(name: &str) -> bool {
    name.to_lowercase().ends_with("id")
}

fn alter(value: &mut Value) -> bool {
    match value {
        Value::String(text) => {
            text.push('~');
            true
        }
        Value::Number(number) => {
            *value = match number.as_i64() {
                Some(number) => Value::from(number + 1),
                None => Value::from(number.as_f64().unwrap_or_default() + 1.0),
            };
            true
        }
        Value::Bool(flag) => {
            *flag = !*flag;
            true
        }
        Value::Array(items) => {
            let first = items.first().cloned();
            items.extend(first.clone());
            first.is_some()
        }
        Value::Object(map) => {
            let mut members = map.iter_mut().filter(|(name, _)| !is_id(name));
            members.any(|(_, value)| alter(value))
        }
        Value::Null => false,
    }
}

/// Lists that are asked for again have nothing in them, nor have those that are asked for past what caches keep: that is
/// a look for something.
fn lists(scene: &Scene<'_, '_>, ix: ClauseIx) -> Option<Edit> {
    let list = steps(scene.world.plan, ix).find(|step| step.lists.is_some())?;
    let operation = list.operation;
    let when = Matcher::when(move |sent| {
        let mut names = sent.request.headers.iter().map(|(name, _)| name);
        let is_look = sent.turn > 0 || names.any(|name| name == "Cache-Control");
        sent.request.operation == operation && is_look
    });
    Some(Edit::on(when).body(empty))
}

fn empty(body: &mut Value) -> bool {
    match body {
        Value::Array(items) => {
            let had_any = !items.is_empty();
            items.clear();
            had_any
        }
        Value::Object(map) => {
            let emptied = map.values_mut().map(empty).filter(|emptied| *emptied);
            emptied.count() > 0
        }
        _ => false,
    }
}
