//! A list that is asked for with a value of a parameter: whether it shows the items that have that value, beside what it
//! shows unasked. One look may be right; several that agree on a break are one. A server may understand a value otherwise
//! (by its beginning, with all that stands below it, from it on, and with what is always shown), so only what none of that
//! explains accuses.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use crate::battery::{Case, Collection, Does, Offer, Origin, Plan, SELECTS, of_query};
use crate::contract::{ClauseIx, In, Parameter, pointer};
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::finding::{Found, Spot};
use super::hashes::Hashes;
use super::page;

/// The longest text that is sent as a value.
const LONGEST: usize = 100;

/// What a case selects by: a query parameter, and where the items and their member stand in its control's answer.
#[derive(Debug, Clone, Copy)]
pub struct Selecting<'p> {
    /// The parameter.
    pub parameter: &'p str,
    /// The way to the list.
    pub list: &'p [String],
    /// The way to the member of an item.
    pub member: &'p [String],
    /// Whether the items come in an order of it.
    pub sorts: bool,
}

impl<'p> Selecting<'p> {
    /// Of a case; `None` where it takes no value from items of its control, and asks for no order.
    pub fn of(plan: &'p Plan, case: &'p Case) -> Option<Selecting<'p>> {
        if let Some(sorting) = case.sorting.as_ref().filter(|_| case.does == Does::Select) {
            return Some(Selecting {
                parameter: plan.clauses.get(sorting.clause).subject.name(),
                list: &sorting.list,
                member: &sorting.member,
                sorts: true,
            });
        }
        let control = &plan.cases[case.control.filter(|_| case.does == Does::Select)?].id;
        let sought = case.step().requests.first()?.sought();
        sought.iter().find_map(|one| {
            let Origin::Cases { offers, .. } = &one.from else {
                return None;
            };
            let [(id, Offer::Body(tokens))] = &offers[..] else {
                return None;
            };
            let at = tokens.iter().position(|token| token == "*")?;
            let (list, member) = (&tokens[..at], &tokens[at + 1..]);
            let is_one = one.location == In::Query && id == control && !member.is_empty();
            is_one.then_some(Selecting {
                parameter: &one.name,
                list,
                member,
                sorts: false,
            })
        })
    }
}

/// What a list showed: of each item what it is told apart by, and the value of its member where that is a plain one.
#[derive(Debug, Clone, Default)]
pub struct Look {
    items: Vec<(u64, Option<Value>)>,
    /// The plain members of each item, where its place says something.
    pub(super) beside: Vec<BTreeMap<String, Value>>,
    /// Whether it says that there are more.
    leads_on: bool,
}

impl Look {
    /// Reads an answer, with the hashes of all looks; `None` where it has no list. An item of which `is_left_out` holds is passed over.
    pub fn of(
        selecting: Selecting<'_>,
        collection: Option<&Collection>,
        (body, hashes): (&Value, &Hashes),
        is_left_out: impl Fn(&Value) -> bool,
    ) -> Option<Look> {
        let list = super::descend(body, selecting.list)?.as_array()?;
        let named = |item: &Value| {
            let mut names = ["id", "uuid", "key"].iter();
            names.find_map(|name| item.get(name).filter(|id| !id.is_null()).cloned())
        };
        let key = |item: &Value| match collection {
            Some(collection) => hashes.key(page::key_of(collection, item)),
            None => hashes.key(named(item).as_ref().unwrap_or(item)),
        };
        let value = |item| super::descend(item, selecting.member).filter(|value| is_plain(value));
        let items = list.iter().filter(|item| !is_left_out(item));
        let plain = |item: &Value| -> BTreeMap<String, Value> {
            let members = item.as_object().into_iter().flatten();
            let plain = members.filter(|(_, value)| is_plain(value));
            plain
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        };
        let sorted = items.clone().filter(|_| selecting.sorts);
        Some(Look {
            beside: sorted.map(plain).collect(),
            items: items
                .map(|item| (key(item), value(item).cloned()))
                .collect(),
            leads_on: collection
                .is_some_and(|collection| page::read(collection, body).leads_on(collection)),
        })
    }

    /// The items in their order, each with the value of its member.
    pub(super) fn items(&self) -> &[(u64, Option<Value>)] {
        &self.items
    }

    fn keys(&self) -> HashSet<u64> {
        self.items.iter().map(|(key, _)| *key).collect()
    }

    /// The values, each with its item.
    fn values(&self) -> impl Iterator<Item = (u64, &Value)> {
        let items = self.items.iter();
        items.filter_map(|(key, value)| Some((*key, value.as_ref()?)))
    }

    /// Whether an item that both show has another value there.
    fn differs(&self, other: &Look) -> bool {
        let own: HashMap<u64, &Value> = self.values().collect();
        let mut others = other.values();
        others.any(|(key, value)| own.get(&key).is_some_and(|own| !is_same(own, value)))
    }
}

/// Whether a value is one that a parameter can have.
fn is_plain(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Number(_) | Value::Bool(_) => true,
        _ => false,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_lowercase(),
        other => other.to_string(),
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    text(one) == text(other)
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
        if !is_known && can_be_sent(value) && parameter.allows(value) {
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
    fn of(all: &Look, look: &Look, value: &Value, is_listed: bool) -> Shown {
        let own = look.values().filter(|(_, other)| is_same(other, value));
        let is_strange = |other: &Value| match is_listed || value.is_number() {
            true => !is_same(other, value),
            false => !is_akin(other, value),
        };
        let strange = look.items.iter().enumerate();
        let strange = strange.filter(|(_, (_, other))| other.as_ref().is_some_and(is_strange));
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
}

/// What one look shows. `is_listed` says that the parameter has one of few values, which are compared as a whole.
pub fn first(all: &Look, look: &Look, value: &Value, is_listed: bool) -> Said {
    let shown = Shown::of(all, look, value, is_listed);
    let is_clean = shown.strange.is_empty() && shown.missing.is_empty();
    match (is_clean, shown.own.is_empty()) {
        (true, false) => Said::Right,
        (true, true) => Said::Open(
            "no item that is shown has the value that was asked for, or another one".to_owned(),
        ),
        (false, _) => Said::More,
    }
}

/// What two looks show, each with its value, between two without one.
pub fn judge(
    [all, again]: [&Look; 2],
    [(look, value), (second, other)]: [(&Look, &Value); 2],
    is_listed: bool,
) -> Said {
    let open = |why: &str| Said::Open(why.to_owned());
    let is_moved = all.keys() != again.keys() || all.differs(again);
    if is_moved || all.differs(look) || all.differs(second) {
        return open("the list changed while it was read, so it does not show what was selected");
    }
    let one = Shown::of(all, look, value, is_listed);
    let two = Shown::of(all, second, other, is_listed);
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
    let is_understood = !one.own.is_empty() && !two.own.is_empty();
    let are_missing = !one.missing.is_empty() && !two.missing.is_empty();
    let how = match () {
        () if has_strange && keys == unasked && others == unasked => How::Ignored,
        () if has_strange && one.own.is_empty() && two.own.is_empty() && !are_pinned => How::Others,
        () if is_listed && keys == others && !one.missing.is_empty() => How::Alike,
        () if is_listed && has_strange && !is_within && !are_pinned => How::Others,
        () if are_missing && !has_strange && (is_listed || value.is_number() || is_understood) => {
            How::Missing
        }
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
    /// Whether the parameter has one of few values.
    pub is_listed: bool,
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
    let shown = Shown::of(all, look, value, asked.is_listed);
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
    let got = match strange.and_then(|place| look.items[*place].1.as_ref()) {
        Some(other) => format!("an item with {}", called(other)),
        None => format!(
            "{} fewer than the list without it shows",
            shown.missing.len()
        ),
    };
    let why = match how {
        How::Ignored => format!("; the list is the same without `{name}`"),
        How::Alike => "; the list is the same for another value".to_owned(),
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
