//! The proof as programs read it, and the source of its page: which clause is guarded, by which case, on which mutant.
//! Filled by the command line; nothing here decides a score.

use serde::{Deserialize, Serialize};

use crate::contract::Level;

use super::model::Tool;

/// The version of this format.
pub const SCHEMA_VERSION: u32 = 1;

/// The whole proof.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofReport {
    /// The version of this format.
    pub schema_version: u32,
    /// The program that wrote it.
    pub tool: Tool,
    /// The title and the version of the contract.
    pub contract: String,
    /// The share of must and should clauses that are guarded or implied, in per cent.
    pub score: f64,
    /// Whether the score is high enough and no benign mutant was caught.
    pub passes: bool,
    /// How many mutants were played.
    pub mutants: usize,
    /// The cases of the battery, in its order.
    pub cases: Vec<String>,
    /// Every clause, in the order of the contract.
    pub clauses: Vec<ProofClause>,
    /// Mutants that keep the contract.
    pub benign: Vec<Benign>,
    /// Clauses that were broken in the recording already.
    pub broken_before: Vec<String>,
    /// Why not all mutants were played; the proof does not pass then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cut: Option<String>,
    /// The operations for which nothing was derived, each with the reason; their clauses are not among the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<(String, String)>,
}

/// One clause with what is known of how it is guarded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProofClause {
    /// The id of the clause.
    pub clause: String,
    /// The kind of promise: `status`, `header`, `schema`, `rule`, …
    pub kind: String,
    /// How much it weighs; `info` does not count.
    pub level: Level,
    /// How it is guarded.
    pub guard: GuardWord,
    /// The guarded clauses that break along with it; empty unless implied.
    pub implied_by: Vec<String>,
    /// Why no break of it is known; empty unless there is no mutant.
    pub reason: String,
    /// Its mutants.
    pub mutants: Vec<MutantRecord>,
}

/// How a clause is guarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum GuardWord {
    /// Every mutant was caught by its own finding.
    #[serde(rename = "guarded")]
    Guarded,
    /// It cannot break alone, and a neighbour that breaks along is guarded.
    #[serde(rename = "implied")]
    Implied,
    /// Some mutant was caught only by a finding on another clause.
    #[serde(rename = "killed by another")]
    KilledByAnother,
    /// Some mutant was not caught at all.
    #[serde(rename = "unguarded")]
    Unguarded,
    /// No break of it is known.
    #[serde(rename = "no mutant")]
    NoMutant,
    /// The time was over before all its mutants were played.
    #[serde(rename = "not played")]
    NotPlayed,
}

impl GuardWord {
    /// All of them, from the best.
    pub const ALL: [GuardWord; 6] = [
        GuardWord::Guarded,
        GuardWord::Implied,
        GuardWord::KilledByAnother,
        GuardWord::Unguarded,
        GuardWord::NoMutant,
        GuardWord::NotPlayed,
    ];

    /// The word for people, which is also the one in JSON.
    pub fn word(self) -> &'static str {
        match self {
            GuardWord::Guarded => "guarded",
            GuardWord::Implied => "implied",
            GuardWord::KilledByAnother => "killed by another",
            GuardWord::Unguarded => "unguarded",
            GuardWord::NoMutant => "no mutant",
            GuardWord::NotPlayed => "not played",
        }
    }

    /// Whether a clause so guarded counts in the score.
    pub fn counts(self) -> bool {
        matches!(self, GuardWord::Guarded | GuardWord::Implied)
    }
}

/// One mutant and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MutantRecord {
    /// Where the break was.
    pub variant: String,
    /// What was done.
    pub how: String,
    /// The first case that caught the clause itself, if one did.
    pub killed_by: Option<String>,
    /// Other clauses that were found broken.
    pub others: Vec<String>,
}

/// A mutant that keeps the contract.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Benign {
    /// What was changed.
    pub name: String,
    /// The clauses that were wrongly found broken.
    pub caught: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guard_has_one_word_for_people_and_programs() {
        for guard in GuardWord::ALL {
            assert_eq!(serde_json::to_value(guard).unwrap(), guard.word());
        }
    }
}
