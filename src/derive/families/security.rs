//! Requests without credentials, and with credentials that nobody has.

use crate::battery::model::Breaks;
use crate::contract::SecurityScheme;
use crate::derive::subject::{Made, Subject, statuses};
use crate::exchange::Credentials;

const NONE: &str = "The valid request without the credentials that the contract demands. Whoever answers it shows everybody what only some may see.";
const WRONG: &str = "The valid request with well-formed credentials that nobody has. Whoever answers it looks only whether there are some.";

/// The request without any.
pub fn none(subject: &Subject<'_>) -> Option<Made> {
    let title = "A request without credentials is refused";
    made(subject, "no-credentials", title, NONE, Credentials::None)
}

/// The request with wrong ones.
pub fn wrong(subject: &Subject<'_>) -> Option<Made> {
    let title = "A request with wrong credentials is refused";
    made(
        subject,
        "wrong-credentials",
        title,
        WRONG,
        Credentials::UnknownKey,
    )
}

fn made(
    subject: &Subject<'_>,
    name: &str,
    title: &str,
    means: &str,
    who: Credentials,
) -> Option<Made> {
    let security = &subject.operation.security;
    security.clause?;
    // What is sent is known only of the schemes that can be met.
    let is_known = |scheme: &SecurityScheme| !matches!(scheme, SecurityScheme::Other(..));
    let mut requirements = security.requirements.iter();
    if !requirements.any(|one| one.iter().all(|used| is_known(&used.scheme))) {
        return None;
    }
    let mut case = subject.refusal("security", name, title, means, "security");
    case.request.credentials = Some(who);
    case.accepts = statuses(&["401", "403", "404", "3XX"]);
    case.inconclusive = statuses(&["4XX", "503"]);
    case.breaks = Breaks {
        success: Some("security".to_owned()),
        ..Breaks::default()
    };
    Some(case.into())
}
