//! Text laid out for 80 columns.

/// Breaks a text at spaces so that no line is wider than `width`; lines after the first begin with `indent`.
pub fn fold(text: &str, width: usize, indent: &str) -> String {
    let mut out = String::new();
    let mut column = indent.chars().count();
    let mut first = true;
    for word in text.split_whitespace() {
        let mut word = word.to_owned();
        let room = width.saturating_sub(indent.chars().count()).max(20);
        let wide = word.chars().count();
        if !first && column + 1 + wide > width {
            out.push('\n');
            out.push_str(indent);
            column = indent.chars().count();
        } else if !first {
            out.push(' ');
            column += 1;
        }
        // A word wider than the line is cut into pieces, so that nothing runs over.
        while word.chars().count() > room {
            let head: String = word.chars().take(room).collect();
            word = word.chars().skip(room).collect();
            out.push_str(&head);
            out.push('\n');
            out.push_str(indent);
            column = indent.chars().count();
        }
        column += word.chars().count();
        out.push_str(&word);
        first = false;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::fold;

    #[test]
    fn no_line_is_wider_than_asked() {
        let text = format!(
            "some words and {} then more words that go on for a while",
            "x".repeat(200)
        );
        for line in fold(&text, 40, "    ").lines() {
            assert!(line.chars().count() <= 40, "{line}");
        }
    }
}
