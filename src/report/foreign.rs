//! Text from outside made safe to show: the one place that knows which characters act on a terminal, a page or a log,
//! and which lines a CI runner obeys. What markup a format has of its own is escaped by its renderer.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Text of several lines: line breaks and tabs stay; what is not seen as it stands, and what a runner would take for a
/// command, becomes an escape such as `\u{1b}`, which every format can hold. Doing it twice changes nothing.
pub fn lines(text: &str) -> String {
    if is_plain(text) {
        return text.to_owned();
    }
    let seen = replaced(text, |c| is_unseen(c) && c != '\n' && c != '\t', escape);
    commandless(&seen).into_owned()
}

/// Whether there is nothing in a text that could harm: most texts are so, and a list may have a million.
fn is_plain(text: &str) -> bool {
    let is_seen = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\t');
    let bytes = text.as_bytes();
    bytes.iter().all(is_seen) && !bytes.windows(2).any(|pair| matches!(pair, b"::" | b"##"))
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

/// Text that is harmless already, after it was laid out: a line that was broken anew is no command either.
pub fn commandless(text: &str) -> Cow<'_, str> {
    defused(text, escape)
}

/// A document of JSON with the same values, in which no character is unseen and no line a command. Such characters
/// stand only in its strings.
pub fn json(text: &str) -> String {
    let escape = |c: char| {
        let mut units = [0; 2];
        let units = c.encode_utf16(&mut units).iter();
        units.map(|unit| format!("\\u{unit:04x}")).collect()
    };
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if is_plain(line) {
            out.push_str(line);
            continue;
        }
        let seen = replaced(line, |c| is_unseen(c) && c != '\n', escape);
        out.push_str(&defused(&seen, escape));
    }
    out
}

/// A document of XML or HTML, whose texts are harmless already, in which no line is a command.
pub fn markup(text: &str) -> Cow<'_, str> {
    defused(text, |c| format!("&#{};", u32::from(c)))
}

fn escape(c: char) -> String {
    format!("\\u{{{:x}}}", u32::from(c))
}

/// The text with some characters written otherwise.
fn replaced(
    text: &str,
    is_meant: impl Fn(char) -> bool,
    form: impl Fn(char) -> String,
) -> Cow<'_, str> {
    if !text.contains(&is_meant) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match is_meant(c) {
            true => out.push_str(&form(c)),
            false => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The text without a line that a runner obeys: the mark that makes a command of it is written otherwise.
fn defused(text: &str, form: impl Fn(char) -> String) -> Cow<'_, str> {
    let mut marks: Vec<usize> = bracketed(text).collect();
    let mut begin = 0;
    for line in text.split_inclusive('\n') {
        marks.extend(leading(line).map(|at| begin + at));
        begin += line.len();
    }
    if marks.is_empty() {
        return Cow::Borrowed(text);
    }
    marks.sort_unstable();
    let (mut out, mut done) = (String::with_capacity(text.len() + 16), 0);
    for at in marks {
        let mark = char::from(text.as_bytes()[at]);
        // Writing to a String cannot fail.
        let _ = write!(out, "{}{}", &text[done..at], form(mark));
        done = at + mark.len_utf8();
    }
    out.push_str(&text[done..]);
    Cow::Owned(out)
}

/// The bracket of each `##[…`, `##vso[…` or `##teamcity[…`, which are commands wherever they stand on a line.
fn bracketed(text: &str) -> impl Iterator<Item = usize> {
    text.match_indices('[').map(|(at, _)| at).filter(|at| {
        let before = text[..*at].trim_end_matches(|c: char| c.is_ascii_alphabetic());
        before.ends_with("##")
    })
}

/// The first colon of a line that is a command such as `::error::`. Space before it makes no difference to a runner,
/// nor may the colors that we put there.
fn leading(line: &str) -> Option<usize> {
    let mut rest = line;
    loop {
        rest = rest.trim_start();
        match rest
            .strip_prefix("\u{1b}[")
            .and_then(|code| code.split_once('m'))
        {
            Some((code, after)) if code.bytes().all(|c| c.is_ascii_digit() || c == b';') => {
                rest = after
            }
            _ => break,
        }
    }
    let command = rest.strip_prefix("::")?;
    command.contains("::").then_some(line.len() - rest.len())
}

/// Controls (C0 and C1), marks that turn the direction of writing, and characters that nobody sees the same: soft
/// hyphens, joiners, separators, private use, noncharacters, tags.
pub(super) fn is_unseen(c: char) -> bool {
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
        let fine = "\t\n é環🦀\u{fffd}<&]]> ::1 # ##x a::b::c [##]";
        assert_eq!(lines(fine), fine);
    }

    #[test]
    fn one_line_is_one_line_and_keeps_its_bound() {
        assert_eq!(one_line(" a\r\n\tb\u{85}c ", 80), "a b c");
        assert_eq!(one_line("a\u{202e}b", 80), "a\\u{202e}b");
        assert_eq!(one_line("🦀🦀🦀", 2), "🦀🦀…");
    }

    #[test]
    fn no_line_is_a_command_of_a_runner() {
        for (text, shown) in [
            ("::error::x", "\\u{3a}:error::x"),
            (
                "a\n \t\u{3000}::stop-commands::t\nb",
                "a\n \t\u{3000}\\u{3a}:stop-commands::t\nb",
            ),
            (
                "\u{1b}[2m  ::x::\u{1b}[0m",
                "\u{1b}[2m  \\u{3a}:x::\u{1b}[0m",
            ),
            ("a ##[group]b", "a ##\\u{5b}group]b"),
            (
                "a ###vso[x]##teamcity[y",
                "a ###vso\\u{5b}x]##teamcity\\u{5b}y",
            ),
            ("::1\n::\nkind::of::path", "::1\n::\nkind::of::path"),
        ] {
            assert_eq!(commandless(text), shown);
            assert_eq!(commandless(shown), shown, "done twice");
        }
        assert_eq!(markup("<a>\n::x::##[y]</a>"), "<a>\n&#58;:x::##&#91;y]</a>");
    }

    #[test]
    fn json_keeps_its_values() {
        let value =
            serde_json::json!({ "a\u{9b}": "\u{202e}\u{e0001}\u{7f} ##[x] ::y::", "b": [1, "🦀"] });
        let text = json(&format!("{value:#}"));
        assert!(
            !text.chars().any(|c| is_unseen(c) && c != '\n') && !text.contains("##["),
            "{text}"
        );
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&text).unwrap(),
            value
        );
    }
}
