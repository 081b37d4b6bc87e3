//! Cases that take values from what others were answered, run against answers that a test names.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

use crate::battery::{Battery, Plan, Selection};
use crate::contract::Contract;
use crate::exchange::Request;
use crate::ledger::{Gate, Verdict};
use crate::transport::{Pausing, Sending, Transport, at_once};

use super::own_service::{exchanged, json_of};
use super::{RunOptions, Runner, Silence, Stop};

const PETS: &str = r"
openapi: 3.1.0
info: {title: Pets, version: '1'}
paths:
  /pets:
    get:
      operationId: listPets
      responses: {'200': {description: d}}
  /pets/{petId}:
    get:
      operationId: getPet
      parameters:
        - {name: petId, in: path, required: true, schema: {type: integer}}
        - {name: verbose, in: query, schema: {type: boolean}}
      responses: {'200': {description: d}, '404': {description: d}}
  /pets/{petId}/toys/{toyId}:
    get:
      operationId: getToy
      parameters:
        - {name: petId, in: path, required: true, schema: {type: integer}}
        - {name: toyId, in: path, required: true, schema: {type: string}}
      responses: {'200': {description: d}}
";

/// Answers each target as it is told to, all else with 404, later targets sooner; remembers what was asked.
pub(super) struct Known {
    pub(super) answers: BTreeMap<&'static str, (u16, Value)>,
    pub(super) asked: Mutex<Vec<String>>,
}

impl Transport for Known {
    fn send(&self, request: Request) -> Sending<'_> {
        let number = {
            let mut asked = self.asked.lock().unwrap();
            asked.push(request.target.clone());
            asked.len() as u64
        };
        let found = self.answers.get(&*request.target).cloned();
        let (status, body) = found.unwrap_or((404, json!({})));
        let exchange = exchanged(request, Ok(json_of(status, &body)));
        Box::pin(async move {
            tokio::time::sleep(Duration::from_millis(20_u64.saturating_sub(number))).await;
            exchange
        })
    }

    fn pause(&self, _time: Duration) -> Pausing<'_> {
        at_once()
    }
}

fn valid(id: &str, operation: &str, request: &str) -> String {
    format!(
        "case: {id}\ntitle: t\noperation: {operation}\nrequest: {request}\nexpects: success\naccepts: [2XX]\ninconclusive: [4XX]\naims: []\nmeans: m\n"
    )
}

const PET: &str = "{path: {petId: {answer: {of: [{case: list, at: /*/id}]}}}}";

fn files() -> Vec<String> {
    let toy = "{path: {petId: {answer: {of: [{case: pet, sent: petId}]}}, toyId: {answer: {of: [{case: pet, at: /toys/*}], else: none}}}}";
    let negative = valid("negative", "getPet", "{query: {verbose: {text: x}}}");
    let negative = negative.replace("[2XX]\ninconclusive: [4XX]", "[4XX]\ncontrol: pet");
    vec![
        valid("list", "listPets", "{}"),
        valid("pet", "getPet", PET),
        valid("toy", "getToy", toy),
        negative.replace("success", "any"),
    ]
}

/// What was asked, and each case's verdict and reason.
async fn run(
    files: &[String],
    answers: &[(&'static str, u16, Value)],
    concurrency: usize,
) -> (Vec<String>, Vec<(Verdict, String)>) {
    let mut battery = Battery::default();
    for (n, text) in files.iter().enumerate() {
        battery.add(&format!("f{n}.yaml"), text, false).unwrap();
    }
    let contract = Contract::load("t.yaml", PETS.to_owned(), &battery.aliases()).unwrap();
    let plan = Plan::new(Arc::new(contract), &battery, &Selection::default()).unwrap();
    let answers = answers.iter().cloned();
    let transport = Known {
        answers: answers
            .map(|(target, status, body)| (target, (status, body)))
            .collect(),
        asked: Mutex::default(),
    };
    let (gate, stop) = (Gate::default(), Stop::default());
    let options = RunOptions {
        concurrency,
        ..RunOptions::default()
    };
    let runner = Runner::new(&plan, &transport, options, &gate, &Silence, &stop);
    let finished = runner.run().await;
    let standings = finished.cases.iter().map(|run| &run.standing);
    let standings = standings.map(|one| (one.verdict(), one.reason().to_owned()));
    (transport.asked.into_inner().unwrap(), standings.collect())
}

#[tokio::test]
async fn an_id_is_looked_for_until_one_is_known() {
    let list = json!([{"id": "no number"}, {"id": 1}, {"id": 2}, {"id": 3}, {"id": 4}]);
    let pet = json!({"toys": ["ball"]});
    let answers = [
        ("/pets", 200, list),
        ("/pets/2", 200, pet),
        ("/pets/2/toys/ball", 200, json!({})),
        ("/pets/2?verbose=x", 400, json!({})),
    ];
    for concurrency in [1, 4] {
        let (asked, standings) = run(&files(), &answers, concurrency).await;
        let expected = [
            "/pets",
            "/pets/1",
            "/pets/2",
            "/pets/2?verbose=x",
            "/pets/2/toys/ball",
        ];
        let mut sorted = [asked.clone(), expected.map(str::to_owned).to_vec()];
        sorted.iter_mut().for_each(|list| list.sort());
        assert_eq!(sorted[0], sorted[1]);
        if concurrency == 1 {
            assert_eq!(asked, expected);
        }
        let verdicts = standings.iter().map(|(verdict, _)| *verdict);
        assert_eq!(
            verdicts.collect::<Vec<_>>(),
            [Verdict::Pass; 4],
            "{standings:?}"
        );
    }
}

#[tokio::test]
async fn without_an_id_nothing_is_asked_and_nobody_accused() {
    let (asked, standings) = run(&files()[..2], &[("/pets", 200, json!([]))], 1).await;
    assert_eq!(asked, ["/pets"]);
    let why = "no id found for {petId}, give --param getPet:petId=…";
    assert_eq!(standings[1], (Verdict::Inconclusive, why.to_owned()));
}

#[tokio::test]
async fn at_most_four_ids_are_tried() {
    let list = json!([{"id": 1}, {"id": 2}, {"id": 3}, {"id": 4}, {"id": 5}]);
    let other = PET.replace(
        "/*/id}",
        "/*/id}, {case: list, at: /4/id}, {case: list, at: /3/id}",
    );
    let files = [
        valid("list", "listPets", "{}"),
        valid("pet", "getPet", &other),
    ];
    let (asked, standings) = run(&files, &[("/pets", 200, list)], 1).await;
    assert_eq!(asked, ["/pets", "/pets/1", "/pets/5", "/pets/4", "/pets/2"]);
    assert_eq!(standings[1].0, Verdict::Inconclusive);
}

/// The first with children is the one that is asked for; where none has any, three were looked at.
#[tokio::test]
async fn where_one_has_nothing_below_it_the_next_is_asked() {
    let list = json!([{"id": 1}, {"id": 2}, {"id": 3}, {"id": 4}]);
    let toys = |toys: Value| json!({ "toys": toys });
    let own = "derived: {family: f, from: g}\n";
    let toy = "{path: {petId: {answer: {of: [{case: pet, sent: petId}]}}, toyId: {answer: {of: [{case: pet, at: /toys/*}]}}}}";
    let files = [
        valid("list", "listPets", "{}"),
        valid("pet", "getPet", PET) + own,
        valid("toy", "getToy", toy) + own,
    ];
    let none = || toys(json!([]));
    let rows = [
        (
            ("/pets/2", 200, toys(json!(["ball"]))),
            vec!["/pets", "/pets/1", "/pets/2", "/pets/2/toys/ball"],
            Verdict::Pass,
        ),
        (
            ("/pets/2", 200, none()),
            vec!["/pets", "/pets/1", "/pets/2", "/pets/3"],
            Verdict::Pass,
        ),
        // A second one that is not there takes nothing from what the first one showed.
        (
            ("/pets/2", 404, none()),
            vec!["/pets", "/pets/1", "/pets/2"],
            Verdict::Pass,
        ),
    ];
    for (second, wanted, verdict) in rows {
        let answers = [
            ("/pets", 200, list.clone()),
            ("/pets/1", 200, none()),
            second,
            ("/pets/3", 200, none()),
            ("/pets/4", 200, none()),
            ("/pets/2/toys/ball", 200, json!({})),
        ];
        let (asked, standings) = run(&files, &answers, 1).await;
        assert_eq!(asked, wanted);
        assert_eq!(standings[1].0, verdict, "{standings:?}");
    }
}

/// A resource name and a link stand for their part of the path, and the keys of a map for themselves.
#[tokio::test]
async fn a_name_with_its_path_is_sent_without_it() {
    let rows = [
        (
            json!([{"id": "pets/7"}]),
            "{case: list, at: /*/id}",
            vec!["/pets", "/pets/7"],
        ),
        (
            json!([{"id": "https://h/v1/pets/7?a=b"}]),
            "{case: list, at: /*/id}",
            vec!["/pets", "/pets/7"],
        ),
        (
            json!({"7": {}, "x": {}}),
            "{case: list, keys: ''}",
            vec!["/pets", "/pets/7"],
        ),
        (
            json!({"by": {"7": {}}}),
            "{case: list, keys: /by}",
            vec!["/pets", "/pets/7"],
        ),
    ];
    for (list, from, wanted) in rows {
        let pet = PET.replace("{case: list, at: /*/id}", from);
        let files = [
            valid("list", "listPets", "{}"),
            valid("pet", "getPet", &pet),
        ];
        let answers = [("/pets", 200, list), ("/pets/7", 200, json!({}))];
        let (asked, _) = run(&files, &answers, 1).await;
        assert_eq!(asked, wanted, "{from}");
    }
}
