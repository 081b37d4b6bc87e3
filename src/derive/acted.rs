//! A request that acts on what it names acts on what the run made, and on nothing else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::contract::names::words;
use crate::contract::{Contract, Operation, pointer};

use super::acts::is_act;
use super::body;
use super::given::is_given_alone;
use super::own;
use super::request::Stand;
use super::resource::Resources;

/// Leaves of all origins of ids those that the run makes. Where none is left, what need not be sent is left out, and else the
/// request is refused.
pub fn restrict(
    stand: &mut Stand,
    (contract, operation): (&Contract, &Operation),
    resources: &Resources,
    parameters: &BTreeMap<String, String>,
) {
    if !is_act(contract, operation) {
        return;
    }
    let own = |name: &str| {
        let singular = name.strip_suffix('s').unwrap_or(name);
        let mut all = resources.iter();
        let kind = all.find(|one| one.is_id(name) || one.is_id(singular));
        kind.map(own::made).unwrap_or_default()
    };
    for sought in stand.sought.iter_mut().filter(|one| !one.own) {
        let parameter = &operation.parameters[sought.parameter];
        if sought.origins.is_empty() && !names_things(&parameter.name) {
            continue;
        }
        sought.origins = own(&parameter.name);
        (sought.own, sought.otherwise) = (true, None);
        if sought.origins.is_empty() {
            stand.refused = Some(not_made(&parameter.name, "request"));
        }
    }
    let Some(media) = body::media(operation) else {
        return;
    };
    let ids = |body: Option<&Value>| body.map(ids_in).unwrap_or_default();
    let needed = ids(media.bodies().first());
    let named = media
        .bodies()
        .iter()
        .chain(media.fullest())
        .flat_map(ids_in);
    let offered = stand.members.drain(..).map(|(at, _)| at);
    let all: BTreeSet<String> = named.chain(offered).collect();
    for at in all
        .into_iter()
        .filter(|at| !is_given_alone(parameters, operation, at))
    {
        let name = at
            .trim_end_matches("/0")
            .rsplit('/')
            .next()
            .unwrap_or_default();
        let is_needed = || {
            let first = media.bodies().first();
            needed.contains(&at) || first.is_some_and(|body| body.pointer(&at).is_some())
        };
        match own(name) {
            origins if !origins.is_empty() => stand.members.push((at, origins)),
            _ if is_needed() => stand.refused = Some(not_made(name, "body")),
            _ => stand.foreign.push(at),
        }
    }
}

fn not_made(name: &str, place: &str) -> String {
    format!("it acts on what the run did not make (`{name}` in its {place})")
}

/// Whether something of that name names things by their ids.
fn names_things(name: &str) -> bool {
    const IDS: [&str; 6] = ["id", "ids", "uuid", "uuids", "guid", "guids"];
    let last = words(name).pop();
    last.is_some_and(|last| IDS.contains(&&*last))
}

/// Where a body names things by their ids, of a list its first entry.
fn ids_in(body: &Value) -> Vec<String> {
    let members = body.as_object().into_iter().flatten();
    let named = members.filter(|(name, value)| !value.is_null() && names_things(name));
    let places = named.filter_map(|(name, value)| {
        let at = pointer::join("", name);
        match value.as_array().map(Vec::len) {
            None => Some(at),
            Some(0) => None,
            Some(_) => Some(at + "/0"),
        }
    });
    places.collect()
}
