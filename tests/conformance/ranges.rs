//! Lists that can be asked for within a bound. A service that takes no notice of it, or goes the wrong way, is found.

use conform::Verdict;
use serde_json::{Value, json};

use super::lists::{query, run};

fn document(parameter: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: Bills, version: 1.0.0}}
paths:
  /bills:
    get:
      operationId: listBills
      parameters: [{{in: query, {parameter}}}]
      responses:
        '200':
          description: The bills.
          content:
            application/json:
              schema: {{type: array, items: {{$ref: '#/components/schemas/Bill'}}}}
        '400': {{description: Wrong.}}
components:
  schemas:
    Bill:
      type: object
      properties:
        id: {{type: integer}}
        amount: {{type: integer}}
        sent_at: {{type: string, format: date-time}}
        currency: {{type: string}}
        made_at: {{type: integer}}
"
    )
}

fn bills() -> Vec<Value> {
    let bill = |n: u64| {
        json!({
            "id": n + 1,
            "amount": 10 * ((n * 4) % 9 + 1),
            "sent_at": format!("2026-03-{:02}T1{n}:00:00Z", 3 * ((n * 7) % 9) + 1),
            "currency": "EUR",
            "made_at": 1_700_000_000 + 1_000 * ((n * 4) % 9),
        })
    };
    (0..9).map(bill).collect()
}

const LEAST: &str = "name: min_amount, schema: {type: integer}";
const AFTER: &str = "name: sent_after, description: Only the bills that were sent after this moment., schema: {type: string, format: date-time}";
const MADE: &str = "name: made_at_gte, schema: {type: integer}";
const AT_LEAST: &str =
    "name: min_amount, description: Of at least this amount., schema: {type: integer}";
const BELOW: &str = "name: amount_lt, schema: {type: integer}";
const EXCLUSIVE: &str = "name: sent_after, description: Only the bills that were sent after this moment (exclusive)., schema: {type: string, format: date-time}";
const INCLUSIVE: &str = "name: sent_after, description: Sent at this moment or later., schema: {type: string, format: date-time}";
const UNTIL: &str = "name: sent_before, schema: {type: string, format: date}";

/// The bills of whose member and the value that was asked for something holds.
fn those(member: &str, value: &str, holds: impl Fn(&Value, &Value) -> bool) -> Vec<Value> {
    let value = value.replace("%3A", ":");
    let wanted = value.parse::<u64>().map_or(json!(value), Value::from);
    let mut all = bills();
    all.retain(|bill| holds(&bill[member], &wanted));
    all
}

fn at_least(one: &Value, other: &Value) -> bool {
    match (one.as_u64(), other.as_u64()) {
        (Some(one), Some(other)) => one >= other,
        _ => one.as_str() >= other.as_str(),
    }
}

type Chosen = fn(&str) -> Vec<Value>;

fn ends(parameter: &str, choose: Chosen) -> (Vec<String>, Option<Verdict>, String) {
    let (_, name) = parameter.split_once("name: ").unwrap();
    let name = name.split(',').next().unwrap().to_owned();
    let report = run(&document(parameter), &[], move |asked| {
        let bills = query(asked, &name).map_or_else(bills, choose);
        (200, Vec::new(), Value::from(bills))
    });
    let own = report
        .cases
        .iter()
        .find(|case| case.id.ends_with("-selects"));
    let found = report.findings.iter().map(|one| one.clause.clone());
    let found = found.filter(|clause| clause.ends_with("/selects"));
    let reason = own.map(|case| case.reason.clone()).unwrap_or_default();
    (found.collect(), own.map(|case| case.verdict), reason)
}

#[test]
fn a_bound_that_is_ignored_or_the_wrong_way_is_found() {
    let rows: [(&str, &str, Chosen); 11] = [
        (
            "without the bound, which belongs to it",
            AT_LEAST,
            |value| {
                those("amount", value, |one, other| {
                    at_least(one, other) && one != other
                })
            },
        ),
        ("with the bound, which does not", BELOW, |value| {
            those("amount", value, |one, other| {
                !at_least(one, other) || one == other
            })
        }),
        ("without the moment itself", INCLUSIVE, |value| {
            those("sent_at", value, |one, other| {
                at_least(one, other) && one != other
            })
        }),
        ("ignored", LEAST, |_| bills()),
        ("a moment ignored", AFTER, |_| bills()),
        ("a day ignored", UNTIL, |_| bills()),
        ("the wrong way", LEAST, |value| {
            those("amount", value, |one, other| {
                one != other && !at_least(one, other)
            })
        }),
        ("a moment the wrong way", AFTER, |value| {
            those("sent_at", value, |one, other| !at_least(one, other))
        }),
        ("some before it", AFTER, |value| {
            let mut all = those("sent_at", value, at_least);
            all.extend(those("sent_at", value, |one, other| !at_least(one, other)).pop());
            all
        }),
        ("none at all", LEAST, |_| Vec::new()),
        ("a moment beside several currencies ignored", MADE, |_| {
            let mut all = bills();
            all[2]["currency"] = json!("USD");
            all
        }),
    ];
    for (what, parameter, choose) in rows {
        let (found, _, reason) = ends(parameter, choose);
        assert_eq!(found.len(), 1, "{what}: {reason}");
        assert!(found[0].ends_with("/selects"), "{what}: {found:?}");
    }
}

#[test]
fn a_bound_that_is_kept_or_may_mean_something_else_is_left_in_peace() {
    const PASS: Option<Verdict> = Some(Verdict::Pass);
    const OPEN: Option<Verdict> = Some(Verdict::Inconclusive);
    let rows: [(&str, &str, Chosen, Option<Verdict>); 10] = [
        (
            "with the bound",
            AT_LEAST,
            |value| those("amount", value, at_least),
            PASS,
        ),
        (
            "without it",
            BELOW,
            |value| those("amount", value, |one, other| !at_least(one, other)),
            PASS,
        ),
        // It may be later than the second that is shown.
        (
            "a moment with the bound",
            EXCLUSIVE,
            |value| those("sent_at", value, at_least),
            PASS,
        ),
        (
            "kept",
            LEAST,
            |value| those("amount", value, at_least),
            PASS,
        ),
        (
            "without the bound itself",
            LEAST,
            |value| {
                those("amount", value, |one, other| {
                    at_least(one, other) && one != other
                })
            },
            PASS,
        ),
        (
            "a moment",
            AFTER,
            |value| those("sent_at", value, at_least),
            PASS,
        ),
        (
            "with the whole day",
            UNTIL,
            |value| {
                those("sent_at", value, |one, other| {
                    one.as_str().map(|text| &text[..10]) <= other.as_str()
                })
            },
            PASS,
        ),
        (
            "pinned",
            LEAST,
            |value| {
                let mut all = those("amount", value, at_least);
                all.extend(those("amount", "10", |one, other| one == other));
                all
            },
            OPEN,
        ),
        (
            "in several currencies",
            LEAST,
            |_| {
                let mut all = bills();
                all[2]["currency"] = json!("USD");
                all
            },
            OPEN,
        ),
        (
            "rounded",
            "name: min_amount, description: Roughly., schema: {type: integer}",
            |_| bills(),
            None,
        ),
    ];
    for (what, parameter, choose, wanted) in rows {
        let (found, verdict, reason) = ends(parameter, choose);
        assert_eq!(found, Vec::<String>::new(), "{what}");
        assert_eq!(verdict, wanted, "{what}: {reason}");
    }
}
