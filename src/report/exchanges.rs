//! The exchanges of a run, as the native report has them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One request with its response, secrets already gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExchangeRecord {
    /// The case that sent it.
    pub case: String,
    /// What was sent.
    pub request: RequestRecord,
    /// Absent where no response came.
    pub response: Option<ResponseRecord>,
    /// Why no response, or not the whole of it, came; empty where all is well.
    pub error: String,
    /// The last attempt's time, in milliseconds.
    pub duration_ms: u64,
    /// The attempts before the last one, in their order.
    pub attempts: Vec<AttemptRecord>,
}

/// One request as it was sent, secrets already gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RequestRecord {
    /// The method.
    pub method: String,
    /// The whole URL, without user information.
    pub url: String,
    /// Name and value, in the order sent.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body as text; absent where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
    /// The size of the whole body, in bytes; absent where there is none.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub body_bytes: u64,
    /// Whether `body` leaves something out; absent where it does not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub body_truncated: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes it so")]
fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// One response as it came, secrets already gone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ResponseRecord {
    /// The status code.
    pub status: u16,
    /// Name and value, in the order received.
    pub headers: Vec<(String, String)>,
    /// The beginning of the body as text; bytes that are no UTF-8 are replaced.
    pub body: String,
    /// The size of the whole body, in bytes.
    pub body_bytes: u64,
    /// Whether `body` leaves something out.
    pub body_truncated: bool,
}

/// An attempt that was followed by another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct AttemptRecord {
    /// Absent where no response came.
    pub status: Option<u16>,
    /// Why no response, or not the whole of it, came; empty where all is well.
    pub error: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// How long was waited before the next attempt, in milliseconds.
    pub waited_ms: u64,
}
