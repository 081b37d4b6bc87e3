//! Walks, repeats and links over a contract that is nothing like the embedded one: pages, and what must come out.

use std::hash::RandomState;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::battery::{Battery, Collection, Plan, Selection, Sequence};
use crate::contract::Contract;
use crate::ledger::Sightings;

use super::links::{self, Arrival, Followed};
use super::page;
use super::repeat::{self, Comparison, Read};
use super::walk::{Onward, Walked};
use super::walk_findings::{reordered, settle};

const SPEC: &str = "openapi: 3.1.0
info: {title: Things, version: 1.0.0}
paths:
  /things:
    get:
      operationId: listThings
      parameters: [{name: after, in: query, schema: {}}]
      responses:
        '200':
          description: A page of things.
          content:
            application/json:
              schema:
                type: object
                properties:
                  items: {type: array, description: The things., items: {type: object}}
                  next: {type: string, description: The next page.}
";

/// The binding with these lines under `collection`.
fn plan(collection: &str) -> Plan {
    let battery = battery(collection);
    let contract = Contract::load("things", SPEC.to_owned(), &battery.aliases()).unwrap();
    Plan::new(Arc::new(contract), &battery, &Selection::default()).unwrap()
}

fn battery(collection: &str) -> Battery {
    let lines = collection.lines();
    let lines: String = lines.map(|line| format!("  {line}\n")).collect();
    let binding =
        format!("battery: things\nalias: things\noperation: GET /things\ncollection:\n{lines}");
    let mut battery = Battery::default();
    battery.add("things.yaml", &binding, false).unwrap();
    battery
}

const LINKED: &str = "items: /items\nid: /id\nnext: /next";
const COUNTED: &str = "items: /items\nid: /id\nnext: /next\ntotal: /total";
fn collection(lines: &str) -> Collection {
    battery(lines).bindings[0].file.collection.clone().unwrap()
}

/// Walks over pages, as the runner does: each is a status with a body, and found by its target.
fn walk(collection: &Collection, pages: &[(&str, u16, Value)], hasher: &RandomState) -> Walked {
    let mut walked = Walked::new(collection, "/things", hasher);
    let mut target = "/things".to_owned();
    for exchange in 0.. {
        let (_, status, body) = pages
            .iter()
            .find(|(known, ..)| *known == target)
            .unwrap_or_else(|| panic!("nothing was there for {target}"));
        if *status != 200 {
            walked.page_refused(*status, exchange);
            break;
        }
        match walked.page(&page::read(collection, body), &target, exchange, false) {
            Onward::Follow(next) => target = next,
            Onward::End | Onward::Stop(_) => break,
        }
    }
    walked
}

fn ids(ids: &[i64], next: &str) -> Value {
    let items: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    json!({"items": items, "next": next})
}

/// The predicates of the broken rules, and of those that were put to the test.
fn told(plan: &Plan, seen: &Sightings) -> (Vec<String>, Vec<String>) {
    let name = |tail: &str| tail.trim_start_matches("rule/").to_owned();
    let broken = seen.broken().keys();
    let broken = broken.map(|clause| name(plan.clauses.get(*clause).tail()));
    let tested = plan.clauses.iter();
    let tested = tested.filter(|(clause, _)| seen.exercised(*clause) > 0);
    (
        broken.collect(),
        tested.map(|(_, clause)| name(clause.tail())).collect(),
    )
}

#[test]
fn walks_and_what_they_break() {
    type Pages<'a> = Vec<(&'a str, u16, Value)>;
    let rows: [(&str, &str, Pages<'_>, &[&str]); 11] = [
        (
            "three right pages, an empty one in between",
            LINKED,
            vec![
                ("/things", 200, ids(&[1, 2], "/things?p=2")),
                ("/things?p=2", 200, ids(&[], "/things?p=3")),
                ("/things?p=3", 200, ids(&[3], "")),
            ],
            &[],
        ),
        (
            "page two is not there",
            LINKED,
            vec![
                ("/things", 200, ids(&[1, 2], "/things?p=2")),
                ("/things?p=2", 404, Value::Null),
            ],
            &["next-link-leads-to-page"],
        ),
        (
            "all items repeat",
            LINKED,
            vec![
                ("/things", 200, ids(&[1, 2], "/things?p=2")),
                ("/things?p=2", 200, ids(&[1, 2], "")),
            ],
            &["walk-repeats-nothing"],
        ),
        (
            "next leads to itself",
            LINKED,
            vec![("/things", 200, ids(&[1, 2], "/things"))],
            &["next-link-never-repeats"],
        ),
        (
            "next leads in a circle, whose items come again",
            LINKED,
            vec![
                ("/things", 200, ids(&[1, 2], "?p=2")),
                ("/things?p=2", 200, ids(&[3], "?p=3")),
                ("/things?p=3", 200, ids(&[3], "?p=2")),
            ],
            &["next-link-never-repeats"],
        ),
        (
            "an id is shared, and a text is not the number that it spells",
            LINKED,
            vec![(
                "/things",
                200,
                json!({"items": [{"id": 1}, {"id": "1"}, {"id": 2, "a": 1}, {"id": 2, "a": 2}]}),
            )],
            &["ids-are-unique"],
        ),
        (
            "an item is lost that the total counts",
            COUNTED,
            vec![("/things", 200, json!({"items": [{"id": 1}], "total": 2}))],
            &["total-size-matches-walk"],
        ),
        (
            "the total changes",
            COUNTED,
            vec![
                (
                    "/things",
                    200,
                    json!({"items": [{"id": 1}], "total": 2, "next": "?p=2"}),
                ),
                (
                    "/things?p=2",
                    200,
                    json!({"items": [{"id": 2}], "total": 1}),
                ),
            ],
            &["total-size-is-constant"],
        ),
        (
            "the same items without ids are no repeats",
            LINKED,
            vec![
                (
                    "/things",
                    200,
                    json!({"items": [{"a": 1}, {"id": null}], "next": "?p=2"}),
                ),
                ("/things?p=2", 200, json!({"items": [{"a": 1}]})),
            ],
            &[],
        ),
        (
            "pages by token, the filter kept, the last one null",
            "items: /items\nid: /id\nnext: {token: /next, parameter: after}",
            vec![
                ("/things", 200, json!({"items": [{"id": 1}], "next": 7})),
                (
                    "/things?after=7",
                    200,
                    json!({"items": [{"id": 2}], "next": "a b"}),
                ),
                (
                    "/things?after=a%20b",
                    200,
                    json!({"items": [{"id": 3}], "next": null}),
                ),
            ],
            &[],
        ),
        (
            "a list at the root",
            "items: \"\"\nid: /id\nnext: /next",
            vec![("/things", 200, json!([{"id": 1}, {"id": 2}]))],
            &[],
        ),
    ];
    for (name, lines, pages, broken) in rows {
        let plan = plan(lines);
        let walked = walk(&collection(lines), &pages, &RandomState::new());
        let mut seen = Sightings::new(plan.clauses.len());
        settle(&plan, 0, &walked, &mut seen);
        let (found, tested) = told(&plan, &seen);
        assert_eq!(found, broken, "{name}");
        assert!(
            broken
                .iter()
                .all(|id| tested.iter().any(|known| known == id)),
            "{name}: {tested:?}"
        );
    }
}

#[test]
fn a_walk_that_never_ends() {
    let plan = plan(LINKED);
    let collection = collection(LINKED);
    let mut walked = Walked::new(&collection, "/things", &RandomState::new());
    let mut from = "/things".to_owned();
    for n in 0..1_000 {
        let body = ids(&[1], &format!("?p={n}"));
        match walked.page(&page::read(&collection, &body), &from, n, false) {
            Onward::Follow(next) => from = next,
            Onward::End | Onward::Stop(_) => break,
        }
    }
    assert_eq!(walked.pages, 101);
    let mut seen = Sightings::new(plan.clauses.len());
    settle(&plan, 0, &walked, &mut seen);
    assert_eq!(told(&plan, &seen).0, ["walk-ends"]);
}

#[test]
fn what_a_walk_without_ids_does_not_show_is_not_held() {
    let plan = plan(COUNTED);
    let pages = [
        ("/things", 200, json!({"items": [{"a": 1}], "next": "?p=2"})),
        ("/things?p=2", 200, json!({"items": [{"a": 2}]})),
    ];
    let walked = walk(&collection(COUNTED), &pages, &RandomState::new());
    let mut seen = Sightings::new(plan.clauses.len());
    settle(&plan, 0, &walked, &mut seen);
    let (broken, tested) = told(&plan, &seen);
    assert!(broken.is_empty());
    assert_eq!(
        tested,
        [
            "walk-ends",
            "next-link-leads-to-page",
            "next-link-never-repeats"
        ]
    );
}

#[test]
fn two_walks_in_another_order() {
    let (collection, hasher) = (collection(LINKED), RandomState::new());
    let one = |list: &[i64]| walk(&collection, &[("/things", 200, ids(list, ""))], &hasher);
    let (first, second, other) = (one(&[1, 2, 3]), one(&[2, 1, 3]), one(&[1, 2, 4]));
    assert_eq!(first.fingerprint(), second.fingerprint());
    assert_ne!(first.order(), second.order());
    assert_ne!(first.fingerprint(), other.fingerprint());
    let nameless = |values: Value| {
        let body = json!({ "items": values });
        walk(&collection, &[("/things", 200, body)], &hasher)
    };
    let (first, second) = (nameless(json!(["a", "b"])), nameless(json!(["b", "a"])));
    assert_eq!(first.fingerprint(), second.fingerprint());
    assert_ne!(first.order(), second.order());
    let plan = plan(LINKED);
    let mut seen = Sightings::new(plan.clauses.len());
    reordered(&plan, 0, &mut seen);
    assert_eq!(told(&plan, &seen).0, ["order-is-stable"]);
}

#[test]
fn reads_that_are_compared() {
    let (plan, collection) = (plan(LINKED), collection(LINKED));
    let read = |items: Value| Read::of(&collection, &json!({ "items": items })).unwrap();
    let rows = [
        (
            json!([{"id": 1}, {"id": 2}]),
            json!([{"id": 2}, {"id": 1}]),
            true,
        ),
        (
            json!([{"a": 1}, {"a": 2}]),
            json!([{"a": 2}, {"a": 1}]),
            true,
        ),
        (
            json!([{"a": 1}, {"a": 1}]),
            json!([{"a": 1}, {"a": 1}]),
            false,
        ),
        (json!([{"id": 1}]), json!([{"id": 1}]), false),
    ];
    for (first, second, is_tested) in rows {
        let (one, other) = (read(first.clone()), read(second));
        let mut seen = Sightings::new(plan.clauses.len());
        repeat::exercise(&plan, 0, &one, &mut seen);
        let is_other = one.compare(&other) == Comparison::Reordered;
        if is_other {
            repeat::accuse(&plan, 0, &one, &other, &mut seen);
        }
        let (broken, tested) = told(&plan, &seen);
        assert_eq!(!tested.is_empty(), is_tested, "{first}");
        assert_eq!(!broken.is_empty(), is_other, "{first}");
    }
}

#[test]
fn links_that_lead_elsewhere() {
    let lines = "items: /items\nid: /id\nnext: /next\nfirst: /first\nprev: /prev\nlast: /last";
    let (plan, collection) = (plan(lines), collection(lines));
    let pages = [
        ("/things", 200, ids(&[1, 2], "?p=2")),
        ("/things?p=2", 200, ids(&[3, 4], "")),
    ];
    let walked = walk(&collection, &pages, &RandomState::new());
    let page = |keys: &[i64], has_next| Arrival::Page {
        keys: keys.iter().copied().map(Value::from).collect(),
        has_next,
    };
    let rows = [
        (Sequence::FirstLink, page(&[1, 2], true), None),
        (
            Sequence::FirstLink,
            page(&[3, 4], false),
            Some("first-link-leads-to-first-page"),
        ),
        (Sequence::PrevLink, page(&[1, 2], true), None),
        (
            Sequence::PrevLink,
            Arrival::Elsewhere("status 404".to_owned()),
            Some("prev-link-leads-to-previous-page"),
        ),
        (Sequence::LastLink, page(&[3, 4], false), None),
        (
            Sequence::LastLink,
            page(&[3, 4], true),
            Some("last-link-leads-to-last-page"),
        ),
        (
            Sequence::LastLink,
            page(&[5, 6], false),
            Some("walk-loses-nothing"),
        ),
    ];
    for (sequence, arrival, broken) in rows {
        let followed = [Followed {
            sequence,
            pointer: "/first".to_owned(),
            page: 2,
            exchange: 3,
            arrival,
        }];
        let mut seen = Sightings::new(plan.clauses.len());
        links::exercise(&plan, 0, &followed, &walked, &mut seen);
        if links::disagree(&followed, &walked) {
            links::accuse(&plan, 0, &followed, &walked, &mut seen);
        }
        let (found, _) = told(&plan, &seen);
        assert_eq!(found, Vec::from_iter(broken), "{followed:?}");
    }
}
