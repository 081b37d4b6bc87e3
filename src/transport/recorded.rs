//! Transports around recordings: one that records what another does, and one that plays a recording back.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{Sending, Transport};
use crate::exchange::recording::{Header, Lines, Recording};
use crate::exchange::{Attempt, Exchange, Failure, FailureKind, Key, Redactor, Request};

/// Records what another transport does.
pub struct Recorder<'t> {
    inner: &'t dyn Transport,
    redactor: Redactor,
    sink: Mutex<Sink>,
}

enum Sink {
    Memory(Vec<Exchange>),
    File {
        file: tempfile::NamedTempFile,
        lines: Lines,
        path: PathBuf,
        trouble: Option<std::io::Error>,
    },
}

impl<'t> Recorder<'t> {
    /// Records into memory.
    pub fn in_memory(inner: &'t dyn Transport) -> Recorder<'t> {
        Recorder {
            inner,
            redactor: Redactor::default(),
            sink: Mutex::new(Sink::Memory(Vec::new())),
        }
    }

    /// Records into a file, which appears whole when the recording is finished.
    ///
    /// # Errors
    /// The folder cannot be written to.
    pub fn to_file(
        inner: &'t dyn Transport,
        path: &Path,
        header: &Header,
        redactor: Redactor,
    ) -> std::io::Result<Recorder<'t>> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or_else(|| Path::new(".")))?;
        let (lines, first) = Lines::begin(header);
        writeln!(file, "{first}")?;
        let sink = Sink::File {
            file,
            lines,
            path: path.to_owned(),
            trouble: None,
        };
        Ok(Recorder {
            inner,
            redactor,
            sink: Mutex::new(sink),
        })
    }

    /// Ends the recording; what was recorded into memory.
    ///
    /// # Errors
    /// The file could not be written or put in its place.
    pub fn finish(self) -> std::io::Result<Vec<Exchange>> {
        match self
            .sink
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
        {
            Sink::Memory(exchanges) => Ok(exchanges),
            Sink::File {
                trouble: Some(error),
                ..
            } => Err(error),
            Sink::File {
                mut file,
                lines,
                path,
                ..
            } => {
                writeln!(file, "{}", lines.end())?;
                file.flush()?;
                file.persist(path).map_err(|error| error.error)?;
                Ok(Vec::new())
            }
        }
    }
}

impl Transport for Recorder<'_> {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move {
            let exchange = self.inner.send(request).await;
            match &mut *self.sink.lock().unwrap_or_else(PoisonError::into_inner) {
                Sink::Memory(exchanges) => exchanges.push(exchange.clone()),
                Sink::File {
                    file,
                    lines,
                    trouble,
                    ..
                } => {
                    let line = lines.exchange(&exchange, &self.redactor);
                    if trouble.is_none() {
                        *trouble = writeln!(file, "{line}").err();
                    }
                }
            }
            exchange
        })
    }
}

/// Plays a recording back: the nth request of a kind gets the nth answer to it, and after the last one that again.
#[derive(Debug)]
pub struct Replay {
    exchanges: HashMap<Key, Vec<Exchange>>,
    played: Mutex<HashMap<Key, usize>>,
    missing: Mutex<Option<String>>,
}

impl Replay {
    /// Of a recording.
    pub fn new(recording: Recording) -> Replay {
        let mut exchanges: HashMap<Key, Vec<Exchange>> = HashMap::new();
        for exchange in recording.exchanges {
            exchanges
                .entry(exchange.request.key())
                .or_default()
                .push(exchange);
        }
        Replay {
            exchanges,
            played: Mutex::default(),
            missing: Mutex::default(),
        }
    }

    /// The first request that the recording has no answer to, if there was one.
    pub fn missing(&self) -> Option<String> {
        self.missing
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Transport for Replay {
    fn send(&self, request: Request) -> Sending<'_> {
        Box::pin(async move {
            let key = request.key();
            if let Some(all) = self.exchanges.get(&key) {
                let mut played = self.played.lock().unwrap_or_else(PoisonError::into_inner);
                let turn = played.entry(key).or_insert(0);
                let exchange = &all[(*turn).min(all.len() - 1)];
                *turn += 1;
                return exchange.clone();
            }
            let words = format!(
                "{} {} ({:?} credentials)",
                request.method, request.target, request.credentials
            );
            self.missing
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get_or_insert(words);
            not_recorded(request)
        })
    }
}

/// The exchange that stands for an answer which a recording does not have.
pub fn not_recorded(request: Request) -> Exchange {
    let failure = Failure {
        kind: FailureKind::NotRecorded,
        message: format!(
            "the recording has no answer to {} {}",
            request.method, request.target
        ),
    };
    Exchange {
        url: request.target.clone(),
        headers: Vec::new(),
        attempts: vec![Attempt {
            result: Err(failure),
            took: Duration::ZERO,
            waited: Duration::ZERO,
        }],
        request,
    }
}
