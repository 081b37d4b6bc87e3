//! What the pages of a walk say of themselves, held against the walk.

use crate::battery::Sequence;

use super::super::page;
use super::super::self_told::{Fault, Said};
use super::Walked;

impl Walked {
    /// Takes in what a page of so many items says of itself.
    pub(super) fn told_of_itself(&mut self, told: (Said, usize), from: &str, exchange: u64) {
        let asked = page::asked(&self.collection, from);
        let faults = self.told.take(&self.collection, told, asked);
        self.mistold(faults, exchange);
    }

    /// Holds what the pages said of the end against the walk, where that met each item once.
    pub(super) fn told_at_end(&mut self, exchange: u64) {
        if !self.noted(Sequence::WalkRepeatsNothing) {
            let all = (self.totals.first, self.items);
            let faults = self.told.end(&self.collection, all);
            self.mistold(faults, exchange);
        }
    }

    fn mistold(&mut self, faults: Vec<Fault>, exchange: u64) {
        for fault in faults {
            let (expected, actual) = (fault.expected, fault.actual);
            self.note(
                Sequence::PageSays,
                &expected,
                actual,
                fault.pointer,
                exchange,
            );
        }
    }
}
