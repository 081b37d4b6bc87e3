//! Rules over the values of one answer: binds what each names and lets its predicate or expression judge.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::battery::{Over, Plan, PlannedRequest, Rule, Source, Test};
use crate::contract::{ClauseIx, describe_value, pointer};
use crate::exchange::Answer;
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::descend;
use super::excerpt;
use super::finding::Found;
use super::finding::Spot;
use super::judging::Wrong;
use super::predicate::{self, Ruling};

/// What a rule can bind.
pub struct Facts<'a> {
    /// The request as planned.
    pub request: &'a PlannedRequest,
    /// The answer.
    pub answer: &'a Answer,
    /// Its body, where it is JSON.
    pub body: Option<&'a Value>,
    /// The values in it that break the schema.
    pub wrong: &'a Wrong,
    /// Set where the run is over, so that judging a large answer to its end is of no use.
    pub over: &'a AtomicBool,
    /// The headers that are documented and as they should be.
    pub sound_headers: &'a [&'a str],
    /// Those that are documented otherwise than they are: what a rule would say of them merely follows from that.
    pub wrong_headers: &'a [&'a str],
}

/// Judges an answer by every rule over responses and items; items of a success only where
/// `with_items`.
pub fn judge(
    plan: &Plan,
    operation: usize,
    facts: &Facts<'_>,
    with_items: bool,
    spot: Spot,
    seen: &mut Sightings,
) {
    // Of rules that explain others: the elements in which they are broken.
    let mut broken: HashSet<(ClauseIx, usize)> = HashSet::new();
    let explains = |clause| plan.rules.iter().any(|rule| rule.follows.contains(&clause));
    let causes = plan.rules.iter().filter(|rule| rule.follows.is_empty());
    let followers = plan.rules.iter().filter(|rule| !rule.follows.is_empty());
    for rule in causes.chain(followers) {
        if rule.operation != operation || !rule.looks_at(facts.answer.status) {
            continue;
        }
        let judging = Judging {
            plan,
            rule,
            facts,
            spot,
            alone: matches!(&rule.test, Test::Predicate(predicate) if predicate::takes_one(*predicate)),
            fixed: rule
                .bind
                .iter()
                .map(|(_, source)| fixed(source, facts))
                .collect(),
        };
        match rule.over {
            Over::Responses => drop(judging.judge(facts.body, Place::Root, seen)),
            // Where items are a break in themselves, only those of a success are left out.
            Over::Items if with_items || facts.answer.status >= 300 => {
                let Some(tokens) = &rule.each else { continue };
                let list = facts
                    .body
                    .and_then(|body| descend(body, tokens))
                    .and_then(Value::as_array);
                let is_cause = explains(rule.clause);
                for (n, element) in list.into_iter().flatten().enumerate() {
                    if facts.over.load(Ordering::Relaxed) {
                        return;
                    }
                    let mut causes = rule.follows.iter();
                    if !causes.any(|cause| broken.contains(&(*cause, n)))
                        && judging.judge(Some(element), Place::Element { tokens, n }, seen)
                        && is_cause
                    {
                        broken.insert((rule.clause, n));
                    }
                }
            }
            _ => {}
        }
    }
}

/// Where a rule looks; written out as a pointer only when something is found there.
#[derive(Clone, Copy)]
enum Place<'a> {
    Root,
    Element { tokens: &'a [String], n: usize },
}

impl Place<'_> {
    fn pointer(self) -> String {
        match self {
            Place::Root => String::new(),
            Place::Element { tokens, n } => {
                let base = tokens
                    .iter()
                    .fold(String::new(), |base, token| pointer::join(&base, token));
                format!("{base}/{n}")
            }
        }
    }
}

/// One rule at work on one answer; values that are the same for all elements are bound once.
struct Judging<'a> {
    plan: &'a Plan,
    rule: &'a Rule,
    facts: &'a Facts<'a>,
    spot: Spot,
    /// Whether each value is judged by itself.
    alone: bool,
    fixed: Vec<Option<Value>>,
}

impl Judging<'_> {
    /// Judges one element; whether it breaks the rule.
    fn judge(&self, element: Option<&Value>, place: Place<'_>, seen: &mut Sightings) -> bool {
        let mut is_broken = false;
        let alone = self.alone;
        let together = if alone { 0 } else { self.rule.bind.len() };
        let mut values: Vec<predicate::Bound<'_>> = Vec::with_capacity(together);
        for (n, ((name, source), fixed)) in self.rule.bind.iter().zip(&self.fixed).enumerate() {
            let value = match source {
                Source::Body(tokens) => element
                    .and_then(|element| descend(element, tokens))
                    .filter(|_| !self.is_wrong(place, tokens)),
                _ => fixed.as_ref(),
            };
            match (value, &self.rule.test) {
                (Some(value), Test::Predicate(predicate)) if alone => {
                    let ruling = predicate::judge(*predicate, &[(name, value)], &self.rule.args);
                    is_broken |= self.record(ruling, n, place, seen);
                }
                (Some(value), _) => values.push((name, value)),
                (None, _) if alone => {}
                (None, _) => return false,
            }
        }
        let ruling = match &self.rule.test {
            Test::Predicate(predicate) if !alone => {
                predicate::judge(*predicate, &values, &self.rule.args)
            }
            Test::Expression(expression) => match expression.holds(&values) {
                Ok(true) => Ruling::Holds,
                Ok(false) => Ruling::Broken {
                    expected: expression.text().to_owned(),
                    actual: values
                        .iter()
                        .map(|(name, value)| format!("{name} = {}", describe_value(value)))
                        .collect::<Vec<_>>()
                        .join(", "),
                },
                Err(why) => {
                    self.mistaken(why, seen);
                    Ruling::NotApplicable
                }
            },
            _ => return is_broken,
        };
        self.record(ruling, 0, place, seen)
    }

    /// An expression failed: that is the rule's mistake, where all that it binds is as documented.
    fn mistaken(&self, why: String, seen: &mut Sightings) {
        let is_sound = |source: &Source| match source {
            Source::Body(_) => self.facts.wrong.is_empty(),
            Source::Header(name) => {
                let mut sound = self.facts.sound_headers.iter();
                sound.any(|known| known.eq_ignore_ascii_case(name))
            }
            Source::Status | Source::Query(_) | Source::Path(_) => true,
        };
        if self.rule.bind.iter().all(|(_, source)| is_sound(source)) {
            seen.mistaken(self.rule.clause, || why);
        }
    }

    /// Whether the value at these tokens below the place breaks its schema.
    fn is_wrong(&self, place: Place<'_>, tokens: &[String]) -> bool {
        !self.facts.wrong.is_empty() && self.facts.wrong.contains(&below(place, tokens))
    }

    /// Records a ruling; whether it is a break.
    fn record(&self, ruling: Ruling, bound: usize, place: Place<'_>, seen: &mut Sightings) -> bool {
        let rule = self.rule;
        let (expected, actual) = match ruling {
            Ruling::NotApplicable => return false,
            Ruling::Holds => {
                seen.exercise(rule.clause);
                return false;
            }
            Ruling::Broken { expected, actual } => (expected, actual),
        };
        seen.exercise(rule.clause);
        if !seen.wants_details(rule.clause) {
            seen.count_break(rule.clause);
            return true;
        }
        let location = match rule.bind.get(bound).map(|(_, source)| source) {
            Some(Source::Body(tokens)) => Location::body(below(place, tokens)),
            Some(Source::Header(name)) => Location::header(name),
            Some(Source::Status) => Location::Status,
            _ => Location::body(place.pointer()),
        };
        let around = |(body, pointer)| excerpt::around(body, pointer);
        let excerpt = self.facts.body.zip(location.pointer()).and_then(around);
        Found::new(expected, actual, location)
            .at(self.spot)
            .with(excerpt)
            .report(self.plan, rule.clause, seen);
        true
    }
}

/// The pointer of what stands at these tokens below a place.
fn below(place: Place<'_>, tokens: &[String]) -> String {
    tokens
        .iter()
        .fold(place.pointer(), |base, token| pointer::join(&base, token))
}

/// A value that does not depend on the element.
fn fixed(source: &Source, facts: &Facts<'_>) -> Option<Value> {
    match source {
        Source::Body(_) => None,
        Source::Status => Some(Value::from(facts.answer.status)),
        Source::Query(name) => facts
            .request
            .query
            .get(name)
            .map(|text| Value::String(text.clone())),
        Source::Path(name) => facts
            .request
            .path
            .get(name)
            .map(|text| Value::String(text.clone())),
        Source::Header(name) => {
            let all: Vec<&str> = facts.answer.header(name).collect();
            let mut wrong = facts.wrong_headers.iter();
            if all.is_empty() || wrong.any(|known| known.eq_ignore_ascii_case(name)) {
                return None;
            }
            let joined = all.join(", ");
            Some(whole(joined.trim()).map_or_else(|| Value::String(joined), Value::from))
        }
    }
}

/// The integer that a header says, as far as 64 bits go: one beyond them is the last on its side, and compared like it.
fn whole(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let last = if digits == text { i64::MAX } else { i64::MIN };
    is_whole.then(|| text.parse().unwrap_or(last))
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn a_header_s_integer_is_cut_to_64_bits_and_nothing_else_is_one() {
        for (text, number) in [
            ("0", Some(0)),
            ("-7", Some(-7)),
            ("18446744073709551615", Some(i64::MAX)),
            ("-99999999999999999999", Some(i64::MIN)),
            ("+1", None),
            ("1.0", None),
            ("-", None),
            ("", None),
        ] {
            assert_eq!(whole(text), number, "{text}");
        }
    }
}
