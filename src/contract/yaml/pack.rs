//! The bytes of a tree, for what is built into the program: used when the program is built, and by tests.

use serde_json::Number;

use super::node::{Mark, Node, NodeValue};
use super::packed::{FALSE, FLOAT, MAPPING, NEGATIVE, NULL, POSITIVE, SEQUENCE, STRING, TRUE};

/// The bytes of a tree.
pub fn pack(node: &Node) -> Vec<u8> {
    let mut bytes = Vec::new();
    put_node(node, &mut bytes);
    bytes
}

fn put_node(node: &Node, bytes: &mut Vec<u8>) {
    put_mark(node.mark, bytes);
    match &node.value {
        NodeValue::Null => bytes.push(NULL),
        NodeValue::Bool(false) => bytes.push(FALSE),
        NodeValue::Bool(true) => bytes.push(TRUE),
        NodeValue::Number(number) => put_number(number, bytes),
        NodeValue::String(text) => {
            bytes.push(STRING);
            put_text(text, bytes);
        }
        NodeValue::Sequence(items) => {
            bytes.push(SEQUENCE);
            put(items.len() as u64, bytes);
            items.iter().for_each(|item| put_node(item, bytes));
        }
        NodeValue::Mapping(map) => {
            bytes.push(MAPPING);
            put(map.len() as u64, bytes);
            for (key, entry) in map.iter() {
                put_text(key, bytes);
                put_mark(entry.key, bytes);
                put_node(&entry.node, bytes);
            }
        }
    }
}

fn put_number(number: &Number, bytes: &mut Vec<u8>) {
    if let Some(whole) = number.as_u64() {
        bytes.push(POSITIVE);
        put(whole, bytes);
    } else if let Some(whole) = number.as_i64() {
        bytes.push(NEGATIVE);
        put(whole.unsigned_abs(), bytes);
    } else {
        bytes.push(FLOAT);
        let float = number.as_f64().unwrap_or_default();
        bytes.extend(float.to_le_bytes());
    }
}

fn put_mark(mark: Mark, bytes: &mut Vec<u8>) {
    put(mark.line, bytes);
    put(mark.column, bytes);
    put(mark.file.into(), bytes);
}

fn put_text(text: &str, bytes: &mut Vec<u8>) {
    put(text.len() as u64, bytes);
    bytes.extend(text.as_bytes());
}

/// Seven bits a byte, the lowest first (LEB128).
fn put(mut number: u64, bytes: &mut Vec<u8>) {
    while number > 0x7f {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}
