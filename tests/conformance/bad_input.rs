//! What a person writes wrongly is named with its place and the nearest right name, before anything is sent.

use std::collections::BTreeMap;

use conform::battery::{Plan, Selection};
use conform::contract::Contract;
use conform::ledger::Baseline;
use conform::mock;

use crate::servers::{contract, plan};

/// What is said of a case or rule file.
fn said_of(text: &str) -> String {
    let (mut battery, contract) = contract();
    if let Err(error) = battery.add("mine.yaml", text, false) {
        return error.to_string();
    }
    let selection = Selection {
        parameters: BTreeMap::from([
            ("plugin_id".to_owned(), mock::PLUGIN_ID.to_owned()),
            ("environment".to_owned(), mock::ENVIRONMENT.to_owned()),
        ]),
        ..Selection::default()
    };
    match Plan::new(contract, &battery, &selection) {
        Ok(_) => "nothing".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn assert_said(text: &str, words: &[&str]) {
    let said = said_of(text);
    for word in words {
        assert!(
            said.contains(word),
            "{word:?} is not in {said:?}, said of\n{text}"
        );
    }
}

const CASE: &str = "case: mine\ntitle: t\noperation: list-versions\nexpects: any\naccepts: [200]\naims: []\nmeans: m\n";
const RULE: &str = "rule: mine\ntitle: t\noperation: list-versions\nlevel: must\nplace: \"\"\nover: items\neach: /data\nbind:\n  v: /id\npredicate: not-empty\nmeans: m\nremedy: r\nhurts: h\nunexercised: u\n";

#[test]
fn cases() {
    assert_eq!(said_of(CASE), "nothing");
    let with = |from: &str, to: &str| CASE.replace(from, to);
    assert_said(
        &with("title", "titel"),
        &["mine.yaml:2", "titel", "did you mean `title`?"],
    );
    assert_said(
        &with("list-versions", "list-version"),
        &["mine.yaml:3", "did you mean `list-versions`?"],
    );
    assert_said(
        &with("aims: []", "aims: [securty]"),
        &["mine.yaml:6", "did you mean `security`?"],
    );
    assert_said(&with("any", "refusal"), &["mine.yaml", "one reason"]);
    assert_said(&with("[200]", "[2OO]"), &["mine.yaml:5"]);
    assert_said("", &["mine.yaml"]);
    assert_said("case: [", &["mine.yaml"]);
    assert_said("nothing: 1", &["case:", "rule:", "battery:"]);
}

#[test]
fn rules() {
    assert_eq!(said_of(RULE), "nothing");
    let with = |from: &str, to: &str| RULE.replace(from, to);
    assert_said(
        &with("not-empty", "not-emty"),
        &["mine.yaml", "did you mean `not-empty`?"],
    );
    assert_said(&with("each: /data\n", ""), &["mine.yaml", "each"]);
    assert_said(
        &with("place: \"\"", "place: 200/bod"),
        &["mine.yaml:5", "200/bod"],
    );
    assert_said(&with("/id", "id"), &["mine.yaml:9", "`id` is no value"]);
    let follows = |name: &str| with("means: m", &format!("follows: [{name}]\nmeans: m"));
    assert_eq!(said_of(&follows("ids-are-unique")), "nothing");
    assert_said(
        &follows("ids-are-uniqe"),
        &["mine.yaml:11", "did you mean `ids-are-unique`?"],
    );
    assert_said(&follows("mine"), &["mine.yaml:11", "no other rule `mine`"]);
}

#[test]
fn parameters() {
    let (battery, contract) = contract();
    let made = |names: &[(&str, &str)]| {
        let parameters = names
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let selection = Selection {
            parameters: parameters.collect(),
            ..Selection::default()
        };
        Plan::new(std::sync::Arc::clone(&contract), &battery, &selection)
            .map(|_| ())
            .map_err(|error| error.to_string())
    };
    assert_eq!(made(&[("plugin_id", "p"), ("environment", "e")]), Ok(()));
    let missing = made(&[("plugin_id", "p")]).unwrap_err();
    assert!(missing.contains("--param environment="), "{missing}");
    let wrong = made(&[("plugin", "p"), ("environment", "e")]).unwrap_err();
    assert!(wrong.contains("did you mean `plugin_id`?"), "{wrong}");
}

#[test]
fn baselines() {
    let plan = plan();
    let today = "2030-01-01".parse().unwrap();
    let read = |text: &str| {
        let text = text.replace("CLAUSE", "list-versions/rule/version-is-semver");
        Baseline::read("known.yaml", &text, plan, today)
            .map(|baseline| baseline.entries.len())
            .map_err(|error| error.to_string())
    };
    let entry = "findings:\n  - clause: CLAUSE\n    case: walk\n    reason: known\n    expires: 2031-01-01\n";
    assert_eq!(read(entry), Ok(1));
    assert_eq!(read("findings: []"), Ok(0));
    for (from, to, words) in [
        ("CLAUSE", "CLAUSES", "known.yaml:2"),
        (
            "CLAUSE",
            "list-versions/rule/version-is-semvr",
            "did you mean",
        ),
        ("walk", "wlak", "did you mean `walk`?"),
        ("known", "\" \"", "a reason is needed"),
        ("2031-01-01", "soon", "known.yaml:5"),
        ("reason", "reson", "did you mean"),
        ("findings", "finding", "known.yaml:1"),
    ] {
        let said = read(&entry.replacen(from, to, 1)).unwrap_err();
        assert!(said.contains(words), "{to}: {words:?} is not in {said:?}");
    }
}

#[test]
fn contracts() {
    let load = |text: &str| Contract::load("mine.yaml", text.to_owned(), &[]);
    for (text, words) in [
        ("", "mine.yaml"),
        ("[]", "mapping"),
        ("swagger: '1.2'\n", "1.2"),
        ("openapi: 4.0.0\npaths: {}\n", "4.0.0"),
        ("info: {}\n", "neither `openapi` nor `paths`"),
        ("a: b: c\n", "mine.yaml:1"),
    ] {
        let said = load(text).map(|_| ()).unwrap_err().to_string();
        assert!(said.contains(words), "{words:?} is not in {said:?}");
    }
    for (text, words) in [
        ("openapi: 3.0.3\n", "nothing to test"),
        ("openapi: 3.0.3\npaths: {/a: {get: {}}}\n", "`responses`"),
        (
            "openapi: 3.0.3\npaths: {/a: {get: {responses: {'200': {$ref: '#/x'}}}}}\n",
            "#/x",
        ),
    ] {
        let warnings = load(text).unwrap().warnings;
        let said: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        assert!(
            said.concat().contains(words),
            "{words:?} is not in {said:?}"
        );
    }
}
