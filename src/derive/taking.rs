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

/// That a thing is read.
const READ: &str = "read reads reading view viewed viewing fetch fetched fetching retrieve retrieved retrieving retrieval open opened \
opening download downloaded seen access accessed delivered delivery consumed";
/// That it ends, as it is said of what a read does, and of what is done to it.
const ENDING: &str = "removes deletes destroys consumes erases burns discards wipes purges destruct destructs destructing destructed \
delete deleted removed destroyed erased burned discarded wiped purged gone vanishes disappears expires";
const GONE: &str = "deleted removed destroyed erased discarded purged wiped burned burns burn burnt gone vanishes disappears";
/// What is for one time, where that is a thing of its own.
const OF_ONE_TIME: &str = "access download fetch link links message note read reads retrieval secret secrets use view views the it";
/// What turns it round.
const NOT: &str = "not never no without nor neither t";

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
    let verb = found.map(|verb| format!("what is said of it has the verb `{verb}`"));
    verb.or_else(|| {
        let told = contract.told_of(operation);
        let is_used_up = told.into_iter().any(|said| used_up(&said));
        is_used_up.then(|| "what is said of it is that a read uses it up".to_owned())
    })
}

/// Whether a sentence says that a thing is gone, or cannot be read again, after it was read.
fn used_up(said: &[String]) -> bool {
    let is = |known: &str, at: usize| {
        let word = said.get(at).map_or("", String::as_str);
        known.split(' ').any(|known| known == word)
    };
    let all = || 0..said.len();
    if all().any(|at| is(NOT, at)) {
        return false;
    }
    let has_near =
        |known: &str, from: usize| (from..said.len().min(from + 7)).any(|at| is(known, at));
    let is_shown_once = |at: usize| {
        let before = at.checked_sub(if is("only exactly just", at.wrapping_sub(1)) {
            2
        } else {
            1
        });
        let is_read = before.is_some_and(|before| {
            is(READ, before) || is("only", before) && is(READ, before.wrapping_sub(1))
        });
        is("once", at)
            && is_read
            && (at + 1 == said.len() || is("and then or only by before", at + 1))
    };
    let is_one_time = |at: usize| {
        is("one single", at)
            && is("time use", at + 1)
            && (at + 2 == said.len() || is(OF_ONE_TIME, at + 2))
    };
    let is_destroyed = |at: usize| is("self", at) && has_near(ENDING, at + 1);
    let is_gone_after = |at: usize| {
        let when = |at: &usize| is("after once when upon on by", *at);
        is(GONE, at)
            && (at + 1..said.len().min(at + 6))
                .find(when)
                .is_some_and(|when| has_near(READ, when + 1))
    };
    let is_read_first = |at: usize| {
        let is_told = is(
            "reading viewing fetching retrieving opening downloading polling",
            at,
        ) || is("after once when", at) && has_near(READ, at + 1);
        is_told && has_near(ENDING, at + 1)
    };
    all().any(|at| {
        is_shown_once(at)
            || is_one_time(at)
            || is_destroyed(at)
            || is_gone_after(at)
            || is_read_first(at)
    })
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
            (
                "/notes/{id}",
                "Can be read once; reading it removes it",
                true,
            ),
            (
                "/notes/{id}",
                "One-time: the note is deleted after it was viewed.",
                true,
            ),
            ("/notes/{id}", "Self-destructs when it is read.", true),
            ("/notes/{id}", "Can be fetched only once.", true),
            (
                "/notes/{id}",
                "A note that can be opened exactly once",
                true,
            ),
            (
                "/notes/{id}",
                "The note is removed once it was retrieved",
                true,
            ),
            ("/notes/{id}", "Once read, the note is gone", true),
            ("/notes/{id}", "Fetching a note deletes it", true),
            ("/notes/{id}", "A note, burned after reading", true),
            ("/notes/{id}", "A one-time secret", true),
            ("/notes/{id}", "Can be read once it was approved", false),
            ("/notes/{id}", "Can be read more than once", false),
            (
                "/notes/{id}",
                "Reading it removes nothing, and never deletes it",
                false,
            ),
            ("/notes/{id}", "All notes are fetched at once", false),
            (
                "/notes/{id}",
                "Deleted notes are shown when asked for",
                false,
            ),
            ("/payments", "Lists one-time payments", false),
            ("/notes/{id}", "A note; 404 after it was deleted", false),
        ] {
            let text =
                format!("paths: {{'{path}': {{get: {{summary: '{summary}', responses: {{}}}}}}}}");
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            let found = takes(&contract, &contract.operations[0]).is_some();
            assert_eq!(found, is_taking, "{path} {summary}");
        }
    }
}
