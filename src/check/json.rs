//! JSON text to a value in one pass, noticing keys that come twice. UTF-8, depth and syntax are serde_json's.

use std::cell::RefCell;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// A parsed body.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The value; of a key that comes twice, the last.
    pub value: Value,
    /// The first key that an object has twice.
    pub twice: Option<String>,
}

/// Parses a body.
///
/// # Errors
/// Why it is not JSON, in words for a finding.
pub fn parse(body: &[u8]) -> Result<Parsed, String> {
    let text = std::str::from_utf8(body).map_err(|error| {
        if body.starts_with(&[0x1f, 0x8b]) {
            return "the body is gzip, but no Content-Encoding says so".to_owned();
        }
        format!("byte {} is not UTF-8", error.valid_up_to())
    })?;
    let twice = RefCell::new(None);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Seed { twice: &twice }
        .deserialize(&mut deserializer)
        .and_then(|value| deserializer.end().map(|()| value));
    let value = value.map_err(|error| explain(text, &error))?;
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
        return "the JSON is cut off".to_owned();
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

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(self)? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let value = access.next_value_seed(self)?;
            if self.twice.borrow().is_none() && map.contains_key(&key) {
                *self.twice.borrow_mut() = Some(key.clone());
            }
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        let deep = "[".repeat(200_000);
        assert!(parse(deep.as_bytes()).unwrap_err().contains("recursion"));
    }
}
