//! What a step says of its answer besides the status: what it must have of an earlier step, what its list has, what
//! later steps use of it, and which clauses it breaks otherwise.

use serde_json::Value;

use crate::contract::{ClauseIx, Operation, StatusKey, nearest, pointer};

use super::changes::check_from;
use super::loaded::BatteryError;
use super::make_body::from;
use super::make_case::CasePlanner;
use super::model::{SamePlace, Whose};
use super::planned::{Capture, Listed, Listing, Sameness, Step};
use super::rule::Source;
use super::values::{self, Reached};
use super::written::Written;

impl CasePlanner<'_> {
    /// The clause that a step names under `breaks`; one that the contract does not have is left in `missing`.
    pub(super) fn broken(
        &self,
        step: &Written<'_>,
        operation: &Operation,
        name: &Option<String>,
        key: &str,
        missing: &mut Option<BatteryError>,
    ) -> Option<ClauseIx> {
        let name = name.as_ref()?;
        let found = self.clauses.find(&format!("{}/{name}", operation.id));
        let found = found.or_else(|| {
            let all = step.loaded.file.operations();
            let mut others = all.iter().filter_map(|(_, of)| self.contract.operation(of));
            let is_of = |(_, other): (usize, &Operation)| {
                let rest = name.strip_prefix(&*other.id);
                rest.is_some_and(|rest| rest.starts_with('/'))
            };
            others.any(is_of).then(|| self.clauses.find(name)).flatten()
        });
        if found.is_none() {
            let why = self.unknown_clause(&[operation], name);
            *missing = Some(step.error(&format!("/breaks/{key}"), why));
        }
        found
    }

    /// What the answer must have of an earlier step.
    pub(super) fn same(
        &self,
        step: &Written<'_>,
        operation: &Operation,
        earlier: &[Step],
        missing: &mut Option<BatteryError>,
    ) -> Result<Option<(Sameness, ClauseIx)>, BatteryError> {
        let breaks = &step.file.breaks.same;
        let Some(same) = &step.file.same else {
            without::<()>(step, "same", &step.file.breaks.answered)?;
            return without(step, "same", breaks);
        };
        let is_own = same.of == step.file.step;
        let mut names = earlier.iter().map(|step| step.name.as_str());
        let of = match names.clone().position(|name| name == same.of) {
            Some(of) => of,
            None if is_own && same.whose == Whose::Sent => step.number,
            None => {
                let hint = nearest::hint(&same.of, names.by_ref());
                let message = match step.order_of(&same.of) {
                    Some(_) => format!(
                        "the step `{}` is no earlier one, so nothing of it is known here: name a step before this one{hint}",
                        same.of
                    ),
                    None => format!("the case has no step `{}`{hint}", same.of),
                };
                return Err(step.error("/same/of", message));
            }
        };
        if same.at.is_empty() {
            let message = "`at` names no place: name at least one, such as `/name`";
            return Err(step.error("/same/at", message));
        }
        let there = match earlier.get(of) {
            Some(other) => &self.contract.operations[other.operation],
            None => operation,
        };
        for (n, place) in same.at.iter().enumerate() {
            self.place(step, operation, (there, same.whose), (n, place))?;
        }
        let Some(clause) = breaks else {
            return Err(no_clause(step, "same"));
        };
        let named = Some(clause.clone());
        let clause = self.broken(step, operation, &named, "same", missing);
        let answered = &step.file.breaks.answered;
        let same = Sameness {
            of,
            whose: same.whose,
            at: same.at.clone(),
            answered: self.broken(step, operation, answered, "answered", missing),
        };
        Ok(clause.map(|clause| (same, clause)))
    }

    /// A place that is compared is documented, as far as the document says what there is.
    fn place(
        &self,
        step: &Written<'_>,
        here: &Operation,
        (there, whose): (&Operation, Whose),
        (n, place): (usize, &SamePlace),
    ) -> Result<(), BatteryError> {
        let at = format!("/same/at/{n}");
        for text in [&place.there, &place.here] {
            if !(text.is_empty() || text.starts_with('/')) {
                let message = format!(
                    "`{text}` is no place in a body: write an RFC 6901 pointer such as `/name`"
                );
                return Err(step.error(&at, message));
            }
        }
        let unknown = |what: &str, text: &str, operation: &Operation| {
            let (method, path) = (&operation.method, &operation.path);
            Err(step.error(
                &at,
                format!(
                    "no documented {what} has `{text}`: name a place that {method} {path} documents"
                ),
            ))
        };
        let tokens = pointer::tokens(&place.there);
        let is_known = match whose {
            Whose::Sent => self.is_in_request(there, &tokens),
            Whose::Answered => self.is_in_answer(there, &tokens, |_| true),
        };
        if !is_known {
            let what = match whose {
                Whose::Sent => "request body",
                Whose::Answered => "answer",
            };
            return unknown(what, &place.there, there);
        }
        if !self.is_documented(step, here, &Source::Body(pointer::tokens(&place.here))) {
            return unknown("answer that this step accepts", &place.here, here);
        }
        Ok(())
    }

    fn is_in_request(&self, operation: &Operation, tokens: &[String]) -> bool {
        let document = &self.contract.document;
        let body = operation.request_body.as_ref();
        let schema = body.and_then(|body| body.media()?.body.as_ref());
        let schema = schema.and_then(|body| document.at(&body.schema.pointer));
        schema.is_none_or(|(schema, _)| {
            values::reach(document, schema, tokens, 0) != Reached::Unknown
        })
    }

    /// What the list that is answered has, or has not.
    pub(super) fn lists(
        &self,
        step: &Written<'_>,
        operation: &Operation,
        known: &[String],
        missing: &mut Option<BatteryError>,
    ) -> Result<Option<(Listing, ClauseIx)>, BatteryError> {
        let breaks = &step.file.breaks.lists;
        let Some(lists) = &step.file.lists else {
            return without(step, "lists", breaks);
        };
        let at = pointer::tokens(&lists.at);
        if !lists.at.starts_with('/') || !at.iter().any(|token| token == "*") {
            let message = format!(
                "`{}` is no place of several values: write a pointer in which `*` is each entry, such as `/items/*/id`",
                lists.at
            );
            return Err(step.error("/lists/at", message));
        }
        let entry = |token: &String| match token.as_str() {
            "*" => "0".to_owned(),
            token => token.to_owned(),
        };
        let documented = Source::Body(at.iter().map(entry).collect());
        if !self.is_documented(step, operation, &documented) {
            let (text, method, path) = (&lists.at, &operation.method, &operation.path);
            let message = format!(
                "no documented answer that this step accepts has `{text}`: name a place that {method} {path} documents"
            );
            return Err(step.error("/lists/at", message));
        }
        let value = match from(&lists.value) {
            Some(name) => {
                check_from(step, "/lists/value", name, known)?;
                Listed::From(name.to_owned())
            }
            None if matches!(lists.value, Value::Object(_) | Value::Array(_)) => {
                let message = "a value in a list is told apart by a text, a number or a truth value, or `{from: STEP.NAME}` names it";
                return Err(step.error("/lists/value", message));
            }
            None => Listed::Value(lists.value.clone()),
        };
        let Some(clause) = breaks else {
            return Err(no_clause(step, "lists"));
        };
        let named = Some(clause.clone());
        let clause = self.broken(step, operation, &named, "lists", missing);
        let listing = Listing {
            text: lists.at.clone(),
            at,
            value,
            has: lists.has,
        };
        Ok(clause.map(|clause| (listing, clause)))
    }

    /// What later steps use of the answer; each place must be in a documented answer that the step accepts.
    pub(super) fn captures(
        &self,
        written: &Written<'_>,
        operation: &Operation,
    ) -> Result<Vec<Capture>, BatteryError> {
        let mut out = Vec::new();
        for (name, text) in &written.file.capture.0 {
            let refuse = |why: String| Err(written.error(&format!("/capture/{name}"), why));
            let place = Source::parse(text);
            let Some(place @ (Source::Body(_) | Source::Header(_) | Source::Status)) = place else {
                return refuse(format!(
                    "`{text}` is no place in an answer: use `/pointer`, response.header.NAME or response.status"
                ));
            };
            // What a create does not tell of is found by its mark.
            let is_silent = operation.success_bodies().next().is_none();
            let may_be_found = is_silent && written.loaded.file.derived.is_some();
            if !may_be_found && !self.is_documented(written, operation, &place) {
                return refuse(format!(
                    "no documented answer that this step accepts has `{text}`: name a place that {} {} documents",
                    operation.method, operation.path
                ));
            }
            out.push(Capture {
                name: format!("{}.{name}", written.file.step),
                place,
                text: text.clone(),
            });
        }
        Ok(out)
    }

    fn is_documented(&self, written: &Written<'_>, operation: &Operation, place: &Source) -> bool {
        let accepts = &written.file.accepts;
        let accepted = |key: StatusKey| match key {
            StatusKey::Exact(status) => accepts.iter().any(|accept| accept.status.covers(status)),
            StatusKey::Range(_) | StatusKey::Default => true,
        };
        match place {
            Source::Header(name) => {
                let responses = operation.responses.iter();
                let mut accepted = responses.filter(|response| accepted(response.key));
                accepted.any(|response| {
                    let mut headers = response.headers.iter();
                    name.eq_ignore_ascii_case("content-type")
                        || headers.any(|header| header.name.eq_ignore_ascii_case(name))
                })
            }
            Source::Body(tokens) => self.is_in_answer(operation, tokens, accepted),
            _ => true,
        }
    }

    /// Whether a documented answer of such a status has a place.
    fn is_in_answer(
        &self,
        operation: &Operation,
        tokens: &[String],
        accepted: impl Fn(StatusKey) -> bool,
    ) -> bool {
        let document = &self.contract.document;
        let mut responses = operation
            .responses
            .iter()
            .filter(|response| accepted(response.key));
        responses.any(|response| {
            response.content.iter().any(|media| {
                let body = media.body.as_ref();
                let schema = body.and_then(|body| document.at(&body.schema.pointer));
                schema.is_none_or(|(schema, _)| {
                    values::reach(document, schema, tokens, 0) != Reached::Unknown
                })
            })
        })
    }
}

/// A step without such a word: then nothing can break its clause.
fn without<T>(
    step: &Written<'_>,
    word: &str,
    breaks: &Option<String>,
) -> Result<Option<T>, BatteryError> {
    match breaks {
        None => Ok(None),
        Some(_) => {
            let message = format!("the step has no `{word}` whose break this could be");
            Err(step.error(&format!("/breaks/{word}"), message))
        }
    }
}

fn no_clause(step: &Written<'_>, word: &str) -> BatteryError {
    let message = format!("name the clause that is broken otherwise under `breaks.{word}`");
    step.error(&format!("/{word}"), message)
}
