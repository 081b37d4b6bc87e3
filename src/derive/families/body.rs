//! Requests whose body is left out, lacks a required property, breaks one keyword, is not JSON or of another media type.

use serde_json::Value;

use crate::battery::Trial;
use crate::battery::model::{BodyChange, CaseFile};
use crate::contract::{ClauseIx, Media, Negative, pointer};
use crate::derive::body::{self, pointer_of};
use crate::derive::subject::{Made, Subject};

use super::keyword;

const LEFT_OUT: &str = "The valid request without the body that the contract requires.";
const LACKS: &str = "The valid request without one property that the contract requires. A server that guesses a value stores what nobody said.";
const KEYWORD: &str = "The valid request with one value in its body that its schema does not allow. A server that takes it stores what no reader expects.";
const SYNTAX: &str = "The valid request with a body that breaks off. A server that takes it stores what nobody said.";
const MEDIA: &str = "The valid request with its body called another media type than the documented ones (RFC 9110, section 15.5.16).";

/// The body as the valid request has it.
pub fn like(subject: &Subject<'_>) -> BodyChange {
    BodyChange {
        like: Some(subject.valid()),
        ..BodyChange::default()
    }
}

fn with(mut case: CaseFile, body: BodyChange) -> Made {
    case.request.body = Some(body);
    case.into()
}

/// The request without a body.
pub fn none(subject: &Subject<'_>) -> Option<Made> {
    let clause = subject.operation.request_body.as_ref()?.clause?;
    let clause = subject.contract.clauses.get(clause).tail();
    let title = "A request without its body is refused";
    let case = subject.refusal("required", "no-body", title, LEFT_OUT, clause);
    let omit = BodyChange {
        omit: true,
        ..BodyChange::default()
    };
    Some(with(case, omit))
}

/// One request for each required property that can be left out of all bodies that are tried.
pub fn lacking(subject: &Subject<'_>, tries: &[Value]) -> Vec<Made> {
    let (Some(media), Some(first)) = (body::media(subject.operation), tries.first()) else {
        return Vec::new();
    };
    let mut all = media.lacking(first);
    for other in &tries[1..] {
        let known = media.lacking(other);
        all.retain(|one| known.contains(one));
    }
    // The document says what is meant without them, and so contradicts itself.
    let clauses = &subject.contract.clauses;
    all.retain(|(clause, _)| !subject.contract.assumes(clauses.get(*clause)));
    let made = all.into_iter().map(|(clause, at)| {
        let name = at.trim_start_matches('/');
        let title = format!("A request whose body lacks `{name}` is refused");
        let id = format!("body-no-{}", plain(name));
        let clause = subject.contract.clauses.get(clause).tail();
        let case = subject.refusal("required", &id, title, LACKS, clause);
        let mut body = like(subject);
        body.remove.push(at);
        with(case, body)
    });
    made.collect()
}

/// One request a keyword: first one of each, then the others; each breaks every body that is tried.
pub fn keywords(subject: &Subject<'_>, tries: &[Value]) -> Vec<Made> {
    let (Some(media), Some(first)) = (body::media(subject.operation), tries.first()) else {
        return Vec::new();
    };
    let mut all: Vec<(Negative, String, Value)> = Vec::new();
    for negative in media.negatives(first) {
        let Some((at, value)) = edit(first, &negative) else {
            continue;
        };
        let breaks =
            |body: &Value| media.breaks(negative.clause, &Trial::with(body, &at, value.clone()));
        if tries.iter().all(breaks) {
            all.push((negative, at, value));
        }
    }
    all.sort_by_key(|(negative, ..)| keyword::weight(negative.keyword));
    let mut seen: Vec<&'static str> = Vec::new();
    let (mut ahead, mut behind) = (Vec::new(), Vec::new());
    for (negative, at, value) in all {
        let is_first = !seen.contains(&negative.keyword);
        seen.push(negative.keyword);
        let made = broken(subject, (negative.clause, negative.keyword), at, value);
        match is_first {
            true => ahead.push(made),
            false => behind.push(made),
        }
    }
    ahead.extend(behind);
    ahead
}

fn broken(
    subject: &Subject<'_>,
    (clause, keyword): (ClauseIx, &'static str),
    at: String,
    value: Value,
) -> Made {
    let (word, says) = keyword::words(keyword);
    let name = at.trim_start_matches('/');
    let (id, title) = match name {
        "" => (
            format!("body-{word}"),
            format!("A request whose body {says} is refused"),
        ),
        name => (
            format!("body-{}-{word}", plain(name)),
            format!("A request whose `{name}` in the body {says} is refused"),
        ),
    };
    let clause = subject.contract.clauses.get(clause).tail();
    let case = subject.refusal("keyword", &id, title, KEYWORD, clause);
    let mut body = like(subject);
    body.set.0.insert(at, value);
    with(case, body)
}

/// The one member that makes a body the negative: its pointer and value.
fn edit(valid: &Value, negative: &Negative) -> Option<(String, Value)> {
    let at = pointer_of(&negative.place);
    let value = negative.value.pointer(&at)?;
    if negative.keyword != "additionalProperties" {
        return Some((at, value.clone()));
    }
    let known = valid.pointer(&at)?.as_object()?;
    let mut more = value
        .as_object()?
        .iter()
        .filter(|(name, _)| !known.contains_key(*name));
    let (name, value) = more.next()?;
    Some((pointer::join(&at, name), value.clone()))
}

/// The request whose body breaks off.
pub fn syntax(subject: &Subject<'_>) -> Option<Made> {
    let documented = subject.operation.request_body.as_ref()?;
    let clause = subject.contract.clauses.get(documented.json?).tail();
    let title = "A request whose body is not JSON is refused";
    let case = subject.refusal("body", "body-not-json", title, SYNTAX, clause);
    let text = BodyChange {
        text: Some("{\"conform\": ".to_owned()),
        ..BodyChange::default()
    };
    Some(with(case, text))
}

/// The request whose body is called another media type.
pub fn media_type(subject: &Subject<'_>) -> Option<Made> {
    let documented = subject.operation.request_body.as_ref()?;
    let clause = subject
        .contract
        .clauses
        .get(documented.content_type?)
        .tail();
    let is_open = |one: &Media| one.range.contains('*') || one.range.starts_with("text/");
    if documented.content.iter().any(is_open) {
        return None;
    }
    let title = "A request with a body of another media type is refused";
    let case = subject.refusal("body", "body-other-type", title, MEDIA, clause);
    let mut body = like(subject);
    body.media_type = Some("text/plain".to_owned());
    Some(with(case, body))
}

/// A place as a part of a case's id.
fn plain(name: &str) -> String {
    let fits = |letter: char| letter.is_alphanumeric() || "_.".contains(letter);
    name.chars()
        .map(|letter| if fits(letter) { letter } else { '-' })
        .collect()
}
