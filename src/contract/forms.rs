//! The forms of Swagger 2.0: each of their fields is a parameter, and together they are the schema of a body.

use indexmap::IndexMap;

use super::document::Document;
use super::pointer;
use super::yaml::{Entry, Mapping, Node, NodeValue};

/// Where, below `parameters`, the schema stands that is made of all fields of a form.
pub(super) const FORM: &str = "formData";

/// The schemas of all forms, each with its pointer: an object with a property for each field.
pub(super) fn forms(document: &Document) -> Vec<(String, Node)> {
    let paths = document.root().get("paths");
    let paths = paths.and_then(|paths| document.resolve(paths, "/paths").ok());
    let mut forms = Vec::new();
    let (base, paths) = paths.map(|paths| (paths.pointer, paths.node)).unzip();
    let base = base.unwrap_or_default();
    let paths = paths.and_then(Node::as_mapping);
    for (path, entry) in paths.into_iter().flatten() {
        let at = pointer::join(&base, path);
        let Ok(item) = document.resolve(&entry.node, &at) else {
            continue;
        };
        let shared = fields(document, item.node);
        for (method, entry) in item.node.as_mapping().into_iter().flatten() {
            let at = pointer::join(&item.pointer, method);
            let Ok(operation) = document.resolve(&entry.node, &at) else {
                continue;
            };
            let mut all = shared.clone();
            all.extend(fields(document, operation.node));
            if !all.is_empty() {
                let at = pointer::join(&operation.pointer, "parameters");
                forms.push((pointer::join(&at, FORM), form(operation.node, all)));
            }
        }
    }
    forms
}

/// The fields of a form, by their names.
fn fields<'d>(document: &'d Document, owner: &'d Node) -> IndexMap<&'d str, &'d Node> {
    let list = owner.get("parameters").and_then(Node::as_sequence);
    let all = list.unwrap_or_default().iter();
    let found = all.filter_map(|node| document.resolve(node, "").ok());
    let fields = found.filter(|found| is_in(found.node, FORM));
    fields
        .filter_map(|found| Some((found.node.get("name")?.as_str()?, found.node)))
        .collect()
}

/// Whether a parameter goes there.
pub(super) fn is_in(node: &Node, place: &str) -> bool {
    node.get("in").and_then(Node::as_str) == Some(place)
}

fn form(operation: &Node, fields: IndexMap<&str, &Node>) -> Node {
    let mark = operation
        .entry("parameters")
        .map_or(operation.mark, |entry| entry.key);
    let node = |value| Node { value, mark };
    let (mut properties, mut required) = (Mapping::default(), Vec::new());
    for (name, field) in fields {
        let mut schema = field.clone();
        let key = field.entry("name").map_or(field.mark, |entry| entry.key);
        let flag = field
            .entry("required")
            .filter(|flag| flag.node.as_bool() == Some(true));
        required.extend(flag.map(|flag| Node {
            value: NodeValue::String(name.to_owned()),
            mark: flag.key,
        }));
        if let NodeValue::Mapping(map) = &mut schema.value {
            map.retain(|key, _| !["name", "in", "required"].contains(&key.as_str()));
            map.retain(|key, entry| key != "type" || entry.node.as_str() != Some("file"));
        }
        properties.insert(name.to_owned(), Entry { key, node: schema });
    }
    let mut map = Mapping::default();
    let mut put = |key: &str, value| {
        map.insert(
            key.to_owned(),
            Entry {
                key: mark,
                node: node(value),
            },
        )
    };
    put("type", NodeValue::String("object".to_owned()));
    if !required.is_empty() {
        put("required", NodeValue::Sequence(required));
    }
    put("properties", NodeValue::Mapping(Box::new(properties)));
    node(NodeValue::Mapping(Box::new(map)))
}
