//! Cases that ask for the items on one side of a value that their control shows.

use crate::battery::{Bound, PlannedRequest};
use crate::check::filtered;
use crate::check::looked::{Look, Selecting};
use crate::check::ranges::{self, Middle, middle};
use crate::check::response::Spot;
use crate::check::selects::{self, Said};
use crate::ledger::Verdict;

use super::Runner;
use super::record::{CaseRun, Control};

impl Runner<'_> {
    /// Asks for one side of a value, and where the answer is not right once more, and for all.
    pub(super) async fn within(
        &self,
        run: &mut CaseRun,
        control: Control<'_>,
        unasked: &PlannedRequest,
        bound: Bound,
    ) {
        let case = &self.plan.cases[run.case];
        let Some((selecting, parameter, all)) = self.selecting(run, control) else {
            return;
        };
        let middle = match middle(all, parameter, case.shows.edge) {
            Ok(middle) => middle,
            Err(why) => return run.standing.raise(Verdict::Inconclusive, why),
        };
        let spot = Spot {
            exchange: run.next_number(),
            page: 0,
        };
        let asked = (selecting, &middle.value);
        let Some(look) = self.asked_for(run, control, unasked, asked).await else {
            return;
        };
        match ranges::first(&look, &middle, bound) {
            Said::Open(why) => return run.standing.raise(Verdict::Inconclusive, why),
            Said::Right | Said::Broken(_) => {
                let within = (&middle, bound);
                let looks = [all, &look];
                self.at_edge(run, control, unasked, (selecting, within, spot), looks)
                    .await;
            }
            Said::More => {
                let Some(second) = self.asked_for(run, control, unasked, asked).await else {
                    return;
                };
                let Some(again) = self.seen_with(run, unasked.clone()).await else {
                    return;
                };
                let within = (&middle, bound);
                let (alls, looks) = ([all, &again], [&look, &second]);
                match ranges::judge(alls, looks, within, case.shows.only) {
                    Said::Broken(how) => {
                        let of = (selecting, how);
                        ranges::accuse(self.plan, case, of, &look, within, spot, &mut run.seen);
                    }
                    Said::Open(why) => return run.standing.raise(Verdict::Inconclusive, why),
                    Said::Right | Said::More => return,
                }
            }
        }
        if let Some(clause) = selects::clause(self.plan, case, selecting) {
            run.seen.exercise(clause);
        }
        run.standing.raise(Verdict::Pass, "");
    }

    /// Looks at what is at the bound, where the document says whether it is shown; what is amiss is looked at twice more.
    async fn at_edge(
        &self,
        run: &mut CaseRun,
        control: Control<'_>,
        unasked: &PlannedRequest,
        (selecting, (middle, bound), spot): (Selecting<'_>, (&Middle, Bound), Spot),
        [all, look]: [&Look; 2],
    ) -> Option<()> {
        let case = &self.plan.cases[run.case];
        let side = (bound, case.shows.edge?);
        let found = ranges::at_edge([all, look], middle, side)?;
        for _ in 0..2 {
            let asked = (selecting, &middle.value);
            let second = self.asked_for(run, control, unasked, asked).await?;
            let again = self.seen_with(run, unasked.clone()).await?;
            let is_same = filtered::is_same([all, look], [&again, &second]);
            let is_found =
                ranges::at_edge([&again, &second], middle, side).as_ref() == Some(&found);
            (is_same && is_found).then_some(())?;
        }
        let of = (middle, &found);
        ranges::accuse_at_edge(self.plan, case, selecting, of, spot, &mut run.seen);
        None
    }
}
