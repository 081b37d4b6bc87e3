//! The documented responses of an operation and their clauses: status, headers, media types, bodies.

use super::clause::{Kind, Level};
use super::document::SpecError;
use super::enumerate::Builder;
use super::operation::{Body, Header, Lazy, Media, Response};
use super::pointer;
use super::schema::ShapeBuilder;
use super::yaml::{Mark, Node};

impl<'d> Builder<'d, '_> {
    pub(super) fn response(
        &mut self,
        key: &str,
        node: &'d Node,
        mark: Mark,
        here: &str,
    ) -> Result<Response, SpecError> {
        let found = self.document.resolve(node, here)?;
        let level = match key {
            "429" | "default" => Level::Info,
            _ if key.starts_with('5') || key.to_ascii_uppercase().ends_with("XX") => Level::Info,
            _ => Level::Must,
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
        let status = (key != "default").then(|| {
            let text = format!("{key} is answered where it is due: {described}");
            self.clause(
                Kind::Status,
                level,
                &format!("{key}/status"),
                text,
                here,
                mark,
                key,
                "",
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
                headers.push(self.header(
                    key,
                    name,
                    &entry.node,
                    entry.key,
                    &pointer::join(&at, name),
                )?);
            }
        }
        let text = format!("the body of a {key} arrives whole");
        let complete = self.clause(
            Kind::Complete,
            Level::Must,
            &format!("{key}/body/complete"),
            text,
            here,
            mark,
            key,
            "",
        );
        let mut response = Response {
            key: key.to_owned(),
            pointer: found.pointer.clone(),
            status,
            content_type: None,
            complete,
            json: None,
            headers,
            content: Vec::new(),
        };
        if let Some(entry) = found.node.entry("content") {
            self.content(
                &mut response,
                &entry.node,
                entry.key,
                &pointer::join(&found.pointer, "content"),
            )?;
        }
        Ok(response)
    }

    fn content(
        &mut self,
        response: &mut Response,
        node: &'d Node,
        mark: Mark,
        at: &str,
    ) -> Result<(), SpecError> {
        let Some(map) = node.as_mapping().filter(|map| !map.is_empty()) else {
            return Ok(());
        };
        let key = response.key.clone();
        let ranges: Vec<&str> = map.keys().map(String::as_str).collect();
        let text = format!("the body of a {key} is {}", ranges.join(" or "));
        response.content_type = Some(self.clause(
            Kind::ContentType,
            Level::Must,
            &format!("{key}/content-type"),
            text,
            at,
            mark,
            &key,
            "",
        ));
        for (range, entry) in map {
            let range_text = range
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase();
            let here = pointer::join(at, range);
            let is_json = range_text == "application/json" || range_text.ends_with("+json");
            let mut body = None;
            if is_json {
                if response.json.is_none() {
                    let json = self.clause(
                        Kind::Json,
                        Level::Must,
                        &format!("{key}/body/json"),
                        format!("the body of a {key} is JSON in UTF-8"),
                        &here,
                        entry.key,
                        &key,
                        "",
                    );
                    let text = format!("no object in the body of a {key} has a key twice");
                    let unique = self.clause(
                        Kind::UniqueKeys,
                        Level::Should,
                        &format!("{key}/body/json-unique-keys"),
                        text,
                        &here,
                        entry.key,
                        &key,
                        "",
                    );
                    response.json = Some((json, unique));
                }
                if let Some(schema) = entry.node.get("schema") {
                    let at = pointer::join(&here, "schema");
                    let mut builder = ShapeBuilder {
                        document: self.document,
                        clauses: self.clauses,
                        prefix: format!("{}/{key}/body", self.id),
                        status: key.clone(),
                        operation: self.ix,
                    };
                    let shape = builder.build(schema, &at)?;
                    body = Some(Body {
                        shape,
                        schema: Lazy::at(at),
                    });
                }
            }
            response.content.push(Media {
                range: range_text,
                body,
            });
        }
        Ok(())
    }

    fn header(
        &mut self,
        key: &str,
        name: &str,
        node: &'d Node,
        mark: Mark,
        here: &str,
    ) -> Result<Header, SpecError> {
        let found = self.document.resolve(node, here)?;
        let required = found.node.get("required").and_then(Node::as_bool) == Some(true);
        let level = if required { Level::Must } else { Level::Should };
        let text = format!("a {key} carries the header {name}");
        let present = self.clause(
            Kind::HeaderPresent,
            level,
            &format!("{key}/header/{name}/present"),
            text,
            here,
            mark,
            key,
            name,
        );
        let Some(entry) = found.node.entry("schema") else {
            return Ok(Header {
                name: name.to_owned(),
                present,
                schema: None,
                kind: String::new(),
            });
        };
        let at = pointer::join(&found.pointer, "schema");
        let schema = self.document.resolve(&entry.node, &at)?;
        let kind = schema
            .node
            .get("type")
            .and_then(Node::as_str)
            .unwrap_or_default()
            .to_owned();
        if is_any_text(schema.node) || kind == "array" || kind == "object" {
            // Every header is a string, so this can never be broken and is no clause; lists and objects are not read.
            return Ok(Header {
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
        let place = schema
            .node
            .entry("type")
            .map_or(entry.key, |entry| entry.key);
        let pointer = if kind.is_empty() {
            schema.pointer.clone()
        } else {
            pointer::join(&schema.pointer, "type")
        };
        let clause = self.clause(
            Kind::HeaderSchema,
            Level::Must,
            &format!("{key}/header/{name}/schema"),
            text,
            &pointer,
            place,
            key,
            name,
        );
        Ok(Header {
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
