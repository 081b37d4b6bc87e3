//! What the prose of a document says that no keyword does: that a list is one of some only, that a deletion is none, that
//! a text is not kept as it was sent.

use crate::contract::yaml::Node;
use crate::contract::{Contract, Operation, Response};

use super::words::words;

/// Of a list that need not have, or not yet, what was made.
const LIMITS: [&str; 22] = [
    "published",
    "featured",
    "popular",
    "recent",
    "recently",
    "latest",
    "approved",
    "active",
    "index",
    "indexed",
    "indexing",
    "behind",
    "delay",
    "delayed",
    "eventually",
    "cached",
    "snapshot",
    "replica",
    "trending",
    "upcoming",
    "verified",
    "moderated",
];
/// Of a read that does not find what is not ready for it.
const NOT_YET: [&str; 8] = [
    "yet",
    "approved",
    "published",
    "expired",
    "ready",
    "visible",
    "confirmed",
    "processed",
];
/// Of a deletion after which something may still be there.
const KEEPS: [&str; 40] = [
    "archive",
    "archives",
    "archived",
    "cancel",
    "cancels",
    "canceled",
    "cancelled",
    "trash",
    "trashed",
    "deactivate",
    "deactivates",
    "deactivated",
    "disable",
    "disables",
    "disabled",
    "soft",
    "softly",
    "mark",
    "marks",
    "marked",
    "recycle",
    "bin",
    "restore",
    "restored",
    "restorable",
    "undelete",
    "retained",
    "retention",
    "stays",
    "remains",
    "schedule",
    "schedules",
    "scheduled",
    "asynchronous",
    "asynchronously",
    "background",
    "eventually",
    "queue",
    "queued",
    "grace",
];
/// Of a member that does not read as it was sent.
const OTHERWISE: [&str; 24] = [
    "normalised",
    "normalized",
    "rounded",
    "truncated",
    "cut",
    "masked",
    "mask",
    "redacted",
    "hashed",
    "encrypted",
    "obfuscated",
    "once",
    "confirmed",
    "verified",
    "ignored",
    "converted",
    "computed",
    "calculated",
    "sanitised",
    "sanitized",
    "stripped",
    "escaped",
    "immutable",
    "derived",
];
/// Of the names of members that no service shows again.
const SECRETS: [&str; 18] = [
    "secret",
    "secrets",
    "token",
    "password",
    "passwd",
    "pwd",
    "passphrase",
    "passcode",
    "pin",
    "card",
    "cardnumber",
    "iban",
    "cvv",
    "cvc",
    "ssn",
    "credential",
    "credentials",
    "otp",
];

/// Whether a list is, by what is said of it, one of some things only, or one that comes later.
pub fn is_limited(contract: &Contract, list: &Operation) -> bool {
    let responses = list.successes().flat_map(|one| of_response(contract, one));
    let mut all = of_operation(contract, list).into_iter().chain(responses);
    all.any(|word| LIMITS.contains(&&*word))
}

/// Whether a read does not find, by what is said of that or of the create, what is there but not ready.
pub fn is_early(contract: &Contract, create: &Operation, read: &Operation) -> bool {
    let refusals = read.responses.iter().filter(|one| {
        let mut statuses = [404, 410].into_iter();
        statuses.any(|status| one.key.covers(status))
    });
    let refusals = refusals.flat_map(|one| of_response(contract, one));
    let mut all = of_operation(contract, create).into_iter().chain(refusals);
    all.any(|word| NOT_YET.contains(&&*word))
}

/// Whether a deletion leaves, by what is said of it, something to be seen.
pub fn keeps(contract: &Contract, delete: &Operation) -> bool {
    let responses = delete
        .successes()
        .flat_map(|one| of_response(contract, one));
    let mut all = of_operation(contract, delete).into_iter().chain(responses);
    all.any(|word| KEEPS.contains(&&*word))
}

/// Whether a member does not read as it was sent, by its name or by what is said of it.
pub fn reads_otherwise(name: &str, description: &str) -> bool {
    let names = words(name);
    let is_key = names.len() > 1 && names.last().is_some_and(|last| last == "key");
    is_key
        || names.iter().any(|word| SECRETS.contains(&&**word))
        || words(description)
            .iter()
            .any(|word| OTHERWISE.contains(&&**word))
}

fn of_operation(contract: &Contract, operation: &Operation) -> Vec<String> {
    let node = contract.document.at(&operation.pointer);
    let texts = ["summary", "description"].map(|key| Some(text(node?.0, key)));
    texts.into_iter().flatten().flatten().collect()
}

fn of_response(contract: &Contract, response: &Response) -> Vec<String> {
    let node = contract.document.at(&response.pointer);
    let node = node.and_then(|(node, _)| contract.document.resolve(node, &response.pointer).ok());
    node.map(|found| text(found.node, "description"))
        .unwrap_or_default()
}

fn text(node: &Node, key: &str) -> Vec<String> {
    words(node.get(key).and_then(Node::as_str).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_need_not_read_as_it_was_sent() {
        for (name, description, otherwise) in [
            ("api_key", "", true),
            ("key", "", false),
            ("cardNumber", "", true),
            ("name", "", false),
            ("email", "Changes once the new address is confirmed.", true),
            ("price", "Rounded to two places.", true),
            ("price", "In euros.", false),
        ] {
            assert_eq!(
                reads_otherwise(name, description),
                otherwise,
                "{name} {description}"
            );
        }
    }

    #[test]
    fn an_operation_is_what_is_said_of_it() {
        let read = |described: &str| {
            let text = format!(
                "paths:\n  /a/{{id}}:\n    get: {{summary: All, responses: {{'200': {{description: d}}, '404': {{description: '{described}'}}}}}}\n"
            );
            Contract::load("t.yaml", text, &[]).unwrap()
        };
        for (described, early) in [("None, or not approved yet.", true), ("None.", false)] {
            let contract = read(described);
            let one = &contract.operations[0];
            let found = is_early(&contract, one, one);
            assert_eq!(found, early, "{described}");
        }
    }
}
