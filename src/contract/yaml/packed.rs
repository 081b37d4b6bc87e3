//! A tree as bytes: what is built into the program is parsed when the program is built, and read from these in a tenth of
//! the time that its text takes.

use indexmap::IndexMap;
use serde_json::Number;

use super::node::{Entry, Mapping, Mark, Node, NodeValue};

/// What kind of value follows.
pub(super) const NULL: u8 = 0;
pub(super) const FALSE: u8 = 1;
pub(super) const TRUE: u8 = 2;
pub(super) const POSITIVE: u8 = 3;
pub(super) const NEGATIVE: u8 = 4;
pub(super) const FLOAT: u8 = 5;
pub(super) const STRING: u8 = 6;
pub(super) const SEQUENCE: u8 = 7;
pub(super) const MAPPING: u8 = 8;

/// The tree of these bytes; `None` where they are no tree's.
pub fn unpack(bytes: &[u8]) -> Option<Node> {
    let mut reader = Reader { rest: bytes };
    let node = reader.node()?;
    reader.rest.is_empty().then_some(node)
}

struct Reader<'b> {
    rest: &'b [u8],
}

impl Reader<'_> {
    fn node(&mut self) -> Option<Node> {
        let mark = self.mark()?;
        let value = match self.byte()? {
            NULL => NodeValue::Null,
            FALSE => NodeValue::Bool(false),
            TRUE => NodeValue::Bool(true),
            POSITIVE => NodeValue::Number(self.number()?.into()),
            NEGATIVE => NodeValue::Number(0_i64.checked_sub_unsigned(self.number()?)?.into()),
            FLOAT => {
                let (float, rest) = self.rest.split_first_chunk()?;
                self.rest = rest;
                NodeValue::Number(Number::from_f64(f64::from_le_bytes(*float))?)
            }
            STRING => NodeValue::String(self.text()?),
            SEQUENCE => {
                let items = 0..self.number()?;
                let items = items.map(|_| self.node());
                NodeValue::Sequence(items.collect::<Option<_>>()?)
            }
            MAPPING => NodeValue::Mapping(Box::new(self.mapping()?)),
            _ => return None,
        };
        Some(Node { value, mark })
    }

    fn mapping(&mut self) -> Option<Mapping> {
        let length = self.number()?;
        // No length that the bytes could not hold.
        let room = usize::try_from(length).ok()?.min(self.rest.len());
        let mut map =
            IndexMap::with_capacity_and_hasher(room, foldhash::fast::RandomState::default());
        for _ in 0..length {
            let name = self.text()?;
            let key = self.mark()?;
            let node = self.node()?;
            map.insert(name, Entry { key, node });
        }
        Some(map)
    }

    fn mark(&mut self) -> Option<Mark> {
        Some(Mark {
            line: self.number()?,
            column: self.number()?,
            file: self.number()?.try_into().ok()?,
        })
    }

    fn text(&mut self) -> Option<String> {
        let length = self.number()?.try_into().ok()?;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        std::str::from_utf8(text).ok().map(str::to_owned)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..u64::BITS).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }
}

#[cfg(test)]
mod tests {
    use super::super::pack::pack;
    use super::super::parse;
    use super::*;

    #[test]
    fn what_is_read_is_what_was_put_with_each_place() {
        let numbers = "[0, 7, 128, 18446744073709551615, -1, -9223372036854775808, 0.1, -2.5e300]";
        let text =
            format!("a: [null, true, false]\nn: {numbers}\nä: {{b: ß}}\nd:\n- {{}}\n- []\n- ''\n");
        let tree = parse(&text).unwrap();
        assert_eq!(unpack(&pack(&tree)), Some(tree));
    }

    #[test]
    fn bytes_of_no_tree_are_none() {
        let tree = parse("a: [1, text, {b: 2.5}]").unwrap();
        let bytes = pack(&tree);
        for end in 0..bytes.len() {
            assert_eq!(unpack(&bytes[..end]), None, "{end}");
        }
        assert_eq!(unpack(&[&bytes[..], &[0]].concat()), None);
    }
}
