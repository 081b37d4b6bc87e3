//! The POSTs that may change many things at once, or two that they name: what the run did not make is not safe from them.

use crate::contract::names::{folded, words};
use crate::contract::{Contract, Operation, PlaceStep};

use super::body;
use super::reading::Answer;

/// Verbs at the beginning or the end of a name, after which more than one thing is not as it was.
const VERBS: [&str; 10] = [
    "import",
    "merge",
    "overwrite",
    "reimport",
    "resync",
    "restore",
    "rollback",
    "sync",
    "synchronise",
    "synchronize",
];

/// Nouns that make of such a verb the name of a thing (`merge_requests`, `import-jobs`).
const NOUNS: [&str; 14] = [
    "config", "job", "jobs", "log", "logs", "request", "requests", "rule", "rules", "run", "runs",
    "status", "task", "tasks",
];

/// What is done to all of them, as a verb of a name or of a sentence, without its ending.
const DONE: [&str; 19] = [
    "cancel",
    "clear",
    "close",
    "delete",
    "deactivate",
    "disable",
    "discard",
    "drop",
    "erase",
    "expire",
    "invalidate",
    "overwrite",
    "overwritten",
    "remove",
    "replace",
    "reset",
    "revoke",
    "update",
    "wipe",
];

/// Words for all of them.
const ALL: [&str; 5] = ["all", "entire", "every", "everything", "whole"];

/// Members of a body that name what something comes from, and what it goes to, folded and without the word for an id.
const FROM: [&str; 9] = [
    "debit",
    "donor",
    "duplicate",
    "from",
    "loser",
    "origin",
    "payer",
    "sender",
    "source",
];
const TO: [&str; 12] = [
    "beneficiary",
    "credit",
    "dest",
    "destination",
    "into",
    "original",
    "payee",
    "receiver",
    "recipient",
    "target",
    "to",
    "winner",
];

/// Why a POST may change more than the run made, by its name or what is said of it; `None` for any other.
pub fn sweeps(contract: &Contract, operation: &Operation) -> Option<String> {
    if operation.method != "POST" {
        return None;
    }
    let path = operation.path.trim_end_matches('/');
    let end = path.rsplit('/').find(|part| !part.starts_with('{'));
    // What stands behind a colon is what is done (`/things/{id}:merge`).
    let custom = path.rsplit_once(':').map(|(_, verb)| verb);
    let names = [custom.or(end), operation.operation_id.as_deref()];
    for name in names.into_iter().flatten() {
        let words = words(name);
        let is_thing = words.len() > 1
            && words
                .last()
                .is_some_and(|last| NOUNS.contains(&last.as_str()));
        let mut ends = words.first().into_iter().chain(words.last());
        let verb = ends.find(|word| VERBS.contains(&word.as_str()));
        if let Some(verb) = verb.filter(|_| !is_thing) {
            return Some(format!("its name has the word `{verb}`"));
        }
        if let Some(pair) = done_to_all(&words, 1) {
            return Some(format!("its name has the words `{pair}`"));
        }
    }
    let node = contract.document.at(&operation.pointer);
    let texts = ["summary", "description"].map(|key| node?.0.prose(key));
    let sentences = texts.into_iter().flatten();
    let mut sentences = sentences.flat_map(|text| text.split(['.', ';', ':', '\n']));
    let said = sentences.find_map(|sentence| done_to_all(&words(sentence), 2));
    said.map(|pair| format!("its description says `{pair}`"))
}

/// The first words that say that something is done to all, with at most so many steps from one to the other.
fn done_to_all(words: &[String], steps: usize) -> Option<String> {
    let is_done = |word: &String| {
        let known = |stem: &str| DONE.contains(&stem);
        let stems = ["s", "d", "ed", "ing"].iter();
        let mut stems = stems.filter_map(|ending| word.strip_suffix(ending));
        // `replacing` has lost its last letter.
        known(word) || stems.any(|stem| known(stem) || known(&format!("{stem}e")))
    };
    let is_all = |word: &String| ALL.contains(&word.as_str());
    let verbs = words.iter().enumerate().filter(|(_, word)| is_done(word));
    verbs.into_iter().find_map(|(at, _)| {
        let behind = words[at + 1..].iter().take(steps);
        let all = behind.clone().position(is_all)?;
        Some(words[at..=at + 1 + all].join(" "))
    })
}

/// Why a POST may change two things that it names, where its body says where something comes from and where it goes to, such
/// as `from` and `into`: what stands there may be somebody's. `None` for any other.
pub fn between(contract: &Contract, operation: &Operation) -> Option<String> {
    let media = body::media(operation).filter(|_| operation.method == "POST")?;
    let answer = Answer::new(contract, media.body.as_ref()?);
    let nodes = answer.shape.nodes.iter().enumerate();
    let near = nodes.filter(|(_, node)| {
        let steps = node.place.steps();
        steps.len() <= 1 && steps.iter().all(|step| matches!(step, PlaceStep::Key(_)))
    });
    near.map(|(ix, _)| ix).find_map(|ix| {
        let members = answer.members(ix);
        let named = |known: &[&str]| {
            let mut all = members.iter();
            let found = all.find(|member| {
                let name = member.place.last_key().unwrap_or_default();
                is_id(
                    answer.kind(member.node),
                    &answer.remark(member.node, "format"),
                    name,
                ) && words(name)
                    .first()
                    .is_some_and(|first| known.contains(&first.as_str()))
            });
            found.map(|member| member.place.to_string())
        };
        let (from, to) = (named(&FROM)?, named(&TO)?);
        Some(format!(
            "it acts on two things that it names (`{from}` and `{to}`)"
        ))
    })
}

/// Whether a member is the id of a thing, by its type, its format, or its name.
fn is_id(kind: &str, format: &str, name: &str) -> bool {
    const LAST: [&str; 9] = [
        "account", "guid", "id", "iban", "key", "ref", "user", "uuid", "wallet",
    ];
    let is_moment = ["date", "time"]
        .iter()
        .any(|part| folded(name).contains(part))
        || format.starts_with("date");
    let words = words(name);
    let says_so = words.len() > 1
        && words
            .last()
            .is_some_and(|last| LAST.contains(&last.as_str()));
    !is_moment && (kind == "integer" || format == "uuid" || says_so)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract(method: &str, path: &str, more: &str) -> Contract {
        let text = format!(
            "paths: {{'{path}': {{{method}: {{{more}, responses: {{'200': {{description: d}}}}}}}}}}"
        );
        let contract = Contract::load("t.yaml", text, &[]).unwrap();
        contract.prepare_requests(0);
        contract
    }

    #[test]
    fn what_may_change_many_is_told_by_name_and_by_prose() {
        for (path, more, is_sweeping) in [
            ("/items/import", "operationId: x", true),
            ("/items/replace-all", "operationId: x", true),
            ("/items/{id}/restore", "operationId: x", true),
            ("/items/{id}:merge", "operationId: x", true),
            ("/data-import", "operationId: x", true),
            ("/x", "operationId: syncUsers", true),
            ("/x", "operationId: mergeItems", true),
            ("/x", "summary: Replaces all by these", true),
            ("/x", "summary: Overwrites everything that was there", true),
            (
                "/x",
                "description: 'Makes it, replacing the whole list'",
                true,
            ),
            ("/x", "description: Adds these. Removes all else", true),
            ("/merge_requests", "operationId: createMergeRequest", false),
            ("/import-jobs", "operationId: addImportJob", false),
            ("/imports/{id}/notes", "operationId: addNote", false),
            ("/important", "operationId: x", false),
            ("/x", "summary: Adds one to all the others", false),
            ("/x", "summary: Replaces the picture of an item", false),
            (
                "/x",
                "description: An item is updated. All others stay",
                false,
            ),
        ] {
            let contract = contract("post", path, more);
            let found = sweeps(&contract, &contract.operations[0]);
            assert_eq!(found.is_some(), is_sweeping, "{path} {more}: {found:?}");
        }
        let contract = contract("put", "/items/{id}", "summary: Replaces the whole item");
        assert_eq!(sweeps(&contract, &contract.operations[0]), None);
    }

    #[test]
    fn two_things_are_named_by_where_something_comes_from_and_goes_to() {
        let integer = "{type: integer}";
        for (one, other, schema, is_between) in [
            ("from", "into", integer, true),
            ("source", "target", "{type: string, format: uuid}", true),
            ("from_account_id", "to_account_id", "{type: string}", true),
            ("sourceId", "destinationId", "{type: string}", true),
            // Words, addresses and moments are no things.
            ("source", "target", "{type: string}", false),
            ("from", "to", "{type: string, format: email}", false),
            ("from", "to", "{type: string, format: date}", false),
            ("fromTime", "toTime", integer, false),
            ("from", "amount", integer, false),
            ("to", "amount", integer, false),
        ] {
            let schema =
                format!("{{type: object, properties: {{{one}: {schema}, {other}: {schema}}}}}");
            let inner = format!("{{type: object, properties: {{data: {schema}}}}}");
            for schema in [schema, inner] {
                let body = format!(
                    "operationId: x, requestBody: {{content: {{application/json: {{schema: {schema}}}}}}}"
                );
                let contract = contract("post", "/moves", &body);
                let found = between(&contract, &contract.operations[0]);
                assert_eq!(found.is_some(), is_between, "{schema}");
            }
        }
    }
}
