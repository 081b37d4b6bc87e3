//! Small contracts and the battery that is made of them.

use std::sync::Arc;

use crate::battery::model::Change;
use crate::battery::{Battery, Next, Plan, Selection, Token};
use crate::contract::{Contract, In};

use super::{Derived, Wish, derive, files};

const SHOP: &str = r##"
openapi: 3.1.0
security: [{key: []}]
paths:
  /shops:
    get:
      operationId: listShops
      parameters:
        - {name: limit, in: query, schema: {type: integer, maximum: 50, default: 20}}
        - {name: cursor, in: query, schema: {type: string}, example: abc}
        - {name: X-Api-Key, in: header, required: true, schema: {type: string}}
        - {name: q, in: query, schema: {type: string}}
      responses:
        '200':
          description: All.
          content:
            application/json:
              schema:
                type: object
                properties:
                  shops: {type: array, items: {$ref: '#/components/schemas/Shop'}}
                  next_cursor: {type: [string, 'null']}
                  total: {type: integer, description: The number of all shops.}
        '400': {description: Refused.}
  /shops/{shop-id}:
    get:
      parameters: [{name: shop-id, in: path, required: true, schema: {type: integer}}]
      responses: {'200': {description: One., content: {application/json: {schema: {$ref: '#/components/schemas/Shop'}}}}}
    delete:
      operationId: closeShop
      parameters: [{name: shop-id, in: path, required: true, schema: {type: integer}}]
      responses: {'204': {description: Gone.}}
  /shops/{id}/staff/{person}:
    get:
      operationId: getPerson
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: person, in: path, required: true, schema: {type: string, enum: [owner, clerk]}}
        - {name: since, in: query, required: true, schema: {type: string, format: date}}
        - {name: page, in: query, required: true, schema: {type: integer, default: 1}}
      responses: {'200': {description: One.}}
  /session/logout:
    get: {operationId: leave, responses: {'200': {description: Gone.}}}
  /secret:
    get:
      operationId: secret
      parameters: [{name: code, in: query, required: true, schema: {type: string, pattern: '^(?=impossible)x$'}}]
      responses: {'200': {description: Never.}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-API-Key}}
  schemas:
    Shop: {type: object, properties: {id: {type: integer}, name: {type: string}, best_friend: {type: string}}}
"##;

fn shop(wish: &Wish) -> (Arc<Contract>, Derived) {
    let contract = Contract::load("shop.yaml", SHOP.to_owned(), &[]).unwrap();
    let derived = derive(&contract, wish);
    (Arc::new(contract), derived)
}

fn ids(derived: &Derived) -> Vec<&str> {
    derived
        .cases
        .iter()
        .map(|case| case.case.as_str())
        .collect()
}

fn wish() -> Wish {
    Wish {
        has_credentials: true,
        ..Wish::default()
    }
}

#[test]
fn each_operation_that_reads_gets_its_cases_the_most_telling_first() {
    let (_, derived) = shop(&wish());
    assert_eq!(
        ids(&derived),
        [
            "listShops.valid",
            "listShops.no-credentials",
            "listShops.walk",
            "listShops.limit-above-maximum",
            "listShops.limit-wrong-type",
            "listShops.made-up-token",
            "listShops.twice",
            "listShops.wrong-credentials",
            "listShops.full",
            "get-shops-shop-id.valid",
            "get-shops-shop-id.no-credentials",
            "get-shops-shop-id.unknown-id",
            "get-shops-shop-id.shop-id-wrong-type",
            "get-shops-shop-id.wrong-credentials",
            "get-shops-shop-id.head",
            "getPerson.valid",
            "getPerson.no-credentials",
            "getPerson.no-since",
            "getPerson.person-not-listed",
            "getPerson.id-wrong-type",
            "getPerson.since-wrong-format",
            "getPerson.wrong-credentials",
            "getPerson.page-wrong-type",
            "getPerson.head",
        ]
    );
}

/// Each kind of mistake is made before any is made again, and of each parameter before another one of it.
#[test]
fn what_is_about_several_parameters_comes_in_turns() {
    let text = "paths:
  /rates:
    get:
      operationId: rates
      parameters:
        - {name: from, in: query, required: true, schema: {type: string, enum: [DE, FR]}}
        - {name: weight, in: query, schema: {type: integer, minimum: 1, maximum: 30}}
        - {name: length, in: query, schema: {type: integer, minimum: 1, maximum: 200}}
        - {name: width, in: query, schema: {type: integer, minimum: 1, maximum: 200}}
        - {name: height, in: query, schema: {type: integer, minimum: 1, maximum: 200}}
      responses: {'200': {description: Rates.}, '400': {description: Wrong.}}
";
    let contract = Contract::load("rates.yaml", text.to_owned(), &[]).unwrap();
    let derived = derive(&contract, &Wish::default());
    let ids = ids(&derived).into_iter();
    let ids: Vec<&str> = ids.map(|id| id.trim_start_matches("rates.")).collect();
    let first = [
        "valid",
        "no-from",
        "weight-above-maximum",
        "length-below-minimum",
        "width-wrong-type",
        "from-not-listed",
        "height-above-maximum",
        "weight-below-minimum",
    ];
    assert_eq!(ids[..first.len()], first);
    assert_eq!(ids.len(), 12);
}

#[test]
fn what_is_not_made_says_why_and_which_flag_gives_it() {
    let (contract, derived) = shop(&wish());
    let said = derived.left_out.iter().map(|one| {
        let operation = &contract.operations[one.operation].id;
        format!("{operation}: {}: {}", one.why, one.flag)
    });
    assert_eq!(
        said.collect::<Vec<_>>(),
        [
            "closeShop: DELETE may change something: --allow-writes",
            "leave: its name has the word `logout`, so it is sent only when it is named: --operation 'leave'",
            "secret: there is no value for the query parameter `code`: --param 'secret:code=VALUE'",
        ]
    );
    let named = Wish {
        operations: vec!["leave".to_owned()],
        ..wish()
    };
    assert_eq!(ids(&shop(&named).1)[0], "leave.valid");
}

#[test]
fn an_id_is_what_lists_and_paths_above_have() {
    let (_, derived) = shop(&wish());
    let sources = |case: &str, name: &str| {
        let case = derived.cases.iter().find(|one| one.case == case).unwrap();
        let Some(Change::Answer(answers)) = case.request.path.0.get(name) else {
            panic!("{case:?} has no answer for {name}");
        };
        let each = answers.of.iter().map(|one| {
            let sent = one.sent.as_ref().map(|name| format!("sent {name}"));
            format!(
                "{} {}",
                one.case,
                one.at.clone().or(sent).unwrap_or_default()
            )
        });
        let last = answers
            .otherwise
            .iter()
            .map(|value| format!("else {value}"));
        each.chain(last).collect::<Vec<_>>()
    };
    assert_eq!(
        sources("get-shops-shop-id.valid", "shop-id"),
        ["listShops.valid /shops/*/id"]
    );
    assert_eq!(
        sources("getPerson.valid", "id"),
        [
            "get-shops-shop-id.valid sent shop-id",
            "listShops.valid /shops/*/id"
        ]
    );
    assert_eq!(sources("getPerson.valid", "person"), ["else owner"]);
}

#[test]
fn the_budget_bounds_each_operation_and_a_name_brings_what_it_stands_on() {
    let (contract, derived) = shop(&Wish {
        budget: Some(2),
        operations: vec!["getPerson".to_owned()],
        ..wish()
    });
    assert_eq!(
        ids(&derived),
        [
            "listShops.valid",
            "get-shops-shop-id.valid",
            "getPerson.valid",
            "getPerson.no-credentials"
        ]
    );
    let mut over = derived.over_budget.iter();
    assert!(over.any(|id| id.starts_with("getPerson/")), "{over:?}");
    let (person, _) = contract.operation("getPerson").unwrap();
    let covered = Wish {
        covered: [(person, None)].into(),
        ..wish()
    };
    assert!(
        !ids(&shop(&covered).1)
            .iter()
            .any(|id| id.starts_with("getPerson"))
    );
}

#[test]
fn pages_are_read_from_names_and_shapes() {
    let (_, derived) = shop(&wish());
    let [binding] = &derived.bindings[..] else {
        panic!("one operation has pages");
    };
    let collection = binding.collection.clone().unwrap();
    assert_eq!(binding.operation, "GET /shops");
    assert_eq!((&*collection.items, &*collection.id), ("/shops", "/id"));
    assert_eq!(
        collection.next,
        Next::Token(Token {
            token: "/next_cursor".to_owned(),
            parameter: "cursor".to_owned()
        })
    );
    assert_eq!(collection.size.as_deref(), Some("limit"));
    assert_eq!(collection.total.as_deref(), Some("/total"));
    assert!(collection.guessed);
}

#[test]
fn what_names_an_item_in_the_path_tells_the_items_apart_and_a_total_is_one_without_doubt() {
    let page = |total: &str| {
        format!(
            "
paths:
  /books:
    get:
      operationId: books
      parameters: [{{name: offset, in: query, schema: {{type: integer}}}}, {{name: limit, in: query, schema: {{type: integer}}}}]
      responses:
        '200': {{description: x, content: {{application/json: {{schema: {{type: object, properties: {{
          {total},
          items: {{type: array, items: {{type: object, properties: {{id: {{type: integer}}, isbn: {{type: string}}}}}}}}}}}}}}}}}}
  /books/{{isbn}}: {{get: {{operationId: book, parameters: [{{name: isbn, in: path, required: true, schema: {{type: string}}}}], responses: {{'200': {{description: x}}}}}}}}
"
        )
    };
    for (total, found) in [
        ("total_count: {type: integer}", Some("/total_count")),
        ("total: {type: integer}", None),
        (
            "total: {type: integer, description: Of all books}",
            Some("/total"),
        ),
        (
            "totalItems: {type: integer, description: On this page}",
            None,
        ),
    ] {
        let contract = Contract::load("t.yaml", page(total), &[]).unwrap();
        let derived = derive(&contract, &wish());
        let collection = derived.bindings[0].collection.clone().unwrap();
        assert_eq!(collection.id, "/isbn");
        assert_eq!(collection.total.as_deref(), found, "{total}");
    }
}

/// What is written as files and read again is what was derived, and a plan can be made of it.
#[test]
fn the_files_say_what_was_derived() {
    let (contract, derived) = shop(&wish());
    let mut battery = Battery::default();
    for file in files(&derived) {
        battery.add(&file.path, &file.text, false).unwrap();
    }
    let mut wanted = derived.cases.clone();
    wanted.sort_by(|one, other| one.case.cmp(&other.case));
    let read: Vec<_> = battery.cases.iter().map(|one| one.file.clone()).collect();
    assert_eq!(read, wanted);
    let read: Vec<_> = battery
        .bindings
        .iter()
        .map(|one| one.file.clone())
        .collect();
    assert_eq!(read, derived.bindings);
    let valid = files(&derived)
        .into_iter()
        .find(|file| file.path.ends_with("getPerson.valid.yaml"));
    let text = valid.unwrap().text;
    assert!(text.contains("          # as sent to the path above\n          - {case: get-shops-shop-id.valid, sent: shop-id}\n"), "{text}");
    let plan = Plan::new(contract, &battery, &Selection::default()).unwrap();
    assert_eq!(plan.cases.len(), derived.cases.len());
}

/// A parameter that carries the credentials is left to them.
#[test]
fn nobody_fills_the_header_of_the_key() {
    let (contract, derived) = shop(&wish());
    let (_, list) = contract.operation("listShops").unwrap();
    let key = list.parameter(In::Header, "X-API-Key").unwrap();
    assert!(list.carries_credentials(key));
    let names = derived
        .cases
        .iter()
        .flat_map(|case| case.request.headers.0.keys());
    assert_eq!(names.count(), 0);
}

/// Where the document says nothing of an answer, a list is one by its name alone.
#[test]
fn a_list_without_a_schema_has_its_ids_in_the_usual_places() {
    let text = "
paths:
  /v1/status: {get: {operationId: status, responses: {'200': {description: x, content: {application/json: {schema: {}}}}}}}
  /v1/pluginslist: {get: {operationId: all, responses: {'200': {description: x, content: {application/json: {schema: {}}}}}}}
  /v1/{plugin}: {get: {operationId: one, parameters: [{name: plugin, in: path, required: true}], responses: {'200': {description: x}}}}
  /v1/{plugin}/events: {get: {operationId: events, parameters: [{name: plugin, in: path, required: true}], responses: {'200': {description: x, content: {text/event-stream: {}}}}}}
";
    let contract = Contract::load("t.yaml", text.to_owned(), &[]).unwrap();
    let derived = derive(&contract, &wish());
    let one = derived
        .cases
        .iter()
        .find(|case| case.case == "one.valid")
        .unwrap();
    let Some(Change::Answer(answers)) = one.request.path.0.get("plugin") else {
        panic!("{one:?}");
    };
    let places = answers
        .of
        .iter()
        .map(|one| (&*one.case, one.at.as_deref().unwrap_or_default()));
    assert_eq!(
        places.collect::<Vec<_>>(),
        [
            ("all.valid", "/*/id"),
            ("all.valid", "/*/name"),
            ("all.valid", "/*")
        ]
    );
    let [left_out] = &derived.left_out[..] else {
        panic!("one operation is left out");
    };
    assert_eq!(
        left_out.why,
        "its answer is of a media type that need not end"
    );
}
