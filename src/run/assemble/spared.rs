//! What holds no secret is searched for them once: most answers of a run are the same few bodies and headers.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use foldhash::fast::RandomState;

use crate::exchange::Redactor;

/// What was searched.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Text<'a> {
    /// A body, and whether it is whole.
    Body(&'a [u8], bool),
    /// A header's name and value.
    Header(&'a str, &'a str),
}

/// Takes secrets out, and remembers where there were none.
pub(super) struct Spared<'a> {
    redactor: &'a Redactor,
    known: Mutex<HashSet<Text<'a>, RandomState>>,
}

impl<'a> Spared<'a> {
    pub(super) fn new(redactor: &'a Redactor) -> Self {
        Self {
            redactor,
            known: Mutex::default(),
        }
    }

    pub(super) fn body(&self, body: &'a [u8], is_whole: bool) -> Cow<'a, [u8]> {
        let text = Text::Body(body, is_whole);
        if self.is_known(&text) {
            return Cow::Borrowed(body);
        }
        let clean = self.redactor.body(body, is_whole);
        if matches!(clean, Cow::Borrowed(_)) {
            self.learn(text);
        }
        clean
    }

    pub(super) fn header(&self, name: &'a str, value: &'a str) -> Cow<'a, str> {
        let text = Text::Header(name, value);
        if self.is_known(&text) {
            return Cow::Borrowed(value);
        }
        let clean = self.redactor.header(name, value);
        // What is hidden whatever it says is borrowed, too.
        if clean == value {
            self.learn(text);
        }
        clean
    }

    fn is_known(&self, text: &Text<'a>) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.contains(text)
    }

    fn learn(&self, text: Text<'a>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_time_is_as_the_first() {
        let redactor = Redactor::new(&["swordfish".to_owned()]);
        let redactor = redactor.hiding(["x-token".to_owned()].into_iter());
        let spared = Spared::new(&redactor);
        for _ in 0..2 {
            assert_eq!(&*spared.body(b"a swordfish b", true), b"a [redacted] b");
            assert_eq!(&*spared.body(b"a fish b", true), b"a fish b");
            // Cut off, it may begin a secret.
            assert_eq!(&*spared.body(b"a fish swor", true), b"a fish swor");
            assert_eq!(&*spared.body(b"a fish swor", false), b"a fish [redacted]");
            assert_eq!(spared.header("x-other", "a fish"), "a fish");
            assert_eq!(spared.header("x-other", "swordfish"), "[redacted]");
            assert_eq!(spared.header("x-token", "a fish"), "[redacted]");
        }
    }
}
