//! A plan as it was carried out: in each request stands the value that was sent, in the place of where it came from, so
//! that a request can be found in a recording. And which cases an operation's proof needs.

use std::collections::HashMap;
use std::sync::Arc;

use crate::battery::{Case, Does, Plan};
use crate::run::CaseRun;

/// The plan with the values that its runs settled on.
pub fn settled(plan: &Plan, runs: &[CaseRun]) -> Plan {
    let mut plan = plan.clone();
    for run in runs {
        let case = &mut plan.cases[run.case];
        let Some(step) = case.steps.first_mut() else {
            continue;
        };
        // What it asks for goes by what its control shows, each time.
        if case.does == Does::Select {
            continue;
        }
        let operation = &plan.contract.operations[step.operation];
        for request in &mut step.requests {
            if let Some(sent) = run.as_sent(operation, request) {
                *request = sent;
            }
        }
    }
    plan
}

/// Which cases send requests to an operation, with those that they stand on. What changes something is answered by what
/// was changed before, so such cases come together or not at all.
pub fn cases_of(plan: &Plan, operation: usize) -> Arc<[bool]> {
    let own = |case: &Case| case.operations().any(|one| one == operation);
    let mut wanted: Vec<bool> = plan.cases.iter().map(own).collect();
    stand_on(plan, &mut wanted);
    let mut chosen = plan.cases.iter().zip(&wanted);
    if chosen.any(|(case, wanted)| *wanted && writes(case)) {
        for (case, wanted) in plan.cases.iter().zip(&mut wanted) {
            *wanted |= writes(case);
        }
        stand_on(plan, &mut wanted);
    }
    wanted.into()
}

fn writes(case: &Case) -> bool {
    let mut requests = case.steps.iter().flat_map(|step| &step.requests);
    requests.any(|request| !matches!(request.method.as_str(), "GET" | "HEAD" | "OPTIONS"))
}

/// Adds what the wanted cases stand on; it comes before them.
fn stand_on(plan: &Plan, wanted: &mut [bool]) {
    let ids = plan.cases.iter().map(|case| case.id.as_str()).zip(0..);
    let ids: HashMap<&str, usize> = ids.collect();
    for n in (0..plan.cases.len()).rev() {
        if !wanted[n] {
            continue;
        }
        let case = &plan.cases[n];
        let requests = case.steps.iter().flat_map(|step| &step.requests);
        let sources = requests.flat_map(|request| request.offers());
        let sources = sources.filter_map(|(id, _)| ids.get(id.as_str()).copied());
        for needed in sources.chain(case.control) {
            wanted[needed] = true;
        }
    }
}
