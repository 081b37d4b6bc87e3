//! A list that is asked for in an order: whether its items come in it. What a server puts first whatever is asked for, or
//! in groups, is sorted within them; and what changes while it is looked at says nothing.

use serde_json::Value;

use crate::battery::{Case, Plan, Sorting, Way};
use crate::contract::pointer;
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::finding::{Found, Spot};
use super::looked::Look;
use super::order::{self, Order};

/// The most groups in which a list may be sorted.
const GROUPS: usize = 3;

/// What a list shows of the order that it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It has it.
    Right,
    /// It does not show any: why.
    Open(&'static str),
    /// That item should not come behind that other one: their places.
    Wrong {
        /// The place of the earlier one.
        before: usize,
        /// The place of the later one.
        behind: usize,
    },
}

/// So many items may come first, whatever the order, where no other answer shows which.
const PINNED: usize = 3;

/// What a list shows, beside one that was asked for in another order or in none, where there is one.
pub fn judge(look: &Look, other: Option<&Look>, way: Way) -> Said {
    let values: Vec<Option<&Value>> = look.items.iter().map(|(_, own)| own.as_ref()).collect();
    let wrong = match order::judge(&values, way) {
        Order::Right => return Said::Right,
        Order::Few => return Said::Open("the list does not show items with two values to sort by"),
        Order::Unclear => {
            return Said::Open("whether its values are sorted depends on how they are compared");
        }
        Order::Wrong { before, behind } => Said::Wrong { before, behind },
    };
    let is_sorted_from = |from: usize| {
        let rest = values.get(from..).unwrap_or_default();
        !rest.is_empty() && !is_wrong(rest, way)
    };
    let is_pinned = match other {
        Some(other) => is_sorted_from(shared(look, other)),
        None => (1..=PINNED).any(|from| 3 * from <= values.len() && is_sorted_from(from)),
    };
    if is_pinned || is_grouped(look, &values, way) {
        return Said::Open("the list is sorted but for what comes first or stands in groups");
    }
    if is_mixed(look) {
        return Said::Open("its values are in several units, and need not be sorted by the number");
    }
    wrong
}

/// The one value that a whole page shows, and another one of the list that should come before it, and is not on that page.
pub fn passed_over<'l>(all: &'l Look, look: &'l Look, way: Way) -> Option<(&'l Value, &'l Value)> {
    let (_, shown) = look.values().next()?;
    let is_page = look.leads_on && look.items.len() > PINNED;
    let is_one = look
        .items
        .iter()
        .all(|(_, value)| value.as_ref() == Some(shown));
    if !is_page || !is_one || is_mixed(all) || is_mixed(look) {
        return None;
    }
    let keys = look.keys();
    let mut others = all.values().filter(|(key, _)| !keys.contains(key));
    let comes_first = |other: &Value| is_wrong(&[Some(shown), Some(other)], way);
    let (_, other) = others.find(|(_, other)| comes_first(other))?;
    Some((shown, other))
}

/// Records that a page passes over what should come before all that it shows.
pub fn accuse_of_passing(
    plan: &Plan,
    case: &Case,
    (sorting, way): (&Sorting, Way),
    (shown, other): (&Value, &Value),
    spot: Spot,
    seen: &mut Sightings,
) {
    let tokens = sorting.member.iter();
    let member = tokens.fold(String::new(), |base, token| pointer::join(&base, token));
    let list = sorting.list.iter();
    let list = list.fold(String::new(), |base, token| pointer::join(&base, token));
    let name = member.trim_start_matches('/');
    let expected = format!("items in {} of {name}", way.words());
    let got = format!("{shown} only");
    let sentence = format!(
        "expected {expected}, got {got}, though the list has {other}, and the same for the other way"
    );
    let promised = plan.clauses.get(sorting.clause).level;
    let level = case.step().breaks_level;
    let level = level.map_or(promised, |most| most.min(promised));
    let found = Found::new(expected, got, Location::body(list));
    let found = found.at(spot).said(sentence);
    found.weighing(level).report(plan, sorting.clause, seen);
}

/// Whether the items of a list are surely not in an order of a member.
pub fn is_unsorted(items: &[Value], member: &[String], way: Way) -> bool {
    let values = items.iter().map(|item| super::descend(item, member));
    is_wrong(&values.collect::<Vec<_>>(), way)
}

fn is_wrong(values: &[Option<&Value>], way: Way) -> bool {
    matches!(order::judge(values, way), Order::Wrong { .. })
}

/// How many items both begin with.
fn shared(one: &Look, other: &Look) -> usize {
    let pairs = one.items.iter().zip(&other.items);
    pairs.take_while(|(one, other)| one.0 == other.0).count()
}

/// Whether the items stand in groups of another member, each of which is sorted.
fn is_grouped(look: &Look, values: &[Option<&Value>], way: Way) -> bool {
    let names = look.beside.iter().flat_map(|item| item.keys());
    let mut names: Vec<&String> = names.collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().any(|name| {
        let of: Vec<Option<&Value>> = look.beside.iter().map(|item| item.get(name)).collect();
        let mut ends: Vec<usize> = (1..of.len()).filter(|n| of[*n] != of[*n - 1]).collect();
        ends.push(of.len());
        let begins = std::iter::once(0).chain(ends.iter().copied());
        let runs = begins.zip(ends.iter().copied());
        let is_few = (2..=GROUPS).contains(&ends.len()) && of.len() >= 2 * ends.len();
        is_few
            && runs
                .into_iter()
                .all(|(from, to)| !is_wrong(&values[from..to], way))
    })
}

/// Whether the values may be of several units or currencies.
pub fn is_mixed(look: &Look) -> bool {
    let mut values = look.items.iter().filter_map(|(_, value)| value.as_ref());
    if !look.has_units || !values.any(Value::is_number) {
        return false;
    }
    let is_unit = |name: &str| {
        let words = crate::contract::names::words(name);
        words
            .iter()
            .any(|word| ["currency", "unit", "units", "uom"].contains(&&**word))
    };
    let units = look.beside.iter().map(|item| {
        let own = item.iter().filter(|(name, _)| is_unit(name));
        own.map(|(_, value)| value).collect::<Vec<_>>()
    });
    let units: Vec<Vec<&Value>> = units.collect();
    units.windows(2).any(|pair| pair[0] != pair[1])
}

/// Whether two answers to the same request show the same.
pub fn is_same(look: &Look, again: &Look) -> bool {
    look.items == again.items
}

/// Where an item of a walk was read, and its place on that page.
fn spot_of(look: &Look, item: usize) -> Option<(Spot, usize)> {
    let pages = look.pages.iter().zip(1..);
    let ((exchange, first), page) = pages.take_while(|((_, first), _)| *first <= item).last()?;
    let exchange = *exchange;
    Some((Spot { exchange, page }, item - first))
}

/// Records that a list has another order; `spot` is where it was answered.
pub fn accuse(
    plan: &Plan,
    case: &Case,
    (sorting, way): (&Sorting, Way),
    (look, is_ignored): (&Look, bool),
    (before, behind): (usize, usize),
    spot: Spot,
    seen: &mut Sightings,
) {
    let promise = plan.clauses.get(sorting.clause);
    let pointer = |base: &str, tokens: &[String]| {
        let tokens = tokens.iter();
        tokens.fold(base.to_owned(), |base, token| pointer::join(&base, token))
    };
    let (spot, item) = spot_of(look, behind).unwrap_or((spot, behind));
    let place = format!("{}/{item}", pointer("", &sorting.list));
    let place = pointer(&place, &sorting.member);
    let value = |place: usize| match look.items.get(place).and_then(|(_, own)| own.as_ref()) {
        Some(Value::String(text)) => super::shown(text),
        Some(other) => other.to_string(),
        None => String::new(),
    };
    let member = pointer("", &sorting.member);
    let expected = format!("items in {} of {}", way.words(), &member[1..]);
    let got = format!("{} behind {}", value(behind), value(before));
    let why = match is_ignored {
        true => ", as in the list that was asked for in another order",
        false => "",
    };
    let sentence = format!("expected {expected}, got {got}{why}");
    let level = case.step().breaks_level;
    let level = level.map_or(promise.level, |most| most.min(promise.level));
    let found = Found::new(expected, got, Location::body(place));
    let found = found.at(spot).said(sentence);
    found.weighing(level).report(plan, sorting.clause, seen);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A page of items with these values, the first with that key.
    fn look(first: u64, values: &[i64], leads_on: bool) -> Look {
        let items = (first..).zip(values);
        Look {
            items: items
                .map(|(key, value)| (key, Some(json!(value))))
                .collect(),
            leads_on,
            ..Look::default()
        }
    }

    #[test]
    fn a_page_of_one_value_passes_over_what_comes_before_it() {
        let all = look(0, &[0, 3, 0, 0, 0, 0], true);
        for (page, way, is_passed) in [
            (look(2, &[0, 0, 0, 0], true), Way::Descending, true),
            (look(2, &[0, 0, 0, 0], true), Way::Ascending, false),
            // What comes first is on the page, and so is all that there is; a few may be pinned.
            (look(1, &[3, 0, 0, 0], true), Way::Descending, false),
            (look(2, &[0, 0, 0, 0], false), Way::Descending, false),
            (look(2, &[0, 0, 0], true), Way::Descending, false),
            (look(2, &[7, 7, 7, 7], true), Way::Descending, false),
        ] {
            let found = passed_over(&all, &page, way);
            assert_eq!(found.is_some(), is_passed, "{page:?}");
        }
    }
}
