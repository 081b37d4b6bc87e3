//! JSON text to a value in one pass, noticing keys that come twice. UTF-8, depth and syntax are serde_json's.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::map::Entry;
use serde_json::{Map, Number, Value};

use super::odd;
use crate::battery::Reading;
use crate::exchange::MAX_BODY;

/// A parsed body.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The value; of a key that comes twice, the last.
    pub value: Value,
    /// The first key that an object has twice.
    pub twice: Option<String>,
}

/// Why a body was not parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotRead {
    /// It is not JSON: why, in words for a finding.
    NotJson(String),
    /// It is nested so deep, which is deeper than is read.
    TooDeep(usize),
    /// Its values take more memory than one answer gets.
    TooLarge,
    /// The run was over before it was read.
    Over,
}

/// The memory that the values of a body may take, in bytes: so much, and so many times its own size; with the body itself
/// and all else that a run has, that is at most 64 MiB and eight times its size. Ordinary JSON takes five to nine times its
/// size. Who allows larger bodies allows more in the same proportion.
const MEMORY: usize = 30 * 1024 * 1024;
const TIMES: usize = 7;
/// What one value takes in an array, and with its name in an object; and what a text, array or object takes besides.
const IN_ARRAY: usize = size_of::<Value>();
const IN_OBJECT: usize = 170;
const IN_SMALL_OBJECT: usize = 3 * IN_OBJECT;
const ON_THE_HEAP: usize = 16;
/// How the parser is told to stop.
const NO_MORE: &str = "more memory than one answer gets";
const OVER: &str = "the run is over";

/// Parses a body within bounds, of which the depth counts where it is more than the 127 levels that are always read. All
/// that RFC 8259 calls JSON is: what the parser would refuse or round though it is (numbers that no double holds, lone
/// surrogates, deep nesting) is put in its words first.
///
/// # Errors
/// It is no JSON, nested deeper, takes more memory, or `over` was set meanwhile.
pub fn parse(body: &[u8], within: Reading, over: &AtomicBool) -> Result<Parsed, NotRead> {
    let text = std::str::from_utf8(body).map_err(|error| {
        if body.starts_with(&[0x1f, 0x8b]) {
            let gzip = "the body is gzip, but no Content-Encoding says so";
            return NotRead::NotJson(gzip.to_owned());
        }
        NotRead::NotJson(format!("byte {} is not UTF-8", error.valid_up_to()))
    })?;
    let not_json = |error: serde_json::Error| match error.to_string() {
        said if said.starts_with(NO_MORE) => NotRead::TooLarge,
        said if said.starts_with(OVER) => NotRead::Over,
        _ => NotRead::NotJson(explain(text, &error)),
    };
    let larger = usize::try_from(within.largest / MAX_BODY).unwrap_or(usize::MAX);
    let memory = (MEMORY + TIMES * body.len()).saturating_mul(larger.max(1));
    match read(&mut serde_json::Deserializer::from_str(text), memory, over) {
        Err(error) if is_narrow(&error) => {}
        Ok((_, true)) if odd::may_be_finer(text) => {}
        result => return result.map(|(parsed, _)| parsed).map_err(not_json),
    }
    let reworded = odd::reword(text);
    if reworded.is_cut_off {
        return Err(NotRead::NotJson(CUT_OFF.to_owned()));
    }
    if reworded.depth > within.depth {
        return Err(NotRead::TooDeep(reworded.depth));
    }
    let memory = memory.saturating_sub(reworded.text.capacity());
    let mut deserializer = serde_json::Deserializer::from_str(&reworded.text);
    deserializer.disable_recursion_limit();
    let read = read(&mut deserializer, memory, over);
    read.map(|(parsed, _)| parsed).map_err(not_json)
}

const CUT_OFF: &str = "the JSON is cut off";

/// Whether it is the parser that is too narrow, and not the text that is wrong.
fn is_narrow(error: &serde_json::Error) -> bool {
    let text = error.to_string();
    let narrow = [
        "number out of range",
        "lone leading surrogate",
        "unexpected end of hex escape",
        "recursion limit exceeded",
    ];
    narrow.iter().any(|part| text.starts_with(part))
}

/// What is read, and whether it has numbers that were rounded, perhaps.
fn read<'de>(
    deserializer: &mut serde_json::Deserializer<serde_json::de::StrRead<'de>>,
    memory: usize,
    over: &AtomicBool,
) -> Result<(Parsed, bool), serde_json::Error> {
    let (twice, has_fraction) = (RefCell::new(None), Cell::new(false));
    let seed = Seed {
        twice: &twice,
        has_fraction: &has_fraction,
        left: &Cell::new(memory),
        over,
    };
    let value = seed.deserialize(&mut *deserializer)?;
    deserializer.end()?;
    let twice = twice.into_inner();
    Ok((Parsed { value, twice }, has_fraction.get()))
}

fn explain(text: &str, error: &serde_json::Error) -> String {
    let start = text.trim_start();
    if start.is_empty() {
        return "the body is empty".to_owned();
    }
    if start.starts_with('<') {
        return "the body is HTML or XML".to_owned();
    }
    if error.is_eof() {
        return CUT_OFF.to_owned();
    }
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let what = text.split(" at line ").next().unwrap_or_default();
    let what = what.replace("expected value", "expected a value");
    format!("{what} at line {line}, column {column}")
}

#[derive(Clone, Copy)]
struct Seed<'t> {
    twice: &'t RefCell<Option<String>>,
    /// Whether some number is no integer of 64 bits.
    has_fraction: &'t Cell<bool>,
    /// How much more memory may be taken.
    left: &'t Cell<usize>,
    over: &'t AtomicBool,
}

impl Seed<'_> {
    fn take<E: Error>(&self, bytes: usize) -> Result<(), E> {
        let left = self.left.get().checked_sub(bytes);
        let left = left.ok_or_else(|| E::custom(NO_MORE))?;
        self.left.set(left);
        if self.over.load(Ordering::Relaxed) {
            return Err(E::custom(OVER));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(Value::Number(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Value, E> {
        self.has_fraction.set(true);
        Number::from_f64(number)
            .map(Value::Number)
            .ok_or_else(|| E::custom("a number is not finite"))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.take(text.len().max(ON_THE_HEAP) + ON_THE_HEAP)?;
        Ok(Value::String(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(self)? {
            self.take(IN_ARRAY)?;
            items.push(item);
        }
        if items.capacity() >= 2 * items.len() {
            items.shrink_to_fit();
        }
        self.take(ON_THE_HEAP)?;
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let value = access.next_value_seed(self)?;
            // A map makes room for three members at once.
            let room = match map.len() {
                0 => IN_SMALL_OBJECT,
                1 | 2 => 0,
                _ => IN_OBJECT,
            };
            self.take(room + key.len() + ON_THE_HEAP)?;
            match map.entry(key) {
                Entry::Vacant(free) => {
                    free.insert(value);
                }
                Entry::Occupied(mut known) => {
                    let mut twice = self.twice.borrow_mut();
                    twice.get_or_insert_with(|| known.key().clone());
                    known.insert(value);
                }
            }
        }
        Ok(Value::Object(map))
    }
}
