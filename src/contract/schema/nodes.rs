//! Reading one schema as it stands in the document: its lists, types, marks and fixed values.

use crate::contract::document::Document;
use crate::contract::yaml::Node;

use super::sound::known_types;

/// The schemas in a list such as `allOf`, with their index.
pub(super) fn list_of<'d>(
    node: &'d Node,
    keyword: &str,
) -> impl Iterator<Item = (usize, &'d Node)> + use<'d> {
    node.get(keyword)
        .and_then(Node::as_sequence)
        .unwrap_or_default()
        .iter()
        .enumerate()
}

/// Whether the schema allows that type.
pub(super) fn has_type(node: &Node, wanted: &str) -> bool {
    node.get("type").is_some() && types_of(node).iter().any(|kind| kind == wanted)
}

/// Whether the schema has that mark, such as `readOnly: true`.
pub fn is_marked(node: &Node, mark: &str) -> bool {
    node.get(mark).and_then(Node::as_bool) == Some(true)
}

/// Whether a branch allows `null` and nothing else.
fn is_null(branch: &Node) -> bool {
    branch.get("type").and_then(Node::as_str) == Some("null")
}

/// Whether a schema allows nothing at all.
pub(super) fn is_never(node: &Node) -> bool {
    node.as_bool() == Some(false)
}

/// Whether a branch allows more than `null`.
pub(super) fn speaks(branch: &Node) -> bool {
    !is_null(branch) && !is_never(branch)
}

/// The one branch of a schema that says something, where there is no other in that list.
pub(super) fn only_branch(node: &Node) -> Option<(usize, &Node)> {
    ["allOf", "oneOf", "anyOf"].into_iter().find_map(|keyword| {
        let mut branches = list_of(node, keyword).filter(|(_, branch)| speaks(branch));
        branches.next().filter(|_| branches.next().is_none())
    })
}

/// Whether a keyword says nothing of the value.
pub fn is_remark(key: &str) -> bool {
    const REMARKS: [&str; 13] = [
        "title",
        "description",
        "summary",
        "example",
        "examples",
        "default",
        "deprecated",
        "externalDocs",
        "xml",
        "nullable",
        "readOnly",
        "writeOnly",
        "$comment",
    ];
    REMARKS.contains(&key) || key.starts_with("x-")
}

/// The types that a schema names.
pub(super) fn types_of(node: &Node) -> Vec<String> {
    match node.get("type") {
        Some(kind) => known_types(kind),
        None if node.get("properties").is_some() => vec!["object".to_owned()],
        None => Vec::new(),
    }
}

/// The properties that a schema itself requires.
pub(super) fn required_of(node: &Node) -> Vec<String> {
    let names = node.get("required").and_then(Node::as_sequence);
    let names = names.unwrap_or_default().iter();
    names
        .filter_map(|name| Some(name.as_str()?.to_owned()))
        .collect()
}

/// The value that a schema itself gives: its example, else its default.
pub(super) fn value_of(node: &Node) -> Option<serde_json::Value> {
    let first = |list: &Node| list.as_sequence()?.first().map(Node::to_json);
    let example = node.get("example").map(Node::to_json);
    example
        .or_else(|| node.get("examples").and_then(first))
        .or_else(|| node.get("default").map(Node::to_json))
        .filter(|value| !value.is_null())
}

/// The properties whose value a schema fixes, with the values allowed.
pub(super) fn fixed_properties(
    document: &Document,
    node: &Node,
    pointer: &str,
) -> Vec<(String, Vec<serde_json::Value>)> {
    let mut fixed = Vec::new();
    for (name, entry) in node
        .get("properties")
        .and_then(Node::as_mapping)
        .into_iter()
        .flatten()
    {
        let Ok(found) = document.resolve(&entry.node, pointer) else {
            continue;
        };
        if let Some(value) = found.node.get("const") {
            fixed.push((name.clone(), vec![value.to_json()]));
        } else if let Some(options) = found.node.get("enum").and_then(Node::as_sequence) {
            fixed.push((name.clone(), options.iter().map(Node::to_json).collect()));
        }
    }
    fixed
}
