//! What Swagger 2.0 writes in another way than OpenAPI 3: parameters that are their own schemas, bodies among the
//! parameters, forms in pieces, media types in lists. It is read where it stands, so that every place is the document's.

use indexmap::IndexMap;

use super::document::{Document, Located};
use super::enumerate::Builder;
use super::offers::Offers;
use super::parameter::Style;
use super::pointer;
use super::subject::In;
use super::yaml::{Entry, Node, NodeValue};

/// Where, below `parameters`, the schema stands that is made of all fields of a form.
pub(super) const FORM: &str = "formData";

/// How a list is written (Swagger 2.0, "collectionFormat"), and whether each entry stands for itself.
pub(super) fn style(node: &Node, location: In) -> (Style, bool) {
    let style = match node.get("collectionFormat").and_then(Node::as_str) {
        Some("ssv") => Style::SpaceDelimited,
        Some("pipes") => Style::PipeDelimited,
        _ => Style::of(location),
    };
    let is_multi = node.get("collectionFormat").and_then(Node::as_str) == Some("multi");
    (style, is_multi)
}

/// The schemas of all forms, each with its pointer: an object with a property for each field.
pub(super) fn forms(document: &Document) -> Vec<(String, Node)> {
    let paths = document.root().get("paths").and_then(Node::as_mapping);
    let mut forms = Vec::new();
    for (path, entry) in paths.into_iter().flatten() {
        let at = pointer::join("/paths", path);
        let Ok(item) = document.resolve(&entry.node, &at) else {
            continue;
        };
        let shared = fields(document, item.node);
        for (method, entry) in item.node.as_mapping().into_iter().flatten() {
            let at = pointer::join(&item.pointer, method);
            let Ok(operation) = document.resolve(&entry.node, &at) else {
                continue;
            };
            let mut all = shared.clone();
            all.extend(fields(document, operation.node));
            if !all.is_empty() {
                let at = pointer::join(&operation.pointer, "parameters");
                forms.push((pointer::join(&at, FORM), form(operation.node, all)));
            }
        }
    }
    forms
}

/// The fields of a form, by their names.
fn fields<'d>(document: &'d Document, owner: &'d Node) -> IndexMap<&'d str, &'d Node> {
    let list = owner.get("parameters").and_then(Node::as_sequence);
    let all = list.unwrap_or_default().iter();
    let found = all.filter_map(|node| document.resolve(node, "").ok());
    let fields = found.filter(|found| is_in(found.node, FORM));
    fields
        .filter_map(|found| Some((found.node.get("name")?.as_str()?, found.node)))
        .collect()
}

fn is_in(node: &Node, place: &str) -> bool {
    node.get("in").and_then(Node::as_str) == Some(place)
}

fn form(operation: &Node, fields: IndexMap<&str, &Node>) -> Node {
    let mark = operation
        .entry("parameters")
        .map_or(operation.mark, |entry| entry.key);
    let node = |value| Node { value, mark };
    let (mut properties, mut required) = (IndexMap::new(), Vec::new());
    for (name, field) in fields {
        let mut schema = field.clone();
        let key = field.entry("name").map_or(field.mark, |entry| entry.key);
        let flag = field
            .entry("required")
            .filter(|flag| flag.node.as_bool() == Some(true));
        required.extend(flag.map(|flag| Node {
            value: NodeValue::String(name.to_owned()),
            mark: flag.key,
        }));
        if let NodeValue::Mapping(map) = &mut schema.value {
            map.retain(|key, _| !["name", "in", "required"].contains(&key.as_str()));
            map.retain(|key, entry| key != "type" || entry.node.as_str() != Some("file"));
        }
        properties.insert(name.to_owned(), Entry { key, node: schema });
    }
    let mut map = IndexMap::new();
    let mut put = |key: &str, value| {
        map.insert(
            key.to_owned(),
            Entry {
                key: mark,
                node: node(value),
            },
        )
    };
    put("type", NodeValue::String("object".to_owned()));
    if !required.is_empty() {
        put("required", NodeValue::Sequence(required));
    }
    put("properties", NodeValue::Mapping(Box::new(properties)));
    node(NodeValue::Mapping(Box::new(map)))
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
