//! What is broken at one place of one body, in words, and which of several breaks only follow from another.

use std::collections::{HashMap, HashSet};
use std::fmt::{self, Write as _};
use std::hash::BuildHasher;

use serde_json::Value;

use crate::contract::clause::ClauseIx;

/// One broken keyword at one place of one body.
#[derive(Debug, Clone, PartialEq)]
pub struct Violation {
    /// The clause of the keyword; `None` where the place cannot be told, so that the caller uses the body's own.
    pub clause: Option<ClauseIx>,
    /// RFC 6901 pointer into the body.
    pub pointer: String,
    /// The keyword.
    pub keyword: String,
    /// What the schema demands there.
    pub expected: String,
    /// What stood there, shortened.
    pub actual: String,
}

impl Violation {
    /// That the whole is wrong, where it cannot be told in what.
    pub(super) fn of_all(clause: Option<ClauseIx>, actual: String) -> Violation {
        Violation {
            clause,
            pointer: String::new(),
            keyword: String::new(),
            expected: "what the schema says".to_owned(),
            actual,
        }
    }
}

/// At one value: a wrong type is reported alone, and a length that a format or pattern already refuses is not repeated.
pub(super) fn drop_shielded(all: &mut Vec<Violation>) {
    let mut at: HashMap<&str, HashSet<&str>> = HashMap::new();
    for violation in all.iter() {
        let keywords = at.entry(&violation.pointer).or_default();
        keywords.insert(&violation.keyword);
    }
    let mut seen = HashSet::new();
    let mut kept = Vec::with_capacity(all.len());
    for violation in all.iter() {
        let beside = &at[violation.pointer.as_str()];
        let has = |keywords: &[&str]| keywords.iter().any(|keyword| beside.contains(keyword));
        let keyword = violation.keyword.as_str();
        let shielded = match keyword {
            "type" | "required" => false,
            _ if has(&["type"]) => true,
            "minLength" => has(&["format", "pattern", "enum", "const"]),
            "maxLength" | "pattern" | "format" => has(&["enum", "const"]),
            _ => false,
        };
        let place = (violation.pointer.as_str(), keyword, violation.clause);
        kept.push(!shielded && seen.insert(place));
    }
    let mut kept = kept.into_iter();
    all.retain(|_| kept.next() == Some(true));
}

pub(super) fn quoted(names: &[String]) -> String {
    let shown: Vec<String> = names
        .iter()
        .take(5)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = names.len().saturating_sub(5);
    if more > 0 {
        format!("{} and {more} more", shown.join(", "))
    } else {
        shown.join(", ")
    }
}

pub(super) fn describe_twins(items: &[Value]) -> String {
    let hasher = foldhash::fast::RandomState::default();
    let mut known: HashMap<u64, usize> = HashMap::new();
    for (n, item) in items.iter().enumerate() {
        let hash = hasher.hash_one(item.to_string());
        match known.get(&hash).filter(|first| items[**first] == *item) {
            Some(first) => return format!("entries {first} and {n} are the same"),
            None => drop(known.entry(hash).or_insert(n)),
        }
    }
    "two entries are the same".to_owned()
}

/// Doubles beyond it may stand for numbers that no double holds.
const BEYOND: f64 = 8.9e307;

/// A value as JSON, cut to what a person reads. Of a number that no double holds, only that is known.
pub fn describe_value(value: &Value) -> String {
    match value.as_f64() {
        Some(number) if number > BEYOND => return "a number above 1e307".to_owned(),
        Some(number) if number < -BEYOND => return "a number below -1e307".to_owned(),
        _ => {}
    }
    let mut head = Head {
        text: String::new(),
        left: 300,
    };
    match write!(head, "{value}") {
        Ok(()) => head.text,
        Err(_) => format!("{}…", head.text),
    }
}

/// The beginning of a text; who writes more is stopped, so that a large value is not written in full for each of its breaks.
struct Head {
    text: String,
    left: usize,
}

impl fmt::Write for Head {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        for letter in more.chars() {
            self.left = self.left.checked_sub(1).ok_or(fmt::Error)?;
            self.text.push(letter);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_shown_by_its_first_letters() {
        let text = |count: usize| Value::from("é".repeat(count));
        let quoted = |count: usize| format!("\"{}\"", "é".repeat(count));
        assert_eq!(describe_value(&text(298)), quoted(298));
        assert_eq!(
            describe_value(&text(299)),
            format!("\"{}…", "é".repeat(299))
        );
        assert_eq!(describe_value(&Value::from(1e308)), "a number above 1e307");
        assert_eq!(describe_value(&Value::Null), "null");
    }
}
