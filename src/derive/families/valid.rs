//! Valid requests: one with what is required and no more, and one with every optional value that the document gives.

use crate::battery::model::{Breaks, CaseFile, Change};
use crate::battery::{AS_ASKED, AS_LISTED, BELONGS};
use crate::contract::{In, wire};
use crate::derive::families::unknown_parent;
use crate::derive::request;
use crate::derive::subject::{Made, Subject, statuses};
use crate::derive::{acting, pages, parts};

const MINIMAL: &str = "What is required and nothing more. What is answered is held against the whole response that the contract documents.";
const FULL: &str = "The valid request with each optional parameter for which the document gives a value. Whoever reads the document may send it.";

/// How many requests it takes to look at another one of a list.
const OF_ANOTHER: usize = 2;

/// The request with what is required; all other cases of the operation stand on it.
pub fn minimal(subject: &Subject<'_>) -> Made {
    let title = "A valid request is answered as documented";
    let mut case = subject.case("valid", "valid", title, MINIMAL);
    case.control = None;
    finish(subject, &mut case);
    let parts = parts::parts(&subject.operation.path);
    let last = parts.last().and_then(|part| part.name);
    let is_read = subject.operation.method == "GET";
    let mut found = subject.found.iter();
    let mut requests = 1;
    if is_read && found.any(|one| one.location == In::Path && Some(&*one.name) == last) {
        case.aims.push(format!("state/{AS_ASKED}"));
        case.aims.push(format!("state/{AS_LISTED}"));
        // Another one is read as well, and the list that has it.
        requests += OF_ANOTHER;
    }
    if is_read && unknown_parent::names_parent(subject) {
        case.aims.push(format!("state/{BELONGS}"));
    }
    Made {
        requests,
        ..case.into()
    }
}

/// Lets a valid request be all that is sent.
pub fn alone(made: &mut Made) {
    let more = format!("state/{AS_LISTED}");
    made.case.aims.retain(|aim| *aim != more);
    made.requests = made.requests.min(1);
}

/// The request with all that the document gives a value for; `None` where that is nothing more.
pub fn full(subject: &Subject<'_>) -> Option<Made> {
    let title = "A valid request with the optional parameters is answered as documented";
    let mut case = subject.case("valid", "full", title, FULL);
    let optional = subject.operation.parameters.iter();
    let optional = optional.filter(|one| !one.required && one.location != In::Path);
    let mut names = Vec::new();
    for parameter in optional {
        if pages::is_position(&parameter.name)
            || acting::is_acting(subject.contract, subject.operation, parameter)
            || subject.operation.carries_credentials(parameter)
        {
            continue;
        }
        let Some(value) = request::documented(subject.contract, parameter) else {
            continue;
        };
        let pairs = wire(parameter, value);
        let mut once: Vec<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        once.dedup();
        // A case file says a name once.
        let can_be_sent = parameter.location == In::Query
            || pairs
                .iter()
                .all(|(_, text)| text.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
        if once.len() == pairs.len() && !pairs.is_empty() && can_be_sent {
            for (name, text) in pairs {
                subject.change(&mut case, parameter.location, &name, Change::Text(text));
            }
            names.push(parameter.name.as_str());
        }
    }
    if names.is_empty() {
        return None;
    }
    if let Some(derived) = &mut case.derived {
        derived.from = format!("what the document gives for {}", names.join(", "));
    }
    finish(subject, &mut case);
    Some(case.into())
}

pub fn finish(subject: &Subject<'_>, case: &mut CaseFile) {
    let successes = subject.successes();
    case.aims = successes
        .iter()
        .map(|accept| format!("{}/**", accept.status))
        .collect();
    let first = subject.operation.successes().next();
    case.breaks = Breaks {
        other: first
            .filter(|response| response.status.is_some())
            .map(|response| format!("{}/status", response.key)),
        ..Breaks::default()
    };
    case.accepts = successes;
    case.accepts.extend(statuses(&["3XX"]));
    case.inconclusive = statuses(&["4XX", "503"]);
}
