//! Whether an answer's status is one that the case accepts, and which clause is broken where it is not.

use std::collections::HashSet;

use serde_json::Value;

use crate::battery::{Accept, Case, Expects, Plan, PlannedRequest, Step};
use crate::contract::{ClauseIx, Kind, StatusKey};
use crate::exchange::{Answer, Location};
use crate::ledger::{Break, Sightings};

use super::page;
use super::response::{Body, Spot};
use super::words;

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

/// What was asked: a request of a step of a case.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'p> {
    /// The case.
    pub case: &'p Case,
    /// The step.
    pub step: &'p Step,
    /// What is special about the request; empty where the step has only one.
    pub label: &'p str,
}

impl<'p> Asked<'p> {
    /// A request of a case of one step.
    pub fn of(case: &'p Case, label: &'p str) -> Asked<'p> {
        let step = case.step();
        Asked { case, step, label }
    }
}

/// Judges the last answer to a request of a case of one step.
pub fn judge(
    plan: &Plan,
    case: &Case,
    label: &str,
    answer: &Answer,
    body: &Body,
    spot: Spot,
    seen: &mut Sightings,
) -> Acceptance {
    judge_step(plan, Asked::of(case, label), answer, body, spot, seen)
}

/// Judges the last answer to a step's request.
pub fn judge_step(
    plan: &Plan,
    asked: Asked<'_>,
    answer: &Answer,
    body: &Body,
    spot: Spot,
    seen: &mut Sightings,
) -> Acceptance {
    let step = asked.step;
    let items = items_in(step, body);
    let mut fitting = step
        .accepts
        .iter()
        .filter(|accept| accept.status.covers(answer.status));
    let fits = fitting.find_map(|accept| match (accept.empty, items) {
        (false, _) | (true, Some(0)) => Some(Some(())),
        (true, Some(_)) => None,
        (true, None) => Some(None),
    });
    match fits {
        Some(Some(())) => {
            exercise(plan, step, answer.status, seen);
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
    let is_valid = step.expects == Expects::Success;
    if is_valid && status == 503 && asked.case.control.is_none() {
        return Acceptance::Open("the service is not available now (503)".to_owned());
    }
    if is_valid && matches!(status, 401 | 403 | 404) {
        return Acceptance::Open(format!(
            "a valid request was answered {status}: a wrong key, a wrong id and a break look the same, so check the key and the parameters"
        ));
    }
    if is_valid
        && matches!(status, 400 | 422)
        && asked.case.control.is_none()
        && let Some(given) = given_values(step)
    {
        let said = words::said(answer, body);
        let said = said
            .map(|said| format!("; it says: {said}"))
            .unwrap_or_default();
        return Acceptance::Open(format!(
            "a valid request was answered {status}: a wrong {given} and a break look the same{said}"
        ));
    }
    let clause = broken_clause(plan, step, status, items);
    let Some(clause) = clause else {
        return Acceptance::Open(format!(
            "status {status} was not expected, and no clause speaks of it"
        ));
    };
    seen.exercise(clause);
    report(plan, asked, clause, status, items, spot, seen);
    Acceptance::Broken
}

/// The values that the user gave for a step, in words; `None` where all of them are the document's own.
fn given_values(step: &Step) -> Option<String> {
    let mut names: Vec<String> = Vec::new();
    for name in step.requests.iter().flat_map(|request| &request.given) {
        let name = format!("`{name}`");
        if !names.contains(&name) {
            names.push(name);
        }
    }
    (!names.is_empty()).then(|| names.join(" or "))
}

/// The number of items in a page; `None` where it cannot be told.
fn items_in(step: &Step, body: &Body) -> Option<usize> {
    let collection = step.collection.as_ref()?;
    page::read(collection, body.value()?).items.map(<[_]>::len)
}

/// Whether a value that was made of the valid one may be somebody's own: items came where none should, and the page of
/// the valid request, with the keys of `shown`, has none of them. Then the rules over items say whose they are.
pub fn is_of_its_own(
    step: &Step,
    request: &PlannedRequest,
    answer: &Answer,
    body: &Body,
    shown: &[Value],
) -> bool {
    let is_page = request.near && (200..300).contains(&answer.status);
    let page = step.collection.as_ref().filter(|_| is_page);
    let page =
        page.and_then(|collection| Some((collection, page::read(collection, body.value()?))));
    let Some((collection, Some(items))) = page.map(|(collection, page)| (collection, page.items))
    else {
        return false;
    };
    let shown: HashSet<&Value> = shown.iter().collect();
    let mut keys = items.iter().map(|item| page::key_of(collection, item));
    !items.is_empty() && !keys.any(|key| shown.contains(key))
}

fn broken_clause(plan: &Plan, step: &Step, status: u16, items: Option<usize>) -> Option<ClauseIx> {
    if status >= 500
        && let Some(clause) = answer_rule(plan, step.operation, "no-server-error")
    {
        return Some(clause);
    }
    let is_success = (200..300).contains(&status)
        && (step.expects == Expects::Refusal || items.is_some_and(|items| items > 0));
    let named = if is_success {
        step.breaks_success.or(step.breaks_other)
    } else {
        step.breaks_other
    };
    named.or_else(|| {
        let wanted = step
            .accepts
            .iter()
            .find_map(|accept| accept.status.exact())?;
        plan.contract.operations[step.operation]
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
fn exercise(plan: &Plan, step: &Step, status: u16, seen: &mut Sightings) {
    let operation = &plan.contract.operations[step.operation];
    let own = operation
        .responses
        .iter()
        .find(|response| response.key == StatusKey::Exact(status))
        .and_then(|response| response.status);
    let named = step
        .accepts
        .contains(&Accept::any(StatusKey::Exact(status)))
        && step.expects != Expects::Any;
    let mut clauses: Vec<ClauseIx> = [
        step.breaks_success,
        step.breaks_other,
        answer_rule(plan, step.operation, "no-server-error"),
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
        if promise.kind() != Kind::Status
            || promise.subject.status == Some(StatusKey::Exact(status))
        {
            seen.exercise(clause);
        }
    }
}

fn report(
    plan: &Plan,
    asked: Asked<'_>,
    clause: ClauseIx,
    status: u16,
    items: Option<usize>,
    spot: Spot,
    seen: &mut Sightings,
) {
    let accepted: Vec<String> = asked.step.accepts.iter().map(ToString::to_string).collect();
    let expected = accepted.join(" or ");
    let with_items = items
        .filter(|items| *items > 0 && status < 300)
        .map(|items| format!(" with {items} items"))
        .unwrap_or_default();
    let actual = format!("{status}{with_items}");
    let promise = plan.clauses.get(clause);
    let step = match asked.step.name.as_str() {
        "" => String::new(),
        name => format!(", step `{name}`"),
    };
    let special = match asked.label {
        "" => String::new(),
        label => format!(" ({})", super::shown(label)),
    };
    seen.report(Break {
        clause,
        level: promise.level,
        message: format!(
            "{}: the case \"{}\"{step}{special} was answered {actual}, not {expected}",
            promise.text, asked.case.title
        ),
        expected,
        actual,
        location: Location::Status,
        page: spot.page,
        exchange: Some(spot.exchange),
        excerpt: None,
    });
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::body::read_body;
    use super::*;
    use crate::battery::{Battery, Selection};
    use crate::contract::Contract;
    use crate::exchange::BodyEnd;

    const SPEC: &str = "openapi: 3.1.0
info: {title: Things, version: 1.0.0}
paths:
  /things/{id}:
    get:
      operationId: thing
      parameters:
        - {name: id, in: path, required: true, example: t1, schema: {type: string}}
      responses:
        '200': {description: A thing.}
        '400': {description: Wrong.}
";

    #[test]
    fn a_value_of_the_user_may_be_wrong_and_one_of_the_document_is_right() {
        let case = |more: &str| {
            format!(
                "case: one\ntitle: One\noperation: thing\nexpects: success\naccepts: [200]\naims: []\nmeans: m\n{more}"
            )
        };
        let mut battery = Battery::default();
        battery.add("one.yaml", &case(""), false).unwrap();
        let two = case("control: one\n").replace("case: one", "case: two");
        battery.add("two.yaml", &two, false).unwrap();
        let contract = Contract::load("things", SPEC.to_owned(), &[]).unwrap();
        let contract = Arc::new(contract);
        let body = Arc::new(br#"{"detail": "no such thing"}"#.to_vec());
        let own = [("id".to_owned(), "x".to_owned())];
        for (given, is_sure, status, case, is_open) in [
            (true, false, 400, "one", true),
            (true, false, 422, "one", true),
            (true, false, 500, "one", false),
            // Its control got through with the same value.
            (true, false, 400, "two", false),
            (true, true, 400, "one", false),
            (false, false, 400, "one", false),
        ] {
            let mut selection = Selection::default();
            if given {
                selection.parameters = own.clone().into();
            }
            if is_sure {
                selection.sure.insert("id".to_owned());
            }
            let plan = Plan::new(Arc::clone(&contract), &battery, &selection).unwrap();
            let case = plan.cases.iter().find(|one| one.id == case).unwrap();
            let answer = Answer {
                status,
                headers: Vec::new(),
                body: Arc::clone(&body),
                end: BodyEnd::Complete,
            };
            let spot = Spot {
                exchange: 0,
                page: 0,
            };
            let mut seen = Sightings::new(plan.clauses.len());
            let read = read_body(&answer, crate::battery::MAX_DEPTH);
            let found = judge(&plan, case, "", &answer, &read, spot, &mut seen);
            match found {
                Acceptance::Open(why) => {
                    assert!(is_open, "{status}: {why}");
                    assert!(
                        why.contains("`id`") && why.ends_with("no such thing"),
                        "{why}"
                    );
                }
                other => assert!(!is_open && other == Acceptance::Broken, "{status}"),
            }
        }
    }
}
