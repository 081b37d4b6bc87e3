//! `conform prove`: its three forms tell the same, and the exit code with them.

use super::support::Bench;

#[test]
fn the_whole_battery_guards_every_clause_that_counts() {
    let bench = Bench::new();
    let text = bench.run(&["prove"]).code(0).out;
    assert!(text.contains("score     100.0 %"), "{text}");
    let json = bench.run(&["prove", "--format", "json"]).code(0).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["passes"], true);
    for key in [
        "schema_version",
        "score",
        "mutants",
        "clauses",
        "benign",
        "broken_before",
    ] {
        assert!(!json[key].is_null(), "{key}");
    }
    let page = bench.run(&["prove", "--format", "html"]).code(0).out;
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains("100.0 % guarded"));
    assert!(!page.contains("<script"));
}

#[test]
fn a_case_left_out_is_missed_by_name() {
    let bench = Bench::new();
    let args = ["prove", "--skip", "walk", "--format", "json"];
    let json: serde_json::Value = serde_json::from_str(&bench.run(&args).code(1).out).unwrap();
    let clauses = json["clauses"].as_array().unwrap();
    let guard = |id: &str| {
        let found = clauses.iter().find(|one| one["clause"] == id);
        found.unwrap()["guard"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        guard("list-versions/rule/walk-repeats-nothing"),
        "unguarded"
    );
    assert_eq!(
        guard("list-versions/rule/ids-are-unique"),
        "killed by another"
    );
    assert_eq!(guard("list-versions/rule/version-is-semver"), "guarded");
    bench
        .run(&[
            "prove",
            "--skip",
            "walk",
            "--min-score",
            "90",
            "--format",
            "html",
        ])
        .code(0);
}
