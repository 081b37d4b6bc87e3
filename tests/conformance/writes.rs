//! The derived battery with `--allow-writes`: every operation of `examples/orders` is tested, each fault that a write can
//! show is found, nothing of what the run made stays, and without the flag nothing is sent that could change anything.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use clap::ValueEnum as _;
use conform::{Level, Outcome, Report, Suite, Verdict};
use serde_json::Value;

use super::orders::service::{self, Fault, Options};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/orders");

fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap()
}

/// Serves orders; the base URL.
async fn serve(fault: Option<Fault>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let options = Options {
        fault,
        ..Options::default()
    };
    tokio::spawn(service::serve(listener, options));
    format!("http://{address}")
}

/// What is answered to a GET, as JSON.
fn get(url: &str, target: &str) -> Value {
    let address = url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = "Authorization: Bearer orders-demo-token\r\nX-Tenant: acme\r\nConnection: close";
    write!(stream, "GET {target} HTTP/1.1\r\nHost: x\r\n{head}\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (_, body) = text.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

/// All orders of the tenant, in their order.
fn orders(url: &str) -> Vec<Value> {
    let mut all = Vec::new();
    let mut target = "/orders?limit=50".to_owned();
    loop {
        let page = get(url, &target);
        all.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(cursor) => target = format!("/orders?limit=50&cursor={cursor}"),
            None => return all,
        }
    }
}

/// Runs what is derived; the report, and the orders before and after.
fn run(fault: Option<Fault>) -> (Report, Vec<Value>, Vec<Value>) {
    runtime().block_on(async {
        let url = serve(fault).await;
        let before = orders(&url);
        let suite = Suite::embedded()
            .without_embedded()
            .spec(format!("{FOLDER}/openapi.yaml"))
            .base_url(&url)
            .credentials("orders-demo-token", "")
            .derived()
            .allow_writes();
        let report = suite.run().await.unwrap();
        let after = orders(&url);
        (report, before, after)
    })
}

/// The ids of the findings that gate.
fn gating(report: &Report) -> Vec<&str> {
    let gating = report.findings.iter();
    let gating = gating.filter(|finding| finding.level > Level::Info);
    gating.map(|finding| finding.clause.as_str()).collect()
}

#[test]
fn every_operation_is_tested_and_the_service_holds_what_it_held() {
    let (report, before, after) = run(None);
    let outcome = (report.outcome, report.complaint());
    assert_eq!(outcome.0, Outcome::Conformant, "{:?}", outcome.1);
    assert_eq!(report.findings, []);
    assert_eq!(report.left, []);
    assert_eq!(before, after);
    for operation in &report.operations {
        let own = report.cases.iter();
        let own: Vec<_> = own.filter(|case| case.operation == operation.id).collect();
        assert!(!own.is_empty(), "{}", operation.id);
        for case in own {
            assert_eq!(case.verdict, Verdict::Pass, "{}: {}", case.id, case.reason);
        }
    }
}

#[test]
fn each_fault_is_found_as_the_clause_that_it_breaks() {
    for fault in Fault::value_variants() {
        let (report, before, after) = run(Some(*fault));
        let expected = match fault {
            Fault::ServerErrorOnUnknownId => vec!["getOrder/rule/no-server-error"],
            fault => vec![fault.clause()],
        };
        assert_eq!(gating(&report), expected, "{fault}");
        assert_eq!(report.exit_code, u8::from(!expected.is_empty()), "{fault}");
        if *fault != Fault::DeleteDoesNothing && *fault != Fault::CreateNotListed {
            assert_eq!(before.len(), after.len(), "{fault}");
        }
    }
}

/// The binary against that URL, with nothing of the caller's environment.
fn binary(url: &str, folder: &Path, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_conform"));
    command
        .env_clear()
        .env("CONFORM_TOKEN", "orders-demo-token")
        .current_dir(folder)
        .args(["run", "--spec", &format!("{FOLDER}/openapi.yaml")])
        .args(["--base-url", url, "--report", "json=report.json"])
        .args(more)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

#[test]
fn a_run_that_is_interrupted_leaves_nothing_or_says_what() {
    let runtime = runtime();
    let url = runtime.block_on(serve(None));
    let before = orders(&url).len();
    let folder = tempfile::tempdir().unwrap();
    let mut interrupted = 0;
    for n in 0..20 {
        let _ = std::fs::remove_file(folder.path().join("report.json"));
        let slow = ["--allow-writes", "--rate", "60"];
        let mut child = binary(&url, folder.path(), &slow).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(100 + 65 * n));
        let signal = if n % 2 == 0 { "-INT" } else { "-TERM" };
        let id = child.id().to_string();
        drop(Command::new("kill").args([signal, &id]).status());
        let code = child.wait().unwrap().code();
        interrupted += usize::from(code == Some(3));
        let text = std::fs::read_to_string(folder.path().join("report.json"));
        let report: Value = text.map_or(Value::Null, |text| serde_json::from_str(&text).unwrap());
        let left = report["left"].as_array().map_or(0, Vec::len);
        assert!(
            orders(&url).len() <= before + left,
            "{n}: {:?}",
            report["left"]
        );
        assert_eq!(orders(&url).len(), before, "{n}: {:?}", report["left"]);
    }
    assert!(interrupted > 10, "{interrupted} of 20");
}

/// A server that answers everything the same way, and remembers what came.
async fn remember(methods: Arc<Mutex<Vec<String>>>) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = axum::Router::new().fallback(move |request: axum::extract::Request| {
        methods.lock().unwrap().push(request.method().to_string());
        let body = r#"{"id": 1, "items": [{"id": 1}], "total": 1}"#;
        async move { ([("content-type", "application/json")], body) }
    });
    tokio::spawn(async move { axum::serve(listener, app).await });
    format!("http://{address}")
}

#[test]
fn without_the_flag_only_reads_go_over_the_wire() {
    let methods = Arc::new(Mutex::new(Vec::new()));
    let runtime = runtime();
    let url = runtime.block_on(remember(Arc::clone(&methods)));
    let folder = tempfile::tempdir().unwrap();
    let cases = format!("{FOLDER}/cases");
    for more in [&[][..], &["--cases", &cases], &["--operation", "*Order*"]] {
        let status = binary(&url, folder.path(), more)
            .arg("--param=X-Tenant=acme")
            .status();
        assert_ne!(status.unwrap().code(), Some(2), "{more:?}");
    }
    let seen = methods.lock().unwrap().clone();
    let is_read = |method: &&String| ["GET", "HEAD", "OPTIONS"].contains(&method.as_str());
    assert!(seen.len() > 20, "{}", seen.len());
    assert_eq!(seen.iter().filter(is_read).count(), seen.len(), "{seen:?}");
    let status = binary(&url, folder.path(), &["--allow-writes"]).status();
    assert_ne!(status.unwrap().code(), Some(2));
    let seen = methods.lock().unwrap().clone();
    assert!(
        !seen.iter().all(|method| is_read(&method)),
        "the test would see a write"
    );
}

#[test]
fn what_is_left_is_deleted_later_and_nothing_else() {
    let runtime = runtime();
    let url = runtime.block_on(serve(None));
    let folder = tempfile::tempdir().unwrap();
    let status = binary(&url, folder.path(), &["--allow-writes"]).status();
    assert_eq!(status.unwrap().code(), Some(0));
    let path = folder.path().join("report.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let mut report: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(report.get("left"), None);
    let before = orders(&url);
    let id = &before[0]["id"];
    report["left"] = serde_json::json!([{
        "made_by": "createOrder",
        "delete": "deleteOrder",
        "url": format!("{url}/orders/{id}"),
        "headers": [["X-Tenant", "acme"]],
        "reason": "there was no time left to delete it",
    }]);
    std::fs::write(&path, report.to_string()).unwrap();
    let cleanup = |base: &str| {
        let more = ["--cleanup", "report.json"];
        binary(base, folder.path(), &more).status().unwrap().code()
    };
    assert_eq!(
        cleanup("http://127.0.0.1:9"),
        Some(2),
        "the report is about another target"
    );
    assert_eq!(cleanup(&url), Some(0));
    assert_eq!(orders(&url), before[1..]);
}
