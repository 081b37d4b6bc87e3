//! Whether a list may show a thing more than once, by what the document says of it.

use crate::contract::Contract;

/// Words that say so wherever they stand.
const WORDS: [&str; 3] = ["pinned", "promoted", "sticky"];
/// Words that say so where something else in the sentence says that it may be.
const MAYBE: [&str; 6] = [
    "duplicates",
    "overlap",
    "overlapping",
    "overlaps",
    "more once",
    "multiple times",
];
/// What says that something may be, or that it is about what is shown.
const MAY: [&str; 14] = [
    "may", "can", "might", "could", "pages", "appear", "appears", "come", "comes", "returned",
    "listed", "shown", "included", "contain",
];
/// What says that it is done away with, or about something else.
const AWAY: [&str; 16] = [
    "remove",
    "removed",
    "removes",
    "filter",
    "filtered",
    "exclude",
    "excluded",
    "eliminated",
    "detect",
    "detects",
    "find",
    "finds",
    "given",
    "called",
    "parameter",
    "request",
];
/// Words that follow one another where it is said.
const PAIRS: [[&str; 2]; 5] = [
    ["come", "twice"],
    ["appear", "twice"],
    ["returned", "twice"],
    ["listed", "twice"],
    ["shown", "twice"],
];
/// What turns them round where it stands before them.
const NOT: [&str; 5] = ["no", "not", "never", "nothing", "without"];

/// Whether pages may share items without a mistake.
pub(super) fn are_said(contract: &Contract, operation: usize) -> bool {
    let pointer = &contract.operations[operation].pointer;
    let node = contract.document.at(pointer).map(|(node, _)| node);
    let texts = ["summary", "description"].map(|key| node?.prose(key));
    let mut sentences = texts.into_iter().flatten().flat_map(|text| text.split('.'));
    sentences.any(says_so)
}

fn says_so(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> = words
        .filter(|word| !word.is_empty() && *word != "than")
        .collect();
    let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
    let may_be = has(&MAY) && !has(&AWAY);
    let says = |at: usize| {
        let pair = words.get(at..at + 2);
        let both = pair.map(|pair| pair.join(" ")).unwrap_or_default();
        WORDS.contains(&words[at])
            || pair.is_some_and(|pair| PAIRS.iter().any(|known| pair == known))
            || may_be && (MAYBE.contains(&words[at]) || MAYBE.contains(&&*both))
    };
    let is_there = |at: usize| !has(&ABOUT_PAGES) && is_on_each_page(&words[at..]);
    let said = (0..words.len()).find(|at| says(*at) || is_there(*at));
    said.is_some_and(|at| !words[..at].iter().any(|word| NOT.contains(word)))
}

/// What is said of the pages, and not of an item that stands on them. That the item "is not counted" is said of it.
const ABOUT_PAGES: [&str; 24] = [
    "total", "totals", "count", "counts", "next", "previous", "size", "limit", "link", "links",
    "header", "headers", "token", "cursor", "metadata", "meta", "maximum", "most", "up", "sorted",
    "fields", "number", "entries", "least",
];
/// Of what stands on all pages: one thing.
const ONE: [&str; 5] = ["a", "an", "the", "one", "item"];

/// Whether words begin with those that say that something stands on all pages: on top of every page, repeated on each page,
/// each page begins with.
fn is_on_each_page(words: &[&str]) -> bool {
    const STANDS: [&str; 14] = [
        "repeated", "repeats", "on", "first", "begins", "begin", "starts", "start", "opens",
        "heads", "ends", "last", "shows", "contains",
    ];
    const EACH: [[&str; 2]; 4] = [
        ["every", "page"],
        ["each", "page"],
        ["all", "pages"],
        ["any", "page"],
    ];
    let is_each = |pair: &[&str]| EACH.iter().any(|each| pair == each);
    let begins = words.get(..2).is_some_and(is_each)
        && words.get(2).is_some_and(|word| STANDS[1..].contains(word))
        && words[2..].iter().any(|word| ONE.contains(word));
    let near = &words[..words.len().min(5)];
    let ends = STANDS[..4].contains(&words[0]) && near.windows(2).any(is_each);
    begins || ends
}

#[cfg(test)]
mod tests {
    use super::says_so;

    #[test]
    fn what_may_come_twice_is_said() {
        for (sentence, is_said) in [
            (
                "A hint only: more or fewer may come, and things may come twice",
                true,
            ),
            ("An item may be returned more than once", true),
            ("The pinned notice stands first on every page", true),
            (
                "Pages overlap by one entry, so that nothing is missed",
                true,
            ),
            ("No item comes more than once", false),
            ("Without duplicates", false),
            ("Duplicates are removed", false),
            ("The tag parameter may be given multiple times", false),
            ("May be called more than once", false),
            ("Detects overlapping bookings", false),
            ("Pages may contain duplicates", true),
            ("All books, twice as fast", false),
            ("A sponsored item is repeated on every page", true),
            ("The item of the day is on top of every page", true),
            (
                "Each page begins with the item of the day, which is not counted",
                true,
            ),
            ("The total is on every page", false),
            ("Every page shows the next cursor", false),
            ("Each page has at most twenty items", false),
            ("No item is repeated on another page", false),
            ("", false),
        ] {
            assert_eq!(says_so(sentence), is_said, "{sentence}");
        }
    }
}
