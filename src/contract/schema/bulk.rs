//! How much an engine makes of a pattern, counted without making it: repetitions are written out there, so that twenty
//! characters are megabytes. In a document of a few kilobytes these take minutes.

use regex_syntax::hir::{Class, Hir, HirKind, Look};
use serde_json::Value;

/// The most bytes that are made of one pattern: the engine refuses not much more. The letters of all scripts take some
/// 20,000, and may come 200 times.
pub(super) const MOST_OF_ONE: u64 = 4_500_000;
/// What takes less costs no time, however often it comes.
const LARGE: u64 = 100_000;
/// A state of an automaton, in bytes.
const STATE: u64 = 32;

/// The bytes that an engine makes of a translated pattern; what looks around counts like a group, and what cannot be
/// read is nothing.
pub(super) fn bulk(pattern: &str) -> u64 {
    read(pattern)
        .as_ref()
        .map_or(0, |hir| match is_counted(hir) {
            true => STATE,
            false => of(hir),
        })
}

/// Whether it says how many letters of a kind there are and no more: then the validator counts them, without an engine.
fn is_counted(hir: &Hir) -> bool {
    let HirKind::Concat(parts) = hir.kind() else {
        return false;
    };
    let [first, middle, last] = parts.as_slice() else {
        return false;
    };
    let is = |hir: &Hir, look| *hir.kind() == HirKind::Look(look);
    let is_class = |hir: &Hir| matches!(hir.kind(), HirKind::Class(_));
    is(first, Look::Start)
        && is(last, Look::End)
        && matches!(middle.kind(), HirKind::Repetition(one) if is_class(&one.sub))
}

/// The large patterns of a lowered schema and all that it refers to, together.
pub fn of_schema(schema: &Value) -> u64 {
    match schema {
        Value::Object(map) => map.iter().fold(0, |sum: u64, (key, value)| {
            let own = match (key.as_str(), value) {
                ("pattern", Value::String(pattern)) => large(pattern),
                ("patternProperties", Value::Object(all)) => all
                    .keys()
                    .fold(0, |sum: u64, key| sum.saturating_add(large(key))),
                _ => 0,
            };
            sum.saturating_add(own).saturating_add(of_schema(value))
        }),
        Value::Array(all) => all
            .iter()
            .fold(0, |sum: u64, one| sum.saturating_add(of_schema(one))),
        _ => 0,
    }
}

/// The same of a pattern that costs time, and nothing of others.
fn large(pattern: &str) -> u64 {
    Some(bulk(pattern))
        .filter(|bulk| *bulk >= LARGE)
        .unwrap_or(0)
}

/// A translated pattern with its counts cut down: an engine takes it, or refuses it, for the same reasons.
pub(super) fn with_few(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        out.push(letter);
        match letter {
            '\\' => {
                let escaped = letters.next();
                out.extend(escaped);
                // The braces of a property, and not of a count.
                if matches!(escaped, Some('p' | 'P')) {
                    out.extend(letters.by_ref().take_while(|one| *one != '}'));
                    out.push('}');
                }
            }
            '{' => {
                let count: String = letters.by_ref().take_while(|one| *one != '}').collect();
                let few = count.split(',').map(|bound| match bound.parse::<u64>() {
                    Ok(bound) => bound.min(2).to_string(),
                    Err(_) => bound.to_owned(),
                });
                out.push_str(&few.collect::<Vec<_>>().join(","));
                out.push('}');
            }
            _ => {}
        }
    }
    out
}

/// A pattern in which what looks around is a group.
fn read(pattern: &str) -> Option<Hir> {
    let is_plain = !pattern.contains("(?");
    if is_plain {
        return regex_syntax::parse(pattern).ok();
    }
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find(['\\', '(']) {
        let (before, here) = rest.split_at(at);
        out.push_str(before);
        let looks = ["(?<=", "(?<!", "(?=", "(?!"];
        let look = looks.into_iter().find(|look| here.starts_with(look));
        let taken = match look {
            Some(look) => {
                out.push_str("(?:");
                look.len()
            }
            None => {
                // A sign that is escaped opens nothing.
                let count = 1 + usize::from(here.starts_with('\\'));
                let taken: usize = here.chars().take(count).map(char::len_utf8).sum();
                out.push_str(&here[..taken]);
                taken
            }
        };
        rest = &here[taken..];
    }
    out.push_str(rest);
    regex_syntax::parse(&out).ok()
}

fn of(hir: &Hir) -> u64 {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => STATE,
        HirKind::Literal(literal) => STATE * literal.0.len() as u64,
        // A range beyond ASCII is several of bytes.
        HirKind::Class(Class::Unicode(class)) => class
            .iter()
            .map(|range| if range.end().is_ascii() { 8 } else { STATE })
            .fold(STATE, |sum, each| sum + each),
        HirKind::Class(Class::Bytes(class)) => STATE + 8 * class.ranges().len() as u64,
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            let each = of(&repetition.sub).saturating_add(STATE);
            each.saturating_mul(times.into())
        }
        HirKind::Capture(capture) => of(&capture.sub).saturating_add(2 * STATE),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts
            .iter()
            .fold(0, |sum: u64, part| sum.saturating_add(of(part))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::compiled::takes;
    use super::*;

    #[test]
    fn what_repeats_counts_as_often_as_it_may() {
        for (pattern, least, most) in [
            ("[a-z]{3}", 216, 216),
            ("^[a-z]{3}$", STATE, STATE),
            (r"^[\p{L}\d]{1,5000}$", STATE, STATE),
            ("(?=[a-z]{64}$)[0-9]{64}", 9_216, 9_400),
            (r"\(?=[a-z]{64}", 4_608, 4_800),
            (r"^[\p{L}]{1,200}x$", 3_000_000, MOST_OF_ONE),
            (r"^[\w\p{L}]{1,500}x$", MOST_OF_ONE + 1, 20_000_000),
            ("((a{1000}){1000}){1000}", 1_000_000_000, u64::MAX),
            ("(", 0, 0),
        ] {
            let counted = bulk(pattern);
            assert!((least..=most).contains(&counted), "{pattern}: {counted}");
        }
        let schema = json!({"pattern": "a{5000}", "properties": {"pattern": {"patternProperties": {"a{9000}": {"pattern": "a"}}}}});
        assert_eq!(of_schema(&schema), 14_000 * 2 * STATE);
    }

    #[test]
    fn what_is_counted_as_small_enough_is_taken_by_the_engine() {
        for pattern in [
            r"^[\p{L}]{1,200}x$",
            "(?:abc){1,34000}x",
            "(?:a(?:b)){0,42000}x",
        ] {
            assert!(
                (3_000_000..=MOST_OF_ONE).contains(&bulk(pattern)),
                "{pattern}: {}",
                bulk(pattern)
            );
            assert!(takes(pattern), "{pattern}");
        }
    }

    #[test]
    fn counts_are_cut_down_where_they_are_counts() {
        for (pattern, few) in [
            ("^a{3,255}b{7}c{9,}$", "^a{2,2}b{2}c{2,}$"),
            (r"\{40\}[\{40\}]\p{L}{1,40}", r"\{40\}[\{40\}]\p{L}{1,2}"),
        ] {
            assert_eq!(with_few(pattern), few);
        }
    }
}
