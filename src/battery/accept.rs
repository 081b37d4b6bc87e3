//! The statuses that a case takes as right, as a person writes them.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::contract::StatusKey;

/// A status, a range of statuses, or a success without items.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Accept {
    /// The statuses; never the default.
    pub status: StatusKey,
    /// Whether the collection must be empty.
    pub empty: bool,
}

impl Accept {
    /// Any answer with such a status.
    pub fn any(status: StatusKey) -> Accept {
        Accept {
            status,
            empty: false,
        }
    }
}

impl fmt::Display for Accept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}{}",
            self.status,
            if self.empty { " without items" } else { "" }
        )
    }
}

impl Serialize for Accept {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.status {
            StatusKey::Exact(status) if !self.empty => serializer.serialize_u16(status),
            status if self.empty => serializer.serialize_str(&format!("{status}-empty")),
            status => serializer.serialize_str(&status.to_string()),
        }
    }
}

impl<'de> Deserialize<'de> for Accept {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AcceptVisitor)
    }
}

struct AcceptVisitor;

impl de::Visitor<'_> for AcceptVisitor {
    type Value = Accept;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a status such as 400, a range such as 4XX, or 200-empty")
    }

    fn visit_u64<E: de::Error>(self, status: u64) -> Result<Accept, E> {
        self.visit_str(&status.to_string())
    }

    fn visit_i64<E: de::Error>(self, status: i64) -> Result<Accept, E> {
        self.visit_str(&status.to_string())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Accept, E> {
        let (status, empty) = match text.strip_suffix("-empty") {
            Some(status) => (status, true),
            None => (text, false),
        };
        match StatusKey::parse(status) {
            Some(StatusKey::Default) | None => {
                Err(E::invalid_value(de::Unexpected::Str(text), &self))
            }
            Some(status) => Ok(Accept { status, empty }),
        }
    }
}

impl JsonSchema for Accept {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Accept".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A status such as 400, a range such as 4XX, or 200-empty or 2XX-empty for a success without items.",
            "anyOf": [
                {"type": "integer", "minimum": 100, "maximum": 599},
                {"type": "string", "pattern": "^[1-5](XX|[0-9][0-9])(-empty)?$"}
            ]
        })
    }
}
