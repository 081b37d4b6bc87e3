//! The secrets of traffic: nobody names them, so they are collected where they stand, and taken out of whatever is shown.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::traffic::{Seen, Sent};
use super::{Answer, OwnWords, Redactor};

/// So many secrets of a kind are searched for wherever they stand. What comes later is taken out of its own exchange.
const MOST: usize = 200;
/// What stands where a secret stood.
const REDACTED: &str = "[redacted]";

/// Knows where secrets stand, and those that it met.
#[derive(Debug, Default)]
pub struct Hidden {
    /// Lower-case names of headers, query parameters and cookies.
    names: BTreeSet<String>,
    /// Names of members of JSON bodies, in lower case.
    members: BTreeSet<String>,
    keys: BTreeSet<String>,
    cookies: BTreeSet<String>,
}

impl Hidden {
    /// The names under which a document's schemes have their keys, and those that the user gives, which may be names of
    /// members of bodies as well.
    pub fn new<'n>(keys: impl Iterator<Item = &'n str>, given: &[String]) -> Hidden {
        let members: BTreeSet<String> = given.iter().map(|name| name.to_lowercase()).collect();
        let names = keys.map(str::to_lowercase);
        Hidden {
            names: names.chain(members.iter().cloned()).collect(),
            members,
            ..Hidden::default()
        }
    }

    /// Takes in the secrets of an exchange; the URL as it may be shown. Where there are too many to remember, the exchange
    /// holds stand-ins for its own afterwards.
    pub fn hide(&mut self, seen: &mut Seen) -> String {
        let (keys, cookies) = self.secrets_of(seen);
        let is_new =
            |known: &BTreeSet<String>, own: &[String]| own.iter().any(|one| !known.contains(one));
        let mut late: Vec<String> = Vec::new();
        for (known, own) in [(&mut self.keys, keys), (&mut self.cookies, cookies)] {
            if known.len() >= MOST && is_new(known, &own) {
                late.extend(own);
            } else {
                known.extend(own);
            }
        }
        let mut shown = self.without_values(&seen.url);
        if !late.is_empty() {
            let redactor = Redactor::new(&late).standing_in();
            shown = redactor.text(&shown).into_owned();
            if let Ok(answer) = &mut seen.answer {
                answer.body = redactor.bytes(&answer.body).into_owned().into();
                for (name, value) in &mut answer.headers {
                    *value = redactor.header(name, value).into_owned();
                }
            }
            if let Sent::Body(payload) = &mut seen.body {
                payload.bytes = redactor.bytes(&payload.bytes).into_owned().into();
            }
        }
        shown
    }

    /// What takes all of them out, but for those that cannot be told from what we write ourselves.
    /// Ours are only asked for where there is one.
    pub fn redactor<'o>(&self, own: impl Fn() -> &'o OwnWords) -> Redactor {
        let all = self.keys.iter().chain(&self.cookies);
        let secrets: Vec<String> = all.filter(|one| !own().hold(one)).cloned().collect();
        Redactor::new(&secrets).hiding(self.names.iter().cloned())
    }

    /// Keys and tokens, and what stands in cookies.
    fn secrets_of(&self, seen: &Seen) -> (Vec<String>, Vec<String>) {
        let (mut keys, mut cookies) = (Vec::new(), Vec::new());
        let answer = seen.answer.as_ref().ok();
        let answered = answer
            .map(|answer| answer.headers.as_slice())
            .unwrap_or_default();
        for (name, value) in seen.headers.iter().chain(answered) {
            match name.to_lowercase().as_str() {
                "authorization" | "proxy-authorization" => keys.extend(tokens(value)),
                "cookie" => {
                    for (name, value) in value.split(';').filter_map(|pair| pair.split_once('=')) {
                        let place = if self.names.contains(&name.trim().to_lowercase()) {
                            &mut keys
                        } else {
                            &mut cookies
                        };
                        place.push(value.trim().trim_matches('"').to_owned());
                    }
                }
                "set-cookie" => cookies.extend(cookie(value)),
                other if self.names.contains(other) => keys.extend(tokens(value)),
                _ => {}
            }
        }
        keys.extend(user_information(&seen.url));
        for pair in seen
            .url
            .split_once('?')
            .map_or("", |(_, query)| query)
            .split('&')
        {
            if let Some((name, value)) = pair.split_once('=')
                && self.names.contains(&decoded(name).to_lowercase())
            {
                keys.push(decoded(value));
            }
        }
        if !self.members.is_empty() {
            let sent = match &seen.body {
                Sent::Body(payload) => payload.bytes.as_slice(),
                _ => &[],
            };
            for bytes in [sent, answer.map_or(&[], |answer| answer.body.as_slice())] {
                if let Ok(value) = serde_json::from_slice::<Value>(bytes) {
                    self.members_of(&value, &mut keys);
                }
            }
        }
        keys.retain(|key| !key.is_empty());
        cookies.retain(|cookie| !cookie.is_empty());
        (keys, cookies)
    }

    fn members_of(&self, value: &Value, out: &mut Vec<String>) {
        match value {
            Value::Array(entries) => entries.iter().for_each(|entry| self.members_of(entry, out)),
            Value::Object(map) => {
                for (name, value) in map {
                    match value {
                        Value::String(text) if self.members.contains(&name.to_lowercase()) => {
                            out.push(text.clone())
                        }
                        Value::Number(number) if self.members.contains(&name.to_lowercase()) => {
                            out.push(number.to_string())
                        }
                        other => self.members_of(other, out),
                    }
                }
            }
            _ => {}
        }
    }

    /// The URL without user information, and without the values of hidden parameters, however short they are.
    fn without_values(&self, url: &str) -> String {
        let url = match split(url) {
            Some((scheme, authority, path)) => {
                let host = authority.rsplit('@').next().unwrap_or_default();
                format!("{scheme}://{host}{path}")
            }
            None => url.to_owned(),
        };
        let Some((path, query)) = url.split_once('?') else {
            return url;
        };
        let pairs = query.split('&').map(|pair| match pair.split_once('=') {
            Some((name, _)) if self.names.contains(&decoded(name).to_lowercase()) => {
                format!("{name}={REDACTED}")
            }
            _ => pair.to_owned(),
        });
        format!("{path}?{}", pairs.collect::<Vec<_>>().join("&"))
    }
}

/// What a `Set-Cookie` sets.
fn cookie(value: &str) -> Option<String> {
    let (_, value) = value.split(';').next()?.split_once('=')?;
    Some(value.trim().trim_matches('"').to_owned())
}

/// What the answers of a run set as cookies, as far as it can be told from what we write ourselves.
pub fn cookies_set<'a>(answers: impl Iterator<Item = &'a Answer>, own: &OwnWords) -> Vec<String> {
    let values = answers.flat_map(|answer| answer.header("set-cookie").filter_map(cookie));
    let all: BTreeSet<String> = values.filter(|value| !own.hold(value)).take(MOST).collect();
    all.into_iter().collect()
}

/// A value, and what of it is a secret on its own: the token behind the scheme, and both parts of a Basic pair.
fn tokens(value: &str) -> Vec<String> {
    let mut out = vec![value.to_owned()];
    if let Some((scheme, token)) = value.trim().split_once(' ') {
        let token = token.trim();
        out.push(token.to_owned());
        if scheme.eq_ignore_ascii_case("basic")
            && let Ok(pair) = STANDARD.decode(token)
            && let Ok(pair) = String::from_utf8(pair)
        {
            out.extend(
                pair.split_once(':')
                    .map(|(_, password)| password.to_owned()),
            );
            out.push(pair);
        }
    }
    out
}

/// What is secret in front of a URL's host: the password and the pair that a client makes a Basic value of; else the name,
/// which is a token then.
fn user_information(url: &str) -> Vec<String> {
    let given = split(url).and_then(|(_, authority, _)| authority.rsplit_once('@'));
    let Some((given, _)) = given else {
        return Vec::new();
    };
    let Some((user, password)) = given.split_once(':').filter(|(_, one)| !one.is_empty()) else {
        return vec![decoded(given.trim_end_matches(':'))];
    };
    let (user, password) = (decoded(user), decoded(password));
    vec![format!("{user}:{password}"), password]
}

/// Scheme, authority, and what is behind it.
fn split(url: &str) -> Option<(&str, &str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    Some((scheme, authority, path))
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::super::{BodyEnd, Payload};
    use super::*;

    fn seen(key: &str) -> Seen {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        Seen {
            started: String::new(),
            method: "POST".into(),
            url: format!("http://user:pw@h/a?api_key={key}&b=1"),
            headers: vec![
                pair("Authorization", "Bearer CANARY-token-1"),
                pair("cookie", "sid=CANARY-cookie; theme=dark"),
                pair("X-Pin", "1234"),
            ],
            body: Sent::Body(Payload {
                media_type: String::new(),
                bytes: Arc::new(b"{\"pin\": \"CANARY-pin\"}".to_vec()),
            }),
            lacks: super::super::traffic::Lacks::default(),
            answer: Ok(Answer {
                status: 200,
                headers: vec![pair("Set-Cookie", "sid=CANARY-new-one; Path=/")],
                body: Arc::new(format!("{{\"echo\": \"CANARY-token-1 {key}\"}}").into_bytes()),
                end: BodyEnd::Complete,
            }),
            took: Duration::ZERO,
        }
    }

    #[test]
    fn what_is_secret_is_found_where_it_stands_and_taken_out_everywhere() {
        let mut hidden = Hidden::new(["api_key", "X-Pin"].into_iter(), &["pin".to_owned()]);
        let mut one = seen("CANARY-key");
        one.url = one.url.replace("pw@", "CANARY%2Fpass@");
        assert_eq!(hidden.hide(&mut one), "http://h/a?api_key=[redacted]&b=1");
        let redactor = {
            let own = OwnWords::default();
            hidden.redactor(|| &own)
        };
        let text = "CANARY-token-1 CANARY-cookie CANARY-key CANARY-pin CANARY-new-one";
        assert_eq!(redactor.text(text), ["[redacted]"; 5].join(" "));
        let text = "CANARY/pass, CANARY%2fpass, dXNlcjpDQU5BUlkvcGFzcw==";
        assert_eq!(redactor.text(text), ["[redacted]"; 3].join(", "));
        assert_eq!(redactor.header("x-pin", "1234"), "[redacted]");
        assert_eq!(redactor.header("X-Other", "1234"), "1234");
    }

    #[test]
    fn of_more_than_can_be_remembered_each_is_taken_out_of_its_own_exchange() {
        let mut hidden = Hidden::new(["api_key"].into_iter(), &[]);
        for n in 0..2 * MOST {
            let mut one = seen(&format!("CANARY-key-{n}"));
            let url = hidden.hide(&mut one);
            let body = String::from_utf8_lossy(&one.answer.unwrap().body).into_owned();
            if n >= MOST {
                let key = format!("CANARY-key-{n}");
                assert!(!url.contains(&key) && !body.contains(&key), "{url} {body}");
            }
        }
    }
}
