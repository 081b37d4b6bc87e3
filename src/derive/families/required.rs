//! Requests that lack one required parameter.

use crate::battery::model::Change;
use crate::contract::{In, Parameter, client_headers};
use crate::derive::subject::{Made, Subject};

const MEANS: &str = "The valid request without one parameter that the contract requires. A server that guesses a value answers a question that nobody asked.";

/// One request a parameter.
pub fn all(subject: &Subject<'_>) -> Vec<Made> {
    let required = subject.operation.parameters.iter();
    let required = required.filter(|one| one.required && one.location != In::Path);
    required
        .filter_map(|parameter| without(subject, parameter))
        .collect()
}

fn without(subject: &Subject<'_>, parameter: &Parameter) -> Option<Made> {
    let clause = subject.contract.clauses.get(parameter.clause?).tail();
    let is_sent_anyway =
        parameter.location == In::Header && client_headers::is_sent_anyway(&parameter.name);
    if is_sent_anyway
        || subject.operation.carries_credentials(parameter)
        || subject.contract.has_default(parameter)
    {
        return None;
    }
    let (place, name) = (parameter.location.word(), &parameter.name);
    let title = format!("A request without the {place} parameter `{name}` is refused");
    let mut case = subject.refusal("required", &format!("no-{name}"), title, MEANS, clause);
    subject.change(&mut case, parameter.location, name, Change::Omit);
    Some(Made::from(case).about(name))
}
