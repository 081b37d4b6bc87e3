//! What Swagger 2.0 writes in another way than OpenAPI 3: parameters that are their own schemas, bodies among the
//! parameters, forms in pieces, media types in lists. It is read where it stands, so that every place is the document's.

use super::document::Located;
use super::enumerate::Builder;
use super::forms::{FORM, is_in};
use super::offers::Offers;
use super::parameter::Style;
use super::pointer;
use super::subject::In;
use super::yaml::Node;

/// How a list is written (Swagger 2.0, "collectionFormat"), and whether each entry stands for itself.
pub(super) fn style(node: &Node, location: In) -> (Style, bool) {
    let style = match node.get("collectionFormat").and_then(Node::as_str) {
        Some("ssv") => Style::Delimited(' '),
        Some("tsv") => Style::Delimited('\t'),
        Some("pipes") => Style::Delimited('|'),
        _ => Style::of(location),
    };
    let is_multi = node.get("collectionFormat").and_then(Node::as_str) == Some("multi");
    (style, is_multi)
}

/// A body as the document writes it.
pub(super) struct WrittenBody<'d> {
    pub(super) found: Located<'d>,
    pub(super) required: bool,
    pub(super) offers: Option<Offers<'d>>,
}

impl<'d> Builder<'d, '_> {
    /// The body of an operation's requests: the parameter that is one, or the form; `None` where it has neither.
    pub(super) fn swagger_body(
        &mut self,
        node: &'d Node,
        here: &str,
        item: &Located<'d>,
    ) -> Option<WrittenBody<'d>> {
        for (owner, base) in [(node, here), (item.node, item.pointer.as_str())] {
            let at = pointer::join(base, "parameters");
            let list = owner.get("parameters").and_then(Node::as_sequence);
            for (n, parameter) in list.unwrap_or_default().iter().enumerate() {
                let at = pointer::join(&at, &n.to_string());
                // One that cannot be read is told where the parameters are read.
                let Ok(found) = self.document.resolve(parameter, &at) else {
                    continue;
                };
                if !is_in(found.node, "body") {
                    continue;
                }
                let schema = found.node.get("schema");
                let schema = schema.map(|schema| (schema, pointer::join(&found.pointer, "schema")));
                let is_any = |_: &str| true;
                let offers =
                    self.listed("consumes", (node, here), schema, "application/json", is_any);
                let required = found.node.get("required").and_then(Node::as_bool) == Some(true);
                return Some(WrittenBody {
                    found,
                    required,
                    offers: Some(offers),
                });
            }
        }
        let at = pointer::join(&pointer::join(here, "parameters"), FORM);
        let (form, _) = self.document.at(&at)?;
        let has_file = [node, item.node].iter().any(|owner| {
            let list = owner.get("parameters").and_then(Node::as_sequence);
            let mut all = list.unwrap_or_default().iter();
            all.any(|one| {
                let found = self.document.resolve(one, "").map(|found| found.node);
                found.is_ok_and(|one| one.get("type").and_then(Node::as_str) == Some("file"))
            })
        });
        let usual = match has_file {
            true => "multipart/form-data",
            false => "application/x-www-form-urlencoded",
        };
        let is_form = |range: &str| {
            range == "multipart/form-data" || range.ends_with("/x-www-form-urlencoded")
        };
        let schema = Some((form, at.clone()));
        let offers = self.listed("consumes", (node, here), schema, usual, is_form);
        let required = form.get("required").is_some();
        let found = Located {
            node: form,
            pointer: at,
            through: Vec::new(),
        };
        Some(WrittenBody {
            found,
            required,
            offers: Some(offers),
        })
    }

    /// The media types of a response, which all have its one schema; `None` where it has no body.
    pub(super) fn produced(
        &self,
        found: &Located<'d>,
        operation: (&'d Node, &str),
    ) -> Option<Offers<'d>> {
        let schema = found.node.get("schema")?;
        let is_file = schema.get("type").and_then(Node::as_str) == Some("file");
        let schema = (!is_file).then(|| (schema, pointer::join(&found.pointer, "schema")));
        if is_file && operation.0.get("produces").is_none() {
            return None;
        }
        Some(self.listed("produces", operation, schema, "application/json", |_| true))
    }
}
