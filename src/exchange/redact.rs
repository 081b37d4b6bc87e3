//! Takes secrets out of text, in every form in which a target or a library may write them.
//! What it returns holds no secret that it was given, whole, encoded, or cut off at the end.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::spelling::{Reach, first_byte, reach};

/// What stands where a secret stood.
const REDACTED: &str = "[redacted]";
/// Secrets of fewer characters are not searched for: they would be found in half of all words, and
/// a report full of holes is of no use, while nobody's secret is that short.
const SHORTEST: usize = 4;
/// A secret that is cut off at the end of a text is recognised by so many of its characters.
const SHORTEST_CUT: usize = 6;
/// What a character begins with that is not written as it is.
const ESCAPES: [u8; 3] = *b"%\\+";
/// Headers whose values are never shown.
const HIDDEN_HEADERS: [&str; 4] = [
    "set-cookie",
    "cookie",
    "authorization",
    "proxy-authorization",
];

/// Knows the secrets of a run and replaces them by `[redacted]`.
///
/// It finds a secret as it is, in base64 (standard and URL-safe, padded or not, also inside a
/// longer value), with any of its characters percent-encoded (either case, `+` for a space) and
/// with any of them escaped as in JSON; and its base64 in the latter two forms as well.
#[derive(Clone)]
pub struct Redactor {
    needles: Vec<Needle>,
    /// One bit for each two bytes with which a needle in any form can begin.
    beginnings: Box<[u64; 1024]>,
}

#[derive(Clone)]
struct Needle {
    chars: Vec<char>,
    /// Its first byte, which is looked at before the rest.
    first: u8,
}

impl Redactor {
    /// Builds one that knows these secrets. Those shorter than four characters are not searched
    /// for: they would mangle everything.
    pub fn new(secrets: &[String]) -> Self {
        let mut redactor = Self::default();
        for secret in secrets
            .iter()
            .filter(|secret| secret.chars().count() >= SHORTEST)
        {
            redactor.add(secret);
            redactor.add_base64(secret.as_bytes());
        }
        redactor
    }

    /// Adds pairs of which a Basic value is made (`first:second` in base64, RFC 7617), so that the
    /// whole value is found as one.
    #[must_use]
    pub fn with_pairs(mut self, pairs: &[(String, String)]) -> Self {
        for (first, second) in pairs {
            if first.chars().count().max(second.chars().count()) >= SHORTEST {
                self.add(&format!("{first}:{second}"));
                self.add_base64(format!("{first}:{second}").as_bytes());
            }
        }
        self
    }

    /// The text without secrets; borrowed when there were none. A text that ends with `…` was cut,
    /// so six or more characters at its end that begin a secret are taken out as well.
    pub fn text<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let (whole, cut) = match text.strip_suffix('…') {
            Some(whole) => (whole, true),
            None => (text, false),
        };
        let found = self.find(whole.as_bytes(), cut);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut clean = String::with_capacity(text.len());
        let mut end = 0;
        for range in found {
            clean.push_str(&text[end..range.start]);
            clean.push_str(REDACTED);
            end = range.end;
        }
        clean.push_str(&text[end..]);
        Cow::Owned(clean)
    }

    /// The value of a header without secrets: nothing of a cookie or of credentials, otherwise as
    /// [`text`](Self::text).
    pub fn header<'a>(&self, name: &str, value: &'a str) -> Cow<'a, str> {
        if HIDDEN_HEADERS
            .iter()
            .any(|hidden| name.trim().eq_ignore_ascii_case(hidden))
        {
            return Cow::Borrowed(REDACTED);
        }
        self.text(value)
    }

    /// Where secrets stand, in order and without overlap.
    fn find(&self, text: &[u8], cut: bool) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        if self.needles.is_empty() {
            return found;
        }
        for (at, pair) in text.windows(2).enumerate() {
            if !self.begins(pair[0], pair[1]) {
                continue;
            }
            let meant = first_byte(&text[at..]);
            let likely = self
                .needles
                .iter()
                .filter(|needle| needle.first == pair[0] || Some(needle.first) == meant);
            let ends = likely.filter_map(|needle| match reach(text, at, &needle.chars) {
                Reach::Whole(end) => Some(end),
                Reach::Cut(matched) if cut && matched >= SHORTEST_CUT => Some(text.len()),
                Reach::Cut(_) | Reach::Nowhere => None,
            });
            let Some(end) = ends.max() else { continue };
            match found.last_mut() {
                Some(last) if at < last.end => last.end = last.end.max(end),
                _ => found.push(at..end),
            }
        }
        found
    }

    fn add(&mut self, needle: &str) {
        let chars: Vec<char> = needle.chars().collect();
        let &[first, second, ..] = needle.as_bytes() else {
            return;
        };
        if self.needles.iter().any(|known| known.chars == chars) {
            return;
        }
        // The first character may be written in another form, or the second may.
        for escape in ESCAPES {
            (0..=u8::MAX).for_each(|next| self.mark(escape, next));
            self.mark(first, escape);
        }
        self.mark(first, second);
        self.needles.push(Needle { chars, first });
    }

    /// Adds the base64 of a value, and what it looks like inside the base64 of a longer one: there
    /// it may begin at any of three places in a group, and its edges share a digit with others.
    fn add_base64(&mut self, value: &[u8]) {
        for engine in [&STANDARD, &URL_SAFE] {
            let whole = engine.encode(value);
            self.add(whole.trim_end_matches('='));
            self.add(&whole);
            for before in 0..3 {
                let mut shifted = vec![0; before];
                shifted.extend_from_slice(value);
                let digits = engine.encode(&shifted);
                let (from, to) = ((before * 8).div_ceil(6), shifted.len() * 8 / 6);
                if to.saturating_sub(from) >= SHORTEST {
                    self.add(&digits[from..to]);
                }
            }
        }
    }

    fn mark(&mut self, first: u8, second: u8) {
        let bit = usize::from(first) << 8 | usize::from(second);
        self.beginnings[bit >> 6] |= 1 << (bit & 63);
    }

    fn begins(&self, first: u8, second: u8) -> bool {
        let bit = usize::from(first) << 8 | usize::from(second);
        self.beginnings[bit >> 6] & (1 << (bit & 63)) != 0
    }
}

impl Default for Redactor {
    /// One that knows no secret.
    fn default() -> Self {
        Self {
            needles: Vec::new(),
            beginnings: Box::new([0; 1024]),
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

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

    use super::*;

    const SECRET: &str = "cA?n/ar>y+1 \"x\\é%";

    fn redactor() -> Redactor {
        Redactor::new(&["APIKEY16".into(), SECRET.into()])
    }

    fn hidden(written: &str) {
        let text = format!("before {written}, after");
        assert_eq!(
            redactor().text(&text),
            "before [redacted], after",
            "{written}"
        );
    }

    #[test]
    fn a_text_without_secrets_is_left_alone() {
        let text = "100% of \\u0041 words, APIKEY1 and cA?n/ar are not the secrets";
        assert!(matches!(redactor().text(text), Cow::Borrowed(same) if same == text));
        assert!(matches!(Redactor::default().text(text), Cow::Borrowed(_)));
    }

    #[test]
    fn the_secret_itself_goes_wherever_it_stands() {
        hidden(SECRET);
        assert_eq!(redactor().text("APIKEY16"), "[redacted]");
        assert_eq!(
            redactor().text("APIKEY16APIKEY16-APIKEY16"),
            "[redacted][redacted]-[redacted]"
        );
        assert_eq!(redactor().text("€APIKEY16€"), "€[redacted]€");
    }

    #[test]
    fn base64_of_every_kind_goes() {
        let secret = "??>>~~?>?";
        for secret in [secret, &secret[1..], &secret[2..]] {
            let redactor = Redactor::new(&[secret.to_owned()]);
            assert_ne!(STANDARD.encode(secret), URL_SAFE.encode(secret));
            for engine in [&STANDARD, &STANDARD_NO_PAD, &URL_SAFE, &URL_SAFE_NO_PAD] {
                let text = format!("a {}, b", engine.encode(secret));
                assert_eq!(redactor.text(&text), "a [redacted], b", "{text}");
            }
        }
    }

    #[test]
    fn a_secret_inside_other_base64_goes() {
        for before in ["", "u", "us", "use", "user:"] {
            let whole = STANDARD.encode(format!("{before}APIKEY16:and more"));
            let clean = redactor().text(&whole).into_owned();
            assert!(clean.contains(REDACTED), "{before}: {whole} {clean}");
            // Only digits that the secret shares with its neighbours are left.
            let rest = clean.replace(REDACTED, "");
            assert!(whole.len() - rest.len() >= 9, "{before}: {whole} {clean}");
        }
    }

    #[test]
    fn the_basic_value_of_a_pair_goes_as_one() {
        let pair = [
            ("USER".to_owned(), "pw".to_owned()),
            ("a".to_owned(), "b".to_owned()),
        ];
        let redactor = Redactor::new(&[]).with_pairs(&pair);
        let value = format!("Basic {}", STANDARD.encode("USER:pw"));
        assert_eq!(redactor.text(&value), "Basic [redacted]");
        assert_eq!(redactor.text("a:b, YTpi"), "a:b, YTpi");
    }

    #[test]
    fn percent_encoding_of_any_extent_and_case_goes() {
        hidden("cA%3Fn%2Far%3Ey%2B1%20%22x%5C%C3%A9%25");
        hidden("cA%3fn%2far%3ey%2b1%20%22x%5c%c3%a9%25");
        hidden("cA?n/ar%3Ey+1+%22x%5C%C3%A9%25");
        hidden("%63%41?n/ar>y+1 %22x\\é%25");
        let basic = STANDARD.encode("APIKEY16:x").replace('=', "%3D");
        assert_eq!(
            Redactor::new(&[])
                .with_pairs(&[("APIKEY16".into(), "x".into())])
                .text(&basic),
            "[redacted]"
        );
    }

    #[test]
    fn json_escapes_of_any_extent_go() {
        hidden(serde_json::to_string(SECRET).unwrap().trim_matches('"'));
        hidden("cA?n\\/ar\\u003ey+1 \\\"x\\\\\\u00e9%");
        hidden("\\u0063\\u0041?n\\u002Far>y+1 \\u0022x\\u005C\\u00E9\\u0025");
        let astral = Redactor::new(&["key-\u{1F511}-end".into()]);
        assert_eq!(astral.text("key-\\ud83d\\udd11-end"), "[redacted]");
        let astral = Redactor::new(&["\u{10FFFF}-end".into()]);
        assert_eq!(astral.text("\\udbff\\udfff-end"), "[redacted]");
    }

    #[test]
    fn a_secret_that_looks_escaped_is_still_found_as_it_is() {
        for secret in ["key%25end", "key\\nend", "key\\\\end", "100%+plus"] {
            let redactor = Redactor::new(&[secret.to_owned()]);
            assert_eq!(redactor.text(secret), "[redacted]", "{secret}");
        }
    }

    #[test]
    fn secrets_that_overlap_leave_nothing_between_them() {
        let redactor = Redactor::new(&["abcdefgh".into(), "efghijkl".into(), "cdef".into()]);
        assert_eq!(redactor.text("1abcdefghijkl2"), "1[redacted]2");
    }

    #[test]
    fn short_secrets_are_not_searched_for() {
        let redactor = Redactor::new(&["abc".into(), String::new(), "four".into()]);
        assert_eq!(redactor.text("abc four"), "abc [redacted]");
    }

    #[test]
    fn a_secret_cut_off_at_the_end_goes_from_six_characters() {
        let redactor = redactor();
        assert_eq!(redactor.text("key APIKEY…"), "key [redacted]…");
        assert_eq!(redactor.text("key APIKE…"), "key APIKE…");
        assert_eq!(redactor.text("key APIKEY"), "key APIKEY");
        assert_eq!(redactor.text("cA%3Fn%2Far%3…"), "[redacted]…");
        assert_eq!(redactor.text("cA?n/ar>y+1 \\…"), "[redacted]…");
        assert_eq!(redactor.text("APIKEY16…"), "[redacted]…");
    }

    #[test]
    fn headers_that_carry_credentials_are_hidden_whole() {
        let redactor = redactor();
        for name in [
            "Set-Cookie",
            "cookie",
            "AUTHORIZATION",
            "Proxy-Authorization",
        ] {
            assert_eq!(redactor.header(name, "anything"), "[redacted]");
        }
        assert_eq!(redactor.header("X-Echo", "a APIKEY16"), "a [redacted]");
        assert_eq!(redactor.header("X-Echo", "plain"), "plain");
    }

    #[test]
    fn debug_shows_no_secret() {
        assert_eq!(
            format!("{:?}", Redactor::new(&["12345".into()]))
                .matches("12345")
                .count(),
            0
        );
    }
}
