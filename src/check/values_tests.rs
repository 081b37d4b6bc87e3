//! Values that must not come twice, over a contract that is nothing like the embedded one.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde_json::{Value, json};

use crate::battery::{Battery, Plan, PlannedRequest, Reading, Selection};
use crate::contract::Contract;
use crate::exchange::{Answer, BodyEnd};
use crate::ledger::Sightings;

use super::finding::Spot;
use super::planted::Planted;
use super::response::{Scope, judge, read_body};
use super::values::Met;

const SPEC: &str = "openapi: 3.1.0
info: {title: Beds, version: 1.0.0}
paths:
  /beds:
    get: &read
      operationId: listBeds
      responses:
        '200': &told
          description: d
          content:
            application/json:
              schema:
                type: object
                properties:
                  trace: {type: string, minLength: 1}
                  faults: {type: array, items: {type: object, properties: {no: {type: integer}}}}
        '409': *told
  /rooms:
    get: {operationId: listRooms, responses: {'409': *told}}
";

const CASES: [&str; 2] = ["listBeds", "listRooms"];

fn plan(rule: &str) -> Result<Plan, String> {
    let mut battery = Battery::default();
    for operation in CASES {
        let case = format!(
            "case: {operation}\ntitle: t\noperation: {operation}\nexpects: any\naccepts: [2XX]\naims: []\nmeans: m\n"
        );
        battery.add("case.yaml", &case, false).unwrap();
    }
    let rule = format!(
        "rule: once\ntitle: t\noperation: listBeds\nlevel: should\nplace: ''\nover: run\npredicate: never-repeats\n\
         means: m\nremedy: r\nhurts: h\nunexercised: u\n{rule}\n"
    );
    let added = battery.add("rule.yaml", &rule, false);
    added.map_err(|error| error.to_string())?;
    let contract = Contract::load("beds", SPEC.to_owned(), &battery.aliases()).unwrap();
    Plan::new(Arc::new(contract), &battery, &Selection::default()).map_err(|one| one.to_string())
}

/// An answer: to which case, what was asked, its status, a header and its body.
type Told = (usize, u64, u16, (&'static str, &'static str), Value);

/// How often the rule was put to the test, and where it was broken.
fn found(rule: &str, answers: &[Told]) -> (u64, Vec<String>) {
    let plan = plan(rule).unwrap();
    let mut met = Met::default();
    let mut all = Sightings::default();
    for (operation, asked, status, (name, value), body) in answers {
        let json = ("content-type".to_owned(), "application/json".to_owned());
        let answer = Answer {
            status: *status,
            headers: vec![json, ((*name).to_owned(), (*value).to_owned())],
            body: Arc::new(body.to_string().into_bytes()),
            end: BodyEnd::Complete,
        };
        let mut request = PlannedRequest::default();
        request.method.push_str("GET");
        let scope = Scope {
            items: true,
            headers: true,
            last: true,
            over: &AtomicBool::new(false),
            planted: &Planted::default(),
        };
        let spot = Spot {
            exchange: 0,
            page: 0,
        };
        let read = read_body(&answer, Reading::default());
        let values = judge(
            &plan, *operation, &request, &answer, &read, scope, spot, &mut all,
        );
        let mut values: Vec<_> = values.into_iter().map(|one| one.of(*asked)).collect();
        // What is asked from 100 on belongs to another part of the run.
        for value in &mut values {
            value.in_part(usize::from(*asked >= 100));
        }
        met.compare(&plan, *operation, values, &mut all);
    }
    let clause = plan.rules[0].clause;
    let broken = all.broken().get(&clause);
    let places = broken.into_iter().flat_map(|broken| &broken.first);
    let places = places.map(|one| format!("{} {}", one.location.pointer().unwrap(), one.actual));
    (all.exercised(clause), places.collect())
}

#[test]
fn a_value_of_a_body_is_that_of_one_answer() {
    let trace = "bind: {trace: /trace}";
    let faults = "statuses: [4XX]\neach: /faults\nbind: {no: /no}";
    let told = |asked: u64, status: u16, body: Value| (0, asked, status, ("x-a", "b"), body);
    let t = |asked: u64, trace: &str| told(asked, 200, json!({ "trace": trace }));
    let n = |asked: u64, status: u16, all: &[u64]| {
        let faults: Vec<Value> = all.iter().map(|no| json!({ "no": no })).collect();
        told(asked, status, json!({ "faults": faults }))
    };
    let other = |told: Told, header| (told.0, told.1, told.2, header, told.4);
    let hit = ("x-cache", "HIT");
    for (name, rule, answers, tested, places) in [
        ("one", trace, vec![t(1, "a")], 0, &[][..]),
        ("two", trace, vec![t(1, "a"), t(2, "b")], 1, &[]),
        (
            "again",
            trace,
            vec![t(1, "a"), t(2, "a")],
            1,
            &["/trace \"a\""],
        ),
        (
            "the same request",
            trace,
            vec![t(1, "a"), t(1, "a")],
            0,
            &[],
        ),
        (
            "the same request, and another",
            trace,
            vec![t(1, "a"), t(1, "a"), t(2, "a")],
            1,
            &["/trace \"a\""],
        ),
        (
            "none",
            trace,
            vec![told(1, 200, json!({})), t(2, "a")],
            0,
            &[],
        ),
        (
            "of another type",
            trace,
            vec![
                told(1, 200, json!({"trace": 1})),
                told(2, 200, json!({"trace": 1})),
            ],
            0,
            &[],
        ),
        (
            "wrong by the schema",
            trace,
            vec![t(1, ""), t(2, "")],
            0,
            &[],
        ),
        (
            "null",
            trace,
            vec![
                told(1, 200, json!({"trace": null})),
                told(2, 200, json!({"trace": null})),
            ],
            0,
            &[],
        ),
        (
            "out of a cache",
            trace,
            vec![
                t(1, "a"),
                other(t(2, "a"), hit),
                other(t(3, "a"), ("age", "0")),
            ],
            0,
            &[],
        ),
        (
            "in two parts of a run",
            trace,
            vec![t(1, "a"), t(100, "a"), t(101, "b"), t(102, "b")],
            2,
            &["/trace \"b\""],
        ),
        (
            "entries of a list",
            faults,
            vec![n(1, 409, &[1, 2]), n(2, 409, &[3, 2])],
            3,
            &["/faults/1/no \"2\""],
        ),
        ("within an answer", faults, vec![n(1, 409, &[1, 1])], 0, &[]),
        (
            "of another status",
            faults,
            vec![n(1, 200, &[1]), n(2, 409, &[1]), n(3, 409, &[2])],
            1,
            &[],
        ),
        (
            "of another operation",
            faults,
            vec![n(1, 409, &[1]), {
                let (_, asked, status, header, body) = n(2, 409, &[1]);
                (1, asked, status, header, body)
            }],
            0,
            &[],
        ),
    ] {
        let (exercised, broken) = found(rule, &answers);
        assert_eq!(broken, places, "{name}");
        assert_eq!(exercised, tested, "{name}");
    }
}

#[test]
fn a_rule_that_would_look_at_nothing_is_refused() {
    for (rule, said) in [
        ("bind: {}", "no value is bound"),
        (
            "bind: {status: response.status}",
            "`status` is no value of an answer",
        ),
        ("bind: {q: request.query.q}", "`q` is no value of an answer"),
    ] {
        let error = plan(rule).err().unwrap();
        assert!(
            error.contains(said) && error.contains("never-repeats"),
            "{error}"
        );
    }
}
