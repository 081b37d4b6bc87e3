//! How a page leads to the next one: by a link in its body or its `Link` header, by a token for a query parameter, by a
//! parameter that takes the id of its last item, or by one that counts items or pages.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::Value;

use crate::contract::names::{folded, words};
use crate::contract::{Contract, In, Operation};

use super::values::of_parameter;

/// How the next page is asked for. On the last page what leads to the next one is absent, `null` or empty; where the next
/// page begins behind the last item, or items or pages are counted, it has no items or fewer than the first page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// The pointer of a link, followed as it stands.
    Link(String),
    /// The relation of a link in the `Link` header (RFC 8288), followed as it stands.
    LinkHeader(String),
    /// A token, with which the same request is sent again.
    Token(Token),
    /// The same, where the token is a header of that name.
    TokenHeader(Token),
    /// The query parameter that takes the id of a page's last item: the next page begins behind it.
    After(After),
    /// The query parameter that says how many items come before the page.
    Offset(Counter),
    /// The query parameter that says which page it is.
    Page(Counter),
}

/// A query parameter that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counter {
    /// The parameter.
    pub parameter: String,
    /// What it is where it is not sent.
    pub first: u64,
}

/// A token that a query parameter takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// The pointer of the token in the page, or the name of its header.
    pub token: String,
    /// The query parameter that takes it; all others stay as they are.
    pub parameter: String,
}

/// A query parameter that takes the id of a page's last item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    /// The parameter.
    pub parameter: String,
    /// The pointer of what says on a page whether another one follows: `true` or `false`.
    pub more: Option<String>,
}

/// All that is not a plain pointer, as it is written.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Written {
    /// The pointer of a token in the page; needs `parameter`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token: Option<String>,
    /// The header of the answer that is the token; needs `parameter`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    token_header: Option<String>,
    /// The query parameter that takes the token; all others stay as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// The relation of a link in the `Link` header: `next`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    link_header: Option<String>,
    /// The query parameter that takes the id of a page's last item, behind which the next page begins.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
    /// The pointer of what says on a page whether another one follows, `true` or `false`; only beside `after`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    more: Option<String>,
    /// The query parameter that says how many items come before the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    offset: Option<String>,
    /// The query parameter that says which page it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    page: Option<String>,
    /// What `offset` or `page` is where it is not sent: 0 and 1 unless this says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first: Option<u64>,
}

/// What counters are where they are not sent, and nothing else is said.
const FIRST_OFFSET: u64 = 0;
const FIRST_PAGE: u64 = 1;

impl Next {
    /// The pointer of what leads to the next page, where it stands in the body.
    pub fn pointer(&self) -> Option<&str> {
        match self {
            Next::Link(pointer) => Some(pointer),
            Next::Token(token) => Some(&token.token),
            Next::LinkHeader(_) | Next::TokenHeader(_) => None,
            Next::After(_) | Next::Offset(_) | Next::Page(_) => None,
        }
    }

    /// The place in the body that a break is shown at: of what leads to the next page, else the body itself.
    pub fn place(&self) -> &str {
        self.pointer().unwrap_or_default()
    }

    /// The query parameter that leads to the next page, where one does, with its key in the file.
    pub fn parameter(&self) -> Option<(&'static str, &str)> {
        match self {
            Next::Link(_) | Next::LinkHeader(_) => None,
            Next::Token(token) | Next::TokenHeader(token) => Some(("parameter", &token.parameter)),
            Next::After(after) => Some(("after", &after.parameter)),
            Next::Offset(counter) => Some(("offset", &counter.parameter)),
            Next::Page(counter) => Some(("page", &counter.parameter)),
        }
    }

    /// Whether the description of the parameter that takes a token names the member, or the header, that it is.
    pub fn is_named(&self, contract: &Contract, operation: &Operation) -> bool {
        let (Next::Token(token) | Next::TokenHeader(token)) = self else {
            return false;
        };
        let name = words(token.token.rsplit('/').next().unwrap_or_default());
        let parameter = operation.parameter(In::Query, &token.parameter);
        let said = parameter.map(|parameter| contract.said_of(parameter));
        name.len() > 1
            && said.is_some_and(|said| said.windows(name.len()).any(|part| *part == *name))
    }

    /// Whether the document says, by what stands where it is not sent, that pages are counted from 0. A least value of 0
    /// alone may be there for all that counts.
    pub fn begins_with_zero(&self, contract: &Contract, operation: &Operation) -> bool {
        let Next::Page(counter) = self else {
            return false;
        };
        let parameter = operation.parameter(In::Query, &counter.parameter);
        let usual = parameter.and_then(|one| of_parameter(&contract.document, one));
        counter.first == 0 && usual == Some(Value::from(0))
    }

    /// Whether the next page follows from how much was seen, and not from what a page says.
    pub fn is_counted(&self) -> bool {
        matches!(self, Next::Offset(_) | Next::Page(_))
    }

    /// Whether a page may lead on without a word that another one follows.
    pub fn is_unsaid(&self) -> bool {
        self.is_counted() || matches!(self, Next::After(_))
    }
}

impl After {
    /// Whether the name of the parameter says that a page begins behind that item, in the order of the list; others may
    /// as well ask for what is newer, or has a larger id.
    pub fn is_plain(&self) -> bool {
        let name = folded(&self.parameter);
        let name = name.strip_suffix("id").unwrap_or(&name);
        ["startingafter", "startafter"].contains(&name)
    }
}

impl Default for Next {
    fn default() -> Self {
        Next::Link(String::new())
    }
}

impl Serialize for Next {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut written = Written::default();
        match self.clone() {
            Next::Link(pointer) => return serializer.serialize_str(&pointer),
            Next::LinkHeader(relation) => written.link_header = Some(relation),
            Next::Token(one) => {
                (written.token, written.parameter) = (Some(one.token), Some(one.parameter));
            }
            Next::TokenHeader(one) => {
                (written.token_header, written.parameter) = (Some(one.token), Some(one.parameter));
            }
            Next::After(After { parameter, more }) => {
                (written.after, written.more) = (Some(parameter), more);
            }
            Next::Offset(Counter { parameter, first }) => {
                written.offset = Some(parameter);
                written.first = Some(first).filter(|first| *first != FIRST_OFFSET);
            }
            Next::Page(Counter { parameter, first }) => {
                written.page = Some(parameter);
                written.first = Some(first).filter(|first| *first != FIRST_PAGE);
            }
        }
        written.serialize(serializer)
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
        f.write_str(
            "a pointer such as /next, {link-header: next}, {token: /next_cursor, parameter: cursor}, {token-header: X-Next-Cursor, parameter: cursor}, {after: PARAMETER}, {offset: PARAMETER} or {page: PARAMETER}",
        )
    }

    fn visit_str<E: de::Error>(self, pointer: &str) -> Result<Next, E> {
        Ok(Next::Link(pointer.to_owned()))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Next, A::Error> {
        let written = Written::deserialize(de::value::MapAccessDeserializer::new(map))?;
        let token = match (written.token, written.token_header, written.parameter) {
            (Some(token), None, Some(parameter)) => Some(Next::Token(Token { token, parameter })),
            (None, Some(token), Some(parameter)) => {
                Some(Next::TokenHeader(Token { token, parameter }))
            }
            (None, None, None) => None,
            (None, None, Some(_)) => return Err(de::Error::missing_field("token")),
            (Some(_), Some(_), _) => {
                return Err(de::Error::custom("a token is in the body or a header"));
            }
            (_, _, None) => return Err(de::Error::missing_field("parameter")),
        };
        let counter = |parameter: Option<String>, usual: u64| {
            let first = written.first.unwrap_or(usual);
            parameter.map(|parameter| Counter { parameter, first })
        };
        let more = written.more;
        let (has_more, has_first) = (more.is_some(), written.first.is_some());
        let after = written.after;
        let ways = [
            token,
            written.link_header.map(Next::LinkHeader),
            after.map(|parameter| Next::After(After { parameter, more })),
            counter(written.offset, FIRST_OFFSET).map(Next::Offset),
            counter(written.page, FIRST_PAGE).map(Next::Page),
        ];
        let mut ways = ways.into_iter().flatten();
        match (ways.next(), ways.next()) {
            (Some(next), None) if has_first && !next.is_counted() => Err(de::Error::custom(
                "`first` says where `offset` or `page` begins",
            )),
            (Some(next), None) if has_more && !matches!(next, Next::After(_)) => Err(
                de::Error::custom("`more` says whether a page follows where `after` leads to it"),
            ),
            (Some(next), None) => Ok(next),
            _ => Err(de::Error::custom(format_args!(
                "`next` leads one way to the next page: {}",
                &self as &dyn de::Expected
            ))),
        }
    }
}

impl JsonSchema for Next {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Next".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "How the next page is asked for; on the last page what leads to it is absent, null or empty.",
            "anyOf": [
                {"type": "string", "description": "The RFC 6901 pointer of a link, followed as it stands."},
                generator.subschema_for::<Written>()
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
            ("{}", "one way"),
            ("{offset: skip, page: page}", "one way"),
            ("{link-header: next, first: 1}", "`first` says"),
            ("{after: after, first: 1}", "`first` says"),
            ("{page: page, more: /more}", "`more` says"),
            ("{more: /more}", "one way"),
        ] {
            let error = read(wrong).unwrap_err().to_string();
            assert!(error.contains(said), "{wrong}: {error}");
        }
    }

    #[test]
    fn each_way_is_written_as_it_is_read() {
        for text in [
            r#""/next""#,
            r#"{"link-header":"next"}"#,
            r#"{"token":"/cursor","parameter":"after"}"#,
            r#"{"after":"starting_after"}"#,
            r#"{"after":"starting_after","more":"/has_more"}"#,
            r#"{"offset":"skip"}"#,
            r#"{"page":"page"}"#,
            r#"{"offset":"startIndex","first":1}"#,
            r#"{"page":"page","first":0}"#,
        ] {
            let next: Next = serde_saphyr::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&next).unwrap(), text);
        }
    }
}
