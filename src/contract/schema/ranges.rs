//! Sets of characters as ranges, first and last included: those that patterns of ECMA-262 have names for.

/// Ranges of characters.
pub(super) type Ranges = Vec<(char, char)>;

/// What `\w` is; always ASCII.
pub(super) const WORD: &[(char, char)] = &[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')];
/// What `\d` is.
pub(super) const DIGIT: &[(char, char)] = &[('0', '9')];
/// White space and line ends (ECMA-262, sections 12.2 and 12.3).
pub(super) const SPACE: &[(char, char)] = &[
    ('\t', '\r'),
    (' ', ' '),
    ('\u{a0}', '\u{a0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{2000}', '\u{200a}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{202f}', '\u{202f}'),
    ('\u{205f}', '\u{205f}'),
    ('\u{3000}', '\u{3000}'),
    ('\u{feff}', '\u{feff}'),
];
/// The line ends, which `.` does not match.
pub(super) const LINE_ENDS: &[(char, char)] =
    &[('\n', '\n'), ('\r', '\r'), ('\u{2028}', '\u{2029}')];

/// The same characters in order, no two ranges touching.
pub(super) fn merged(mut ranges: Ranges) -> Ranges {
    ranges.sort_unstable();
    let mut out: Ranges = Vec::with_capacity(ranges.len());
    for (from, to) in ranges {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

/// All characters that are in none of the ranges, which are in order.
pub(super) fn complement(ranges: &[(char, char)]) -> Ranges {
    let mut out = Vec::with_capacity(ranges.len() + 1);
    let mut next = Some('\0');
    for &(from, to) in ranges {
        let end = ('\0'..from).next_back();
        out.extend(next.zip(end).filter(|(start, end)| start <= end));
        next = (to..=char::MAX).nth(1);
    }
    out.extend(next.map(|start| (start, char::MAX)));
    out
}
