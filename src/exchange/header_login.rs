//! What a header that a user gave for all requests shows to a security scheme.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::contract::SecurityScheme;

/// A key and a password that a header shows; without values where it shows them in another way than the scheme wants.
/// `None` where no header carries the credentials of the scheme.
pub fn shown(
    headers: &[(String, String)],
    scheme: &SecurityScheme,
) -> Option<(String, Option<String>)> {
    let carrier = match scheme {
        SecurityScheme::Basic | SecurityScheme::Bearer => "Authorization",
        SecurityScheme::HeaderKey(name) => name,
        _ => return None,
    };
    let is_it = |name: &str| name.trim().eq_ignore_ascii_case(carrier);
    let (_, value) = headers.iter().find(|(name, _)| is_it(name))?;
    let value = value.trim();
    let (word, rest) = value.split_once(' ').unwrap_or((value, ""));
    Some(match scheme {
        SecurityScheme::Basic => {
            let pair = word
                .eq_ignore_ascii_case("Basic")
                .then(|| decoded(rest.trim()));
            pair.flatten()
                .map_or_else(Default::default, |(key, password)| (key, Some(password)))
        }
        SecurityScheme::Bearer if word.eq_ignore_ascii_case("Bearer") => {
            (rest.trim().to_owned(), None)
        }
        SecurityScheme::HeaderKey(_) => (value.to_owned(), None),
        _ => Default::default(),
    })
}

fn decoded(text: &str) -> Option<(String, String)> {
    let bytes = STANDARD.decode(text).ok()?;
    let pair = String::from_utf8(bytes).ok()?;
    let (key, password) = pair.split_once(':')?;
    Some((key.to_owned(), password.to_owned()))
}
