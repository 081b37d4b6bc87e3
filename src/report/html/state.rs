//! What became of a clause, as the page shows it.

use super::super::model::ClauseRecord;
use crate::ledger;

/// What is shown of a clause.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Broken,
    Held,
    Open,
    OutOfReach,
    NotRun,
}

impl State {
    /// All states, the most urgent first.
    pub(super) const ALL: [State; 5] = [
        State::Broken,
        State::Held,
        State::Open,
        State::OutOfReach,
        State::NotRun,
    ];

    pub(super) fn of(clause: &ClauseRecord) -> State {
        match clause.state {
            Some(ledger::State::Held) => State::Held,
            Some(ledger::State::Broken) => State::Broken,
            Some(ledger::State::NotExercised) if clause.out_of_reach == Some(true) => {
                State::OutOfReach
            }
            Some(ledger::State::NotExercised) => State::Open,
            None => State::NotRun,
        }
    }

    /// The word in the page's style and filters.
    pub(super) fn class(self) -> &'static str {
        match self {
            State::Broken => "broken",
            State::Held => "held",
            State::Open => "open",
            State::OutOfReach => "out-of-reach",
            State::NotRun => "not-run",
        }
    }

    /// The words for people.
    pub(super) fn word(self) -> &'static str {
        match self {
            State::Open => "not exercised",
            State::OutOfReach => "out of reach",
            State::NotRun => "not run",
            State::Broken | State::Held => self.class(),
        }
    }

    pub(super) fn sign(self) -> &'static str {
        match self {
            State::Broken => "✕",
            State::Held => "✓",
            State::Open => "○",
            State::OutOfReach => "·",
            State::NotRun => "–",
        }
    }
}
