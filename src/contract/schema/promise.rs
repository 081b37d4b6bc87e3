//! The clauses of one place: what its keywords promise in a response, or demand of a request. What no value on the wire
//! can break is no clause.

use crate::contract::clause::{Clause, ClauseIx, Level};
use crate::contract::pointer;
use crate::contract::subject::{Part, Place, PlaceStep};
use crate::contract::yaml::{Mark, Node};

use super::dialect::Direction;
use super::fold::{ShapeBuilder, Source};
use super::nodes::is_marked;
use super::pattern::why_unchecked;
use super::phrase::{applies, can_break, phrase};
use super::shape::{KeywordClause, ShapeNode};
use super::sound::{flaw, known_types};

impl<'d> ShapeBuilder<'d, '_> {
    /// Adds what one schema says of a place whose value has one of these types.
    pub(super) fn keywords(
        &mut self,
        target: &mut ShapeNode,
        source: &Source<'d>,
        types: &[String],
    ) {
        for (key, entry) in source.node.as_mapping().into_iter().flatten() {
            if let Some(message) = flaw(key, &entry.node) {
                let wrong = self.document.error(entry.key, message);
                self.warn(wrong, "the keyword is not checked");
                if key != "type" {
                    continue;
                }
            }
            let here = pointer::join(&source.pointer, key);
            if key == "required" {
                self.required(target, source, &entry.node, &here);
                continue;
            }
            let Some((keyword, applies)) = applies(key, &entry.node, source.node) else {
                continue;
            };
            if (key == "type" && known_types(&entry.node).is_empty())
                || target.keywords.iter().any(|known| known.keyword == keyword)
                || !can_break(key, &entry.node, types, self.travels)
            {
                continue;
            }
            let promise = phrase(key, &entry.node, source.node);
            let text = self.sentence(&target.place, &promise);
            let place = (here.as_str(), entry.key);
            let clause = self.add(&target.place, keyword, text, place, self.level);
            if let Some(why) = why_unchecked(keyword, &entry.node, source.node) {
                self.clauses.get_mut(clause).unchecked = Some(why);
                continue;
            }
            if key == "type" && entry.node.as_str() == Some("integer") {
                target.integer = Some(clause);
            }
            target.keywords.push(KeywordClause {
                keyword,
                applies,
                clause,
            });
        }
        if self.direction == Direction::Response {
            self.write_only(target, source);
        }
    }

    fn required(
        &mut self,
        target: &mut ShapeNode,
        source: &Source<'d>,
        names: &'d Node,
        here: &str,
    ) {
        for (n, node) in names.as_sequence().unwrap_or_default().iter().enumerate() {
            let Some(name) = node.as_str() else {
                continue;
            };
            let is_known = target.required.iter().any(|(known, _)| known == name);
            let property = source.node.get("properties").and_then(|all| all.get(name));
            if is_known || property.is_some_and(|node| self.is_left_out(node, &source.pointer)) {
                continue;
            }
            let text = self.sentence(&target.place, &format!("has `{name}`"));
            let pointer = pointer::join(here, &n.to_string());
            let place = target.place.key(name);
            let place = (&place, (pointer.as_str(), node.mark));
            let clause = self.add(place.0, "required", text, place.1, Level::Must);
            target.required.push((name.to_owned(), clause));
        }
    }

    fn write_only(&mut self, target: &mut ShapeNode, source: &Source<'d>) {
        let properties = source.node.get("properties").and_then(Node::as_mapping);
        for (name, entry) in properties.into_iter().flatten() {
            let flag = entry.node.entry("writeOnly");
            let Some(flag) = flag.filter(|flag| flag.node.as_bool() == Some(true)) else {
                continue;
            };
            let place = target.place.key(name);
            let text =
                format!("`{place}` is for requests only and should not be sent in a response");
            let at = pointer::join(&pointer::join(&source.pointer, "properties"), name);
            let at = pointer::join(&at, "writeOnly");
            let clause = self.add(&place, "writeOnly", text, (&at, flag.key), Level::Should);
            target.write_only.push((name.clone(), clause));
        }
    }

    /// Whether a property does not go this way.
    pub(super) fn is_left_out(&self, property: &Node, pointer: &str) -> bool {
        let found = self.document.resolve(property, pointer);
        found.is_ok_and(|found| is_marked(found.node, self.direction.left_out()))
    }

    /// What is promised of a place, or demanded of a request, in words.
    fn sentence(&self, place: &Place, promise: &str) -> String {
        let named = match &self.subject.part {
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
        match self.direction {
            Direction::Response => format!("{named} {promise}"),
            Direction::Request => format!("a request is refused unless {named} {promise}"),
        }
    }

    fn add(
        &mut self,
        place: &Place,
        keyword: &'static str,
        text: String,
        (pointer, mark): (&str, Mark),
        level: Level,
    ) -> ClauseIx {
        let subject = self.subject.clone().at(place.clone()).keyword(keyword);
        let pointer = pointer.to_owned();
        let clause = Clause::new(self.operation, subject, level, text, pointer, mark);
        self.clauses.add(clause)
    }
}
