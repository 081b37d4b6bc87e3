//! Lists that can be asked for the items with a value. A service that takes no notice of it, or selects others, is found;
//! one that understands the value in another way than the name says is left in peace.

use std::sync::atomic::{AtomicUsize, Ordering};

use conform::Verdict;
use serde_json::{Value, json};

use super::lists::{query, run};

/// The document of a list of pets with that parameter.
fn document(parameter: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: Pets, version: 1.0.0}}
paths:
  /pets:
    get:
      operationId: listPets
      parameters:
        - {{in: query, {parameter}}}
      responses:
        '200':
          description: The pets.
          content:
            application/json:
              schema:
                type: object
                properties:
                  next: {{type: [string, 'null']}}
                  pets: {{type: array, items: {{$ref: '#/components/schemas/Pet'}}}}
        '400': {{description: Wrong.}}
components:
  schemas:
    Currency: {{type: string, pattern: '^[A-Z]+$'}}
    Pet:
      type: object
      properties:
        id: {{type: integer}}
        status: {{type: string, enum: [available, pending, sold]}}
        level: {{type: string, enum: [low, middle, high]}}
        stage: {{type: string, enum: [fresh, started, closed]}}
        language: {{type: string, enum: [de, en, fr]}}
        region: {{type: [string, 'null']}}
        owner: {{type: string}}
        owner_id: {{type: integer}}
        folder: {{type: integer}}
        is_active: {{type: boolean}}
        archived: {{type: boolean}}
        currency: {{$ref: '#/components/schemas/Currency'}}
        keeper: {{type: string, format: uuid}}
        attributes: {{type: object, properties: {{farm: {{type: string}}}}}}
"
    )
}

fn pets() -> Vec<Value> {
    let pet = |n: usize| {
        let of = |all: &[&'static str]| all[n % all.len()];
        json!({
            "id": n + 1,
            "status": of(&["available", "pending", "sold"]),
            "level": of(&["low", "middle", "high"]),
            "stage": of(&["fresh", "started", "closed"]),
            "language": of(&["de", "en", "fr"]),
            "region": of(&["eu", "us", "eu-west", "asia"]),
            "owner": of(&["Ann", "Bob", "Cid"]),
            "owner_id": 7 + n % 3,
            "folder": 1 + n % 3,
            "is_active": n.is_multiple_of(2),
            "archived": n.is_multiple_of(3),
            "currency": of(&["EUR", "USD", "JPY"]),
            "keeper": format!("5f0c2b1e-9c1d-4a7e-8b2a-6d1f3e7a9c4{}", n % 3),
            "attributes": {"farm": of(&["north", "south"])},
        })
    };
    (0..9).map(pet).collect()
}

const STATUS: &str = "name: status, schema: {type: string, enum: [available, pending, sold]}";
const OWNER: &str =
    "name: owner_id, description: Only the pets of this owner., schema: {type: integer}";
const EXACT: &str =
    "name: region, description: Filters by region (exact match)., schema: {type: string}";
const REGION: &str = "name: 'filter[region]', schema: {type: string}";
const ONLY: &str = "name: status, description: Only the pets of this status., schema: {type: string, enum: [available, pending, sold]}";
const CURRENCY: &str = "name: currency, description: Only the pets with a price in this currency., schema: {$ref: '#/components/schemas/Currency'}";
const AVAILABLE: &str =
    "name: is_active, description: Only pets that are (not) active., schema: {type: boolean}";
const KEEPER: &str = "name: keeper, description: Only the pets of this keeper., schema: {type: string, format: uuid}";
const ACTIVE: &str = "name: is_active, schema: {type: boolean}";

/// A pet without a region.
fn homeless() -> Option<Value> {
    let mut pet = pets().pop()?;
    pet["region"] = Value::Null;
    pet["id"] = json!(99);
    Some(pet)
}

fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

/// The pets whose member is of the value that was asked for, as `is` says.
fn those(member: &str, wanted: &str, is: impl Fn(&str, &str) -> bool) -> Vec<Value> {
    let mut all = pets();
    all.retain(|pet| is(&shown(&pet[member]), wanted));
    all
}

fn equal(one: &str, other: &str) -> bool {
    one == other
}

fn name_of(parameter: &str) -> String {
    let (_, rest) = parameter.split_once("name: ").unwrap();
    rest.split(',').next().unwrap().replace('\'', "")
}

/// Runs against a service that answers with the pets that are chosen for a value, and says how the case ended.
fn ends(
    parameter: &str,
    choose: impl Fn(&str) -> Vec<Value> + Send + Sync + 'static,
) -> (conform::Report, Option<Verdict>) {
    let name = name_of(parameter);
    let encoded = name.replace('[', "%5B").replace(']', "%5D");
    let report = run(&document(parameter), &[], move |asked| {
        let value = query(asked, &name).or_else(|| query(asked, &encoded));
        let pets = value.map_or_else(pets, |value| choose(&value.replace("%20", " ")));
        (200, Vec::new(), json!({"pets": pets}))
    });
    let own = report
        .cases
        .iter()
        .find(|case| case.id.ends_with("-selects"));
    let verdict = own.map(|case| case.verdict);
    (report, verdict)
}

/// The clauses about what a parameter selects that are found broken.
fn accused(report: &conform::Report) -> Vec<&str> {
    let found = report.findings.iter().map(|one| &*one.clause);
    found
        .filter(|clause| clause.ends_with("/selects"))
        .collect()
}

type Chosen = fn(&str) -> Vec<Value>;

#[test]
fn a_parameter_that_selects_nothing_or_others_is_found() {
    let rows: [(&str, &str, Chosen); 20] = [
        ("what has none", EXACT, |value| {
            let mut all = those("region", value, equal);
            all.extend(homeless());
            all
        }),
        ("ignored", STATUS, |_| pets()),
        ("all but those", STATUS, |value| {
            those("status", value, |one, other| one != other)
        }),
        ("none at all", STATUS, |_| Vec::new()),
        ("always the same", STATUS, |_| {
            those("status", "available", equal)
        }),
        ("one too few", STATUS, |value| {
            those("status", value, equal).split_off(1)
        }),
        ("others among them", STATUS, |value| {
            let mut all = those("status", value, equal);
            let others = ["available", "pending", "sold", "available"].windows(2);
            let other = others.clone().find(|pair| pair[0] == value).unwrap()[1];
            all.extend(those("status", other, equal).pop());
            all
        }),
        ("an id ignored", OWNER, |_| pets()),
        ("the wrong owner", OWNER, |value| {
            those("owner_id", value, |one, other| one != other)
        }),
        ("another owner's", OWNER, |_| Vec::new()),
        ("a filter ignored", REGION, |_| pets()),
        ("a flag ignored", ACTIVE, |_| pets()),
        ("a flag the other way round", ACTIVE, |value| {
            those("is_active", value, |one, other| one != other)
        }),
        (
            "an attribute ignored",
            "name: farm, description: Filters by farm., schema: {type: string}",
            |_| pets(),
        ),
        ("a third filter ignored", CURRENCY, |_| pets()),
        ("a half of a flag", AVAILABLE, |_| pets()),
        ("always one more", ONLY, |value| {
            let mut all = those("status", value, equal);
            all.extend(pets().drain(..3));
            all
        }),
        ("a subset", ONLY, |value| match value {
            "sold" => those("status", "pending", |one, other| one != other),
            _ => pets(),
        }),
        ("nobody's", KEEPER, |_| Vec::new()),
        (
            "all may be asked for as well",
            "name: status, schema: {type: string, default: all, enum: [all, available, pending, sold]}",
            |_| pets(),
        ),
    ];
    for (what, parameter, choose) in rows {
        let (report, _) = ends(parameter, choose);
        let clause = format!("listPets/query/{}/selects", name_of(parameter));
        assert_eq!(accused(&report), [clause], "{what}: {:?}", report.cases);
    }
}

#[test]
fn a_parameter_that_selects_is_right_and_one_that_means_something_else_is_left_in_peace() {
    const PASS: Option<Verdict> = Some(Verdict::Pass);
    const OPEN: Option<Verdict> = Some(Verdict::Inconclusive);
    let rows: [(&str, &str, Chosen, Option<Verdict>); 32] = [
        ("right", STATUS, |value| those("status", value, equal), PASS),
        (
            "right",
            OWNER,
            |value| those("owner_id", value, equal),
            PASS,
        ),
        ("right", REGION, |value| those("region", value, equal), PASS),
        (
            "exactly",
            EXACT,
            |value| those("region", value, equal),
            PASS,
        ),
        (
            "with what has none",
            REGION,
            |value| {
                let mut all = those("region", value, equal);
                all.extend(homeless());
                all
            },
            PASS,
        ),
        (
            "right",
            ACTIVE,
            |value| those("is_active", value, equal),
            PASS,
        ),
        // Whoever does not ask for the active ones asks for all.
        (
            "a flag",
            ACTIVE,
            |value| match value {
                "true" => those("is_active", value, equal),
                _ => pets(),
            },
            PASS,
        ),
        (
            "in another case",
            STATUS,
            |value| {
                let mut all = those("status", value, equal);
                for pet in &mut all {
                    pet["status"] = json!(value);
                    pet["region"] = json!("EU");
                }
                all
            },
            PASS,
        ),
        (
            "pinned",
            STATUS,
            |value| {
                those("status", value, |one, other| one == other)
                    .into_iter()
                    .chain(pets().drain(..2))
                    .collect()
            },
            OPEN,
        ),
        (
            "by its beginning",
            REGION,
            |value| those("region", value, |one, other| one.starts_with(other)),
            PASS,
        ),
        (
            "by a part of it",
            "name: owner, description: Filter by owner., schema: {type: string}",
            |value| those("owner", value, |one, other| one.contains(other)),
            PASS,
        ),
        (
            "by another name",
            "name: owner, description: Filter by owner., schema: {type: string}",
            |_| Vec::new(),
            OPEN,
        ),
        (
            "with what stands below",
            "name: folder, description: Only pets in this folder., schema: {type: integer}",
            |value| those("folder", value, |one, other| one >= other),
            PASS,
        ),
        (
            "with what stands above",
            "name: folder, description: Only pets in this folder., schema: {type: integer}",
            |value| those("folder", value, |one, other| one <= other),
            OPEN,
        ),
        (
            "from there on",
            "name: level, schema: {type: string, enum: [low, middle, high]}",
            |value| {
                let rank = |text: &str| {
                    ["low", "middle", "high"]
                        .iter()
                        .position(|one| *one == text)
                };
                let mut all = pets();
                all.retain(|pet| rank(pet["level"].as_str().unwrap()) <= rank(value));
                all
            },
            OPEN,
        ),
        (
            "of all regions",
            REGION,
            |value| {
                let mut all = those("region", value, equal);
                all.push(json!({"id": 99, "region": null}));
                all
            },
            PASS,
        ),
        (
            "some do not show it",
            STATUS,
            |value| {
                let mut all = those("status", value, equal);
                all.push(json!({"id": 99}));
                all
            },
            PASS,
        ),
        (
            "nothing shows it",
            STATUS,
            |value| {
                let mut all = those("status", value, equal);
                for pet in &mut all {
                    pet.as_object_mut()
                        .unwrap()
                        .retain(|name, _| name == "region");
                }
                all
            },
            OPEN,
        ),
        // What the document says of it, or does not say.
        (
            "a name alone",
            "name: owner_id, schema: {type: integer}",
            |_| pets(),
            None,
        ),
        (
            "a text alone",
            "name: region, schema: {type: string}",
            |_| pets(),
            None,
        ),
        (
            "another language",
            "name: language, schema: {type: string, enum: [de, en, fr]}",
            |_| pets(),
            None,
        ),
        (
            "by default",
            "name: status, schema: {type: string, default: sold, enum: [available, pending, sold]}",
            |_| pets(),
            None,
        ),
        (
            "archived ones as well",
            "name: archived, description: Also list archived pets., schema: {type: boolean}",
            |_| pets(),
            None,
        ),
        (
            "a search",
            "name: owner, description: Filter by a part of the owner's name (fuzzy)., schema: {type: string}",
            |_| pets(),
            None,
        ),
        (
            "who sees them",
            "name: owner_id, description: Only what is visible to this owner., schema: {type: integer}",
            |_| pets(),
            None,
        ),
        (
            "only sometimes",
            "name: owner_id, description: Only used together with region., schema: {type: integer}",
            |_| pets(),
            None,
        ),
        (
            "all but these",
            "name: owner_id, description: Filters out and excludes this owner., schema: {type: integer}",
            |_| pets(),
            None,
        ),
        (
            "old",
            "name: status, deprecated: true, schema: {type: string, enum: [available, pending, sold]}",
            |_| pets(),
            None,
        ),
        (
            "groups",
            "name: stage, schema: {type: string, enum: [open, closed]}",
            |_| pets(),
            None,
        ),
        (
            "several",
            "name: status, schema: {type: array, items: {type: string}}",
            |_| pets(),
            None,
        ),
        (
            "needed",
            "name: status, required: true, schema: {type: string, enum: [available, pending, sold]}",
            |_| pets(),
            None,
        ),
        (
            "a score",
            "name: owner_id, description: Only pets with at least this., schema: {type: integer}",
            |_| pets(),
            None,
        ),
    ];
    for (what, parameter, choose, wanted) in rows {
        let (report, verdict) = ends(parameter, choose);
        assert_eq!(accused(&report), Vec::<&str>::new(), "{what}: {parameter}");
        let reasons: Vec<_> = report.cases.iter().map(|case| &case.reason).collect();
        assert_eq!(verdict, wanted, "{what}: {parameter}: {reasons:?}");
    }
}

/// What changes while it is looked at, is cut otherwise, or refuses, accuses nobody.
#[test]
fn a_list_that_moves_or_refuses_says_nothing() {
    static TURN: AtomicUsize = AtomicUsize::new(0);
    type Answer = fn(Option<&str>) -> (u16, Value);
    let rows: [(&str, Answer); 8] = [
        ("values move", |value| {
            let turn = TURN.fetch_add(1, Ordering::Relaxed);
            let all = match value {
                Some(_) => pets().split_off(turn % 2),
                None => pets(),
            };
            let moved = all.into_iter().map(|mut pet| {
                let n = pet["id"].as_u64().unwrap() as usize + turn;
                pet["status"] = json!(["available", "pending", "sold"][n % 3]);
                pet
            });
            (200, json!({"pets": moved.collect::<Vec<_>>()}))
        }),
        ("items move", |_| {
            let turn = TURN.fetch_add(1, Ordering::Relaxed) as u64;
            let moved = pets().into_iter().map(|mut pet| {
                pet["id"] = json!(pet["id"].as_u64().unwrap() + 100 * turn);
                pet
            });
            (200, json!({"pets": moved.collect::<Vec<_>>()}))
        }),
        ("refused", |value| match value {
            Some(_) => (400, json!({"error": "no"})),
            None => (200, json!({"pets": pets()})),
        }),
        ("forbidden", |value| match value {
            Some(_) => (403, json!({"error": "no"})),
            None => (200, json!({"pets": pets()})),
        }),
        ("refused in the body", |value| match value {
            Some(_) => (200, json!({"error": "not now"})),
            None => (200, json!({"pets": pets()})),
        }),
        ("of one value", |_| {
            (200, json!({"pets": those("status", "sold", equal)}))
        }),
        ("empty", |_| (200, json!({"pets": []}))),
        ("there is more", |value| match value {
            Some(_) => (200, json!({"pets": [], "next": "/pets?x=1"})),
            None => (200, json!({"pets": pets(), "next": null})),
        }),
    ];
    for (what, answer) in rows {
        let report = run(&document(STATUS), &[], move |asked| {
            let (status, body) = match query(asked, "x") {
                Some(_) => (200, json!({"pets": [], "next": null})),
                None => answer(query(asked, "status")),
            };
            (status, Vec::new(), body)
        });
        let own = report
            .cases
            .iter()
            .find(|case| case.id.ends_with("-selects"));
        let own = own.unwrap_or_else(|| panic!("{what}"));
        assert_eq!(own.verdict, Verdict::Inconclusive, "{what}: {}", own.reason);
        assert_eq!(accused(&report), Vec::<&str>::new(), "{what}");
    }
}
