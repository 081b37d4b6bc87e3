//! Transports around recordings: one that records what another does, and one that plays a recording back.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::io::Write;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::whole::{Unwritable, Whole};
use super::{Pausing, Sending, Transport, at_once};
use crate::exchange::recording::{Header, Lines, Recording};
use crate::exchange::{Attempt, Exchange, Failure, FailureKind, Key, Redactor, Request, StoodIn};

/// Records what another transport does.
pub struct Recorder<'t> {
    inner: &'t dyn Transport,
    redactor: Redactor,
    /// Secrets by their names.
    named: Vec<(String, Redactor)>,
    /// The names of those that stood in answers, and the cases whose answers those are.
    met: Mutex<(BTreeSet<String>, BTreeSet<String>)>,
    sink: Mutex<Sink>,
}

enum Sink {
    Memory(Vec<Exchange>),
    File {
        file: Whole,
        lines: Lines,
        trouble: Option<std::io::Error>,
    },
}

impl<'t> Recorder<'t> {
    /// Records into memory.
    pub fn in_memory(inner: &'t dyn Transport) -> Recorder<'t> {
        Recorder {
            inner,
            redactor: Redactor::default(),
            named: Vec::new(),
            met: Mutex::default(),
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
    ) -> Result<Recorder<'t>, Unwritable> {
        let mut file = Whole::begin(path)?;
        let (lines, first) = Lines::begin(header);
        writeln!(file, "{first}")?;
        let sink = Sink::File {
            file,
            lines,
            trouble: None,
        };
        Ok(Recorder {
            inner,
            redactor,
            named: Vec::new(),
            met: Mutex::default(),
            sink: Mutex::new(sink),
        })
    }

    /// Notes which of these secrets stand in answers.
    #[must_use]
    pub fn naming(self, named: Vec<(String, Redactor)>) -> Recorder<'t> {
        Recorder { named, ..self }
    }

    /// The names of the secrets that stood in answers: the recording holds something else there.
    pub fn met(&self) -> BTreeSet<String> {
        let met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        met.0.clone()
    }

    fn meet(&self, exchange: &Exchange) {
        let results = exchange.attempts.iter().map(|attempt| &attempt.result);
        for answer in results.flatten() {
            let stands = |redactor: &Redactor| {
                let mut headers = answer.headers.iter();
                matches!(redactor.bytes(&answer.body), Cow::Owned(_))
                    || headers.any(|(_, value)| matches!(redactor.text(value), Cow::Owned(_)))
            };
            if stands(&self.redactor) {
                let met = self.named.iter().filter(|(_, redactor)| stands(redactor));
                let mut all = self.met.lock().unwrap_or_else(PoisonError::into_inner);
                all.0.extend(met.map(|(name, _)| name.clone()));
                all.1
                    .extend(exchange.request.case.as_deref().map(str::to_owned));
            }
        }
    }

    /// Ends the recording, with why it was cut short if it was, and the clauses that its run found broken; what was recorded
    /// into memory.
    ///
    /// # Errors
    /// The file could not be written or put in its place.
    pub fn finish(
        self,
        cut: Option<&str>,
        broken: BTreeSet<String>,
    ) -> Result<Vec<Exchange>, Unwritable> {
        let met = self.met.into_inner();
        let stood_in = StoodIn {
            cases: met.unwrap_or_else(PoisonError::into_inner).1,
            broken,
        };
        match self
            .sink
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
        {
            Sink::Memory(exchanges) => Ok(exchanges),
            Sink::File {
                trouble: Some(error),
                ..
            } => Err(error.into()),
            Sink::File {
                mut file, lines, ..
            } => {
                writeln!(file, "{}", lines.end(cut, &stood_in))?;
                file.finish()?;
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
                    self.meet(&exchange);
                    let line = lines.exchange(&exchange, &self.redactor);
                    if trouble.is_none() {
                        *trouble = writeln!(file, "{line}").err();
                    }
                }
            }
            exchange
        })
    }

    fn pause(&self, time: Duration) -> Pausing<'_> {
        self.inner.pause(time)
    }
}

/// Plays a recording back: the nth request of a kind that a case sends gets the nth answer to it, and after the last one
/// that again. What several cases asked at once may have been answered in any order, so each gets its own answers.
#[derive(Debug)]
pub struct Replay {
    exchanges: HashMap<Key, Vec<Exchange>>,
    /// Which of them were played.
    played: Mutex<HashMap<Key, Vec<bool>>>,
    missing: Mutex<Option<String>>,
    cut: Option<String>,
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
            cut: recording.cut,
        }
    }

    /// One that has no answer to anything.
    pub fn nothing() -> Replay {
        Replay {
            exchanges: HashMap::new(),
            played: Mutex::default(),
            missing: Mutex::default(),
            cut: None,
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
                let played = played.entry(key).or_insert_with(|| vec![false; all.len()]);
                let place = next(all, played, &request);
                played[place] = true;
                return all[place].clone();
            }
            let words = format!(
                "{} {} ({:?} credentials)",
                request.method, request.target, request.credentials
            );
            self.missing
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .get_or_insert(words);
            match &self.cut {
                Some(why) => cancelled(request, why.clone()),
                None => not_recorded(request),
            }
        })
    }

    fn pause(&self, _time: Duration) -> Pausing<'_> {
        at_once()
    }
}

/// Which answer comes next: one to that case, else to any; what was played only where nothing else is left.
fn next(all: &[Exchange], played: &[bool], request: &Request) -> usize {
    let is_own = |place: &usize| all[*place].request.case == request.case;
    let mut fresh = (0..all.len()).filter(|place| !played[*place]);
    let first = fresh.clone().next();
    let last = || (0..all.len()).rfind(is_own);
    let next = fresh.find(is_own).or(first).or_else(last);
    next.unwrap_or(all.len() - 1)
}

/// The exchange that stands for an answer which a recording does not have.
pub fn not_recorded(request: Request) -> Exchange {
    let (method, target) = (&request.method, &request.target);
    let message = format!("the recording has no answer to {method} {target}");
    failed(request, FailureKind::NotRecorded, message)
}

/// The exchange that stands for a request which is not sent any more.
pub fn cancelled(request: Request, why: String) -> Exchange {
    failed(request, FailureKind::Cancelled, why)
}

fn failed(request: Request, kind: FailureKind, message: String) -> Exchange {
    Exchange {
        url: request.target.clone(),
        headers: Vec::new(),
        attempts: vec![Attempt {
            result: Err(Failure { kind, message }),
            took: Duration::ZERO,
            waited: Duration::ZERO,
        }],
        request,
    }
}
