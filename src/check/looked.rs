//! What a list shows to a case that chooses or orders it: of each item what it is told apart by, and the value of one member.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::Value;

use crate::battery::{Case, Collection, Does, Offer, Origin, Plan};
use crate::contract::{In, member_names};
use crate::exchange::Answer;

use super::hashes::Hashes;
use super::page;

/// What a case selects by: a query parameter, and where the items and their member stand in its control's answer.
#[derive(Debug, Clone, Copy)]
pub struct Selecting<'p> {
    /// The parameter.
    pub parameter: &'p str,
    /// The way to the list.
    pub list: &'p [String],
    /// The way to the member of an item.
    pub member: &'p [String],
    /// Whether it is compared for more and less.
    pub sorts: bool,
}

impl<'p> Selecting<'p> {
    /// Of a case; `None` where it takes no value from items of its control, and asks for no order.
    pub fn of(plan: &'p Plan, case: &'p Case) -> Option<Selecting<'p>> {
        if let Some(sorting) = &case.sorting {
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
                sorts: case.shows.bound.is_some() || case.shows.word.is_some(),
            })
        })
    }
}

/// What a list showed: of each item what it is told apart by, and the value of its member where that is a plain one.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// Of a walk: the exchange of each page, and the place of its first item.
    pub(super) pages: Vec<(u64, usize)>,
    pub(super) items: Vec<(u64, Option<Value>)>,
    /// The places of items that show their member, and nothing in it.
    pub(super) empty: Vec<usize>,
    /// The plain members of each item, where its place says something.
    pub(super) beside: Vec<BTreeMap<String, Value>>,
    /// Whether the member is no moment, by its name, so that its numbers may be of several units.
    pub(super) has_units: bool,
    /// Whether it says that there are more.
    pub(super) leads_on: bool,
    /// How many entries it has, with those that are left out.
    pub(super) count: usize,
    /// The number of all items that it tells.
    pub(super) total: Option<i64>,
    /// What leads to the page behind it.
    pub next: Option<String>,
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
        let is_empty = |item| super::descend(item, selecting.member).is_some_and(Value::is_null);
        let empty = items.clone().enumerate();
        let empty = empty
            .filter(|(_, item)| is_empty(item))
            .map(|(place, _)| place);
        let page = collection.map(|collection| (collection, page::read(collection, body)));
        let name = selecting.member.last().map_or("", String::as_str);
        Some(Look {
            pages: Vec::new(),
            has_units: !member_names::is_moment(name),
            beside: sorted.map(plain).collect(),
            empty: empty.collect(),
            items: items
                .map(|item| (key(item), value(item).cloned()))
                .collect(),
            leads_on: page
                .as_ref()
                .is_some_and(|(collection, page)| page.leads_on(collection)),
            count: list.len(),
            total: page.as_ref().and_then(|(_, page)| page.total),
            next: None,
        })
    }

    /// Takes in what the answer says of the whole list and of the next page, be it in a header.
    pub fn tell(&mut self, collection: &Collection, (answer, body): (&Answer, &Value), from: &str) {
        let page = page::read_answer(collection, answer, body);
        self.total = page.total;
        self.next = page::next_target(collection, &page, from);
    }

    /// How many entries it has, with those that are left out.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Adds the next page of the same list.
    pub fn add(&mut self, page: Look, exchange: u64) {
        self.pages.push((exchange, self.items.len()));
        self.items.extend(page.items);
        self.beside.extend(page.beside);
    }

    pub(super) fn keys(&self) -> HashSet<u64> {
        self.items.iter().map(|(key, _)| *key).collect()
    }

    /// The values, each with its item.
    pub(super) fn values(&self) -> impl Iterator<Item = (u64, &Value)> {
        let items = self.items.iter();
        items.filter_map(|(key, value)| Some((*key, value.as_ref()?)))
    }

    /// Whether an item that both show has another value there.
    pub(super) fn differs(&self, other: &Look) -> bool {
        let own: HashMap<u64, &Value> = self.values().collect();
        let mut others = other.values();
        others.any(|(key, value)| own.get(&key).is_some_and(|own| !is_same(own, value)))
    }
}

/// Whether a value is one that a parameter can have.
pub(super) fn is_plain(value: &Value) -> bool {
    match value {
        Value::String(text) => !text.trim().is_empty(),
        Value::Number(_) | Value::Bool(_) => true,
        _ => false,
    }
}

pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_lowercase(),
        other => other.to_string(),
    }
}

pub(super) fn is_same(one: &Value, other: &Value) -> bool {
    text(one) == text(other)
}
