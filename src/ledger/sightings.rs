//! What one case saw: for each clause how often it was put to the test, and each break with its first places.

use std::collections::BTreeMap;

use crate::contract::{ClauseIx, Level};
use crate::exchange::Location;

use super::tally::Tally;

/// How many places of a break are kept; the rest are counted.
pub const EXAMPLES_KEPT: usize = 5;

/// One place where a clause was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// The clause.
    pub clause: ClauseIx,
    /// How much it weighs here; mostly the clause's own level.
    pub level: Level,
    /// The break in one sentence.
    pub message: String,
    /// What is demanded.
    pub expected: String,
    /// What came.
    pub actual: String,
    /// Where in the exchange.
    pub location: Location,
    /// The page of a walk, from 1; 0 outside a walk.
    pub page: u64,
    /// The exchange within the case, from 0.
    pub exchange: Option<u64>,
    /// The piece of the response around the wrong value, where there is one.
    pub excerpt: Option<Excerpt>,
}

/// A piece of a body, with what is wrong in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// A few lines of JSON.
    pub text: String,
    /// The line that is wrong, from 0.
    pub line: usize,
    /// Where in that line the wrong value begins and ends, in characters from 0.
    pub span: std::ops::Range<usize>,
}

/// The breaks of one clause in one case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// In how many places.
    pub count: u64,
    /// The worst level.
    pub level: Level,
    /// The first few.
    pub first: Vec<Break>,
}

/// All that one case saw.
#[derive(Debug, Clone, Default)]
pub struct Sightings {
    exercised: Tally,
    broken: BTreeMap<ClauseIx, Broken>,
    mistake: Option<(ClauseIx, String)>,
}

impl Sightings {
    /// Notes that a rule could not be evaluated, and why: nothing is said of the target. The first one is kept.
    pub fn mistaken(&mut self, clause: ClauseIx, why: impl FnOnce() -> String) {
        self.mistake.get_or_insert_with(|| (clause, why()));
    }

    /// The rule that could not be evaluated, and why.
    pub fn mistake(&self) -> Option<&(ClauseIx, String)> {
        self.mistake.as_ref()
    }

    /// Counts that a clause was put to the test.
    #[inline]
    pub fn exercise(&mut self, clause: ClauseIx) {
        self.exercised.add(clause, 1);
    }

    /// Whether a break of this clause still needs its details (the first few do, the rest are only counted).
    pub fn wants_details(&self, clause: ClauseIx) -> bool {
        self.broken
            .get(&clause)
            .is_none_or(|broken| broken.first.len() < EXAMPLES_KEPT)
    }

    /// Records a break.
    pub fn report(&mut self, seen: Break) {
        let entry = self.broken.entry(seen.clause).or_insert_with(|| Broken {
            count: 0,
            level: seen.level,
            first: Vec::new(),
        });
        entry.count += 1;
        entry.level = entry.level.max(seen.level);
        if entry.first.len() < EXAMPLES_KEPT {
            entry.first.push(seen);
        }
    }

    /// Counts a break whose details are not wanted any more.
    pub fn count_break(&mut self, clause: ClauseIx) {
        self.count_breaks(clause, 1);
    }

    /// Counts that many.
    pub fn count_breaks(&mut self, clause: ClauseIx, more: u64) {
        if let Some(broken) = self.broken.get_mut(&clause) {
            broken.count += more;
        }
    }

    /// How often a clause was put to the test.
    pub fn exercised(&self, clause: ClauseIx) -> u64 {
        self.exercised.get(clause)
    }

    /// The same for all clauses.
    pub(super) fn tally(&self) -> &Tally {
        &self.exercised
    }

    /// The breaks, by clause.
    pub fn broken(&self) -> &BTreeMap<ClauseIx, Broken> {
        &self.broken
    }

    /// How many breaks there are by now.
    pub fn breaks(&self) -> u64 {
        self.broken.values().map(|broken| broken.count).sum()
    }

    /// Forgets all that was seen of a clause: it is switched off.
    pub fn forget(&mut self, clause: ClauseIx) {
        self.broken.remove(&clause);
        self.exercised.clear(clause);
    }

    /// Adds what another look saw.
    pub fn merge(&mut self, other: Sightings) {
        self.mistake = self.mistake.take().or(other.mistake);
        self.exercised.merge(&other.exercised);
        for (_, broken) in other.broken {
            let rest = broken.count - broken.first.len() as u64;
            let clause = broken.first.first().map(|first| first.clause);
            for seen in broken.first {
                self.report(seen);
            }
            if let Some(clause) = clause {
                self.count_breaks(clause, rest);
            }
        }
    }
}
