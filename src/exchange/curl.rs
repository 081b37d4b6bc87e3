//! An exchange as a command line that sends it again when pasted, with variables in the place of secrets.

use super::auth::Auth;
use super::credentials::{Login, RESTRICTED_KEY, RESTRICTED_SECRET};
use super::{Credentials, Exchange, Payload, Redactor, escaped, word};
use crate::contract::SecurityScheme;

/// A body longer than this is not written out.
const LONGEST_BODY: usize = 8 * 1024;

/// The command line. It never holds a secret.
pub fn curl(exchange: &Exchange, auth: &Auth, redactor: &Redactor) -> String {
    let request = &exchange.request;
    let mut line = String::from("curl -sS -i");
    match request.method.as_str() {
        "GET" => {}
        "HEAD" => line.push_str(" -I"),
        other => line.push_str(&format!(" -X {}", plain(other))),
    }
    let logins = auth.of(request.operation);
    let mut url = exchange.url.as_str();
    for login in logins.iter().rev() {
        url = without_key(url, login, request.credentials);
    }
    let is_other = request.credentials == Credentials::OtherScheme;
    let most = if is_other { 1 } else { logins.len() };
    for (at, login) in logins.iter().enumerate().take(most) {
        if !request.credentials.has(at, logins.len()) {
            continue;
        }
        line.push_str(&shown(login, request.credentials));
    }
    for (name, value) in &request.headers {
        let header = redactor.text(&format!("{name}: {value}")).into_owned();
        // An empty value takes a semicolon, or curl would leave the header out.
        let header = match header.strip_suffix(": ") {
            Some(name) => format!("{name};"),
            None => header,
        };
        line.push_str(&format!(" -H {}", single(&header)));
    }
    if let Some(body) = &request.body {
        let is_named = |name: &str| name.eq_ignore_ascii_case("content-type");
        if !request.headers.iter().any(|(name, _)| is_named(name)) {
            let header = format!("Content-Type: {}", redactor.text(&body.media_type));
            line.push_str(&format!(" -H {}", single(header.trim_end())));
        }
        line.push_str(&data(body, redactor));
    }
    line.push_str(&format!(" {}", single(&redactor.text(url))));
    line
}

fn data(body: &Payload, redactor: &Redactor) -> String {
    match std::str::from_utf8(&body.bytes) {
        Ok(text) if text.len() <= LONGEST_BODY && !text.contains('\0') => {
            format!(" --data-raw {}", single(&redactor.text(text)))
        }
        _ => " --data-binary @BODY".to_owned(),
    }
}

/// How one scheme is shown who asks.
fn shown(login: &Login, who: Credentials) -> String {
    let variable = |name: &str| format!("${name}");
    let (key, secret) = (
        variable(&login.key.variable),
        variable(&login.password.variable),
    );
    // What a shell makes of a variable: it without its last character, and with one more.
    let cut = |name: &str| format!("${{{name}%?}}");
    let other_end = |name: &str| format!("${{{name}%????}}AAAA");
    let longer = |name: &str| format!("${{{name}}}x");
    let other_case = |name: &str| format!("$(echo ${name} | tr a-zA-Z A-Za-z)");
    let made_up = |word: &str| format!("made-up-{word}");
    let has_secret = login.scheme == SecurityScheme::Basic;
    let near = |change: &dyn Fn(&str) -> String| match has_secret {
        true => (key.clone(), change(&login.password.variable)),
        false => (change(&login.key.variable), String::new()),
    };
    let (key, secret) = match who {
        Credentials::None => return String::new(),
        Credentials::OtherScheme if has_secret => {
            return " -H 'Authorization: Bearer conform-not-a-token'".to_owned();
        }
        Credentials::OtherScheme => return " -u made-up-key:made-up-secret".to_owned(),
        Credentials::ValidOtherScheme if has_secret => {
            let value = format!("$(printf %s \"{key}:{secret}\" | base64 | tr -d '\\n')");
            return format!(" -H \"Authorization: Bearer {value}\"");
        }
        Credentials::ValidOtherScheme => return format!(" -u \"{key}:\""),
        Credentials::Malformed => ("malformed".to_owned(), String::new()),
        Credentials::Valid
        | Credentials::WithoutFirst
        | Credentials::WithoutSecond
        | Credentials::WithoutThird => (key, secret),
        Credentials::Restricted => (variable(RESTRICTED_KEY), variable(RESTRICTED_SECRET)),
        Credentials::KeyAltered => (format!("{}_", cut(&login.key.variable)), secret),
        Credentials::KeyOtherCase => (other_case(&login.key.variable), secret),
        Credentials::KeyCut => (cut(&login.key.variable), secret),
        Credentials::KeyExtended => (longer(&login.key.variable), secret),
        Credentials::KeyRestricted if has_secret => (variable(RESTRICTED_KEY), secret),
        Credentials::SecretRestricted if has_secret => (key, variable(RESTRICTED_SECRET)),
        Credentials::KeyEmpty => (String::new(), secret),
        Credentials::BothEmpty => (String::new(), String::new()),
        Credentials::Swapped if has_secret => (secret, key),
        Credentials::OtherKey if has_secret => (made_up("key"), secret),
        Credentials::SecretCut => near(&cut),
        Credentials::SecretExtended => near(&longer),
        Credentials::SecretOtherCase => near(&other_case),
        Credentials::SecretEmpty => near(&|_| String::new()),
        Credentials::WrongSecret if has_secret => (key, made_up("secret")),
        Credentials::WrongSecret => (other_end(&login.key.variable), String::new()),
        Credentials::UnknownKey
        | Credentials::OtherKey
        | Credentials::KeyRestricted
        | Credentials::SecretRestricted
        | Credentials::Swapped => (made_up("key"), made_up("secret")),
    };
    let is_malformed = who == Credentials::Malformed;
    match &login.scheme {
        SecurityScheme::Basic if is_malformed => {
            " -H 'Authorization: Basic %%%not-base64%%%'".to_owned()
        }
        SecurityScheme::Basic => format!(" -u {}", with("", &format!("{key}:{secret}"))),
        SecurityScheme::Bearer if is_malformed => " -H 'Authorization: Bearer'".to_owned(),
        SecurityScheme::Bearer => format!(" -H {}", with("Authorization: Bearer ", &key)),
        SecurityScheme::HeaderKey(name) if is_malformed => {
            format!(" -H {}", single(&format!("{name};")))
        }
        SecurityScheme::HeaderKey(name) => format!(" -H {}", with(&format!("{name}: "), &key)),
        SecurityScheme::QueryKey(name) => {
            let value = if is_malformed { "" } else { &key };
            format!(" --url-query {}", with(&format!("{name}="), value))
        }
        SecurityScheme::CookieKey(name) => {
            let value = if is_malformed { "" } else { &key };
            format!(" -b {}", with(&format!("{name}="), value))
        }
        SecurityScheme::Other(..) => String::new(),
    }
}

/// The URL without the key in its query, which stands in an option of its own.
fn without_key<'u>(url: &'u str, login: &Login, who: Credentials) -> &'u str {
    let SecurityScheme::QueryKey(name) = &login.scheme else {
        return url;
    };
    let key = format!("{}={}", escaped(name), word(who));
    let rest = url.strip_suffix(key.as_str());
    rest.and_then(|rest| rest.strip_suffix(['?', '&']))
        .unwrap_or(url)
}

/// A text of the document, and behind it what may be a variable, which only double quotes let through.
fn with(text: &str, value: &str) -> String {
    let is_harmless = |c: char| c.is_ascii_alphanumeric() || "-_:= ".contains(c);
    match value.contains('$') {
        true if text.chars().all(is_harmless) => format!("\"{text}{value}\""),
        true => format!("{}\"{value}\"", single(text)),
        false => plain(&format!("{text}{value}")),
    }
}

/// In single quotes where it needs any.
fn plain(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
    match text.chars().all(is_plain) {
        true if !text.is_empty() => text.to_owned(),
        _ => single(text),
    }
}

fn single(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::Request;
    use super::super::credentials::{Entry, Keyring, Secret};
    use super::*;

    fn line(scheme: SecurityScheme, request: Request, url: &str) -> String {
        let keyring = Keyring {
            given: Entry::given("REALKEY", "real-secret"),
            ..Keyring::default()
        };
        let login = Login {
            scheme,
            key: Secret::new("KEY", "REALKEY"),
            password: Secret::new("PASS", "real-secret"),
        };
        let auth = Auth::single(keyring, vec![login]);
        let exchange = Exchange {
            request,
            url: url.to_owned(),
            headers: Vec::new(),
            attempts: Vec::new(),
        };
        let secrets = auth.secrets().0.into_iter().map(|secret| secret.value);
        let redactor = Redactor::new(&secrets.collect::<Vec<_>>());
        let line = curl(&exchange, &auth, &redactor);
        assert!(
            !line.contains("REALKEY") && !line.contains("real-secret"),
            "{line}"
        );
        line
    }

    fn get(credentials: Credentials) -> Request {
        Request {
            method: "GET".into(),
            credentials,
            ..Request::default()
        }
    }

    #[test]
    fn each_scheme_is_shown_by_its_variables() {
        let name = || "X-Key".to_owned();
        for (scheme, who, expected) in [
            (
                SecurityScheme::Basic,
                Credentials::Valid,
                " -u \"$KEY:$PASS\" 'http://h/a'",
            ),
            (SecurityScheme::Basic, Credentials::None, " 'http://h/a'"),
            (
                SecurityScheme::Basic,
                Credentials::WrongSecret,
                " -u \"$KEY:made-up-secret\" 'http://h/a'",
            ),
            (
                SecurityScheme::Basic,
                Credentials::UnknownKey,
                " -u made-up-key:made-up-secret 'http://h/a'",
            ),
            (
                SecurityScheme::Basic,
                Credentials::SecretCut,
                " -u \"$KEY:${PASS%?}\" 'http://h/a'",
            ),
            (
                SecurityScheme::Basic,
                Credentials::SecretOtherCase,
                " -u \"$KEY:$(echo $PASS | tr a-zA-Z A-Za-z)\" 'http://h/a'",
            ),
            (
                SecurityScheme::Basic,
                Credentials::OtherKey,
                " -u \"made-up-key:$PASS\" 'http://h/a'",
            ),
            (
                SecurityScheme::Basic,
                Credentials::KeyCut,
                " -u \"${KEY%?}:$PASS\" 'http://h/a'",
            ),
            (
                SecurityScheme::Basic,
                Credentials::KeyExtended,
                " -u \"${KEY}x:$PASS\" 'http://h/a'",
            ),
            (
                SecurityScheme::Basic,
                Credentials::KeyRestricted,
                " -u \"$CONFORM_RESTRICTED_KEY:$PASS\" 'http://h/a'",
            ),
            (
                SecurityScheme::Basic,
                Credentials::SecretRestricted,
                " -u \"$KEY:$CONFORM_RESTRICTED_SECRET\" 'http://h/a'",
            ),
            (
                SecurityScheme::Basic,
                Credentials::Swapped,
                " -u \"$PASS:$KEY\" 'http://h/a'",
            ),
            (
                SecurityScheme::Basic,
                Credentials::BothEmpty,
                " -u : 'http://h/a'",
            ),
            (
                SecurityScheme::Basic,
                Credentials::ValidOtherScheme,
                " -H \"Authorization: Bearer $(printf %s \"$KEY:$PASS\" | base64 | tr -d '\\n')\" 'http://h/a'",
            ),
            (
                SecurityScheme::Basic,
                Credentials::KeyAltered,
                " -u \"${KEY%?}_:$PASS\" 'http://h/a'",
            ),
            (
                SecurityScheme::Bearer,
                Credentials::SecretExtended,
                " -H \"Authorization: Bearer ${KEY}x\" 'http://h/a'",
            ),
            (
                SecurityScheme::Bearer,
                Credentials::Valid,
                " -H \"Authorization: Bearer $KEY\" 'http://h/a'",
            ),
            (
                SecurityScheme::Bearer,
                Credentials::WrongSecret,
                " -H \"Authorization: Bearer ${KEY%????}AAAA\" 'http://h/a'",
            ),
            (
                SecurityScheme::HeaderKey(name()),
                Credentials::Valid,
                " -H \"X-Key: $KEY\" 'http://h/a'",
            ),
            (
                SecurityScheme::HeaderKey("a`b".into()),
                Credentials::Valid,
                " -H 'a`b: '\"$KEY\" 'http://h/a'",
            ),
            (
                SecurityScheme::CookieKey(name()),
                Credentials::Valid,
                " -b \"X-Key=$KEY\" 'http://h/a'",
            ),
        ] {
            let line = line(scheme, get(who), "http://h/a");
            assert_eq!(line, format!("curl -sS -i{expected}"));
        }
        let query = line(
            SecurityScheme::QueryKey("k".into()),
            get(Credentials::Valid),
            "http://h/a?b=1&k=[redacted]",
        );
        assert_eq!(query, "curl -sS -i --url-query \"k=$KEY\" 'http://h/a?b=1'");
    }

    #[test]
    fn headers_and_body_are_there_and_run_nothing() {
        let request = Request {
            method: "POST".into(),
            headers: vec![("X-A".into(), "$(id) REALKEY it's".into())],
            body: Some(Payload {
                media_type: "application/json".into(),
                bytes: Arc::new(b"{\"k\": \"real-secret `id`\"}".to_vec()),
            }),
            ..get(Credentials::None)
        };
        assert_eq!(
            line(SecurityScheme::Basic, request, "http://h/a"),
            "curl -sS -i -X POST -H 'X-A: $(id) [redacted] it'\\''s' -H 'Content-Type: application/json' \
             --data-raw '{\"k\": \"[redacted] `id`\"}' 'http://h/a'"
        );
    }
}
