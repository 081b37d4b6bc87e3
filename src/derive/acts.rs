//! POSTs that act on what they name, and do not only make something beside it: they act on what the run made, and on nothing
//! else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::contract::names::words;
use crate::contract::{Contract, Operation, Response, StatusKey, pointer};

use super::body;
use super::given::is_given_alone;
use super::naming::noun;
use super::own;
use super::parts::last_fixed;
use super::reading::Answer;
use super::request::Stand;
use super::resource::Resources;

/// Things that are made of others, which are not afterwards what they were.
const ACTS: [&str; 20] = [
    "refund",
    "cancellation",
    "transfer",
    "payment",
    "payout",
    "withdrawal",
    "charge",
    "capture",
    "void",
    "ban",
    "block",
    "lock",
    "closure",
    "suspension",
    "action",
    "command",
    "revocation",
    "approval",
    "rejection",
    "termination",
];

/// Words of a path or an id by which a POST only reads.
pub const READS: [&str; 26] = [
    "search",
    "query",
    "find",
    "filter",
    "lookup",
    "validate",
    "check",
    "verify",
    "preview",
    "calculate",
    "estimate",
    "convert",
    "parse",
    "render",
    "login",
    "auth",
    "authenticate",
    "echo",
    "count",
    "list",
    "export",
    "compare",
    "simulate",
    "test",
    "graphql",
    "read",
];

/// Words by which it makes something.
pub const MAKES: [&str; 8] = [
    "create", "add", "new", "register", "import", "defaults", "seed", "generate",
];

/// Whether the last name of its path or its id has one of these words.
pub fn says(operation: &Operation, list: &[&str]) -> bool {
    let fixed = last_fixed(&operation.path).unwrap_or_default();
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let mut all = words(fixed).into_iter().chain(words(id));
    all.any(|word| list.contains(&&*word))
}

/// Whether a POST acts on the things that it names.
pub fn is_act(contract: &Contract, operation: &Operation) -> bool {
    let acts = || !makes(contract, operation) && !says(operation, &READS);
    operation.method == "POST" && (ACTS.contains(&&*noun(&operation.path)) || acts())
}

/// Whether a POST makes something new, as far as the document says.
pub fn makes(contract: &Contract, operation: &Operation) -> bool {
    let path = operation.path.trim_end_matches('/');
    let below = format!("{path}/{{");
    let is_list = |other: &Operation| {
        let mut bodies = other.success_bodies();
        bodies.any(|body| Answer::new(contract, body).arrays().next().is_some())
    };
    let mut others = contract.operations.iter();
    let leads = |one: &Response| {
        let mut headers = one.headers.iter();
        headers.any(|header| header.name.eq_ignore_ascii_case("Location"))
    };
    let mut successes = operation.successes();
    successes.any(|one| one.key == StatusKey::Exact(201) || leads(one)) && !path.ends_with('}')
        || says(operation, &MAKES)
        || others.any(|other| {
            let is_read = other.method == "GET" && other.path.trim_end_matches('/') == path;
            other.path.starts_with(&below) || is_read && is_list(other)
        })
}

impl Stand {
    /// Leaves of all origins of ids those that the run makes; where none is left, the request is refused.
    pub(super) fn act(
        &mut self,
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
        for sought in self.sought.iter_mut().filter(|one| !one.own) {
            let parameter = &operation.parameters[sought.parameter];
            if sought.origins.is_empty() && !names_things(&parameter.name) {
                continue;
            }
            sought.origins = own(&parameter.name);
            (sought.own, sought.otherwise) = (true, None);
            if sought.origins.is_empty() {
                self.refused = Some(not_made(&parameter.name, "request"));
            }
        }
        let media = body::media(operation);
        let first = media.and_then(|media| media.bodies().first());
        let named = first.map(ids_in).unwrap_or_default();
        let all = named
            .into_iter()
            .chain(self.members.drain(..).map(|(at, _)| at));
        let all: BTreeSet<String> = all
            .filter(|at| !is_given_alone(parameters, operation, at))
            .collect();
        for at in all {
            let name = at.trim_start_matches('/').trim_end_matches("/0");
            match own(name) {
                origins if origins.is_empty() => self.refused = Some(not_made(name, "body")),
                origins => self.members.push((at, origins)),
            }
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
