//! The inputs of workflows: what there is, what the document gives, what the user gives.

use serde_json::{Map, Value};

use crate::contract::Contract;
use crate::contract::yaml::Node;

use super::super::loaded::BatteryError;
use super::super::planned::Selection;
use super::document::{Document, Named};
use super::library::Library;

/// The schema of the inputs, if there is one.
fn schema<'a>(library: Library<'a>, of: Named) -> Result<Option<&'a Node>, BatteryError> {
    let document = &library.documents[of.0];
    let inputs = library.node(of).get("inputs");
    inputs.map(|inputs| document.schema(inputs)).transpose()
}

/// The names of the inputs that are described.
pub(super) fn names(library: Library<'_>, of: Named) -> Result<Vec<String>, BatteryError> {
    let schema = schema(library, of)?;
    let described = schema.and_then(|schema| schema.get("properties")?.as_mapping());
    Ok(described
        .into_iter()
        .flatten()
        .map(|(name, _)| name.clone())
        .collect())
}

/// The inputs that the document gives: the defaults of its schema.
pub(super) fn defaults(
    library: Library<'_>,
    of: Named,
) -> Result<Map<String, Value>, BatteryError> {
    let document = &library.documents[of.0];
    let schema = schema(library, of)?;
    let described = schema.and_then(|schema| schema.get("properties")?.as_mapping());
    let mut out = Map::new();
    for (name, entry) in described.into_iter().flatten() {
        let value = document
            .schema(&entry.node)?
            .get("default")
            .map(Node::to_json);
        out.extend(value.map(|value| (name.clone(), value)));
    }
    Ok(out)
}

/// Adds what the user gives; the required inputs for which there is nothing.
pub(super) fn given(
    library: Library<'_>,
    of: Named,
    selection: &Selection,
    inputs: &mut Map<String, Value>,
) -> Result<Vec<String>, BatteryError> {
    let document = &library.documents[of.0];
    let id = library.node(of).get("workflowId").and_then(Node::as_str);
    let schema = schema(library, of)?;
    let mut used = names(library, of)?;
    used.extend(spoken_of(library.node(of)));
    for name in used {
        let own = format!("{}:{name}", id.unwrap_or_default());
        let text = selection.parameters.get(&own);
        let Some(text) = text.or_else(|| selection.parameters.get(&name)) else {
            continue;
        };
        let described = schema.and_then(|schema| schema.get("properties")?.get(&name));
        let described = described.map(|node| document.schema(node)).transpose()?;
        inputs.insert(name, typed(described, text));
    }
    let required = schema.map(|schema| document.list(schema, "required"));
    let required = required.transpose()?.unwrap_or_default().iter();
    let missing = required.filter_map(Node::as_str);
    let missing = missing.filter(|name| !inputs.contains_key(*name));
    Ok(missing.map(str::to_owned).collect())
}

/// A text as the type that is described.
fn typed(described: Option<&Node>, text: &str) -> Value {
    let kind = described.and_then(|node| node.get("type")?.as_str());
    let read = || serde_json::from_str::<Value>(text).ok();
    let own = || Value::from(text);
    match kind {
        Some("string") => own(),
        Some("array") => read()
            .filter(Value::is_array)
            .unwrap_or_else(|| text.split(',').map(str::trim).map(Value::from).collect()),
        Some(_) => read().unwrap_or_else(own),
        // Where no type is named, what reads as a number or a word of JSON is one.
        None => read()
            .filter(|value| !value.is_string())
            .unwrap_or_else(own),
    }
}

/// The inputs that the texts of a workflow name, described or not.
fn spoken_of(node: &Node) -> Vec<String> {
    const MARK: &str = "$inputs.";
    let mut out = Vec::new();
    let text = node.to_json().to_string();
    for (at, _) in text.match_indices(MARK) {
        let rest = &text[at + MARK.len()..];
        let is_end = |c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c));
        out.push(rest[..rest.find(is_end).unwrap_or(rest.len())].to_owned());
    }
    out
}

/// The names of the inputs of all workflows.
pub(in super::super) fn all(documents: &[Document], contract: &Contract) -> Vec<String> {
    let library = Library {
        contract,
        documents,
    };
    let each = documents.iter().enumerate().flat_map(|(n, document)| {
        let count = document.workflows().len();
        (0..count).map(move |workflow| (n, workflow))
    });
    each.flat_map(|of| names(library, of).unwrap_or_default())
        .collect()
}

/// Whether a key of the user's parameters is an input of a workflow: `NAME` or `WORKFLOW:NAME`.
pub(in super::super) fn is_one(documents: &[Document], contract: &Contract, key: &str) -> bool {
    let library = Library {
        contract,
        documents,
    };
    let mut all = (0..documents.len()).flat_map(|document| {
        let count = documents[document].workflows().len();
        (0..count).map(move |workflow| (document, workflow))
    });
    all.any(|of| {
        let id = library.node(of).get("workflowId").and_then(Node::as_str);
        let own = key.split_once(':').filter(|(owner, _)| Some(*owner) == id);
        let name = own.map_or(key, |(_, name)| name);
        let described = names(library, of).unwrap_or_default();
        described.iter().any(|known| known == name)
            || spoken_of(library.node(of))
                .iter()
                .any(|known| known == name)
    })
}
