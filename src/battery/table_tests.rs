//! Case files held against a small contract: what they are made into, and what is said of wrong ones.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::contract::{Contract, Level};

use super::{Battery, Captured, Does, Plan, Selection, Weight};

pub(super) const ORDERS: &str = r"
openapi: 3.1.0
info: {title: t, version: '1'}
paths:
  /orders:
    parameters:
      - {name: X-Tenant, in: header, required: true, schema: {type: string}, example: acme}
    get:
      operationId: list
      parameters:
        - {name: session, in: cookie, required: true, schema: {default: s1}}
        - {name: limit, in: query, schema: {type: integer, default: 10}}
      responses:
        '200':
          description: d
          headers: {X-Id: {schema: {type: integer}}}
          content: {application/json: {schema: {type: object, properties: {items: {type: array}}}}}
        '400': {description: d}
    post:
      operationId: create
      requestBody:
        required: true
        content: {application/json: {example: {quantity: 1, note: n}, schema: {properties: {note: {type: string}}}}}
      responses:
        '201':
          description: d
          headers: {Location: {schema: {type: string}}}
          content: {application/json: {schema: {type: object, properties: {id: {type: integer}}}}}
  /orders/{order_id}:
    get:
      operationId: read
      parameters: [{name: order_id, in: path, required: true, schema: {type: integer}}]
      responses:
        '200': {description: d}
        '404': {description: d}
    put:
      operationId: replace
      parameters: [{name: order_id, in: path, required: true, example: 3, schema: {type: integer}}]
      requestBody: {required: true, content: {multipart/mixed: {schema: {type: object}}}}
      responses: {'200': {description: d}}
";

pub(super) fn plan_with(files: &[&str], given: &[(&str, &str)]) -> Result<Plan, String> {
    plan_over(ORDERS, files, given)
}

pub(super) fn plan_over(
    document: &str,
    files: &[&str],
    given: &[(&str, &str)],
) -> Result<Plan, String> {
    let mut battery = Battery::default();
    for (n, text) in files.iter().enumerate() {
        let added = battery.add(&format!("f{n}.yaml"), text, false);
        added.map_err(|error| error.to_string())?;
    }
    let contract = Contract::load("t.yaml", document.to_owned(), &battery.aliases());
    let contract = Arc::new(contract.map_err(|error| error.to_string())?);
    let parameters = given
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    let selection = Selection {
        parameters: parameters.collect::<BTreeMap<_, _>>(),
        allow_writes: true,
        ..Selection::default()
    };
    Plan::new(contract, &battery, &selection).map_err(|error| error.to_string())
}

/// A case of one request, with these lines.
pub(super) fn case(operation: &str, request: &str) -> String {
    format!(
        "case: c\ntitle: t\noperation: {operation}\nrequest: {request}\nexpects: any\naccepts: [2XX]\naims: []\nmeans: m\n"
    )
}

const STEPS: &str = "case: life
title: t
steps:
  - step: make
    operation: create
    expects: success
    accepts: [201]
    capture: {id: /id, place: response.header.Location, status: response.status}
  - step: read
    operation: read
    request:
      path: {order_id: {from: make.id}}
      headers: {X-Seen: {from: make.status}}
    expects: success
    accepts: [200]
  - step: again
    operation: create
    request: {body: {set: {/copy_of: {from: make.id}, /kept: {from: nobody, to: x}}}}
    expects: any
    accepts: [201]
aims: [create/201/**, read/200/status]
means: m
";

#[test]
fn a_valid_request_takes_its_values_from_user_and_document() {
    let plan = plan_with(
        &[&case("list", "{}")],
        &[("limit", "5"), ("list:session", "s2")],
    )
    .unwrap();
    let request = &plan.cases[0].step().requests[0];
    assert_eq!(request.target, "/orders?limit=5");
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        request.headers,
        [header("X-Tenant", "acme"), header("Cookie", "session=s2")]
    );
    assert_eq!(request.body, None);
}

#[test]
fn a_body_is_the_documents_until_it_is_changed() {
    let sent = |request: &str, given: &[(&str, &str)]| {
        let plan = plan_with(&[&case("create", request)], given).unwrap();
        let body = plan.cases[0].step().requests[0].body.clone();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        body.map(|body| (body.media_type, text(&body.bytes)))
    };
    type Pair<'a> = (&'a str, &'a str);
    let table: [(&str, &[Pair<'_>], Option<Pair<'_>>); 8] = [
        (
            "{}",
            &[],
            Some(("application/json", r#"{"quantity":1,"note":"n"}"#)),
        ),
        (
            "{}",
            &[("create:/quantity", "7"), ("create:/note", "7")],
            Some(("application/json", r#"{"quantity":7,"note":"7"}"#)),
        ),
        (
            "{body: {set: {/a/b: [1]}, remove: [/note]}}",
            &[],
            Some(("application/json", r#"{"quantity":1,"a":{"b":[1]}}"#)),
        ),
        (
            "{body: {json: null}}",
            &[],
            Some(("application/json", "null")),
        ),
        (
            "{body: {json: {x: 1.5}, media-type: text/x}}",
            &[],
            Some(("text/x", r#"{"x":1.5}"#)),
        ),
        ("{body: {text: '{'}}", &[], Some(("application/json", "{"))),
        (
            "{body: {json: {a: 1}, set: {/b: 2}}}",
            &[],
            Some(("application/json", r#"{"a":1,"b":2}"#)),
        ),
        ("{body: {omit: true}}", &[], None),
    ];
    for (request, given, wanted) in table {
        let wanted = wanted.map(|(kind, text)| (kind.to_owned(), text.to_owned()));
        assert_eq!(sent(request, given), wanted, "{request}");
    }
}

#[test]
fn headers_and_cookies_change_like_the_query() {
    let request = "{headers: {x-tenant: omit, X-More: {each: [a, b]}}, cookies: {session: {repeat: {text: s, times: 3}}}}";
    let plan = plan_with(&[&case("list", request)], &[]).unwrap();
    let requests = &plan.cases[0].step().requests;
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[1].label, "X-More = \"b\"");
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(
        requests[1].headers,
        [header("X-More", "b"), header("Cookie", "session=sss")]
    );
}

#[test]
fn a_step_uses_what_an_earlier_one_captured() {
    let plan = plan_with(&[STEPS], &[]).unwrap();
    let case = &plan.cases[0];
    assert_eq!((case.does, case.steps.len()), (Does::Steps, 3));
    assert!(case.aims.len() > 2);
    let captured = Captured::from([
        ("make.id".to_owned(), json!(41)),
        ("make.status".to_owned(), json!(201)),
    ]);
    let read = case.steps[1].requests[0].complete(&captured);
    assert_eq!(read.target, "/orders/41");
    assert_eq!(read.path["order_id"], "41");
    assert!(
        read.headers
            .contains(&("X-Seen".to_owned(), "201".to_owned()))
    );
    let again = case.steps[2].requests[0].complete(&captured).body.unwrap();
    let sent: Value = serde_json::from_slice(&again.bytes).unwrap();
    assert_eq!(sent["copy_of"], json!(41));
    assert_eq!(sent["kept"], json!({"from": "nobody", "to": "x"}));
}

#[test]
fn levels_are_moved_and_kept() {
    let binding = "battery: b\nalias: orders\noperation: GET /orders\nlevels: {200/header/*/present: should, 400/status: off}\n";
    let plan = plan_with(&[binding], &[]).unwrap();
    let clause = |id: &str| plan.clauses.get(plan.find_clause(id).unwrap());
    assert_eq!(
        clause("orders/200/header/X-Id/present").level,
        Level::Should
    );
    assert!(clause("orders/400/status").off && !clause("orders/200/status").off);
    assert_eq!(plan.moved.len(), 2);
    assert_eq!(
        (plan.moved[0].from, plan.moved[0].to),
        (Level::Info, Weight::Should)
    );
    assert_eq!(
        (plan.moved[1].to, plan.moved[1].by.as_str()),
        (Weight::Off, "f0.yaml")
    );
}

#[test]
fn a_wrong_file_is_refused_with_its_place_and_what_was_meant() {
    let binding = |name: &str, more: &str| {
        format!("battery: {name}\nalias: list\noperation: GET /orders\n{more}")
    };
    let table: Vec<(Vec<String>, &str)> = vec![
        (
            vec![case("list", "{body: {json: 1}}")],
            "f0.yaml:4:11: GET /orders has no request body in the contract",
        ),
        (
            vec![case("replace", "{body: {json: {a: 1}}}")],
            "f0.yaml:1:1: PUT /orders/{order_id} demands a body, and none can be made of multipart/mixed",
        ),
        (
            vec![case("create", "{body: {remove: [/nobody]}}")],
            "no member `/nobody`",
        ),
        (
            vec![case("create", "{body: {set: {note: 1}}}")],
            "no place `note`",
        ),
        (
            vec![case("read", "{path: {ordr_id: {text: x}}}")],
            "no parameter `ordr_id`; did you mean `order_id`?",
        ),
        (
            vec![case("read", "{path: {order_id: {from: make.id}}}")],
            "the case has no step `make`",
        ),
        (
            vec![case("read", "{}")],
            "needs a value for the path parameter `order_id`: give --param order_id=VALUE",
        ),
        (
            vec![STEPS.replace("from: make.id}", "from: again.id}")],
            "f0.yaml:12:14: the step `again` is no earlier one",
        ),
        (
            vec![STEPS.replace("from: make.id}", "from: mak.id}")],
            "f0.yaml:12:14: the case has no step `mak`; did you mean `make.id`?",
        ),
        (
            vec![STEPS.replace("from: make.id}", "from: make.ids}")],
            "the step `make` has no such `capture` as `make.ids`; did you mean `make.id`?",
        ),
        (
            vec![STEPS.replace("id: /id", "id: /nr")],
            "f0.yaml:8:15: no documented answer that this step accepts has `/nr`",
        ),
        (
            vec![STEPS.replace("header.Location", "header.X")],
            "has `response.header.X`",
        ),
        (
            vec![STEPS.replace("response.status", "request.path.x")],
            "`request.path.x` is no place in an answer",
        ),
        (
            vec![STEPS.replace("step: again", "step: make")],
            "f0.yaml:16:5: the case has a step `make` already",
        ),
        (
            vec![STEPS.replace("title: t", "title: t\nexpects: any")],
            "f0.yaml:3:1: a case with `steps` has no `expects` of its own",
        ),
        (
            vec![STEPS.replace("operation: read", "operation: reed")],
            "f0.yaml:10:5: the contract has no operation `reed`; did you mean `read`?",
        ),
        (
            vec![STEPS.replace("read/200/status", "reed/200/**")],
            "no clause `reed/200/**` of one of the steps' operations",
        ),
        (
            vec![STEPS.replace("read/200/status", "read/201/status")],
            "no clause `read/201/status` of one of the steps' operations; did you mean `read/200/status`?",
        ),
        (
            vec!["case: c\ntitle: t\noperation: list\naims: []\nmeans: m\n".to_owned()],
            "missing fields `expects` and `accepts`",
        ),
        (
            vec![binding("a", ""), binding("b", "")],
            "f1.yaml:3:1: f0.yaml binds GET /orders already",
        ),
        (
            vec![binding("a", "levels: {200/sttus: off}")],
            "f0.yaml:4:10: no clause of this operation is like `200/sttus`; did you mean `200/status`?",
        ),
    ];
    for (files, wanted) in table {
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        let error = plan_with(&files, &[]).unwrap_err();
        assert!(error.contains(wanted), "{error}\nis not\n{wanted}");
    }
}

#[test]
fn a_parameter_that_no_operation_has_is_refused() {
    let table = [
        (
            "limt",
            "--param limt=…: the contract declares no parameter `limt`; did you mean `limit`?",
        ),
        ("list:order_id", "list declares no parameter `order_id`"),
        (
            "lst:limit",
            "the contract has no operation `lst`; did you mean `list`?",
        ),
        ("list:/x", "list has no request body"),
    ];
    for (key, wanted) in table {
        let error = plan_with(&[&case("list", "{}")], &[(key, "1")]).unwrap_err();
        assert!(error.contains(wanted), "{error}\nis not\n{wanted}");
    }
}

#[test]
fn a_name_that_is_nothing_is_refused() {
    let bound = |parameter: &str| {
        format!(
            "battery: b\nalias: list\noperation: GET /orders\ncollection: {{items: /items, id: /id, next: {{token: /items, parameter: {parameter}}}}}\n"
        )
    };
    let omit = case("list", "{headers: {X-Tennant: omit}}");
    let error = |files: &[&str], given: &[(&str, &str)]| plan_with(files, given).unwrap_err();
    assert_eq!(
        error(&[&omit], &[]),
        "f0.yaml:4:21: GET /orders has no header parameter `X-Tennant` that could be left out; did you mean `X-Tenant`?"
    );
    assert!(plan_with(&[&bound("limit")], &[]).is_ok());
    assert_eq!(
        error(&[&bound("limmit")], &[]),
        "f0.yaml:4:60: GET /orders declares no query parameter `limmit` that the walk could set; did you mean `limit`?"
    );
    let misspelt = bound("limit").replace("token: /items", "token: /nextt");
    assert_eq!(
        error(&[&misspelt], &[]),
        "f0.yaml:4:45: no documented page has `/nextt`: name a place that GET /orders documents"
    );
    let other = bound("limit").replace("GET /orders", "GET /orders/{order_id}");
    assert_eq!(
        error(&[&bound("limit"), &other], &[]),
        "f1.yaml:2:1: f0.yaml calls GET /orders `list` already: give this operation another alias"
    );
    assert_eq!(
        error(&[&case("create", "{body: {text: a, json: 1}}")], &[]),
        "f0.yaml:4:18: `text` is the whole body as it stands: leave `json`, `set` and `remove` out"
    );
    assert_eq!(
        error(&[], &[("create:/notes", "x")]),
        "--param create:/notes=…: the body of create documents no place `/notes`"
    );
}
