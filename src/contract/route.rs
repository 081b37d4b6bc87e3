//! The path of an operation as a document writes it, taken apart. A path has neither a query nor a fragment (OpenAPI 3.1,
//! "Paths Object"); documents that have one all the same mean what a client would send: the query goes along, the fragment
//! never leaves the client.

use super::document::Document;
use super::parameter::Parameter;
use super::subject::In;

/// A path as it is written, in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Route<'p> {
    /// The path itself, a template.
    pub(super) path: &'p str,
    /// What stands behind `?`, a template too.
    pub(super) query: &'p str,
    /// Whether something stands behind `#`.
    pub(super) has_fragment: bool,
}

impl<'p> Route<'p> {
    /// Takes a path apart; what stands in braces is a name, whatever its signs.
    pub(super) fn of(written: &'p str) -> Route<'p> {
        let (written, fragment) = split(written, '#');
        let (path, query) = split(written, '?');
        Route {
            path,
            query: query.unwrap_or_default(),
            has_fragment: fragment.is_some(),
        }
    }

    /// What is wrong with it, and what becomes of that; `None` where it is a path and no more.
    pub(super) fn flaw(&self) -> Option<(&'static str, &'static str)> {
        match (self.query.is_empty(), self.has_fragment) {
            (true, false) => None,
            (false, _) => Some((
                "a path has no query: describe it with parameters that are `in: query`",
                "what stands behind `?` is sent as the query as it is",
            )),
            (true, true) => Some((
                "a path has no fragment",
                "what stands behind `#` is not sent, so the operations of the path are told apart by their parameters only",
            )),
        }
    }

    /// The pairs of the query that no declared parameter of the query stands for, as a template.
    pub(super) fn own_query(&self, parameters: &[Parameter]) -> String {
        let is_declared = |name: &str| {
            let mut all = parameters.iter();
            all.any(|one| one.location == In::Query && one.name == name)
        };
        let is_own = |pair: &&str| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let filled = value
                .strip_prefix('{')
                .and_then(|rest| rest.strip_suffix('}'));
            !filled.is_some_and(|filled| is_declared(filled) || is_declared(name))
        };
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        pairs.filter(is_own).collect::<Vec<_>>().join("&")
    }

    /// What a request to it has in the query, and one to another operation at its path may not have: the pairs that are
    /// written behind the path, and required parameters of which the values are listed. Nothing for a path and no more.
    pub(super) fn told_by(
        &self,
        document: &Document,
        parameters: &[Parameter],
    ) -> Vec<(String, Vec<String>)> {
        if self.flaw().is_none() {
            return Vec::new();
        }
        let pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        let fixed = pairs.filter(|(_, value)| !value.contains('{'));
        let fixed = fixed.map(|(name, value)| (name.to_owned(), vec![value.to_owned()]));
        let mut out: Vec<(String, Vec<String>)> = fixed.collect();
        for one in parameters {
            if one.location == In::Query
                && one.required
                && out.iter().all(|(known, _)| *known != one.name)
            {
                out.extend(listed(document, one).map(|values| (one.name.clone(), values)));
            }
        }
        out
    }
}

/// The texts of which a parameter has to be one.
fn listed(document: &Document, parameter: &Parameter) -> Option<Vec<String>> {
    let pointer = &parameter.schema.as_ref()?.schema.pointer;
    let schema = document.resolve(document.at(pointer)?.0, pointer).ok()?;
    let values = schema.node.get("enum")?.as_sequence()?.iter();
    Some(
        values
            .filter_map(|value| Some(value.as_str()?.to_owned()))
            .collect(),
    )
}

/// The text before and behind a sign that stands outside of braces.
fn split(text: &str, sign: char) -> (&str, Option<&str>) {
    let mut is_within = false;
    let at = text.find(|one: char| {
        is_within = one == '{' || is_within && one != '}';
        one == sign && !is_within
    });
    match at {
        Some(at) => (&text[..at], Some(&text[at + sign.len_utf8()..])),
        None => (text, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_taken_apart_outside_of_braces() {
        for (written, path, query, has_fragment) in [
            ("/a/{id}", "/a/{id}", "", false),
            ("/a?b=c&d={e}", "/a", "b=c&d={e}", false),
            ("/#Action=x", "/", "", true),
            ("/a?b=c#d?e", "/a", "b=c", true),
            ("/a/{?b}/{c#}", "/a/{?b}/{c#}", "", false),
        ] {
            let route = Route::of(written);
            let found = (route.path, route.query, route.has_fragment);
            assert_eq!(found, (path, query, has_fragment), "{written}");
            assert_eq!(route.flaw().is_some(), path != written, "{written}");
        }
    }
}
