//! Reads that take away what they show: the next of a queue, unread messages that are read by that, what is leased to who asks.

use crate::contract::names::{singular, words};
use crate::contract::{Contract, Operation};

/// Verbs of a path after which what was shown is somebody's, or gone.
const TAKING: [&str; 15] = [
    "ack",
    "acknowledge",
    "acquire",
    "blpop",
    "checkout",
    "claim",
    "consume",
    "dequeue",
    "lease",
    "pop",
    "receive",
    "redeem",
    "reserve",
    "shift",
    "take",
];
/// More of them, in what is said of an operation.
const REMOVING: [&str; 5] = ["delete", "discard", "drop", "pull", "remove"];

/// Why a read is sent only when it is named: its path or what is said of it tells that it takes away what it shows.
pub fn takes(contract: &Contract, operation: &Operation) -> Option<String> {
    if operation.method != "GET" {
        return None;
    }
    let path = operation.path.trim_end_matches('/');
    let last = path
        .rsplit('/')
        .next()
        .filter(|last| !last.starts_with('{'));
    let last = words(last.unwrap_or_default());
    if let Some(verb) = last
        .first()
        .filter(|first| TAKING.contains(&first.as_str()))
    {
        return Some(format!("its path ends with the verb `{verb}`"));
    }
    let node = contract.document.at(&operation.pointer);
    let texts = ["summary", "description"].map(|key| node?.0.prose(key));
    let nouns = words(path);
    let mut texts = texts.into_iter().flatten();
    let found = texts.find_map(|text| said(text, &nouns));
    found.map(|verb| format!("what is said of it has the verb `{verb}`"))
}

/// The verb of a text that says so: at the beginning of a sentence, or as the second of two things that are done. A noun of the path
/// is none.
fn said(text: &str, nouns: &[String]) -> Option<String> {
    let is_noun = |verb: &str| nouns.iter().any(|noun| singular(noun) == verb);
    text.split(['.', ';', '\n']).find_map(|sentence| {
        let all = words(sentence);
        let mut marks = all
            .iter()
            .position(|word| ["mark", "marks", "marking"].contains(&word.as_str()));
        marks = marks.filter(|at| {
            all[*at..]
                .iter()
                .any(|word| word == "read" || word == "seen")
        });
        if marks.is_some() {
            return Some("mark".to_owned());
        }
        let places = all.iter().enumerate();
        let mut verbs = places.filter_map(|(at, word)| {
            let verb = singular(word);
            let is_second = at > 0 && ["and", "then"].contains(&all[at - 1].as_str());
            let is_taking = TAKING.contains(&verb.as_str()) && (at == 0 || is_second);
            let is_removing = REMOVING.contains(&verb.as_str()) && is_second;
            ((is_taking || is_removing) && !is_noun(&verb)).then_some(verb)
        });
        verbs.next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_read_that_takes_away_is_told_by_its_words() {
        for (path, summary, is_taking) in [
            ("/queue/next", "Takes the next job off the queue", true),
            ("/queue/next", "Returns the next job and removes it", true),
            ("/queue/next", "The next job", false),
            ("/jobs/pop", "", true),
            ("/jobs/pop-front", "", true),
            ("/messages/receive", "", true),
            (
                "/inbox",
                "Lists unread messages and marks them as read",
                true,
            ),
            (
                "/messages",
                "Receive messages, which others do not see for 30 seconds",
                true,
            ),
            ("/claims", "Claims of a customer", false),
            ("/leases/{id}", "Lease of a flat", false),
            ("/jobs", "Lists jobs. Deletes nothing.", false),
            ("/marks", "Marks of a student", false),
            ("/jobs/random", "A random job", false),
            ("/jobs/{take}", "", false),
        ] {
            let text =
                format!("paths: {{'{path}': {{get: {{summary: '{summary}', responses: {{}}}}}}}}");
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            let found = takes(&contract, &contract.operations[0]).is_some();
            assert_eq!(found, is_taking, "{path} {summary}");
        }
    }
}
