//! The media types that a request or response may have, as OpenAPI 3 and Swagger 2.0 say it: in the one form that the
//! rest reads. Places stay those of the document.

use super::document::Located;
use super::enumerate::Builder;
use super::pointer;
use super::request_body::media_range;
use super::yaml::{Mark, Node};

/// A media type of a body, with the schema that describes it.
pub(super) struct Offer<'d> {
    /// As it is written.
    pub(super) range: String,
    /// Where it stands.
    pub(super) pointer: String,
    pub(super) mark: Mark,
    pub(super) schema: Option<(&'d Node, String)>,
}

/// All media types of a body.
pub(super) struct Offers<'d> {
    pub(super) list: Vec<Offer<'d>>,
    /// Where they are listed.
    pub(super) at: (String, Mark),
    /// Whether the document names them; else they are what everybody takes for granted.
    pub(super) are_named: bool,
}

impl<'d> Builder<'d, '_> {
    /// Those below `content` (OpenAPI 3, "Media Type Object"); `None` where none is documented.
    pub(super) fn content(&self, found: &Located<'d>) -> Option<Offers<'d>> {
        let entry = found.node.entry("content")?;
        let all = self.opened(found.node, "content", &found.pointer)?;
        let at = all.pointer;
        let map = all.node.as_mapping().filter(|map| !map.is_empty())?;
        let mark = self.document.at(&at).map_or(entry.key, |(_, mark)| mark);
        let list = map.iter().map(|(range, media)| {
            let pointer = pointer::join(&at, range);
            let schema = media.node.get("schema");
            Offer {
                range: range.clone(),
                mark: media.key,
                schema: schema.map(|schema| (schema, pointer::join(&pointer, "schema"))),
                pointer,
            }
        });
        Some(Offers {
            list: list.collect(),
            at: (at.clone(), mark),
            are_named: true,
        })
    }

    /// Those that `produces` or `consumes` lists, for the operation or for all (Swagger 2.0), where `fits`; each has the
    /// one schema. Where nothing is listed, the usual one.
    pub(super) fn listed(
        &self,
        key: &str,
        operation: (&'d Node, &str),
        schema: Option<(&'d Node, String)>,
        usual: &str,
        fits: impl Fn(&str) -> bool,
    ) -> Offers<'d> {
        let own = operation
            .0
            .entry(key)
            .map(|entry| (entry, pointer::join(operation.1, key)));
        let root = self.document.root().entry(key);
        let listed = own.or_else(|| Some((root?, pointer::join("", key))));
        let (entry, at) = match &listed {
            Some((entry, at)) => (Some(*entry), at.clone()),
            None => (None, operation.1.to_owned()),
        };
        let items = entry
            .and_then(|entry| entry.node.as_sequence())
            .unwrap_or_default();
        let list: Vec<Offer<'d>> = items
            .iter()
            .enumerate()
            .filter_map(|(n, item)| Some((n, item, item.as_str()?)))
            .filter(|(.., range)| fits(&media_range(range)))
            .map(|(n, item, range)| Offer {
                range: range.to_owned(),
                pointer: pointer::join(&at, &n.to_string()),
                mark: item.mark,
                schema: schema.clone(),
            })
            .collect();
        let mark = entry.map_or(operation.0.mark, |entry| entry.key);
        let are_named = !list.is_empty();
        let usual = (!are_named).then(|| Offer {
            range: usual.to_owned(),
            pointer: at.clone(),
            mark,
            schema,
        });
        Offers {
            list: list.into_iter().chain(usual).collect(),
            at: (at, mark),
            are_named,
        }
    }
}
