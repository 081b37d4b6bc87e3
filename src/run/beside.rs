//! Work beside a wait: a page is judged while the next one is fetched and parsed.

use std::future::Future;
use std::thread;

use tokio::runtime::{Handle, RuntimeFlavor};

/// Does `work` while `fetch` goes on, and returns what was fetched when both are done.
///
/// Where the runtime has several threads the work gets one of its own. The bytes of an answer are passed on by the task
/// that waits for them, so work on that same task would hold up the very fetch that it should stand beside.
pub(super) async fn beside<T>(fetch: impl Future<Output = T>, work: impl FnOnce() + Send) -> T {
    match Handle::try_current() {
        Ok(handle) if handle.runtime_flavor() == RuntimeFlavor::MultiThread => {
            tokio::task::block_in_place(|| {
                thread::scope(|scope| {
                    scope.spawn(work);
                    handle.block_on(fetch)
                })
            })
        }
        _ => tokio::join!(fetch, async { work() }).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn both() -> (u32, u32) {
        let mut worked = 0;
        let fetch = async {
            tokio::task::yield_now().await;
            1
        };
        let fetched = beside(fetch, || worked = 2).await;
        (fetched, worked)
    }

    #[tokio::test]
    async fn on_one_thread() {
        assert_eq!(both().await, (1, 2));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn on_several() {
        assert_eq!(both().await, (1, 2));
        assert_eq!(tokio::spawn(both()).await.unwrap(), (1, 2));
    }
}
