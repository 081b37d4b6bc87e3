//! One answer against the contract: status, headers, body, and the rules over its values.

use std::collections::HashSet;

use serde_json::Value;

use crate::battery::{Plan, PlannedRequest};
use crate::contract::{
    ClauseIx, Compiled, Header, Level, Operation, Response, Violation, describe_value,
};
use crate::exchange::{Answer, BodyEnd, Location};
use crate::ledger::{Break, Excerpt, Sightings};

use super::census::{self, Remark};
use super::rules::{self, Facts};
use super::{excerpt, json};

/// Where in a case an answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// The exchange within the case, from 0.
    pub exchange: u64,
    /// The page of a walk, from 1; 0 outside a walk.
    pub page: u64,
}

/// What is judged of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Whether the rules over items apply: not where items are a break in themselves.
    pub items: bool,
    /// Whether it is the attempt that counts; an earlier one may break off without accusing anybody.
    pub last: bool,
}

/// Judges an answer to a request of `operation`. `body` is what was parsed of it, by `read_body`.
#[expect(
    clippy::too_many_arguments,
    reason = "each is another kind of thing, and the callers name them all"
)]
pub fn judge(
    plan: &Plan,
    operation: usize,
    request: &PlannedRequest,
    answer: &Answer,
    body: &Body,
    scope: Scope,
    spot: Spot,
    seen: &mut Sightings,
) {
    let documented = &plan.contract.operations[operation];
    let mut judging = Judging { plan, spot, seen };
    judging.seen.exercise(documented.undocumented);
    let Some(response) = documented.response(answer.status) else {
        judging.undocumented(documented, answer.status);
        rules::judge(
            plan,
            operation,
            &Facts {
                request,
                answer,
                // The contract says nothing about the body of a status that it does not know.
                body: None,
                wrong: &HashSet::new(),
            },
            false,
            spot,
            judging.seen,
        );
        return;
    };
    if let Some(status) = response
        .status
        .filter(|status| plan.clauses.get(*status).level == Level::Info)
    {
        judging.seen.exercise(status);
    }
    for header in &response.headers {
        judging.header(header, answer);
    }
    let wrong = judging.body(response, answer, body, scope);
    rules::judge(
        plan,
        operation,
        &Facts {
            request,
            answer,
            body: body.value().filter(|_| response.json.is_some()),
            wrong: &wrong,
        },
        scope.items,
        spot,
        judging.seen,
    );
}

/// What became of a body.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// It did not arrive whole.
    Incomplete,
    /// It is empty.
    Empty,
    /// It is JSON; the key that an object has twice, if any.
    Json(Value, Option<String>),
    /// It is no JSON, and why.
    NotJson(String),
}

impl Body {
    /// The value, where it is JSON.
    pub fn value(&self) -> Option<&Value> {
        match self {
            Body::Json(value, _) => Some(value),
            _ => None,
        }
    }
}

/// Parses an answer's body, whatever its media type says.
pub fn read_body(answer: &Answer) -> Body {
    if answer.end != BodyEnd::Complete {
        return Body::Incomplete;
    }
    if answer.body.is_empty() {
        return Body::Empty;
    }
    match json::parse(&answer.body) {
        Ok(parsed) => Body::Json(parsed.value, parsed.twice),
        Err(why) => Body::NotJson(why),
    }
}

struct Judging<'a> {
    plan: &'a Plan,
    spot: Spot,
    seen: &'a mut Sightings,
}

impl Judging<'_> {
    fn undocumented(&mut self, operation: &Operation, status: u16) {
        let known: Vec<String> = operation
            .responses
            .iter()
            .map(|response| response.key.to_string())
            .collect();
        let expected = format!("one of {}", known.join(", "));
        self.report(
            operation.undocumented,
            None,
            expected,
            status.to_string(),
            Location::Status,
            None,
        );
    }

    fn header(&mut self, header: &Header, answer: &Answer) {
        self.seen.exercise(header.present);
        let values: Vec<&str> = answer.header(&header.name).collect();
        let place = Location::header(&header.name);
        if values.is_empty() {
            self.report(
                header.present,
                None,
                format!("a header {}", header.name),
                "no such header".to_owned(),
                place,
                None,
            );
            return;
        }
        let Some((clause, schema)) = &header.schema else {
            return;
        };
        let Some(compiled) = schema.get() else { return };
        self.seen.exercise(*clause);
        let text = values.join(", ");
        let value = header_value(&text, &header.kind);
        if !compiled.is_valid(&value) {
            let expected = self.plan.clauses.get(*clause).text.clone();
            self.report(*clause, None, expected, format!("{text:?}"), place, None);
        }
    }

    /// Judges the body; gives back the places whose values break the schema.
    fn body(
        &mut self,
        response: &Response,
        answer: &Answer,
        body: &Body,
        scope: Scope,
    ) -> HashSet<String> {
        if scope.last {
            self.seen.exercise(response.complete);
            if let BodyEnd::BrokenOff(why) | BodyEnd::Bounded(why) = &answer.end {
                self.report(
                    response.complete,
                    None,
                    "the whole body".to_owned(),
                    why.clone(),
                    Location::body(""),
                    None,
                );
            }
        }
        let (Some(content_type), Some((is_json, unique))) = (response.content_type, response.json)
        else {
            if let (Some(content_type), false) = (response.content_type, answer.body.is_empty()) {
                self.content_type(content_type, response, answer);
            }
            return HashSet::new();
        };
        match body {
            Body::Incomplete => return HashSet::new(),
            Body::Empty => {
                self.seen.exercise(is_json);
                self.report(
                    is_json,
                    None,
                    "a JSON document".to_owned(),
                    "an empty body".to_owned(),
                    Location::body(""),
                    None,
                );
                return HashSet::new();
            }
            _ => {}
        }
        let fits = self.content_type(content_type, response, answer);
        match body {
            Body::Json(value, twice) => {
                self.seen.exercise(is_json);
                self.seen.exercise(unique);
                if let Some(key) = twice {
                    self.report(
                        unique,
                        None,
                        "each key once in an object".to_owned(),
                        format!("the key `{key}` twice"),
                        Location::body(""),
                        None,
                    );
                }
                return self.schema(response, answer, value, is_json);
            }
            // A body of another media type is not JSON either: that follows, and is not reported twice.
            Body::NotJson(why) if fits => {
                self.seen.exercise(is_json);
                let head = excerpt::head(&answer.body);
                self.report(
                    is_json,
                    None,
                    "a JSON document".to_owned(),
                    why.clone(),
                    Location::body(""),
                    Some(head),
                );
            }
            _ => {}
        }
        HashSet::new()
    }

    /// Whether the media type is a documented one.
    fn content_type(&mut self, clause: ClauseIx, response: &Response, answer: &Answer) -> bool {
        self.seen.exercise(clause);
        let given = answer.header("content-type").next();
        let essence = given.map(essence).unwrap_or_default();
        let fits = response
            .content
            .iter()
            .any(|media| media_matches(&media.range, &essence));
        if !fits {
            let known: Vec<&str> = response
                .content
                .iter()
                .map(|media| media.range.as_str())
                .collect();
            let actual = given.map_or_else(
                || "no Content-Type".to_owned(),
                |given| format!("{given:?}"),
            );
            self.report(
                clause,
                None,
                known.join(" or "),
                actual,
                Location::header("Content-Type"),
                None,
            );
        }
        fits
    }

    fn schema(
        &mut self,
        response: &Response,
        answer: &Answer,
        value: &Value,
        fallback: ClauseIx,
    ) -> HashSet<String> {
        let essence = answer
            .header("content-type")
            .next()
            .map(essence)
            .unwrap_or_default();
        let exact = response
            .content
            .iter()
            .find(|media| media.body.is_some() && media_matches(&media.range, &essence));
        let media = exact.or_else(|| response.content.iter().find(|media| media.body.is_some()));
        let Some(body) = media.and_then(|media| media.body.as_ref()) else {
            return HashSet::new();
        };
        let Some(compiled) = body.schema.get() else {
            return HashSet::new();
        };
        let mut remarks = Vec::new();
        census::take(&body.shape, value, self.seen, &mut remarks);
        for remark in remarks {
            let (clause, pointer, level, expected) = match remark {
                Remark::Notation(clause, pointer) => (
                    clause,
                    pointer,
                    Level::Should,
                    "a whole number written without fraction and exponent",
                ),
                Remark::WriteOnly(clause, pointer) => (
                    clause,
                    pointer,
                    Level::Should,
                    "no such property in a response",
                ),
            };
            let actual = value
                .pointer(&pointer)
                .map(describe_value)
                .unwrap_or_default();
            let excerpt = excerpt::around(value, &pointer);
            self.report(
                clause,
                Some(level),
                expected.to_owned(),
                actual,
                Location::body(pointer),
                excerpt,
            );
        }
        if compiled.is_valid(value) {
            return HashSet::new();
        }
        self.violations(compiled, &body.shape, value, fallback)
    }

    fn violations(
        &mut self,
        compiled: &Compiled,
        shape: &crate::contract::Shape,
        value: &Value,
        fallback: ClauseIx,
    ) -> HashSet<String> {
        let mut wrong = HashSet::new();
        for violation in compiled.violations(shape, value) {
            let clause = violation.clause.unwrap_or(fallback);
            if violation.keyword != "required" {
                wrong.insert(violation.pointer.clone());
            }
            if !self.seen.wants_details(clause) {
                self.seen.count_break(clause);
                continue;
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
            self.report(
                clause,
                None,
                expected,
                actual,
                Location::body(pointer),
                excerpt,
            );
        }
        wrong
    }

    fn report(
        &mut self,
        clause: ClauseIx,
        level: Option<Level>,
        expected: String,
        actual: String,
        location: Location,
        excerpt: Option<Excerpt>,
    ) {
        if !self.seen.wants_details(clause) {
            return self.seen.count_break(clause);
        }
        let promise = self.plan.clauses.get(clause);
        let place = location.pointer().map(|pointer| format!(" at {pointer}"));
        let place = place.unwrap_or_default();
        self.seen.report(Break {
            clause,
            level: level.unwrap_or(promise.level),
            message: format!("{}, but{place} came {actual}", promise.text),
            expected,
            actual,
            location,
            page: self.spot.page,
            exchange: Some(self.spot.exchange),
            excerpt,
        });
    }
}

/// A header's text as the value that its schema speaks of (OpenAPI's `simple` style).
pub(crate) fn header_value(text: &str, kind: &str) -> Value {
    let text = text.trim();
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number = match kind {
        // A number beyond 64 bits is an integer all the same.
        "integer" | "number" if is_whole => text
            .parse::<i64>()
            .map(Value::from)
            .ok()
            .or_else(|| text.parse::<f64>().map(Value::from).ok()),
        "number" => text
            .parse::<f64>()
            .map(Value::from)
            .ok()
            .filter(Value::is_number),
        "boolean" => text.parse::<bool>().map(Value::from).ok(),
        _ => None,
    };
    number.unwrap_or_else(|| Value::from(text))
}

/// A media type without its parameters, in lower case (RFC 9110, section 8.3.1).
fn essence(value: &str) -> String {
    value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase()
}

fn media_matches(range: &str, essence: &str) -> bool {
    match range.split_once('/') {
        Some(("*", "*")) => !essence.is_empty(),
        Some((kind, "*")) => essence
            .split_once('/')
            .is_some_and(|(given, _)| given == kind),
        _ => range == essence,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn media_types_are_matched_by_essence() {
        assert!(media_matches(
            "application/json",
            &essence("Application/JSON; charset=utf-8")
        ));
        assert!(media_matches("application/*", "application/problem+json"));
        assert!(!media_matches("application/json", &essence("text/html")));
        assert!(!media_matches("*/*", ""));
    }

    #[test]
    fn headers_are_read_as_their_schema_means() {
        assert_eq!(header_value(" 42 ", "integer"), json!(42));
        assert_eq!(header_value("-1", "integer"), json!(-1));
        assert_eq!(header_value("1.0", "integer"), json!("1.0"));
        assert_eq!(header_value("soon", "integer"), json!("soon"));
        assert_eq!(header_value("42", "string"), json!("42"));
    }
}
