//! The engine's own promises of single answers, for every operation that has derived cases: that no request is answered
//! with a server error, and that an id which nobody has shows nobody's resource.

use std::collections::BTreeSet;

use crate::contract::{Clause, ClauseIx, ClauseSet, Contract, Level, Part, Subject};

use super::load::Battery;
use super::model::Over;
use super::rule::{Rule, Test};

/// The id of the promise that no request is answered with a server error.
const NO_SERVER_ERROR: &str = "no-server-error";

/// The name of the promise that an id which nobody has shows nobody's resource.
const UNKNOWN_ID: &str = "unknown-id";

/// Adds the promises for the operations with derived cases, where no rule file speaks of the same.
pub(super) fn add_answer_rules(
    contract: &Contract,
    clauses: &mut ClauseSet,
    battery: &Battery,
    rules: &mut Vec<Rule>,
) {
    let cases = battery.cases.iter();
    let derived = cases.filter(|loaded| loaded.file.derived.is_some());
    let named = derived.filter_map(|loaded| {
        let unknown = loaded
            .file
            .aims
            .iter()
            .any(|aim| aim == &format!("state/{UNKNOWN_ID}"));
        Some((
            contract.operation(loaded.file.operation.as_deref()?)?.0,
            unknown,
        ))
    });
    let named: Vec<(usize, bool)> = named.collect();
    let operations: BTreeSet<usize> = named.iter().map(|(ix, _)| *ix).collect();
    for ix in operations {
        let operation = &contract.operations[ix];
        let about = |part: Part, text: &str| {
            let (pointer, mark) = (operation.pointer.clone(), operation.mark);
            let subject = Subject::of(ix, part);
            Clause::new(
                &operation.id,
                subject,
                Level::Must,
                text.to_owned(),
                pointer,
                mark,
            )
        };
        let part = Part::Rule(NO_SERVER_ERROR.to_owned());
        let is_known = clauses.about(&Subject::of(ix, part.clone())).is_some();
        if !is_known {
            let text = "No request is answered with a server error";
            let clause = clauses.add(about(part, text));
            rules.push(no_server_error(ix, clause));
        }
        if named.contains(&(ix, true)) {
            let text = "an id that no resource has shows nobody's resource";
            clauses.add(about(Part::State(UNKNOWN_ID.to_owned()), text));
        }
    }
}

fn no_server_error(operation: usize, clause: ClauseIx) -> Rule {
    Rule {
        id: NO_SERVER_ERROR.to_owned(),
        clause,
        operation,
        over: Over::Answer,
        statuses: Vec::new(),
        each: None,
        bind: Vec::new(),
        test: Test::ByCase,
        follows: Vec::new(),
        args: Vec::new(),
        breaking: None,
        means: "Nothing that a client sends should make the server fail. A 5xx to a request that is merely wrong is a defect behind it; 503 says that it is not there.".to_owned(),
        remedy: "Refuse what cannot be served with a 4xx.".to_owned(),
        hurts: "Alarms ring, clients retry, and somebody may find out what else the input breaks.".to_owned(),
        unexercised: "no request was answered".to_owned(),
        source: "derived".to_owned(),
        line: 0,
    }
}
