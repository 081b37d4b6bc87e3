//! The patterns of a schema: as the validator takes them, and short texts that match them.

use super::bulk::{MOST_OF_ONE, bulk, with_few};
use super::compiled::takes;
use super::ecma::translate;
use crate::contract::yaml::Node;

use regex_syntax::hir::{Class, Hir, HirKind};

/// Why a pattern cannot be checked.
#[derive(Debug)]
pub(super) struct Unchecked {
    /// As a lower-case fragment.
    pub why: String,
    /// Whether it could be, were it smaller.
    pub is_too_large: bool,
}

/// A pattern as the validator takes it.
///
/// # Errors
/// Why it cannot be checked.
pub(super) fn checkable(pattern: &str) -> Result<String, Unchecked> {
    let unchecked = |why: &str, is_too_large| Unchecked {
        why: format!("the pattern {pattern} cannot be checked: {why}"),
        is_too_large,
    };
    let translated = translate(pattern).map_err(|why| unchecked(&why, false))?;
    if bulk(&translated.text) > MOST_OF_ONE {
        let why = "with all its repetitions it takes more than 4.5 MB; lower its counts, or use `maxLength`";
        return Err(unchecked(why, true));
    }
    let is_taken = match translated.is_doubtful {
        true => takes(&with_few(&translated.text)),
        false => regex_syntax::parse(&translated.text).is_ok(),
    };
    match is_taken {
        true => Ok(translated.text),
        false => Err(unchecked("no engine here takes it", false)),
    }
}

/// Why a keyword of a schema cannot be checked, for the sake of a pattern in it or beside it.
pub(super) fn why_unchecked(keyword: &str, value: &Node, schema: &Node) -> Option<Unchecked> {
    match keyword {
        "pattern" => checkable(value.as_str()?).err(),
        "patternProperties" | "additionalProperties" | "unevaluatedProperties" => {
            let patterns = schema.get("patternProperties")?.as_mapping()?;
            patterns.keys().find_map(|pattern| checkable(pattern).err())
        }
        _ => None,
    }
}

/// The longest text that is made.
const MOST: usize = 4_096;

/// Texts that match a pattern, the shortest first, each longer one with more of what may repeat; not anchored, so the
/// text is what the pattern itself says. None where the pattern cannot be read.
pub fn matching(pattern: &str) -> impl Iterator<Item = String> {
    let hir = regex_syntax::parse(pattern).ok();
    (0..40).filter_map(move |more| {
        let mut text = String::new();
        write(hir.as_ref()?, more, &mut text);
        (text.len() <= MOST).then_some(text)
    })
}

fn write(hir: &Hir, more: u32, text: &mut String) {
    if text.len() > MOST {
        return;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(&String::from_utf8_lossy(&literal.0)),
        HirKind::Class(class) => text.extend(one_of(class)),
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            for _ in 0..repetition.min.saturating_add(more).min(most) {
                let before = text.len();
                write(&repetition.sub, more, text);
                // What writes nothing writes nothing however often.
                if text.len() > MOST || text.len() == before {
                    return;
                }
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, more, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, more, text)),
        HirKind::Alternation(parts) => parts
            .iter()
            .take(1)
            .for_each(|part| write(part, more, text)),
    }
}

/// Texts that match a pattern in which each place that may have any digit or letter is left open: `978{digits:10}`, with at
/// least so many of these, the most open first.
pub fn open_texts(pattern: &str, fewest: usize) -> Vec<String> {
    /// More than so many open places make no difference.
    const ENOUGH: usize = 8;
    let Ok(hir) = regex_syntax::parse(pattern) else {
        return Vec::new();
    };
    let mut out: Vec<(usize, String)> = Vec::new();
    for more in 0..10 {
        let mut pieces = Vec::new();
        lay(&hir, more, &mut pieces);
        let open = pieces.iter().filter(|piece| piece.is_err()).count();
        let text = pieces.chunk_by(|one, other| one.is_err() && one == other);
        let text = text.map(|run| match run {
            [Err(kind), ..] => format!("{{{kind}:{}}}", run.len()),
            letters => letters.iter().flatten().collect(),
        });
        let text = text.collect::<String>();
        if open >= fewest && pieces.len() <= MOST && out.iter().all(|(_, known)| *known != text) {
            out.push((open.min(ENOUGH), text));
        }
    }
    out.sort_by_key(|(open, _)| std::cmp::Reverse(*open));
    out.into_iter().map(|(_, text)| text).collect()
}

/// The letters of a text that matches; in the place of one that may be any of a kind, that kind.
fn lay(hir: &Hir, more: u32, out: &mut Vec<Result<char, &'static str>>) {
    match hir.kind() {
        _ if out.len() > MOST => {}
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => {
            out.extend(String::from_utf8_lossy(&literal.0).chars().map(Ok));
        }
        HirKind::Class(class) => {
            let ranges = ranges(class);
            let has = |first: char, last: char| {
                let mut ranges = ranges.iter();
                ranges.any(|(from, to)| *from <= first && last <= *to)
            };
            let open = [
                (has('0', '9'), "digits"),
                (has('a', 'z'), "letters"),
                (has('A', 'Z'), "LETTERS"),
            ];
            match open.into_iter().find(|(is_open, _)| *is_open) {
                Some((_, kind)) => out.push(Err(kind)),
                None => out.extend(one_of(class).map(Ok)),
            }
        }
        HirKind::Repetition(repetition) => {
            let most = repetition.max.unwrap_or(u32::MAX);
            for _ in 0..repetition.min.saturating_add(more).min(most) {
                let before = out.len();
                lay(&repetition.sub, more, out);
                if out.len() > MOST || out.len() == before {
                    return;
                }
            }
        }
        HirKind::Capture(capture) => lay(&capture.sub, more, out),
        HirKind::Concat(parts) => parts.iter().for_each(|part| lay(part, more, out)),
        HirKind::Alternation(parts) => parts.iter().take(1).for_each(|part| lay(part, more, out)),
    }
}

/// A plain letter or digit of a class where it has one.
fn one_of(class: &Class) -> Option<char> {
    let ranges = ranges(class);
    let has = |one: &char| ranges.iter().any(|(from, to)| (from..=to).contains(&one));
    let plain = ['a', '1', 'A']
        .into_iter()
        .chain('0'..='z')
        .chain('!'..='~');
    let mut plain = plain.filter(has);
    plain
        .next()
        .or_else(|| ranges.first().map(|(from, _)| *from))
}

fn ranges(class: &Class) -> Vec<(char, char)> {
    match class {
        Class::Unicode(class) => class
            .ranges()
            .iter()
            .map(|range| (range.start(), range.end()))
            .collect(),
        Class::Bytes(class) => class
            .ranges()
            .iter()
            .map(|range| (char::from(range.start()), char::from(range.end())))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_matches() {
        for (pattern, first) in [
            ("^CA[0-9a-fA-F]{32}$", "CAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
            ("^[A-Z]{3,3}$", "AAA"),
            (r"^(Mon|Tue), \d{2} (GMT|UTC)$", "Mon, 11 GMT"),
            (r"^\+?[1-9]\d{1,14}$", "11"),
            ("^a*$", ""),
            ("(?!x)y", ""),
        ] {
            let text = matching(pattern).next().unwrap_or_default();
            assert_eq!(text, first, "{pattern}");
        }
        assert_eq!(matching("^a*$").nth(3).unwrap(), "aaa");
        assert!(matching("(a{1000}){1000}").next().is_none());
    }

    #[test]
    fn what_may_be_any_digit_or_letter_is_left_open() {
        for (pattern, first) in [
            ("^97[89][0-9]{10}$", "978{digits:10}"),
            ("^[A-HJ-NPR-Z0-9]{17}$", "{digits:17}"),
            ("^[A-Z]{1,3}-[A-Z0-9]{2,8}$", "{LETTERS:3}-{digits:5}"),
            ("^[a-z]+$", "{letters:8}"),
            ("^[A-Z]{2}$", ""),
            ("^R[1-3]$", ""),
        ] {
            let text = open_texts(pattern, 4).into_iter().next();
            assert_eq!(text.unwrap_or_default(), first, "{pattern}");
        }
    }
}
