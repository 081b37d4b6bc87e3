//! The documented requests of an operation and their clauses: parameters and body. What cannot be read of them is left
//! out, for answers can be judged without.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use super::clause::{ClauseIx, Level};
use super::document::Located;
use super::enumerate::Builder;
use super::kinds::Wanted;
use super::parameter::{Parameter, Style};
use super::pointer;
use super::request_body::{Media, RequestBody};
use super::route::Route;
use super::schema::{Body, Direction, Travels};
use super::schema_clauses::SchemaUse;
use super::spec_error::SpecError;
use super::strayed::place_of_another;
use super::style::FieldStyles;
use super::subject::{In, Part, StatusKey};
use super::swagger::{self, WrittenBody};
use super::yaml::Node;

/// Headers that are never parameters, even where a document declares one (OpenAPI, "Parameter Object").
const NO_PARAMETERS: [&str; 3] = ["accept", "content-type", "authorization"];

impl<'d> Builder<'d, '_> {
    /// The level of a keyword that a request breaks: an operation that documents a refusal should refuse.
    pub(super) fn refusal_level(operation: &Node) -> Level {
        let keys = operation.get("responses").and_then(Node::as_mapping);
        let documents = keys.into_iter().flatten().any(|(key, _)| {
            matches!(
                StatusKey::parse(key),
                Some(StatusKey::Exact(400 | 422) | StatusKey::Range(4) | StatusKey::Default)
            )
        });
        if documents {
            Level::Should
        } else {
            Level::Info
        }
    }

    /// The parameters of an operation, those of its path item that it does not declare itself, and those of its path
    /// that nobody declares.
    pub(super) fn parameters(
        &mut self,
        node: &'d Node,
        here: &str,
        item: &Located<'d>,
        route: Route<'_>,
        level: Level,
    ) -> Vec<Parameter> {
        let mut out: Vec<Parameter> = Vec::new();
        let mut known: HashSet<(String, In)> = HashSet::new();
        for (owner, base) in [(node, here), (item.node, item.pointer.as_str())] {
            let lost = format!("requests of {} are sent without them", self.id);
            self.hold(owner, "parameters", Wanted::List, &lost);
            let Some(found) = self.opened(owner, "parameters", base) else {
                continue;
            };
            let (list, at) = (found.node.as_sequence(), found.pointer);
            for (n, node) in list.unwrap_or_default().iter().enumerate() {
                let at = pointer::join(&at, &n.to_string());
                let lost = format!("requests of {} are sent without it", self.id);
                let Some(found) = self.usable(self.document.resolve(node, &at), &lost) else {
                    continue;
                };
                let place = found.node.get("in").and_then(Node::as_str);
                if self.is_swagger && matches!(place, Some("body" | "formData")) {
                    continue;
                }
                let Some((name, location)) = self.usable(self.read_name(found.node), &lost) else {
                    continue;
                };
                let Some(name) = self.name_in(route, (name, location), &found, &lost) else {
                    continue;
                };
                let is_reserved = location == In::Header
                    && NO_PARAMETERS.contains(&name.to_ascii_lowercase().as_str());
                if !is_reserved && known.insert((name.to_owned(), location)) {
                    out.push(self.parameter(found, name, location, level));
                }
            }
        }
        let names = templates(route.path).map(|name| (name, false));
        let of_query = templates(route.query).map(|name| (name, true));
        let mut missing = Vec::new();
        for (name, is_query) in names.chain(of_query) {
            let has = |place: In| known.contains(&(name.to_owned(), place));
            if !(has(In::Path) || is_query && has(In::Query)) {
                known.insert((name.to_owned(), In::Path));
                missing.push(name);
                out.push(Parameter::undeclared(name, item.pointer.clone()));
            }
        }
        self.tell_undeclared(&missing, route.path, item.node);
        out
    }

    /// What a declared parameter is called where it stands: in a path that may be another way to write its name, such as
    /// `{+name}` or `{ID}`. One that stands nowhere in the path is told, and `None`: nothing of it could be sent.
    fn name_in<'n>(
        &mut self,
        route: Route<'n>,
        (name, location): (&'n str, In),
        found: &Located<'d>,
        lost: &str,
    ) -> Option<&'n str> {
        let mut all = templates(route.path).chain(templates(route.query));
        if location != In::Path || all.clone().any(|known| known == name) {
            return Some(name);
        }
        let meant = all.find(|known| plain_name(known).eq_ignore_ascii_case(name.trim()));
        if meant.is_none() {
            let message = format!("no `{{{name}}}` stands in the path {}", route.path);
            let wrong = self.document.error(found.node.mark, message);
            self.warnings.add(wrong, lost);
        }
        meant
    }

    /// Tells of the names in a path that no parameter is declared for.
    fn tell_undeclared(&mut self, missing: &[&str], path: &str, item: &Node) {
        let named = missing.iter().take(3).map(|name| format!("`{{{name}}}`"));
        let named = named.collect::<Vec<_>>().join(", ");
        let (more, each) = match missing.len() {
            0 => return,
            1 => (String::new(), "it"),
            2 | 3 => (String::new(), "each"),
            all => (format!(" and {} more", all - 3), "each"),
        };
        let message = format!("no parameter in the path is declared for {named}{more} of {path}");
        let lost = format!("any text is taken for {each}");
        self.warnings
            .add(self.document.error(item.mark, message), lost);
    }

    fn read_name(&self, node: &'d Node) -> Result<(&'d str, In), SpecError> {
        let error = |message: String| self.document.error(node.mark, message);
        let name = node.get("name").and_then(Node::as_str);
        let name = name.ok_or_else(|| error("a parameter needs a `name`".to_owned()))?;
        let location = match node.get("in").and_then(Node::as_str) {
            Some("query") => In::Query,
            Some("path") => In::Path,
            Some("header") => In::Header,
            Some("cookie") => In::Cookie,
            other => {
                let known = other.and_then(|place| Some((place, place_of_another(place)?)));
                return Err(error(match known {
                    Some((place, what)) => format!("`in: {place}` {what}"),
                    None => {
                        format!("the parameter `{name}` needs `in`: query, path, header or cookie")
                    }
                }));
            }
        };
        Ok((name, location))
    }

    fn parameter(
        &mut self,
        found: Located<'d>,
        name: &str,
        location: In,
        level: Level,
    ) -> Parameter {
        let node = found.node;
        let part = Part::Parameter(location, name.to_owned());
        let required = self.flag(node, "required");
        // A path without its parameter is another path, so only the others can be left out.
        let clause = (required && location != In::Path).then(|| {
            let text = format!(
                "a request without the {} parameter `{name}` is refused",
                location.word()
            );
            self.demand(part.clone(), "required", Level::Must, text, &found)
        });
        let content = node.get("content").and_then(Node::as_mapping);
        let content = content.and_then(|map| map.iter().next());
        let named = node.get("style").and_then(Node::as_str);
        let style = match content {
            Some(_) => Style::Json,
            None => named
                .and_then(Style::parse)
                .unwrap_or_else(|| Style::of(location)),
        };
        let explode = node.get("explode").and_then(Node::as_bool);
        let explode = explode.unwrap_or(style == Style::Form);
        let (style, explode) = match self.is_swagger {
            true => swagger::style(node, location),
            false => (style, explode),
        };
        let travels = match (style, location) {
            (Style::Json, _) => Travels::Json,
            (_, In::Path) => Travels::Segment,
            _ => Travels::Text,
        };
        let schema = match content {
            Some((range, entry)) => entry.node.get("schema").map(|node| {
                let at = pointer::join(&found.pointer, "content");
                (node, pointer::join(&pointer::join(&at, range), "schema"))
            }),
            None => self.parameter_schema(&found),
        };
        let schema = schema.map(|(node, at)| self.schema(part, node, at, travels, level));
        Parameter {
            name: name.to_owned(),
            location,
            required,
            clause,
            style,
            explode,
            schema,
            pointer: found.pointer,
            values: OnceLock::new(),
        }
    }

    /// The body of an operation's requests; `None` where it has none, or none that can be read.
    pub(super) fn request_body(
        &mut self,
        node: &'d Node,
        here: &str,
        item: &Located<'d>,
        level: Level,
    ) -> Option<RequestBody> {
        let body = match self.is_swagger {
            true => {
                self.tell_strayed_request(node);
                self.swagger_body(node, here, item)?
            }
            false => {
                let body = node.get("requestBody")?;
                let at = pointer::join(here, "requestBody");
                let lost = format!("requests of {} are sent without a body", self.id);
                let found = self.usable(self.document.resolve(body, &at), &lost)?;
                self.hold_part("a request body", &found, &lost);
                WrittenBody {
                    required: self.flag(found.node, "required"),
                    offers: self.content(&found),
                    found,
                }
            }
        };
        let (found, required) = (body.found, body.required);
        let clause = required.then(|| {
            let text = "a request without a body is refused";
            self.demand(Part::RequestBody, "required", Level::Must, text, &found)
        });
        let are_named = body.offers.as_ref().is_some_and(|offers| offers.are_named);
        let mut content = Vec::new();
        for offer in body.offers.into_iter().flat_map(|offers| offers.list) {
            let mut media = Media::new(&offer.range, offer.pointer);
            if media.is_form() {
                let schema = offer.schema.as_ref().map(|(schema, _)| *schema);
                media.fields = Arc::new(self.field_styles(&media.pointer, schema));
            }
            let travels = match media.is_json() {
                true => Travels::Json,
                false => Travels::Text,
            };
            if let Some((schema, at)) = offer.schema
                && (media.is_json() || media.is_form())
            {
                let body = self.schema(Part::RequestBody, schema, at, travels, level);
                media.body = Some(body);
            }
            content.push(media);
        }
        let json = content.iter().any(Media::is_json).then(|| {
            let text = "a request whose body is no JSON is refused";
            self.demand(Part::RequestBody, "json", level, text, &found)
        });
        let is_closed = are_named && content.iter().all(|media| media.range != "*/*");
        let content_type = is_closed.then(|| {
            let ranges: Vec<&str> = content.iter().map(|media| media.range.as_str()).collect();
            let ranges = ranges.join(" or ");
            let text = format!("a request is refused unless its body is {ranges}");
            self.demand(Part::RequestBody, "content-type", level, text, &found)
        });
        Some(RequestBody {
            required,
            clause,
            json,
            content_type,
            content,
            pointer: found.pointer,
        })
    }

    /// How the fields of a form are written: by its `encoding`, or in Swagger 2.0 by what each says itself.
    fn field_styles(&self, media: &str, schema: Option<&Node>) -> FieldStyles {
        if self.is_swagger {
            let fields = schema.and_then(|schema| schema.get("properties")?.as_mapping());
            let fields = fields.into_iter().flatten();
            let lists = fields.filter(|(_, field)| field.node.get("items").is_some());
            return lists
                .map(|(name, field)| (name.clone(), swagger::style(&field.node, In::Query)))
                .collect();
        }
        let media = self.document.at(media).map(|(node, _)| node);
        let fields = media.and_then(|media| media.get("encoding")?.as_mapping());
        let fields = fields.into_iter().flatten();
        let style = |field: &Node| {
            let named = field.get("style").and_then(Node::as_str);
            let explode = field.get("explode").and_then(Node::as_bool);
            named.or(explode.map(|_| ""))?;
            let style = named.and_then(Style::parse).unwrap_or(Style::Form);
            Some((style, explode.unwrap_or(style == Style::Form)))
        };
        fields
            .filter_map(|(name, field)| Some((name.clone(), style(&field.node)?)))
            .collect()
    }

    /// A clause about a parameter or body as a whole; it stands at its `required` or `content`, else at itself.
    fn demand(
        &mut self,
        part: Part,
        keyword: &'static str,
        level: Level,
        text: impl Into<String>,
        found: &Located<'d>,
    ) -> ClauseIx {
        let key = if keyword == "required" {
            keyword
        } else {
            "content"
        };
        let at = pointer::join(&found.pointer, key);
        let mark = found
            .node
            .entry(key)
            .map_or(found.node.mark, |entry| entry.key);
        let subject = self.part(part).keyword(keyword);
        self.clause(subject, level, text, (&at, mark))
    }

    /// The schema of a parameter or media type, with its clauses.
    fn schema(
        &mut self,
        part: Part,
        node: &'d Node,
        at: String,
        travels: Travels,
        level: Level,
    ) -> Body {
        let used = SchemaUse {
            subject: self.part(part),
            level,
            direction: Direction::Request,
        };
        self.body(node, at, used, travels)
    }
}

/// The name in the braces of a path, without what other templates have besides (`{+name}`, `{proxy+}`, `{name=things/*}`).
fn plain_name(written: &str) -> &str {
    let name = written.split('=').next().unwrap_or_default();
    name.trim_matches(|sign: char| "+*{ ".contains(sign))
}

/// The names in braces of a path.
fn templates(path: &str) -> impl Iterator<Item = &str> + Clone {
    let parts = path.split('{').skip(1);
    parts.filter_map(|part| part.split_once('}').map(|(name, _)| name))
}
