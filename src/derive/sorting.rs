//! Query parameters that say in which order a list comes: which, by which member of the items, and how each way is asked
//! for. Only values that name a member are believed.

use serde_json::Value;

use crate::battery::model::Way;
use crate::contract::names::{folded, words};
use crate::contract::yaml::Node;
use crate::contract::{Contract, In, Operation, Parameter};

use super::filters;
use super::reading::{Answer, Member};

/// Names of such a parameter, folded.
pub const NAMES: [&str; 9] = [
    "sort",
    "sortby",
    "orderby",
    "ordering",
    "sortfield",
    "sortkey",
    "sortcolumn",
    "orderfield",
    "order",
];
/// Names of one that says which way.
pub const WAYS: [&str; 10] = [
    "order",
    "direction",
    "dir",
    "sortdir",
    "sortorder",
    "sortdirection",
    "orderdir",
    "orderdirection",
    "sortway",
    "sorttype",
];
pub const UP: [&str; 2] = ["asc", "ascending"];
pub const DOWN: [&str; 2] = ["desc", "descending"];
/// Of a parameter that need not be obeyed, or not by the value alone.
const OTHERWISE: [&str; 9] = [
    "deprecated",
    "hint",
    "ignored",
    "ignores",
    "reserved",
    "relevance",
    "effort",
    "unused",
    "approximate",
];

/// How a list is asked for in an order.
pub struct Sorting<'c> {
    pub parameter: &'c Parameter,
    /// Where the member stands: a pointer in which `*` is each item.
    pub at: String,
    /// Each way, with what is sent for it.
    pub ways: Vec<(Way, Vec<(&'c str, String)>)>,
}

/// The query parameters with one of these names.
pub fn named<'c>(
    operation: &'c Operation,
    names: &'static [&str],
) -> impl Iterator<Item = &'c Parameter> {
    let all = operation.parameters.iter();
    all.filter(move |one| one.location == In::Query && names.contains(&&*folded(&one.name)))
}

/// The first parameter of a list that sorts it by a member; by another one than the `usual` member, by which it is sorted
/// unasked: who takes no notice of the parameter shows that order as well.
pub fn sorting<'c>(
    contract: &'c Contract,
    operation: &'c Operation,
    usual: Option<&str>,
) -> Option<Sorting<'c>> {
    let (answer, members) = filters::members(contract, operation)?;
    let own = |names: &'static [&str]| named(operation, names);
    own(&NAMES).find_map(|parameter| {
        let said = said(contract, parameter)?;
        let values = values(contract, parameter, &said);
        let turns = own(&WAYS).filter(|one| one.name != parameter.name);
        let turn = turns
            .filter_map(|one| Some((&*one.name, turn(contract, one)?)))
            .next();
        let mut found: Vec<(usize, &Member<'c>, Vec<_>)> = members
            .iter()
            .filter_map(|member| {
                let ways = ways(parameter, member, &values, turn.as_ref());
                (!ways.is_empty()).then_some((rank(answer, member)?, member, ways))
            })
            .collect();
        // Amounts may be in several units.
        let is_unit = |member: &Member<'_>| ["currency", "unit", "uom"].contains(&&*member.folded);
        if members.iter().any(is_unit) {
            let amounts = found.iter_mut().filter(|(rank, ..)| *rank == 0);
            amounts.for_each(|(rank, ..)| *rank = 3);
        }
        // Those that are asked for both ways first, then those whose order nobody doubts.
        let is_usual = |member: &Member<'_>| usual == Some(&*member.place.pointer());
        found.sort_by_key(|(rank, member, ways)| (is_usual(member), ways.len() < 2, *rank));
        let (_, member, ways) = found.into_iter().next()?;
        Some(Sorting {
            parameter,
            at: member.place.pointer(),
            ways,
        })
    })
}

/// How surely values of a member have one order, the surest first; `None` where nothing is known of it.
pub fn rank(answer: Answer<'_>, member: &Member<'_>) -> Option<usize> {
    let is_listed = answer
        .schema(member.node)
        .is_some_and(|schema| schema.get("enum").is_some());
    match (
        answer.kind(member.node),
        &*answer.remark(member.node, "format"),
    ) {
        ("integer" | "number", _) => Some(0),
        ("string", "date" | "date-time") => Some(1),
        // Listed values may be sorted by their place in the list.
        ("string", "" | "email" | "decimal") if !is_listed => Some(2),
        _ => None,
    }
}

/// The words that the document says of a parameter; `None` where it need not be obeyed.
pub fn said(contract: &Contract, parameter: &Parameter) -> Option<String> {
    let schema = parameter.schema.as_ref().map(|body| &*body.schema.pointer);
    let places = [Some(&*parameter.pointer), schema].into_iter().flatten();
    let nodes = places.filter_map(|at| {
        let (node, _) = contract.document.at(at)?;
        Some(contract.document.resolve(node, at).ok()?.node)
    });
    let nodes: Vec<&Node> = nodes.collect();
    let is_old = |node: &&Node| node.get("deprecated").and_then(Node::as_bool) == Some(true);
    let said = nodes
        .iter()
        .filter_map(|node| node.get("description").and_then(Node::as_str));
    let said = said.collect::<Vec<_>>().join(" ");
    let is_otherwise = words(&said).iter().any(|word| OTHERWISE.contains(&&**word));
    (!is_otherwise && !nodes.iter().any(is_old)).then_some(said)
}

/// The values that the document lists or names for a parameter.
fn values(contract: &Contract, parameter: &Parameter, said: &str) -> Vec<String> {
    let listed = listed(contract, parameter);
    if !listed.is_empty() {
        return listed;
    }
    // What stands between quotes is meant as it stands.
    let quoted = said.split(['`', '"', '\'']).skip(1).step_by(2);
    let quoted: Vec<String> = quoted.map(|text| text.trim().to_owned()).collect();
    let all: Vec<String> = words(said);
    let has_minus = all
        .iter()
        .any(|word| ["minus", "hyphen", "dash"].contains(&&**word))
        || quoted.iter().any(|text| text == "-");
    let is_down = all.iter().any(|word| DOWN.contains(&&**word));
    let minus = quoted.iter().filter(|_| has_minus && is_down);
    let minus: Vec<String> = minus.map(|text| format!("-{text}")).collect();
    let all = quoted.into_iter().chain(minus);
    let mut out: Vec<String> = all
        .filter(|text| parameter.allows(&Value::String(text.clone())))
        .collect();
    out.dedup();
    out
}

/// The values that a schema lists, or that of its entries.
fn listed(contract: &Contract, parameter: &Parameter) -> Vec<String> {
    let Some(body) = &parameter.schema else {
        return Vec::new();
    };
    let resolved = |at: &str| {
        let (node, _) = contract.document.at(at)?;
        Some(contract.document.resolve(node, at).ok()?.node)
    };
    let root = body.shape.nodes.first();
    let entry = root
        .and_then(|root| root.items)
        .map(|entry| &*body.shape.nodes[entry].pointer);
    let schemas = [Some(&*body.schema.pointer), entry].into_iter().flatten();
    let mut lists = schemas.filter_map(|at| resolved(at)?.get("enum")?.as_sequence());
    let values = lists.next().unwrap_or_default().iter();
    values
        .filter_map(|value| Some(value.as_str()?.to_owned()))
        .collect()
}

/// The values for up and for down of a parameter that says which way.
fn turn(contract: &Contract, parameter: &Parameter) -> Option<[String; 2]> {
    let said = said(contract, parameter)?;
    let mut values = listed(contract, parameter);
    if values.is_empty() {
        let named = words(&said).into_iter();
        values = named
            .filter(|word| UP.contains(&&**word) || DOWN.contains(&&**word))
            .filter(|word| parameter.allows(&Value::String(word.clone())))
            .collect();
    }
    let find = |known: [&str; 2]| {
        let mut all = values.iter();
        all.find(|text| known.contains(&&*text.to_lowercase()))
            .cloned()
    };
    Some([find(UP)?, find(DOWN)?])
}

/// How a member is asked for each way.
fn ways<'c>(
    parameter: &'c Parameter,
    member: &Member<'c>,
    values: &[String],
    turn: Option<&(&'c str, [String; 2])>,
) -> Vec<(Way, Vec<(&'c str, String)>)> {
    let name = &*parameter.name;
    let find = |way: Option<Way>| {
        let mut all = values.iter();
        all.find(|text| read(text) == Some((member.folded.clone(), way)))
            .map(|text| (name, text.clone()))
    };
    let (plain, up, down) = (
        find(None),
        find(Some(Way::Ascending)),
        find(Some(Way::Descending)),
    );
    let one = |way: Way, value: (&'c str, String)| (way, vec![value]);
    match (plain, up, down, turn) {
        (_, Some(up), Some(down), _) => vec![one(Way::Ascending, up), one(Way::Descending, down)],
        (Some(plain), None, None, Some((turn, [up, down]))) => {
            let with = |way, text: &String| (way, vec![plain.clone(), (*turn, text.clone())]);
            vec![with(Way::Ascending, up), with(Way::Descending, down)]
        }
        (Some(plain), None, Some(down), None) => {
            vec![one(Way::Ascending, plain), one(Way::Descending, down)]
        }
        (_, None, Some(down), _) => vec![one(Way::Descending, down)],
        (_, Some(up), None, _) => vec![one(Way::Ascending, up)],
        (Some(plain), None, None, None) => vec![one(Way::Either, plain)],
        (None, None, None, _) => Vec::new(),
    }
}

/// The member that a value names, folded, and the way that it says.
pub fn read(text: &str) -> Option<(String, Option<Way>)> {
    if let Some(rest) = text.strip_prefix('-') {
        return Some((folded(rest), Some(Way::Descending)));
    }
    if let Some(rest) = text.strip_prefix('+') {
        return Some((folded(rest), Some(Way::Ascending)));
    }
    let all = words(text);
    let way = |word: &String| match &**word {
        word if UP.contains(&word) => Some(Way::Ascending),
        word if DOWN.contains(&word) => Some(Way::Descending),
        _ => None,
    };
    let (last, rest) = all.split_last()?;
    if let Some(way) = way(last).filter(|_| !rest.is_empty()) {
        return Some((rest.concat(), Some(way)));
    }
    let (first, rest) = all.split_first()?;
    match way(first).filter(|_| !rest.is_empty()) {
        Some(way) => Some((rest.concat(), Some(way))),
        None => Some((folded(text), None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::derive::things;

    /// What is sent for each way, of a list of things that is asked for so.
    fn found(parameters: &str) -> Vec<String> {
        found_in(document(parameters))
    }

    /// The document of a list of things.
    fn document(parameters: &str) -> String {
        const PROPERTIES: &str = "id: {type: string, format: uuid}, name: {type: string}, price: {type: number}, created_at: {type: string, format: date-time}, kind: {type: string, enum: [a, b]}";
        things::document(&format!("parameters: [{parameters}]"), PROPERTIES)
    }

    fn found_in(text: String) -> Vec<String> {
        let contract = Contract::load("t.yaml", text, &[]).unwrap();
        contract.prepare(0);
        let found = sorting(&contract, &contract.operations[0], None);
        let ways = found.iter().flat_map(|found| {
            let member = found.at.rsplit('/').next().unwrap();
            found.ways.iter().map(move |(way, sent)| {
                let sent: Vec<String> = sent
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect();
                format!("{member} {way:?} {}", sent.join("&"))
            })
        });
        ways.collect()
    }

    #[test]
    fn a_value_that_names_a_member_is_asked_for_both_ways() {
        for (parameters, wanted) in [
            (
                "{name: sort, in: query, schema: {type: string, enum: [name, -name, price, -price]}}",
                vec!["price Ascending sort=price", "price Descending sort=-price"],
            ),
            (
                "{name: orderBy, in: query, schema: {type: string, enum: [createdAt, createdAt desc]}}",
                vec![
                    "created_at Ascending orderBy=createdAt",
                    "created_at Descending orderBy=createdAt desc",
                ],
            ),
            (
                "{name: sort_by, in: query, schema: {type: string, enum: [name, price_asc, price_desc]}}",
                vec![
                    "price Ascending sort_by=price_asc",
                    "price Descending sort_by=price_desc",
                ],
            ),
            (
                "{name: sort, in: query, schema: {type: string, enum: [kind, name]}}, {name: order, in: query, schema: {type: string, enum: [asc, desc]}}",
                vec![
                    "name Ascending sort=name&order=asc",
                    "name Descending sort=name&order=desc",
                ],
            ),
            (
                "{name: sort, in: query, description: 'One of `price` and `name`; a minus before it sorts descending.', schema: {type: string}}",
                vec!["price Ascending sort=price", "price Descending sort=-price"],
            ),
            (
                "{name: sort, in: query, schema: {type: array, items: {type: string, enum: ['created_at:desc', 'created_at:asc']}}}",
                vec![
                    "created_at Ascending sort=created_at:asc",
                    "created_at Descending sort=created_at:desc",
                ],
            ),
            (
                "{name: ordering, in: query, schema: {type: string, enum: [price, newest]}}",
                vec!["price Either ordering=price"],
            ),
        ] {
            assert_eq!(found(parameters), wanted, "{parameters}");
        }
    }

    #[test]
    fn another_order_is_asked_for_than_the_usual_one() {
        let parameter =
            "{name: sort, in: query, schema: {type: string, enum: [price, -price, name, -name]}}";
        let contract = Contract::load("t.yaml", document(parameter), &[]).unwrap();
        for (usual, wanted) in [
            (None, "/*/price"),
            (Some("/*/price"), "/*/name"),
            (Some("/*/name"), "/*/price"),
        ] {
            let found = sorting(&contract, &contract.operations[0], usual).unwrap();
            assert_eq!(found.at, wanted, "{usual:?}");
        }
    }

    #[test]
    fn amounts_that_may_be_in_several_units_come_last() {
        let sort = "{name: sort, in: query, schema: {type: string, enum: [price, name]}}";
        assert_eq!(found(sort), ["price Either sort=price"]);
        let text = document(sort).replace("kind: {", "currency: {type: string}, kind: {");
        assert_eq!(found_in(text), ["name Either sort=name"]);
    }

    #[test]
    fn what_names_no_member_or_need_not_be_obeyed_is_not_asked_for() {
        for parameters in [
            "{name: sort, in: query, schema: {type: string}}",
            "{name: sort, in: query, schema: {type: string, enum: [newest, popular]}}",
            "{name: sort, in: query, schema: {type: string, enum: [id, -id, kind]}}",
            "{name: order, in: query, schema: {type: string, enum: [asc, desc]}}",
            "{name: sort, in: query, deprecated: true, schema: {type: string, enum: [price]}}",
            "{name: sort, in: query, description: Only a hint., schema: {type: string, enum: [price]}}",
            "{name: sort, in: header, schema: {type: string, enum: [price]}}",
        ] {
            assert_eq!(found(parameters), Vec::<String>::new(), "{parameters}");
        }
    }
}
