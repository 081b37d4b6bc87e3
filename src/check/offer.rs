//! What an exchange offers to other cases: values of its answer, and those that it was sent with.

use serde_json::Value;

use crate::battery::{Offer, PlannedRequest};
use crate::contract::{Operation, Parameter};
use crate::exchange::Answer;

use super::response::Body;

/// The most values that one place offers.
const MOST: usize = 16;

/// The values at a place of an exchange, each once, in their order.
pub fn offered(
    offer: &Offer,
    request: &PlannedRequest,
    answer: &Answer,
    body: &Body,
) -> Vec<Value> {
    let mut out = Vec::new();
    match offer {
        Offer::Body(tokens) => {
            if let Some(value) = body.value() {
                gather(value, tokens, &mut out);
            }
        }
        Offer::Keys(tokens) => {
            let map = body
                .value()
                .and_then(|value| super::descend(value, tokens)?.as_object());
            let names = map.into_iter().flat_map(|map| map.keys().take(MOST));
            out.extend(
                names
                    .filter(|name| !name.is_empty())
                    .map(|name| Value::from(name.as_str())),
            );
        }
        Offer::Header(name) => {
            let values = answer.header(name).filter(|text| !text.trim().is_empty());
            out.extend(values.map(Value::from));
        }
        Offer::Sent(name) => {
            let headers = request.headers.iter();
            let mut headers = headers.filter(|(known, _)| known.eq_ignore_ascii_case(name));
            let sent = request.path.get(name).or_else(|| request.query.get(name));
            let sent = sent.or_else(|| headers.next().map(|(_, value)| value));
            out.extend(sent.cloned().map(Value::from));
        }
    }
    out
}

/// The values below a place that can stand for something: texts and numbers.
fn gather(value: &Value, tokens: &[String], out: &mut Vec<Value>) {
    if out.len() >= MOST {
        return;
    }
    let Some((token, rest)) = tokens.split_first() else {
        let is_of_use = match value {
            Value::String(text) => !text.is_empty(),
            Value::Number(_) => true,
            _ => false,
        };
        if is_of_use && !out.contains(value) {
            out.push(value.clone());
        }
        return;
    };
    match value {
        Value::Array(items) if token == "*" => {
            items.iter().for_each(|item| gather(item, rest, out));
        }
        Value::Object(map) if token == "*" && !map.contains_key("*") => {
            map.values().for_each(|item| gather(item, rest, out));
        }
        other => {
            if let Some(found) = super::descend(other, std::slice::from_ref(token)) {
                gather(found, rest, out);
            }
        }
    }
}

/// An offered value as it is used: of a header that is a link, the id of what it leads to; for a path that of this template
/// and name, if it leads there.
pub fn used(offer: &Offer, place: Option<(&str, &str)>, value: &Value) -> Option<Value> {
    match (offer, value.as_str()) {
        (Offer::Header(_), Some(link)) => match place {
            Some((template, name)) => in_link(template, name, link).map(Value::from),
            None => Some(Value::from(last_segment(link))),
        },
        _ => Some(value.clone()),
    }
}

/// The last segment of a URL's path, as it was meant; a value that has none stands for itself.
fn last_segment(url: &str) -> String {
    decoded(segments(url).last().copied().unwrap_or_default())
}

/// The value of a path parameter in a link, which must lead to where that parameter stands in the template; what is no link
/// stands for itself.
pub fn in_link(template: &str, name: &str, link: &str) -> Option<String> {
    let written = format!("{{{name}}}");
    let parts: Vec<&str> = template.split('/').collect();
    let at = parts.iter().position(|part| part.contains(&written))?;
    let (before, after) = parts[at].split_once(&written)?;
    let mut link = segments(link);
    // A version of something is not what it is a version of.
    if let Some(history) = link.iter().position(|part| *part == "_history") {
        link.truncate(history);
    }
    let last = decoded(link.pop()?);
    let above = parts[..at].last().filter(|above| !above.contains('{'));
    let is_there = match (above, link.last()) {
        (Some(above), Some(own)) if !above.is_empty() && before.is_empty() => {
            is_same_noun(above, &decoded(own))
        }
        // The name of all is the id of none.
        (Some(above), None) => last != **above,
        _ => true,
    };
    let inner = last.strip_prefix(before);
    let inner = inner.and_then(|inner| inner.strip_suffix(after));
    let value = match inner {
        Some(inner) => inner.to_owned(),
        // Where the template has more around it, a whole link must have that too.
        None if link.is_empty() => last,
        None => return None,
    };
    (is_there && !value.is_empty()).then_some(value)
}

/// Whether two segments call the same, be it one or many.
fn is_same_noun(one: &str, other: &str) -> bool {
    let stem = |text: &str| text.to_lowercase().trim_end_matches('s').to_owned();
    stem(one) == stem(other)
}

fn segments(url: &str) -> Vec<&str> {
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim().trim_end_matches('/');
    let parts = path.split('/');
    parts.filter(|part| !part.is_empty()).collect()
}

fn decoded(text: &str) -> String {
    let decoded = percent_encoding::percent_decode_str(text).decode_utf8();
    decoded.map_or_else(|_| text.to_owned(), |text| text.into_owned())
}

/// Whether a value can be sent for a parameter: it fits the schema as it goes over the wire, and leaves the path the
/// path that it is.
pub fn fits(parameter: Option<&Parameter>, value: &Value) -> bool {
    let changes_path = value
        .as_str()
        .is_some_and(|text| matches!(text, "." | ".."));
    !changes_path && parameter.is_none_or(|parameter| parameter.allows(value))
}

/// The values of several parameters in the order in which they are tried: that of the last one changes first.
pub fn combinations(candidates: &[Vec<Value>], most: usize) -> Vec<Vec<Value>> {
    let all = candidates.iter().map(Vec::len).product::<usize>();
    let nth = |n: usize| {
        let mut rest = n;
        let mut values: Vec<Value> = candidates
            .iter()
            .rev()
            .map(|of_one| {
                let value = of_one[rest % of_one.len()].clone();
                rest /= of_one.len();
                value
            })
            .collect();
        values.reverse();
        values
    };
    (0..all.min(most)).map(nth).collect()
}

/// That there are no values for parameters, why, and how a user gives them and what goes with them.
pub fn none_found(
    operation: &Operation,
    unknown: &[&str],
    names: &[&str],
    since: Option<&str>,
) -> String {
    let named: Vec<String> = unknown.iter().map(|name| format!("{{{name}}}")).collect();
    let flag = |name: &&str| match operation.id.contains(' ') {
        true => format!("--param '{}:{name}=…'", operation.id),
        false => format!("--param {}:{name}=…", operation.id),
    };
    let flags: Vec<String> = names.iter().map(flag).collect();
    format!(
        "no id found for {}{}, give {}",
        named.join(" and "),
        since
            .map(|since| format!(", since {since}"))
            .unwrap_or_default(),
        flags.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::contract::pointer;

    #[test]
    fn the_values_at_a_place() {
        let body = json!({"items": [{"id": 1}, {"id": "b"}, {"id": 1}, {"id": null}, {"no": 3}, {"id": ""}], "by": {"x": {"id": 7}, "y": {"id": 8}}});
        for (at, found) in [
            ("/items/*/id", json!([1, "b"])),
            ("/items/1/id", json!(["b"])),
            ("/by/*/id", json!([7, 8])),
            ("/items", json!([])),
            ("/nothing/*", json!([])),
        ] {
            let mut out = Vec::new();
            gather(&body, &pointer::tokens(at), &mut out);
            assert_eq!(Value::from(out), found, "{at}");
        }
    }

    #[test]
    fn the_last_segment_of_a_url() {
        for (url, segment) in [
            ("https://a/pets/7", "7"),
            ("/pets/7/?x=/9#/y", "7"),
            ("/pets/a%20b", "a b"),
            ("7", "7"),
            ("", ""),
        ] {
            assert_eq!(last_segment(url), segment, "{url}");
        }
    }

    #[test]
    fn a_link_gives_the_id_of_what_it_leads_to() {
        for (template, link, id) in [
            ("/pets/{id}", "https://a/v1/pets/7", Some("7")),
            ("/pets/{id}", "/Pet/a%20b/", Some("a b")),
            ("/pets/{id}", "7", Some("7")),
            ("/pets/{id}", "/jobs/7", None),
            ("/pets/{id}", "pets", None),
            ("/pets/{id}", "/pets/7/jobs/9", None),
            ("/pets/{id}", "/pets/7/_history/1", Some("7")),
            ("/pets/{id}", "", None),
            ("/owners/{owner}/{id}", "/owners/o/7", Some("7")),
            ("/pets({id})", "https://a/odata/pets(7)", Some("7")),
            ("/pets({id})", "https://a/odata/toys(7)", None),
            ("/pets({id})", "7", Some("7")),
        ] {
            assert_eq!(in_link(template, "id", link).as_deref(), id, "{link}");
        }
    }

    #[test]
    fn the_last_parameter_changes_first() {
        let candidates = [vec![json!(1), json!(2)], vec![json!("a"), json!("b")]];
        let tried = combinations(&candidates, 3);
        assert_eq!(json!(tried), json!([[1, "a"], [1, "b"], [2, "a"]]));
        assert_eq!(combinations(&[vec![json!(1)], vec![]], 3).len(), 0);
        assert_eq!(combinations(&[], 3), [Vec::<Value>::new()]);
    }
}
