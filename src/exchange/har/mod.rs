//! HTTP Archives (HAR 1.2), entry by entry: of a file only one entry is in memory. Browsers, test tools and proxies differ
//! in what they leave out, so a member that is missing or of another type is one that nobody knows.

mod entry;
mod halves;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;
use std::io::{BufReader, Read};

use super::traffic::Seen;
use entry::seen;
use halves::Whole;

/// Why a file is no HTTP Archive.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HarError {
    /// It is no JSON, or ends in the middle.
    #[error("not an HTTP Archive: not valid JSON: {0}")]
    NotJson(String),
    /// It has no `log`, or one without `entries`.
    #[error("not an HTTP Archive: it has no `{0}`")]
    Without(&'static str),
    /// Another version.
    #[error("HAR {0} is not known, only 1.2; export it again as HAR 1.2")]
    Version(String),
}

/// Reads the entries one after the other.
///
/// # Errors
/// What is no HTTP Archive; entries in front of the place were given out by then.
pub fn read(from: impl Read, each: &mut dyn FnMut(Seen)) -> Result<(), HarError> {
    // The parser takes one byte after the other.
    let from = BufReader::with_capacity(1 << 16, Whole::new(from));
    let mut deserializer = serde_json::Deserializer::from_reader(from);
    let mut found = Found::default();
    let file = File {
        found: &mut found,
        each,
    };
    let read = deserializer
        .deserialize_any(file)
        .and_then(|()| deserializer.end());
    if let Some(version) = found.version.filter(|version| version.trim() != "1.2") {
        return Err(HarError::Version(version));
    }
    read.map_err(|error| HarError::NotJson(error.to_string()))?;
    match (found.log, found.entries) {
        (false, _) => Err(HarError::Without("log")),
        (true, false) => Err(HarError::Without("log.entries")),
        (true, true) => Ok(()),
    }
}

/// What was met on the way.
#[derive(Default)]
struct Found {
    log: bool,
    entries: bool,
    version: Option<String>,
}

/// The file as a whole; anything but a mapping has no `log`.
struct File<'a> {
    found: &'a mut Found,
    each: &'a mut dyn FnMut(Seen),
}

/// The value of `log`.
struct Log<'a>(File<'a>);

/// The value of `log.entries`.
struct Entries<'a>(File<'a>);

/// Answers for every kind of value that is not the one that is looked for.
macro_rules! nothing_else {
    () => {
        fn visit_bool<E>(self, _: bool) -> Result<(), E> {
            Ok(())
        }
        fn visit_i64<E>(self, _: i64) -> Result<(), E> {
            Ok(())
        }
        fn visit_u64<E>(self, _: u64) -> Result<(), E> {
            Ok(())
        }
        fn visit_f64<E>(self, _: f64) -> Result<(), E> {
            Ok(())
        }
        fn visit_str<E>(self, _: &str) -> Result<(), E> {
            Ok(())
        }
        fn visit_unit<E>(self) -> Result<(), E> {
            Ok(())
        }
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an HTTP Archive")
        }
    };
}

impl<'de> Visitor<'de> for File<'_> {
    type Value = ();
    nothing_else!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<(), A::Error> {
        while all.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "log" {
                let log = File {
                    found: &mut *self.found,
                    each: &mut *self.each,
                };
                map.next_value_seed(Log(log))?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Log<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Log<'_> {
    type Value = ();
    nothing_else!();

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<(), A::Error> {
        while all.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let File { found, each } = self.0;
        found.log = true;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "version" => {
                    let version = map.next_value::<Value>()?;
                    // What says nothing is 1.1 (HAR 1.2, "log").
                    let text = version
                        .as_str()
                        .map_or_else(|| version.to_string(), str::to_owned);
                    found.version = Some(if text.is_empty() {
                        "1.1".to_owned()
                    } else {
                        text
                    });
                }
                "entries" => {
                    let entries = File {
                        found: &mut *found,
                        each: &mut *each,
                    };
                    map.next_value_seed(Entries(entries))?;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Entries<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = ();
    nothing_else!();

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut all: A) -> Result<(), A::Error> {
        self.0.found.entries = true;
        while let Some(entry) = all.next_element::<Value>()? {
            (self.0.each)(seen(entry));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Result<Vec<Seen>, HarError> {
        let mut out = Vec::new();
        read(text.as_bytes(), &mut |seen| out.push(seen)).map(|()| out)
    }

    #[test]
    fn what_is_no_archive_is_told() {
        for (text, piece) in [
            ("", "not valid JSON"),
            ("<html>", "not valid JSON"),
            ("[]", "no `log`"),
            ("7", "no `log`"),
            ("{\"a\": {}}", "no `log`"),
            ("{\"log\": []}", "no `log`"),
            ("{\"log\": {}}", "no `log.entries`"),
            ("{\"log\": {\"entries\": {}}}", "no `log.entries`"),
            (
                "{\"log\": {\"version\": \"1.2\", \"entries\": [{}",
                "not valid JSON",
            ),
            (
                "{\"log\": {\"version\": \"1.1\", \"entries\": []}}",
                "HAR 1.1",
            ),
            (
                "{\"log\": {\"entries\": [], \"version\": \"1.1\"}}",
                "HAR 1.1",
            ),
            ("{\"log\": {\"entries\": [], \"version\": \"\"}}", "HAR 1.1"),
            ("{\"log\": {\"entries\": []}} x", "not valid JSON"),
        ] {
            let error = all(text).unwrap_err().to_string();
            assert!(error.contains(piece), "{text}: {error}");
        }
        assert_eq!(all("{\"log\": {\"entries\": []}}").unwrap().len(), 0);
        let half = r#"{"log": {"comment": "\udead", "entries": [{"request": {"url": "http://h/\ud83d"}}]}}"#;
        assert_eq!(all(half).unwrap()[0].url, "http://h/\u{fffd}");
    }
}
