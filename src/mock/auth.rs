//! HTTP Basic authentication (RFC 7617) of the two keys that the reference server knows.
//! Whatever cannot be read exactly as one of the two pairs is `Wrong`, never an error.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::header::AUTHORIZATION;

/// The key that may list versions. It opens nothing but this server.
pub const API_KEY: &str = "CFMOCKFULL000001";
/// The secret of [`API_KEY`].
pub const API_SECRET: &str = "cfmock+full/secret-of-the-reference-server";
/// The key that is known but may list nothing: it is answered 403.
pub const RESTRICTED_API_KEY: &str = "CFMOCKREST000002";
/// The secret of [`RESTRICTED_API_KEY`].
pub const RESTRICTED_API_SECRET: &str = "cfmock+restricted/secret-of-the-reference-server";

/// Whose credentials a request carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credentials {
    /// The pair that may list versions.
    Full,
    /// The pair that is known, but may not.
    Restricted,
    /// Something that is neither pair: malformed, another scheme, an unknown key, a wrong secret.
    Wrong,
    /// No `Authorization` at all.
    None,
}

impl Credentials {
    /// Reads them from the headers of a request.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let mut sent = headers.get_all(AUTHORIZATION).iter();
        match (sent.next(), sent.next()) {
            (None, _) => Self::None,
            (Some(value), None) => value
                .to_str()
                .ok()
                .and_then(known_pair)
                .unwrap_or(Self::Wrong),
            // Two of them could be read in two ways, so neither counts.
            (Some(_), Some(_)) => Self::Wrong,
        }
    }

    /// Whether they are one of the known pairs, whatever it may do.
    pub(super) fn are_known(self) -> bool {
        matches!(self, Self::Full | Self::Restricted)
    }
}

fn known_pair(authorization: &str) -> Option<Credentials> {
    let (scheme, encoded) = authorization.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let decoded = STANDARD.decode(encoded.trim_matches(' ')).ok()?;
    let pair = std::str::from_utf8(&decoded).ok()?;
    match pair.split_once(':')? {
        (API_KEY, API_SECRET) => Some(Credentials::Full),
        (RESTRICTED_API_KEY, RESTRICTED_API_SECRET) => Some(Credentials::Restricted),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn credentials_in(values: &[&[u8]]) -> Credentials {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        }
        Credentials::of(&headers)
    }

    fn basic(pair: &str) -> Vec<u8> {
        format!("Basic {}", STANDARD.encode(pair)).into_bytes()
    }

    #[test]
    fn the_known_pairs_are_known_in_any_case_of_the_scheme() {
        let full = basic(&format!("{API_KEY}:{API_SECRET}"));
        assert_eq!(credentials_in(&[&full]), Credentials::Full);
        let shouted = format!(
            "bASIC  {}",
            STANDARD.encode(format!("{API_KEY}:{API_SECRET}"))
        );
        assert_eq!(credentials_in(&[shouted.as_bytes()]), Credentials::Full);
        let restricted = basic(&format!("{RESTRICTED_API_KEY}:{RESTRICTED_API_SECRET}"));
        assert_eq!(credentials_in(&[&restricted]), Credentials::Restricted);
        assert!(Credentials::Full.are_known() && Credentials::Restricted.are_known());
    }

    #[test]
    fn no_header_is_none_and_everything_else_is_wrong() {
        assert_eq!(credentials_in(&[]), Credentials::None);
        let full = basic(&format!("{API_KEY}:{API_SECRET}"));
        let bearer = String::from_utf8(full.clone())
            .unwrap()
            .replace("Basic", "Bearer");
        let unpadded = String::from_utf8(full.clone()).unwrap().replace('=', "");
        assert_ne!(
            unpadded.as_bytes(),
            full,
            "the padding case needs a pair that is padded"
        );
        let wrong: &[&[u8]] = &[
            b"",
            b"Basic",
            b"Basic ",
            b"Basic %%%",
            b"Basic \xff\xfe",
            &basic(""),
            &basic(API_KEY),
            &basic(&format!("{API_KEY}:")),
            &basic(&format!("{API_KEY}:{API_SECRET} ")),
            &basic(&format!("{API_KEY}:{RESTRICTED_API_SECRET}")),
            &basic(&format!("{}:{API_SECRET}", API_KEY.to_lowercase())),
            &basic(&format!("UNKNOWN:{API_SECRET}")),
            bearer.as_bytes(),
            unpadded.as_bytes(),
        ];
        for value in wrong {
            let shown = String::from_utf8_lossy(value);
            assert_eq!(credentials_in(&[value]), Credentials::Wrong, "{shown}");
        }
        assert_eq!(credentials_in(&[&full, &full]), Credentials::Wrong);
        assert!(!Credentials::Wrong.are_known() && !Credentials::None.are_known());
    }
}
