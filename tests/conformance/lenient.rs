//! Parameters of which the document says that wrong values are not refused.

use conform::Level;
use serde_json::json;

use super::lists::run;

/// What is found of a service that refuses nothing, where the parameter and the list are described so.
fn found(parameter: &str, list: &str) -> Vec<String> {
    let document = format!(
        "openapi: 3.1.0
info: {{title: Days, version: 1.0.0}}
paths:
  /days:
    get:
      operationId: listDays
      description: '{list}'
      parameters: [{{name: span, in: query, description: '{parameter}', schema: {{type: integer, minimum: 1, maximum: 50}}}}]
      responses:
        '200':
          description: Days.
          content: {{application/json: {{schema: {{type: array, items: {{type: object}}}}}}}}
        '400': {{description: Wrong.}}
"
    );
    let report = run(&document, &[], |_| (200, Vec::new(), json!([{"day": 1}])));
    let findings = report.findings.iter().filter(|one| one.level > Level::Info);
    let mut found: Vec<String> = findings
        .map(|one| one.clause.replace("listDays/", ""))
        .collect();
    found.sort();
    found
}

#[test]
fn what_need_not_be_refused_accuses_nobody_and_what_need_be_is_found() {
    let none: [&str; 0] = [];
    let own = "query/span/maximum query/span/minimum query/span/type";
    assert_eq!(found("How many days.", "Days.").join(" "), own);
    for (parameter, list) in [
        ("Invalid values are ignored.", "Days."),
        (
            "How many days.",
            "Days. Invalid parameters fall back to their defaults.",
        ),
    ] {
        assert_eq!(found(parameter, list), none, "{parameter} {list}");
    }
    let above = found("Values above 50 are treated as 50.", "Days.");
    assert_eq!(above, ["query/span/minimum", "query/span/type"]);
}
