//! Values that must never come twice in a run, such as the id of a request or of an error. One in a header is that of
//! the message, and stands alone in it; one in a body is that of the answer, which may come again where the same request
//! is sent again, or out of a cache (RFC 9111).

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasher;

use foldhash::fast::FixedState;
use serde_json::Value;

use crate::battery::{Over, Plan, Rule, Sequence, Source, Test};
use crate::contract::pointer;
use crate::exchange::{Answer, Location};
use crate::ledger::Sightings;

use super::descend;
use super::finding::Found;
use super::judging::Wrong;
use super::rules::Facts;

/// So many values of one body are compared.
const MOST: usize = 64;

/// A value that no other answer may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fresh {
    /// The rule that says so, as index into the plan, and which of its values.
    rule: (usize, usize),
    hash: u64,
    shown: String,
    location: Location,
    /// The exchange within the case.
    exchange: u64,
    /// A hash of what was asked, where the same question may get the same answer again.
    asked: Option<u64>,
    /// The part of the run that it was met in: another part may have asked another process of the target.
    part: usize,
}

impl Fresh {
    /// In that part of the run.
    pub fn in_part(&mut self, part: usize) {
        self.part = part;
    }

    /// In the answer to a request with that hash.
    pub fn of(self, asked: u64) -> Fresh {
        Fresh {
            asked: Some(asked),
            ..self
        }
    }
}

/// The rules about values that never come twice, of an operation and a status.
fn rules_of(plan: &Plan, operation: usize, status: u16) -> impl Iterator<Item = (usize, &Rule)> {
    let all = plan.rules.iter().enumerate();
    all.filter(move |(_, rule)| {
        rule.over == Over::Run
            && matches!(rule.test, Test::Sequence(Sequence::NeverRepeats))
            && rule.operation == operation
            && rule.looks_at(status)
    })
}

/// Those in the headers of an answer.
pub fn in_headers(plan: &Plan, operation: usize, answer: &Answer, exchange: u64) -> Vec<Fresh> {
    let mut out = Vec::new();
    for (ix, rule) in rules_of(plan, operation, answer.status) {
        for (n, (_, source)) in rule.bind.iter().enumerate() {
            let Source::Header(name) = source else {
                continue;
            };
            let values = answer.header(name).filter(|value| !value.is_empty());
            out.extend(values.map(|value| Fresh {
                rule: (ix, n),
                hash: FixedState::default().hash_one(value),
                shown: super::shown(value),
                location: Location::header(name),
                exchange,
                asked: None,
                part: 0,
            }));
        }
    }
    out
}

/// Those in the body of an answer, but for what breaks the schema, and none where the answer was told before.
pub fn in_body(plan: &Plan, operation: usize, facts: &Facts<'_>, exchange: u64) -> Vec<Fresh> {
    let mut out = Vec::new();
    let Some(body) = facts.body.filter(|_| !is_cached(facts.answer)) else {
        return out;
    };
    for (ix, rule) in rules_of(plan, operation, facts.answer.status) {
        for (n, (_, source)) in rule.bind.iter().enumerate() {
            let Source::Body(tokens) = source else {
                continue;
            };
            let found = places(rule, tokens, body).filter(|(at, _)| is_right(facts.wrong, at));
            out.extend(found.take(MOST).map(|(at, value)| {
                Fresh {
                    rule: (ix, n),
                    hash: FixedState::default().hash_one(value.to_string()),
                    shown: value
                        .as_str()
                        .map_or_else(|| value.to_string(), super::shown),
                    location: Location::body(at),
                    exchange,
                    asked: None,
                    part: 0,
                }
            }));
        }
    }
    out
}

fn is_right(wrong: &Wrong, at: &str) -> bool {
    wrong.is_empty() || !wrong.contains(at)
}

/// The texts, numbers and truth values at a place of the body, or of each element of the rule's array, with their pointers.
pub fn places<'v>(
    rule: &Rule,
    tokens: &[String],
    body: &'v Value,
) -> impl Iterator<Item = (String, &'v Value)> {
    let written = |base: String, tokens: &[String]| {
        let join = |base: String, token: &String| pointer::join(&base, token);
        tokens.iter().fold(base, join)
    };
    let mut out = Vec::new();
    match &rule.each {
        None => out.push((String::new(), body)),
        Some(each) => {
            let list = descend(body, each).and_then(Value::as_array);
            let base = written(String::new(), each);
            let elements = list.into_iter().flatten().enumerate().take(MOST);
            out.extend(elements.map(|(n, element)| (format!("{base}/{n}"), element)));
        }
    }
    out.into_iter().filter_map(move |(base, element)| {
        let value = descend(element, tokens)?;
        let is_one = matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_));
        is_one.then(|| (written(base, tokens), value))
    })
}

/// Whether an answer says that it was not made for this request: an `Age` (RFC 9111, section 5.1), or a word of the cache
/// that it came out of (`Cache-Status`, RFC 9211, and what went before it).
pub fn is_cached(answer: &Answer) -> bool {
    const SAYS: [&str; 5] = ["hit", "stale", "revalidated", "updating", "refresh"];
    answer.headers.iter().any(|(name, value)| {
        let (name, value) = (name.to_ascii_lowercase(), value.to_ascii_lowercase());
        let mut words = value.split(|c: char| !c.is_ascii_alphanumeric());
        match name.as_str() {
            "age" => true,
            "cache-control" => false,
            _ => name.contains("cache") && words.any(|word| SAYS.contains(&word)),
        }
    })
}

/// Where a value was met first.
#[derive(Debug, Clone, Copy)]
struct First {
    case: usize,
    asked: Option<u64>,
}

/// What was met so far, over the whole run.
#[derive(Debug, Default)]
pub struct Met {
    /// By part and rule.
    rules: HashSet<(usize, usize)>,
    /// By part, rule and value.
    values: HashMap<(usize, (usize, usize), u64), First>,
}

impl Met {
    /// Compares what a case met with all before it.
    pub fn compare(&mut self, plan: &Plan, case: usize, values: Vec<Fresh>, seen: &mut Sightings) {
        for fresh in values {
            let (ix, _) = fresh.rule;
            let clause = plan.rules[ix].clause;
            let own = First {
                case,
                asked: fresh.asked,
            };
            match self.values.entry((fresh.part, fresh.rule, fresh.hash)) {
                Entry::Vacant(place) => {
                    place.insert(own);
                    // The first value alone proves nothing.
                    if !self.rules.insert((fresh.part, ix)) {
                        seen.exercise(clause);
                    }
                }
                // Asked again, the same may be answered: what came was the same answer.
                Entry::Occupied(first) if own.asked.is_some() && first.get().asked == own.asked => {
                }
                Entry::Occupied(first) => {
                    seen.exercise(clause);
                    let id = &plan.cases[first.get().case].id;
                    let expected = "a value that no other answer has";
                    let actual = format!("{:?}", fresh.shown);
                    let sentence = format!(
                        "expected {expected}, got {actual} as in an answer to the case {id}"
                    );
                    Found::new(expected, actual, fresh.location)
                        .on(0, Some(fresh.exchange))
                        .said(sentence)
                        .report(plan, clause, seen);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::exchange::BodyEnd;

    #[test]
    fn an_answer_out_of_a_cache_says_so() {
        for (name, value, is) in [
            ("Age", "0", true),
            ("X-Cache", "HIT", true),
            ("x-cache", "Hit from cloudfront", true),
            ("X-Cache", "MISS, HIT", true),
            ("X-Cache", "TCP_HIT", true),
            ("CF-Cache-Status", "REVALIDATED", true),
            ("Cache-Status", "ExampleCache; hit; ttl=376", true),
            ("Cache-Status", "ExampleCache; fwd=uri-miss", false),
            ("X-Cache", "MISS", false),
            ("CF-Cache-Status", "DYNAMIC", false),
            ("Cache-Control", "max-age=5, stale-if-error=10", false),
            ("X-Hit", "hit", false),
        ] {
            let answer = Answer {
                status: 404,
                headers: vec![(name.to_owned(), value.to_owned())],
                body: Arc::default(),
                end: BodyEnd::Complete,
            };
            assert_eq!(is_cached(&answer), is, "{name}: {value}");
        }
    }
}
