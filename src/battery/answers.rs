//! Values that other cases were answered, as a person writes them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A value that other cases were answered: what they offer is tried in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answers {
    /// Where it may be found, the likeliest place first.
    pub of: Vec<AnswerFrom>,
    /// Whether it names what the request changes, so that a value which the user gives for all operations is not taken.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub own: bool,
    /// The value where none of them offers one.
    #[serde(default, rename = "else", skip_serializing_if = "Option::is_none")]
    pub otherwise: Option<String>,
}

/// A place in the exchange of another case; exactly one of `at`, `keys`, `header` and `sent`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerFrom {
    /// The case: one request that is answered with a success.
    pub case: String,
    /// A place in the body of its answer: an RFC 6901 pointer in which `*` is any entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// An object in the body of its answer, by its RFC 6901 pointer: the names of its members are the values.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keys: Option<String>,
    /// A header of its answer; the last segment of the path where it is a URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub header: Option<String>,
    /// A parameter of its request, with the value that it was sent with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
}
