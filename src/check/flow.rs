//! What expressions of a workflow are worth, and whether its criteria are true of an answer.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::battery::arazzo::condition::{Comparison, Condition, Operand};
use crate::battery::arazzo::expression::{Base, Expression, Part, Piece, Side, Template};
use crate::battery::arazzo::flow::{Criterion, CriterionTest, Workflow};
use crate::battery::{Plan, PlannedRequest};
use crate::contract::{describe_value, pointer};
use crate::exchange::{Exchange, Location};
use crate::ledger::Sightings;

use super::asked::Asked;
use super::finding::{Found, Spot};
use super::open;
use super::response::Body;

/// What a workflow knows while it is taken.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// What it was given.
    pub inputs: Value,
    /// The outputs of the steps that were taken.
    pub steps: BTreeMap<String, Value>,
    /// The outputs of the workflow that was called last.
    pub outputs: Value,
}

/// An exchange that expressions speak of.
#[derive(Debug, Clone)]
pub struct Seen {
    /// The request as it was meant.
    pub request: PlannedRequest,
    /// The request as it was sent, and the answer.
    pub exchange: Exchange,
    /// The body of the answer.
    pub body: Body,
}

/// All that an expression may speak of.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The workflow it stands in.
    pub workflow: &'a Workflow,
    /// What that one knows.
    pub frame: &'a Frame,
    /// The inputs and outputs of the workflows that were taken, by their places in the flow.
    pub taken: &'a BTreeMap<usize, (Value, Value)>,
    /// The last exchange.
    pub seen: Option<&'a Seen>,
}

impl Scope<'_> {
    /// The value of an expression; `None` where there is nothing.
    pub fn value(&self, expression: &Expression) -> Option<Value> {
        let base = self.base(&expression.base)?;
        let mut here = dig(&base, &expression.path)?;
        for token in &expression.pointer {
            here = super::descend(here, std::slice::from_ref(token))?;
        }
        Some(here.clone())
    }

    fn base(&self, base: &Base) -> Option<Value> {
        let answer = || self.seen?.exchange.answer();
        match base {
            Base::Url => Some(Value::from(self.seen?.exchange.url.as_str())),
            Base::Method => Some(Value::from(self.seen?.exchange.request.method.as_str())),
            Base::StatusCode => answer().map(|answer| Value::from(answer.status)),
            Base::Request(part) => {
                let request = &self.seen?.request;
                match part {
                    Part::Header(name) => {
                        let mut headers = self.seen?.exchange.request.headers.iter();
                        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
                        found.map(|(_, value)| Value::from(value.as_str()))
                    }
                    Part::Query(name) => request.query.get(name).map(|one| Value::from(&**one)),
                    Part::Path(name) => request.path.get(name).map(|one| Value::from(&**one)),
                    Part::Body => {
                        let bytes = &request.body.as_ref()?.bytes;
                        let text = || Value::from(String::from_utf8_lossy(bytes));
                        Some(serde_json::from_slice(bytes).unwrap_or_else(|_| text()))
                    }
                }
            }
            Base::Response(Part::Header(name)) => answer()?.header(name).next().map(Value::from),
            Base::Response(_) => match &self.seen?.body {
                Body::Json(value, _) => Some(value.clone()),
                Body::NotJson(_) => Some(Value::from(String::from_utf8_lossy(&answer()?.body))),
                Body::Empty | Body::Incomplete | Body::Unread(_) => None,
            },
            Base::Inputs => Some(self.frame.inputs.clone()),
            Base::Outputs => Some(self.frame.outputs.clone()),
            Base::Step(id) => self.frame.steps.get(id).cloned(),
            Base::Workflow(id, side) => {
                let (_, place) = self.workflow.known.iter().find(|(known, _)| known == id)?;
                let (inputs, outputs) = self.taken.get(place)?;
                Some(match side {
                    Side::Inputs => inputs.clone(),
                    Side::Outputs => outputs.clone(),
                })
            }
            Base::SourceUrl(name) => {
                let (_, url) = self
                    .workflow
                    .sources
                    .iter()
                    .find(|(known, _)| known == name)?;
                Some(Value::from(url.as_str()))
            }
            Base::Component(name) => {
                let mut all = self.workflow.components.iter();
                let (_, value) = all.find(|(known, _)| known == name)?;
                self.fill(value).ok().flatten()
            }
        }
    }

    /// The value of a template; `None` where it is left out: an input that was not given.
    ///
    /// # Errors
    /// The expression that has no value.
    pub fn fill<'t>(&self, template: &'t Template) -> Result<Option<Value>, &'t Expression> {
        Ok(Some(match template {
            Template::Literal(value) => value.clone(),
            Template::Expression(one) => match self.value(one) {
                Some(value) => value,
                None if one.base == Base::Inputs => return Ok(None),
                None => return Err(one),
            },
            Template::Text(pieces) => {
                let mut out = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => out.push_str(text),
                        Piece::Expression(one) => match self.value(one) {
                            Some(Value::String(text)) => out.push_str(&text),
                            Some(value) => out.push_str(&value.to_string()),
                            None => return Err(one),
                        },
                    }
                }
                Value::String(out)
            }
            Template::List(items) => {
                let mut out = Vec::new();
                for item in items {
                    out.extend(self.fill(item)?);
                }
                Value::Array(out)
            }
            Template::Map(entries) => {
                let mut out = Map::new();
                for (name, value) in entries {
                    let value = self.fill(value)?;
                    out.extend(value.map(|value| (name.clone(), value)));
                }
                Value::Object(out)
            }
        }))
    }

    /// Whether it speaks of a step that was not taken.
    pub fn is_early(&self, expression: &Expression) -> bool {
        matches!(&expression.base, Base::Step(id) if !self.frame.steps.contains_key(id))
    }

    /// Whether a criterion is true.
    pub fn holds(&self, criterion: &Criterion) -> bool {
        let context = || self.value(criterion.context.as_ref()?);
        match &criterion.test {
            CriterionTest::Success => {
                let answer = self.seen.and_then(|seen| seen.exchange.answer());
                answer.is_some_and(|answer| answer.status / 100 == 2)
            }
            CriterionTest::Simple(condition) => self.is_true(condition),
            CriterionTest::Regex(pattern) => {
                context().is_some_and(|value| pattern.is_match(&text_of(&value)))
            }
            // A filter looks at the entries of its context; the specification's own examples mean the context itself.
            CriterionTest::JsonPath(query) => context().is_some_and(|value| {
                !query.query(&value).is_empty()
                    || !query.query(&Value::Array(vec![value])).is_empty()
            }),
        }
    }

    fn is_true(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Any(all) => all.iter().any(|one| self.is_true(one)),
            Condition::All(all) => all.iter().all(|one| self.is_true(one)),
            Condition::Not(one) => !self.is_true(one),
            Condition::Compare(one, how, other) => {
                compares(&self.operand(one), *how, &self.operand(other))
            }
            Condition::Is(one) => match self.operand(one) {
                Value::Null => false,
                Value::Bool(flag) => flag,
                Value::String(text) => !text.is_empty() && !text.eq_ignore_ascii_case("false"),
                Value::Number(number) => number.as_f64() != Some(0.0),
                Value::Array(_) | Value::Object(_) => true,
            },
        }
    }

    /// What is not there is null.
    fn operand(&self, operand: &Operand) -> Value {
        match operand {
            Operand::Literal(value) => value.clone(),
            Operand::Expression(one) => self.value(one).unwrap_or_default(),
        }
    }

    /// What a criterion that is not true found.
    fn found(&self, criterion: &Criterion) -> String {
        let shown = |expression: &Expression| {
            let value = self.value(expression);
            let value = value
                .as_ref()
                .map_or_else(|| "nothing".to_owned(), describe_value);
            format!("{} is {value}", expression.text)
        };
        let mut all: Vec<String> = criterion.expressions().into_iter().map(shown).collect();
        all.dedup();
        match all.is_empty() {
            false => all.join(", "),
            true => {
                let answer = self.seen.and_then(|seen| seen.exchange.answer());
                answer.map_or_else(String::new, |answer| format!("status {}", answer.status))
            }
        }
    }
}

/// What a path of names and indices leads to; a name may have dots in it.
fn dig<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return Some(value);
    }
    if let Some(rest) = path.strip_prefix('[') {
        let (index, rest) = rest.split_once(']')?;
        let item = match value {
            Value::Array(items) => items.get(index.trim().parse::<usize>().ok()?)?,
            Value::Object(map) => map.get(index.trim_matches(['\'', '"']))?,
            _ => return None,
        };
        return dig(item, rest.strip_prefix('.').unwrap_or(rest));
    }
    let ends = path.match_indices(['.', '[']).map(|(at, _)| at);
    let ends: Vec<usize> = ends.chain([path.len()]).collect();
    ends.iter().rev().find_map(|end| {
        let (name, rest) = path.split_at(*end);
        let found = super::descend(value, &[name.to_owned()])?;
        dig(found, rest.strip_prefix('.').unwrap_or(rest))
    })
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Comparisons are loose, and texts are the same in either letter case.
fn compares(one: &Value, how: Comparison, other: &Value) -> bool {
    let order = match (one, other) {
        (Value::String(one), Value::String(other)) => {
            Some(one.to_lowercase().cmp(&other.to_lowercase()))
        }
        _ => number_of(one)
            .zip(number_of(other))
            .and_then(|(one, other)| one.partial_cmp(&other)),
    };
    let is_equal = || match (one, other) {
        (Value::String(text), Value::Bool(flag)) | (Value::Bool(flag), Value::String(text)) => {
            text.eq_ignore_ascii_case(if *flag { "true" } else { "false" })
        }
        _ => one == other || order.is_some_and(std::cmp::Ordering::is_eq),
    };
    match how {
        Comparison::Equal => is_equal(),
        Comparison::Unequal => !is_equal(),
        Comparison::Less => order.is_some_and(std::cmp::Ordering::is_lt),
        Comparison::AtMost => order.is_some_and(std::cmp::Ordering::is_le),
        Comparison::More => order.is_some_and(std::cmp::Ordering::is_gt),
        Comparison::AtLeast => order.is_some_and(std::cmp::Ordering::is_ge),
    }
}

/// Whether a criterion speaks of the status.
fn is_of_status(criterion: &Criterion) -> bool {
    let mut all = criterion.expressions().into_iter();
    matches!(criterion.test, CriterionTest::Success) || all.any(|one| one.base == Base::StatusCode)
}

/// The statuses that say nothing of a step, whatever status its criteria expect.
const OPEN: [u16; 4] = [401, 403, 429, 503];

/// Why a step that failed shows nothing, where it does not: its answer would have been one that says too little of any
/// valid request, and the criteria do not expect it. A criterion about the status speaks of all but a few.
pub fn why_open(
    plan: &Plan,
    asked: Asked<'_>,
    criteria: &[Criterion],
    scope: Scope<'_>,
) -> Option<String> {
    let seen = scope.seen?;
    let answer = seen.exchange.answer()?;
    let of_status = || criteria.iter().filter(|one| is_of_status(one));
    let is_expected = of_status().count() > 0 && of_status().all(|one| scope.holds(one));
    let says = |one: &Criterion| !matches!(one.test, CriterionTest::Success);
    let is_told = of_status().any(says) && !OPEN.contains(&answer.status);
    open::why(plan, asked, false, answer, &seen.body).filter(|_| !is_expected && !is_told)
}

/// Notes which criteria of a step were put to the test, and which were not true.
pub fn settle(
    plan: &Plan,
    criteria: &[Criterion],
    scope: Scope<'_>,
    spot: Spot,
    own: &mut Sightings,
) {
    for criterion in criteria {
        let Some(clause) = criterion.clause else {
            continue;
        };
        own.exercise(clause);
        if scope.holds(criterion) {
            continue;
        }
        let actual = scope.found(criterion);
        let expected = criterion.text.clone();
        let sentence = format!("it does not: {actual}");
        let place = |one: &Expression| match &one.base {
            Base::StatusCode => Some(Location::Status),
            Base::Response(Part::Header(name)) => Some(Location::header(name)),
            Base::Response(_) => {
                let tokens = one.pointer.iter();
                Some(Location::body(tokens.fold(String::new(), |base, token| {
                    pointer::join(&base, token)
                })))
            }
            _ => None,
        };
        let place = criterion.expressions().into_iter().find_map(place);
        let place = place.unwrap_or(match criterion.test {
            CriterionTest::Success => Location::Status,
            _ => Location::Exchange,
        });
        Found::new(expected, actual, place)
            .said(sentence)
            .at(spot)
            .report(plan, clause, own);
    }
}
