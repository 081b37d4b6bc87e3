//! How often each clause was put to the test. A case sees a few hundred of the clauses of a contract that may have some
//! hundred thousand, and they stand together: so the counts are kept in pages, and only those that are used.

use crate::contract::ClauseIx;

const PAGE: usize = 256;

/// Counts by clause.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    pages: Vec<Option<Box<[u64; PAGE]>>>,
}

impl Tally {
    /// Counts one.
    #[inline]
    pub fn add(&mut self, clause: ClauseIx, count: u64) {
        let at = clause.at() / PAGE;
        if at >= self.pages.len() {
            self.pages.resize(at + 1, None);
        }
        let page = self.pages[at].get_or_insert_with(|| Box::new([0; PAGE]));
        page[clause.at() % PAGE] += count;
    }

    /// How many were counted.
    #[inline]
    pub fn get(&self, clause: ClauseIx) -> u64 {
        match self.pages.get(clause.at() / PAGE) {
            Some(Some(page)) => page[clause.at() % PAGE],
            _ => 0,
        }
    }

    /// Forgets what was counted of a clause.
    pub fn clear(&mut self, clause: ClauseIx) {
        if let Some(Some(page)) = self.pages.get_mut(clause.at() / PAGE) {
            page[clause.at() % PAGE] = 0;
        }
    }

    /// Adds what another counted.
    pub fn merge(&mut self, other: &Tally) {
        if self.pages.len() < other.pages.len() {
            self.pages.resize(other.pages.len(), None);
        }
        for (mine, theirs) in self.pages.iter_mut().zip(&other.pages) {
            let Some(theirs) = theirs else {
                continue;
            };
            match mine {
                None => *mine = Some(theirs.clone()),
                Some(mine) => mine
                    .iter_mut()
                    .zip(&**theirs)
                    .for_each(|(mine, theirs)| *mine += theirs),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_kept_whatever_their_page() {
        let (mut one, mut other) = (Tally::default(), Tally::default());
        for n in [0, 255, 256, 999, 999] {
            one.add(ClauseIx(n), 1);
        }
        other.add(ClauseIx(999), 3);
        other.add(ClauseIx(600), 1);
        one.merge(&other);
        one.clear(ClauseIx(255));
        let counts = [0, 1, 255, 256, 600, 999].map(|n| one.get(ClauseIx(n)));
        assert_eq!(counts, [1, 0, 0, 1, 1, 5]);
    }
}
