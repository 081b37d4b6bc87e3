//! The body of an answer: that it arrives whole, its media type, that it is JSON, and its schema.

use serde_json::Value;

use crate::contract::{
    Body as Schema, ClauseIx, Dialect, Level, MediaType, Pieces, Response, Shape, Violation,
    best_of, describe_value,
};
use crate::exchange::{Answer, BodyEnd, Location};

use super::census::{self, Kind, Remark};
use super::excerpt;
use super::finding::Found;

use super::judging::{Judging, Wrong};
use super::read::Body;

impl Judging<'_> {
    /// Judges the body; gives back the places whose values break the schema. Where it is not the `last` attempt, it may
    /// break off without accusing anybody, unless it was asked again for its status.
    pub(super) fn body(
        &mut self,
        response: &Response,
        answer: &Answer,
        body: &Body,
        last: bool,
    ) -> Wrong {
        let whole = || Location::body("");
        // What we did not read says nothing about whether it came whole.
        if (last || answer.status == 429) && !matches!(answer.end, BodyEnd::Unread(_)) {
            self.seen.exercise(response.complete);
            if let BodyEnd::BrokenOff(why) = &answer.end {
                let found = Found::new("the whole body", why, whole());
                self.report(response.complete, found);
            }
        }
        let (Some(content_type), Some((is_json, unique))) = (response.content_type, response.json)
        else {
            if let (Some(content_type), false) = (response.content_type, answer.body.is_empty()) {
                self.content_type(content_type, response, answer);
            }
            return Wrong::default();
        };
        let is_another = names_another(response, answer);
        match body {
            Body::Incomplete => return Wrong::default(),
            Body::Empty if is_another => {}
            Body::Empty => {
                self.seen.exercise(is_json);
                let found = Found::new("a JSON document", "an empty body", whole());
                self.report(is_json, found);
                return Wrong::default();
            }
            Body::Json(..) | Body::NotJson(_) | Body::Unread(_) => {}
        }
        let fits = self.content_type(content_type, response, answer);
        match body {
            Body::Json(value, twice) => {
                self.seen.exercise(is_json);
                self.seen.exercise(unique);
                if let Some(key) = twice {
                    let twice = format!("the key `{key}` twice");
                    let found = Found::new("each key once in an object", twice, whole());
                    self.report(unique, found);
                }
                return self.schema(response, answer, value, is_json);
            }
            // A body of another media type is not JSON either: that follows, and is not reported twice.
            Body::NotJson(why) if fits && !is_another => {
                self.seen.exercise(is_json);
                let found = Found::new("a JSON document", why, whole())
                    .with(Some(excerpt::head(&answer.body)))
                    .said(format!("not valid JSON: {why}"));
                self.report(is_json, found);
            }
            _ => {}
        }
        Wrong::default()
    }

    /// Whether the media type is a documented one.
    fn content_type(&mut self, clause: ClauseIx, response: &Response, answer: &Answer) -> bool {
        let all: Vec<&str> = answer.header("content-type").collect();
        let given = (!all.is_empty()).then(|| all.join(", "));
        let mut named = all.iter().map(|one| MediaType::parse(one).essence);
        let first = named.next().unwrap_or_default();
        // The header has one value (RFC 9110, section 5.3): of two that differ, each client takes another.
        let is_one = named.all(|other| other == first);
        let fits = is_one && response.content.iter().any(|media| media.covers(&first));
        if !self.headers {
            return fits || given.is_none();
        }
        self.seen.exercise(clause);
        if !fits {
            let ranges = response.content.iter().map(|media| media.range.as_str());
            let known: Vec<&str> = ranges.collect();
            let actual = given.map_or_else(
                || "no Content-Type".to_owned(),
                |given| format!("{given:?}"),
            );
            let location = Location::header("Content-Type");
            self.report(clause, Found::new(known.join(" or "), actual, location));
        }
        fits
    }

    fn schema(
        &mut self,
        response: &Response,
        answer: &Answer,
        value: &Value,
        fallback: ClauseIx,
    ) -> Wrong {
        let Some(body) = body_of(response, answer, value) else {
            return Wrong::default();
        };
        let Some(compiled) = body.schema.get() else {
            return Wrong::default();
        };
        if !compiled.is_bearable(value) {
            return Wrong::default();
        }
        let remarks = census::take(&body.shape, value, self.seen);
        // Since the draft under OpenAPI 3.1 an integer is what has no fraction but zero, however it is written.
        let is_written_freely = self.plan.contract.dialect == Dialect::V31;
        for remark in remarks {
            if !(is_written_freely && remark.kind == Kind::Notation) {
                self.remark(remark, value);
            }
        }
        if compiled.is_valid(value) {
            return Wrong::default();
        }
        match body.schema.pieces(&body.shape) {
            Some(pieces) => self.violations(pieces, &body.shape, value, fallback),
            None => Wrong::default(),
        }
    }

    fn remark(&mut self, remark: Remark, value: &Value) {
        let Remark {
            clause,
            pointers,
            count,
            kind,
        } = remark;
        let kept = pointers.len() as u64;
        for pointer in pointers {
            let actual = value.pointer(&pointer).map(describe_value);
            let excerpt = excerpt::around(value, &pointer);
            let place = Location::body(pointer);
            let found = Found::new(kind.expected(), actual.unwrap_or_default(), place);
            self.report(clause, found.with(excerpt).weighing(Level::Should));
        }
        self.seen.count_breaks(clause, count - kept);
    }

    fn violations(
        &mut self,
        pieces: &Pieces,
        shape: &Shape,
        value: &Value,
        fallback: ClauseIx,
    ) -> Wrong {
        let mut wrong = Wrong::default();
        let mut reported = false;
        pieces.violations(shape, value, &mut |violation| {
            reported = true;
            if violation.keyword != "required" {
                wrong.insert(&violation.pointer);
            }
            self.violation(violation, value, fallback);
            !self.is_over()
        });
        // The whole is wrong, and none of its pieces.
        if !reported && !self.is_over() {
            let found = Found::new("what the schema says", "something else", Location::body(""));
            self.report(fallback, found);
        }
        wrong
    }

    fn violation(&mut self, violation: Violation, value: &Value, fallback: ClauseIx) {
        // What a server took shows itself later: that it took it is the break.
        if self.planted.shows(value, &violation.pointer) {
            return;
        }
        let clause = violation.clause.unwrap_or(fallback);
        if !self.seen.wants_details(clause) {
            return self.seen.count_break(clause);
        }
        let Violation {
            pointer,
            keyword,
            expected,
            actual,
            ..
        } = violation;
        let promise = self.plan.clauses.get(clause);
        let expected = if expected.is_empty() {
            promise.text.clone()
        } else {
            expected
        };
        let name = if keyword == "required" {
            crate::contract::pointer::join(&pointer, promise.subject.name())
        } else {
            pointer.clone()
        };
        let excerpt = excerpt::around(value, &name);
        let found = Found::new(expected, actual, Location::body(pointer)).with(excerpt);
        self.report(clause, found);
    }
}

/// Why an answer is not held against the schema of its body, though it has one and can be read.
pub fn unbearable(response: &Response, answer: &Answer, body: &Body) -> Option<&'static str> {
    let value = body.value()?;
    let compiled = body_of(response, answer, value)?.schema.get()?;
    (!compiled.is_bearable(value)).then_some(
        "the schema of the body leads back to itself in so many ways that this answer would be looked at millions of times, so it \
         is not held against it",
    )
}

/// The schema of a body: that of the media type which the answer names, and where it names none that is documented, the
/// first.
fn body_of<'r>(response: &'r Response, answer: &Answer, value: &Value) -> Option<&'r Schema> {
    let given = answer.header("content-type").next().unwrap_or_default();
    let content = &response.content;
    if !content.iter().any(|media| media.covers(given)) {
        return content.iter().find_map(|media| media.body.as_ref());
    }
    let best = best_of(content, given).into_iter();
    let bodies: Vec<_> = best.filter_map(|media| media.body.as_ref()).collect();
    if let [only] = bodies[..] {
        return Some(only);
    }
    let mut valid = bodies.iter().filter(|body| {
        let compiled = body.schema.get();
        compiled.is_some_and(|compiled| compiled.is_bearable(value) && compiled.is_valid(value))
    });
    valid.next().or(bodies.first()).copied()
}

/// Whether the answer names a documented media type that is not JSON, and says so in as many words.
fn names_another(response: &Response, answer: &Answer) -> bool {
    let named = answer.header("content-type").next();
    named.is_some_and(|named| {
        let mut exact = response.content.iter();
        let exact = exact.find(|media| !media.range.contains('*') && media.covers(named));
        exact.is_some_and(|media| !media.is_json())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::battery::{MAX_DEPTH, Reading};
    use crate::contract::Contract;

    #[test]
    fn the_deepest_body_that_is_read_is_judged() {
        const SPEC: &str = "openapi: 3.1.0
info: {title: Trees, version: 1.0.0}
paths:
  /tree:
    get:
      operationId: tree
      responses:
        '200':
          description: A tree.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Tree'}
components:
  schemas:
    Tree:
      type: object
      properties:
        child: {$ref: '#/components/schemas/Tree'}
";
        let contract = Contract::load("s.yaml", SPEC.to_owned(), &[]).unwrap();
        contract.prepare(0);
        let content = &contract.operations[0].responses[0].content[0];
        let schema = content.body.as_ref().unwrap().schema.get().unwrap();
        for (leaf, is_right) in [("{}", true), ("1", false)] {
            let depth = MAX_DEPTH - 1;
            let text = format!("{}{leaf}{}", "{\"child\":".repeat(depth), "}".repeat(depth));
            let value = super::super::json::parse(
                text.as_bytes(),
                Reading::default(),
                &super::super::read::NEVER,
            )
            .unwrap()
            .value;
            assert_eq!(schema.is_valid(&value), is_right);
            assert_eq!(value.clone(), value);
            assert_eq!(value.to_string(), text);
        }
    }
    #[test]
    fn of_media_types_that_differ_in_parameters_the_one_that_is_named_has_the_schema() {
        const SPEC: &str = "paths:
  /a:
    get:
      operationId: a
      responses:
        '200':
          description: One.
          content:
            application/json;version=2: {schema: {type: object, required: [two]}}
            application/json;version=1: {schema: {type: object, required: [one]}}
            application/problem+json: {}
";
        let contract = Contract::load("s.yaml", SPEC.to_owned(), &[]).unwrap();
        contract.prepare(0);
        let response = &contract.operations[0].responses[0];
        for (given, value, of) in [
            (
                "application/json; Version=\"1\"",
                serde_json::json!({}),
                "1",
            ),
            ("application/json;version=2", serde_json::json!({}), "2"),
            // Nothing tells which is meant.
            ("application/json", serde_json::json!({"one": 1}), "1"),
            (
                "application/json; charset=utf-8",
                serde_json::json!({}),
                "2",
            ),
            // Neither is.
            ("application/json;version=3", serde_json::json!({}), ""),
            ("application/problem+json", serde_json::json!({}), ""),
            ("text/html", serde_json::json!({}), "2"),
        ] {
            let answer = Answer {
                status: 200,
                headers: vec![("Content-Type".to_owned(), given.to_owned())],
                body: std::sync::Arc::default(),
                end: BodyEnd::Complete,
            };
            let found = body_of(response, &answer, &value);
            let at = found.map_or("", |body| body.schema.pointer.as_str());
            let at = at.trim_end_matches("/schema");
            assert_eq!(at.rsplit_once('=').map_or("", |(_, of)| of), of, "{given}");
        }
    }
}
