//! Mutants of rules: over values as the rule file declares it, over cases by what the cases accept.

use serde_json::{Value, json};

use crate::battery::model::{Breaking, BreakingValue};
use crate::battery::{Case, Over, Rule, Source, Step, Test};
use crate::check::predicate::takes_one;
use crate::contract::Response;
use crate::exchange::{Credentials, Key};

use super::edit::{Edit, Matcher};
use super::mutant::{Breaks, Mutant, ShownBy};
use super::place;
use super::sequence;
use super::spot::{Spot, spots};
use super::world::Scene;

/// Breaks a rule.
pub fn make(scene: &Scene<'_, '_>, rule: &Rule) -> Breaks {
    let mut mutants = match (&rule.test, &rule.breaking) {
        (Test::Sequence(sequence), _) => sequence::make(scene, rule, *sequence),
        (Test::ByCase, _) => by_case(scene, rule),
        (_, None) => return Breaks::none("the rule file declares no `breaking`"),
        (_, Some(breaking)) => over_values(scene, rule, breaking),
    };
    for leak in leaks(scene, rule) {
        if !mutants.iter().any(|known| known.variant == leak.variant) {
            mutants.push(leak);
        }
    }
    Breaks::Ways(mutants)
}

fn over_values(scene: &Scene<'_, '_>, rule: &Rule, breaking: &Breaking) -> Vec<Mutant> {
    let bound = rule.bind.iter().find(|(name, _)| *name == breaking.bound);
    let Some((_, source)) = bound else {
        return Vec::new();
    };
    let looked_at = scene.documented().responses.iter().filter(|response| {
        let status = response.key.exact();
        status.is_some_and(|status| rule.looks_at(status)) && carries(response, source)
    });
    let mut out = Vec::new();
    for response in looked_at {
        for spot in spots(scene, response) {
            let broken = match source {
                Source::Header(name) => Some(in_header(scene, breaking, name, &spot)),
                Source::Body(tokens) => in_body(scene, rule, breaking, tokens, &spot),
                _ => None,
            };
            if let Some((what, edit)) = broken {
                let variant = format!("{} {}", response.key, spot.variant);
                let what = format!("{what} in a {}", response.key);
                let mutant = Mutant::new(rule.clause, variant, what, edit);
                out.push(mutant.shown_by(ShownBy::Rule));
            }
        }
    }
    out
}

/// Whether a response may have what a rule binds; only headers are documented by name.
fn carries(response: &Response, source: &Source) -> bool {
    match source {
        Source::Header(name) => {
            let mut headers = response.headers.iter();
            headers.any(|header| header.name.eq_ignore_ascii_case(name))
        }
        _ => true,
    }
}

fn in_header(
    scene: &Scene<'_, '_>,
    breaking: &Breaking,
    name: &str,
    spot: &Spot<'_>,
) -> (String, Edit) {
    let text = match &breaking.value {
        BreakingValue::Text(text) => text.clone(),
        BreakingValue::Number(number) => number.to_string(),
        _ => String::new(),
    };
    let edit = spot.edit(scene).header(name, Some(&text));
    (format!("{name}: {text:?}"), edit)
}

/// The first fitting element (the last at a late spot), or the whole body, with the bound value broken.
fn in_body(
    scene: &Scene<'_, '_>,
    rule: &Rule,
    breaking: &Breaking,
    tokens: &[String],
    spot: &Spot<'_>,
) -> Option<(String, Edit)> {
    let body = spot.body()?;
    let (mut way, element) = match (&rule.each, rule.over) {
        (Some(each), Over::Items) => {
            let list = place::get(&body, each)?.as_array()?;
            let mut fitting = list
                .iter()
                .enumerate()
                .filter(|(_, one)| fits(breaking, rule, one));
            let (n, element) = match spot.variant {
                "late" => fitting.next_back()?,
                _ => fitting.next()?,
            };
            let way: Vec<String> = each.iter().cloned().chain([n.to_string()]).collect();
            (way, element)
        }
        (None, Over::Items) => return None,
        _ => (Vec::new(), &body),
    };
    let value = broken(breaking, rule, place::get(element, tokens), element)?;
    way.extend(tokens.iter().cloned());
    let what = format!("{value} at {}", place::pointer_of(&way));
    Some((what, spot.put(scene, &way, Vec::new(), Some(value))))
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
    let is = |value: &Value, wanted: &String| match value.as_str() {
        Some(text) => text == wanted,
        None => value.to_string() == *wanted,
    };
    let mut conditions = breaking.only_where.iter();
    bound
        && conditions.all(|(pointer, wanted)| {
            element
                .pointer(pointer)
                .is_some_and(|value| is(value, wanted))
        })
}

fn broken(
    breaking: &Breaking,
    rule: &Rule,
    current: Option<&Value>,
    element: &Value,
) -> Option<Value> {
    let replace = match &breaking.value {
        BreakingValue::Text(text) => return Some(json!(text)),
        BreakingValue::Number(number) => return Some(json!(number)),
        BreakingValue::EmptyArray => return Some(json!([])),
        BreakingValue::Replace(replace) => replace,
    };
    let fill = |text: &str| {
        let bound = rule.bind.iter().filter_map(|(name, source)| match source {
            Source::Body(tokens) => Some((name, place::get(element, tokens)?.as_str()?)),
            _ => None,
        });
        bound.fold(text.to_owned(), |text, (name, value)| {
            text.replace(&format!("{{{name}}}"), value)
        })
    };
    let (text, piece) = (current?.as_str()?, fill(&replace.piece));
    text.contains(&piece)
        .then(|| json!(text.replace(&piece, &fill(&replace.by))))
}

/// The last request of a step.
fn last_key(step: &Step) -> Option<Key> {
    Some(step.send(step.requests.last()?).key())
}

/// A rule that cases judge is broken by what each of those cases does not accept.
fn by_case(scene: &Scene<'_, '_>, rule: &Rule) -> Vec<Mutant> {
    let mut out = Vec::new();
    for (case, step) in scene.steps() {
        let accepted = |status: &u16| step.accepts.iter().any(|one| one.status.covers(*status));
        let is_failure = rule.id == "no-server-error"
            && case.aims.contains(&rule.clause)
            && case.control.is_some();
        let is_other = step.breaks_other == Some(rule.clause);
        let status = match (is_failure, is_other) {
            (true, _) => Some(500),
            (false, true) => [409, 418, 302].into_iter().find(|status| !accepted(status)),
            _ => None,
        };
        if let (Some(key), Some(status)) = (last_key(step), status) {
            let edit = Edit::on(Matcher::Keys(vec![key])).status(status);
            let variant = format!("{} {status}", case.id);
            let what = format!("{status} to the case {}", case.id);
            out.push(Mutant::new(rule.clause, variant, what, edit));
        }
        if step.breaks_success == Some(rule.clause) && !is_other {
            out.extend(leak(scene, rule, case, step));
        }
    }
    out
}

/// A case's request answered with a page of items.
fn leak(scene: &Scene<'_, '_>, rule: &Rule, case: &Case, step: &Step) -> Option<Mutant> {
    let edit = scene.copy(Matcher::Keys(vec![last_key(step)?]), scene.valid?);
    let variant = format!("{} items", case.id);
    let what = format!("a page of items to the case {}", case.id);
    Some(Mutant::new(rule.clause, variant, what, edit))
}

/// Where a case's success breaks a rule that is one over values too: the same break, seen by the case.
fn leaks(scene: &Scene<'_, '_>, rule: &Rule) -> Vec<Mutant> {
    let steps = scene.steps().filter(|(_, step)| {
        let mut accepts = step.accepts.iter();
        let takes_success = accepts.any(|one| !one.empty && one.status.hundreds() == Some(2));
        !takes_success
            && step.breaks_success == Some(rule.clause)
            && step.credentials == Credentials::Valid
    });
    steps
        .filter_map(|(case, step)| leak(scene, rule, case, step))
        .collect()
}
