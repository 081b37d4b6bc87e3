//! Work while waiting: a page is judged while the next one is fetched, unless it is so large that two of them are too many.

use std::future::Future;

use crate::exchange::Exchange;

/// While a body of more bytes is judged, no other one is asked for.
const LARGE: usize = 1 << 20;

/// Whether an answer is judged before the next request is sent.
pub(super) fn is_large(exchange: &Exchange) -> bool {
    let results = exchange.attempts.iter().map(|attempt| &attempt.result);
    { results }
        .flatten()
        .any(|answer| answer.body.len() > LARGE)
}

/// Does `work` while `fetch` goes on, or before it where it `is_large`, and returns what was fetched when both are done.
///
/// The fetch is begun first. A live transport keeps the network to a thread of its own, so its bytes come in while this
/// thread works; no further thread is needed.
pub(super) async fn work_while_fetching<T>(
    fetch: impl Future<Output = T>,
    work: impl FnOnce(),
    is_large: bool,
) -> T {
    if is_large {
        work();
        return fetch.await;
    }
    tokio::join!(biased; fetch, async { work() }).0
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
        let fetched = work_while_fetching(fetch, || worked = 2, false).await;
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
