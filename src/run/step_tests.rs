//! Cases of several steps, run against answers that a test names one after the other.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use crate::battery::{Battery, Plan, Selection};
use crate::contract::Contract;
use crate::exchange::{Answer, BodyEnd, Failure, FailureKind, Request};
use crate::ledger::{Gate, Verdict};
use crate::transport::{Pausing, Sending, Transport};

use super::own_service::exchanged;
use super::{RunOptions, Runner, Silence, Stop};

const THINGS: &str = r"
openapi: 3.1.0
info: {title: Things, version: '1'}
paths:
  /things:
    get:
      operationId: list
      parameters: [{name: cursor, in: query, schema: {type: string}}]
      responses: {'200': {description: d, content: {application/json: {}}}}
    post:
      operationId: make
      requestBody: {required: true, content: {application/json: {example: {name: n, size: 3}}}}
      responses: {'201': {description: d, content: {application/json: {}}}}
  /things/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    get:
      operationId: read
      responses: {'200': {description: d, content: {application/json: {}}}, '404': {description: d}}
    delete:
      operationId: remove
      responses: {'204': {description: d}}
";

/// How pages of the list are read.
const PAGED: &str = "battery: b\nalias: list\noperation: GET /things\ncollection: {items: /items, id: /id, next: {token: /next, parameter: cursor}}\n";

const LIFE: &str = "case: life
title: A life
steps:
  - step: make
    operation: make
    expects: success
    accepts: [201]
    capture: {id: /id}
  - step: read
    operation: read
    request: {path: {id: {from: make.id}}}
    expects: success
    accepts: [200]
    same: {of: make, as: sent, at: [/name, /size]}
    retry: {within: 1s}
    breaks: {same: 200/content-type, other: 200/status}
  - step: listed
    operation: list
    expects: success
    accepts: [200]
    lists: {at: /items/*/id, value: {from: make.id}}
    retry: {within: 1s}
    breaks: {lists: 200/content-type}
  - step: remove
    operation: remove
    request: {path: {id: {from: make.id}}}
    always: true
    expects: success
    accepts: [204]
aims: []
means: m
";

/// Answers the nth request of a kind as the nth that it knows, after the last as that again; nothing it knows is answered
/// 404. Remembers what was asked, and how long was paused.
struct InTurn {
    answers: Mutex<BTreeMap<&'static str, VecDeque<(u16, Value)>>>,
    asked: Mutex<Vec<String>>,
    paused: Mutex<Duration>,
}

impl Transport for InTurn {
    fn send(&self, request: Request) -> Sending<'_> {
        let name = format!("{} {}", request.method, request.target);
        let mut answers = self.answers.lock().unwrap();
        let of_kind = answers.get_mut(&*name);
        let next = of_kind.and_then(|all| match all.len() {
            1 => all.front().cloned(),
            _ => all.pop_front(),
        });
        self.asked.lock().unwrap().push(name);
        let result = match next.unwrap_or((404, Value::Null)) {
            (0, _) => Err(Failure {
                kind: FailureKind::Timeout,
                message: "no answer".to_owned(),
            }),
            (status, body) => Ok(Answer {
                status,
                headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
                body: Arc::new(match body {
                    Value::Null => Vec::new(),
                    body => body.to_string().into_bytes(),
                }),
                end: BodyEnd::Complete,
            }),
        };
        let exchange = exchanged(request, result);
        Box::pin(std::future::ready(exchange))
    }

    fn pause(&self, time: Duration) -> Pausing<'_> {
        *self.paused.lock().unwrap() += time;
        Box::pin(std::future::ready(()))
    }
}

/// What became of a case.
pub(super) struct Seen {
    pub(super) asked: Vec<String>,
    pub(super) paused: Duration,
    pub(super) verdict: Verdict,
    pub(super) reason: String,
    /// The clauses that were found broken, each with its first message.
    pub(super) broken: Vec<(String, String)>,
}

pub(super) type Answered = (&'static str, &'static [(u16, &'static str)]);

pub(super) async fn run(files: &[&str], answers: &[Answered]) -> Seen {
    let mut battery = Battery::default();
    for (n, text) in files.iter().enumerate() {
        battery.add(&format!("f{n}.yaml"), text, false).unwrap();
    }
    let contract = Contract::load("t.yaml", THINGS.to_owned(), &battery.aliases()).unwrap();
    let selection = Selection {
        allow_writes: true,
        ..Selection::default()
    };
    let plan = Plan::new(Arc::new(contract), &battery, &selection).unwrap();
    let read =
        |(status, body): &(u16, &str)| (*status, serde_json::from_str(body).unwrap_or_default());
    let answers = answers.iter();
    let transport = InTurn {
        answers: Mutex::new(
            answers
                .map(|(name, all)| (*name, all.iter().map(read).collect()))
                .collect(),
        ),
        asked: Mutex::default(),
        paused: Mutex::default(),
    };
    let (gate, stop) = (Gate::default(), Stop::default());
    let options = RunOptions::default();
    let runner = Runner::new(&plan, &transport, options, &gate, &Silence, &stop);
    let finished = runner.run().await;
    let run = &finished.cases[0];
    let broken = run.seen.broken().iter();
    let broken = broken.map(|(clause, broken)| {
        let id = plan.clauses.get(*clause).id().to_owned();
        (id, broken.first[0].message.clone())
    });
    Seen {
        broken: broken.collect(),
        verdict: run.standing.verdict(),
        reason: run.standing.reason().to_owned(),
        paused: transport.paused.into_inner().unwrap(),
        asked: transport.asked.into_inner().unwrap(),
    }
}

const MADE: Answered = ("POST /things", &[(201, r#"{"id": 5}"#)]);
const READ: Answered = (
    "GET /things/5",
    &[(200, r#"{"id": 5, "name": "n", "size": 3}"#)],
);
const LISTED: Answered = (
    "GET /things",
    &[(200, r#"{"items": [{"id": 4}, {"id": 5}]}"#)],
);
const REMOVED: Answered = ("DELETE /things/5", &[(204, "")]);
const ALL: [&str; 4] = [
    "POST /things",
    "GET /things/5",
    "GET /things",
    "DELETE /things/5",
];

#[tokio::test]
async fn what_is_as_it_should_be_is_asked_once() {
    let seen = run(&[LIFE], &[MADE, READ, LISTED, REMOVED]).await;
    assert_eq!(seen.asked, ALL);
    assert_eq!(
        (seen.verdict, seen.paused),
        (Verdict::Pass, Duration::ZERO),
        "{}",
        seen.reason
    );
}

#[tokio::test]
async fn what_becomes_right_in_time_accuses_nobody() {
    let late: Answered = (
        "GET /things/5",
        &[
            (404, ""),
            (200, r#"{"name": "old", "size": 3}"#),
            (200, r#"{"name": "n", "size": 3}"#),
        ],
    );
    let list: Answered = (
        "GET /things",
        &[
            (200, r#"{"items": []}"#),
            (200, r#"{"items": [{"id": "5"}]}"#),
        ],
    );
    let seen = run(&[LIFE], &[MADE, late, list, REMOVED]).await;
    assert_eq!(
        seen.verdict,
        Verdict::Pass,
        "{} {:?}",
        seen.reason,
        seen.broken
    );
    assert_eq!(seen.asked.len(), 7);
    assert_eq!(seen.paused, Duration::from_millis(100 + 200 + 100));
}

#[tokio::test]
async fn what_stays_wrong_is_a_break_only_when_time_is_over_and_is_cleaned_up() {
    let other: Answered = ("GET /things/5", &[(200, r#"{"name": "n", "size": 4}"#)]);
    let seen = run(&[LIFE], &[MADE, other, LISTED, REMOVED]).await;
    assert_eq!(seen.paused, Duration::from_secs(1));
    assert_eq!(seen.verdict, Verdict::Fail);
    assert_eq!(seen.broken.len(), 1);
    let (clause, message) = &seen.broken[0];
    assert_eq!(clause, "read/200/content-type");
    assert!(
        message.ends_with(
            "step `read` of the case \"A life\": expected 3 at /size, as step `make` sent it, got 4"
        ),
        "{message}"
    );
    // What one step shows ends nothing where its status is right: the list is looked through, and the thing is removed.
    assert!(seen.asked.contains(&"GET /things".to_owned()));
    assert_eq!(seen.asked.last().unwrap(), "DELETE /things/5");
}

#[tokio::test]
async fn a_captured_id_that_is_not_found_is_a_break() {
    let seen = run(&[LIFE], &[MADE, LISTED, REMOVED]).await;
    assert_eq!(seen.broken[0].0, "read/200/status");
    assert_eq!(seen.asked.last().unwrap(), "DELETE /things/5");
}

#[tokio::test]
async fn a_capture_that_finds_nothing_ends_the_case_and_says_what_came_instead() {
    let other: Answered = ("POST /things", &[(201, r#"{"key": 5, "name": "n"}"#)]);
    let seen = run(&[LIFE], &[other, READ, LISTED, REMOVED]).await;
    assert_eq!(seen.asked, ["POST /things"]);
    assert_eq!(
        (seen.verdict, &*seen.reason),
        (
            Verdict::Inconclusive,
            "step `make`: the answer (status 201) has nothing at /id, which later steps need; the body has `key`, `name`"
        )
    );
    let none: Answered = ("POST /things", &[(0, "")]);
    let seen = run(&[LIFE], &[none, READ, LISTED, REMOVED]).await;
    assert_eq!((seen.verdict, seen.asked.len()), (Verdict::Inconclusive, 1));
}

#[tokio::test]
async fn a_list_is_read_over_all_its_pages() {
    const FIRST: (u16, &str) = (200, r#"{"items": [{"id": 4}], "next": "b"}"#);
    let first: Answered = ("GET /things", &[FIRST]);
    let second: Answered = (
        "GET /things?cursor=b",
        &[(200, r#"{"items": [{"id": 5}]}"#)],
    );
    let seen = run(&[LIFE, PAGED], &[MADE, READ, first, second, REMOVED]).await;
    assert_eq!(
        seen.verdict,
        Verdict::Pass,
        "{} {:?}",
        seen.reason,
        seen.broken
    );
    assert_eq!(seen.asked.len(), 5);
    let lacks: Answered = (
        "GET /things?cursor=b",
        &[(200, r#"{"items": [{"id": 6}]}"#)],
    );
    let seen = run(&[LIFE, PAGED], &[MADE, READ, first, lacks, REMOVED]).await;
    let (clause, message) = &seen.broken[0];
    assert_eq!(clause, "list/200/content-type");
    assert!(
        message.ends_with("expected 5 at /items/*/id, got no such entry on any of 2 pages"),
        "{message}"
    );
    let has = LIFE.replace(
        "{from: make.id}}\n    retry: {within: 1s}\n    breaks: {lists",
        "{from: make.id}, has: false}\n    breaks: {lists",
    );
    let seen = run(&[&has, PAGED], &[MADE, READ, first, lacks, REMOVED]).await;
    assert_eq!(seen.verdict, Verdict::Pass);
    let seen = run(&[&has, PAGED], &[MADE, READ, first, second, REMOVED]).await;
    assert!(
        seen.broken[0]
            .1
            .ends_with("expected no 5 at /items/*/id, got it is listed"),
        "{:?}",
        seen.broken
    );
}

#[tokio::test]
async fn a_list_that_cannot_be_read_whole_shows_nothing() {
    let broken: Answered = ("GET /things?cursor=b", &[(500, "")]);
    let again: Answered = (
        "GET /things?cursor=b",
        &[(200, r#"{"items": [{"id": 6}], "next": "b"}"#)],
    );
    let first: Answered = (
        "GET /things",
        &[(200, r#"{"items": [{"id": 4}], "next": "b"}"#)],
    );
    for (files, list, more, said) in [
        (
            &[LIFE][..],
            first,
            REMOVED,
            "the list cannot be read whole: its parameter `cursor` speaks of pages",
        ),
        (
            &[LIFE, PAGED],
            first,
            broken,
            "page 2 of the list cannot be read",
        ),
        (
            &[LIFE, PAGED],
            first,
            again,
            "the list cannot be read whole: its pages do not end",
        ),
        (
            &[LIFE, PAGED],
            ("GET /things", &[(200, r#"{"things": []}"#)]),
            REMOVED,
            "page 1 has no list at /items/*/id",
        ),
    ] {
        let seen = run(files, &[MADE, READ, list, more, REMOVED]).await;
        assert_eq!(
            seen.verdict,
            Verdict::Inconclusive,
            "{said}: {:?}",
            seen.broken
        );
        assert!(seen.reason.contains(said), "{} is not {said}", seen.reason);
        assert_eq!(seen.asked.last().unwrap(), "DELETE /things/5");
    }
}

#[tokio::test]
async fn what_its_own_answer_changed_leaves_nothing_to_compare_and_the_case_goes_on() {
    let made: Answered = (
        "POST /things",
        &[(201, r#"{"id": 5, "name": "N", "size": 4}"#)],
    );
    let read: Answered = (
        "GET /things/5",
        &[(200, r#"{"id": 5, "name": "N", "size": 4}"#)],
    );
    let seen = run(&[LIFE], &[made, read, LISTED, REMOVED]).await;
    assert_eq!(seen.asked, ALL);
    assert_eq!(seen.verdict, Verdict::Inconclusive);
    assert_eq!(
        seen.reason,
        "step `read`: nothing that step `make` sent at /name, /size can be compared"
    );
}
