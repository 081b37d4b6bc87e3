//! `conform prove`: its three forms tell the same, and the exit code with them.

use super::support::Bench;

#[test]
fn the_whole_battery_guards_every_clause_that_counts() {
    let bench = Bench::new();
    let json = bench.run(&["prove", "--format", "json"]).code(0).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["score"], 100.0);
    assert_eq!(json["passes"], true);
    for key in [
        "schema_version",
        "mutants",
        "clauses",
        "benign",
        "broken_before",
    ] {
        assert!(!json[key].is_null(), "{key}");
    }
}

/// One case alone is proven in a moment; the whole battery takes the same way.
#[test]
fn the_three_forms_tell_the_same() {
    let bench = Bench::new();
    let few = |format: &str, code| {
        let args = ["prove", "--case", "head", "--format", format];
        bench.run(&args).code(code).out
    };
    let json: serde_json::Value = serde_json::from_str(&few("json", 1)).unwrap();
    assert_eq!(json["passes"], false);
    let score = format!("{:.1} %", json["score"].as_f64().unwrap());
    let text = few("text", 1);
    assert!(text.contains(&format!("score     {score}")), "{text}");
    let page = few("html", 1);
    assert!(page.starts_with("<!DOCTYPE html>") && page.contains(&format!("{score} guarded")));
    assert!(!page.contains("<script"));
    let enough = ["prove", "--case", "head", "--min-score", "0"];
    bench.run(&enough).code(0);
}

#[test]
fn a_case_left_out_is_missed_by_name() {
    let bench = Bench::new();
    let args = [
        "prove",
        "--case=valid-first-page",
        "--case=page-links",
        "--format=json",
    ];
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
}

#[test]
fn a_rule_that_cannot_be_evaluated_is_refused_and_not_called_unguarded() {
    let bench = Bench::new();
    let rule = "rule: odd\ntitle: t\noperation: list-versions\nlevel: must\nplace: 200/body/data[]/spec/version\nover: items\nstatuses: [200]\neach: /data\nbind: {version: /spec/version}\nexpression: 1/0 == 1\nmeans: m\nremedy: r\nhurts: h\nunexercised: u\n";
    bench.write("r.yaml", rule);
    for command in ["run", "prove"] {
        let done = bench.run(&[command, "--cases", "r.yaml"]).code(2);
        let piece =
            "r.yaml:10: the expression of the rule `odd` cannot be evaluated: it divides by zero";
        assert!(done.err.contains(piece), "{command}: {}", done.err);
        assert!(!done.out.contains("score"), "{}", done.out);
    }
}
