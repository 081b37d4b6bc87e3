//! Predicates over URIs and Confluent Resource Names. What is no URI is the business of the schema's `format`.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::{Bound, Finding};

/// The path has the values as whole segments, in this order, the last one at its end (a trailing slash is allowed).
pub fn uri_path_names(uri: &Value, names: &[Bound<'_>]) -> Finding {
    let Some(text) = uri.as_str() else {
        return Finding::NotApplicable;
    };
    let wanted: Option<Vec<&str>> = names.iter().map(|(_, value)| value.as_str()).collect();
    let (Some(wanted), Ok(parsed)) = (wanted, fluent_uri::UriRef::parse(text)) else {
        return Finding::NotApplicable;
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
    Finding::from(
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

/// A CRN in which each named segment has the value; with `demanded`, each must be there.
pub fn crn_names(crn: &Value, names: &[Bound<'_>], demanded: bool) -> Finding {
    let Some(text) = crn.as_str() else {
        return Finding::NotApplicable;
    };
    let is_crn = text
        .get(..6)
        .is_some_and(|scheme| scheme.eq_ignore_ascii_case("crn://"));
    if demanded && !is_crn {
        return Finding::from(
            false,
            || format!("a CRN (crn://…) that names {}", list(names)),
            crn,
        );
    }
    let mut looked = false;
    for (key, value) in names {
        let Some(wanted) = value.as_str() else {
            return Finding::NotApplicable;
        };
        let mut found = crn_segments(text)
            .filter(|(known, _)| known == key)
            .peekable();
        if found.peek().is_none() {
            if demanded {
                return Finding::from(false, || format!("a segment {key}={wanted}"), crn);
            }
            continue;
        }
        looked = true;
        if !found.any(|(_, known)| known == wanted) {
            return Finding::from(false, || format!("a segment {key}={wanted}"), crn);
        }
    }
    if looked {
        Finding::Holds
    } else {
        Finding::NotApplicable
    }
}

/// The `key=value` segments of a CRN, values decoded.
pub fn crn_segments(text: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
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
                Finding::Holds,
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
                matches!(uri_path_names(&json!(bad), &names), Finding::Broken { .. }),
                "{bad}"
            );
        }
        assert_eq!(
            uri_path_names(&json!("not a uri"), &names),
            Finding::NotApplicable
        );
    }

    #[test]
    fn crns() {
        let (environment, version) = (json!("env-1"), json!("ver 2"));
        let names = [("environment", &environment), ("version", &version)];
        let good =
            json!("crn://confluent.cloud/organization=x/environment=env-1/more=1/version=ver%202");
        assert_eq!(crn_names(&good, &names, true), Finding::Holds);
        for bad in [
            "crn://confluent.cloud/environment=env-1",
            "crn://c/environment=env-2/version=ver%202",
            "https://c/environment=env-1/version=ver%202",
        ] {
            assert!(
                matches!(crn_names(&json!(bad), &names, true), Finding::Broken { .. }),
                "{bad}"
            );
        }
        assert_eq!(
            crn_names(&json!("https://c/v2/env-1"), &names[..1], false),
            Finding::NotApplicable
        );
        assert_eq!(
            crn_names(&json!("https://c/environment=env-1"), &names[..1], false),
            Finding::Holds
        );
        assert!(matches!(
            crn_names(&json!("https://c/environment=env-2"), &names[..1], false),
            Finding::Broken { .. }
        ));
    }
}
