//! A plan that sends nothing: in the place of its cases each operation has one that stands for all requests to it that
//! were seen, and what is expected of an answer to one of them.

use std::collections::HashMap;

use crate::contract::{ClauseIx, StatusKey};
use crate::exchange::Credentials;

use super::model::{Accept, Collection, Does, Expects};
use super::plan::Plan;
use super::planned::{Case, Step};

/// Statuses that say nothing of the mistake in a request.
const SHOW_NOTHING: [u16; 5] = [401, 403, 404, 429, 503];

impl Plan {
    /// The plan by which traffic is judged: the same contract, rules and collections, and a case for each operation, in
    /// the order of the contract.
    #[must_use]
    pub fn of_traffic(mut self) -> Plan {
        let steps = self.cases.iter().flat_map(|case| &case.steps);
        let known = steps.filter_map(|step| Some((step.operation, step.collection.clone()?)));
        let mut collections: HashMap<usize, Collection> = known.collect();
        let operations = self.contract.operations.iter().enumerate();
        let cases = operations.map(|(ix, operation)| Case {
            flow: None,
            id: format!("{}.traffic", operation.id),
            title: format!("requests to {} {} that were seen", operation.method, operation.path),
            means: "Every request of the traffic that went to this operation, and what it was answered.".to_owned(),
            does: Does::Request,
            steps: vec![any_answer(ix, collections.remove(&ix))],
            control: None,
            turn: 0,
            core: false,
            unnamed: false,
            aims: Vec::new(),
            opt_in: false,
            pages: None,
            sorting: None,
            shows: Default::default(),
            derived: None,
            offers: Vec::new(),
            bare: None,
            skipped: None,
            source: operation.pointer.clone(),
            line: operation.mark.line,
        });
        self.cases = cases.collect();
        self.known_cases
            .extend(self.cases.iter().map(|case| case.id.clone()));
        self.left_out = Vec::new();
        self.is_traffic = true;
        self
    }
}

/// An answer to a request that keeps the contract may be whatever the contract documents; a server error that it does not
/// document is none.
fn any_answer(operation: usize, collection: Option<Collection>) -> Step {
    Step {
        name: String::new(),
        operation,
        expects: Expects::Any,
        accepts: vec![
            Accept::any(StatusKey::Range(1)),
            Accept::any(StatusKey::Range(2)),
            Accept::any(StatusKey::Range(3)),
            Accept::any(StatusKey::Range(4)),
        ],
        inconclusive: vec![Accept::any(StatusKey::Exact(503))],
        breaks_level: None,
        breaks_success: None,
        breaks_other: None,
        credentials: Credentials::Valid,
        requests: Vec::new(),
        collection,
        captures: Vec::new(),
        same: None,
        lists: None,
        retry: None,
        always: false,
    }
}

impl Step {
    /// What is expected of an answer to a valid request: the status that came, where it is a documented one.
    #[must_use]
    pub fn answered(&self, plan: &Plan, status: u16) -> Step {
        let mut step = self.clone();
        let operation = &plan.contract.operations[self.operation];
        let is_documented = operation.response(status).is_some();
        if (200..300).contains(&status) && is_documented {
            step.expects = Expects::Success;
            step.accepts = vec![Accept::any(StatusKey::Exact(status))];
        } else if is_documented {
            step.accepts.push(Accept::any(StatusKey::Exact(status)));
        }
        step
    }

    /// What is expected of an answer to a request that breaks a clause: a refusal.
    #[must_use]
    pub fn refused(&self, plan: &Plan, clause: Option<ClauseIx>, status: u16) -> Step {
        let is_security = clause.is_some_and(|clause| {
            plan.contract.operations[self.operation].security.clause == Some(clause)
        });
        let mut step = Step {
            expects: Expects::Refusal,
            accepts: vec![Accept::any(StatusKey::Range(4))],
            breaks_success: clause,
            breaks_level: clause.map(|clause| plan.clauses.get(clause).level),
            ..self.clone()
        };
        if is_security {
            step.accepts = [401, 403, 404]
                .map(|status| Accept::any(StatusKey::Exact(status)))
                .to_vec();
            step.accepts.push(Accept::any(StatusKey::Range(3)));
            step.inconclusive = vec![
                Accept::any(StatusKey::Range(4)),
                Accept::any(StatusKey::Exact(503)),
            ];
        } else {
            step.inconclusive = SHOW_NOTHING
                .map(|status| Accept::any(StatusKey::Exact(status)))
                .to_vec();
            let is_exact = (400..500).contains(&status) && !SHOW_NOTHING.contains(&status);
            if is_exact {
                step.accepts
                    .insert(0, Accept::any(StatusKey::Exact(status)));
            }
        }
        step
    }
}
