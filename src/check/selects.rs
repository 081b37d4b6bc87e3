//! A list that is asked for with a value of a parameter: whether it shows the items that have that value, beside what it
//! shows unasked. One look may be right; several that agree on a break are one. A server may understand a value otherwise
//! (by its beginning, with all that stands below it, from it on, and with what is always shown), so only what none of that
//! explains accuses.

use std::collections::HashSet;

use serde_json::Value;

use crate::battery::{Case, Plan, SELECTS, of_query};
use crate::contract::{ClauseIx, Parameter, pointer};
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::finding::{Found, Spot};
use super::looked::{Look, Selecting, is_same, text};

/// The longest text that is sent as a value.
const LONGEST: usize = 100;

/// Whether a value is a UUID (RFC 9562, section 4), which is asked for as it is shown.
fn is_uuid(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    let mut places = text.bytes().enumerate();
    text.len() == 36
        && places.all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Whether one value may be meant by a part of it, or by the other.
fn is_akin(one: &Value, other: &Value) -> bool {
    let (one, other) = (text(one), text(other));
    one.contains(&other) || other.contains(&one)
}

/// Two values of items to ask for. Of texts that need not be one of few, neither is a part of the other.
///
/// # Errors
/// There are none: why.
pub fn values(all: &Look, parameter: &Parameter) -> Result<[Value; 2], String> {
    let mut known: Vec<&Value> = Vec::new();
    for (_, value) in all.values() {
        let is_known = known.iter().any(|one| is_same(one, value));
        // Of a parameter that takes several, one is sent.
        let one_of_several = Value::Array(vec![value.clone()]);
        let is_allowed = parameter.allows(value) || parameter.allows(&one_of_several);
        if !is_known && can_be_sent(value) && is_allowed {
            known.push(value);
        }
    }
    let is_yes = |value: &&&Value| ***value == Value::Bool(true);
    let asked = known.iter().find(is_yes).or(known.last());
    let is_other = |one: &Value, asked: &Value| match parameter.is_listed() {
        true => !is_same(one, asked),
        false => !is_akin(one, asked),
    };
    let pair = asked.and_then(|asked| {
        let other = known.iter().find(|one| is_other(one, asked))?;
        Some([Value::clone(asked), Value::clone(other)])
    });
    pair.ok_or_else(|| {
        let name = &parameter.name;
        format!("the list does not show items with two values that `{name}` could tell apart")
    })
}

/// Whether a value is sent as it stands: no character of it may say how it is compared, or stand between several.
fn can_be_sent(value: &Value) -> bool {
    let Some(text) = value.as_str() else {
        return true;
    };
    let is_mere = |letter: char| letter.is_alphanumeric() || " _.@/-".contains(letter);
    text.len() <= LONGEST
        && text.trim() == text
        && text.starts_with(char::is_alphanumeric)
        && text.chars().all(is_mere)
        && !["all", "any", "none", "null"].contains(&&*text.to_lowercase())
}

/// How the value of an item is held against the one that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fit {
    /// As a whole, since the parameter has one of few values, or the document says so.
    pub is_listed: bool,
    /// Whether the document says that no others are shown: then none is that has no value either.
    pub is_only: bool,
}

/// What one look with a value shows beside the one without.
struct Shown {
    /// The items that have the value.
    own: HashSet<u64>,
    /// The places of those that have another one.
    strange: Vec<usize>,
    /// The items that the list without the parameter shows with the value, and this one does not.
    missing: HashSet<u64>,
}

impl Shown {
    fn of(all: &Look, look: &Look, value: &Value, fit: Fit) -> Shown {
        let own = look.values().filter(|(_, other)| is_same(other, value));
        let is_strange = |other: &Value| match fit.is_listed || value.is_number() || is_uuid(value)
        {
            true => !is_same(other, value),
            false => !is_akin(other, value),
        };
        let strange = look.items.iter().enumerate();
        let strange = strange.filter(|(place, (_, other))| match other {
            Some(other) => is_strange(other),
            None => fit.is_only && look.empty.contains(place),
        });
        let keys = look.keys();
        // What does not fit on the page is on another one, and where no item shows the member all may be there.
        let shows = look.items.is_empty() || look.values().next().is_some();
        let has_room = shows && look.items.len() < all.items.len() && !look.leads_on;
        let wanted = all.values().filter(|(_, other)| is_same(other, value));
        let wanted = wanted.map(|(key, _)| key);
        Shown {
            own: own.map(|(key, _)| key).collect(),
            strange: strange.map(|(place, _)| place).collect(),
            missing: wanted
                .filter(|key| has_room && !keys.contains(key))
                .collect(),
        }
    }
}

/// What the looks show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It selects.
    Right,
    /// The same has to be looked at with another value, and without one once more.
    More,
    /// Nothing can be said: why.
    Open(String),
    /// It does not.
    Broken(How),
}

/// How a parameter does not select.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The list is the same without it.
    Ignored,
    /// The list is the same for each value.
    Alike,
    /// Items with other values are shown.
    Others,
    /// Items with the value are missing.
    Missing,
    /// Items with other values are shown behind the first page.
    Behind,
}

/// What one look shows. `is_listed` says that the parameter has one of few values, which are compared as a whole.
pub fn first(all: &Look, look: &Look, value: &Value, fit: Fit) -> Said {
    let shown = Shown::of(all, look, value, fit);
    let is_clean = shown.strange.is_empty() && shown.missing.is_empty();
    match (is_clean, shown.own.is_empty()) {
        (true, false) => Said::Right,
        (true, true) => Said::Open(
            "no item that is shown has the value that was asked for, or another one".to_owned(),
        ),
        (false, _) => Said::More,
    }
}

/// Whether a page behind the first shows items that have surely another value. Only a value that is compared as a whole tells.
pub fn has_strange([all, page]: [&Look; 2], value: &Value, fit: Fit) -> bool {
    let is_whole = fit.is_listed || value.is_number() || is_uuid(value);
    is_whole && !Shown::of(all, page, value, fit).strange.is_empty()
}

/// What two looks show, each with its value, between two without one.
pub fn judge(
    [all, again]: [&Look; 2],
    [(look, value), (second, other)]: [(&Look, &Value); 2],
    fit: Fit,
) -> Said {
    let Fit { is_listed, is_only } = fit;
    let open = |why: &str| Said::Open(why.to_owned());
    let is_moved = all.keys() != again.keys() || all.differs(again);
    if is_moved || all.differs(look) || all.differs(second) {
        return open("the list changed while it was read, so it does not show what was selected");
    }
    let one = Shown::of(all, look, value, fit);
    let two = Shown::of(all, second, other, fit);
    let (keys, others, unasked) = (look.keys(), second.keys(), all.keys());
    let has_strange = !one.strange.is_empty() && !two.strange.is_empty();
    let is_within = keys.is_subset(&others) || others.is_subset(&keys);
    // What is shown whatever is asked for is pinned.
    let is_pinned = |shown: &Shown, look: &Look, others: &HashSet<u64>| {
        let mut strange = shown.strange.iter();
        strange.all(|place| others.contains(&look.items[*place].0))
    };
    let are_pinned = is_pinned(&one, look, &others) && is_pinned(&two, second, &keys);
    // A text may be asked for in another way than it is shown.
    let is_plain = |value: &Value| value.is_number() || is_uuid(value);
    let is_understood =
        !one.own.is_empty() && !two.own.is_empty() || is_plain(value) && is_plain(other);
    let are_missing = !one.missing.is_empty() && !two.missing.is_empty();
    let how = match () {
        () if has_strange && keys == unasked && others == unasked => How::Ignored,
        () if has_strange && one.own.is_empty() && two.own.is_empty() && !are_pinned => How::Others,
        () if is_listed && keys == others && !one.missing.is_empty() => How::Alike,
        () if is_listed && has_strange && (is_only || !is_within && !are_pinned) => How::Others,
        () if are_missing && !has_strange && (is_listed || is_understood) => How::Missing,
        () => {
            return open(
                "what is shown may be what a server means by the values: parts of them, all below them, or what is always shown",
            );
        }
    };
    Said::Broken(how)
}

/// What was looked at.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What it selects by.
    pub selecting: Selecting<'a>,
    /// The value.
    pub value: &'a Value,
    /// How it is held against those of the items.
    pub fit: Fit,
}

/// The clause that a case puts to the test.
pub fn clause(plan: &Plan, case: &Case, selecting: Selecting<'_>) -> Option<ClauseIx> {
    let subject = of_query(case.step().operation, selecting.parameter, SELECTS);
    plan.clauses.about(&subject)
}

/// Records a break that the look with the value shows; `spot` is where it was answered.
pub fn accuse(
    plan: &Plan,
    case: &Case,
    asked: Asked<'_>,
    how: How,
    (all, look): (&Look, &Look),
    spot: Spot,
    seen: &mut Sightings,
) {
    let Some(clause) = clause(plan, case, asked.selecting) else {
        return;
    };
    let (name, value) = (asked.selecting.parameter, asked.value);
    let shown = Shown::of(all, look, value, asked.fit);
    let pointer = |tokens: &[String]| {
        let tokens = tokens.iter();
        tokens.fold(String::new(), |base, token| pointer::join(&base, token))
    };
    let list = pointer(asked.selecting.list);
    let strange = shown.strange.first().filter(|_| how != How::Missing);
    let place = match strange {
        Some(place) => format!("{list}/{place}{}", pointer(asked.selecting.member)),
        None => list,
    };
    let called = |value: &Value| match value {
        Value::String(text) => super::shown(text),
        other => other.to_string(),
    };
    let wanted = called(value);
    let expected = format!("all items with {wanted}, and no others");
    let other = strange.map(|place| look.items[*place].1.as_ref());
    let got = match other {
        Some(other) => format!("an item with {}", called(other.unwrap_or(&Value::Null))),
        None => format!(
            "{} fewer than the list without it shows",
            shown.missing.len()
        ),
    };
    let why = match how {
        How::Ignored => format!("; the list is the same without `{name}`"),
        How::Alike => "; the list is the same for another value".to_owned(),
        How::Behind => "; on the page behind the first".to_owned(),
        How::Others | How::Missing => String::new(),
    };
    let promised = plan.clauses.get(clause).level;
    let level = case.step().breaks_level;
    let level = level.map_or(promised, |most| most.min(promised));
    let sentence = format!("asked for with {wanted}, expected {expected}, got {got}{why}");
    let found = Found::new(expected, got, Location::body(place));
    let found = found.at(spot).said(sentence);
    found.weighing(level).report(plan, clause, seen);
}
