//! Requests for what is listed below a resource that nobody has.

use crate::battery::model::Change;
use crate::contract::names::folded;
use crate::contract::{In, Parameter, wire};
use crate::derive::gentle::is_write;
use crate::derive::reading::Answer;
use crate::derive::subject::{Made, Subject, statuses};
use crate::derive::{naming, parts};

const MEANS: &str = "The valid request for a list, below an id that fits and that no resource has. Whoever lists there what names another resource as the one it belongs to shows somebody else's.";

/// The request with a made-up id as the last parameter of the path; `None` where it is no list below one thing, or no
/// answer told an id.
pub fn made(subject: &Subject<'_>) -> Option<Made> {
    let (parameter, before) = parent(subject)?;
    let value = parameter.made_up(&naming::noun(before))?;
    let (_, text) = wire(parameter, &value).into_iter().next()?;
    let title = "Below a resource that nobody has nothing is listed";
    let family = "unknown-parent";
    let mut case = subject.refusal(family, family, title, MEANS, "state/unknown-id");
    case.accepts = statuses(&["400", "403", "404", "410", "422", "2XX-empty"]);
    case.inconclusive = statuses(&["3XX", "4XX", "503"]);
    if let Some(derived) = &mut case.derived {
        derived.from = format!("a made-up value that fits {}", parameter.name);
    }
    subject.change(&mut case, In::Path, &parameter.name, Change::Text(text));
    Some(case.into())
}

/// The parameter that names what a list stands below, and the path before it.
fn parent<'s>(subject: &'s Subject<'_>) -> Option<(&'s Parameter, &'s str)> {
    let path = &*subject.operation.path;
    let parts = parts::parts(path);
    let (last, above) = parts.split_last()?;
    let name = above.iter().rev().find_map(|part| part.name)?;
    let mut found = subject.found.iter().copied();
    let parameter = found.find(|one| one.location == In::Path && one.name == name)?;
    let (before, _) = path.split_once(&format!("{{{name}}}"))?;
    let is_list = last.is_fixed() && !last.text.starts_with(':');
    (is_list && !is_write(subject.operation) && lists(subject)).then_some((parameter, before))
}

/// Whether the operation lists what stands below one thing, and each item has, by its document, a member that is called like
/// what names that: `user_id` below `/users/{id}`.
pub fn names_parent(subject: &Subject<'_>) -> bool {
    let Some((parameter, before)) = parent(subject) else {
        return false;
    };
    let noun = naming::noun(before);
    let own = folded(&parameter.name);
    let is_named = |name: &str| name != "id" && name == own || name == format!("{noun}id");
    let bodies = subject.operation.success_bodies();
    let mut answers = bodies.map(|body| Answer::new(subject.contract, body));
    answers.any(|answer| {
        let items = answer.items(&naming::noun(&subject.operation.path));
        let members = items.map(|(_, entry)| answer.members(entry));
        members.is_some_and(|all| all.iter().any(|one| is_named(&one.folded)))
    })
}

/// Whether the operation answers, by its document, with a list: the body is one, or has one of objects that is called like
/// what the path ends with, or as lists are.
fn lists(subject: &Subject<'_>) -> bool {
    let bodies = subject.operation.success_bodies();
    let mut answers = bodies.map(|body| Answer::new(subject.contract, body));
    answers.any(|answer| {
        let found = answer.items(&naming::noun(&subject.operation.path));
        found.is_some_and(|(place, entry)| place.is_root() || answer.is_object(entry))
    })
}
