//! What divides the entries of a list or of an object in path and query: it is not percent-encoded (RFC 6570, section 3.2.1),
//! so that who splits before decoding (RFC 3986, section 2.2) finds it.

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

    /// A value as it stands in path or query.
    pub(super) fn written(&self, location: In, name: &str, value: &str) -> String {
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
            (format!("in: path, {LIST}"), "1,a b", "1,a%20b"),
            (format!("in: path, {TEXT}"), "1,2", "1%2C2"),
            (format!("in: path, style: matrix, {TEXT}"), ";p=2", ";p=2"),
            (
                format!("in: path, style: matrix, explode: true, {LIST}"),
                ";p=1;p=a/b",
                ";p=1;p=a%2Fb",
            ),
            (format!("in: path, style: label, {LIST}"), ".1,2", ".1,2"),
            (
                format!("in: path, explode: true, {MAP}"),
                "a=1,b=2",
                "a=1,b=2",
            ),
            (format!("in: query, explode: false, {LIST}"), "1,2", "1,2"),
            (format!("in: query, {LIST}"), "1,2", "1%2C2"),
        ] {
            let text = format!(
                "openapi: 3.0.3\npaths:\n  /x/{{p}}: {{get: {{parameters: [{{name: p, {parameter}}}], responses: {{}}}}}}\n"
            );
            let contract = Contract::load("t.yaml", text, &[]).unwrap();
            let operation = &contract.operations[0];
            let location = operation.parameters[0].location;
            let found = Dividers::of(operation).written(location, "p", value);
            assert_eq!(found, wanted, "{parameter}");
        }
    }
}
