//! What a schema says piece by piece is what it says of the whole.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::contract::{Body, Contract};

/// A contract whose body is that schema, beside some others.
fn contract(schema: &str) -> Contract {
    let text = format!(
        "openapi: 3.1.0
info: {{title: Things, version: 1.0.0}}
paths:
  /things:
    get:
      operationId: things
      responses:
        '200':
          description: A thing.
          content: {{application/json: {{schema: {schema}}}}}
components:
  schemas:
    Page: {{type: object, required: [data], properties: {{data: {{type: array, minItems: 1, uniqueItems: true, items: {{$ref: '#/components/schemas/Item'}}}}}}}}
    Item: {{allOf: [{{$ref: '#/components/schemas/Named'}}, {{type: object, properties: {{tags: {{type: array, maxItems: 3, items: {{type: string, maxLength: 2}}}}, by: {{type: object, additionalProperties: {{type: integer}}}}}}}}]}}
    Named: {{type: object, required: [id], properties: {{id: {{type: integer, minimum: 1}}}}}}
    Tree: {{type: object, required: [n], properties: {{n: {{type: integer}}, below: {{type: array, items: {{$ref: '#/components/schemas/Tree'}}}}, left: {{$ref: '#/components/schemas/Tree'}}}}}}
    One: {{oneOf: [{{type: object, required: [k, a], properties: {{k: {{const: a}}, a: {{type: array, items: {{type: integer}}}}}}}}, {{type: object, required: [k], properties: {{k: {{const: b}}}}}}]}}
"
    );
    Contract::load("things", text, &[]).unwrap()
}

fn of(body: &Body, value: &Value, in_pieces: bool) -> BTreeSet<(String, String, Option<u32>)> {
    let mut found = Vec::new();
    match in_pieces {
        true => {
            let pieces = body.schema.pieces(&body.shape).unwrap();
            assert!(pieces.violations(&body.shape, value, &mut |one| {
                found.push(one);
                true
            }));
        }
        false => {
            found = body
                .schema
                .get()
                .unwrap()
                .violations_at(&body.shape, 0, value)
        }
    }
    let key = |one: super::Violation| (one.pointer, one.keyword, one.clause.map(|ix| ix.0));
    found.into_iter().map(key).collect()
}

#[test]
fn pieces_say_what_the_whole_says() {
    let named = |name: &str| format!("{{$ref: '#/components/schemas/{name}'}}");
    let rows = [
        (
            named("Page"),
            vec![
                json!({"data": [{"id": 1}, {"id": 2, "tags": ["a"], "by": {"a": 1}}]}),
                json!({"data": []}),
                json!({"data": [{"id": 1}, {"id": 1}]}),
                json!({"data": [{}, {"id": 0}, 7, {"id": 3, "tags": ["abc", 1, "b", "c"]}]}),
                json!({"data": [{"id": 1, "by": {"a": "x", "b~/": 1.5}}, {"id": "1"}]}),
                json!({"data": {"a": 1}}),
                json!([]),
                json!({}),
            ],
        ),
        (
            "{type: array, items: {type: array, items: {type: integer}}}".to_owned(),
            vec![json!([[1], [2, "x"], "y", [[3]]]), json!({}), json!([])],
        ),
        (
            "{type: object, properties: {a: {type: string}}, additionalProperties: {type: array, items: {type: integer}}}".to_owned(),
            vec![json!({"a": 1, "b": [1, "x"], "c": 2}), json!({"a": "x"})],
        ),
        (
            named("Tree"),
            vec![
                json!({"n": 1, "below": [{"n": 2, "below": [{"n": "x"}, {}]}, {"n": "y"}], "left": {"below": [{}]}}),
            ],
        ),
        (
            format!("{{type: array, items: {}}}", named("One")),
            vec![json!([{"k": "a", "a": [1, "x"]}, {"k": "b"}, {"k": "c"}, {"k": "a"}])],
        ),
        (
            "{type: object, properties: {a: {type: array, prefixItems: [{type: string}], items: {type: integer}}}, unevaluatedProperties: false}".to_owned(),
            vec![json!({"a": ["x", 1, "y"], "b": 1})],
        ),
        (
            "{type: object, patternProperties: {'^x': {type: string}}, additionalProperties: {type: integer}}".to_owned(),
            vec![json!({"x1": 1, "y": "z"})],
        ),
    ];
    for (schema, values) in rows {
        let contract = contract(&schema);
        contract.prepare(0);
        let body = contract.operations[0].responses[0].content[0].body.as_ref();
        let body = body.unwrap();
        for value in values {
            let whole = of(body, &value, false);
            assert_eq!(of(body, &value, true), whole, "{schema}: {value}");
            assert_eq!(
                whole.is_empty(),
                body.schema.get().unwrap().is_valid(&value)
            );
        }
    }
}

#[test]
fn schemas_that_hold_each_other_are_taken_to_pieces_all_the_same() {
    let names: Vec<String> = (0..30).map(|n| format!("p{n}")).collect();
    let properties: Vec<String> = names.iter().map(|name| format!("{name}: {{$ref: '#/components/schemas/Tree'}}, l{name}: {{type: array, items: {{$ref: '#/components/schemas/One'}}}}")).collect();
    let schema = format!(
        "{{type: object, properties: {{{}}}}}",
        properties.join(", ")
    );
    let contract = contract(&schema);
    contract.prepare(0);
    let body = contract.operations[0].responses[0].content[0]
        .body
        .as_ref()
        .unwrap();
    let value = json!({"p3": {"n": 1, "below": [{"n": "x"}]}, "lp7": [{"k": "c"}]});
    assert_eq!(of(body, &value, true), of(body, &value, false));
}

/// One entry that holds many wrong ones where they cannot be cut: its beginning tells.
#[test]
fn what_cannot_be_cut_is_judged_by_its_beginning() {
    let contract = contract("{$ref: '#/components/schemas/One'}");
    contract.prepare(0);
    let body = contract.operations[0].responses[0].content[0]
        .body
        .as_ref()
        .unwrap();
    let many = |wrong: std::ops::Range<usize>| {
        let item = |n| {
            if wrong.contains(&n) {
                json!("x")
            } else {
                json!(n)
            }
        };
        json!({"k": "a", "a": (0..100_000).map(item).collect::<Vec<Value>>()})
    };
    let all = of(body, &many(0..100_000), true);
    assert_eq!(all.len(), 200);
    assert!(
        all.iter()
            .all(|(_, keyword, clause)| keyword == "type" && clause.is_some())
    );
    let late = of(body, &many(99_999..100_000), true);
    assert_eq!(
        late.into_iter().next().unwrap(),
        (String::new(), String::new(), None)
    );
}

#[test]
fn a_map_of_wrong_names_is_not_written_out_for_each() {
    let contract = contract("{type: object, propertyNames: {pattern: '^b'}}");
    contract.prepare(0);
    let content = &contract.operations[0].responses[0].content[0];
    let body = content.body.as_ref().unwrap();
    let map: serde_json::Map<String, Value> = (0..8_000)
        .map(|n| (format!("{}{n}", "a".repeat(40)), json!("x")))
        .collect();
    let value = Value::Object(map);
    let mut found = Vec::new();
    let began = std::time::Instant::now();
    let pieces = body.schema.pieces(&body.shape).unwrap();
    pieces.violations(&body.shape, &value, &mut |one| {
        found.push(one);
        true
    });
    let [one] = &found[..] else {
        panic!("{found:?}")
    };
    assert!(one.clause.is_some() && one.keyword == "propertyNames");
    assert!(one.actual.starts_with("the name \"aaa"), "{}", one.actual);
    assert!(one.actual.len() < 100, "{}", one.actual);
    // It took minutes.
    assert!(began.elapsed().as_secs() < 10, "{:?}", began.elapsed());
}
