//! What a run made and could not take away, as the report tells it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something that the run made and that is still there, or may be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LeftRecord {
    /// The operation that made it.
    pub made_by: String,
    /// The operation that deletes it, where there is one and it is known where the thing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delete: Option<String>,
    /// Its URL, or that of the request that made it where its own is not known.
    pub url: String,
    /// Headers that a request to delete it has.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<[String; 2]>,
    /// Why it is left.
    pub reason: String,
    /// How many there are of which nothing else is known.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub count: u64,
}

fn one() -> u64 {
    1
}

fn is_one(count: &u64) -> bool {
    *count == 1
}
