//! What a person writes: case files, rule files and the file that binds a battery to its operation.
//! Unknown keys are errors everywhere; nothing here is untagged or flattened, so that messages keep their places.

use std::collections::BTreeMap;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

use crate::contract::{Level, StatusKey};
use crate::exchange::Credentials;

use super::next::Next;

/// The file that binds a battery to its operation.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Binding {
    /// The name of the battery.
    pub battery: String,
    /// The short name that clause ids begin with, such as `list-versions`.
    pub alias: String,
    /// The operation as method and path: `GET /ccpm/v1/plugins/{plugin_id}/versions`.
    pub operation: String,
    /// Clause ids that were released and are called otherwise now, without the alias: old name to new name.
    #[serde(default)]
    pub renamed: BTreeMap<String, String>,
    /// How a page of the collection is read; needed by cases that walk.
    #[serde(default)]
    pub collection: Option<Collection>,
    /// The variables that hold the credentials of this API; used for its operation and for no other.
    #[serde(default)]
    pub credentials: Option<PackCredentials>,
}

/// The names of the variables that hold a key and its secret.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackCredentials {
    /// The variable that holds the key, the token or the user name.
    pub key: String,
    /// The variable that holds the secret; needed where the scheme is HTTP Basic.
    #[serde(default)]
    pub secret: Option<String>,
}

/// Where a page keeps what a walk needs; each an RFC 6901 pointer, `id` one inside an item.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// The array of items.
    pub items: String,
    /// An item's identity.
    pub id: String,
    /// How the next page is asked for.
    pub next: Next,
    /// The number of items in the whole collection.
    #[serde(default)]
    pub total: Option<String>,
    /// The link to the first page.
    #[serde(default)]
    pub first: Option<String>,
    /// The link to the previous page.
    #[serde(default)]
    pub prev: Option<String>,
    /// The link to the last page.
    #[serde(default)]
    pub last: Option<String>,
}

/// A case: one thing the harness does to the API, and what it expects.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// The id, the stem of its file.
    pub case: String,
    /// One line for people.
    pub title: String,
    /// The operation: alias, operationId, or method and path.
    pub operation: String,
    /// What is done.
    #[serde(default)]
    pub does: Does,
    /// What is changed in the valid request.
    #[serde(default)]
    pub request: RequestChange,
    /// Whether the answer should be a success, a refusal, or may be either.
    pub expects: Expects,
    /// The statuses that are right: `400`, `4XX`, or `200-empty` for a success without items.
    pub accepts: Vec<Accept>,
    /// The case whose request is the same without the one mistake; without its success this one cannot pass.
    #[serde(default)]
    pub control: Option<String>,
    /// Whether the outcome needs this case to be conclusive.
    #[serde(default)]
    pub core: bool,
    /// Whether it runs only when named with `--case`.
    #[serde(default)]
    pub opt_in: bool,
    /// The clauses it aims at, without the operation's name; `/**` at the end means all below.
    pub aims: Vec<String>,
    /// Which clause an answer breaks that is not accepted.
    #[serde(default)]
    pub breaks: Breaks,
    /// What the case is about, in a few sentences.
    pub means: String,
}

/// What a case does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Does {
    /// Sends one request (or one for each of several values).
    #[default]
    Request,
    /// Sends the same read twice and compares.
    Repeat,
    /// Follows `next` to the end.
    Walk,
    /// Follows the `first`, `prev` and `last` links.
    Links,
    /// Sends the same read many times in a row, to meet the rate limit.
    Burst,
}

/// What a case expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Expects {
    /// An answer as to any valid request.
    Success,
    /// An error that says what is wrong with the request.
    Refusal,
    /// Either.
    Any,
}

impl Expects {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Expects::Success => "success",
            Expects::Refusal => "refusal",
            Expects::Any => "any",
        }
    }
}

/// What is changed in the valid request.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestChange {
    /// Another method.
    #[serde(default)]
    pub method: Option<String>,
    /// Who the request claims to be.
    #[serde(default)]
    pub credentials: Option<Credentials>,
    /// Query parameters left out, changed or added.
    #[serde(default)]
    pub query: OrderedMap<Change>,
    /// Path parameters changed.
    #[serde(default)]
    pub path: OrderedMap<Change>,
}

/// A mapping from names to values that keeps the order of the file.
#[derive(Debug, Clone)]
pub struct OrderedMap<T>(pub IndexMap<String, T>);

impl<T> Default for OrderedMap<T> {
    fn default() -> Self {
        OrderedMap(IndexMap::new())
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
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
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
}

/// A text many times over, at most 4,096 characters in all.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Repeat {
    /// The text.
    pub text: String,
    /// How many times.
    pub times: usize,
}

/// The longest value that a case ever sends, in characters.
pub const LONGEST_VALUE: usize = 4096;

impl Change {
    /// The values, one a request; `None` for a parameter left out.
    pub fn values(&self) -> Vec<Option<String>> {
        match self {
            Change::Omit => vec![None],
            Change::Text(text) => vec![Some(text.clone())],
            Change::Each(texts) => texts.iter().cloned().map(Some).collect(),
            Change::Repeat(repeat) => vec![Some(repeat.text.repeat(repeat.times))],
        }
    }
}

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
            "description": "A status such as 400, a range such as 4XX, or 200-empty for a success without items.",
            "anyOf": [
                {"type": "integer", "minimum": 100, "maximum": 599},
                {"type": "string", "pattern": "^([1-5]XX|[1-5][0-9][0-9](-empty)?)$"}
            ]
        })
    }
}

/// Which clause an answer breaks that is not accepted.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Breaks {
    /// A success where none is accepted (or items where none should be).
    #[serde(default)]
    pub success: Option<String>,
    /// Any other answer that is not accepted.
    #[serde(default)]
    pub other: Option<String>,
}

/// A rule: a clause that the contract states only in prose.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// The id, the stem of its file.
    pub rule: String,
    /// The promise in one line.
    pub title: String,
    /// The operation: alias, operationId, or method and path.
    pub operation: String,
    /// How much it weighs: `must` or `should`.
    pub level: RuleLevel,
    /// The sentence it restates, named as clause ids are: `200/body/data[]/spec/version`, `401/status`, or empty for the operation.
    pub place: String,
    /// What it looks at.
    pub over: Over,
    /// Only answers with these statuses; all where it is left out.
    #[serde(default)]
    pub statuses: Vec<Accept>,
    /// The array whose elements are looked at, for `over: items`: an RFC 6901 pointer into the body.
    #[serde(default)]
    pub each: Option<String>,
    /// The values it is about, by name: `/pointer`, `response.status`, `response.header.NAME`, `request.query.NAME` or `request.path.NAME`.
    #[serde(default)]
    pub bind: OrderedMap<String>,
    /// A named predicate.
    #[serde(default)]
    pub predicate: Option<String>,
    /// What the predicate needs besides values.
    #[serde(default)]
    pub args: Vec<String>,
    /// Instead of a predicate: a CEL expression over the bound names that is true where the rule is kept.
    #[serde(default)]
    pub expression: Option<String>,
    /// The rules whose break explains a break of this one: in the same element for `over: items`, else in the same case.
    #[serde(default)]
    pub follows: Vec<String>,
    /// What it is about, in a few sentences.
    pub means: String,
    /// How a server that breaks it is mended.
    pub remedy: String,
    /// Who is hurt by a break.
    pub hurts: String,
    /// What a run says that never met it: "no item was FAILED".
    pub unexercised: String,
    /// A value that breaks it, put in the place of the first bound value; what `prove` uses for rules over values.
    #[serde(default)]
    pub breaking: Option<Breaking>,
}

/// How a rule over values is broken on purpose: one of the bound values, and what is put there.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Breaking {
    /// The name of the bound value.
    pub bound: String,
    /// What is put there.
    pub value: BreakingValue,
    /// Only elements are broken in which these hold: pointer and the JSON text that must stand there.
    #[serde(default)]
    pub only_where: BTreeMap<String, String>,
}

/// A value that breaks a rule, as JSON text or made from the present one.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BreakingValue {
    /// This text.
    Text(String),
    /// This whole number.
    Number(i64),
    /// An empty array.
    EmptyArray,
    /// The present text with one piece replaced.
    Replace(Replace),
}

/// One piece of a text replaced by another; `{name}` in either stands for a bound value.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Replace {
    /// The piece.
    pub piece: String,
    /// What it becomes.
    pub by: String,
}

/// The levels of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleLevel {
    /// 'must' in prose, or as good as part of the schema.
    Must,
    /// Stated, but not as a demand.
    Should,
}

impl RuleLevel {
    /// As the level of a clause.
    pub fn level(self) -> Level {
        match self {
            RuleLevel::Must => Level::Must,
            RuleLevel::Should => Level::Should,
        }
    }
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Over {
    /// Every answer of the operation.
    Responses,
    /// Every element of an array in every body.
    Items,
    /// A walk over all pages.
    Walk,
    /// The same read twice.
    Repeat,
    /// The links of a walk's pages.
    Links,
    /// All answers of the run together.
    Run,
    /// The status of an answer, as a case judges it.
    Answer,
}
