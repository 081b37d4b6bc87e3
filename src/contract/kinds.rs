//! Parts of an operation that must be a mapping or a list and are something else: told, and then as if they were not there.

use super::document::Located;
use super::enumerate::Builder;
use super::pointer;
use super::yaml::{Node, NodeValue};

/// What a part of the document must be.
#[derive(Clone, Copy)]
pub(super) enum Wanted {
    Mapping,
    List,
    /// Some write the one entry without its list.
    Either,
}

impl Wanted {
    fn is_met(self, node: &Node) -> bool {
        let (is_mapping, is_list) = (node.as_mapping().is_some(), node.as_sequence().is_some());
        // A key with nothing behind it says nothing.
        node.value == NodeValue::Null
            || match self {
                Wanted::Mapping => is_mapping,
                Wanted::List => is_list,
                Wanted::Either => is_mapping || is_list,
            }
    }

    fn words(self) -> &'static str {
        match self {
            Wanted::Mapping => "a mapping",
            Wanted::List | Wanted::Either => "a list",
        }
    }
}

impl<'d> Builder<'d, '_> {
    /// The mapping or list of a key: what it refers to, where it is a reference to all of them together.
    pub(super) fn opened(&self, owner: &'d Node, key: &str, at: &str) -> Option<Located<'d>> {
        let node = owner.get(key)?;
        let at = pointer::join(at, key);
        let found = self.document.resolve(node, &at).ok()?;
        let is_whole = found.node.as_mapping().is_some() || found.node.as_sequence().is_some();
        is_whole.then_some(found)
    }

    /// Holds that the value of a key, where there is one, is what it must be.
    pub(super) fn hold(&mut self, owner: &Node, key: &str, wanted: Wanted, lost: &str) {
        let Some(entry) = owner.entry(key).filter(|one| !wanted.is_met(&one.node)) else {
            return;
        };
        // One reference to all of them is followed.
        if entry
            .node
            .get("$ref")
            .is_some_and(|one| one.as_str().is_some())
        {
            match self.document.resolve(&entry.node, "") {
                Ok(found) if wanted.is_met(found.node) => return,
                Ok(_) => {}
                Err(wrong) => return self.warnings.add(wrong, lost),
            }
        }
        let (must, is) = (wanted.words(), entry.node.kind());
        let message = format!("`{key}` must be {must}, and this is {is}");
        self.warnings
            .add(self.document.error(entry.key, message), lost);
    }

    /// Whether a key is true; what is neither true nor false is told, and is not.
    pub(super) fn flag(&mut self, owner: &Node, key: &str) -> bool {
        let Some(entry) = owner.entry(key) else {
            return false;
        };
        if let (None, false) = (entry.node.as_bool(), entry.node.value == NodeValue::Null) {
            let kind = entry.node.kind();
            let message = format!("`{key}` must be true or false, and this is {kind}");
            let wrong = self.document.error(entry.key, message);
            self.warnings.add(wrong, "it is read as false");
        }
        entry.node.as_bool() == Some(true)
    }

    /// The same of a part by its name, and of what it holds by media types and headers.
    pub(super) fn hold_part(&mut self, what: &str, found: &Located<'d>, lost: &str) {
        let node = found.node;
        if !Wanted::Mapping.is_met(node) {
            let message = format!("{what} must be a mapping, and this is {}", node.kind());
            self.warnings
                .add(self.document.error(node.mark, message), lost);
        }
        self.hold(node, "headers", Wanted::Mapping, "they are not tested");
        let lost = "what it holds is not known";
        self.hold(node, "content", Wanted::Mapping, lost);
        if let Some(content) = self.opened(node, "content", "") {
            let ranges = content.node.as_mapping().into_iter().flatten();
            for (range, _) in ranges {
                self.hold(content.node, range, Wanted::Mapping, lost);
            }
        }
    }
}
