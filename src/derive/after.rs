//! Pages that begin behind the last item of the page before, whose id a query parameter takes.

use serde_json::json;

use crate::battery::{After, MORE, Next};
use crate::contract::names::{folded, folds_to, words};
use crate::contract::yaml::Node;
use crate::contract::{Contract, In, NodeIx, Operation, Parameter};

use super::reading::{Answer, Member};

/// Query parameters, folded, that say so by their names, and those that may as well mean something else; the likeliest
/// first.
const PLAIN: [&str; 4] = [
    "startingafter",
    "startafter",
    "startingafterid",
    "startafterid",
];
const OTHERS: [&str; 8] = [
    "afterid",
    "lastid",
    "lastseenid",
    "after",
    "sinceid",
    "since",
    "marker",
    "last",
];
/// What a parameter takes that is the id of an item.
const IDS: [&str; 7] = [
    "id",
    "ids",
    "identifier",
    "uuid",
    "guid",
    "object",
    "snowflake",
];
/// What it takes that is none.
const NO_IDS: [&str; 21] = [
    "token",
    "opaque",
    "base64",
    "encoded",
    "time",
    "times",
    "timestamp",
    "timestamps",
    "datetime",
    "date",
    "dates",
    "iso",
    "iso8601",
    "rfc3339",
    "unix",
    "epoch",
    "seconds",
    "minutes",
    "hours",
    "days",
    "inclusive",
];

/// The parameter that takes the id of the last item, which stands at `id` in the answer; `is_sized` says that another one
/// takes the size of a page.
pub fn after(
    answer: Answer<'_>,
    operation: &Operation,
    around: &[Member<'_>],
    id: NodeIx,
    is_sized: bool,
) -> Option<Next> {
    // What a page itself has to go on with is nothing else.
    let leads_on = around.iter().any(|one| {
        let names = ["cursor", "token", "next"];
        names.iter().any(|name| one.folded.contains(name)) && !is_more(answer, one)
    });
    let queries = || {
        operation
            .parameters
            .iter()
            .filter(|one| one.location == In::Query)
    };
    let named = |name: &str| queries().find(|one| folds_to(&one.name, name));
    let all = PLAIN.iter().chain(&OTHERS);
    let parameter = all.copied().find_map(named).filter(|_| !leads_on)?;
    let is_echoed = around
        .iter()
        .any(|one| folds_to(&parameter.name, &one.folded));
    let after = After {
        parameter: parameter.name.clone(),
        more: around
            .iter()
            .find(|one| is_more(answer, one))
            .map(|one| one.place.pointer()),
    };
    let is_likely = after.is_plain() || is_sized || after.more.is_some();
    let takes_it = takes_id(answer, parameter, &after, id);
    (is_likely && takes_it && !is_echoed).then_some(Next::After(after))
}

/// Whether a query parameter takes, by its name alone, the id that a page begins behind.
pub fn is_position(name: &str) -> bool {
    let name = folded(name);
    // What others are called elsewhere are plain words.
    let is_named = |known: &&&str| known.ends_with("id") || PLAIN.contains(known);
    let mut all = PLAIN.iter().chain(&OTHERS).filter(is_named);
    all.any(|known| *known == name)
}

/// Whether a member says that there is more.
fn is_more(answer: Answer<'_>, member: &Member<'_>) -> bool {
    MORE.contains(&&*member.folded) && ["boolean", ""].contains(&answer.kind(member.node))
}

/// Whether a parameter takes what the items have for an id, as its type and what is said of it show.
fn takes_id(answer: Answer<'_>, parameter: &Parameter, after: &After, id: NodeIx) -> bool {
    let said = words(&described(answer.contract, parameter));
    let has = |wanted: &[&str]| said.iter().any(|word| wanted.contains(&&**word));
    let is_id = has(&IDS)
        || words(&parameter.name)
            .last()
            .is_some_and(|last| last == "id");
    let is_doubtful = has(&["cursor"]) || !after.is_plain();
    let is_numeric = parameter.allows(&json!(2)) && !parameter.allows(&json!("a"));
    let is_date = ["2026-01-31", "2026-01-31T00:00:00Z"]
        .iter()
        .any(|date| parameter.allows(&json!(date)));
    let is_moment = is_date && !parameter.allows(&json!("a"));
    let fits = answer.kind(id) != "string" || !is_numeric;
    fits && !is_moment && !has(&NO_IDS) && (is_id || !is_doubtful)
}

/// What the document says of a parameter, in lower case.
fn described(contract: &Contract, parameter: &Parameter) -> String {
    let found = contract.document.at(&parameter.pointer);
    let found = found.and_then(|(node, _)| {
        let found = contract.document.resolve(node, &parameter.pointer);
        Some(found.ok()?.node)
    });
    let text = found.and_then(|node: &Node| node.prose("description"));
    text.unwrap_or_default().to_lowercase()
}
