//! The words of steps held against a small contract: what they are made into, and what is said of wrong ones.

use std::time::Duration;

use serde_json::json;

use super::Plan;
use super::table_tests::{ORDERS, plan_over};
use super::{Listed, SamePlace, Whose};

const STEPS: &str = "case: life
title: t
steps:
  - step: make
    operation: create
    request: {body: {json: {note: n}}}
    expects: success
    accepts: [201]
    capture: {id: /id}
  - step: read
    operation: read
    request: {path: {order_id: {from: make.id}}}
    expects: success
    accepts: [200]
    same: {of: make, as: sent, at: [/note, {there: /note, here: /data/note}]}
    retry: {within: 2s}
    breaks: {same: 200/status, other: create/201/status}
  - step: list
    operation: list
    expects: success
    accepts: [200]
    lists: {at: /items/*/id, value: {from: make.id}, has: false}
    breaks: {lists: 200/status}
    always: true
aims: [read/200/status]
means: m
";

fn planned(text: &str) -> Result<Plan, String> {
    let (silent, described) = (
        "'200': {description: d}\n        '404'",
        "'200': {description: d, content: {application/json: {}}}\n        '404'",
    );
    plan_over(&ORDERS.replace(silent, described), &[text], &[])
}

#[test]
fn each_word_is_made_into_what_the_run_needs() {
    let plan = planned(STEPS).unwrap();
    let [make, read, list] = &plan.cases[0].steps[..] else {
        panic!("three steps");
    };
    let id = |clause| plan.clauses.get(clause).id().to_owned();
    let (same, clause) = read.same.as_ref().unwrap();
    assert_eq!(
        (same.of, same.whose, &*id(*clause)),
        (0, Whose::Sent, "read/200/status")
    );
    let place = |there: &str, here: &str| SamePlace {
        there: there.to_owned(),
        here: here.to_owned(),
    };
    assert_eq!(
        same.at,
        [place("/note", "/note"), place("/note", "/data/note")]
    );
    // A clause of another step's operation goes by its whole id.
    assert_eq!(id(read.breaks_other.unwrap()), "create/201/status");
    assert_eq!(read.retry, Some(Duration::from_secs(2)));
    let (listing, clause) = list.lists.as_ref().unwrap();
    assert_eq!(listing.at, ["items", "*", "id"]);
    assert_eq!(listing.value, Listed::From("make.id".to_owned()));
    assert_eq!((listing.has, &*id(*clause)), (false, "list/200/status"));
    assert!(list.always && !read.always && make.same.is_none());
    let literal = STEPS.replace("value: {from: make.id}, has: false", "value: 7");
    let plan = planned(&literal).unwrap();
    let (listing, _) = plan.cases[0].steps[2].lists.as_ref().unwrap();
    assert_eq!(
        (&listing.value, listing.has),
        (&Listed::Value(json!(7)), true)
    );
}

#[test]
fn what_names_nothing_is_refused_with_its_place() {
    for (from, to, said) in [
        (
            "of: make,",
            "of: mak,",
            "f0.yaml:15:12: the case has no step `mak`; did you mean `make`?",
        ),
        (
            "of: make,",
            "of: list,",
            "the step `list` is no earlier one",
        ),
        ("of: make,", "of: read,", "/note"),
        (
            "as: sent, at: [/note,",
            "at: [/nr,",
            "no documented answer has `/nr`: name a place that POST /orders documents",
        ),
        ("at: [/note,", "at: [note,", "`note` is no place in a body"),
        (
            "at: [/note, {there: /note, here: /data/note}]",
            "at: []",
            "names no place",
        ),
        (
            "same: 200/status, ",
            "",
            "f0.yaml:15:5: name the clause that is broken otherwise under `breaks.same`",
        ),
        (
            "same: 200/status",
            "same: 200/sttus",
            "f0.yaml:17:14: the contract has no clause `read/200/sttus`; did you mean `200/status`?",
        ),
        (
            "other: create/201/status",
            "other: list/200/sttus",
            "no clause `read/list/200/sttus`",
        ),
        (
            "other: create/201/status",
            "lists: 200/status",
            "the step has no `lists` whose break this could be",
        ),
        (
            "/items/*/id",
            "/items",
            "`/items` is no place of several values",
        ),
        (
            "/items/*/id",
            "/itms/*/id",
            "has `/itms/*/id`: name a place that GET /orders documents",
        ),
        (
            "{from: make.id}, has",
            "{from: make.idd}, has",
            "f0.yaml:22:30: the step `make` has no such `capture` as `make.idd`; did you mean `make.id`?",
        ),
        (
            "value: {from: make.id}, has",
            "value: [1], has",
            "a value in a list is told apart",
        ),
        (
            "breaks: {lists: 200/status}",
            "breaks: {}",
            "under `breaks.lists`",
        ),
        ("within: 2s", "within: 1h", "at most 5m"),
        (
            "retry: {within",
            "retries: {within",
            "did you mean `retry`?",
        ),
    ] {
        assert!(STEPS.contains(from), "{from}");
        let text = STEPS.replacen(from, to, 1);
        match planned(&text) {
            Err(error) => assert!(error.contains(said), "{error}\nis not\n{said}"),
            // What a step sent itself is known to it.
            Ok(_) => assert_eq!((from, to), ("of: make,", "of: read,")),
        }
    }
}
