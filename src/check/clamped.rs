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
    let is_bound = matches!(clause.subject.keyword, "maximum" | "exclusiveMaximum");
    (is_of_page && is_bound)
        .then(|| largest(contract, &clause.pointer))
        .flatten()
}

/// The bound that a keyword sets; where it says only that the bound itself is out, that of `maximum` beside it.
fn largest(contract: &Contract, at: &str) -> Option<f64> {
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
    number(node).or_else(beside)
}
