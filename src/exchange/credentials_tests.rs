//! Which credentials serve which operation, as tables.

use super::credentials::*;
use crate::contract::Contract;

const DOCUMENT: &str = "
openapi: 3.0.3
security: [{basic: []}]
paths:
  /basic: {get: {operationId: basic, responses: {}}}
  /token: {get: {operationId: token, security: [{odd: []}, {oauth: []}], responses: {}}}
  /both: {get: {operationId: both, security: [{oidc: [], cookie: []}], responses: {}}}
  /either: {get: {operationId: either, security: [{header: []}, {basic: []}], responses: {}}}
  /maybe: {get: {operationId: maybe, security: [{}, {query: []}], responses: {}}}
  /open: {get: {operationId: open, security: [], responses: {}}}
  /odd: {get: {operationId: odd, security: [{odd: []}], responses: {}}}
components:
  securitySchemes:
    basic: {type: http, scheme: basic}
    oauth: {type: oauth2}
    oidc: {type: openIdConnect}
    header: {type: apiKey, in: header, name: X-Key}
    query: {type: apiKey, in: query, name: key}
    cookie: {type: apiKey, in: cookie, name: sid}
    odd: {type: mutualTLS}
";

fn keyring(variables: &[(&str, &str)]) -> Keyring {
    Keyring::from_environment(&|name| {
        let found = variables.iter().find(|(known, _)| *known == name);
        found.map(|(_, value)| (*value).to_owned())
    })
}

/// What an operation is shown, or the variables that would serve.
fn shown(document: &str, keyring: &Keyring, operation: &str) -> String {
    let contract = Contract::load("t", document.to_owned(), &[]).unwrap();
    let (index, operation) = contract.operation(operation).unwrap();
    match keyring.for_operation(index, operation) {
        Ok(logins) => {
            let one = |login: &Login| {
                let (key, password) = (&login.key.value, &login.password.value);
                format!("{:?} {key} {password}", login.scheme)
                    .trim_end()
                    .to_owned()
            };
            logins.iter().map(one).collect::<Vec<_>>().join(" + ")
        }
        Err(Missing::Variables(sets)) => {
            let sets = sets.iter().map(|names| names.join(" "));
            format!("missing {}", sets.collect::<Vec<_>>().join(" | "))
        }
        Err(Missing::Unsupported(name, line)) => format!("unsupported {name} in {line}"),
    }
}

#[test]
fn each_variable_serves_the_schemes_of_its_kind_only() {
    let all = [
        (TOKEN, "tok"),
        (USERNAME, "us"),
        (PASSWORD, "pw"),
        (API_KEY, "key"),
    ];
    for (given, operation, expected) in [
        (&all[..], "basic", "Basic us pw"),
        (
            &all[1..2],
            "basic",
            "missing CONFORM_USERNAME CONFORM_PASSWORD",
        ),
        (
            &all[..1],
            "basic",
            "missing CONFORM_USERNAME CONFORM_PASSWORD",
        ),
        (&[(USERNAME, "us"), (PASSWORD, "")], "basic", "Basic us"),
        (&all[..], "token", "Bearer tok"),
        (&all[1..], "token", "missing CONFORM_TOKEN"),
        (&all[..], "both", "Bearer tok + CookieKey(\"sid\") key"),
        (&all[..3], "both", "missing CONFORM_TOKEN CONFORM_API_KEY"),
        (&all[..], "either", "HeaderKey(\"X-Key\") key"),
        (&all[..3], "either", "Basic us pw"),
        (
            &all[..1],
            "either",
            "missing CONFORM_API_KEY | CONFORM_USERNAME CONFORM_PASSWORD",
        ),
        (&all[..], "maybe", "QueryKey(\"key\") key"),
        (&all[..3], "maybe", ""),
        (&all[..], "open", ""),
        (&all[..], "odd", "unsupported mutualtls in 20"),
    ] {
        let found = shown(DOCUMENT, &keyring(given), operation);
        assert_eq!(found, expected, "{operation} with {given:?}");
    }
}

#[test]
fn a_name_wins_and_a_pack_serves_its_own_operation_only() {
    let secret = |value: &str| Secret::new("PACK_KEY", value);
    let mut all = keyring(&[(USERNAME, "us"), (PASSWORD, "pw")]);
    all.packs
        .insert(1, Entry::pair(secret("pack"), secret("pack-secret")));
    assert_eq!(shown(DOCUMENT, &all, "basic"), "Basic us pw");
    assert_eq!(shown(DOCUMENT, &all, "token"), "Bearer pack");
    all.packs
        .insert(0, Entry::pair(secret("pack"), secret("pack-secret")));
    assert_eq!(shown(DOCUMENT, &all, "basic"), "Basic pack pack-secret");
    all.given = Entry::given("flag", "");
    assert_eq!(shown(DOCUMENT, &all, "basic"), "Basic flag pack-secret");
    assert_eq!(
        shown(DOCUMENT, &all, "both"),
        "Bearer flag + CookieKey(\"sid\") flag"
    );
    let named = Entry {
        username: secret("named"),
        ..Entry::pair(secret("named"), secret("named-secret"))
    };
    all.named.insert("basic".to_owned(), named);
    assert_eq!(shown(DOCUMENT, &all, "basic"), "Basic named named-secret");
    all.named.insert(
        "oauth".to_owned(),
        Entry::pair(secret(""), Secret::default()),
    );
    assert_eq!(shown(DOCUMENT, &all, "token"), "missing PACK_KEY");
}

#[test]
fn a_key_that_is_given_is_sent_where_the_document_forgot_security() {
    let silent = "paths:
  /basic: {get: {operationId: basic, responses: {}}}
  /open: {get: {operationId: open, security: [], responses: {}}}
components: {securitySchemes: {basic: {type: http, scheme: basic}, oauth: {type: oauth2}}}
";
    let token = keyring(&[(TOKEN, "tok")]);
    // Who names credentials for some operations has not forgotten the others.
    let of_others = DOCUMENT.replace("security: [{basic: []}]\n", "");
    assert_eq!(shown(&of_others, &token, "basic"), "");
    assert_eq!(shown(silent, &token, "basic"), "Bearer tok");
    assert_eq!(shown(silent, &keyring(&[]), "basic"), "");
    assert_eq!(shown(silent, &token, "open"), "");
    let bare = "paths: {/a: {get: {operationId: a, responses: {}}}}";
    assert_eq!(shown(bare, &token, "a"), "Bearer tok");
    let pair = keyring(&[(USERNAME, "us"), (PASSWORD, "pw")]);
    assert_eq!(shown(bare, &pair, "a"), "Basic us pw");
    assert_eq!(shown(bare, &keyring(&[(API_KEY, "key")]), "a"), "");
}

#[test]
fn what_a_header_shows_comes_before_the_environment() {
    let bare = "paths: {/a: {get: {operationId: a, responses: {}}}}";
    let shown_by = |document: &str, header: (&str, &str), operation: &str| {
        let mut all = keyring(&[
            (TOKEN, "tok"),
            (USERNAME, "us"),
            (PASSWORD, "pw"),
            (API_KEY, "key"),
        ]);
        let (name, value) = header;
        all.headers = vec![(name.to_owned(), Secret::new("", value))];
        shown(document, &all, operation)
    };
    let basic = ("authorization", "Basic YTpi");
    let bearer = ("Authorization", "Bearer mine");
    for (document, header, operation, wanted) in [
        (DOCUMENT, basic, "basic", "Basic a b"),
        (DOCUMENT, bearer, "token", "Bearer mine"),
        // What is given in another form is not made up for by what was not given for it.
        (
            DOCUMENT,
            bearer,
            "basic",
            "missing --header 'Authorization: Basic …'",
        ),
        (
            DOCUMENT,
            ("x-key", "mine"),
            "either",
            "HeaderKey(\"X-Key\") mine",
        ),
        (DOCUMENT, ("X-Other", "mine"), "basic", "Basic us pw"),
        (bare, bearer, "a", "Bearer mine"),
        (bare, basic, "a", "Basic a b"),
        (bare, ("Authorization", "Token mine"), "a", ""),
    ] {
        assert_eq!(shown_by(document, header, operation), wanted, "{header:?}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let mut all = keyring(&[
        (TOKEN, "canary"),
        (RESTRICTED_KEY, "canary"),
        (RESTRICTED_SECRET, "canary"),
    ]);
    all.given = Entry::given("canary", "canary");
    let shown = format!("{all:?}");
    assert!(
        !shown.contains("canary") && shown.contains(TOKEN),
        "{shown}"
    );
}
