//! The counts of a run, as the native report has them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ledger::{State, Verdict};

/// The counts.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Summary {
    /// Cases by verdict.
    pub cases: CaseCounts,
    /// Findings by level; a baselined one counts only as such.
    pub findings: FindingCounts,
    /// Clauses by state.
    pub clauses: ClauseCounts,
    /// Clauses tested, by level.
    pub coverage: Coverage,
    /// Requests sent, retries included.
    pub exchanges: u64,
    /// Pages of the collection that were fetched.
    pub pages: u64,
    /// Items on those pages.
    pub items: u64,
}

/// Cases by verdict.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CaseCounts {
    /// Passed.
    pub pass: u64,
    /// Failed.
    pub fail: u64,
    /// Nothing in the answers could have shown the break.
    pub inconclusive: u64,
    /// Not run.
    pub skipped: u64,
    /// The harness or the connection was in the way.
    pub error: u64,
}

/// Findings by level.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FindingCounts {
    /// Breaks of what must be.
    pub must: u64,
    /// Breaks of what should be.
    pub should: u64,
    /// Worth knowing; never gates.
    pub info: u64,
    /// Known ones that do not gate.
    pub baselined: u64,
}

/// Clauses by state.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ClauseCounts {
    /// All clauses of the operations that were chosen, which are all where none was named.
    pub total: u64,
    /// Tested, and kept.
    pub held: u64,
    /// Tested, and broken.
    pub broken: u64,
    /// Not tested.
    pub not_exercised: u64,
    /// The document's own clauses of operations that were not chosen: counted in no other number, and not listed. What cases
    /// would add to them, such as that a walk ends, comes with the cases only.
    #[serde(default, skip_serializing_if = "is_none")]
    pub not_chosen: u64,
}

/// Clauses tested, by level.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Coverage {
    /// Of what must be.
    pub must: CoverageOf,
    /// Of what should be.
    pub should: CoverageOf,
    /// Of what is worth knowing.
    pub info: CoverageOf,
}

/// Clauses tested at one level.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CoverageOf {
    /// Clauses held or broken.
    pub exercised: u64,
    /// Clauses at this level.
    pub total: u64,
    /// Of those not exercised, how many this target could not show (no second key, no overload, no failure of its own).
    pub out_of_reach: u64,
}

fn is_none(count: &u64) -> bool {
    *count == 0
}

impl CaseCounts {
    /// Counts one more case.
    pub fn add(&mut self, verdict: Verdict) {
        *match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Fail => &mut self.fail,
            Verdict::Inconclusive => &mut self.inconclusive,
            Verdict::Skipped => &mut self.skipped,
            Verdict::Error => &mut self.error,
        } += 1;
    }
}

impl ClauseCounts {
    /// Counts one more clause.
    pub fn add(&mut self, state: State) {
        self.total += 1;
        *match state {
            State::Held => &mut self.held,
            State::Broken => &mut self.broken,
            State::NotExercised => &mut self.not_exercised,
        } += 1;
    }
}
