//! A recording that is judged again holds stand-ins in the place of secrets. Its run judged the answers as they were, so
//! what only the stand-ins break is no break of the target's.

use crate::battery::Plan;
use crate::contract::ClauseIx;
use crate::exchange::StoodIn;
use crate::ledger::{Sightings, Verdict};

use super::record::CaseRun;

/// Leaves open what a case finds broken in answers with stand-ins, where the run that was recorded did not.
pub(super) fn leave_open(plan: &Plan, stood_in: &StoodIn, run: &mut CaseRun) {
    let case = &plan.cases[run.case];
    let control = case.control.map(|control| &plan.cases[control]);
    let mut of = std::iter::once(case).chain(control);
    if !of.any(|case| stood_in.cases.contains(&case.id)) {
        return;
    }
    for why in forget(plan, stood_in, &[], &mut run.seen) {
        run.standing.raise(Verdict::Inconclusive, why);
    }
}

/// Forgets the breaks that the run which was recorded did not find, but those known before; why, a sentence each.
pub(super) fn forget(
    plan: &Plan,
    stood_in: &StoodIn,
    known: &[ClauseIx],
    seen: &mut Sightings,
) -> Vec<String> {
    let id = |clause: ClauseIx| plan.clauses.get(clause).id();
    let is_new =
        |clause: &ClauseIx| !known.contains(clause) && !stood_in.broken.contains(id(*clause));
    let new: Vec<ClauseIx> = seen.broken().keys().copied().filter(is_new).collect();
    let why = |clause| {
        seen.forget(clause);
        format!(
            "the recording holds something else in the place of a secret, and only so is {} broken; ask the target again",
            id(clause)
        )
    };
    new.into_iter().map(why).collect()
}
