//! The documented responses of an operation and their clauses: status, headers, media types, bodies.

use std::sync::OnceLock;

use super::clause::Level;
use super::document::Located;
use super::enumerate::Builder;
use super::header::Header;
use super::offers::Offers;
use super::operation::Response;
use super::parameter::Style;
use super::request_body::Media;
use super::schema::{Direction, Lazy, Travels, is_marked, is_remark, known_types};
use super::schema_clauses::SchemaUse;
use super::subject::{In, Part, StatusKey};
use super::yaml::{Mark, Node};
use super::{pointer, swagger};

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
        let lost = format!(
            "of the response {key} of {} only the status is known",
            self.id
        );
        self.hold_part("a response", &found, &lost);
        self.tell_strayed_body(found.node, &lost);
        let described = found.node.prose("description").unwrap_or_default();
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
        let all = self.opened(found.node, "headers", &found.pointer);
        let (all, at) = all.map(|all| (all.node, all.pointer)).unzip();
        let at = at.unwrap_or_default();
        for (name, entry) in all.and_then(Node::as_mapping).into_iter().flatten() {
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
            let mut media = Media::new(&offer.range, offer.pointer);
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
                // What is to be saved as a file is whatever the file holds.
                let is_file = |(schema, _): &(&Node, String)| self.is_file(schema);
                let schema = offer.schema.filter(|schema| !is_file(schema));
                if let Some((schema, at)) = schema {
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

    /// Whether a whole body is the bytes of a file, as OpenAPI 3.0 says it.
    fn is_file(&self, schema: &Node) -> bool {
        let found = self.document.resolve(schema, "");
        found.is_ok_and(|found| {
            let says = |key: &str| found.node.get(key).and_then(Node::as_str);
            says("type") == Some("string") && says("format") == Some("binary")
        })
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
        let subject = self.part(Part::Header(name.to_owned())).under(key);
        let present = subject.clone().keyword("present");
        let present = self.clause(present, level, text, (here, mark));
        let (style, explode) = match self.is_swagger {
            true => swagger::style(found.node, In::Header),
            false => (Style::Simple, is_marked(found.node, "explode")),
        };
        let mut header = Header {
            name: name.to_owned(),
            present,
            schema: None,
            kind: String::new(),
            style,
            explode,
            parts: OnceLock::new(),
        };
        let Some((node, mark, at)) = self.header_schema(&found, mark, &mut header.style) else {
            return Some(header);
        };
        let schema = self.usable(self.document.resolve(node, &at), &lost)?;
        let is_text = header.style != Style::Json;
        if is_text && (self.nests(schema.node, 0, 0) || self.is_any_text(schema.node)) {
            // What nothing could break is no clause, nor is what no text could hold.
            return Some(header);
        }
        let kind = schema.node.get("type").map(known_types);
        let kind = kind.and_then(|kinds| <[String; 1]>::try_from(kinds).ok());
        header.kind = kind.map(|[kind]| kind).unwrap_or_default();
        let text = match header.kind.as_str() {
            "" => format!("{name} fits its schema"),
            "array" => format!("{name} is a list that fits its schema"),
            "object" => format!("{name} is a list of names and values that fits its schema"),
            kind => format!("{name} is of type {kind}"),
        };
        let named = schema
            .node
            .entry("type")
            .filter(|_| !header.kind.is_empty());
        let place = named.map_or(mark, |entry| entry.key);
        let pointer = match named {
            None => schema.pointer.clone(),
            Some(_) => pointer::join(&schema.pointer, "type"),
        };
        let subject = subject.keyword("schema");
        let clause = self.clause(subject, Level::Must, text, (&pointer, place));
        header.schema = Some((clause, Lazy::at(at)));
        Some(header)
    }

    /// The schema of a header: its own, that of the one media type it has, or in Swagger 2.0 itself.
    fn header_schema(
        &self,
        found: &Located<'d>,
        mark: Mark,
        style: &mut Style,
    ) -> Option<(&'d Node, Mark, String)> {
        if self.is_swagger {
            return Some((found.node, mark, found.pointer.clone()));
        }
        let mut owner = (found.node, found.pointer.clone());
        let content = found.node.get("content").and_then(Node::as_mapping);
        if let Some((range, media)) = content.and_then(|content| content.first()) {
            let at = pointer::join(&found.pointer, "content");
            owner = (&media.node, pointer::join(&at, range));
            *style = Style::Json;
            if !Media::new(range, String::new()).is_json() {
                return None;
            }
        }
        let entry = owner.0.entry("schema")?;
        Some((&entry.node, entry.key, pointer::join(&owner.1, "schema")))
    }

    /// Whether every text is a value of a schema: a string, or a list of any strings.
    fn is_any_text(&self, schema: &Node) -> bool {
        let Ok(found) = self.document.resolve(schema, "") else {
            return true;
        };
        let kinds = found.node.get("type").map(known_types).unwrap_or_default();
        let map = found.node.as_mapping();
        let says_more = map.is_some_and(|map| {
            let own = ["type", "items", "collectionFormat"];
            let mut keys = map.keys();
            keys.any(|key| !is_remark(key) && !own.contains(&key.as_str()))
        });
        let items = found.node.get("items");
        let is_list = kinds == ["array"];
        !says_more
            && (kinds.is_empty()
                || kinds.iter().any(|kind| kind == "string")
                || is_list && items.is_none_or(|items| self.is_any_text(items)))
    }

    /// Whether lists or objects stand in a list or object, so many steps below: no style has a form for them.
    fn nests(&self, schema: &Node, depth: usize, steps: usize) -> bool {
        const MOST_STEPS: usize = 8;
        let Ok(found) = self.document.resolve(schema, "") else {
            return false;
        };
        let is_holder = |kind: &String| kind == "array" || kind == "object";
        let kinds = found.node.get("type").map(known_types).unwrap_or_default();
        if steps > MOST_STEPS || depth > 0 && kinds.iter().any(is_holder) {
            return true;
        }
        let lists = ["allOf", "oneOf", "anyOf"].into_iter();
        let mut beside = lists.filter_map(|key| found.node.get(key)?.as_sequence());
        let members = found.node.get("properties").and_then(Node::as_mapping);
        let members = members.into_iter().flat_map(|map| map.values());
        let members = members.map(|entry| &entry.node);
        let keys = ["items", "additionalProperties"].into_iter();
        let mut within = members.chain(keys.filter_map(|key| found.node.get(key)));
        beside.any(|list| list.iter().any(|one| self.nests(one, depth, steps + 1)))
            || within.any(|one| self.nests(one, depth + 1, steps + 1))
    }
}
