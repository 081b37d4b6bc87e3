//! A pattern of ECMA-262, as the schemas of JSON Schema and OpenAPI have them, in words that mean the same to the engine
//! that matches it. The grammar is that without the `u` flag (Annex B.1.2), which is the wider one; where a text means one
//! thing there and another thing to most authors (`\A`, `{,3}`, `(?i)` in the middle), it is not translated at all, so that
//! nobody is accused over it. What comes out is a pattern of ECMA-262 again, and stays itself when it is translated twice.

use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

use super::ranges::{DIGIT, LINE_ENDS, Ranges, SPACE, WORD, complement, merged};

/// Where a word begins or ends, said without `\b`, which the engine takes for the end of a word of any script.
const BOUNDARY: &str = "(?:(?<=[0-9A-Z_a-z])(?![0-9A-Z_a-z])|(?<![0-9A-Z_a-z])(?=[0-9A-Z_a-z]))";
const NO_BOUNDARY: &str = "(?:(?<=[0-9A-Z_a-z])(?=[0-9A-Z_a-z])|(?<![0-9A-Z_a-z])(?![0-9A-Z_a-z]))";
/// With more places than this, whether the engine takes a pattern is to be seen.
const MANY: usize = 1_000;

/// A pattern in words that the engine takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Translated {
    /// The pattern.
    pub text: String,
    /// Whether it is of a kind that the engine may refuse all the same.
    pub is_doubtful: bool,
}

/// Translates a pattern.
///
/// # Errors
/// What of it cannot be checked, as a lower-case fragment.
pub fn translate(pattern: &str) -> Result<Translated, String> {
    let mut reader = Reader {
        rest: pattern.chars().peekable(),
        out: String::with_capacity(pattern.len() + 16),
        open: 0,
        size: 0,
        is_doubtful: false,
    };
    reader.pattern()?;
    Ok(Translated {
        is_doubtful: reader.is_doubtful || reader.size > MANY,
        text: reader.out,
    })
}

struct Reader<'p> {
    rest: Peekable<Chars<'p>>,
    out: String,
    /// Groups that are not closed yet.
    open: usize,
    /// A bound for the number of places that the counts unfold to, per level taken together.
    size: usize,
    is_doubtful: bool,
}

/// A member of a class.
enum Member {
    Char(char),
    /// Several, so that it is no end of a range.
    Set(Ranges),
    /// A property, as it stands.
    Property(String),
}

impl Reader<'_> {
    fn pattern(&mut self) -> Result<(), String> {
        // Whether a quantifier may follow.
        let mut is_atom = false;
        while let Some(c) = self.rest.next() {
            self.size = self.size.saturating_add(1);
            is_atom = match c {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                ')' if self.open == 0 => return Err("`)` closes no group".to_owned()),
                ')' => {
                    self.open -= 1;
                    self.out.push(')');
                    true
                }
                '*' | '+' | '?' => self.quantifier(c, is_atom)?,
                '{' => self.count(is_atom)?,
                '.' => {
                    self.ranges(&complement(LINE_ENDS), true);
                    true
                }
                '^' | '$' | '|' => {
                    self.out.push(c);
                    false
                }
                c => {
                    self.literal(c);
                    true
                }
            };
        }
        match self.open {
            0 => Ok(()),
            _ => Err("a group is not closed".to_owned()),
        }
    }

    /// After `*`, `+`, `?` or a count: lazy or not, and nothing to repeat behind it.
    fn quantifier(&mut self, sign: impl std::fmt::Display, is_atom: bool) -> Result<bool, String> {
        if !is_atom {
            return Err(format!("there is nothing that `{sign}` could repeat"));
        }
        let _ = write!(self.out, "{sign}");
        if self.rest.next_if_eq(&'?').is_some() {
            self.out.push('?');
        }
        Ok(false)
    }

    /// `{n}`, `{n,}` and `{n,m}`; any other brace is itself.
    fn count(&mut self, is_atom: bool) -> Result<bool, String> {
        let ahead: String = self.rest.clone().take_while(|c| *c != '}').collect();
        let is_closed = self.rest.clone().any(|c| c == '}');
        let (least, most) = ahead.split_once(',').unwrap_or((&ahead, &ahead));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if is_closed && is_number(least) && (most.is_empty() || is_number(most)) {
            self.rest.by_ref().take(ahead.len() + 1).for_each(drop);
            let times = [least, most].map(|text| text.parse::<usize>().unwrap_or(usize::MAX));
            if !most.is_empty() && times[0] > times[1] {
                return Err(format!("the count {{{ahead}}} is out of order"));
            }
            let most = times.into_iter().filter(|n| *n < usize::MAX).max();
            // Counts within counts multiply; which stand within which is left aside.
            self.size = self.size.saturating_mul(most.unwrap_or(usize::MAX).max(1));
            return self.quantifier(format!("{{{ahead}}}"), is_atom);
        }
        let is_meant = |c: char| c.is_ascii_digit() || c == ',' || c == ' ';
        if is_closed && !ahead.is_empty() && ahead.chars().all(is_meant) {
            return Err(format!("{{{ahead}}} is no count in ECMA-262"));
        }
        self.literal('{');
        Ok(true)
    }

    fn group(&mut self) -> Result<bool, String> {
        self.open += 1;
        self.out.push('(');
        if self.rest.next_if_eq(&'?').is_none() {
            return Ok(false);
        }
        let ahead: String = self.rest.clone().take(2).collect();
        let kind = ["<=", "<!", "=", "!", ":"];
        if let Some(kind) = kind.into_iter().find(|kind| ahead.starts_with(kind)) {
            self.is_doubtful |= kind != ":";
            self.rest.by_ref().take(kind.len()).for_each(drop);
            self.out.push('?');
            self.out.push_str(kind);
            return Ok(false);
        }
        if ahead.starts_with('<') {
            // A name matters to nobody here.
            let is_closed = self.rest.by_ref().any(|c| c == '>');
            return match is_closed {
                true => Ok(false),
                false => Err("the name of a group is not closed".to_owned()),
            };
        }
        Err(format!("`(?{ahead}` is no group in ECMA-262"))
    }

    /// An escape outside of a class; whether it is something that can be repeated.
    fn escape(&mut self) -> Result<bool, String> {
        match self.rest.peek() {
            Some(sign @ ('b' | 'B')) => {
                let boundary = if *sign == 'b' { BOUNDARY } else { NO_BOUNDARY };
                self.rest.next();
                self.is_doubtful = true;
                self.out.push_str(boundary);
                return Ok(false);
            }
            Some('1'..='9' | 'k') => {
                return Err("it refers back to a group, which is not checked".to_owned());
            }
            _ => {}
        }
        match self.member()? {
            Member::Char(c) => self.literal(c),
            Member::Set(ranges) => self.ranges(&ranges, true),
            Member::Property(text) => self.out.push_str(&text),
        }
        Ok(true)
    }

    /// What a backslash that is read already makes of what follows.
    fn member(&mut self) -> Result<Member, String> {
        let Some(c) = self.rest.next() else {
            return Err("it ends with a backslash".to_owned());
        };
        let set = |ranges: &[(char, char)]| Ok(Member::Set(ranges.to_vec()));
        Ok(Member::Char(match c {
            'd' => return set(DIGIT),
            'D' => return Ok(Member::Set(complement(DIGIT))),
            'w' => return set(WORD),
            'W' => return Ok(Member::Set(complement(WORD))),
            's' => return set(SPACE),
            'S' => return Ok(Member::Set(complement(SPACE))),
            'p' | 'P' if self.rest.peek() == Some(&'{') => return self.property(c),
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            'v' => '\u{b}',
            '0' if !self.rest.peek().is_some_and(char::is_ascii_digit) => '\0',
            'c' => {
                let letter = self.rest.next_if(char::is_ascii_alphabetic);
                let letter = letter.ok_or("`\\c` names no control character")?;
                char::from(letter as u8 % 32)
            }
            'x' => self.hex(2, "\\x")?,
            'u' if self.rest.next_if_eq(&'{').is_some() => {
                let digits: String = self.rest.by_ref().take_while(|c| *c != '}').collect();
                let code = u32::from_str_radix(&digits, 16).ok();
                let code = code.and_then(char::from_u32);
                code.ok_or_else(|| format!("`\\u{{{digits}}}` is no character"))?
            }
            'u' => self.hex(4, "\\u")?,
            c if c.is_ascii_alphanumeric() => {
                return Err(format!("`\\{c}` is no escape of ECMA-262"));
            }
            c => c,
        }))
    }

    /// So many hexadecimal digits, or two halves of a character beyond the first 65,536.
    fn hex(&mut self, count: usize, sign: &str) -> Result<char, String> {
        let mut unit = || {
            let digits: String = self.rest.clone().take(count).collect();
            let is_hex = digits.len() == count && digits.bytes().all(|b| b.is_ascii_hexdigit());
            let unit = u32::from_str_radix(&digits, 16).ok().filter(|_| is_hex);
            self.rest.by_ref().take(count).for_each(drop);
            unit.ok_or_else(|| format!("`{sign}` needs {count} hexadecimal digits"))
        };
        let first = unit()?;
        if let Some(c) = char::from_u32(first) {
            return Ok(c);
        }
        let lone = || format!("`\\u{first:04x}` is half a character");
        let next: String = self.rest.clone().take(2).collect();
        if next != "\\u" {
            return Err(lone());
        }
        self.rest.by_ref().take(2).for_each(drop);
        let digits: String = self.rest.by_ref().take(4).collect();
        let second = u16::from_str_radix(&digits, 16).map_err(|_| lone())?;
        let units = [u16::try_from(first).map_err(|_| lone())?, second];
        let mut decoded = char::decode_utf16(units);
        decoded.next().and_then(Result::ok).ok_or_else(lone)
    }

    fn property(&mut self, sign: char) -> Result<Member, String> {
        let name: String = self
            .rest
            .by_ref()
            .skip(1)
            .take_while(|c| *c != '}')
            .collect();
        self.is_doubtful = true;
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '=';
        match !name.is_empty() && name.chars().all(is_name) {
            true => Ok(Member::Property(format!("\\{sign}{{{name}}}"))),
            false => Err(format!("`\\{sign}{{{name}}}` is no property")),
        }
    }

    /// A class, of which `[` is read already.
    fn class(&mut self) -> Result<bool, String> {
        let is_negated = self.rest.next_if_eq(&'^').is_some();
        let mut ranges = Ranges::new();
        let mut properties = String::new();
        loop {
            let first = match self.class_member()? {
                None => break,
                Some(first) => first,
            };
            let mut ahead = self.rest.clone();
            let is_range = ahead.next() == Some('-') && ahead.next().is_some_and(|c| c != ']');
            let mut members = vec![first];
            if is_range {
                self.rest.next();
                members.extend(self.class_member()?);
                if let [Member::Char(from), Member::Char(to)] = members[..] {
                    if from > to {
                        return Err(format!("the range {from}-{to} is out of order"));
                    }
                    ranges.push((from, to));
                    continue;
                }
                // A set is no end of a range, so the hyphen is itself (Annex B.1.2).
                ranges.push(('-', '-'));
            }
            for member in members {
                match member {
                    Member::Char(c) => ranges.push((c, c)),
                    Member::Set(set) => ranges.extend(set),
                    Member::Property(text) => properties.push_str(&text),
                }
            }
        }
        match (properties.is_empty(), is_negated) {
            (true, true) => self.ranges(&complement(&merged(ranges)), true),
            (true, false) => self.ranges(&merged(ranges), true),
            (false, _) => {
                self.out.push_str(if is_negated { "[^" } else { "[" });
                self.out.push_str(&properties);
                self.ranges(&merged(ranges), false);
                self.out.push(']');
            }
        }
        Ok(true)
    }

    /// The next member of a class; none at its end.
    fn class_member(&mut self) -> Result<Option<Member>, String> {
        match self.rest.next() {
            None => Err("a class is not closed".to_owned()),
            Some(']') => Ok(None),
            Some('\\') if self.rest.next_if_eq(&'b').is_some() => Ok(Some(Member::Char('\u{8}'))),
            Some('\\') => self.member().map(Some),
            Some(c) => Ok(Some(Member::Char(c))),
        }
    }

    /// Writes ranges, as a class of their own or inside of one.
    fn ranges(&mut self, ranges: &[(char, char)], is_whole: bool) {
        if is_whole && ranges.is_empty() {
            // A class without members matches nothing.
            self.is_doubtful = true;
            self.out.push_str("(?!)");
            return;
        }
        if is_whole {
            self.out.push('[');
        }
        for &(from, to) in ranges {
            self.literal(from);
            if from != to {
                self.out.push('-');
                self.literal(to);
            }
        }
        if is_whole {
            self.out.push(']');
        }
    }

    fn literal(&mut self, c: char) {
        if c.is_ascii_control() {
            let _ = write!(self.out, "\\x{:02x}", u32::from(c));
        } else {
            self.out
                .extend(regex_syntax::is_meta_character(c).then_some('\\'));
            self.out.push(c);
        }
    }
}
