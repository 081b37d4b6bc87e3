//! The alternatives of a place: each branch of a `oneOf` or `anyOf` that has several.

use std::collections::HashMap;

use crate::contract::pointer;
use crate::contract::subject::PlaceStep;
use crate::contract::yaml::Node;

use super::fold::{ShapeBuilder, Source};
use super::nodes::{fixed_properties, is_null, list_of, types_of};
use super::shape::{Branch, NodeIx, Shape};

impl<'d> ShapeBuilder<'d, '_> {
    pub(super) fn alternatives(
        &mut self,
        shape: &mut Shape,
        open: &mut HashMap<String, NodeIx>,
        ix: NodeIx,
        keyword: &'static str,
        source: &Source<'d>,
        discriminator: Option<&'d Node>,
    ) {
        let place = shape.nodes[ix].place.clone();
        for (n, branch) in list_of(source.node, keyword) {
            if is_null(branch) {
                continue;
            }
            let Some(located) = self.resolve(branch, &source.pointer) else {
                continue;
            };
            if located
                .through
                .iter()
                .any(|target| open.contains_key(target))
            {
                continue;
            }
            let reference = branch.get("$ref").and_then(Node::as_str);
            let last = reference.and_then(|reference| pointer::tokens(reference).pop());
            let title = located
                .node
                .get("title")
                .and_then(Node::as_str)
                .map(str::to_owned);
            let name = last.clone().or(title).unwrap_or_else(|| n.to_string());
            let pointer = pointer::join(&pointer::join(&source.pointer, keyword), &n.to_string());
            let place = place.with(PlaceStep::Branch(name.into()));
            let source = Source {
                node: branch,
                pointer,
                through: source.through.clone(),
            };
            let Some(node) = self.place(shape, open, place, vec![source]) else {
                continue;
            };
            let selector = discriminator.and_then(|node| selector(node, reference, last));
            let types = types_of(located.node);
            let fixed = fixed_properties(self.document, located.node, &located.pointer);
            shape.nodes[ix].branches.push(Branch {
                selector,
                index: n,
                keyword,
                node,
                types,
                fixed,
            });
        }
    }
}

/// The property by which a discriminator chooses, and the values that choose the branch of that reference.
fn selector(
    discriminator: &Node,
    reference: Option<&str>,
    last: Option<String>,
) -> Option<(String, Vec<String>)> {
    let property = discriminator.get("propertyName")?.as_str()?.to_owned();
    let mut values: Vec<String> = last.into_iter().collect();
    let mapping = discriminator.get("mapping").and_then(Node::as_mapping);
    for (value, entry) in mapping.into_iter().flatten() {
        let is_meant = |target: &str| {
            reference.is_some_and(|one| one == target || one.ends_with(&format!("/{target}")))
        };
        if entry.node.as_str().is_some_and(is_meant) {
            values.push(value.clone());
        }
    }
    Some((property, values))
}
