//! Requests whose body is left out, lacks a required property, breaks one keyword, is not JSON or of another media type.

use serde_json::Value;

use crate::battery::Trial;
use crate::battery::model::{BodyChange, CaseFile};
use crate::contract::names::words;
use crate::contract::{ClauseIx, Media, Negative, pointer};
use crate::derive::body::{self, pointer_of};
use crate::derive::subject::{Made, Subject};

use super::keyword;

const LEFT_OUT: &str = "The valid request without the body that the contract requires.";
const LACKS: &str = "The valid request without one property that the contract requires. A server that guesses a value stores what nobody said.";
const KEYWORD: &str = "The valid request with one value in its body that its schema does not allow. A server that takes it stores what no reader expects.";
const SYNTAX: &str = "The valid request with a body that breaks off. A server that takes it stores what nobody said.";
const MEDIA: &str = "The valid request with its body called another media type than the documented ones (RFC 9110, section 15.5.16).";

/// A body with all members that is longer than this is not broken in each of its places: that would take too long.
const LARGEST: usize = 2_000;

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
    // Of a text or an id that is missing more servers take notice than of a number or a flag, which begin as 0 or false.
    all.sort_by_key(|(_, at)| {
        let name = at.rsplit('/').next().unwrap_or_default();
        is_id(name) || first.pointer(at).is_none_or(Value::is_string)
    });
    let made = all.into_iter().map(|(clause, at)| {
        let mut body = like(subject);
        body.remove.push(at.clone());
        without(subject, (clause, &at), body)
    });
    made.collect()
}

/// The member of the body that a place is, or stands in.
fn root(at: &str) -> String {
    let first = pointer::tokens(at).into_iter().next();
    first.map_or_else(String::new, |name| pointer::join("", &name))
}

fn without(subject: &Subject<'_>, (clause, at): (ClauseIx, &str), body: BodyChange) -> Made {
    let name = at.trim_start_matches('/');
    let title = format!("A request whose body lacks `{name}` is refused");
    let id = format!("body-no-{}", plain(name));
    let clause = subject.contract.clauses.get(clause);
    let case = subject.refusal("required", &id, title, LACKS, clause.tail());
    with(case, body).about(&root(at)).at(&clause.pointer)
}

/// The same of members that the smallest body does not have: such a member is sent, without what it has to have, or with one
/// keyword broken. First what is lacking.
pub fn within(subject: &Subject<'_>, tries: &[Value]) -> Vec<Made> {
    let media = body::media(subject.operation);
    let Some((media, whole)) = media.and_then(|media| Some((media, media.fullest()?))) else {
        return Vec::new();
    };
    if whole.to_string().len() > LARGEST {
        return Vec::new();
    }
    // The member to send, where each body that is tried would break that clause alone by it.
    let sent = |clause: ClauseIx, at: &str, wrong: &Value| {
        let root = pointer::join("", &pointer::tokens(at).into_iter().next()?);
        // What names another thing, which is not there, is refused for that.
        if wrong.pointer(&root).is_some_and(names_another) {
            return None;
        }
        let is_new = tries
            .first()
            .is_some_and(|first| first.is_object() && first.pointer(&root).is_none());
        let value = wrong.pointer(&root).cloned()?;
        let breaks = |body| media.breaks(clause, &Trial::with(body, &root, value.clone()));
        let mut body = like(subject);
        (is_new && tries.iter().all(breaks)).then(|| {
            body.set.0.insert(root, value);
            body
        })
    };
    let lacking = media.lacking(whole).into_iter().filter_map(|(clause, at)| {
        let mut less = whole.clone();
        let (above, name) = at.rsplit_once('/').filter(|(above, _)| !above.is_empty())?;
        let holder = less.pointer_mut(above)?.as_object_mut()?;
        holder.shift_remove(&*pointer::unescaped(name))?;
        let body = sent(clause, &at, &less)?;
        let is_assumed = subject
            .contract
            .assumes(subject.contract.clauses.get(clause));
        (!is_assumed).then(|| without(subject, (clause, &at), body))
    });
    let mut wrong = media.negatives(whole);
    wrong.sort_by_cached_key(weight);
    let wrong = wrong.into_iter().filter_map(|negative| {
        let at = pointer_of(&negative.place);
        let body = sent(negative.clause, &at, &negative.value)?;
        Some(broken(
            subject,
            (negative.clause, negative.keyword),
            &at,
            body,
        ))
    });
    lacking.chain(wrong).collect()
}

/// One request a keyword, in the order in which they tell most; each breaks every body that is tried.
pub fn keywords(subject: &Subject<'_>, tries: &[Value]) -> Vec<Made> {
    let (Some(media), Some(first)) = (body::media(subject.operation), tries.first()) else {
        return Vec::new();
    };
    let mut all: Vec<(Negative, Edit)> = Vec::new();
    for negative in media.negatives(first) {
        let Some(edit) = Edit::of(first, &negative) else {
            continue;
        };
        let breaks = |body: &Value| media.breaks(negative.clause, &edit.made_of(body));
        if tries.iter().all(breaks) {
            all.push((negative, edit));
        }
    }
    all.sort_by_cached_key(|(negative, _)| weight(negative));
    let made = all.into_iter().map(|(negative, edit)| {
        let mut body = like(subject);
        body.set.0.extend(edit.set);
        body.remove.extend(edit.remove);
        broken(subject, (negative.clause, negative.keyword), &edit.at, body)
    });
    made.collect()
}

/// How little a break tells beside others: a server that reads a number as a text stores what it shows.
fn weight(negative: &Negative) -> (usize, bool) {
    let wrong = negative.value.pointer(&pointer_of(&negative.place));
    let is_text = negative.keyword == "type" && !wrong.is_some_and(Value::is_string);
    (keyword::weight(negative.keyword), is_text)
}

fn broken(
    subject: &Subject<'_>,
    (clause, keyword): (ClauseIx, &'static str),
    at: &str,
    body: BodyChange,
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
    let clause = subject.contract.clauses.get(clause);
    let case = subject.refusal("keyword", &id, title, KEYWORD, clause.tail());
    // A member that nobody documents is a mistake in what would hold it.
    let about = match (keyword, at.rsplit_once('/')) {
        ("additionalProperties", Some((above, _))) => root(above),
        _ => root(at),
    };
    with(case, body).about(&about).at(&clause.pointer)
}

/// What makes a valid body the negative. All else stays as the valid request had it, with what others answered.
struct Edit {
    /// The place that is wrong.
    at: String,
    set: Vec<(String, Value)>,
    remove: Vec<String>,
}

impl Edit {
    fn of(valid: &Value, negative: &Negative) -> Option<Edit> {
        let at = pointer_of(&negative.place);
        let value = negative.value.pointer(&at)?;
        let both = value
            .as_object()
            .zip(valid.pointer(&at).and_then(Value::as_object));
        let both = both.filter(|(new, old)| new.keys().any(|name| old.contains_key(name)));
        let Some((new, old)) = both else {
            return Some(Edit {
                set: vec![(at.clone(), value.clone())],
                remove: Vec::new(),
                at,
            });
        };
        let place = |name: &String| pointer::join(&at, name);
        let other = new
            .iter()
            .filter(|(name, value)| old.get(*name) != Some(*value));
        let set: Vec<_> = other
            .map(|(name, value)| (place(name), value.clone()))
            .collect();
        let gone = old.keys().filter(|name| !new.contains_key(*name));
        let remove = gone.map(place).collect();
        let of_more = ["additionalProperties", "unevaluatedProperties"];
        let more = set.first().filter(|_| of_more.contains(&negative.keyword));
        let at = more.map_or_else(|| at.clone(), |(at, _)| at.clone());
        Some(Edit { at, set, remove })
    }

    /// The same mistake in a body.
    fn made_of(&self, body: &Value) -> Value {
        let set = self.set.iter();
        let mut out = set.fold(body.clone(), |body, (at, value)| {
            Trial::with(&body, at, value.clone())
        });
        for at in &self.remove {
            let (above, name) = at.rsplit_once('/').unwrap_or_default();
            if let Some(map) = out.pointer_mut(above).and_then(Value::as_object_mut) {
                map.shift_remove(&*pointer::unescaped(name));
            }
        }
        out
    }
}

/// Whether a member is the id of something, by its name.
fn is_id(name: &str) -> bool {
    const IDS: [&str; 7] = ["guid", "id", "ids", "key", "ref", "reference", "uuid"];
    words(name)
        .last()
        .is_some_and(|last| IDS.contains(&&**last))
}

/// Whether something in a value that was made up names another thing by its id.
fn names_another(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(names_another),
        Value::Object(map) => map
            .iter()
            .any(|(name, value)| is_id(name) || names_another(value)),
        _ => false,
    }
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
