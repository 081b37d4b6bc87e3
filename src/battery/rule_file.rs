//! Rule files as a person writes them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::contract::Level;

use super::accept::Accept;
use super::change::OrderedMap;

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
    /// The array whose elements are looked at, for `over: items`, and for `over: run` where the values stand in one: an RFC
    /// 6901 pointer into the body.
    #[serde(default)]
    pub each: Option<String>,
    /// The values it is about, by name: `/pointer`, `response.status`, `response.header.NAME`, `request.query.NAME` or `request.path.NAME`.
    #[serde(default)]
    pub bind: OrderedMap<String>,
    /// A named predicate. `never-repeats`, for `over: run`: no two answers have the same value in that header or at that
    /// place of the body. A header is compared on every answer. A value in a body may come again where the same request is
    /// sent again, and where the answer comes out of a cache (`Age`, or a cache that says so); one that breaks the schema
    /// is the schema's to tell, and any other, an empty text too, is a value like all others.
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
    /// All answers of the run together, but those with another status than `statuses` says.
    Run,
    /// The status of an answer, as a case judges it.
    Answer,
}
