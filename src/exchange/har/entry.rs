//! An entry of an archive, as an exchange that was seen. A member that is missing or of another type is one that nobody
//! knows.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::exchange::traffic::{Lacks, Seen, Sent, Unanswered};
use crate::exchange::{Answer, BodyEnd, Payload};

/// An entry made into what it tells.
pub(super) fn seen(mut entry: Value) -> Seen {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut request = entry
        .get_mut("request")
        .map(Value::take)
        .unwrap_or_default();
    let url = text(request.get("url"));
    let sent_headers = headers(&request);
    let lacks = Lacks {
        sent: sent_headers.is_none(),
        answered: entry
            .get("response")
            .is_some_and(|response| headers(response).is_none()),
    };
    let headers = sent_headers.unwrap_or_default();
    let millis = entry
        .get("time")
        .and_then(Value::as_f64)
        .unwrap_or_default();
    Seen {
        started: text(entry.get("startedDateTime")),
        method: text(request.get("method")).to_ascii_uppercase(),
        body: sent(&mut request, &headers, lacks),
        headers,
        lacks,
        answer: match url.is_empty() {
            true => Err(Unanswered::Unreadable),
            false => answer(&mut entry),
        },
        url,
        took: Duration::try_from_secs_f64(millis / 1000.0).unwrap_or_default(),
    }
}

/// Headers, without what HTTP/2 puts among them; `None` where there is no list of them.
fn headers(message: &Value) -> Option<Vec<(String, String)>> {
    let list = message.get("headers").and_then(Value::as_array)?;
    let pair = |header: &Value| {
        let name = header.get("name")?.as_str()?.trim();
        let value = header.get("value")?.as_str()?;
        (!name.is_empty() && !name.starts_with(':')).then(|| (name.to_owned(), value.to_owned()))
    };
    Some(list.iter().filter_map(pair).collect())
}

fn size(message: &Value, key: &str) -> Option<u64> {
    let size = message.get(key)?;
    size.as_u64().or_else(|| {
        size.as_f64()
            .filter(|size| *size >= 0.0)
            .map(|size| size as u64)
    })
}

/// Whether whoever wrote it says that it was cut.
fn is_cut(part: &Value) -> bool {
    let marked = ["truncated", "_truncated", "_isTruncated"];
    let is_marked = marked
        .iter()
        .any(|key| part.get(*key).and_then(Value::as_bool) == Some(true));
    let comment = part
        .get("comment")
        .and_then(Value::as_str)
        .unwrap_or_default();
    is_marked || comment.to_ascii_lowercase().contains("truncated")
}

fn sent(request: &mut Value, headers: &[(String, String)], lacks: Lacks) -> Sent {
    let named = |name: &str| {
        headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
    };
    let announced = named("content-length").and_then(|(_, value)| value.trim().parse::<u64>().ok());
    let body_size = size(request, "bodySize");
    let Some(post) = request.get_mut("postData").filter(|post| post.is_object()) else {
        let is_chunked = named("transfer-encoding").is_some();
        return match (announced, body_size) {
            (Some(1..), _) | (None, Some(1..)) => Sent::Unknown,
            _ if is_chunked || named("content-type").is_some() => Sent::Unknown,
            (_, None) if lacks.sent => Sent::Unknown,
            _ => Sent::Nothing,
        };
    };
    let cut = is_cut(post);
    let mime = post
        .get("mimeType")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let media_type =
        named("content-type").map_or_else(|| mime.to_owned(), |(_, value)| value.clone());
    let is_base64 = post
        .get("encoding")
        .or_else(|| post.get("_encoding"))
        .and_then(Value::as_str)
        == Some("base64");
    let Some(Value::String(text)) = post.get_mut("text").map(Value::take) else {
        return Sent::Unknown;
    };
    let Some(bytes) = decoded(text, is_base64) else {
        return Sent::Unknown;
    };
    let is_short = announced.is_some_and(|announced| announced > bytes.len() as u64);
    match cut || is_short {
        true => Sent::Unknown,
        false => Sent::Body(Payload {
            media_type,
            bytes: Arc::new(bytes),
        }),
    }
}

fn decoded(text: String, is_base64: bool) -> Option<Vec<u8>> {
    match is_base64 {
        false => Some(text.into_bytes()),
        true => {
            let digits: Vec<u8> = text
                .bytes()
                .filter(|byte| !byte.is_ascii_whitespace())
                .collect();
            STANDARD.decode(digits).ok()
        }
    }
}

fn answer(entry: &mut Value) -> Result<Answer, Unanswered> {
    let is_cached = entry
        .get("_fromCache")
        .is_some_and(|from| !from.is_null() && *from != Value::Bool(false));
    let cut = is_cut(entry);
    let Some(response) = entry
        .get_mut("response")
        .filter(|response| response.is_object())
    else {
        return Err(Unanswered::Missing);
    };
    if is_cached || response.get("_fromServiceWorker").and_then(Value::as_bool) == Some(true) {
        return Err(Unanswered::Cached);
    }
    let status = size(response, "status").unwrap_or(0);
    let status = match u16::try_from(status) {
        Ok(101) => return Err(Unanswered::Upgraded),
        Ok(status @ 200..=599) => status,
        _ => return Err(Unanswered::Status),
    };
    let headers = headers(response).unwrap_or_else(|| told_type(response));
    let cut = cut || is_cut(response);
    let body_size = size(response, "bodySize");
    let mut content = response
        .get_mut("content")
        .map(Value::take)
        .unwrap_or_default();
    let (body, end) = body(&mut content, status, body_size, cut);
    Ok(Answer {
        status,
        headers,
        body: Arc::new(body),
        end,
    })
}

/// The one header that stands elsewhere too.
fn told_type(response: &Value) -> Vec<(String, String)> {
    let told = response.get("content").and_then(|one| one.get("mimeType"));
    let told = told
        .and_then(Value::as_str)
        .filter(|told| told.contains('/'));
    let header = |told: &str| ("Content-Type".to_owned(), told.to_owned());
    told.map(header).into_iter().collect()
}

/// What is there of the body of an answer, and whether that is all.
fn body(content: &mut Value, status: u16, body_size: Option<u64>, cut: bool) -> (Vec<u8>, BodyEnd) {
    let unread = |why: &str| BodyEnd::Unread(why.to_owned());
    let whole = size(content, "size");
    let cut = cut || is_cut(content);
    let is_base64 = content.get("encoding").and_then(Value::as_str) == Some("base64");
    let Some(Value::String(text)) = content.get_mut("text").map(Value::take) else {
        let has_none = matches!(status, 204 | 205 | 304)
            || whole == Some(0)
            || whole.is_none() && body_size == Some(0);
        return match has_none && !cut && content.get("_file").is_none() {
            true => (Vec::new(), BodyEnd::Complete),
            false => (Vec::new(), unread("the file does not have the body")),
        };
    };
    let Some(bytes) = decoded(text, is_base64) else {
        return (
            Vec::new(),
            unread("the body is not the base64 that it is said to be"),
        );
    };
    // Some give the size as it was sent, and beside it what the coding saved.
    let saved = content
        .get("compression")
        .and_then(Value::as_i64)
        .unwrap_or(0);
    let kept = bytes.len() as u64;
    let is_short =
        whole.is_some_and(|whole| kept < whole && whole.checked_add_signed(saved) != Some(kept));
    match cut || is_short {
        true => (bytes, unread("the file has only a part of the body")),
        false => (bytes, BodyEnd::Complete),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(entry: Value) -> Seen {
        seen(entry)
    }

    fn entry(response: Value) -> Seen {
        one(json!({"request": {"method": "get", "url": "http://h/a"}, "response": response}))
    }

    #[test]
    fn an_answer_is_whole_only_where_all_of_it_is_there() {
        let body = |content: Value| {
            let answer = entry(json!({"status": 200, "content": content}))
                .answer
                .unwrap();
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            (text, answer.end == BodyEnd::Complete)
        };
        for (content, text, whole) in [
            (json!({"size": 2, "text": "{}"}), "{}", true),
            (json!({"size": -1, "text": "{}"}), "{}", true),
            (json!({"text": "{}"}), "{}", true),
            (
                json!({"size": 4, "text": "e30=", "encoding": "base64"}),
                "{}",
                false,
            ),
            (
                json!({"size": 2, "text": "e3\n0=", "encoding": "base64"}),
                "{}",
                true,
            ),
            (
                json!({"size": 2, "text": "e30", "encoding": "base64"}),
                "",
                false,
            ),
            (json!({"size": 9, "text": "{}"}), "{}", false),
            // The size as it was sent, and what the coding saved or cost.
            (
                json!({"size": 22, "text": "{}", "compression": -20}),
                "{}",
                true,
            ),
            (
                json!({"size": 22, "text": "{}", "compression": 20}),
                "{}",
                false,
            ),
            (
                json!({"size": 1, "text": "{}", "compression": 1}),
                "{}",
                true,
            ),
            (
                json!({"size": 2, "text": "{}", "_truncated": true}),
                "{}",
                false,
            ),
            (
                json!({"size": 2, "text": "{}", "comment": "Truncated by the tool"}),
                "{}",
                false,
            ),
            (json!({"size": 0}), "", true),
            (json!({"size": 5}), "", false),
            // Beside the file, which is not looked for.
            (json!({"size": 5, "_file": "a.json"}), "", false),
            (json!({"size": 0, "_file": "a.json"}), "", false),
            (json!({"size": -1}), "", false),
            (json!(null), "", false),
        ] {
            assert_eq!(body(content.clone()), (text.to_owned(), whole), "{content}");
        }
        let none = entry(json!({"status": 204, "content": {"size": -1}}))
            .answer
            .unwrap();
        assert_eq!(none.end, BodyEnd::Complete);
    }

    #[test]
    fn what_has_no_answer_says_why() {
        for (entry, why) in [
            (
                json!({"request": {"method": "GET", "url": "http://h/"}}),
                Unanswered::Missing,
            ),
            (
                json!({"request": {"method": "GET", "url": "http://h/"}, "response": null}),
                Unanswered::Missing,
            ),
            (
                json!({"request": {"method": "GET", "url": "http://h/"}, "response": {"status": 0}}),
                Unanswered::Status,
            ),
            (
                json!({"request": {"method": "GET", "url": "ws://h/"}, "response": {"status": 101}}),
                Unanswered::Upgraded,
            ),
            (
                json!({"_fromCache": "disk", "request": {"method": "GET", "url": "http://h/"}, "response": {"status": 200}}),
                Unanswered::Cached,
            ),
            (json!(7), Unanswered::Unreadable),
            (
                json!({"request": "GET", "response": {"status": 200}}),
                Unanswered::Unreadable,
            ),
        ] {
            assert_eq!(one(entry.clone()).answer.unwrap_err(), why, "{entry}");
        }
    }

    #[test]
    fn a_request_is_told_without_what_http_2_adds() {
        let seen = one(json!({"startedDateTime": "t", "time": 1.5, "request": {
            "method": "post", "url": "http://h/a?b=c",
            "headers": [{"name": ":path", "value": "/a"}, {"name": "Content-Type", "value": "application/json; charset=utf-8"}, {"name": "X"}, null],
            "postData": {"mimeType": "application/json", "text": "{}"}}}));
        assert_eq!((&*seen.method, &*seen.url), ("POST", "http://h/a?b=c"));
        assert_eq!(seen.headers.len(), 1);
        let Sent::Body(payload) = seen.body else {
            panic!()
        };
        assert_eq!(
            (&*payload.media_type, payload.bytes.as_slice()),
            ("application/json; charset=utf-8", &b"{}"[..])
        );
        let body = |request: Value| one(json!({"request": request})).body;
        assert_eq!(body(json!({"method": "GET", "bodySize": 0})), Sent::Nothing);
        assert_eq!(
            body(json!({"method": "GET", "headers": [], "bodySize": -1})),
            Sent::Nothing
        );
        assert_eq!(body(json!({"method": "PUT", "bodySize": 4})), Sent::Unknown);
        let length = json!([{"name": "content-length", "value": "9"}]);
        assert_eq!(
            body(json!({"headers": length, "postData": {"text": "{}"}})),
            Sent::Unknown
        );
        assert_eq!(body(json!({"postData": {"params": []}})), Sent::Unknown);
        let elsewhere =
            json!({"headers": [], "bodySize": 2, "postData": {"mimeType": "a/b", "_file": "b"}});
        assert_eq!(body(elsewhere), Sent::Unknown);
    }

    #[test]
    fn headers_that_are_no_list_are_unknown() {
        for (headers, is_known) in [
            (json!([]), true),
            (json!([null]), true),
            (json!(null), false),
            (json!({"content-type": "a/b"}), false),
        ] {
            let seen = one(
                json!({"request": {"method": "GET", "url": "http://h/", "headers": headers},
                "response": {"status": 200, "headers": headers, "content": {"mimeType": "a/b", "text": "x"}}}),
            );
            let known = Lacks {
                sent: !is_known,
                answered: !is_known,
            };
            assert_eq!(seen.lacks, known, "{headers}");
            assert_eq!(seen.body == Sent::Nothing, is_known, "{headers}");
            let told = seen.answer.unwrap().headers;
            assert_eq!(told.is_empty(), is_known, "{told:?}");
        }
    }
}
