//! What the prose of a document says that no keyword does: that a list is one of some only, that a deletion is none, that
//! a text is not kept as it was sent.

use crate::contract::names::words;
use crate::contract::yaml::Node;
use crate::contract::{Contract, Operation, Response};

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
/// Of a change that is not seen at once.
const LATER: [&str; 9] = [
    "draft",
    "drafts",
    "review",
    "reviewed",
    "moderation",
    "pending",
    "eventually",
    "asynchronous",
    "asynchronously",
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
/// Two words of a member that reads in another form: kept without spaces, stored in its shortest form.
const KEPT: [&[&str]; 2] = [
    &["kept", "stored", "saved", "shown", "returned"],
    &["as", "in", "to", "with", "without"],
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
    let all = said_of(contract, list);
    let mut pairs = all.windows(2);
    all.iter().any(|word| LIMITS.contains(&&**word))
        || pairs.any(|pair| is_of_some(&pair[0], &pair[1]))
}

/// Whether two words speak of some of all: the most used ones, the top ten, the first two.
fn is_of_some(one: &str, other: &str) -> bool {
    const COUNTS: [&str; 9] = [
        "two", "three", "four", "five", "six", "seven", "eight", "ten", "few",
    ];
    let counts = COUNTS.contains(&other) || other.bytes().all(|byte| byte.is_ascii_digit());
    one == "the" && other == "most"
        || ["first", "last", "top", "oldest", "newest"].contains(&one) && counts
        || COUNTS.contains(&one) && ["oldest", "newest"].contains(&other)
}

/// Whether of a list, by what is said of it, only the first so many can be read.
pub fn is_capped(contract: &Contract, list: &Operation) -> bool {
    let responses = list.responses.iter();
    let responses = responses.flat_map(|one| of_response(contract, one));
    let all: Vec<String> = of_operation(contract, list)
        .into_iter()
        .chain(responses)
        .collect();
    let is_number = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    let mut pairs = all.windows(2);
    all.iter().any(|word| ["cap", "capped"].contains(&&**word))
        || pairs.any(|pair| pair[0] == "first" && is_number(&pair[1]))
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

/// Whether what is changed is, by what is said of it, not read at once.
pub fn is_later(contract: &Contract, change: &Operation) -> bool {
    let responses = change
        .successes()
        .flat_map(|one| of_response(contract, one));
    let mut all = of_operation(contract, change).into_iter().chain(responses);
    all.any(|word| LATER.contains(&&*word) || NOT_YET.contains(&&*word))
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
    let said = words(description);
    let mut pairs = said.windows(2);
    is_key
        || is_of_server(&names)
        || names.iter().any(|word| SECRETS.contains(&&**word))
        || said.iter().any(|word| OTHERWISE.contains(&&**word))
        || pairs.any(|pair| KEPT[0].contains(&&*pair[0]) && KEPT[1].contains(&&*pair[1]))
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
            ("at", "kept to the minute", true),
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
    #[test]
    fn a_list_of_some_is_told_by_its_words() {
        for (text, some) in [
            ("The first two by name", true),
            ("the most used ones", true),
            ("The three oldest only", true),
            ("Top 10", true),
            ("At most three a page", false),
            ("Newest first", false),
        ] {
            let words = words(text);
            let mut pairs = words.windows(2);
            let found = pairs.any(|pair| is_of_some(&pair[0], &pair[1]));
            assert_eq!(found, some, "{text}");
        }
    }

    #[test]
    fn lists_and_changes_are_what_is_said_of_them() {
        let load = |described: &str| {
            let text =
                format!("paths: {{/a: {{get: {{description: '{described}', responses: {{}}}}}}}}");
            Contract::load("t.yaml", text, &[]).unwrap()
        };
        for (described, capped, later) in [
            ("Only the first 1000 results can be read.", true, false),
            ("The first page of all.", false, false),
            ("Makes a draft, live after a review.", false, true),
            ("The most used ones.", false, false),
            ("Changes it.", false, false),
        ] {
            let contract = load(described);
            let one = &contract.operations[0];
            assert_eq!(is_capped(&contract, one), capped, "{described}");
            assert_eq!(is_later(&contract, one), later, "{described}");
        }
    }
}
