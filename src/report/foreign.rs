//! Text from outside made safe to show: the one place that knows which characters act on a terminal, a page or a log.
//! What markup a format has of its own is escaped by its renderer, after this.

use std::fmt::Write as _;

/// Text of several lines: line breaks and tabs stay; what is not seen as it stands becomes an escape such as
/// `\u{1b}`, which every format can hold. Doing it twice changes nothing.
pub fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '\n' && c != '\t' && is_unseen(c) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

/// Text on one line: white space becomes one space, and what is over `limit` characters is cut.
pub fn one_line(text: &str, limit: usize) -> String {
    let mut line = lines(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    if let Some((end, _)) = line.char_indices().nth(limit) {
        line.truncate(end);
        line.push('…');
    }
    line
}

/// Controls (C0 and C1), marks that turn the direction of writing, and characters that nobody sees the same: soft
/// hyphens, joiners, separators, private use, noncharacters, tags.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(
            u32::from(c),
            0xad | 0x61c | 0x180e | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xe000..=0xf8ff
                | 0xfeff | 0xfff9..=0xfffb | 0xfffe | 0xffff | 0xe0000..=0xe007f
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_acts_or_hides_is_shown_as_an_escape_and_the_rest_stays() {
        let hostile = "a\u{0}\u{1b}[1m\r\n\u{9b}\u{202e}b\u{200f}\u{fffe}\u{e000}";
        let shown = "a\\u{0}\\u{1b}[1m\\u{d}\n\\u{9b}\\u{202e}b\\u{200f}\\u{fffe}\\u{e000}";
        assert_eq!(lines(hostile), shown);
        assert_eq!(lines(shown), shown);
        let fine = "\t\n é環🦀\u{fffd}<&]]>";
        assert_eq!(lines(fine), fine);
    }

    #[test]
    fn one_line_is_one_line_and_keeps_its_bound() {
        assert_eq!(one_line(" a\r\n\tb\u{85}c ", 80), "a b c");
        assert_eq!(one_line("a\u{202e}b", 80), "a\\u{202e}b");
        assert_eq!(one_line("🦀🦀🦀", 2), "🦀🦀…");
    }
}
