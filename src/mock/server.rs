//! The reference server's socket: binds, serves until it is told to stop, and stops in bounded time.
//! It listens on 127.0.0.1 and nowhere else.

use std::net::Ipv4Addr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::app::app;
use super::config::{MockConfig, MockError};

/// How long a stop waits for the answers under way.
const STOP_BOUND: Duration = Duration::from_secs(1);

/// The first second that no HTTP date can say: its year has four digits (RFC 9110, section 5.6.7).
const YEAR_10000: u64 = 253_402_300_800;

/// Whether a moment can be the date of an answer. The server that hyper is asks its clock, and panics where it cannot.
pub fn is_http_date(moment: SystemTime) -> bool {
    let since = moment.duration_since(UNIX_EPOCH);
    since.is_ok_and(|since| since.as_secs() < YEAR_10000)
}

/// A port that is taken: whoever connects there waits until it is served.
#[derive(Debug)]
pub struct Listener {
    listener: TcpListener,
    base_url: String,
}

impl Listener {
    /// Takes a loopback port; 0 is a free one.
    ///
    /// # Errors
    /// It is taken already, or may not be used; or the clock says what no answer can.
    pub async fn bind(port: u16) -> Result<Self, MockError> {
        if !is_http_date(SystemTime::now()) {
            return Err(MockError::Clock);
        }
        let bind_error = |source| MockError::Bind { port, source };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(bind_error)?;
        let address = listener.local_addr().map_err(bind_error)?;
        Ok(Self {
            listener,
            base_url: format!("http://{address}"),
        })
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Serves there, on the current Tokio runtime.
    ///
    /// # Errors
    /// A configuration that the contract could not express.
    pub fn serve(self, config: MockConfig) -> Result<MockServer, MockError> {
        let Self { listener, base_url } = self;
        config.validate()?;
        let app = app(config, base_url.clone());
        let (running, stopped) = oneshot::channel();
        let listener = listener.tap_io(|stream| {
            // Small answers must not wait for an acknowledgement; a socket that refuses is merely slower.
            let _ = stream.set_nodelay(true);
        });
        let task = tokio::spawn(async move {
            let until_stopped = async {
                let _ = stopped.await;
            };
            // axum's accept loop retries on its own and has no error to return.
            let _ = axum::serve(listener, app)
                .with_graceful_shutdown(until_stopped)
                .await;
        });
        Ok(MockServer {
            base_url,
            running,
            task,
        })
    }
}

/// A running reference server on loopback. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct MockServer {
    base_url: String,
    /// The server stops when this is dropped.
    running: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl MockServer {
    /// Starts it on the current Tokio runtime; it accepts connections when this returns.
    pub async fn start(config: MockConfig) -> Result<Self, MockError> {
        config.validate()?;
        Listener::bind(config.port).await?.serve(config)
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Stops: takes no new connection, finishes what is under way, and gives up on that after 1 s.
    ///
    /// What it gave up on is cut off when the runtime ends.
    pub async fn stop(self) {
        self.stop_within(STOP_BOUND).await;
    }

    pub(super) async fn stop_within(self, bound: Duration) {
        let Self {
            running, mut task, ..
        } = self;
        drop(running);
        if tokio::time::timeout(bound, &mut task).await.is_err() {
            task.abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_no_answer_can_tell_is_known() {
        let at = |seconds| is_http_date(UNIX_EPOCH + Duration::from_secs(seconds));
        assert!(at(0) && at(YEAR_10000 - 1) && !at(YEAR_10000) && !at(1 << 40));
        assert!(!is_http_date(UNIX_EPOCH - Duration::from_secs(1)));
    }
}
