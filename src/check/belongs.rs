//! Whether what is listed below one thing belongs to it, where the items say whose they are.

use serde_json::Value;

use crate::battery::{BELONGS, Collection, Plan, PlannedRequest};
use crate::contract::names::{folded, singular, words};
use crate::contract::{ClauseIx, Contract, Part, Subject};
use crate::exchange::Location;
use crate::ledger::Sightings;

use super::below;
use super::finding::{Found, Spot};
use super::own_id::{is_of_one_kind, is_same};
use super::page;

/// The clause that what is listed below one thing belongs to it.
pub fn clause(plan: &Plan, operation: usize) -> Option<ClauseIx> {
    let subject = Subject::of(operation, Part::State(BELONGS.to_owned()));
    plan.clauses.about(&subject)
}

/// A list below one thing.
#[derive(Debug, Clone, Copy)]
pub struct Below<'a> {
    /// The parameter that names what it stands below.
    pub parameter: &'a str,
    /// The id that was sent for it.
    pub id: &'a str,
    /// The part of the path before it.
    kind: &'a str,
    /// The part of the path behind it.
    last: &'a str,
    collection: Option<&'a Collection>,
}

impl<'a> Below<'a> {
    /// The list that a request asks for, by the path of its operation.
    pub fn of(
        path: &'a str,
        request: &'a PlannedRequest,
        collection: Option<&'a Collection>,
    ) -> Option<Below<'a>> {
        let (above, last) = path.trim_end_matches('/').rsplit_once('/')?;
        let (before, name) = above.rsplit_once('/')?;
        let parameter = name.strip_prefix('{')?.strip_suffix('}')?;
        (!last.contains('{')).then_some(Below {
            parameter,
            id: request.path.get(parameter)?,
            kind: before.rsplit('/').next()?,
            last,
            collection,
        })
    }

    fn items<'v>(&self, body: &'v Value) -> &'v [Value] {
        let listed = match self.collection {
            Some(collection) => page::read(collection, body).items,
            None => body.as_array().map(Vec::as_slice),
        };
        listed.unwrap_or_default()
    }

    /// Whose the items are, as far as they say it.
    pub fn owners(&self, body: &Value) -> Vec<String> {
        let names = below::names(self.parameter, self.kind);
        let items = self.items(body).iter();
        items
            .filter_map(|item| below::owner(item, &names))
            .collect()
    }

    /// The others among them, each once, where the own one is among them as well. Who sent or wrote an item may be called like
    /// what it stands below.
    pub fn others(&self, owners: &[String]) -> Vec<String> {
        let mut others: Vec<String> = Vec::new();
        let is_own = |owner: &String| is_same(owner, self.id);
        for owner in owners.iter().filter(|owner| !is_own(owner)) {
            let is_known = others.iter().any(|other| is_same(other, owner));
            if !is_known && is_of_one_kind(owner, self.id) {
                others.push(owner.clone());
            }
        }
        match owners.iter().any(is_own) {
            true => others,
            false => Vec::new(),
        }
    }

    /// The same request below another thing, where both can stand in a path as they are.
    pub fn target(&self, target: &str, other: &str) -> Option<String> {
        let is_plain = |text: &str| {
            let mut bytes = text.bytes();
            bytes.all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
        };
        let (path, query) = target
            .split_once('?')
            .map_or((target, None), |(path, query)| (path, Some(query)));
        let (own, other) = (format!("/{}/", self.id), format!("/{other}/"));
        let is_once = path.matches(&own).count() == 1 && is_plain(self.id);
        let path = path.replace(&own, &other);
        let asked = query.map_or(path.clone(), |query| format!("{path}?{query}"));
        (is_once && is_plain(other.trim_matches('/'))).then_some(asked)
    }

    /// Whether the document says that what is listed is of the one thing that it stands below, and that an item belongs to
    /// one such thing: then no item is in its place that names another.
    pub fn is_said(&self, contract: &Contract, operation: usize) -> bool {
        let operation = &contract.operations[operation];
        let list = self.collection.map_or("", |one| &*one.items);
        let names = below::names(self.parameter, self.kind);
        let mut nodes = operation
            .success_bodies()
            .flat_map(|body| &body.shape.nodes);
        let belongs = nodes.any(|node| {
            let at = node.place.pointer();
            let member = at
                .strip_prefix(list)
                .and_then(|rest| rest.strip_prefix("/*/"));
            member.is_some_and(|member| names.contains(&folded(member)))
                && contract
                    .told_at(&node.pointer)
                    .iter()
                    .any(|said| is_belonging(said))
        });
        let mut told = contract.told_at(&operation.pointer).into_iter();
        belongs && told.any(|said| is_of_one(&said, self.last, self.kind))
    }

    /// Whether two answers list the same.
    pub fn is_the_same(&self, one: &Value, other: &Value) -> bool {
        let key = |item: &Value| match self.collection {
            Some(collection) => page::key_of(collection, item).clone(),
            None => item.clone(),
        };
        let keys = |body| -> Vec<Value> { self.items(body).iter().map(key).collect() };
        let (one, other) = (keys(one), keys(other));
        !one.is_empty() && one == other
    }
}

/// Whether a sentence says `the employees of this department` and nothing that has others among them.
fn is_of_one(said: &[String], last: &str, kind: &str) -> bool {
    const MORE: &str =
        "also including includes include plus inherited shared related nested not and or";
    let end_of = |name: &str| {
        words(name)
            .last()
            .map(|word| singular(word))
            .unwrap_or_default()
    };
    let (item, parent) = (end_of(last), end_of(kind));
    let is_more = |word: &String| MORE.split(' ').any(|more| more == word);
    let is_it = |part: &[String]| {
        let [items, of, one, whole] = part else {
            return false;
        };
        singular(items) == item
            && *items != item
            && of == "of"
            && ["this", "the", "a", "an", "one"].contains(&&**one)
            && *whole == parent
    };
    !said.iter().any(is_more) && said.windows(4).any(is_it)
}

/// Whether a sentence says that something belongs to what it names.
fn is_belonging(said: &[String]) -> bool {
    let mut pairs = said.windows(2);
    pairs.any(|pair| pair[0] == "belongs" && pair[1] == "to")
        || said.ends_with(&["belongs".to_owned()])
}

/// Whose the items of a walk are, as far as they say it.
#[derive(Debug, Clone, Default)]
pub struct Owners(Vec<String>);

impl Owners {
    /// So many are kept of those that are met.
    const MOST: usize = 16;

    /// Takes in a page.
    pub fn take(&mut self, below: &Below<'_>, body: &Value) {
        for owner in below.owners(body) {
            let has_room = self.0.len() < Owners::MOST || is_same(&owner, below.id);
            if has_room && !self.0.contains(&owner) {
                self.0.push(owner);
            }
        }
    }

    /// Those that were met, each once.
    pub fn met(&self) -> &[String] {
        &self.0
    }
}

/// Records that a list shows what belongs to others; `how` says how that is known.
pub fn accuse(
    plan: &Plan,
    clause: ClauseIx,
    (list, others, how): (&Below<'_>, usize, &str),
    exchange: u64,
    seen: &mut Sightings,
) {
    seen.exercise(clause);
    let place = list.collection.map_or("", |one| &*one.items);
    let expected = format!("items of {}", super::shown(list.id));
    let s = if others == 1 { "" } else { "s" };
    let actual = format!("items of {others} other{s} as well, {how}");
    let spot = Spot { exchange, page: 0 };
    let found = Found::new(expected, actual, Location::body(place)).at(spot);
    found.report(plan, clause, seen);
}

/// How it is known that a list shows what belongs to others.
pub const ALIKE: &str = "the same as below these";
/// The same, where the document says so.
pub const SAID: &str = "in three looks";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whose_items_are_they_say_themselves() {
        let mut request = PlannedRequest::default();
        request.path.insert("userId".to_owned(), "u1".to_owned());
        let below = Below::of("/users/{userId}/posts", &request, None).unwrap();
        for (owners, others) in [
            (vec!["u1", "u1"], 0),
            (vec!["U1", "u1"], 0),
            (vec!["u1", "u2", "u3", "u2"], 2),
            // These are whom it follows.
            (vec!["u2", "u3"], 0),
            (vec!["u1", "me", "anna"], 0),
        ] {
            let items = owners.iter().map(|owner| json!({"userId": owner}));
            let found = below.owners(&items.collect());
            assert_eq!(found.len(), owners.len(), "{owners:?}");
            assert_eq!(below.others(&found).len(), others, "{owners:?}");
        }
        for (target, other, asked) in [
            (
                "/v1/users/u1/posts?limit=2",
                "u2",
                Some("/v1/users/u2/posts?limit=2"),
            ),
            ("/users/u1/posts", "u 2", None),
            ("/u1/users/u1/posts", "u2", None),
        ] {
            assert_eq!(below.target(target, other).as_deref(), asked, "{target}");
        }
        assert!(Below::of("/users/{userId}", &request, None).is_none());
    }

    #[test]
    fn a_sentence_says_that_a_list_is_of_one_thing() {
        for (said, is) in [
            ("The employees of this department", true),
            ("Lists the employees of a department.", true),
            (
                "The employees of this department and those of its parts",
                false,
            ),
            ("The employees of all departments", false),
            ("The managers of this department", false),
            ("The employee of this department", false),
        ] {
            let mut told = crate::contract::sentences(said);
            let found = told.any(|said| is_of_one(&said, "employees", "departments"));
            assert_eq!(found, is, "{said}");
        }
        for (said, is) in [
            ("The department that the employee belongs to.", true),
            ("It belongs to this department.", true),
            ("The department where the employee works today.", false),
        ] {
            let mut told = crate::contract::sentences(said);
            assert_eq!(told.any(|said| is_belonging(&said)), is, "{said}");
        }
    }
}
