//! Walks, repeats and links over a contract that is nothing like the embedded one: pages, and what must come out.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::battery::{Battery, Collection, Plan, Selection};
use crate::contract::Contract;
use crate::ledger::Sightings;

use super::page;
use super::walk::{Onward, Walked};
use super::walk_findings::settle;

const SPEC: &str = "openapi: 3.1.0
info: {title: Things, version: 1.0.0}
paths:
  /things:
    get:
      operationId: listThings
      parameters: [{name: after, in: query, schema: {}}, {name: skip, in: query, schema: {}}]
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
pub(super) fn plan(collection: &str) -> Plan {
    plan_beside(collection, "")
}

/// The same, with more paths in the document.
pub(super) fn plan_beside(collection: &str, paths: &str) -> Plan {
    let battery = battery(collection);
    let contract = Contract::load("things", format!("{SPEC}{paths}"), &battery.aliases()).unwrap();
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

pub(super) const LINKED: &str = "items: /items\nid: /id\nnext: /next";
const COUNTED: &str = "items: /items\nid: /id\nnext: /next\ntotal: /total";
const SKIPPED: &str = "items: /items\nid: /id\nnext: {offset: skip}\ntotal: /total";
pub(super) fn collection(lines: &str) -> Collection {
    battery(lines).bindings[0].file.collection.clone().unwrap()
}

/// Walks over pages, as the runner does: each is a status with a body, and found by its target.
pub(super) fn walk(
    collection: &Collection,
    pages: &[(&str, u16, Value)],
    first: Option<&Arc<Walked>>,
) -> Walked {
    let mut walked = match first {
        Some(first) => Walked::again(first, "/things"),
        None => Walked::new(collection, "/things"),
    };
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

pub(super) fn ids(ids: &[i64], next: &str) -> Value {
    let items: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    json!({"items": items, "next": next})
}

/// So many items that are all alike, of so many in all.
fn nameless(count: usize, total: usize) -> Value {
    json!({"items": vec![json!({"at": 1}); count], "total": total})
}

/// The predicates of the broken rules, and of those that were put to the test.
pub(super) fn told(plan: &Plan, seen: &Sightings) -> (Vec<String>, Vec<String>) {
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
    let rows: [(&str, &str, Pages<'_>, &[&str]); 13] = [
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
            "no page but the first, whatever is skipped, of items without an id",
            SKIPPED,
            vec![
                ("/things", 200, nameless(3, 7)),
                ("/things?skip=3", 200, nameless(3, 7)),
                ("/things?skip=6", 200, nameless(3, 7)),
            ],
            &["total-size-matches-walk"],
        ),
        (
            "many equal items without an id",
            SKIPPED,
            vec![
                ("/things", 200, nameless(3, 7)),
                ("/things?skip=3", 200, nameless(3, 7)),
                ("/things?skip=6", 200, nameless(1, 7)),
            ],
            &[],
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
        let walked = walk(&collection(lines), &pages, None);
        let mut seen = Sightings::default();
        settle(&plan, 0, &[&walked], &mut seen);
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

/// Walks over pages that a function makes: of page n its items, and whether it has a next.
fn long_walk(most: u64, page: impl Fn(u64) -> (Vec<i64>, bool)) -> (u64, Vec<String>) {
    let plan = plan(LINKED);
    let collection = collection(LINKED);
    let mut walked = Walked::new(&collection, "/things");
    let mut from = "/things".to_owned();
    for n in 1..=most {
        let (items, has_next) = page(n);
        let body = ids(
            &items,
            &if has_next {
                format!("?p={n}")
            } else {
                String::new()
            },
        );
        match walked.page(&page::read(&collection, &body), &from, n, false) {
            Onward::Follow(next) => from = next,
            Onward::End | Onward::Stop(_) => break,
        }
    }
    let mut seen = Sightings::default();
    settle(&plan, 0, &[&walked], &mut seen);
    (walked.pages, told(&plan, &seen).0)
}

#[test]
fn long_walks_and_those_that_never_end() {
    let fine = Vec::<String>::new();
    let endless = vec!["walk-ends".to_owned()];
    // 999 empty pages in a row, each with a next, are allowed.
    let gap = |n: u64| {
        (
            if n == 1 || n > 1_000 {
                vec![n as i64]
            } else {
                vec![]
            },
            n < 1_001,
        )
    };
    assert_eq!(long_walk(5_000, gap), (1_001, fine.clone()));
    let twice = |n: u64| {
        (
            if n.is_multiple_of(500) {
                vec![n as i64]
            } else {
                vec![]
            },
            n < 1_900,
        )
    };
    assert_eq!(long_walk(5_000, twice), (1_900, fine.clone()));
    assert_eq!(
        long_walk(5_000, |_| (vec![], true)),
        (1_000, endless.clone())
    );
    assert_eq!(long_walk(5_000, |_| (vec![1], true)), (1_001, endless));
    // What our own bound cuts accuses nobody.
    assert_eq!(
        long_walk(5_000, |n| (vec![n as i64], true)),
        (5_000, fine.clone())
    );
    assert_eq!(long_walk(900, |_| (vec![], true)), (900, fine));
}

#[test]
fn what_a_walk_without_ids_does_not_show_is_not_held() {
    let plan = plan(COUNTED);
    let pages = [
        ("/things", 200, json!({"items": [{"a": 1}], "next": "?p=2"})),
        ("/things?p=2", 200, json!({"items": [{"a": 2}]})),
    ];
    let walked = walk(&collection(COUNTED), &pages, None);
    let mut seen = Sightings::default();
    settle(&plan, 0, &[&walked], &mut seen);
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

/// A walk that is not read to its end shows nothing new, and all the same there is more than the first one found.
#[test]
fn a_page_behind_the_last_one_came() {
    let collection = collection("items: /items\nid: /id\nnext: /next");
    let look = |next: &str, first: Option<&Arc<Walked>>| {
        let page = json!({"items": [{"id": "a"}], "next": next});
        let pages = [("/things", 200, page), ("/things?p=2", 503, Value::Null)];
        walk(&collection, &pages, first)
    };
    let first = Arc::new(look("", None));
    assert_eq!(look("", Some(&first)).moved(), None);
    let longer = look("?p=2", Some(&first));
    let moved = longer.moved().unwrap();
    assert!(
        moved.ends_with("a page came behind the last one"),
        "{moved}"
    );
}
