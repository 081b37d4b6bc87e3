//! What was seen of traffic, as the native report has it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Requests of others that were judged.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct TrafficRecord {
    /// Where they come from: files, or the upstream of a proxy.
    pub sources: Vec<String>,
    /// How many there are.
    pub entries: u64,
    /// How many of them are requests to an operation of the contract.
    pub matched: u64,
    /// How many of these have an answer that was judged.
    pub judged: u64,
    /// How many of these break the contract themselves, so that a refusal is the right answer.
    pub breaking: u64,
    /// How many are there twice, as in two files that overlap; they count once.
    pub repeated: u64,
    /// What of them was not judged, or not whole.
    pub not_judged: Vec<NotJudged>,
    /// Requests to no operation of the contract, the most frequent first.
    pub unknown: Vec<UnknownRequest>,
    /// How many more of these there are.
    pub unknown_others: u64,
}

/// Exchanges that were not judged, or not whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct NotJudged {
    /// Why.
    pub reason: String,
    /// How many.
    pub count: u64,
}

/// A request to no operation of the contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct UnknownRequest {
    /// The method.
    pub method: String,
    /// The URL without its query.
    pub url: String,
    /// How often.
    pub count: u64,
}
