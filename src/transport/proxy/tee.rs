//! A body that is copied while it passes.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};
use hyper::body::Bytes;

use super::sink::Room;
use crate::exchange::BodyEnd;
use crate::exchange::traffic::Unanswered;

/// What was kept of a body.
#[derive(Debug, Clone)]
pub(super) struct Copy {
    kept: Arc<Mutex<Kept>>,
    most: u64,
}

#[derive(Debug)]
struct Kept {
    bytes: Vec<u8>,
    room: Room,
    /// Why not all of it was kept.
    cut: Option<&'static str>,
    end: Option<Result<(), String>>,
}

impl Kept {
    fn forget(&mut self) {
        self.room.give_back(self.bytes.len());
        self.bytes = Vec::new();
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.forget();
    }
}

impl Copy {
    /// One that keeps at most so many bytes, while there is room.
    pub(super) fn new(most: u64, room: Room) -> Copy {
        Copy {
            kept: Arc::new(Mutex::new(Kept {
                bytes: Vec::new(),
                room,
                cut: None,
                end: None,
            })),
            most,
        }
    }

    fn with<T>(&self, work: impl FnOnce(&mut Kept) -> T) -> T {
        work(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// All of it, with the room that it takes, or why it is not there.
    pub(super) fn whole(&self) -> Result<Vec<u8>, BodyEnd> {
        self.with(|kept| match (&kept.end, kept.cut) {
            (_, Some(why)) => Err(BodyEnd::Unread(why.to_owned())),
            (Some(Ok(())), None) => Ok(std::mem::take(&mut kept.bytes)),
            (Some(Err(why)), None) => Err(BodyEnd::BrokenOff(why.clone())),
            (None, None) => Err(BodyEnd::Unread(
                "the client went away before the body was through".to_owned(),
            )),
        })
    }

    fn take(&self, piece: &Bytes) {
        self.with(|kept| {
            if kept.cut.is_some() {
                return;
            }
            kept.cut = match (kept.bytes.len() + piece.len()) as u64 > self.most {
                true => Some("the body is larger than --max-body allows"),
                false if kept.room.take(piece.len()) => None,
                false => Some(Unanswered::Dropped.words()),
            };
            match kept.cut {
                Some(_) => kept.forget(),
                None => kept.bytes.extend_from_slice(piece),
            }
        });
    }

    fn end(&self, how: Result<(), String>) {
        self.with(|kept| {
            kept.end.get_or_insert(how);
        });
    }
}

/// A body on its way; when it is through, or nobody wants more of it, `done` is called once.
pub(super) struct Tee<B: Body, F: FnOnce()> {
    inner: Pin<Box<B>>,
    copy: Copy,
    done: Option<F>,
    says_length: bool,
}

impl<B: Body, F: FnOnce()> Tee<B, F> {
    pub(super) fn new(inner: B, copy: Copy, done: F) -> Tee<B, F> {
        Tee {
            inner: Box::pin(inner),
            copy,
            done: Some(done),
            says_length: true,
        }
    }

    /// The same, but silent about its length, so that nobody compares it with what a header says.
    pub(super) fn of_unsaid_length(mut self) -> Tee<B, F> {
        self.says_length = false;
        self
    }
}

impl<B, F> Body for Tee<B, F>
where
    B: Body<Data = Bytes>,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    F: FnOnce() + Unpin,
{
    type Data = Bytes;
    type Error = Box<dyn std::error::Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let polled = std::task::ready!(self.inner.as_mut().poll_frame(context));
        Poll::Ready(match polled {
            Some(Ok(frame)) => {
                if let Some(piece) = frame.data_ref() {
                    self.copy.take(piece);
                }
                Some(Ok(frame))
            }
            Some(Err(error)) => {
                let error = error.into();
                self.copy
                    .end(Err(format!("the connection broke off: {error}")));
                Some(Err(error))
            }
            None => {
                self.copy.end(Ok(()));
                None
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.says_length && self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        match self.says_length {
            true => self.inner.size_hint(),
            false => SizeHint::default(),
        }
    }
}

impl<B: Body, F: FnOnce()> Drop for Tee<B, F> {
    fn drop(&mut self) {
        // Whoever knows the length does not ask for the end.
        if self.inner.is_end_stream() {
            self.copy.end(Ok(()));
        }
        if let Some(done) = self.done.take() {
            done();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_takes_room_and_gives_it_back() {
        let room = Room::of(5);
        let piece = Bytes::from_static(b"abc");
        let of = |most| Copy::new(most, room.clone());
        let (first, second, third) = (of(9), of(9), of(2));
        for copy in [&first, &second, &third] {
            copy.take(&piece);
            copy.end(Ok(()));
        }
        let unread = |copy: &Copy| match copy.whole() {
            Err(BodyEnd::Unread(why)) => why,
            other => panic!("{other:?}"),
        };
        assert!(unread(&second).contains("faster than it could be judged"));
        assert!(unread(&third).contains("--max-body"));
        assert!(!room.take(3) && room.take(2));
        drop((second, third));
        assert!(!room.take(1));
        // What was handed on gives its room back later.
        let bytes = first.whole().unwrap();
        drop(first);
        assert!(!room.take(1));
        room.give_back(bytes.len());
        assert!(room.take(3));
    }
}
