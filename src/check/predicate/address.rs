//! Predicates over URIs and resource names with `key=value` segments. What is no URI is the business of the schema's `format`.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{Bound, Ruling};

/// The path has the values as whole segments, in this order, the last one at its end (a trailing slash is allowed).
pub fn uri_path_names(uri: &Value, names: &[Bound<'_>]) -> Ruling {
    let Some(text) = uri.as_str() else {
        return Ruling::NotApplicable;
    };
    let wanted: Option<Vec<&str>> = names.iter().map(|(_, value)| value.as_str()).collect();
    let (Some(wanted), Ok(parsed)) = (wanted, fluent_uri::UriRef::parse(text)) else {
        return Ruling::NotApplicable;
    };
    let mut segments: Vec<Cow<'_, str>> = parsed.path().as_str().split('/').map(decode).collect();
    while segments.last().is_some_and(|last| last.is_empty()) {
        segments.pop();
    }
    let at_end = wanted
        .last()
        .is_none_or(|last| segments.last().is_some_and(|segment| segment == last));
    let mut rest = segments.iter();
    let in_order = wanted
        .iter()
        .all(|name| rest.any(|segment| segment == name));
    Ruling::from(
        at_end && in_order,
        || {
            format!(
                "a path with the segments {}, the last at its end",
                list(names)
            )
        },
        uri,
    )
}

/// A URI of one of the schemes, if any are given, whose `key=value` segments name each of the values.
pub fn path_segments_name(uri: &Value, names: &[Bound<'_>], schemes: &[String]) -> Ruling {
    let Some(text) = uri.as_str() else {
        return Ruling::NotApplicable;
    };
    let scheme = text.split_once("://").map_or("", |(scheme, _)| scheme);
    if !schemes.is_empty()
        && !schemes
            .iter()
            .any(|known| known.eq_ignore_ascii_case(scheme))
    {
        let expected = || format!("{}://… that names {}", schemes.join(" or "), list(names));
        return Ruling::from(false, expected, uri);
    }
    for (key, value) in names {
        let Some(wanted) = value.as_str() else {
            return Ruling::NotApplicable;
        };
        let mut own = segments(text).filter(|(known, _)| known == key).peekable();
        // Of two that differ, each client reads another.
        if own.peek().is_none() || !own.all(|(_, value)| value == wanted) {
            return Ruling::from(false, || format!("a segment {key}={wanted}"), uri);
        }
    }
    Ruling::Holds
}

/// A URI in which no `key=value` segment of these names has another value; a segment may be absent.
pub fn path_segments_agree(uri: &Value, names: &[Bound<'_>]) -> Ruling {
    let Some(text) = uri.as_str() else {
        return Ruling::NotApplicable;
    };
    let mut ruling = Ruling::NotApplicable;
    for (key, value) in names {
        let Some(wanted) = value.as_str() else {
            return Ruling::NotApplicable;
        };
        let mut found = segments(text).filter(|(known, _)| known == key).peekable();
        if found.peek().is_none() {
            continue;
        }
        if !found.all(|(_, value)| value == wanted) {
            return Ruling::from(false, || format!("a segment {key}={wanted}"), uri);
        }
        ruling = Ruling::Holds;
    }
    ruling
}

/// The `key=value` segments of a URI, decoded.
fn segments(text: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    text.split('/')
        .filter_map(|segment| segment.split_once('='))
        .map(|(key, value)| (decode(key), decode(value)))
}

fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    percent_decode_str(text).decode_utf8_lossy()
}

fn list(names: &[Bound<'_>]) -> String {
    names
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn self_links_in_many_right_ways() {
        let (plugin, id) = (json!("ccp-1"), json!("ver/2"));
        let names = [("plugin", &plugin), ("version", &id)];
        for good in [
            "https://api.confluent.cloud/ccpm/v1/plugins/ccp-1/versions/ver%2F2?environment=env-1",
            "http://localhost:1/prefix/plugins/ccp%2D1/versions/ver%2f2/",
        ] {
            assert_eq!(
                uri_path_names(&json!(good), &names),
                Ruling::Holds,
                "{good}"
            );
        }
        for bad in [
            "https://a/plugins/ccp-1/versions/ver-3",
            "https://a/plugins/ccp-2/versions/ver%2F2",
            "https://a/plugins/ccp-1/versions",
            "https://a/ver%2F2/ccp-1",
        ] {
            assert!(
                matches!(uri_path_names(&json!(bad), &names), Ruling::Broken { .. }),
                "{bad}"
            );
        }
        assert_eq!(
            uri_path_names(&json!("not a uri"), &names),
            Ruling::NotApplicable
        );
    }

    #[test]
    fn resource_names() {
        let schemes = ["crn".to_owned()];
        let (environment, version) = (json!("env-1"), json!("ver 2"));
        let names = [("environment", &environment), ("version", &version)];
        let good =
            json!("crn://confluent.cloud/organization=x/environment=env-1/more=1/version=ver%202");
        assert_eq!(path_segments_name(&good, &names, &schemes), Ruling::Holds);
        for bad in [
            "crn://confluent.cloud/environment=env-1",
            "crn://c/environment=env-2/version=ver%202",
            "crn://c/environment=env-2/environment=env-1/version=ver%202",
            "https://c/environment=env-1/version=ver%202",
        ] {
            assert!(
                matches!(
                    path_segments_name(&json!(bad), &names, &schemes),
                    Ruling::Broken { .. }
                ),
                "{bad}"
            );
        }
        assert_eq!(
            path_segments_agree(&json!("https://c/v2/env-1"), &names[..1]),
            Ruling::NotApplicable
        );
        assert_eq!(
            path_segments_agree(&json!("https://c/environment=env-1"), &names[..1]),
            Ruling::Holds
        );
        assert!(matches!(
            path_segments_agree(&json!("https://c/environment=env-2"), &names[..1]),
            Ruling::Broken { .. }
        ));
    }
}
