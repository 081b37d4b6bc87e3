//! Bytes of an answer, judged: in the memory that DESIGN promises for a body, and twice the same.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use conform::battery::Plan;
use conform::check::planted::Planted;
use conform::check::response::{self, Scope, Spot};
use conform::exchange::{Answer, BodyEnd, Credentials, Request};
use conform::ledger::Sightings;
use conform::mock::{self, MockConfig, MockServer};
use conform::suite::{self, Suite};
use conform::transport::{LiveConfig, LiveTransport, Transport};

use super::bounds::{self, Harness};

/// The built-in battery, and a right answer to its first request.
pub fn right() -> (Plan, Answer) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let plan = Suite::reference().plan().unwrap();
    let answer = runtime.block_on(async {
        let server = MockServer::start(MockConfig::default()).await.unwrap();
        let mut config = LiveConfig::new(server.base_url().parse().unwrap());
        config.auth = suite::auth(&plan, suite::reference_keyring(&plan)).unwrap();
        let transport = LiveTransport::new(config).unwrap();
        let target = format!(
            "/ccpm/v1/plugins/{}/versions?environment={}",
            mock::PLUGIN_ID,
            mock::ENVIRONMENT
        );
        let request = Request {
            method: "GET".to_owned(),
            target,
            credentials: Credentials::Valid,
            ..Request::default()
        };
        let exchange = transport.send(request).await;
        exchange.answer().unwrap().clone()
    });
    assert_eq!(answer.status, 200);
    (plan, answer)
}

/// What judging an answer with this body comes to: the clauses that it breaks.
pub fn judged(plan: &Plan, answer: &Answer, body: &[u8]) -> String {
    let answer = Answer {
        body: Arc::new(body.to_vec()),
        end: BodyEnd::Complete,
        ..answer.clone()
    };
    let case = plan.cases.iter().find(|case| case.id == "valid-first-page");
    let step = case.unwrap_or(&plan.cases[0]).step();
    let read = response::read_body(&answer, conform::battery::Reading::default());
    let mut seen = Sightings::default();
    let scope = Scope {
        headers: true,
        items: true,
        last: true,
        over: &AtomicBool::new(false),
        planted: &Planted::default(),
    };
    let spot = Spot {
        exchange: 0,
        page: 1,
    };
    let request = &step.requests[0];
    response::judge(
        plan,
        step.operation,
        request,
        &answer,
        &read,
        scope,
        spot,
        &mut seen,
    );
    format!("{:?}", seen.broken())
}

const WORDS: &[&str] = &[
    "null",
    "true",
    "1e400",
    "-0",
    "25.0",
    "9999999999999999999999",
    "0.1",
    "[]",
    "{}",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\"\"",
    "\"\\ud800\"",
    "\\u0000",
    "\\",
    "\"",
    "é",
    "\u{202e}",
    "\u{10fffd}",
    "{\"a\":",
    "\"data\":[{},{},{}],",
    "\"id\":",
    "\r\n",
    "2024-02-30T08:00:00Z",
    "2016-12-31T23:59:60Z",
    "9999-12-31T23:59:59.999999999-23:59",
    "1.0.0-99999999999999999999.a+b",
    "crn://x",
    "https://",
    "//",
    "%zz",
];

#[test]
fn answers() {
    let _turn = bounds::turn();
    let (plan, answer) = right();
    let pages = [
        answer.body.to_vec(),
        br#"{"data": [{}], "metadata": {"next": null}}"#.to_vec(),
        format!(r#"{{"data": [{}]}}"#, vec!["{}"; 20_000].join(",")).into_bytes(),
    ];
    let harness = Harness {
        name: "answers",
        seeds: pages.to_vec(),
        words: WORDS,
        cases: 150,
        mebibytes: 64,
        times: 8,
        work: &|body| {
            assert_eq!(judged(&plan, &answer, body), judged(&plan, &answer, body));
        },
    };
    harness.run();
}
