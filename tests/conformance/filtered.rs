//! What a list says beside the items that it was asked for: how many there are, and what stands on the next page.

use serde_json::{Value, json};

use super::lists::{query, run};

const TOTAL: &str = "The number of all pets that match, on all pages.";

/// The document, with what it says of the total.
fn document(total: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: Pets, version: 1.0.0}}
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - {{name: offset, in: query, schema: {{type: integer, minimum: 0, default: 0}}}}
        - {{name: limit, in: query, schema: {{type: integer, minimum: 1, maximum: 50, default: 4}}}}
        - {{name: kind, in: query, description: Only pets of this kind., schema: {{type: string, enum: [cat, dog]}}}}
      responses:
        '200':
          description: A page.
          content:
            application/json:
              schema:
                type: object
                properties:
                  total: {{type: integer, description: '{total}'}}
                  pets: {{type: array, items: {{type: object, properties: {{id: {{type: integer}}, kind: {{type: string, enum: [cat, dog]}}}}}}}}
        '400': {{description: Wrong.}}
"
    )
}

/// The clauses that are found broken.
fn found(total: &str, quirk: &'static str) -> Vec<String> {
    let report = run(&document(total), &[], move |asked| {
        let number = |name: &str, default: usize| match query(asked, name).map(str::parse) {
            Some(read) => read.ok(),
            None => Some(default),
        };
        let (Some(offset), Some(limit)) = (number("offset", 0), number("limit", 4)) else {
            return (400, Vec::new(), json!({}));
        };
        let kind = query(asked, "kind");
        if !(1..=50).contains(&limit) || kind.is_some_and(|kind| !["cat", "dog"].contains(&kind)) {
            return (400, Vec::new(), json!({}));
        }
        let is_dog = |n: usize| match quirk.starts_with("few") {
            true => n % 7 != 1,
            false => n.is_multiple_of(3),
        };
        let of = |n: usize| if is_dog(n) { "dog" } else { "cat" };
        let is_first = offset == 0 || !quirk.ends_with("later");
        let all = (0..20).map(|n| json!({"id": n, "kind": of(n)}));
        let all: Vec<Value> = all
            .filter(|pet| kind.is_none_or(|kind| pet["kind"] == kind) || !is_first)
            .collect();
        let total = match quirk {
            "all" => 20,
            "page" => all.len().min(4),
            _ => all.len(),
        };
        let page: Vec<&Value> = all.iter().skip(offset).take(limit).collect();
        (200, Vec::new(), json!({"total": total, "pets": page}))
    });
    report
        .findings
        .iter()
        .map(|one| one.clause.clone())
        .collect()
}

#[test]
fn a_total_counts_what_was_asked_for_where_the_document_says_so() {
    assert_eq!(found(TOTAL, "right"), [""; 0]);
    assert_eq!(
        found(TOTAL, "all"),
        ["listPets/rule/total-size-matches-walk"]
    );
    for said in [
        "The total number of pets, whatever the filter.",
        "The total number of all pets.",
    ] {
        assert_eq!(found(said, "all"), [""; 0], "{said}");
    }
}

#[test]
fn the_next_page_shows_what_was_asked_for_as_well() {
    assert_eq!(found(TOTAL, "later"), ["listPets/query/kind/selects"]);
    // All of them have room on one page.
    assert_eq!(found(TOTAL, "few"), [""; 0]);
    assert_eq!(found(TOTAL, "few, later"), ["listPets/query/kind/selects"]);
}
