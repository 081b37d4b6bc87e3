//! The connection to a client, on which something can be said before the answer (1xx, RFC 9110, section 15.2): the
//! server that hyper is says one answer to each request. What is said goes out between two writes of that server, and
//! the answer waits for it.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;

/// What is to be said.
#[derive(Debug, Default, Clone)]
pub(super) struct Early(Arc<Words>);

#[derive(Debug, Default)]
struct Words {
    bytes: Mutex<Vec<u8>>,
    said: Notify,
    gone: Notify,
}

impl Early {
    /// Says something.
    pub(super) fn say(&self, bytes: &[u8]) {
        self.bytes().extend_from_slice(bytes);
        self.0.said.notify_one();
    }

    /// Does some work, and meanwhile sends what is said.
    pub(super) async fn during<F: Future>(&self, work: F) -> F::Output {
        let mut work = std::pin::pin!(work);
        let done = loop {
            tokio::select! {
                biased;
                // Whoever wakes up here has the server flush its connection.
                () = self.0.said.notified() => {}
                done = &mut work => break done,
            }
        };
        while !self.bytes().is_empty() {
            self.0.gone.notified().await;
        }
        done
    }

    fn bytes(&self) -> MutexGuard<'_, Vec<u8>> {
        let bytes = self.0.bytes.lock();
        bytes.unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection with it.
pub(super) struct Talk<S> {
    inner: S,
    early: Early,
}

impl<S> Talk<S> {
    pub(super) fn new(inner: S, early: Early) -> Talk<S> {
        Talk { inner, early }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Talk<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Talk<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write(context, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.inner).poll_write_vectored(context, pieces)
    }

    /// The server flushes when it has nothing more to write itself, and only then.
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Talk { inner, early } = self.get_mut();
        let mut bytes = early.bytes();
        while !bytes.is_empty() {
            match ready!(Pin::new(&mut *inner).poll_write(context, &bytes))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => drop(bytes.drain(..written)),
            }
            if bytes.is_empty() {
                early.0.gone.notify_one();
            }
        }
        drop(bytes);
        Pin::new(inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
