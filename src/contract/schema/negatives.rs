//! Values of a request that break one keyword and nothing else, as they are understood where they arrive. What may be
//! taken for a value that the contract allows is no such value.

use serde_json::{Map, Value, json};

use crate::contract::clause::ClauseIx;
use crate::contract::subject::{Place, PlaceStep};

use super::breaking::{LONGEST_SENT, breaking};
use super::compiled::Compiled;
use super::flat;
use super::shape::{KeywordClause, Shape};
use super::texts::format_of;
use super::violation::Violation;

/// A value that breaks one keyword.
#[derive(Debug, Clone, PartialEq)]
pub struct Negative {
    /// The clause of that keyword.
    pub clause: ClauseIx,
    /// The keyword.
    pub keyword: &'static str,
    /// Where in the value it is broken.
    pub place: Place,
    /// The whole value.
    pub value: Value,
}

/// For each keyword clause of a schema a value that breaks it alone, made from one that is valid. `readings` are all that
/// a value may be taken for where it arrives; only in `json` an empty text is one, and nobody takes it for what is required.
pub fn negatives(
    compiled: &Compiled,
    shape: &Shape,
    valid: &Value,
    json: bool,
    readings: impl Fn(&Value) -> Vec<Value>,
) -> Vec<Negative> {
    let mut out = Vec::new();
    for node in &shape.nodes {
        let root = compiled.schema();
        let Some(place) = flat::place_in(root, &node.place, valid) else {
            continue;
        };
        if !reaches(valid, &place) {
            continue;
        }
        let of_value = || flat::at_in(root, &node.place, valid);
        let Some(said) = flat::at(root, &node.place).or_else(of_value) else {
            continue;
        };
        let current = value_at(valid, place.steps());
        let may_be_empty = json && is_required(shape, &node.place);
        for KeywordClause {
            keyword, clause, ..
        } in &node.keywords
        {
            let empty = (may_be_empty && *keyword == "minLength").then(|| json!(""));
            let candidates = candidates(keyword, &said, current).into_iter().chain(empty);
            let mut whole = candidates.filter_map(|candidate| put(valid, &place, candidate));
            let is_alone = |value: &Value| is_reason(compiled, shape, *clause, &readings(value));
            out.extend(whole.find(is_alone).map(|value| Negative {
                clause: *clause,
                keyword,
                place: place.clone(),
                value,
            }));
        }
    }
    out
}

/// Whether a clause is all that is wrong with what a value may be taken for where it arrives.
pub fn is_reason(compiled: &Compiled, shape: &Shape, clause: ClauseIx, readings: &[Value]) -> bool {
    let breaks_it = |reading: &Value| {
        let broken = compiled.raw_violations(shape, reading);
        let (own, others): (Vec<&Violation>, Vec<&Violation>) =
            broken.iter().partition(|one| one.clause == Some(clause));
        matches!(own[..], [own] if others.into_iter().all(|other| follows(other, own)))
    };
    !readings.iter().any(|reading| compiled.is_valid(reading)) && readings.iter().any(breaks_it)
}

/// Whether something is wrong only since something else in it is: what a schema does not hold for, it has not looked at
/// (JSON Schema 2020-12, section 11).
fn follows(one: &Violation, from: &Violation) -> bool {
    let is_of_rest = |one: &Violation| one.keyword.starts_with("unevaluated");
    let rest = from.pointer.strip_prefix(&*one.pointer);
    is_of_rest(one)
        && !is_of_rest(from)
        && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether what stands there is required.
fn is_required(shape: &Shape, place: &Place) -> bool {
    let Some((PlaceStep::Key(name), above)) = place.steps().split_last() else {
        return false;
    };
    let mut nodes = shape.nodes.iter();
    let above = nodes.find(|node| node.place.steps() == above);
    above.is_some_and(|node| node.required.iter().any(|(known, _)| **known == **name))
}

/// Values that break a keyword, the plainest first; only such that nobody trims, repairs or takes for none.
fn candidates(keyword: &str, said: &Map<String, Value>, current: Option<&Value>) -> Vec<Value> {
    let is = |kind: &str| said.get("type").and_then(Value::as_str) == Some(kind);
    let plain = match keyword {
        "type" if is("string") => json!({"not": "a-string"}),
        "type" if is("integer") || is("number") => json!("not-a-number"),
        "type" if is("boolean") => json!("not-a-boolean"),
        "type" => json!("not-this-type"),
        "enum" | "const" => json!("not-one-of-them"),
        "format" => json!(format!("not-a-{}", format_of(said).unwrap_or("value"))),
        "pattern" => json!("!not-matching!"),
        _ => Value::Null,
    };
    let natural = breaking(keyword, said, current, LONGEST_SENT);
    let mut all: Vec<Value> = [plain].into_iter().chain(natural).collect();
    all.retain(|value| match value {
        Value::Null => false,
        Value::String(text) => {
            !text.trim().is_empty()
                && text.trim() == text
                && text.chars().count() <= LONGEST_SENT
                && !text.chars().any(char::is_control)
        }
        Value::Array(entries) => entries.len() <= LONGEST_SENT,
        _ => true,
    });
    all
}

/// The value at a place; of an array its first entry.
fn value_at<'v>(value: &'v Value, steps: &[PlaceStep]) -> Option<&'v Value> {
    steps.iter().try_fold(value, |here, step| match step {
        PlaceStep::Key(name) => here.get(&**name),
        PlaceStep::Each => here.get(0),
        PlaceStep::Any | PlaceStep::Branch(_) => None,
    })
}

/// Whether a value can have something at a place: all that stands above it is there.
fn reaches(valid: &Value, place: &Place) -> bool {
    let steps = place.steps();
    value_at(valid, &steps[..steps.len().saturating_sub(1)]).is_some()
}

/// The same value with another one at a place; `None` where it has no such place.
fn put(valid: &Value, place: &Place, new: Value) -> Option<Value> {
    let mut out = valid.clone();
    let mut here = &mut out;
    let count = place.steps().len();
    for (n, step) in place.steps().iter().enumerate() {
        here = match (step, here) {
            (PlaceStep::Key(name), Value::Object(map)) => {
                let is_last = n + 1 == count;
                if !is_last && !map.contains_key(&**name) {
                    return None;
                }
                map.entry(&**name).or_insert(Value::Null)
            }
            (PlaceStep::Each, Value::Array(entries)) => entries.first_mut()?,
            _ => return None,
        };
    }
    *here = new;
    Some(out)
}
