//! A world with two operations of the same method and statuses, and mutants that break nothing.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::battery::{Battery, Plan, Selection, Sequence};
use crate::contract::Contract;
use crate::exchange::recording::{Header, RECORDING_VERSION};
use crate::exchange::{Answer, Attempt, BodyEnd, Exchange, Recording, Request, StoodIn};

use crate::run::Stop;

use super::edit::{Edit, Matcher};
use super::matrix::{Guard, mutants_of, prove};
use super::mutant::{Breaks, Mutant, ShownBy};
use super::world::World;

const PATHS: [(&str, &str); 2] = [("cats", "name"), ("dogs", "kind")];

fn plan() -> Plan {
    let list = |(path, member): (&str, &str)| {
        format!(
            "  /{path}:
    get:
      operationId: {path}
      parameters: [{{name: farm, in: query, required: true, schema: {{type: string}}}}]
      responses:
        '400': {{description: bad}}
        '200':
          description: ok
          content:
            application/json:
              schema:
                type: object
                required: [list]
                properties:
                  list: {{type: array, items: {{type: object, properties: {{id: {{type: [integer, string]}}, {member}: {{type: string}}, secret: {{type: string, writeOnly: true}}}}}}}}
                  next: {{type: string}}
"
        )
    };
    let paths: String = PATHS.map(list).concat();
    let document = format!("openapi: 3.1.0\ninfo: {{title: t, version: '1'}}\npaths:\n{paths}");
    let mut battery = Battery::default();
    for (path, member) in PATHS {
        let files = [
            format!(
                "battery: {path}-battery\nalias: list-{path}\noperation: GET /{path}\ncollection: {{items: /list, id: /id, next: /next}}\n"
            ),
            format!(
                "case: {path}-page\ntitle: t\noperation: list-{path}\nexpects: success\naccepts: [200]\naims: [200/**]\nmeans: m\n"
            ),
            format!(
                "case: {path}-walk\ntitle: t\noperation: list-{path}\ndoes: walk\nexpects: success\naccepts: [200]\ncontrol: {path}-page\naims: [200/**]\nmeans: m\n"
            ),
            format!(
                "case: {path}-again\ntitle: t\noperation: list-{path}\ndoes: repeat\nexpects: success\naccepts: [200]\naims: [200/**]\nmeans: m\n"
            ),
            format!(
                "rule: {path}-named\ntitle: t\noperation: list-{path}\nlevel: should\nplace: 200/body/list[]/{member}\nover: items\neach: /list\nbind: {{it: /{member}}}\npredicate: not-empty\nbreaking: {{bound: it, value: {{text: ''}}}}\nmeans: m\nremedy: m\nhurts: m\nunexercised: m\n"
            ),
            format!(
                "rule: {path}-once\ntitle: t\noperation: list-{path}\nlevel: should\nplace: 200/body/list[]/id\nover: walk\npredicate: walk-repeats-nothing\nmeans: m\nremedy: m\nhurts: m\nunexercised: m\n"
            ),
        ];
        for (n, text) in files.iter().enumerate() {
            battery
                .add(&format!("{path}{n}.yaml"), text, false)
                .unwrap();
        }
    }
    let missing = "case: cats-missing\ntitle: t\noperation: list-cats\nrequest: {query: {farm: omit}}\nexpects: refusal\naccepts: [400]\ncontrol: cats-page\naims: [query/farm/required]\nbreaks: {success: query/farm/required, other: 400/status}\nmeans: m\n";
    battery.add("missing.yaml", missing, false).unwrap();
    let contract = Contract::load("two.yaml", document, &battery.aliases()).unwrap();
    let selection = Selection {
        parameters: [("farm".to_owned(), "f".to_owned())].into(),
        ..Selection::default()
    };
    Plan::new(Arc::new(contract), &battery, &selection).unwrap()
}

fn exchange(request: Request, body: &Value) -> Exchange {
    let answer = Answer {
        status: 200,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: Arc::new(body.to_string().into_bytes()),
        end: BodyEnd::Complete,
    };
    Exchange {
        url: request.target.clone(),
        request,
        headers: Vec::new(),
        attempts: vec![Attempt {
            result: Ok(answer),
            took: Duration::ZERO,
            waited: Duration::ZERO,
        }],
    }
}

fn answered(edit: &Edit, exchange: &Exchange) -> Exchange {
    let sent = super::edit::Sent {
        request: &exchange.request,
        turn: 0,
        recorded: Some(exchange),
    };
    edit.apply(&sent).unwrap()
}

/// Two pages of each list, and a refusal; the ids of one are texts, those of the other whole numbers.
fn recording(plan: &Plan) -> Recording {
    let mut exchanges = Vec::new();
    for (path, member) in PATHS {
        let case = plan
            .cases
            .iter()
            .find(|case| case.id == format!("{path}-page"))
            .unwrap();
        let step = case.step();
        let planned = &step.requests[0];
        let item = |id: u64| match path {
            "cats" => json!({"id": format!("c{id}"), member: format!("x{id}")}),
            _ => json!({"id": id, member: format!("x{id}")}),
        };
        let second = format!("/{path}?farm=f&page=2");
        let first = json!({"list": [item(1), item(2)], "next": second});
        exchanges.push(exchange(step.send(planned), &first));
        let rest = json!({"list": [item(3), item(4)]});
        exchanges.push(exchange(step.follow(planned, &second), &rest));
    }
    let case = plan
        .cases
        .iter()
        .find(|case| case.id == "cats-missing")
        .unwrap();
    let refused = exchange(case.step().send(&case.step().requests[0]), &json!({}));
    let refused_edit = Edit::on(Matcher::Any).status(400);
    exchanges.push(answered(&refused_edit, &refused));
    let header = Header {
        conform_recording: RECORDING_VERSION,
        contract_sha256: String::new(),
        contract: String::new(),
        base_url: String::new(),
        reference: false,
        parameters: std::collections::BTreeMap::new(),
        shard: None,
        skipped: std::collections::BTreeMap::new(),
        bare: std::collections::BTreeMap::new(),
        mark: None,
    };
    Recording {
        header,
        exchanges,
        cut: None,
        stood_in: StoodIn::default(),
    }
}

#[test]
fn each_operation_has_its_own_scene_and_mutants_change_no_other() {
    let plan = plan();
    let recording = recording(&plan);
    let world = World::new(&plan, &recording);
    for (operation, (path, member)) in PATHS.iter().enumerate() {
        let scene = world.of(operation);
        assert_eq!(
            scene.pages,
            [format!("/{path}?farm=f"), format!("/{path}?farm=f&page=2")]
        );
        for tail in [
            "200/status".to_owned(),
            "200/body/list/required".to_owned(),
            format!("200/body/list[]/{member}/type"),
            format!("rule/{path}-named"),
            format!("rule/{path}-once"),
        ] {
            let id = format!("list-{path}/{tail}");
            let clause = plan.clauses.find(&id).expect(&id);
            let mutants = mutants_of(&world, clause);
            assert!(!mutants.is_empty(), "{id}");
            for mutant in &mutants {
                let changed: Vec<_> = world.changed(&mutant.edit).collect();
                assert!(!changed.is_empty(), "{id}: {}", mutant.what);
                let is_own = |one: &Exchange| one.request.operation == operation;
                assert!(changed.iter().all(|(before, _)| is_own(before)), "{id}");
            }
        }
    }
    let proof = prove(&plan, &recording, &Stop::default()).unwrap();
    assert!(proof.is_fair(), "{:?}", proof.benign);
    assert!(proof.broken_before.is_empty());
    for row in &proof.rows {
        let id = plan.clauses.get(row.clause).id();
        match &row.guard {
            // No case leaves out the dogs' farm, and nobody asks for what is not documented.
            Guard::NoMutant(why) if id == "list-dogs/query/farm/required" => {
                assert!(why.contains("no case aims"), "{why}");
            }
            // How the harness reads ids in a walk is not proved here.
            guard if id == "list-dogs/rule/dogs-once" => {
                assert!(!matches!(guard, Guard::NoMutant(_)));
            }
            _ if id.ends_with("documented-status") || id.contains("/400/") => {}
            guard => assert_eq!(*guard, Guard::Guarded, "{id}: {:?}", row.trials),
        }
    }
}

#[test]
fn what_was_not_played_is_neither_guarded_nor_missed() {
    let plan = plan();
    let stop = Stop::default();
    stop.now("the time is over");
    let proof = prove(&plan, &recording(&plan), &stop).unwrap();
    assert_eq!(proof.cut.as_deref(), Some("the time is over"));
    assert!(!proof.rows.is_empty() && proof.mutants() == 0);
    assert!(proof.rows.iter().all(|row| row.guard == Guard::NotPlayed));
    assert_eq!(proof.score(&plan).0, 0);
}

#[test]
fn a_mutant_that_does_not_break_never_counts() {
    let plan = plan();
    let recording = recording(&plan);
    let world = World::new(&plan, &recording);
    let scene = world.of(0);
    let named = plan.clauses.find("list-cats/rule/cats-named").unwrap();
    let any = || Edit::on(Matcher::Any);
    let put = |name: &'static str| {
        scene.at_page(&scene.pages[0]).body(move |body| {
            body["list"][0]["name"] = json!(name);
            true
        })
    };
    let walk = ShownBy::Walk(Sequence::WalkRepeatsNothing);
    let other = || {
        scene.at_page(&scene.pages[0]).body(|body| {
            body["list"][0]["id"] = json!(9);
            true
        })
    };
    let twice = || {
        scene.at_page(&scene.pages[1]).body(|body| {
            body["list"][0] = json!({"id": "c1", "name": "x1"});
            true
        })
    };
    for (what, edit, by, shown) in [
        (
            "nothing",
            scene.at_page(&scene.pages[0]).status(200),
            ShownBy::Construction,
            Err("changes no answer"),
        ),
        (
            "not asked",
            Edit::on(Matcher::Allowed(9)).status(500),
            ShownBy::Construction,
            Err("changes no answer"),
        ),
        (
            "another status",
            any().status(500),
            ShownBy::Construction,
            Ok(()),
        ),
        ("a name", put("y"), ShownBy::Rule, Err("does not break")),
        ("no name", put(""), ShownBy::Rule, Ok(())),
        ("another id", other(), walk, Err("does not break")),
        ("an item again", twice(), walk, Ok(())),
    ] {
        let mutant = Mutant::new(named, "early", what, edit).shown_by(by);
        match (Breaks::Ways(vec![mutant]).shown(&scene), shown) {
            (Breaks::Ways(ways), Ok(())) => assert_eq!(ways.len(), 1, "{what}"),
            (Breaks::None(why), Err(wanted)) => assert!(why.contains(wanted), "{what}: {why}"),
            _ => panic!("{what}"),
        }
    }
}
