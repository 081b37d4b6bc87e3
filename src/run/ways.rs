//! Learns from the exchanges of a run what of a thing is of a client's choosing.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::check::told::{is_as_sent, is_telling};
use crate::exchange::{Exchange, Request};

use super::made::{Keeping, Made};
use super::places::{Claim, text_of};

/// So many changes of one thing are kept.
const MOST: usize = 32;

impl Keeping<'_> {
    /// Notes what was sent to change what is at a path, where that was done.
    pub(super) fn note_change(&self, exchange: &Exchange) {
        let is_done = exchange.answer().is_some_and(|one| one.status / 100 == 2);
        let Some(body) = json_of(&exchange.request).filter(|_| is_done) else {
            return;
        };
        let path = self.place_of(&exchange.request).to_owned();
        let mut known = self.chosen.known();
        let changes = known.changes.entry(path).or_default();
        if changes.len() < MOST {
            changes.push(body);
        }
    }

    /// Notes in which member a read shows what its path asks for.
    pub(super) fn note_id(&self, operation: usize, path: &str, shown: &Value) {
        let last = path.trim_end_matches('/').rsplit('/').next();
        let asked = last.map(|last| percent_decode_str(last).decode_utf8_lossy());
        let members = shown.as_object().into_iter().flatten();
        let ids = members.filter(|(_, value)| text_of(value).as_deref() == asked.as_deref());
        let ids = ids.map(|(name, _)| (operation, name.clone()));
        self.chosen.known().ids.extend(ids);
    }

    /// Notes which members the answer to a create shows as they were sent, and which not; of those that it does not show, the
    /// first read tells.
    pub(super) fn note_ways(&self, exchange: &Exchange) {
        let Some(answer) = exchange.answer().filter(|one| one.status / 100 == 2) else {
            return;
        };
        let request = &exchange.request;
        let path = self.place_of(request);
        let is_read = request.method == "GET";
        let own = |one: &Made| match is_read {
            true => is_of(&one.claims, path),
            false => one.request == *request,
        };
        let mut made = self.made();
        let Some(made) = made.iter_mut().rev().find(|one| own(one)) else {
            return;
        };
        // A page of a walk is about nothing that was made, and is not read here.
        let Ok(shown) = serde_json::from_slice::<Value>(&answer.body) else {
            return;
        };
        let resource = self.resources.made_by(made.request.operation);
        let Some((resource, sent)) = resource.zip(json_of(&made.request)) else {
            return;
        };
        let (mut known, mut shows) = (self.chosen.known(), Vec::new());
        if is_read && known.changes.contains_key(path) {
            return;
        }
        let members = sent.as_object().into_iter().flatten();
        for (name, value) in members {
            let found = member(&shown, name).filter(|found| !found.is_null());
            if !is_read && found.is_some() {
                shows.push(name.clone());
            }
            let Some(found) = found else {
                continue;
            };
            let one = (resource.item.clone(), name.clone());
            match is_as_sent(value, found) {
                false => drop(known.overruled.insert(one)),
                true if is_telling(value) => drop(known.taken.insert(one)),
                true => {}
            }
        }
        made.shows.extend(shows);
    }

    /// All JSON that was sent to make or change what a request reads, but for that; nothing where it is not known what made it.
    pub(super) fn sent_to(&self, request: &Request, but: Option<&Value>) -> Vec<Value> {
        let path = self.place_of(request);
        let made = self.made();
        let made = made.iter().rfind(|one| is_of(&one.claims, path));
        let Some(made) = made.map(|one| json_of(&one.request)) else {
            return Vec::new();
        };
        let more = self.chosen.known().changes.get(path).cloned();
        let all = made.into_iter().chain(more.unwrap_or_default());
        all.filter(|body| Some(body) != but).collect()
    }

    /// The members of what a request is about of which creates took no notice, and those that they took.
    pub(super) fn ways(&self, request: &Request) -> [Vec<String>; 2] {
        let Some((_, resource)) = self.resources.about(&self.operation(request).path) else {
            return Default::default();
        };
        let known = self.chosen.known();
        [&known.overruled, &known.taken].map(|all| {
            let own = all.iter().filter(|(item, _)| *item == resource.item);
            own.map(|(_, name)| name.clone()).collect()
        })
    }
}

fn is_of(claims: &[Claim], path: &str) -> bool {
    let mut claims = claims.iter();
    claims.any(|claim| claim.is_own && claim.path == path)
}

/// A member of a thing, or of the one object in it.
fn member<'v>(shown: &'v Value, name: &str) -> Option<&'v Value> {
    let map = shown.as_object()?;
    let mut inner = map.values().filter_map(Value::as_object);
    let below = |(one, more): (&'v Map<String, Value>, bool)| one.get(name).filter(|_| !more);
    map.get(name)
        .or_else(|| below((inner.next()?, inner.next().is_some())))
}

fn json_of(request: &Request) -> Option<Value> {
    serde_json::from_slice(&request.body.as_ref()?.bytes).ok()
}
