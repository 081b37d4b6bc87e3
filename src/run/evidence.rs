//! Whether something that is shown is what a request of this run made: it has what was sent, in the places where it was sent.

use serde_json::Value;

use crate::battery::form;
use crate::contract::pointer;
use crate::exchange::Request;

use super::marks;

/// How deep an answer is searched for what was sent.
const DEPTH: usize = 5;

/// What an object shows of whose it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Evidence {
    /// It has nothing of what was sent.
    Nothing,
    /// It has something else in the place of what was sent.
    Other,
    /// It has what was sent.
    Own,
}

/// What a request sent, by which what it makes can be known.
#[derive(Debug, Clone, Default)]
pub(super) struct Sent {
    body: Value,
    /// The parameters of its query that have a mark.
    asked: Vec<(String, String)>,
    /// The marks in it, each of which nothing else has.
    pub(super) marks: Vec<String>,
}

impl Sent {
    /// That of a request; `run` is what all marks of the run begin with.
    pub(super) fn of(run: &str, request: &Request) -> Sent {
        let query = request.target.split_once('?').map(|(_, query)| query);
        let asked = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        let asked = asked.filter(|(_, text)| !marks::found(run, text).is_empty());
        let asked = asked.map(|(name, text)| (name.into_owned(), text.into_owned()));
        let asked: Vec<(String, String)> = asked.collect();
        let Some(payload) = &request.body else {
            return Sent {
                asked,
                ..Sent::default()
            };
        };
        let text = String::from_utf8_lossy(&payload.bytes);
        let body = match payload.media_type.as_str() {
            "application/x-www-form-urlencoded" => {
                let pairs = url::form_urlencoded::parse(&payload.bytes);
                pairs
                    .map(|(name, text)| (name.into_owned(), Value::from(text)))
                    .collect()
            }
            media_type => match form::read(media_type, &payload.bytes) {
                Some(fields) => Value::Object(fields),
                None => serde_json::from_slice(&payload.bytes).unwrap_or_default(),
            },
        };
        Sent {
            body,
            asked,
            marks: marks::found(run, &text),
        }
    }

    /// Whether it is a list without entries.
    pub(super) fn is_empty_list(&self) -> bool {
        self.body.as_array().is_some_and(Vec::is_empty)
    }

    /// The text of a member that has a mark, by the name of the member.
    pub(super) fn marked(&self, is_it: impl Fn(&str) -> bool) -> Option<&str> {
        let mut members = self.body.as_object()?.iter();
        let found = members.find(|(name, value)| is_it(name) && self.has_mark(value));
        found?.1.as_str()
    }

    /// The text with a mark of a parameter of the query, by its name.
    pub(super) fn asked(&self, is_it: impl Fn(&str) -> bool) -> Option<&str> {
        let mut asked = self.asked.iter();
        let (_, text) = asked.find(|(name, _)| is_it(name))?;
        Some(text)
    }

    /// The members that were sent.
    pub(super) fn members(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.body.as_object().into_iter().flatten()
    }

    /// What was sent in the member of that name.
    pub(super) fn member(&self, is_it: impl Fn(&str) -> bool) -> Option<&Value> {
        let mut members = self.body.as_object()?.iter();
        members
            .find(|(name, _)| is_it(name))
            .map(|(_, value)| value)
    }

    /// Whether a text has one of the marks.
    pub(super) fn has_mark(&self, value: &Value) -> bool {
        let text = value.as_str().map(str::to_ascii_lowercase);
        text.is_some_and(|text| self.marks.iter().any(|mark| text.contains(mark)))
    }

    /// What an object shows that may be what was made.
    pub(super) fn evidence(&self, shown: &Value) -> Evidence {
        let found = self.evidence_of(&self.body, shown);
        // What was sent in an envelope may be shown without it.
        let inner = self.body.as_object().filter(|map| map.len() == 1);
        let inner = inner.and_then(|map| map.values().find(|inner| inner.is_object()));
        match inner {
            Some(inner) if found == Evidence::Nothing => self.evidence_of(inner, shown),
            _ => found,
        }
    }

    fn evidence_of(&self, body: &Value, shown: &Value) -> Evidence {
        let (mut same, mut other) = (false, false);
        let telling = scalars(body).into_iter();
        for (at, sent) in telling.filter(|(_, sent)| self.marks.is_empty() || self.has_mark(sent)) {
            match shown.pointer(&at).filter(|value| is_scalar(value)) {
                Some(value) if self.is_alike(sent, value) => same = true,
                Some(_) => other = true,
                None => {}
            }
        }
        match (same, other) {
            (true, _) if !self.marks.is_empty() => Evidence::Own,
            // A server may take one of the values for another one.
            (true, true) => Evidence::Nothing,
            (false, true) => Evidence::Other,
            (true, false) => Evidence::Own,
            (false, false) if self.is_within(shown) => Evidence::Own,
            (false, false) => Evidence::Nothing,
        }
    }

    /// The objects of an answer that have a mark where it was sent, each with its pointer.
    pub(super) fn echoes<'v>(&self, answer: &'v Value) -> Vec<(String, &'v Value)> {
        let mut out = Vec::new();
        let all = scalars(&self.body).into_iter();
        let marked: Vec<_> = all.filter(|(_, sent)| self.has_mark(sent)).collect();
        gather(answer, String::new(), DEPTH, &mut |at, value| {
            let mut shown = marked.iter().filter_map(|(place, _)| value.pointer(place));
            if value.is_object() && shown.any(|shown| self.has_mark(shown)) {
                out.push((at.to_owned(), value));
            }
        });
        out
    }

    /// Whether a mark stands in an object or in one below it, but in none of its lists.
    fn is_within(&self, shown: &Value) -> bool {
        let members = shown.as_object().into_iter().flat_map(|map| map.values());
        let mut members = members;
        members.any(|value| self.has_mark(value) || value.is_object() && self.is_within(value))
    }

    fn is_alike(&self, sent: &Value, shown: &Value) -> bool {
        match (sent.as_str(), shown.as_str()) {
            (Some(sent), Some(shown)) => sent.trim().eq_ignore_ascii_case(shown.trim()),
            (None, None) => sent == shown || sent.is_number() && sent.as_f64() == shown.as_f64(),
            _ => false,
        }
    }
}

/// The texts, numbers and truth values, up to two levels down, by their pointers.
fn scalars(body: &Value) -> Vec<(String, &Value)> {
    let mut out = Vec::new();
    gather(body, String::new(), 2, &mut |at, value| {
        if is_scalar(value) && !at.is_empty() {
            out.push((at.to_owned(), value));
        }
    });
    out
}

fn is_scalar(value: &Value) -> bool {
    matches!(value, Value::String(_) | Value::Number(_) | Value::Bool(_))
}

/// Visits a value and what is below it, so many levels down.
fn gather<'v>(value: &'v Value, at: String, depth: usize, visit: &mut impl FnMut(&str, &'v Value)) {
    visit(&at, value);
    if depth == 0 {
        return;
    }
    match value {
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                gather(item, format!("{at}/{n}"), depth - 1, visit);
            }
        }
        Value::Object(map) => {
            for (name, value) in map {
                gather(value, pointer::join(&at, name), depth - 1, visit);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::exchange::Payload;

    fn sent(body: Value) -> Sent {
        let request = Request {
            body: Some(Payload {
                media_type: "application/json".to_owned(),
                bytes: Arc::new(body.to_string().into_bytes()),
            }),
            ..Request::default()
        };
        Sent::of("cab12", &request)
    }

    #[test]
    fn what_is_shown_tells_whose_it_is() {
        let marked = sent(json!({"name": "x-cab120001", "size": 1, "spec": {"tag": "cab120001"}}));
        let plain = sent(json!({"size": 1, "on": true}));
        use Evidence::{Nothing, Other, Own};
        for (shown, with_mark, without) in [
            (json!({"id": 7, "name": "X-CAB120001"}), Own, Nothing),
            (json!({"id": 7, "title": "x-cab120001"}), Own, Nothing),
            (json!({"id": 7, "name": "other", "size": 1}), Other, Own),
            (json!({"id": 7, "size": 2}), Nothing, Other),
            (json!({"id": 7, "size": 1.0, "on": true}), Nothing, Own),
            (
                json!({"id": 7, "toys": [{"name": "x-cab120001"}]}),
                Nothing,
                Nothing,
            ),
            (json!({"id": 7}), Nothing, Nothing),
        ] {
            assert_eq!(marked.evidence(&shown), with_mark, "{shown}");
            assert_eq!(plain.evidence(&shown), without, "{shown}");
        }
        let wrapped = sent(json!({"catalog": {"kind": "own", "name": "x-cab120001"}}));
        for (shown, found) in [
            (json!({"kind": "own", "name": "string"}), Other),
            (json!({"kind": "own", "name": "x-cab120001"}), Own),
            (json!({"catalog": {"name": "string"}, "name": "x"}), Other),
            (json!({"kind": "own"}), Nothing),
        ] {
            assert_eq!(wrapped.evidence(&shown), found, "{shown}");
        }
        let parent =
            json!({"id": 5, "toys": [{"id": 1, "name": "y"}, {"id": 2, "name": "x-cab120001"}]});
        let found = marked.echoes(&parent);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "/toys/1");
    }
}
