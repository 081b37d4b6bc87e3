//! What a person writes: case files, rule files and the file that binds a battery to its operation.
//! Unknown keys are errors everywhere; nothing here is untagged or flattened, so that messages keep their places. Written
//! out again, a file has what a person would have written: defaults are left out.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::contract::Level;

pub use super::accept::Accept;
pub use super::answers::{AnswerFrom, Answers};
pub use super::breaks::{Breaks, Expects};
pub use super::change::{
    BodyChange, BodyTry, Change, Given, LONGEST_VALUE, Near, OrderedMap, Repeat, RequestChange,
};
pub use super::rule_file::{Breaking, BreakingValue, Over, Replace, RuleFile, RuleLevel};
pub use super::shows::{Bound, Edge, Shows, Way, Word};
pub use super::step_file::{Lists, Retry, Same, SamePlace, StepFile, Whose, Within};

use super::next::Next;
use super::paging::Says;

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The file that binds a battery to its operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Binding {
    /// The name of the battery.
    pub battery: String,
    /// The short name that clause ids begin with, such as `list-versions`.
    pub alias: String,
    /// The operation as method and path: `GET /ccpm/v1/plugins/{plugin_id}/versions`.
    pub operation: String,
    /// Clause ids that were released and are called otherwise now, without the alias: old name to new name.
    #[serde(default, skip_serializing_if = "is_default")]
    pub renamed: BTreeMap<String, String>,
    /// How a page of the collection is read; needed by cases that walk.
    #[serde(default, skip_serializing_if = "is_default")]
    pub collection: Option<Collection>,
    /// The variables that hold the credentials of this API; used for its operation and for no other.
    #[serde(default, skip_serializing_if = "is_default")]
    pub credentials: Option<PackCredentials>,
    /// Parameters whose value only the user knows: an example in the document is none for them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub asked: Vec<String>,
    /// Other levels for clauses of this operation, by globs over their ids without the operation's name: `*` within a
    /// segment, `**` over several. Of several that fit, the last counts.
    #[serde(default, skip_serializing_if = "is_default")]
    pub levels: OrderedMap<Weight>,
}

/// The names of the variables that hold a key and its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackCredentials {
    /// The variable that holds the key, the token or the user name.
    pub key: String,
    /// The variable that holds the secret; needed where the scheme is HTTP Basic.
    #[serde(default, skip_serializing_if = "is_default")]
    pub secret: Option<String>,
}

/// How much a clause weighs, as a person says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Weight {
    /// A break fails the run.
    Must,
    /// A break fails the run unless only `must` gates.
    Should,
    /// Worth knowing.
    Info,
    /// Never reported, never counted.
    Off,
}

impl Weight {
    /// The level; `None` for a clause that is switched off.
    pub fn level(self) -> Option<Level> {
        match self {
            Weight::Must => Some(Level::Must),
            Weight::Should => Some(Level::Should),
            Weight::Info => Some(Level::Info),
            Weight::Off => None,
        }
    }
}

/// Where a page keeps what a walk needs; each an RFC 6901 pointer, `id` one inside an item.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Collection {
    /// The array of items.
    pub items: String,
    /// An item's identity. A guessed collection may have none: then items are told apart by all that is in them.
    #[serde(default, skip_serializing_if = "is_default")]
    pub id: String,
    /// How the next page is asked for.
    pub next: Next,
    /// What stands in the place of a token to say that there is no next page, such as `-1`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ends: Vec<String>,
    /// The query parameter that says how many items a page has at most.
    #[serde(default, skip_serializing_if = "is_default")]
    pub size: Option<String>,
    /// Whether this was concluded from names and shapes: it is believed only when a second page differs from the first.
    #[serde(default, skip_serializing_if = "is_default")]
    pub guessed: bool,
    /// The number of items in the whole collection.
    #[serde(default, skip_serializing_if = "is_default")]
    pub total: Option<String>,
    /// The header of a page with that number, where its body has none: `X-Total-Count`, or `Content-Range` (RFC 9110,
    /// section 14.4), which has it behind the slash.
    #[serde(rename = "total-header", default, skip_serializing_if = "is_default")]
    pub total_header: Option<String>,
    /// What a page says of itself, to be held against what a walk shows.
    #[serde(default, skip_serializing_if = "is_default")]
    pub says: Says,
    /// The link to the first page.
    #[serde(default, skip_serializing_if = "is_default")]
    pub first: Option<String>,
    /// The link to the previous page.
    #[serde(default, skip_serializing_if = "is_default")]
    pub prev: Option<String>,
    /// The link to the last page.
    #[serde(default, skip_serializing_if = "is_default")]
    pub last: Option<String>,
    /// The absolute URLs that the document gives for the API, where its links may say that it is.
    #[serde(skip)]
    pub servers: Vec<String>,
    /// Whether the document says of the parameter that takes the token where it is found.
    #[serde(skip)]
    pub names_token: bool,
    /// Whether the document says that pages are counted from 0.
    #[serde(skip)]
    pub from_zero: bool,
}

impl Collection {
    /// Whether the same list is read once more in a larger page: how large it is, a parameter says.
    pub fn is_read_larger(&self) -> bool {
        self.guessed && self.size.is_some()
    }
}

/// A case: one thing the harness does to the API, and what it expects.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// The id, the stem of its file.
    pub case: String,
    /// One line for people.
    pub title: String,
    /// The operation: alias, operationId, or method and path. Each of several steps has its own.
    #[serde(default, skip_serializing_if = "is_default")]
    pub operation: Option<String>,
    /// What is done.
    #[serde(default, skip_serializing_if = "is_default")]
    pub does: Does,
    /// What is changed in the valid request.
    #[serde(default, skip_serializing_if = "is_default")]
    pub request: RequestChange,
    /// Whether the answer should be a success, a refusal, or may be either.
    #[serde(default, skip_serializing_if = "is_default")]
    pub expects: Option<Expects>,
    /// The statuses that are right: `400`, `4XX`, or `200-empty` for a success without items.
    #[serde(default, skip_serializing_if = "is_default")]
    pub accepts: Vec<Accept>,
    /// The statuses that show nothing, so that the case is inconclusive. What is in neither list is a break.
    #[serde(default, skip_serializing_if = "is_default")]
    pub inconclusive: Vec<Accept>,
    /// Instead of one operation: several steps, each of which may use what an earlier one answered.
    #[serde(default, skip_serializing_if = "is_default")]
    pub steps: Vec<StepFile>,
    /// The case whose request is the same without the one mistake; without its success this one cannot pass.
    #[serde(default, skip_serializing_if = "is_default")]
    pub control: Option<String>,
    /// Cases that come before it, where they run at all: what it is about may be there only then.
    #[serde(default, skip_serializing_if = "is_default")]
    pub after: Vec<String>,
    /// Of a walk: the most pages that are read. What they showed counts, also where there are more.
    #[serde(default, skip_serializing_if = "is_default")]
    pub pages: Option<u64>,
    /// Of a case that selects, or of a walk: what the list shows.
    #[serde(default, skip_serializing_if = "is_default")]
    pub shows: Option<Shows>,
    /// Whether the outcome needs this case to be conclusive.
    #[serde(default, skip_serializing_if = "is_default")]
    pub core: bool,
    /// Whether it runs only when named with `--case`.
    #[serde(default, skip_serializing_if = "is_default")]
    pub opt_in: bool,
    /// The clauses it aims at, without the operation's name (with it, where there are several steps); `/**` at the end
    /// means all below.
    pub aims: Vec<String>,
    /// Which clause an answer breaks that is not accepted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub breaks: Breaks,
    /// What the case is about, in a few sentences.
    pub means: String,
    /// How it was made from the document, where nobody wrote it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub derived: Option<Derivation>,
}

/// How a case was made from the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Derivation {
    /// The kind of case: `valid`, `security`, `required`.
    pub family: String,
    /// Where its values came from.
    pub from: String,
}

impl CaseFile {
    /// The names of its operations, each with its pointer in the file.
    pub fn operations(&self) -> Vec<(String, &str)> {
        let of_steps = self.steps.iter().enumerate();
        let of_steps =
            of_steps.map(|(n, step)| (format!("/steps/{n}/operation"), &*step.operation));
        let own = self.operation.iter();
        own.map(|name| ("/operation".to_owned(), name.as_str()))
            .chain(of_steps)
            .collect()
    }
}

/// What a case does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
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
    /// Asks for the items that have a value which the control shows, and for another one where the answer is not right; or
    /// for the items in an order, which `shows` says.
    Select,
    /// Sends the same read many times in a row, to meet the rate limit.
    Burst,
    /// Takes several steps; what a case with `steps` does.
    #[serde(skip)]
    Steps,
}
