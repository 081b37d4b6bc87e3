//! A page size above the largest one may be taken for the largest (AIP-158): then the page shows no more than that.

use crate::battery::Step;
use crate::contract::yaml::{Node, NodeValue};
use crate::contract::{Clause, Contract, In, Part, pointer};
use crate::exchange::Answer;

use super::response::Body;
use super::{emptiness, link_header, page};

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

/// What a success shows of a page size above the largest one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// It was taken for the largest: there are more items than that, and the page has no more.
    Down,
    /// The page has more items.
    Not,
    /// Neither can be told: why.
    Unknown(String),
}

/// A bound above this one, such as that of an `int32`, is none to which a page is cut down: every page is below it.
const LARGEST: f64 = 1e6;

/// Whether a page was cut down to the largest size.
pub fn judge(step: &Step, answer: &Answer, body: &Body, largest: f64) -> Cut {
    let shown = emptiness::items(step, body).or_else(|| emptiness::longest(body));
    let Some(items) = shown else {
        let why = "how many items the answer has cannot be told, and the page size may have been cut down";
        return Cut::Unknown(why.to_owned());
    };
    match items as f64 <= largest {
        false => Cut::Not,
        true if largest <= LARGEST && has_more(step, answer, body, largest) => Cut::Down,
        true => {
            let all = match items {
                1 => "1 item".to_owned(),
                items => format!("{items} items"),
            };
            Cut::Unknown(format!(
                "the page has {all}, and nothing says that there are more than {largest}, so it does not show whether the page size was cut down"
            ))
        }
    }
}

/// Whether an answer says that there are more items than it shows, or than the largest page has. What only counts pages
/// says nothing of that.
fn has_more(step: &Step, answer: &Answer, body: &Body, largest: f64) -> bool {
    let page = step.collection.as_ref().zip(body.value());
    let says_more = page.is_some_and(|(collection, value)| {
        let page = page::read_answer(collection, answer, value);
        page.leads_on(collection) || page.total.is_some_and(|total| total as f64 > largest)
    });
    says_more || link_header::target(answer.header("Link"), "next").is_some()
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
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::super::body::read_body;
    use super::*;
    use crate::battery::{Battery, Plan, Reading, Selection};
    use crate::exchange::BodyEnd;

    const SPEC: &str = "openapi: 3.1.0
info: {title: Things, version: 1.0.0}
paths:
  /things:
    get:
      operationId: things
      parameters: [{name: offset, in: query, schema: {type: integer}}]
      responses: {'200': {description: Things.}}
";
    const CASE: &str = "case: one
title: One
operation: things
expects: success
accepts: [200]
aims: []
means: m
";

    fn cut(next: &str, headers: &[(&str, &str)], body: Value) -> Cut {
        let mut battery = Battery::default();
        battery.add("one.yaml", CASE, false).unwrap();
        let binding = format!(
            "battery: b\nalias: things\noperation: GET /things\ncollection: {{items: /items, id: /id, total: /total, next: {next}}}\n"
        );
        battery.add("b.yaml", &binding, false).unwrap();
        let contract = Contract::load("things", SPEC.to_owned(), &battery.aliases()).unwrap();
        let plan = Plan::new(Arc::new(contract), &battery, &Selection::default()).unwrap();
        let headers = headers.iter();
        let headers = headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let answer = Answer {
            status: 200,
            headers: headers.collect(),
            body: Arc::new(body.to_string().into_bytes()),
            end: BodyEnd::Complete,
        };
        let read = read_body(&answer, Reading::default());
        judge(plan.cases[0].step(), &answer, &read, 3.0)
    }

    #[test]
    fn a_page_that_has_all_there_is_shows_nothing_of_the_largest_size() {
        let link = [("link", "</things?p=2>; rel=\"next\"")];
        let some = json!({"items": [1, 2]});
        for (next, headers, body, is_cut) in [
            (
                "/next",
                &[][..],
                json!({"items": [1, 2], "next": "/x"}),
                true,
            ),
            ("/next", &[], json!({"items": [1, 2, 3], "total": 4}), true),
            ("/next", &link, some.clone(), true),
            ("/next", &[], json!({"items": [1, 2, 3], "total": 3}), false),
            (
                "/next",
                &[],
                json!({"items": [1, 2, 3], "next": null}),
                false,
            ),
            ("{offset: offset}", &[], some.clone(), false),
            ("/next", &[], json!({"items": []}), false),
        ] {
            let found = cut(next, headers, body.clone());
            match is_cut {
                true => assert_eq!(found, Cut::Down, "{body}"),
                false => assert!(matches!(found, Cut::Unknown(_)), "{body}: {found:?}"),
            }
        }
        let more = json!({"items": [1, 2, 3, 4], "next": "/x"});
        assert_eq!(cut("/next", &[], more), Cut::Not);
        let Cut::Unknown(why) = cut("/next", &[], some) else {
            panic!("two of two items show nothing");
        };
        assert!(
            why.contains("2 items") && why.contains("more than 3"),
            "{why}"
        );
    }

    #[test]
    fn a_bound_is_that_of_the_keyword_or_of_what_stands_beside_it() {
        const BOUNDS: &str = "
paths: {}
a: {maximum: 50, format: int32, exclusiveMaximum: true}
b: {format: int32, exclusiveMaximum: 9}
c: {format: date}
";
        let contract = Contract::load("t.yaml", BOUNDS.to_owned(), &[]).unwrap();
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
