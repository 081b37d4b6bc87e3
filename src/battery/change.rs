//! What a case changes in the valid request, as a person writes it.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::exchange::Credentials;

use super::answers::Answers;

/// What is changed in the valid request.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestChange {
    /// Another method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Who the request claims to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<Credentials>,
    /// A link that an earlier step captured, `STEP.NAME`: it is followed as it stands, but for the query parameters that
    /// are changed here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub follow: Option<String>,
    /// Query parameters left out, changed or added.
    #[serde(default, skip_serializing_if = "OrderedMap::is_empty")]
    pub query: OrderedMap<Change>,
    /// Path parameters changed.
    #[serde(default, skip_serializing_if = "OrderedMap::is_empty")]
    pub path: OrderedMap<Change>,
    /// Headers left out, changed or added.
    #[serde(default, skip_serializing_if = "OrderedMap::is_empty")]
    pub headers: OrderedMap<Change>,
    /// Cookies left out, changed or added.
    #[serde(default, skip_serializing_if = "OrderedMap::is_empty")]
    pub cookies: OrderedMap<Change>,
    /// What becomes of the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<BodyChange>,
}

impl RequestChange {
    /// What is changed of the parameters, by the key under which it stands.
    pub fn parameters(&self) -> [(&'static str, &OrderedMap<Change>); 4] {
        [
            ("query", &self.query),
            ("path", &self.path),
            ("headers", &self.headers),
            ("cookies", &self.cookies),
        ]
    }
}

/// What becomes of the body: it is replaced by `json` or `text`, then members are set and removed.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BodyChange {
    /// There is none.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub omit: bool,
    /// The body with which that case was accepted; its marks become others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
    /// Bodies that are tried in turn while they are answered 400 or 422.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tries: Vec<BodyTry>,
    /// This value, as JSON.
    #[serde(
        default,
        deserialize_with = "also_null",
        skip_serializing_if = "Option::is_none"
    )]
    pub json: Option<Value>,
    /// This text, as it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Members set: RFC 6901 pointer to any value, or to `{from: STEP.NAME}`, which an earlier step captured.
    #[serde(default, skip_serializing_if = "OrderedMap::is_empty")]
    pub set: OrderedMap<Value>,
    /// Members removed, by their pointers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub remove: Vec<String>,
    /// Another media type than the documented one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
}

/// One of several bodies that are tried in turn.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BodyTry {
    /// The body.
    pub json: Value,
    /// Members with a text that is different in each request and each run: RFC 6901 pointer to a text in which `{mark}` is
    /// replaced by some letters and digits. `{weeks:2026-03-02}` is the same day of another week.
    #[serde(default, skip_serializing_if = "OrderedMap::is_empty")]
    pub marks: OrderedMap<String>,
    /// Members whose value other cases were answered: RFC 6901 pointer to where it may be found. Where nothing is found,
    /// they stay as they are.
    #[serde(default, skip_serializing_if = "OrderedMap::is_empty")]
    pub answers: OrderedMap<Answers>,
    /// It is never sent as it is: where the words of a refusal name members of it, they are added to the body that was
    /// refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub named: bool,
}

/// A `null` that is written is a value.
fn also_null<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// A mapping from names to values that keeps the order of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderedMap<T>(pub IndexMap<String, T>);

impl<T> Default for OrderedMap<T> {
    fn default() -> Self {
        OrderedMap(IndexMap::new())
    }
}

impl<T> OrderedMap<T> {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for OrderedMap<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OrderedMap<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IndexMap::deserialize(deserializer).map(OrderedMap)
    }
}

impl<T: JsonSchema> JsonSchema for OrderedMap<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("MapOf{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        BTreeMap::<String, T>::json_schema(generator)
    }
}

/// What becomes of one parameter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// It is left out.
    Omit,
    /// It has this value.
    Text(String),
    /// One request for each of these values.
    Each(Vec<String>),
    /// A text many times over.
    Repeat(Repeat),
    /// One request for each of these changes of the value that the valid request has.
    Valid(Vec<Near>),
    /// What an earlier step captured: `STEP.NAME`.
    From(String),
    /// What other cases were answered.
    Answer(Answers),
    /// A text that is different in each request and each run: `{mark}` in it is replaced by some letters and digits. One with
    /// `{members}` has the names of the body's members there, with commas between them; a header that begins with `{case}` is the
    /// same in all steps of its case.
    Marked(String),
}

/// A text many times over, at most 4,096 characters in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// The text.
    pub text: String,
    /// How many times.
    pub times: usize,
}

/// A value made of the valid one, which is another: in the other letter case or in full width, then cut short, then with
/// something around.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Near {
    /// Each letter in its other case.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub other_case: bool,
    /// Each printable ASCII character in its full-width form, which Unicode's compatibility forms take for the same.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub full_width: bool,
    /// So many characters are cut off its beginning.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub skip: usize,
    /// So many characters are cut off its end.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub cut: usize,
    /// What is put before it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub before: String,
    /// What is put behind it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub after: String,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Near {
    /// The value made of that one; `None` where nothing would be left of it, or nothing be different.
    pub fn of(&self, valid: &str) -> Option<String> {
        let off = self.skip.checked_add(self.cut)?;
        let kept = valid.chars().count().checked_sub(off);
        let kept = kept.filter(|kept| *kept > 0)?;
        let mut made = self.before.clone();
        for c in valid.chars().skip(self.skip).take(kept) {
            match self.other_case {
                _ if self.full_width => made.push(full_width(c)),
                true if c.is_lowercase() => made.extend(c.to_uppercase()),
                true => made.extend(c.to_lowercase()),
                false => made.push(c),
            }
        }
        made.push_str(&self.after);
        (made != valid).then_some(made)
    }
}

/// The full-width form of a printable ASCII character; any other stays.
fn full_width(c: char) -> char {
    let wide = match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xfee0),
        _ => None,
    };
    wide.unwrap_or(c)
}

/// The longest value that a case ever sends, in characters.
pub const LONGEST_VALUE: usize = 4096;

/// The value of a parameter in one request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Given {
    /// It is left out.
    Nothing,
    /// It has this value.
    Text(String),
    /// It has the value that an earlier step captured: `STEP.NAME`.
    From(String),
    /// It has a value that another case was answered.
    Answer(Answers),
    /// It has a text in which `{mark}` is replaced.
    Marked(String),
}

impl Change {
    /// The values, one a request; `valid` is the one of the valid request.
    pub fn values(&self, valid: Option<&str>) -> Vec<Given> {
        match self {
            Change::Omit => vec![Given::Nothing],
            Change::Text(text) => vec![Given::Text(text.clone())],
            Change::Each(texts) => texts.iter().cloned().map(Given::Text).collect(),
            Change::Repeat(repeat) => vec![Given::Text(repeat.text.repeat(repeat.times))],
            Change::Valid(all) => {
                let made = all.iter().filter_map(|near| near.of(valid?));
                made.map(Given::Text).collect()
            }
            Change::From(name) => vec![Given::From(name.clone())],
            Change::Answer(answers) => vec![Given::Answer(answers.clone())],
            Change::Marked(text) => vec![Given::Marked(text.clone())],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_near_another_is_never_that_one() {
        let near = |text: &str| serde_json::from_str::<Near>(text).unwrap();
        for (change, valid, made) in [
            (r#"{"other-case": true}"#, "env-aBß1", Some("ENV-AbSS1")),
            (r#"{"other-case": true}"#, "123", None),
            (r#"{"cut": 1}"#, "env-é", Some("env-")),
            (r#"{"cut": 1}"#, "e", None),
            (r#"{"cut": 9}"#, "env", None),
            (r#"{"before": " "}"#, "env", Some(" env")),
            (r#"{"cut": 1, "after": "%"}"#, "env", Some("en%")),
            (r#"{"cut": 1, "after": "v"}"#, "env", None),
            (r#"{"skip": 1}"#, "env-1", Some("nv-1")),
            (r#"{"skip": 2, "cut": 1}"#, "env-1", Some("v-")),
            (r#"{"skip": 3, "cut": 2}"#, "env-1", None),
            (r#"{"full-width": true}"#, "e-1é", Some("ｅ－１é")),
            (r#"{"full-width": true}"#, "é", None),
        ] {
            assert_eq!(near(change).of(valid).as_deref(), made, "{change} {valid}");
        }
        let unknown = serde_json::from_str::<Near>(r#"{"othercase": true}"#);
        assert!(unknown.is_err());
    }
}
