//! The documented responses of an operation and their clauses: status, headers, media types, bodies.

use super::clause::Level;
use super::document::Located;
use super::enumerate::Builder;
use super::offers::Offers;
use super::operation::{Header, Response};
use super::pointer;
use super::request_body::{Media, media_range};
use super::schema::{Direction, Lazy, Travels, known_types};
use super::schema_clauses::SchemaUse;
use super::subject::{Part, StatusKey};
use super::yaml::{Mark, Node};

impl<'d> Builder<'d, '_> {
    pub(super) fn response(
        &mut self,
        key: StatusKey,
        found: Located<'d>,
        (mark, here): (Mark, &str),
        operation: (&'d Node, &str),
    ) -> Response {
        let level = match key {
            StatusKey::Exact(429 | 500..) | StatusKey::Range(_) | StatusKey::Default => Level::Info,
            StatusKey::Exact(_) => Level::Must,
        };
        let described = found
            .node
            .get("description")
            .and_then(Node::as_str)
            .unwrap_or_default();
        let described = described
            .lines()
            .next()
            .unwrap_or_default()
            .trim_end_matches('.');
        let status = (key != StatusKey::Default).then(|| {
            let text = format!("{key} is answered where it is due: {described}");
            self.clause(
                self.part(Part::Status).under(key),
                level,
                text,
                (here, mark),
            )
        });
        let mut headers = Vec::new();
        let at = pointer::join(&found.pointer, "headers");
        for (name, entry) in found
            .node
            .get("headers")
            .and_then(Node::as_mapping)
            .into_iter()
            .flatten()
        {
            if !name.eq_ignore_ascii_case("content-type") {
                headers.extend(self.header(
                    key,
                    name,
                    &entry.node,
                    entry.key,
                    &pointer::join(&at, name),
                ));
            }
        }
        let text = format!("the body of a {key} arrives whole");
        let body = self.part(Part::Body).under(key);
        let complete = self.clause(body.keyword("complete"), Level::Must, text, (here, mark));
        let mut response = Response {
            key,
            pointer: found.pointer.clone(),
            status,
            content_type: None,
            complete,
            json: None,
            headers,
            content: Vec::new(),
        };
        let offers = match self.is_swagger {
            true => self.produced(&found, operation),
            false => self.content(&found),
        };
        if let Some(offers) = offers {
            self.body_of(&mut response, offers);
        }
        response
    }

    fn body_of(&mut self, response: &mut Response, offers: Offers<'d>) {
        let key = response.key;
        // What the document does not name, it does not promise.
        let level = |named: Level| if offers.are_named { named } else { Level::Info };
        let ranges: Vec<&str> = offers
            .list
            .iter()
            .map(|offer| offer.range.as_str())
            .collect();
        let text = format!("the body of a {key} is {}", ranges.join(" or "));
        let subject = self.part(Part::ContentType).under(key);
        let (at, mark) = (&offers.at.0, offers.at.1);
        let clause = self.clause(subject, level(Level::Must), text, (at, mark));
        response.content_type = Some(clause);
        for offer in offers.list {
            let mut media = Media::new(media_range(&offer.range), offer.pointer);
            if media.is_json() {
                if response.json.is_none() {
                    let place = (media.pointer.as_str(), offer.mark);
                    let body = self.part(Part::Body).under(key);
                    let text = format!("the body of a {key} is JSON in UTF-8");
                    let json = body.clone().keyword("json");
                    let json = self.clause(json, level(Level::Must), text, place);
                    let text = format!("no object in the body of a {key} has a key twice");
                    let unique = body.keyword("json-unique-keys");
                    let unique = self.clause(unique, level(Level::Should), text, place);
                    response.json = Some((json, unique));
                }
                if let Some((schema, at)) = offer.schema {
                    let used = SchemaUse {
                        subject: self.part(Part::Body).under(key),
                        level: Level::Must,
                        direction: Direction::Response,
                    };
                    media.body = Some(self.body(schema, at, used, Travels::Json));
                }
            }
            response.content.push(media);
        }
    }

    fn header(
        &mut self,
        key: StatusKey,
        name: &str,
        node: &'d Node,
        mark: Mark,
        here: &str,
    ) -> Option<Header> {
        let lost = format!("the header {name} of a {key} of {} is not tested", self.id);
        let found = self.usable(self.document.resolve(node, here), &lost)?;
        let required = found.node.get("required").and_then(Node::as_bool) == Some(true);
        let level = if required { Level::Must } else { Level::Info };
        let text = format!("a {key} carries the header {name}");
        let header = self.part(Part::Header(name.to_owned())).under(key);
        let present = self.clause(header.clone().keyword("present"), level, text, (here, mark));
        // In Swagger 2.0 a header is its own schema.
        let described = match self.is_swagger {
            true => Some((found.node, mark, found.pointer.clone())),
            false => found.node.entry("schema").map(|entry| {
                let at = pointer::join(&found.pointer, "schema");
                (&entry.node, entry.key, at)
            }),
        };
        let Some((node, mark, at)) = described else {
            return Some(Header {
                name: name.to_owned(),
                present,
                schema: None,
                kind: String::new(),
            });
        };
        let schema = self.usable(self.document.resolve(node, &at), &lost)?;
        let kind = schema.node.get("type").map(known_types);
        let kind = kind
            .and_then(|kinds| kinds.into_iter().next())
            .unwrap_or_default();
        if is_any_text(schema.node) || kind == "array" || kind == "object" {
            // Every header is a string, so this can never be broken and is no clause; lists and objects are not read.
            return Some(Header {
                name: name.to_owned(),
                present,
                schema: None,
                kind: String::new(),
            });
        }
        let text = if kind.is_empty() {
            format!("{name} fits its schema")
        } else {
            format!("{name} is of type {kind}")
        };
        let place = schema.node.entry("type").map_or(mark, |entry| entry.key);
        let pointer = if kind.is_empty() {
            schema.pointer.clone()
        } else {
            pointer::join(&schema.pointer, "type")
        };
        let clause = self.clause(
            header.keyword("schema"),
            Level::Must,
            text,
            (&pointer, place),
        );
        Some(Header {
            name: name.to_owned(),
            present,
            schema: Some((clause, Lazy::at(at))),
            kind,
        })
    }
}

/// Whether a schema says no more than that the value is a string.
fn is_any_text(schema: &Node) -> bool {
    const REMARKS: [&str; 6] = [
        "type",
        "description",
        "title",
        "example",
        "default",
        "deprecated",
    ];
    schema.get("type").and_then(Node::as_str) == Some("string")
        && schema.as_mapping().is_some_and(|map| {
            map.keys()
                .all(|key| REMARKS.contains(&key.as_str()) || key.starts_with("x-"))
        })
}
