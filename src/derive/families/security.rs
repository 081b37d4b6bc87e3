//! Requests without credentials, with one of several left out, and with credentials that nobody has.

use std::collections::BTreeSet;

use crate::battery::model::Breaks;
use crate::contract::names::words;
use crate::contract::{Contract, SchemeUse, Security, SecurityScheme, pointer};
use crate::derive::subject::{Made, Subject, statuses};
use crate::exchange::Credentials;

const NONE: &str = "The valid request without the credentials that the contract demands. Whoever answers it shows everybody what only some may see.";
const WRONG: &str = "The valid request with credentials like the right ones, which nobody has: a key that ends otherwise, a user with another password. Whoever answers it looks only whether there are some, or at a part of them.";
const LACKING: &str = "The valid request with all credentials of a requirement but one. The contract demands them together, so whoever answers it never looks at that one.";

/// Of so many operations the right user with a wrong password is sent: some services lock out a user of whom many wrong
/// passwords come.
pub const MOST_PASSWORDS: usize = 1;

/// The request without any.
pub fn none(subject: &Subject<'_>) -> Option<Made> {
    let title = "A request without credentials is refused";
    made(subject, "no-credentials", title, NONE, Credentials::None)
}

/// The request with wrong ones.
pub fn wrong(subject: &Subject<'_>) -> Option<Made> {
    let who = match subject.spares_user || is_of_any_password(subject) {
        true => Credentials::UnknownKey,
        false => Credentials::WrongSecret,
    };
    let title = "A request with wrong credentials is refused";
    made(subject, "wrong-credentials", title, WRONG, who)
}

/// Whether an operation is shown a user and a password.
pub fn takes_password(security: &Security) -> bool {
    let mut schemes = security.requirements.iter().flatten();
    security.clause.is_some() && schemes.any(|used| used.scheme == SecurityScheme::Basic)
}

/// Whether the document says in words that no password, or any, is right: then a key is given as the user.
fn is_of_any_password(subject: &Subject<'_>) -> bool {
    const SAYS: [&str; 10] = [
        "any",
        "arbitrary",
        "blank",
        "dummy",
        "empty",
        "ignored",
        "no",
        "not",
        "unused",
        "without",
    ];
    let mut schemes = subject.operation.security.requirements.iter().flatten();
    schemes.any(|used| {
        let said = described(subject.contract, used);
        used.scheme == SecurityScheme::Basic && said.iter().any(|word| SAYS.contains(&&**word))
    })
}

/// What the document says of a scheme.
fn described(contract: &Contract, used: &SchemeUse) -> Vec<String> {
    let at = ["/components/securitySchemes", "/securityDefinitions"];
    let found = at.iter().find_map(|schemes| {
        let at = pointer::join(schemes, &used.name);
        let (node, _) = contract.document.at(&at)?;
        let found = contract.document.resolve(node, &at).ok()?;
        Some(words(found.node.get("description")?.as_str()?))
    });
    found.unwrap_or_default()
}

/// The request without one of the credentials that are demanded together, for each.
pub fn lacking(subject: &Subject<'_>) -> Vec<Made> {
    let each = [
        (Credentials::WithoutFirst, "first"),
        (Credentials::WithoutSecond, "second"),
        (Credentials::WithoutThird, "third"),
    ];
    let made = each.into_iter().filter_map(|(who, nth)| {
        who.without().filter(|at| is_demanded(subject, *at))?;
        let title = format!("A request without the {nth} of its credentials is refused");
        made(subject, &format!("without-{nth}"), &title, LACKING, who)
    });
    made.collect()
}

/// Whether a requirement of several schemes has one at that place, and what is left of each such meets no other. Which
/// one is met is known only when the credentials are there.
fn is_demanded(subject: &Subject<'_>, place: usize) -> bool {
    let all = &subject.operation.security.requirements;
    let is_whole = |one: &&Vec<SchemeUse>| one.len() > 1 && place < one.len();
    let mut several = all.iter().filter(is_whole).peekable();
    let names = |one: &[SchemeUse]| -> BTreeSet<String> {
        one.iter().map(|used| used.name.clone()).collect()
    };
    several.peek().is_some()
        && several.all(|one| {
            let mut left = names(one);
            left.remove(&one[place].name);
            let carriers: Vec<_> = one.iter().map(|used| carrier(&used.scheme)).collect();
            let is_alone = carriers.iter().filter(|it| **it == carriers[place]).count() == 1;
            is_alone && !all.iter().any(|other| names(other).is_subset(&left))
        })
}

/// Where a scheme carries its credentials: of two in the same place only one is shown.
fn carrier(scheme: &SecurityScheme) -> (u8, String) {
    match scheme {
        SecurityScheme::Basic | SecurityScheme::Bearer => (0, "authorization".to_owned()),
        SecurityScheme::HeaderKey(name) => (0, name.to_ascii_lowercase()),
        SecurityScheme::QueryKey(name) => (1, name.clone()),
        SecurityScheme::CookieKey(name) => (2, name.clone()),
        SecurityScheme::Other(name, _) => (3, name.clone()),
    }
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
