//! How a page leads to the next one: by a link in its body, or by a token for a query parameter.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

/// How the next page is asked for. On the last page what the pointer leads to is absent, `null` or empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The pointer of a link, followed as it stands.
    Link(String),
    /// A token, with which the same request is sent again.
    Token(Token),
}

/// A token that a query parameter takes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// The pointer of the token in the page.
    pub token: String,
    /// The query parameter that takes it; all others stay as they are.
    pub parameter: String,
}

impl Next {
    /// The pointer of what leads to the next page.
    pub fn pointer(&self) -> &str {
        match self {
            Next::Link(pointer) => pointer,
            Next::Token(token) => &token.token,
        }
    }
}

impl Default for Next {
    fn default() -> Self {
        Next::Link(String::new())
    }
}

impl<'de> Deserialize<'de> for Next {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NextVisitor)
    }
}

struct NextVisitor;

impl<'de> de::Visitor<'de> for NextVisitor {
    type Value = Next;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a pointer such as /next, or {token: /next_cursor, parameter: cursor}")
    }

    fn visit_str<E: de::Error>(self, pointer: &str) -> Result<Next, E> {
        Ok(Next::Link(pointer.to_owned()))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Next, A::Error> {
        Token::deserialize(de::value::MapAccessDeserializer::new(map)).map(Next::Token)
    }
}

impl JsonSchema for Next {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Next".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "How the next page is asked for; on the last page what the pointer leads to is absent, null or empty.",
            "anyOf": [
                {"type": "string", "description": "The RFC 6901 pointer of a link, followed as it stands."},
                generator.subschema_for::<Token>()
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_or_a_token_and_its_parameter() {
        let read = |text: &str| serde_saphyr::from_str::<Next>(text);
        assert_eq!(read("/next").unwrap(), Next::Link("/next".to_owned()));
        let Next::Token(token) = read("{token: /cursor, parameter: after}").unwrap() else {
            panic!("a mapping is a token");
        };
        assert_eq!((&*token.token, &*token.parameter), ("/cursor", "after"));
        for (wrong, said) in [
            ("{token: /cursor}", "parameter"),
            ("{token: /cursor, param: after}", "param"),
            ("3", "a pointer such as /next"),
        ] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.contains(said), "{wrong}: {error}");
        }
    }
}
