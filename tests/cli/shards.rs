//! A run that is cut into shards, and what comes of it when all of them are settled: what the whole run says.

use std::collections::BTreeMap;

use serde_json::Value;

use super::service::{self, Fault, Options};
use super::support::{Bench, Done};

pub const ORDERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/orders/openapi.yaml");

/// The service of `examples/orders` in this process.
pub fn orders(fault: Option<Fault>) -> (String, tokio::runtime::Runtime) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0"));
    let listener = listener.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let options = Options {
        fault,
        ..Options::default()
    };
    runtime.spawn(service::serve(listener, options));
    (url, runtime)
}

pub fn run(bench: &Bench, args: &[&str]) -> Done {
    run_with(bench, ORDERS, args)
}

fn run_with(bench: &Bench, document: &str, args: &[&str]) -> Done {
    let mut command = bench.command();
    command.env("CONFORM_TOKEN", "orders-demo-token");
    command.args(["run", "--spec", document, "--param", "X-Tenant=acme"]);
    super::support::done(&command.args(args).output().unwrap())
}

/// A report without times, and each exchange where it is named instead of its number.
pub fn told(bench: &Bench, name: &str) -> Value {
    let mut report = bench.json(name);
    let mut exchanges: Vec<Value> = report["exchanges"].take().as_array().unwrap().clone();
    for exchange in &mut exchanges {
        *exchange = untimed(exchange);
    }
    let manifest = report["manifest"].as_object_mut().unwrap();
    manifest.retain(|key, _| !["started", "duration_ms", "options"].contains(&key.as_str()));
    for case in report["cases"].as_array_mut().unwrap() {
        case["duration_ms"].take();
        for number in case["exchanges"].as_array_mut().unwrap() {
            *number = exchanges[number.as_u64().unwrap() as usize].clone();
        }
    }
    for finding in report["findings"].as_array_mut().unwrap() {
        if let Some(number) = finding["exchange"].as_u64() {
            finding["exchange"] = exchanges[number as usize].clone();
        }
        for example in finding["examples"].as_array_mut().unwrap() {
            if let Some(number) = example["exchange"].as_u64() {
                example["exchange"] = exchanges[number as usize].clone();
            }
        }
    }
    report
}

/// Without what two runs never have in common: times, and the ids of requests.
fn untimed(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let timed = |key: &str| key.ends_with("_ms");
            let kept = map.iter().filter(|(key, _)| !timed(key));
            let kept: BTreeMap<String, Value> =
                kept.map(|(key, one)| (key.clone(), untimed(one))).collect();
            serde_json::to_value(kept).unwrap()
        }
        Value::Array(all) if matches!(all.first(), Some(Value::String(name)) if name == "x-request-id" || name == "date") => {
            Value::Null
        }
        Value::Array(all) => all.iter().map(untimed).collect(),
        other => other.clone(),
    }
}

#[test]
fn three_shards_settled_say_what_the_whole_run_says() {
    for (fault, code) in [(None, 0), (Some(Fault::WrongIdType), 1)] {
        let bench = Bench::new();
        let (url, _runtime) = orders(fault);
        let whole = ["--base-url", &url, "--report", "json=whole.json"];
        run(&bench, &whole).code(code);
        let mut settle: Vec<String> = Vec::new();
        let mut sent = 0;
        for n in 1..=3 {
            let (shard, file) = (format!("{n}/3"), format!("{n}.rec"));
            let report = format!("json={n}.json");
            let args = [
                "--base-url",
                &url,
                "--shard",
                &shard,
                "--record",
                &file,
                "--report",
                &report,
            ];
            assert_ne!(run(&bench, &args).code, 2);
            let part = bench.json(&format!("{n}.json"));
            let part = part["cases"].as_array().unwrap().len();
            assert!(part > 0);
            sent += part;
            settle.splice(0..0, ["--replay".to_owned(), file]);
        }
        settle.extend(["--report", "json=settled.json"].map(str::to_owned));
        let settle: Vec<&str> = settle.iter().map(String::as_str).collect();
        run(&bench, &settle).code(code);
        let (whole, settled) = (told(&bench, "whole.json"), told(&bench, "settled.json"));
        assert_eq!(whole.to_string(), settled.to_string());
        // The cases that others stand on came along, and count once.
        assert!(sent > settled["cases"].as_array().unwrap().len());
    }
}

#[test]
fn what_is_no_whole_set_of_shards_is_refused_by_name() {
    let bench = Bench::new();
    let (url, _runtime) = orders(None);
    let record = |shard: &str, file: &str, more: &[&str]| {
        let args = [
            &[
                "--base-url",
                &url,
                "--shard",
                shard,
                "--record",
                file,
                "--report",
                "json",
            ],
            more,
        ];
        run(&bench, &args.concat()).code(0);
    };
    record("1/2", "one", &[]);
    record("2/2", "two", &[]);
    record("2/3", "three", &[]);
    record("2/2", "other", &["--param", "limit=3"]);
    let document = std::fs::read_to_string(ORDERS).unwrap();
    let changed = bench.write(
        "changed.yaml",
        &document.replacen("title:", "title: Changed", 1),
    );
    let args = [
        "--base-url",
        &url,
        "--shard",
        "2/2",
        "--record",
        "changed",
        "--report",
        "json",
    ];
    run_with(&bench, &changed.display().to_string(), &args).code(0);
    run(
        &bench,
        &["--base-url", &url, "--record", "whole", "--report", "json"],
    )
    .code(0);
    for (files, pieces) in [
        (&["one"][..], ["shard 2/2 is missing", "recording"]),
        (&["one", "one"], ["shard 1/2", "one holds already"]),
        (
            &["one", "three"],
            ["three: this is shard 2/3", "cut into 2"],
        ),
        (&["one", "other"], ["other: shard 2/2", "other parameters"]),
        (
            &["changed", "one"],
            ["changed: shard 2/2", "another contract"],
        ),
        (&["one", "whole"], ["whole: ", "no shard"]),
    ] {
        let args: Vec<&str> = files.iter().flat_map(|file| ["--replay", file]).collect();
        run(&bench, &args).code(2).error(&pieces);
    }
    run(
        &bench,
        &["--replay", "two", "--replay", "one", "--report", "json"],
    )
    .code(0);
    for shard in ["0/2", "3/2", "2"] {
        run(&bench, &["--base-url", &url, "--shard", shard]).code(2);
    }
}
