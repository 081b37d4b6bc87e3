//! A body that waits for the word of the upstream (`Expect: 100-continue`, RFC 9110, section 10.1.1), so that the client
//! is asked for it by the upstream, and not by the proxy.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http_body::{Body, Frame, SizeHint};
use hyper::body::Bytes;
use tokio::sync::watch::{Receiver, Sender, channel};

use super::Error;

/// An upstream that says nothing for so long does not know what it was asked.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the upstream said of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    /// Nothing yet.
    Awaited,
    /// That it wants it.
    Wanted,
    /// It answered without it.
    Answered,
    /// And the answer is through.
    Over,
}

/// Who lets the body go.
#[derive(Debug, Clone)]
pub(super) struct Leave(Sender<Word>);

impl Leave {
    /// The upstream wants it.
    pub(super) fn wanted(&self) {
        self.say(Word::Wanted);
    }

    /// The upstream answered; a body that was not asked for until then never is.
    pub(super) fn answered(&self) {
        self.say(Word::Answered);
    }

    /// The answer is through.
    pub(super) fn over(&self) {
        self.say(Word::Over);
    }

    fn say(&self, word: Word) {
        self.0.send_if_modified(|known| {
            let is_next = *known == Word::Awaited || *known == Word::Answered && word == Word::Over;
            if is_next {
                *known = word;
            }
            is_next
        });
    }
}

/// A body that is held back until then.
pub(super) struct Held<B> {
    inner: Pin<Box<B>>,
    leave: Option<Pin<Box<dyn Future<Output = bool> + Send + Sync>>>,
}

/// Holds a body back.
pub(super) fn held<B>(inner: B) -> (Held<B>, Leave) {
    let (say, word) = channel(Word::Awaited);
    let held = Held {
        inner: Box::pin(inner),
        leave: Some(Box::pin(let_go(word))),
    };
    (held, Leave(say))
}

/// Whether the body may go.
async fn let_go(mut word: Receiver<Word>) -> bool {
    let said = async {
        let said = word.wait_for(|word| *word != Word::Awaited).await;
        said.is_ok_and(|word| *word == Word::Wanted)
    };
    if tokio::time::timeout(PATIENCE, said).await.unwrap_or(true) {
        return true;
    }
    drop(word.wait_for(|word| *word == Word::Over).await);
    false
}

impl<B> Body for Held<B>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Error>,
{
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Some(leave) = &mut self.leave {
            if !ready!(leave.as_mut().poll(context)) {
                return Poll::Ready(Some(Err("the upstream answered without the body".into())));
            }
            self.leave = None;
        }
        let frame = ready!(self.inner.as_mut().poll_frame(context));
        Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
