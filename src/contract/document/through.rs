//! Pointers that lead over references: some write one in the place of all schemas or paths.

use super::Document;
use crate::contract::pointer;
use crate::contract::yaml::Node;

impl Document {
    /// What a pointer means that leads over references, with its own pointer.
    pub(in crate::contract) fn find(&self, pointer: &str) -> Option<(&Node, String)> {
        let (base, rest) = match pointer.split_once('#') {
            Some((path, rest)) if !pointer.starts_with('/') => (format!("{path}#"), rest),
            _ => (String::new(), pointer),
        };
        let mut here = (self.at(&base)?.0, base);
        for token in rest.split('/').skip(1).map(pointer::unescaped) {
            if here.0.child(&token).is_none() {
                here = self.plain(here)?;
            }
            let (node, _) = here.0.child(&token)?;
            here = (node, pointer::join(&here.1, &token));
        }
        Some(here)
    }

    /// What a node means by references that lead over no others, at most as many as a person writes.
    fn plain<'d>(&'d self, mut here: (&'d Node, String)) -> Option<(&'d Node, String)> {
        for _ in 0..8 {
            let Some(entry) = here.0.entry("$ref") else {
                return Some(here);
            };
            let wanted = self.meant(entry.node.as_str()?, entry.node.mark).ok()?;
            here = (self.at(&wanted)?.0, wanted);
        }
        None
    }
}
