//! Cases as they are derived, run against answers that a test names: which of them accuse, of what, and how gravely.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::battery::{Battery, Plan, Selection};
use crate::contract::{Contract, Level};
use crate::exchange::Request;
use crate::ledger::{Gate, Verdict};
use crate::transport::{Pausing, Sending, Transport};

use super::value_tests::Known;
use super::{Finished, RunOptions, Runner, Silence, Stop};

const PETS: &str = r"
openapi: 3.1.0
info: {title: Pets, version: '1'}
components: {securitySchemes: {key: {type: http, scheme: bearer}}}
security: [{key: []}]
paths:
  /pets:
    get:
      operationId: listPets
      parameters: [{name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 3}}]
      responses: {'200': {description: d}, '400': {description: d}}
  /pets/{petId}:
    get:
      operationId: getPet
      parameters: [{name: petId, in: path, required: true, example: 7, schema: {type: integer}}]
      responses: {'200': {description: d}, '404': {description: d}}
  /toys:
    get: {operationId: listToys, responses: {'200': {description: d}}}
";

fn case(id: &str, operation: &str, more: &str) -> String {
    let accepts = match more.contains("accepts:") {
        true => "",
        false => "expects: success\naccepts: [2XX, 3XX]\ninconclusive: [4XX]\n",
    };
    format!(
        "case: {id}\ntitle: {id}\noperation: {operation}\n{accepts}aims: []\nmeans: m\nderived: {{family: f, from: g}}\n{more}\n"
    )
}

/// The negatives of the table: their lines, and the target that they ask.
fn files() -> Vec<String> {
    let refused = "expects: refusal\naccepts: [4XX]\ninconclusive: [401, 403]\n";
    let unknown = "expects: any\naccepts: [404, 410, 400, 2XX-empty]\ncontrol: getPet.valid\nbreaks: {success: state/unknown-id}\nrequest: {path: {petId: {text: '99'}}}";
    vec![
        case("listPets.valid", "listPets", ""),
        case("getPet.valid", "getPet", ""),
        case("listToys.valid", "listToys", ""),
        case(
            "listPets.above",
            "listPets",
            &format!("{refused}control: listPets.valid\nbreaks: {{success: query/limit/maximum}}\nrequest: {{credentials: valid, body: {{}}, query: {{limit: {{text: '4'}}}}}}").replace("credentials: valid, body: {}, ", ""),
        ),
        case(
            "listPets.below",
            "listPets",
            &format!("{refused}control: listPets.valid\nbreaks: {{success: query/limit/minimum}}\nrequest: {{query: {{limit: {{text: '-1'}}}}}}"),
        ),
        case("getPet.unknown", "getPet", unknown),
        case(
            "getPet.hostile",
            "getPet",
            "expects: any\naccepts: [2XX, 4XX]\ncontrol: getPet.valid\nbreaks: {level: should}\nrequest: {path: {petId: {text: \"'\"}}}",
        ),
    ]
}

/// Answers 401 to whatever comes after so many requests.
struct Expiring {
    known: Known,
    left: AtomicUsize,
}

impl Transport for Expiring {
    fn send(&self, request: Request) -> Sending<'_> {
        let left = self.left.load(Ordering::SeqCst);
        self.left.store(left.saturating_sub(1), Ordering::SeqCst);
        let target = match left {
            0 => "/expired".to_owned(),
            _ => request.target.clone(),
        };
        self.known.send(Request { target, ..request })
    }

    fn pause(&self, time: Duration) -> Pausing<'_> {
        self.known.pause(time)
    }
}

async fn run(answers: &[(&'static str, u16, Value)]) -> (Plan, Finished, Vec<String>) {
    run_until(answers, usize::MAX).await
}

/// With a key that is accepted so many times.
async fn run_until(
    answers: &[(&'static str, u16, Value)],
    accepted: usize,
) -> (Plan, Finished, Vec<String>) {
    run_of(PETS, answers, accepted).await
}

async fn run_of(
    document: &str,
    answers: &[(&'static str, u16, Value)],
    accepted: usize,
) -> (Plan, Finished, Vec<String>) {
    let mut battery = Battery::default();
    for (n, text) in files().iter().enumerate() {
        battery.add(&format!("f{n}.yaml"), text, false).unwrap();
    }
    let contract = Contract::load("t.yaml", document.to_owned(), &battery.aliases()).unwrap();
    let plan = Plan::new(Arc::new(contract), &battery, &Selection::default()).unwrap();
    let mut known: BTreeMap<_, _> = right().into_iter().map(|(t, s, b)| (t, (s, b))).collect();
    let changed = answers.iter().cloned();
    known.extend(changed.map(|(target, status, body)| (target, (status, body))));
    known.insert("/expired", (401, json!({})));
    let transport = Expiring {
        known: Known {
            answers: known,
            asked: Mutex::default(),
        },
        left: AtomicUsize::new(accepted),
    };
    let (gate, stop, options) = (Gate::default(), Stop::default(), RunOptions::default());
    let runner = Runner::new(&plan, &transport, options, &gate, &Silence, &stop);
    let finished = runner.run().await;
    let asked = transport.known.asked.into_inner().unwrap();
    (plan, finished, asked)
}

fn right() -> Vec<(&'static str, u16, Value)> {
    vec![
        ("/pets", 200, json!([{"id": 7}])),
        ("/pets/7", 200, json!({"id": 7, "name": "a"})),
        ("/toys", 200, json!({})),
        ("/pets?limit=4", 400, json!({})),
        ("/pets?limit=-1", 400, json!({})),
    ]
}

/// A server's name, the answer that it changes, and what is found.
type Row = (
    &'static str,
    (&'static str, u16, Value),
    Option<(&'static str, Level)>,
);

#[tokio::test]
async fn what_a_negative_accuses_and_how_gravely() {
    let other = json!({"id": 8, "name": "b"});
    let rows: Vec<Row> = vec![
        ("right", ("/toys", 200, json!({})), None),
        ("redirected", ("/toys", 302, json!({})), None),
        ("clamped", ("/pets?limit=4", 200, json!([1, 2, 3])), None),
        (
            "clamped, beside links",
            ("/pets?limit=4", 200, json!({"pets": [1, 2], "links": [1]})),
            None,
        ),
        (
            "of how many items nobody knows",
            ("/pets?limit=4", 200, json!({"page": {"pets": [1]}})),
            None,
        ),
        (
            "not clamped",
            ("/pets?limit=4", 200, json!([1, 2, 3, 4])),
            Some(("listPets/query/limit/maximum", Level::Should)),
        ),
        (
            "fewer than none, taken for the default",
            ("/pets?limit=-1", 200, json!([1, 2])),
            Some(("listPets/query/limit/minimum", Level::Should)),
        ),
        ("forbidden", ("/pets?limit=4", 403, json!({})), None),
        ("busy", ("/pets?limit=4", 503, json!({})), None),
        (
            "a server error on a negative",
            ("/pets?limit=4", 500, json!({})),
            Some(("listPets/rule/no-server-error", Level::Must)),
        ),
        (
            "a server error on a valid request",
            ("/toys", 502, json!({})),
            Some(("listToys/rule/no-server-error", Level::Must)),
        ),
        (
            "a server error on a hostile value",
            ("/pets/%27", 500, json!({})),
            Some(("getPet/rule/no-server-error", Level::Should)),
        ),
        (
            "nothing for an unknown id",
            ("/pets/99", 200, json!({})),
            None,
        ),
        (
            "a stranger for an unknown id",
            ("/pets/99", 200, other),
            Some(("getPet/state/unknown-id", Level::Must)),
        ),
        (
            "something else for an unknown id",
            ("/pets/99", 200, json!({"id": 99})),
            Some(("getPet/state/unknown-id", Level::Info)),
        ),
    ];
    for (name, answer, expected) in rows {
        let (plan, finished, _) = run(&[answer]).await;
        let found = finished.settled.findings.iter();
        let found: Vec<(&str, Level)> = found
            .map(|one| (plan.clauses.get(one.clause).id(), one.level))
            .filter(|(id, _)| !id.ends_with("documented-status"))
            .collect();
        assert_eq!(found, Vec::from_iter(expected), "{name}");
        let is_gating = expected.is_some_and(|(_, level)| level > Level::Info);
        assert_eq!(finished.settled.exit_code, u8::from(is_gating), "{name}");
    }
}

#[tokio::test]
async fn a_page_of_fewer_than_none_is_right_where_the_document_says_so() {
    for (said, is_right) in [
        ("Negative values are replaced by the default.", true),
        ("How many there are at most.", false),
        ("Values above the maximum are capped.", false),
    ] {
        let limit = format!("{{name: limit, description: {said}, in: query");
        let document = PETS.replace("{name: limit, in: query", &limit);
        let answer = ("/pets?limit=-1", 200, json!([1, 2]));
        let (_, finished, _) = run_of(&document, &[answer], usize::MAX).await;
        assert_eq!(finished.settled.findings.is_empty(), is_right, "{said}");
    }
}

#[tokio::test]
async fn a_broken_control_skips_its_own_operation_only() {
    let (plan, finished, asked) = run(&[("/pets/7", 404, json!({}))]).await;
    assert!(!asked.contains(&"/pets/99".to_owned()), "{asked:?}");
    for run in &finished.cases {
        let id = plan.cases[run.case].id.as_str();
        let expected = match id {
            "getPet.valid" => Verdict::Inconclusive,
            _ if id.starts_with("getPet") => Verdict::Skipped,
            _ => Verdict::Pass,
        };
        let way = "no id found for {petId}, give --param getPet:petId=… (it was answered 404)";
        assert!(id != "getPet.valid" || run.standing.reason() == way);
        assert_eq!(run.standing.verdict(), expected, "{id}");
    }
}

#[tokio::test]
async fn a_target_that_is_not_fit_to_be_judged_is_told_in_one_line() {
    let starting = |target, status| (target, status, json!("starting"));
    let all = |status| ["/pets", "/pets/7", "/toys"].map(|target| starting(target, status));
    for (answers, expected) in [
        (
            all(401).to_vec(),
            "every valid request with the credentials was answered 401: check them",
        ),
        (
            all(404).to_vec(),
            "every valid request was answered 404: check the path of the base URL",
        ),
        (
            all(500).to_vec(),
            "the target is not ready: it answers every path with the same page (status 500)",
        ),
    ] {
        let (_, finished, asked) = run(&answers).await;
        assert_eq!(asked.len(), 3, "{asked:?}");
        let reasons = &finished.settled.reasons;
        assert!(
            reasons.iter().any(|reason| reason.starts_with(expected)),
            "{reasons:?}"
        );
        assert_eq!(finished.settled.exit_code, 3, "{reasons:?}");
    }
}

/// What can do without credentials shows nothing of them.
#[tokio::test]
async fn a_dead_key_is_told_though_an_operation_can_do_without() {
    let document = PETS.replace("listToys, ", "listToys, security: [{key: []}, {}], ");
    let dead = [("/pets", 401, json!({})), ("/pets/7", 401, json!({}))];
    let (_, finished, _) = run_of(&document, &dead, usize::MAX).await;
    let expected = "every valid request with the credentials was answered 401";
    let reasons = &finished.settled.reasons;
    let is_it = |reason: &String| reason.starts_with(expected);
    assert!(reasons.iter().any(is_it), "{reasons:?}");
    assert_eq!(finished.settled.exit_code, 3);
}

#[tokio::test]
async fn a_key_that_stops_working_ends_the_run() {
    let (plan, finished, asked) = run_until(&[], 4).await;
    let why = "the key stopped working after ";
    let reasons = &finished.settled.reasons;
    assert!(
        reasons.iter().any(|one| one.starts_with(why)),
        "{reasons:?}"
    );
    assert_eq!(
        asked.last().map(String::as_str),
        Some("/expired"),
        "{asked:?}"
    );
    assert!(asked.len() <= plan.cases.len() + 1, "{asked:?}");
}
