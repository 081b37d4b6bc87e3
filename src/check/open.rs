//! Why an answer shows nothing of what its case asks, in words.

use serde_json::Value;

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
    if !is_valid
        && status == 207
        && let Some(inner) = body.value().and_then(|value| refused_within(value, 0))
    {
        return Some(format!(
            "it was answered 207, and what it has of a part is {inner}"
        ));
    }
    if step.accepts.iter().any(|one| one.status.covers(304)) && is_other_state(asked, answer) {
        let why = "it has another ETag than the one that was asked about, or tells none";
        return Some(why.to_owned());
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
    let said = || {
        let said = words::said(answer, body).map(|said| format!("; it says: {said}"));
        said.unwrap_or_default()
    };
    if is_valid && is_doubtful && !(status != 401 && is_asked_again(plan, asked)) {
        return Some(format!(
            "a valid request was answered {status}: a wrong key, a wrong id and a break look the same, so check the key and the parameters{}",
            said()
        ));
    }
    let given = given_values(step).filter(|_| is_plain);
    if is_valid && (is_open || given.is_some()) && matches!(status, 400 | 422) {
        let complaint = body
            .value()
            .and_then(|error| complaint::remedy(operation, error, &asked.request.given));
        let wrong = given.unwrap_or_else(|| "value".to_owned());
        let said = said();
        let remedy = complaint
            .map(|flag| format!("; give a value that it knows with {flag}"))
            .unwrap_or_default();
        return Some(format!(
            "a valid request was answered {status}: a wrong {wrong} and a break look the same{said}{remedy}"
        ));
    }
    is_open.then(|| format!("it was answered {status}, which shows nothing of what the case asks"))
}

/// Whether an answer is about another state than the request says that it knows (RFC 9110, section 13.1.2), or does not tell.
fn is_other_state(asked: Asked<'_>, answer: &Answer) -> bool {
    let mut headers = asked.request.headers.iter();
    let known = headers.find(|(name, _)| name.eq_ignore_ascii_case("If-None-Match"));
    let etag = answer.header("ETag").next();
    known.is_some_and(|(_, known)| etag.is_none_or(|etag| etag != known))
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

/// The status with which an answer of several (RFC 4918, section 13) refuses one of its parts.
fn refused_within(value: &Value, depth: usize) -> Option<u64> {
    const NAMES: [&str; 4] = ["status", "statuscode", "httpstatus", "code"];
    const DEEPEST: usize = 6;
    let status = |value: &Value| {
        let text = value.as_str().unwrap_or_default();
        let mut words = text.split_whitespace();
        let told = words.find_map(|word| word.parse().ok());
        let status = value.as_u64().or(told)?;
        (400..600).contains(&status).then_some(status)
    };
    let below = |value: &Value| refused_within(value, depth + 1);
    match value {
        _ if depth > DEEPEST => None,
        Value::Object(map) => map.iter().find_map(|(name, value)| {
            let name = name.replace(['_', '-'], "").to_ascii_lowercase();
            let own = NAMES.contains(&name.as_str()).then(|| status(value));
            own.flatten().or_else(|| below(value))
        }),
        Value::Array(items) => items.iter().find_map(below),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_of_several_refuses_a_part_with_its_own_status() {
        for (body, refused) in [
            (
                json!({"results": [{"status": 201}, {"status": 422}]}),
                Some(422),
            ),
            (json!([{"statusCode": "404"}]), Some(404)),
            (
                json!({"responses": [{"propstat": {"status": "HTTP/1.1 403 Forbidden"}}]}),
                Some(403),
            ),
            (json!({"results": [{"status": 200, "count": 422}]}), None),
            (json!({"results": [{"status": "ok"}]}), None),
        ] {
            assert_eq!(refused_within(&body, 0), refused, "{body}");
        }
    }
}
