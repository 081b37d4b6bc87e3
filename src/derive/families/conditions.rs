//! Requests under a condition that is not met, where the document says how these are answered: a state of the thing that it
//! is not in (412), one that is known already (304), a media type that nobody has (406).

use crate::battery::NO_ETAG;
use crate::battery::model::{
    Breaks, CaseFile, Change, Expects, OrderedMap, RequestChange, Retry, StepFile, Within,
};
use crate::contract::{In, Level, Operation, StatusKey};
use crate::derive::subject::{Made, Subject, statuses};

const OTHER_STATE: &str = "The valid request for a state of the thing that it never was in (RFC 9110, section 13.1.1). Who takes no notice of that writes over what somebody else has changed.";
const KNOWN: &str = "The valid request twice, the second time with the ETag of the first (RFC 9110, section 13.1.2). Who sends the whole again makes caches useless.";
const NO_TYPE: &str = "The valid request for a media type that nobody has (RFC 9110, section 15.5.7). The document says how that is refused.";

/// A media type that nobody has.
const UNKNOWN_TYPE: &str = "application/x-conform-unknown";
/// How long a cache may need to know what it was asked for before.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(2);

fn documents(operation: &Operation, status: u16) -> bool {
    operation
        .response(status)
        .is_some_and(|one| one.key == StatusKey::Exact(status))
}

fn takes(operation: &Operation, header: &str) -> bool {
    let mut own = operation.parameters.iter();
    own.any(|one| one.location == In::Header && one.name.eq_ignore_ascii_case(header))
}

/// The conditions of a read, whose valid request is `request`.
pub fn of_read(subject: &Subject<'_>, request: &RequestChange) -> Vec<Made> {
    let operation = subject.operation;
    if operation.method != "GET" {
        return Vec::new();
    }
    let known = documents(operation, 304).then(|| known(subject, request));
    let no_type = documents(operation, 406).then(|| {
        let title = "A request for a media type that nobody has is refused";
        let header = ("Accept", UNKNOWN_TYPE);
        refused(subject, ("not-acceptable", title, NO_TYPE), header, 406)
    });
    known.flatten().into_iter().chain(no_type).collect()
}

/// The condition of a change.
pub fn of_change(subject: &Subject<'_>) -> Option<Made> {
    let operation = subject.operation;
    let is_conditional = documents(operation, 412) && takes(operation, "If-Match");
    let is_change = matches!(&*operation.method, "PUT" | "PATCH" | "DELETE");
    let title = "A request for another state of the thing is refused";
    (is_conditional && is_change).then(|| {
        let header = ("If-Match", NO_ETAG);
        refused(subject, ("other-state", title, OTHER_STATE), header, 412)
    })
}

/// The request with that header, which is answered with that status.
fn refused(
    subject: &Subject<'_>,
    (name, title, means): (&str, &str, &str),
    (header, value): (&str, &str),
    status: u16,
) -> Made {
    let clause = format!("{status}/status");
    let mut case = subject.refusal("condition", name, title, means, &clause);
    case.accepts = statuses(&[&*status.to_string()]);
    case.inconclusive = statuses(&["3XX", "4XX", "503"]);
    case.breaks.level = Some(Level::Should);
    let value = Change::Text(value.to_owned());
    subject.change(&mut case, In::Header, header, value);
    Made::from(case).about(header)
}

/// The same read twice; `None` where nothing says that it has an ETag.
fn known(subject: &Subject<'_>, request: &RequestChange) -> Option<Made> {
    let operation = subject.operation;
    let mut headers = operation.successes().flat_map(|response| &response.headers);
    let has_etag = headers.any(|header| header.name.eq_ignore_ascii_case("ETag"));
    if !has_etag && !takes(operation, "If-None-Match") {
        return None;
    }
    let title = "What is known already is not sent again";
    let mut case: CaseFile = subject.case("condition", "not-modified", title, KNOWN);
    let clause = format!("{}/304/status", operation.id);
    let capture = ("etag".to_owned(), "response.header.ETag".to_owned());
    let first = step(subject, "read", request.clone());
    let mut again = step(subject, "read-again", request.clone());
    let sent = Change::From("read.etag".to_owned());
    again
        .request
        .headers
        .0
        .insert("If-None-Match".to_owned(), sent);
    again.accepts = statuses(&["304"]);
    again.retry = Some(Retry {
        within: Within(PATIENCE),
    });
    again.breaks = Breaks {
        other: Some(clause.clone()),
        level: Some(Level::Should),
        ..Breaks::default()
    };
    case.steps = vec![
        StepFile {
            capture: OrderedMap([capture].into_iter().collect()),
            ..first
        },
        again,
    ];
    case.aims = vec![clause];
    case.operation = None;
    case.expects = None;
    Some(Made {
        requests: 2,
        ..Made::from(case).about("If-None-Match")
    })
}

fn step(subject: &Subject<'_>, name: &str, request: RequestChange) -> StepFile {
    StepFile {
        step: name.to_owned(),
        operation: subject.operation.id.to_string(),
        request,
        expects: Expects::Success,
        accepts: statuses(&["2XX"]),
        inconclusive: statuses(&["3XX", "4XX", "503"]),
        same: None,
        lists: None,
        retry: None,
        always: false,
        breaks: Breaks::default(),
        capture: OrderedMap::default(),
    }
}
