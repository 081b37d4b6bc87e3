//! A page of many broken items: counted to the last, the first few kept, and judged no further where the run is over.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::battery::{Battery, Plan, PlannedRequest, Selection};
use crate::contract::Contract;
use crate::exchange::{Answer, BodyEnd};
use crate::ledger::{EXAMPLES_KEPT, Sightings};

use super::planted::Planted;
use super::response::{self, Scope, Spot};

const SPEC: &str = "openapi: 3.0.3
info: {title: Things, version: 1.0.0}
paths:
  /things:
    get:
      operationId: things
      responses:
        '200':
          description: Things.
          content:
            application/json:
              schema:
                type: object
                properties:
                  data:
                    type: array
                    uniqueItems: true
                    items:
                      type: object
                      required: [id]
                      properties: {id: {type: string, minLength: 2}, n: {type: integer}}
";
const RULES: [&str; 2] = ["cause", "effect"];

fn plan() -> Plan {
    let mut battery = Battery::default();
    for (id, more) in RULES.into_iter().zip(["", "follows: [cause]\n"]) {
        let rule = format!(
            "rule: {id}\ntitle: {id}\noperation: things\nlevel: must\nplace: \"\"\nover: items\neach: /data\nbind: {{n: /n}}\nexpression: n < 0\nmeans: m\nremedy: r\nhurts: h\nunexercised: u\n{more}"
        );
        battery.add(&format!("{id}.yaml"), &rule, false).unwrap();
    }
    let contract = Contract::load("things", SPEC.to_owned(), &[]).unwrap();
    contract.prepare(0);
    Plan::new(Arc::new(contract), &battery, &Selection::default()).unwrap()
}

fn judge(plan: &Plan, item: &str, count: usize, over: bool) -> Sightings {
    let body = format!("{{\"data\": [{}]}}", vec![item; count].join(","));
    let answer = Answer {
        status: 200,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: Arc::new(body.into_bytes()),
        end: BodyEnd::Complete,
    };
    let read = response::read_body(&answer, crate::battery::Reading::default());
    let over = AtomicBool::new(over);
    let scope = Scope {
        headers: true,
        items: true,
        last: true,
        over: &over,
        planted: &Planted::default(),
    };
    let spot = Spot {
        exchange: 0,
        page: 0,
    };
    let mut seen = Sightings::default();
    let request = PlannedRequest::default();
    response::judge(plan, 0, &request, &answer, &read, scope, spot, &mut seen);
    seen
}

#[test]
fn each_is_counted_and_the_first_few_are_kept() {
    const MANY: usize = 1_000;
    let plan = plan();
    for (item, broken) in [
        (
            "{}",
            &[("data/uniqueItems", 1), ("data[]/id/required", MANY)][..],
        ),
        (
            "{\"id\": \"a\"}",
            &[("data/uniqueItems", 1), ("data[]/id/minLength", MANY)],
        ),
        ("7", &[("data/uniqueItems", 1), ("data[]/type", MANY)]),
        (
            "{\"id\": 7, \"n\": 1.0}",
            &[
                ("data/uniqueItems", 1),
                ("data[]/id/type", MANY),
                ("data[]/n/type", MANY),
                ("rule/cause", MANY),
            ],
        ),
        (
            "{\"id\": \"ab\", \"n\": \"x\"}",
            &[("data/uniqueItems", 1), ("data[]/n/type", MANY)],
        ),
    ] {
        let seen = judge(&plan, item, MANY, false);
        let found = seen.broken().iter().map(|(clause, broken)| {
            assert!(broken.first.len() <= EXAMPLES_KEPT);
            let id = plan.clauses.get(*clause).id();
            let id = id
                .trim_start_matches("things/")
                .trim_start_matches("200/body/");
            (id.to_owned(), broken.count as usize)
        });
        let mut found: Vec<(String, usize)> = found.collect();
        found.sort();
        let mut expected: Vec<(String, usize)> = broken
            .iter()
            .map(|(id, count)| ((*id).to_owned(), *count))
            .collect();
        expected.sort();
        assert_eq!(found, expected, "{item}");
        // The same, where the run is over already.
        let cut = judge(&plan, item, MANY, true);
        assert!(
            cut.breaks() <= 2 * EXAMPLES_KEPT as u64 + MANY as u64,
            "{item}"
        );
        let clause = |id: &str| plan.clauses.find(&format!("things/{id}")).unwrap();
        assert!(!cut.broken().contains_key(&clause("rule/cause")), "{item}");
    }
}
