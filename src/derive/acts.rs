//! Which POSTs act on what they name, and do not only make something beside it.

use crate::contract::names::words;
use crate::contract::{Contract, Operation, Response, StatusKey};

use super::naming::noun;
use super::parts::last_fixed;
use super::reading::Answer;

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
pub const READS: [&str; 32] = [
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
    "paginate",
    "page",
    "history",
    "lateness",
    "statistics",
    "metrics",
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
