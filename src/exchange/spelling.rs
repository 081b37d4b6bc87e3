//! Reads a text whatever spelling its characters have: as they are, percent-encoded, quoted-printable, escaped as in JSON,
//! in a JSON pointer or as in HTML, and any of these up to four times over; UTF-8 or Latin-1, in any letter case.

use std::ops::Range;

/// How far a needle reaches from one place of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reach {
    Nowhere,
    /// The text ended after so many of its characters.
    Cut(usize),
    /// All of it: the places where each of its characters stands.
    Whole(Vec<Range<usize>>),
}

/// How often an escape may be escaped itself.
const LEVELS: usize = 5;
/// A needle that can be read in more ways than two to this is not read in all of them.
const MOST_FORKS: usize = 4;
/// The name of a character in HTML is at most so long.
const LONGEST_NAME: usize = 33;
/// An escape is at most so many bytes long; one that a text ends within is shorter.
const LONGEST_ESCAPE: usize = 40;

/// What a character begins with that is not written as it is.
pub(super) const ESCAPES: [u8; 5] = *b"%\\&=~";
/// What a line ends with.
pub(super) const LINE_ENDS: [u8; 2] = *b"\r\n";

/// A character as it is compared: letter case does not count, and a form writes a space as a plus sign.
pub(super) fn folded(c: char) -> char {
    match c {
        '+' => ' ',
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        _ => c.to_lowercase().next().unwrap_or(c),
    }
}

/// Follows a needle of folded characters through the text; one that `wraps` may stand in several lines.
pub(super) fn reach(text: &[u8], start: usize, needle: &[char], wraps: bool) -> Reach {
    let mut places = Vec::new();
    match follow(text, start, (needle, wraps), &mut places, MOST_FORKS) {
        Ok(()) => Reach::Whole(places),
        Err(None) => Reach::Nowhere,
        Err(Some(matched)) => Reach::Cut(matched),
    }
}

/// `Err` holds how many characters there were when the text ended; none where it goes on otherwise.
fn follow(
    text: &[u8],
    start: usize,
    (needle, wraps): (&[char], bool),
    places: &mut Vec<Range<usize>>,
    forks: usize,
) -> Result<(), Option<usize>> {
    let mut at = start;
    // Where the text may end within an escape, what follows it need not fit.
    let mut cut = None;
    for (n, wanted) in needle.iter().enumerate() {
        let may_wrap = wraps && !places.is_empty();
        if may_wrap && text.get(at).is_some_and(|byte| LINE_ENDS.contains(byte)) {
            at = next_line(text, at);
        }
        // What is no escape has one reading.
        if let Some(&byte) = text.get(at)
            && byte.is_ascii()
            && !ESCAPES.contains(&byte)
        {
            if folded(char::from(byte)) != *wanted {
                return Err(cut);
            }
            places.push(at..at + 1);
            at += 1;
            continue;
        }
        let mut ends = readings(text, at);
        let is_line_end = |(c, _): &(char, usize)| matches!(c, '\r' | '\n');
        if may_wrap && ends.iter().any(is_line_end) {
            at = next_line(text, at);
            ends = readings(text, at);
        }
        ends.retain(|(c, _)| is_same(*c, *wanted));
        ends.dedup_by_key(|(_, end)| *end);
        if is_over(text, at) {
            cut = Some(n);
        }
        match ends.as_slice() {
            [] => return Err(cut),
            [.., (_, end)] if forks == 0 || ends.len() == 1 => {
                places.push(at..*end);
                at = *end;
            }
            several => {
                // The longest reading is the likeliest.
                let mut furthest = cut;
                for (_, end) in several.iter().rev() {
                    let kept = places.len();
                    places.push(at..*end);
                    match follow(text, *end, (&needle[n + 1..], wraps), places, forks - 1) {
                        Ok(()) => return Ok(()),
                        Err(more) => furthest = furthest.max(more.map(|more| n + 1 + more)),
                    }
                    places.truncate(kept);
                }
                return Err(furthest);
            }
        }
    }
    Ok(())
}

/// Where the text goes on, where a line ends here, however that is written.
fn next_line(text: &[u8], mut at: usize) -> usize {
    let mut is_new = false;
    while let Some(byte) = text.get(at) {
        let end = match byte {
            b'\r' | b'\n' => Some(at + 1),
            b' ' | b'\t' if is_new => Some(at + 1),
            _ if ESCAPES.contains(byte) => readings(text, at)
                .into_iter()
                .find_map(|(c, end)| matches!(c, '\r' | '\n').then_some(end)),
            _ => None,
        };
        let Some(end) = end else { break };
        (at, is_new) = (end, true);
    }
    at
}

/// Whether the text ends here, or within an escape that begins here.
pub(super) fn is_over(text: &[u8], at: usize) -> bool {
    let rest = &text[at..];
    let is_escape = |first: &u8| ESCAPES.contains(first);
    rest.is_empty() || (rest.len() < LONGEST_ESCAPE && rest.first().is_some_and(is_escape))
}

/// A character that was lost on the way stands for any that is not ASCII.
pub(super) fn is_same(c: char, wanted: char) -> bool {
    folded(c) == wanted || (c == char::REPLACEMENT_CHARACTER && !wanted.is_ascii())
}

/// The characters that can be read at a place, from the plainest reading on, and where each ends.
pub(super) fn readings(text: &[u8], at: usize) -> Vec<(char, usize)> {
    let levels = if may_escape(&text[at.min(text.len())..]) {
        LEVELS
    } else {
        1
    };
    let Some(mut last) = plain(text, at) else {
        return Vec::new();
    };
    let mut all = vec![last];
    for below in 0..levels - 1 {
        match unescaped(text, below, last) {
            Next::Is(next) => {
                all.push(next);
                last = next;
            }
            Next::None => {}
            Next::Never => break,
        }
    }
    all
}

/// Whether a text may begin with an escape: told from a few bytes, since most of `&` and `=` are none.
fn may_escape(text: &[u8]) -> bool {
    let Some((&first, rest)) = text.split_first() else {
        return false;
    };
    let may_be = |byte: &u8, is_wanted: bool| is_wanted || ESCAPES.contains(byte);
    match first {
        b'%' | b'=' => match rest {
            [next, ..] if LINE_ENDS.contains(next) => first == b'=',
            [b'u' | b'U', ..] => first == b'%',
            [high, low, ..] => {
                [high, low].map(|one| may_be(one, one.is_ascii_hexdigit())) == [true; 2]
                    || ESCAPES.contains(high)
            }
            _ => true,
        },
        b'&' => {
            let mut name = rest.iter().take(LONGEST_NAME);
            let end = name.find(|one| !one.is_ascii_alphanumeric());
            end.is_none_or(|end| may_be(end, matches!(end, b';' | b'#')))
        }
        b'~' => rest
            .first()
            .is_none_or(|next| may_be(next, matches!(next, b'0' | b'1'))),
        _ => ESCAPES.contains(&first),
    }
}

/// The character at a place, with so many levels of escapes undone, and where it ends.
fn read(text: &[u8], level: usize, at: usize) -> Option<(char, usize)> {
    let mut last = plain(text, at)?;
    for below in 0..level {
        match unescaped(text, below, last) {
            Next::Is(next) => last = next,
            Next::None => {}
            Next::Never => break,
        }
    }
    Some(last)
}

/// What a character says with one level of escapes more undone.
enum Next {
    Is((char, usize)),
    /// The same; one level more may tell another.
    None,
    /// The same on every level: it begins no escape.
    Never,
}

fn unescaped(text: &[u8], below: usize, (c, end): (char, usize)) -> Next {
    let next = match c {
        '%' => hexadecimal(text, below, end, '%'),
        '=' => quoted(text, below, end),
        '\\' => backslash(text, below, end),
        '&' => entity(text, below, end),
        '~' => pointer(text, below, end),
        _ => return Next::Never,
    };
    next.map_or(Next::None, Next::Is)
}

/// A character in UTF-8; a byte that is none is one in Latin-1.
fn plain(text: &[u8], at: usize) -> Option<(char, usize)> {
    let rest = text.get(at..)?;
    let &first = rest.first()?;
    let length = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return Some((char::from(first), at + 1)),
    };
    let whole = rest
        .get(..length)
        .and_then(|bytes| std::str::from_utf8(bytes).ok());
    let c = whole.and_then(|text| text.chars().next());
    Some(c.map_or((char::from(first), at + 1), |c| (c, at + length)))
}

/// RFC 2045, section 6.7: a byte in hexadecimal digits, or a line that goes on in the next one.
fn quoted(text: &[u8], level: usize, at: usize) -> Option<(char, usize)> {
    let (first, end) = read(text, level, at)?;
    if !matches!(first, '\r' | '\n') {
        return hexadecimal(text, level, at, '=');
    }
    let feed = read(text, level, end).filter(|(c, _)| (first, *c) == ('\r', '\n'));
    let here = feed.map_or(end, |(_, end)| end);
    match read(text, level, here)? {
        ('=', end) => hexadecimal(text, level, end, '='),
        next => Some(next),
    }
}

/// RFC 3986, section 2.1: bytes in hexadecimal digits, each behind a mark; what is no UTF-8 is Latin-1. JavaScript's
/// `escape` writes `%u` in front of four digits.
fn hexadecimal(text: &[u8], level: usize, at: usize, mark: char) -> Option<(char, usize)> {
    let unit = read(text, level, at).filter(|(c, _)| mark == '%' && matches!(c, 'u' | 'U'));
    if let Some((_, end)) = unit {
        let (number, end) = number(text, level, end, 16, 4)?;
        return Some((char::from_u32(number)?, end));
    }
    let byte = |at: usize| {
        let (number, end) = number(text, level, at, 16, 2)?;
        Some((u8::try_from(number).ok()?, end))
    };
    let (first, end) = byte(at)?;
    let length = match first {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return Some((char::from(first), end)),
    };
    let (mut bytes, mut here) = (vec![first], end);
    while bytes.len() < length {
        let next = read(text, level, here).filter(|(c, _)| *c == mark);
        let Some((next, end)) = next.and_then(|(_, end)| byte(end)) else {
            break;
        };
        bytes.push(next);
        here = end;
    }
    let whole = std::str::from_utf8(&bytes).ok();
    let c = whole.and_then(|text| text.chars().next());
    Some(c.map_or((char::from(first), end), |c| (c, here)))
}

/// As in a string of JSON (RFC 8259, section 7) or of a programming language.
fn backslash(text: &[u8], level: usize, at: usize) -> Option<(char, usize)> {
    let (letter, end) = read(text, level, at)?;
    let control = match letter {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'x' => {
            let (number, end) = number(text, level, end, 16, 2)?;
            return Some((char::from_u32(number)?, end));
        }
        'U' => {
            let (number, end) = number(text, level, end, 16, 8)?;
            return Some((char::from_u32(number)?, end));
        }
        'u' => {
            if let Some((_, end)) = read(text, level, end).filter(|(c, _)| *c == '{') {
                let (number, end) = number(text, level, end, 16, 0)?;
                let (_, end) = read(text, level, end).filter(|(c, _)| *c == '}')?;
                return Some((char::from_u32(number)?, end));
            }
            let (unit, end) = number(text, level, end, 16, 4)?;
            if !(0xD800..0xDC00).contains(&unit) {
                return Some((char::from_u32(unit)?, end));
            }
            let (_, next) = read(text, level, end).filter(|(c, _)| *c == '\\')?;
            let (_, next) = read(text, level, next).filter(|(c, _)| *c == 'u')?;
            let (low, end) = number(text, level, next, 16, 4)?;
            let low = low.checked_sub(0xDC00).filter(|low| *low < 0x400)?;
            return Some((
                char::from_u32(0x10000 + ((unit - 0xD800) << 10) + low)?,
                end,
            ));
        }
        '0'..='3' => {
            let (number, end) = number(text, level, at, 8, 3)?;
            return Some((char::from_u32(number)?, end));
        }
        '"' | '\'' | '\\' | '/' => letter,
        _ => return None,
    };
    Some((control, end))
}

/// RFC 6901, section 3.
fn pointer(text: &[u8], level: usize, at: usize) -> Option<(char, usize)> {
    let (digit, end) = read(text, level, at)?;
    match digit {
        '0' => Some(('~', end)),
        '1' => Some(('/', end)),
        _ => None,
    }
}

/// As in HTML and XML: numbers, and the names that HTML knows.
fn entity(text: &[u8], level: usize, at: usize) -> Option<(char, usize)> {
    let (first, end) = read(text, level, at)?;
    if first == '#' {
        let hex = read(text, level, end).filter(|(c, _)| matches!(c, 'x' | 'X'));
        let (number, end) = match hex {
            Some((_, end)) => number(text, level, end, 16, 0),
            None => number(text, level, end, 10, 0),
        }?;
        let end = read(text, level, end)
            .filter(|(c, _)| *c == ';')
            .map_or(end, |(_, end)| end);
        return Some((char::from_u32(number)?, end));
    }
    let (mut name, mut here) = (String::from("&"), at);
    while name.len() <= LONGEST_NAME {
        let (c, end) = read(text, level, here)?;
        here = end;
        name.push(c);
        if c == ';' {
            break;
        }
        if !c.is_ascii_alphanumeric() {
            return None;
        }
    }
    // Capitals differ in the names of letters only, and others are written in any case.
    let known = [name.clone(), name.to_lowercase()];
    let known = known
        .iter()
        .map(|name| html_escape::decode_html_entities(name));
    let mut known = known.filter_map(|said| {
        let mut chars = said.chars();
        chars.next().filter(|_| chars.next().is_none())
    });
    Some((known.next()?, here))
}

/// A number of so many digits; of one to eight where it is 0.
fn number(text: &[u8], level: usize, at: usize, radix: u32, digits: usize) -> Option<(u32, usize)> {
    let (mut value, mut here, mut count) = (0_u32, at, 0);
    let most = if digits == 0 { 8 } else { digits };
    while count < most {
        let digit = read(text, level, here).and_then(|(c, end)| Some((c.to_digit(radix)?, end)));
        let Some((digit, end)) = digit else { break };
        value = value.checked_mul(radix)?.checked_add(digit)?;
        (here, count) = (end, count + 1);
    }
    (count > 0 && (digits == 0 || count == digits)).then_some((value, here))
}
