//! Cases that ask for a list in an order.

use serde_json::Value;

use crate::battery::{PlannedRequest, Way};
use crate::check::looked::{Look, Selecting};
use crate::check::response::Spot;
use crate::check::sorted::{self, Said};
use crate::contract::Part;
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
        let subject = &self.plan.clauses.get(sorting.clause).subject;
        let is_promised = matches!(subject.part, Part::State(_));
        let mut looks = control.looks.iter();
        let Some((_, all)) = looks.find(|(of, _)| *of == run.case) else {
            let why = "its control showed no list of items";
            return run.standing.raise(Verdict::Inconclusive, why);
        };
        let mut asked: Vec<Asked> = Vec::new();
        let is_in_order = |way: Way| !matches!(sorted::judge(all, None, way), Said::Wrong { .. });
        let mut planned: Vec<_> = case.step().requests.iter().zip(&sorting.order).collect();
        // The way that the list does not have unasked tells most, and then the one that takes a sign or a word more.
        planned.sort_by_key(|(_, way)| (is_in_order(**way), **way != Way::Descending));
        for (planned, way) in planned {
            let given = (selecting, None);
            let Some(request) = self.settled_as(run, control, (planned, unasked), given) else {
                return;
            };
            let exchange = run.next_number();
            let Some(look) = self.seen_with(run, request.clone()).await else {
                return;
            };
            let is_told = matches!(sorted::judge(&look, Some(all), *way), Said::Right);
            asked.push(Asked {
                way: *way,
                look,
                exchange,
                request,
            });
            if is_told && !is_in_order(*way) {
                break;
            }
        }
        let (mut open, mut is_shown) = (None, false);
        for (n, one) in asked.iter().enumerate() {
            let other = asked.iter().enumerate().find(|(other, _)| *other != n);
            let other = other.map_or(all, |(_, other)| &other.look);
            // What is promised of the list itself is not compared with another order.
            let beside = Some(other).filter(|_| !is_promised);
            match sorted::judge(&one.look, beside, one.way) {
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
                    let look = (&one.look, !is_promised && sorted::is_same(&one.look, other));
                    let at = (before, behind);
                    let of = (sorting, one.way);
                    sorted::accuse(self.plan, case, of, look, at, spot, &mut run.seen);
                    is_shown = true;
                }
            }
        }
        if !is_shown && !is_promised {
            is_shown = self.passes_over(run, &asked, all, unasked).await;
        }
        match open.filter(|_| !is_shown) {
            Some(why) => run.standing.raise(Verdict::Inconclusive, why),
            None => {
                run.seen.exercise(sorting.clause);
                run.standing.raise(Verdict::Pass, "");
            }
        }
    }

    /// Whether one page comes for both ways, with one value, although the list has what should come first one way.
    async fn passes_over(
        &self,
        run: &mut CaseRun,
        asked: &[Asked],
        all: &Look,
        unasked: &PlannedRequest,
    ) -> bool {
        let case = &self.plan.cases[run.case];
        let ([one, other], Some(sorting)) = (asked, &case.sorting) else {
            return false;
        };
        if one.way == other.way || !sorted::is_same(&one.look, &other.look) {
            return false;
        }
        for asked in [one, other] {
            let Some(values) = sorted::passed_over(all, &asked.look, asked.way) else {
                continue;
            };
            let again = self.seen_with(run, asked.request.clone()).await;
            let still = self.seen_with(run, unasked.clone()).await;
            let is_same = |look: &Look, again: Option<Look>| {
                again.is_some_and(|again| sorted::is_same(look, &again))
            };
            if is_same(&asked.look, again) && is_same(all, still) {
                let spot = Spot {
                    exchange: asked.exchange,
                    page: 0,
                };
                let of = (sorting, asked.way);
                sorted::accuse_of_passing(self.plan, case, of, values, spot, &mut run.seen);
                return true;
            }
        }
        false
    }

    /// Takes in a page of a walk whose order is promised.
    pub(super) fn gather(&self, run: &mut CaseRun, page: u64, body: &Value) {
        if self.plan.cases[run.case].sorting.is_none() {
            return;
        }
        if page == 1 {
            run.looks = vec![(run.case, Look::default())];
        }
        let exchange = run.next_number();
        let found = self.look_at(run.case, body);
        if let (Some(page), Some((_, look))) = (found, run.looks.first_mut()) {
            look.add(page, exchange);
        }
    }

    /// Whether a walk that agrees with itself came in the order that is promised; where not, it is done once more.
    pub(super) async fn in_order(&self, run: &mut CaseRun, look: Option<Look>) {
        let case = &self.plan.cases[run.case];
        let (Some(sorting), Some(look)) = (&case.sorting, look) else {
            return;
        };
        let Some(way) = sorting.order.first() else {
            return;
        };
        match sorted::judge(&look, None, *way) {
            Said::Open(_) => {}
            Said::Right => run.seen.exercise(sorting.clause),
            Said::Wrong { before, behind } => {
                self.walk_silently(run, case, None).await;
                let again = run.looks.pop();
                if again.is_some_and(|(_, again)| sorted::is_same(&look, &again)) {
                    let (of, at) = ((sorting, *way), (before, behind));
                    let spot = Spot {
                        exchange: 0,
                        page: 1,
                    };
                    let look = (&look, false);
                    sorted::accuse(self.plan, case, of, look, at, spot, &mut run.seen);
                    run.seen.exercise(sorting.clause);
                }
            }
        }
    }
}
