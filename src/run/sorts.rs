//! Cases that ask for a list in an order.

use crate::battery::{PlannedRequest, Way};
use crate::check::response::Spot;
use crate::check::selects::{Look, Selecting};
use crate::check::sorted::{self, Said};
use crate::ledger::Verdict;

use super::Runner;
use super::record::{CaseRun, Control};

/// A list as it was asked for in an order.
struct Asked {
    way: Way,
    look: Look,
    exchange: u64,
    request: PlannedRequest,
}

impl Runner<'_> {
    /// Asks for each order, and where one is not right for the same once more.
    pub(super) async fn sort(
        &self,
        run: &mut CaseRun,
        control: Control<'_>,
        unasked: &PlannedRequest,
    ) {
        let case = &self.plan.cases[run.case];
        let selecting = Selecting::of(self.plan, case);
        let (Some(sorting), Some(selecting)) = (&case.sorting, selecting) else {
            return;
        };
        let mut looks = control.looks.iter();
        let Some((_, all)) = looks.find(|(of, _)| *of == run.case) else {
            let why = "its control showed no list of items";
            return run.standing.raise(Verdict::Inconclusive, why);
        };
        let mut asked: Vec<Asked> = Vec::new();
        for (planned, way) in case.step().requests.iter().zip(&sorting.order) {
            let given = (selecting, None);
            let Some(request) = self.settled_as(run, control, (planned, unasked), given) else {
                return;
            };
            let exchange = run.next_number();
            let Some(look) = self.seen_with(run, request.clone()).await else {
                return;
            };
            asked.push(Asked {
                way: *way,
                look,
                exchange,
                request,
            });
        }
        let (mut open, mut is_shown) = (None, false);
        for (n, one) in asked.iter().enumerate() {
            let other = asked.iter().enumerate().find(|(other, _)| *other != n);
            let other = other.map_or(all, |(_, other)| &other.look);
            match sorted::judge(&one.look, other, one.way) {
                Said::Right => is_shown = true,
                Said::Open(why) => open = Some(why),
                Said::Wrong { before, behind } => {
                    let Some(again) = self.seen_with(run, one.request.clone()).await else {
                        return;
                    };
                    if !sorted::is_same(&one.look, &again) {
                        open = Some("the list changed while it was read");
                        continue;
                    }
                    let spot = Spot {
                        exchange: one.exchange,
                        page: 0,
                    };
                    let look = (&one.look, sorted::is_same(&one.look, other));
                    let at = (before, behind);
                    let of = (sorting, one.way);
                    sorted::accuse(self.plan, case, of, look, at, spot, &mut run.seen);
                    is_shown = true;
                }
            }
        }
        match open.filter(|_| !is_shown) {
            Some(why) => run.standing.raise(Verdict::Inconclusive, why),
            None => {
                run.seen.exercise(sorting.clause);
                run.standing.raise(Verdict::Pass, "");
            }
        }
    }
}
