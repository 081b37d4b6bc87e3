//! The pages that are opened: of a run against a server with real defects, and of reports made for the purpose.

use std::path::PathBuf;
use std::sync::OnceLock;

use serde_json::{Value, json};

use super::support::{Bench, Served, serve_edited};

/// A reference server with the defects that such an API has in life: a version that is no SemVer, an update before the
/// creation, an enum's value in lower case, and a count that is one too high.
pub fn defective() -> Served {
    serve_edited(200, |body| {
        for item in body["data"].as_array_mut().into_iter().flatten() {
            if item["spec"]["content_format"] == "JAR" {
                let version = format!("v{}", item["spec"]["version"].as_str().unwrap());
                item["spec"]["version"] = json!(version);
            }
            if item["status"]["phase"] == "FAILED" {
                item["metadata"]["updated_at"] = json!("2019-01-01T00:00:00Z");
            }
            if item["status"]["phase"] == "FAILED" && item["metadata"]["deleted_at"].is_string() {
                item["spec"]["content_format"] = json!("zip");
            }
        }
        if let Some(total) = body["metadata"]["total_size"].as_u64() {
            body["metadata"]["total_size"] = json!(total + 1);
        }
    })
}

/// The report on it, as a page, made once.
pub fn of_a_run(bench: &Bench) -> PathBuf {
    static MADE: OnceLock<[String; 2]> = OnceLock::new();
    let [html, json] = MADE.get_or_init(|| {
        let bench = Bench::new();
        let reports = ["--report=html=run.html", "--report=json=run.json"];
        let args = [&["-q"][..], &reports].concat();
        bench.run_at(&defective().url, &args).code(1);
        [bench.read("run.html"), bench.read("run.json")]
    });
    bench.write("run.json", json);
    bench.write("run.html", html)
}

/// A report as a page.
pub fn of(bench: &Bench, report: &Value) -> PathBuf {
    bench.write("report.json", &report.to_string());
    bench
        .run(&["report", "report.json", "--format", "html=report.html"])
        .code(0);
    bench.path("report.html")
}

/// The sample of a report that is committed, as text: each of its strings tries to break out of its format.
pub fn sample() -> String {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/reports/sample/report.json");
    std::fs::read_to_string(file).unwrap()
}

/// The proof of the embedded battery, as a page, made once.
pub fn of_a_proof(bench: &Bench) -> PathBuf {
    static MADE: OnceLock<String> = OnceLock::new();
    let made = || bench.run(&["prove", "--format", "html"]).code(0).out;
    bench.write("proof.html", MADE.get_or_init(made))
}

/// What is left of the battery of which the poor proof is.
pub const POOR: [&str; 3] = ["prove", "--case=valid-first-page", "--case=page-links"];

/// The proof of a battery that has lost its walk and with it what only that would notice.
pub fn of_a_poor_proof(bench: &Bench) -> PathBuf {
    static MADE: OnceLock<String> = OnceLock::new();
    let args = [&POOR[..], &["--format=html"]].concat();
    let made = || bench.run(&args).code(1).out;
    bench.write("poor.html", MADE.get_or_init(made))
}
