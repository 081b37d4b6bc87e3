//! How a case sends: it says which case it is, so that a recording can give every case its own answers back, and it waits
//! for its place in the line.

#![expect(
    clippy::disallowed_methods,
    reason = "how long the requests of a case took stands in the report, and decides nothing"
)]

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::task::yield_now;

use crate::exchange::Request;
use crate::transport::{Pausing, Sending, Transport};

use super::overlap::is_large;

/// A transport as one case has it.
pub(super) struct Asking<'a> {
    pub(super) inner: &'a dyn Transport,
    /// Its id.
    pub(super) case: Arc<str>,
    /// How many requests may be under way; a case that sends many at once on purpose stands in no line.
    pub(super) line: Option<&'a Semaphore>,
    /// How long its requests and pauses took, without the time in the line, in microseconds.
    pub(super) took: AtomicU64,
}

impl Asking<'_> {
    /// How long it took, but for the time in the line.
    pub(super) fn took(&self) -> Duration {
        Duration::from_micros(self.took.load(Ordering::Relaxed))
    }

    fn add(&self, since: Instant) {
        let micros = u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.took.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Transport for Asking<'_> {
    fn send(&self, mut request: Request) -> Sending<'_> {
        request.case = Some(Arc::clone(&self.case));
        let Some(line) = self.line else {
            return self.inner.send(request);
        };
        Box::pin(async move {
            // The line is never closed.
            let place = line.acquire().await.ok();
            let began = Instant::now();
            let exchange = self.inner.send(request).await;
            self.add(began);
            drop(place);
            // Whoever is next sends before this answer is judged.
            if !is_large(&exchange) {
                yield_now().await;
            }
            exchange
        })
    }

    fn pause(&self, time: Duration) -> Pausing<'_> {
        Box::pin(async move {
            let began = Instant::now();
            self.inner.pause(time).await;
            self.add(began);
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures_util::future::join;

    use super::*;
    use crate::exchange::Exchange;

    /// Notes what is sent, and lets others come in between before it answers.
    #[derive(Default)]
    struct Slow {
        said: Mutex<Vec<String>>,
    }

    impl Slow {
        fn says(&self, what: String) {
            self.said.lock().unwrap().push(what);
        }
    }

    impl Transport for Slow {
        fn send(&self, request: Request) -> Sending<'_> {
            Box::pin(async move {
                self.says(format!("{} sent", request.target));
                for _ in 0..3 {
                    yield_now().await;
                }
                self.says(format!("{} answered", request.target));
                Exchange {
                    request,
                    url: String::new(),
                    headers: Vec::new(),
                    attempts: Vec::new(),
                }
            })
        }

        fn pause(&self, _: Duration) -> Pausing<'_> {
            Box::pin(async {})
        }
    }

    async fn said(line: Option<&Semaphore>) -> Vec<String> {
        let slow = &Slow::default();
        let case = |target: &'static str| async move {
            let asking = Asking {
                inner: slow,
                case: target.into(),
                line,
                took: AtomicU64::default(),
            };
            let target = target.to_owned();
            let exchange = asking
                .send(Request {
                    target,
                    ..Request::default()
                })
                .await;
            slow.says(format!("{} judged", exchange.request.target));
        };
        join(case("a"), case("b")).await;
        slow.said.lock().unwrap().clone()
    }

    #[tokio::test]
    async fn one_request_is_under_way_and_the_next_is_sent_before_its_answer_is_judged() {
        let line = Semaphore::new(1);
        assert_eq!(
            said(Some(&line)).await,
            [
                "a sent",
                "a answered",
                "b sent",
                "a judged",
                "b answered",
                "b judged"
            ]
        );
        let both = [
            "a sent",
            "b sent",
            "a answered",
            "b answered",
            "a judged",
            "b judged",
        ];
        assert_eq!(said(Some(&Semaphore::new(2))).await[..2], both[..2]);
        assert_eq!(said(None).await[..2], both[..2]);
    }
}
