//! Values that a document implies for a parameter without giving one: its own version, and an end that is not before its
//! beginning.

use serde_json::Value;

use crate::contract::names::folded;
use crate::contract::{Contract, Operation, Parameter, later, start_of};

/// The value for a required parameter, and where it comes from.
pub fn value(
    contract: &Contract,
    operation: &Operation,
    parameter: &Parameter,
) -> Option<(Value, &'static str)> {
    let version = version(contract, parameter).map(|value| (value, "the version of the document"));
    let end = || {
        Some((
            end(operation, parameter)?,
            "later than where its range begins",
        ))
    };
    let found = version.or_else(end);
    found.filter(|(value, _)| parameter.allows(value))
}

/// The version of the document, for a parameter that asks for that of the API.
fn version(contract: &Contract, parameter: &Parameter) -> Option<Value> {
    let name = folded(&parameter.name);
    if !["apiversion", "xapiversion"].contains(&name.as_str()) {
        return None;
    }
    let (version, _) = contract.document.at("/info/version")?;
    version.as_str().map(Value::from)
}

/// A value for the end of a range, where the smallest one would not come after where the range begins.
fn end(operation: &Operation, end: &Parameter) -> Option<Value> {
    let others = operation.parameters.iter();
    let others = others.filter(|one| one.required && one.location == end.location);
    let start = start_of(&end.name, others.map(|one| (one, one.name.as_str())))?;
    later(start.values().first()?, end.values().first()?)
}
