//! A page size above the largest one may be taken for the largest, and one below the least for the default (AIP-158): then
//! the page shows no more than the largest, and not as few as were asked for. One below 0 is refused, says the same.

use serde_json::{Map, Value};

use crate::battery::{PAGE_SIZES, PlannedRequest, Step};
use crate::contract::names::folded;
use crate::contract::yaml::{Node, NodeValue};
use crate::contract::{Clause, Contract, In, Part, pointer};
use crate::exchange::Answer;

use super::asked::Asked;
use super::hashes::Keys;
use super::response::Body;
use super::{emptiness, link_header, page};

/// Whether a parameter says how many items a page has, by its name.
fn is_size(name: &str) -> bool {
    PAGE_SIZES.contains(&&*folded(name))
}

/// What a clause says of the page size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// The largest one.
    Most(f64),
    /// There is a least one; and the largest, where the document has one beside it.
    Least(Option<f64>),
}

/// The bound of the page size that a clause sets.
pub fn bound(contract: &Contract, step: &Step, clause: &Clause) -> Option<Bound> {
    let name = name_of(clause)?;
    let size = step.collection.as_ref().and_then(|one| one.size.as_deref());
    let is_of_page = size.map_or_else(|| is_size(name), |size| size == name);
    let (keyword, at) = (clause.subject.keyword, clause.pointer.as_str());
    match keyword {
        _ if !is_of_page => None,
        "minimum" | "exclusiveMinimum" => Some(Bound::Least(beside(contract, at, "maximum"))),
        _ => largest(contract, keyword, at).map(Bound::Most),
    }
}

/// The name of the parameter, or of the member of the body, that a clause is about.
fn name_of(clause: &Clause) -> Option<&str> {
    match &clause.subject.part {
        Part::Parameter(In::Query, name) => Some(name),
        Part::RequestBody => clause.subject.place.last_key(),
        _ => None,
    }
}

/// The page size that a request asks for where a clause is about it.
pub fn size_asked(request: &PlannedRequest, clause: &Clause) -> Option<f64> {
    if let Part::Parameter(..) = &clause.subject.part {
        return request.query.get(name_of(clause)?)?.parse().ok();
    }
    let body: Value = serde_json::from_slice(&request.body.as_ref()?.bytes).ok()?;
    body.pointer(&clause.subject.place.pointer())?.as_f64()
}

/// Whether a request asks for fewer items than none, which is taken for another size only where the document says so.
pub fn is_below_none(request: &PlannedRequest, clause: &Clause) -> bool {
    size_asked(request, clause).is_some_and(|size| size < 0.0)
}

/// What a success shows of a page size beyond its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cut {
    /// It was brought into them: it is a page, of another size than was asked for, and says that there are more items.
    Within,
    /// It was not.
    Not,
    /// Neither can be told: why.
    Unknown(String),
}

/// A bound above this one, such as that of an `int32`, is none to which a page is cut down: every page is below it.
const LARGEST: f64 = 1e6;

/// Whether a page size beyond the bound that the clause sets was brought into its bounds.
pub fn judge(
    contract: &Contract,
    asked: Asked<'_>,
    (clause, bound): (&Clause, Bound),
    answer: &Answer,
    body: &Body,
) -> Cut {
    if is_told(contract, asked, clause, answer, body) {
        return Cut::Not;
    }
    let shown = emptiness::items(asked.step, body).or_else(|| emptiness::longest(body));
    let Some(items) = shown else {
        let why = "how many items the answer has cannot be told, and the page size may have been brought into its bounds";
        return Cut::Unknown(why.to_owned());
    };
    match bound {
        Bound::Most(largest) => cut_down(asked.step, (answer, body), items, largest),
        Bound::Least(most) => {
            let size = size_asked(asked.request, clause);
            raised(asked, (answer, body), items, size, most)
        }
    }
}

/// Whether an answer tells the size that was asked for as its own, where its schema does not allow that either.
fn is_told(
    contract: &Contract,
    asked: Asked<'_>,
    clause: &Clause,
    answer: &Answer,
    body: &Body,
) -> bool {
    let operation = &contract.operations[asked.step.operation];
    let (Some(name), Some(size)) = (name_of(clause), size_asked(asked.request, clause)) else {
        return false;
    };
    let (Some(response), Some(value)) = (operation.response(answer.status), body.value()) else {
        return false;
    };
    let at = |above: &str, map: &Map<String, Value>| {
        let mut members = map.iter();
        let is_it = |(known, value): &(&String, &Value)| {
            folded(known) == folded(name) && value.as_f64() == Some(size)
        };
        let (found, _) = members.find(is_it)?;
        Some(pointer::join(above, found))
    };
    let own = value.as_object().and_then(|map| at("", map));
    let inner = value.as_object().into_iter().flatten();
    let mut inner = inner.filter_map(|(name, one)| at(&pointer::join("", name), one.as_object()?));
    let Some(place) = own.or_else(|| inner.next()) else {
        return false;
    };
    let media = response.content.iter();
    let bodies = media.filter_map(|media| media.body.as_ref());
    let mut known = bodies.filter_map(|body| Some((body, body.schema.get()?)));
    known.any(|(body, schema)| {
        let broken = schema.raw_violations(&body.shape, value);
        broken.iter().any(|one| one.pointer == place)
    })
}

/// Whether a page was cut down to the largest size.
fn cut_down(step: &Step, (answer, body): (&Answer, &Body), items: usize, largest: f64) -> Cut {
    match items as f64 <= largest {
        false => Cut::Not,
        true if largest <= LARGEST && has_more(step, answer, body, largest) => Cut::Within,
        true => Cut::Unknown(format!(
            "the page has {}, and nothing says that there are more than {largest}, so it does not show whether the page size was cut down",
            in_words(items)
        )),
    }
}

/// Whether a size below the least one was taken for another one.
fn raised(
    asked: Asked<'_>,
    (answer, body): (&Answer, &Body),
    items: usize,
    size: Option<f64>,
    most: Option<f64>,
) -> Cut {
    let shown = items as f64;
    let is_more = has_more(asked.step, answer, body, shown);
    let has_none = asked.step.collection.is_some() && asked.shown.is_some_and(Keys::is_empty);
    match size {
        _ if most.is_some_and(|most| shown > most) => Cut::Not,
        Some(size) if shown > size && items > 0 && is_more => Cut::Within,
        // As many as were asked for; of an empty collection nothing else can be shown.
        Some(0.0) if items == 0 && (is_more || !has_none) => Cut::Not,
        Some(size) if shown == size && is_more => Cut::Not,
        _ => Cut::Unknown(format!(
            "the page has {}, and nothing says that there are more, so it does not show whether the page size was brought up to the least one",
            in_words(items)
        )),
    }
}

fn in_words(items: usize) -> String {
    match items {
        1 => "1 item".to_owned(),
        items => format!("{items} items"),
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
    let (node, _) = contract.document.at(at)?;
    let of_format = || match node.as_str()? {
        "int32" => Some(f64::from(i32::MAX)),
        "int64" => Some(i64::MAX as f64),
        _ => None,
    };
    number(node)
        .or_else(|| beside(contract, at, "maximum"))
        .or_else(of_format)
}

/// The number of another keyword beside the one at `at`.
fn beside(contract: &Contract, at: &str, keyword: &str) -> Option<f64> {
    let (schema, _) = at.rsplit_once('/')?;
    let (node, _) = contract.document.at(&pointer::join(schema, keyword))?;
    number(node)
}

fn number(node: &Node) -> Option<f64> {
    match &node.value {
        NodeValue::Number(number) => number.as_f64(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::{Value, json};

    use super::super::read::read_body;
    use super::*;
    use crate::battery::{Battery, Plan, Reading, Selection};
    use crate::exchange::BodyEnd;

    const SPEC: &str = "openapi: 3.1.0
info: {title: Things, version: 1.0.0}
paths:
  /things:
    get:
      operationId: things
      parameters:
        - {name: offset, in: query, schema: {type: integer}}
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 3}}
      responses: {'200': {description: Things., content: {application/json: {schema: {properties: {items: {type: array, items: {properties: {id: {}}}}, total: {type: integer}, next: {}, limit: {minimum: 1}}}}}}}
";
    const CASE: &str = "case: one
title: One
operation: things
expects: success
accepts: [200]
aims: []
means: m
request: {query: {limit: {text: '0'}}}
";

    fn cut(next: &str, headers: &[(&str, &str)], body: Value) -> Cut {
        judged("maximum", next, headers, body)
    }

    /// What the case shows of the bound.
    fn judged(keyword: &str, next: &str, headers: &[(&str, &str)], body: Value) -> Cut {
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
        let clause = format!("things/query/limit/{keyword}");
        let clause = plan.clauses.get(plan.find_clause(&clause).unwrap());
        let case = &plan.cases[0];
        let asked = Asked::of(case, &case.step().requests[0]);
        let bound = bound(&plan.contract, case.step(), clause).unwrap();
        judge(&plan.contract, asked, (clause, bound), &answer, &read)
    }

    #[test]
    fn a_page_of_some_where_none_were_asked_for_has_another_size() {
        let link = [("link", "</things?p=2>; rel=\"next\"")];
        for (next, headers, body, found) in [
            (
                "/next",
                &[][..],
                json!({"items": [1], "next": "/x"}),
                Some(true),
            ),
            (
                "/next",
                &[],
                json!({"items": [1, 2, 3], "total": 9}),
                Some(true),
            ),
            ("/next", &link, json!({"items": [1, 2]}), Some(true)),
            // All that there is may be a page, or all because the size was not looked at.
            ("/next", &[], json!({"items": [1, 2], "total": 2}), None),
            ("{offset: offset}", &[], json!({"items": [1, 2]}), None),
            // The answer tells of a size that it may not have, or of one that it may.
            (
                "/next",
                &[],
                json!({"items": [1, 2], "limit": 0}),
                Some(false),
            ),
            ("/next", &[], json!({"items": [1], "x": {"limit": 0}}), None),
            // As many as were asked for, and more than any page may have.
            ("/next", &[], json!({"items": []}), Some(false)),
            ("/next", &[], json!({"items": [], "total": 9}), Some(false)),
            (
                "/next",
                &[],
                json!({"items": [1, 2, 3, 4], "next": "/x"}),
                Some(false),
            ),
        ] {
            match (judged("minimum", next, headers, body.clone()), found) {
                (Cut::Within, Some(true)) | (Cut::Not, Some(false)) | (Cut::Unknown(_), None) => {}
                (other, _) => panic!("{body}: {other:?}"),
            }
        }
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
                true => assert_eq!(found, Cut::Within, "{body}"),
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
openapi: 3.0.3
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
