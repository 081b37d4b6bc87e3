//! Which promises of a walk a collection has, and what a rule file may say of them.

use std::sync::Arc;

use super::{Battery, Plan, Selection};
use crate::contract::{Contract, Level};

const SPEC: &str = "openapi: 3.1.0
info: {title: Things, version: 1.0.0}
paths:
  /things:
    get:
      operationId: listThings
      responses:
        '200':
          description: A page of things.
          content:
            application/json:
              schema: {type: object, properties: {next: {type: string, description: The next page.}}}
";
const BINDING: &str = "battery: things
alias: things
operation: GET /things
collection: {items: /items, id: /id, next: /next}
";
const WALK: &str = "case: walk-things
title: A walk over all things
operation: things
does: walk
expects: success
accepts: [200]
aims: []
means: It walks.
";

fn plan(rule: Option<&str>) -> Result<Plan, String> {
    let mut battery = Battery::default();
    battery.add("things.yaml", BINDING, false).unwrap();
    battery.add("walk-things.yaml", WALK, false).unwrap();
    if let Some(predicate) = rule {
        let text = format!(
            "rule: walk-ends\ntitle: It ends\noperation: things\nlevel: should\nplace: \"\"\nover: walk\npredicate: {predicate}\nmeans: m\nremedy: r\nhurts: h\nunexercised: u\n"
        );
        battery.add("walk-ends.yaml", &text, false).unwrap();
    }
    let contract = Contract::load("things", SPEC.to_owned(), &battery.aliases()).unwrap();
    Plan::new(Arc::new(contract), &battery, &Selection::default())
        .map_err(|error| error.to_string())
}

#[test]
fn every_collection_has_the_promises_of_what_it_has() {
    let plan = plan(None).unwrap();
    let level = |id: &str| Some(plan.clauses.get(plan.clauses.find(id)?).level);
    for (id, expected) in [
        ("things/rule/walk-ends", Some(Level::Must)),
        ("things/rule/walk-repeats-nothing", Some(Level::Must)),
        ("things/rule/walk-loses-nothing", None),
        ("things/rule/next-link-leads-to-page", Some(Level::Must)),
        ("things/rule/order-is-stable", Some(Level::Should)),
        ("things/rule/total-size-is-constant", None),
        ("things/rule/last-link-leads-to-last-page", None),
    ] {
        assert_eq!(level(id), expected, "{id}");
    }
    let ends = plan.clauses.find("things/rule/walk-ends").unwrap();
    let pointer = &plan.clauses.get(ends).pointer;
    assert!(
        pointer.ends_with("/properties/next/description"),
        "{pointer}"
    );
    assert!(plan.cases[0].aims.contains(&ends));
}

#[test]
fn a_rule_file_gives_a_promise_its_own_words_and_cannot_take_its_name() {
    let plan_of_its_own = plan(Some("walk-ends")).unwrap();
    let clauses = &plan_of_its_own.clauses;
    let clause = clauses.get(clauses.find("things/rule/walk-ends").unwrap());
    assert_eq!((clause.level, &*clause.text), (Level::Should, "It ends"));
    let error = plan(Some("ids-are-unique")).unwrap_err();
    assert!(error.contains("walk-ends.yaml:1"), "{error}");
    assert!(error.contains("predicate: walk-ends"), "{error}");
}
