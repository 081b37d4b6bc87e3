//! Whether an answer's status is one that the case accepts, and which clause is broken where it is not.

use crate::battery::{Accept, Case, Expects, Plan};
use crate::contract::{ClauseIx, Kind};
use crate::ledger::{Break, Sightings};
use crate::transport::Answer;

use super::page;
use super::response::{Body, Spot};

/// What an answer's status means for its case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acceptance {
    /// As expected.
    Accepted,
    /// The answer shows nothing of what the case asks: why.
    Open(String),
    /// It breaks a clause, which is recorded.
    Broken,
}

/// Judges the last answer of a case's request.
pub fn judge(
    plan: &Plan,
    case: &Case,
    label: &str,
    answer: &Answer,
    body: &Body,
    spot: Spot,
    seen: &mut Sightings,
) -> Acceptance {
    let items = items_in(case, body);
    let fits = case.accepts.iter().find_map(|accept| match accept {
        Accept::Status(status) => (*status == answer.status).then_some(Some(())),
        Accept::Range(hundreds) => (*hundreds == answer.status / 100).then_some(Some(())),
        Accept::Empty(status) if *status == answer.status => match items {
            Some(0) => Some(Some(())),
            Some(_) => None,
            None => Some(None),
        },
        Accept::Empty(_) => None,
    });
    match fits {
        Some(Some(())) => {
            exercise(plan, case, answer.status, seen);
            return Acceptance::Accepted;
        }
        Some(None) => {
            return Acceptance::Open("the answer's list of items cannot be read".to_owned());
        }
        None => {}
    }
    let status = answer.status;
    if status == 429 {
        return Acceptance::Open(
            "the rate limit was reached (429) and did not give way".to_owned(),
        );
    }
    let is_valid = case.expects == Expects::Success;
    if is_valid && status == 503 && case.control.is_none() {
        return Acceptance::Open("the service is not available now (503)".to_owned());
    }
    if is_valid && matches!(status, 401 | 403 | 404) {
        return Acceptance::Open(format!(
            "a valid request was answered {status}: a wrong key, a wrong id and a break look the same, so check the key and the parameters"
        ));
    }
    let clause = broken_clause(plan, case, status, items);
    let Some(clause) = clause else {
        return Acceptance::Open(format!(
            "status {status} was not expected, and no clause speaks of it"
        ));
    };
    seen.exercise(clause);
    report(plan, case, label, clause, status, items, spot, seen);
    Acceptance::Broken
}

/// The number of items in a page; `None` where it cannot be told.
fn items_in(case: &Case, body: &Body) -> Option<usize> {
    let collection = case.collection.as_ref()?;
    page::read(collection, body.value()?).items.map(<[_]>::len)
}

fn broken_clause(plan: &Plan, case: &Case, status: u16, items: Option<usize>) -> Option<ClauseIx> {
    if status >= 500
        && let Some(clause) = answer_rule(plan, case.operation, "no-server-error")
    {
        return Some(clause);
    }
    let is_success = (200..300).contains(&status)
        && (case.expects == Expects::Refusal || items.is_some_and(|items| items > 0));
    let named = if is_success {
        case.breaks_success.or(case.breaks_other)
    } else {
        case.breaks_other
    };
    named.or_else(|| {
        let wanted = case.accepts.iter().find_map(|accept| match accept {
            Accept::Status(status) | Accept::Empty(status) => Some(*status),
            Accept::Range(_) => None,
        })?;
        plan.contract.operations[case.operation]
            .response(wanted)?
            .status
    })
}

/// The clause of a rule over answers.
pub fn answer_rule(plan: &Plan, operation: usize, id: &str) -> Option<ClauseIx> {
    plan.rules
        .iter()
        .find(|rule| rule.operation == operation && rule.id == id)
        .map(|rule| rule.clause)
}

/// An accepted answer puts to the test what an unaccepted one would have broken.
fn exercise(plan: &Plan, case: &Case, status: u16, seen: &mut Sightings) {
    let operation = &plan.contract.operations[case.operation];
    let own = operation
        .responses
        .iter()
        .find(|response| response.key == status.to_string())
        .and_then(|response| response.status);
    let named = case.accepts.contains(&Accept::Status(status)) && case.expects != Expects::Any;
    let mut clauses: Vec<ClauseIx> = [
        case.breaks_success,
        case.breaks_other,
        answer_rule(plan, case.operation, "no-server-error"),
    ]
    .into_iter()
    .flatten()
    .collect();
    clauses.extend(own.filter(|_| named));
    clauses.sort_unstable();
    clauses.dedup();
    for clause in clauses {
        // A status clause is only put to the test by that very status.
        let promise = plan.clauses.get(clause);
        if promise.kind != Kind::Status || promise.status == status.to_string() {
            seen.exercise(clause);
        }
    }
}

#[expect(
    clippy::too_many_arguments,
    reason = "one private call that gathers what a finding names"
)]
fn report(
    plan: &Plan,
    case: &Case,
    label: &str,
    clause: ClauseIx,
    status: u16,
    items: Option<usize>,
    spot: Spot,
    seen: &mut Sightings,
) {
    let accepted: Vec<String> = case.accepts.iter().map(ToString::to_string).collect();
    let expected = accepted.join(" or ");
    let with_items = items
        .filter(|items| *items > 0 && status < 300)
        .map(|items| format!(" with {items} items"))
        .unwrap_or_default();
    let actual = format!("{status}{with_items}");
    let promise = plan.clauses.get(clause);
    let special = if label.is_empty() {
        String::new()
    } else {
        format!(" ({})", super::shown(label))
    };
    seen.report(Break {
        clause,
        level: promise.level,
        message: format!(
            "{}: {}{special} was answered {actual}, not {expected}",
            promise.text,
            lower_first(&case.title)
        ),
        expected,
        actual,
        pointer: "status".to_owned(),
        page: spot.page,
        exchange: Some(spot.exchange),
        excerpt: String::new(),
    });
}

fn lower_first(title: &str) -> String {
    format!("the case \"{title}\"")
}
