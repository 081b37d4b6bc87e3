//! A recording that is judged again holds stand-ins in the place of secrets. Its run judged the answers as they were, so
//! what only the stand-ins break is no break of the target's.

use crate::battery::Plan;
use crate::contract::ClauseIx;
use crate::exchange::StoodIn;
use crate::ledger::Verdict;

use super::record::CaseRun;

/// Leaves open what a case finds broken in answers with stand-ins, where the run that was recorded did not.
pub(super) fn leave_open(plan: &Plan, stood_in: &StoodIn, run: &mut CaseRun) {
    let case = &plan.cases[run.case];
    let control = case.control.map(|control| &plan.cases[control]);
    let mut of = std::iter::once(case).chain(control);
    if !of.any(|case| stood_in.cases.contains(&case.id)) {
        return;
    }
    let is_new = |clause: &ClauseIx| !stood_in.broken.contains(plan.clauses.get(*clause).id());
    let broken = run.seen.broken().keys().copied();
    let new: Vec<ClauseIx> = broken.filter(is_new).collect();
    for clause in new {
        run.seen.forget(clause);
        let id = plan.clauses.get(clause).id();
        let why = format!(
            "the recording holds something else in the place of a secret, and only so is {id} broken; ask the target again"
        );
        run.standing.raise(Verdict::Inconclusive, why);
    }
}
