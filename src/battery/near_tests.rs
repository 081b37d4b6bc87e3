//! Values made of the valid one: the requests that come of them, and what is refused.

use super::table_tests::{case, plan_with};

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
    assert_eq!(why, Some("no other value can be made of the valid one"));
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
