//! Predicates over header values.

use serde_json::Value;

use super::Ruling;

/// From here on a number of seconds is a moment (2001-09-09), not a time to wait.
const FIRST_EPOCH: i64 = 1_000_000_000;

/// Whole seconds from now.
pub fn relative_seconds(value: &Value) -> Ruling {
    match value.as_i64() {
        Some(seconds) => Ruling::from(
            (0..FIRST_EPOCH).contains(&seconds),
            || "the seconds until the window resets".to_owned(),
            value,
        ),
        None => Ruling::NotApplicable,
    }
}

/// RFC 9110, section 11.6.1: a list of schemes, each with one token or with parameters (11.2, 11.3); elements of the list
/// may be empty.
pub fn is_challenge(text: &str) -> bool {
    let Some(elements) = elements(text) else {
        return false;
    };
    // Parameters go on after a comma, unless the scheme has a token or there is none.
    let mut takes_more = false;
    let mut all = elements.into_iter().map(|one| one.trim_matches(BLANK));
    let is_right = all.all(|element| {
        if element.is_empty() || takes_more && is_parameter(element) {
            return true;
        }
        let scheme = token(element);
        let rest = &element[scheme..];
        let credentials = rest.trim_matches(BLANK);
        takes_more = !is_token68(credentials) || credentials.is_empty();
        scheme > 0
            && (rest.is_empty() || rest.starts_with(' '))
            && (credentials.is_empty() || is_token68(credentials) || is_parameter(credentials))
    });
    is_right && text.contains(|c| !BLANK.contains(&c) && c != ',')
}

const BLANK: [char; 2] = [' ', '\t'];

/// The elements between commas that stand in no quotes; `None` where a quote does not end.
fn elements(text: &str) -> Option<Vec<&str>> {
    let (mut out, mut begin) = (Vec::new(), 0);
    let (mut is_quoted, mut is_escaped) = (false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if is_escaped => is_escaped = false,
            '\\' if is_quoted => is_escaped = true,
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => {
                out.push(&text[begin..at]);
                begin = at + 1;
            }
            _ => {}
        }
    }
    out.push(&text[begin..]);
    (!is_quoted).then_some(out)
}

/// A name, `=`, and a token or a text in quotes.
fn is_parameter(text: &str) -> bool {
    let name = token(text);
    let value = text[name..].trim_start_matches(BLANK).strip_prefix('=');
    let value = value.map(|value| value.trim_start_matches(BLANK));
    let is_value = |value: &str| match value.strip_prefix('"') {
        None => !value.is_empty() && token(value) == value.len(),
        Some(rest) => {
            let quoted = rest.strip_suffix('"').unwrap_or_default();
            rest.ends_with('"') && !quoted.replace("\\\\", "").replace("\\\"", "").contains('"')
        }
    };
    name > 0 && value.is_some_and(is_value)
}

fn is_token68(text: &str) -> bool {
    let text = text.trim_end_matches('=');
    let is_known = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
    !text.is_empty() && text.chars().all(is_known)
}

/// How long the token is that a text begins with.
fn token(text: &str) -> usize {
    let is_other = |c: char| !(c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c));
    text.find(is_other).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn challenges_with_and_without_realm() {
        for good in [
            "Basic",
            "Basic realm=\"x\"",
            "Basic error=\"invalid_key\", error_description=\"The API Key is invalid\"",
            "Bearer, Basic",
            ", Basic realm=x",
            "Negotiate YWJj==",
            "Basic realm=\"a, b \\\" c\", charset=\"UTF-8\"",
            "Digest realm = x , qop=\"auth\",, Basic",
            "Negotiate, NTLM YWJj, Basic realm=\"x\"",
        ] {
            assert!(is_challenge(good), "{good}");
        }
        for bad in [
            "",
            "  ",
            "error=\"invalid_key\"",
            "\"Basic\"",
            "realm = x",
            "Basic realm=\"unclosed",
            "Basic realm=a b=c",
            "Basic realm=\"x\"; charset=UTF-8",
            "Basic abc== realm=\"x\"",
            "Negotiate abc==, realm=x",
            "Basic\trealm=x",
            ",",
        ] {
            assert!(!is_challenge(bad), "{bad}");
        }
    }

    #[test]
    fn an_epoch_is_no_time_to_wait() {
        assert_eq!(relative_seconds(&json!(0)), Ruling::Holds);
        assert_eq!(relative_seconds(&json!(86_400)), Ruling::Holds);
        for bad in [-1, 1_767_225_600, 1_767_225_600_000i64] {
            assert!(matches!(
                relative_seconds(&json!(bad)),
                Ruling::Broken { .. }
            ));
        }
        assert_eq!(relative_seconds(&json!("soon")), Ruling::NotApplicable);
    }
}
