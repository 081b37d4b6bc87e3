//! Whether a deletion is, by what is said of it, none: what is archived, put into a trash or only marked can be seen afterwards.

use crate::contract::names::{singular, words};
use crate::contract::{Contract, In, Operation};

/// Of a deletion after which something may still be there.
const KEEPS: [&str; 33] = [
    "archive",
    "archives",
    "archived",
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
/// Of one that ends something, which may be there in another state.
const ENDS: [&str; 4] = ["cancel", "cancels", "canceled", "cancelled"];
/// Of one that puts something away.
const AWAY: [&str; 3] = ["trash", "trashed", "bin"];
/// Of one after which nothing is there.
const REMOVES: [&str; 3] = ["removed", "deleted", "gone"];

/// Whether a deletion leaves, by what is said of it, something to be seen by a read.
pub fn keeps(contract: &Contract, delete: &Operation, read: Option<&Operation>) -> bool {
    let own: Vec<String> = words(&delete.path)
        .iter()
        .map(|word| singular(word))
        .collect();
    let is_own = |word: &String| own.contains(&singular(word));
    let responses = delete.successes().map(|one| &*one.pointer);
    let answers: Vec<Vec<String>> = responses
        .flat_map(|at| contract.plainly_told_at(at))
        .collect();
    let told = contract.plainly_told_at(&delete.pointer);
    // What is refused stays, and nobody says otherwise.
    let told = told.into_iter().filter(|said| !speaks_of_refusal(said));
    let all: Vec<String> = told.chain(answers.iter().cloned()).flatten().collect();
    let has = |known: &[&str]| {
        let mut all = all.iter().filter(|word| !is_own(word));
        all.any(|word| known.contains(&&**word))
    };
    let is_removed = answers.iter().any(|said| is_removal(said, &is_own));
    let is_hidden = read.is_some_and(|read| asks_for_removed(contract, read));
    has(&KEEPS) || has(&ENDS) && !is_removed || has(&AWAY) && !is_hidden
}

/// Whether a sentence is about what is not deleted at all.
fn speaks_of_refusal(said: &[String]) -> bool {
    const REFUSED: [&str; 5] = ["cannot", "conflict", "error", "refused", "rejected"];
    let is_status = |word: &String| {
        let is_number = word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
        is_number && word.starts_with('4')
    };
    said.iter()
        .any(|word| is_status(word) || REFUSED.contains(&&**word))
}

/// Whether an answer says that the thing is no more, and nothing else.
fn is_removal(said: &[String], is_own: &dyn Fn(&String) -> bool) -> bool {
    const BESIDE: [&str; 8] = [
        "the",
        "a",
        "is",
        "was",
        "has",
        "been",
        "successfully",
        "and",
    ];
    let is_it = |word: &String| REMOVES.contains(&&**word);
    let mut all = said.iter();
    said.iter().any(is_it)
        && all.all(|word| is_it(word) || BESIDE.contains(&&**word) || is_own(word))
}

/// Whether a read shows what was deleted only to those who ask for that.
fn asks_for_removed(contract: &Contract, read: &Operation) -> bool {
    const ASKED: [&str; 5] = ["deleted", "trash", "trashed", "removed", "archived"];
    let asks = |name: &str| {
        let all = words(name);
        all.iter().any(|word| ASKED.contains(&&**word))
            && all.iter().all(|word| {
                ["include", "show", "with", "in"].contains(&&**word) || ASKED.contains(&&**word)
            })
    };
    let mut parameters = read.parameters.iter();
    parameters.any(|one| {
        let is_optional = one.location == In::Query && !one.required;
        is_optional && asks(&one.name) && contract.default_of(one) == Some(false.into())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deletion_that_is_none_says_so() {
        for (parameter, text, answer, found) in [
            ("", "Deletes it.", "Deleted", false),
            ("", "Archives it.", "Done", true),
            ("", "Marks it as deleted.", "Deleted", true),
            ("", "It is scheduled for deletion.", "Accepted", true),
            (
                "",
                "What is `queued` or `scheduled` is removed.",
                "Removed",
                false,
            ),
            (
                "",
                "Cancel an order. One that was sent is answered 409 and stays.",
                "Removed",
                false,
            ),
            ("", "Cancel an order.", "The order", true),
            ("", "Cancel an order.", "The order was deleted", false),
            ("", "Archived orders cannot be deleted.", "Deleted", false),
            ("", "Move an order to the trash", "Done", true),
            (
                "trashed, default: true",
                "Move an order to the trash",
                "Done",
                true,
            ),
            (
                "trashed, default: false",
                "Move an order to the trash",
                "Done",
                false,
            ),
            (
                "include_deleted, default: false",
                "Move it to the trash",
                "Done",
                false,
            ),
            (
                "include_deleted, default: false",
                "Archives it.",
                "Done",
                true,
            ),
        ] {
            let (name, default) = parameter
                .split_once(", ")
                .unwrap_or(("page", "default: true"));
            let text = format!(
                "paths: {{'/orders/{{id}}': {{get: {{parameters: [{{name: {name}, in: query, schema: {{type: boolean, {default}}}}}], responses: {{}}}}, delete: {{description: '{text}', responses: {{'200': {{description: {answer}}}}}}}}}}}"
            );
            let contract = Contract::load("t.yaml", text.clone(), &[]).unwrap();
            let of = |method: &str| contract.operations.iter().find(|one| one.method == method);
            assert_eq!(
                keeps(&contract, of("DELETE").unwrap(), of("GET")),
                found,
                "{text}"
            );
        }
    }
}
