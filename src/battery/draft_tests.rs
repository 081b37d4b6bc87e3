//! Requests that wait for values.

use serde_json::json;

use super::Captured;
use super::awaited::Awaited;
use super::draft::Draft;
use crate::contract::In;

#[test]
fn a_request_waits_for_what_is_captured() {
    let mut draft = Draft {
        template: "/orders/{id}".to_owned(),
        ..Draft::default()
    };
    draft.waits = vec![
        (
            Awaited::Parameter(In::Path, "id".to_owned()),
            "create.id".to_owned(),
        ),
        (
            Awaited::Parameter(In::Cookie, "s".to_owned()),
            "create.id".to_owned(),
        ),
        (Awaited::Body("/x".to_owned()), "create.id".to_owned()),
    ];
    let request = draft.render();
    assert_eq!(request.target, "/orders/{id}");
    assert_eq!(request.waits().count(), 3);
    let captured = Captured::from([("create.id".to_owned(), json!(5))]);
    let request = request.complete(&captured);
    assert_eq!(request.target, "/orders/5");
    assert_eq!(request.headers, [("Cookie".to_owned(), "s=5".to_owned())]);
    assert_eq!(request.body.unwrap().bytes.as_slice(), br#"{"x":5}"#);
}
