//! Text laid out in columns. Nothing here knows what the text is about.

use crate::report::model::CaseCounts;

use textwrap::{Options, WordSplitter};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How many columns a text takes.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// A text on so many columns; where it is cut, an ellipsis says so.
pub fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut taken = 1;
    let fits = |c: &char| {
        taken += c.width().unwrap_or(1);
        taken <= width
    };
    format!("{}…", text.chars().take_while(fits).collect::<String>())
}

/// Breaks a text at spaces so that no line is wider than `width`; lines after the first begin with `indent`, and the
/// first is meant to stand behind something as wide. A word wider than the line is cut into pieces.
pub fn fold(text: &str, width: usize, indent: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let options = Options::new(width)
        .initial_indent(indent)
        .subsequent_indent(indent)
        .word_splitter(WordSplitter::NoHyphenation);
    textwrap::fill(&words.join(" "), options).split_off(indent.len())
}

/// The cases that there are, by verdict.
pub fn case_counts(cases: &CaseCounts) -> String {
    let all = [
        (cases.pass, "passed"),
        (cases.fail, "failed"),
        (cases.inconclusive, "inconclusive"),
        (cases.skipped, "skipped"),
        (cases.error, "ended in error"),
    ];
    let some = all.into_iter().filter(|(count, _)| *count > 0);
    let some: Vec<String> = some
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    some.join(", ")
}

pub use crate::report::words::plural;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_asked() {
        let text = format!(
            "some words and {} then more words that go on 環境{} for a while",
            "x".repeat(200),
            "境".repeat(100)
        );
        for line in fold(&text, 40, "    ").lines() {
            assert!(columns(line) <= 40, "{line}");
        }
    }

    #[test]
    fn what_is_cut_says_so_and_fits() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("longer", 5), "long…");
        assert_eq!(cut("環境環境", 5), "環境…");
    }
}
