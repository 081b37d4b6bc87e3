//! A request as it was sent by somebody else, held against what its operation documents: what of it the contract does not
//! allow. Where it can be read in more than one way, the one that is allowed counts.

use std::collections::BTreeMap;

use serde_json::Value;

use super::clause::ClauseIx;
use super::client_headers;
use super::operation::Operation;
use super::parameter::{Parameter, Style, readings};
use super::request_body::{Media, RequestBody, best_of};
use super::schema::{Body, Shape, Violation};
use super::security::SecurityScheme;
use super::subject::In;
use super::{Compiled, Contract};

/// The body of a request that was sent.
#[derive(Debug, Clone, Copy)]
pub enum SentBody<'a> {
    /// It had none.
    None,
    /// Nobody knows, or not all of it.
    Unknown,
    /// Its media type, empty where none is said, and its bytes.
    Bytes(&'a str, &'a [u8]),
}

/// A request that was sent.
#[derive(Debug)]
pub struct Sent<'a> {
    /// The pairs of its query, decoded.
    pub query: &'a [(String, String)],
    /// Its headers.
    pub headers: &'a [(String, String)],
    /// Whether these are all that it had: else none is missing.
    pub knows_headers: bool,
    /// Its path parameters, decoded.
    pub path: &'a BTreeMap<String, String>,
    /// Its body.
    pub body: SentBody<'a>,
}

impl Sent<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter();
        let found = all.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn cookie(&self, name: &str) -> bool {
        let cookies = self
            .headers
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case("cookie"));
        let mut pairs = cookies.flat_map(|(_, value)| value.split(';'));
        pairs.any(|pair| {
            pair.split('=')
                .next()
                .is_some_and(|known| known.trim() == name)
        })
    }

    /// Whether it shows credentials of any kind that the operation asks for, or that a server may take for some.
    pub fn shows_credentials(&self, operation: &Operation) -> bool {
        if self.header("authorization").is_some() || self.header("cookie").is_some() {
            return true;
        }
        let mut schemes = operation.security.requirements.iter().flatten();
        schemes.any(|used| match &used.scheme {
            SecurityScheme::Basic | SecurityScheme::Bearer => false,
            SecurityScheme::HeaderKey(name) => self.header(name).is_some(),
            SecurityScheme::QueryKey(name) => self.query.iter().any(|(known, _)| known == name),
            SecurityScheme::CookieKey(name) => self.cookie(name),
            SecurityScheme::Other(..) => true,
        })
    }

    /// The clauses that it breaks. `None` where it breaks the contract at a place that no clause speaks of.
    pub fn broken(&self, contract: &Contract, operation: &Operation) -> Option<Vec<ClauseIx>> {
        let mut out = Vec::new();
        let mut beside = false;
        let own = operation.parameters.iter();
        let own = own.filter(|one| !operation.carries_credentials(one));
        for parameter in own {
            let name = parameter.name.as_str();
            // Whether they are there and right says nothing of the server.
            let is_everybodys = parameter.location == In::Header
                && (client_headers::is_sent_anyway(name)
                    || client_headers::may_be_ignored(name)
                    || client_headers::is_of_browsers(name));
            // Who keeps traffic takes cookies out of it.
            if is_everybodys || parameter.location == In::Cookie {
                continue;
            }
            let Some(texts) = self.texts(parameter) else {
                continue;
            };
            if texts.is_empty() {
                let has_default = || contract.has_default(parameter);
                out.extend(parameter.clause.filter(|_| !has_default()));
            } else if let Some(found) = broken_value(parameter, &texts) {
                match found {
                    Some(clause) => out.push(clause),
                    None => beside = true,
                }
            }
        }
        beside |= self.body(contract, operation, &mut out).is_err();
        (!beside || !out.is_empty()).then_some(out)
    }

    /// The texts that a parameter was sent with; `None` where it cannot be told.
    fn texts(&self, parameter: &Parameter) -> Option<Vec<String>> {
        let name = parameter.name.as_str();
        match parameter.location {
            In::Path => self.path.get(name).map(|text| vec![text.clone()]),
            In::Header if !self.knows_headers => None,
            In::Header => Some(self.header(name).map(str::to_owned).into_iter().collect()),
            In::Cookie => None,
            In::Query => {
                let root = parameter
                    .schema
                    .as_ref()
                    .and_then(|body| body.shape.nodes.first());
                let is_object = root.is_none_or(|root| !root.properties.is_empty());
                let own = self.query.iter().filter(|(known, _)| known == name);
                let texts: Vec<String> = own.map(|(_, text)| text.clone()).collect();
                let below = format!("{name}[");
                let is_below = self
                    .query
                    .iter()
                    .any(|(known, _)| known.starts_with(&below));
                // The members of an object may stand there by their own names.
                let is_spread = is_object && texts.is_empty() && parameter.schema.is_some();
                (!is_below && !is_spread).then_some(texts)
            }
        }
    }

    fn body(
        &self,
        contract: &Contract,
        operation: &Operation,
        out: &mut Vec<ClauseIx>,
    ) -> Result<(), ()> {
        let Some(documented) = &operation.request_body else {
            return Ok(());
        };
        let (media_type, bytes) = match self.body {
            SentBody::Unknown => return Ok(()),
            SentBody::None => {
                out.extend(documented.clause);
                return Ok(());
            }
            SentBody::Bytes(media_type, bytes) => (media_type, bytes),
        };
        let fitting = fitting(documented, media_type);
        if fitting.is_empty() {
            if !media_type.is_empty() {
                out.extend(documented.content_type);
            }
            return Ok(());
        }
        if !fitting.iter().all(|media| media.is_json()) {
            return Ok(());
        }
        let Ok(value) = serde_json::from_slice::<Value>(bytes) else {
            out.extend(documented.json);
            return Ok(());
        };
        let mut wrong = None;
        for media in fitting {
            let Some(body) = &media.body else {
                return Ok(());
            };
            match body.schema.get() {
                Some(compiled) if !compiled.is_valid(&value) => {
                    wrong = wrong.or(Some((compiled, &body.shape)));
                }
                _ => return Ok(()),
            }
        }
        let broken = wrong.map(|(compiled, shape)| compiled.raw_violations(shape, &value));
        let broken = broken.unwrap_or_default();
        // What has a default may be left out.
        let is_assumed = |one: &Violation| {
            let clause = one.clause.map(|clause| contract.clauses.get(clause));
            clause.is_some_and(|clause| contract.assumes(clause))
        };
        if !broken.is_empty() && broken.iter().all(is_assumed) {
            return Ok(());
        }
        let mut others = broken.iter().filter(|one| !is_assumed(one));
        let clause = others.find_map(|one| one.clause).ok_or(())?;
        out.push(clause);
        Ok(())
    }
}

/// The documented media types that a body may be meant for.
fn fitting<'r>(documented: &'r RequestBody, media_type: &str) -> Vec<&'r Media> {
    let best = best_of(&documented.content, media_type);
    if !best.is_empty() {
        return best;
    }
    // Which dialect of JSON it is, is told apart by few.
    let is_json = Media::new(media_type, String::new()).is_json();
    let all = documented.content.iter();
    let near = |media: &&Media| media.covers(media_type) || is_json && media.is_json();
    all.filter(near).collect()
}

/// The clause that the texts of a parameter break, where they break its schema; `Some(None)` where no clause speaks of it.
fn broken_value(parameter: &Parameter, texts: &[String]) -> Option<Option<ClauseIx>> {
    // Many servers trim a text, and take an empty one for none.
    if texts
        .iter()
        .any(|text| text.is_empty() || text.trim() != text || text.contains(char::is_control))
    {
        return None;
    }
    let Body { schema, shape } = parameter.schema.as_ref()?;
    let compiled = schema.get()?;
    let mut read: Vec<Value> = Vec::new();
    for value in values(parameter, texts) {
        read.extend(readings(&value));
    }
    if read.is_empty() || read.iter().any(|value| compiled.is_valid(value)) {
        return None;
    }
    let is_whole = |value: &&Value| value.is_number() || value.is_boolean();
    let best = read.iter().find(is_whole).or_else(|| read.first())?;
    Some(clause_of(compiled, shape, best))
}

/// What texts may stand for: one value, or a list in the parameter's style. Objects are not read.
fn values(parameter: &Parameter, texts: &[String]) -> Vec<Value> {
    let list =
        |texts: &mut dyn Iterator<Item = &str>| Value::Array(texts.map(Value::from).collect());
    match (parameter.style, texts) {
        (Style::Json, [text]) => serde_json::from_str(text).into_iter().collect(),
        (Style::Simple | Style::Form | Style::Delimited(_), [text]) => {
            vec![
                Value::from(text.as_str()),
                list(&mut std::iter::once(text.as_str())),
                list(&mut text.split(',').map(str::trim)),
                list(&mut text.split(' ')),
                list(&mut text.split('|')),
                list(&mut text.split('\t')),
            ]
        }
        (Style::Form | Style::Delimited(_), texts) => {
            vec![list(&mut texts.iter().map(String::as_str))]
        }
        _ => Vec::new(),
    }
}

fn clause_of(compiled: &Compiled, shape: &Shape, value: &Value) -> Option<ClauseIx> {
    let mut broken = compiled.raw_violations(shape, value).into_iter();
    broken.find_map(|one| one.clause)
}
