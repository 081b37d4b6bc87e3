//! What the prose of a document says that no keyword does: that a thing is not there at once, that a text is not kept as it
//! was sent.

use crate::contract::names::{singular, words};
use crate::contract::yaml::Node;
use crate::contract::{Contract, Operation, Response};

/// Of a read that does not find what is not ready for it.
const NOT_YET: &str = "yet activated approved approves awaiting awaits confirmed draft editorial expired moderated moderation \
moderator moderators processed published queued ready reviewed reviewer reviewers shortly visible";
/// The same in two words: after a review, needs approval, must confirm.
const NOT_YET_SO: [[&str; 2]; 2] = [
    [
        "after before until need needs require requires for under pending",
        "activation approval confirmation moderation publication review verification",
    ],
    [
        "must",
        "accept activate approve confirm publish review verify",
    ],
];
/// Of a change that is not seen at once.
const LATER: &str = "drafts review pending eventually asynchronous asynchronously";
/// Of a member that does not read as it was sent.
const OTHERWISE: [&str; 36] = [
    "normalises",
    "normalizes",
    "rounds",
    "trimmed",
    "lowercased",
    "uppercased",
    "cleaned",
    "canonical",
    "canonicalised",
    "canonicalized",
    "deduplicated",
    "deduped",
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
/// Two words of a member that reads in another form: kept without spaces, stored in its shortest form, in whole euros, a multiple
/// of ten.
const KEPT: [[&str; 2]; 4] = [
    ["kept stored saved shown returned", "as in to with without"],
    ["in to", "whole steps increments multiples"],
    ["multiple multiples", "of"],
    ["the", "nearest"],
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

pub fn is_one_of(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

/// Whether words say that something is not there, or not so, at once.
fn is_not_yet(said: &[String]) -> bool {
    said.iter().any(|word| is_one_of(NOT_YET, word)) || has_pair(&NOT_YET_SO, said)
}

pub fn has_pair(known: &[[&str; 2]], said: &[String]) -> bool {
    let mut pairs = said.windows(2);
    pairs.any(|pair| {
        let mut known = known.iter();
        known.any(|[one, other]| is_one_of(one, &pair[0]) && is_one_of(other, &pair[1]))
    })
}

/// Whether a read does not find, by what is said of that or of the create, what is there but not ready.
pub fn is_early(contract: &Contract, create: &Operation, read: &Operation) -> bool {
    let refusals = read.responses.iter().filter(|one| {
        let mut statuses = [404, 410].into_iter();
        statuses.any(|status| one.key.covers(status))
    });
    let places = refusals.map(|one| &*one.pointer).chain([&*create.pointer]);
    let all = places.flat_map(|at| contract.plainly_told_at(at)).flatten();
    // What is made may be called so itself.
    let own: Vec<String> = words(&create.path)
        .iter()
        .map(|word| singular(word))
        .collect();
    let all: Vec<String> = all.filter(|word| !own.contains(&singular(word))).collect();
    is_not_yet(&all)
}

/// Whether what is changed is, by what is said of it, not read at once.
pub fn is_later(contract: &Contract, change: &Operation) -> bool {
    let responses = change.successes().map(|one| &*one.pointer);
    let places = responses.chain([&*change.pointer]);
    let all = places.flat_map(|at| contract.plainly_told_at(at)).flatten();
    let all: Vec<String> = all.collect();
    all.iter().any(|word| is_one_of(LATER, word)) || is_not_yet(&all)
}

/// Whether a member does not read as it was sent, by its name or by what is said of it.
pub fn reads_otherwise(name: &str, description: &str) -> bool {
    let names = words(name);
    let is_key = names.len() > 1 && names.last().is_some_and(|last| last == "key");
    let said = words(description);
    is_key
        || is_of_server(&names)
        || names.iter().any(|word| SECRETS.contains(&&**word))
        || said.iter().any(|word| OTHERWISE.contains(&&**word))
        || has_pair(&KEPT, &said)
}

/// Whether the server says it and nobody else, by its name: when a thing was made or changed, by whom, and how often.
fn is_of_server(names: &[String]) -> bool {
    const DONE: [&str; 7] = [
        "changed",
        "created",
        "creation",
        "inserted",
        "modification",
        "modified",
        "updated",
    ];
    const WHOLE: [&str; 5] = ["etag", "href", "rev", "revision", "version"];
    const WHEN: [&str; 8] = [
        "at",
        "by",
        "date",
        "last",
        "on",
        "time",
        "timestamp",
        "user",
    ];
    let is_done = |word: &String| DONE.contains(&&**word);
    let rest = names.iter().filter(|word| !is_done(word));
    match names {
        [only] => is_done(only) || WHOLE.contains(&&**only),
        _ => names.iter().any(is_done) && rest.into_iter().all(|word| WHEN.contains(&&**word)),
    }
}

/// The words of what the document says of an operation and its successes.
pub fn said_of(contract: &Contract, operation: &Operation) -> Vec<String> {
    let responses = operation.successes();
    let responses = responses.flat_map(|one| of_response(contract, one));
    of_operation(contract, operation)
        .into_iter()
        .chain(responses)
        .collect()
}

pub fn of_operation(contract: &Contract, operation: &Operation) -> Vec<String> {
    let node = contract.document.at(&operation.pointer);
    let texts = ["summary", "description"].map(|key| Some(text(node?.0, key)));
    texts.into_iter().flatten().flatten().collect()
}

pub fn of_response(contract: &Contract, response: &Response) -> Vec<String> {
    let node = contract.document.at(&response.pointer);
    let node = node.and_then(|(node, _)| contract.document.resolve(node, &response.pointer).ok());
    node.map(|found| text(found.node, "description"))
        .unwrap_or_default()
}

fn text(node: &Node, key: &str) -> Vec<String> {
    words(node.prose(key).unwrap_or_default())
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
            ("at", "kept to the minute", true),
            ("price", "In whole euros.", true),
            ("price", "In steps of 0.05", true),
            ("steps", "The steps of the recipe.", false),
            ("iban", "Is stored without spaces.", true),
            ("note", "Kept for a year.", false),
            ("createdAt", "", true),
            ("last_modified", "", true),
            ("updated_by", "", true),
            ("_rev", "", true),
            ("version", "", true),
            ("createdFor", "", false),
            ("startsAt", "", false),
            ("date", "", false),
            ("apiVersion", "", false),
        ] {
            assert_eq!(
                reads_otherwise(name, description),
                otherwise,
                "{name} {description}"
            );
        }
    }

    #[test]
    fn what_is_made_is_there_later_by_what_is_said_of_that() {
        for (path, described, early) in [
            ("/orders", "Makes one, live after review.", true),
            ("/orders", "New orders need approval.", true),
            ("/orders", "An administrator must activate it.", true),
            ("/orders", "Makes a draft.", true),
            ("/orders", "It is `queued`, or `published`.", false),
            ("/orders", "It is `queued` until it is approved.", true),
            ("/drafts", "Makes a draft.", false),
            (
                "/orders",
                "Publishes a message for all who review it.",
                false,
            ),
        ] {
            let text = format!(
                "paths: {{{path}: {{post: {{description: '{described}', responses: {{}}}}}}}}"
            );
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            let one = &contract.operations[0];
            assert_eq!(is_early(&contract, one, one), early, "{path} {described}");
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
        for (described, early) in [
            ("None, or not approved yet.", true),
            ("None, or the moderator has not looked.", true),
            ("None.", false),
        ] {
            let contract = read(described);
            let one = &contract.operations[0];
            let found = is_early(&contract, one, one);
            assert_eq!(found, early, "{described}");
        }
    }
    #[test]
    fn changes_are_what_is_said_of_them() {
        let load = |described: &str| {
            let text =
                format!("paths: {{/a: {{get: {{description: '{described}', responses: {{}}}}}}}}");
            Contract::load("t.yaml", text, &[]).unwrap()
        };
        for (described, later) in [
            ("Makes a draft, live after a review.", true),
            ("Changes it.", false),
        ] {
            let contract = load(described);
            let one = &contract.operations[0];
            assert_eq!(is_later(&contract, one), later, "{described}");
        }
    }
}
