//! Text laid out for 80 columns. Nothing here knows what the text is about.

/// How many columns a character takes on a terminal: wide ones two, combining ones none.
fn wide(c: char) -> usize {
    match u32::from(c) {
        0x300..=0x36f | 0x20d0..=0x20ff | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// How many columns a text takes.
pub fn columns(text: &str) -> usize {
    text.chars().map(wide).sum()
}

/// The beginning of a text that fits into so many columns, and the rest.
fn split(text: &str, width: usize) -> (&str, &str) {
    let mut taken = 0;
    for (at, c) in text.char_indices() {
        taken += wide(c);
        if taken > width && at > 0 {
            return text.split_at(at);
        }
    }
    (text, "")
}

/// A text on so many columns; where it is cut, an ellipsis says so.
pub fn cut(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    format!("{}…", split(text, width.saturating_sub(1)).0)
}

/// Breaks a text at spaces so that no line is wider than `width`; lines after the first begin with `indent`, and the
/// first is meant to stand behind something as wide.
pub fn fold(text: &str, width: usize, indent: &str) -> String {
    let margin = columns(indent);
    let room = width.saturating_sub(margin).max(20);
    let mut out = String::new();
    let mut column = margin;
    let mut first = true;
    for mut word in text.split_whitespace() {
        if !first && column + 1 + columns(word) > width {
            out.push('\n');
            out.push_str(indent);
            column = margin;
        } else if !first {
            out.push(' ');
            column += 1;
        }
        // A word wider than the line is cut into pieces, so that nothing runs over.
        while columns(word) > room {
            let (head, rest) = split(word, room);
            out.push_str(head);
            out.push('\n');
            out.push_str(indent);
            column = margin;
            word = rest;
        }
        column += columns(word);
        out.push_str(word);
        first = false;
    }
    out
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
