//! What a document says of a parameter in words, and the type that it names for a value.

use super::Contract;
use super::names::words;
use super::parameter::Parameter;
use super::yaml::Node;

impl Contract {
    /// The words of what is said of it and of its schema.
    pub fn said_of(&self, parameter: &Parameter) -> Vec<String> {
        let schema = parameter.schema.as_ref().map(|body| &*body.schema.pointer);
        let said = [Some(&*parameter.pointer), schema].into_iter().flatten();
        let said = said.filter_map(|at| {
            let (node, _) = self.document.at(at)?;
            let found = self.document.resolve(node, at).ok()?;
            found.node.get("description").and_then(Node::as_str)
        });
        said.flat_map(words).collect()
    }
}

/// The type that a schema names, but for null; empty where it names none.
pub fn kind_of(schema: &Node) -> &str {
    let named = schema.get("type");
    let listed = named.and_then(Node::as_sequence).unwrap_or_default();
    let mut listed = listed
        .iter()
        .filter_map(Node::as_str)
        .filter(|kind| *kind != "null");
    let single = named.and_then(Node::as_str);
    single.or_else(|| listed.next()).unwrap_or_default()
}
