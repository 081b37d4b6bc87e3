//! A recording: every exchange of a run on a line of its own, secrets taken out, each line bound to the one before it,
//! so that a file that was cut short or edited is noticed, and where.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    Answer, Attempt, BodyEnd, Credentials, Exchange, Failure, FailureKind, Payload, Redactor,
    Request,
};

/// The version of this format; a reader refuses any other.
pub const RECORDING_VERSION: u32 = 1;

/// What a recording was made of: its first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The version of this format.
    pub conform_recording: u32,
    /// SHA-256 of the contract's text.
    pub contract_sha256: String,
    /// The contract's title, for messages.
    pub contract: String,
    /// The base URL, without user information.
    pub base_url: String,
    /// The parameters of the valid request.
    pub parameters: std::collections::BTreeMap<String, String>,
}

/// A recording in memory.
#[derive(Debug, Clone)]
pub struct Recording {
    /// What it was made of.
    pub header: Header,
    /// The exchanges, in the order in which they ended.
    pub exchanges: Vec<Exchange>,
}

/// Why a recording cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{source_name}: {message}")]
pub struct RecordingError {
    /// The file.
    pub source_name: String,
    /// What is wrong and at which exchange, as a lower-case fragment.
    pub message: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    exchange: ExchangeLine,
    digest: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndLine {
    end: usize,
    digest: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExchangeLine {
    method: String,
    target: String,
    from_link: bool,
    credentials: Credentials,
    #[serde(default)]
    operation: usize,
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
    base64: String,
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

/// Writes a recording line by line.
pub struct Lines {
    digest: String,
    count: usize,
}

impl Lines {
    /// Begins a recording; the first line.
    pub fn begin(header: &Header) -> (Lines, String) {
        let text = json(header);
        let digest = chain("", &text);
        (Lines { digest, count: 0 }, text)
    }

    /// The next line.
    pub fn exchange(&mut self, exchange: &Exchange, redactor: &Redactor) -> String {
        let content = to_line(exchange, redactor);
        self.digest = chain(&self.digest, &json(&content));
        self.count += 1;
        json(&Line {
            exchange: content,
            digest: self.digest.clone(),
        })
    }

    /// The last line, without which a recording is cut short.
    pub fn end(self) -> String {
        let digest = chain(&self.digest, &format!("end {}", self.count));
        json(&EndLine {
            end: self.count,
            digest,
        })
    }
}

impl Recording {
    /// Reads a recording.
    ///
    /// # Errors
    /// No recording, another version, cut short, or edited: with the exchange at which it shows.
    pub fn read(source_name: &str, text: &str) -> Result<Recording, RecordingError> {
        let fail = |message: String| RecordingError {
            source_name: source_name.to_owned(),
            message,
        };
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        let header: Header = serde_json::from_str(first).map_err(|error| {
            fail(format!(
                "this is no recording of conform (its first line: {error})"
            ))
        })?;
        if header.conform_recording != RECORDING_VERSION {
            return Err(fail(format!(
                "recording version {} is not known, only {RECORDING_VERSION}; record again",
                header.conform_recording
            )));
        }
        let mut digest = chain("", first);
        let mut exchanges = Vec::new();
        let mut ended = false;
        for line in lines {
            let number = exchanges.len() + 1;
            if ended {
                return Err(fail("there is more after the end; record again".to_owned()));
            }
            if let Ok(end) = serde_json::from_str::<EndLine>(line) {
                if end.end != exchanges.len()
                    || end.digest != chain(&digest, &format!("end {}", end.end))
                {
                    return Err(fail(format!(
                        "exchange {number} or a later one is missing: the recording ends with {} of {}; record again",
                        exchanges.len(),
                        end.end
                    )));
                }
                ended = true;
                continue;
            }
            let parsed: Line = serde_json::from_str(line).map_err(|error| {
                fail(format!(
                    "exchange {number} cannot be read ({error}): the recording was cut short or edited; record again"
                ))
            })?;
            digest = chain(&digest, &json(&parsed.exchange));
            if digest != parsed.digest {
                return Err(fail(format!(
                    "exchange {number} ({} {}) was edited, or one before it was taken out; record again",
                    parsed.exchange.method, parsed.exchange.target
                )));
            }
            let exchange = from_line(parsed.exchange)
                .ok_or_else(|| fail(format!("exchange {number} has no attempt; record again")))?;
            exchanges.push(exchange);
        }
        if !ended {
            return Err(fail(format!(
                "the recording is cut short after exchange {}; record again",
                exchanges.len()
            )));
        }
        Ok(Recording { header, exchanges })
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data serializes")
}

fn chain(before: &str, text: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(before.as_bytes());
    hash.update(text.as_bytes());
    hash.finalize()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn to_line(exchange: &Exchange, redactor: &Redactor) -> ExchangeLine {
    let clean = |text: &str| redactor.text(text).into_owned();
    let headers = |all: &[(String, String)]| {
        all.iter()
            .map(|(name, value)| (clean(name), redactor.header(name, value).into_owned()))
            .collect()
    };
    let answer = |answer: &Answer| {
        let text = std::str::from_utf8(&answer.body).ok();
        let (broken_off, bounded) = match &answer.end {
            BodyEnd::Complete => (None, None),
            BodyEnd::BrokenOff(why) => (Some(clean(why)), None),
            BodyEnd::Bounded(why) => (None, Some(clean(why))),
        };
        AnswerLine {
            status: answer.status,
            headers: headers(&answer.headers),
            body: text.map(clean),
            // What is no UTF-8 is searched for secrets as far as it can be read as text.
            body_base64: text.is_none().then(|| {
                let lossy = String::from_utf8_lossy(&answer.body);
                match redactor.text(&lossy) {
                    std::borrow::Cow::Borrowed(_) => STANDARD.encode(answer.body.as_slice()),
                    std::borrow::Cow::Owned(clean) => STANDARD.encode(clean.as_bytes()),
                }
            }),
            broken_off,
            bounded,
        }
    };
    ExchangeLine {
        method: exchange.request.method.clone(),
        target: clean(&exchange.request.target),
        from_link: exchange.request.from_link,
        credentials: exchange.request.credentials,
        operation: exchange.request.operation,
        own_headers: headers(&exchange.request.headers),
        payload: exchange.request.body.as_ref().map(|body| PayloadLine {
            media_type: body.media_type.clone(),
            base64: match redactor.text(&String::from_utf8_lossy(&body.bytes)) {
                std::borrow::Cow::Borrowed(_) => STANDARD.encode(body.bytes.as_slice()),
                std::borrow::Cow::Owned(clean) => STANDARD.encode(clean.as_bytes()),
            },
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

fn from_line(line: ExchangeLine) -> Option<Exchange> {
    let answer = |line: AnswerLine| {
        let body = match (line.body, line.body_base64) {
            (Some(text), _) => text.into_bytes(),
            (None, Some(encoded)) => STANDARD.decode(encoded).unwrap_or_default(),
            (None, None) => Vec::new(),
        };
        let end = match (line.broken_off, line.bounded) {
            (Some(why), _) => BodyEnd::BrokenOff(why),
            (None, Some(why)) => BodyEnd::Bounded(why),
            (None, None) => BodyEnd::Complete,
        };
        Answer {
            status: line.status,
            headers: line.headers,
            body: Arc::new(body),
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
    let payload = |line: PayloadLine| {
        let bytes = Arc::new(STANDARD.decode(line.base64).ok()?);
        Some(Payload {
            media_type: line.media_type,
            bytes,
        })
    };
    let body = line.payload.and_then(payload);
    Some(Exchange {
        request: Request {
            method: line.method,
            target: line.target,
            from_link: line.from_link,
            credentials: line.credentials,
            operation: line.operation,
            headers: line.own_headers,
            body,
        },
        url: line.url,
        headers: line.headers,
        attempts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording() -> String {
        let header = Header {
            conform_recording: RECORDING_VERSION,
            contract_sha256: "c".into(),
            contract: "t".into(),
            base_url: "http://h".into(),
            parameters: std::collections::BTreeMap::new(),
        };
        let (mut lines, first) = Lines::begin(&header);
        let mut out = vec![first];
        for target in ["/a", "/b"] {
            let answer = Answer {
                status: 200,
                headers: vec![("X-A".into(), "swordfish".into())],
                body: Arc::new(b"{\"k\": \"swordfish\"}".to_vec()),
                end: BodyEnd::Complete,
            };
            let exchange = Exchange {
                request: Request {
                    method: "GET".into(),
                    target: target.into(),
                    from_link: false,
                    credentials: Credentials::Valid,
                    ..Request::default()
                },
                url: format!("http://h{target}"),
                headers: Vec::new(),
                attempts: vec![Attempt {
                    result: Ok(answer),
                    took: Duration::from_millis(1),
                    waited: Duration::ZERO,
                }],
            };
            out.push(lines.exchange(&exchange, &Redactor::new(&["swordfish".to_owned()])));
        }
        out.push(lines.end());
        out.join("\n")
    }

    #[test]
    fn what_was_written_is_read_without_its_secrets() {
        let text = recording();
        assert!(!text.contains("swordfish"));
        let read = Recording::read("r", &text).unwrap();
        assert_eq!(read.exchanges.len(), 2);
        assert_eq!(read.exchanges[1].request.target, "/b");
        assert_eq!(
            read.exchanges[0].answer().unwrap().body.as_slice(),
            b"{\"k\": \"[redacted]\"}"
        );
    }

    #[test]
    fn a_recording_cut_short_or_edited_is_refused_with_the_exchange() {
        let text = recording();
        let lines: Vec<&str> = text.lines().collect();
        let cut = lines[..2].join("\n");
        assert!(
            Recording::read("r", &cut)
                .unwrap_err()
                .message
                .contains("cut short after exchange 1")
        );
        let edited = text.replacen("\"status\":200", "\"status\":201", 1);
        assert!(
            Recording::read("r", &edited)
                .unwrap_err()
                .message
                .contains("exchange 1")
        );
        let without = [lines[0], lines[2], lines[3]].join("\n");
        assert!(
            Recording::read("r", &without)
                .unwrap_err()
                .message
                .contains("was edited")
        );
        assert!(
            Recording::read("r", "hello")
                .unwrap_err()
                .message
                .contains("no recording")
        );
    }
}
