//! In which order the mistakes of an operation come, and what operations that share a schema leave to each other.

use crate::contract::Contract;

use super::{Derived, Wish, derive};

/// The battery of a document, with what writes.
fn battery(text: &str) -> Derived {
    let contract = Contract::load("t.yaml", text.to_owned(), &[]).unwrap();
    for operation in 0..contract.operations.len() {
        contract.prepare(operation);
        contract.prepare_requests(operation);
    }
    let wish = Wish {
        writes: true,
        ..Wish::default()
    };
    derive(&contract, &wish)
}

/// Neither what is left out nor what is too long takes the place of a mistake of another kind.
#[test]
fn one_mistake_of_each_kind_comes_before_a_second_one() {
    let text = "paths:
  /orders:
    post:
      operationId: order
      requestBody: {required: true, content: {application/json: {schema: {type: object, required: [of, pieces], properties: {of: {type: string}, pieces: {type: integer, minimum: 1, maximum: 9}, a: {type: string, maxLength: 9}, b: {type: string, maxLength: 9}, c: {type: string, maxLength: 9}, d: {type: string, maxLength: 9}, e: {type: string, maxLength: 9}, f: {type: string, maxLength: 9}, g: {type: string, maxLength: 9}, h: {type: string, maxLength: 9}}}}}}
      responses: {'201': {description: d}, '400': {description: d}}
";
    let derived = battery(text);
    let place = |id: &str| derived.cases.iter().position(|case| case.case == id);
    // One of each kind comes first, and then of each member.
    let wanted = [
        "order.body-no-pieces",
        "order.body-a-too-long",
        "order.body-pieces-above-maximum",
        "order.body-pieces-below-minimum",
        "order.body-no-of",
    ];
    let places = wanted.map(place);
    assert!(
        places.iter().all(Option::is_some) && places.is_sorted(),
        "{places:?}"
    );
}

/// What one operation of a schema puts to the test, another one need not.
#[test]
fn operations_that_share_a_schema_share_the_mistakes() {
    let text = "paths:
  /orders:
    get:
      operationId: all
      parameters: [{name: size, in: query, schema: {type: integer, maximum: 9}}]
      responses: {'200': {description: d}, '400': {description: d}}
    post:
      operationId: order
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'201': {description: d, content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}}, '400': {description: d}}
  /orders/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}}]
    put:
      operationId: replace
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Order'}}}}
      responses: {'200': {description: d}, '400': {description: d}}
components:
  schemas:
    Order:
      type: object
      required: [a, b, c]
      properties:
        a: {type: string, minLength: 2, maxLength: 9}
        b: {type: string, pattern: '^[a-z]+$'}
        c: {type: string, enum: [x, y]}
        d: {type: integer, minimum: 1, maximum: 9}
        e: {type: boolean}
";
    let derived = battery(text);
    let aims = |operation: &str| -> Vec<String> {
        let own = derived
            .cases
            .iter()
            .filter(|case| case.operation.as_deref() == Some(operation))
            .filter(|case| {
                let derived = case.derived.as_ref().unwrap();
                ["keyword", "required"].contains(&&*derived.family)
            });
        own.map(|case| case.aims[0].clone()).collect()
    };
    let both = [aims("order"), aims("replace")].concat();
    for wanted in [
        "a/required",
        "b/required",
        "c/required",
        "a/minLength",
        "a/maxLength",
        "b/pattern",
        "c/enum",
        "d/minimum",
        "d/maximum",
        "e/type",
    ] {
        let wanted = format!("body/{wanted}");
        assert!(both.contains(&wanted), "{wanted}: {both:?}");
    }
    // What both ask is less than what one of them asks alone.
    let twice = aims("order")
        .into_iter()
        .filter(|aim| aims("replace").contains(aim));
    assert!(twice.count() < 4, "{both:?}");
}
