//! The requests with credentials that are to be refused, for each kind of requirement.

use crate::contract::Contract;
use crate::exchange::Credentials;

use super::{Wish, derive};

fn document(security: &str, described: &str, operations: usize) -> String {
    let mut text = format!(
        "components: {{securitySchemes: {{key: {{type: apiKey, in: header, name: X-Key}}, token: {{type: http, scheme: bearer}}, user: {{type: http, scheme: basic, description: '{described}'}}}}}}\nsecurity: {security}\npaths:\n"
    );
    for n in 0..operations {
        text += &format!(
            "  /p{n}: {{get: {{operationId: get{n}, responses: {{'200': {{description: d}}}}}}}}\n"
        );
    }
    text
}

/// The credentials that an operation is shown to be refused, in words.
fn wrong(text: &str, operation: &str) -> String {
    let contract = Contract::load("t.yaml", text.to_owned(), &[]).unwrap();
    let wish = Wish {
        has_credentials: true,
        ..Wish::default()
    };
    let derived = derive(&contract, &wish);
    let own = derived
        .cases
        .iter()
        .filter(|case| case.operation.as_deref() == Some(operation));
    let who = own.filter_map(|case| case.request.credentials);
    let who = who.filter(|who| *who != Credentials::None);
    who.map(|who| format!("{who:?}"))
        .collect::<Vec<_>>()
        .join(" ")
}

#[test]
fn each_credential_that_is_demanded_with_others_is_left_out_alone() {
    const BOTH: &str = "WrongSecret WithoutFirst WithoutSecond";
    for (security, found) in [
        ("[{token: []}]", "WrongSecret"),
        ("[{token: [], key: []}]", BOTH),
        // Either serves alone.
        ("[{token: []}, {key: []}]", "WrongSecret"),
        (
            "[{token: [], key: []}, {token: []}]",
            "WrongSecret WithoutFirst",
        ),
        ("[{user: []}, {token: [], key: []}]", BOTH),
        // Both stand in one header, which can have only one of them.
        ("[{user: [], token: []}]", "WrongSecret"),
    ] {
        assert_eq!(
            wrong(&document(security, "", 1), "get0"),
            found,
            "{security}"
        );
    }
}

#[test]
fn the_right_user_is_sent_with_a_wrong_password_once() {
    let basic = |described: &str, n: usize| {
        wrong(&document("[{user: []}]", described, 6), &format!("get{n}"))
    };
    for n in 0..6 {
        let expected = if n < 1 { "WrongSecret" } else { "UnknownKey" };
        assert_eq!(basic("Name and password.", n), expected, "{n}");
    }
    assert_eq!(
        basic("A key as the user, and any password.", 0),
        "UnknownKey"
    );
    let token = document("[{token: []}]", "", 6);
    assert_eq!(wrong(&token, "get5"), "WrongSecret");
}
