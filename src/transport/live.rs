//! Sends requests over the wire: credentials, pace, retries, and the end of the run.
//! It never fails, never judges, and never sends anything to another origin than the base URL's.

use std::fmt;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use http::Method;
use reqwest::Client;
use tokio::sync::watch;

use super::attempt::{Bounds, Outcome, attempt, out_of_time};
use super::client::{Header, client, common_headers, request_headers};
use super::config::{LiveConfig, TransportError};
use super::credentials::{Claim, Claims};
use super::pace::{Pace, wait_before};
use super::prepared::{Prepared, is_worth_another};
use super::target::Base;
use super::thread::Thread;
use super::trouble::Peer;
use super::{Pausing, Sending, Transport};
use crate::exchange::auth::Auth;
use crate::exchange::{Attempt, Exchange, Failure, FailureKind, Request};

/// How long an answer is waited for after the run was interrupted, where the request may have made something.
const FOR_AN_ANSWER: Duration = Duration::from_millis(400);
/// How long the client's thread has to end what is under way once the run is over.
const FOR_THE_THREAD: Duration = Duration::from_millis(700);

/// The transport to a running target.
///
/// Every request goes through one pool of connections. What is sent again, and when, is told by
/// the attempts of the exchange; nothing is repeated that is not recorded there.
///
/// All that touches the network runs on one thread of its own, whatever runtime the caller is on:
/// there a connection is back in the pool before its answer is handed on. On several threads a
/// request may overtake it and open a second connection, and a server that serves one connection
/// at a time never answers on that.
pub struct LiveTransport {
    wire: Arc<Wire>,
    pub(super) thread: Thread,
}

/// What is sent, and how.
struct Wire {
    base: Base,
    peer: Peer,
    client: Mutex<Client>,
    /// Whether a refusal came over its connections: the target may close the connection after it without a word.
    is_doubtful: AtomicBool,
    /// How the client is set up.
    config: LiveConfig,
    /// For each distinct entry of `auth`, and one more for operations that are open to all.
    claims: Vec<Claims>,
    auth: Auth,
    common: Vec<Header>,
    bounds: Bounds,
    retries: u32,
    pace: Pace,
    cancelled: watch::Sender<bool>,
}

impl LiveTransport {
    /// Checks the configuration and sets up the client. Nothing is sent yet.
    ///
    /// # Errors
    /// [`TransportError`] for a base URL, certificates, a proxy, a header or credentials that
    /// cannot be used.
    pub fn new(config: LiveConfig) -> Result<Self, TransportError> {
        let base = Base::new(&config.base_url)?;
        let distinct = config.auth.distinct().iter();
        let claims = distinct.map(|logins| Claims::new(&config.auth, logins));
        let mut claims = claims.collect::<Result<Vec<_>, _>>()?;
        claims.push(Claims::default());
        let proxy = config.proxy.as_ref().and_then(|url| {
            Some(format!(
                "{}:{}",
                url.host_str()?,
                url.port_or_known_default()?
            ))
        });
        let wire = Wire {
            peer: Peer {
                target: base.host.clone(),
                proxy,
            },
            client: Mutex::new(client(&config, &base)?),
            is_doubtful: AtomicBool::new(false),
            common: common_headers(&config)?,
            bounds: Bounds {
                timeout: config.timeout,
                max_body: config.max_body,
                deadline: config.deadline.map(Into::into),
            },
            retries: config.retries,
            pace: Pace::new(config.rate),
            cancelled: watch::Sender::new(false),
            base,
            claims,
            auth: config.auth.clone(),
            config,
        };
        Ok(Self {
            wire: Arc::new(wire),
            thread: Thread::start()?,
        })
    }

    /// Ends everything under way at once, and every later request before it is sent; both with
    /// [`FailureKind::Cancelled`].
    pub fn cancel(&self) {
        self.wire.cancelled.send_replace(true);
    }
}

impl Wire {
    async fn exchange(&self, request: Request) -> Exchange {
        let prepared = match self.prepare(&request) {
            Ok(prepared) => prepared,
            Err(failure) => {
                let url = self.base.root.clone();
                return Exchange {
                    request,
                    url,
                    headers: Vec::new(),
                    attempts: vec![at_once(failure)],
                };
            }
        };
        let attempts = self.attempts(&prepared).await;
        Exchange {
            request,
            url: prepared.shown_url,
            headers: prepared.shown_headers,
            attempts,
        }
    }

    async fn attempts(&self, prepared: &Prepared) -> Vec<Attempt> {
        let bounds = match prepared.cleans {
            true => Bounds {
                deadline: None,
                ..self.bounds
            },
            false => self.bounds,
        };
        let mut ended = pin!(self.ended(prepared));
        let mut attempts: Vec<Attempt> = Vec::new();
        let mut wait = Duration::ZERO;
        loop {
            let idle = Instant::now();
            let ready = self.unless(&mut ended, self.wait(wait, bounds)).await;
            if let Some(previous) = attempts.last_mut() {
                previous.waited = idle.elapsed();
            }
            if let Err(failure) = ready.and_then(|waited| waited) {
                attempts.push(at_once(failure));
                return attempts;
            }
            let start = Instant::now();
            prepared.is_sent.store(true, Ordering::Relaxed);
            let client = self.client(&prepared.method);
            let sending = attempt(&client, prepared.request(), bounds, &self.peer);
            // The end of the run's time is the attempt's own matter: it keeps what it has read of a body.
            let mut interrupted = pin!(self.interrupted(prepared));
            let outcome = match self.unless(&mut interrupted, sending).await {
                Ok(outcome) => outcome,
                Err(failure) => Outcome {
                    result: Err(failure),
                    is_final: true,
                },
            };
            let took = start.elapsed();
            if let Ok(answer) = &outcome.result {
                self.pace.heed(answer);
                self.leave_after(answer.status);
            }
            let is_last = attempts.len() as u64 >= u64::from(self.retries);
            let again = !is_last && is_worth_another(&outcome, &prepared.method);
            let retry = u32::try_from(attempts.len()).unwrap_or(u32::MAX);
            wait = wait_before(retry, outcome.result.as_ref().ok());
            attempts.push(Attempt {
                result: outcome.result,
                took,
                waited: Duration::ZERO,
            });
            if !again {
                return attempts;
            }
        }
    }

    /// The client for a request. Where it closes in silence what was refused over, what is sent just then is lost: what may
    /// be sent once only gets a connection of its own after a refusal.
    fn client(&self, method: &Method) -> Client {
        if !method.is_idempotent() && self.is_doubtful.load(Ordering::Relaxed) {
            self.renew();
        }
        self.client
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// After a server error many servers close the connection without a word. What is sent over it just then would be lost,
    /// and nobody could tell whether it did anything: what comes next gets a connection of its own.
    fn leave_after(&self, status: u16) {
        match status {
            500.. => self.renew(),
            400.. => self.is_doubtful.store(true, Ordering::Relaxed),
            _ => {}
        }
    }

    fn renew(&self) {
        if let Ok(fresh) = client(&self.config, &self.base) {
            *self.client.lock().unwrap_or_else(PoisonError::into_inner) = fresh;
            self.is_doubtful.store(false, Ordering::Relaxed);
        }
    }

    /// Waits before a retry and for a turn. A wait that the run's time does not hold is not begun.
    async fn wait(&self, wait: Duration, bounds: Bounds) -> Result<(), Failure> {
        let deadline = bounds.deadline.map(tokio::time::Instant::into_std);
        if deadline.is_some_and(|deadline| Instant::now() + wait >= deadline) {
            return Err(out_of_time());
        }
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        self.pace.turn().await;
        Ok(())
    }

    /// The work, unless the run ends first.
    async fn unless<T>(
        &self,
        ended: &mut Pin<&mut impl Future<Output = Failure>>,
        work: impl Future<Output = T>,
    ) -> Result<T, Failure> {
        tokio::select! {
            biased;
            failure = ended => Err(failure),
            done = work => Ok(done),
        }
    }

    /// Completes when the run is cancelled. What may make something under way is waited for a little, since only its
    /// answer tells what it made; what takes it away again is not interrupted.
    async fn interrupted(&self, prepared: &Prepared) -> Failure {
        if prepared.cleans {
            return std::future::pending().await;
        }
        // It cannot fail: the sender lives as long as this transport.
        let mut cancelled = self.cancelled.subscribe();
        let _ = cancelled.wait_for(|cancelled| *cancelled).await;
        if !prepared.method.is_safe() && prepared.is_sent.load(Ordering::Relaxed) {
            tokio::time::sleep(FOR_AN_ANSWER).await;
        }
        cancelled_failure("the run was interrupted")
    }

    /// Completes when the run is cancelled or its time is over.
    async fn ended(&self, prepared: &Prepared) -> Failure {
        let over = async {
            match self.bounds.deadline.filter(|_| !prepared.cleans) {
                Some(deadline) => tokio::time::sleep_until(deadline).await,
                None => std::future::pending().await,
            }
            out_of_time()
        };
        tokio::select! {
            biased;
            failure = self.interrupted(prepared) => failure,
            failure = over => failure,
        }
    }

    /// Completes where the end of the run is not heeded: a target may keep the client's thread busy with answers of which
    /// none is the last.
    async fn overrun(&self, cleans: bool) -> Failure {
        if cleans {
            return std::future::pending().await;
        }
        let mut cancelled = self.cancelled.subscribe();
        let interrupted = async {
            let _ = cancelled.wait_for(|cancelled| *cancelled).await;
            tokio::time::sleep(FOR_THE_THREAD).await;
            cancelled_failure("the run was interrupted")
        };
        let over = async {
            match self.bounds.deadline {
                Some(deadline) => tokio::time::sleep_until(deadline + FOR_THE_THREAD).await,
                None => std::future::pending().await,
            }
            out_of_time()
        };
        tokio::select! {
            failure = interrupted => failure,
            failure = over => failure,
        }
    }

    fn prepare(&self, request: &Request) -> Result<Prepared, Failure> {
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| Failure {
            kind: FailureKind::Protocol,
            message: "the method of the request is no token (RFC 9110, section 5.6.2)".into(),
        })?;
        let last = self.claims.len() - 1;
        let claims = &self.claims[self.auth.entry(request.operation).unwrap_or(last)];
        let nothing = Claim::default();
        let claim = claims.of(request.credentials).unwrap_or(&nothing);
        let (url, shown_url) = self.base.url(request, claim, &claims.query)?;
        let made = request_headers(&self.common, request, claims, claim);
        let (headers, shown_headers) = made.map_err(|name| Failure {
            kind: FailureKind::Protocol,
            message: format!("the header `{name}` of the request cannot be sent"),
        })?;
        Ok(Prepared {
            method,
            url,
            headers,
            body: request.body.as_ref().map(|body| Arc::clone(&body.bytes)),
            shown_url,
            shown_headers,
            cleans: request.cleans,
            is_sent: AtomicBool::new(false),
        })
    }
}

impl Transport for LiveTransport {
    fn send(&self, request: Request) -> Sending<'_> {
        let wire = Arc::clone(&self.wire);
        let kept = request.clone();
        let answer = self.thread.run(async move { wire.exchange(request).await });
        Box::pin(async move {
            let failure = tokio::select! {
                biased;
                exchange = answer => match exchange {
                    Some(exchange) => return exchange,
                    None => cancelled_failure("the run is over"),
                },
                failure = self.wire.overrun(kept.cleans) => failure,
            };
            Exchange {
                url: kept.target.clone(),
                request: kept,
                headers: Vec::new(),
                attempts: vec![at_once(failure)],
            }
        })
    }

    fn pause(&self, time: Duration) -> Pausing<'_> {
        let mut cancelled = self.wire.cancelled.subscribe();
        let mut until = tokio::time::Instant::now() + time;
        if let Some(deadline) = self.wire.bounds.deadline {
            until = until.min(deadline);
        }
        Box::pin(async move {
            tokio::select! {
                _ = cancelled.wait_for(|is| *is) => {}
                () = tokio::time::sleep_until(until) => {}
            }
        })
    }
}

impl fmt::Debug for LiveTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveTransport")
            .field("base", &self.wire.base)
            .finish_non_exhaustive()
    }
}

fn at_once(failure: Failure) -> Attempt {
    Attempt {
        result: Err(failure),
        took: Duration::ZERO,
        waited: Duration::ZERO,
    }
}

fn cancelled_failure(message: &str) -> Failure {
    Failure {
        kind: FailureKind::Cancelled,
        message: message.to_owned(),
    }
}
