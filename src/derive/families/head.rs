//! HEAD where GET is answered (RFC 9110, section 9.3.2).

use crate::battery::model::{Breaks, Expects};
use crate::contract::Level;
use crate::derive::subject::{Made, Subject, statuses};

const MEANS: &str = "HEAD asks for what GET would answer, without the body. A server may not know it; it must not fail.";

/// The valid request as HEAD; `None` where the operation is no GET, or the path documents a HEAD of its own.
pub fn made(subject: &Subject<'_>) -> Option<Made> {
    let operation = subject.operation;
    if operation.method != "GET" || subject.routes.has_head(&operation.path) {
        return None;
    }
    let mut case = subject.case("head", "head", "HEAD is no server error", MEANS);
    case.request.method = Some("HEAD".to_owned());
    case.expects = Some(Expects::Any);
    case.accepts = statuses(&["2XX", "3XX", "404", "405", "501"]);
    case.inconclusive = statuses(&["4XX", "503"]);
    case.aims = vec!["rule/no-server-error".to_owned()];
    case.breaks = Breaks {
        level: Some(Level::Should),
        ..Breaks::default()
    };
    Some(case.into())
}
