//! The query parameter that says which members of its items a list shows, where the document says that it shows only those.

use serde_json::Value;

use crate::contract::names::{folded, words};
use crate::contract::{Contract, In, Operation, Parameter};

use super::filters;
use super::sorting;

const NAMES: [&str; 5] = ["fields", "select", "only", "attributes", "columns"];
/// Of a parameter that shows more than what it names.
const OTHERWISE: &str = "also addition additional additionally include includes expand expands embed embeds relation relations \
related exclude excludes except omit omits deprecated ignored unused hint nested default defaults";

/// How a list is asked for some members of its items.
pub struct Fields<'c> {
    pub parameter: &'c Parameter,
    /// The list: a pointer that ends in `*`, each item.
    pub at: String,
    pub members: Vec<String>,
    /// What is sent.
    pub text: String,
}

/// The parameter, with two members or one to ask for.
pub fn fields<'c>(contract: &'c Contract, operation: &'c Operation) -> Option<Fields<'c>> {
    let (answer, members) = filters::members(contract, operation)?;
    let own = |member: &crate::derive::reading::Member<'_>| {
        let pointer = member.place.pointer();
        let (list, name) = pointer.rsplit_once('/')?;
        list.ends_with("/*")
            .then(|| (list.to_owned(), name.to_owned()))
    };
    let has_id = members.iter().any(|member| member.folded == "id");
    let plain = members
        .iter()
        .filter(|member| member.folded != "id" && answer.kind(member.node) == "string");
    let (at, name) = plain.filter_map(own).next()?;
    let mut all = operation.parameters.iter().filter(|one| {
        one.location == In::Query && !one.required && NAMES.contains(&&*folded(&one.name))
    });
    all.find_map(|parameter| {
        let said = words(&sorting::said(contract, parameter)?);
        let is_otherwise = said
            .iter()
            .any(|word| OTHERWISE.split(' ').any(|one| one == word));
        if is_otherwise || !said.iter().any(|word| word == "only") {
            return None;
        }
        let with_id = vec!["id".to_owned(), name.clone()];
        let ways = [with_id, vec![name.clone()]].into_iter();
        let mut ways = ways.filter(|members| has_id || members.len() == 1);
        let members = ways.find(|members| parameter.allows(&Value::from(members.join(","))))?;
        Some(Fields {
            parameter,
            at: at.clone(),
            text: members.join(","),
            members,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::things;

    #[test]
    fn what_is_shown_only_is_asked_for() {
        for (parameter, wanted) in [
            (
                "name: fields, description: Only these members., schema: {type: string}",
                Some("id,name"),
            ),
            (
                "name: select, description: Only this member., schema: {type: string, enum: [name, kind]}",
                Some("name"),
            ),
            (
                "name: fields, description: Members to show., schema: {type: string}",
                None,
            ),
            (
                "name: fields, description: Also include only these., schema: {type: string}",
                None,
            ),
            (
                "name: other, description: Only these members., schema: {type: string}",
                None,
            ),
        ] {
            const PROPERTIES: &str =
                "id: {type: string}, name: {type: string}, kind: {type: string}";
            let operation = format!("parameters: [{{in: query, {parameter}}}]");
            let contract = things::list(&operation, PROPERTIES);
            contract.prepare(0);
            let found = fields(&contract, &contract.operations[0]);
            let found = found.map(|found| (found.at, found.text));
            let wanted = wanted.map(|text| ("/*".to_owned(), text.to_owned()));
            assert_eq!(found, wanted, "{parameter}");
        }
    }
}
