//! Halves of surrogate pairs that stand alone. JSON allows their escapes (RFC 8259, section 8.2), browsers write them for
//! bodies that are no text, and the parser refuses the whole file for one: each is made the replacement character, which
//! is written as long, so that places in the file stay where they are.

use std::io::{self, Read};

/// `\uXXXX`.
const ESCAPE: usize = 6;
/// So much is read at once.
const CHUNK: usize = 1 << 16;

/// What another reader gives, with that done to it.
pub(super) struct Whole<R> {
    inner: R,
    bytes: Vec<u8>,
    /// What was given out.
    given: usize,
    /// What may be given out.
    ready: usize,
    is_over: bool,
}

impl<R: Read> Whole<R> {
    pub(super) fn new(inner: R) -> Whole<R> {
        Whole {
            inner,
            bytes: Vec::new(),
            given: 0,
            ready: 0,
            is_over: false,
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.bytes.drain(..self.given);
        self.given = 0;
        let known = self.bytes.len();
        self.bytes.resize(known + CHUNK, 0);
        let read = self.inner.read(&mut self.bytes[known..]);
        self.bytes
            .truncate(known + read.as_ref().map_or(0, |read| *read));
        self.is_over = read? == 0;
        self.ready = mend(&mut self.bytes, self.is_over);
        Ok(())
    }
}

impl<R: Read> Read for Whole<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.given == self.ready && !self.is_over {
            self.fill()?;
        }
        let count = out.len().min(self.ready - self.given);
        out[..count].copy_from_slice(&self.bytes[self.given..self.given + count]);
        self.given += count;
        Ok(count)
    }
}

/// Mends what begins outside of an escape; how much of it is whole. A backslash stands in strings only.
fn mend(bytes: &mut [u8], is_all: bool) -> usize {
    let mut at = 0;
    while let Some(next) = bytes[at..].iter().position(|byte| *byte == b'\\') {
        at += next;
        if bytes.len() - at < 2 * ESCAPE && !is_all {
            return at;
        }
        at += match (half(bytes, at), half(bytes, at + ESCAPE)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => 2 * ESCAPE,
            (Some(0xd800..=0xdfff), _) => {
                bytes[at + 2..at + ESCAPE].copy_from_slice(b"fffd");
                ESCAPE
            }
            // Whatever is escaped here begins nothing itself.
            _ => 2,
        };
        at = at.min(bytes.len());
    }
    bytes.len()
}

/// The number of an escape that stands there.
fn half(bytes: &[u8], at: usize) -> Option<u16> {
    let escape = bytes.get(at..at + ESCAPE)?;
    let digits = escape.strip_prefix(b"\\u")?;
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    let text = std::str::from_utf8(digits).ok().filter(|_| is_hex)?;
    u16::from_str_radix(text, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives so many bytes at a time.
    struct Slow<'a>(&'a [u8], usize);

    impl Read for Slow<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(out.len()).min(self.0.len());
            out[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn halves_are_replaced_and_nothing_else_is() {
        for (text, wanted) in [
            (r#""a\n\u00e9\\""#, r#""a\n\u00e9\\""#),
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\uDE00\uD83D\uDE00""#, r#""\ufffd\uD83D\uDE00""#),
            (r#""\ud83d\ud83d\ude00x""#, r#""\ufffd\ud83d\ude00x""#),
            (r#""\\ud83d \\\ud83d""#, r#""\\ud83d \\\ufffd""#),
            (r#""\ud83d\n""#, r#""\ufffd\n""#),
            (r#""\ud8"#, r#""\ud8"#),
            (r"\", r"\"),
        ] {
            for step in [1, 2, 5, 7, 100] {
                let mut mended = String::new();
                let mut whole = Whole::new(Slow(text.as_bytes(), step));
                whole.read_to_string(&mut mended).unwrap();
                assert_eq!(mended, wanted, "{text} by {step}");
            }
        }
    }
}
