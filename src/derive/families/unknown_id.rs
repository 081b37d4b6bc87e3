//! Requests for a resource that nobody has.

use crate::battery::model::Change;
use crate::contract::{Contract, In, Level, Operation, Parameter, wire};
use crate::derive::gentle::is_write;
use crate::derive::subject::{Made, Subject, statuses};
use crate::derive::{ids, naming, parts, prose};

const MEANS: &str = "The valid request with an id that fits and that no resource has. Whoever shows a resource for it shows somebody else's.";

/// A made-up id of fewer characters than that may be somebody's.
const FEW: usize = 6;

/// The request with a made-up id as the last parameter of the path; `None` where neither an answer nor the user told an id.
pub fn made(subject: &Subject<'_>) -> Option<Made> {
    // What the user gives may also be a word to search for.
    let is_read = !is_write(subject.operation);
    let given = subject.given.iter().copied();
    let given = given.filter(|one| is_read && ids::is_called_id(one));
    let mut all = subject.found.iter().copied().chain(given);
    let parameter = all.find(|one| ends_with(subject.operation, one))?;
    let value = parameter.made_up(&naming::noun(&subject.operation.path))?;
    let (_, text) = wire(parameter, &value).into_iter().next()?;
    // Of few possible ids a made-up one may be somebody's, and then more is done than to look.
    if is_write(subject.operation) && text.chars().count() < FEW {
        return None;
    }
    let title = "A request for a resource that nobody has finds nothing";
    let mut case = subject.refusal("unknown-id", "unknown-id", title, MEANS, "state/unknown-id");
    case.accepts = statuses(&["400", "403", "404", "410", "422", "2XX-empty"]);
    // What is not there is gone already, or is put there.
    match &*subject.operation.method {
        "DELETE" => case.accepts.extend(statuses(&["2XX"])),
        "PUT" => case.accepts.extend(statuses(&["201"])),
        _ => {}
    }
    case.inconclusive = statuses(&["3XX", "4XX", "503"]);
    if let Some(derived) = &mut case.derived {
        derived.from = format!("a made-up value that fits {}", parameter.name);
    }
    if falls_back(subject.contract, subject.operation) {
        case.breaks.level = Some(Level::Info);
    }
    subject.change(&mut case, In::Path, &parameter.name, Change::Text(text));
    Some(case.into())
}

/// Whether a document says that an unknown id shows something else: a default, or what is nearest.
fn falls_back(contract: &Contract, operation: &Operation) -> bool {
    let said = prose::said_of(contract, operation);
    let has = |word: &str| said.iter().any(|known| known == word);
    let falls = |pair: &[String]| matches!(&*pair[0], "fall" | "falls") && pair[1] == "back";
    let is_default = has("default") && ["none", "instead", "otherwise"].into_iter().any(has);
    is_default
        || ["fallback", "nearest", "closest", "guest"]
            .into_iter()
            .any(has)
        || said.windows(2).any(falls)
}

/// Whether the path of an operation ends with that parameter.
fn ends_with(operation: &Operation, parameter: &Parameter) -> bool {
    let last = parts::parts(&operation.path).pop();
    parameter.location == In::Path && last.is_some_and(|part| part.name == Some(&parameter.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fallback_that_is_promised_is_no_resource_of_somebody() {
        for (said, falls) in [
            ("The texts of a language. Falls back to en.", true),
            (
                "The weather of the city, or of the nearest one that is known",
                true,
            ),
            (
                "The theme, or the default one if there is none of that name",
                true,
            ),
            ("One theme; 404 where there is none", false),
            ("The backlog of a team, by default the newest first", false),
        ] {
            let text = format!(
                "paths: {{'/x/{{id}}': {{get: {{description: \"{said}\", responses: {{}}}}}}}}"
            );
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            assert_eq!(
                falls_back(&contract, &contract.operations[0]),
                falls,
                "{said}"
            );
        }
    }
}
