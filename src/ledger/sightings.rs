//! What one case saw: for each clause how often it was put to the test, and each break with its first places.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

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

    /// Adds what another look saw. Whose sightings are added to whose, and in which order, makes no difference.
    pub fn merge(&mut self, other: Sightings) {
        self.mistake = match (self.mistake.take(), other.mistake) {
            (Some(own), Some(theirs)) => Some(own.min(theirs)),
            (own, theirs) => own.or(theirs),
        };
        self.exercised.merge(&other.exercised);
        for (clause, broken) in other.broken {
            match self.broken.entry(clause) {
                Entry::Vacant(place) => {
                    place.insert(broken);
                }
                Entry::Occupied(mut known) => known.get_mut().merge(broken),
            }
        }
    }
}

impl Broken {
    /// Of two looks the places that come first, wherever they were seen.
    fn merge(&mut self, other: Broken) {
        self.count += other.count;
        self.level = self.level.max(other.level);
        self.first.extend(other.first);
        self.first
            .sort_by(|one, other| one.rank().cmp(&other.rank()));
        self.first.truncate(EXAMPLES_KEPT);
    }
}

impl Break {
    /// In which order places are kept: as they came, and where they came together, by all that is known of them.
    fn rank(&self) -> impl Ord + '_ {
        let excerpt = self.excerpt.as_ref();
        let excerpt = excerpt.map(|one| (&one.text, one.line, one.span.start, one.span.end));
        let words = (&self.message, &self.expected, &self.actual);
        let place = (self.exchange, self.page, &self.location);
        (place, words, self.level, excerpt, self.clause)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CLAUSES: u32 = 300;

    fn a_break() -> impl Strategy<Value = Break> {
        let level = prop_oneof![Just(Level::Info), Just(Level::Should), Just(Level::Must)];
        let place = (0..3u64, prop::option::of(0..3u64), 0..4u8, 0..3u8);
        let clause = prop_oneof![0..4u32, 298..CLAUSES];
        (clause, level, place).prop_map(|(clause, level, (page, exchange, at, actual))| Break {
            clause: ClauseIx(clause),
            level,
            message: format!("m{at}"),
            expected: String::new(),
            actual: actual.to_string(),
            location: match at {
                0 => Location::Status,
                at => Location::body(format!("/{at}")),
            },
            page,
            exchange,
            excerpt: (at == 3).then(|| Excerpt {
                text: actual.to_string(),
                line: 0,
                span: 0..usize::from(actual),
            }),
        })
    }

    prop_compose! {
        fn sightings()(
            tested in prop::collection::vec(0..CLAUSES, 0..6),
            breaks in prop::collection::vec(a_break(), 0..24),
            mistake in prop::option::of((0..3u32, "[ab]")),
        ) -> Sightings {
            let mut seen = Sightings::default();
            tested.into_iter().for_each(|clause| seen.exercise(ClauseIx(clause)));
            breaks.into_iter().for_each(|one| seen.report(one));
            seen.mistake = mistake.map(|(clause, why)| (ClauseIx(clause), why));
            seen
        }
    }

    /// All that can be told of sightings.
    fn told(seen: &Sightings) -> String {
        let counts: Vec<u64> = (0..CLAUSES).map(|n| seen.exercised(ClauseIx(n))).collect();
        format!("{counts:?} {:?} {:?}", seen.broken, seen.mistake)
    }

    fn both(one: &Sightings, other: &Sightings) -> Sightings {
        let mut sum = one.clone();
        sum.merge(other.clone());
        sum
    }

    proptest! {
        #[test]
        fn merging_heeds_no_order(a in sightings(), b in sightings(), c in sightings()) {
            prop_assert_eq!(told(&both(&a, &b)), told(&both(&b, &a)));
            prop_assert_eq!(told(&both(&both(&a, &b), &c)), told(&both(&a, &both(&b, &c))));
            let nothing = Sightings::default();
            prop_assert_eq!(told(&both(&a, &nothing)), told(&a));
            prop_assert_eq!(told(&both(&nothing, &a)), told(&a));
        }
    }
}
