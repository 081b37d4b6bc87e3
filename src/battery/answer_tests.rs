//! Cases that stand on others: what they take from them, in which order they are run, and what is said of wrong ones.

use std::sync::Arc;

use serde_json::json;

use crate::contract::{Contract, In};

use super::model::{Binding, CaseFile};
use super::{Battery, Offer, Origin, Plan, Selection};

const PETS: &str = r"
openapi: 3.1.0
info: {title: Pets, version: '1'}
paths:
  /pets:
    get:
      operationId: listPets
      parameters: [{name: skip, in: query, schema: {type: integer}}]
      responses: {'200': {description: d}}
  /pets/{petId}:
    get:
      operationId: getPet
      parameters:
        - {name: petId, in: path, required: true, schema: {type: integer}}
        - {name: verbose, in: query, schema: {type: boolean}}
      responses: {'200': {description: d}}
";

fn case(id: &str, operation: &str, more: &str) -> String {
    format!(
        "case: {id}\ntitle: t\noperation: {operation}\nexpects: success\naccepts: [2XX]\naims: []\nmeans: m\n{more}"
    )
}

fn pet(of: &str) -> String {
    format!("request: {{path: {{petId: {{answer: {{of: [{of}], else: '7'}}}}}}}}\n")
}

fn plan(files: &[String], given: &[(&str, &str)], only: &[&str]) -> Result<Plan, String> {
    let mut battery = Battery::default();
    for (n, text) in files.iter().enumerate() {
        let added = battery.add(&format!("f{n}.yaml"), text, false);
        added.map_err(|error| error.to_string())?;
    }
    let contract = Contract::load("t.yaml", PETS.to_owned(), &battery.aliases()).unwrap();
    let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
    let selection = Selection {
        parameters: given.iter().map(owned).collect(),
        only: only.iter().map(|glob| (*glob).to_owned()).collect(),
        ..Selection::default()
    };
    Plan::new(Arc::new(contract), &battery, &selection).map_err(|error| error.to_string())
}

fn three() -> Vec<String> {
    let source = "{case: z-list, at: /items/*/id}, {case: z-list, header: Location}";
    vec![
        case(
            "a-negative",
            "getPet",
            "control: b-get\nrequest: {query: {verbose: {text: x}}}\n",
        ),
        case("b-get", "getPet", &pet(source)),
        case("z-list", "listPets", ""),
    ]
}

#[test]
fn what_another_stands_on_comes_first_and_comes_along() {
    let order = |only: &[&str]| -> Vec<(String, usize)> {
        let cases = plan(&three(), &[], only).unwrap().cases;
        cases.into_iter().map(|case| (case.id, case.turn)).collect()
    };
    let all = [("z-list", 0), ("b-get", 1), ("a-negative", 2)];
    let all = all.map(|(id, turn)| (id.to_owned(), turn));
    assert_eq!(order(&[]), all);
    assert_eq!(order(&["a-*"]), all);
    assert_eq!(order(&["b-*"]), all[..2]);
}

#[test]
fn a_value_comes_from_other_cases_from_the_control_or_from_the_user() {
    let plan_of = |given: &[(&str, &str)]| plan(&three(), given, &[]).unwrap();
    let found = plan_of(&[]);
    let [list, get, negative] = &found.cases[..] else {
        panic!("three cases");
    };
    let offers = [
        Offer::Body(vec!["items".into(), "*".into(), "id".into()]),
        Offer::Header("Location".to_owned()),
    ];
    assert_eq!(list.offers, offers);
    let [sought] = get.step().requests[0].sought() else {
        panic!("one value");
    };
    assert_eq!((sought.location, &*sought.name), (In::Path, "petId"));
    let Origin::Cases { offers, otherwise } = &sought.from else {
        panic!("of cases");
    };
    assert_eq!((offers.len(), otherwise.as_deref()), (2, Some("7")));
    let of_negative = &negative.step().requests[0];
    assert_eq!(of_negative.sought()[0].from, Origin::Control);
    let settled = of_negative.settle(found.operation(negative), &[json!(3)]);
    assert_eq!(settled.target, "/pets/3?verbose=x");
    let given = plan_of(&[("getPet:petId", "5")]);
    for (case, target) in [(1, "/pets/5"), (2, "/pets/5?verbose=x")] {
        let request = &given.cases[case].step().requests[0];
        assert_eq!((&*request.target, request.sought().len()), (target, 0));
    }
}

#[test]
fn a_case_that_cannot_stand_on_another_is_refused() {
    let list = || case("list", "listPets", "");
    let get = |of: &str| case("get", "getPet", &pet(of));
    for (files, said) in [
        (
            vec![get("{case: lst, at: /id}"), list()],
            "f0.yaml:8:41: there is no case `lst`; did you mean `list`?",
        ),
        (
            vec![get("{case: list}"), list()],
            "f0.yaml:8:40: name one place of that case's exchange",
        ),
        (vec![get("{case: list, at: id}"), list()], "name one place"),
        (
            vec![get("{case: list, at: /id, header: Id}"), list()],
            "name one place",
        ),
        (
            vec![get("{case: list, sent: skp}"), list()],
            "f0.yaml:8:53: listPets declares no parameter `skp`; did you mean `skip`?",
        ),
        (
            vec![get("{case: get, at: /id}")],
            "the cases wait for each other in a circle: get → get",
        ),
        (
            vec![
                get("{case: other, at: /id}"),
                case("other", "getPet", &pet("{case: get, at: /id}")),
            ],
            "f0.yaml:8:41: the cases wait for each other in a circle: get → other → get",
        ),
        (
            vec![
                get("{case: walk, at: /id}"),
                case("walk", "listPets", "does: walk\n"),
            ],
            "`walk` is more than one request",
        ),
        (
            vec![get("{case: list, att: /id}"), list()],
            "unknown field `att`",
        ),
    ] {
        let error = plan(&files, &[], &[]).unwrap_err();
        assert!(error.contains(said), "{error}\nshould say\n{said}");
    }
}

#[test]
fn what_is_derived_gives_way_to_what_is_written_and_reads_as_a_person_would_write_it() {
    let mut battery = Battery::default();
    battery
        .add("list.yaml", &case("list", "listPets", ""), false)
        .unwrap();
    let text = case(
        "get",
        "getPet",
        &format!(
            "{}inconclusive: [401, 4XX]\nbreaks: {{level: should}}\nderived: {{family: valid, from: the list}}\n",
            pet("{case: list, at: /items/*/id}")
        ),
    );
    let mut own = Battery::default();
    own.add("get.yaml", &text, false).unwrap();
    let get = own.cases.remove(0).file;
    let list = CaseFile {
        case: "list".to_owned(),
        ..get.clone()
    };
    let bind = |operation: &str| -> Binding {
        let text = format!(
            "battery: b\nalias: {}\noperation: {operation}\ncollection: {{items: '', next: {{page: skip}}, guessed: true}}\n",
            operation.len()
        );
        let mut own = Battery::default();
        own.add("bind.yaml", &text, false).unwrap();
        own.bindings.remove(0).file
    };
    let before = battery.sha256();
    battery.add_derived("derived", vec![list, get.clone()], vec![bind("GET /pets")]);
    assert_ne!(battery.sha256(), before);
    assert_eq!(battery.case("list").unwrap().file.derived, None);
    assert_eq!(battery.case("get").unwrap().source_name, "derived");
    let written = serde_json::to_value(&get).unwrap();
    assert_eq!(
        written,
        json!({
            "case": "get", "title": "t", "operation": "getPet", "aims": [], "means": "m",
            "request": {"path": {"petId": {"answer": {"of": [{"case": "list", "at": "/items/*/id"}], "else": "7"}}}},
            "expects": "success", "accepts": ["2XX"], "inconclusive": [401, "4XX"],
            "breaks": {"level": "should"}, "derived": {"family": "valid", "from": "the list"},
        })
    );
    let again: CaseFile = serde_json::from_value(written).unwrap();
    assert_eq!(again, get);
    let written = serde_json::to_value(bind("GET /pets")).unwrap();
    assert_eq!(
        written["collection"],
        json!({"items": "", "next": {"page": "skip"}, "guessed": true})
    );
    let contract = Contract::load("t.yaml", PETS.to_owned(), &battery.aliases()).unwrap();
    let plan = Plan::new(Arc::new(contract), &battery, &Selection::default()).unwrap();
    let ids: Vec<&str> = plan.cases.iter().map(|case| &*case.id).collect();
    assert_eq!(ids, ["list", "get"]);
    assert!(plan.cases[0].step().collection.as_ref().unwrap().guessed);
}
