//! A page of a collection, read as the binding says: items, identities, links, total.

use std::borrow::Cow;

use serde_json::Value;

use crate::battery::{Collection, Next};
use crate::exchange::{Answer, escaped};

use super::led::target_of;
use super::self_told::Said;
use super::{ends, link_header, more, total_header};

/// A page. What is missing or of a wrong type is simply absent here; the schema has its own word on it.
#[derive(Debug, Clone, Default)]
pub struct Page<'v> {
    /// The items; `None` where there is no array.
    pub items: Option<&'v [Value]>,
    /// The link to the next page, the token for it, the id that it begins behind, or by how much the number grows that
    /// leads to it.
    pub next: Option<Cow<'v, str>>,
    /// What it says in as many words of whether another one follows.
    pub more: Option<bool>,
    /// Whether it is the last one by a number in the place of a token of which nobody says that it is the end.
    pub ends: bool,
    /// The number of items in the whole collection.
    pub total: Option<i64>,
    /// What it says of itself.
    pub said: Said,
    /// The link to the first page.
    pub first: Option<&'v str>,
    /// The link to the previous page.
    pub prev: Option<&'v str>,
    /// The link to the last page.
    pub last: Option<&'v str>,
}

/// Reads a page of an answer.
pub fn read_answer<'v>(collection: &Collection, answer: &'v Answer, body: &'v Value) -> Page<'v> {
    let mut page = read(collection, body);
    if let Next::LinkHeader(relation) = &collection.next {
        page.next = link_header::target(answer.header("Link"), relation).map(Cow::Borrowed);
    }
    if let Next::TokenHeader(token) = &collection.next {
        let mut told = answer.headers.iter();
        let told = told.find(|(name, _)| name.eq_ignore_ascii_case(&token.token));
        let told = told
            .map(|(_, value)| value.trim())
            .filter(|told| !told.is_empty());
        (page.next, page.ends) = ends::onward(collection, told.map(Cow::Borrowed), page.more);
    }
    let header = collection.total_header.as_deref();
    page.total = page
        .total
        .or_else(|| header.and_then(|name| total_header::read(answer, name)));
    page
}

/// Reads a page of which only the body is there.
pub fn read<'v>(collection: &Collection, body: &'v Value) -> Page<'v> {
    let text = |pointer: &str| {
        body.pointer(pointer)?
            .as_str()
            .filter(|text| !text.is_empty())
    };
    let link = |pointer: &Option<String>| pointer.as_deref().and_then(text);
    let total = collection
        .total
        .as_deref()
        .and_then(|pointer| body.pointer(pointer));
    let items = match body.pointer(&collection.items) {
        // Many writers of JSON leave an empty list out; where the schema wants it, that is a break of its own.
        None if collection.guessed && !collection.items.is_empty() && body.is_object() => {
            Some(const { &Vec::new() })
        }
        found => found.and_then(Value::as_array),
    };
    let grows = |by: usize| Some(Cow::Owned(by.to_string())).filter(|_| by > 0);
    let count = items.map_or(0, Vec::len);
    let next = match &collection.next {
        Next::LinkHeader(_) | Next::TokenHeader(_) => None,
        Next::Offset(_) => grows(count),
        Next::Page(_) => grows(count.min(1)),
        // What has no id cannot be asked behind.
        Next::After(_) => items
            .and_then(|items| items.last())
            .map(|last| identity(collection, last).map_or(Cow::Borrowed(""), text_of)),
        Next::Link(pointer) => text(pointer).map(Cow::Borrowed),
        Next::Token(token) => body
            .pointer(&token.token)
            .map(text_of)
            .filter(|token| !token.is_empty()),
    };
    let more = more::said(collection, body);
    let (next, ends) = ends::onward(collection, next, more);
    Page {
        items: items.map(Vec::as_slice),
        next,
        more,
        ends,
        total: total.and_then(|total| {
            total.as_i64().or_else(|| {
                total
                    .as_f64()
                    .filter(|float| float.fract() == 0.0)
                    .map(|float| float as i64)
            })
        }),
        said: Said::read(&collection.says, body),
        first: link(&collection.first),
        prev: link(&collection.prev),
        last: link(&collection.last),
    }
}

/// A text or a number as it is sent; empty for what is neither.
fn text_of(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Number(number) => Cow::Owned(number.to_string()),
        _ => Cow::Borrowed(""),
    }
}

/// The id of an item, of whatever type, if it has one.
pub fn identity<'v>(collection: &Collection, item: &'v Value) -> Option<&'v Value> {
    item.pointer(&collection.id)
        .filter(|id| !id.is_null() && !collection.id.is_empty())
}

/// What an item is told apart by: its id, or where it has none all that is in it.
pub fn key_of<'v>(collection: &Collection, item: &'v Value) -> &'v Value {
    identity(collection, item).unwrap_or(item)
}

/// An item's key as a person reads it.
pub fn shown_key(key: &Value) -> String {
    match key {
        Value::String(text) => super::shown(text),
        other => super::shown(&other.to_string()),
    }
}

/// The path and query of the next page, asked for from the page at `from`; `None` on the last page, and where the link
/// cannot be followed.
pub fn next_target(collection: &Collection, page: &Page<'_>, from: &str) -> Option<String> {
    let next = page.next.as_deref().filter(|next| !next.is_empty())?;
    let counted = |name: &str, first: u64| {
        let now = parameter(from, name).map_or(Some(first), |text| text.parse().ok())?;
        let then = next.parse::<u64>().ok()?.checked_add(now)?;
        Some(with_parameter(from, name, &then.to_string()))
    };
    match &collection.next {
        Next::Link(_) | Next::LinkHeader(_) => target_of(next, from, &collection.servers),
        // What was guessed to be a token is a link where it has the parameter itself.
        Next::Token(token) | Next::TokenHeader(token)
            if collection.guessed
                && is_link(next)
                && parameter(next, &token.parameter).is_some() =>
        {
            target_of(next, from, &collection.servers)
        }
        Next::Token(token) | Next::TokenHeader(token) => {
            Some(with_parameter(from, &token.parameter, next))
        }
        Next::After(after) => Some(with_parameter(from, &after.parameter, next)),
        Next::Offset(counter) | Next::Page(counter) => counted(&counter.parameter, counter.first),
    }
}

impl Page<'_> {
    /// Whether it says itself that another one follows.
    pub fn leads_on(&self, collection: &Collection) -> bool {
        self.next.is_some() && (!collection.next.is_unsaid() || self.more == Some(true))
    }
}

/// Whether a text is a URL, or a path or query of one.
fn is_link(text: &str) -> bool {
    let path = text.split(['?', '#']).next().unwrap_or_default();
    path.contains("://") || text.starts_with("/") && text.contains('?') || text.starts_with('?')
}

/// The name of a pair of a query string.
fn name_of(pair: &str) -> Cow<'_, str> {
    let key = pair.split('=').next().unwrap_or_default();
    percent_encoding::percent_decode_str(key).decode_utf8_lossy()
}

/// The value of a query parameter of a target, as it stands there.
pub fn parameter<'t>(target: &'t str, name: &str) -> Option<&'t str> {
    let (_, query) = target.split_once('?')?;
    let mut pairs = query.split('&').filter(|pair| name_of(pair) == name);
    pairs.next()?.split_once('=').map(|(_, value)| value)
}

/// As a page of how many items a target asks for one, and by which number of a page.
pub fn asked(collection: &Collection, target: &str) -> (Option<u64>, Option<u64>) {
    let number = |name: &str| parameter(target, name)?.parse().ok();
    let place = match &collection.next {
        Next::Page(counter) => number(&counter.parameter),
        _ => None,
    };
    (collection.size.as_deref().and_then(number), place)
}

/// The target with that query parameter set; all else stays as it is.
pub fn with_parameter(target: &str, name: &str, value: &str) -> String {
    let target = without_parameter(target, name);
    let sign = if target.contains('?') { '&' } else { '?' };
    format!("{target}{sign}{}={}", escaped(name), escaped(value))
}

/// The target without that query parameter; all else stays as it is.
pub fn without_parameter(target: &str, name: &str) -> String {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let is_other = |pair: &&str| !pair.is_empty() && name_of(pair) != name;
    let pairs: Vec<&str> = query.split('&').filter(is_other).collect();
    match pairs.is_empty() {
        true => path.to_owned(),
        false => format!("{path}?{}", pairs.join("&")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guessed_list_that_is_left_out_is_an_empty_one() {
        let body = serde_json::json!({"total": 0});
        let items = |guessed: bool| {
            let collection = Collection {
                items: "/items".to_owned(),
                guessed,
                ..Collection::default()
            };
            read(&collection, &body).items.map(<[_]>::len)
        };
        assert_eq!((items(true), items(false)), (Some(0), None));
    }

    #[test]
    fn a_token_changes_its_own_parameter_only() {
        for (from, target) in [
            ("/x", "/x?cursor=a%2Bb"),
            ("/x?size=5&kind=a%20b", "/x?size=5&kind=a%20b&cursor=a%2Bb"),
            ("/x?cursor=old&size=5", "/x?size=5&cursor=a%2Bb"),
        ] {
            assert_eq!(with_parameter(from, "cursor", "a+b"), target);
        }
    }

    #[test]
    fn the_next_page_is_asked_for_in_each_way() {
        let body = serde_json::json!({"items": [{"id": 1}, {"id": 2}], "next": "n/x", "token": 7, "done": false, "link": "http://h/a/b?page=2"});
        let answer = Answer {
            status: 200,
            headers: vec![("link".to_owned(), "<?p=2>; rel=\"next\"".to_owned())],
            body: Default::default(),
            end: crate::exchange::BodyEnd::Complete,
        };
        let from = "/a/b?size=2&skip=4";
        for (next, target) in [
            ("/next", Some("/a/n/x")),
            ("{link-header: next}", Some("/a/b?p=2")),
            ("{link-header: prev}", None),
            (
                "{token: /token, parameter: t}",
                Some("/a/b?size=2&skip=4&t=7"),
            ),
            ("{after: last}", Some("/a/b?size=2&skip=4&last=2")),
            ("{after: last, more: /done}", None),
            ("{offset: skip}", Some("/a/b?size=2&skip=6")),
            ("{offset: offset}", Some("/a/b?size=2&skip=4&offset=2")),
            ("{page: page}", Some("/a/b?size=2&skip=4&page=2")),
            ("{page: skip}", Some("/a/b?size=2&skip=5")),
            ("{token: /link, parameter: page}", Some("/a/b?page=2")),
            (
                "{token: /link, parameter: t}",
                Some("/a/b?size=2&skip=4&t=http%3A%2F%2Fh%2Fa%2Fb%3Fpage%3D2"),
            ),
            ("{offset: at, first: 1}", Some("/a/b?size=2&skip=4&at=3")),
            ("{page: page, first: 0}", Some("/a/b?size=2&skip=4&page=1")),
        ] {
            let text = format!("{{items: /items, id: /id, guessed: true, next: {next}}}");
            let collection: Collection = serde_saphyr::from_str(&text).unwrap();
            let page = read_answer(&collection, &answer, &body);
            let found = next_target(&collection, &page, from);
            assert_eq!(found.as_deref(), target, "{next}");
            let empty = serde_json::json!({"items": []});
            if collection.next.is_unsaid() {
                assert_eq!(read(&collection, &empty).next, None, "{next}");
            }
        }
    }
}
