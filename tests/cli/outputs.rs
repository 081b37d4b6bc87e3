//! What is written, where it cannot be, and what a person wrote before.

use super::support::{Bench, done, serve_v_versions};

#[test]
fn two_outputs_never_share_a_place() {
    let bench = Bench::new();
    bench.write("base.yaml", "findings: []\n");
    bench.write("case.yaml", "");
    bench.write("base.toml", "[run]\nbase-url = \"reference\"\n");
    for (args, pieces) in [
        (
            &["--report", "json=a", "--report", "junit=./b/../a"][..],
            ["--report json", "--report junit"],
        ),
        (
            &["--report", "json=-", "--report", "junit=-"],
            ["--report junit", "standard output"],
        ),
        #[cfg(unix)]
        (
            &["--report", "json=/dev/stdout", "--report", "junit=-"],
            ["--report junit", "standard output"],
        ),
        #[cfg(unix)]
        (
            &["--report", "json=/dev/stdout", "--record", "/dev/fd/1"],
            ["--record", "standard output"],
        ),
        (
            &["--report", "json=a", "--record", "a"],
            ["--record", "--report json"],
        ),
        (
            &["--record", "a", "--write-baseline", "./a"],
            ["--record", "--write-baseline"],
        ),
        (
            &["--report", "json=base.yaml", "--baseline", "base.yaml"],
            ["--baseline", "--report json"],
        ),
        (
            &["--report", "html=case.yaml", "--cases", "case.yaml"],
            ["--cases", "--report html"],
        ),
        (
            &["--report", "json=./conform.toml"],
            ["the configuration", "--report json"],
        ),
        (
            &["--config", "base.toml", "--report", "json=base.toml"],
            ["the configuration", "--report json"],
        ),
    ] {
        let done = bench.run(&[&["run"], args].concat()).code(2);
        done.error(&pieces).error(&["a place of its own"]);
    }
    assert!(bench.read("base.yaml") == "findings: []\n" && !bench.path("a").exists());
}

#[test]
fn a_summary_that_cannot_be_written_is_told_in_the_reports_too() {
    let bench = Bench::new();
    let mut command = bench.command();
    command.env("GITHUB_STEP_SUMMARY", bench.folder.path());
    command.args([
        "run",
        "-q",
        "--report",
        "github=-",
        "--report",
        "json=a.json",
    ]);
    let done = done(&command.output().unwrap()).code(2);
    assert!(done.err.contains("GITHUB_STEP_SUMMARY"), "{}", done.err);
    assert_eq!(bench.json("a.json")["exit_code"], 2);
    let told = "(exit code 2), since not everything could be written";
    assert!(done.err.contains(told), "{}", done.err);
}

#[cfg(target_os = "linux")]
#[test]
fn output_that_cannot_be_written_is_an_error_and_a_closed_pipe_is_none() {
    let bench = Bench::new();
    let full = || {
        std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    for args in [
        &["clauses"][..],
        &["--help"],
        &["completions", "bash"],
        &["run", "-q"],
        &["mock"],
    ] {
        let mut command = bench.spawned();
        command.args(args).stdout(full());
        let done = done(&command.output().unwrap()).code(2);
        assert!(
            done.err.contains("cannot be written"),
            "{args:?}: {}",
            done.err
        );
    }
    assert_eq!(bench.json("reports/report.json")["exit_code"], 2);
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = bench.spawned();
    command.arg("clauses").stdout(writer);
    let done = done(&command.output().unwrap()).code(0);
    assert_eq!(done.err, "");
}

#[test]
fn a_baseline_that_is_written_again_keeps_what_a_person_wrote() {
    let served = serve_v_versions();
    let bench = Bench::new();
    let write = ["-q", "--write-baseline", "base.yaml"];
    bench.run_at(&served.url, &write).code(1);
    let fresh = bench.read("base.yaml");
    assert!(fresh.contains("case: \"walk\"") && fresh.contains("to be filled in"));
    let mine = fresh.replacen("to be filled in", "our tags begin with a v", 1);
    let expires = mine
        .lines()
        .find(|line| line.contains("expires: "))
        .unwrap();
    let stale = "  - clause: list-versions/200/status\n    case: walk\n    reason: gone by now\n    expires: 2999-12-31\n";
    let opt_in = stale.replace("case: walk", "case: rate-limit-burst");
    let mine = format!(
        "{}{stale}{opt_in}",
        mine.replace(expires, "    expires: 2999-12-31")
    );
    bench.write("base.yaml", &mine);
    let renew = [&write[..], &["--baseline", "base.yaml"]].concat();
    bench.run_at(&served.url, &renew).code(0);
    let renewed = bench.read("base.yaml");
    // What was tested and held goes, what was not looked at stays.
    assert!(renewed.contains("our tags begin with a v") && !renewed.contains("case: walk\n"));
    assert!(
        renewed.contains("2999-12-31") && renewed.contains("rate-limit-burst"),
        "{renewed}"
    );
    assert_eq!(renewed.matches("gone by now").count(), 1, "{renewed}");
    bench.write("base.yaml", "findings: [mine]\n");
    bench
        .run_at(&served.url, &write)
        .code(2)
        .error(&["base.yaml:1"]);
    assert_eq!(bench.read("base.yaml"), "findings: [mine]\n");
}
