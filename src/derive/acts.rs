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
    operation.method == "POST"
        && !is_update(contract, operation)
        && (ACTS.contains(&&*noun(&operation.path)) || acts())
}

/// Whether a POST changes the thing that its path leads to, as a PATCH does: it is called so, the thing can be read there, and
/// nothing has to be sent.
pub fn is_update(contract: &Contract, operation: &Operation) -> bool {
    const UPDATES: [&str; 7] = [
        "update", "updates", "modify", "modifies", "edit", "edits", "patch",
    ];
    if operation.method != "POST" || !operation.path.ends_with('}') {
        return false;
    }
    let node = contract.document.at(&operation.pointer);
    let summary = node.and_then(|(node, _)| node.get("summary")?.as_str());
    let texts = [summary, operation.operation_id.as_deref()];
    let mut called = texts.into_iter().flatten().flat_map(words);
    let is_called = called.any(|word| UPDATES.contains(&&*word));
    let body = operation.request_body.as_ref();
    let shape = body.and_then(|body| Some(&body.media()?.body.as_ref()?.shape));
    let root = shape.and_then(|shape| shape.nodes.first());
    let is_free = root.is_some_and(|root| !root.properties.is_empty() && root.required.is_empty());
    // To look at all operations is dear, and comes last.
    let mut others = contract.operations.iter();
    let mut is_read = || others.any(|one| one.method == "GET" && one.path == operation.path);
    is_called && is_free && is_read()
}

/// Whether a change leaves alone what it does not name: a PATCH does, a POST where it says so.
pub fn is_partial(contract: &Contract, operation: &Operation) -> bool {
    let says = || {
        let mut said = contract.told_of(operation).into_iter().flatten();
        said.any(|word| ["unchanged", "partial", "partially"].contains(&&*word))
    };
    match operation.method.as_str() {
        "PATCH" => true,
        "POST" => says(),
        _ => false,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_that_is_called_so_changes_what_its_path_leads_to() {
        for (path, said, body, found, partial) in [
            ("/a/{id}", "summary: Update a customer", "{}", true, false),
            (
                "/a/{id}",
                "operationId: UpdateCustomer, description: The rest is left unchanged.",
                "{}",
                true,
                true,
            ),
            (
                "/a/{id}",
                "operationId: UpdateCustomer",
                "{required: [name]}",
                false,
                false,
            ),
            ("/a/{id}", "operationId: ChargeCustomer", "{}", false, false),
            (
                "/a/{id}/b",
                "operationId: UpdateCustomer",
                "{}",
                false,
                false,
            ),
            ("/b/{id}", "operationId: UpdateCustomer", "{}", false, false),
        ] {
            let more = body.trim_matches(['{', '}']);
            let schema = format!(
                "{{properties: {{name: {{type: string}}}}, type: object{}{more}}}",
                if more.is_empty() { "" } else { ", " }
            );
            let text = format!(
                "paths:\n  '{path}': {{post: {{{said}, requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}, responses: {{}}}}}}\n  '/a/{{id}}/c': {{get: {{responses: {{}}}}}}\n"
            );
            let text = match path {
                "/a/{id}" => text.replace("'/a/{id}': {", "'/a/{id}': {get: {responses: {}}, "),
                _ => text,
            };
            let contract = Contract::load("t.yaml", text.clone(), &[]).unwrap();
            let post = contract
                .operations
                .iter()
                .find(|one| one.method == "POST")
                .unwrap();
            assert_eq!(is_update(&contract, post), found, "{text}");
            assert_eq!(is_partial(&contract, post), partial, "{text}");
        }
    }
}
