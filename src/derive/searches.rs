//! Query parameters that search a list for a text: which, and in which members of the items. Only where the document says
//! that it searches, and in which.

use crate::battery::model::Word;
use crate::contract::names::{folded, singular};
use crate::contract::{Contract, In, Operation, Parameter};

use super::filters::{self, Said};
use super::reading::{Answer, Member};

/// Names of such a parameter, folded.
const NAMES: [&str; 10] = [
    "q",
    "query",
    "search",
    "searchterm",
    "searchtext",
    "searchquery",
    "term",
    "keyword",
    "keywords",
    "text",
];
const SEARCHING: &str = "search searches searched searching contain contains containing match matches matching text keyword \
substring";
/// Of a search that may show other items, or none of those that have the word.
const OTHERWISE: &str = "fuzzy fuzzily similar semantic vector relevance relevant ranked ranking rank boost syntax operator operators \
lucene odata expression filter filters filtering filtered sql language regex regexp regular wildcard wildcards glob pattern exact exactly starts starting \
prefix begins beginning suffix ends ending stem stemming stemmed approximate approximately deprecated ignored unused hint except \
exclude excludes indexed eventually delay delayed nightly hourly refreshed best closest original complete id ids";

/// A parameter that searches, and the last member that it is said to search: a pointer in which `*` is each item.
pub struct Search<'c> {
    pub parameter: &'c Parameter,
    pub at: String,
    pub word: Word,
}

fn is_one_of(words: &str, word: &str) -> bool {
    words.split(' ').any(|known| known == word)
}

/// The parameters of a list that search it.
pub fn searches<'c>(contract: &'c Contract, operation: &'c Operation) -> Vec<Search<'c>> {
    let Some((answer, members)) = filters::members(contract, operation) else {
        return Vec::new();
    };
    let own = operation
        .parameters
        .iter()
        .filter(|one| one.location == In::Query && !one.required);
    own.filter_map(|parameter| search(answer, parameter, &members))
        .collect()
}

fn search<'c>(
    answer: Answer<'c>,
    parameter: &'c Parameter,
    members: &[Member<'c>],
) -> Option<Search<'c>> {
    let said = Said::of(answer.contract, parameter)?;
    let all = &said.description;
    let name = folded(&parameter.name);
    let is_text = |member: &&Member<'c>| {
        let schema = answer.schema(member.node);
        let is_listed = schema.is_some_and(|schema| schema.get("enum").is_some());
        let format = answer.remark(member.node, "format");
        // An index may take an address for one word.
        let is_whole = format == "email" && !all.iter().any(|word| word.starts_with("contain"));
        let is_plain = ["", "email"].contains(&&*format) && !is_whole;
        answer.kind(member.node) == "string" && !is_listed && is_plain
    };
    // A parameter of a member's own name that says `contains` searches that one.
    let is_it = |member: &Member<'c>| member.folded == name;
    let is_named = |member: &&Member<'c>| {
        let is_said = |run: &[String]| {
            let Some((last, first)) = run.split_last() else {
                return false;
            };
            let first = first.concat();
            [last.clone(), singular(last)]
                .iter()
                .any(|last| format!("{first}{last}") == member.folded)
        };
        let mut runs = (1..=3).flat_map(|count| all.windows(count));
        !is_one_of(SEARCHING, &member.folded) && (is_it(member) || runs.any(is_said))
    };
    let says = all.iter().any(|word| is_one_of(SEARCHING, word));
    let mut pairs = all.windows(2);
    let is_not = |pair: &[String]| pair[0] == "not" && pair[1] != "matter";
    let is_otherwise = all.iter().any(|word| is_one_of(OTHERWISE, word)) || pairs.any(is_not);
    let is_search = NAMES.contains(&&*name) || members.iter().any(is_it);
    if said.kind != "string" || !says || is_otherwise || !is_search {
        return None;
    }
    let mut found = members.iter().filter(is_text).filter(is_named);
    let at = found.next_back()?.place.pointer();
    let has = |known: &str| all.iter().any(|word| word == known);
    let is_of_case = has("case") && (has("whatever") || has("matter"));
    let word = match has("insensitive") || is_of_case {
        true => Word::OtherCase,
        false => Word::AsShown,
    };
    Some(Search {
        parameter,
        at,
        word,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::things;

    fn found(parameter: &str) -> Option<String> {
        const PROPERTIES: &str = "id: {type: string}, title: {type: string}, family_name: {type: string}, email: {type: string, format: email}, text: {type: string}";
        let operation = format!("parameters: [{{in: query, {parameter}}}]");
        let contract = things::list(&operation, PROPERTIES);
        let found = searches(&contract, &contract.operations[0]);
        let found = found.first()?;
        let (_, member) = found.at.rsplit_once('/').unwrap();
        Some(format!("{member} {:?}", found.word))
    }

    #[test]
    fn a_search_says_where_it_searches() {
        for (parameter, wanted) in [
            (
                "name: q, description: 'Full-text search, case-insensitive, over title and family name.'",
                Some("family_name OtherCase"),
            ),
            (
                "name: search, description: Only those whose title or e-mail address contains this text.",
                Some("email AsShown"),
            ),
            (
                "name: title, description: Only things whose title contains this text; letter case does not matter",
                Some("title OtherCase"),
            ),
            (
                "name: query, description: Full text search in the titles.",
                Some("title AsShown"),
            ),
            ("name: q, description: Search.", None),
            ("name: q", None),
            ("name: q, description: Fuzzy search in titles.", None),
            (
                "name: q, description: 'Search in titles, in the syntax of Lucene.'",
                None,
            ),
            (
                "name: title, description: Only things with this title.",
                None,
            ),
            ("name: other, description: Search in titles.", None),
            ("name: q, description: Does not search titles.", None),
            (
                "name: q, description: 'Search in titles, best matches first.'",
                None,
            ),
            (
                "name: q, description: Search in titles; the index is refreshed every few minutes.",
                None,
            ),
        ] {
            let parameter = format!("{parameter}, schema: {{type: string}}");
            assert_eq!(found(&parameter).as_deref(), wanted, "{parameter}");
        }
    }
}
