//! The lines of a recording: an exchange as plain data without secrets, and back again.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use super::super::{
    Answer, Attempt, BodyEnd, Credentials, Exchange, Failure, FailureKind, Payload, Redactor,
    Request,
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExchangeLine {
    pub(super) method: String,
    pub(super) target: String,
    from_link: bool,
    credentials: Credentials,
    #[serde(default, skip_serializing_if = "is_first")]
    operation: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    case: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    own_headers: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    payload: Option<PayloadLine>,
    url: String,
    headers: Vec<(String, String)>,
    attempts: Vec<AttemptLine>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PayloadLine {
    media_type: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    body_base64: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AttemptLine {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    answer: Option<AnswerLine>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    failure: Option<FailureLine>,
    took_us: u64,
    waited_us: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerLine {
    status: u16,
    headers: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    body: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    body_base64: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    broken_off: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    bounded: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FailureLine {
    kind: FailureKind,
    message: String,
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// The first operation is not written, so that what an earlier release wrote is read, and its digests fit.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes a reference"
)]
fn is_first(operation: &usize) -> bool {
    *operation == 0
}

/// Bytes as a text where they are one, else in base64.
fn written(clean: Cow<'_, [u8]>) -> (Option<String>, Option<String>) {
    match String::from_utf8(clean.into_owned()) {
        Ok(text) => (Some(text), None),
        Err(error) => (None, Some(STANDARD.encode(error.as_bytes()))),
    }
}

fn read(text: Option<String>, base64: Option<String>) -> Arc<Vec<u8>> {
    let decoded = || STANDARD.decode(base64.unwrap_or_default());
    Arc::new(text.map_or_else(|| decoded().unwrap_or_default(), String::into_bytes))
}

pub(super) fn to_line(exchange: &Exchange, redactor: &Redactor) -> ExchangeLine {
    let clean = |text: &str| redactor.text(text).into_owned();
    let headers = |all: &[(String, String)]| {
        all.iter()
            .map(|(name, value)| (clean(name), redactor.header(name, value).into_owned()))
            .collect()
    };
    let answer = |answer: &Answer| {
        let is_whole = answer.end == BodyEnd::Complete;
        let (body, body_base64) = written(redactor.body(&answer.body, is_whole));
        let (broken_off, bounded) = match &answer.end {
            BodyEnd::Complete => (None, None),
            BodyEnd::BrokenOff(why) => (Some(clean(why)), None),
            BodyEnd::Unread(why) => (None, Some(clean(why))),
        };
        AnswerLine {
            status: answer.status,
            headers: headers(&answer.headers),
            body,
            body_base64,
            broken_off,
            bounded,
        }
    };
    let own = exchange.request.headers.iter();
    ExchangeLine {
        method: exchange.request.method.clone(),
        target: clean(&exchange.request.target),
        from_link: exchange.request.from_link.is_some(),
        credentials: exchange.request.credentials,
        operation: exchange.request.operation,
        case: exchange.request.case.as_deref().map(str::to_owned),
        // What a case sends is no secret of its own, and a replay has to find it again.
        own_headers: own
            .map(|(name, value)| (clean(name), clean(value)))
            .collect(),
        payload: exchange.request.body.as_ref().map(|payload| {
            let (body, body_base64) = written(redactor.bytes(&payload.bytes));
            PayloadLine {
                media_type: clean(&payload.media_type),
                body,
                body_base64,
            }
        }),
        url: clean(&exchange.url),
        headers: headers(&exchange.headers),
        attempts: exchange
            .attempts
            .iter()
            .map(|attempt| AttemptLine {
                answer: attempt.result.as_ref().ok().map(answer),
                failure: attempt.result.as_ref().err().map(|failure| FailureLine {
                    kind: failure.kind,
                    message: clean(&failure.message),
                }),
                took_us: micros(attempt.took),
                waited_us: micros(attempt.waited),
            })
            .collect(),
    }
}

pub(super) fn from_line(line: ExchangeLine) -> Option<Exchange> {
    let answer = |line: AnswerLine| {
        let end = match (line.broken_off, line.bounded) {
            (Some(why), _) => BodyEnd::BrokenOff(why),
            (None, Some(why)) => BodyEnd::Unread(why),
            (None, None) => BodyEnd::Complete,
        };
        Answer {
            status: line.status,
            headers: line.headers,
            body: read(line.body, line.body_base64),
            end,
        }
    };
    let attempts: Vec<Attempt> = line
        .attempts
        .into_iter()
        .map(|attempt| Attempt {
            result: match (attempt.answer, attempt.failure) {
                (Some(line), _) => Ok(answer(line)),
                (None, Some(failure)) => Err(Failure {
                    kind: failure.kind,
                    message: failure.message,
                }),
                (None, None) => Err(Failure {
                    kind: FailureKind::NotRecorded,
                    message: "the attempt was recorded without a result".to_owned(),
                }),
            },
            took: Duration::from_micros(attempt.took_us),
            waited: Duration::from_micros(attempt.waited_us),
        })
        .collect();
    if attempts.is_empty() {
        return None;
    }
    let payload = |line: PayloadLine| Payload {
        media_type: line.media_type,
        bytes: read(line.body, line.body_base64),
    };
    Some(Exchange {
        request: Request {
            method: line.method,
            target: line.target,
            from_link: line.from_link.then(String::new),
            credentials: line.credentials,
            cleans: false,
            own: false,
            fresh: false,
            case: line.case.map(Into::into),
            operation: line.operation,
            headers: line.own_headers,
            body: line.payload.map(payload),
        },
        url: line.url,
        headers: line.headers,
        attempts,
    })
}
