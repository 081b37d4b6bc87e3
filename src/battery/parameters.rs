//! The values that a user gives: for a parameter of a name, for one operation's, or for a place in its body.

use std::collections::HashSet;

use crate::contract::{Contract, In, Operation, Parameter, nearest, pointer};

use super::arazzo;
use super::load::Battery;
use super::planned::{PlanError, Selection};
use super::values::{self, Reached};

/// What a key of `Selection.parameters` names.
enum Named<'k> {
    /// Parameters of that name, of one operation or of all.
    Parameter(Option<usize>, &'k str),
    /// A place in the body of an operation.
    Body(usize, &'k str),
}

/// Reads `NAME`, `OPERATION:NAME` or `OPERATION:/pointer`; a colon may stand in the operation and in the rest.
fn read<'k>(contract: &Contract, key: &'k str) -> Named<'k> {
    for (at, _) in key.match_indices(':') {
        let rest = &key[at + 1..];
        if let Some((ix, _)) = contract.operation(&key[..at]) {
            return if rest.starts_with('/') {
                Named::Body(ix, rest)
            } else {
                Named::Parameter(Some(ix), rest)
            };
        }
    }
    Named::Parameter(None, key)
}

/// Why nothing can be put at a place in the body of an operation.
fn why_no_place(contract: &Contract, ix: usize, at: &str) -> Option<String> {
    let operation = &contract.operations[ix];
    let Some(body) = &operation.request_body else {
        return Some(format!("{} has no request body", operation.id));
    };
    let media = body.media()?;
    if media
        .values()
        .iter()
        .any(|value| value.pointer(at).is_some())
    {
        return None;
    }
    let tokens = pointer::tokens(at);
    let (schema, _) = contract.document.at(&media.body.as_ref()?.schema.pointer)?;
    let reached = values::reach(&contract.document, schema, &tokens, 0);
    (reached == Reached::Unknown)
        .then(|| format!("the body of {} documents no place `{at}`", operation.id))
}

/// Checks that each key names something.
pub(super) fn check(
    contract: &Contract,
    battery: &Battery,
    selection: &Selection,
) -> Result<(), PlanError> {
    let refuse = |key: &str, what: String, hint: String| {
        Err(PlanError::Parameter(format!(
            "--param {key}=…: {what}{hint}"
        )))
    };
    let is_input = |key: &&String| arazzo::is_input(&battery.flows, contract, key);
    let declared = contract.operations.iter().flat_map(|one| &one.parameters);
    let declared: HashSet<&str> = declared.map(|one| &*one.name).collect();
    for key in selection.parameters.keys().filter(|key| !is_input(key)) {
        let (only, name) = match read(contract, key) {
            Named::Body(ix, at) => {
                contract.prepare(ix);
                match why_no_place(contract, ix, at) {
                    Some(why) => return refuse(key, why, String::new()),
                    None => continue,
                }
            }
            Named::Parameter(only, name) => (only, name),
        };
        let operations = contract.operations.iter().enumerate();
        let operations = operations.filter(|(ix, _)| only.is_none_or(|only| only == *ix));
        let names = || {
            operations
                .clone()
                .flat_map(|(_, one)| &one.parameters)
                .map(|one| &*one.name)
        };
        let is_declared = match only {
            None => declared.contains(name),
            Some(_) => names().any(|known| known == name),
        };
        if is_declared {
            continue;
        }
        if let (None, Some((operation, _))) = (only, key.split_once(':')) {
            let known = contract.operations.iter().map(|operation| &*operation.id);
            let near = nearest::hint(operation, known);
            return refuse(
                key,
                format!("the contract has no operation `{operation}`"),
                near,
            );
        }
        let inputs = arazzo::inputs_of(&battery.flows, contract);
        let inputs = inputs.iter().map(String::as_str);
        let near = nearest::hint(name, names().chain(inputs.filter(|_| only.is_none())));
        return match only {
            Some(ix) => {
                let operation = &contract.operations[ix].id;
                refuse(
                    key,
                    format!("{operation} declares no parameter `{name}`"),
                    near,
                )
            }
            None => refuse(
                key,
                format!("the contract declares no parameter `{name}`"),
                near,
            ),
        };
    }
    Ok(())
}

/// The value that the user gives for a parameter of an operation, also for that name in any operation.
pub(super) fn given<'s>(
    contract: &Contract,
    selection: &'s Selection,
    operation: usize,
    name: &str,
    of_any: bool,
) -> Option<&'s String> {
    let mut own = selection
        .parameters
        .iter()
        .filter(|(key, _)| key.contains(':'));
    let own = own.find(|(key, _)| matches!(read(contract, key), Named::Parameter(Some(ix), own) if ix == operation && own == name));
    own.map(|(_, value)| value)
        .or_else(|| selection.parameters.get(name).filter(|_| of_any))
}

/// The places in the body of an operation for which the user gives values.
pub(super) fn in_body<'s>(
    contract: &'s Contract,
    selection: &'s Selection,
    operation: usize,
) -> impl Iterator<Item = (&'s str, &'s String)> {
    selection
        .parameters
        .iter()
        .filter_map(move |(key, value)| match read(contract, key) {
            Named::Body(ix, at) if ix == operation => Some((at, value)),
            _ => None,
        })
}

/// Names every parameter that needs a value, and how to give it.
pub(super) fn without_value(operation: &Operation, missing: &[&Parameter]) -> PlanError {
    let each = |write: fn(&Parameter) -> String, between: &str| {
        let all: Vec<String> = missing.iter().map(|one| write(one)).collect();
        all.join(between)
    };
    PlanError::Parameter(format!(
        "{} {} needs a value for {}: give {}",
        operation.method,
        operation.path,
        each(
            |one| format!("the {} parameter `{}`", one.location.word(), one.name),
            " and "
        ),
        each(|one| format!("--param {}=VALUE", one.name), " "),
    ))
}

/// Whether OpenAPI says that such a parameter is ignored: other parts of the document speak of these headers.
pub(super) fn is_ignored(parameter: &Parameter) -> bool {
    const ELSEWHERE: [&str; 3] = ["Accept", "Content-Type", "Authorization"];
    parameter.location == In::Header
        && ELSEWHERE
            .iter()
            .any(|name| parameter.name.eq_ignore_ascii_case(name))
}
