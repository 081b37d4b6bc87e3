//! The tree of a JSON document (RFC 8259). Its own reader, for places and for speed: nothing in the field gives both.

use indexmap::map::Entry as Slot;

use super::events::twice;
use super::node::{DEEPEST, Entry, Mapping, Mark, Node, NodeValue, Room, YamlError};
use super::scalar;

/// Reads a text that is one JSON value.
pub fn read(text: &str, file: u32) -> Result<Node, YamlError> {
    let mut reader = Reader {
        text,
        bytes: text.as_bytes(),
        at: 0,
        line: 1,
        line_start: 0,
        continuing: 0,
        file,
        room: Room::default(),
    };
    let node = reader.value(0)?;
    reader.space();
    match reader.peek() {
        None => Ok(node),
        Some(_) => Err(reader.wrong("the end of the document is expected here")),
    }
}

struct Reader<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    line: u64,
    line_start: usize,
    /// How many bytes of this line continue a character, and so are no column.
    continuing: usize,
    file: u32,
    room: Room,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn mark(&self) -> Mark {
        Mark {
            line: self.line,
            column: (self.at - self.line_start - self.continuing) as u64 + 1,
            file: self.file,
        }
    }

    fn wrong(&self, what: &str) -> YamlError {
        let end = match self.peek() {
            Some(_) => "",
            None => ", and the text ends: is the file whole?",
        };
        YamlError::new(self.mark(), format!("not valid JSON: {what}{end}"))
    }

    fn space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' => {}
                b'\n' => {
                    self.line += 1;
                    self.line_start = self.at + 1;
                    self.continuing = 0;
                }
                _ => return,
            }
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Node, YamlError> {
        self.space();
        let mark = self.mark();
        if depth > DEEPEST {
            let message = format!("nested deeper than {DEEPEST} levels, the most that is read");
            return Err(YamlError::last(mark, message));
        }
        self.room.take(mark)?;
        let value = match self.peek() {
            Some(b'{') => NodeValue::Mapping(Box::new(self.object(depth)?)),
            Some(b'[') => NodeValue::Sequence(self.array(depth)?),
            Some(b'"') => NodeValue::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(b't') => self.word("true", NodeValue::Bool(true))?,
            Some(b'f') => self.word("false", NodeValue::Bool(false))?,
            Some(b'n') => self.word("null", NodeValue::Null)?,
            _ => return Err(self.wrong("a value is expected here")),
        };
        Ok(Node { value, mark })
    }

    fn word(&mut self, word: &str, value: NodeValue) -> Result<NodeValue, YamlError> {
        if !self.text[self.at..].starts_with(word) {
            return Err(self.wrong("a value is expected here"));
        }
        self.at += word.len();
        Ok(value)
    }

    fn number(&mut self) -> Result<NodeValue, YamlError> {
        let rest = &self.text[self.at..];
        let of_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
        let text = &rest[..rest.find(|c| !of_number(c)).unwrap_or(rest.len())];
        let value = match scalar::number(text) {
            Some(number) => NodeValue::Number(number),
            // A number that nothing here can hold.
            None if text.parse::<f64>().is_ok_and(f64::is_infinite) => {
                NodeValue::String(text.to_owned())
            }
            None => return Err(self.wrong(&format!("`{text}` is not a number"))),
        };
        self.at += text.len();
        Ok(value)
    }

    fn object(&mut self, depth: usize) -> Result<Mapping, YamlError> {
        let mut map = Mapping::default();
        self.at += 1;
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(map);
        }
        loop {
            self.space();
            let key = self.mark();
            if self.peek() != Some(b'"') {
                return Err(self.wrong("a key in double quotes is expected here"));
            }
            let name = self.string()?;
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.wrong("`:` is expected here"));
            }
            self.at += 1;
            let node = self.value(depth + 1)?;
            match map.entry(name) {
                Slot::Occupied(first) => return Err(twice(first.key(), first.get(), key)),
                Slot::Vacant(place) => drop(place.insert(Entry { key, node })),
            }
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    map.shrink_to_fit();
                    return Ok(map);
                }
                _ => return Err(self.wrong("`,` or `}` is expected here")),
            }
        }
    }

    fn array(&mut self, depth: usize) -> Result<Vec<Node>, YamlError> {
        let mut items = Vec::new();
        self.at += 1;
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(items);
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    items.shrink_to_fit();
                    return Ok(items);
                }
                _ => return Err(self.wrong("`,` or `]` is expected here")),
            }
        }
    }

    fn string(&mut self) -> Result<String, YamlError> {
        self.at += 1;
        let mut out = String::new();
        let mut from = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    out.push_str(&self.text[from..self.at]);
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    out.push_str(&self.text[from..self.at]);
                    out.push(self.escape()?);
                    from = self.at;
                }
                Some(byte) if byte < 0x20 => {
                    let code = format!(
                        "the control character U+{byte:04X} may not stand in a string; write it as an escape"
                    );
                    return Err(self.wrong(&code));
                }
                Some(byte) => {
                    self.continuing += usize::from(byte & 0xC0 == 0x80);
                    self.at += 1;
                }
                None => return Err(self.wrong("the string does not end")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, YamlError> {
        let c = match self.bytes.get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.code_point(),
            _ => return Err(self.wrong("this is not an escape of JSON")),
        };
        self.at += 2;
        Ok(c)
    }

    /// `\uXXXX`, two of them for a character beyond the first plane; a lone half is no character.
    fn code_point(&mut self) -> Result<char, YamlError> {
        let unit = |at: usize| {
            let digits = self.text.get(at..at + 6)?.strip_prefix("\\u")?;
            u16::from_str_radix(digits, 16).ok()
        };
        let Some(first) = unit(self.at) else {
            return Err(self.wrong("`\\u` needs four hexadecimal digits"));
        };
        let pair = unit(self.at + 6).filter(|_| (0xD800..0xDC00).contains(&first));
        let second = pair.filter(|second| (0xDC00..0xE000).contains(second));
        self.at += if second.is_some() { 12 } else { 6 };
        let units = [Some(first), second].into_iter().flatten();
        let decoded = char::decode_utf16(units).next();
        Ok(decoded
            .and_then(Result::ok)
            .unwrap_or(char::REPLACEMENT_CHARACTER))
    }
}
