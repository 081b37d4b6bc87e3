//! `--operation`: the report of a run that is about some operations tells of the others in numbers, and all that reads
//! reports goes on with it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::service::Fault;
use super::shards::{orders, run, told};
use super::support::Bench;

/// One operation of three that can be asked; it stands on none.
const ONE: [&str; 2] = ["--operation", "listCustomers"];

fn operations(report: &Value) -> BTreeSet<&str> {
    let clauses = report["clauses"].as_array().unwrap();
    let own = clauses.iter().map(|one| one["operation"].as_str().unwrap());
    own.collect()
}

/// The clauses of an operation that are the document's own; those that cases add, of walks and lives, come with the cases.
fn documented(clauses: &[Value], operation: &Value) -> u64 {
    let is_own = |one: &&Value| {
        let id = one["id"].as_str().unwrap();
        let added = ["/rule/", "/state/", "/selects", "/kept"];
        one["operation"] == *operation && !added.iter().any(|part| id.contains(part))
    };
    clauses.iter().filter(is_own).count() as u64
}

fn all_of(report: &Value, count: impl Fn(&Value) -> u64) -> u64 {
    let operations = report["operations"].as_array().unwrap();
    operations.iter().map(count).sum()
}

#[test]
fn what_was_not_chosen_is_told_in_numbers() {
    let bench = Bench::new();
    let (url, _runtime) = orders(None);
    let base = ["--base-url", &url];
    run(&bench, &[&base[..], &["--report", "json=w.json"]].concat()).code(0);
    let one = run(
        &bench,
        &[
            &base[..],
            &ONE,
            &["--record", "one.rec", "--report", "json=one.json"],
            &["--report", "junit=one.xml", "--report", "html=one.html"],
        ]
        .concat(),
    );
    let one = one.code(0);
    let (whole, part) = (bench.json("w.json"), bench.json("one.json"));
    assert!(operations(&whole).len() > 3);
    assert_eq!(operations(&part), BTreeSet::from(["listCustomers"]));

    // No clause is lost, and no count has one of the others.
    let counts = |report: &Value, key: &str| report["summary"]["clauses"][key].as_u64().unwrap();
    let listed = part["clauses"].as_array().unwrap().len() as u64;
    let others = counts(&part, "not_chosen");
    assert_eq!(counts(&part, "total"), listed);
    assert!(whole["summary"]["clauses"]["not_chosen"].is_null());
    for level in ["must", "should", "info"] {
        let clauses = part["clauses"].as_array().unwrap().iter();
        let own = clauses.filter(|one| one["level"] == level).count() as u64;
        assert_eq!(part["summary"]["coverage"][level]["total"], own, "{level}");
    }
    let whole_clauses = whole["clauses"].as_array().unwrap().clone();
    let sum = all_of(&part, |one| {
        one["clauses"]["not_chosen"].as_u64().unwrap_or(0)
    });
    assert_eq!(sum, others);
    let (all, known) = (&part["operations"], &whole["operations"]);
    let pairs = all
        .as_array()
        .unwrap()
        .iter()
        .zip(known.as_array().unwrap());
    for (one, whole) in pairs {
        if one["id"] == "listCustomers" {
            assert_eq!(one["clauses"], whole["clauses"]);
            continue;
        }
        assert_eq!(one["state"], "not_chosen");
        assert_eq!(
            one["clauses"]["not_chosen"],
            documented(&whole_clauses, &one["id"])
        );
        assert_eq!(one["clauses"]["total"], 0);
    }
    let names = all.as_array().unwrap().len() - 1;
    let told_so = format!("{others} clauses of {names} operations not chosen by --operation");
    assert!(one.out.contains(&told_so), "{}", one.out);
    assert!(bench.read("one.xml").contains(&told_so));
    assert!(bench.read("one.html").contains(&told_so));
    assert_eq!(bench.read("one.xml").matches("not chosen").count(), 1);

    let again = [
        &ONE[..],
        &["--replay", "one.rec", "--report", "json=again.json"],
    ]
    .concat();
    run(&bench, &again).code(0);
    assert_eq!(told(&bench, "again.json"), told(&bench, "one.json"));

    // What was tested and was not asked for is not tested any more; it is not gone, and on the way back not new.
    let less = bench.run(&["diff", "w.json", "one.json", "--gate", "coverage"]);
    let less = less.code(1).out;
    assert!(less.contains("no longer exercised"), "{less}");
    assert!(less.contains("not chosen by --operation"), "{less}");
    assert!(!less.contains("only in the"), "{less}");
    let more = bench.run(&["diff", "one.json", "w.json"]).code(0).out;
    assert!(more.contains("newly exercised"), "{more}");
    assert!(!more.contains("only in the"), "{more}");
}

#[test]
fn what_is_demanded_is_demanded_of_what_was_chosen() {
    let bench = Bench::new();
    let (url, _runtime) = orders(None);
    let demanded = |least: &str, more: &[&str]| {
        let args = [
            "--base-url",
            &url,
            "--min-coverage",
            least,
            "--report",
            "json",
        ];
        run(&bench, &[&args[..], more].concat())
    };
    let shown = demanded("100", &ONE).code(3).out;
    let share = shown.split(" were exercised, ").nth(1).unwrap();
    let share = share.split(" %").next().unwrap();
    assert!(share.parse::<f64>().unwrap() > 50.0, "{shown}");
    demanded("50", &ONE).code(0);
}

#[test]
fn shards_and_a_baseline_serve_a_run_of_some_operations() {
    let bench = Bench::new();
    let (url, _runtime) = orders(Some(Fault::WrongIdType));
    let base = ["--base-url", &url];
    let known = [
        &base[..],
        &["--write-baseline", "b.yaml", "--report", "json"],
    ]
    .concat();
    run(&bench, &known).code(1);
    let written = bench.read("b.yaml");
    let some = ["--operation", "list*", "--report", "json=some.json"];
    let some = run(&bench, &[&base[..], &some].concat()).code;
    let mut settle = vec!["--operation", "list*", "--report", "json=settled.json"];
    for (shard, file) in [("1/2", "1.rec"), ("2/2", "2.rec")] {
        let part = ["--operation", "list*", "--shard", shard, "--record", file];
        assert_ne!(run(&bench, &[&base[..], &part].concat()).code, 2);
        settle.extend(["--replay", file]);
    }
    run(&bench, &settle).code(some);
    assert_eq!(told(&bench, "settled.json"), told(&bench, "some.json"));
    // Its entries for other operations are neither unknown nor stale, and are kept.
    let less = ["--baseline", "b.yaml", "--write-baseline", "b.yaml"];
    let args = [&base[..], &ONE, &less, &["--report", "json"]].concat();
    run(&bench, &args).code(0);
    assert_eq!(bench.read("b.yaml"), written);
}

#[test]
fn a_proof_is_of_the_clauses_that_were_chosen() {
    let bench = Bench::new();
    let (url, _runtime) = orders(None);
    let record = [&["--base-url", &url, "--record", "one.rec"][..], &ONE].concat();
    run(&bench, &record).code(0);
    let mut prove = bench.command();
    prove.args([
        "prove",
        "--spec",
        super::shards::ORDERS,
        "--replay",
        "one.rec",
    ]);
    prove
        .args(ONE)
        .args(["--format", "json", "--min-score", "0"]);
    let proof = super::support::done(&prove.output().unwrap()).code(0).out;
    let proof: Value = serde_json::from_str(&proof).unwrap();
    let clauses = proof["clauses"].as_array().unwrap();
    let is_own = |one: &Value| {
        one["clause"]
            .as_str()
            .unwrap()
            .starts_with("listCustomers/")
    };
    assert!(clauses.len() > 5 && clauses.iter().all(is_own));
    let left_out = proof["left_out"].as_array().unwrap();
    assert!(
        left_out
            .iter()
            .any(|one| one[1] == "not chosen by --operation")
    );
}
