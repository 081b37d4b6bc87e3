//! What the user gives values for.

use std::collections::BTreeMap;

use crate::contract::Operation;

/// The parameters that the user gives: `NAME` for all operations, or `OPERATION:NAME`.
pub fn is_given(parameters: &BTreeMap<String, String>, operation: &Operation, name: &str) -> bool {
    let written = format!("{} {}", operation.method, operation.path);
    let names = [
        Some(&*operation.id),
        operation.operation_id.as_deref(),
        Some(&*written),
    ];
    let mut own = names.into_iter().flatten().map(|of| format!("{of}:{name}"));
    parameters.contains_key(name) || own.any(|key| parameters.contains_key(&key))
}

/// Whether the user gives a parameter for that operation, and not for all.
pub fn is_given_alone(
    parameters: &BTreeMap<String, String>,
    operation: &Operation,
    name: &str,
) -> bool {
    let of_all = BTreeMap::from([(name.to_owned(), String::new())]);
    let own = parameters
        .iter()
        .filter(|(key, _)| !of_all.contains_key(*key));
    let own = own
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    is_given(&own, operation, name)
}
