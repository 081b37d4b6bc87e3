//! The lattices: a case's verdict and a clause's state only ever rise, and the first cause is kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What became of a case. The order is the lattice's: a verdict is only ever raised.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Verdict {
    /// It was not run.
    Skipped,
    /// It ran, and what it looked at held.
    Pass,
    /// It ran, but nothing in the answers could have shown a break.
    Inconclusive,
    /// It saw a break that gates.
    Fail,
    /// The harness could not carry it out.
    Error,
}

impl Verdict {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Skipped => "skipped",
            Verdict::Pass => "pass",
            Verdict::Inconclusive => "inconclusive",
            Verdict::Fail => "fail",
            Verdict::Error => "error",
        }
    }
}

/// Why an answer shows nothing that was not judged to its end, where the run ended meanwhile.
pub const CUT_SHORT: &str = "the run was over before all of an answer was judged";

/// A verdict with its first cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    verdict: Verdict,
    reason: String,
}

impl Default for Standing {
    fn default() -> Self {
        Standing {
            verdict: Verdict::Skipped,
            reason: String::new(),
        }
    }
}

impl Standing {
    /// Raises the verdict; a lower or equal one changes nothing, so the first cause stays.
    pub fn raise(&mut self, verdict: Verdict, reason: impl Into<String>) {
        if verdict > self.verdict {
            self.verdict = verdict;
            self.reason = reason.into();
        } else if verdict == self.verdict && self.reason.is_empty() {
            self.reason = reason.into();
        }
    }

    /// The verdict.
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Its first cause; empty for a plain pass.
    pub fn reason(&self) -> &str {
        &self.reason
    }
}

/// What the run found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Outcome {
    /// No gating break, and nothing essential left open.
    Conformant,
    /// A gating break, or a baseline that is stale or expired.
    Nonconformant,
    /// Something essential could not be found out.
    Incomplete,
}

impl Outcome {
    /// The word used in reports.
    pub fn word(self) -> &'static str {
        match self {
            Outcome::Conformant => "conformant",
            Outcome::Nonconformant => "nonconformant",
            Outcome::Incomplete => "incomplete",
        }
    }
}

/// What the run saw of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum State {
    /// Put to the test, never broken.
    Held,
    /// Broken at least once.
    Broken,
    /// Never put to the test.
    NotExercised,
}

impl State {
    /// The words for people.
    pub fn word(self) -> &'static str {
        match self {
            State::Held => "held",
            State::Broken => "broken",
            State::NotExercised => "not exercised",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_only_rises_and_keeps_its_first_cause() {
        let mut standing = Standing::default();
        for (verdict, reason) in [
            (Verdict::Pass, ""),
            (Verdict::Inconclusive, "empty"),
            (Verdict::Pass, "fine"),
            (Verdict::Fail, "first"),
            (Verdict::Fail, "second"),
            (Verdict::Inconclusive, "late"),
        ] {
            standing.raise(verdict, reason);
        }
        assert_eq!(
            (standing.verdict(), standing.reason()),
            (Verdict::Fail, "first")
        );
    }
}
