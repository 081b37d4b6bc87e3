//! A recording: every exchange of a run on a line of its own, secrets taken out, each line bound to the one before it,
//! so that a file that was cut short or edited is noticed, and where.

mod lines;

use std::collections::BTreeSet;
use std::io::{BufRead, Read};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Exchange, Redactor, Shard};
use lines::{ExchangeLine, from_line, to_line};

/// The first line has at most so many bytes.
const LONGEST_HEADER: u64 = 64 << 20;
/// The version of this format; a reader refuses any other.
pub const RECORDING_VERSION: u32 = 1;

/// What the marks of a run begin with that marks nothing.
pub const NO_MARK: &str = "c0000";

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
    /// Whether the reference server was asked there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reference: bool,
    /// The parameters of the valid request.
    pub parameters: std::collections::BTreeMap<String, String>,
    /// Which part of a run it holds, where it is not a whole one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
    /// The cases that were not to run, and why: there are no answers to them.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub skipped: std::collections::BTreeMap<String, String>,
    /// The cases whose valid requests were sent without credentials, and why.
    #[serde(default, skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub bare: std::collections::BTreeMap<String, String>,
    /// What the texts begin with that mark what the run made, where it may have made something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mark: Option<String>,
}

impl Header {
    /// What the marks of the run begin with.
    pub fn mark(&self) -> &str {
        self.mark.as_deref().unwrap_or(NO_MARK)
    }
}

/// A recording in memory.
#[derive(Debug, Clone)]
pub struct Recording {
    /// What it was made of.
    pub header: Header,
    /// The exchanges, in the order in which they ended.
    pub exchanges: Vec<Exchange>,
    /// Why the run was cut short, if it was: then some answers are missing.
    pub cut: Option<String>,
    /// What stands in it in the place of secrets.
    pub stood_in: StoodIn,
}

/// Where a recording holds stand-ins, and what its run found in the answers as they were.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoodIn {
    /// The ids of the cases in whose answers secrets stood.
    pub cases: BTreeSet<String>,
    /// The ids of the clauses that were broken.
    pub broken: BTreeSet<String>,
}

impl StoodIn {
    /// Whether the answers are as they came.
    pub fn is_nowhere(&self) -> bool {
        self.cases.is_empty()
    }
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cut: Option<String>,
    #[serde(default, skip_serializing_if = "StoodIn::is_nowhere")]
    stood_in: StoodIn,
    digest: String,
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

    /// The last line, without which a recording is not whole; it says why the run was cut short, if it was, and where
    /// something stands in the place of a secret.
    pub fn end(self, cut: Option<&str>, stood_in: &StoodIn) -> String {
        json(&EndLine {
            end: self.count,
            digest: end(&self.digest, self.count, cut, stood_in),
            cut: cut.map(str::to_owned),
            stood_in: stood_in.clone(),
        })
    }
}

impl Recording {
    /// Reads a recording, line by line: of its text only one line is in memory at once.
    ///
    /// # Errors
    /// It cannot be read, is no recording, of another version, cut short, or edited: with the exchange at which it shows.
    pub fn read(source_name: &str, mut source: impl BufRead) -> Result<Recording, RecordingError> {
        let fail = |message: String| RecordingError {
            source_name: source_name.to_owned(),
            message,
        };
        let unreadable = |error: std::io::Error| fail(format!("cannot be read: {error}"));
        let mut first = String::new();
        let mut bounded = Read::take(&mut source, LONGEST_HEADER);
        bounded.read_line(&mut first).map_err(unreadable)?;
        let first = first.trim_end_matches(['\r', '\n']);
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
        let (mut cut, mut stood_in) = (None, StoodIn::default());
        for line in source.lines() {
            let line = line.map_err(unreadable)?;
            let number = exchanges.len() + 1;
            if ended {
                return Err(fail("there is more after the end; record again".to_owned()));
            }
            if let Ok(last) = serde_json::from_str::<EndLine>(&line) {
                if last.end != exchanges.len()
                    || last.digest != end(&digest, last.end, last.cut.as_deref(), &last.stood_in)
                {
                    return Err(fail(format!(
                        "exchange {number} or a later one is missing: the recording ends with {} of {}; record again",
                        exchanges.len(),
                        last.end
                    )));
                }
                ended = true;
                (cut, stood_in) = (last.cut, last.stood_in);
                continue;
            }
            let parsed: Line = serde_json::from_str(&line).map_err(|error| {
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
        Ok(Recording {
            header,
            exchanges,
            cut,
            stood_in,
        })
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("plain data serializes")
}

fn end(before: &str, count: usize, cut: Option<&str>, stood_in: &StoodIn) -> String {
    let cut = cut.map_or_else(String::new, |why| format!(" {why}"));
    let stood_in = match stood_in.is_nowhere() {
        true => String::new(),
        false => json(stood_in),
    };
    chain(before, &format!("end {count}{cut}{stood_in}"))
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::super::{Answer, Attempt, BodyEnd, Credentials, Payload, Request};
    use super::*;

    fn recording() -> String {
        let header = Header {
            conform_recording: RECORDING_VERSION,
            contract_sha256: "c".into(),
            contract: "t".into(),
            base_url: "http://h".into(),
            reference: false,
            parameters: std::collections::BTreeMap::new(),
            shard: None,
            skipped: std::collections::BTreeMap::new(),
            bare: std::collections::BTreeMap::new(),
            mark: None,
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
                    credentials: Credentials::Valid,
                    headers: vec![("Cookie".into(), "tenant=a".into())],
                    body: Some(Payload {
                        media_type: "text/plain".into(),
                        bytes: Arc::new(b"say swordfish".to_vec()),
                    }),
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
        out.push(lines.end(None, &StoodIn::default()));
        out.join("\n")
    }

    #[test]
    fn what_was_written_is_read_without_its_secrets() {
        let text = recording();
        assert!(!text.contains("swordfish"));
        let read = Recording::read("r", text.as_bytes()).unwrap();
        assert_eq!(read.exchanges.len(), 2);
        let request = &read.exchanges[1].request;
        assert_eq!(request.target, "/b");
        assert_eq!(
            request.headers,
            [("Cookie".to_owned(), "tenant=a".to_owned())]
        );
        let body = request.body.as_ref().unwrap();
        assert_eq!(body.media_type, "text/plain");
        assert_eq!(body.bytes.as_slice(), b"say [redacted]");
        assert_eq!(
            read.exchanges[0].answer().unwrap().body.as_slice(),
            b"{\"k\": \"[redacted]\"}"
        );
    }

    #[test]
    fn a_recording_of_an_earlier_release_is_read() {
        // As it was written before requests had an operation, headers and a body.
        let header = r#"{"conform_recording":1,"contract_sha256":"c","contract":"t","base_url":"http://h","parameters":{}}"#;
        let exchange = r#"{"method":"GET","target":"/a","from_link":false,"credentials":"valid","url":"http://h/a","headers":[],"attempts":[{"answer":{"status":200,"headers":[],"body":"x"},"took_us":1,"waited_us":0}]}"#;
        let first = chain(&chain("", header), exchange);
        let end = chain(&first, "end 1");
        let text = format!(
            "{header}\n{{\"exchange\":{exchange},\"digest\":\"{first}\"}}\n{{\"end\":1,\"digest\":\"{end}\"}}\n"
        );
        let read = Recording::read("r", text.as_bytes()).unwrap();
        assert_eq!(read.exchanges[0].request.operation, 0);
        assert_eq!(read.exchanges[0].request.body, None);
    }

    #[test]
    fn a_recording_cut_short_or_edited_is_refused_with_the_exchange() {
        let text = recording();
        let lines: Vec<&str> = text.lines().collect();
        let cut = lines[..2].join("\n");
        assert!(
            Recording::read("r", cut.as_bytes())
                .unwrap_err()
                .message
                .contains("cut short after exchange 1")
        );
        let edited = text.replacen("\"status\":200", "\"status\":201", 1);
        assert!(
            Recording::read("r", edited.as_bytes())
                .unwrap_err()
                .message
                .contains("exchange 1")
        );
        let without = [lines[0], lines[2], lines[3]].join("\n");
        assert!(
            Recording::read("r", without.as_bytes())
                .unwrap_err()
                .message
                .contains("was edited")
        );
        assert!(
            Recording::read("r", "hello".as_bytes())
                .unwrap_err()
                .message
                .contains("no recording")
        );
    }
}
