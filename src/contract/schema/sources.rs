//! The schemas that speak of one place: what references lead to on the way, with what stands beside each, and what `allOf`
//! composes.

use std::sync::Arc;

use crate::contract::pointer;
use crate::contract::yaml::Node;

use super::circles::address;
use super::dialect::Dialect;
use super::fold::Folder;
use super::nodes::{is_never, is_remark, list_of, speaks};
use super::source::{Source, Together};

impl<'d> Folder<'d, '_> {
    /// Follows references and opens `allOf` (and a `oneOf` or `anyOf` with one branch that says something).
    pub(super) fn flatten(
        &mut self,
        source: Source<'d>,
        flat: &mut Together<'d>,
        alternatives: &mut Vec<(&'static str, Source<'d>)>,
    ) {
        // Tells of a reference that leads nowhere.
        if self.resolve(source.node, &source.pointer).is_none() {
            return;
        }
        let mut here = source;
        while let Some(Ok((next, pointer))) = self.document.step(here.node) {
            if here.node.as_mapping().is_some_and(|map| map.len() > 1) {
                match self.dialect {
                    // What stands beside `$ref` is ignored, but for the prose.
                    Dialect::V30 => flat.add(here.clone()),
                    Dialect::V31 => self.speak(&here, flat, alternatives),
                }
            }
            if here.met.contains(&address(next)) {
                return;
            }
            here.met.push(address(next));
            here.around.push(address(next));
            here = Source {
                node: next,
                pointer,
                ..here
            };
        }
        if is_never(here.node) {
            flat.add(here);
        } else if here.node.as_mapping().is_some() {
            self.speak(&here, flat, alternatives);
        } else if here.node.as_bool().is_none() {
            let kind = here.node.kind();
            let message = format!("a schema must be a mapping, and this is {kind}");
            let wrong = self.document.error(here.node.mark, message);
            self.warn(wrong, "it is taken to allow any value");
        }
    }

    /// Takes what one schema says, and what it is composed of.
    fn speak(
        &mut self,
        here: &Source<'d>,
        flat: &mut Together<'d>,
        alternatives: &mut Vec<(&'static str, Source<'d>)>,
    ) {
        // What stands twice says the same twice.
        if flat.has(here.node) {
            return;
        }
        flat.add(here.clone());
        let branch_of = |keyword: &str, n: usize, node: &'d Node| Source {
            node,
            pointer: pointer::join(&pointer::join(&here.pointer, keyword), &n.to_string()),
            ..here.clone()
        };
        for (n, branch) in list_of(here.node, "allOf") {
            self.flatten(branch_of("allOf", n, branch), flat, alternatives);
        }
        for keyword in ["oneOf", "anyOf"] {
            let mut speaking = list_of(here.node, keyword).filter(|(_, branch)| speaks(branch));
            match (speaking.next(), speaking.next()) {
                (Some((n, only)), None) => {
                    self.flatten(branch_of(keyword, n, only), flat, alternatives);
                }
                (Some(_), Some(_)) => alternatives.push((keyword, here.clone())),
                _ => {}
            }
        }
    }

    /// What a schema is, and nothing more: the addresses of all that references lead to with nothing beside them.
    pub(super) fn bare(&mut self, node: &'d Node) -> Arc<[usize]> {
        if let Some(known) = self.folds.bare.get(&address(node)) {
            return Arc::clone(known);
        }
        let (mut here, mut targets) = (node, Vec::new());
        while let Some(Ok((next, _))) = self.document.step(here) {
            let mut keys = here.as_mapping().into_iter().flat_map(|map| map.keys());
            let is_more = keys.any(|key| key != "$ref" && !is_remark(key));
            if is_more && self.dialect == Dialect::V31 || targets.contains(&address(next)) {
                break;
            }
            targets.push(address(next));
            here = next;
        }
        let targets: Arc<[usize]> = targets.into();
        // Most schemas are no references, and quick to read again.
        if !targets.is_empty() {
            let known = &mut self.folds.bare;
            known.insert(address(node), Arc::clone(&targets));
        }
        targets
    }
}
