//! Path and query of a request, percent-encoded but for what divides the entries of a list or of an object (RFC 6570, section
//! 3.2.1): who splits before decoding (RFC 3986, section 2.2) finds them.

use std::collections::BTreeMap;

use crate::contract::{In, Operation};
use crate::exchange::escaped;

/// The parameters with characters that are no data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Dividers(Vec<(In, String, &'static str)>);

impl Dividers {
    /// Those of an operation.
    pub(super) fn of(operation: &Operation) -> Dividers {
        let all = operation.parameters.iter();
        let all = all.map(|one| (one.location, one.name.clone(), one.dividers()));
        Dividers(all.filter(|(.., dividers)| !dividers.is_empty()).collect())
    }

    fn written(&self, location: In, name: &str, value: &str) -> String {
        let mut known = self.0.iter();
        let found = known.find(|(of, known, _)| *of == location && known == name);
        let Some((.., dividers)) = found else {
            return escaped(value);
        };
        let mut out = String::with_capacity(value.len());
        for piece in value.split_inclusive(|letter| dividers.contains(letter)) {
            let text = piece.trim_end_matches(|letter| dividers.contains(letter));
            out.push_str(&escaped(text));
            out.push_str(&piece[text.len()..]);
        }
        out
    }
}

/// Path and query; what has no value yet stands in braces.
pub(super) fn target(
    template: &str,
    path: &BTreeMap<String, String>,
    query: &BTreeMap<String, Vec<String>>,
    dividers: &Dividers,
) -> String {
    let mut out = String::with_capacity(template.len() + 32);
    for (n, piece) in template.split('{').enumerate() {
        if n == 0 {
            out.push_str(piece);
            continue;
        }
        let (name, rest) = piece.split_once('}').unwrap_or((piece, ""));
        match path.get(name) {
            Some(value) => out.push_str(&dividers.written(In::Path, name, value)),
            None => out.extend(["{", name, "}"]),
        }
        out.push_str(rest);
    }
    let pairs = query.iter();
    let pairs = pairs.flat_map(|(name, values)| values.iter().map(move |value| (name, value)));
    for (n, (name, value)) in pairs.enumerate() {
        out.push(if n == 0 { '?' } else { '&' });
        out.push_str(&escaped(name));
        out.push('=');
        out.push_str(&dividers.written(In::Query, name, value));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::Contract;

    #[test]
    fn what_divides_entries_stands_as_it_is() {
        const LIST: &str = "schema: {type: array, items: {type: string}}";
        const MAP: &str = "schema: {type: object, properties: {a: {type: string}}}";
        const TEXT: &str = "schema: {type: string}";
        for (parameter, value, wanted) in [
            (format!("in: path, {LIST}"), "1,a b", "/x/1,a%20b"),
            (format!("in: path, {TEXT}"), "1,2", "/x/1%2C2"),
            (
                format!("in: path, style: matrix, {TEXT}"),
                ";p=2",
                "/x/;p=2",
            ),
            (
                format!("in: path, style: matrix, explode: true, {LIST}"),
                ";p=1;p=a/b",
                "/x/;p=1;p=a%2Fb",
            ),
            (format!("in: path, style: label, {LIST}"), ".1,2", "/x/.1,2"),
            (
                format!("in: path, explode: true, {MAP}"),
                "a=1,b=2",
                "/x/a=1,b=2",
            ),
            (
                format!("in: query, explode: false, {LIST}"),
                "1,2",
                "/x/{p}?p=1,2",
            ),
            (format!("in: query, {LIST}"), "1,2", "/x/{p}?p=1%2C2"),
        ] {
            let text = format!(
                "openapi: 3.0.3\npaths:\n  /x/{{p}}: {{get: {{parameters: [{{name: p, {parameter}}}], responses: {{}}}}}}\n"
            );
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            let operation = &contract.operations[0];
            let (mut path, mut query) = (BTreeMap::new(), BTreeMap::new());
            match parameter.starts_with("in: path") {
                true => drop(path.insert("p".to_owned(), value.to_owned())),
                false => drop(query.insert("p".to_owned(), vec![value.to_owned()])),
            }
            let found = target("/x/{p}", &path, &query, &Dividers::of(operation));
            assert_eq!(found, wanted, "{parameter}");
        }
    }
}
