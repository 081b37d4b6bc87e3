//! Lists that can be asked for in an order. A service that takes no notice of it, or goes the wrong way, is found; one whose
//! order may be right for somebody is left in peace.

use std::cmp::Ordering;

use conform::Verdict;
use serde_json::{Value, json};

use super::lists::{query, run};

/// The document of a list of shows with those parameters.
fn document(parameters: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{title: Shows, version: 1.0.0}}
paths:
  /shows:
    get:
      operationId: listShows
      parameters: [{parameters}]
      responses:
        '200':
          description: The shows.
          content:
            application/json:
              schema:
                type: object
                properties:
                  shows: {{type: array, items: {{$ref: '#/components/schemas/Show'}}}}
        '400': {{description: Wrong.}}
components:
  schemas:
    Show:
      type: object
      properties:
        id: {{type: integer}}
        title: {{type: string}}
        price: {{type: [number, 'null']}}
        starts_at: {{type: string, format: date-time}}
        pinned: {{type: boolean}}
        currency: {{type: string}}
"
    )
}

fn shows() -> Vec<Value> {
    let titles = "Ernani Carmen Oberon Lakme Norma Aida Hamlet Manon Fidelio".split(' ');
    let show = |(n, title): (usize, &str)| {
        json!({
            "id": n + 1,
            "title": title,
            "price": (n * 7) % 10 + 3,
            "starts_at": format!("2026-03-0{}T1{n}:00:00Z", (n * 4) % 9 + 1),
            "pinned": n == 4,
            "currency": "EUR",
        })
    };
    titles.zip(0..).map(|(title, n)| show((n, title))).collect()
}

const PRICE: &str = "{name: sort, in: query, schema: {type: string, enum: [price, -price]}}";
const TITLE: &str = "{name: sort, in: query, schema: {type: string, enum: [title, -title]}}";
const STARTS: &str = "{name: sort, in: query, schema: {type: string, enum: [starts_at]}}, {name: dir, in: query, schema: {type: string, enum: [asc, desc]}}";
const EITHER: &str = "{name: sort, in: query, schema: {type: string, enum: [price]}}";

fn compared(one: &Value, other: &Value) -> Ordering {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        _ => one.as_str().cmp(&other.as_str()),
    }
}

/// What is asked for: the member, and whether downwards.
fn sorted(member: &str, is_down: bool) -> Vec<Value> {
    let mut all = shows();
    all.sort_by(|one, other| {
        let order = compared(&one[member], &other[member]);
        if is_down { order.reverse() } else { order }
    });
    all
}

type Chosen = fn(&str, bool) -> Vec<Value>;

/// Runs against a service that answers with what is chosen for a member and a direction.
fn ends(parameters: &str, choose: Chosen) -> (conform::Report, Option<Verdict>) {
    let report = run(&document(parameters), &[], move |asked| {
        let shows = match query(asked, "sort") {
            Some(by) => {
                let is_down = by.starts_with('-') || query(asked, "dir") == Some("desc");
                choose(by.trim_start_matches('-'), is_down)
            }
            None => shows(),
        };
        (200, Vec::new(), json!({"shows": shows}))
    });
    let own = report.cases.iter().find(|case| case.id.ends_with("-sorts"));
    let verdict = own.map(|case| case.verdict);
    (report, verdict)
}

fn accused(report: &conform::Report) -> Vec<&str> {
    let found = report.findings.iter().map(|one| &*one.clause);
    found.filter(|clause| clause.ends_with("/sorts")).collect()
}

#[test]
fn an_order_that_is_ignored_or_the_wrong_way_is_found() {
    let rows: [(&str, &str, Chosen); 9] = [
        ("ignored", PRICE, |_, _| shows()),
        ("texts ignored", TITLE, |_, _| shows()),
        ("moments ignored", STARTS, |_, _| shows()),
        ("ignored, and nobody says which way", EITHER, |_, _| shows()),
        ("the wrong way", PRICE, |by, is_down| sorted(by, !is_down)),
        ("texts the wrong way", TITLE, |by, is_down| {
            sorted(by, !is_down)
        }),
        ("one way only", STARTS, |by, _| sorted(by, false)),
        ("by another member", PRICE, |_, is_down| {
            sorted("title", is_down)
        }),
        ("but for the last", PRICE, |by, is_down| {
            let mut all = sorted(by, is_down);
            all.swap(6, 8);
            all
        }),
    ];
    for (what, parameters, choose) in rows {
        let (report, _) = ends(parameters, choose);
        let clause = "listShows/query/sort/sorts";
        assert_eq!(accused(&report), [clause], "{what}: {:?}", report.cases);
        assert_eq!(report.exit_code, 1, "{what}");
    }
}

#[test]
fn an_order_that_is_right_for_somebody_is_left_in_peace() {
    const PASS: Option<Verdict> = Some(Verdict::Pass);
    const OPEN: Option<Verdict> = Some(Verdict::Inconclusive);
    let rows: [(&str, &str, Chosen, Option<Verdict>); 13] = [
        ("right", PRICE, sorted, PASS),
        ("right", TITLE, sorted, PASS),
        ("right", STARTS, sorted, PASS),
        ("up", EITHER, |by, _| sorted(by, false), PASS),
        ("down", EITHER, |by, _| sorted(by, true), PASS),
        (
            "nulls last",
            PRICE,
            |by, is_down| {
                let mut all = sorted(by, is_down);
                all.push(json!({"id": 99, "price": null}));
                all
            },
            PASS,
        ),
        (
            "pinned",
            PRICE,
            |by, is_down| {
                let mut all = sorted(by, is_down);
                let is_pinned = |show: &Value| show["pinned"] == json!(true);
                let at = all.iter().position(is_pinned).unwrap();
                let pinned = all.remove(at);
                all.insert(0, pinned);
                all
            },
            OPEN,
        ),
        (
            "in groups",
            PRICE,
            |by, is_down| {
                let mut all = sorted(by, is_down);
                for show in &mut all {
                    show["currency"] =
                        json!(["EUR", "USD"][show["id"].as_u64().unwrap() as usize % 2]);
                }
                all.sort_by_key(|show| show["currency"].to_string());
                all
            },
            OPEN,
        ),
        (
            "in other units",
            PRICE,
            |_, _| {
                let mut all = shows();
                all[3]["currency"] = json!("USD");
                all
            },
            OPEN,
        ),
        (
            "of one value",
            PRICE,
            |_, _| {
                let mut all = shows();
                all.iter_mut().for_each(|show| show["price"] = json!(1));
                all
            },
            OPEN,
        ),
        (
            "by the second word",
            TITLE,
            |_, is_down| {
                let mut all = sorted("title", is_down);
                for (n, show) in all.iter_mut().enumerate() {
                    let first = ["Nice", "Brief", "Old"][n % 3];
                    show["title"] = json!(format!("{first} {}", show["title"].as_str().unwrap()));
                }
                all
            },
            OPEN,
        ),
        (
            "a hint",
            "{name: sort, in: query, description: A hint., schema: {type: string, enum: [price]}}",
            |_, _| shows(),
            None,
        ),
        (
            "no member",
            "{name: sort, in: query, schema: {type: string, enum: [popular, hot]}}",
            |_, _| shows(),
            None,
        ),
    ];
    for (what, parameters, choose, wanted) in rows {
        let (report, verdict) = ends(parameters, choose);
        assert_eq!(accused(&report), Vec::<&str>::new(), "{what}: {parameters}");
        let reasons: Vec<_> = report.cases.iter().map(|case| &case.reason).collect();
        assert_eq!(verdict, wanted, "{what}: {parameters}: {reasons:?}");
    }
}

/// The document of a list that is described so, and read in pages.
fn described(text: &str) -> String {
    let at = "{name: at, in: query, schema: {type: integer}}";
    let whole = document(at).replace(
        "      operationId: listShows\n",
        &format!("      operationId: listShows\n      description: {text}\n"),
    );
    whole.replace(
        "                properties:\n                  shows",
        "                properties:\n                  next: {type: [string, 'null'], format: uri-reference}\n                  shows",
    )
}

/// Runs against a service that shows these, three on a page.
fn walked(text: &str, shows: Vec<Value>) -> conform::Report {
    run(&described(text), &[], move |asked| {
        let at: usize = query(asked, "at").unwrap_or("0").parse().unwrap_or(0);
        let page: Vec<&Value> = shows.iter().skip(at).take(3).collect();
        let next = (at + 3 < shows.len()).then(|| format!("/shows?at={}", at + 3));
        (200, Vec::new(), json!({"shows": page, "next": next}))
    })
}

#[test]
fn an_order_that_the_description_promises_is_held_against_the_walk() {
    const CLAUSE: &str = "listShows/state/sorted";
    let late = || {
        let mut all = sorted("price", false);
        all.swap(5, 8);
        all
    };
    for (what, text, shows, is_found) in [
        (
            "right",
            "Sorted by price, ascending.",
            sorted("price", false),
            false,
        ),
        (
            "the wrong way",
            "Sorted by price, ascending.",
            sorted("price", true),
            true,
        ),
        ("in none", "Sorted by price.", shows(), true),
        (
            "either way",
            "Sorted by price.",
            sorted("price", true),
            false,
        ),
        (
            "texts",
            "In alphabetical order of their titles.",
            shows(),
            true,
        ),
        (
            "on a later page",
            "Sorted by price, ascending.",
            late(),
            true,
        ),
        ("no promise", "Can be sorted by price.", shows(), false),
    ] {
        let report = walked(text, shows);
        let found = report.findings.iter().any(|one| one.clause == CLAUSE);
        assert_eq!(found, is_found, "{what}: {:?}", report.findings);
    }
    let report = walked("Sorted by price, ascending.", late());
    let found = report.findings.iter().find(|one| one.clause == CLAUSE);
    let at = found.unwrap().location.to_string();
    assert!(at.contains("/shows/0/price"), "{at}");
}
