//! A page of a collection, read as the binding says: items, identities, links, total.

use serde_json::Value;

use crate::battery::Collection;

/// A page. What is missing or of a wrong type is simply absent here; the schema has its own word on it.
#[derive(Debug, Clone, Default)]
pub struct Page<'v> {
    /// The items; `None` where there is no array.
    pub items: Option<&'v [Value]>,
    /// The link to the next page.
    pub next: Option<&'v str>,
    /// The number of items in the whole collection.
    pub total: Option<i64>,
    /// The link to the first page.
    pub first: Option<&'v str>,
    /// The link to the previous page.
    pub prev: Option<&'v str>,
    /// The link to the last page.
    pub last: Option<&'v str>,
}

/// Reads a page.
pub fn read<'v>(collection: &Collection, body: &'v Value) -> Page<'v> {
    let link = |pointer: &Option<String>| {
        pointer
            .as_deref()
            .and_then(|pointer| body.pointer(pointer)?.as_str())
            .filter(|link| !link.is_empty())
    };
    let total = collection
        .total
        .as_deref()
        .and_then(|pointer| body.pointer(pointer));
    Page {
        items: body
            .pointer(&collection.items)
            .and_then(Value::as_array)
            .map(Vec::as_slice),
        next: link(&Some(collection.next.clone())),
        total: total.and_then(|total| {
            total.as_i64().or_else(|| {
                total
                    .as_f64()
                    .filter(|float| float.fract() == 0.0)
                    .map(|float| float as i64)
            })
        }),
        first: link(&collection.first),
        prev: link(&collection.prev),
        last: link(&collection.last),
    }
}

/// The identity of an item, if it has one.
pub fn identity<'v>(collection: &Collection, item: &'v Value) -> Option<&'v str> {
    item.pointer(&collection.id).and_then(Value::as_str)
}

/// The path and query that a link leads to, when it stands on the page at `from`; the origin is left out, since a link
/// is always followed on the base URL.
pub fn target_of(link: &str, from: &str) -> Option<String> {
    let link = link.split('#').next().unwrap_or_default();
    let (path_and_query, absolute) = match link.find("://") {
        Some(scheme)
            if link[..scheme]
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte)) =>
        {
            let rest = &link[scheme + 3..];
            (rest.find(['/', '?']).map_or("", |at| &rest[at..]), true)
        }
        _ => match link.strip_prefix("//") {
            Some(rest) => (rest.find(['/', '?']).map_or("", |at| &rest[at..]), true),
            None => (link, false),
        },
    };
    let here = from.split('?').next().unwrap_or_default();
    let joined = match path_and_query.as_bytes().first() {
        Some(b'/') => path_and_query.to_owned(),
        Some(b'?') if absolute => format!("/{path_and_query}"),
        Some(b'?') => format!("{here}{path_and_query}"),
        None if absolute => "/".to_owned(),
        None => return None,
        Some(_) => {
            let folder = here.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{folder}/{path_and_query}")
        }
    };
    // What may not stand in a request line is encoded; what is encoded already stays as it is.
    Some(
        joined
            .chars()
            .map(|c| {
                if c.is_ascii_graphic() {
                    c.to_string()
                } else {
                    percent_encoding::utf8_percent_encode(
                        &c.to_string(),
                        percent_encoding::NON_ALPHANUMERIC,
                    )
                    .to_string()
                }
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_followed_as_given() {
        let from = "/ccpm/v1/plugins/p/versions?environment=e";
        for (link, target) in [
            (
                "https://api.confluent.cloud/ccpm/v1/plugins/p/versions?page_token=a%2Fb+c==",
                "/ccpm/v1/plugins/p/versions?page_token=a%2Fb+c==",
            ),
            ("http://127.0.0.1:80/x", "/x"),
            ("/x?y", "/x?y"),
            ("?page_token=t", "/ccpm/v1/plugins/p/versions?page_token=t"),
            ("//host/x#frag", "/x"),
            (
                "versions?page_token=t",
                "/ccpm/v1/plugins/p/versions?page_token=t",
            ),
            ("https://host?x=1", "/?x=1"),
            ("https://h/a b", "/a%20b"),
        ] {
            assert_eq!(target_of(link, from).as_deref(), Some(target), "{link}");
        }
        assert_eq!(target_of("", from), None);
    }
}
