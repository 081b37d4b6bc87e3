//! A green run is never about the wrong server: what has to be said before the reference server is tested.

use super::support::{Bench, done};

#[test]
fn what_was_meant_for_another_target_does_not_test_the_reference_server() {
    let bench = Bench::new();
    for (name, value, piece) in [
        ("CONFORM_BASE_URL", "", "CONFORM_BASE_URL is set and empty"),
        (
            "CONFORM_BASEURL",
            "http://127.0.0.1:1",
            "did you mean `CONFORM_BASE_URL`?",
        ),
    ] {
        for command in ["run", "prove"] {
            let output = bench
                .command()
                .env(name, value)
                .arg(command)
                .output()
                .unwrap();
            done(&output).code(2).error(&[piece]);
        }
    }
    bench.write(
        "conform.toml",
        "[run]\nretries = 1\n[profile.ci]\nrate = 5\n",
    );
    for (args, piece) in [
        (&["run"][..], "conform.toml gives no base URL"),
        (
            &["run", "--profile", "ci"],
            "with the profile ci gives no base URL",
        ),
        (&["prove"], "conform.toml gives no base URL"),
    ] {
        bench
            .run(args)
            .code(2)
            .error(&[piece, "--base-url reference"]);
    }
    let mut command = bench.command();
    let output = command
        .env("CONFORM_BASE_URL", "")
        .args(["run", "-q", "--base-url", "reference"]);
    done(&output.output().unwrap()).code(0);
    assert!(
        bench
            .run(&["run", "--list"])
            .code(0)
            .out
            .contains("valid-first-page")
    );
}

#[test]
fn a_document_has_to_be_tested_somewhere_and_its_server_is_named_only() {
    let bench = Bench::new();
    let document = |servers: &str| {
        format!(
            "openapi: 3.0.3\ninfo: {{title: T, version: '1'}}\n{servers}paths:\n  /a:\n    get:\n      responses:\n        '200': {{description: d}}\n"
        )
    };
    let region = "servers:\n- url: /relative\n- url: https://{region}.example.com/v1\n  variables: {region: {default: eu}}\n";
    for (servers, piece) in [
        (region, "https://eu.example.com/v1"),
        ("", "there is no base URL"),
    ] {
        bench.write("other.yaml", &document(servers));
        let run = bench.run(&["run", "--spec", "other.yaml"]).code(2);
        run.error(&["other.yaml", piece, "--base-url URL"]);
    }
    let fragment = include_str!("../../spec/ccpm-v1.yaml");
    bench.write("own.yaml", fragment);
    let error = bench.run(&["run", "--spec", "own.yaml"]).code(2);
    error.error(&["https://api.confluent.cloud"]);
    let named = ["run", "-q", "--spec", "own.yaml", "--base-url", "reference"];
    bench.run(&named).code(0);
}

#[test]
fn every_output_says_that_it_was_the_reference_server_also_on_replay() {
    let bench = Bench::new();
    let reports = [
        "--report",
        "json=a.json",
        "--report",
        "junit=a.xml",
        "--report",
        "html=a.html",
    ];
    let record = ["run", "-q", "--record", "a.rec"];
    let first = bench.run(&[&record[..], &reports].concat()).code(0);
    let replay = ["run", "-q", "--replay", "a.rec"];
    let again = bench.run(&[&replay[..], &reports].concat()).code(0);
    for done in [first, again] {
        assert!(
            done.out
                .contains("the reference server at http://127.0.0.1:"),
            "{}",
            done.out
        );
        assert_eq!(bench.json("a.json")["target"]["reference"], true);
        assert!(bench.read("a.xml").contains(" at the reference server\""));
        assert!(bench.read("a.html").contains("the reference server at "));
    }
}

#[test]
fn proof_and_the_list_of_clauses_read_the_configuration() {
    let bench = Bench::new();
    bench.write(
        "conform.toml",
        "[run]\nspec = \"other.yaml\"\nno-default-cases = true\n[run.levels]\n\"a/200/status\" = \"off\"\n",
    );
    bench.write(
        "other.yaml",
        "openapi: 3.0.3\ninfo: {title: T, version: '1'}\nservers: [{url: 'http://h.example'}]\npaths:\n  /a:\n    get:\n      operationId: a\n      responses:\n        '200': {description: d}\n        '404': {description: d}\n",
    );
    let listed = bench.run(&["clauses"]).code(0).out;
    assert!(
        listed.contains("a/404/status") && !listed.contains("a/200/status"),
        "{listed}"
    );
    let colored = bench.run(&["clauses", "--color", "always"]).code(0).out;
    assert!(colored.contains("\u{1b}["), "{colored}");
    let explained = bench.run(&["explain", "a/404/status", "--color", "always"]);
    assert!(explained.code(0).out.contains("\u{1b}["));
    let error = bench.run(&["prove"]).code(2);
    error.error(&["other.yaml", "http://h.example"]);
}
