//! The clauses of one place: what its keywords promise in a response, or demand of a request. What no value on the wire
//! can break is no clause.

use std::collections::HashSet;
use std::sync::Arc;

use crate::contract::document::Document;
use crate::contract::pointer;
use crate::contract::subject::{Part, Place, PlaceStep};
use crate::contract::yaml::Node;

use super::dialect::{Dialect, Direction, Travels};
use super::draft::Draft;
use super::fold::Folder;
use super::nodes::{is_marked, is_never};
use super::pattern::why_unchecked;
use super::phrase::{applies, can_break, phrase};
use super::shape::{Applies, KeywordClause, NodeIx};
use super::sound::{flaw, known_types};
use super::source::Source;
use super::template::{Said, What};

impl<'d> Folder<'d, '_> {
    /// Adds what one schema says of a place whose value has one of these types.
    pub(super) fn keywords(
        &mut self,
        draft: &mut Draft<'d>,
        ix: NodeIx,
        source: &Source<'d>,
        types: &[String],
    ) {
        // What stands beside `$ref` is ignored in 3.0.
        if self.dialect == Dialect::V30 && source.node.get("$ref").is_some() {
            return;
        }
        let at: Arc<str> = source.pointer.as_str().into();
        if is_never(source.node) {
            self.absent(draft, ix, source, &at);
            return;
        }
        for (key, entry) in source.node.as_mapping().into_iter().flatten() {
            // A parameter of Swagger 2.0 is its own schema.
            if key == "required" && source.node.get("in").is_some() {
                continue;
            }
            if let Some(message) = flaw(key, &entry.node) {
                let wrong = self.document.error(entry.key, message);
                self.warn(wrong, "the keyword is not checked");
                if key != "type" {
                    continue;
                }
            }
            if key == "required" {
                self.required(draft, ix, source, &entry.node, &at);
                continue;
            }
            let Some((keyword, applies)) = applies(key, &entry.node, source.node) else {
                continue;
            };
            let known = &draft.template.nodes[ix].keywords;
            if (key == "type" && known_types(&entry.node).is_empty())
                || known.iter().any(|known| known.keyword == keyword)
                || !can_break(key, &entry.node, types, self.travels)
            {
                continue;
            }
            let clause = draft.say(ix, What::Keyword(keyword), &at, entry.key);
            if let Some(unchecked) = why_unchecked(keyword, &entry.node, source.node) {
                if unchecked.is_too_large {
                    let wrong = self.document.error(entry.key, unchecked.why);
                    self.warn(wrong, "the keyword is not checked");
                }
                continue;
            }
            let node = &mut draft.template.nodes[ix];
            if key == "type" && entry.node.as_str() == Some("integer") {
                node.integer = Some(clause);
            }
            node.keywords.push(KeywordClause {
                keyword,
                applies,
                clause,
            });
        }
        if self.direction == Direction::Response {
            self.write_only(draft, ix, source, &at);
        }
    }

    /// Adds that nothing is there. What travels as text is there or not, whatever its schema says.
    fn absent(&mut self, draft: &mut Draft<'d>, ix: NodeIx, source: &Source<'d>, at: &Arc<str>) {
        let is_said = draft.template.nodes[ix].clause_of("absent").is_some();
        if is_said || self.travels != Travels::Json {
            return;
        }
        let clause = draft.say(ix, What::Absent, at, source.node.mark);
        draft.template.nodes[ix].keywords.push(KeywordClause {
            keyword: "absent",
            applies: Applies::Any,
            clause,
        });
    }

    fn required(
        &mut self,
        draft: &mut Draft<'d>,
        ix: NodeIx,
        source: &Source<'d>,
        names: &'d Node,
        at: &Arc<str>,
    ) {
        let known = draft.template.nodes[ix].required.iter();
        let mut known: HashSet<String> = known.map(|(name, _)| name.clone()).collect();
        for (n, node) in names.as_sequence().unwrap_or_default().iter().enumerate() {
            let Some(name) = node.as_str() else {
                continue;
            };
            let is_known = !known.insert(name.to_owned());
            let property = source.node.get("properties").and_then(|all| all.get(name));
            if is_known || property.is_some_and(|node| self.is_left_out(node, &source.pointer)) {
                continue;
            }
            let clause = draft.say(ix, What::Required(name.into(), n), at, node.mark);
            let required = &mut draft.template.nodes[ix].required;
            required.push((name.to_owned(), clause));
        }
    }

    fn write_only(
        &mut self,
        draft: &mut Draft<'d>,
        ix: NodeIx,
        source: &Source<'d>,
        at: &Arc<str>,
    ) {
        let properties = source.node.get("properties").and_then(Node::as_mapping);
        for (name, entry) in properties.into_iter().flatten() {
            let flag = entry.node.entry("writeOnly");
            let Some(flag) = flag.filter(|flag| flag.node.as_bool() == Some(true)) else {
                continue;
            };
            let known = &draft.template.nodes[ix].write_only;
            if known.iter().any(|(known, _)| known == name) {
                continue;
            }
            let clause = draft.say(ix, What::WriteOnly(name.as_str().into()), at, flag.key);
            let write_only = &mut draft.template.nodes[ix].write_only;
            write_only.push((name.clone(), clause));
        }
    }

    /// Whether a property does not go this way.
    pub(super) fn is_left_out(&self, property: &Node, pointer: &str) -> bool {
        let found = self.document.resolve(property, pointer);
        let mark = self.direction.left_out();
        is_marked(property, mark) || found.is_ok_and(|found| is_marked(found.node, mark))
    }
}

/// A clause of a template in full, at a place of a body.
#[derive(Debug)]
pub struct Told {
    /// The place it is about: where a name is required, the place of that name.
    pub place: Place,
    /// The keyword.
    pub keyword: &'static str,
    /// The promise in words.
    pub text: String,
    /// Where the keyword stands.
    pub pointer: String,
    /// Why no answer can be held against it, where that is so.
    pub unchecked: Option<String>,
}

/// Whether no answer can be held against a clause.
pub fn is_unchecked(document: &Document, said: &Said) -> bool {
    const OF_PATTERNS: [&str; 4] = [
        "pattern",
        "patternProperties",
        "additionalProperties",
        "unevaluatedProperties",
    ];
    let What::Keyword(keyword) = said.what else {
        return false;
    };
    let schema = document
        .at(&said.schema)
        .filter(|_| OF_PATTERNS.contains(&keyword));
    schema.is_some_and(|(schema, _)| {
        let value = schema.get(keyword);
        value.is_some_and(|value| why_unchecked(keyword, value, schema).is_some())
    })
}

/// Says a clause in full; `part` and `direction` are those of the body, `place` that of the value.
pub fn tell(
    document: &Document,
    said: &Said,
    part: &Part,
    direction: Direction,
    place: Place,
) -> Told {
    let at = |key: &str| pointer::join(&said.schema, key);
    match &said.what {
        What::Required(name, n) => Told {
            text: sentence(part, direction, &place, &format!("has `{name}`")),
            place: place.with(PlaceStep::Key(Arc::clone(name))),
            keyword: "required",
            pointer: pointer::join(&at("required"), &n.to_string()),
            unchecked: None,
        },
        What::WriteOnly(name) => {
            let place = place.with(PlaceStep::Key(Arc::clone(name)));
            Told {
                text: format!(
                    "`{place}` is for requests only and should not be sent in a response"
                ),
                place,
                keyword: "writeOnly",
                pointer: pointer::join(&pointer::join(&at("properties"), name), "writeOnly"),
                unchecked: None,
            }
        }
        What::Absent => Told {
            text: sentence(
                part,
                direction,
                &place,
                "is absent, for its schema is `false`",
            ),
            place,
            keyword: "absent",
            pointer: said.schema.to_string(),
            unchecked: None,
        },
        What::Keyword(keyword) => {
            let schema = document.at(&said.schema).map(|(node, _)| node);
            let value = schema.and_then(|schema| Some((schema, schema.get(keyword)?)));
            let promise = value.map(|(schema, value)| phrase(keyword, value, schema));
            let unchecked = value.and_then(|(schema, value)| why_unchecked(keyword, value, schema));
            Told {
                text: sentence(part, direction, &place, &promise.unwrap_or_default()),
                place,
                keyword,
                pointer: at(keyword),
                unchecked: unchecked.map(|one| one.why),
            }
        }
    }
}

/// What is promised of a place, or demanded of a request, in words.
fn sentence(part: &Part, direction: Direction, place: &Place, promise: &str) -> String {
    let named = match part {
        Part::Parameter(location, name) => {
            let slash = match place.steps().first() {
                None | Some(PlaceStep::Each) => "",
                Some(_) => "/",
            };
            format!("the {} parameter `{name}{slash}{place}`", location.word())
        }
        _ if place.is_root() => "the body".to_owned(),
        _ => format!("`{place}`"),
    };
    match direction {
        Direction::Response => format!("{named} {promise}"),
        Direction::Request => format!("a request is refused unless {named} {promise}"),
    }
}
