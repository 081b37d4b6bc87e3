//! The alternatives of a place: each branch of a `oneOf` or `anyOf` that has several.

use std::collections::HashSet;
use std::sync::Arc;

use crate::contract::document::Located;
use crate::contract::pointer;
use crate::contract::subject::PlaceStep;
use crate::contract::yaml::Node;

use super::draft::Draft;
use super::fold::Folder;
use super::nodes::{fixed_properties, list_of, required_of, speaks, types_of};
use super::shape::{Branch, NodeIx};
use super::source::Source;

/// A branch before it is folded.
struct Wanted<'d> {
    keyword: &'static str,
    index: usize,
    name: Arc<str>,
    source: Source<'d>,
    located: Located<'d>,
    discriminator: Option<&'d Node>,
}

impl<'d> Folder<'d, '_> {
    /// Folds all branches of a place; those that lead back to what is around are left out.
    pub(super) fn alternatives(
        &mut self,
        draft: &mut Draft<'d>,
        ix: NodeIx,
        alternatives: Vec<(&'static str, Source<'d>)>,
    ) {
        let mut wanted = Vec::new();
        for (keyword, source) in &alternatives {
            for (n, branch) in list_of(source.node, keyword) {
                wanted.extend(self.wanted(draft, keyword, source, n, branch));
            }
        }
        let mut names = HashSet::new();
        // Of two branches of one name the clauses of the second are those of the first.
        let have_twins = !wanted.iter().all(|one| names.insert(Arc::clone(&one.name)));
        draft.twins += usize::from(have_twins);
        for one in wanted {
            self.branch(draft, ix, one);
        }
        draft.twins -= usize::from(have_twins);
    }

    fn wanted(
        &mut self,
        draft: &Draft<'d>,
        keyword: &'static str,
        source: &Source<'d>,
        index: usize,
        branch: &'d Node,
    ) -> Option<Wanted<'d>> {
        if !speaks(branch) {
            return None;
        }
        let located = self.resolve(branch, &source.pointer)?;
        let targets = self.bare(branch);
        let mut targets = targets.iter();
        if targets.any(|target| draft.open.contains_key(target)) {
            return None;
        }
        let title = located.node.get("title").and_then(Node::as_str);
        let name = last_token(branch).or(title.map(str::to_owned));
        let at = pointer::join(&source.pointer, keyword);
        Some(Wanted {
            keyword,
            index,
            name: name.unwrap_or_else(|| index.to_string()).into(),
            source: Source {
                node: branch,
                pointer: pointer::join(&at, &index.to_string()),
                ..source.clone()
            },
            located,
            discriminator: source.node.get("discriminator"),
        })
    }

    fn branch(&mut self, draft: &mut Draft<'d>, ix: NodeIx, wanted: Wanted<'d>) {
        let branch = wanted.source.node;
        let place = draft.template.nodes[ix]
            .place
            .with(PlaceStep::Branch(wanted.name));
        let kept = draft.folded(&self.bare(branch));
        let found = kept.or_else(|| self.place(draft, place, vec![wanted.source]));
        let Some(node) = found else {
            return;
        };
        let selector = wanted.discriminator.and_then(|node| selector(node, branch));
        let described = &wanted.located;
        let fixed = fixed_properties(self.document, described.node, &described.pointer);
        draft.template.nodes[ix].branches.push(Branch {
            selector,
            index: wanted.index,
            keyword: wanted.keyword,
            node,
            types: types_of(described.node),
            required: required_of(described.node),
            fixed,
        });
    }
}

/// The last token of a branch's reference, or the name of its file.
fn last_token(branch: &Node) -> Option<String> {
    let reference = branch.get("$ref").and_then(Node::as_str)?;
    let file = reference.split('#').next().unwrap_or_default();
    let file = file
        .rsplit('/')
        .next()
        .and_then(|name| name.split('.').next());
    let named = reference
        .split_once('#')
        .and_then(|(_, at)| pointer::tokens(&format!("#{at}")).pop());
    named.or_else(|| file.filter(|name| !name.is_empty()).map(str::to_owned))
}

/// The property by which a discriminator chooses, and the values that choose the branch.
fn selector(discriminator: &Node, branch: &Node) -> Option<(String, Vec<String>)> {
    let property = discriminator.get("propertyName")?.as_str()?.to_owned();
    let reference = branch.get("$ref").and_then(Node::as_str);
    let mut values: Vec<String> = last_token(branch).into_iter().collect();
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
