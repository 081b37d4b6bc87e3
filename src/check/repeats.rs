//! Whether a list may show a thing more than once, by what the document says of it.

use crate::contract::Contract;

/// Words that say so wherever they stand.
const WORDS: [&str; 8] = [
    "duplicates",
    "overlap",
    "overlapping",
    "overlaps",
    "pinned",
    "promoted",
    "repeatedly",
    "sticky",
];
/// Words that follow one another where it is said.
const PAIRS: [[&str; 2]; 7] = [
    ["come", "twice"],
    ["appear", "twice"],
    ["returned", "twice"],
    ["listed", "twice"],
    ["shown", "twice"],
    ["more", "once"],
    ["multiple", "times"],
];
/// What turns them round where it stands before them.
const NOT: [&str; 5] = ["no", "not", "never", "nothing", "without"];

/// Whether pages may share items without a mistake.
pub(super) fn are_said(contract: &Contract, operation: usize) -> bool {
    let pointer = &contract.operations[operation].pointer;
    let node = contract.document.at(pointer).map(|(node, _)| node);
    let texts = ["summary", "description"].map(|key| node?.get(key)?.as_str());
    let mut sentences = texts.into_iter().flatten().flat_map(|text| text.split('.'));
    sentences.any(says_so)
}

fn says_so(sentence: &str) -> bool {
    let lower = sentence.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_alphanumeric());
    let words: Vec<&str> = words
        .filter(|word| !word.is_empty() && *word != "than")
        .collect();
    let says = |at: usize| {
        let pair = words.get(at..at + 2);
        WORDS.contains(&words[at])
            || pair.is_some_and(|pair| PAIRS.iter().any(|known| pair == known))
    };
    let said = (0..words.len()).find(|at| says(*at));
    said.is_some_and(|at| !words[..at].iter().any(|word| NOT.contains(word)))
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
            ("All books, twice as fast", false),
            ("", false),
        ] {
            assert_eq!(says_so(sentence), is_said, "{sentence}");
        }
    }
}
