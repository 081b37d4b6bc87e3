//! Hand-written walks over a contract that is nothing like the embedded one, run against pages that a test names.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::battery::{Battery, Plan, Selection};
use crate::contract::{Contract, Level};
use crate::exchange::{FailureKind, Request};
use crate::ledger::Gate;
use crate::transport::{Pausing, Sending, Transport, at_once};

use super::own_service::{exchanged, json_of};
use super::session::Ending;
use super::{RunOptions, Runner, Silence, Stop};

const SPEC: &str = "openapi: 3.1.0
info: {title: Things, version: 1.0.0}
paths:
  /things:
    get:
      operationId: listThings
      parameters: [{name: after, in: query, schema: {}}, {name: skip, in: query, schema: {}}, {name: page, in: query, schema: {}}]
      responses:
        '200':
          description: A page of things.
          content: {application/json: {schema: {type: object}}}
";

/// Answers each target with the first of its pages, and what comes after it when it is asked for again.
struct Pages(Mutex<Vec<(&'static str, u16, Value)>>);

impl Transport for Pages {
    fn send(&self, request: Request) -> Sending<'_> {
        let mut pages = self.0.lock().unwrap();
        let mut known = (0..pages.len()).filter(|n| pages[*n].0 == request.target);
        let found = known.next();
        let is_last = known.next().is_none();
        let (status, body) = match found {
            Some(n) if is_last => (pages[n].1, pages[n].2.clone()),
            Some(n) => {
                let (_, status, body) = pages.remove(n);
                (status, body)
            }
            None => (404, json!({"title": "not found"})),
        };
        let exchange = exchanged(request, Ok(json_of(status, &body)));
        Box::pin(std::future::ready(exchange))
    }

    fn pause(&self, _time: Duration) -> Pausing<'_> {
        at_once()
    }
}

/// The exit code of a run of one case, and the clauses it found broken.
async fn run(
    does: &str,
    next: &str,
    query: &str,
    pages: Vec<(&'static str, u16, Value)>,
) -> (u8, Vec<String>) {
    let mut battery = Battery::default();
    let binding = format!(
        "battery: things\nalias: things\noperation: GET /things\ncollection:\n  items: /items\n  id: /id\n  next: {next}\n  last: /last\n  prev: /prev\n"
    );
    let case = format!(
        "case: one\ntitle: One\noperation: things\ndoes: {does}\nrequest:\n  query: {query}\nexpects: success\naccepts: [200]\ncore: true\naims: []\nmeans: One.\n"
    );
    battery.add("things.yaml", &binding, false).unwrap();
    battery.add("one.yaml", &case, false).unwrap();
    let contract = Contract::load("things", SPEC.to_owned(), &battery.aliases()).unwrap();
    let plan = Plan::new(Arc::new(contract), &battery, &Selection::default()).unwrap();
    let transport = Pages(Mutex::new(pages));
    let gate = Gate {
        level: Level::Should,
        baseline: None,
        min_coverage: None,
        without_core: false,
    };
    let stop = Stop::default();
    let runner = Runner::new(
        &plan,
        &transport,
        RunOptions::default(),
        &gate,
        &Silence,
        &stop,
    );
    let finished = runner.run().await;
    let broken = finished.cases[0].seen.broken().keys();
    let broken = broken.filter(|clause| plan.clauses.get(**clause).level >= Level::Should);
    let ids = broken.map(|clause| plan.clauses.get(*clause).id().to_owned());
    (finished.settled.exit_code, ids.collect())
}

fn ids(ids: &[i64], next: &str) -> Value {
    let items: Vec<Value> = ids.iter().map(|id| json!({"id": id})).collect();
    json!({"items": items, "next": next})
}

#[tokio::test]
async fn walks_by_links() {
    let first = || ("/things", 200, ids(&[1, 2], "/things?p=2"));
    let rows = [
        (
            "right",
            vec![first(), ("/things?p=2", 200, ids(&[3], ""))],
            None,
        ),
        (
            "page two is not there",
            vec![first()],
            Some("things/rule/next-link-leads-to-page"),
        ),
        (
            "all items repeat",
            vec![first(), ("/things?p=2", 200, ids(&[1, 2], ""))],
            Some("things/rule/walk-repeats-nothing"),
        ),
        (
            "next leads to itself",
            vec![("/things", 200, ids(&[1, 2], "/things"))],
            Some("things/rule/next-link-never-repeats"),
        ),
    ];
    for (name, pages, broken) in rows {
        let (exit_code, found) = run("walk", "/next", "{}", pages).await;
        assert_eq!(found, Vec::from_iter(broken), "{name}");
        assert_eq!(exit_code, u8::from(broken.is_some()), "{name}");
    }
}

#[tokio::test]
async fn a_walk_by_tokens_keeps_the_filter() {
    let pages = || {
        vec![
            ("/things?kind=a", 200, ids(&[1], "t+1")),
            ("/things?kind=a&after=t%2B1", 200, ids(&[2], "t2")),
            ("/things?kind=a&after=t2", 200, ids(&[3], "")),
        ]
    };
    let next = "{token: /next, parameter: after}";
    let query = "{kind: {text: a}}";
    assert_eq!(run("walk", next, query, pages()).await, (0, Vec::new()));
    let mut stuck = pages();
    stuck[2].2 = ids(&[3], "t2");
    let broken = vec!["things/rule/next-link-never-repeats".to_owned()];
    assert_eq!(run("walk", next, query, stuck).await, (1, broken));
}

#[tokio::test]
async fn integer_ids_in_another_order() {
    let pages = vec![
        ("/things", 200, ids(&[1, 2, 3], "")),
        ("/things", 200, ids(&[2, 1, 3], "")),
        ("/things", 200, ids(&[1, 2, 3], "")),
    ];
    let broken = vec!["things/rule/order-is-stable".to_owned()];
    assert_eq!(run("repeat", "/next", "{}", pages).await, (1, broken));
    let other = vec![
        ("/things", 200, ids(&[1, 2, 3], "")),
        ("/things", 200, ids(&[1, 2, 4], "")),
    ];
    assert_eq!(run("repeat", "/next", "{}", other).await, (3, Vec::new()));
}

#[tokio::test]
async fn what_only_the_last_link_shows_was_lost_by_the_walk() {
    let mut first = ids(&[1, 2], "");
    first["last"] = json!("/things?last");
    let pages = vec![
        ("/things", 200, first),
        ("/things?last", 200, ids(&[3], "")),
    ];
    let broken = vec!["things/rule/walk-loses-nothing".to_owned()];
    assert_eq!(run("links", "/next", "{}", pages).await, (1, broken));
}

#[tokio::test]
async fn walks_that_count() {
    let full =
        |ids: &[i64]| json!({"items": ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>()});
    let page = |target, list: &[i64]| (target, 200, full(list));
    let counted = |target, list: &[i64]| {
        let mut body = full(list);
        body["total"] = json!(4);
        (target, 200, body)
    };
    let repeats = "things/rule/walk-repeats-nothing";
    let rows = [
        (
            "by items, to a short page",
            "{offset: skip}",
            vec![page("/things", &[1, 2]), page("/things?skip=2", &[3])],
            0,
            None,
        ),
        (
            "by pages, to an empty page",
            "{page: page}",
            vec![
                page("/things", &[1, 2]),
                page("/things?page=2", &[3, 4]),
                page("/things?page=3", &[]),
            ],
            0,
            None,
        ),
        (
            "the page after the last is refused",
            "{page: page}",
            vec![page("/things", &[1, 2]), page("/things?page=2", &[3, 4])],
            0,
            None,
        ),
        (
            "an item repeats",
            "{offset: skip}",
            vec![page("/things", &[1, 2]), page("/things?skip=2", &[2])],
            1,
            Some(repeats),
        ),
        (
            "the parameter is not taken",
            "{offset: skip}",
            vec![
                page("/things", &[1, 2]),
                page("/things?skip=2", &[1, 2]),
                page("/things?skip=4", &[]),
            ],
            1,
            Some(repeats),
        ),
        (
            "a guess that is not taken",
            "{offset: skip}\n  guessed: true",
            vec![page("/things", &[1, 2]), page("/things?skip=2", &[1, 2])],
            3,
            None,
        ),
        (
            "a guess that is not taken, though the total says that there is more",
            "{offset: skip}\n  guessed: true\n  total: /total",
            vec![
                counted("/things", &[1, 2]),
                counted("/things?skip=2", &[1, 2]),
                counted("/things?skip=4", &[]),
            ],
            1,
            Some(repeats),
        ),
        (
            "the same of pages that may begin with 0",
            "{page: page, first: 0}\n  guessed: true\n  total: /total",
            vec![
                counted("/things", &[1, 2]),
                counted("/things?page=1", &[1, 2]),
            ],
            3,
            None,
        ),
    ];
    for (name, next, pages, exit_code, broken) in rows {
        let found = run("walk", next, "{}", pages).await;
        let broken = broken.map(str::to_owned);
        assert_eq!(found, (exit_code, Vec::from_iter(broken)), "{name}");
    }
}

#[tokio::test]
async fn a_collection_that_changes_accuses_nobody() {
    let touched = |size: i64| json!({"items": [{"id": 1, "size": size}, {"id": 2}], "next": ""});
    let mut reordered = touched(2);
    reordered["items"].as_array_mut().unwrap().reverse();
    let pages = vec![("/things", 200, touched(1)), ("/things", 200, reordered)];
    assert_eq!(run("repeat", "/next", "{}", pages).await, (3, Vec::new()));
    // The second page repeats an item of the first, which was put before it in the meantime.
    let pages = vec![
        ("/things", 200, ids(&[1, 2], "/things?p=2")),
        ("/things", 200, ids(&[9, 1], "/things?p=2")),
        ("/things?p=2", 200, ids(&[2, 3], "")),
    ];
    assert_eq!(run("walk", "/next", "{}", pages).await, (3, Vec::new()));
    // The last link led to nothing, but only once.
    let mut first = ids(&[1], "");
    first["last"] = json!("/things?last");
    let pages = vec![
        ("/things", 200, first),
        ("/things?last", 404, Value::Null),
        ("/things?last", 200, ids(&[1], "")),
    ];
    assert_eq!(run("links", "/next", "{}", pages).await, (3, Vec::new()));
}

#[tokio::test]
async fn an_item_that_is_gone_while_links_are_followed_accuses_nobody() {
    let page = |items: &[i64], next: &str, last: &str| {
        let mut page = ids(items, next);
        page["last"] = json!(last);
        page
    };
    let (second, third) = ("/things?p=2", "/things?p=3");
    let first = || ("/things", 200, page(&[1, 2], second, third));
    let without = ("/things", 200, page(&[1, 2], second, second));
    let behind = || (second, 200, page(&[3, 4], third, third));
    let end = (second, 200, page(&[3, 4], "", second));
    // It is there in the first walk, gone in what comes next, and back in each walk after that.
    let mut pages = vec![first(), without.clone(), without.clone(), without, first()];
    pages.push(behind());
    pages.extend(vec![end; 6]);
    pages.extend([behind(), (third, 200, page(&[5], "", third))]);
    assert_eq!(run("links", "/next", "{}", pages).await, (3, Vec::new()));
}

#[tokio::test]
async fn the_links_of_the_last_page_are_followed_too() {
    let page = |items: &[i64], next: &str, prev: &str| {
        let mut page = ids(items, next);
        page["last"] = json!("/things?p=4");
        page["prev"] = json!(prev);
        page
    };
    let pages = |prev| {
        vec![
            ("/things", 200, page(&[1], "/things?p=2", "")),
            ("/things?p=2", 200, page(&[2], "/things?p=3", "/things")),
            ("/things?p=3", 200, page(&[3], "/things?p=4", "/things?p=2")),
            ("/things?p=4", 200, page(&[4], "", prev)),
        ]
    };
    let right = run("links", "/next", "{}", pages("/things?p=3")).await;
    assert_eq!(right, (0, Vec::new()));
    let broken = vec!["things/rule/prev-link-leads-to-previous-page".to_owned()];
    let wrong = run("links", "/next", "{}", pages("/things?p=2")).await;
    assert_eq!(wrong, (1, broken));
}

#[tokio::test]
async fn a_recording_is_not_played_any_further_once_the_time_is_over() {
    let (pages, stop) = (Pages(Mutex::default()), Stop::default());
    let ending = Ending {
        inner: &pages,
        stop: &stop,
        cut: None,
        is_played: true,
    };
    let first = ending.send(Request::default()).await;
    assert_eq!(first.answer().map(|answer| answer.status), Some(404));
    stop.now("the time is over");
    let second = ending.send(Request::default()).await;
    let kind = second
        .last()
        .result
        .as_ref()
        .map_err(|failure| failure.kind);
    assert_eq!(kind, Err(FailureKind::Cancelled));
}
