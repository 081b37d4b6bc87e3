//! The one thread on which all that touches the network runs. Work is handed over and its result awaited, from any
//! runtime or thread; what nobody waits for any more is dropped.

use std::future::Future;
use std::pin::Pin;

use tokio::sync::{mpsc, oneshot};

use super::config::TransportError;

type Job = Pin<Box<dyn Future<Output = ()> + Send>>;

/// A handle to the thread; it ends when the handle is dropped.
pub(super) struct Thread {
    jobs: mpsc::UnboundedSender<Job>,
}

impl Thread {
    /// Starts it.
    ///
    /// # Errors
    /// The system has no thread or no event queue left.
    pub(super) fn start() -> Result<Thread, TransportError> {
        let failed = |error: std::io::Error| TransportError::Client(error.to_string());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(failed)?;
        let (jobs, mut queue) = mpsc::unbounded_channel::<Job>();
        std::thread::Builder::new()
            .name("conform-transport".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    while let Some(job) = queue.recv().await {
                        tokio::spawn(job);
                    }
                });
            })
            .map_err(failed)?;
        Ok(Thread { jobs })
    }

    /// Runs work there, beginning at once; `None` where the thread is gone.
    pub(super) fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> impl Future<Output = Option<T>> + Send + 'static {
        let (mut done, result) = oneshot::channel();
        let job = Box::pin(async move {
            tokio::select! {
                biased;
                () = done.closed() => {}
                value = work => drop(done.send(value)),
            }
        });
        let sent = self.jobs.send(job);
        async move {
            sent.ok()?;
            result.await.ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_runs_on_that_thread_whoever_waits() {
        let thread = Thread::start().unwrap();
        let name = thread.run(async { std::thread::current().name().map(str::to_owned) });
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let name = runtime.block_on(name).flatten();
        assert_eq!(name.as_deref(), Some("conform-transport"));
    }

    #[tokio::test]
    async fn what_nobody_waits_for_is_dropped() {
        let thread = Thread::start().unwrap();
        let (kept, gone) = oneshot::channel::<()>();
        drop(thread.run(async move {
            let _kept = kept;
            std::future::pending::<()>().await;
        }));
        assert!(gone.await.is_err());
    }
}
