//! The order in which a list comes unasked, as the document says it of the parameters that sort the list.

use crate::battery::model::Way;
use crate::contract::names::words;
use crate::contract::yaml::Node;
use crate::contract::{Contract, Operation, Parameter, sentences};

use super::sorting::{DOWN, NAMES, UP, WAYS, named, read, said};

/// The names of members, folded, each with the way.
pub fn by_default<'c>(
    contract: &'c Contract,
    operation: &'c Operation,
) -> impl Iterator<Item = (String, Way)> {
    named(operation, &NAMES).filter_map(|parameter| {
        said(contract, parameter)?;
        if let Some((name, way)) = default(contract, parameter).and_then(read) {
            let way = way.or_else(|| turned(contract, operation));
            return Some((name, way.unwrap_or(Way::Either)));
        }
        let all = contract.said_of(parameter);
        // What takes a word more for the one way goes the other way without it.
        let has = |known: [&str; 2]| all.iter().any(|word| known.contains(&&**word));
        let otherwise = match has(DOWN) && !has(UP) {
            true => Way::Ascending,
            false => Way::Either,
        };
        let (node, _) = contract.document.at(&parameter.pointer)?;
        let node = contract
            .document
            .resolve(node, &parameter.pointer)
            .ok()?
            .node;
        let text = node.get("description")?.as_str()?;
        sentences(text).find_map(|sentence| told(&sentence, otherwise))
    })
}

/// The text that a parameter is where it is left out.
fn default<'c>(contract: &'c Contract, parameter: &'c Parameter) -> Option<&'c str> {
    let at = &*parameter.schema.as_ref()?.schema.pointer;
    let (node, _) = contract.document.at(at)?;
    let node = contract.document.resolve(node, at).ok()?.node;
    node.get("default").and_then(Node::as_str)
}

/// The way that a parameter which says which way has by default.
fn turned(contract: &Contract, operation: &Operation) -> Option<Way> {
    named(operation, &WAYS).find_map(|parameter| {
        match words(default(contract, parameter)?).last()?.as_str() {
            word if UP.contains(&word) => Some(Way::Ascending),
            word if DOWN.contains(&word) => Some(Way::Descending),
            _ => None,
        }
    })
}

/// What a sentence says of the default: `Default is by code ascending`, `The default is name`.
fn told(sentence: &[String], otherwise: Way) -> Option<(String, Way)> {
    let from = sentence.iter().position(|word| word == "default")?;
    let rest = sentence[from + 1..].strip_prefix(&["is".to_owned()])?;
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    let rest = rest.strip_prefix(&["by"]).unwrap_or(&rest);
    Some(match rest.split_last()? {
        (last, name) if UP.contains(last) => (name.concat(), Way::Ascending),
        (last, name) if DOWN.contains(last) => (name.concat(), Way::Descending),
        _ => (rest.concat(), otherwise),
    })
}
