//! The forms in which a text may write a character: as it is, percent-encoded, or as in JSON.
//! A needle is followed through a text whatever form each of its characters has.

/// How far a needle reaches from one place of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    Nowhere,
    /// The text ended after so many of its characters.
    Cut(usize),
    /// All of it, up to here.
    Whole(usize),
}

/// Follows a needle through the text, whichever form each character is written in.
pub(super) fn reach(text: &[u8], start: usize, needle: &[char]) -> Reach {
    let mut at = start;
    for (matched, &wanted) in needle.iter().enumerate() {
        let plain = plain(text, at, wanted);
        let escaped = escaped(text, at, wanted);
        match (plain, escaped) {
            (Form::Len(length), Form::Not) | (Form::Not, Form::Len(length)) => at += length,
            (Form::Len(one), Form::Len(other)) => {
                // A percent sign or a backslash, which may stand for itself.
                let onward = |length| match reach(text, at + length, &needle[matched + 1..]) {
                    Reach::Cut(more) => Reach::Cut(matched + 1 + more),
                    found => found,
                };
                return onward(one).max(onward(other));
            }
            (Form::Cut, _) | (_, Form::Cut) => return Reach::Cut(matched),
            (Form::Not, Form::Not) => return Reach::Nowhere,
        }
    }
    Reach::Whole(at)
}

/// The first byte of the character that a text begins with, if it is one that is escaped.
pub(super) fn first_byte(text: &[u8]) -> Option<u8> {
    match text {
        [b'+', ..] => Some(b' '),
        [b'%', high, low, ..] => u8::try_from(hex(&[*high, *low])?).ok(),
        [b'\\', b'u', digits @ ..] => {
            let unit = hex(digits.get(..4)?)?;
            let mut buffer = [0; 4];
            let first = match unit {
                // The first half of a pair holds the bits that the first of four bytes has.
                0xD800..=0xDBFF => 0xF0 + u8::try_from((unit - 0xD800 + 0x40) >> 8).ok()?,
                _ => char::from_u32(unit.into())?
                    .encode_utf8(&mut buffer)
                    .as_bytes()[0],
            };
            Some(first)
        }
        [b'\\', letter, ..] => u8::try_from(unescaped(*letter)?).ok(),
        _ => None,
    }
}

/// Whether a character stands at a place of a text, in one form.
enum Form {
    Not,
    /// The text ends inside of it.
    Cut,
    /// It does, and is so many bytes long.
    Len(usize),
}

fn plain(text: &[u8], at: usize, wanted: char) -> Form {
    let mut buffer = [0; 4];
    let bytes = wanted.encode_utf8(&mut buffer).as_bytes();
    match &text[at..] {
        [] => Form::Cut,
        [b'+', ..] if wanted == ' ' => Form::Len(1),
        rest if rest.starts_with(bytes) => Form::Len(bytes.len()),
        _ => Form::Not,
    }
}

/// Percent-encoded (RFC 3986, section 2.1) or escaped as in a JSON string (RFC 8259, section 7).
fn escaped(text: &[u8], at: usize, wanted: char) -> Form {
    let rest = &text[at..];
    match rest {
        [b'%', ..] => {
            let mut buffer = [0; 4];
            let bytes = wanted.encode_utf8(&mut buffer).bytes();
            hex_groups(rest, b"%", 2, bytes.map(u16::from))
        }
        [b'\\', b'u', ..] => {
            let mut buffer = [0; 2];
            hex_groups(
                rest,
                b"\\u",
                4,
                wanted.encode_utf16(&mut buffer).iter().copied(),
            )
        }
        [b'\\'] => Form::Cut,
        [b'\\', letter, ..] if unescaped(*letter) == Some(wanted) => Form::Len(2),
        _ => Form::Not,
    }
}

/// What a letter behind a backslash stands for.
fn unescaped(letter: u8) -> Option<char> {
    match letter {
        b'b' => Some('\u{8}'),
        b'f' => Some('\u{c}'),
        b'n' => Some('\n'),
        b'r' => Some('\r'),
        b't' => Some('\t'),
        b'"' | b'\\' | b'/' => Some(letter.into()),
        _ => None,
    }
}

fn hex(digits: &[u8]) -> Option<u16> {
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// Whether the text begins with each of these numbers, behind a mark, in hexadecimal digits.
fn hex_groups(text: &[u8], mark: &[u8], digits: usize, numbers: impl Iterator<Item = u16>) -> Form {
    let mut at = 0;
    for number in numbers {
        let rest = &text[at..];
        if rest.len() < mark.len() + digits {
            return Form::Cut;
        }
        if !rest.starts_with(mark) || hex(&rest[mark.len()..][..digits]) != Some(number) {
            return Form::Not;
        }
        at += mark.len() + digits;
    }
    Form::Len(at)
}
