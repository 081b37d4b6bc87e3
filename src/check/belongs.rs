//! Whether what is listed below one thing belongs to it, where the items say whose they are.

use serde_json::Value;

use crate::battery::{BELONGS, Collection, Plan, PlannedRequest};
use crate::contract::{ClauseIx, Part, Subject};
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

/// Records that a list shows what belongs to others.
pub fn accuse(
    plan: &Plan,
    clause: ClauseIx,
    (list, others): (&Below<'_>, usize),
    exchange: u64,
    seen: &mut Sightings,
) {
    seen.exercise(clause);
    let place = list.collection.map_or("", |one| &*one.items);
    let expected = format!("items of {}", super::shown(list.id));
    let actual = format!("items of {others} others as well, the same as below these");
    let spot = Spot { exchange, page: 0 };
    let found = Found::new(expected, actual, Location::body(place)).at(spot);
    found.report(plan, clause, seen);
}

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
}
