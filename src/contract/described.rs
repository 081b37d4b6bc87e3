//! What a document says of a parameter in words.

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
