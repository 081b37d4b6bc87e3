//! A page that comes again where pages are counted: behind the last one, many targets show the last one once more.

use super::notes::{Note, Notes};

/// What is kept of the page before.
#[derive(Debug, Default)]
pub(super) struct Echo {
    /// A hash of all that is on it; of an empty one nothing.
    before: Option<u64>,
    /// What it would break by coming again, until it is known whether the last page is shown behind the last; and how many
    /// items it has.
    held: Option<(Vec<Note>, u64)>,
}

/// What a page is to the one before it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// Another one.
    Other,
    /// The same: one more page tells whether the target goes on from here.
    Once,
    /// The same for the second time: the walk ended before it came again, and so many items were not there.
    Twice(u64),
}

impl Echo {
    /// Takes in a page of so many items, whose notes stand behind the first `known` ones. Where there `is_more` by what
    /// the pages say themselves, a page that comes again is none behind the last.
    pub(super) fn hear(
        &mut self,
        (hash, count): (u64, u64),
        is_more: bool,
        notes: &mut Notes,
        known: usize,
    ) -> Heard {
        let hash = (count > 0).then_some(hash);
        let is_same = hash.is_some() && hash == self.before && !is_more;
        self.before = hash;
        match (is_same, self.held.take()) {
            (false, None) => Heard::Other,
            (false, Some((held, _))) => {
                held.into_iter().for_each(|note| notes.add(note));
                Heard::Other
            }
            (true, None) => {
                self.held = Some((notes.split_off(known), count));
                Heard::Once
            }
            (true, Some((_, earlier))) => {
                notes.split_off(known);
                Heard::Twice(earlier + count)
            }
        }
    }

    /// The page behind one that came again was none.
    pub(super) fn ended(&mut self, notes: &mut Notes) {
        let held = self.held.take().into_iter().flat_map(|(held, _)| held);
        held.for_each(|note| notes.add(note));
    }
}
