//! Takes secrets out of text, in every spelling in which a target or a library may write them.
//! What it returns holds no secret that it was given: whole, encoded, or cut off where a text was cut.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use memchr::memmem;

use super::encoded::{self, Run};
use super::needles::{Needles, SHORTEST};
use super::spelling::{Reach, reach};
use super::stand_in::StandIn;

/// What stands where a secret stood.
pub(super) const REDACTED: &str = "[redacted]";
/// What is left of a secret in front of a cut is recognised by so many of its characters.
const SHORTEST_CUT: usize = 3;
/// The mark of a cut.
const CUT: &str = "…";
/// Headers whose values are never shown.
const HIDDEN_HEADERS: [&str; 4] = [
    "set-cookie",
    "cookie",
    "authorization",
    "proxy-authorization",
];

/// Knows the secrets of a run and replaces them by `[redacted]`, or in a recording by a stand-in of the same shape.
///
/// It finds a secret in any spelling that `spelling` reads, and its base64 (standard and URL-safe, at
/// any of the three places where it can stand inside a longer value, once more in base64 or not) and hexadecimal digits as
/// well, also over several lines.
#[derive(Clone)]
pub struct Redactor {
    needles: Needles,
    /// What takes a secret's place, where that is not a word.
    stand_in: Option<StandIn>,
    /// Lower-case names of headers whose values are never shown.
    hidden: Vec<String>,
}

/// What the end of a text says of the secret that it may stand within.
#[derive(Clone, Copy)]
enum End {
    /// It was cut there.
    Cut,
    /// It may have been.
    Open,
    /// It ends where its writer meant it to.
    Meant,
}

impl End {
    /// So many characters that begin a secret in front of it are taken out.
    fn least(self) -> usize {
        match self {
            End::Cut => SHORTEST_CUT,
            End::Open => SHORTEST,
            End::Meant => usize::MAX,
        }
    }
}

/// A secret that was found: which, and where its characters stand.
struct Found {
    needle: usize,
    range: Range<usize>,
    /// Of what stands in base64, none.
    places: Vec<Range<usize>>,
}

impl Redactor {
    /// Builds one that knows these secrets. Those of fewer than six characters are not searched for: they would mangle
    /// everything.
    pub fn new(secrets: &[String]) -> Self {
        Self::default().with(secrets)
    }

    /// Adds more of them.
    #[must_use]
    pub fn with(mut self, secrets: &[String]) -> Self {
        for secret in secrets {
            self.needles.add_secret(secret);
        }
        self
    }

    /// Adds pairs of which a Basic value is made (`first:second` in base64, RFC 7617), so that the
    /// whole value is found as one.
    #[must_use]
    pub fn with_pairs(mut self, pairs: &[(String, String)]) -> Self {
        for (first, second) in pairs {
            self.needles.add_secret(&format!("{first}:{second}"));
        }
        self
    }

    /// Hides the values of headers of these lower-case names too.
    #[must_use]
    pub fn hiding(mut self, names: impl Iterator<Item = String>) -> Self {
        self.hidden.extend(names);
        self
    }

    /// One for a recording, which is judged again: what takes the place of a secret has its length and its kinds of
    /// characters, is the same wherever that secret stands, and leads back to it for nobody who lacks the key.
    #[must_use]
    pub fn standing_in(self) -> Self {
        Self {
            stand_in: Some(StandIn::new()),
            ..self
        }
    }

    /// The text without secrets; borrowed when there were none. Where it was cut, which `…` says, three or more
    /// characters in front of it that begin a secret are taken out as well.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match self.bytes(text.as_bytes()) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            // Only whole characters were replaced.
            Cow::Owned(clean) => Cow::Owned(String::from_utf8_lossy(&clean).into_owned()),
        }
    }

    /// The same of bytes that need not be text.
    pub fn bytes<'a>(&self, text: &'a [u8]) -> Cow<'a, [u8]> {
        self.without(text, End::Meant)
    }

    /// The same of a body, which may end within a secret without a mark that says so.
    pub fn body<'a>(&self, body: &'a [u8], is_whole: bool) -> Cow<'a, [u8]> {
        let end = if is_whole { End::Open } else { End::Cut };
        self.without(body, end)
    }

    fn without<'a>(&self, text: &'a [u8], end: End) -> Cow<'a, [u8]> {
        let found = self.find(text, end);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        let instead = match &self.stand_in {
            Some(stand_in) => self.shapes(stand_in, text, found),
            None => words(found),
        };
        let mut clean = Vec::with_capacity(text.len());
        let mut end = 0;
        for (start, (to, new)) in instead {
            clean.extend_from_slice(&text[end..start]);
            clean.extend_from_slice(&new);
            end = to;
        }
        clean.extend_from_slice(&text[end..]);
        Cow::Owned(clean)
    }

    /// The value of a header without secrets: nothing of a cookie or of credentials, otherwise as
    /// [`text`](Self::text).
    pub fn header<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        let is = |hidden: &str| name.trim().eq_ignore_ascii_case(hidden);
        match &self.stand_in {
            // What a target sets may have a clause of its own.
            Some(stand_in) if is(HIDDEN_HEADERS[0]) => Cow::Owned(stand_in.cookie(value)),
            _ if HIDDEN_HEADERS.iter().any(|hidden| is(hidden)) => Cow::Borrowed(REDACTED),
            _ if self.hidden.iter().any(|hidden| is(hidden)) => Cow::Borrowed(REDACTED),
            _ => self.text(value),
        }
    }

    /// Where secrets stand, in order of their beginnings.
    fn find(&self, text: &[u8], end: End) -> Vec<Found> {
        let mut found = Vec::new();
        if self.needles.len() == 0 {
            return found;
        }
        // A recording holds nothing that we cut.
        let marks = self.stand_in.is_none().then_some(CUT.as_bytes());
        let mut start = 0;
        loop {
            let rest = &text[start..];
            let mark = marks.and_then(|marks| memmem::find(rest, marks));
            let part = &rest[..mark.unwrap_or(rest.len())];
            let end = if mark.is_some() { End::Cut } else { end };
            self.find_in(part, start, end, &mut found);
            match mark {
                Some(mark) => start += mark + CUT.len(),
                None => return found,
            }
        }
    }

    fn find_in(&self, text: &[u8], offset: usize, end: End, found: &mut Vec<Found>) {
        let first = found.len();
        self.find_written(text, offset, end, found);
        for run in encoded::runs(text) {
            let mut within = Vec::new();
            let is_last = run.digits.end == text.len();
            let end = if is_last { end } else { End::Meant };
            self.find_written(&run.bytes, 0, end, &mut within);
            found.extend(within.into_iter().map(|one| {
                let digits = run.digits_of(&one.range);
                Found {
                    range: digits.start + offset..digits.end + offset,
                    places: Vec::new(),
                    ..one
                }
            }));
        }
        found[first..].sort_by_key(|one| one.range.start);
    }

    fn find_written(&self, text: &[u8], offset: usize, end: End, found: &mut Vec<Found>) {
        for (at, all) in self.needles.places(text) {
            for n in all {
                let needle = self.needles.get(n);
                let (end, places) = match reach(text, at, &needle.chars, needle.wraps) {
                    Reach::Whole(places) => (places.last().map_or(at, |last| last.end), places),
                    Reach::Cut(matched) if matched >= end.least() => {
                        let begun = reach(text, at, &needle.chars[..matched], needle.wraps);
                        let places = match begun {
                            Reach::Whole(places) => places,
                            _ => Vec::new(),
                        };
                        (text.len(), places)
                    }
                    Reach::Cut(_) | Reach::Nowhere => continue,
                };
                let moved = |place: &Range<usize>| place.start + offset..place.end + offset;
                found.push(Found {
                    needle: n,
                    range: moved(&(at..end)),
                    places: places.iter().map(moved).collect(),
                });
            }
        }
    }

    /// What takes the place of each character of the secrets found. What is known first is replaced first, so that a
    /// secret gets the same stand-in by itself and within another one.
    fn shapes(&self, stand_in: &StandIn, text: &[u8], mut found: Vec<Found>) -> Instead {
        found.sort_by_key(|one| (one.needle, one.range.start));
        let mut instead = Instead::new();
        for one in found {
            let chars = &self.needles.get(one.needle).chars;
            let shaped = stand_in.shape(chars);
            for (place, new) in one.places.into_iter().zip(shaped).skip(scheme(chars)) {
                let before = instead.range(..place.end).next_back();
                if before.is_some_and(|(_, (end, _))| *end > place.start) {
                    continue;
                }
                if let Some(new) = new.instead_of(text, &place) {
                    instead.insert(place.start, (place.end, new));
                }
            }
        }
        for run in encoded::runs(text) {
            self.shapes_in(stand_in, text, &run, &mut instead);
        }
        instead
    }

    /// The same for what base64 holds, where nothing of it is replaced yet.
    fn shapes_in(&self, stand_in: &StandIn, text: &[u8], run: &Run, instead: &mut Instead) {
        let mut within = Vec::new();
        self.find_written(&run.bytes, 0, End::Meant, &mut within);
        for one in within {
            let chars = &self.needles.get(one.needle).chars;
            let mut bytes = run.bytes.clone();
            for (place, new) in one.places.iter().zip(stand_in.shape(chars)) {
                if let Some(new) = new.instead_of(&run.bytes, place)
                    && new.len() == place.len()
                {
                    bytes[place.clone()].copy_from_slice(&new);
                }
            }
            let digits = run.digits_of(&one.range);
            let before = instead.range(..digits.end).next_back();
            if before.is_none_or(|(_, (end, _))| *end <= digits.start) {
                let whole = encoded::with(&text[run.digits.clone()], &bytes, &one.range);
                let from = digits.start - run.digits.start;
                let new = whole[from..from + digits.len()].to_vec();
                instead.insert(digits.start, (digits.end, new));
            }
        }
    }
}

/// Where something begins → where it ends, and what stands there instead.
type Instead = BTreeMap<usize, (usize, Vec<u8>)>;

/// One word for all that hangs together.
fn words(found: Vec<Found>) -> Instead {
    let mut merged: Vec<Range<usize>> = Vec::new();
    for Found { range, .. } in found {
        match merged.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    let word = |range: Range<usize>| (range.start, (range.end, REDACTED.as_bytes().to_vec()));
    merged.into_iter().map(word).collect()
}

/// How many characters the scheme of a URL has: they are no secret, and a URL with another one is none.
fn scheme(secret: &[char]) -> usize {
    let begins = |scheme: &&str| secret.iter().copied().take(scheme.len()).eq(scheme.chars());
    let known = ["http://", "https://", "ws://", "wss://"];
    known
        .iter()
        .find(|scheme| begins(scheme))
        .map_or(0, |scheme| scheme.len())
}

impl Default for Redactor {
    /// One that knows no secret.
    fn default() -> Self {
        Self {
            needles: Needles::default(),
            stand_in: None,
            hidden: Vec::new(),
        }
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor")
            .field("needles", &self.needles.len())
            .finish()
    }
}
