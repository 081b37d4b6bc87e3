//! A page size above the largest one may be taken for the largest (AIP-158): then the page shows no more than that.

use crate::battery::Step;
use crate::contract::yaml::{Node, NodeValue};
use crate::contract::{Clause, Contract, In, Part, pointer};

/// Names that say how many items a page has, without what joins their words.
const SIZES: [&str; 14] = [
    "count",
    "first",
    "limit",
    "maxitems",
    "maxpagesize",
    "maxresults",
    "pagelimit",
    "pagesize",
    "perpage",
    "resultsperpage",
    "rows",
    "size",
    "take",
    "top",
];

/// Whether a parameter says how many items a page has, by its name.
fn is_size(name: &str) -> bool {
    let letters = name.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = letters.map(|c| c.to_ascii_lowercase()).collect();
    SIZES.contains(&plain.as_str())
}

/// The most items that a page has, where a clause limits the page size.
pub fn largest_page(contract: &Contract, step: &Step, clause: &Clause) -> Option<f64> {
    let member = clause.subject.place.last_key();
    let name = match &clause.subject.part {
        Part::Parameter(In::Query, name) => name.as_str(),
        Part::RequestBody => member?,
        _ => return None,
    };
    let size = step.collection.as_ref().and_then(|one| one.size.as_deref());
    let is_of_page = size.map_or_else(|| is_size(name), |size| size == name);
    is_of_page
        .then(|| largest(contract, clause.subject.keyword, &clause.pointer))
        .flatten()
}

/// The bound that a keyword sets; where it says only that the bound itself is out, or which numbers there are, that of
/// `maximum` beside it, else the largest of these numbers.
fn largest(contract: &Contract, keyword: &str, at: &str) -> Option<f64> {
    if !["maximum", "exclusiveMaximum", "format"].contains(&keyword) {
        return None;
    }
    let number = |node: &Node| match &node.value {
        NodeValue::Number(number) => number.as_f64(),
        _ => None,
    };
    let (node, _) = contract.document.at(at)?;
    let beside = || {
        let (schema, _) = at.rsplit_once('/')?;
        let (node, _) = contract.document.at(&pointer::join(schema, "maximum"))?;
        number(node)
    };
    let of_format = || match node.as_str()? {
        "int32" => Some(f64::from(i32::MAX)),
        "int64" => Some(i64::MAX as f64),
        _ => None,
    };
    number(node).or_else(beside).or_else(of_format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bound_is_that_of_the_keyword_or_of_what_stands_beside_it() {
        const SPEC: &str = "
paths: {}
a: {maximum: 50, format: int32, exclusiveMaximum: true}
b: {format: int32, exclusiveMaximum: 9}
c: {format: date}
";
        let contract = Contract::load("t.yaml", SPEC.to_owned(), &[]).unwrap();
        for (at, bound) in [
            ("/a/maximum", Some(50.0)),
            ("/a/exclusiveMaximum", Some(50.0)),
            ("/a/format", Some(50.0)),
            ("/b/format", Some(2_147_483_647.0)),
            ("/b/exclusiveMaximum", Some(9.0)),
            ("/c/format", None),
        ] {
            let keyword = at.rsplit('/').next().unwrap();
            assert_eq!(largest(&contract, keyword, at), bound, "{at}");
        }
    }
}
