//! Which places are described by one reference alone, so that what it leads to can be folded once and shared.

use super::circles::{Circles, address};
use super::fold::Folder;
use super::nodes::{is_remark, list_of, only_branch};
use super::source::Source;

impl<'d> Folder<'d, '_> {
    /// The circles among all references of the document.
    pub(super) fn circles(&mut self) -> &Circles {
        let document = self.document;
        let circles = &mut self.folds.circles;
        circles.get_or_insert_with(|| Circles::among(document))
    }

    /// Where a place is described by one reference alone: what it leads to, ready to be folded for itself, and what
    /// stands first at the place, where that is another. `None` where that leads back to what is around.
    pub(super) fn shared(&mut self, source: &Source<'d>) -> Option<(Source<'d>, Option<String>)> {
        let (mut node, mut at) = (source.node, source.pointer.clone());
        let (mut first, mut through) = (None, Vec::new());
        loop {
            let map = node.as_mapping()?;
            let inner = if map.contains_key("$ref") {
                if map.len() > 1 {
                    first.get_or_insert_with(|| at.clone());
                }
                Some((node, ["$ref"].as_slice()))
            } else {
                let wrapper = ["allOf", "oneOf", "anyOf"].into_iter();
                let only = wrapper.filter(|keyword| map.contains_key(*keyword));
                let only = only.collect::<Vec<_>>();
                let is_one = list_of(node, "allOf").nth(1).is_none();
                match (only.as_slice(), only_branch(node).filter(|_| is_one)) {
                    ([keyword], Some((_, branch))) if branch.get("$ref").is_some() => {
                        first.get_or_insert_with(|| at.clone());
                        let keyword: &[&str] = match *keyword {
                            "allOf" => &["allOf"],
                            "oneOf" => &["oneOf"],
                            _ => &["anyOf"],
                        };
                        let is_bare = branch.as_mapping().is_some_and(|map| map.len() == 1);
                        is_bare.then_some((branch, keyword))
                    }
                    _ => None,
                }
            };
            let Some((reference, said)) = inner else {
                break;
            };
            let is_remark = |key: &String| said.contains(&key.as_str()) || is_remark(key);
            if !map.keys().all(is_remark) {
                break;
            }
            let (next, pointer) = self.document.step(reference)?.ok()?;
            if through.contains(&address(next)) {
                return None;
            }
            through.push(address(next));
            (node, at) = (next, pointer);
        }
        let meant = *through.last()?;
        let circles = self.circles();
        // What a reference on the way leads back to, or one that leads here.
        let (_, before) = through.split_last()?;
        let mut around = source.around.iter().chain(before);
        if around.any(|one| circles.have_both(*one, meant)) {
            return None;
        }
        let source = Source {
            node,
            pointer: at,
            around: vec![meant],
            met: vec![meant],
        };
        Some((source, first))
    }
}
