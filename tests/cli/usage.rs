//! What a person can get wrong: exit code 2, and one message with the place and what was meant.

use super::support::{Bench, done, parameters, serve_v_versions};

const CASE: &str = "case: mine\ntitle: Mine\noperation: list-versions\nexpects: success\naccepts: [200]\naims: [200/status]\nmeans: Nothing.\n";

#[test]
fn bad_flags() {
    let bench = Bench::new();
    let done = bench.run(&["run", "--retrys", "1"]).code(2);
    assert!(done.err.contains("--retries"), "{}", done.err);
    bench.run(&[]).code(2);
    bench
        .run(&["rnu"])
        .code(2)
        .error(&["`rnu` is not a command", "did you mean `run`?"]);
    for (args, pieces) in [
        (["--timeout", "soon"], ["--timeout", "10s"]),
        (["--timeout", "0"], ["--timeout", "1ms"]),
        (["--max-time", "0s"], ["--max-time", "1ms"]),
        (
            ["--rate", "0"],
            ["--rate", "`0` is not a whole number from 1"],
        ),
        (["--concurrency", "0"], ["--concurrency", "from 1"]),
        (["--max-pages", "0"], ["--max-pages", "from 1"]),
        (["--min-coverage", "nan"], ["--min-coverage", "`nan`"]),
        (["--max-body", "0"], ["--max-body", "16MiB"]),
        (["--report", "yaml"], ["--report yaml", "junit"]),
        (["--report", "json="], ["--report json=", "path"]),
        (["--min-coverage", "120"], ["--min-coverage", "100"]),
        (["--base-url", "ftp://x"], ["--base-url", "http://HOST"]),
        (["--param", "environment"], ["--param", "NAME=VALUE"]),
        (["--header", "X"], ["--header", "NAME: VALUE"]),
        (
            ["--param", "enviroment=x"],
            ["`enviroment`", "did you mean `environment`?"],
        ),
        (["--config", "no.toml"], ["no.toml", "cannot be read"]),
        (["--baseline", "no.yaml"], ["no.yaml", "cannot be read"]),
    ] {
        bench
            .run(&[&["run"], &args[..]].concat())
            .code(2)
            .error(&pieces);
    }
}

#[test]
fn bad_levels_are_named_with_file_and_line() {
    let bench = Bench::new();
    for (line, pieces) in [
        (
            "\"200/status\" = \"never\"",
            ["conform.toml:3: ", "`never`"],
        ),
        (
            "\"200/sttus\" = \"off\"",
            [
                "conform.toml:3: no clause is like `200/sttus`",
                "did you mean `200/status`?",
            ],
        ),
    ] {
        let file = format!("[run.levels]\n\"*/429/**\" = \"off\"\n{line}\n");
        bench.write("conform.toml", &file);
        let run = ["run", "--base-url", "reference"];
        bench.run(&run).code(2).error(&pieces);
    }
}

#[test]
fn bad_values_in_the_environment() {
    let bench = Bench::new();
    for (name, value, pieces) in [
        (
            "CONFORM_TIMEOUT",
            "5x",
            ["`5x` is not a duration", "--timeout"],
        ),
        ("CONFORM_RETRIES", "some", ["'some'", "--retries"]),
        ("CONFORM_QUIET", "maybe", ["'maybe'", "--quiet"]),
    ] {
        let mut command = bench.command();
        let output = command.env(name, value).arg("run").output().unwrap();
        super::support::done(&output).code(2).error(&pieces);
    }
    let mut command = bench.command();
    let command = command
        .env("CONFORM_TIMEOUT", "")
        .env("CONFORM_QUIET", "true");
    let done = super::support::done(&command.arg("run").output().unwrap()).code(0);
    assert_eq!(done.out.lines().count(), 1, "{}", done.out);
}

#[test]
fn bad_and_missing_specs() {
    let bench = Bench::new();
    let missing = bench.run(&["run", "--spec", "no.yaml"]).code(2);
    missing.error(&["no.yaml", "cannot be read"]);
    bench.write("a.yaml", "openapi: 3.0.3\npaths: [");
    bench
        .run(&["run", "--spec", "a.yaml"])
        .code(2)
        .error(&["a.yaml:"]);
    bench.write("b.yaml", "just: text\n");
    bench
        .run(&["run", "--spec", "b.yaml"])
        .code(2)
        .error(&["b.yaml:1", "paths"]);
}

#[test]
fn bad_battery_files_are_named_with_line_and_nearest_name() {
    let bench = Bench::new();
    let rule = "rule: mine\ntitle: Mine\noperation: list-versions\nlevel: must\nplace: \"\"\nover: items\neach: /data\nbind:\n  a: /id\npredicate: semvr\nmeans: m\nremedy: r\nhurts: h\nunexercised: u\n";
    for (text, pieces) in [
        (
            CASE.replace("expects", "expect"),
            ["f.yaml:4:", "did you mean `expects`?"],
        ),
        (
            CASE.replace("list-versions", "list-version"),
            ["f.yaml:3:", "did you mean `list-versions`?"],
        ),
        (
            CASE.replace("200/status", "200/statu"),
            ["f.yaml:6:", "did you mean `200/status`?"],
        ),
        (
            format!("{CASE}control: walks\n"),
            ["f.yaml:8:", "did you mean `walk`?"],
        ),
        (
            format!("{CASE}request:\n  path:\n    plugin: {{text: x}}\n"),
            ["f.yaml:10:", "did you mean `plugin_id`?"],
        ),
        (rule.to_owned(), ["f.yaml:10:", "did you mean `semver`?"]),
        (
            rule.replace("predicate: semvr", "expression: b > 1"),
            ["f.yaml:10:", "`b` is not bound"],
        ),
        (
            rule.replace("predicate: semvr", "expression: a.nosuch()"),
            ["f.yaml:10:", "there is no function `nosuch`"],
        ),
        // What only a value shows ends the run.
        (
            rule.replace("predicate: semvr", "expression: a + 'x'"),
            ["f.yaml:10:", "it gives string, not true or false"],
        ),
        ("nothing: 1\n".to_owned(), ["f.yaml:1:", "`case:`"]),
    ] {
        bench.write("f.yaml", &text);
        let done = bench.run(&["run", "--cases", "f.yaml"]).code(2);
        done.error(&pieces);
    }
    let missing = bench.run(&["run", "--cases", "no.yaml"]).code(2);
    missing.error(&["no.yaml", "cannot be read"]);
}

#[test]
fn a_named_target_needs_parameters_and_credentials() {
    let bench = Bench::new();
    let url = ["run", "--base-url", "http://127.0.0.1:1"];
    bench
        .run(&url)
        .code(2)
        .error(&["plugin_id", "--param plugin_id=VALUE"]);
    let parameters = parameters();
    let args: Vec<&str> = url
        .into_iter()
        .chain(parameters.iter().map(String::as_str))
        .collect();
    bench.run(&args).code(2).error(&[
        "CONFLUENT_CLOUD_API_KEY",
        "CONFLUENT_CLOUD_API_SECRET",
        "--api-secret-file",
    ]);
    let with = [&args[..], &["--api-secret-file", "no.txt"]].concat();
    bench
        .run(&with)
        .code(2)
        .error(&["no.txt", "cannot be read"]);
}

#[test]
fn a_report_that_cannot_be_written_stops_no_other_and_not_the_outcome() {
    let bench = Bench::new();
    std::fs::create_dir(bench.path("taken")).unwrap();
    let reports = [
        "run",
        "--report",
        "junit=taken",
        "--report",
        "json=good.json",
        "--report",
        "html=x.html",
    ];
    let done = bench.run(&reports).code(2);
    assert!(done.out.contains("outcome   conformant"), "{}", done.out);
    assert!(
        done.err.contains("taken") && done.err.contains("folder"),
        "{}",
        done.err
    );
    assert!(bench.path("x.html").is_file());
    assert_eq!(bench.json("good.json")["exit_code"], 2);
    let baseline = bench.run(&["run", "--write-baseline", "taken"]).code(2);
    assert!(baseline.out.contains("outcome   conformant"));
    assert!(bench.path("reports/report.json").is_file());
}

#[test]
fn json_on_standard_output_stands_there_alone() {
    let bench = Bench::new();
    let served = serve_v_versions();
    let done = bench.run_at(&served.url, &["--report", "json=-"]).code(1);
    let report: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert_eq!(report["outcome"], "nonconformant");
    assert!(done.err.contains("outcome   nonconformant"), "{}", done.err);
    assert!(!bench.path("reports").exists());
}

#[test]
fn what_is_no_report_is_refused() {
    let bench = Bench::new();
    bench.run(&["run", "-q", "--report", "json=a.json"]).code(0);
    bench.write("b.json", "<xml/>");
    bench.write("c.json", "{\"schema_version\": 7}");
    bench.write("d.json", "{}");
    for (file, pieces) in [
        ("b.json", ["b.json", "not JSON"]),
        ("c.json", ["schema_version 7", "this program reads 1"]),
        ("d.json", ["d.json", "no report of conform"]),
        ("no.json", ["no.json", "cannot be read"]),
    ] {
        let diff = bench.run(&["diff", "a.json", file]).code(2);
        diff.error(&pieces);
        let report = bench.run(&["report", file, "--format", "junit"]).code(2);
        report.error(&pieces);
    }
    let done = bench.run(&["report", "a.json", "--format", "pdf"]).code(2);
    done.error(&["--format pdf", "junit"]);
}

#[test]
fn operations_are_named_by_globs_for_written_and_derived_cases_alike() {
    let bench = Bench::new();
    let orders = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/orders");
    let (spec, cases) = (
        format!("{orders}/openapi.yaml"),
        format!("{orders}/cases/list-valid.yaml"),
    );
    let listed = |more: &[&str]| {
        let mut command = bench.command();
        command.args(["run", "--list", "--spec", &spec, "--cases", &cases]);
        command.args(["--no-default-cases", "--param", "X-Tenant=acme"]);
        command
            .args(["--base-url", "http://127.0.0.1:9"])
            .args(more);
        done(&command.env("CONFORM_TOKEN", "t").output().unwrap())
    };
    let whole = listed(&[]).code(0).out;
    assert!(
        whole.contains("list-valid") && !whole.contains("listOrders.valid"),
        "{whole}"
    );
    assert!(whole.contains("listCustomers.valid"), "{whole}");
    let again = listed(&["--derive", "listOrd*"]).code(0).out;
    assert!(
        again.contains("listOrders.valid") && again.contains("list-valid"),
        "{again}"
    );
    let one = listed(&["--operation", "GET /orders"]).code(0).out;
    assert!(
        one.contains("list-valid") && !one.contains("Customer"),
        "{one}"
    );
    let other = listed(&["--operation", "listCustomers"]).code(0).out;
    assert!(
        other.contains("listCustomers.valid") && !other.contains("list-valid"),
        "{other}"
    );
    listed(&["--operation", "listOdrers"])
        .code(2)
        .error(&["--operation listOdrers", "listOrders"]);
    listed(&["--derive", "nothing*"])
        .code(2)
        .error(&["--derive nothing*"]);
}

#[test]
fn an_unknown_id_is_answered_with_the_nearest() {
    let bench = Bench::new();
    let done = bench.run(&["explain", "version-is-semvr"]).code(2);
    done.error(&["`version-is-semvr`", "version-is-semver"]);
}

#[test]
fn a_workflow_takes_those_of_the_files_that_it_names() {
    let bench = Bench::new();
    let head = "arazzo: 1.0.1\ninfo: {title: t, version: '1'}\nsourceDescriptions:\n  - {name: api, url: openapi.yaml, type: openapi}\n";
    let place = "workflows:\n  - workflowId: place\n    inputs: {type: object, properties: {quantity: {type: integer}}}\n    steps:\n      - {stepId: place, operationId: createOrder, requestBody: {payload: {customer_id: 1, quantity: $inputs.quantity}}}\n";
    let whole = |url: &str| {
        format!(
            "{head}  - {{name: shared, url: {url}, type: arazzo}}\nworkflows:\n  - workflowId: whole\n    steps:\n      - {{stepId: call, workflowId: $sourceDescriptions.shared.place}}\n"
        )
    };
    bench.write("flows/shared.arazzo.yaml", &format!("{head}{place}"));
    let listed = |url: &str, more: &[&str]| {
        let flow = bench.write("flows/whole.arazzo.yaml", &whole(url));
        let flow = flow.to_str().unwrap().to_owned();
        let spec = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/orders/openapi.yaml");
        let base = [
            "run",
            "--spec",
            spec,
            "--cases",
            &flow,
            "--list",
            "--no-derive",
        ];
        let given = [
            "--base-url",
            "http://127.0.0.1:1",
            "--param",
            "X-Tenant=acme",
        ];
        bench.run(&[&base[..], &given, more].concat())
    };
    let out = listed("./shared.arazzo.yaml", &["--allow-writes"])
        .code(0)
        .out;
    assert!(out.contains("whole") && !out.contains("place "), "{out}");
    let out = listed("shared.arazzo.yaml", &[]).code(0).out;
    assert!(out.contains("allow it with --allow-writes"), "{out}");
    listed("sharde.arazzo.yaml", &[])
        .code(2)
        .error(&["whole.arazzo.yaml:5:25: the source `shared` cannot be read: "]);
    listed("https://example.com/shared.arazzo.yaml", &[])
        .code(2)
        .error(&["is not fetched"]);
    listed("shared.arazzo.yaml", &["--param", "quantty=3"])
        .code(2)
        .error(&["no parameter `quantty`; did you mean `quantity`?"]);
}

#[test]
fn a_skip_that_matches_no_case_is_told_with_the_nearest_one() {
    let bench = Bench::new();
    let run = |skip: &str| bench.run(&["run", "-q", "--case", "head", "--skip", skip]);
    let done = run("page-lniks").code(0);
    let told = "warning: no case matches --skip page-lniks; did you mean `page-links`?";
    assert!(done.err.contains(told), "{}", done.err);
    let done = run("hostile-*").code(0);
    assert!(!done.err.contains("--skip"), "{}", done.err);
}

#[test]
fn what_is_waited_for_is_a_path() {
    let bench = Bench::new();
    let url = ["run", "--wait-for", "http://127.0.0.1:9/healthz"];
    bench
        .run(&url)
        .code(2)
        .error(&["--wait-for", "a path such as /healthz"]);
}

#[test]
fn a_table_of_credentials_is_named_as_it_is_written() {
    let bench = Bench::new();
    let file = "[auth.API]\ntoken_env = \"A\"\n[profile.staging.auth.\"my API\"]\ntoken_env = \"A\"\n[profile.live.auth.API]\ntoken_env = \"A\"\n";
    bench.write("conform.toml", file);
    let values = parameters();
    let run = ["run", "--base-url", "http://127.0.0.1:9"];
    let run = [&run[..], &values.each_ref().map(String::as_str)].concat();
    for (profile, place) in [
        (
            &[][..],
            "error: conform.toml: [auth.API]: no operation uses",
        ),
        (
            &["--profile", "live"],
            "error: conform.toml: [profile.live.auth.API]: no operation uses",
        ),
    ] {
        let done = bench.run(&[&run[..], profile].concat()).code(2);
        assert!(done.err.contains(place), "{}", done.err);
    }
    bench.write(
        "conform.toml",
        &file.replace("[auth.API]", "[auth.\"my API\"]"),
    );
    let done = bench
        .run(&[&run[..], &["--profile", "staging"]].concat())
        .code(2);
    let place = "conform.toml: [profile.staging.auth.\"my API\"]: no operation";
    assert!(done.err.contains(place), "{}", done.err);
}

#[test]
fn the_rest_of_a_secret_without_quotes_is_not_shown() {
    let bench = Bench::new();
    for (given, place) in [
        (&["run", "--api-key", "KEY", "swordfish"][..], "argument 4"),
        (
            &["run", "--header", "Authorization:", "swordfish"],
            "argument 4",
        ),
        (&["run", "--proxy=http://a:b", "swordfish"], "argument 3"),
    ] {
        let done = bench.run(given).code(2).error(&[place, "quote"]);
        assert!(!done.err.contains("swordfish"), "{}", done.err);
    }
    // What belongs to nothing secret is named.
    for given in [
        &["run", "swordfish"][..],
        &["run", "--api-key", "KEY", "--no-core", "swordfish"],
        &["run", "--api-key", "KEY", "--swordfish"],
    ] {
        bench.run(given).code(2).error(&["swordfish"]);
    }
}
