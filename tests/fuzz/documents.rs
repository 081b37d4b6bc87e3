//! Documents, read whole and derived from: each clause found by its id, and each schema compiled.

use std::collections::BTreeMap;
use std::sync::Arc;

use conform::battery::{Battery, Plan, Selection};
use conform::contract::Contract;
use conform::derive::{Wish, derive};

use super::bounds::{self, Harness, project};

/// Clauses that are looked up of each document: some unfold to thousands.
const LOOKED_UP: usize = 100;

fn read(text: &[u8]) {
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    let contract = match Contract::load("fuzz.yaml", text.to_owned(), &[]) {
        Ok(contract) => contract,
        Err(error) => {
            let said = error.to_string();
            assert!(said.starts_with("fuzz.yaml"), "{said}");
            return;
        }
    };
    for (ix, clause) in contract.clauses.iter().take(LOOKED_UP) {
        assert_eq!(
            contract.clauses.find(clause.id()),
            Some(ix),
            "{}",
            clause.id()
        );
    }
    (0..contract.operations.len()).for_each(|operation| contract.prepare(operation));
    // What does not compile is told of with its place, too.
    for warning in contract.all_warnings() {
        let said = warning.to_string();
        assert!(said.starts_with("fuzz.yaml:"), "{said}");
    }
    let derived = derive(&contract, &Wish::default());
    let mut battery = Battery::default();
    battery.add_derived("derived", derived.cases, derived.bindings);
    let selection = Selection {
        parameters: BTreeMap::new(),
        sends_nothing: true,
        ..Selection::default()
    };
    // What is derived fits its contract.
    let plan = Plan::new(Arc::new(contract), &battery, &selection);
    let plan = plan.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(plan.unfit, [""; 0]);
}

const WORDS: &[&str] = &[
    "null",
    "true",
    "[]",
    "{}",
    "~",
    "- ",
    ": ",
    "&a ",
    "*a",
    "<<: *a",
    "!!binary ",
    "|",
    ">",
    "---\n",
    "'",
    "\"",
    "#",
    "\t",
    "$ref: '#/components/schemas/Pet'",
    "$ref: '#'",
    "$ref: '#/paths'",
    "$ref: other.yaml",
    "$ref: http://x/y",
    "allOf: [{}, {}]",
    "oneOf",
    "anyOf",
    "not: {}",
    "type: [object, 'null']",
    "nullable: true",
    "enum: []",
    "enum: [null]",
    "pattern: '(?<=a)[\\w-.]'",
    "pattern: '('",
    "maxLength: -1",
    "minimum: 1e400",
    "maximum: 0.1",
    "multipleOf: 0",
    "format: date-time",
    "minItems: 99999999",
    "additionalProperties: false",
    "in: path",
    "in: cookie",
    "required: true",
    "required: [a, a]",
    "style: deepObject",
    "discriminator: {propertyName: a}",
    "readOnly: true",
    "deprecated: 1",
    "'200'",
    "default",
    "2XX",
    "application/json",
    "*/*",
    "openapi: 3.1.0",
    "swagger: '2.0'",
    "swagger",
    "x-a",
    "{id}",
    "/",
    "get",
    "post",
    "parameters",
    "responses",
    "schema",
    "items",
    "properties",
    "9999999999999999999999",
    "é",
    "\u{202e}",
    "\u{85}",
];

#[test]
fn documents() {
    let _turn = bounds::turn();
    let harness = Harness {
        name: "documents",
        seeds: [
            "spec/ccpm-v1.yaml",
            "tests/fixtures/inventory-3.1.yaml",
            "examples/orders/openapi.yaml",
        ]
        .map(project)
        .to_vec(),
        words: WORDS,
        cases: 40,
        mebibytes: 256,
        times: 200,
        work: &read,
    };
    harness.run();
}
