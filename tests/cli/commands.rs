//! Every command where all is well, and what it prints.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::support::{Bench, done, serve_v_versions};

#[test]
fn a_run_without_a_target_tests_the_reference_server_and_leaves_three_reports() {
    let bench = Bench::new();
    let done = bench.run(&["run"]).code(0);
    assert!(
        done.out.contains("testing the reference server"),
        "{}",
        done.out
    );
    assert!(done.out.contains("outcome   conformant"), "{}", done.out);
    assert_eq!(bench.json("reports/report.json")["outcome"], "conformant");
    assert!(bench.read("reports/junit.xml").starts_with("<?xml"));
    assert!(bench.read("reports/report.html").contains("<html"));
}

#[test]
fn quiet_is_the_outcome_alone_and_verbose_shows_each_exchange_and_setting() {
    let bench = Bench::new();
    let quiet = bench.run(&["run", "-q"]).code(0);
    assert_eq!(quiet.out.lines().count(), 1, "{}", quiet.out);
    assert!(quiet.err.is_empty(), "{}", quiet.err);
    let mut command = bench.command();
    let verbose = command
        .env("CONFORM_RETRIES", "1")
        .args(["run", "-v", "--timeout", "5s"]);
    let verbose = super::support::done(&verbose.output().unwrap()).code(0);
    for piece in [
        "setting  timeout = 5s (flag)",
        "setting  retries = 1 (environment)",
        "GET  200",
        "/ccpm/v1/plugins/",
    ] {
        assert!(verbose.out.contains(piece), "{piece} in {}", verbose.out);
    }
}

#[test]
fn color_is_there_only_when_it_is_asked_for() {
    let bench = Bench::new();
    let args = ["run", "--case", "valid-first-page", "--case", "walk"];
    assert!(!bench.run(&args).code(0).out.contains('\u{1b}'));
    let colored = bench.run(&[&args[..], &["--color", "always"]].concat());
    assert!(colored.code(0).out.contains("\u{1b}[32mpass"));
}

#[test]
fn levels_of_the_configuration_are_told_and_what_is_off_is_neither_listed_nor_counted() {
    let bench = Bench::new();
    let run = |levels: &str| {
        bench.write("conform.toml", levels);
        let done = bench.run(&["run", "--base-url", "reference"]).code(0);
        (done.out, bench.json("reports/report.json"))
    };
    let (_, before) = run("");
    let (out, after) =
        run("[run.levels]\n\"*/429/**\" = \"off\"\n\"200/header/*/present\" = \"info\"\n");
    let is_off = |clause: &&serde_json::Value| {
        let id = clause["id"].as_str().unwrap();
        id.starts_with("list-versions/429/")
    };
    let listed = |report: &serde_json::Value| report["clauses"].as_array().unwrap().len();
    let off = before["clauses"].as_array().unwrap().iter().filter(is_off);
    let off = off.count();
    assert!(off > 0);
    assert_eq!(listed(&after), listed(&before) - off);
    assert_eq!(after["summary"]["clauses"]["total"], listed(&after));
    assert!(!after["cases"].to_string().contains("list-versions/429/"));
    assert!(after["clauses"].as_array().unwrap().iter().all(|clause| {
        let id = clause["id"].as_str().unwrap();
        !id.starts_with("list-versions/200/header/")
            || !id.ends_with("/present")
            || clause["level"] == "info"
    }));
    let told = &after["manifest"]["levels"];
    let told = told.as_array().unwrap().iter();
    let own = told.filter(|one| one["source"] == "conform.toml");
    let told: Vec<String> = own
        .map(|one| format!("{} {} {}", one["glob"], one["level"], one["clauses"]))
        .collect();
    // The second one takes back what the battery moved.
    let wanted = [
        format!("\"*/429/**\" \"off\" {off}"),
        "\"200/header/*/present\" \"info\" 4".to_owned(),
    ];
    assert!(
        told.len() == 2 && wanted.iter().all(|one| told.contains(one)),
        "{told:?}"
    );
    let line = out.lines().find(|line| line.starts_with("levels    "));
    let line = line.unwrap_or_else(|| panic!("no line of levels: {out}"));
    assert!(
        line.contains(&format!("{off} clauses switched off")),
        "{line}"
    );
}

#[test]
fn clauses_leaves_out_what_a_battery_switches_off() {
    let bench = Bench::new();
    let listed = |args: &[&str]| bench.run(&[&["clauses"], args].concat()).code(0).out;
    let all = listed(&[]);
    let battery = include_str!("../../cases/ccpm-v1/battery.yaml");
    let battery = battery.replace("collection:\n", "  429/**: off\ncollection:\n");
    bench.write("battery.yaml", &battery);
    let fewer = listed(&["--cases", "battery.yaml"]);
    assert!(all.contains("list-versions/429/status"));
    assert!(!fewer.contains("list-versions/429/"), "{fewer}");
}

#[test]
fn list_names_the_cases_and_sends_nothing() {
    let bench = Bench::new();
    let done = bench.run(&["run", "--list", "--skip", "head"]).code(0);
    for piece in ["valid-first-page", "not run: left out by --skip", "opt-in"] {
        assert!(done.out.contains(piece), "{piece} in {}", done.out);
    }
    assert!(!bench.path("reports").exists());
}

#[test]
fn the_contract_can_be_asked_without_a_target() {
    let bench = Bench::new();
    let clauses = bench.run(&["clauses", "--format", "json"]).code(0);
    let clauses: Vec<serde_json::Value> = serde_json::from_str(&clauses.out).unwrap();
    assert!(clauses.len() > 200);
    assert!(clauses.iter().all(|clause| clause.get("state").is_none()));
    let text = bench.run(&["clauses"]).code(0).out;
    assert!(text.contains(&format!("{} clauses in", clauses.len())));
    for (id, piece) in [
        (
            "walk",
            "sends       GET /ccpm/v1/plugins/{plugin_id}/versions",
        ),
        ("version-is-semver", "by the predicate `semver`"),
        ("200/body/data[]/id/maxLength", "maxLength: 255"),
    ] {
        let text = bench.run(&["explain", id]).code(0).out;
        assert!(text.contains(piece), "{piece} in {text}");
    }
}

#[test]
fn a_score_or_a_defect_that_cannot_be_is_refused() {
    let bench = Bench::new();
    let wrong = bench.run(&["prove", "--min-score", "101"]).code(2);
    wrong.error(&["--min-score", "`101` is not a share between 0 and 100"]);
    let defects = bench.run(&["mock", "--list-defects"]).code(0);
    assert!(defects.out.contains("list-versions/rule/version-is-semver"));
    let unknown = bench.run(&["mock", "--port", "0", "--defect", "rule/version-is-semvr"]);
    unknown.code(2).error(&["version-is-semvr", "did you mean"]);
}

#[test]
fn reports_are_compared_and_rendered_again() {
    let bench = Bench::new();
    bench.run(&["run", "-q", "--report", "json=a.json"]).code(0);
    let served = serve_v_versions();
    let done = bench.run_at(&served.url, &["-q", "--report", "json=b.json"]);
    done.code(1);
    let same = bench.run(&["diff", "a.json", "a.json"]).code(0);
    assert!(same.out.contains("nothing newly broke"), "{}", same.out);
    let worse = bench.run(&["diff", "a.json", "b.json"]).code(1);
    assert!(
        worse.out.contains("newly broken: 1 clause"),
        "{}",
        worse.out
    );
    assert!(worse.out.contains("list-versions/rule/version-is-semver"));
    bench
        .run(&["run", "-q", "--case", "head", "--report", "json=few.json"])
        .code(0);
    let fewer = ["diff", "a.json", "few.json"];
    bench.run(&fewer).code(0);
    let fewer = bench.run(&[&fewer[..], &["--gate", "coverage"]].concat());
    let fewer = fewer.code(1).out;
    assert!(fewer.contains(" clauses no longer tested"), "{fewer}");
    let better = bench.run(&["diff", "b.json", "a.json"]).code(0);
    assert!(better.out.contains("fixed: 1 clause"), "{}", better.out);
    let args = [
        "report",
        "b.json",
        "--format",
        "junit",
        "--format",
        "html=c.html",
    ];
    let again = bench.run(&args).code(0);
    assert!(again.out.starts_with("<?xml") && bench.path("c.html").is_file());
    let json = bench.run(&["report", "b.json", "--format", "json"]).code(0);
    assert_eq!(json.out, bench.read("b.json"));
}

#[test]
fn init_writes_what_run_then_reads() {
    let bench = Bench::new();
    let done = bench.run(&["init"]).code(0);
    assert!(done.out.contains("next: give base-url"), "{}", done.out);
    let workflow = bench.read(".github/workflows/conform.yml");
    assert!(workflow.contains("conform run --profile ci --wait 30s\n"));
    let ci = ["run", "--profile", "ci"];
    let error = bench.run(&ci).code(2);
    error.error(&[
        "conform.toml with the profile ci gives no base URL",
        "--base-url reference",
    ]);
    let done = bench.run(&[&ci[..], &["--base-url", "reference"]].concat());
    // Annotations go to standard output, so the rest does not.
    assert!(done.code(0).err.contains("outcome   conformant"));
    assert!(bench.path("reports/report.sarif").is_file());
    let error = bench.run(&["run", "--profile", "cii"]).code(2);
    error.error(&["conform.toml", "did you mean `ci`?"]);
    bench
        .run(&["init"])
        .code(2)
        .error(&["conform.toml", "--force"]);
    let again = ["init", "--force", "--base-url", "reference"];
    bench.run(&again).code(2).error(&["--base-url"]);
    let again = ["init", "--force", "--base-url", "http://127.0.0.1:1"];
    bench.run(&again).code(0);
    assert!(
        bench
            .read("conform.toml")
            .contains("\nbase-url = \"http://127.0.0.1:1\"\n")
    );
}

#[test]
fn a_shell_completes_what_only_the_program_knows() {
    let bench = Bench::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let done = bench.run(&["completions", shell]).code(0);
        assert!(done.out.contains("_CONFORM_COMPLETE"), "{shell}");
    }
    bench.write(
        "conform.toml",
        "[profile.staging]\nbase-url = 'http://127.0.0.1:1'\n[profile.ci]\nrate = 5\n",
    );
    let completed = |words: &[&str]| {
        let mut command = bench.command();
        command
            .env("_CONFORM_COMPLETE", "fish")
            .args(["--", "conform"]);
        done(&command.args(words).output().unwrap()).code(0).out
    };
    for (words, wanted, unwanted) in [
        (&["ru"][..], "run", "mock"),
        (&["run", "--min-c"], "--min-coverage", "--max-body"),
        (&["run", "--gate", ""], "should", "info"),
        (&["run", "--case", "hea"], "head", "walk"),
        (&["run", "--skip", ""], "walk", "list-versions/security"),
        (&["run", "--operation", "list"], "list-versions", "walk"),
        (&["run", "--profile", ""], "staging", "base-url"),
        (&["run", "--report", "junit"], "junit-annotated", "sarif"),
        (&["report", "a.json", "--format", "s"], "sarif", "html"),
        (
            &["explain", "list-versions/200/body/data[]/spec/vers"],
            "list-versions/200/body/data[]/spec/version/maxLength",
            "list-versions/200/status",
        ),
        (&["explain", "version"], "version-is-semver", "walk-ends"),
        (
            &["mock", "--defect", "list-versions/rule/walk"],
            "list-versions/rule/walk-ends",
            "list-versions/security",
        ),
    ] {
        let told = completed(words);
        let has = |value: &str| {
            let mut lines = told.lines();
            lines.any(|line| line.split('\t').next() == Some(value))
        };
        assert!(has(wanted) && !has(unwanted), "{words:?}: {told}");
    }
}

#[test]
fn help_and_version_are_told() {
    let bench = Bench::new();
    assert!(bench.run(&["--help"]).code(0).out.contains("Exit codes"));
    assert!(
        bench
            .run(&["--version"])
            .code(0)
            .out
            .starts_with("conform ")
    );
}

#[cfg(unix)]
#[test]
fn a_slow_reference_server_gives_no_answer_before_its_defect_is_armed() {
    // Below the range of ports that connecting takes, so that nobody connects to themselves.
    let port = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap();
    let bench = Bench::new();
    let mut command = bench.spawned();
    command.args(["mock", "--latency", "100ms", "--port"]);
    command.arg(port.to_string()).stdout(Stdio::piped());
    command.args(["--defect", "401/header/X-Request-Id/present:early"]);
    let mut child = command.spawn().unwrap();
    // The first answer that anybody gets has the defect already.
    let mut tries = std::iter::repeat_with(|| first_answer(port)).take(1_000_000);
    let answer = tries.find_map(|answer| answer).unwrap();
    super::incomplete::interrupt(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(
        answer.starts_with("HTTP/1.1 401") && !answer.contains("x-request-id"),
        "{answer}"
    );
    let mut banner = BufReader::new(child.stdout.take().unwrap()).lines();
    let broken = banner.nth(1).unwrap().unwrap();
    let wanted = "broken on purpose  list-versions/401/header/X-Request-Id/present (early)";
    assert!(broken.contains(wanted), "{broken}");
}

fn first_answer(port: u16) -> Option<String> {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(("127.0.0.1", port)).ok()?;
    let target = "/ccpm/v1/plugins/ccp-7xk2m9/versions?environment=env-3f9d2k";
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    )
    .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    Some(answer).filter(|answer| !answer.is_empty())
}

#[cfg(unix)]
#[test]
fn the_reference_server_says_how_it_is_used_and_stops_when_told() {
    let bench = Bench::new();
    let mut command = bench.spawned();
    command.args(["mock", "--port", "0"]).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let url = first.split_whitespace().last().unwrap().to_owned();
    bench.run_at(&url, &["-q"]).code(0);
    super::incomplete::interrupt(child.id());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
