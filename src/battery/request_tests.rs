//! What a case changes in the valid request: the requests that come of it, and what is refused.

use super::table_tests::{ORDERS, case, plan_over, plan_with};

fn targets(request: &str, given: &[(&str, &str)]) -> Vec<String> {
    let plan = plan_with(&[&case("read", request)], given).unwrap();
    let requests = &plan.cases[0].step().requests;
    assert!(requests.iter().all(|one| one.near));
    requests.iter().map(|one| one.target.clone()).collect()
}

#[test]
fn one_request_for_each_value_that_is_another() {
    let request =
        "{path: {order_id: {valid: [{other-case: true}, {cut: 1}, {before: ' '}, {after: '%'}]}}}";
    assert_eq!(
        targets(request, &[("order_id", "aB")]),
        ["/orders/Ab", "/orders/a", "/orders/%20aB", "/orders/aB%25"]
    );
    assert_eq!(
        targets(request, &[("order_id", "7")]),
        ["/orders/%207", "/orders/7%25"]
    );
}

#[test]
fn a_case_without_any_other_value_is_skipped() {
    let request = "{path: {order_id: {valid: [{cut: 1}]}}}";
    let plan = plan_with(&[&case("read", request)], &[("order_id", "7")]).unwrap();
    let why = plan.cases[0].skipped.as_deref();
    assert_eq!(why, Some("there is no value to send but the valid one"));
}

/// What is to be refused for its value is no such request where the user gives that very value.
#[test]
fn a_value_that_happens_to_be_the_valid_one_is_left_out() {
    let valid = case("read", "{}").replace("case: c", "case: valid");
    let negative = |value: &str| {
        let text = case("read", &format!("{{path: {{order_id: {value}}}}}"));
        format!("{text}control: valid\n")
    };
    for (value, given, sent, why) in [
        ("{each: ['*', '%']}", "7", 2, None),
        ("{each: ['*', '%']}", "*", 1, None),
        ("{text: nowhere}", "7", 1, None),
        (
            "{text: nowhere}",
            "nowhere",
            0,
            Some("there is no value to send but the valid one"),
        ),
    ] {
        let files = [valid.as_str(), &negative(value)];
        let plan = plan_with(&files, &[("order_id", given)]).unwrap();
        let case = plan.cases.iter().find(|case| case.id == "c").unwrap();
        assert_eq!(case.step().requests.len(), sent, "{value} {given}");
        assert_eq!(case.skipped.as_deref(), why, "{value} {given}");
    }
}

#[test]
fn spaces_around_a_header_are_none_of_its_value() {
    let request = "{headers: {X-Tenant: {valid: [{after: ' '}, {cut: 1}]}}}";
    let plan = plan_with(&[&case("list", request)], &[]).unwrap();
    let requests = &plan.cases[0].step().requests;
    assert_eq!(requests.len(), 1);
    assert_eq!(requests[0].headers[0].1, "acm");
}

#[test]
fn what_changes_nothing_is_refused_where_it_stands() {
    for (operation, request, said) in [
        (
            "read",
            "{path: {order_id: {valid: [{cut: 0}]}}}",
            "f0.yaml:4:37: this changes nothing",
        ),
        (
            "read",
            "{path: {order_id: {valid: []}}}",
            "f0.yaml:4:18: `valid` needs at least one",
        ),
        (
            "read",
            "{path: {order_id: {valid: [{cuts: 1}]}}}",
            "did you mean `cut`?",
        ),
        (
            "list",
            "{query: {limit: {valid: [{cut: 1}]}}}",
            "has none for `limit`: give one with --param limit=VALUE",
        ),
    ] {
        let error = plan_with(&[&case(operation, request)], &[("order_id", "7")]).unwrap_err();
        assert!(error.contains(said), "{request}: {error}");
    }
}

/// A case whose second step follows a link of the first one.
fn follows(request: &str) -> String {
    format!(
        "case: c\ntitle: t\nsteps:\n  - {{step: a, operation: list, expects: success, accepts: [200], capture: {{next: response.header.X-Id}}}}\n  - {{step: b, operation: list, request: {request}, expects: any, accepts: [2XX]}}\naims: []\nmeans: m\n"
    )
}

#[test]
fn a_link_is_followed_with_what_the_step_changes() {
    let request = "{follow: a.next, query: {limit: {text: '3'}, session: {text: x}}}";
    let plan = plan_with(&[&follows(request)], &[]).unwrap();
    let planned = &plan.cases[0].steps[1].requests[0];
    let follow = planned.follows.as_ref().unwrap();
    assert_eq!(follow.from, "a.next");
    assert_eq!(follow.changed["limit"], ["3"]);
    assert_eq!(follow.changed.len(), 2);
}

#[test]
fn a_link_that_nobody_captures_is_refused_where_it_stands() {
    let alone = case("list", "{follow: a.next}");
    let of_steps = follows("{follow: a.nexd}");
    let later = follows("{follow: b.next}");
    let with_path = follows("{follow: a.next, path: {order_id: {text: '1'}}}")
        .replace("step: b, operation: list", "step: b, operation: read");
    for (file, said) in [
        (alone, "f0.yaml:4:11: the case has no step `a`"),
        (
            of_steps,
            "no such `capture` as `a.nexd`; did you mean `a.next`?",
        ),
        (later, "the step `b` is no earlier one"),
        (
            with_path,
            "a link that is followed has its own path: leave `path` out",
        ),
    ] {
        let error = plan_with(&[&file], &[("order_id", "7")]).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn a_body_that_is_demanded_is_made_of_the_document_or_the_case_is_refused() {
    let body = |content: &str| {
        let document = format!(
            "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n  /x:\n    post:\n      operationId: make\n      requestBody: {{required: true, content: {content}}}\n      responses: {{'201': {{description: d}}}}\n"
        );
        let plan = plan_over(&document, &[&case("make", "{}")], &[])?;
        let body = plan.cases[0].step().requests[0].body.clone().unwrap();
        let text = String::from_utf8(body.bytes.to_vec()).unwrap();
        Ok::<_, String>(format!("{} {text}", body.media_type))
    };
    let schema = "{type: object, required: [a, b], properties: {a: {type: string, example: x y}, b: {type: integer, minimum: 3}}}";
    for (content, sent) in [
        (
            format!("{{application/json: {{schema: {schema}}}}}"),
            r#"application/json {"a":"x y","b":3}"#,
        ),
        (
            format!("{{application/x-www-form-urlencoded: {{schema: {schema}}}}}"),
            "application/x-www-form-urlencoded a=x%20y&b=3",
        ),
        ("{text/csv: {example: 'a,b'}}".to_owned(), "text/csv a,b"),
        (
            "{'*/*': {example: {a: 1}}}".to_owned(),
            r#"application/json {"a":1}"#,
        ),
    ] {
        assert_eq!(body(&content).unwrap(), sent);
    }
    for (content, said) in [
        (
            "{}",
            "f0.yaml:1:1: POST /x demands a body, and the contract gives none",
        ),
        (
            "{text/plain: {schema: {type: string}}}",
            "demands a body, and the contract gives none",
        ),
        (
            "{application/json: {schema: {type: string, format: date, pattern: '^x$'}}}",
            "demands a body, and the contract gives none",
        ),
    ] {
        let error = body(content).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
}

#[test]
fn an_exploded_list_keeps_all_its_entries() {
    let document = ORDERS.replace(
        "{name: limit, in: query, schema: {type: integer, default: 10}}",
        "{name: ids, in: query, required: true, example: [1, 2], schema: {type: array}}",
    );
    let target = |request: &str| {
        let plan = plan_over(&document, &[&case("list", request)], &[]).unwrap();
        plan.cases[0].step().requests[0].target.clone()
    };
    assert_eq!(target("{}"), "/orders?ids=1&ids=2");
    assert_eq!(target("{query: {ids: {text: '3'}}}"), "/orders?ids=3");
}

/// What fits the tree is taken from it; what does not is read from the text, where a number may stand for a text.
#[test]
fn a_text_may_be_written_as_a_number() {
    let request = "{query: {limit: {text: 1.10}}}";
    let plan = plan_with(&[&case("list", request)], &[]).unwrap();
    let requests = &plan.cases[0].step().requests;
    assert_eq!(requests[0].target, "/orders?limit=1.10");
}
