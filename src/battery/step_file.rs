//! One step of a case with several, as a person writes it: its request, what is expected of the answer, and what later
//! steps use of it.

use std::fmt;
use std::time::Duration;

use jiff::fmt::friendly::SpanParser;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use super::accept::Accept;
use super::breaks::{Breaks, Expects};
use super::change::{OrderedMap, RequestChange};

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// One step of a case with several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StepFile {
    /// Its name in the case.
    pub step: String,
    /// The operation: alias, operationId, or method and path.
    pub operation: String,
    /// What is changed in the valid request.
    #[serde(default, skip_serializing_if = "is_default")]
    pub request: RequestChange,
    /// Whether the answer should be a success, a refusal, or may be either.
    pub expects: Expects,
    /// The statuses that are right.
    pub accepts: Vec<Accept>,
    /// The statuses that show nothing. What is in neither list is a break.
    #[serde(default, skip_serializing_if = "is_default")]
    pub inconclusive: Vec<Accept>,
    /// The answer has there what an earlier step sent or was answered.
    #[serde(default, skip_serializing_if = "is_default")]
    pub same: Option<Same>,
    /// The list that is answered, over all its pages, has a value or has it not.
    #[serde(default, skip_serializing_if = "is_default")]
    pub lists: Option<Lists>,
    /// How long the request is sent again until all of this is as expected, before anything counts as a break.
    #[serde(default, skip_serializing_if = "is_default")]
    pub retry: Option<Retry>,
    /// A step that cleans up: it is taken also after an earlier one ended the case, where what it needs was captured.
    #[serde(default, skip_serializing_if = "is_default")]
    pub always: bool,
    /// Which clause of the operation an answer breaks that is not as expected.
    #[serde(default, skip_serializing_if = "is_default")]
    pub breaks: Breaks,
    /// What later steps use of the answer, by name: `/pointer` into its body, `response.header.NAME` or
    /// `response.status`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub capture: OrderedMap<String>,
}

/// How long a step has patience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Retry {
    /// For how long, from the first answer on: `5s`, `500ms`, at most `5m`. The pauses grow from 100 ms to a second.
    pub within: Within,
}

/// The longest patience.
const LONGEST: Duration = Duration::from_secs(300);

/// A duration as a person writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String", inline)]
pub struct Within(pub Duration);

impl TryFrom<String> for Within {
    type Error = String;

    fn try_from(text: String) -> Result<Within, String> {
        let read = SpanParser::new().parse_unsigned_duration(&text);
        let read = read.ok().filter(|time| !time.is_zero() && *time <= LONGEST);
        read.map(Within)
            .ok_or_else(|| format!("`{text}` is no duration of at most 5m; write 500ms, 5s or 1m"))
    }
}

impl From<Within> for String {
    fn from(Within(time): Within) -> String {
        match time.subsec_millis() {
            0 => format!("{}s", time.as_secs()),
            _ => format!("{}ms", time.as_millis()),
        }
    }
}

/// What the answer must have of an earlier step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Same {
    /// The step: an earlier one, or with `as: sent` the step itself.
    pub of: String,
    /// Whether what that step sent is meant, or what it was answered.
    #[serde(default, rename = "as", skip_serializing_if = "is_default")]
    pub whose: Whose,
    /// The places: an RFC 6901 pointer, or `{there: /name, here: /data/name}` where it is another in this answer.
    pub at: Vec<SamePlace>,
}

/// The one of the two bodies of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// What was sent. A place is compared only where the answer to it did not show something else there already, or leave
    /// it out while it showed others; where an earlier step read the same, also if nothing of what was sent was changed.
    Sent,
    /// What was answered.
    #[default]
    Answered,
}

/// A place in two bodies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SamePlace {
    /// In what the earlier step sent or was answered.
    pub there: String,
    /// In this answer.
    pub here: String,
}

/// A place that is not the same in both, as it is written.
#[derive(Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct TwoPlaces {
    /// In what the earlier step sent or was answered.
    there: String,
    /// In this answer.
    here: String,
}

impl Serialize for SamePlace {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.there == self.here {
            return serializer.serialize_str(&self.here);
        }
        let (there, here) = (self.there.clone(), self.here.clone());
        TwoPlaces { there, here }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for SamePlace {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlaceVisitor)
    }
}

struct PlaceVisitor;

impl<'de> de::Visitor<'de> for PlaceVisitor {
    type Value = SamePlace;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pointer such as /name, or {there: /name, here: /data/name}")
    }

    fn visit_str<E: de::Error>(self, pointer: &str) -> Result<SamePlace, E> {
        let (there, here) = (pointer.to_owned(), pointer.to_owned());
        Ok(SamePlace { there, here })
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<SamePlace, A::Error> {
        let two = TwoPlaces::deserialize(de::value::MapAccessDeserializer::new(map))?;
        let TwoPlaces { there, here } = two;
        Ok(SamePlace { there, here })
    }
}

impl JsonSchema for SamePlace {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "SamePlace".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "anyOf": [
                {"type": "string", "description": "The RFC 6901 pointer of a place that is the same in both."},
                generator.subschema_for::<TwoPlaces>()
            ]
        })
    }
}

/// What a list has, or has not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Lists {
    /// Where the values stand on a page: an RFC 6901 pointer in which `*` is each entry, such as `/items/*/id`.
    pub at: String,
    /// The value, or `{from: STEP.NAME}`, which an earlier step captured.
    pub value: Value,
    /// Whether the list has it; `false` where it must not.
    #[serde(default = "yes", skip_serializing_if = "Clone::clone")]
    pub has: bool,
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: &str = "step: s\noperation: o\nexpects: any\naccepts: []\n";

    #[test]
    fn the_words_of_a_step_are_written_as_they_are_read() {
        for words in [
            "retry: {within: 5s}",
            "retry: {within: 250ms}",
            "same: {of: make, as: sent, at: [/a, {there: /b, here: /data/b}]}",
            "same: {of: make, at: ['']}",
            "lists: {at: /items/*/id, value: {from: make.id}}",
            "lists: {at: /*, value: 3, has: false}",
            "always: true",
        ] {
            let read: StepFile = serde_saphyr::from_str(&format!("{STEP}{words}\n")).unwrap();
            let written = serde_json::to_value(&read).unwrap();
            let (key, _) = words.split_once(':').unwrap();
            let meant: Value = serde_saphyr::from_str(words).unwrap();
            assert_eq!(written[key], meant[key], "{words}");
        }
    }

    #[test]
    fn what_is_no_such_word_is_refused() {
        for (words, said) in [
            ("retry: {within: 6m}", "at most 5m"),
            ("retry: {within: 0s}", "no duration"),
            ("retry: {within: soon}", "write 500ms"),
            ("retry: 5s", "expected mapping"),
            ("same: {of: make, as: seen, at: [/a]}", "sent"),
            ("same: {of: make, at: [{there: /a}]}", "here"),
            ("same: {of: make, at: [3]}", "a pointer such as /name"),
            ("lists: {at: /*, value: 3, have: false}", "has"),
        ] {
            let read = serde_saphyr::from_str::<StepFile>(&format!("{STEP}{words}\n"));
            let error = read.unwrap_err().to_string();
            assert!(error.contains(said), "{words}: {error}");
        }
    }
}
