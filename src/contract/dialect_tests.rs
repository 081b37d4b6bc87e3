//! Contracts in OpenAPI 3.0 and 3.1 judged on small bodies: each body breaks exactly the clause it is meant to.

use serde_json::{Value, json};

use super::{Contract, Kind, SecurityScheme};

const INVENTORY: &str = include_str!("../../tests/fixtures/inventory-3.1.yaml");

fn inventory() -> Contract {
    let contract = Contract::load("inventory.yaml", INVENTORY.to_owned(), &[]).unwrap();
    for operation in 0..contract.operations.len() {
        contract.prepare(operation);
    }
    contract
}

/// The ids of the clauses that a 200 body of an operation breaks.
fn broken(contract: &Contract, operation: &str, body: &Value) -> Vec<String> {
    let (_, operation) = contract.operation(operation).unwrap();
    let media = &operation.response(200).unwrap().content[0];
    let schema = media.body.as_ref().unwrap();
    let compiled = schema.schema.get().unwrap();
    let violations = compiled.violations_at(&schema.shape, 0, body);
    let prefix = format!("{}/200/body/", operation.id);
    let id = |clause| contract.clauses.get(clause).id().replace(&prefix, "");
    let found: Vec<String> = violations
        .iter()
        .map(|one| one.clause.map_or("?".to_owned(), id))
        .collect();
    assert_eq!(found.is_empty(), compiled.is_valid(body));
    found
}

#[test]
fn openapi_3_1_is_judged_at_its_leaves() {
    let contract = inventory();
    let good = json!({"id": null, "kind": "item", "count": 9, "pair": ["a", 1], "owner": {"name": "abc"},
        "parent": {"id": "x", "kind": "item"}, "state": "closed", "reason": "done"});
    assert_eq!(broken(&contract, "getItem", &good), Vec::<String>::new());
    for (change, clause) in [
        (json!({"id": 5}), "id/type"),
        (json!({"id": ""}), "id/minLength"),
        (json!({"kind": "thing"}), "kind/const"),
        (json!({"count": 0}), "count/exclusiveMinimum"),
        (json!({"count": 10}), "count/exclusiveMaximum"),
        (json!({"owner": {"name": "abcd"}}), "owner/name/maxLength"),
        (json!({"parent": {"id": "x"}}), "kind/required"),
        (json!({"extra": 1}), "unevaluatedProperties"),
    ] {
        let mut body = good.clone();
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        assert_eq!(broken(&contract, "getItem", &body), [clause], "{change}");
    }
}

#[test]
fn a_discriminator_chooses_the_branch() {
    let contract = inventory();
    let shapes = |body: Value| broken(&contract, "GET /search", &body);
    assert!(
        shapes(json!([{"kind": "Circle", "radius": 1}, {"kind": "Square", "side": 2}])).is_empty()
    );
    assert_eq!(
        shapes(json!([{"kind": "Circle", "radius": -1}])),
        ["[]<Circle>/radius/minimum"]
    );
    assert_eq!(
        shapes(json!([{"kind": "Square"}])),
        ["[]<Square>/side/required"]
    );
    assert_eq!(shapes(json!([{"kind": "Line"}])), ["[]/oneOf"]);
}

#[test]
fn security_schemes_are_known_by_kind() {
    let contract = inventory();
    let schemes = |name: &str| -> Vec<SecurityScheme> {
        let security = &contract.operation(name).unwrap().1.security;
        let uses = security.requirements.iter().flatten();
        uses.map(|one| one.scheme.clone()).collect()
    };
    assert_eq!(schemes("getItem"), [SecurityScheme::Bearer]);
    assert_eq!(
        schemes("GET /search"),
        [SecurityScheme::HeaderKey("X-Key".to_owned())]
    );
    assert!(
        matches!(&schemes("odd")[..], [SecurityScheme::Other(name, mark)] if name == "mutualtls" && mark.line > 0)
    );
    let guarded = |name: &str| {
        contract
            .operation(name)
            .unwrap()
            .1
            .security
            .clause
            .is_some()
    };
    assert!(
        guarded("getItem") && !guarded("GET /search"),
        "an empty alternative opens it to all"
    );
}

/// The contract that is built in; the file is listed by `build.rs`.
mod pack {
    #![expect(dead_code, reason = "its battery is no business of the contract")]
    /// A built-in file, as far as these tests look at it.
    pub struct BuiltIn {
        pub name: &'static str,
        pub text: &'static str,
        pub tree: &'static [u8],
    }

    include!(concat!(env!("OUT_DIR"), "/pack.rs"));
}

#[test]
fn every_clause_stands_where_it_says() {
    for (name, text) in [
        ("inventory.yaml", INVENTORY),
        (pack::SPEC.name, pack::SPEC.text),
    ] {
        let contract = Contract::load(name, text.to_owned(), &[]).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        for (_, clause) in contract.clauses.iter() {
            let line = lines[usize::try_from(clause.mark.line).unwrap() - 1];
            let rest: String = line
                .chars()
                .skip(usize::try_from(clause.mark.column).unwrap() - 1)
                .collect();
            let wanted = if clause.kind() == Kind::Schema {
                clause.subject.keyword
            } else {
                ""
            };
            let named = rest.trim_start_matches(['"', '\'']);
            let fits = named.starts_with(wanted)
                || (wanted == "required" && named.starts_with(clause.subject.name()));
            assert!(fits, "{}: {rest}", clause.id());
        }
    }
}

#[test]
fn what_cannot_be_loaded_is_said_with_its_place() {
    for (text, words) in [
        (
            "swagger: '1.2'\npaths: {}",
            "t.yaml:1:10: OpenAPI 1.2 is not supported",
        ),
        (
            "openapi: 4.0.0\npaths: {}",
            "OpenAPI 4.0.0 is not supported",
        ),
        ("info: {}", "neither `openapi` nor `paths` is here"),
        ("paths: {}", "no path stands in this fragment"),
        ("- a", "an OpenAPI document is a mapping"),
        ("a: [1, 2", "t.yaml:"),
    ] {
        let error = Contract::load("t.yaml", text.to_owned(), &[])
            .unwrap_err()
            .to_string();
        assert!(error.contains(words), "{error}");
    }
    let deep = format!("paths: {}{}", "[".repeat(5_000), "]".repeat(5_000));
    assert!(Contract::load("t.yaml", deep, &[]).is_err());
}

#[test]
fn a_pattern_that_cannot_be_checked_is_told_so_and_accuses_nobody() {
    let text = r"
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /x:
    get:
      operationId: x
      responses:
        '200':
          description: d
          content:
            application/json:
              schema:
                additionalProperties: false
                patternProperties: {'^(a)\1$': {type: string}}
                properties:
                  good: {type: string, pattern: '^[\w-\.]+$'}
                  odd: {type: string, pattern: '\A[a-z]+\z', minLength: 2}
";
    let contract = Contract::load("t.yaml", text.to_owned(), &[]).unwrap();
    contract.prepare(0);
    let unchecked: Vec<&str> = contract
        .clauses
        .iter()
        .filter(|(_, clause)| clause.unchecked.is_some())
        .map(|(_, clause)| clause.tail())
        .collect();
    assert_eq!(
        unchecked,
        [
            "200/body/additionalProperties",
            "200/body/patternProperties",
            "200/body/odd/pattern"
        ]
    );
    let ids = |body: &Value| broken(&contract, "x", body);
    assert!(ids(&json!({"good": "a-b.c", "odd": "OK", "aa": 1})).is_empty());
    assert_eq!(
        ids(&json!({"good": "a b", "odd": "O"})),
        ["good/pattern", "odd/minLength"]
    );
    let shape = &contract.operations[0].responses[0].content[0];
    let shape = &shape.body.as_ref().unwrap().shape;
    let mut evidence = shape.nodes.iter().flat_map(|node| &node.keywords);
    assert!(evidence.all(|one| contract.clauses.get(one.clause).unchecked.is_none()));
}

/// A keyword that is no place of its own answers for what stands below it, also behind a reference.
#[test]
fn what_is_wrong_below_a_keyword_is_that_keywords() {
    let number = json!({"$ref": "#/components/schemas/N"});
    let table = [
        (
            json!({"prefixItems": [number, {"const": "x"}]}),
            json!([1, "y"]),
            "prefixItems",
        ),
        (
            json!({"prefixItems": [number]}),
            json!(["x"]),
            "prefixItems",
        ),
        (
            json!({"prefixItems": [number], "items": false}),
            json!([1, 2]),
            "items",
        ),
        (
            json!({"dependentRequired": {"a": ["b"]}}),
            json!({"a": 1}),
            "dependentRequired",
        ),
        (
            json!({"dependentSchemas": {"a": {"required": ["b"]}}}),
            json!({"a": 1}),
            "dependentSchemas",
        ),
        (
            json!({"if": {"required": ["k"]}, "then": {"required": ["t"]}}),
            json!({"k": 1}),
            "if",
        ),
        (
            json!({"if": {"required": ["k"]}, "else": {"properties": {"e": number}}}),
            json!({"e": "s"}),
            "if",
        ),
        (
            json!({"patternProperties": {"^x-": number}}),
            json!({"x-a": "s"}),
            "patternProperties",
        ),
        (
            json!({"properties": {"deep": {"patternProperties": {"^x-": number}}}}),
            json!({"deep": {"x-a": "s"}}),
            "deep/patternProperties",
        ),
    ];
    for (schema, body, clause) in table {
        let answer =
            json!({"description": "d", "content": {"application/json": {"schema": schema}}});
        let document = json!({"openapi": "3.1.0", "info": {"title": "t", "version": "1"},
            "paths": {"/a": {"get": {"operationId": "a", "responses": {"200": answer}}}},
            "components": {"schemas": {"N": {"type": "integer"}}}});
        let contract = Contract::load("t.json", document.to_string(), &[]).unwrap();
        contract.prepare(0);
        assert_eq!(broken(&contract, "a", &body), [clause], "{schema}");
    }
}
