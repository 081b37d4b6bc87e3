//! The operations that are never sent unasked: those that end a session, a key or the service itself.

use crate::contract::Operation;
use crate::contract::names::words;
use crate::exchange::is_stream;

use super::body;
use super::one_of::new_value;

/// Words of a path or an id after which little is as it was.
pub(super) const HARSH: [&str; 15] = [
    "logout",
    "signout",
    "revoke",
    "rotate",
    "reset",
    "shutdown",
    "restart",
    "reboot",
    "terminate",
    "purge",
    "deactivate",
    "unregister",
    "poweroff",
    "halt",
    "quit",
];

/// The same, written as two words.
const HARSH_PAIRS: [[&str; 2]; 4] = [
    ["log", "out"],
    ["sign", "out"],
    ["shut", "down"],
    ["power", "off"],
];

/// Words that only a DELETE of one thing may have: of anything else they say that more goes than the run made.
pub(super) const SWEEPING: [&str; 13] = [
    "delete", "remove", "destroy", "erase", "flush", "wipe", "clear", "clean", "cleanup",
    "truncate", "drop", "prune", "bulk",
];

/// Verbs that a GET has at the end of its path only where it does what it should not.
const ACTING: [&str; 22] = [
    "approve", "cancel", "clear", "create", "delete", "destroy", "disable", "enable", "erase",
    "execute", "flush", "insert", "logoff", "migrate", "reject", "remove", "send", "truncate",
    "trigger", "unlock", "update", "wipe",
];

/// More of them, where a noun follows (`setText`); with a hyphen it is a noun itself (`add-ons`).
const ACTING_ON: [&str; 8] = [
    "add", "append", "kick", "move", "rename", "restore", "save", "set",
];

/// Verbs of what only reads.
const READING: [&str; 12] = [
    "check", "count", "describe", "exists", "find", "get", "head", "list", "lookup", "query",
    "read", "search",
];

/// Names of a parameter that says what is done.
const NAMING: [&str; 10] = [
    "act",
    "action",
    "cmd",
    "command",
    "function",
    "method",
    "op",
    "operation",
    "target",
    "task",
];

/// Names of the credential in use, at the end of a path.
const OWN: [&str; 4] = ["me", "token", "self", "session"];

/// Whether an operation may change something.
pub fn is_write(operation: &Operation) -> bool {
    !matches!(operation.method.as_str(), "GET" | "HEAD" | "OPTIONS")
}

/// Why an operation is sent only when it is named; `None` for one that may be sent.
pub fn harsh(operation: &Operation) -> Option<String> {
    let names = [
        Some(operation.path.as_str()),
        operation.operation_id.as_deref(),
    ];
    let changes = is_write(operation);
    let end = operation.path.trim_end_matches('/').rsplit('/');
    let end = end
        .take_while(|part| !part.is_empty())
        .find(|part| !part.starts_with('{'));
    if let Some(verb) = end.filter(|_| !changes).and_then(acts) {
        return Some(format!("its path ends with the verb `{verb}`"));
    }
    if let Some(action) = named_action(operation).filter(|_| !changes) {
        return Some(format!(
            "it names an action that may change something (`{action}`)"
        ));
    }
    let sweeps = changes && operation.method != "DELETE";
    for name in names.into_iter().flatten() {
        let words = words(name);
        let is_harsh = |word: &&String| {
            let word = word.as_str();
            HARSH.contains(&word) || sweeps && SWEEPING.contains(&word)
        };
        let one = words.iter().find(is_harsh);
        let two = words
            .windows(2)
            .find(|pair| HARSH_PAIRS.iter().any(|harsh| pair == harsh));
        let found = one.cloned().or_else(|| two.map(|pair| pair.join(" ")));
        if let Some(word) = found {
            return Some(format!("its name has the word `{word}`"));
        }
    }
    if let Some(name) = new_value(&operation.path).filter(|_| changes) {
        return Some(format!("its path ends with a new value ({{{name}}})"));
    }
    let last = operation.path.trim_end_matches('/').rsplit('/').next();
    let last = last.filter(|last| OWN.contains(&last.to_ascii_lowercase().as_str()));
    last.filter(|_| changes)
        .map(|last| format!("it changes the credential in use (`{last}`)"))
}

/// What an operation does, where its document says so behind the path (`?method=delete`, `#Action=DeleteVpc`), unless that
/// only reads: an action that begins with such a verb, and then does nothing else.
fn named_action(operation: &Operation) -> Option<&str> {
    let behind = operation.path.get(operation.sent_path.len()..)?;
    let pairs = behind
        .split(['?', '#', '&'])
        .filter(|pair| !pair.is_empty());
    let mut pairs = pairs.map(|pair| pair.split_once('=').unwrap_or(("action", pair)));
    let changes = |(name, value): &(&str, &str)| {
        let is = |word: &String, known: &[&str]| known.contains(&word.as_str());
        let acts = |word: &String| {
            [&ACTING[..], &ACTING_ON, &HARSH, &SWEEPING]
                .iter()
                .any(|known| is(word, known))
        };
        // Of `flickr.photos.getInfo` that is the last name.
        let last = words(value.rsplit('.').next().unwrap_or(value));
        let reads = last.first().is_some_and(|first| is(first, &READING));
        let reads = reads && !last.iter().any(|word| word == "and");
        let is_named = words(name).iter().any(|word| is(word, &NAMING));
        !reads && (is_named || words(value).iter().any(acts))
    };
    let fixed = |(_, value): &(&str, &str)| !value.contains('{');
    pairs
        .find(|pair| fixed(pair) && changes(pair))
        .map(|(_, value)| value)
}

/// The verb with which the last name of a path begins, where it says that something is done.
fn acts(name: &str) -> Option<String> {
    let words = words(name);
    let first = words.first()?;
    let acts_on = words.len() > 1 && !name.contains('-');
    let acts = ACTING.contains(&first.as_str()) || acts_on && ACTING_ON.contains(&first.as_str());
    acts.then(|| first.clone())
}

/// Why no request can be made that would end by itself, or at all; `None` for an operation that can be asked.
pub fn unanswerable(operation: &Operation) -> Option<String> {
    let content = || operation.successes().flat_map(|response| &response.content);
    let is_stream = content().next().is_some() && content().all(|media| is_stream(&media.range));
    if is_stream {
        return Some("its answer is of a media type that need not end".to_owned());
    }
    if is_write(operation) {
        return body::unmade(operation);
    }
    let body = operation.request_body.as_ref().filter(|body| body.required);
    body.map(|_| format!("{} with a body is not derived", operation.method))
}

#[cfg(test)]
mod tests {
    use crate::contract::Contract;

    use super::*;

    fn is_harsh(method: &str, path: &str, id: &str) -> bool {
        let text =
            format!("paths: {{'{path}': {{{method}: {{operationId: {id}, responses: {{}}}}}}}}");
        let contract = Contract::load("t.yaml", text, &[]).unwrap();
        harsh(&contract.operations[0]).is_some()
    }

    #[test]
    fn a_get_that_says_it_does_something_is_harsh() {
        for path in [
            "/deletePad",
            "/items/{id}/remove",
            "/setText",
            "/admin/flush",
            "/a/{b}/enable/",
        ] {
            assert!(is_harsh("get", path, "x"), "{path}");
        }
        for path in [
            "/updates",
            "/sets/{id}",
            "/runs",
            "/run",
            "/add-ons",
            "/orders/{id}/close",
            "/opening-hours",
        ] {
            assert!(!is_harsh("get", path, "x"), "{path}");
        }
    }

    #[test]
    fn whole_words_are_harsh_and_parts_of_words_are_not() {
        for (method, path, id) in [
            ("get", "/user/logout", "x"),
            ("get", "/user/log-out", "x"),
            ("get", "/x", "userSignOut"),
            ("post", "/keys/{id}/rotate", "x"),
            ("get", "/x", "ResetPassword"),
            ("get", "/x", "shutDownServer"),
            ("delete", "/me", "x"),
            ("put", "/v1/token/", "x"),
            ("post", "/v1/__flush__", "x"),
            ("post", "/flows/bulk_delete", "x"),
            ("post", "/flows/{id}", "cleanUpFlows"),
            ("put", "/wallet/{new_name}", "x"),
        ] {
            assert!(is_harsh(method, path, id), "{method} {path} {id}");
        }
        for (method, path, id) in [
            ("get", "/presets", "listPresets"),
            ("get", "/logouts", "x"),
            ("get", "/me", "x"),
            ("post", "/tokens", "x"),
            ("get", "/catalog/outlets", "x"),
            ("delete", "/flows/{id}", "deleteFlow"),
            ("get", "/deleted", "listDeleted"),
            ("put", "/news/{newsId}", "x"),
        ] {
            assert!(!is_harsh(method, path, id), "{method} {path} {id}");
        }
    }
}
