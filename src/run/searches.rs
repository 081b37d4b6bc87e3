//! Cases that search a list for a word that one of its items has, and cases that ask for some members of the items.

use crate::battery::{PlannedRequest, Word};
use crate::check::fields;
use crate::check::looked::{Look, Selecting};
use crate::check::response::Spot;
use crate::check::searches::{self, Only};
use crate::check::selects::{How, Said};
use crate::ledger::Verdict;

use super::Runner;
use super::record::{CaseRun, Control};

impl Runner<'_> {
    /// Searches for a word, and where the answer is not right once more, and for all.
    pub(super) async fn search(
        &self,
        run: &mut CaseRun,
        control: Control<'_>,
        unasked: &PlannedRequest,
        word: Word,
    ) {
        let case = &self.plan.cases[run.case];
        let Some((selecting, parameter, all)) = self.selecting(run, control) else {
            return;
        };
        let only = match searches::only(all, parameter, word) {
            Ok(only) => only,
            Err(why) => return run.standing.raise(Verdict::Inconclusive, why),
        };
        let spot = Spot {
            exchange: run.next_number(),
            page: 0,
        };
        let value = only.word.clone().into();
        let asked = (selecting, &value);
        let Some(look) = self.asked_for(run, control, unasked, asked).await else {
            return;
        };
        match searches::first(all, &look, &only) {
            Said::Open(why) => return run.standing.raise(Verdict::Inconclusive, why),
            Said::Right | Said::Broken(_) => {}
            Said::More => {
                let Some(second) = self.asked_for(run, control, unasked, asked).await else {
                    return;
                };
                let Some(again) = self.seen_with(run, unasked.clone()).await else {
                    return;
                };
                match searches::judge([all, &again], [&look, &second], &only) {
                    Said::Broken(How::Missing)
                        if searches::may_be_whole(self.plan, parameter, &only)
                            && self
                                .finds_whole(run, control, unasked, (selecting, all, &only))
                                .await =>
                    {
                        let why = "it is found by all that stands there, and by no word of it";
                        return run.standing.raise(Verdict::Inconclusive, why);
                    }
                    Said::Broken(how) => {
                        let of = (selecting, how);
                        searches::accuse(self.plan, case, of, &only, spot, &mut run.seen);
                    }
                    Said::Open(why) => return run.standing.raise(Verdict::Inconclusive, why),
                    Said::Right | Said::More => {}
                }
            }
        }
        if let Some(clause) = searches::clause(self.plan, case, selecting) {
            run.seen.exercise(clause);
        }
        run.standing.raise(Verdict::Pass, "");
    }

    /// Whether an item is found by all that stands in its member.
    async fn finds_whole(
        &self,
        run: &mut CaseRun,
        control: Control<'_>,
        unasked: &PlannedRequest,
        (selecting, all, only): (Selecting<'_>, &Look, &Only),
    ) -> bool {
        let asked = (selecting, &only.whole.clone().into());
        let look = self.asked_for(run, control, unasked, asked).await;
        look.is_some_and(|look| searches::is_found(all, &look, only))
    }

    /// Asks for some members, and where others are shown once more.
    pub(super) async fn pick(
        &self,
        run: &mut CaseRun,
        control: Control<'_>,
        unasked: &PlannedRequest,
    ) {
        let case = &self.plan.cases[run.case];
        let selecting = Selecting::of(self.plan, case);
        let (Some(picked), Some(selecting)) = (&case.sorting, selecting) else {
            return;
        };
        let mut looks = control.looks.iter();
        let all = looks.find(|(of, _)| *of == run.case);
        let planned = case.step().requests.first();
        let (Some((_, all)), Some(planned)) = (all, planned) else {
            let why = "its control showed no list of items";
            return run.standing.raise(Verdict::Inconclusive, why);
        };
        let given = (selecting, None);
        let Some(request) = self.settled_as(run, control, (planned, unasked), given) else {
            return;
        };
        let spot = Spot {
            exchange: run.next_number(),
            page: 0,
        };
        let Some(look) = self.seen_with(run, request.clone()).await else {
            return;
        };
        if !fields::is_shown(self.plan, case, picked, all) {
            let why = "the list without it shows no members that could be left out";
            return run.standing.raise(Verdict::Inconclusive, why);
        }
        if let Some(at) = fields::strange(self.plan, case, picked, &look) {
            let Some(again) = self.seen_with(run, request).await else {
                return;
            };
            if fields::strange(self.plan, case, picked, &again).is_none() {
                let why = "the same request was answered with other members";
                return run.standing.raise(Verdict::Inconclusive, why);
            }
            fields::accuse(self.plan, case, picked, at, spot, &mut run.seen);
        }
        run.seen.exercise(picked.clause);
        run.standing.raise(Verdict::Pass, "");
    }
}
