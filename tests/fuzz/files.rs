//! Case, rule and binding files, bound to the embedded contract; rules are put to the test on a right answer.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use conform::battery::{Battery, Plan, Selection, pack};
use conform::contract::Contract;
use conform::mock;

use super::answers::{judged, right};
use super::bounds::{self, Harness, project};

const WORDS: &[&str] = &[
    "null",
    "true",
    "[]",
    "{}",
    "- ",
    ": ",
    "*",
    "GET /",
    "list-versions",
    "/data",
    "/id",
    "/data/*/id",
    "\"\"",
    "'",
    "|",
    "5s",
    "[200]",
    "'4XX'",
    "expression: ",
    "predicate: semver",
    "over: items",
    "over: walk",
    "bind:\n  v: /id\n",
    "v == v",
    "v + v",
    "v.matches('(a+)+$')",
    "[v, v].map(x, [v, v].map(y, x + y))",
    ".all(x, true)",
    "size(v) / 0",
    "v.nosuch()",
    "!",
    "(",
    ")",
    " ? v : v",
    "\"a\" + ",
    "steps:\n",
    "accepts: [200]",
    "expects: any",
    "aims: []",
    "level: must",
    "9999999999999999999",
    "é",
];

#[test]
fn files() {
    let _turn = bounds::turn();
    let (_, answer) = right();
    let embedded = Battery::embedded().unwrap();
    let text = pack::SPEC.text.to_owned();
    let contract = Arc::new(Contract::load(pack::SPEC.name, text, &embedded.aliases()).unwrap());
    let selection = Selection {
        parameters: BTreeMap::from([
            ("plugin_id".to_owned(), mock::PLUGIN_ID.to_owned()),
            ("environment".to_owned(), mock::ENVIRONMENT.to_owned()),
        ]),
        ..Selection::default()
    };
    let work = |input: &[u8]| {
        let Ok(text) = std::str::from_utf8(input) else {
            return;
        };
        let mut battery = embedded.clone();
        if let Err(error) = battery.add("fuzz.yaml", text, false) {
            let said = error.to_string();
            assert!(said.starts_with("fuzz.yaml"), "{said}");
            return;
        }
        if let Ok(plan) = Plan::new(Arc::clone(&contract), &battery, &selection) {
            judged(&plan, &answer, &answer.body);
        }
    };
    let mut seeds = Vec::new();
    for folder in ["cases/ccpm-v1/cases", "cases/ccpm-v1/rules"] {
        let entries =
            std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap();
        let mut names: Vec<_> = entries.flatten().map(|entry| entry.file_name()).collect();
        names.sort();
        seeds.extend(
            names
                .iter()
                .map(|name| project(&format!("{folder}/{}", name.to_string_lossy()))),
        );
    }
    let harness = Harness {
        name: "files",
        seeds,
        words: WORDS,
        cases: 60,
        mebibytes: 64,
        times: 200,
        work: &work,
    };
    harness.run();
}
