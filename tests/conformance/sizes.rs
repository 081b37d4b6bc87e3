//! Lists that are asked for so many items. A service that shows all of them all the same is found; one that says which size
//! it took, shows something beside, or never promised to keep it, is left in peace.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use super::lists::{query, run};

const LIMIT: &str = "schema: {type: integer, minimum: 1, maximum: 100, default: 20}";

fn document(limit: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: Pets, version: 1.0.0}}
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - {{in: query, name: limit, {limit}}}
        - {{in: query, name: offset, schema: {{type: integer, minimum: 0, default: 0}}}}
      responses:
        '200':
          description: The pets.
          content:
            application/json:
              schema:
                type: object
                properties:
                  pets: {{type: array, items: {{type: object, properties: {{id: {{type: integer}}}}}}}}
        '400': {{description: Wrong.}}
"
    )
}

/// Nine pets from an offset on.
fn from(offset: usize) -> Vec<Value> {
    (offset..9).map(|n| json!({"id": n + 1})).collect()
}

type Answer = fn(Option<usize>, usize) -> Value;

/// The verdict of the walk, and the clauses that are found broken, but for those of single values.
fn walked(limit: &str, answer: Answer) -> (conform::Verdict, Vec<String>, Option<u64>) {
    let report = run(&document(limit), &[], move |asked| {
        let number = |name: &str| match query(asked, name).map(str::parse::<usize>) {
            Some(Err(_)) => Err(()),
            known => Ok(known.and_then(Result::ok)),
        };
        match (number("limit"), number("offset")) {
            (Ok(limit), Ok(offset)) if limit.is_none_or(|limit| (1..=100).contains(&limit)) => {
                (200, Vec::new(), answer(limit, offset.unwrap_or(0)))
            }
            _ => (400, Vec::new(), json!({"error": "no"})),
        }
    });
    let walk = report.cases.iter().find(|case| case.id == "listPets.walk");
    let found = report.findings.iter().map(|one| one.clause.clone());
    let clause = report
        .clauses
        .iter()
        .find(|one| one.id.ends_with("/limit/kept"));
    (
        walk.unwrap().verdict,
        found.collect(),
        clause.and_then(|clause| clause.exercised),
    )
}

#[test]
fn a_page_as_large_as_without_a_size_is_found() {
    let rows: [(&str, &str, Answer); 3] = [
        ("ignored", LIMIT, |_, offset| json!({"pets": from(offset)})),
        (
            "nothing more is said",
            "schema: {type: integer}",
            |_, offset| json!({"pets": from(offset)}),
        ),
        (
            "said and not kept",
            LIMIT,
            |limit, offset| json!({"pets": from(offset), "limit": limit.unwrap_or(20)}),
        ),
    ];
    for (what, limit, answer) in rows {
        let (_, found, _) = walked(limit, answer);
        assert_eq!(found, ["listPets/query/limit/kept"], "{what}");
    }
}

#[test]
fn a_page_that_has_another_size_for_a_reason_is_left_in_peace() {
    static TURN: AtomicUsize = AtomicUsize::new(0);
    let rows: [(&str, &str, Answer, Option<bool>); 12] = [
        (
            "right",
            LIMIT,
            |limit, offset| json!({"pets": from(offset).into_iter().take(limit.unwrap_or(20)).collect::<Vec<_>>()}),
            Some(true),
        ),
        (
            "fewer",
            LIMIT,
            |limit, offset| json!({"pets": from(offset).into_iter().take(limit.map_or(9, |_| 1)).collect::<Vec<_>>()}),
            Some(true),
        ),
        (
            "the size that was taken",
            LIMIT,
            |_, offset| json!({"pets": from(offset), "limit": 20}),
            Some(false),
        ),
        (
            "the same further down",
            LIMIT,
            |_, offset| json!({"pets": from(offset), "page": {"size": 20}}),
            Some(false),
        ),
        (
            "brought up",
            LIMIT,
            |limit, offset| json!({"pets": from(offset).into_iter().take(limit.map_or(9, |limit| limit.max(5))).collect::<Vec<_>>()}),
            Some(false),
        ),
        (
            "pinned",
            LIMIT,
            |limit, offset| {
                let mut all: Vec<Value> =
                    from(offset).into_iter().take(limit.unwrap_or(20)).collect();
                if limit.is_some() {
                    all.push(json!({"id": 9}));
                }
                json!({"pets": all})
            },
            Some(false),
        ),
        (
            "moving",
            LIMIT,
            |_, offset| {
                let turn = TURN.fetch_add(1, Ordering::Relaxed);
                let all = from(offset).into_iter().enumerate();
                json!({"pets": all.map(|(n, _)| json!({"id": 100 * turn + n})).collect::<Vec<_>>()})
            },
            Some(false),
        ),
        (
            "beside",
            LIMIT,
            |limit, offset| {
                let beside: Vec<usize> = (0..limit.unwrap_or(20).min(7)).collect();
                json!({"pets": from(offset), "results": beside})
            },
            Some(false),
        ),
        (
            "a hint",
            "description: A hint how many to show., schema: {type: integer, minimum: 1}",
            |_, offset| json!({"pets": from(offset)}),
            None,
        ),
        (
            "the least",
            "description: The minimum number of pets., schema: {type: integer, minimum: 1}",
            |_, offset| json!({"pets": from(offset)}),
            None,
        ),
        (
            "about",
            "description: Approximately so many., schema: {type: integer, minimum: 1}",
            |_, offset| json!({"pets": from(offset)}),
            None,
        ),
        (
            "of each kind",
            "description: So many pets per kind., schema: {type: integer, minimum: 1}",
            |_, offset| json!({"pets": from(offset)}),
            None,
        ),
    ];
    for (what, limit, answer, wanted) in rows {
        let (verdict, found, exercised) = walked(limit, answer);
        let found: Vec<_> = found.iter().filter(|one| one.ends_with("/kept")).collect();
        assert!(found.is_empty(), "{what}: {verdict:?} {found:?}");
        assert_eq!(
            exercised.map(|times| times > 0),
            wanted,
            "{what}: {verdict:?}"
        );
    }
}
