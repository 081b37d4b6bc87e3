//! A service that was just started, and is waited for.

#![expect(clippy::disallowed_methods, reason = "tells how long was waited")]

use std::time::{Duration, Instant};

use crate::transport::{LiveTransport, Transport};

use super::{Stop, probe};

/// A service that was just started.
#[derive(Debug, Clone)]
pub struct Wait {
    /// For how long it may keep the run waiting.
    pub longest: Duration,
    /// The path that answers 2xx when it is ready; without one, any answer will do.
    pub path: Option<String>,
}

/// How often a service is asked whether it is there.
const BETWEEN: Duration = Duration::from_millis(200);

impl Wait {
    /// Comes back when the service is ready, the time is over or the run is stopped. Without the answer that was waited
    /// for, the run is stopped.
    pub(super) async fn until_ready(&self, transport: &LiveTransport, stop: &Stop) {
        let until = Instant::now() + self.longest;
        let mut last = "nothing answered".to_owned();
        while Instant::now() < until && stop.reason().is_none() {
            let left = until.saturating_duration_since(Instant::now());
            let probe = probe(self.path.as_deref().unwrap_or("/"));
            if let Ok(exchange) = tokio::time::timeout(left, transport.send(probe)).await {
                match (exchange.answer(), &exchange.last().result) {
                    (Some(answer), _) if self.path.is_none() || answer.status / 100 == 2 => return,
                    (Some(answer), _) => last = format!("the last answer was {}", answer.status),
                    (None, Err(failure)) => last.clone_from(&failure.message),
                    (None, Ok(_)) => {}
                }
            }
            tokio::time::sleep(BETWEEN).await;
        }
        if let Some(path) = &self.path {
            let seconds = self.longest.as_secs_f64();
            stop.now(&format!(
                "{path} did not answer 2xx within {seconds} s: {last}"
            ));
        }
    }
}
