//! Why an answer shows nothing of what its case asks, in words.

use crate::battery::{Expects, Plan, Step};
use crate::contract::{In, StatusKey};
use crate::exchange::Answer;

use super::asked::Asked;
use super::response::Body;
use super::{complaint, offer, words};

/// Why an answer that is not accepted shows nothing, where it does not; `is_open` says that the case takes its status for
/// one that does not.
pub fn why(
    plan: &Plan,
    asked: Asked<'_>,
    is_open: bool,
    answer: &Answer,
    body: &Body,
) -> Option<String> {
    let (step, status) = (asked.step, answer.status);
    let is_valid = step.expects == Expects::Success;
    let is_plain = is_valid && asked.case.control.is_none();
    if status == 429 {
        return Some("the rate limit was reached (429) and did not give way".to_owned());
    }
    if status == 503 && (is_plain || asked.case.derived.is_some()) {
        return Some("the service is not available now (503)".to_owned());
    }
    // What the document lists is promised, be it trouble behind the service.
    let operation = &plan.contract.operations[step.operation];
    let lists = |key: StatusKey| operation.responses.iter().any(|one| one.key == key);
    if status > 500 && (lists(StatusKey::Exact(status)) || lists(StatusKey::Range(5))) {
        return Some(format!(
            "the service answered {status}, which the document lists"
        ));
    }
    let is_unsure = !asked.request.known;
    if is_plain && is_unsure && matches!(status, 404 | 410) && asked.case.derived.is_some() {
        let given = &asked.request.given;
        let path = operation
            .parameters
            .iter()
            .map(|one| (one.location, &one.name));
        let names = path.filter(|(location, name)| *location == In::Path && !given.contains(name));
        let names: Vec<&str> = names.map(|(_, name)| name.as_str()).collect();
        if !names.is_empty() {
            return Some(
                offer::none_found(operation, &names, &names, None)
                    + &format!(" (it was answered {status})"),
            );
        }
    }
    let is_doubtful = matches!(status, 401 | 403) || is_unsure && status == 404;
    if is_valid && is_doubtful && !(status != 401 && is_asked_again(plan, asked)) {
        return Some(format!(
            "a valid request was answered {status}: a wrong key, a wrong id and a break look the same, so check the key and the parameters"
        ));
    }
    let given = given_values(step).filter(|_| is_plain);
    if is_valid && (is_open || given.is_some()) && matches!(status, 400 | 422) {
        let complaint = body
            .value()
            .and_then(|error| complaint::remedy(operation, error));
        let wrong = given.unwrap_or_else(|| "value".to_owned());
        let said = words::said(answer, body)
            .map(|said| format!("; it says: {said}"))
            .unwrap_or_default();
        let remedy = complaint
            .map(|flag| format!("; give a value that it knows with {flag}"))
            .unwrap_or_default();
        return Some(format!(
            "a valid request was answered {status}: a wrong {wrong} and a break look the same{said}{remedy}"
        ));
    }
    is_open.then(|| format!("it was answered {status}, which shows nothing of what the case asks"))
}

/// Whether a case that somebody wrote asks again, word for word, what its control was answered: then neither the key nor an
/// id is wrong.
fn is_asked_again(plan: &Plan, asked: Asked<'_>) -> bool {
    let control = asked.case.control.map(|at| &plan.cases[at]);
    let control = control
        .filter(|control| control.steps.len() == 1)
        .map(|one| one.step());
    asked.case.derived.is_none()
        && control.is_some_and(|control| {
            let mut known = control.requests.iter().map(|one| control.send(one).key());
            let own = asked.step.send(asked.request).key();
            asked.request.follows.is_none() && known.any(|known| known == own)
        })
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
