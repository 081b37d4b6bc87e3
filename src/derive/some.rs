//! Lists that are, by their names or by what is said of them, lists of some things only: the newest, the first so many, those
//! that an index has already.

use crate::contract::names::words;
use crate::contract::{Contract, In, Operation, Parameter};

use super::prose::{is_early, of_operation, of_response, said_of};
use super::restricted::is_restricted;

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
/// Numbers in words.
const COUNTS: [&str; 13] = [
    "two", "three", "four", "five", "six", "seven", "eight", "ten", "few", "twenty", "fifty",
    "hundred", "thousand",
];

/// Whether a list need not have, or not yet, what was made.
pub fn is_of_some(contract: &Contract, (create, list): (&Operation, &Operation)) -> bool {
    const PAGES: [&str; 8] = [
        "page", "limit", "offset", "cursor", "after", "size", "skip", "top",
    ];
    let asks = |one: &Parameter| words(&one.name).iter().any(|word| PAGES.contains(&&**word));
    let mut queries = list.parameters.iter();
    // Of pages it is known how all of them are read.
    let is_paged = queries.any(|one| one.location == In::Query && asks(one));
    is_limited(contract, list)
        || is_selection(list)
        || is_restricted(contract, list)
        || !is_paged && is_cut(contract, list)
        || is_early(contract, create, list)
}

/// Whether a list is, by what is said of it, one of some things only, or one that comes later.
fn is_limited(contract: &Contract, list: &Operation) -> bool {
    let all = said_of(contract, list);
    let mut pairs = all.windows(2);
    all.iter().any(|word| LIMITS.contains(&&**word))
        || pairs.any(|pair| speaks_of_some(&pair[0], &pair[1]))
}

/// Whether a list is, by its name, one of some things only.
fn is_selection(list: &Operation) -> bool {
    const NAMES: [&str; 12] = [
        "bestsellers",
        "featured",
        "highlights",
        "latest",
        "leaderboard",
        "newest",
        "popular",
        "recent",
        "recently",
        "top",
        "trending",
        "upcoming",
    ];
    let path = list.path.split(['?', '#']).next().unwrap_or_default();
    let fixed = path.rsplit('/').find(|part| !part.contains('{'));
    let id = list.operation_id.as_deref();
    let mut all = [fixed, id].into_iter().flatten().flat_map(words);
    all.any(|word| NAMES.contains(&&*word))
}

/// Whether a list has, by what is said of it, no more than so many entries.
fn is_cut(contract: &Contract, list: &Operation) -> bool {
    const BEFORE: [[&str; 2]; 6] = [
        ["at", "most"],
        ["up", "to"],
        ["limited", "to"],
        ["maximum", "of"],
        ["max", "of"],
        ["more", "than"],
    ];
    let is_cut = |said: &Vec<String>| {
        let mut runs = said.windows(3);
        said.iter()
            .any(|word| ["truncated", "capped"].contains(&&**word))
            || runs.any(|run| {
                let is_before = BEFORE
                    .iter()
                    .any(|[one, other]| *one == run[0] && *other == run[1]);
                is_before && is_count(&run[2])
            })
    };
    contract.told_of(list).iter().any(is_cut)
}

fn is_count(word: &str) -> bool {
    COUNTS.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether two words speak of some of all: the most used ones, the top ten, the first two.
fn speaks_of_some(one: &str, other: &str) -> bool {
    let counts = is_count(other);
    one == "the" && other == "most"
        || ["first", "last", "top", "oldest", "newest"].contains(&one) && counts
        || COUNTS.contains(&one) && other.len() > 4 && other.ends_with("est")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_some_is_told_by_its_words() {
        for (text, some) in [
            ("The first two by name", true),
            ("the most used ones", true),
            ("The three oldest only", true),
            ("Top 10", true),
            ("The three largest", true),
            ("At most three a page", false),
            ("Newest first", false),
        ] {
            let words = words(text);
            let mut pairs = words.windows(2);
            let found = pairs.any(|pair| speaks_of_some(&pair[0], &pair[1]));
            assert_eq!(found, some, "{text}");
        }
    }

    #[test]
    fn a_list_of_some_is_told_by_what_is_said_of_it() {
        for (path, text, some) in [
            (
                "/orders",
                "Only the first 1000 results can be read.",
                "capped",
            ),
            ("/orders", "The first page of all.", ""),
            ("/orders", "Shows at most 5 orders.", "cut"),
            ("/orders", "Returns up to fifty orders.", "cut"),
            ("/orders", "Large results are truncated.", "cut"),
            ("/orders", "All orders; each has at most one buyer.", ""),
            ("/orders/{id}/recent-visits", "All.", "selection"),
            ("/leaderboard", "All.", "selection"),
            ("/stops", "All.", ""),
        ] {
            let text =
                format!("paths: {{'{path}': {{get: {{description: '{text}', responses: {{}}}}}}}}");
            let contract = Contract::load("t.yaml", text.clone(), &[]).unwrap();
            let one = &contract.operations[0];
            let found = [
                (is_capped(&contract, one), "capped"),
                (is_cut(&contract, one), "cut"),
                (is_selection(one), "selection"),
            ];
            let found = found
                .into_iter()
                .find(|(is, _)| *is)
                .map_or("", |(_, what)| what);
            assert_eq!(found, some, "{text}");
        }
    }
}
