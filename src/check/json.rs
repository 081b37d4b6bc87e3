//! JSON text to a value in one pass, noticing keys that come twice. UTF-8, depth and syntax are serde_json's.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
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
    /// It is nested deeper than is read.
    TooDeep,
    /// Its values take more memory than one answer gets.
    TooLarge,
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

/// Parses a body within bounds, of which the depth counts where it is more than the 127 levels that are always read. All
/// that RFC 8259 calls JSON is: what the parser would refuse though it is (numbers that no double holds, lone surrogates,
/// deep nesting) is put in its words first.
///
/// # Errors
/// It is no JSON, nested deeper, or takes more memory.
pub fn parse(body: &[u8], within: Reading) -> Result<Parsed, NotRead> {
    let text = std::str::from_utf8(body).map_err(|error| {
        if body.starts_with(&[0x1f, 0x8b]) {
            let gzip = "the body is gzip, but no Content-Encoding says so";
            return NotRead::NotJson(gzip.to_owned());
        }
        NotRead::NotJson(format!("byte {} is not UTF-8", error.valid_up_to()))
    })?;
    let not_json = |error: serde_json::Error| match error.to_string().starts_with(NO_MORE) {
        true => NotRead::TooLarge,
        false => NotRead::NotJson(explain(text, &error)),
    };
    let larger = usize::try_from(within.largest / MAX_BODY).unwrap_or(usize::MAX);
    let memory = (MEMORY + TIMES * body.len()).saturating_mul(larger.max(1));
    match read(&mut serde_json::Deserializer::from_str(text), memory) {
        Err(error) if is_narrow(&error) => {}
        result => return result.map_err(not_json),
    }
    let reworded = odd::reword(text);
    if reworded.is_cut_off {
        return Err(NotRead::NotJson(CUT_OFF.to_owned()));
    }
    if reworded.depth > within.depth {
        return Err(NotRead::TooDeep);
    }
    // The other words can be longer by far than the number that they stand for.
    let longer = reworded.text.capacity().saturating_sub(text.len());
    let memory = memory.saturating_sub(longer);
    let mut deserializer = serde_json::Deserializer::from_str(&reworded.text);
    deserializer.disable_recursion_limit();
    read(&mut deserializer, memory).map_err(not_json)
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

fn read<'de>(
    deserializer: &mut serde_json::Deserializer<serde_json::de::StrRead<'de>>,
    memory: usize,
) -> Result<Parsed, serde_json::Error> {
    let twice = RefCell::new(None);
    let seed = Seed {
        twice: &twice,
        left: &Cell::new(memory),
    };
    let value = seed.deserialize(&mut *deserializer)?;
    deserializer.end()?;
    Ok(Parsed {
        value,
        twice: twice.into_inner(),
    })
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
    /// How much more memory may be taken.
    left: &'t Cell<usize>,
}

impl Seed<'_> {
    fn take<E: Error>(&self, bytes: usize) -> Result<(), E> {
        let left = self.left.get().checked_sub(bytes);
        let left = left.ok_or_else(|| E::custom(NO_MORE))?;
        self.left.set(left);
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
            if self.twice.borrow().is_none() && map.contains_key(&key) {
                *self.twice.borrow_mut() = Some(key.clone());
            }
            // A map makes room for three members at once.
            let room = match map.len() {
                0 => IN_SMALL_OBJECT,
                1 | 2 => 0,
                _ => IN_OBJECT,
            };
            self.take(room + key.len() + ON_THE_HEAP)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &[u8]) -> Result<Parsed, String> {
        super::parse(body, Reading::default()).map_err(|error| match error {
            NotRead::NotJson(why) => why,
            NotRead::TooDeep => "too deep".to_owned(),
            NotRead::TooLarge => "too large".to_owned(),
        })
    }

    #[test]
    fn a_key_that_comes_twice_is_noticed_at_any_depth() {
        assert_eq!(
            parse(br#"{"a": {"b": 1, "c": 2}, "b": 3}"#).unwrap().twice,
            None
        );
        assert_eq!(
            parse(br#"[{"a": [{"b": 1, "b": 1}]}]"#)
                .unwrap()
                .twice
                .as_deref(),
            Some("b")
        );
        assert_eq!(
            parse(r#"{"é": 1, "\u00e9": 2}"#.as_bytes())
                .unwrap()
                .twice
                .as_deref(),
            Some("é")
        );
    }

    #[test]
    fn what_is_no_json_is_said_in_words() {
        for (body, words) in [
            (&b""[..], "empty"),
            (b"<html>", "HTML"),
            (b"{\"a\": ", "cut off"),
            (b"{} x", "trailing"),
            (b"\xff\xfe", "UTF-8"),
            (b"\x1f\x8b\x08\xff", "gzip"),
            (b"{'a': 1}", "line 1"),
        ] {
            let error = parse(body).unwrap_err();
            assert!(error.contains(words), "{error}");
        }
        for cut in ["[".repeat(200_000), format!("[1e400, {}", "[".repeat(99))] {
            assert!(parse(cut.as_bytes()).unwrap_err().contains("cut off"));
        }
    }

    #[test]
    fn what_rfc_8259_calls_json_is() {
        let long = format!("-{}", "9".repeat(400));
        let deep = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        let escape = "\\";
        for text in [
            "1e400",
            "-1E+400",
            "[1e-400, 0e999999999999999999999]",
            &long,
            &format!("{long}.5e3"),
            &deep,
            r#""\ud800""#,
            r#"{"\udc00\ud800x": "\uD83D\uDE00\ud83d\n"}"#,
            &format!(r#"{{"{escape}{escape}": "{escape}{escape}ud800 {escape}"", "b": 1e400}}"#),
        ] {
            assert!(
                parse(text.as_bytes()).is_ok(),
                "{text}: {:?}",
                parse(text.as_bytes())
            );
        }
    }

    #[test]
    fn odd_values_are_told_apart_and_keep_their_kind() {
        let body = br#"[1e400, 10e399, 1e401, -1e400, "\ud800", "\ud801", "\ud83d\ude00", 1]"#;
        let Value::Array(items) = parse(body).unwrap().value else {
            panic!("an array")
        };
        assert_eq!(items[0], items[1]);
        let number = |at: usize| items[at].as_f64().unwrap();
        assert!(number(0) > 1e307 && number(2) > 1e307 && number(3) < -1e307);
        assert!(number(0) != number(2) && number(0).fract() == 0.0);
        assert_ne!(items[4], items[5]);
        assert_eq!(items[4].as_str().unwrap().chars().count(), 1);
        assert_eq!(
            (&items[6], &items[7]),
            (&Value::from("\u{1F600}"), &Value::from(1))
        );
        let twice = parse(br#"{"\ud800": 1, "\ud801": 2, "a": 1e400}"#).unwrap();
        assert_eq!(twice.twice, None);
    }

    #[test]
    fn what_is_no_json_stays_none_beside_what_is_odd() {
        for text in [
            "[1e400, 01]",
            "[1e400, 1.]",
            "[1e400e1]",
            "[01e400]",
            "[1e400 1]",
            r#"["\ud800", "\x"]"#,
            r#"["\ud800", "\ud8"]"#,
            "[1e400]]",
            "[1e400, \"a\nb\"]",
        ] {
            assert!(parse(text.as_bytes()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_depth_of_ours_is_no_fault() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        for (depth, most, is_read) in [
            (256, 256, true),
            (512, 512, true),
            (257, 256, false),
            (100_000, 256, false),
        ] {
            let within = Reading {
                depth: most,
                ..Reading::default()
            };
            let parsed = super::parse(nested(depth).as_bytes(), within);
            assert_eq!(parsed.is_ok(), is_read, "{depth} {most}");
            assert!(is_read || parsed == Err(NotRead::TooDeep));
        }
    }

    #[test]
    fn values_that_take_far_more_than_their_text_are_not_kept() {
        let list = |item: &str, count: usize| format!("[{}]", vec![item; count].join(","));
        for (item, count, fits) in [
            ("{}", 400_000, true),
            ("{}", 1_000_000, false),
            ("{}", 2_000_000, false),
            ("[1]", 2_000_000, false),
            (r#"{"":0}"#, 1_000_000, false),
            (
                r#"{"id": "an ordinary id", "name": "and an ordinary name", "size": 12}"#,
                60_000,
                true,
            ),
        ] {
            let body = list(item, count);
            let mut within = Reading::default();
            let found = super::parse(body.as_bytes(), within);
            assert_eq!(found.is_ok(), fits, "{item}");
            assert!(fits || found == Err(NotRead::TooLarge), "{item}");
            within.largest *= 16;
            assert!(super::parse(body.as_bytes(), within).is_ok(), "{item}");
        }
    }
}
