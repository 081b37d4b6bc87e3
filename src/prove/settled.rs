//! A plan as it was carried out: in each request stands the value that was sent, in the place of where it came from, so
//! that a request can be found in a recording. And which cases an operation's proof needs.

use std::sync::Arc;

use crate::battery::Plan;
use crate::run::CaseRun;

/// The plan with the values that its runs settled on.
pub fn settled(plan: &Plan, runs: &[CaseRun]) -> Plan {
    let mut plan = plan.clone();
    for run in runs {
        let case = &mut plan.cases[run.case];
        let Some(step) = case.steps.first_mut() else {
            continue;
        };
        let operation = &plan.contract.operations[step.operation];
        for request in &mut step.requests {
            if let Some(sent) = run.as_sent(operation, request) {
                *request = sent;
            }
        }
    }
    plan
}

/// Which cases send requests to an operation, with those that they stand on.
pub fn cases_of(plan: &Plan, operation: usize) -> Arc<[bool]> {
    let own = |case: &crate::battery::Case| case.operations().any(|one| one == operation);
    let mut wanted: Vec<bool> = plan.cases.iter().map(own).collect();
    // A control stands before the cases that name it.
    for n in (0..plan.cases.len()).rev() {
        if let (true, Some(control)) = (wanted[n], plan.cases[n].control) {
            wanted[control] = true;
        }
    }
    wanted.into()
}
