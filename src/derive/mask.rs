//! The parameter of a change that names the members which are changed (`updateMask`): those that it does not name stay as they were,
//! whatever the body says.

use crate::battery::MEMBERS;
use crate::contract::names::words;
use crate::contract::yaml::Node;
use crate::contract::{Contract, In, Operation, Parameter};

use super::body;
use super::changed::members;

/// Whether a parameter names the members that are changed, by its name and what is said of it.
fn is_mask(contract: &Contract, parameter: &Parameter) -> bool {
    let name = words(&parameter.name);
    let has = |word: &str| name.iter().any(|known| known == word);
    if has("mask") && (has("update") || has("field") || has("fields"))
        || has("update") && has("fields")
    {
        return true;
    }
    // Of the same name is what says which members the answer shows.
    let node = contract.document.at(&parameter.pointer);
    let said = node.and_then(|(node, _)| node.get("description").and_then(Node::as_str));
    let said = words(said.unwrap_or_default());
    let says = |all: &[&str]| said.iter().any(|word| all.contains(&word.as_str()));
    let changes = [
        "update", "updated", "updates", "change", "changed", "modify", "modified", "patch",
    ];
    let shows = [
        "return", "returned", "response", "include", "included", "show", "shown", "partial",
    ];
    (has("fields") || has("mask")) && says(&changes) && !says(&shows)
}

fn is_of(contract: &Contract, operation: &Operation, parameter: &Parameter) -> bool {
    let is_change = ["PATCH", "PUT"].contains(&operation.method.as_str());
    is_change && parameter.location == In::Query && is_mask(contract, parameter)
}

/// The form of the text of a parameter that names what is changed; `None` for any other, and where no such text may stand there.
pub fn form(
    contract: &Contract,
    operation: &Operation,
    parameter: &Parameter,
) -> Option<&'static str> {
    if !is_of(contract, operation, parameter) {
        return None;
    }
    let names = members(body::values(operation).first());
    let text = serde_json::Value::from(names.join(","));
    (!names.is_empty() && parameter.allows(&text)).then_some(MEMBERS)
}

/// Whether what a change names cannot be told, so that nobody knows what it is to change.
pub fn is_open(contract: &Contract, operation: &Operation) -> bool {
    let mut all = operation.parameters.iter();
    all.any(|one| is_of(contract, operation, one) && form(contract, operation, one).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_names_the_changed_members_is_told_from_what_names_the_shown_ones() {
        for (name, said, is) in [
            ("updateMask", "", true),
            ("update_mask", "", true),
            ("fieldMask", "", true),
            ("updateMask.fieldPaths", "", true),
            ("fields", "The fields to update", true),
            ("fields", "Selects the fields of a partial response", false),
            ("fields", "", false),
            ("mask", "Which of them are changed", true),
            ("update", "", false),
        ] {
            let text = format!(
                "paths: {{/x: {{patch: {{parameters: [{{name: {name}, in: query, description: '{said}', schema: {{type: string}}}}], requestBody: {{content: {{application/json: {{schema: {{type: object, properties: {{a: {{type: string}}}}}}}}}}}}, responses: {{}}}}}}}}"
            );
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            contract.prepare_requests(0);
            let operation = &contract.operations[0];
            let found = form(&contract, operation, &operation.parameters[0]);
            assert_eq!(found.is_some(), is, "{name} {said}");
        }
    }
}
