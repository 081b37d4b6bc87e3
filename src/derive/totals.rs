//! The member of a page, or the header, that has the number of items on all pages, as far as its name and what is said of
//! it show it.

use crate::contract::names::{folded, words};
use crate::contract::{Contract, Operation};

use super::reading::{Answer, Member};

/// Names, folded, of the number of items on all pages.
const TOTALS: [&str; 8] = [
    "total",
    "totalcount",
    "totalitems",
    "totalsize",
    "totalresults",
    "totalelements",
    "totalrecords",
    "totalnumber",
];

/// The number of items on all pages, where its name leaves no doubt or the document says in words that it is that.
pub fn total(answer: Answer<'_>, around: &[Member<'_>]) -> Option<String> {
    let says_so = |member: &&Member<'_>| {
        let name = &member.folded;
        let said = answer.remark(member.node, "description");
        let is_total = TOTALS.contains(&name.as_str()) || is_of_matching(name, &said);
        is_total && counts_all(name, &said)
    };
    Some(around.iter().find(says_so)?.place.pointer())
}

/// Whether what is called as the items of one page may be counted is, by what is said of it, the number of all that are
/// asked for.
fn is_of_matching(name: &str, description: &str) -> bool {
    let words = words(description);
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let is_of_all = has(&["match", "matches", "matching", "matched"]);
    name == "count" && is_of_all && has(&["all", "total"]) && !has(&["page"])
}

/// Headers, folded, that have it, each with the name of the member that would mean as much; the likeliest first.
const HEADERS: [(&str, &str); 7] = [
    ("xtotalcount", "totalcount"),
    ("totalcount", "totalcount"),
    ("xwptotal", "totalcount"),
    ("xpaginationtotalcount", "totalcount"),
    ("xpaginationtotal", "total"),
    ("xtotal", "total"),
    // What stands behind its slash is the whole by the header's own definition, in whatever unit.
    ("contentrange", "totalcount"),
];

/// The documented header of a page with that number.
pub fn header(contract: &Contract, operation: &Operation) -> Option<String> {
    let documented = || {
        let pages = operation.successes().filter(|one| one.key.covers(200));
        pages.flat_map(|one| one.headers.iter().map(move |header| (one, header)))
    };
    HEADERS.iter().find_map(|(name, means)| {
        let (response, header) = documented().find(|(_, one)| folded(&one.name) == *name)?;
        let ix = contract.operation(&operation.id)?.0;
        let place = format!("{}/header/{}", response.key, header.name);
        let said = contract.prose(ix, &place);
        let said = said.and_then(|(pointer, _)| contract.document.at(&pointer)?.0.as_str());
        let said = said.unwrap_or_default().to_lowercase();
        counts_all(means, &said).then(|| header.name.clone())
    })
}

/// Whether the totals of a list are, by what is said of that, not exact, or no larger than so much.
pub fn are_rough(contract: &Contract, operation: &Operation) -> bool {
    const COUNTS: [&str; 6] = ["total", "totals", "count", "counts", "counting", "counted"];
    let all = contract.told_of(operation);
    let counts = |said: &&Vec<String>| said.iter().any(|word| COUNTS.contains(&&**word));
    all.iter().filter(counts).any(|said| is_rough(said))
}

/// Whether words say that a number is not exact, or no larger than so much.
fn is_rough(said: &[String]) -> bool {
    const WORDS: [&str; 17] = [
        "approximate",
        "approximately",
        "approximation",
        "estimate",
        "estimated",
        "estimates",
        "estimation",
        "roughly",
        "inexact",
        "eventually",
        "cached",
        "stale",
        "lag",
        "lags",
        "delayed",
        "capped",
        "stops",
    ];
    const PAIRS: [[&str; 2]; 4] = [
        ["not", "exact"],
        ["may", "not"],
        ["might", "not"],
        ["need", "not"],
    ];
    let mut pairs = said.windows(2);
    said.iter().any(|word| WORDS.contains(&&**word))
        || pairs.any(|pair| {
            PAIRS
                .iter()
                .any(|known| known[0] == pair[0] && known[1] == pair[1])
        })
}

/// Whether a total is, by what is said of it, the number of all items that the walk meets, and not another sum.
fn counts_all(name: &str, description: &str) -> bool {
    /// Of sums, of other units, and of more than what was asked for.
    const OTHERS: [&str; 34] = [
        "sum",
        "price",
        "prices",
        "cost",
        "costs",
        "money",
        "currency",
        "cent",
        "cents",
        "dollar",
        "dollars",
        "euro",
        "euros",
        "usd",
        "eur",
        "tax",
        "revenue",
        "balance",
        "byte",
        "bytes",
        "kb",
        "mb",
        "gb",
        "kilobytes",
        "megabytes",
        "seconds",
        "minutes",
        "hours",
        "weight",
        "whatever",
        "regardless",
        "irrespective",
        "unfiltered",
        "ignoring",
    ];
    let words = words(description);
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    if words.is_empty() {
        // A size may be one in bytes, and a total one of anything.
        return !["total", "totalsize"].contains(&name);
    }
    let counted = words.iter().skip_while(|word| *word != "of").skip(1);
    let counted = counted.map(String::as_str);
    let mut counted =
        counted.skip_while(|word| ["the", "all", "available", "result"].contains(word));
    let is_of_pages = counted
        .next()
        .is_some_and(|word| ["page", "pages"].contains(&word))
        || has(&["page", "pages"]) && !has(&["of", "in", "on", "across", "over"]);
    let is_cut = words
        .windows(2)
        .any(|pair| pair[0] == "at" && pair[1] == "most");
    has(&["total", "all", "overall"])
        && !has(&OTHERS)
        && !is_of_pages
        && !is_cut
        && !is_rough(&words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_counts_items_where_nothing_says_otherwise() {
        for (name, description, counts) in [
            ("totalcount", "", true),
            ("total", "", false),
            ("totalsize", "", false),
            ("totalsize", "Total number of records.", true),
            ("total", "Total number of items on all pages", true),
            (
                "total",
                "The total number of matching pets across pages.",
                true,
            ),
            ("total", "Total number of pages", false),
            ("total", "Total pages", false),
            ("total", "The total number of all available pages.", false),
            ("total", "Total of all orders in cents", false),
            ("totalsize", "Total size of all files in bytes", false),
            (
                "total",
                "All items of the account, whatever the filter",
                false,
            ),
            ("total", "How many.", false),
            ("total", "Total number of items, at most 1000.", false),
            ("total", "Total number of items; need not be exact.", false),
            ("count", "The number of all plants that match.", true),
        ] {
            assert_eq!(
                counts_all(name, description),
                counts,
                "{name} {description}"
            );
        }
    }

    #[test]
    fn what_is_said_of_a_list_may_be_said_of_its_totals() {
        for (described, rough) in [
            ("Lists orders. Totals are approximate.", true),
            ("Lists orders; the total count may not be exact.", true),
            ("Lists orders. Counting stops at 1000.", true),
            (
                "Lists orders. Dates are approximate. The total counts all.",
                false,
            ),
            ("Lists at most 50 orders, with the total count.", false),
        ] {
            let text =
                format!("paths: {{/a: {{get: {{description: '{described}', responses: {{}}}}}}}}");
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            let found = are_rough(&contract, &contract.operations[0]);
            assert_eq!(found, rough, "{described}");
        }
    }

    #[test]
    fn a_count_is_a_total_where_it_counts_all_that_match() {
        for (description, counts) in [
            ("The number of all plants that match.", true),
            ("The number of all plants on this page that match.", false),
            ("The number of plants.", false),
            ("", false),
        ] {
            assert_eq!(
                is_of_matching("count", description),
                counts,
                "{description}"
            );
        }
    }
}
