//! A finding says where it was seen: the page, the pointer, and how often.

use serde_json::json;

use crate::servers::change::{items, last_item, put};
use crate::servers::{Row, reports};

#[test]
fn the_last_item_of_the_last_page_is_shown_with_its_page() {
    let edit = last_item(|item| put(item, "/spec/version", json!("v1")));
    let row = Row::broken("last item", edit, "rule/version-is-semver");
    let (_, report) = reports(vec![row]).pop().unwrap();
    let finding = report
        .findings
        .iter()
        .find(|finding| finding.clause.ends_with("semver"))
        .unwrap();
    assert_eq!(finding.case, "walk");
    assert_eq!(finding.instance_pointer, "/data/4/spec/version");
    assert_eq!((finding.count, finding.examples[0].page), (1, 3));
    assert_eq!(finding.actual, "\"v1\"");
    let exchange = &report.exchanges[finding.exchange.unwrap()];
    assert!(
        exchange.request.url.contains("page_token"),
        "{}",
        exchange.request.url
    );
    assert!(finding.curl.contains("page_token"), "{}", finding.curl);
}

#[test]
fn a_break_in_every_item_is_one_finding_with_a_count() {
    let edit = items(|item| put(item, "/spec/version", json!("v1")));
    let row = Row::broken("every item", edit, "rule/version-is-semver");
    let (_, report) = reports(vec![row]).pop().unwrap();
    let finding = report
        .findings
        .iter()
        .find(|finding| finding.clause.ends_with("semver"))
        .unwrap();
    assert_eq!((finding.case.as_str(), finding.count), ("walk", 25));
    assert_eq!(finding.examples.len(), 5);
    assert_eq!(finding.instance_pointer, "/data/0/spec/version");
}
