//! The request side of small contracts: which clauses there are, at which level, and which values the document gives.

use serde_json::{Value, json};

use super::{Contract, Operation, wire};

const ORDERS: &str = r##"
openapi: 3.0.3
paths:
  /orders/{id}/{slug}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: integer, minimum: 1}, example: "7"}
      - {name: slug, in: path, required: true, schema: {type: string, minLength: 1, format: made-up}}
    put:
      operationId: put
      parameters:
        - {name: limit, in: query, required: true, schema: {$ref: '#/components/schemas/Limit'}, example: 900}
        - {name: word, in: query, schema: {type: string, minimum: 3, minLength: 1, pattern: '^b+$', default: bb}}
        - {name: flags, in: query, style: pipeDelimited, explode: false, schema: {type: array, maxItems: 2, items: {type: string, enum: [a, b]}}}
        - {name: near, in: query, style: deepObject, schema: {type: object, required: [km], properties: {km: {type: number, maximum: 9}}}}
        - {name: where, in: query, content: {application/json: {schema: {type: object, properties: {x: {type: string}}}, example: {x: y}}}}
        - {name: either, in: query, schema: {oneOf: [{type: integer}, {type: string, maxLength: 3}]}}
        - {name: X-Trace, in: header, required: true, schema: {type: string, format: uuid}}
        - {name: Accept, in: header, required: true, schema: {type: string, enum: [a]}}
        - {name: seen, in: cookie, schema: {type: boolean}}
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Order'}
            examples: {wrong: {value: {size: x}}, right: {$ref: '#/components/examples/Two'}}
      responses: {'200': {description: Done.}, 4XX: {description: Refused.}}
    delete:
      operationId: remove
      parameters: [{name: limit, in: query, schema: {type: integer, exclusiveMaximum: true, maximum: 5}}]
      requestBody:
        content: {application/x-www-form-urlencoded: {schema: {$ref: '#/components/schemas/Order'}}, '*/*': {}}
      responses: {'204': {description: Gone.}}
components:
  examples: {Two: {value: {size: 2}}}
  schemas:
    Limit: {type: integer, maximum: 100, default: 20}
    Order:
      type: object
      required: [id, size]
      additionalProperties: false
      properties:
        id: {type: string, readOnly: true, maxLength: 3}
        size: {type: integer, minimum: 1}
        secret: {type: string, writeOnly: true}
"##;

fn orders() -> Contract {
    let contract = Contract::load("orders.yaml", ORDERS.to_owned(), &[]).unwrap();
    for operation in 0..contract.operations.len() {
        contract.prepare(operation);
    }
    contract
}

fn operation<'c>(contract: &'c Contract, name: &str) -> &'c Operation {
    contract.operation(name).unwrap().1
}

/// The request-side clauses of an operation, each with its level.
fn demands(contract: &Contract, name: &str) -> Vec<String> {
    let (ix, _) = contract.operation(name).unwrap();
    let all = contract.clauses.iter().map(|(_, clause)| clause);
    all.filter(|clause| clause.subject.operation == ix)
        .filter(|clause| ["parameter", "request-body"].contains(&clause.kind().word()))
        .map(|clause| format!("{} {}", clause.tail(), clause.level.word()))
        .collect()
}

#[test]
fn what_a_request_can_break_is_a_clause_and_nothing_else_is() {
    let contract = orders();
    assert_eq!(
        demands(&contract, "put"),
        [
            "query/limit/required must",
            "query/limit/type should",
            "query/limit/maximum should",
            "query/word/minLength should",
            "query/word/pattern should",
            "query/flags/maxItems should",
            "query/flags[]/enum should",
            "query/near/km/required must",
            "query/near/km/type should",
            "query/near/km/maximum should",
            "query/where/type should",
            "query/where/x/type should",
            "header/X-Trace/required must",
            "header/X-Trace/format should",
            "cookie/seen/type should",
            "path/id/type should",
            "path/id/minimum should",
            "body/required must",
            "body/type should",
            "body/size/required must",
            "body/additionalProperties should",
            "body/size/type should",
            "body/size/minimum should",
            "body/secret/type should",
            "body/json should",
            "body/content-type should",
        ]
    );
    assert_eq!(
        demands(&contract, "remove"),
        [
            "query/limit/type info",
            "query/limit/maximum info",
            "path/id/type info",
            "path/id/minimum info",
            "body/size/required must",
            "body/size/type info",
            "body/size/minimum info",
        ]
    );
    let maximum = contract.clauses.find("put/query/limit/maximum").unwrap();
    assert_eq!(
        contract.clauses.get(maximum).text,
        "a request is refused unless the query parameter `limit` is at most 100"
    );
}

#[test]
fn the_documents_own_value_is_sent_where_it_fits() {
    let contract = orders();
    let put = operation(&contract, "put");
    let value = |name: &str| {
        let mut all = put.parameters.iter();
        let parameter = all.find(|one| one.name == name).unwrap();
        let value = parameter.value_from_document().unwrap();
        let pairs = wire(parameter, &value);
        let pairs = pairs.iter().map(|(name, text)| format!("{name}={text}"));
        pairs.collect::<Vec<_>>().join("&")
    };
    assert_eq!(
        value("limit"),
        "limit=20",
        "its example is above the maximum"
    );
    assert_eq!(value("id"), "id=7");
    assert_eq!(value("word"), "word=bb");
    assert_eq!(value("flags"), "flags=a");
    assert_eq!(value("near"), "near[km]=1");
    assert_eq!(value("where"), r#"where={"x":"y"}"#);
    let body = put.request_body.as_ref().unwrap();
    let media = body.media().unwrap();
    assert_eq!(
        (media.range.as_str(), &media.values()[0]),
        ("application/json", &json!({"size": 2}))
    );
    let body = operation(&contract, "remove")
        .request_body
        .as_ref()
        .unwrap();
    assert_eq!(body.media().unwrap().values()[0], json!({"size": 1}));
}

#[test]
fn a_value_is_judged_as_it_goes_over_the_wire() {
    let contract = orders();
    let put = operation(&contract, "put");
    let allows = |name: &str, value: Value| {
        let mut all = put.parameters.iter();
        all.find(|one| one.name == name).unwrap().allows(&value)
    };
    assert!(allows("limit", json!("100")) && !allows("limit", json!("101")));
    assert!(allows("word", json!("b")) && !allows("word", json!(1)));
    assert!(allows("seen", json!("true")) && !allows("seen", json!("yes")));
    assert!(allows("near", json!({"km": "3.5"})) && !allows("near", json!({"km": "far"})));
    assert!(!allows("where", json!({"x": 1})), "JSON keeps its types");
    assert!(allows("either", json!("abc")) && !allows("either", json!("abcd")));
    let body = &put.request_body.as_ref().unwrap().content[0];
    assert!(body.allows(&json!({"size": 1, "secret": "s"})) && !body.allows(&json!({"size": "1"})));
}

#[test]
fn a_request_schema_that_cannot_be_read_keeps_nobody_from_judging_answers() {
    let text = "paths:\n  /x:\n    post:\n      operationId: x\n      parameters: [{name: a, in: query, schema: {$ref: other.yaml}}]\n      requestBody: {content: {application/json: {schema: {type: object, properties: {b: {$ref: other.yaml}}}}}}\n      responses: {}";
    let contract = Contract::load("x.yaml", text.to_owned(), &[]).unwrap();
    contract.prepare(0);
    assert_eq!(
        demands(&contract, "x"),
        ["body/type info", "body/json info", "body/content-type info"]
    );
}

/// Each negative of an operation's parameters as `clause: what is sent`.
fn negatives(contract: &Contract, name: &str) -> Vec<String> {
    let operation = operation(contract, name);
    let each = operation.parameters.iter().flat_map(|parameter| {
        let all = parameter.negatives().into_iter();
        all.map(move |negative| (parameter, negative))
    });
    each.map(|(parameter, negative)| {
        let clause = contract.clauses.get(negative.clause).tail();
        let pairs = wire(parameter, &negative.value);
        let pairs = pairs.iter().map(|(name, text)| format!("{name}={text}"));
        format!("{clause}: {}", pairs.collect::<Vec<_>>().join("&"))
    })
    .collect()
}

#[test]
fn a_negative_breaks_one_keyword_and_not_by_its_spelling() {
    let contract = orders();
    assert_eq!(
        negatives(&contract, "put"),
        [
            "query/limit/type: limit=not-a-number",
            "query/limit/maximum: limit=101",
            "query/word/pattern: word=!not-matching!",
            "query/flags/maxItems: flags=a|a|a",
            "query/flags[]/enum: flags=not-one-of-them",
            "query/near/km/type: near[km]=not-a-number",
            "query/near/km/maximum: near[km]=10",
            "query/where/type: where=\"not-this-type\"",
            "query/where/x/type: where={\"x\":{\"not\":\"a-string\"}}",
            "header/X-Trace/format: X-Trace=not-a-uuid",
            "cookie/seen/type: seen=not-a-boolean",
            "path/id/type: id=not-a-number",
            "path/id/minimum: id=0",
        ]
    );
}

#[test]
fn a_made_up_value_fits_and_is_no_known_one() {
    let contract = orders();
    let put = operation(&contract, "put");
    let made_up = |name: &str| {
        let mut all = put.parameters.iter();
        all.find(|one| one.name == name).unwrap().made_up("order")
    };
    assert_eq!(made_up("id"), Some(json!(4_503_599_627_370_495_i64)));
    assert_eq!(made_up("slug"), Some(json!("no-such-order")));
    assert_eq!(
        made_up("X-Trace"),
        Some(json!("5f0c2b1e-9c1d-4a7e-8b2a-6d1f3e7a9c44"))
    );
    assert_eq!(made_up("word"), Some(json!("b".repeat(24))));
    assert_eq!(made_up("seen"), None);
}

const COMPOSED: &str = r##"
openapi: 3.1.0
paths:
  /bookings:
    post:
      operationId: book
      requestBody:
        required: true
        content:
          application/json:
            schema:
              allOf: [{$ref: '#/components/schemas/Base'}]
              type: object
              required: [title, minutes]
              unevaluatedProperties: false
      responses: {'201': {description: Done.}, 4XX: {description: Refused.}}
components:
  schemas:
    Base:
      type: object
      dependentRequired: {seat: [row]}
      properties:
        title: {type: string, minLength: 3, maxLength: 8}
        minutes: {type: integer, minimum: 15, maximum: 45, multipleOf: 15}
        labels: {type: object, additionalProperties: {type: string, maxLength: 4}}
        guests: {type: array, items: {type: object, required: [name], properties: {name: {type: string}}}}
        seat: {type: integer}
        row: {type: integer}
        contact:
          oneOf: [{$ref: '#/components/schemas/Mail'}, {$ref: '#/components/schemas/Phone'}]
          discriminator: {propertyName: via, mapping: {mail: '#/components/schemas/Mail', phone: '#/components/schemas/Phone'}}
    Mail: {type: object, required: [via, address], properties: {via: {const: mail}, address: {type: string, maxLength: 9}}}
    Phone: {type: object, required: [via, number], properties: {via: {const: phone}, number: {type: string, maxLength: 9}}}
"##;

#[test]
fn what_a_body_is_composed_of_has_negatives() {
    let contract = Contract::load("t.yaml", COMPOSED.to_owned(), &[]).unwrap();
    contract.prepare(0);
    contract.prepare_requests(0);
    let media = contract.operations[0].request_body.as_ref().unwrap();
    let media = media.media().unwrap();
    let whole = media.fullest().unwrap();
    let negatives = media.negatives(whole).into_iter().map(|one| one.clause);
    let lacking = media.lacking(whole).into_iter().map(|(clause, _)| clause);
    let all = negatives.chain(lacking);
    let broken: Vec<&str> = all.map(|one| contract.clauses.get(one).tail()).collect();
    for clause in [
        "body/title/minLength",
        "body/title/maxLength",
        "body/title/required",
        "body/minutes/minimum",
        "body/minutes/maximum",
        "body/minutes/multipleOf",
        "body/unevaluatedProperties",
        "body/labels/*/type",
        "body/labels/*/maxLength",
        "body/guests[]/name/type",
        "body/guests[]/name/required",
        "body/dependentRequired",
    ] {
        assert!(broken.contains(&clause), "{clause} of {broken:?}");
    }
    let is_of_branch = |clause: &&&str| {
        clause.starts_with("body/contact") && clause.ends_with("address/maxLength")
    };
    assert_eq!(broken.iter().filter(is_of_branch).count(), 1, "{broken:?}");
}
