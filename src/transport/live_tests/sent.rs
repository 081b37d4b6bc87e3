//! What goes on the wire, and what is shown of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::*;
use crate::contract::Contract;
use crate::exchange::Payload;

#[tokio::test]
async fn the_request_is_sent_as_given_and_shown_without_secrets() {
    let server = RawServer::start([ok()]).await;
    let mut config = config(&server);
    config.base_url = Url::parse(&format!("http://us:pw@{}/pre/", server.addr)).unwrap();
    config.headers = vec![
        ("X-Canary".into(), "canary".into()),
        ("Authorization".into(), "Bearer canary".into()),
    ];
    let transport = LiveTransport::new(config).unwrap();
    let exchange = transport.send(get("/a%2F..%2fb?q=%C3%A9")).await;
    let sent = server.requests().remove(0);
    assert!(
        sent.starts_with("GET /pre/a%2F..%2fb?q=%C3%A9 HTTP/1.1\r\n"),
        "{sent}"
    );
    let line = |name: &str| {
        let lines = sent
            .lines()
            .filter(|line| line.starts_with(&format!("{name}: ")));
        lines
            .map(|line| line.split_once(' ').unwrap().1)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        line("authorization"),
        [format!("Basic {}", STANDARD.encode("REALKEY:real-secret"))]
    );
    assert_eq!(line("x-canary"), ["canary"]);
    assert_eq!(
        line("user-agent"),
        [concat!("conform/", env!("CARGO_PKG_VERSION"))]
    );
    assert_eq!(line("accept-encoding"), ["gzip, deflate, br"]);
    assert_eq!(line("host"), [server.addr.to_string()]);
    assert_eq!(
        exchange.url,
        format!("http://{}/pre/a%2F..%2fb?q=%C3%A9", server.addr)
    );
    let shown: Vec<_> = exchange
        .headers
        .iter()
        .map(|(n, v)| format!("{n}: {v}"))
        .collect();
    assert!(
        shown.contains(&"authorization: Basic [redacted]".to_owned()),
        "{shown:?}"
    );
    assert!(
        shown.contains(&"x-canary: [redacted]".to_owned()),
        "{shown:?}"
    );
    assert_eq!(
        shown.len() + 1,
        sent.lines().count() - 2,
        "all but the host is shown"
    );
}

#[tokio::test]
async fn headers_and_body_of_the_request_reach_the_wire() {
    let server = RawServer::start([ok()]).await;
    let transport = LiveTransport::new(config(&server)).unwrap();
    let body = |media_type: &str| {
        Some(Payload {
            media_type: media_type.into(),
            bytes: Arc::new(b"{\"a\": 1}".to_vec()),
        })
    };
    let request = Request {
        method: "POST".into(),
        headers: vec![
            ("Accept".into(), "text/plain".into()),
            ("Cookie".into(), "a=1".into()),
        ],
        body: body("application/json"),
        ..get("/a")
    };
    let exchange = transport.send(request.clone()).await;
    let sent = server.requests().remove(0);
    for line in [
        "accept: text/plain",
        "cookie: a=1",
        "content-type: application/json",
        "content-length: 8",
    ] {
        assert!(sent.contains(&format!("\r\n{line}\r\n")), "{line}: {sent}");
    }
    assert!(
        !sent.contains("*/*") && sent.ends_with("\r\n\r\n{\"a\": 1}"),
        "{sent}"
    );
    let shown = |name: &str, value: &str| {
        exchange
            .headers
            .contains(&(name.to_owned(), value.to_owned()))
    };
    assert!(shown("content-type", "application/json") && shown("cookie", "a=1"));

    let own = Request {
        headers: vec![("content-type".into(), "text/odd".into())],
        ..request.clone()
    };
    transport.send(own).await;
    let sent = server.requests().pop().unwrap();
    assert!(
        sent.contains("content-type: text/odd\r\n") && !sent.contains("json"),
        "{sent}"
    );

    for (name, value) in [("a b", "x"), ("x", "li\nne"), ("Content-Length", "9")] {
        let odd = Request {
            headers: vec![(name.into(), value.into())],
            ..request.clone()
        };
        let exchange = transport.send(odd).await;
        assert_eq!(failure(&exchange).0, FailureKind::Protocol, "{name}");
        assert!(failure(&exchange).1.contains(name));
    }
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn a_body_is_sent_again_with_each_attempt() {
    let server = RawServer::start([answer("503 Busy", &["retry-after: 0"], b""), ok()]).await;
    let config = LiveConfig {
        retries: 1,
        ..config(&server)
    };
    let transport = LiveTransport::new(config).unwrap();
    let request = Request {
        method: "PUT".into(),
        body: Some(Payload {
            media_type: String::new(),
            bytes: Arc::new(b"whole".to_vec()),
        }),
        ..get("/a")
    };
    assert_eq!(statuses(&transport.send(request).await), [503, 200]);
    let all = server.requests();
    assert!(
        all.iter().all(|sent| sent.ends_with("\r\n\r\nwhole")),
        "{all:?}"
    );
    assert!(!all[0].contains("content-type"), "{all:?}");
}

#[tokio::test]
async fn each_operation_is_shown_its_own_credentials() {
    let document = "
openapi: 3.0.3
paths:
  /a: {get: {security: [{one: []}], responses: {}}}
  /b: {get: {security: [{two: []}], responses: {}}}
  /c: {get: {security: [], responses: {}}}
components:
  securitySchemes:
    one: {type: http, scheme: bearer}
    two: {type: apiKey, in: header, name: X-Key}
";
    let contract = Contract::load("t", document.to_owned(), &[]).unwrap();
    let mut keyring = Keyring::default();
    let entry = |key: &str| Entry::given(key, "");
    keyring.named.insert("one".into(), entry("token-one"));
    keyring.named.insert("two".into(), entry("key-two"));
    let needed = BTreeSet::from([0, 1, 2]);
    let server = RawServer::start([ok()]).await;
    let mut config = config(&server);
    config.auth = Auth::new(keyring, &contract, &needed).unwrap();
    let transport = LiveTransport::new(config).unwrap();
    let mut sent = Vec::new();
    for operation in 0..3 {
        let request = Request {
            operation,
            ..get("/a")
        };
        transport.send(request).await;
        let all = server.requests().pop().unwrap();
        let about = |line: &&str| line.starts_with("authorization") || line.starts_with("x-key");
        sent.push(all.lines().filter(about).collect::<Vec<_>>().join(", "));
    }
    assert_eq!(
        sent,
        ["authorization: Bearer token-one", "x-key: key-two", ""]
    );
}

#[tokio::test]
async fn every_kind_of_credentials_reaches_the_wire() {
    for (who, starts, shown) in [
        (
            Credentials::Valid,
            Some("Basic UkVBTEtFWTpyZWFsLXNlY3JldA=="),
            "Basic [redacted]",
        ),
        (Credentials::None, None, "[none]"),
        (
            Credentials::UnknownKey,
            Some("Basic UTdYSzJWSjVNNFRSWjlIRD"),
            "Basic [unknown-key]",
        ),
        (
            Credentials::WrongSecret,
            Some("Basic UkVBTEtFWTpXazJz"),
            "Basic [wrong-secret]",
        ),
        (
            Credentials::Malformed,
            Some("Basic %%%not-base64%%%"),
            "Basic [malformed]",
        ),
        (
            Credentials::OtherScheme,
            Some("Bearer conform-not-a-token"),
            "Bearer [other-scheme]",
        ),
        (
            Credentials::Restricted,
            Some("Basic T1RIRVI6b3RoZXI="),
            "Basic [restricted]",
        ),
    ] {
        let server = RawServer::start([ok()]).await;
        let mut config = config(&server);
        // What a header of the user says about credentials never stands in for the case's own.
        config.headers = vec![("authorization".into(), "Bearer canary".into())];
        let transport = LiveTransport::new(config).unwrap();
        let exchange = transport
            .send(Request {
                credentials: who,
                ..get("/a")
            })
            .await;
        let sent = server.requests().remove(0);
        let value = sent
            .lines()
            .find_map(|line| line.strip_prefix("authorization: "));
        assert_eq!(value.is_some(), starts.is_some(), "{who:?}: {value:?}");
        assert!(
            value.unwrap_or("").starts_with(starts.unwrap_or("")),
            "{who:?}: {value:?}"
        );
        let values = exchange
            .headers
            .iter()
            .filter(|(name, _)| name == "authorization");
        assert_eq!(
            values.map(|(_, value)| value.as_str()).collect::<Vec<_>>(),
            [shown]
        );
    }
}

#[tokio::test]
async fn the_credentials_of_the_case_replace_a_given_header() {
    let server = RawServer::start([ok()]).await;
    let mut config = config(&server);
    config.auth = shown(SecurityScheme::HeaderKey("X-Api-Key".into()), ("o", "o"));
    config.headers = vec![("Authorization".into(), "Bearer canary".into())];
    let transport = LiveTransport::new(config).unwrap();
    for (who, values) in [
        (
            Credentials::Valid,
            ["authorization: Bearer canary", "x-api-key: REALKEY"].as_slice(),
        ),
        (Credentials::None, &["authorization: Bearer canary"]),
        (Credentials::OtherScheme, &["authorization: Basic UTdY"]),
    ] {
        let exchange = transport
            .send(Request {
                credentials: who,
                ..get("/a")
            })
            .await;
        let sent = server.requests().pop().unwrap();
        let about = |line: &&str| line.starts_with("authorization") || line.starts_with("x-api");
        let sent: Vec<&str> = sent.lines().filter(about).collect();
        assert_eq!(sent.len(), values.len(), "{sent:?}");
        assert!(
            sent.iter()
                .zip(values)
                .all(|(sent, value)| sent.starts_with(value)),
            "{sent:?}"
        );
        let shown = exchange
            .headers
            .iter()
            .filter(|(name, _)| name == "authorization");
        assert_eq!(shown.count(), 1, "{who:?}");
    }
}

#[tokio::test]
async fn a_query_key_is_sent_but_not_shown() {
    let server = RawServer::start([ok()]).await;
    let config = LiveConfig {
        auth: shown(SecurityScheme::QueryKey("key".into()), ("o", "o")),
        ..config(&server)
    };
    let transport = LiveTransport::new(config).unwrap();
    let exchange = transport.send(get("/a?b=1")).await;
    assert!(server.requests()[0].starts_with("GET /a?b=1&key=REALKEY HTTP/1.1"));
    assert!(!format!("{exchange:?}").contains("REALKEY"), "{exchange:?}");
    assert!(
        exchange.url.ends_with("/a?b=1&key=[redacted]"),
        "{}",
        exchange.url
    );
}

#[tokio::test]
async fn a_method_that_is_none_is_not_sent() {
    let server = RawServer::start([ok()]).await;
    let transport = LiveTransport::new(config(&server)).unwrap();
    let exchange = transport
        .send(Request {
            method: "GE T".into(),
            ..get("/a")
        })
        .await;
    assert_eq!(failure(&exchange).0, FailureKind::Protocol);
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn an_ipv6_target_is_reached() {
    // Not every machine that builds this has IPv6.
    let Ok(listener) = TcpListener::bind("[::1]:0").await else {
        return;
    };
    let server = RawServer::on(listener, [ok()]);
    assert_eq!(body(&send(config(&server)).await), "fine");
}

#[tokio::test]
async fn a_proxy_is_used_only_when_it_is_given() {
    let proxy = RawServer::start([ok()]).await;
    let mut config = LiveConfig::new(Url::parse("http://target.invalid:81/pre").unwrap());
    config.proxy = Some(Url::parse(&format!("http://us:p%40w@{}", proxy.addr)).unwrap());
    assert_eq!(body(&send(config).await), "fine");
    let sent = proxy.requests().remove(0);
    assert!(
        sent.starts_with("GET http://target.invalid:81/pre/a HTTP/1.1\r\n"),
        "{sent}"
    );
    let login = format!(
        "proxy-authorization: Basic {}\r\n",
        STANDARD.encode("us:p@w")
    );
    assert!(sent.contains(&login), "{sent}");
}
