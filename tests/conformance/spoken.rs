//! What a document says of values in words only, and that a problem tells its status. Who breaks it is found; who may mean
//! something else is left in peace.

use conform::Level;
use serde_json::{Value, json};

use super::lists::run;

const DOCUMENT: &str = "openapi: 3.1.0
info: {title: Shelves, version: 1.0.0}
paths:
  /shelves:
    get:
      operationId: listShelves
      description: All shelves, sorted by name.
      parameters:
        - {name: floor, in: query, schema: {type: integer, minimum: 0, maximum: 3}}
      responses:
        '200':
          description: All of them.
          content:
            application/json:
              schema:
                type: object
                properties:
                  shelves:
                    type: array
                    items:
                      type: object
                      properties:
                        name: {type: string, description: A non-empty name.}
                        code: {type: string, description: 'A unique code. In lower case.'}
                        capacity: {type: integer, description: A positive number.}
                        country: {type: string, description: ISO 3166-1 alpha-2 code.}
                        currency: {type: string, description: 'ISO 4217 code, where there is one.'}
                        notes: {type: array, description: At most 2 notes., items: {type: string}}
                        created_at: {type: string, format: date-time, description: 'In UTC. Never in the future.'}
                        updated_at: {type: string, format: date-time, description: The time of the last change.}
        '400':
          description: Wrong.
          content: {application/problem+json: {schema: {type: object, properties: {status: {type: integer}}}}}
";

fn shelves() -> Vec<Value> {
    let one = |n: usize| {
        json!({
            "name": (["Atlas", "Biology", "Cooking", "Drama"][n]),
            "code": format!("s{n}"),
            "capacity": 10 + n,
            "country": "DE",
            "currency": "none",
            "notes": ["a"],
            "created_at": "2024-05-01T10:00:00Z",
            "updated_at": "2024-05-01T10:00:00Z",
        })
    };
    (0..4).map(one).collect()
}

fn found(all: Vec<Value>, status: u16) -> Vec<String> {
    let report = run(DOCUMENT, &[], move |asked| {
        match asked.target.contains("floor") {
            true => {
                let kind = ("Content-Type", "application/problem+json".to_owned());
                (400, vec![kind], json!({"status": status}))
            }
            false => {
                let date = ("Date", "Mon, 04 Nov 2024 10:00:00 GMT".to_owned());
                (200, vec![date], json!({"shelves": all}))
            }
        }
    });
    let gating = report.findings.iter().filter(|one| one.level > Level::Info);
    gating.map(|one| one.clause.clone()).collect()
}

#[test]
fn a_right_service_keeps_what_its_document_says_in_words() {
    assert_eq!(found(shelves(), 400), [""; 0]);
}

#[test]
fn each_promise_in_words_is_a_clause_of_its_own() {
    for (member, value, clause) in [
        ("name", json!(" "), "shelves-name-filled"),
        ("code", json!("S1"), "shelves-code-lower-case"),
        ("code", json!("s2"), "shelves-code-unique"),
        ("capacity", json!(0), "shelves-capacity-positive"),
        (
            "country",
            json!("Germany"),
            "shelves-country-iso-3166-alpha-2",
        ),
        ("notes", json!(["a", "b", "c"]), "shelves-notes-at-most"),
        (
            "created_at",
            json!("2024-05-01T10:00:00+02:00"),
            "shelves-created_at-in-utc",
        ),
        (
            "updated_at",
            json!("2024-04-30T10:00:00Z"),
            "shelves-updated_at-not-before-created",
        ),
    ] {
        let mut all = shelves();
        all[1][member] = value;
        let found = found(all, 400);
        let wanted = format!("listShelves/rule/{clause}");
        assert!(found.contains(&wanted), "{member}: {found:?}");
    }
    let mut later = shelves();
    for name in ["created_at", "updated_at"] {
        later[1][name] = json!("2999-01-01T00:00:00Z");
    }
    assert_eq!(
        found(later, 400),
        ["listShelves/rule/shelves-created_at-not-in-future"]
    );
    assert_eq!(
        found(shelves(), 404),
        ["listShelves/rule/problem-tells-its-status"]
    );
}

#[test]
fn a_list_without_pages_comes_in_the_order_that_its_description_says() {
    let all = shelves();
    let all = [1, 3, 0, 2].map(|n: usize| all[n].clone());
    let all = all.to_vec();
    assert_eq!(found(all, 400), ["listShelves/state/sorted"]);
}
