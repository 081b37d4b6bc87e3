//! The order in which a case's items come, with the clause that another one breaks.

use crate::contract::{ClauseIx, Part};

use super::loaded::{BatteryError, Loaded};
use super::make_case::CasePlanner;
use super::model::{CaseFile, Does};
use super::planned::{Sorting, Step};
use super::promises::{SHOWS, SORTED, SORTS};

impl CasePlanner<'_> {
    /// The order that a case says, if it says one.
    ///
    /// # Errors
    /// It names no member of an item or no clause that another order breaks, or has not as many orders as requests.
    pub(super) fn sorting(
        &self,
        loaded: &Loaded<CaseFile>,
        step: &Step,
        aims: &[ClauseIx],
    ) -> Result<Option<Sorting>, BatteryError> {
        let file = &loaded.file;
        let Some(shows) = file.shows.as_ref().filter(|shows| shows.is_whole()) else {
            return Ok(None);
        };
        let is_due = |subject: &crate::contract::Subject| match file.does {
            Does::Select if !shows.members.is_empty() => subject.keyword == SHOWS,
            Does::Select if subject.keyword == SORTS => true,
            _ => subject.part == Part::State(SORTED.to_owned()),
        };
        let mut aims = aims.iter().copied();
        let clause = aims.find(|ix| is_due(&self.clauses.get(*ix).subject));
        let requests = step.requests.len();
        let problem = match (file.does, clause, shows.places()) {
            (Does::Select, None, _) => {
                "this needs the clause in `aims`: `query/NAME/sorts`, `query/NAME/shows` or `state/sorted`"
            }
            (Does::Walk, None, _) => "this needs the clause in `aims`: `state/sorted`",
            (Does::Select | Does::Walk, Some(clause), Some((list, member)))
                if requests == 0 || shows.order.is_empty() || shows.order.len() == requests =>
            {
                return Ok(Some(Sorting {
                    list,
                    member,
                    order: shows.order.clone(),
                    members: shows.members.clone(),
                    clause,
                }));
            }
            (Does::Select | Does::Walk, Some(_), Some(_)) => {
                "`order` needs one order for each request"
            }
            (Does::Select | Does::Walk, _, None) => {
                "`at` needs a member of each item: `/items/*/price`"
            }
            _ => "only a case that selects or walks has an order",
        };
        Err(loaded.error("/shows", problem))
    }
}
