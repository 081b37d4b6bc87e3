//! What a server itself says in an error.

use serde_json::Value;

use crate::battery::Source;
use crate::contract::{describe_value, pointer};
use crate::exchange::Answer;

use super::read::Body;

/// The members in which errors speak to people, the likeliest first (RFC 9457, JSON:API, OAuth 2, and what is usual).
const MEMBERS: [&str; 9] = [
    "detail",
    "message",
    "error_description",
    "description",
    "title",
    "reason",
    "error",
    "msg",
    "errors",
];
/// The levels that are looked through.
const DEEPEST: usize = 4;
/// The most names that are listed.
const NAMES: usize = 8;

/// The words of an error, cut to what a person reads.
pub fn said(answer: &Answer, body: &Body) -> Option<String> {
    let text = match body {
        Body::Json(value, _) => in_json(value, DEEPEST)?,
        Body::NotJson(_) => {
            let head = &answer.body[..answer.body.len().min(1_000)];
            let text = String::from_utf8_lossy(head);
            let text = text.trim();
            (!text.starts_with('<')).then(|| text.to_owned())?
        }
        _ => return None,
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| super::shown(&words.join(" ")))
}

/// What an answer has instead of what was looked for in it.
pub fn has_instead(place: &Source, answer: &Answer, body: &Body) -> String {
    let names = |names: Vec<String>| match names.as_slice() {
        [] => "nothing".to_owned(),
        names => names.join(", "),
    };
    let most = |all: &mut dyn Iterator<Item = &str>| -> Vec<String> {
        let mut shown: Vec<String> = all
            .take(NAMES + 1)
            .map(|name| format!("`{name}`"))
            .collect();
        if shown.len() > NAMES {
            shown[NAMES] = "…".to_owned();
        }
        shown
    };
    let Source::Body(tokens) = place else {
        let mut headers = answer.headers.iter().map(|(name, _)| name.as_str());
        return format!("its headers are {}", names(most(&mut headers)));
    };
    let value = match body {
        Body::Json(value, _) => value,
        Body::Empty => return "its body is empty".to_owned(),
        Body::NotJson(why) => return format!("its body is not JSON: {why}"),
        Body::Incomplete => return "its body did not come whole".to_owned(),
        Body::Unread(why) => return format!("its body was not read: {why}"),
    };
    let known = (0..tokens.len()).rev();
    let mut known = known.filter_map(|n| Some((n, super::descend(value, &tokens[..n])?)));
    let (depth, here) = known.next().unwrap_or((0, value));
    let at = tokens[..depth].iter();
    let at = at.fold(String::new(), |base, token| pointer::join(&base, token));
    let whose = if at.is_empty() { "the body" } else { &at };
    match here {
        Value::Object(map) if map.contains_key(&tokens[depth]) => {
            format!("it is null in {whose}")
        }
        Value::Object(map) => {
            let mut keys = map.keys().map(String::as_str);
            format!("{whose} has {}", names(most(&mut keys)))
        }
        other => format!("{whose} is {}", describe_value(other)),
    }
}

fn in_json(value: &Value, depth: usize) -> Option<String> {
    let deeper = || depth.checked_sub(1);
    match value {
        Value::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Value::Array(items) => items.first().and_then(|item| in_json(item, deeper()?)),
        Value::Object(map) => {
            let known = MEMBERS.iter().filter_map(|name| map.get(*name));
            let mut known = known.filter(|value| !value.is_null());
            known.find_map(|value| in_json(value, deeper()?))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::read::read_body;
    use super::*;
    use crate::exchange::BodyEnd;

    #[test]
    fn errors_speak_in_many_ways() {
        for (body, words) in [
            (
                r#"{"title": "Bad", "detail": "no such environment"}"#,
                Some("no such environment"),
            ),
            (
                r#"{"errors": [{"status": "400", "detail": "a\n b"}]}"#,
                Some("a b"),
            ),
            (
                r#"{"error": {"code": 3, "message": "wrong id"}}"#,
                Some("wrong id"),
            ),
            (
                r#"{"error": "invalid_request", "error_description": "page size"}"#,
                Some("page size"),
            ),
            (r#"["a", "b"]"#, Some("a")),
            (r#"{"code": 3}"#, None),
            (r#"{"detail": ""}"#, None),
            ("wrong\nid", Some("wrong id")),
            ("<html>", None),
            ("", None),
        ] {
            let answer = Answer {
                status: 400,
                headers: Vec::new(),
                body: Arc::new(body.as_bytes().to_vec()),
                end: BodyEnd::Complete,
            };
            let found = said(
                &answer,
                &read_body(&answer, crate::battery::Reading::default()),
            );
            assert_eq!(found.as_deref(), words, "{body}");
        }
    }
}
